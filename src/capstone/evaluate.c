/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/evaluate.c - prediction logs of the models on each part, and what they say */
#include "capstone/evaluate.h"
#include "base/csv_write.h"
#include "base/date.h"
#include "base/number.h"
#include "capstone/evaluate_internal.h"
#include "measure/calibration.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include "measure/random.h"
#include "measure/sort.h"
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

double score_written(double score)
{
	return nearbyint(score * 1e6) / 1e6;
}

/* -- cells ------------------------------------------------------------------------------------ */

/* To the minute, in UTC. */
void log_time(struct csv_writer *csv, int64_t seconds)
{
	int32_t day = date_of_moment(seconds);
	int minute = (int)(seconds - date_moment(day)) / 60;
	char date[DATE_TEXT], text[DATE_TEXT + 8];
	int n = snprintf(text, sizeof text, "%sT%02d:%02dZ", date_format(date, day), minute / 60,
			 minute % 60);

	csv_text(csv, text, (size_t)n);
}

void log_label(struct csv_writer *csv, unsigned char label)
{
	csv_puts(csv, label == LABEL_MISSING ? "" : label == LABEL_POSITIVE ? "1" : "0");
}

void log_score(struct csv_writer *csv, double value)
{
	csv_write_number(csv, score_written(value));
}

/* Of 4 digits, which is more than drift can tell; 0 has no sign. */
static void write_digits(struct csv_writer *csv, double value)
{
	char text[NUMBER_TEXT_MAX];
	double rounded;

	number_significant(text, value, 4);
	csv_write_number(csv, number_parse(text, strlen(text), &rounded) ? rounded + 0.0 : NAN);
}

static void write_category(struct csv_writer *csv, const char *const *values, size_t n, double code)
{
	csv_puts(csv, code >= 0 && code < (double)n ? values[(size_t)code] : "");
}

static void write_feature(struct csv_writer *csv, const struct feature *feature, double value)
{
	if (feature->kind == FIELD_CATEGORY)
		write_category(csv, feature->values, feature->n_values, value);
	else
		write_digits(csv, value);
}

static void write_field(struct csv_writer *csv, const struct field *field, double value)
{
	if (field->kind == FIELD_CATEGORY)
		write_category(csv, field->values, field->n_values, value);
	else
		write_digits(csv, value);
}

/* -- columns that both files have ------------------------------------------------------------- */

/* Which features a file shows; groups that are no features come before them. */
struct shown {
	const struct plan *plan;
	const struct feature_list *list;
	bool calendar, segments;
};

static bool is_shown(const struct shown *shown, const struct feature *feature)
{
	return shown->calendar || !feature->family || strcmp(feature->family, "calendar");
}

static void write_names(struct csv_writer *csv, const struct shown *shown)
{
	for (size_t i = 0; i < shown->plan->n_fields; i++)
		if (shown->plan->fields[i].group && !shown->plan->fields[i].feature)
			csv_puts(csv, shown->plan->fields[i].name);
	for (size_t i = 0; i < shown->list->n; i++)
		if (is_shown(shown, &shown->list->items[i]))
			csv_puts(csv, shown->list->items[i].name);
	for (size_t i = 0; shown->segments && i < shown->plan->n_segments; i++)
		if (shown->plan->segments[i].of != SEGMENT_FIELD)
			csv_puts(csv, shown->plan->segments[i].name);
	csv_end_row(csv);
}

static void write_values(struct csv_writer *csv, const struct shown *shown,
			 const struct events *events, const struct matrix *features, size_t row)
{
	const struct plan *plan = shown->plan;
	const double *fields = events->values + row * plan->n_fields;

	for (size_t i = 0; i < plan->n_fields; i++)
		if (plan->fields[i].group && !plan->fields[i].feature)
			write_field(csv, &plan->fields[i], fields[i]);
	for (size_t i = 0; i < shown->list->n; i++)
		if (is_shown(shown, &shown->list->items[i]))
			write_feature(csv, &shown->list->items[i],
				      features->values[row * features->n_features + i]);
	for (size_t i = 0; shown->segments && i < plan->n_segments; i++)
		if (plan->segments[i].of != SEGMENT_FIELD)
			csv_puts(csv, segment_part(&plan->segments[i], events->time[row],
						   features->values + row * features->n_features));
	csv_end_row(csv);
}

void log_value_names(struct csv_writer *csv, const struct plan *plan,
		     const struct feature_list *list)
{
	write_names(csv, &(struct shown){plan, list, false, false});
}

void log_values(struct csv_writer *csv, const struct events *events, const struct matrix *features,
		size_t row)
{
	write_values(csv, &(struct shown){events->plan, features->features, false, false}, events,
		     features, row);
}

/* -- the log ---------------------------------------------------------------------------------- */

static void log_head(struct csv_writer *csv, const struct plan *plan,
		     const struct scored_model *models, size_t n_models)
{
	char name[128];

	csv_puts(csv, plan->time);
	csv_puts(csv, plan->label);
	for (size_t i = 0; i < n_models; i++) {
		csv_puts(csv, models[i].column);
		snprintf(name, sizeof name, "%s_uncalibrated", models[i].column);
		if (models[i].uncalibrated)
			csv_puts(csv, name);
	}
}

static void log_row(struct csv_writer *csv, const struct events *events,
		    const struct matrix *features, const struct scored_model *models,
		    size_t n_models, size_t row)
{
	const double *values = features->values + row * features->n_features;

	log_time(csv, events->time[row]);
	log_label(csv, events->label[row]);
	for (size_t i = 0; i < n_models; i++) {
		log_score(csv, model_score(models[i].model, values));
		if (models[i].uncalibrated)
			log_score(csv,
				  score_written(model_score_uncalibrated(models[i].model, values)));
	}
}

void prediction_log(const struct events *events, const struct matrix *features,
		    const struct scored_model *models, size_t n_models, size_t max_rows,
		    uint64_t seed, bool segments, struct out *to)
{
	struct csv_writer csv = {to, false};
	const struct shown shown = {events->plan, features->features, false, segments};
	size_t n = max_rows && max_rows < events->n ? max_rows : events->n;

	assert(features->n == events->n);
	log_head(&csv, events->plan, models, n_models);
	write_names(&csv, &shown);
	for (size_t i = 0; i < n; i++) {
		size_t first = i * events->n / n, end = (i + 1) * events->n / n;
		struct random random = random_stream(seed, i);
		size_t row = first + random_below(&random, (uint32_t)(end - first));
		log_row(&csv, events, features, models, n_models, row);
		write_values(&csv, &shown, events, features, row);
	}
}

/* -- figures ---------------------------------------------------------------------------------- */

static double *written_scores(struct arena *mem, const struct model *model,
			      const struct matrix *rows)
{
	double *scores = arena_new(mem, double, rows->n);

	model_score_rows(model, rows, scores, NULL);
	for (size_t i = 0; i < rows->n; i++)
		scores[i] = score_written(scores[i]);
	return scores;
}

struct part_figures evaluate_part(struct arena *mem, const struct model *model,
				  const struct matrix *rows)
{
	const struct outcome_rows given = {.n = rows->n,
					   .labels = rows->label,
					   .scores = written_scores(mem, model, rows),
					   .threshold = model_facts(model).threshold};
	const struct outcomes outcomes = outcomes_sorted(mem, mem, &given);
	const struct calibration_options options = {0};

	return (struct part_figures){performance_measure(&outcomes),
				     calibration_measure(mem, mem, &outcomes, &options)};
}

struct paired_comparison evaluate_pair(struct arena *scratch, const struct model *baseline,
				       const struct model *improved, const struct matrix *rows)
{
	return compare_roc_auc(scratch, rows->label, written_scores(scratch, baseline, rows),
			       written_scores(scratch, improved, rows), rows->n);
}

/* -- the worst -------------------------------------------------------------------------------- */

/* As measure/performance.h: -ln of the probability of what happened, held off 0 and 1. */
static double log_loss(double score, unsigned char label)
{
	double held = fmin(fmax(score, DBL_EPSILON), 1 - DBL_EPSILON);

	return label == LABEL_POSITIVE ? -log(held) : -log1p(-held);
}

void worst_predictions(const struct events *events, const struct matrix *rows,
		       const struct model *model, size_t n, struct out *to)
{
	static const char *const names[] = {"score", "loss"};
	struct csv_writer csv = {to, false};
	const struct shown shown = {events->plan, rows->features, true, true};
	struct arena scratch;
	double *scores, *gain;
	uint32_t *order;

	assert(rows->n == events->n);
	arena_init(&scratch);
	scores = written_scores(&scratch, model, rows);
	gain = arena_new(&scratch, double, rows->n);
	order = arena_new(&scratch, uint32_t, rows->n);
	for (size_t i = 0; i < rows->n; i++) /* ascending order of the loss turned round */
		gain[i] = rows->label[i] == LABEL_MISSING || isnan(scores[i])
			      ? INFINITY
			      : -log_loss(scores[i], rows->label[i]);
	sort_order(gain, rows->n, order, &scratch);
	csv_puts(&csv, events->plan->time);
	csv_puts(&csv, events->plan->label);
	for (size_t i = 0; i < 2; i++)
		csv_puts(&csv, names[i]);
	write_names(&csv, &shown);
	for (size_t i = 0; i < n && i < rows->n && isfinite(gain[order[i]]); i++) {
		size_t row = order[i];
		log_time(&csv, events->time[row]);
		log_label(&csv, events->label[row]);
		log_score(&csv, scores[row]);
		log_score(&csv, -gain[row]);
		write_values(&csv, &shown, events, rows, row);
	}
	arena_release(&scratch);
}
