/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/sums.c - numbers that must add up, and lists whose entries must differ */
#include "base/number.h"
#include "base/text.h"
#include "judge/annotation.h"
#include <float.h>
#include <math.h>
#include <string.h>

struct sum {
	double value;
	double slack;                  /* what rounding may have made of it, generously */
	const struct data_node *first; /* the first number */
	size_t n;
};

static bool add(struct sum *sum, const struct data_node *node)
{
	double number;

	if (!data_number(node, &number))
		return false;
	if (!sum->n++)
		sum->first = node;
	sum->value += number;
	sum->slack += fabs(number);
	return true;
}

/* False where a number is missing or is none: that is its schema's to say. */
static bool sum_up(const struct sum_rule *rule, const struct data_node *map, struct sum *sum)
{
	*sum = (struct sum){0};
	for (size_t i = 0; i < rule->of.n; i++)
		if (!add(sum, data_find(map, rule->of.items[i]->text)))
			return false;
	for (size_t i = 0; !rule->of.n && i < map->n; i++)
		if (!add(sum, map->pairs[i].value))
			return false;
	/* Each decimal is read to half a unit, and each addition rounds once more (Higham 2002,
	 * Accuracy and Stability of Numerical Algorithms, 4.2). */
	sum->slack *= 2 * DBL_EPSILON * (double)(sum->n + 1);
	return sum->n && isfinite(sum->value);
}

static bool holds_when(const struct sum_rule *rule, const struct data_node *map,
		       const struct data_node **at)
{
	for (size_t i = 0; rule->when && i < rule->when->n; i++) {
		const struct data_node *own = data_find(map, rule->when->pairs[i].key->text);
		if (!data_text(own) || strcmp(own->text, rule->when->pairs[i].value->text) != 0)
			return false;
		*at = *at ? *at : own;
	}
	return true;
}

/* "control 50 + treatment 60", of at most eight. */
static const char *addends(struct court *court, const struct sum_rule *rule,
			   const struct data_node *map)
{
	enum { MOST = 8 };
	size_t n = rule->of.n ? rule->of.n : map->n;
	const char *text = "";

	for (size_t i = 0; i < n && i < MOST; i++) {
		const struct data_node *value =
		    rule->of.n ? data_find(map, rule->of.items[i]->text) : map->pairs[i].value;
		text = arena_printf(court->mem, "%s%s%s %s", text, i ? " + " : "",
				    rule->of.n ? rule->of.items[i]->text : map->pairs[i].key->text,
				    value->text);
	}
	return n > MOST ? arena_printf(court->mem, "%s + %zu more", text, n - MOST) : text;
}

/* The author's message with the sum in it. */
static const char *fill_message(struct court *court, const char *message, const char *sum)
{
	const char *at = strstr(message, "{sum}");

	if (!at)
		return arena_printf(court->mem, "%s, %s", sum, message);
	return arena_printf(court->mem, "%.*s%s%s", (int)(at - message), message, sum, at + 5);
}

static void judge_sum(const struct annotated *value, const struct sum_rule *rule)
{
	struct court *court = value->court;
	const struct data_node *at = NULL, *limit = NULL;
	const char *asked = "";
	char total[NUMBER_TEXT_MAX];
	struct sum sum;
	struct finding *f;

	if (!holds_when(rule, value->node, &at) || !sum_up(rule, value->node, &sum))
		return;
	if (rule->equals && fabs(sum.value - rule->equals->number) > sum.slack) {
		limit = rule->equals;
		asked = "must be";
	} else if (rule->minimum && sum.value < rule->minimum->number - sum.slack) {
		limit = rule->minimum;
		asked = "must be at least";
	} else if (rule->maximum && sum.value > rule->maximum->number + sum.slack) {
		limit = rule->maximum;
		asked = "must be at most";
	}
	if (!limit)
		return;
	number_significant(total, sum.value, 12);
	if (rule->message)
		f = diag_add(court->diags, RULE_DATA_SUM, at ? at->at : sum.first->at, "%s",
			     fill_message(court, rule->message, total));
	else
		f = diag_add(court->diags, RULE_DATA_SUM, at ? at->at : sum.first->at,
			     "the sum is %s, %s %s", total, asked, limit->text);
	diag_help(court->diags, f, "%s = %s", addends(court, rule, value->node), total);
}

void judge_sums(const struct annotated *value)
{
	if (value->node->kind != DATA_MAP)
		return;
	for (size_t i = 0; i < value->says->sums.n; i++)
		judge_sum(value, &value->says->sums.items[i]);
}

void judge_unique_by(const struct annotated *value)
{
	struct court *court = value->court;
	enum rule rule = value->in_document ? RULE_DOC_FRONT_MATTER_SCHEMA : RULE_DATA_DUPLICATE_ID;
	struct map seen = {0};

	if (!value->says->unique_by || value->node->kind != DATA_LIST)
		return;
	for (size_t i = 0; i < value->node->n; i++) {
		const char *key = value->says->unique_by->text;
		const struct data_node *own = data_find(value->node->items[i], key), *first;
		struct position at;
		if (!data_text(own))
			continue;
		first = map_get(&seen, own->text);
		if (!first) {
			map_put(&seen, court->mem, own->text, (void *)own);
			continue;
		}
		if (judge_has(court, rule, own->at))
			continue;
		at = source_position(&first->at);
		diag_help(court->diags,
			  diag_add(court->diags, rule, own->at, "'%s' of two entries is '%s'", key,
				   own->text),
			  "it is that of %s:%u, too", first->at.source->path, at.line);
	}
}
