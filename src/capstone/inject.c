/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/inject.c - failures put in on purpose */
#include "capstone/inject.h"
#include "capstone/plan_internal.h"
#include "measure/outcomes.h"
#include "measure/random.h"
#include "read/yaml.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* What one failure works on. `chosen` are the fields that it hits, all of them in the rows of the
 * time that it lasts. */
struct injection {
	const struct failure *failure;
	int64_t from, to;
	uint64_t seed;
	bool *chosen;
	double keep_positive, keep_negative; /* chance that a row of each class arrives */
};

static bool hit(const struct injection *in, int64_t time)
{
	return time >= in->from && time < in->to;
}

/* Each row has a stream of its own, so that what one row loses does not depend on the others. */
static struct random of_row(const struct injection *in, size_t row)
{
	return random_stream(in->seed, (uint64_t)in->failure->kind << 40 | (uint64_t)row);
}

/* -- cells ------------------------------------------------------------------------------------ */

static double anything(const struct field *field, struct random *random)
{
	if (field->kind == FIELD_CATEGORY)
		return random_below(random, (uint32_t)field->n_values);
	return field->low + (field->high - field->low) * random_unit(random);
}

static void scale_row(const struct injection *in, const struct plan *plan, size_t row,
		      double *values)
{
	(void)row;
	for (size_t f = 0; f < plan->n_fields; f++)
		if (in->chosen[f])
			values[f] *= in->failure->amount;
}

static void corrupt_row(const struct injection *in, const struct plan *plan, size_t row,
			double *values)
{
	struct random random = of_row(in, row);

	for (size_t f = 0; f < plan->n_fields; f++) {
		double replaced = random_unit(&random), missing = random_unit(&random);
		double other = anything(&plan->fields[f], &random);

		if (in->chosen[f] && replaced < in->failure->amount)
			values[f] = missing < 0.5 ? NAN : other;
	}
}

static void empty_row(const struct injection *in, const struct plan *plan, size_t row,
		      double *values)
{
	(void)row;
	for (size_t f = 0; f < plan->n_fields; f++)
		if (in->chosen[f])
			values[f] = NAN;
}

/* -- rows ------------------------------------------------------------------------------------- */

/* Thins one class until positives are `amount` times the share that they were. */
static void balance(struct injection *in, const struct events *events)
{
	double n[2] = {0, 0}, wanted, odds;

	in->keep_positive = in->keep_negative = 1;
	if (in->failure->kind != FAILURE_CLASS_BALANCE)
		return;
	for (size_t i = 0; i < events->n; i++)
		if (hit(in, events->time[i]) && events->label[i] != LABEL_MISSING)
			n[events->label[i]]++;
	wanted = n[0] + n[1] > 0 ? in->failure->amount * n[1] / (n[0] + n[1]) : 0;
	if (!(wanted > 0) || n[0] <= 0)
		return;
	odds = n[1] / n[0] * (1 - wanted) / wanted; /* of keeping a negative by a positive */
	if (wanted >= 1)
		in->keep_negative = 0;
	else if (odds < 1)
		in->keep_negative = odds;
	else
		in->keep_positive = 1 / odds;
}

static bool arrives(const struct injection *in, const struct events *events, size_t row)
{
	struct random random = of_row(in, row);

	if (!hit(in, events->time[row]) || events->label[row] == LABEL_MISSING)
		return true;
	return random_unit(&random) <
	       (events->label[row] == LABEL_POSITIVE ? in->keep_positive : in->keep_negative);
}

/* -- the failures ----------------------------------------------------------------------------- */

/* How each kind goes: whether `what` is a field, a family or nothing, and what it does to a row. */
struct way {
	const char *name;
	enum { OF_NOTHING, OF_FIELD, OF_FAMILY, OF_FEATURES } of;
	void (*row)(const struct injection *in, const struct plan *plan, size_t row,
		    double *values);
};
static const struct way ways[] = {
    [FAILURE_DATA_DRIFT] = {"data_drift", OF_FIELD, scale_row},
    [FAILURE_CLASS_BALANCE] = {"class_balance", OF_NOTHING, NULL},
    [FAILURE_CORRUPTED] = {"corrupted_inputs", OF_FEATURES, corrupt_row},
    [FAILURE_DROPPED_FEATURE] = {"dropped_feature", OF_FIELD, empty_row},
    [FAILURE_DELAYED_INPUTS] = {"delayed_inputs", OF_NOTHING, NULL},
    [FAILURE_TRUNCATED_HISTORY] = {"truncated_history", OF_NOTHING, NULL},
    [FAILURE_REMOVED_FAMILY] = {"removed_family", OF_FAMILY, empty_row},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Marks the fields; how many they are. */
static size_t choose_fields(const struct failure *failure, const struct plan *plan, bool *chosen)
{
	const struct way *way = &ways[failure->kind];
	size_t n = 0;

	for (size_t f = 0; f < plan->n_fields; f++) {
		const struct field *field = &plan->fields[f];

		if (way->of == OF_FIELD)
			chosen[f] = failure->what && !strcmp(field->name, failure->what);
		else if (way->of == OF_FAMILY)
			chosen[f] =
			    failure->what && field->family && !strcmp(field->family, failure->what);
		else
			chosen[f] = way->of == OF_FEATURES && field->feature;
		n += chosen[f];
	}
	return n;
}

static bool possible(const struct failure *failure, const struct plan *plan, bool *chosen,
		     struct span at, struct diag_sink *diags)
{
	const struct way *way = &ways[failure->kind];
	size_t n = choose_fields(failure, plan, chosen);
	const struct field *field = NULL;

	if (way->of != OF_NOTHING && !n) {
		diag_add(diags, RULE_DATA_SCHEMA, at, "failure '%s': '%s' is no %s of the plan",
			 failure->id, failure->what ? failure->what : "",
			 way->of == OF_FAMILY ? "family" : "field");
		return false;
	}
	for (size_t f = 0; f < plan->n_fields; f++)
		if (chosen[f])
			field = &plan->fields[f];
	if (field && failure->kind == FAILURE_DATA_DRIFT && field->kind != FIELD_NUMBER) {
		diag_add(diags, RULE_DATA_SCHEMA, at, "failure '%s': '%s' is no number",
			 failure->id, failure->what);
		return false;
	}
	return true;
}

static struct history_faults faults_of(const struct failure *failure)
{
	struct history_faults faults = {0};

	if (failure->kind == FAILURE_DELAYED_INPUTS)
		faults.delay = (int64_t)(failure->amount * 3600);
	if (failure->kind == FAILURE_TRUNCATED_HISTORY)
		faults.keep = (size_t)failure->amount;
	return faults;
}

bool inject(struct arena *mem, const struct events *events, const struct failure *failure,
	    int64_t from, int64_t to, uint64_t seed, struct events *damaged,
	    struct history_faults *faults, struct diag_sink *diags)
{
	const struct plan *plan = events->plan;
	struct injection in = {.failure = failure, .from = from, .to = to, .seed = seed};
	const struct way *way = &ways[failure->kind];
	bool *keep = arena_new(mem, bool, events->n);
	size_t row = 0;

	in.chosen = arena_new(mem, bool, plan->n_fields);
	if (!possible(failure, plan, in.chosen, (struct span){0}, diags))
		return false;
	balance(&in, events);
	for (size_t i = 0; i < events->n; i++)
		keep[i] = arrives(&in, events, i);
	*damaged = events_subset(mem, events, keep);
	for (size_t i = 0; i < events->n; i++) {
		if (!keep[i])
			continue;
		if (way->row && hit(&in, events->time[i]))
			way->row(&in, plan, i, damaged->values + row * plan->n_fields);
		row++;
	}
	*faults = faults_of(failure);
	return true;
}

static bool same_cell(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b;
}

static size_t changed_cells(const struct events *before, size_t i, const struct events *after,
			    size_t j)
{
	size_t n_fields = before->plan->n_fields, cells = 0;

	for (size_t f = 0; f < n_fields; f++)
		cells +=
		    !same_cell(before->values[i * n_fields + f], after->values[j * n_fields + f]);
	return cells;
}

static bool same_event(const struct events *before, size_t i, const struct events *after, size_t j)
{
	return before->time[i] == after->time[j] && before->label[i] == after->label[j] &&
	       !strcmp(before->entities[before->entity[i]], after->entities[after->entity[j]]);
}

/* Both tables are in the same order. No failure leaves rows out and changes others. */
struct damage inject_damage(const struct events *before, const struct events *after)
{
	bool thinned = after->n < before->n;
	struct damage damage = {0};
	size_t j = 0;

	for (size_t i = 0; i < before->n; i++) {
		bool same = j < after->n && same_event(before, i, after, j);
		size_t cells = same ? changed_cells(before, i, after, j) : 0;

		if (!same || (thinned && cells)) {
			damage.rows_left_out++;
			continue;
		}
		damage.cells += cells;
		damage.rows += cells > 0;
		j++;
	}
	return damage;
}

bool event_is_refused(const struct plan *plan, const double *values)
{
	for (size_t f = 0; f < plan->n_fields; f++) {
		const struct field *field = &plan->fields[f];

		if (isnan(values[f]) ? field->required
				     : field->kind == FIELD_NUMBER &&
					   (values[f] < field->low || values[f] > field->high))
			return true;
	}
	return false;
}

/* -- the plan's file -------------------------------------------------------------------------- */

/* The shape was checked with the plan's schema (plan_read). */
const struct failure *failures_read(struct arena *mem, const struct plan *plan,
				    struct source *source, size_t *n, struct diag_sink *diags)
{
	const struct data_node *root =
	    yaml_read(mem, source, 0, source->len, RULE_DATA_SYNTAX, diags);
	const struct data_node *list = plan_list(root, "failures");
	struct failure *failures = arena_new(mem, struct failure, list->n);
	bool *chosen = arena_new(mem, bool, plan->n_fields);

	*n = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *node = list->items[i];
		const char *kind = plan_text(node, "kind");
		struct failure *failure = &failures[*n];
		size_t k = 0;

		while (kind && k < WAYS && strcmp(ways[k].name, kind) != 0)
			k++;
		if (!kind || k == WAYS)
			continue;
		*failure = (struct failure){.id = plan_text(node, "id"),
					    .title = plan_text(node, "title"),
					    .kind = (enum failure_kind)k,
					    .what = plan_text(node, "what"),
					    .amount = plan_number(node, "amount", 0),
					    .reason = plan_text(node, "reason")};
		if (failure->id && possible(failure, plan, chosen, node->at, diags))
			(*n)++;
	}
	return failures;
}
