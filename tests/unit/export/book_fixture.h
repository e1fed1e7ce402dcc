/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/book_fixture.h - a small book built by hand: one model, documents, windows, findings
 */
#ifndef BOOK_FIXTURE_H
#define BOOK_FIXTURE_H
#include "base/date.h"
#include "base/file.h"
#include "export/sheet_builder.h"
#include "export/tables.h"
#include "export/workbook_plan.h"
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { FEATURES = 9, WINDOWS = 19, BINS = 10 };

struct book_fixture {
	struct arena mem;
	struct workspace ws;
	struct evidence evidence;
	struct diag_sink findings;
	struct book book;
	struct requirement section, item, column, root;
	struct md_node node;
	struct model *model;
	struct version *versions[2];
};

static inline struct data_node *scalar(struct arena *mem, const char *text)
{
	struct data_node *node = arena_new(mem, struct data_node, 1);

	node->kind = DATA_TEXT;
	node->text = text;
	node->len = strlen(text);
	return node;
}

/* A map of texts: key, value, …, NULL. */
static inline struct data_node *map_node(struct arena *mem, struct span at,
					 const char *const *pairs)
{
	struct data_node *node = arena_new(mem, struct data_node, 1);

	node->kind = DATA_MAP;
	node->at = at;
	for (node->n = 0; pairs[2 * node->n];)
		node->n++;
	node->pairs = arena_new(mem, struct data_pair, node->n ? node->n : 1);
	for (size_t i = 0; i < node->n; i++)
		node->pairs[i] =
		    (struct data_pair){scalar(mem, pairs[2 * i]), scalar(mem, pairs[2 * i + 1])};
	return node;
}
#define MAP_NODE(mem, at, ...) map_node((mem), (at), (const char *const[]){__VA_ARGS__, NULL, NULL})

static inline struct source *source_of_lines(struct book_fixture *f, const char *path)
{
	static const char text[] = "one\ntwo\nthree\nfour\nfive\n";

	return source_new(&f->mem, path, text, sizeof text - 1);
}

static inline struct page *add_page(struct book_fixture *f, enum page_kind kind, const char *path,
				    const char *input)
{
	struct page *page = arena_new(&f->mem, struct page, 1);

	page->kind = kind;
	page->path = path;
	page->input = input;
	*ARENA_PUSH(&f->mem, &f->ws.pages) = page;
	map_put(&f->ws.pages.by_path, &f->mem, path, page);
	if (input)
		map_put(&f->ws.pages.by_input, &f->mem, input, page);
	return page;
}

static inline struct record *add_record(struct book_fixture *f, const char *kind, const char *id,
					struct subject about, struct data_node *node)
{
	struct record *record = arena_new(&f->mem, struct record, 1);

	record->path = node->at.source->path;
	record->kind = kind;
	record->id = id;
	record->about = about;
	record->node = node;
	*ARENA_PUSH(&f->mem, &f->ws.records) = record;
	map_put(&f->ws.record_by_id, &f->mem, id, record);
	return record;
}

/* --- documents --- */

static inline struct match *add_match(struct book_fixture *f, struct match *parent,
				      const struct requirement *req, const char *title,
				      enum match_state state, struct span at)
{
	struct match *match = arena_new(&f->mem, struct match, 1);

	match->requirement = req;
	match->title = title;
	match->state = state;
	match->identity = arena_printf(&f->mem, "%s/%s", parent->identity, title);
	match->anchor = state == MATCH_MISSING ? NULL : "an-anchor";
	match->at = at;
	match->parent = parent;
	*ARENA_PUSH(&f->mem, &parent->children) = match;
	return match;
}

static inline struct document *add_document(struct book_fixture *f, const char *id,
					    const struct version *about)
{
	struct document *doc = arena_new(&f->mem, struct document, 1);
	const char *path = arena_printf(&f->mem, "content/%s.md", id);
	struct source *source = source_of_lines(f, path);

	doc->path = path;
	doc->id = id;
	doc->kind = "model_card";
	doc->owner = "Ada";
	doc->decision = DECISION_APPROVED;
	doc->text.source = source;
	doc->text.body = (struct md_tree){.nodes = &f->node, .n = 1, .text = ""};
	if (about)
		doc->about = (struct subject){.kind = ABOUT_VERSION,
					      .text = about->name,
					      .model = about->model,
					      .version = about};
	doc->page = add_page(f, PAGE_DOCUMENT, arena_printf(&f->mem, "%s.html", id), path);
	doc->match = arena_new(&f->mem, struct match, 1);
	doc->match->requirement = &f->root;
	doc->match->identity = "";
	*ARENA_PUSH(&f->mem, &f->ws.documents) = doc;
	return doc;
}

static inline void fill_document(struct book_fixture *f, struct document *doc)
{
	struct source *source = doc->text.source;
	struct match *section = add_match(f, doc->match, &f->section, "Evaluation", MATCH_PRESENT,
					  span_at(source, 0, 3));
	struct match *item = add_match(f, section, &f->item, "Calibration check", MATCH_PRESENT,
				       span_at(source, 4, 7));
	item->ticked = true;
	item = add_match(f, section, &f->item, "=cmd|' /C calc'!A0", MATCH_PRESENT,
			 span_at(source, 8, 13));
	item = add_match(f, section, &f->item, "Load test", MATCH_PRESENT, span_at(source, 14, 18));
	item->not_applicable = true;
	item->reason = "batch only";
	add_match(f, section, &f->column, "Metric", MATCH_PRESENT, span_at(source, 14, 18));
	section =
	    add_match(f, doc->match, &f->section, "Rollback", MATCH_MISSING, span_at(source, 0, 3));
	add_match(f, section, &f->item, "Rehearsed", MATCH_MISSING, span_at(source, 0, 3));
	add_match(f, doc->match, &f->section, "Notes", MATCH_EMPTY, span_at(source, 19, 23));
	add_match(f, doc->match, &f->section, "Limits", MATCH_PLACEHOLDER, span_at(source, 19, 23));
}

/* --- figures --- */

static inline struct calibration calibration_of(struct book_fixture *f, double shift)
{
	struct calibration_bin *bins = arena_new(&f->mem, struct calibration_bin, BINS);

	for (int i = 0; i < BINS; i++) {
		double middle = (i + 0.5) / BINS, rate = middle + shift * middle * (1 - middle);
		bins[i] = (struct calibration_bin){i / 10.0,
						   (i + 1) / 10.0,
						   100,
						   (size_t)(rate * 100),
						   middle,
						   rate,
						   fmax(0, rate - 0.08),
						   fmin(1, rate + 0.08)};
	}
	/* an empty bin has no figures */
	bins[3] = (struct calibration_bin){0.3, 0.4, 0, 0, NAN, NAN, NAN, NAN};
	return (struct calibration){.binning = "uniform",
				    .n = 900,
				    .ece = 0.0312345678901234,
				    .ece_chance = 0.02,
				    .mce = 0.1,
				    .brier = 0.12,
				    .n_bins = BINS,
				    .bins = bins};
}

static inline struct performance performance_of(double auc)
{
	const struct figure unknown = {NAN, {NAN, NAN}, "one class only"};

	return (struct performance){.n = 900,
				    .positives = 270,
				    .base_rate = {.value = 0.3},
				    .roc_auc = {auc, {auc - 0.01, auc + 0.01}, NULL},
				    .average_precision = {.value = 0.8},
				    .log_loss = {.value = 0.4},
				    .brier = {.value = 0.12},
				    .accuracy = {.value = 1.0 / 3},
				    .balanced_accuracy = {.value = 0.7},
				    .precision = {.value = 0.6},
				    .recall = {.value = 0.5},
				    .specificity = {.value = 0.9},
				    .f1 = {.value = 0.55},
				    .mcc = unknown,
				    .threshold = 0.5};
}

static inline struct window_figures window_of(struct book_fixture *f, int number,
					      const char *const *features)
{
	struct drift *drift = arena_new(&f->mem, struct drift, FEATURES);
	int year = 1996 + (number + 4) / 12, month = 1 + (number + 4) % 12;
	struct window_figures w = {.rows = 900, .has_performance = true, .has_calibration = true};

	w.label = arena_printf(&f->mem, "%d-%02d", year, month);
	w.start = arena_printf(&f->mem, "%s-01", w.label);
	w.end = arena_printf(&f->mem, "%s-28", w.label);
	w.performance = performance_of(0.9 - 0.005 * number);
	w.calibration = calibration_of(f, 0.02 * number);
	for (int i = 0; i < FEATURES; i++) {
		double psi = 0.02 + 0.015 * i + 0.01 * number * ((i * 7) % 3);
		drift[i] = (struct drift){.column = features[i],
					  .numeric = i % 3 != 0,
					  .rows_reference = 5000,
					  .rows_current = 900,
					  .psi = number == 7 && i == 1 ? NAN : psi,
					  .psi_chance = 0.02,
					  .psi_p_value = 0.0123456789012345,
					  .ks_statistic = i % 3 ? 0.05 : NAN,
					  .ks_p_value = i % 3 ? 0.001 : NAN,
					  .missing_reference = 0,
					  .missing_current = 0.125,
					  .severity = psi > 0.25  ? DRIFT_CRITICAL
						      : psi > 0.1 ? DRIFT_WARNING
								  : DRIFT_STABLE,
					  .reason = number == 7 && i == 1 ? "no rows" : NULL};
	}
	w.drift = drift;
	w.n_drift = FEATURES;
	w.worst = DRIFT_CRITICAL;
	return w;
}

static inline void add_figures(struct book_fixture *f, struct record_figures *figures)
{
	*ARENA_PUSH(&f->mem, &f->evidence.records) = figures;
	map_put(&f->evidence.by_record, &f->mem, figures->record->id, figures);
}

static inline void add_all_figures(struct book_fixture *f)
{
	static const char *const features[FEATURES] = {"age",          "=HYPERLINK(\"http://x\")",
						       "plan",         "tenure",
						       "region",       "usage",
						       "spend <&>\"'", "tickets",
						       "score"};
	struct version *v = f->versions[0];
	struct subject about = {
	    .kind = ABOUT_VERSION, .text = v->name, .model = f->model, .version = v};
	struct source *source = source_of_lines(f, "data/churn/evaluation.yaml");
	struct record *evaluation =
	    add_record(f, "evaluation", "EVAL-1", about,
		       MAP_NODE(&f->mem, span_at(source, 8, 12), "role", "temporal"));
	struct record_figures *figures = arena_new(&f->mem, struct record_figures, 1);
	struct window_figures *windows = arena_new(&f->mem, struct window_figures, WINDOWS);

	add_page(f, PAGE_RECORD, "records/churn/evaluation.yaml.html",
		 "data/churn/evaluation.yaml");
	v->primary = evaluation;
	*ARENA_PUSH(&f->mem, &v->evaluations) = evaluation;
	*ARENA_PUSH(&f->mem, &v->records) = evaluation;
	for (int i = 0; i < WINDOWS; i++)
		windows[i] = window_of(f, i, features);
	*figures = (struct record_figures){
	    .record = evaluation,
	    .origin = ORIGIN_MEASURED,
	    .source_at = span_at(source, 14, 18),
	    .rows = 17100,
	    .windows = windows,
	    .n_windows = WINDOWS,
	    .features = features,
	    .n_features = FEATURES,
	    .psi_warning = 0.1,
	    .psi_critical = 0.25,
	    .how = "PSI in 10 quantile bins of the reference, natural logarithm"};
	figures->all = (struct window_figures){.label = "all",
					       .rows = 17100,
					       .has_performance = true,
					       .has_calibration = true,
					       .performance = performance_of(0.9123456789012345),
					       .calibration = calibration_of(f, -0.3)};
	add_figures(f, figures);
	/* monitoring as one record a window, out of order */
	for (int i = 3; i-- > 0;) {
		char *start = arena_printf(&f->mem, "2024-0%d-01", i + 1);
		struct record *window = add_record(
		    f, "monitoring_window", arena_printf(&f->mem, "MW-%d", i), about,
		    MAP_NODE(&f->mem, span_at(source, 0, 3), "start", start, "end", "2024-12-31"));
		figures = arena_new(&f->mem, struct record_figures, 1);
		*figures = (struct record_figures){.record = window,
						   .origin = ORIGIN_GIVEN,
						   .psi_warning = 0.1,
						   .psi_critical = 0.25,
						   .all = window_of(f, i, features)};
		figures->all.label = "all";
		*ARENA_PUSH(&f->mem, &v->records) = window;
		*ARENA_PUSH(&f->mem, &v->windows) = window;
		add_figures(f, figures);
	}
}

static inline void add_models(struct book_fixture *f)
{
	struct source *source = source_of_lines(f, "data/churn/model.yaml");
	struct model *model = f->model = arena_new(&f->mem, struct model, 1);

	*model = (struct model){.id = "churn", .name = "Churn, monthly", .owner = "Ada", .tier = 1};
	model->record = add_record(f, "model", "churn", (struct subject){0},
				   MAP_NODE(&f->mem, span_at(source, 0, 3), "name", "Churn"));
	model->page = add_page(f, PAGE_MODEL, "models/churn/index.html", NULL);
	for (int i = 0; i < 2; i++) {
		struct version *v = f->versions[i] = arena_new(&f->mem, struct version, 1);
		*v = (struct version){.model = model,
				      .id = i ? "1.10" : "1.2.0",
				      .name = i ? "churn@1.10" : "churn@1.2.0",
				      .stage = i ? STAGE_STAGING : STAGE_PRODUCTION,
				      .requested = i ? STAGE_PRODUCTION : STAGE_NONE,
				      .at = span_at(source, 4, 7)};
		v->page = add_page(f, PAGE_VERSION,
				   i ? "models/churn/1.10.html" : "models/churn/1.2.0.html", NULL);
		*ARENA_PUSH(&f->mem, &v->history) =
		    (struct stage_change){.stage = v->stage,
					  .date = i ? "soon" : "2024-11-05",
					  .day = 20032,
					  .by = "Grace"};
		*ARENA_PUSH(&f->mem, &model->versions) = v;
	}
	model->production = f->versions[0];
	*ARENA_PUSH(&f->mem, &f->ws.models) = model;
	model = arena_new(&f->mem, struct model, 1);
	*model = (struct model){.id = "fraud", .record = f->model->record};
	*ARENA_PUSH(&f->mem, &f->ws.models) = model;
}

static inline void add_run(struct book_fixture *f)
{
	struct source *source = source_of_lines(f, "data/churn/runs.yaml");
	struct subject about = {.kind = ABOUT_MODEL, .text = "churn", .model = f->model};
	struct data_node *node =
	    MAP_NODE(&f->mem, span_at(source, 0, 3), "date", "2024-10-07", "verdict", "promoted",
		     "hypothesis", "Products of features raise ROC AUC\r\nby 0.01.", "seed", "42",
		     "notes", "@SUM(1)\x01\xff", "metrics", "");
	struct record *run = add_record(f, "experiment", "EXP-2024-10-07-001", about, node);
	struct data_node *primary =
	    MAP_NODE(&f->mem, node->at, "roc_auc", "0.913", "brier", "0.12");
	struct data_node *metrics = MAP_NODE(&f->mem, node->at, "primary", "");

	metrics->pairs[0].value = primary;
	node->pairs[5].value = metrics;
	add_page(f, PAGE_RUN, "models/churn/runs/exp-2024-10-07-001.html", NULL)->record = run;
}

/* A book as the sample workspace would give. */
static inline struct book_fixture *book_new(void)
{
	struct book_fixture *f = calloc(1, sizeof *f);

	arena_init(&f->mem);
	diag_init(&f->findings, &f->mem);
	f->section.type = REQUIRE_SECTION;
	f->item.type = REQUIRE_ITEM;
	f->column.type = REQUIRE_COLUMN;
	f->ws.mem = &f->mem;
	f->ws.config.title = "A handbook & its <models>";
	add_page(f, PAGE_OVERVIEW, "index.html", NULL);
	f->book = (struct book){
	    .ws = &f->ws,
	    .evidence = &f->evidence,
	    .findings = &f->findings,
	    .as_of = 20089,
	    .inputs_digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    .version = "0.1.0"};
	return f;
}

static inline void book_fill(struct book_fixture *f)
{
	struct document *doc;
	struct finding *finding;

	add_models(f);
	add_all_figures(f);
	add_run(f);
	doc = add_document(f, "cards/churn 1.2", f->versions[0]);
	fill_document(f, doc);
	fill_document(f, add_document(f, "-principles", NULL));
	add_document(f, "no-kind", NULL)->match = NULL;
	finding = diag_add(&f->findings, RULE_DOC_MISSING_SECTION, span_at(doc->text.source, 4, 7),
			   "'Rollback'");
	diag_help(&f->findings, finding, "add a heading 'Rollback'");
	diag_add(&f->findings, RULE_EVIDENCE_OPEN, span_at(doc->text.source, 8, 9), "'=cmd'");
	diag_add(&f->findings, RULE_DATA_SCHEMA,
		 (struct span){f->evidence.records.items[0]->source_at.source, 8, 9}, "'%s'", "x");
	diag_add(&f->findings, RULE_CONFIG_NO_CONTENT, (struct span){0}, "%s", "");
	diag_finish(&f->findings);
}

static inline void book_free(struct book_fixture *f)
{
	arena_release(&f->mem);
	free(f);
}

/* --- rows kept in memory, to be looked at --- */

struct kept_rows {
	struct arena *mem;
	struct sheet *sheet;
};

static inline bool keep_row(void *ctx, const struct cell *cells)
{
	struct kept_rows *kept = ctx;
	struct cell copies[SHEET_COLUMNS_MAX];

	for (size_t i = 0; i < kept->sheet->n_columns; i++) {
		copies[i] = cells[i];
		if (cells[i].text)
			copies[i].text = arena_strdup(kept->mem, cells[i].text);
		if (cells[i].url)
			copies[i].url = arena_strdup(kept->mem, cells[i].url);
	}
	sheet_keep_row(kept->mem, kept->sheet, copies);
	return true;
}

/* The book's sheets with their rows as cells, which may be changed. */
static inline struct sheets sheets_kept(struct book_fixture *f)
{
	struct sheets sheets = sheets_build(&f->mem, &f->book);

	for (size_t i = 0; i < sheets.n; i++) {
		struct sheet *sheet = &sheets.items[i], counted = *sheet;
		struct kept_rows kept = {&f->mem, sheet};
		sheet->n_rows = 0;
		sheet_each_row(&sheets, &counted, keep_row, &kept);
		assert_int_equal(sheet->n_rows, counted.n_rows);
		sheet->fill = NULL;
	}
	return sheets;
}

static inline const char *temporary_file(struct book_fixture *f)
{
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(&f->mem, "%s/workbook.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	return path;
}

static inline const char *file_digest(const char *path)
{
	static char hex[2][SHA256_HEX];
	static int turn;
	struct sha256_stream stream;
	char chunk[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	sha256_start(&stream);
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		sha256_add(&stream, chunk, (size_t)n);
	close(fd);
	sha256_finish(&stream, hex[turn = !turn]);
	return hex[turn];
}
#endif
