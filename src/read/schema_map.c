/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_map.c - the keywords of maps, and what no keyword has looked at */
#include "read/schema_internal.h"
#include <string.h>

static bool check_size(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *map)
{
	bool few = s->min_keys.set && map->n < s->min_keys.value;
	bool many = s->max_keys.set && map->n > s->max_keys.value;

	if ((few || many) && k->diags) {
		size_t limit = few ? s->min_keys.value : s->max_keys.value;
		schema_value_finding(k, map->at, "expected at %s %zu key%s, found %zu",
				     few ? "least" : "most", limit, limit == 1 ? "" : "s", map->n);
	}
	return !few && !many;
}

/* All keys of a list that the map lacks. */
static bool check_keys(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *map, const struct data_node *keys, const char *why)
{
	bool fits = true;

	for (size_t i = 0; i < keys->n && (fits || k->diags); i++) {
		if (data_find(map, keys->items[i]->text))
			continue;
		fits = false;
		if (k->diags)
			schema_missing_key(k, s, map, keys->items[i], why);
	}
	return fits;
}

static bool check_required(struct schema_checker *k, const struct subschema *s,
			   const struct data_node *map)
{
	const struct data_node *const dependents[] = {s->dependent_required, s->dependencies};
	bool fits = !s->required || check_keys(k, s, map, s->required, NULL);

	for (size_t d = 0; d < 2; d++)
		for (size_t i = 0; dependents[d] && i < dependents[d]->n; i++) {
			const struct data_pair *pair = &dependents[d]->pairs[i];
			if ((fits || k->diags) && data_find(map, pair->key->text))
				fits &= check_keys(k, s, map, pair->value, pair->key->text);
		}
	return fits;
}

/* A key is text, whatever a plain scalar of its form would be. */
static bool check_key(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *key)
{
	struct data_node text = *key;
	bool in_key = k->in_key, fits;

	if (!s->key_schema)
		return true;
	text.kind = DATA_TEXT;
	text.quoted = true;
	k->in_key = true;
	fits = schema_check_node(k, s->key_schema, &text, SCHEMA_ANY, NULL);
	k->in_key = in_key;
	return fits;
}

/* A key that only `false` speaks about. It counts against the value, but for a whole check. */
static bool unknown_key(struct schema_checker *k, const struct subschema *s,
			const struct data_node *map, const struct data_node *key)
{
	if (k->diags)
		schema_unknown_key(k, s, map, key);
	return k->lenient;
}

/* A key of which nobody can tell what schema its value has. */
static bool refuse_key(struct schema_checker *k, const struct schema_named *named,
		       const struct data_node *key)
{
	if (k->diags)
		schema_value_finding(k, key->at, "key is too long to be matched against '%s'",
				     schema_pattern_text(named->pattern));
	return false;
}

static bool check_pair(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *map, size_t i, bool *marks)
{
	const struct data_pair *pair = &map->pairs[i];
	const struct subschema *known =
	    map_get_n(&s->properties.by_key, pair->key->text, pair->key->len);
	bool fits = check_key(k, s, pair->key), seen = known;

	if (known && (fits || k->diags))
		fits &= schema_check_node(k, known, pair->value, SCHEMA_ANY, NULL);
	for (size_t p = 0; p < s->patterns.n && (fits || k->diags); p++) {
		const struct schema_named *named = &s->patterns.items[p];
		enum schema_match match = SCHEMA_NO_MATCH;
		if (named->pattern)
			match = schema_match_text(k, named->pattern, pair->key);
		if (match == SCHEMA_TOO_LONG)
			fits &= refuse_key(k, named, pair->key);
		if (match != SCHEMA_MATCH)
			continue;
		seen = true;
		fits &= schema_check_node(k, named->schema, pair->value, SCHEMA_ANY, NULL);
	}
	if (!seen && s->additional && (fits || k->diags)) {
		seen = true;
		fits &= s->additional->form == SCHEMA_NONE
			    ? unknown_key(k, s, map, pair->key)
			    : schema_check_node(k, s->additional, pair->value, SCHEMA_ANY, NULL);
	}
	if (marks)
		marks[i] |= seen;
	return fits;
}

static bool has_pair_keywords(const struct subschema *s)
{
	return s->properties.n || s->patterns.n || s->additional || s->key_schema;
}

bool schema_check_map(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *map, bool *marks)
{
	bool fits = check_size(k, s, map);

	if (fits || k->diags)
		fits &= check_required(k, s, map);
	for (size_t i = 0; i < map->n && has_pair_keywords(s) && (fits || k->diags); i++)
		fits &= check_pair(k, s, map, i, marks);
	return fits;
}

static bool check_other_pairs(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *map, bool *marks)
{
	bool fits = true;

	for (size_t i = 0; i < map->n && (fits || k->diags); i++) {
		if (marks[i])
			continue;
		marks[i] = true;
		fits &= s->unevaluated->form == SCHEMA_NONE
			    ? unknown_key(k, s, map, map->pairs[i].key)
			    : schema_check_node(k, s->unevaluated, map->pairs[i].value, SCHEMA_ANY,
						NULL);
	}
	return fits;
}

static bool check_other_items(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *list, bool *marks)
{
	bool fits = true;

	for (size_t i = 0; i < list->n && (fits || k->diags); i++) {
		if (marks[i])
			continue;
		marks[i] = true;
		if (s->unevaluated_items->form == SCHEMA_NONE && k->diags)
			schema_value_finding(k, list->items[i]->at, "no item may stand here");
		fits &=
		    s->unevaluated_items->form != SCHEMA_NONE &&
		    schema_check_node(k, s->unevaluated_items, list->items[i], SCHEMA_ANY, NULL);
	}
	return fits;
}

bool schema_check_unevaluated(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *node, bool *marks)
{
	if (node->kind == DATA_MAP && s->unevaluated)
		return check_other_pairs(k, s, node, marks);
	if (node->kind == DATA_LIST && s->unevaluated_items)
		return check_other_items(k, s, node, marks);
	return true;
}
