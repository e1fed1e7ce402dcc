/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache_compile.c - a template with all that it includes, as a flat program
 *
 * Partials, parents and blocks are put in their places, so that every literal byte and every value
 * is met once, in the order of the page: with its indentation, its scope of names and its place in
 * HTML. Only MUSTACHE_PLAIN may recurse, since there the data say when to stop; there a partial is
 * called. */
#include "render/mustache_internal.h"

#include "base/map.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

enum { NESTING_MAX = 32, NODES_MAX = 100000, TEXT_MAX = 16 << 20 };

/* A block that a template gives to its parent. The outermost one of a name counts. */
struct override {
	const struct mustache_node *block;
	bool active; /* its content is being put in place: the name means the default there */
	struct override *outer;
};

/* A partial that is being put in place. */
struct expansion {
	const struct mustache_node *root;
	const struct override *overrides;
	const char *indent;
	uint32_t entry; /* its first op */
};

struct compiler {
	struct arena *mem;
	const struct mustache_loader *loader;
	struct diag_sink *diags;
	struct mustache *program;
	struct map parsed; /* name -> tree; a missing one is `absent` */
	struct mustache_node absent;
	struct html_place place;
	struct name_node *scopes[MUSTACHE_DEPTH * 2];
	size_t n_scopes;
	struct override *overrides;
	struct expansion expansions[NESTING_MAX];
	size_t n_expansions;
	struct {
		LIST_OF(const char *);
	} blocks;                 /* names of the blocks met so far */
	struct out text;          /* literal text not yet emitted */
	size_t text_total, nodes; /* bytes and nodes put in place so far */
	bool failed;              /* something was wrong: there will be no program */
	bool stopped;             /* and what follows cannot be told from its consequences */
};

/* How the nodes of one source are put in place. */
struct layout {
	const char *indent; /* before each line */
	const char *margin; /* white space that lines lose first */
	bool skip_first;    /* the first node stands behind something on its line */
};

static void emit_children(struct compiler *c, const struct mustache_node *node,
			  struct layout layout);

static struct finding *fail(struct compiler *c, const struct mustache_node *node, const char *why)
{
	c->failed = true;
	return diag_add(c->diags, RULE_TEMPLATE_INVALID, node->at, "%s", why);
}

static void stop(struct compiler *c, const struct mustache_node *node, const char *why)
{
	c->stopped = true;
	fail(c, node, why);
}

static bool html(const struct compiler *c)
{
	return c->program->mode == MUSTACHE_HTML;
}

static char *name_of(struct compiler *c, const struct mustache_node *node)
{
	return arena_strndup(c->mem, node->text, node->n);
}

static struct op *push_op(struct compiler *c, enum op_type type)
{
	struct op *op = ARENA_PUSH(c->mem, c->program);

	op->type = (uint8_t)type;
	return op;
}

/* Ends the literal text before an op, so that neighbours become one. */
static void flush(struct compiler *c)
{
	struct op *op;

	if (!c->text.n)
		return;
	op = push_op(c, OP_TEXT);
	op->text = arena_strndup(c->mem, c->text.p, c->text.n);
	op->n = c->text.n;
	out_clear(&c->text);
}

static uint32_t emit(struct compiler *c, enum op_type type)
{
	flush(c);
	push_op(c, type);
	return (uint32_t)c->program->n - 1;
}

static void patch(struct compiler *c, uint32_t op)
{
	flush(c);
	c->program->items[op].to = (uint32_t)c->program->n;
}

static void emit_text(struct compiler *c, const struct mustache_node *node, const char *p, size_t n)
{
	out_write(&c->text, p, n);
	c->text_total += n;
	if (!html(c))
		return;
	place_feed(&c->place, p, n);
	if (c->place.error && !c->stopped)
		stop(c, node, c->place.error);
}

static void emit_indent(struct compiler *c, const struct mustache_node *node, const char *indent)
{
	emit_text(c, node, indent, strlen(indent));
	if (!html(c) && c->n_expansions)
		emit(c, OP_INDENT);
}

/* How many bytes of `margin` the text begins with. */
static size_t margin_length(const char *margin, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && margin[i] && margin[i] == p[i])
		i++;
	return i;
}

/* The indentation of something with white space `own` before it. */
static const char *deeper(struct compiler *c, const struct layout *layout, const char *own)
{
	size_t cut = margin_length(layout->margin, own, strlen(own));

	return own[cut] ? arena_printf(c->mem, "%s%s", layout->indent, own + cut) : layout->indent;
}

static void emit_line(struct compiler *c, const struct mustache_node *node,
		      const struct layout *layout)
{
	size_t cut = node->first ? margin_length(layout->margin, node->text, node->n) : 0;
	const char *p = node->text + cut;
	size_t n = node->n - cut;
	bool empty = !n || p[0] == '\n' || (n > 1 && p[0] == '\r' && p[1] == '\n');

	if (node->first && !layout->skip_first && !empty)
		emit_indent(c, node, layout->indent);
	emit_text(c, node, p, n);
}

/* --- names --- */

static struct name_ref split_name(struct compiler *c, const struct mustache_node *node)
{
	struct name_ref ref = {0};
	struct name_part *parts;
	uint32_t n = 1;

	if (node->n == 1 && node->text[0] == '.')
		return ref;
	for (size_t i = 0; i < node->n; i++)
		n += node->text[i] == '.';
	parts = arena_new(c->mem, struct name_part, n);
	for (size_t from = 0; ref.n_parts < n; ref.n_parts++) {
		const char *dot = memchr(node->text + from, '.', node->n - from);
		size_t len = dot ? (size_t)(dot - node->text) - from : node->n - from;
		struct name_part *part = &parts[ref.n_parts];

		part->name = arena_strndup(c->mem, node->text + from, len);
		part->n = len;
		part->hash = view_hash(part->name, len);
		from += len + 1;
	}
	ref.parts = parts;
	return ref;
}

static void unknown_name(struct compiler *c, const struct mustache_node *node,
			 struct name_node *const *scopes, size_t n_scopes, const char *part)
{
	const char *nearest = names_nearest(c->mem, scopes, n_scopes, part);
	struct finding *finding;

	c->failed = true;
	finding = diag_add(c->diags, RULE_TEMPLATE_INVALID, node->at,
			   "this kind of page has no name '%.*s'", (int)node->n, node->text);
	if (nearest)
		diag_help(c->diags, finding, "did you mean '%s'?", nearest);
}

/* The declared name that a tag means, in the innermost scope that has its first part; NULL and a
 * finding where there is none. */
static struct name_node *resolve(struct compiler *c, const struct mustache_node *node,
				 struct name_ref *ref)
{
	struct name_node *name = NULL;

	if (!ref->n_parts) {
		if (c->n_scopes > 1)
			return c->scopes[c->n_scopes - 1];
		fail(c, node, "'.' stands outside of any section");
		return NULL;
	}
	for (size_t i = c->n_scopes; i-- > 0 && !name;) {
		name = names_child(c->scopes[i], ref->parts[0].name, ref->parts[0].n);
		ref->up = (uint32_t)(c->n_scopes - 1 - i);
	}
	if (!name) {
		unknown_name(c, node, c->scopes, c->n_scopes, ref->parts[0].name);
		return NULL;
	}
	for (uint32_t i = 1; i < ref->n_parts; i++) {
		struct name_node *scope = name;

		name = scope->list ? NULL : names_child(scope, ref->parts[i].name, ref->parts[i].n);
		if (!name) {
			unknown_name(c, node, &scope, 1, ref->parts[i].name);
			return NULL;
		}
	}
	return name;
}

/* --- tags --- */

static void check_value(struct compiler *c, const struct mustache_node *node,
			const struct name_node *name, const struct name_ref *ref)
{
	if (!name)
		return;
	if (ref->n_parts && name->list)
		fail(c, node, "the name stands for a list; write {{#name}}{{.}}{{/name}}");
	else if (name->child)
		fail(c, node, "the name stands for a set of names; write one of them behind a dot");
}

static void emit_value(struct compiler *c, const struct mustache_node *node)
{
	bool raw = node->type == NODE_RAW;
	struct name_ref ref = split_name(c, node);
	enum escape escape = raw ? ESCAPE_NONE : ESCAPE_HTML;
	uint32_t op;

	if (html(c)) {
		const char *why = place_value(&c->place, raw, &escape);

		check_value(c, node, resolve(c, node, &ref), &ref);
		if (why)
			fail(c, node, why);
	}
	op = emit(c, OP_VALUE);
	c->program->items[op].escape = (uint8_t)escape;
	c->program->items[op].name = ref;
}

static bool push_scope(struct compiler *c, const struct mustache_node *node, struct name_node *name)
{
	if (c->n_scopes == sizeof c->scopes / sizeof *c->scopes) {
		stop(c, node, "sections are nested too deep");
		return false;
	}
	c->scopes[c->n_scopes++] = name;
	return true;
}

static void boundary(struct compiler *c, const struct mustache_node *node)
{
	const char *why = html(c) ? place_boundary(&c->place) : NULL;

	if (why)
		stop(c, node, why);
}

static void emit_section(struct compiler *c, const struct mustache_node *node,
			 const struct layout *layout)
{
	struct layout inner = {layout->indent, layout->margin, false};
	struct name_ref ref = split_name(c, node);
	struct name_node *name = html(c) ? resolve(c, node, &ref) : c->scopes[0];
	bool inverted = node->type == NODE_INVERTED;
	struct html_place before;
	uint32_t op;

	boundary(c, node);
	before = c->place;
	if (!name || c->stopped || (!inverted && !push_scope(c, node, name)))
		return;
	op = emit(c, inverted ? OP_INVERTED : OP_SECTION);
	c->program->items[op].name = ref;
	emit_children(c, node, inner);
	patch(c, op);
	boundary(c, node);
	if (!inverted)
		c->n_scopes--;
	if (html(c) && !c->stopped &&
	    !place_join(&before, &c->place, name->list && ref.n_parts && !inverted))
		stop(c, node, "the section ends in another place of HTML than it begins in");
}

/* The tree of a partial; NULL where there is none or it is malformed. */
static const struct mustache_node *load(struct compiler *c, const struct mustache_node *node)
{
	char *name = name_of(c, node);
	struct mustache_node *root = map_get(&c->parsed, name);

	if (!root) {
		struct source *source = c->loader ? c->loader->load(c->loader->ctx, name) : NULL;

		root = source ? mustache_parse(c->mem, source, c->diags) : &c->absent;
		if (!root)
			c->failed = true;
		root = root ? root : &c->absent;
		map_put(&c->parsed, c->mem, name, root);
		if (!source && html(c)) {
			c->failed = true;
			diag_add(c->diags, RULE_TEMPLATE_INVALID, node->at,
				 "there is no template '%s' to include", name);
		}
	}
	return root == &c->absent ? NULL : root;
}

/* The expansion that this one would repeat without end; NULL. */
static const struct expansion *repeated(const struct compiler *c, const struct mustache_node *root)
{
	for (size_t i = c->n_expansions; i-- > 0;)
		if (c->expansions[i].root == root && c->expansions[i].overrides == c->overrides)
			return &c->expansions[i];
	return NULL;
}

/* A partial inside itself: called, with the indentation that it has beyond its own. */
static void emit_recursion(struct compiler *c, const struct mustache_node *node,
			   const struct expansion *same, const char *indent)
{
	size_t known = margin_length(same->indent, indent, strlen(indent));
	uint32_t op;

	if (html(c)) {
		c->failed = true;
		diag_add(c->diags, RULE_TEMPLATE_INVALID, node->at, "'%.*s' includes itself",
			 (int)node->n, node->text);
		return;
	}
	op = emit(c, OP_CALL);
	c->program->items[op].to = same->entry;
	c->program->items[op].text = indent + known;
	c->program->items[op].n = strlen(indent + known);
}

static void expand(struct compiler *c, const struct mustache_node *node,
		   const struct mustache_node *root, const char *indent)
{
	struct layout inner = {indent, "", false};
	uint32_t call = 0, jump = 0;

	if (c->n_expansions == NESTING_MAX) {
		stop(c, node, "templates include one another more than 32 deep");
		return;
	}
	if (!html(c)) {
		call = emit(c, OP_CALL);
		jump = emit(c, OP_JUMP);
		c->program->items[call].text = "";
		patch(c, call);
	}
	c->expansions[c->n_expansions++] =
	    (struct expansion){root, c->overrides, indent, (uint32_t)c->program->n};
	emit_children(c, root, inner);
	c->n_expansions--;
	if (!html(c)) {
		emit(c, OP_RETURN);
		patch(c, jump);
	}
}

static void emit_partial(struct compiler *c, const struct mustache_node *node,
			 const struct layout *layout)
{
	const struct mustache_node *root = load(c, node);
	const struct expansion *same = root ? repeated(c, root) : NULL;
	const char *indent = node->indent[0] ? deeper(c, layout, node->indent) : layout->indent;

	if (!root)
		return;
	if (same)
		emit_recursion(c, node, same, indent);
	else
		expand(c, node, root, indent);
}

/* --- parents and blocks --- */

static struct override *find_override(const struct compiler *c, const struct mustache_node *block)
{
	for (struct override *o = c->overrides; o; o = o->outer)
		if (!o->active && o->block->n == block->n &&
		    !memcmp(o->block->text, block->text, block->n))
			return o;
	return NULL;
}

/* Adds the blocks of a parent tag that no template further out has given. */
static void add_overrides(struct compiler *c, const struct mustache_node *parent)
{
	struct override *outer = c->overrides;

	for (const struct mustache_node *child = parent->child; child; child = child->next) {
		struct override *o;
		bool given = false;

		if (child->type != NODE_BLOCK) {
			if (html(c) && child->type != NODE_TEXT)
				fail(c, child, "only blocks may stand directly in a parent");
			continue;
		}
		for (o = outer; o && !given; o = o->outer)
			given = o->block->n == child->n &&
				!memcmp(o->block->text, child->text, child->n);
		if (given)
			continue;
		o = arena_new(c->mem, struct override, 1);
		o->block = child;
		o->outer = c->overrides;
		c->overrides = o;
	}
}

/* In HTML a block that the parent does not have is a mistake. */
static void check_overrides(struct compiler *c, const struct mustache_node *parent, size_t from)
{
	for (const struct mustache_node *child = parent->child; child; child = child->next) {
		const char *name = child->type == NODE_BLOCK ? name_of(c, child) : NULL;
		const char *nearest;
		struct finding *finding;
		size_t i = from;

		while (name && i < c->blocks.n && strcmp(c->blocks.items[i], name) != 0)
			i++;
		if (!name || i < c->blocks.n)
			continue;
		c->failed = true;
		finding = diag_add(c->diags, RULE_TEMPLATE_INVALID, child->at,
				   "'%.*s' has no block '%s'", (int)parent->n, parent->text, name);
		nearest = c->blocks.n > from
			      ? text_nearest(name, &c->blocks.items[from], c->blocks.n - from)
			      : NULL;
		if (nearest)
			diag_help(c->diags, finding, "did you mean '%s'?", nearest);
	}
}

static void emit_parent(struct compiler *c, const struct mustache_node *node,
			const struct layout *layout)
{
	struct override *outer = c->overrides;
	size_t from = c->blocks.n;

	add_overrides(c, node);
	emit_partial(c, node, layout);
	c->overrides = outer;
	if (html(c) && !c->stopped)
		check_overrides(c, node, from);
}

static void emit_block(struct compiler *c, const struct mustache_node *node,
		       const struct layout *layout)
{
	struct override *o = find_override(c, node);
	struct layout inner = *layout;
	struct override *overrides = c->overrides;

	*ARENA_PUSH(c->mem, &c->blocks) = name_of(c, node);
	inner.skip_first = false;
	if (!o) {
		emit_children(c, node, inner);
		return;
	}
	inner.indent = deeper(c, layout, node->indent);
	inner.margin = o->block->margin;
	if (node->own_line && o->block->starts_inline && o->block->child)
		emit_indent(c, node, inner.indent);
	inner.skip_first = !node->own_line && !o->block->starts_inline;
	o->active = true;
	emit_children(c, o->block, inner);
	o->active = false;
	assert(c->overrides == overrides);
}

static void emit_node(struct compiler *c, const struct mustache_node *node,
		      const struct layout *layout)
{
	if (node->type == NODE_TEXT) {
		emit_line(c, node, layout);
		return;
	}
	if (node->first && !layout->skip_first)
		emit_indent(c, node, layout->indent);
	switch (node->type) {
	case NODE_VALUE:
	case NODE_RAW:
		emit_value(c, node);
		break;
	case NODE_SECTION:
	case NODE_INVERTED:
		emit_section(c, node, layout);
		break;
	case NODE_PARTIAL:
		emit_partial(c, node, layout);
		break;
	case NODE_PARENT:
		emit_parent(c, node, layout);
		break;
	case NODE_BLOCK:
		emit_block(c, node, layout);
		break;
	case NODE_ROOT:
	case NODE_TEXT:
		break;
	}
}

static void emit_children(struct compiler *c, const struct mustache_node *node,
			  struct layout layout)
{
	for (const struct mustache_node *child = node->child; child && !c->stopped;
	     child = child->next) {
		emit_node(c, child, &layout);
		layout.skip_first = false;
		if (++c->nodes > NODES_MAX || c->text_total > TEXT_MAX)
			stop(c, child, "the template with all that it includes is too large");
	}
}

struct mustache *mustache_compile(struct arena *mem, struct source *source,
				  const struct mustache_loader *loader, enum mustache_mode mode,
				  view_names names, struct diag_sink *diags)
{
	struct compiler *c = arena_new(mem, struct compiler, 1);
	struct mustache_node *root = mustache_parse(mem, source, diags);
	struct layout layout = {"", "", false};

	if (!root)
		return NULL;
	c->mem = mem;
	c->loader = loader;
	c->diags = diags;
	c->program = arena_new(mem, struct mustache, 1);
	c->program->mode = mode;
	c->scopes[c->n_scopes++] = names_read(mem, names);
	emit_children(c, root, layout);
	flush(c);
	out_release(&c->text);
	if (mode == MUSTACHE_HTML && !c->stopped && c->place.state != HTML_TEXT) {
		c->failed = true;
		diag_add(diags, RULE_TEMPLATE_INVALID, span_at(source, source->len, source->len),
			 "the template ends inside a tag, comment, title or script");
	}
	return c->failed ? NULL : c->program;
}
