/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/annotation_keywords.c - the x- keywords of a schema object */
#include "base/text.h"
#include "catalog/kinds.h"
#include "judge/annotation_internal.h"
#include <string.h>

struct finding *annotation_fault(struct annotation_reader *r, const struct data_node *node,
				 const char *text)
{
	return diag_add(r->court->diags, RULE_TEMPLATE_INVALID, node->at, "%s", text);
}

static bool is_scalar(const struct data_node *node)
{
	return node->kind != DATA_LIST && node->kind != DATA_MAP && node->kind != DATA_NULL;
}

/* A key that no part of the schema declares would make a rule that never speaks. */
static void check_key(struct annotation_reader *r, const struct data_node *key)
{
	const char **names, *nearest;
	struct finding *f;

	if (map_has(&r->keys, key->text))
		return;
	f = diag_add(r->court->diags, RULE_TEMPLATE_INVALID, key->at,
		     "key '%s' is not declared by this schema", key->text);
	names = arena_new(r->court->mem, const char *, r->keys.n + 1);
	for (size_t i = 0; i < r->keys.n; i++)
		names[i] = r->keys.entries[i].key;
	nearest = text_nearest(key->text, names, r->keys.n);
	if (nearest)
		diag_help(r->court->diags, f, "did you mean '%s'?", nearest);
}

/* A scalar, or a list of scalars, at least one. */
static bool take_list(struct annotation_reader *r, const struct data_node *value,
		      struct key_list *list)
{
	bool good = value->kind == DATA_LIST ? value->n > 0 : is_scalar(value);

	for (size_t i = 0; good && value->kind == DATA_LIST && i < value->n; i++)
		good = is_scalar(value->items[i]);
	if (!good)
		return false;
	if (value->kind == DATA_LIST)
		for (size_t i = 0; i < value->n; i++)
			*ARENA_PUSH(r->court->mem, list) = value->items[i];
	else
		*ARENA_PUSH(r->court->mem, list) = value;
	return true;
}

/* -- the keywords ----------------------------------------------------------------------------- */

static void take_refers_to(struct annotation_reader *r, struct annotation *a,
			   const struct data_node *value)
{
	static const char *const more[] = {"model", "version", "document"};
	const struct workspace *ws = r->court->ws;
	struct finding *f;
	const char *nearest;

	if (!take_list(r, value, &a->refers_to)) {
		annotation_fault(r, value, "'x-refers-to' takes a record kind, or a list of them");
		return;
	}
	for (size_t i = 0; i < a->refers_to.n; i++) {
		const struct data_node *kind = a->refers_to.items[i];
		bool known = map_has(&ws->record_kind_by_name, kind->text);
		for (size_t k = 0; k < sizeof more / sizeof *more; k++)
			known = known || !strcmp(more[k], kind->text);
		if (known)
			continue;
		f = diag_add(r->court->diags, RULE_TEMPLATE_INVALID, kind->at,
			     "'x-refers-to' names '%s', which is no record kind, model, version or "
			     "document",
			     kind->text);
		nearest = nearest_record_kind(ws, r->court->mem, kind->text);
		if (nearest)
			diag_help(r->court->diags, f, "did you mean '%s'?", nearest);
	}
}

static void take_not_before(struct annotation_reader *r, struct annotation *a,
			    const struct data_node *value)
{
	if (!take_list(r, value, &a->not_before))
		annotation_fault(r, value, "'x-not-before' takes a key, or a list of keys");
	for (size_t i = 0; i < a->not_before.n; i++)
		check_key(r, a->not_before.items[i]);
}

static void take_not_after(struct annotation_reader *r, struct annotation *a,
			   const struct data_node *value)
{
	const char *text = data_text(value);

	if (text && !strcmp(text, "as_of"))
		a->happened = true;
	else
		annotation_fault(r, value,
				 "'x-not-after' takes as_of, the day that a run stands for");
}

static void take_unique_by(struct annotation_reader *r, struct annotation *a,
			   const struct data_node *value)
{
	if (!is_scalar(value)) {
		annotation_fault(r, value, "'x-unique-by' takes a key");
		return;
	}
	check_key(r, value);
	a->unique_by = value;
}

static bool take_sum_key(struct annotation_reader *r, struct sum_rule *sum,
			 const struct data_pair *pair)
{
	const struct data_node *value = pair->value;
	const char *key = pair->key->text;

	if (!strcmp(key, "of")) {
		if (value->quoted && !strcmp(value->text, "*"))
			return true;
		if (!take_list(r, value, &sum->of))
			annotation_fault(r, value,
					 "'of' takes a list of keys, or \"*\" for all of the map");
		for (size_t i = 0; i < sum->of.n; i++)
			check_key(r, sum->of.items[i]);
		return true;
	}
	if (!strcmp(key, "equals") || !strcmp(key, "minimum") || !strcmp(key, "maximum")) {
		if (value->kind != DATA_NUMBER)
			annotation_fault(r, value, "limits of 'x-sum' are numbers");
		*(*key == 'e'     ? &sum->equals
		  : key[1] == 'i' ? &sum->minimum
				  : &sum->maximum) = value;
		return true;
	}
	if (!strcmp(key, "when")) {
		bool good = value->kind == DATA_MAP && value->n;
		for (size_t i = 0; good && i < value->n; i++)
			good = is_scalar(value->pairs[i].value);
		if (!good) {
			annotation_fault(r, value, "'when' takes a map of keys and their values");
			return true;
		}
		for (size_t i = 0; i < value->n; i++)
			check_key(r, value->pairs[i].key);
		sum->when = value;
		return true;
	}
	if (!strcmp(key, "message")) {
		sum->message = data_text(value);
		if (!sum->message)
			annotation_fault(r, value, "'message' takes text");
		return true;
	}
	return false;
}

static void take_one_sum(struct annotation_reader *r, struct annotation *a,
			 const struct data_node *value)
{
	static const char *const known[] = {"of",      "equals", "minimum",
					    "maximum", "when",   "message"};
	size_t before = r->court->diags->n;
	struct sum_rule sum = {0};

	if (value->kind != DATA_MAP) {
		annotation_fault(r, value,
				 "'x-sum' takes a map with 'of' and a limit, or a list of such");
		return;
	}
	for (size_t i = 0; i < value->n; i++) {
		struct finding *f;
		const char *nearest;
		if (take_sum_key(r, &sum, &value->pairs[i]))
			continue;
		f = diag_add(r->court->diags, RULE_TEMPLATE_INVALID, value->pairs[i].key->at,
			     "'x-sum' has no '%s'", value->pairs[i].key->text);
		nearest =
		    text_nearest(value->pairs[i].key->text, known, sizeof known / sizeof *known);
		if (nearest)
			diag_help(r->court->diags, f, "did you mean '%s'?", nearest);
	}
	if (r->court->diags->n > before)
		return;
	if (!data_find(value, "of"))
		annotation_fault(r, value, "'x-sum' needs 'of', the keys whose numbers are summed");
	else if (!sum.equals && !sum.minimum && !sum.maximum)
		annotation_fault(r, value, "'x-sum' needs a limit: equals, minimum or maximum");
	else
		*ARENA_PUSH(r->court->mem, &a->sums) = sum;
}

static void take_sum(struct annotation_reader *r, struct annotation *a,
		     const struct data_node *value)
{
	if (value->kind != DATA_LIST) {
		take_one_sum(r, a, value);
		return;
	}
	for (size_t i = 0; i < value->n; i++)
		take_one_sum(r, a, value->items[i]);
}

static const struct {
	const char *name;
	void (*take)(struct annotation_reader *r, struct annotation *a,
		     const struct data_node *value);
} keywords[] = {
    {"x-refers-to", take_refers_to},
    {"x-not-before", take_not_before},
    {"x-not-after", take_not_after},
    {"x-unique-by", take_unique_by},
    {"x-sum", take_sum},
};
enum { N_KEYWORDS = sizeof keywords / sizeof *keywords };

/* Annotations of others are theirs; a slip of one of ours would be a rule that never speaks. */
void annotation_take(struct annotation_reader *r, struct annotation *a,
		     const struct data_pair *pair)
{
	const char *names[N_KEYWORDS], *key = pair->key->text, *nearest;

	if (!text_starts_with(key, "x-"))
		return;
	for (size_t i = 0; i < N_KEYWORDS; i++) {
		names[i] = keywords[i].name;
		if (!strcmp(keywords[i].name, key)) {
			a->annotated = r->some = true;
			keywords[i].take(r, a, pair->value);
			return;
		}
	}
	nearest = text_nearest(key, names, N_KEYWORDS);
	if (nearest && text_distance(key, nearest, 3) <= 2)
		diag_help(r->court->diags,
			  diag_add(r->court->diags, RULE_TEMPLATE_INVALID, pair->key->at,
				   "annotation '%s' is not known", key),
			  "did you mean '%s'?", nearest);
}
