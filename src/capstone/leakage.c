/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/leakage.c - features, labels and parts looked at from outside for what they cannot know
 */
#include "capstone/leakage.h"
#include "base/date.h"
#include "base/map.h"
#include "base/number.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include <math.h>
#include <string.h>

enum {
	CUTS = 32,          /* over the training period */
	ROWS_BEHIND = 512,  /* behind a cut that are changed; those further on are left out */
	LEAST_OF_CLASS = 10 /* rows of each class below which a ranking says nothing */
};

struct search {
	struct arena *mem, *scratch;
	const struct events *events;
	const struct matrix *features;
	const struct split *split;
	struct {
		LIST_OF(struct leak);
	} found;
};

static bool is_training(const struct search *s, size_t row)
{
	return s->split->part[row] == PART_TRAIN;
}

static const char *moment(struct arena *mem, int64_t time)
{
	char text[DATE_TEXT];

	return arena_strdup(mem, date_format_moment(text, time));
}

static void add(struct search *s, const char *check, const char *what)
{
	*ARENA_PUSH(s->mem, &s->found) = (struct leak){check, what};
}

/* ------------------------------------------------------------------------------- the future */

/* The events up to `cut` and some behind it, these with other values, and each label that is not
 * known at the cut turned round. */
static struct events changed_after(const struct search *s, size_t cut)
{
	const struct events *events = s->events;
	size_t width = events->plan->n_fields;
	bool *keep = arena_new(s->scratch, bool, events->n);
	struct events other;

	for (size_t i = 0; i < events->n && i <= cut + ROWS_BEHIND; i++)
		keep[i] = true;
	other = events_subset(s->scratch, events, keep);
	for (size_t i = 0; i < other.n; i++) {
		if (i > cut || other.label_at[i] > events->time[cut]) {
			other.label[i] =
			    other.label[i] == LABEL_POSITIVE ? LABEL_NEGATIVE : LABEL_POSITIVE;
			other.label_at[i] += 1;
		}
		for (size_t f = 0; i > cut && f < width; f++) {
			const struct field *field = &events->plan->fields[f];
			double *value = &other.values[i * width + f];

			if (field->kind == FIELD_CATEGORY)
				*value = isnan(*value)
					     ? 0
					     : (double)(((size_t)*value + 1) % field->n_values);
			else
				*value = *value == field->high ? field->low : field->high;
		}
	}
	return other;
}

bool same_feature(double a, double b)
{
	uint64_t x, y;

	memcpy(&x, &a, sizeof x);
	memcpy(&y, &b, sizeof y);
	return x == y || (isnan(a) && isnan(b));
}

/* One leak for each feature is enough. */
static void compare_with(struct search *s, const struct matrix *again, size_t cut, bool *leaks)
{
	size_t width = s->features->n_features;

	for (size_t row = 0; row <= cut; row++)
		for (size_t f = 0; f < width; f++) {
			if (leaks[f] || same_feature(s->features->values[row * width + f],
						     again->values[row * width + f]))
				continue;
			leaks[f] = true;
			add(s, "future",
			    arena_printf(s->mem,
					 "feature %s: its value at the event of %s is another when "
					 "only what comes after %s is changed",
					 s->features->features->items[f].name,
					 moment(s->mem, s->events->time[row]),
					 moment(s->mem, s->events->time[cut])));
		}
}

static void check_future(struct search *s)
{
	size_t *rows = arena_new(s->scratch, size_t, s->events->n), n = 0;
	bool *leaks = arena_new(s->scratch, bool, s->features->n_features);

	for (size_t i = 0; i < s->events->n; i++)
		if (is_training(s, i))
			rows[n++] = i;
	for (size_t i = 0; i < CUTS && n; i++) {
		struct arena_mark mark = arena_save(s->scratch);
		size_t cut = rows[(n - 1) * i / (CUTS - 1)];
		struct events other = changed_after(s, cut);
		struct matrix again = features_of(s->scratch, &other, s->features->features, NULL);

		compare_with(s, &again, cut, leaks);
		arena_reset(s->scratch, mark);
	}
}

/* ------------------------------------------------------------------------------- the labels */

/* Labels of `part` that were not known when `next` began. */
static void check_labels_of(struct search *s, unsigned part, int64_t next, const char *next_name)
{
	size_t n = 0, first = 0;

	for (size_t i = 0; i < s->events->n; i++)
		if (s->split->part[i] == part && s->events->label_at[i] > next && !n++)
			first = i;
	if (n)
		add(s, "labels",
		    arena_printf(s->mem,
				 "%zu labels of %s were not known when %s began, the first of the "
				 "event of %s, known at %s",
				 n, part_name(s->events->plan, part), next_name,
				 moment(s->mem, s->events->time[first]),
				 moment(s->mem, s->events->label_at[first])));
}

static void check_labels(struct search *s)
{
	const struct plan *plan = s->events->plan;

	check_labels_of(s, PART_TRAIN, date_moment(plan->calibration.from), "calibration");
	check_labels_of(s, PART_HOLDOUT, date_moment(plan->calibration.from), "calibration");
	check_labels_of(s, PART_CALIBRATION, date_moment(plan->temporal.from), "temporal");
}

/* -------------------------------------------------------------------------------- the parts */

static const char *event_key(const struct events *events, size_t row, size_t size, char *key)
{
	size_t width = events->plan->n_fields * sizeof(double);

	memcpy(key, &events->time[row], sizeof(int64_t));
	memcpy(key + sizeof(int64_t), &events->entity[row], sizeof(uint32_t));
	memcpy(key + size - width, events->values + row * events->plan->n_fields, width);
	return key;
}

static void check_twins(struct search *s)
{
	const struct events *events = s->events;
	size_t size = sizeof(int64_t) + sizeof(uint32_t) + events->plan->n_fields * sizeof(double);
	char *keys = arena_alloc_n(s->scratch, events->n, size);
	struct map seen = {0};
	size_t n = 0, first = 0;

	map_reserve(&seen, s->scratch, events->n);
	for (size_t i = 0; i < events->n; i++) {
		const char *key = event_key(events, i, size, keys + i * size);
		size_t before;

		if (s->split->part[i] == PART_NONE)
			continue;
		before = (size_t)(uintptr_t)map_get_n(&seen, key, size);
		if (!before)
			map_put_n(&seen, s->scratch, key, size, (void *)(uintptr_t)(i + 1));
		else if (s->split->part[before - 1] != s->split->part[i] && !n++)
			first = i;
	}
	if (n)
		add(s, "twins",
		    arena_printf(s->mem, "%zu events stand in two parts, the first that of %s", n,
				 moment(s->mem, events->time[first])));
}

static void check_entities(struct search *s)
{
	const struct events *events = s->events;
	bool *trained = arena_new(s->scratch, bool, events->n_entities);
	bool *said = arena_new(s->scratch, bool, events->n_entities);
	size_t n = 0, first = 0;

	if (!events->plan->entity)
		return;
	for (size_t i = 0; i < events->n; i++)
		if (is_training(s, i))
			trained[events->entity[i]] = true;
	for (size_t i = 0; i < events->n; i++) {
		size_t entity = events->entity[i];

		if (s->split->part[i] != PART_HOLDOUT || !trained[entity] || said[entity])
			continue;
		said[entity] = true;
		if (!n++)
			first = entity;
	}
	if (n)
		add(s, "entities",
		    arena_printf(s->mem,
				 "%zu entities of the holdout are in train, the first '%.40s'", n,
				 events->entities[first]));
}

/* ------------------------------------------------------------------------------- too good */

/* The training rows of one feature as a ranking; NAN is left out. */
struct ranking {
	size_t n;
	double *scores;
	unsigned char *labels;
};

static struct ranking new_ranking(struct search *s)
{
	return (struct ranking){.scores = arena_new(s->scratch, double, s->events->n),
				.labels = arena_new(s->scratch, unsigned char, s->events->n)};
}

/* The farther of the ROC AUC and its reverse; NAN where a class has too few rows. */
static double ranks(struct search *s, const struct ranking *ranking)
{
	const struct outcome_rows rows = {
	    .n = ranking->n, .labels = ranking->labels, .scores = ranking->scores};
	struct outcomes outcomes = outcomes_sorted(s->scratch, s->scratch, &rows);
	double auc;

	if (outcomes.n_positive < LEAST_OF_CLASS || outcomes.n_negative < LEAST_OF_CLASS)
		return NAN;
	auc = roc_auc(&outcomes).value;
	return auc < 0.5 ? 1 - auc : auc;
}

static void judge_ranking(struct search *s, const struct feature *feature, const char *of,
			  const struct ranking *ranking)
{
	char auc[NUMBER_TEXT_MAX], limit[NUMBER_TEXT_MAX];
	double value = ranks(s, ranking);

	if (!(value > LEAKAGE_TOO_GOOD))
		return;
	add(s, "too good",
	    arena_printf(s->mem, "feature %s: %sROC AUC %s on the training rows, must be under %s",
			 feature->name, of, number_significant(auc, value, 4),
			 number_significant(limit, LEAKAGE_TOO_GOOD, 4)));
}

/* Codes have no order of their own: each becomes its category's share of positives. */
static void rank_categories(const struct feature *feature, struct ranking *ranking,
			    struct arena *scratch)
{
	double *positives = arena_new(scratch, double, feature->n_values);
	double *rows = arena_new(scratch, double, feature->n_values);

	for (size_t i = 0; i < ranking->n; i++)
		if (!isnan(ranking->scores[i])) {
			rows[(size_t)ranking->scores[i]]++;
			positives[(size_t)ranking->scores[i]] += ranking->labels[i];
		}
	for (size_t i = 0; i < ranking->n; i++)
		if (!isnan(ranking->scores[i])) {
			size_t code = (size_t)ranking->scores[i];
			ranking->scores[i] = positives[code] / rows[code];
		}
}

static void check_feature(struct search *s, size_t f)
{
	const struct matrix *features = s->features;
	const struct feature *feature = &features->features->items[f];
	struct arena_mark mark = arena_save(s->scratch);
	struct ranking values = new_ranking(s), missing = new_ranking(s);

	for (size_t i = 0; i < features->n; i++) {
		double value = features->values[i * features->n_features + f];

		if (!is_training(s, i) || features->label[i] == LABEL_MISSING)
			continue;
		values.labels[values.n] = missing.labels[missing.n] = features->label[i];
		values.scores[values.n++] = value;
		missing.scores[missing.n++] = isnan(value);
	}
	if (feature->kind == FIELD_CATEGORY)
		rank_categories(feature, &values, s->scratch);
	judge_ranking(s, feature, "", &values);
	judge_ranking(s, feature, "of its missing values, ", &missing);
	arena_reset(s->scratch, mark);
}

struct leaks leakage_find(struct arena *mem, const struct events *events,
			  const struct matrix *features, const struct split *split)
{
	struct arena scratch;
	struct search s = {.mem = mem,
			   .scratch = &scratch,
			   .events = events,
			   .features = features,
			   .split = split};

	arena_init(&scratch);
	check_future(&s);
	check_labels(&s);
	check_twins(&s);
	check_entities(&s);
	for (size_t f = 0; f < features->n_features; f++)
		check_feature(&s, f);
	arena_release(&scratch);
	return (struct leaks){s.found.items, s.found.n};
}
