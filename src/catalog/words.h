/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/words.h - running text as words and marks, for phrases
 *
 * A word is letters, digits and marks with hyphens, dots and apostrophes inside it; "didn't" is two
 * words, "did" and "not", and so is "engineer's" ("'s"). A figure and the unit written to it are
 * two words ("10ms"). What stands between quotation marks is one piece that is no word. */
#ifndef CATALOG_WORDS_H
#define CATALOG_WORDS_H
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

enum word_kind {
	WORD_TEXT,
	WORD_COMMA,
	WORD_BREAK, /* ; : or a dash between words */
	WORD_STOP,  /* the end of a sentence */
	WORD_OPEN,
	WORD_CLOSE, /* parentheses */
	WORD_QUOTED /* a quotation with its marks */
};

enum { WORD_KEY_MAX = 48 }; /* longer words are in no phrase */

struct text_word {
	enum word_kind kind;
	size_t start, end;      /* bytes of the text */
	char key[WORD_KEY_MAX]; /* folded (text_fold), "" where it is too long */
	bool capital;           /* begins with an upper-case letter */
	bool is_number;         /* begins with a digit */
	bool is_date;           /* YYYY-MM-DD */
};

/* Zeroed but for text and n. */
struct word_reader {
	const char *text;
	size_t n, at;
	bool unclosed[8];      /* by kind of quotation mark: none closes behind `at` */
	size_t last_word;      /* where the one before began */
	size_t rest, rest_end; /* the second half of a word that is two; 0, 0: none */
	const char *rest_key;  /* its key where that is not as written */
};

/* The next word or mark; false at the end. `scratch` is for letters beyond ASCII. */
bool word_next(struct word_reader *reader, struct arena *scratch, struct text_word *word);
#endif
