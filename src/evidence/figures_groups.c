/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_groups.c - figures of groups, of several classes, and of a second score */
#include "evidence/figures_internal.h"
#include "measure/bootstrap.h"
#include "measure/calibration.h"
#include "measure/outcomes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- groups ----------------------------------------------------------------------------------- */

/* What is counted of a group: rows by label and decision; its score, for ECE. */
struct group_sums {
	size_t outcomes[2][2]; /* [label][decision] */
	struct calibration_tally tally;
};

struct grouping {
	const struct log_source *s;
	const struct column_group *group;
	size_t n;
	struct group_sums *sums;
	bool has_score;
};

static void add_row(struct grouping *g, struct group_sums *sums, size_t row)
{
	const struct log_source *s = g->s;
	unsigned char label = s->labels[row];
	double score = NAN;
	bool decision;

	if (g->has_score) {
		score = column_of(s->log, s->score)->numbers[row];
		if (isnan(score))
			return;
	}
	if (label > LABEL_POSITIVE || (s->predictions && s->predictions[row] > LABEL_POSITIVE))
		return;
	decision =
	    s->predictions ? s->predictions[row] == LABEL_POSITIVE : score >= s->figures->threshold;
	sums->outcomes[label][decision]++;
	if (g->has_score)
		calibration_tally_add(&sums->tally, label, score);
}

static void add_piece(struct grouping *g, const struct row_piece *piece)
{
	uint32_t codes[ROW_BLOCK], ids[ROW_BLOCK];

	for (size_t from = 0; from < piece->n; from += ROW_BLOCK) {
		size_t n = piece->n - from < ROW_BLOCK ? piece->n - from : ROW_BLOCK;

		memset(ids, 0, sizeof ids);
		for (size_t k = 0; k < g->group->n; k++) {
			const struct csv_column *column =
			    column_of(g->s->log, g->group->columns[k]);
			uint32_t base = (uint32_t)column->n_categories;

			codes_of(column, piece, from, n, codes);
			for (size_t i = 0; i < n; i++)
				ids[i] = ids[i] == NO_CLASS || codes[i] == CSV_MISSING
					     ? NO_CLASS
					     : ids[i] * base + codes[i];
		}
		for (size_t i = 0; i < n; i++)
			if (ids[i] != NO_CLASS)
				add_row(g, &g->sums[ids[i]],
					piece->rows ? piece->rows[from + i]
						    : piece->first + from + i);
	}
}

/* "F*30-39". */
static const char *group_name(struct arena *mem, const struct grouping *g, size_t id)
{
	const char *name = NULL;

	for (size_t k = g->group->n; k-- > 0;) {
		const struct csv_column *column = column_of(g->s->log, g->group->columns[k]);
		const char *value = column->categories[id % column->n_categories];

		id /= column->n_categories;
		name = name ? arena_printf(mem, "%s*%s", value, name) : value;
	}
	return name;
}

struct one_group {
	struct group_counts counts;
	double ece;
};

static int by_group(const void *a, const void *b)
{
	return strcmp(((const struct one_group *)a)->counts.name,
		      ((const struct one_group *)b)->counts.name);
}

static void grouping_init(struct grouping *g, const struct log_source *s,
			  const struct column_group *group, struct arena *scratch)
{
	*g = (struct grouping){.s = s, .group = group, .n = 1, .has_score = s->score != NO_COLUMN};
	for (size_t k = 0; k < group->n; k++)
		g->n *= column_of(s->log, group->columns[k])->n_categories;
	g->sums = arena_new(scratch, struct group_sums, g->n);
	for (size_t i = 0; i < g->n && g->has_score; i++)
		g->sums[i].tally = calibration_tally_new(scratch, s->request->bins);
}

struct fairness_figures measure_fairness(const struct log_source *s,
					 const struct column_group *group,
					 const struct row_set *set, struct arena *mem,
					 struct arena *scratch)
{
	struct fairness_figures f = {.column = group->name};
	size_t min_rows = s->request->min_group_rows ? s->request->min_group_rows : 30;
	struct grouping g;
	struct one_group *groups;
	struct group_counts *counts;
	struct group_rates *rates;
	double *ece;
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces);

	grouping_init(&g, s, group, scratch);
	for (size_t p = 0; p < n_pieces; p++)
		add_piece(&g, &pieces[p]);
	groups = arena_new(scratch, struct one_group, g.n);
	for (size_t i = 0; i < g.n; i++) {
		const struct group_sums *sums = &g.sums[i];
		size_t n = sums->outcomes[0][0] + sums->outcomes[0][1] + sums->outcomes[1][0] +
			   sums->outcomes[1][1];

		if (n)
			groups[f.n_groups++] = (struct one_group){
			    {group_name(scratch, &g, i), sums->outcomes[1][1], sums->outcomes[0][1],
			     sums->outcomes[1][0], sums->outcomes[0][0]},
			    g.has_score ? calibration_tally_ece(&sums->tally).value : NAN};
	}
	if (f.n_groups)
		qsort(groups, f.n_groups, sizeof *groups, by_group);
	counts = arena_new(scratch, struct group_counts, f.n_groups);
	rates = arena_new(mem, struct group_rates, f.n_groups);
	ece = arena_new(mem, double, f.n_groups);
	for (size_t i = 0; i < f.n_groups; i++) {
		counts[i] = groups[i].counts;
		counts[i].name = arena_strdup(mem, counts[i].name);
		ece[i] = groups[i].ece;
	}
	f.summary = fairness_measure(counts, f.n_groups, min_rows, rates);
	f.groups = rates;
	f.ece = ece;
	return f;
}

/* -- several classes -------------------------------------------------------------------------- */

struct class_table measure_classes(const struct log_source *s, const struct row_set *set,
				   struct arena *mem, struct arena *scratch)
{
	size_t k = s->n_classes, *confusion = arena_new(mem, size_t, k * k);
	struct class_figures *each = arena_new(mem, struct class_figures, k);
	struct class_table table = {.each = each, .confusion = confusion};
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces);
	uint32_t truth[ROW_BLOCK], predicted[ROW_BLOCK];

	(void)scratch;
	for (size_t p = 0; p < n_pieces; p++)
		for (size_t from = 0; from < pieces[p].n; from += ROW_BLOCK) {
			size_t n = pieces[p].n - from < ROW_BLOCK ? pieces[p].n - from : ROW_BLOCK;

			classes_of(&s->label_classes, &pieces[p], from, n, truth);
			classes_of(&s->prediction_classes, &pieces[p], from, n, predicted);
			for (size_t i = 0; i < n; i++)
				if (truth[i] != NO_CLASS && predicted[i] != NO_CLASS)
					confusion[truth[i] * k + predicted[i]]++;
		}
	table.summary = classes_measure(confusion, k, each);
	table.names = s->class_names; /* kept when all are done */
	return table;
}

/* -- a second score --------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool resampled;
	enum bootstrap_figure figure;
} comparisons[] = {
    {"roc_auc", false, BOOTSTRAP_ROC_AUC},
    {"brier", false, BOOTSTRAP_BRIER},
    {"average_precision", true, BOOTSTRAP_AVERAGE_PRECISION},
    {"log_loss", true, BOOTSTRAP_LOG_LOSS},
    {"ece", true, BOOTSTRAP_ECE},
};

bool comparison_figure(const struct log_request *request, size_t i, bool *resampled)
{
	if (i >= sizeof comparisons / sizeof *comparisons ||
	    (comparisons[i].resampled && !request->bootstrap))
		return false;
	*resampled = comparisons[i].resampled;
	return true;
}

struct score_comparison measure_comparison(const struct log_source *s, size_t i,
					   const struct row_set *set, size_t jobs,
					   struct arena *scratch)
{
	const struct bootstrap_options options = {.seed = s->request->seed,
						  .resamples = s->request->bootstrap,
						  .jobs = jobs,
						  .n_bins = s->request->bins};
	const unsigned char *labels = bytes_of(scratch, s->labels, set);
	const double *a = numbers_of(scratch, column_of(s->log, s->score), set);
	const double *b = numbers_of(scratch, column_of(s->log, s->compare), set);
	struct score_comparison c = {.figure = comparisons[i].name};
	size_t n = row_count(set);

	if (comparisons[i].resampled)
		c.comparison = bootstrap_compare(scratch, comparisons[i].figure, labels, a, b, n,
						 s->figures->threshold, &options);
	else if (comparisons[i].figure == BOOTSTRAP_ROC_AUC)
		c.comparison = compare_roc_auc(scratch, labels, a, b, n);
	else
		c.comparison = compare_brier(labels, a, b, n);
	return c;
}
