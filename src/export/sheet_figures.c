/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_figures.c - performance of each window, and the bins of calibration */
#include "export/sheet_builder.h"
#include <math.h>
#include <string.h>

static const struct span *source_of(const struct record_figures *figures)
{
	return figures->source_at.source ? &figures->source_at : &figures->record->node->at;
}

/* --- performance --- */

enum { PERFORMANCE_CELLS = 39, CALIBRATION_CELLS = 14 };

static const struct sheet_column performance_columns[] = {
    {"About", COLUMN_TEXT, 18},
    {"Record", COLUMN_TEXT, 26},
    {"Kind", COLUMN_TEXT, 18},
    {"Role", COLUMN_TEXT, 10},
    {"Figures", COLUMN_TEXT, 11},
    {"Window", COLUMN_TEXT, 13},
    {"Start", COLUMN_DATE, 12},
    {"End", COLUMN_DATE, 12},
    {"Rows", COLUMN_COUNT, 11},
    {"Positives", COLUMN_COUNT, 11},
    {"Base rate", COLUMN_FIGURE, 11},
    {"Base rate low", COLUMN_FIGURE, 14},
    {"Base rate high", COLUMN_FIGURE, 15},
    {"ROC AUC", COLUMN_FIGURE, 10},
    {"ROC AUC low", COLUMN_FIGURE, 12},
    {"ROC AUC high", COLUMN_FIGURE, 12},
    {"Average precision", COLUMN_FIGURE, 17},
    {"Average precision low", COLUMN_FIGURE, 22},
    {"Average precision high", COLUMN_FIGURE, 23},
    {"Log loss", COLUMN_FIGURE, 10},
    {"Log loss low", COLUMN_FIGURE, 13},
    {"Log loss high", COLUMN_FIGURE, 14},
    {"Brier", COLUMN_FIGURE, 10},
    {"Brier low", COLUMN_FIGURE, 10},
    {"Brier high", COLUMN_FIGURE, 11},
    {"Threshold", COLUMN_FIGURE, 11},
    {"Accuracy", COLUMN_FIGURE, 10},
    {"Accuracy low", COLUMN_FIGURE, 13},
    {"Accuracy high", COLUMN_FIGURE, 14},
    {"Balanced accuracy", COLUMN_FIGURE, 17},
    {"Balanced accuracy low", COLUMN_FIGURE, 22},
    {"Balanced accuracy high", COLUMN_FIGURE, 23},
    {"Precision", COLUMN_FIGURE, 10},
    {"Precision low", COLUMN_FIGURE, 14},
    {"Precision high", COLUMN_FIGURE, 15},
    {"Recall", COLUMN_FIGURE, 10},
    {"Recall low", COLUMN_FIGURE, 11},
    {"Recall high", COLUMN_FIGURE, 12},
    {"Specificity", COLUMN_FIGURE, 11},
    {"Specificity low", COLUMN_FIGURE, 16},
    {"Specificity high", COLUMN_FIGURE, 17},
    {"F1", COLUMN_FIGURE, 10},
    {"F1 low", COLUMN_FIGURE, 10},
    {"F1 high", COLUMN_FIGURE, 10},
    {"MCC", COLUMN_FIGURE, 10},
    {"MCC low", COLUMN_FIGURE, 10},
    {"MCC high", COLUMN_FIGURE, 10},
    {"ECE", COLUMN_FIGURE, 10},
    {"ECE by chance", COLUMN_FIGURE, 14},
    {"ECE, bins of equal count", COLUMN_FIGURE, 25},
    {"MCE", COLUMN_FIGURE, 10},
    {"Reliability", COLUMN_FIGURE, 12},
    {"Resolution", COLUMN_FIGURE, 12},
    {"Uncertainty", COLUMN_FIGURE, 12},
    {"Slope", COLUMN_FIGURE, 10},
    {"Slope low", COLUMN_FIGURE, 10},
    {"Slope high", COLUMN_FIGURE, 11},
    {"Intercept", COLUMN_FIGURE, 10},
    {"Intercept low", COLUMN_FIGURE, 14},
    {"Intercept high", COLUMN_FIGURE, 15},
    {"Hosmer-Lemeshow p", COLUMN_FIGURE, 18},
    {"Because", COLUMN_PROSE, 30},
    {"How", COLUMN_TEXT, 44},
    {"Place", COLUMN_TEXT, 40},
    {"Page", COLUMN_TEXT, 32},
};

const struct sheet sheet_performance = {
    .name = "Performance",
    .title = "Figures of each record, whole and by window",
    COLUMNS(performance_columns),
    .fill = fill_performance,
};

static void cell_figure(struct sheet_builder *b, const struct figure *figure)
{
	cell_number(b, figure->value);
	cell_number(b, figure->interval.low);
	cell_number(b, figure->interval.high);
}

static void performance_cells(struct sheet_builder *b, const struct performance *p)
{
	const struct figure *before[] = {&p->base_rate, &p->roc_auc, &p->average_precision,
					 &p->log_loss, &p->brier};
	const struct figure *decided[] = {&p->accuracy, &p->balanced_accuracy, &p->precision,
					  &p->recall,   &p->specificity,       &p->f1,
					  &p->mcc};

	cell_count(b, p->n);
	cell_number(b, p->n ? (double)p->positives : NAN);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		cell_figure(b, before[i]);
	cell_number(b, p->threshold);
	for (size_t i = 0; i < sizeof decided / sizeof *decided; i++)
		cell_figure(b, decided[i]);
}

static void calibration_cells(struct sheet_builder *b, const struct calibration *c)
{
	cell_number(b, c->ece);
	cell_number(b, c->ece_chance);
	cell_number(b, c->adaptive_ece);
	cell_number(b, c->mce);
	cell_number(b, c->reliability);
	cell_number(b, c->resolution);
	cell_number(b, c->uncertainty);
	cell_figure(b, &c->slope);
	cell_figure(b, &c->intercept);
	cell_number(b, c->hosmer_lemeshow.value);
}

static void empty_cells(struct sheet_builder *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cell_text(b, NULL);
}

/* Why figures are not known: of the record, else of the first that is missing. */
static const char *reason_of(const struct window_entry *entry)
{
	const struct performance *p = &entry->window->performance;
	const struct figure *figures[] = {
	    &p->roc_auc, &p->average_precision, &p->log_loss, &p->precision, &p->recall, &p->mcc};

	if (entry->figures->absent)
		return entry->figures->absent;
	for (size_t i = 0; entry->window->has_performance && i < sizeof figures / sizeof *figures;
	     i++)
		if (isnan(figures[i]->value) && figures[i]->reason)
			return figures[i]->reason;
	if (entry->window->has_classes && !entry->window->has_performance)
		return "several classes: their figures stand in the sheets Figures and Classes";
	return entry->window->has_calibration ? entry->window->calibration.reason : NULL;
}

static void performance_row(struct sheet_builder *b, const struct window_group *group,
			    const struct window_entry *entry)
{
	const struct record *record = entry->figures->record;
	const struct window_figures *window = entry->window;

	cell_text(b, subject_text(group->about));
	cell_text(b, record->id);
	cell_text(b, record->kind);
	cell_text(b, data_find_text(record->node, "role"));
	cell_text(b, origin_text(entry->figures->origin));
	cell_text(b, entry->label);
	cell_date_text(b, entry->start);
	cell_date_text(b, entry->end);
	if (window->has_performance) {
		performance_cells(b, &window->performance);
	} else {
		cell_number(b, window->rows ? (double)window->rows : NAN);
		empty_cells(b, PERFORMANCE_CELLS - 1);
	}
	if (window->has_calibration)
		calibration_cells(b, &window->calibration);
	else
		empty_cells(b, CALIBRATION_CELLS);
	cell_text(b, reason_of(entry));
	cell_text(b, entry->figures->how);
	cell_place(b, source_of(entry->figures));
	cell_page(b, subject_page(group->about), NULL);
}

void fill_performance(struct sheet_builder *b)
{
	struct window_groups groups = window_groups(b);

	for (size_t i = 0; i < groups.n; i++) {
		const struct window_group *group = groups.items[i];
		for (size_t k = 0; k < group->entries.n; k++) {
			const struct window_figures *window = group->entries.items[k].window;
			if (window->has_performance || window->has_calibration)
				performance_row(b, group, &group->entries.items[k]);
		}
	}
}

/* --- calibration --- */

static const struct sheet_column calibration_columns[] = {
    {"About", COLUMN_TEXT, 18},
    {"Record", COLUMN_TEXT, 26},
    {"Window", COLUMN_TEXT, 13},
    {"Binning", COLUMN_TEXT, 11},
    {"Bin", COLUMN_COUNT, 7},
    {"Above", COLUMN_FIGURE, 10},
    {"Up to", COLUMN_FIGURE, 10},
    {"Rows", COLUMN_COUNT, 11},
    [CALIBRATION_MEAN_SCORE] = {"Mean score", COLUMN_FIGURE, 12},
    [CALIBRATION_EVENT_RATE] = {"Event rate", COLUMN_FIGURE, 12},
    [CALIBRATION_LOW] = {"Event rate low", COLUMN_FIGURE, 14},
    [CALIBRATION_HIGH] = {"Event rate high", COLUMN_FIGURE, 14},
    {"Events", COLUMN_COUNT, 10},
    {"How", COLUMN_TEXT, 44},
    {"Place", COLUMN_TEXT, 40},
    {"Page", COLUMN_TEXT, 32},
};

const struct sheet sheet_calibration = {
    .name = "Calibration",
    .title = "Bins of scores: what was predicted and what came",
    COLUMNS(calibration_columns),
    .fill = fill_calibration,
};

static void bin_row(struct sheet_builder *b, const struct window_group *group,
		    const struct window_entry *entry, size_t number)
{
	const struct calibration_bin *bin = &entry->window->calibration.bins[number];

	cell_text(b, subject_text(group->about));
	cell_text(b, entry->figures->record->id);
	cell_text(b, entry->label);
	cell_text(b, entry->window->calibration.binning);
	cell_count(b, number + 1);
	cell_number(b, bin->lower);
	cell_number(b, bin->upper);
	cell_count(b, bin->count);
	cell_number(b, bin->mean_score);
	cell_number(b, bin->event_rate);
	cell_number(b, bin->event_rate_low);
	cell_number(b, bin->event_rate_high);
	cell_number(b, bin->count ? (double)bin->events : NAN);
	cell_text(b, entry->figures->how);
	cell_place(b, source_of(entry->figures));
	cell_page(b, subject_page(group->about), NULL);
}

/* Charts are drawn of what a decision rests on: the evaluation whose figures are the version's,
 * and the last window of its monitoring. */
static bool has_chart(const struct window_group *group, size_t index)
{
	const struct record *record = group->entries.items[index].figures->record;

	if (group->monitoring)
		return index + 1 == group->entries.n;
	return group->whole && (!group->about->version || group->about->version->primary == record);
}

static void add_chart(struct sheet_builder *b, const struct window_group *group,
		      const struct window_entry *entry, size_t first)
{
	const struct calibration *c = &entry->window->calibration;
	const char *about = subject_text(group->about), *id = entry->figures->record->id;
	struct sheet_chart *chart = sheet_add_chart(b);
	struct arena *mem = b->planned_mem;

	if (!chart)
		return;
	chart->kind = SHEET_CHART_CALIBRATION;
	chart->sheet = SHEET_CALIBRATION;
	chart->gravity = group->monitoring ? window_gravity(entry->window) : 0;
	chart->url = site_url(mem, subject_page(group->about), NULL);
	chart->title = arena_printf(mem, "Calibration of %s, %s", *about ? about : "the scores",
				    group->monitoring ? entry->label
				    : id              ? id
						      : entry->label);
	chart->description = arena_printf(
	    mem,
	    "Event rate against mean score in %zu bins of %zu rows, with 95 %% intervals and the "
	    "diagonal of perfect calibration; expected calibration error %.3g. The values stand in "
	    "the sheet Calibration.",
	    c->n_bins, c->n, c->ece);
	*ARENA_PUSH(mem, &chart->series) = (struct sheet_series){first, c->n_bins};
	for (size_t i = 0; i < c->n_bins; i++) {
		const struct calibration_bin *bin = &c->bins[i];
		*ARENA_PUSH(mem, &chart->intervals) = (struct sheet_interval){
		    bin->mean_score, bin->event_rate_low, bin->event_rate_high};
	}
}

void fill_calibration(struct sheet_builder *b)
{
	struct window_groups groups = window_groups(b);

	for (size_t i = 0; i < groups.n; i++) {
		const struct window_group *group = groups.items[i];
		for (size_t k = 0; k < group->entries.n; k++) {
			const struct window_entry *entry = &group->entries.items[k];
			const struct calibration *c = &entry->window->calibration;
			size_t first = b->rows;
			if (!entry->window->has_calibration)
				continue;
			for (size_t bin = 0; bin < c->n_bins; bin++)
				bin_row(b, group, entry, bin);
			if (c->n && c->n_bins && has_chart(group, k))
				add_chart(b, group, entry, first);
		}
	}
}
