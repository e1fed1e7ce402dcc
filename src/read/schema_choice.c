/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_choice.c - anyOf, oneOf, not and if: schemas of which some may fail
 *
 * Where no alternative fits, the message is that of the one that was most likely meant: of the
 * value's kind, with the fewest keys whose value tells alternatives apart (`kind: {const: a}`)
 * and is another, then with the fewest misfits. */
#include "read/schema_internal.h"
#include <string.h>

enum { DEEP_REPORTS = 6 };

static bool fits_leniently(struct schema_checker *k, const struct subschema *s,
			   const struct data_node *node, unsigned types)
{
	bool lenient = k->lenient, fits;

	k->lenient = true;
	fits = schema_fits(k, s, node, types, NULL);
	k->lenient = lenient;
	return fits;
}

/* Whether it fits when unknown keys count, as a choice between alternatives needs it. */
static bool fits_strictly(struct schema_checker *k, const struct subschema *s,
			  const struct data_node *node, unsigned types, bool *marks)
{
	bool lenient = k->lenient, fits;

	k->lenient = false;
	fits = schema_fits(k, s, node, types, marks);
	k->lenient = lenient;
	return fits;
}

static bool is_of_kind(const struct subschema *s, const struct data_node *node)
{
	return s->form != SCHEMA_NONE &&
	       ((s->all_types & schema_kind_of(node)) || schema_is_text(node, s->all_types));
}

static void expect_one(struct schema_checker *k, const struct schema_list *list,
		       const struct data_node *node)
{
	struct out wanted = {.max = 400}, found = {0};
	struct finding *f;

	for (size_t i = 0; i < list->n; i++) {
		out_puts(&wanted, i ? " or " : "");
		schema_describe(list->items[i], &wanted);
	}
	schema_describe_value(node, &found);
	f = schema_value_finding(k, node->at, "expected %s, found %s", out_text(&wanted),
				 out_text(&found));
	schema_help(k, f, node);
	out_release(&wanted);
	out_release(&found);
}

/* Keys that the alternative gives a fixed value, and the map another. */
static size_t count_contrary(struct schema_checker *k, const struct subschema *s,
			     const struct data_node *map)
{
	size_t count = 0;

	while (s->ref && !s->properties.n)
		s = s->ref;
	for (size_t i = 0; map->kind == DATA_MAP && i < s->properties.n; i++) {
		const struct schema_named *p = &s->properties.items[i];
		const struct data_node *value = data_find(map, p->key->text);
		if (value && p->schema->constant)
			count += !fits_strictly(k, p->schema, value, SCHEMA_ANY, NULL);
	}
	return count;
}

/* Which of several forms the findings are about: by its title or description, else by number. */
static const char *name_form(struct schema_checker *k, const struct schema_list *list, size_t which)
{
	const struct subschema *form = list->items[which];

	while (form->ref && !form->title)
		form = form->ref;
	if (form->title)
		return arena_printf(k->mem, "the closest of %zu forms is '%s'", list->n,
				    form->title->text);
	return arena_printf(k->mem, "the closest of %zu forms is number %zu", list->n, which + 1);
}

/* Adds the findings of the likeliest alternative. */
static bool report_likeliest(struct schema_checker *k, const struct schema_list *list,
			     const struct data_node *node, unsigned types, bool *marks)
{
	struct diag_sink *diags = k->diags, best = {0};
	size_t best_contrary = 0, which = 0, candidates = 0, tied = 0;
	bool fits = false;

	for (size_t i = 0; i < list->n; i++) {
		struct diag_sink now;
		size_t contrary;
		bool now_fits;
		/* Deep in choices the first form must do. */
		if (!is_of_kind(list->items[i], node) || (candidates && k->reports > DEEP_REPORTS))
			continue;
		diag_init(&now, diags->mem);
		k->diags = &now;
		k->reports++;
		now_fits = schema_check_node(k, list->items[i], node, types, marks);
		k->reports--;
		k->diags = diags;
		contrary = count_contrary(k, list->items[i], node);
		tied = !candidates || contrary < best_contrary ? 1
		       : contrary == best_contrary             ? tied + 1
							       : tied;
		if (!candidates || contrary < best_contrary ||
		    (contrary == best_contrary && now.n < best.n)) {
			best = now;
			best_contrary = contrary;
			fits = now_fits;
			which = i;
		}
		candidates++;
	}
	if (candidates && (node->kind == DATA_MAP || node->kind == DATA_LIST || list->n == 1)) {
		size_t first = diags->n;
		diag_merge(diags, &best);
		if (tied > 1) /* no key such as `kind` tells it */
			schema_say_why(k, name_form(k, list, which), first);
		return fits;
	}
	expect_one(k, list, node);
	return false;
}

/* Whether all that the alternatives say is which keys must be there. */
static bool asks_for_keys_alone(const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct subschema *form = list->items[i];
		const struct data_node *node = form->node;
		if (form->form != SCHEMA_RULES || !form->required || !form->required->n ||
		    node->n != 1)
			return false;
	}
	return list->n > 1;
}

/* "'item' and 'document', or 'policy'" */
static void report_keys(struct schema_checker *k, const struct schema_list *list,
			const struct data_node *map)
{
	struct out keys = {.max = 400};

	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *form = list->items[i]->required;
		out_puts(&keys, !i                                                   ? ""
				: form->n > 1 || list->items[i - 1]->required->n > 1 ? ", or "
										     : " or ");
		for (size_t j = 0; j < form->n; j++)
			out_printf(&keys, "%s'%s'", j ? " and " : "", form->items[j]->text);
	}
	schema_missing_keys(k, map, out_text(&keys));
	out_release(&keys);
}

/* No alternative fits: tells it. True where only unknown keys stand against one. */
static bool none_fits(struct schema_checker *k, const struct schema_list *list,
		      const struct data_node *node, unsigned types, bool *marks)
{
	if (k->diags && node->kind == DATA_MAP && asks_for_keys_alone(list)) {
		report_keys(k, list, node);
		return false;
	}
	if (k->diags)
		return report_likeliest(k, list, node, types, marks);
	for (size_t i = 0; k->lenient && i < list->n; i++)
		if (fits_leniently(k, list->items[i], node, types))
			return true;
	return false;
}

bool schema_check_any_of(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *node, unsigned types, bool *marks)
{
	bool any = false;

	/* With marks all that fit count, not only the first. */
	for (size_t i = 0; i < s->any_of.n && (!any || marks); i++)
		any |= fits_strictly(k, s->any_of.items[i], node, types, marks);
	return any || none_fits(k, &s->any_of, node, types, marks);
}

/* How many of oneOf fit; *which is the last. A plain scalar that is several things only by being
 * text as written counts as what the core rules see. */
static size_t count_fitting(struct schema_checker *k, const struct subschema *s,
			    const struct data_node *node, unsigned types, size_t *which)
{
	struct data_node certain = *node;
	size_t count = 0;

	for (size_t i = 0; i < s->one_of.n; i++)
		if (fits_strictly(k, s->one_of.items[i], node, types, NULL)) {
			count++;
			*which = i;
		}
	if (count < 2 || node->quoted || node->n)
		return count;
	certain.quoted = true;
	count = 0;
	for (size_t i = 0; i < s->one_of.n; i++)
		if (fits_strictly(k, s->one_of.items[i], &certain, types, NULL)) {
			count++;
			*which = i;
		}
	return count;
}

/* What the value is, where it may be one of these only. */
static void report_several(struct schema_checker *k, const struct subschema *s,
			   const struct data_node *node, unsigned types, size_t count)
{
	struct out forms = {.max = 300};
	const char *joint = "";
	struct finding *f;

	for (size_t i = 0; i < s->one_of.n; i++) {
		if (!fits_strictly(k, s->one_of.items[i], node, types, NULL))
			continue;
		out_puts(&forms, joint);
		schema_describe(s->one_of.items[i], &forms);
		joint = ", and ";
	}
	f = schema_value_finding(k, node->at,
				 "value fits %zu of the forms of which it may fit only one", count);
	diag_help(k->diags, f, "it is %s", out_text(&forms));
	out_release(&forms);
}

bool schema_check_one_of(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *node, unsigned types, bool *marks)
{
	size_t which = 0, count = count_fitting(k, s, node, types, &which);

	if (count == 1) {
		if (marks)
			fits_strictly(k, s->one_of.items[which], node, types, marks);
		return true;
	}
	if (!count)
		return none_fits(k, &s->one_of, node, types, marks);
	if (k->diags)
		report_several(k, s, node, types, count);
	return false;
}

bool schema_check_not(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *node, unsigned types)
{
	struct out refused = {.max = 200}, found = {0};

	if (!fits_strictly(k, s->not, node, types, NULL))
		return true;
	if (k->diags) {
		schema_describe(s->not, &refused);
		schema_describe_value(node, &found);
		schema_value_finding(k, node->at, "expected anything but %s, found %s",
				     out_text(&refused), out_text(&found));
		out_release(&refused);
		out_release(&found);
	}
	return false;
}

bool schema_check_condition(struct schema_checker *k, const struct subschema *s,
			    const struct data_node *node, unsigned types, bool *marks)
{
	bool holds = fits_strictly(k, s->condition, node, types, marks);
	const struct subschema *next = holds ? s->then : s->otherwise;
	size_t first = k->diags ? k->diags->n : 0;
	bool fits = !next || schema_check_node(k, next, node, types, marks);

	if (k->diags && next)
		schema_say_condition(k, s->condition, holds, first);
	return fits;
}
