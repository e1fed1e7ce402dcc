/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache_internal.h - from the text of a template to its program
 *
 * mustache_parse() makes a tree of one source. mustache_compile() walks the trees of a template,
 * its partials and parents in the order in which they will be written, follows with a place in
 * HTML and a scope of names, and emits a flat program. mustache_render() runs it. */
#ifndef RENDER_MUSTACHE_INTERNAL_H
#define RENDER_MUSTACHE_INTERNAL_H
#include "render/mustache.h"
#include "render/view_internal.h"

/* --- the tree of one source (mustache_parse.c) --- */

enum node_type {
	NODE_ROOT,
	NODE_TEXT,
	NODE_VALUE,
	NODE_RAW,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
	NODE_PARENT,
	NODE_BLOCK
};

struct mustache_node {
	enum node_type type;
	struct span at;   /* the tag, or the text */
	const char *text; /* text: within one line, with its end; others: the name */
	size_t n;
	bool first;         /* first on its line: the indentation goes before it */
	bool own_line;      /* block: nothing else stands on the line of its opening tag */
	bool starts_inline; /* block: its content begins on the line of its opening tag */
	const char *indent; /* partial, parent: white space before it where it has its line for
			       itself; block: the indentation of what is put in its place */
	const char *margin; /* block given to a parent: indentation of its first line */
	struct mustache_node *child, *last, *next;
};

enum { MUSTACHE_DEPTH = 64 }; /* sections in sections */

/* NULL and a finding where the text is malformed; positions are those of `source`. */
struct mustache_node *mustache_parse(struct arena *mem, struct source *source,
				     struct diag_sink *diags);

/* --- where in HTML a value stands (mustache_place.c) --- */

enum html_state {
	HTML_TEXT,
	HTML_OPEN /* behind '<' */,
	HTML_NAME,
	HTML_SPACE /* between attributes */,
	HTML_GAP /* where an attribute or name has ended */,
	HTML_ATTRIBUTE,
	HTML_AFTER_ATTRIBUTE,
	HTML_EQUALS /* behind '=' */,
	HTML_QUOTED,
	HTML_UNQUOTED,
	HTML_DECLARATION,
	HTML_COMMENT,
	HTML_ESCAPABLE /* title, textarea */,
	HTML_RAW /* script … */
};

enum html_attribute { ATTRIBUTE_TEXT, ATTRIBUTE_URL, ATTRIBUTE_SOURCE, ATTRIBUTE_REFUSED };

struct html_place {
	enum html_state state;
	char quote;
	bool closing;     /* the tag is a closing one */
	char element[16]; /* name of the tag, then of the raw element; lower case */
	char attribute[24];
	enum html_attribute kind;
	char prefix[12];   /* URL: the literal text so far, as far as it can hold a scheme */
	bool inside;       /* URL: behind '/', '?', '#' or a scheme that is allowed */
	bool filled;       /* URL: a value stands at its beginning */
	unsigned match;    /* bytes matched of "-->" or "</name" */
	const char *error; /* what is wrong with the literal text; NULL */
};

enum escape {
	ESCAPE_NONE, /* MUSTACHE_PLAIN: {{{x}}} */
	ESCAPE_HTML,
	ESCAPE_MARKUP,  /* markup as it is, text escaped */
	ESCAPE_URL,     /* the address from its beginning: the scheme is checked */
	ESCAPE_SOURCE,  /* the same for src: nothing from another host */
	ESCAPE_URL_PART /* inside an address whose beginning the template says */
};

/* Follows literal text. `place->error` is set where it may not stand so. */
void place_feed(struct html_place *place, const char *p, size_t n);
/* A tag of the template begins or ends here: names of elements and attributes end. NULL, or why
 * no tag may stand here. */
const char *place_boundary(struct html_place *place);
/* How a value is escaped here. NULL, or why none may stand here. Moves the place behind it. */
const char *place_value(struct html_place *place, bool raw, enum escape *escape);
/* False where a section that begins at `a` may not end at `b`; else `b` becomes what is true
 * behind the section whether it was written or not. `repeats`: it may be written many times. */
bool place_join(const struct html_place *a, struct html_place *b, bool repeats);

/* --- names that a kind of page declares (mustache_names.c) --- */

struct name_node {
	const char *name;
	size_t n;
	bool list;
	struct name_node *parent, *child, *next;
};

/* The tree of the declared names. */
struct name_node *names_read(struct arena *mem, view_names names);
struct name_node *names_child(const struct name_node *node, const char *name, size_t n);
/* The name nearest to `name` among those that can be seen from the scopes; NULL. */
const char *names_nearest(struct arena *mem, struct name_node *const *scopes, size_t n_scopes,
			  const char *name);

/* --- the program (mustache_compile.c, run by mustache.c) --- */

struct name_part {
	const char *name;
	size_t n;
	uint32_t hash;
};

/* A name of a tag: "." has no parts. */
struct name_ref {
	const struct name_part *parts;
	uint32_t n_parts;
	uint32_t up; /* MUSTACHE_HTML: scopes outwards from the innermost one */
};

enum op_type { OP_TEXT, OP_INDENT, OP_VALUE, OP_SECTION, OP_INVERTED, OP_JUMP, OP_CALL, OP_RETURN };

struct op {
	uint8_t type;     /* enum op_type */
	uint8_t escape;   /* value: enum escape */
	uint32_t to;      /* section, inverted, jump: behind it; call: first of the partial */
	const char *text; /* text; call: indentation beyond the partial's own */
	size_t n;
	struct name_ref name;
};

struct mustache {
	enum mustache_mode mode;
	LIST_OF(struct op);
};

enum { MUSTACHE_CALLS = 200, MUSTACHE_STEPS = 20000000 };

/* Renders any value as the root; what the specification's tests need beside views. */
void mustache_render_value(const struct mustache *m, const struct view_value *root, struct out *to);
#endif
