/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_models.c - models with their versions, and the runs that led to them */
#include "base/number.h"
#include "export/sheet_builder.h"
#include <math.h>
#include <string.h>

/* --- models and versions --- */

static const struct sheet_column model_columns[] = {
    {"Model", COLUMN_TEXT, 18},
    {"Name", COLUMN_TEXT, 26},
    {"Owner", COLUMN_TEXT, 20},
    {"Tier", COLUMN_TEXT, 8},
    {"Version", COLUMN_TEXT, 12},
    {"Stage", COLUMN_STATE, 13},
    {"Since", COLUMN_DATE, 12},
    {"Moved by", COLUMN_TEXT, 20},
    {"Requested stage", COLUMN_STATE, 16},
    {"Primary evaluation", COLUMN_TEXT, 26},
    {"Figures", COLUMN_TEXT, 11},
    {"Rows", COLUMN_COUNT, 11},
    {"ROC AUC", COLUMN_FIGURE, 10},
    {"ROC AUC low", COLUMN_FIGURE, 12},
    {"ROC AUC high", COLUMN_FIGURE, 12},
    {"Average precision", COLUMN_FIGURE, 17},
    {"Brier", COLUMN_FIGURE, 10},
    {"ECE", COLUMN_FIGURE, 10},
    {"Last window", COLUMN_TEXT, 14},
    {"Drift in it", COLUMN_STATE, 12},
    {"Documents", COLUMN_COUNT, 12},
    {"Place", COLUMN_TEXT, 36},
    {"Page", COLUMN_TEXT, 32},
};

const struct sheet sheet_models = {
    .name = "Models",
    .title = "Each version of each model",
    COLUMNS(model_columns),
    .fill = fill_models,
};

/* The window that ends last among all records of the version. */
static const struct window_figures *last_window(const struct sheet_builder *b,
						const struct version *version)
{
	const struct window_figures *last = NULL;

	for (size_t i = 0; i < version->records.n; i++) {
		const struct record_figures *f =
		    evidence_of(b->book->evidence, version->records.items[i]);
		for (size_t k = 0; f && k < f->n_windows; k++) {
			const struct window_figures *w = &f->windows[k];
			if (w->n_drift && w->end && (!last || strcmp(w->end, last->end) > 0))
				last = w;
		}
	}
	return last;
}

static void figure_cells(struct sheet_builder *b, const struct record_figures *figures)
{
	const struct performance *p =
	    figures && figures->all.has_performance ? &figures->all.performance : NULL;
	const struct calibration *c =
	    figures && figures->all.has_calibration ? &figures->all.calibration : NULL;

	cell_text(b, figures ? origin_text(figures->origin) : NULL);
	cell_number(b, p ? (double)p->n : NAN);
	cell_number(b, p ? p->roc_auc.value : NAN);
	cell_number(b, p ? p->roc_auc.interval.low : NAN);
	cell_number(b, p ? p->roc_auc.interval.high : NAN);
	cell_number(b, p ? p->average_precision.value : NAN);
	cell_number(b, p ? p->brier.value : NAN);
	cell_number(b, c ? c->ece : NAN);
}

static void model_cells(struct sheet_builder *b, const struct model *model)
{
	cell_text(b, model->id);
	cell_text(b, model->name);
	cell_text(b, model->owner);
	cell_number(b, model->tier ? (double)model->tier : NAN);
}

/* The change that brought it to the stage it is in. */
static const struct stage_change *last_change(const struct version *version)
{
	for (size_t i = version->history.n; i-- > 0;)
		if (version->history.items[i].stage == version->stage)
			return &version->history.items[i];
	return NULL;
}

static void version_row(struct sheet_builder *b, const struct version *version)
{
	const struct window_figures *window = last_window(b, version);
	const struct stage_change *change = last_change(version);

	model_cells(b, version->model);
	cell_text(b, version->id);
	cell_text(b, version->stage == STAGE_NONE ? NULL : stage_name(version->stage));
	cell_date_text(b, change ? change->date : NULL);
	cell_text(b, change ? change->by : NULL);
	cell_text(b, version->requested == STAGE_NONE ? NULL : stage_name(version->requested));
	cell_text(b, version->primary ? version->primary->id : NULL);
	figure_cells(b, evidence_version(b->book->evidence, version));
	cell_text(b, window ? window->label : NULL);
	cell_text(b, window ? drift_severity_name(window->worst) : NULL);
	cell_count(b, version->documents.n);
	cell_place(b, &version->at);
	cell_page(b, version->page, NULL);
}

static void model_without_versions(struct sheet_builder *b, const struct model *model)
{
	model_cells(b, model);
	for (size_t i = 4; i < sheet_models.n_columns - 3; i++)
		cell_text(b, NULL);
	cell_count(b, model->documents.n);
	cell_place(b, &model->record->node->at);
	cell_page(b, model->page, NULL);
}

void fill_models(struct sheet_builder *b)
{
	const struct workspace *ws = b->book->ws;

	for (size_t i = 0; i < ws->models.n; i++) {
		const struct model *model = ws->models.items[i];
		for (size_t k = 0; k < model->versions.n; k++)
			version_row(b, model->versions.items[k]);
		if (!model->versions.n)
			model_without_versions(b, model);
	}
}

/* --- runs --- */

static const struct sheet_column run_columns[] = {
    {"Run", COLUMN_TEXT, 22},
    {"About", COLUMN_TEXT, 18},
    {"Date", COLUMN_DATE, 12},
    {"Verdict", COLUMN_STATE, 12},
    {"Hypothesis", COLUMN_PROSE, 46},
    {"Model type", COLUMN_TEXT, 20},
    {"Dataset version", COLUMN_TEXT, 20},
    {"Seed", COLUMN_TEXT, 9},
    {"Parameters", COLUMN_COUNT, 12},
    {"Primary metrics", COLUMN_PROSE, 30},
    {"Secondary metrics", COLUMN_PROSE, 30},
    {"Against the baseline", COLUMN_PROSE, 30},
    {"Notes", COLUMN_PROSE, 40},
    {"Place", COLUMN_TEXT, 36},
    {"Page", COLUMN_TEXT, 34},
};

const struct sheet sheet_runs = {
    .name = "Runs",
    .title = "Each experiment that was recorded",
    COLUMNS(run_columns),
    .fill = fill_runs,
};

/* "roc_auc 0.91; brier 0.12" of a map, the text of a scalar. */
static void write_metrics(struct out *o, const struct data_node *node, const char *name)
{
	if (!node)
		return;
	if (node->kind == DATA_MAP) {
		for (size_t i = 0; i < node->n; i++)
			write_metrics(o, node->pairs[i].value, node->pairs[i].key->text);
		return;
	}
	if (node->kind == DATA_LIST) {
		for (size_t i = 0; i < node->n; i++)
			write_metrics(o, node->items[i], name);
		return;
	}
	if (o->n)
		out_puts(o, "; ");
	if (name)
		out_printf(o, "%s ", name);
	out_puts(o, data_text(node) ? data_text(node) : "not known");
}

static void cell_metrics(struct sheet_builder *b, const struct data_node *node)
{
	struct out text = {0};

	write_metrics(&text, node, NULL);
	cell_text(b, arena_strdup(b->mem, out_text(&text)));
	out_release(&text);
}

static void cell_data_number(struct sheet_builder *b, const struct data_node *node)
{
	double value;

	if (node && data_number(node, &value))
		cell_number(b, value);
	else
		cell_text(b, node ? data_text(node) : NULL);
}

static void run_row(struct sheet_builder *b, const struct record *run)
{
	const struct data_node *node = run->node;
	const struct page *page = run->id ? map_get(&b->sheets->run_pages, run->id) : NULL;

	cell_text(b, run->id);
	cell_text(b, subject_text(&run->about));
	cell_date_text(b, data_find_text(node, "date"));
	cell_text(b, data_find_text(node, "verdict"));
	cell_text(b, data_find_text(node, "hypothesis"));
	cell_text(b, data_find_text(node, "model_type"));
	cell_text(b, data_find_text(node, "dataset_version"));
	cell_text(b, data_find_text(node, "seed"));
	cell_data_number(b, data_find(node, "parameter_count"));
	cell_metrics(b, data_find_path(node, "metrics.primary"));
	cell_metrics(b, data_find_path(node, "metrics.secondary"));
	cell_metrics(b, data_find(node, "baseline_comparison"));
	cell_metrics(b, data_find(node, "notes"));
	cell_place(b, &node->at);
	cell_page(b, page ? page : run->page, NULL);
}

void fill_runs(struct sheet_builder *b)
{
	const struct workspace *ws = b->book->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		if (record->kind && !strcmp(record->kind, "experiment"))
			run_row(b, record);
	}
}
