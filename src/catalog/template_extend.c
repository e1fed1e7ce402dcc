/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_extend.c - a template takes over what another asks for, and asks for more
 *
 * Nothing that the base asks for can be taken back, so that whoever reads the base knows what holds
 * for every kind that extends it. */
#include "base/text.h"
#include "catalog/template.h"
#include <stdint.h>
#include <string.h>

struct extension {
	struct arena *mem;
	struct template *tmpl;
	const struct template *base;
	struct diag_sink *diags;
};

static void weakens(struct extension *x, const struct requirement *own, const char *what)
{
	diag_help(x->diags,
		  diag_add(x->diags, RULE_TEMPLATE_INVALID, own->at,
			   "'%s' asks for less than '%s': %s", own->title, x->base->name, what),
		  "a template that extends another can only ask for more than it");
}

/* The requirement as its file has it, behind those of the files before. */
static void add_part(struct extension *x, struct requirement *req, const struct requirement *part)
{
	*ARENA_PUSH(x->mem, &req->parts) = part;
}

/* A copy with all under it. Its parts are those of `from`, or `from` alone. */
static struct requirement *copy_tree(struct extension *x, const struct requirement *from,
				     struct requirement *parent)
{
	struct requirement *req = arena_new(x->mem, struct requirement, 1);

	*req = *from;
	req->parent = parent;
	memset(&req->children, 0, sizeof req->children);
	memset(&req->parts, 0, sizeof req->parts);
	for (size_t i = 0; i < from->parts.n; i++)
		add_part(x, req, from->parts.items[i]);
	if (!from->parts.n)
		add_part(x, req, from);
	for (size_t i = 0; i < from->children.n; i++)
		*ARENA_PUSH(x->mem, &req->children) = copy_tree(x, from->children.items[i], req);
	return req;
}

/* At least as much as the base, which holds where nothing is said. */
static void raise_number(struct extension *x, size_t *number, const struct requirement *own,
			 size_t wanted, const char *name)
{
	if (wanted && wanted < *number)
		weakens(x, own,
			arena_printf(x->mem, "%s is %zu, there it is %zu", name, wanted, *number));
	else if (wanted)
		*number = wanted;
}

static void refine_repeat(struct extension *x, struct requirement *req,
			  const struct requirement *own)
{
	if (!own->repeat_max)
		return;
	if (!req->repeat_max)
		weakens(x, own, "there it stands once");
	else if (own->repeat_min < req->repeat_min || own->repeat_max > req->repeat_max)
		weakens(x, own, "the range of repeat= goes beyond the one there");
	else {
		req->repeat_min = own->repeat_min;
		req->repeat_max = own->repeat_max;
	}
}

static void refine_stage(struct extension *x, struct requirement *req,
			 const struct requirement *own)
{
	if (req->optional && !own->optional)
		req->stage = own->stage;
	else if (own->stage != STAGE_NONE && (req->stage == STAGE_NONE || own->stage > req->stage))
		weakens(x, own,
			req->stage == STAGE_NONE
			    ? "there it is asked for at every stage"
			    : arena_printf(x->mem, "there it is asked for from %s on",
					   stage_name(req->stage)));
	else if (own->stage != STAGE_NONE)
		req->stage = own->stage;
	if (own->optional && !req->optional)
		weakens(x, own, "it is optional, there it is required");
	req->optional = req->optional && own->optional;
}

/* Those of the extension, and the title and wordings of the base that it does not have. */
static void refine_aliases(struct extension *x, struct requirement *req,
			   const struct requirement *own)
{
	struct requirement of_base = *req;

	memset(&req->aliases, 0, sizeof req->aliases);
	for (size_t i = 0; i < own->aliases.n; i++)
		*ARENA_PUSH(x->mem, &req->aliases) = own->aliases.items[i];
	if (strcmp(of_base.keys[0], own->keys[0]) != 0)
		*ARENA_PUSH(x->mem, &req->aliases) = of_base.title;
	for (size_t i = 0; i < of_base.aliases.n; i++) {
		size_t k = 0;
		while (k < own->aliases.n &&
		       strcmp(own->aliases.items[k], of_base.aliases.items[i]) != 0)
			k++;
		if (k == own->aliases.n)
			*ARENA_PUSH(x->mem, &req->aliases) = of_base.aliases.items[i];
	}
}

/* The title is the extension's; the wordings that the base takes are taken still. */
static void refine_title(struct extension *x, struct requirement *req,
			 const struct requirement *own)
{
	const char **keys = arena_new(x->mem, const char *, req->n_keys + own->n_keys + 1);
	size_t n = 0;

	if (own->wildcard != req->wildcard ||
	    (own->wildcard && strcmp(own->keys[0], req->keys[0]) != 0)) {
		diag_help(x->diags,
			  diag_add(x->diags, RULE_TEMPLATE_INVALID, own->at,
				   "'%s' takes other titles than '%s' of '%s'", own->title,
				   req->title, x->base->name),
			  "keep the * and the words before it, or give it another id");
		return;
	}
	refine_aliases(x, req, own);
	for (size_t i = 0; i < own->n_keys; i++)
		keys[n++] = own->keys[i];
	for (size_t i = 0; i < req->n_keys; i++) {
		size_t k = 0;
		while (k < n && strcmp(keys[k], req->keys[i]) != 0)
			k++;
		if (k == n)
			keys[n++] = req->keys[i];
	}
	req->keys = keys;
	req->n_keys = n;
	req->title = own->title;
}

static const char *join(struct arena *mem, const char *a, const char *b, const char *between)
{
	return *a && *b ? arena_printf(mem, "%s%s%s", a, between, b) : *a ? a : b;
}

/* Whether its sentences are held against phrases: by what it says itself, else by what stands above
 * it. */
static bool language_is_read(const struct requirement *req)
{
	while (req && !req->language)
		req = req->parent;
	return req && !(req->language & LANGUAGE_NONE);
}

static void refine_language(struct extension *x, struct requirement *req,
			    const struct requirement *own)
{
	if ((own->language & LANGUAGE_NONE) && language_is_read(req))
		weakens(x, own, "its language is read there");
	else if (own->language)
		req->language = (req->language & ~(unsigned)LANGUAGE_NONE) | own->language;
}

static void refine(struct extension *x, struct requirement *req, const struct requirement *own)
{
	if (own->level != req->level)
		diag_add(x->diags, RULE_TEMPLATE_INVALID, own->at,
			 "'%s' stands at level %u, in '%s' at level %u", own->title, own->level,
			 x->base->name, req->level);
	refine_title(x, req, own);
	refine_stage(x, req, own);
	refine_repeat(x, req, own);
	refine_language(x, req, own);
	raise_number(x, &req->min_words, own, own->min_words, "min-words");
	raise_number(x, &req->min_steps, own, own->min_steps, "min-steps");
	raise_number(x, &req->min_rows, own, own->min_rows, "min-rows");
	if (own->accepts && req->accepts && strcmp(own->accepts, req->accepts) != 0)
		weakens(x, own,
			arena_printf(x->mem, "there a record of kind '%s' shows it", req->accepts));
	else if (own->accepts)
		req->accepts = own->accepts;
	req->ordered = req->ordered || own->ordered;
	req->guidance = join(x->mem, req->guidance, own->guidance, "\n\n");
	req->sample = join(x->mem, req->sample, own->sample, " ");
	req->at = own->at;
	req->text = own->text;
	req->home = own->home;
	req->node = own->node;
	add_part(x, req, own);
}

/* Behind `before` among the children, or at their end where it is NULL. */
static void insert_child(struct extension *x, struct requirement *parent,
			 const struct requirement *before, struct requirement *child)
{
	size_t at = parent->children.n;

	*ARENA_PUSH(x->mem, &parent->children) = child;
	while (before && at && parent->children.items[at - 1] != before) {
		parent->children.items[at] = parent->children.items[at - 1];
		at--;
	}
	parent->children.items[at] = child;
}

/* What stands behind a requirement of the base is put behind it, the rest at the end. */
static void merge_children(struct extension *x, struct requirement *req,
			   const struct requirement *own)
{
	const struct requirement *before[REQUIRE_ROW + 1] = {0};

	for (size_t i = 0; i < own->children.n; i++) {
		const struct requirement *child = own->children.items[i];
		struct requirement *same = requirement_like(req, child);
		if (same) {
			refine(x, same, child);
			merge_children(x, same, child);
		} else {
			same = copy_tree(x, child, req);
			insert_child(x, req, before[child->type], same);
		}
		before[child->type] = same;
	}
}

static void extend_about(struct extension *x)
{
	const struct data_node *node = data_find(x->tmpl->text->front_matter, "about");

	if (!x->tmpl->about)
		x->tmpl->about = x->base->about;
	else if (x->base->about && (x->tmpl->about & ~x->base->about) && node)
		diag_help(x->diags,
			  diag_add(x->diags, RULE_TEMPLATE_INVALID, node->at,
				   "'about' takes more than that of '%s'", x->base->name),
			  "a template that extends another can only ask for more than it");
}

/* ---- keys of the front matter ---- */

static struct data_node *new_node(struct arena *mem, enum data_kind kind, struct span at,
				  const char *text)
{
	struct data_node *node = arena_new(mem, struct data_node, 1);

	node->kind = kind;
	node->at = at;
	node->text = text;
	node->len = strlen(text);
	return node;
}

static void add_pair(struct arena *mem, struct data_node *map, struct data_node *key,
		     struct data_node *value);

/* What is said of one key: where the later schema is silent, the earlier one's words. */
static struct data_node *refine_key(struct arena *mem, const struct data_node *earlier,
				    struct data_node *later)
{
	static const char *const kept[] = {"title", "description", "type", "examples"};
	struct data_node *both;

	if (earlier->kind != DATA_MAP || later->kind != DATA_MAP)
		return later;
	both = new_node(mem, DATA_MAP, later->at, "");
	for (size_t i = 0; i < later->n; i++)
		add_pair(mem, both, later->pairs[i].key, later->pairs[i].value);
	for (size_t i = 0; i < earlier->n; i++)
		for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
			if (!strcmp(earlier->pairs[i].key->text, kept[k]) &&
			    !data_find(later, kept[k]))
				add_pair(mem, both, earlier->pairs[i].key, earlier->pairs[i].value);
	return both;
}

static void add_pair(struct arena *mem, struct data_node *map, struct data_node *key,
		     struct data_node *value)
{
	struct data_pair *grown = arena_new(mem, struct data_pair, map->n + 1);

	for (size_t i = 0; i < map->n; i++) {
		grown[i] = map->pairs[i];
		if (!strcmp(grown[i].key->text, key->text)) {
			map->pairs[i].value = refine_key(mem, map->pairs[i].value, value);
			return;
		}
	}
	grown[map->n] = (struct data_pair){key, value};
	map->pairs = grown;
	map->n++;
}

static void add_keys(struct arena *mem, const struct data_node *schema,
		     struct data_node *properties, struct data_node *required)
{
	const struct data_node *from = data_find(schema, "properties"),
			       *names = data_find(schema, "required");

	for (size_t i = 0; from && from->kind == DATA_MAP && i < from->n; i++)
		add_pair(mem, properties, from->pairs[i].key, from->pairs[i].value);
	if (!names || names->kind != DATA_LIST || !names->n)
		return;
	struct data_node **grown = arena_new(mem, struct data_node *, required->n + names->n);
	if (required->n)
		memcpy(grown, required->items, required->n * sizeof *grown);
	memcpy(grown + required->n, names->items, names->n * sizeof *grown);
	required->items = grown;
	required->n += names->n;
}

static void extend_keys(struct extension *x)
{
	const struct data_node *own = x->tmpl->front_matter_node,
			       *base = x->base->front_matter_keys;
	struct data_node *all, *properties, *required;

	if (!own || !base) {
		x->tmpl->front_matter_keys = own ? own : base;
		return;
	}
	all = new_node(x->mem, DATA_MAP, own->at, "");
	properties = new_node(x->mem, DATA_MAP, own->at, "");
	required = new_node(x->mem, DATA_LIST, own->at, "");
	add_keys(x->mem, base, properties, required);
	add_keys(x->mem, own, properties, required);
	add_pair(x->mem, all, new_node(x->mem, DATA_TEXT, own->at, "properties"), properties);
	add_pair(x->mem, all, new_node(x->mem, DATA_TEXT, own->at, "required"), required);
	x->tmpl->front_matter_keys = all;
}

void template_extend(struct arena *mem, struct template *tmpl, const struct template *base,
		     struct diag_sink *diags)
{
	struct extension x = {mem, tmpl, base, diags};
	struct requirement *own = arena_new(mem, struct requirement, 1), *root;

	*own = tmpl->root;
	for (size_t i = 0; i < own->children.n; i++)
		own->children.items[i]->parent = own;
	root = copy_tree(&x, &base->root, NULL);
	merge_children(&x, root, own);
	add_part(&x, root, own);
	root->ordered = root->ordered || own->ordered;
	root->language |= own->language;
	root->guidance = join(mem, root->guidance, own->guidance, "\n\n");
	root->home = tmpl;
	root->node = own->node;
	root->text = own->text;
	tmpl->root = *root;
	for (size_t i = 0; i < tmpl->root.children.n; i++)
		tmpl->root.children.items[i]->parent = &tmpl->root;
	tmpl->base = base;
	if (!strcmp(tmpl->title, tmpl->kind))
		tmpl->title = base->title;
	extend_about(&x);
	extend_keys(&x);
	template_number(tmpl);
}
