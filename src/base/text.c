/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/text.c - Unicode text: validity, folding, slugs, closeness */
#include "base/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

bool text_starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n >= m && !memcmp(text + n - m, suffix, m);
}

/* Bytes of the well-formed UTF-8 sequence at p (Unicode 15, table 3-7), 0 where there is none. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high, length;
	} forms[] = {
	    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
	    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
	    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
	};

	if (p[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (p[0] < forms[i].first_low || p[0] > forms[i].first_high)
			continue;
		if (n < forms[i].length || p[1] < forms[i].second_low ||
		    p[1] > forms[i].second_high)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if (p[k] < 0x80 || p[k] > 0xBF)
				return 0;
		return forms[i].length;
	}
	return 0;
}

bool text_is_utf8(const char *p, size_t n, size_t *bad)
{
	const unsigned char *u = (const unsigned char *)p;

	for (size_t i = 0; i < n;) {
		uint64_t eight;
		size_t length;
		if (i + 8 <= n && (memcpy(&eight, u + i, 8), !(eight & 0x8080808080808080u))) {
			i += 8;
			continue;
		}
		length = sequence_length(u + i, n - i);
		if (!length) {
			*bad = i;
			return false;
		}
		i += length;
	}
	return true;
}

bool text_is_printable(const char *p, size_t n, size_t *bad)
{
	const unsigned char *u = (const unsigned char *)p;

	for (size_t i = 0; i < n; i++) {
		bool control = u[i] < 0x20 && u[i] != '\t' && u[i] != '\n' && u[i] != '\r';
		bool noncharacter =
		    u[i] == 0xEF && n - i >= 3 && u[i + 1] == 0xBF && u[i + 2] >= 0xBE;
		if (control || noncharacter) {
			*bad = i;
			return false;
		}
	}
	return true;
}

bool text_is_ascii(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return false;
	return true;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char *map_text(struct arena *mem, const char *p, size_t n, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t length =
	    utf8proc_map((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n, &mapped, options);
	char *copy;

	if (length < 0)
		return arena_strndup(mem, p, n);
	copy = arena_strndup(mem, (char *)mapped, (size_t)length);
	free(mapped);
	return copy;
}

char *text_fold(struct arena *mem, const char *p, size_t n)
{
	if (text_is_ascii(p, n)) {
		char *copy = arena_strndup(mem, p, n);
		for (size_t i = 0; i < n; i++)
			copy[i] = ascii_lower(copy[i]);
		return copy;
	}
	return map_text(mem, p, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

char *text_compose(struct arena *mem, const char *p, size_t n)
{
	return map_text(mem, p, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

/* One character; where the bytes are not UTF-8, one byte as U+FFFD. */
static size_t next_char(const char *p, size_t n, utf8proc_int32_t *c)
{
	utf8proc_ssize_t used =
	    utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n, c);

	if (used > 0)
		return (size_t)used;
	*c = 0xFFFD;
	return 1;
}

struct text_direction text_direction(const char *p, size_t n)
{
	struct text_direction direction = {false, false, false};
	bool european = false, arabic = false;
	utf8proc_int32_t c;

	for (size_t i = 0; i < n;) {
		size_t used = next_char(p + i, n - i, &c);
		utf8proc_propval_t class = utf8proc_get_property(c)->bidi_class;
		bool right = class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL;
		if (!i)
			direction.strong_first = right || class == UTF8PROC_BIDI_CLASS_L;
		arabic |= class == UTF8PROC_BIDI_CLASS_AN;
		european |= class == UTF8PROC_BIDI_CLASS_EN;
		direction.right_to_left |= right || arabic;
		i += used;
	}
	direction.mixed_digits = european && arabic;
	return direction;
}

/* What a byte is to words: part of one, or one that joins two (it's, p50-p99, e-mail). */
enum { WORD_PART = 1, WORD_JOINER = 2 };
#define P WORD_PART
static const unsigned char word_class[128] = {
    ['\''] = WORD_JOINER,
    ['-'] = WORD_JOINER,
    ['0'] = P,
    ['1'] = P,
    ['2'] = P,
    ['3'] = P,
    ['4'] = P,
    ['5'] = P,
    ['6'] = P,
    ['7'] = P,
    ['8'] = P,
    ['9'] = P,
    ['A'] = P,
    ['B'] = P,
    ['C'] = P,
    ['D'] = P,
    ['E'] = P,
    ['F'] = P,
    ['G'] = P,
    ['H'] = P,
    ['I'] = P,
    ['J'] = P,
    ['K'] = P,
    ['L'] = P,
    ['M'] = P,
    ['N'] = P,
    ['O'] = P,
    ['P'] = P,
    ['Q'] = P,
    ['R'] = P,
    ['S'] = P,
    ['T'] = P,
    ['U'] = P,
    ['V'] = P,
    ['W'] = P,
    ['X'] = P,
    ['Y'] = P,
    ['Z'] = P,
    ['a'] = P,
    ['b'] = P,
    ['c'] = P,
    ['d'] = P,
    ['e'] = P,
    ['f'] = P,
    ['g'] = P,
    ['h'] = P,
    ['i'] = P,
    ['j'] = P,
    ['k'] = P,
    ['l'] = P,
    ['m'] = P,
    ['n'] = P,
    ['o'] = P,
    ['p'] = P,
    ['q'] = P,
    ['r'] = P,
    ['s'] = P,
    ['t'] = P,
    ['u'] = P,
    ['v'] = P,
    ['w'] = P,
    ['x'] = P,
    ['y'] = P,
    ['z'] = P,
};
#undef P

/* Soft hyphen, zero width, and the marks that choose how the letter before is drawn. */
static bool is_invisible(utf8proc_int32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff ||
	       (c >= 0xfe00 && c <= 0xfe0f);
}

static bool is_word(utf8proc_int32_t c)
{
	if (c < 0x80)
		return word_class[c] & WORD_PART;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return true;
	default:
		return false;
	}
}

/* Length of "3.", "3.1.2", "3)", "(3)", "a)" with the white space behind it. */
static size_t numbering_length(const char *p, size_t n)
{
	size_t i = 0, digits = 0;

	if (i < n && p[i] == '(')
		i++;
	while (i < n && ((p[i] >= '0' && p[i] <= '9') || (p[i] == '.' && digits))) {
		digits += p[i] != '.';
		i++;
	}
	if (!digits)
		return 0;
	if (i < n && (p[i] == ')' || p[i] == ':'))
		i++;
	else if (p[i - 1] != '.' && !memchr(p, '.', i))
		return 0; /* "2026 goals" keeps its number */
	if (i >= n || (p[i] != ' ' && p[i] != '\t'))
		return 0;
	while (i < n && (p[i] == ' ' || p[i] == '\t'))
		i++;
	return i;
}

char *text_match_key(struct arena *mem, const char *p, size_t n)
{
	const char *folded;
	char *key;
	size_t length, to = 0;
	bool gap = false;

	while (n && (*p == ' ' || *p == '\t'))
		p++, n--;
	length = numbering_length(p, n);
	p += length;
	n -= length;
	folded = p;
	if (!text_is_ascii(p, n)) {
		folded = text_fold(mem, p, n);
		n = strlen(folded);
	}
	key = arena_alloc(mem, n + 1);
	for (size_t i = 0; i < n; i += length) {
		utf8proc_int32_t c = (unsigned char)folded[i];
		length = 1;
		if (c >= 0x80)
			length = next_char(folded + i, n - i, &c);
		if (!is_word(c)) {
			/* An apostrophe does not part words: "model's"; nor does what is not seen.
			 */
			gap = gap || (c != '\'' && c != 0x2019 && !is_invisible(c));
			continue;
		}
		if (gap && to)
			key[to++] = ' ';
		gap = false;
		if (length == 1)
			key[to] = ascii_lower(folded[i]);
		else
			memcpy(key + to, folded + i, length);
		to += length;
	}
	key[to] = '\0';
	return key;
}

char *text_collapse(struct arena *mem, const char *p, size_t n)
{
	char *copy = arena_alloc(mem, n + 1);
	size_t to = 0;
	bool gap = false;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == ' ' || p[i] == '\t' || p[i] == '\n' || p[i] == '\r' || p[i] == '\f') {
			gap = true;
			continue;
		}
		if (gap && to)
			copy[to++] = ' ';
		gap = false;
		copy[to++] = p[i];
	}
	copy[to] = '\0';
	return copy;
}

size_t text_count_words(const char *p, size_t n)
{
	size_t words = 0, length;
	unsigned inside = 0;

	for (size_t i = 0; i < n; i += length) {
		utf8proc_int32_t c = (unsigned char)p[i];
		unsigned class, part;
		length = 1;
		if (c < 0x80) {
			class = word_class[c];
		} else {
			length = next_char(p + i, n - i, &c);
			class = is_word(c) ? WORD_PART : c == 0x2019 ? WORD_JOINER : 0;
		}
		part = class & WORD_PART;
		words += part & ~inside;
		inside = part | (inside & (class >> 1)); /* without a branch: words are short */
	}
	return words;
}

char *text_slug(struct arena *mem, const char *p, size_t n)
{
	char *lower =
	    text_is_ascii(p, n) ? arena_strndup(mem, p, n) : map_text(mem, p, n, UTF8PROC_STABLE);
	char *slug;
	size_t to = 0, length;

	n = strlen(lower);
	slug = arena_alloc(mem, n * 3 + 1); /* lower-casing may lengthen a character */
	for (size_t i = 0; i < n; i += length) {
		utf8proc_int32_t c;
		length = next_char(lower + i, n - i, &c);
		if (c == ' ') {
			slug[to++] = '-';
		} else if (c == '-' || c == '_' || is_word(c) ||
			   utf8proc_category(c) == UTF8PROC_CATEGORY_PC) {
			to += (size_t)utf8proc_encode_char(utf8proc_tolower(c),
							   (utf8proc_uint8_t *)slug + to);
		}
	}
	slug[to] = '\0';
	return slug;
}

size_t text_distance(const char *a, const char *b, size_t limit)
{
	enum { LONGEST = 64 };
	size_t n = strlen(a), m = strlen(b);
	size_t rows[3][LONGEST + 1];

	if (n > LONGEST || m > LONGEST)
		return strcmp(a, b) ? limit + 1 : 0;
	if ((n > m ? n - m : m - n) > limit)
		return limit + 1;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = rows[i % 3], *up = rows[(i + 2) % 3], *above = rows[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);
			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    above[j - 2] + 1 < best)
				best = above[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[n % 3][m] > limit ? limit + 1 : rows[n % 3][m];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t limit = strlen(word) / 3, best;
	const char *nearest = NULL;

	if (limit < 1)
		limit = 1;
	/* A word of which no letter stays is not near. */
	best = limit < strlen(word) ? limit + 1 : strlen(word);
	for (size_t i = 0; i < n; i++)
		if (candidates[i] && !strcasecmp(word, candidates[i]))
			return candidates[i];
	for (size_t i = 0; i < n; i++) {
		size_t distance = candidates[i] ? text_distance(word, candidates[i], limit) : best;
		if (distance < best) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}

void text_write_visible(struct out *o, const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)p + i,
							 (utf8proc_ssize_t)(n - i), &c);
		/* C0, DEL, C1 and the marks that turn the direction of text */
		bool hidden = used < 1 || c < 0x20 || (c >= 0x7F && c < 0xA0) ||
			      (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
		size_t length = used < 1 ? 1 : (size_t)used;
		if (!hidden || c == '\t')
			out_write(o, p + i, length);
		else
			for (size_t k = 0; k < length; k++)
				out_printf(o, "\\x%02X", (unsigned char)p[i + k]);
		i += length;
	}
}

/* A run of # and whether it ends a heading: behind a blank or nothing, up to the end. */
struct hashes {
	size_t end;
	bool closes;
};

static struct hashes read_hashes(const char *p, size_t n, size_t start)
{
	size_t end = start, i;

	while (end < n && p[end] == '#')
		end++;
	for (i = end; i < n && (p[i] == ' ' || p[i] == '\t');)
		i++;
	return (struct hashes){end,
			       i == n && (!start || p[start - 1] == ' ' || p[start - 1] == '\t')};
}

static bool is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* True where a byte of a line would mean more than itself; for # read_hashes() says it. */
static bool is_live_markdown(const char *p, size_t n, size_t i)
{
	switch (p[i]) {
	case '&':
		return i + 1 < n && (p[i + 1] == '#' || is_word_byte(p[i + 1]));
	case '_': /* within a word it is none */
		return !i || i + 1 == n || !is_word_byte(p[i - 1]) || !is_word_byte(p[i + 1]);
	default:
		return strchr("\\`*[]<>~|", p[i]);
	}
}

void text_write_markdown(struct out *o, const char *p, size_t n)
{
	struct hashes hashes = {0};

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '#' && i >= hashes.end)
			hashes = read_hashes(p, n, i);
		if (p[i] == '#' ? hashes.closes : p[i] && is_live_markdown(p, n, i))
			out_putc(o, '\\');
		out_putc(o, p[i]);
	}
}

void text_write_json(struct out *o, const char *p, size_t n)
{
	size_t length;

	for (size_t i = 0; i < n; i += length) {
		utf8proc_int32_t c = (unsigned char)p[i];
		length = 1;
		if (c >= 0x80)
			length = next_char(p + i, n - i, &c);
		switch (c) {
		case '"':
			out_puts(o, "\\\"");
			break;
		case '\\':
			out_puts(o, "\\\\");
			break;
		case '\n':
			out_puts(o, "\\n");
			break;
		case '\t':
			out_puts(o, "\\t");
			break;
		case 0xFFFD:
			out_puts(o, "\xEF\xBF\xBD");
			break;
		default:
			if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x7F ||
			    c == 0x2028 || c == 0x2029)
				out_printf(o, "\\u%04x", (unsigned)c);
			else
				out_write(o, p + i, length);
		}
	}
}

void text_write_json_string(struct out *o, const char *text)
{
	if (!text) {
		out_puts(o, "null");
		return;
	}
	out_putc(o, '"');
	text_write_json(o, text, strlen(text));
	out_putc(o, '"');
}

const char *text_find(const char *p, size_t n, const char *words, size_t n_words)
{
	const char *at = p, *end = p + n;

	while ((size_t)(end - at) >= n_words &&
	       (at = memchr(at, *words, (size_t)(end - at) - n_words + 1)) != NULL) {
		if (!memcmp(at, words, n_words))
			return at;
		at++;
	}
	return NULL;
}
