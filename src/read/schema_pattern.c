/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_pattern.c - regular expressions of ECMA 262 (unicode mode) matched by PCRE2
 *
 * JSON Schema's patterns are ECMA's. The two differ in what escapes mean (\v, \s, \Z), in what '.'
 * leaves out and in constructs that only PCRE2 has; each pattern is written again for PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "read/schema_internal.h"
#include <pcre2.h>
#include <string.h>

enum {
	STEPS = 2000000,  /* of one match, over all places it may begin at */
	LEAST_STEPS = 20, /* from one place */
	HEAP_KIB = 16 * 1024
};

struct schema_pattern {
	const char *text;
	pcre2_code *code;
	bool anchored;
};

/* A pattern on its way to PCRE2's notation. */
struct writer {
	const char *p, *end;
	struct out out;
	bool in_class;
	bool look_ahead; /* lookbehind is written as lookahead, whose width PCRE2 leaves open */
	const char *problem;
};

#define SPACES                                                                                     \
	"\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"                \
	"\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
#define NOT_SPACES                                                                                 \
	"\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"           \
	"\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}"             \
	"\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static unsigned hex_value(const char *p, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		value = value * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return value;
}

/* Exactly n hexadecimal digits at `p`. */
static bool has_hex(const struct writer *w, size_t n)
{
	if ((size_t)(w->end - w->p) < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_hex(w->p[i]))
			return false;
	return true;
}

static void write_character(struct writer *w, unsigned c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		w->problem = "escape that is no character";
	out_printf(&w->out, "\\x{%x}", c);
}

/* Behind \u: four digits (and a second half of a pair), or digits in braces. */
static void write_unicode(struct writer *w)
{
	unsigned c;

	if (w->p < w->end && *w->p == '{') {
		size_t n = 0;
		for (w->p++; w->p + n < w->end && is_hex(w->p[n]);)
			n++;
		if (!n || n > 6 || w->p + n == w->end || w->p[n] != '}') {
			w->problem = "malformed \\u escape";
			return;
		}
		write_character(w, hex_value(w->p, n));
		w->p += n + 1;
		return;
	}
	if (!has_hex(w, 4)) {
		w->problem = "malformed \\u escape";
		return;
	}
	c = hex_value(w->p, 4);
	w->p += 4;
	if (c >= 0xD800 && c < 0xDC00 && w->end - w->p >= 6 && w->p[0] == '\\' && w->p[1] == 'u') {
		w->p += 2;
		if (has_hex(w, 4))
			c = 0x10000 + ((c - 0xD800) << 10) + (hex_value(w->p, 4) - 0xDC00);
		w->p += has_hex(w, 4) ? 4 : 0;
	}
	write_character(w, c);
}

/* The long names of general categories, which PCRE2 does not know. */
static const struct {
	const char *name, *code;
} categories[] = {
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Surrogate", "Cs"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
};

static void write_category(struct writer *w, const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof categories / sizeof *categories; i++)
		if (strlen(categories[i].name) == n && !memcmp(categories[i].name, name, n)) {
			out_puts(&w->out, categories[i].code);
			return;
		}
	out_write(&w->out, name, n);
}

/* Behind \p or \P: {Letter}, {L}, {Script=Greek}, {gc=Lu}. */
static void write_property(struct writer *w, char letter)
{
	static const struct {
		const char *name, *prefix;
	} keys[] = {{"Script=", "sc:"},
		    {"sc=", "sc:"},
		    {"Script_Extensions=", "scx:"},
		    {"scx=", "scx:"},
		    {"General_Category=", ""},
		    {"gc=", ""}};
	const char *close = w->p < w->end ? memchr(w->p, '}', (size_t)(w->end - w->p)) : NULL;
	const char *prefix = "";

	if (!close || *w->p != '{' || close == w->p + 1) {
		w->problem = "malformed \\p escape";
		return;
	}
	w->p++;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t n = strlen(keys[i].name);
		if ((size_t)(close - w->p) > n && !memcmp(w->p, keys[i].name, n)) {
			prefix = keys[i].prefix;
			w->p += n;
			break;
		}
	}
	out_printf(&w->out, "\\%c{%s", letter, prefix);
	write_category(w, w->p, (size_t)(close - w->p));
	out_putc(&w->out, '}');
	w->p = close + 1;
}

static void write_reference(struct writer *w, char digit)
{
	out_printf(&w->out, "\\g{%c", digit);
	while (w->p < w->end && *w->p >= '0' && *w->p <= '9')
		out_putc(&w->out, *w->p++);
	out_putc(&w->out, '}');
	if (w->in_class)
		w->problem = "back reference in a class";
}

static void write_set(struct writer *w, const char *set)
{
	out_printf(&w->out, w->in_class ? "%s" : "[%s]", set);
}

static void write_letter_escape(struct writer *w, char c)
{
	switch (c) {
	case 'd':
	case 'D':
	case 'w':
	case 'W':
	case 't':
	case 'n':
	case 'r':
	case 'f':
		out_printf(&w->out, "\\%c", c);
		break;
	case 'v':
		write_character(w, 0x0B);
		break;
	case 's':
		write_set(w, SPACES);
		break;
	case 'S':
		write_set(w, NOT_SPACES);
		break;
	case 'b':
	case 'B':
		if (w->in_class && c == 'B')
			w->problem = "\\B in a class";
		out_puts(&w->out, w->in_class ? "\\x{8}" : c == 'b' ? "\\b" : "\\B");
		break;
	case 'c':
		if (w->p == w->end || !is_letter(*w->p))
			w->problem = "malformed \\c escape";
		else
			write_character(w, (unsigned)*w->p++ & 31);
		break;
	case 'x':
		if (!has_hex(w, 2)) {
			w->problem = "malformed \\x escape";
			break;
		}
		write_character(w, hex_value(w->p, 2));
		w->p += 2;
		break;
	case 'u':
		write_unicode(w);
		break;
	case 'p':
	case 'P':
		write_property(w, c);
		break;
	case 'k':
		if (w->p == w->end || *w->p != '<' || w->in_class)
			w->problem = "malformed \\k escape";
		out_puts(&w->out, "\\k");
		break;
	default:
		w->problem = "escape of a letter that has no meaning";
	}
}

static void write_escape(struct writer *w)
{
	char c;

	if (w->p == w->end) {
		w->problem = "\\ at the end";
		return;
	}
	c = *w->p++;
	if (is_letter(c)) {
		write_letter_escape(w, c);
	} else if (c == '0') {
		if (w->p < w->end && *w->p >= '0' && *w->p <= '9')
			w->problem = "octal escape";
		write_character(w, 0);
	} else if (c >= '1' && c <= '9') {
		write_reference(w, c);
	} else if ((unsigned char)c >= 0x80) {
		out_putc(&w->out, c);
	} else {
		out_printf(&w->out, "\\%c", c);
	}
}

/* Behind '(': ECMA has (?:  (?=  (?!  (?<=  (?<!  (?<name>. */
static void check_group(struct writer *w)
{
	if (w->p == w->end || (*w->p != '?' && *w->p != '*'))
		return;
	if (*w->p == '*' || w->end - w->p < 2 || !strchr(":=!<", w->p[1]) || !w->p[1])
		w->problem = "'(' with a mark that is not known";
}

/* Length of {2}, {2,} or {2,3} at p, 0 where it is none. */
static size_t count_length(const char *p, const char *end)
{
	const char *q = p + 1;

	if (q == end || *q < '0' || *q > '9')
		return 0;
	while (q < end && ((*q >= '0' && *q <= '9') || *q == ','))
		q++;
	return q < end && *q == '}' ? (size_t)(q - p) + 1 : 0;
}

/* A quantifier with the '?' behind it; another '+' would mean something to PCRE2 alone. */
static void write_quantifier(struct writer *w, size_t n)
{
	out_write(&w->out, w->p, n);
	w->p += n;
	if (w->p < w->end && *w->p == '?')
		out_putc(&w->out, *w->p++);
	if (w->p < w->end && strchr("*+?", *w->p) && *w->p)
		w->problem = "quantifier behind a quantifier";
}

static void write_class_part(struct writer *w, char c)
{
	if (c == '[')
		out_putc(&w->out, '\\');
	out_putc(&w->out, c);
	if (c == ']')
		w->in_class = false;
}

static void write_class_start(struct writer *w)
{
	w->in_class = true;
	out_putc(&w->out, '[');
	if (w->p < w->end && *w->p == '^')
		out_putc(&w->out, *w->p++);
}

static void write_part(struct writer *w)
{
	char c = *w->p;
	size_t n;

	if (!w->in_class && (c == '*' || c == '+' || c == '?')) {
		write_quantifier(w, 1);
		return;
	}
	if (!w->in_class && c == '{' && (n = count_length(w->p, w->end))) {
		write_quantifier(w, n);
		return;
	}
	w->p++;
	if (c == '\\') {
		write_escape(w);
	} else if (w->in_class) {
		write_class_part(w, c);
	} else if (c == '[') {
		write_class_start(w);
	} else if (c == '.') {
		out_puts(&w->out, "[^\\n\\r\\x{2028}\\x{2029}]");
	} else if (c == '(') {
		check_group(w);
		out_putc(&w->out, c);
		while (w->p < w->end && *w->p == '?')
			out_putc(&w->out, *w->p++);
		if (w->look_ahead && w->end - w->p >= 2 && *w->p == '<' && strchr("=!", w->p[1]) &&
		    w->p[-1] == '?')
			w->p++;
	} else {
		out_putc(&w->out, c);
	}
}

static void *from_arena(PCRE2_SIZE size, void *mem)
{
	return arena_alloc(mem, size);
}

static void keep(void *p, void *mem)
{
	(void)p;
	(void)mem;
}

static pcre2_code *compile(struct arena *mem, const struct out *text, const char **problem)
{
	const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF |
				 PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_BACKSLASH_C;
	pcre2_general_context *general = pcre2_general_context_create(from_arena, keep, mem);
	pcre2_compile_context *context = pcre2_compile_context_create(general);
	char *message = arena_alloc(mem, 160);
	PCRE2_SIZE at;
	int error;
	pcre2_code *code =
	    pcre2_compile((PCRE2_SPTR)out_text(text), text->n, options, &error, &at, context);

	if (!code) {
		pcre2_get_error_message(error, (PCRE2_UCHAR *)message, 160);
		*problem = message;
	}
	return code;
}

/* NULL and *problem where it is no pattern. */
static pcre2_code *translate(struct arena *mem, struct writer *w, const char **problem)
{
	pcre2_code *code = NULL;

	while (w->p < w->end && !w->problem)
		write_part(w);
	if (w->in_class && !w->problem)
		w->problem = "'[' is not closed";
	*problem = w->problem;
	if (!w->problem)
		code = compile(mem, &w->out, problem);
	out_release(&w->out);
	return code;
}

bool schema_pattern_valid(struct arena *mem, const char *text, size_t len, const char **problem)
{
	struct writer w = {.p = text, .end = text + len, .look_ahead = true};

	return translate(mem, &w, problem);
}

const struct schema_pattern *schema_pattern_new(struct arena *mem, const char *text, size_t len,
						const char **problem)
{
	struct writer w = {.p = text, .end = text + len};
	struct schema_pattern *pattern;
	pcre2_code *code = translate(mem, &w, problem);
	uint32_t options = 0;

	if (!code)
		return NULL;
	pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
	pattern = arena_new(mem, struct schema_pattern, 1);
	pattern->text = arena_strndup(mem, text, len);
	pattern->code = code;
	pattern->anchored = options & PCRE2_ANCHORED;
	return pattern;
}

const char *schema_pattern_text(const struct schema_pattern *pattern)
{
	return pattern->text;
}

enum schema_match schema_pattern_match(const struct schema_pattern *pattern, const char *text,
				       size_t len)
{
	/* PCRE2 counts from each place that a match may begin at. */
	size_t places = pattern->anchored ? 1 : len + 1;
	size_t steps = STEPS / places < LEAST_STEPS ? LEAST_STEPS : STEPS / places;
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	int found;

	if (!limits || !match) {
		pcre2_match_context_free(limits);
		pcre2_match_data_free(match);
		return SCHEMA_TOO_LONG;
	}
	pcre2_set_match_limit(limits, (uint32_t)steps);
	pcre2_set_depth_limit(limits, (uint32_t)steps);
	pcre2_set_heap_limit(limits, HEAP_KIB);
	found = pcre2_match(pattern->code, (PCRE2_SPTR)text, len, 0, 0, match, limits);
	pcre2_match_data_free(match);
	pcre2_match_context_free(limits);
	if (found >= 0)
		return SCHEMA_MATCH;
	return found == PCRE2_ERROR_NOMATCH ? SCHEMA_NO_MATCH : SCHEMA_TOO_LONG;
}
