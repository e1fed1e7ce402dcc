/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/monitor.c - a deployed model watched day by day, with alerts */
#include "capstone/monitor.h"
#include "base/date.h"
#include "capstone/plan_internal.h"
#include "measure/calibration.h"
#include "measure/drift.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include "measure/psi.h"
#include "read/yaml.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { LEAST_ROWS = 100, LEAST_OF_CLASS = 20 };
#define DEVIATIONS 4.0 /* of a share, beyond which chance does not go */
#define ANY_PSI 1e-300 /* a band that every PSI beyond chance is over */

static const struct {
	const char *name;
	bool by_feature, labelled, falls; /* needs labels; alerts when it falls */
} figures[] = {
    [MONITOR_FEATURE_PSI] = {.name = "feature_psi", .by_feature = true},
    [MONITOR_SCORE_PSI] = {.name = "score_psi"},
    [MONITOR_MISSING] = {.name = "missing", .by_feature = true},
    [MONITOR_SELECTED] = {.name = "selected"},
    [MONITOR_ROC_AUC] = {.name = "roc_auc", .labelled = true, .falls = true},
    [MONITOR_ECE] = {.name = "ece", .labelled = true},
};
enum { FIGURES = sizeof figures / sizeof *figures };

const char *monitor_figure_name(enum monitor_figure figure)
{
	return figures[figure].name;
}

bool monitor_figure_needs_labels(enum monitor_figure figure)
{
	return figures[figure].labelled;
}

/* -- the reference ---------------------------------------------------------------------------- */

struct column_reference {
	bool category;
	struct numeric_reference numbers;
	struct category_counts categories;
	double missing; /* share */
};
struct monitor_reference {
	const struct feature_list *features;
	struct column_reference *columns; /* of each feature, then of the score */
	double threshold, selected;
};

static struct category_column codes_of(struct arena *mem, const struct feature *feature,
				       const double *values, size_t n)
{
	uint32_t *codes = arena_new(mem, uint32_t, n);

	for (size_t i = 0; i < n; i++)
		codes[i] = isnan(values[i]) ? CATEGORY_MISSING : (uint32_t)values[i];
	return (struct category_column){
	    .codes = codes, .n = n, .names = feature->values, .n_names = feature->n_values};
}

static void reference_column(struct arena *mem, const struct feature *feature, const double *values,
			     size_t n, struct column_reference *column)
{
	struct arena scratch;
	size_t missing = 0;

	arena_init(&scratch);
	column->category = feature && feature->kind == FIELD_CATEGORY;
	if (column->category) {
		struct category_column codes = codes_of(&scratch, feature, values, n);
		column->categories = category_count(mem, &codes);
	} else {
		numeric_reference_init(&column->numbers, mem, &scratch, values, n, DRIFT_BINS);
	}
	for (size_t i = 0; i < n; i++)
		missing += isnan(values[i]);
	column->missing = n ? (double)missing / (double)n : 0;
	arena_release(&scratch);
}

/* Column f of rows [from, to). */
static double *column_of(struct arena *mem, const struct matrix *rows, size_t f, size_t from,
			 size_t to)
{
	double *values = arena_new(mem, double, to - from);

	for (size_t i = from; i < to; i++)
		values[i - from] = rows->values[i * rows->n_features + f];
	return values;
}

struct monitor_reference *monitor_reference_new(struct arena *mem, const struct matrix *rows,
						const double *scores, double threshold)
{
	struct monitor_reference *reference = arena_new(mem, struct monitor_reference, 1);
	size_t n = rows->features->n, selected = 0, scored = 0;

	reference->features = rows->features;
	reference->threshold = threshold;
	reference->columns = arena_new(mem, struct column_reference, n + 1);
	for (size_t f = 0; f < n; f++)
		reference_column(mem, &rows->features->items[f],
				 column_of(mem, rows, f, 0, rows->n), rows->n,
				 &reference->columns[f]);
	reference_column(mem, NULL, scores, rows->n, &reference->columns[n]);
	for (size_t i = 0; i < rows->n; i++) {
		scored += !isnan(scores[i]);
		selected += scores[i] >= threshold;
	}
	reference->selected = scored ? (double)selected / (double)scored : 0;
	return reference;
}

/* -- figures of one window -------------------------------------------------------------------- */

struct window {
	const struct monitor_reference *reference;
	const struct events *events;
	const struct matrix *rows;
	const double *scores;
	size_t from, to; /* rows */
	int64_t now;     /* what becomes known from here on is not known */
};

/* Counts of n values in the bins that the ascending edges cut, right-closed; missing ones in none.
 */
static size_t *binned(struct arena *mem, const double *values, size_t n, const double *edges,
		      size_t n_edges)
{
	size_t *counts = arena_new(mem, size_t, n_edges + 1);

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			counts[numeric_bin(edges, n_edges, values[i])]++;
	return counts;
}

static void numeric_psi(struct arena *mem, const struct numeric_reference *r, const double *values,
			size_t n, struct drift *drift)
{
	const size_t *counts = binned(mem, values, n, r->edges, r->n_edges);
	struct psi_chance chance;

	drift->psi = psi_from_counts(r->counts, counts, r->n_edges + 1);
	chance =
	    psi_chance(mem, r->counts, counts, r->n_edges + 1, PSI_BINS_OF_REFERENCE, drift->psi);
	drift->psi_chance = chance.point;
	drift->psi_p_value = chance.p_value;
	if (!r->n_tied_edges)
		return;
	counts = binned(mem, values, n, r->tied_edges, r->n_tied_edges);
	drift->psi_ties = psi_from_counts(r->tied_counts, counts, r->n_tied_edges + 1);
	chance = psi_chance(mem, r->tied_counts, counts, r->n_tied_edges + 1, PSI_BINS_OF_REFERENCE,
			    drift->psi_ties);
	drift->psi_ties_p_value = chance.p_value;
}

/* What drift_judge() asks for, by measure/psi.h over the bins of measure/drift.h; tests hold it
 * against drift_numeric(), whose other figures nobody watches here and which cost a hundred times
 * as much. */
static struct drift drift_of(const struct window *w, size_t f, struct arena *mem,
			     struct arena *bins)
{
	size_t n_features = w->reference->features->n, n = w->to - w->from;
	const struct column_reference *column = &w->reference->columns[f];
	struct drift drift = {.psi_ties = NAN, .psi_ties_p_value = NAN};

	if (column->category) {
		const struct feature *feature = &w->reference->features->items[f];
		struct category_column codes =
		    codes_of(mem, feature, column_of(mem, w->rows, f, w->from, w->to), n);
		struct category_counts counts = category_count(mem, &codes);
		return drift_categorical(bins, mem, feature->name, &column->categories, &counts);
	}
	numeric_psi(mem, &column->numbers,
		    f < n_features ? column_of(mem, w->rows, f, w->from, w->to)
				   : w->scores + w->from,
		    n, &drift);
	return drift;
}

/* PSI of n columns where it is beyond chance; they are judged together. */
static void psi_of(const struct window *w, const size_t *columns, size_t n, double *values)
{
	struct drift_bands any = {ANY_PSI, ANY_PSI};
	struct arena mem, bins;
	struct drift *drifts;

	arena_init(&mem);
	arena_init(&bins);
	drifts = arena_new(&mem, struct drift, n);
	for (size_t i = 0; i < n; i++)
		drifts[i] = drift_of(w, columns[i], &mem, &bins);
	drift_judge(drifts, n, any, &mem);
	for (size_t i = 0; i < n; i++)
		if (drifts[i].severity == DRIFT_CRITICAL)
			values[i] = isnan(drifts[i].psi_ties) ? drifts[i].psi : drifts[i].psi_ties;
	arena_release(&bins);
	arena_release(&mem);
}

/* Hour and weekday are the clock's, not the feed's: payments that come in bursts move them. */
static bool is_watched(const struct feature *feature)
{
	return !feature->family || strcmp(feature->family, "calendar") != 0;
}

static void feature_psi(const struct window *w, double *values)
{
	size_t n_features = w->reference->features->n, n = 0;
	struct arena mem;
	size_t *columns;
	double *psi;

	arena_init(&mem);
	columns = arena_new(&mem, size_t, n_features);
	psi = arena_new(&mem, double, n_features);
	for (size_t f = 0; f < n_features; f++)
		if (is_watched(&w->reference->features->items[f]))
			columns[n++] = f;
	for (size_t i = 0; i < n; i++)
		psi[i] = NAN;
	psi_of(w, columns, n, psi);
	for (size_t i = 0; i < n; i++)
		values[columns[i]] = psi[i];
	arena_release(&mem);
}

static void score_psi(const struct window *w, double *values)
{
	size_t score = w->reference->features->n;

	psi_of(w, &score, 1, values);
}

static bool share_beyond_chance(double share, double reference, size_t n)
{
	/* a reference without any counts as one row in a thousand */
	double p = fmin(fmax(reference, 0.001), 0.999);

	return fabs(share - reference) > DEVIATIONS * sqrt(p * (1 - p) / (double)n);
}

/* How much more is missing than in the reference. */
static void missing_share(const struct window *w, double *values)
{
	size_t n = w->to - w->from;

	for (size_t f = 0; f < w->reference->features->n; f++) {
		double reference = w->reference->columns[f].missing, share = 0;

		for (size_t i = w->from; i < w->to; i++)
			share += isnan(w->rows->values[i * w->rows->n_features + f]);
		share /= (double)n;
		if (share > reference && share_beyond_chance(share, reference, n))
			values[f] = share - reference;
	}
}

/* Times by which the share selected lies over or under the reference's: 2 for twice or half. */
static void selected_factor(const struct window *w, double *value)
{
	size_t scored = 0, selected = 0;
	double share, reference = w->reference->selected;

	for (size_t i = w->from; i < w->to; i++) {
		scored += !isnan(w->scores[i]);
		selected += w->scores[i] >= w->reference->threshold;
	}
	if (scored < LEAST_ROWS || reference <= 0)
		return;
	share = (double)selected / (double)scored;
	if (share_beyond_chance(share, reference, scored))
		*value = share >= reference ? share / reference
					    : reference / fmax(share, 0.5 / (double)scored);
}

/* Labels that are known by now. */
static struct outcomes known_outcomes(const struct window *w, struct arena *mem)
{
	size_t n = w->to - w->from;
	unsigned char *labels = arena_new(mem, unsigned char, n);

	for (size_t i = 0; i < n; i++)
		labels[i] = w->events->label_at[w->from + i] < w->now
				? w->events->label[w->from + i]
				: LABEL_MISSING;
	return outcomes_sorted(mem, mem,
			       &(struct outcome_rows){.n = n,
						      .labels = labels,
						      .scores = w->scores + w->from,
						      .threshold = w->reference->threshold});
}

static void known_roc_auc(const struct window *w, double *value)
{
	struct arena mem;
	struct outcomes outcomes;

	arena_init(&mem);
	outcomes = known_outcomes(w, &mem);
	if (outcomes.n_positive >= LEAST_OF_CLASS && outcomes.n_negative >= LEAST_OF_CLASS)
		/* the upper end: what is under a limit with it is under by more than chance */
		*value = roc_auc(&outcomes).interval.high;
	arena_release(&mem);
}

static void known_ece(const struct window *w, double *value)
{
	struct calibration_options options = {.unfitted = true};
	struct calibration calibration;
	struct arena mem;
	struct outcomes outcomes;

	arena_init(&mem);
	outcomes = known_outcomes(w, &mem);
	if (outcomes.n_positive >= LEAST_OF_CLASS) {
		calibration = calibration_measure(&mem, &mem, &outcomes, &options);
		if (calibration.ece > calibration.ece_chance)
			*value = calibration.ece;
	}
	arena_release(&mem);
}

static struct monitor_series empty_series(struct arena *mem,
					  const struct monitor_reference *reference,
					  const struct monitor_rule *rule, int32_t first,
					  int32_t last)
{
	bool by_feature = figures[rule->figure].by_feature;
	struct monitor_series series = {.first = first,
					.n_days = last >= first ? (size_t)(last - first) + 1 : 0,
					.n_columns = by_feature ? reference->features->n : 1};

	series.columns = arena_new(mem, const char *, series.n_columns);
	series.values = arena_new(mem, double, series.n_columns *series.n_days);
	for (size_t c = 0; c < series.n_columns; c++)
		series.columns[c] = by_feature ? reference->features->items[c].name : "";
	for (size_t i = 0; i < series.n_columns * series.n_days; i++)
		series.values[i] = NAN;
	return series;
}

struct monitor_series monitor_series(struct arena *mem, const struct monitor_reference *reference,
				     const struct events *events, const struct matrix *rows,
				     const double *scores, const struct monitor_rule *rule,
				     int32_t first, int32_t last)
{
	static void (*const measure[])(const struct window *, double *) = {
	    [MONITOR_FEATURE_PSI] = feature_psi, [MONITOR_SCORE_PSI] = score_psi,
	    [MONITOR_MISSING] = missing_share,   [MONITOR_SELECTED] = selected_factor,
	    [MONITOR_ROC_AUC] = known_roc_auc,   [MONITOR_ECE] = known_ece};
	struct monitor_series series = empty_series(mem, reference, rule, first, last);
	int64_t delay = figures[rule->figure].labelled ? events->plan->label_delay : 0;
	double *values = arena_new(mem, double, series.n_columns);

	assert(rows->n == events->n);
	for (size_t d = 0; d < series.n_days; d++) {
		struct window w = {.reference = reference,
				   .events = events,
				   .rows = rows,
				   .scores = scores,
				   .now = date_moment(first + (int32_t)d + 1)};

		w.to = events_from(events, w.now - delay);
		w.from = events_from(events, w.now - delay - (int64_t)rule->days * SECONDS_A_DAY);
		if (w.to - w.from < LEAST_ROWS)
			continue;
		for (size_t c = 0; c < series.n_columns; c++)
			values[c] = NAN;
		measure[rule->figure](&w, values);
		for (size_t c = 0; c < series.n_columns; c++)
			series.values[c * series.n_days + d] = values[c];
	}
	return series;
}

/* -- alerts ----------------------------------------------------------------------------------- */

bool monitor_is_over(enum monitor_figure figure, double value, double limit)
{
	return figures[figure].falls ? value < limit : value > limit;
}

void monitor_raise(struct arena *mem, const struct monitor_rule *rule, size_t index, double limit,
		   const struct monitor_series *series, struct monitor_alerts *alerts)
{
	for (size_t c = 0; c < series->n_columns; c++) {
		const double *values = series->values + c * series->n_days;
		int in_a_row = 0;

		for (size_t d = 0; d < series->n_days; d++) {
			if (!monitor_is_over(rule->figure, values[d], limit))
				in_a_row = 0;
			else if (++in_a_row == rule->in_a_row)
				*ARENA_PUSH(mem, alerts) =
				    (struct monitor_alert){.rule = index,
							   .day = series->first + (int32_t)d,
							   .column = series->columns[c],
							   .value = values[d]};
		}
	}
}

/* By day, then by rule: insertion, since each rule's are in order and all are few. */
static void sort_alerts(struct monitor_alerts *alerts)
{
	for (size_t i = 1; i < alerts->n; i++) {
		struct monitor_alert alert = alerts->items[i];
		size_t at = i;

		for (; at && (alerts->items[at - 1].day > alert.day ||
			      (alerts->items[at - 1].day == alert.day &&
			       alerts->items[at - 1].rule > alert.rule));
		     at--)
			alerts->items[at] = alerts->items[at - 1];
		alerts->items[at] = alert;
	}
}

struct monitor_alerts monitor_watch(struct arena *mem, const struct monitor_reference *reference,
				    const struct events *events, const struct matrix *rows,
				    const double *scores, const struct monitor_rule *rules,
				    size_t n_rules, int32_t first, int32_t last)
{
	struct monitor_alerts alerts = {0};

	for (size_t r = 0; r < n_rules && last >= first; r++) {
		struct monitor_series series =
		    monitor_series(mem, reference, events, rows, scores, &rules[r], first, last);
		monitor_raise(mem, &rules[r], r, rules[r].limit, &series, &alerts);
	}
	sort_alerts(&alerts);
	return alerts;
}

/* -- the plan's file -------------------------------------------------------------------------- */

static const double *candidates_of(struct arena *mem, const struct data_node *list)
{
	double *limits = arena_new(mem, double, list->n);

	for (size_t i = 0; i < list->n; i++)
		data_number(list->items[i], &limits[i]);
	return limits;
}

const struct monitor_rule *monitor_rules_read(struct arena *mem, struct source *plan_file,
					      size_t *n, struct diag_sink *diags)
{
	const struct data_node *root =
	    yaml_read(mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	const struct data_node *list = plan_list(root, "monitoring");
	struct monitor_rule *rules = arena_new(mem, struct monitor_rule, list->n);

	*n = 0;
	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *node = list->items[i],
				       *candidates = plan_list(node, "candidates");
		const char *figure = plan_text(node, "figure");
		size_t f = 0;

		while (figure && f < FIGURES && strcmp(figures[f].name, figure) != 0)
			f++;
		if (!figure || f == FIGURES)
			continue;
		rules[(*n)++] =
		    (struct monitor_rule){.id = plan_text(node, "id"),
					  .figure = (enum monitor_figure)f,
					  .limit = plan_number(node, "limit", 0),
					  .days = (int)plan_number(node, "days", 1),
					  .in_a_row = (int)plan_number(node, "in_a_row", 1),
					  .rolls_back = plan_truth(node, "rolls_back", false),
					  .candidates = candidates_of(mem, candidates),
					  .n_candidates = candidates->n};
	}
	return rules;
}
