/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/phrases.h - phrases that documents are searched for, from templates/language/NAME.yaml
 *
 * The file is data that a team edits; templates/language/blame.yaml says in comments how. It is
 * compiled into one tree of words, so that a text is searched for all phrases at once. */
#ifndef CATALOG_PHRASES_H
#define CATALOG_PHRASES_H
#include "base/diag.h"
#include "base/map.h"
#include "catalog/words.h"
#include "read/data.h"

/* What a word is, or-ed. Classes of the file's own follow from CLASS_OWN on. */
enum word_class {
	CLASS_PERSON = 1,      /* person: engineer, she */
	CLASS_NAME = 1 << 1,   /* name: a person where it has a capital: Alice */
	CLASS_SYSTEM = 1 << 2, /* system: pipeline, it */
	CLASS_THEY = 1 << 3,   /* they: what was spoken of last */
	CLASS_FILLER = 1 << 4, /* filler: passed over inside a phrase and before it: simply */
	CLASS_DETERMINER = 1 << 5,
	CLASS_PREPOSITION = 1 << 6,
	CLASS_AND = 1 << 7,    /* and: what follows may have the subject of what went before */
	CLASS_WHO = 1 << 8,    /* who: stands for the noun before it: who, which, that */
	CLASS_CLAUSE = 1 << 9, /* clause: begins one: because, when */
	CLASS_NUMBER = 1 << 10,
	CLASS_DATE = 1 << 11,
	CLASS_LINK = 1 << 12,
	CLASS_CODE = 1 << 13,  /* these four by the form of the word */
	CLASS_OWNER = 1 << 14, /* owner: 's */
	CLASS_OWN = 1 << 16
};

/* A word of a text that is searched. */
struct phrase_word {
	uint32_t id; /* phrases_word(); 0: in no phrase */
	unsigned classes;
	enum word_kind kind;
	bool capital;
	struct span at;
};

struct phrase {
	const char *text;    /* as written in the file */
	const char *instead; /* how to say it; NULL */
	bool is_exception;   /* where it stands, nothing is found */
	bool of_person;      /* counts where a person is spoken of */
	bool in_clause;      /* the person may stand anywhere before it in the clause */
	bool then_person;    /* a person must follow: "caused by {person}" */
	uint32_t after;      /* id of a word that must begin the clause, 0: none */
};

/* The lists of a file. */
enum phrase_list {
	PHRASES_FIND,          /* patterns, exceptions */
	PHRASES_CLASS,         /* words of classes, of several words */
	PHRASES_SILENT_AFTER,  /* nothing is found behind them in the clause */
	PHRASES_SILENT_BEFORE, /* nothing is found right before them */
	PHRASES_MEASURE,       /* nothing is found in a sentence that holds one */
	PHRASES_LISTS
};

struct phrases {
	const char *name;
	struct source *source;
	bool headings;    /* headings are searched, too */
	struct map words; /* folded word to struct phrase_term */
	struct {
		LIST_OF(const struct data_node *);
	} classes; /* names of the file's own, by bit from CLASS_OWN */
	struct {
		LIST_OF(struct phrase_ending);
	} endings;        /* "*ed" of classes */
	struct map edges; /* (node, word or class) to struct phrase_node */
	struct {
		LIST_OF(struct phrase_node *);
	} nodes;
	size_t n; /* phrases that are searched for */
	bool has_measures;
};

struct phrase_hit {
	const struct phrase *phrase; /* NULL in lists but PHRASES_FIND */
	unsigned classes;            /* PHRASES_CLASS */
	size_t words;                /* that it takes */
};
enum { PHRASE_HITS = 16, PHRASE_LONGEST = 12 };

/* Reads a file. Always gives phrases; what is wrong went to `diags` as template/invalid. */
struct phrases *phrases_read(struct arena *mem, struct source *source, struct diag_sink *diags);
/* Id and classes of a word. */
void phrases_word(const struct phrases *phrases, const struct text_word *word,
		  struct phrase_word *to);
/* What begins with words[0] of a list, longest first and then in the order of the file; at most
 * PHRASE_HITS. */
size_t phrases_match(const struct phrases *phrases, enum phrase_list list,
		     const struct phrase_word *words, size_t n, struct phrase_hit *hits);
#endif
