/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/words.c - running text as words and marks */
#include "catalog/words.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Marks beyond ASCII; the characters of all others there belong to words. */
static const struct mark {
	const char *bytes;
	enum word_kind kind;
	bool is_space, is_symbol;
} marks[] = {
    {"\xE2\x80\x9C", WORD_QUOTED, false, false}, /* “ */
    {"\xE2\x80\x9D", WORD_BREAK, true, false},   /* ” */
    {"\xE2\x80\x9E", WORD_QUOTED, false, false}, /* „ */
    {"\xE2\x80\x98", WORD_QUOTED, false, false}, /* ‘ */
    {"\xC2\xAB", WORD_QUOTED, false, false},     /* « */
    {"\xC2\xBB", WORD_BREAK, true, false},       /* » */
    {"\xE2\x80\x94", WORD_BREAK, false, false},  /* — */
    {"\xE2\x80\x93", WORD_BREAK, false, false},  /* – */
    {"\xE2\x80\xA6", WORD_STOP, false, false},   /* … */
    {"\xC2\xA0", WORD_BREAK, true, false},       /* spaces that do not break, thin ones */
    {"\xE2\x80\xAF", WORD_BREAK, true, false},   {"\xE2\x80\x89", WORD_BREAK, true, false},
    {"\xE2\x80\x8B", WORD_BREAK, true, false},   {"\xE2\x89\xA5", WORD_TEXT, false, true}, /* ≥ */
    {"\xE2\x89\xA4", WORD_TEXT, false, true},                                              /* ≤ */
    {"\xE2\x82\xAC", WORD_TEXT, false, true},                                              /* € */
};

static const struct mark *mark_at(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t length = strlen(marks[i].bytes);
		if (n >= length && !memcmp(p, marks[i].bytes, length))
			return &marks[i];
	}
	return NULL;
}

/* Length of an apostrophe, straight or not. */
static size_t apostrophe(const char *p, size_t n)
{
	return n && *p == '\'' ? 1 : n >= 3 && !memcmp(p, "\xE2\x80\x99", 3) ? 3 : 0;
}

/* Length of the part of a word at p: one ASCII character, or one byte of a letter beyond. */
static size_t word_part(const char *p, size_t n)
{
	if (!n)
		return 0;
	if ((unsigned char)*p < 0x80)
		return is_digit(*p) || is_letter(*p) || *p == '_';
	return !apostrophe(p, n) && !mark_at(p, n);
}

/* ---- quotations ---- */

static const struct quotation {
	const char *open, *close;
} quotations[] = {
    {"\"", "\""},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"}, /* “ ” */
    {"\xE2\x80\x9E", "\xE2\x80\x9C"}, /* „ “ */
    {"\xE2\x80\x98", "\xE2\x80\x99"}, /* ‘ ’ */
    {"\xC2\xAB", "\xC2\xBB"},         /* « » */
    {"'", "'"},
};

/* The byte behind the quotation that begins at `at`; 0 where none does. */
static size_t quotation_end(struct word_reader *r, size_t at)
{
	for (size_t i = 0; i < sizeof quotations / sizeof *quotations; i++) {
		size_t open = strlen(quotations[i].open), close = strlen(quotations[i].close);
		bool single = *quotations[i].close == '\'' || i == 3;
		if (r->n - at < open || memcmp(r->text + at, quotations[i].open, open) != 0 ||
		    r->unclosed[i])
			continue;
		if (single && !word_part(r->text + at + open, r->n - at - open))
			continue;
		for (size_t k = at + open; k + close <= r->n; k++)
			if (!memcmp(r->text + k, quotations[i].close, close) &&
			    !(single && word_part(r->text + k + close, r->n - k - close)))
				return k + close;
		r->unclosed[i] = true;
	}
	return 0;
}

/* ---- words ---- */

/* One that is too long is none. */
static void copy_key(struct text_word *w, const char *key)
{
	size_t n = strlen(key);

	if (n < WORD_KEY_MAX)
		memcpy(w->key, key, n + 1);
}

static void set_key(struct arena *scratch, struct text_word *w, const char *p, size_t n)
{
	struct arena_mark mark;

	w->key[0] = '\0';
	if (n >= WORD_KEY_MAX)
		return;
	mark = arena_save(scratch);
	copy_key(w, text_fold(scratch, p, n));
	arena_reset(scratch, mark);
}

static bool is_date(const char *p, size_t n)
{
	static const char form[] = "0000-00-00";

	for (size_t i = 0; i < sizeof form - 1; i++)
		if (i >= n || (form[i] == '0' ? !is_digit(p[i]) : p[i] != '-'))
			return false;
	return n == sizeof form - 1;
}

/* The end of the word at `at`: hyphens, dots and apostrophes are in it where it goes on behind. */
static size_t word_end(const struct word_reader *r, size_t at)
{
	const char *p = r->text;

	while (at < r->n) {
		size_t joint = p[at] == '-' || p[at] == '.' ? 1 : apostrophe(p + at, r->n - at);
		if (is_digit(p[at]) && at + 2 < r->n && (p[at + 1] == ':' || p[at + 1] == ',') &&
		    is_digit(p[at + 2]))
			at += 2; /* 10:30 and 10,000 */
		else if (word_part(p + at, r->n - at))
			at++;
		else if (joint && word_part(p + at + joint, r->n - at - joint))
			at += joint;
		else
			break;
	}
	return at;
}

/* Endings that are words of their own. */
static const struct {
	const char *ending, *word;
} contractions[] = {{"ve", "have"}, {"re", "are"}, {"ll", "will"}, {"s", "'s"}, {"m", "am"}};

/* Where a word of two parts: the begin of its second, whose key goes to *second; `end` where it is
 * one word. */
static size_t parts_at(const char *p, size_t start, size_t end, const char **second)
{
	size_t figure = start;

	for (size_t i = start + 1; i < end; i++) {
		size_t mark = apostrophe(p + i, end - i);
		if (!mark)
			continue;
		if (end - i - mark == 1 && (p[i + mark] | 32) == 't' && (p[i - 1] | 32) == 'n' &&
		    i - 1 > start) {
			*second = "not";
			/* "can't" and "won't" lose letters that no phrase needs */
			return i - 1;
		}
		for (size_t k = 0; k < sizeof contractions / sizeof *contractions; k++)
			if (end - i - mark == strlen(contractions[k].ending) &&
			    !strncasecmp(p + i + mark, contractions[k].ending, end - i - mark)) {
				*second = contractions[k].word;
				return i;
			}
	}
	while (figure < end && (is_digit(p[figure]) || strchr(".,:", p[figure])))
		figure++;
	if (figure > start && figure < end && is_digit(p[start])) {
		for (size_t i = figure; i < end; i++)
			if (!is_letter(p[i]))
				return end;
		*second = NULL;
		return figure;
	}
	return end;
}

static void fill_word(struct arena *scratch, const struct word_reader *r, struct text_word *w)
{
	const char *p = r->text + w->start;

	w->kind = WORD_TEXT;
	set_key(scratch, w, p, w->end - w->start);
	w->capital = *p >= 'A' && *p <= 'Z';
	w->is_number = is_digit(*p);
	w->is_date = is_date(p, w->end - w->start);
}

/* Words that a dot belongs to without ending the sentence. */
static bool is_abbreviation(const char *p, size_t n)
{
	static const char *const known[] = {"e.g", "i.e",    "etc",  "vs",   "dr",   "mr",  "mrs",
					    "ms",  "approx", "incl", "resp", "cf",   "st",  "no",
					    "fig", "a.m",    "p.m",  "prof", "dept", "inc", "al"};

	if (n == 1 && is_letter(*p))
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (n == strlen(known[i]) && !strncasecmp(p, known[i], n))
			return true;
	return false;
}

/* Whether the mark at `at`, one of . ! ?, ends a sentence: white space or the end comes behind it
 * and closing marks, and no small letter behind a dot. */
static bool ends_sentence(const struct word_reader *r, size_t at)
{
	size_t next = at + 1;
	bool dot = r->text[at] == '.';

	while (next < r->n && strchr(".!?)]\"'*", r->text[next]))
		next++;
	if (next < r->n && r->text[next] != ' ' && r->text[next] != '\n' && r->text[next] != '\t')
		return !dot;
	if (dot && is_abbreviation(r->text + r->last_word, at - r->last_word))
		return false;
	while (next < r->n && (r->text[next] == ' ' || r->text[next] == '\n'))
		next++;
	return !dot || next >= r->n || !(r->text[next] >= 'a' && r->text[next] <= 'z');
}

static void next_rest(struct word_reader *r, struct arena *scratch, struct text_word *w)
{
	w->start = r->rest;
	w->end = r->rest_end;
	fill_word(scratch, r, w);
	if (r->rest_key)
		copy_key(w, r->rest_key);
	r->rest = r->rest_end = 0;
}

static void next_text(struct word_reader *r, struct arena *scratch, struct text_word *w)
{
	w->start = r->last_word = r->at;
	r->at = word_end(r, r->at);
	w->end = parts_at(r->text, w->start, r->at, &r->rest_key);
	if (w->end < r->at) {
		r->rest = w->end;
		r->rest_end = r->at;
	}
	fill_word(scratch, r, w);
}

static void set_mark(struct word_reader *r, struct text_word *w, enum word_kind kind, size_t length)
{
	*w = (struct text_word){.kind = kind, .start = r->at, .end = r->at + length};
	r->at += length;
}

/* A mark at r->at; false where it says nothing and was passed over. */
static bool next_mark(struct word_reader *r, struct text_word *w)
{
	static const char symbols[] = "%<>=$";
	char c = r->text[r->at];
	const struct mark *mark = mark_at(r->text + r->at, r->n - r->at);
	size_t plural = apostrophe(r->text + r->at, r->n - r->at);

	if (mark && !mark->is_space) {
		set_mark(r, w, mark->kind == WORD_QUOTED ? WORD_BREAK : mark->kind,
			 strlen(mark->bytes));
		if (mark->is_symbol)
			copy_key(w, mark->bytes);
		return mark->kind != WORD_QUOTED;
	}
	if (plural && r->at && word_part(r->text + r->at - 1, 1)) {
		set_mark(r, w, WORD_TEXT, plural); /* the engineers' */
		copy_key(w, "'s");
		return true;
	}
	if (strchr(symbols, c) && c) {
		set_mark(r, w, WORD_TEXT, 1);
		w->key[0] = c;
		return true;
	}
	if (c == '.' || c == '!' || c == '?') {
		bool end = ends_sentence(r, r->at);
		set_mark(r, w, WORD_STOP, 1);
		return end;
	}
	if (c == ',' || c == ';' || c == ':' || c == '(' || c == ')') {
		set_mark(r, w,
			 c == ','   ? WORD_COMMA
			 : c == '(' ? WORD_OPEN
			 : c == ')' ? WORD_CLOSE
				    : WORD_BREAK,
			 1);
		return true;
	}
	if (c == '-' && r->at && strchr(" \n-", r->text[r->at - 1])) {
		set_mark(r, w, WORD_BREAK, 1);
		return true;
	}
	r->at += mark ? strlen(mark->bytes) : plural ? plural : 1;
	return false;
}

/* Length of "'s" behind something that is no word, or at the begin of the text. */
static size_t possessive(const struct word_reader *r)
{
	size_t mark = apostrophe(r->text + r->at, r->n - r->at);

	if (!mark || (r->at && strchr(" \n(", r->text[r->at - 1])) || r->at + mark >= r->n ||
	    r->text[r->at + mark] != 's' ||
	    word_part(r->text + r->at + mark + 1, r->n - r->at - mark - 1))
		return 0;
	return mark + 1;
}

bool word_next(struct word_reader *r, struct arena *scratch, struct text_word *w)
{
	*w = (struct text_word){0};
	if (r->rest_end) {
		next_rest(r, scratch, w);
		return true;
	}
	while (r->at < r->n) {
		bool inside = r->at && word_part(r->text + r->at - 1, 1); /* engineers' */
		size_t own = possessive(r);
		if (own) {
			set_mark(r, w, WORD_TEXT, own);
			copy_key(w, "'s");
			return true;
		}
		size_t end = inside && apostrophe(r->text + r->at, 1) ? 0 : quotation_end(r, r->at);
		if (end) {
			set_mark(r, w, WORD_QUOTED, end - r->at);
			return true;
		}
		if (word_part(r->text + r->at, r->n - r->at)) {
			next_text(r, scratch, w);
			return true;
		}
		if (next_mark(r, w))
			return true;
	}
	return false;
}
