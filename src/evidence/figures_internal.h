/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_internal.h - the steps from records with a `source:` to their figures
 *
 *   figures_source   each `source:` understood; every log with the columns that any record wants
 *   figures_logs     logs read, each once, in parallel
 *   figures_rows     rows that a record is about, in windows of time
 *   figures_measure  performance, calibration and drift of all windows, in parallel
 *   figures_given    what records say themselves
 *   figures_how      the sentence that says how a figure was made
 *
 * What is kept is copied into the caller's arena at the end; logs and their sorted columns live
 * in the arenas of the workers and go. */
#ifndef EVIDENCE_FIGURES_INTERNAL_H
#define EVIDENCE_FIGURES_INTERNAL_H
#include "evidence/measure_log.h"

#define NO_COLUMN SIZE_MAX
#define NO_WINDOW UINT32_MAX

/* A log, with the columns that records want of it. */
struct log_table {
	const struct data_file *file;
	struct span at;           /* the first `source:` that names it */
	struct span delimiter_at; /* where that says the delimiter; its `at` else */
	char delimiter;
	size_t max_bad; /* the largest that a record allows */
	struct {
		LIST_OF(struct csv_column);
	} columns;
	struct csv_table table;
	struct diag_sink findings; /* of reading it; in a worker's arena */
	bool readable;
};

/* COL: VALUE of `where:`, compared as text. */
struct row_filter {
	size_t column;
	const char *value;
};

/* The rows of a reference, shared by all records that name the same ones. */
struct reference_rows {
	size_t index; /* in collector.references */
	struct log_table *log;
	struct {
		LIST_OF(struct row_filter);
	} filters;
	uint32_t *rows;
	size_t n_rows;
};

/* A column of a reference, made ready once. */
struct reference_column {
	struct reference_rows *rows;
	size_t column;
	bool numeric; /* else categories holds */
	struct numeric_reference *numbers;
	struct category_counts categories;
};

/* One column whose drift is measured. */
struct feature {
	const char *name;
	struct span at;
	size_t column;           /* in the log */
	size_t reference_column; /* in the reference's log */
	struct reference_column *reference;
};

/* A span of time inside a log. */
struct window_rows {
	int32_t key;                 /* day, Monday, or year * 12 + month - 1 */
	int32_t first_day, last_day; /* with a row; first > last where there is no time */
	size_t begin, end;           /* in log_source.rows */
};

/* A record's `source:`, understood. */
struct log_source {
	const struct record *record;
	struct record_figures *figures;
	const struct data_node *node;
	struct log_table *log;
	size_t label, score, prediction, time; /* columns; NO_COLUMN where not named */
	const char *positive;
	struct span positive_at;
	bool positive_given;
	size_t max_bad;
	struct {
		LIST_OF(struct row_filter);
	} filters;
	enum window_length window;
	int32_t first_day, last_day;      /* rows outside are left out; INT32_MIN, INT32_MAX */
	struct reference_rows *reference; /* NULL where there is none */
	struct {
		LIST_OF(struct feature);
	} features; /* score last */
	/* rows, by window; those without a time behind the last window */
	uint32_t *rows;
	size_t n_rows;
	struct window_rows all;
	struct window_rows *windows;
	size_t n_windows;
	uint32_t bad_time; /* code of a time that is none; CSV_MISSING: none */
	bool failed;       /* a finding says why */
};

/* Memory of one thread. */
struct worker_memory {
	struct arena mem, scratch;
};

struct collector {
	struct arena *mem; /* of the results */
	const struct workspace *ws;
	size_t jobs;
	struct evidence *evidence;
	struct diag_sink *diags;
	struct drift_bands bands;
	const char *bands_from;
	struct map log_by_path; /* path -> struct log_table */
	struct {
		LIST_OF(struct log_table *);
	} logs;
	struct {
		LIST_OF(struct log_source *);
	} sources;
	struct map reference_by_key; /* -> struct reference_rows */
	struct {
		LIST_OF(struct reference_rows *);
	} references;
	struct map reference_column_by_key;
	struct {
		LIST_OF(struct reference_column *);
	} reference_columns;
	struct map names; /* categories that are kept */
	struct worker_memory *workers;
};

/* The figures of `record` from its `source:`; false where the record cannot be measured: what is
 * wrong went to `diags`, and figures->absent says it in a few words. */
bool source_understand(struct collector *c, const struct record *record,
		       struct record_figures *figures);
void logs_read(struct collector *c);
void rows_select(struct collector *c);
/* Rows that pass all filters, in order; in `mem`. */
uint32_t *rows_matching(struct arena *mem, const struct log_table *log,
			const struct row_filter *filters, size_t n_filters, size_t *n_rows);
void references_prepare(struct collector *c);
void sources_measure(struct collector *c);
void figures_take_given(struct collector *c, struct record_figures *figures);
const char *figures_how(struct collector *c, const struct log_source *source);
/* Sets the parts of that sentence in the source's figures. */
void figures_how_parts(struct collector *c, const struct log_source *source);
/* "path:line" of a place. */
const char *figures_place_text(struct arena *mem, struct span at);

/* A figure under its name in records (design.md): "performance.roc_auc",
 * "calibration.bins.3.count", "drift.COLUMN.psi", "rows". VALUE_UNKNOWN with a reason where it is
 * not known; false where there is no figure of that name. `at` and `origin` are left alone. */
bool window_value(const struct window_figures *window, const char *path, struct value *value);
#endif
