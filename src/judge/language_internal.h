/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/language_internal.h - a block of a document as words, and who is spoken of in it */
#ifndef JUDGE_LANGUAGE_INTERNAL_H
#define JUDGE_LANGUAGE_INTERNAL_H
#include "base/out.h"
#include "catalog/phrases.h"
#include "read/document.h"

/* Text of one node. */
struct block_piece {
	uint32_t node;
	uint32_t start, end; /* bytes of block.text */
	unsigned classes;    /* of all words in it: CLASS_LINK, CLASS_CODE */
	bool verbatim;       /* as it is written, byte by byte */
};

/* A paragraph, heading or cell that is searched. Used for one after the other. */
struct block {
	struct arena *mem;
	const struct document_text *doc;
	const struct phrases *phrases;
	uint32_t node;
	struct out text; /* release it */
	struct {
		LIST_OF(struct block_piece);
	} pieces;
	struct {
		LIST_OF(struct phrase_word);
	} words;
};

/* Reads the inline content of a node into `words`. */
void block_read(struct block *b, uint32_t node);
/* Gives the words the classes of the phrases of several words that they end, and `they` those of
 * what was spoken of last. */
void block_classify(struct block *b);

enum { NO_WORD = UINT32_MAX };
/* The word for the person that the words from `at` on are said of; NO_WORD where they are said of
 * something else, or of nobody known. `begin` is the first word of the sentence. */
size_t speaking_of(const struct phrase_word *words, size_t begin, size_t at);
/* The same, taking the first that is spoken of in the clause. */
size_t speaking_of_in_clause(const struct phrase_word *words, size_t begin, size_t at);
/* The word for the person whom the noun at `at` names; NO_WORD where it names none. `n` is the
 * number of words. */
size_t person_at(const struct phrase_word *words, size_t at, size_t n);
#endif
