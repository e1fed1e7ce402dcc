/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live.h - live documents: {{ paths }}, [[ids]], and blocks that become figures and tables
 *
 * A document that has a kind, or says `live: true`, is live. In its text, outside code, raw HTML,
 * addresses and front matter,
 *
 *   {{ SUBJECT:PATH }}             stands for a value (live_path.h)
 *   [[ID]] [[ID#ANCHOR|WORDS]]     is a link to what has the id: a document, record, model,
 * version, run or incident
 *   ```plot or ```table            with YAML inside is a figure or a table; not in quotations
 *
 * A backslash before the first bracket or brace makes it text, and so does code. A line of the
 * source may end in it wherever a blank may stand. What it means is found here as far as ids go;
 * values are evidence's.
 *
 * What looks like one of them, and stays text, is a slip: a reader would see braces where a number
 * was promised. */
#ifndef CATALOG_LIVE_H
#define CATALOG_LIVE_H
#include "catalog/live_path.h"
#include "catalog/workspace.h"

enum live_kind { LIVE_VALUE, LIVE_LINK };

/* What an id stands for. */
struct live_target {
	const struct page *page; /* NULL: it has none */
	const char *anchor;      /* "" or where on the page */
	const struct document *document;
	const struct model *model;
	const struct version *version;
	const struct record *record;
};

/* A part of the text: from byte `from` of text node `node` up to byte `to` of `end_node`, which is
 * the same node or a later child of the same parent. */
struct live_span {
	enum live_kind kind;
	uint32_t node, end_node, from, to;
	struct span at;         /* with its braces or brackets */
	struct live_path value; /* LIVE_VALUE */
	/* LIVE_LINK */
	const char *id, *anchor; /* anchor "" for none */
	const char *words;       /* NULL: the target's own name */
	struct live_target target;
	bool resolved;        /* something has the id, and the anchor is there */
	const char *nearest;  /* did-you-mean for id or anchor; NULL */
	bool anchor_is_wrong; /* something has the id */
};

enum live_block_kind { LIVE_PLOT, LIVE_TABLE, LIVE_BLOCK_KINDS };

struct live_block {
	enum live_block_kind kind;
	uint32_t node;
	struct span at;               /* the fence's first line */
	const struct data_node *root; /* a map that fits its schema; NULL: a finding says why */
};

/* Why something stays text. */
enum live_slip_form {
	LIVE_NO_PATH,        /* closed, but neither path nor id */
	LIVE_NOT_CLOSED,     /* by the end of its line, or by a bracket alone */
	LIVE_CUT_BY_BAR,     /* by the end of a table's cell */
	LIVE_NOT_OPENED,     /* "{ a:b }}" */
	LIVE_MORE_BRACES,    /* "{{{ a:b }}}" */
	LIVE_BEHIND_DOLLAR,  /* "${{ a:b }}" */
	LIVE_VALUE_IN_WORDS, /* "[[a|is {{ b:c }}]]" */
	LIVE_IN_HTML,        /* sound, but where nothing is live */
	LIVE_IN_PICTURE,     /* its words or address */
	LIVE_IN_ADDRESS,     /* of a link, or its title */
	LIVE_IN_FRONT_MATTER
};

struct live_slip {
	enum live_kind kind;
	enum live_slip_form form;
	struct span at;
	const char *text; /* what stands between the braces or brackets, no blanks around it */
	/* by live_slip_judge() */
	enum severity severity;
	const char *help;
};

struct live {
	struct {
		LIST_OF(struct live_span);
	} spans; /* by node, then place in it */
	struct {
		LIST_OF(struct live_slip);
	} slips;
	struct {
		LIST_OF(struct live_block);
	} blocks; /* by node */
};

/* "plot", "table" */
const char *live_block_name(enum live_block_kind kind);
/* Finds what is live in a document's tree; ids are not looked up. Takes time that grows with the
 * text. Lives in `mem`; findings are those of reading YAML. `schemas` are by kind of block; NULL:
 * blocks are not held against any. */
void live_scan(struct arena *mem, const struct document_text *text,
	       const struct schema *const *schemas, struct live *live, struct diag_sink *diags);
/* The spans that begin in a text node: *first of live->spans; returns how many. */
size_t live_spans_of(const struct live *live, uint32_t node, size_t *first);
/* The block that a node is; NULL for others. */
const struct live_block *live_block_of(const struct live *live, uint32_t node);
/* True where a text may hold something live: reading it need not be worth while. */
bool live_may_hold(const char *text, size_t n);

/* What has an id: a model before the record that describes it. False where nothing has it. */
bool live_find(const struct workspace *ws, const char *id, struct live_target *target);
/* What it is called where the text does not say: the title of a document, the name of a model, the
 * id of a version or record. */
const char *live_target_name(const struct live_target *target);
/* True where a slip is one of ours, and not the text of another program: what begins as an id that
 * something has, or as a version, was meant, and is an error; other words between double braces are
 * worth a note, and what is sound, but stands where nothing is read, a warning. Fills severity and
 * help, in `mem`. `suggests`: a nearest id may be looked for. */
bool live_slip_judge(const struct workspace *ws, struct arena *mem, struct live_slip *slip,
		     bool suggests);
/* The nearest of all ids; NULL where none is near. Compares with every id. */
const char *live_nearest_id(const struct workspace *ws, struct arena *scratch, const char *id);
#endif
