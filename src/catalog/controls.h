/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/controls.h - the controls of frameworks, and where what satisfies them leads
 *
 * A record of kind `controls` lists the lines of one framework. Each entry of a control's
 * `satisfied_by:` is a carrier:
 *
 *   section: DOC#ID           DOC: the id of a document; ID: the id of a heading, or the path of
 *                             template ids that the section answers (`rollback`,
 * `principle[2]/test`; without the number, that section of every principle) item: DOC#SECTION/ITEM
 * an item by the same path Where no document has the id, `templates/KIND` is the template itself:
 *                             what every document of the kind must hold
 *   record_kind: K, field: F  a field of a record kind, or a key of a document kind's front matter;
 *                             F: keys joined by dots, `[]` behind a list, NAME for keys that are
 * free rule: AREA/WHAT           a rule of base/rules.def policy: NAME              a threshold, or
 * the id of a policy record command: NAME --OPTION    a command of the program, `modelbook` before
 * it or not, and options test: PATH#WORDS          a file of the workspace that holds the words;
 * nothing is run
 *
 * What a carrier leads to is found here; whether that satisfies the control is judge's
 * (judge/controls.h). */
#ifndef CATALOG_CONTROLS_H
#define CATALOG_CONTROLS_H
#include "catalog/workspace.h"

/* The program's commands, as its own tables have them: what this folder may not include. */
struct program_option {
	const char *name;     /* without "--" */
	const char *argument; /* NULL for a flag */
	const char *help;
};
struct program_command {
	const char *name, *operands, *summary; /* operands NULL for none */
	const struct program_option *options;
	size_t n_options; /* its own, then those of all commands */
};

enum carrier_kind {
	CARRIER_SECTION,
	CARRIER_ITEM,
	CARRIER_FIELD,
	CARRIER_RULE,
	CARRIER_POLICY,
	CARRIER_COMMAND,
	CARRIER_TEST,
	CARRIER_KINDS
};

struct carrier {
	enum carrier_kind kind;
	const char *text; /* as written; of a field "KIND.FIELD" */
	struct span at;   /* the value that must resolve */
	bool found;
	const char *problem; /* why it was not found; NULL: nothing to say but that */
	const char *nearest; /* did-you-mean; NULL */
	const char *unknown; /* why this run cannot tell; NULL: it can */

	const struct page *page; /* where it leads; NULL: it has no page */
	const char *anchor;      /* "" for none */
	const char *title;       /* its own words: a heading, an item; NULL: `text` says all */

	const struct document *document; /* section, item: of a document */
	const struct template *tmpl; /* section, item, field: of a template, or of the document's */
	const struct requirement *requirement; /* what of the template it answers; NULL: nothing */
	const struct match *const *matches;    /* of the document: all must hold */
	size_t n_matches;
	enum match_state state;                /* of a section that answers no requirement */
	const struct record_kind *record_kind; /* field: NULL where `tmpl` has it */
	const char *field;                     /* NULL: the kind as a whole */
	enum rule rule;
	const struct record *policy;
	const struct threshold *threshold; /* NULL: the whole policy */
	const struct program_command *command;
};

struct control {
	const struct framework *framework;
	const char *id, *title;
	const char *source, *where, *type, *note; /* NULL where not given */
	const char *anchor; /* on its framework's page; NULL: the id is taken */
	struct span at;     /* its id */
	struct {
		LIST_OF(struct carrier);
	} carriers;
};

struct framework {
	const struct record *record;
	const char *id, *title; /* title: the id where the record has none */
	const char *name;       /* `framework:`, NULL */
	const char *source;     /* NULL */
	const struct page *page;
	struct map anchors; /* of its page: those of controls */
	struct {
		LIST_OF(struct control);
	} controls;
};

/* A control that a kind of documents or records serves. */
struct served {
	const struct control *control;
	const struct requirement *requirement; /* what of the template serves it; NULL: the kind */
	const char *field;                     /* of a record kind or front matter; NULL */
};
struct served_list {
	LIST_OF(struct served);
};

/* "section", "item", "record_kind", … */
const char *carrier_kind_name(enum carrier_kind kind);
/* The controls that a kind serves; NULL where it serves none. */
const struct served_list *controls_served(const struct workspace *ws, const char *kind);
#endif
