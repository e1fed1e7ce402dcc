/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_edges.c - features that tell a group, and inputs that are odd */
#include "base/number.h"
#include "capstone/registry_bias.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include <math.h>
#include <string.h>

/* -- proxies ---------------------------------------------------------------------------------- */

/* ROC AUC with which one feature tells the group, turned to be over 0.5. */
static struct figure told_by(struct arena *scratch, const struct part_rows *rows, size_t field,
			     size_t code, size_t feature)
{
	size_t width = rows->features.n_features, fields = rows->events.plan->n_fields;
	double *scores = arena_new(scratch, double, rows->features.n);
	unsigned char *labels = arena_new(scratch, unsigned char, rows->features.n);
	struct outcome_rows ranked = {.labels = labels, .scores = scores};
	struct outcomes outcomes;
	struct figure auc;

	for (size_t i = 0; i < rows->features.n; i++) {
		double group = rows->events.values[i * fields + field];
		double value = rows->features.values[i * width + feature];
		if (!(group >= 0) || isnan(value))
			continue;
		scores[ranked.n] = value;
		labels[ranked.n++] = (size_t)group == code ? LABEL_POSITIVE : LABEL_NEGATIVE;
	}
	outcomes = outcomes_sorted(scratch, scratch, &ranked);
	auc = roc_auc(&outcomes);
	if (auc.value < 0.5) {
		struct interval turned = {1 - auc.interval.high, 1 - auc.interval.low};
		auc.value = 1 - auc.value;
		auc.interval = turned;
	}
	return auc;
}

struct proxy proxy_of(struct arena *scratch, const struct part_rows *rows, size_t field,
		      size_t code)
{
	const struct feature_list *list = rows->features.features;
	struct proxy most = {.group = rows->events.plan->fields[field].values[code],
			     .auc = {.value = NAN}};

	for (size_t i = 0; i < list->n; i++) {
		struct arena_mark mark = arena_save(scratch);
		struct figure auc = {.value = NAN};
		if (list->items[i].kind == FIELD_NUMBER)
			auc = told_by(scratch, rows, field, code, i);
		arena_reset(scratch, mark);
		if (isnan(auc.value) || auc.value <= most.auc.value)
			continue;
		most.feature = list->items[i].name;
		most.auc = auc;
	}
	return most;
}

/* -- odd inputs ------------------------------------------------------------------------------- */

/* What a case makes of the value of a feature; `field` NULL: one of history or calendar. */
typedef double change_fn(const struct feature *feature, const struct field *field, double value);

static bool is_history(const struct feature *feature)
{
	return feature->family && !strcmp(feature->family, "history");
}

static double nothing_known(const struct feature *feature, const struct field *field, double value)
{
	(void)feature, (void)field, (void)value;
	return NAN;
}

static double only_required(const struct feature *feature, const struct field *field, double value)
{
	(void)feature;
	return field && !field->required ? NAN : value;
}

/* As the walk gives it of an account's first event, but for values that are new. */
static double no_past(const struct feature *feature, const struct field *field, double value)
{
	(void)field;
	return is_history(feature) ? NAN : value;
}

static double at_least(const struct feature *feature, const struct field *field, double value)
{
	if (field && field->kind == FIELD_NUMBER)
		return field->low;
	return is_history(feature) ? 0 : value;
}

static double at_largest(const struct feature *feature, const struct field *field, double value)
{
	if (field && field->kind == FIELD_NUMBER)
		return field->high;
	return is_history(feature) ? 1e9 : value;
}

static double unknown_category(const struct feature *feature, const struct field *field,
			       double value)
{
	return field && field->kind == FIELD_CATEGORY ? (double)feature->n_values : value;
}

static const struct {
	const char *what, *key;
	change_fn *change;
} odd[EDGE_CASES] = {{"every value missing", "all_missing", nothing_known},
		     {"only required fields there", "only_required", only_required},
		     {"history missing", "no_history", no_past},
		     {"numbers at their least, history 0", "least", at_least},
		     {"numbers at their largest, history 1e9", "largest", at_largest},
		     {"categories that are on no list", "unknown_categories", unknown_category}};

static const struct field *field_of(const struct plan *plan, const struct feature *feature)
{
	size_t at = plan_field(plan, feature->name);

	return at == SIZE_MAX ? NULL : &plan->fields[at];
}

static struct edge_case try_case(const struct model *model, const struct plan *plan,
				 const struct matrix *rows, double *row, size_t which)
{
	struct edge_case result = {
	    .what = odd[which].what, .key = odd[which].key, .low = NAN, .high = NAN};

	for (size_t i = 0; i < rows->n; i++) {
		double score;
		for (size_t f = 0; f < rows->n_features; f++) {
			const struct feature *feature = &rows->features->items[f];
			row[f] = odd[which].change(feature, field_of(plan, feature),
						   rows->values[i * rows->n_features + f]);
		}
		score = model_score(model, row);
		result.outside += !(score >= 0 && score <= 1);
		result.low = fmin(result.low, score);
		result.high = fmax(result.high, score);
	}
	return result;
}

void edge_cases(struct arena *scratch, const struct model *model, const struct plan *plan,
		const struct matrix *rows, struct edge_case cases[EDGE_CASES])
{
	double *row = arena_new(scratch, double, rows->n_features);

	for (size_t i = 0; i < EDGE_CASES; i++)
		cases[i] = try_case(model, plan, rows, row, i);
}

/* -- the door --------------------------------------------------------------------------------- */

struct door_count door_try(struct arena *mem, const struct plan *plan)
{
	const char **texts = arena_new(mem, const char *, plan->n_fields);
	double *values = arena_new(mem, double, plan->n_fields);
	struct door_count count = {0};
	const char *reason;

	for (size_t f = 0; f < plan->n_fields; f++) {
		const struct field *field = &plan->fields[f];
		const char *wrong[] = {"nan", "inf", "no such value", NULL, NULL};
		char text[NUMBER_TEXT_MAX];

		memset(texts, 0, plan->n_fields * sizeof *texts);
		for (size_t i = 0; i < plan->n_fields; i++)
			if (plan->fields[i].required)
				texts[i] =
				    plan->fields[i].kind == FIELD_CATEGORY
					? plan->fields[i].values[0]
					: arena_strdup(mem,
						       number_shortest(text, plan->fields[i].low));
		if (field->kind == FIELD_NUMBER) {
			wrong[3] = arena_strdup(mem, number_shortest(text, field->low - 1));
			wrong[4] = arena_strdup(mem, number_shortest(text, field->high + 1));
		}
		for (size_t i = 0; i < sizeof wrong / sizeof *wrong && wrong[i]; i++) {
			texts[f] = wrong[i];
			count.tried++;
			count.refused += !event_check(mem, plan, texts, values, &reason);
		}
	}
	return count;
}
