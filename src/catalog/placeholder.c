/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/placeholder.c - words that stand where content should
 *
 * The form decides, not the word: a text may speak of TODO lists, of dates written YYYY-MM-DD, and
 * of what is to be decided. */
#include "catalog/placeholder.h"
#include "base/text.h"
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Where a row counts. */
enum position {
	ANYWHERE,
	OPENING, /* a text begins with it, a line holds nothing else, or one ends with it behind a
		    colon ("Owner: TBD") */
	ALONE    /* a line holds nothing else, or one ends with it behind a colon */
};

static const struct placeholder {
	const char *words;
	bool any_case;
	enum position position;
} placeholders[] = {
    {"lorem ipsum", true, ANYWHERE},
    {"[More Information Needed]", true, ANYWHERE},
    {"DEPLOYER ACTION REQUIRED", false, ANYWHERE},
    {"ACTION REQUIRED BY DEPLOYER", false, ANYWHERE},
    {"TODO", false, OPENING},
    {"FIXME", false, OPENING},
    {"TBD", true, OPENING},
    {"TBC", false, OPENING},
    {"TBA", false, OPENING},
    {"XXX", false, ALONE},
    {"YYYY-MM-DD", true, ALONE},
    {"DD/MM/YYYY", true, ALONE},
    {"MM/DD/YYYY", true, ALONE},
    {"More information needed", true, ALONE},
    {"to be determined", true, OPENING},
    {"to be written", true, OPENING},
    {"to be completed", true, OPENING},
    {"to be decided", true, OPENING},
    {"to be defined", true, OPENING},
    {"to be announced", true, OPENING},
    {"to be confirmed", true, OPENING},
    {"to be filled in", true, OPENING},
    {"to be added", true, ALONE},
    {"to be done", true, ALONE},
    {"to come", true, ALONE},
    {"to follow", true, ALONE},
    {"coming soon", true, ALONE},
    {"under construction", true, ALONE},
    {"section under construction", true, ALONE},
    {"page under construction", true, ALONE},
    {"work in progress", true, ALONE},
    {"placeholder", true, ALONE},
    {"placeholder text", true, ALONE},
    {"not yet written", true, ALONE},
    {"fill in", true, ALONE},
    {"fill me in", true, ALONE},
    {"fill this in", true, ALONE},
};

enum { PLACEHOLDERS = sizeof placeholders / sizeof *placeholders };
_Static_assert(PLACEHOLDERS <= 64, "a set of rows is a number");

/* Rows as bits: those that a byte may begin, and those that count anywhere. */
static uint64_t rows_of_byte[256], rows_anywhere;
static pthread_once_t rows_once = PTHREAD_ONCE_INIT;

static void sort_rows(void)
{
	for (size_t i = 0; i < PLACEHOLDERS; i++) {
		if (placeholders[i].position == ANYWHERE)
			rows_anywhere |= (uint64_t)1 << i;
		for (unsigned c = 0; c < 256; c++)
			if ((c | 32) == ((unsigned char)placeholders[i].words[0] | 32u))
				rows_of_byte[c] |= (uint64_t)1 << i;
	}
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

static bool begins_with(const char *text, const char *words)
{
	return (*text | 32) == (*words | 32) && !strncasecmp(text, words, strlen(words));
}

/* Length of the first of the words, NULL behind the last, that the text begins with as a whole. */
static size_t first_of(const char *text, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (begins_with(text, words[i]) && !is_word(text[strlen(words[i])]))
			return strlen(words[i]);
	return 0;
}

/* What stands before `at` in its line: nothing, something that ends with a colon, or words. */
enum before { BEFORE_TEXT, BEFORE_LINE, BEFORE_COLON, BEFORE_WORDS };

static enum before before(const char *text, const char *at)
{
	while (at > text && strchr(" \t*_([|", at[-1]))
		at--;
	return at == text       ? BEFORE_TEXT
	       : at[-1] == '\n' ? BEFORE_LINE
	       : at[-1] == ':'  ? BEFORE_COLON
				: BEFORE_WORDS;
}

static bool ends_line(const char *behind)
{
	behind += strspn(behind, " \t*_.!)]|");
	while (begins_with(behind, "\xE2\x80\xA6")) /* … */
		behind += 3;
	return !*behind || *behind == '\n';
}

/* "TODO list" is a thing that one can speak of. */
static bool names_a_thing(const char *behind)
{
	static const char *const things[] = {"list",   "lists",   "app",   "apps",    "item",
					     "items",  "file",    "files", "comment", "comments",
					     "marker", "markers", "tag",   "tags",    NULL};

	return *behind == ' ' && first_of(behind + 1, things);
}

static bool counts(const struct placeholder *p, const char *text, const char *at)
{
	size_t n = strlen(p->words);
	enum before what;

	if (p->any_case ? strncasecmp(at, p->words, n) != 0 : strncmp(at, p->words, n) != 0)
		return false;
	if (is_word(p->words[n - 1]) && is_word(at[n]))
		return false;
	if (p->position == ANYWHERE)
		return true;
	what = before(text, at);
	if (what == BEFORE_TEXT && p->position == OPENING)
		return !names_a_thing(at + n);
	return what != BEFORE_WORDS && ends_line(at + n);
}

/* ---- forms ---- */

size_t placeholder_tag(const char *text)
{
	static const char *const names[] = {
	    "name",       "owner",        "date",         "threshold",   "value",  "model",
	    "model name", "model_name",   "version",      "team",        "author", "company",
	    "email",      "organisation", "organization", "description", "reason", "todo",
	    "tbd",        "placeholder",  "metric",       "dataset",     "number", NULL};
	static const char *const openings[] = {"fill in",  "insert",   "your", "enter",
					       "describe", "add your", NULL};
	size_t n, end;

	if (*text != '<')
		return 0;
	n = 1 + strcspn(text + 1, "<>\n");
	if (begins_with(text + 1, "fill in"))
		return text[n] == '>' ? n + 1 : 1 + strlen("fill in");
	if (text[n] != '>' || memchr(text, '=', n))
		return 0;
	if (first_of(text + 1, openings))
		return n + 1;
	end = first_of(text + 1, names);
	return end && end + 1 == n ? n + 1 : 0;
}

/* "[your company]", "[insert name]" */
static size_t brackets(const char *at)
{
	static const char *const openings[] = {"your",     "insert", "fill in",  "placeholder",
					       "todo",     "tbd",    "tbc",      "enter",
					       "describe", "to be",  "add your", NULL};
	size_t n = 1 + strcspn(at + 1, "[]\n");

	return at[n] == ']' && n < 80 && first_of(at + 1, openings) ? n + 1 : 0;
}

/* "{{name}}", not the "${{ … }}" or "{{< … >}}" of programs that fill in what they are given. */
static size_t braces(const char *text, const char *at)
{
	size_t n = 2;

	if (at[1] != '{' || (at > text && (at[-1] == '$' || at[-1] == '{')))
		return 0;
	n += strspn(at + n, " ");
	if (!is_word(at[n]))
		return 0;
	while (is_word(at[n]) || at[n] == ' ' || at[n] == '.')
		n++;
	return at[n] == '}' && at[n + 1] == '}' && n < 60 ? n + 2 : 0;
}

/* "Insert a summary here", at the begin of a text and with nothing behind it. */
static size_t instruction(const char *text, const char *at)
{
	static const char *const verbs[] = {"insert", "describe", "enter", NULL};
	static const char *const own[] = {"add your",  "write your",   "put your",
					  "type your", "fill in your", NULL};
	size_t verb = first_of(at, verbs), n;

	if (!verb)
		verb = first_of(at, own);
	if (!verb || before(text, at) == BEFORE_WORDS)
		return 0;
	n = strcspn(at, ".!\n");
	while (n && strchr(" *_", at[n - 1]))
		n--;
	if (n < verb + 5 || !begins_with(at + n - 5, " here") || !ends_line(at + n))
		return 0;
	return n;
}

/* "This section is to be written" */
static size_t unwritten(const char *text, const char *at)
{
	static const char *const parts[] = {
	    "section", "part",        "chapter", "paragraph", "page",   "document", "analysis",
	    "summary", "description", "text",    "table",     "answer", NULL};
	static const char *const verbs[] = {
	    "is still to be",  "is yet to be", "is to be",          "has yet to be",
	    "has still to be", "needs to be",  "still needs to be", NULL};
	static const char *const states[] = {"written", "completed", "filled in", "filled",
					     "done",    "added",     NULL};
	size_t n = begins_with(at, "the ") ? 4 : begins_with(at, "this ") ? 5 : 0, more;

	if (!n || before(text, at) == BEFORE_WORDS || !(more = first_of(at + n, parts)))
		return 0;
	n += more;
	if (at[n] != ' ' || !(more = first_of(at + n + 1, verbs)))
		return 0;
	n += more + 1;
	if (at[n] != ' ' || !(more = first_of(at + n + 1, states)))
		return 0;
	return n + 1 + more;
}

/* "????" as a word of its own at the end of a line. */
static size_t questions(const char *text, const char *at)
{
	size_t n = strspn(at, "?");

	return n >= 3 && (at == text || strchr(" \n|(", at[-1])) && ends_line(at + n) ? n : 0;
}

/* Dots for all that a text holds. */
static size_t dots(const char *text)
{
	const char *at = text;
	size_t n;

	while (*at == ' ')
		at++;
	if (*at != '.' && *at != '\xE2')
		return 0;
	n = strspn(at, ".");
	while (begins_with(at + n, "\xE2\x80\xA6"))
		n += 3;
	return (n >= 3 && !at[n + strspn(at + n, " ")]) ? n : 0;
}

/* Length of the placeholder that begins at `at`, 0 where none does. `opens`: nothing but marks
 * stands before it in its line, or behind the last colon there. */
static size_t placeholder_at(const char *text, const char *at, bool opens)
{
	uint64_t rows = rows_of_byte[(unsigned char)*at];
	size_t n = 0;

	switch (*at) {
	case '<':
		return placeholder_tag(at);
	case '{':
		return braces(text, at);
	case '?':
		return questions(text, at);
	case '[':
		if ((n = brackets(at)))
			return n;
		break;
	case 'T':
	case 't':
		if ((at[1] | 32) == 'h' && (n = unwritten(text, at)))
			return n;
		break;
	default:
		if (opens && (n = instruction(text, at)))
			return n;
	}
	if (!opens)
		rows &= rows_anywhere;
	for (; rows; rows &= rows - 1) {
		const struct placeholder *row = &placeholders[__builtin_ctzll(rows)];
		if ((row->words[1] | 32) == (at[1] | 32) && counts(row, text, at))
			return strlen(row->words);
	}
	return 0;
}

/* What a byte can be, for the one pass over each text: the first of something anywhere, the first
 * of something at the begin of a line or behind a colon, a byte of a word, a mark that does not end
 * that begin, a byte of a word and no mark. */
enum { FIRST = 1, FIRST_OPENING = 2, WORD = 4, MARK = 8, INSIDE = 16 };
#define W (WORD | INSIDE)
#define B (W | FIRST)
#define O (W | FIRST_OPENING)
#define W16 W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W
static const unsigned char byte_class[256] = {
    ['\t'] = MARK,
    [' '] = MARK,
    ['*'] = MARK,
    ['('] = MARK,
    ['|'] = MARK,
    ['<'] = FIRST,
    ['{'] = FIRST,
    ['?'] = FIRST,
    ['['] = FIRST | MARK,
    ['_'] = WORD | MARK,
    ['-'] = W,
    ['0'] = W,
    ['1'] = W,
    ['2'] = W,
    ['3'] = W,
    ['4'] = W,
    ['5'] = W,
    ['6'] = W,
    ['7'] = W,
    ['8'] = W,
    ['9'] = W,
    ['A'] = B,
    ['B'] = W,
    ['C'] = O,
    ['D'] = B,
    ['E'] = O,
    ['F'] = B,
    ['G'] = W,
    ['H'] = W,
    ['I'] = O,
    ['J'] = W,
    ['K'] = W,
    ['L'] = B,
    ['M'] = O,
    ['N'] = O,
    ['O'] = W,
    ['P'] = O,
    ['Q'] = W,
    ['R'] = W,
    ['S'] = O,
    ['T'] = O,
    ['U'] = O,
    ['V'] = W,
    ['W'] = O,
    ['X'] = O,
    ['Y'] = O,
    ['Z'] = W,
    ['a'] = O,
    ['b'] = W,
    ['c'] = O,
    ['d'] = O,
    ['e'] = O,
    ['f'] = O,
    ['g'] = W,
    ['h'] = W,
    ['i'] = O,
    ['j'] = W,
    ['k'] = W,
    ['l'] = B,
    ['m'] = O,
    ['n'] = O,
    ['o'] = W,
    ['p'] = O,
    ['q'] = W,
    ['r'] = W,
    ['s'] = O,
    ['t'] = O,
    ['u'] = O,
    ['v'] = W,
    ['w'] = O,
    ['x'] = O,
    ['y'] = O,
    ['z'] = W,
    [0x80] = W16,
    W16,
    W16,
    W16,
    W16,
    W16,
    W16,
    W16, /* of longer characters */
};
#undef W
#undef W16
#undef B
#undef O

static unsigned class_of(char c)
{
	return byte_class[(unsigned char)c];
}

const char *placeholder_find(const char *text, size_t *n)
{
	bool opens = true; /* nothing but marks since the line began, or since a colon */

	if ((*n = dots(text)))
		return text + strspn(text, " ");
	pthread_once(&rows_once, sort_rows);
	for (const char *at = text; *at; at++) {
		unsigned class = class_of(*at);
		bool edge = at == text || !(class_of(at[-1]) & WORD) || !(class & WORD);
		if (edge && (class & (opens ? FIRST | FIRST_OPENING : FIRST)) &&
		    (*n = placeholder_at(text, at, opens)))
			return at;
		if (*at == '\n' || *at == ':')
			opens = true;
		else if (!(class & MARK))
			opens = false;
		/* Within a word nothing begins. */
		for (; (class & WORD) && (class_of(at[1]) & INSIDE); at++)
			opens = false;
	}
	*n = 0;
	return NULL;
}
