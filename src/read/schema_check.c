/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_check.c - a value against a compiled schema */
#include "read/schema_internal.h"
#include <string.h>

enum {
	DEEPEST = 1000, /* which a stack of 8 MiB holds without optimisation, too */
	LEAST_STEPS = 1000000,
	STEPS_A_NODE = 256,
	STEPS_BEFORE_MEMO = 5000, /* most records need fewer */
	MOST_UNMATCHED = 20
};

bool schema_step(struct schema_checker *k)
{
	if (++k->steps > k->most_steps && !k->exhausted)
		k->exhausted = "checking the value took too many steps";
	return !k->exhausted;
}

enum schema_match schema_match_text(struct schema_checker *k, const struct schema_pattern *pattern,
				    const struct data_node *node)
{
	enum schema_match match = SCHEMA_NO_MATCH;

	if (schema_step(k))
		match = schema_pattern_match(pattern, node->text, node->len);
	if (match == SCHEMA_TOO_LONG && ++k->unmatched == MOST_UNMATCHED)
		k->exhausted = "too many texts are too long for the patterns of the schema";
	return match;
}

static bool fail_all(struct schema_checker *k, const struct data_node *node)
{
	if (k->diags)
		schema_value_finding(k, node->at, "no value may stand here");
	return false;
}

/* Where a `$dynamicRef` leads: to the outermost resource of the scope that has the anchor. A circle
 * that arises only here ends at the greatest depth. */
static const struct subschema *dynamic_target(struct schema_checker *k, const struct subschema *s)
{
	const struct subschema *target = s->dynamic;

	for (const struct schema_scope *at = k->scope; s->dynamic_name && at; at = at->outer) {
		const struct subschema *outer =
		    map_get(&at->resource->dynamic_anchors, s->dynamic_name);
		if (!schema_step(k))
			break;
		target = outer ? outer : target;
	}
	return target;
}

/* $ref, $dynamicRef and allOf: held against the value with everything that they find. */
static bool check_conjunction(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *node, unsigned types, bool *marks)
{
	bool fits = true;

	if (s->ref)
		fits = schema_check_node(k, s->ref, node, types, marks);
	if (s->dynamic && (fits || k->diags))
		fits &= schema_check_node(k, dynamic_target(k, s), node, types, marks);
	for (size_t i = 0; i < s->all_of.n && (fits || k->diags); i++)
		fits &= schema_check_node(k, s->all_of.items[i], node, types, marks);
	return fits;
}

static bool check_dependents(struct schema_checker *k, const struct subschema *s,
			     const struct data_node *node, unsigned types, bool *marks)
{
	bool fits = true;

	if (node->kind != DATA_MAP)
		return true;
	for (size_t i = 0; i < s->dependent_schemas.n && (fits || k->diags); i++) {
		const struct schema_named *d = &s->dependent_schemas.items[i];
		size_t first = k->diags ? k->diags->n : 0;
		if (!d->schema || !data_find(node, d->key->text))
			continue;
		fits &= schema_check_node(k, d->schema, node, types, marks);
		if (k->diags && k->diags->n > first)
			schema_say_why(k, arena_printf(k->mem, "since '%s' is there", d->key->text),
				       first);
	}
	return fits;
}

static bool check_applicators(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *node, unsigned types, bool *marks)
{
	bool fits = check_conjunction(k, s, node, types, marks);

	if ((fits || k->diags) && s->any_of.n)
		fits &= schema_check_any_of(k, s, node, types, marks);
	if ((fits || k->diags) && s->one_of.n)
		fits &= schema_check_one_of(k, s, node, types, marks);
	if ((fits || k->diags) && s->not )
		fits &= schema_check_not(k, s, node, types);
	if ((fits || k->diags) && s->condition)
		fits &= schema_check_condition(k, s, node, types, marks);
	if (fits || k->diags)
		fits &= check_dependents(k, s, node, types, marks);
	return fits;
}

/* All keywords of one schema object; `marks` are its own. */
static bool check_keywords(struct schema_checker *k, const struct subschema *s,
			   const struct data_node *node, unsigned types, bool *marks)
{
	bool fits = schema_check_value(k, s, node, types);

	if ((fits || k->diags) && node->kind == DATA_LIST)
		fits &= schema_check_list(k, s, node, marks);
	if ((fits || k->diags) && node->kind == DATA_MAP)
		fits &= schema_check_map(k, s, node, marks);
	if (fits || k->diags)
		fits &= check_applicators(k, s, node, types, marks);
	if ((fits || k->diags) && marks && (s->unevaluated || s->unevaluated_items))
		fits &= schema_check_unevaluated(k, s, node, marks);
	return fits;
}

/* Holds it against the value, within the scope of its resource. */
static bool check_here(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *node, unsigned types, bool *marks)
{
	const struct schema_scope *outer = k->scope, inner = {s->resource, outer};
	const struct data_node *described = k->described, *description = k->description;
	bool *own = NULL;
	bool fits;

	k->depth++;
	if (!outer || outer->resource != s->resource)
		k->scope = &inner;
	if (s->description || described != node) {
		k->described = node;
		k->description = s->description;
	}
	/* What a schema has looked at counts around it only where the value fits. */
	if (node->n && (marks || s->unevaluated || s->unevaluated_items))
		own = arena_new(k->mem, bool, node->n);
	fits = check_keywords(k, s, node, types & s->all_types, own);
	if (marks && own && (fits || k->diags))
		for (size_t i = 0; i < node->n; i++)
			marks[i] |= own[i];
	k->depth--;
	k->scope = outer;
	k->described = described;
	k->description = description;
	return fits;
}

/* What a verdict depends on, but for the scope. */
struct question {
	const struct subschema *s;
	const struct data_node *node;
	uintptr_t how;
};

static bool check_once(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *node, unsigned types)
{
	static char yes, no;
	struct question question = {s, node, types * 2 + k->lenient}, *kept;
	const char *known = map_get_n(&k->memo->verdicts, (const char *)&question, sizeof question);
	bool fits;

	if (known)
		return known == &yes;
	fits = check_here(k, s, node, types, NULL);
	kept = arena_new(&k->memo->mem, struct question, 1);
	*kept = question;
	map_put_n(&k->memo->verdicts, &k->memo->mem, (const char *)kept, sizeof *kept,
		  fits ? &yes : &no);
	return fits;
}

bool schema_check_node(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *node, unsigned types, bool *marks)
{
	if (s->form == SCHEMA_ALL || !schema_step(k))
		return true;
	if (s->form == SCHEMA_NONE)
		return fail_all(k, node);
	if (k->depth == DEEPEST) {
		k->exhausted = "value and schema are nested too deeply";
		return true;
	}
	if (k->memo && k->steps > STEPS_BEFORE_MEMO && !k->diags && !marks && node->n)
		return check_once(k, s, node, types);
	return check_here(k, s, node, types, marks);
}

bool schema_fits(struct schema_checker *k, const struct subschema *s, const struct data_node *node,
		 unsigned types, bool *marks)
{
	struct diag_sink *diags = k->diags;
	struct arena_mark before = arena_save(k->mem);
	bool fits;

	k->diags = NULL;
	fits = schema_check_node(k, s, node, types, marks);
	k->diags = diags;
	if (k->mem->last != before.last || k->mem->used != before.used)
		arena_reset(k->mem, before);
	return fits;
}

static size_t count_nodes(const struct data_node *node)
{
	size_t count = 1;

	for (size_t i = 0; i < node->n; i++)
		count +=
		    count_nodes(node->kind == DATA_LIST ? node->items[i] : node->pairs[i].value);
	return count;
}

static struct schema_checker new_checker(const struct data_node *node, struct arena *mem)
{
	return (struct schema_checker){
	    .mem = mem,
	    .root = node,
	    .most_steps = LEAST_STEPS + (unsigned long long)count_nodes(node) * STEPS_A_NODE};
}

bool schema_check(const struct schema *schema, const struct data_node *node, struct span at,
		  const struct schema_rules *rules, struct arena *mem, struct diag_sink *diags)
{
	struct schema_checker k = new_checker(node, mem);
	struct schema_memo memo = {0};
	bool fits;

	arena_init(&memo.mem);
	k.memo = schema->dynamic ? NULL : &memo;
	k.diags = diags;
	k.rules = rules;
	k.root_at = at;
	k.lenient = true;
	fits = schema_check_node(&k, schema->root, node, SCHEMA_ANY, NULL);
	arena_release(&memo.mem);
	if (k.exhausted)
		diag_add(diags, RULE_TEMPLATE_INVALID, schema->root->node->at, "%s", k.exhausted);
	return fits && !k.exhausted;
}

bool schema_accepts(const struct schema *schema, const struct data_node *node, struct arena *mem)
{
	struct schema_checker k = new_checker(node, mem);
	struct schema_memo memo = {0};
	bool fits;

	arena_init(&memo.mem);
	k.memo = schema->dynamic ? NULL : &memo;
	fits = schema_check_node(&k, schema->root, node, SCHEMA_ANY, NULL);
	arena_release(&memo.mem);
	return fits && !k.exhausted;
}
