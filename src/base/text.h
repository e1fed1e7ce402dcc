/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/text.h - Unicode text: validity, folding, closeness */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>

/* True when all `n` bytes are UTF-8 (no surrogates, no overlong forms). Else *bad is the offset
 * of the first byte that is not. */
bool text_is_utf8(const char *p, size_t n, size_t *bad);
/* True when the text holds no NUL, no C0 control but TAB, LF and CR, no U+FFFE/U+FFFF.
 * Else *bad is the offset of the first. `p` must be UTF-8. */
bool text_is_printable(const char *p, size_t n, size_t *bad);
/* True when no byte is above 127. */
bool text_is_ascii(const char *p, size_t n);
/* Case-folded and in NFC (utf8proc), for comparing names. Lives in the arena. Bytes that are
 * not UTF-8 are kept as they are. */
char *text_fold(struct arena *mem, const char *p, size_t n);
/* In NFC. Bytes that are not UTF-8 are kept as they are. */
char *text_compose(struct arena *mem, const char *p, size_t n);
/* Folded, punctuation and leading numbering dropped, runs of space made one: two headings with
 * the same key mean the same ("3. Root-cause analysis:" and "Root cause analysis"). */
char *text_match_key(struct arena *mem, const char *p, size_t n);
/* Runs of ASCII white space become one space, none at the ends. */
char *text_collapse(struct arena *mem, const char *p, size_t n);
/* Number of words: runs of letters, digits and marks. */
size_t text_count_words(const char *p, size_t n);
/* What the Bidi rule (RFC 5893, 2) asks about a label of a host name. */
struct text_direction {
	bool right_to_left; /* holds a character of class R, AL or AN */
	bool strong_first;  /* begins with one of class L, R or AL */
	bool mixed_digits;  /* holds digits of class EN and of class AN */
};
struct text_direction text_direction(const char *p, size_t n);
/* GitHub's heading slug without the counter for repeats: lower-cased, everything but letters,
 * marks, digits, connector punctuation, '-' and ' ' dropped, each space a '-'. */
char *text_slug(struct arena *mem, const char *p, size_t n);

/* Damerau-Levenshtein distance (adjacent transposition counts one), at most `limit` + 1. */
size_t text_distance(const char *a, const char *b, size_t limit);
/* The candidate nearest to `word`, NULL where none is near (distance over a third of its
 * length, and over 1). One that differs in case only is the nearest; ties go to the first. */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

/* Writes text for a terminal: control bytes and bytes that are not UTF-8 as \xNN. */
void text_write_visible(struct out *o, const char *p, size_t n);
/* Writes text as the inside of a JSON string; also escapes `<`, `>`, `&`, U+2028 and U+2029,
 * so that the result may stand in a script element. Bytes that are not UTF-8 become U+FFFD. */
void text_write_json(struct out *o, const char *p, size_t n);
/* A JSON string, in its quotes; NULL is null. */
void text_write_json_string(struct out *o, const char *text);
/* Writes text of one line as Markdown that says it as a heading, item or cell of a table: what
 * would be emphasis, a link, code, HTML, a bar of a table or closing #s is escaped. */
void text_write_markdown(struct out *o, const char *p, size_t n);
bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);
/* memmem() for bytes that are found by their first, which is rare in the text; NULL: not there. */
const char *text_find(const char *p, size_t n, const char *words, size_t n_words);
#endif
