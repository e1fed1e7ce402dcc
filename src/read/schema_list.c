/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_list.c - the keywords of lists */
#include "read/schema_internal.h"
#include <string.h>

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static bool check_length(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *list)
{
	bool few = s->min_items.set && list->n < s->min_items.value;
	bool many = s->max_items.set && list->n > s->max_items.value;

	if ((few || many) && k->diags) {
		size_t limit = few ? s->min_items.value : s->max_items.value;
		struct finding *f =
		    schema_value_finding(k, list->at, "expected at %s %zu item%s, found %zu",
					 few ? "least" : "most", limit, plural(limit), list->n);
		schema_help(k, f, list);
	}
	return !few && !many;
}

static bool check_items(struct schema_checker *k, const struct subschema *s,
			const struct data_node *list, bool *marks)
{
	bool fits = true;

	for (size_t i = 0; i < list->n && (fits || k->diags); i++) {
		const struct subschema *one = i < s->prefix.n ? s->prefix.items[i] : s->items;
		if (!one)
			break;
		if (one == s->items && one->form == SCHEMA_NONE) {
			if (k->diags)
				schema_value_finding(k, list->items[i]->at,
						     "expected at most %zu item%s, found %zu",
						     s->prefix.n, plural(s->prefix.n), list->n);
			return false;
		}
		fits &= schema_check_node(k, one, list->items[i], SCHEMA_ANY, NULL);
		if (marks)
			marks[i] = true;
	}
	return fits;
}

static bool check_contains(struct schema_checker *k, const struct subschema *s,
			   const struct data_node *list, bool *marks)
{
	size_t least = s->min_contains.set ? s->min_contains.value : 1, found = 0;
	bool few, many;

	if (!s->contains)
		return true;
	for (size_t i = 0; i < list->n; i++) {
		if (!schema_fits(k, s->contains, list->items[i], SCHEMA_ANY, NULL))
			continue;
		found++;
		if (marks)
			marks[i] = true;
	}
	few = found < least;
	many = s->max_contains.set && found > s->max_contains.value;
	if ((few || many) && k->diags) {
		size_t limit = few ? least : s->max_contains.value;
		struct out wanted = {.max = 400};
		struct finding *f;
		schema_describe(s->contains, &wanted);
		f = schema_value_finding(k, list->at,
					 "expected at %s %zu item%s that %s %s, found %zu",
					 few ? "least" : "most", limit, plural(limit),
					 limit == 1 ? "is" : "are", out_text(&wanted), found);
		schema_help(k, f, list);
		out_release(&wanted);
	}
	return !few && !many;
}

/* Items whose schema wants text are compared as written: 1.0 and 1.00 differ. */
static bool same_item(struct schema_checker *k, const struct subschema *items,
		      const struct data_node *a, const struct data_node *b)
{
	unsigned types = items ? items->all_types : SCHEMA_ANY;

	if (schema_is_text(a, types) && schema_is_text(b, types))
		return a->len == b->len && !memcmp(a->text, b->text, a->len);
	return schema_equal(k->mem, a, b);
}

static uint64_t item_hash(const struct subschema *items, const struct data_node *item)
{
	struct data_node text = *item;

	if (schema_is_text(item, items ? items->all_types : SCHEMA_ANY))
		text.kind = DATA_TEXT;
	return schema_hash(&text);
}

/* An item and the next one in its slot. */
struct slot {
	uint64_t hash;
	uint32_t next; /* index + 1 */
};

static bool check_unique(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *list)
{
	size_t n_slots = 16;
	uint32_t *first;
	struct slot *slots;
	bool fits = true;

	if (!s->unique || list->n < 2)
		return true;
	while (n_slots < list->n * 2)
		n_slots *= 2;
	first = arena_new(k->mem, uint32_t, n_slots);
	slots = arena_new(k->mem, struct slot, list->n);
	for (size_t i = 0; i < list->n && (fits || k->diags); i++) {
		uint64_t hash = item_hash(s->items, list->items[i]);
		uint32_t *chain = &first[hash & (n_slots - 1)], at = *chain;
		while (at && (slots[at - 1].hash != hash ||
			      !same_item(k, s->items, list->items[at - 1], list->items[i])))
			at = slots[at - 1].next;
		if (at && k->diags)
			schema_value_finding(k, list->items[i]->at, "item %zu repeats item %u",
					     i + 1, at);
		fits &= !at;
		if (at)
			continue;
		slots[i] = (struct slot){hash, *chain};
		*chain = (uint32_t)i + 1;
	}
	return fits;
}

bool schema_check_list(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *list, bool *marks)
{
	bool fits = check_length(k, s, list);

	if (fits || k->diags)
		fits &= check_items(k, s, list, marks);
	if (fits || k->diags)
		fits &= check_contains(k, s, list, marks);
	if (fits || k->diags)
		fits &= check_unique(k, s, list);
	return fits;
}
