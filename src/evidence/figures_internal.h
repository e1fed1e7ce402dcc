/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_internal.h - the steps from a request to its figures
 *
 *   figures_source   a record's `source:` as a struct log_request
 *   figures_plan     a request held against its logs: the columns and rows that are wanted
 *   figures_store    figures that a former run has measured
 *   figures_logs     logs read, each once
 *   figures_task     what the values of label and prediction mean
 *   figures_rows     the rows of a request, of windows of time and of segments
 *   figures_columns  columns of such rows, gathered, sorted and counted
 *   figures_reference  columns of references, made ready
 *   figures_measure  the figures of all of them, in parallel; figures_groups those of groups,
 *                    classes and second scores
 *   figures_given    what records say themselves
 *   figures_how      the sentence that says how a figure was made
 *
 * Logs and what is made of their columns live in arenas of the collector and go at the end; results
 * are in arenas of their own, which the caller's adopts. */
#ifndef EVIDENCE_FIGURES_INTERNAL_H
#define EVIDENCE_FIGURES_INTERNAL_H
#include "evidence/measure_log.h"

#define NO_COLUMN SIZE_MAX
enum {
	MOST_SEGMENTS = 1000, /* values of a column whose rows are measured by value */
	MOST_GROUPS = 10000,
	MOST_CLASSES = 1000
};

/* -- logs ------------------------------------------------------------------------------------- */

/* What the columns of a log are used for: whether one may be sorted where it lies. */
struct column_uses {
	size_t other, current, reference;
};

/* A log, with the columns that are wanted of it. */
struct log_table {
	const char *path;             /* as people call it */
	const struct data_file *file; /* NULL outside of a workspace */
	struct source *source;        /* its text, or its path alone */
	int fd;                       /* of a copy of a stream; -1: none */
	int keep_error;               /* why the stream could not be copied; 0: nothing */
	struct span at;               /* the first request that names it */
	struct span delimiter_at;     /* where that says the delimiter; its `at` else */
	char delimiter;               /* 0: found out */
	bool has_form;                /* a request said how it is to be read */
	bool no_header;
	bool wanted;    /* something is to be measured from it */
	size_t max_bad; /* the largest that a request allows */
	size_t memory;
	struct {
		LIST_OF(struct csv_column);
	} columns;
	struct column_uses *uses; /* one a column */
	struct csv_table table;
	struct diag_sink findings; /* of reading it, where it has a text; in a worker's arena */
	bool readable;
};

/* COL: VALUE of `where:`, compared as text. */
struct row_filter {
	size_t column;
	const char *value;
};

/* Rows of a log, ascending within what is skipped and what is not. */
struct row_set {
	const uint32_t *rows;     /* NULL: first, first + 1, … */
	size_t first, n;          /* n with those that are skipped */
	size_t skip_at, skipping; /* so many places from there on do not belong to it */
};

/* Up to two stretches without a gap. */
struct row_piece {
	const uint32_t *rows; /* NULL: first, first + 1, … */
	size_t first, n;
};
size_t row_pieces(const struct row_set *set, struct row_piece pieces[2]);
size_t row_count(const struct row_set *set);

/* The rows of a reference, shared by all requests that name the same ones. */
struct reference_rows {
	size_t index; /* in collector.references */
	struct log_table *log;
	struct {
		LIST_OF(struct row_filter);
	} filters;
	size_t first, last; /* rows from 1; 0: all */
	size_t time;        /* column; NO_COLUMN: windows are not named */
	enum window_length window;
	bool earliest; /* its keys are those of the first window that has rows */
	int32_t first_key, last_key;
	struct row_set set;
	size_t n_rows;
};

/* A column of a reference, made ready once. */
struct reference_column {
	struct reference_rows *rows;
	size_t column;
	size_t n_bins;
	bool numeric; /* else categories holds */
	bool apart;   /* no row of it is compared with it */
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

/* -- what is measured ------------------------------------------------------------------------- */

/* A span of time inside a log, a segment, or all. */
struct part_rows {
	int32_t key;                 /* day, Monday, or year * 12 + month - 1 */
	int32_t first_day, last_day; /* with a row; first > last where there is no time */
	struct row_set set;
	struct row_set compared; /* with the reference: without its own rows */
	bool in_reference;       /* all of it: it has no drift */
	const char *value;       /* of a segment; in the log's memory */
};

struct column_group {
	const char *name; /* "sex*age" */
	struct span at;
	size_t *columns;
	size_t n;
};

/* How the cells of a column are classes; NO_CLASS where missing. */
struct class_column {
	const struct csv_column *column;
	const uint32_t *class_of_code; /* columns of text */
	const double *values;          /* columns of numbers: n_values of them, ascending */
	const uint32_t *class_of_value;
	size_t n_values;
};
#define NO_CLASS UINT32_MAX

enum settled_task { SETTLED_NONE, SETTLED_TWO_CLASSES, SETTLED_CLASSES, SETTLED_REGRESSION };

struct segment_column {
	size_t column;
	const char *name;
	struct part_rows *parts;
	size_t n;
};

/* A request, understood. */
struct log_source {
	const struct record *record; /* NULL: a command asks */
	struct record_figures *figures;
	const struct log_request *request;
	struct span at;
	struct log_table *log;
	size_t label, score, prediction, compare, time, latency; /* columns; NO_COLUMN: not named */
	size_t max_bad;
	struct {
		LIST_OF(struct row_filter);
	} filters;
	int32_t first_day, last_day; /* rows outside are left out; INT32_MIN, INT32_MAX */
	struct {
		LIST_OF(struct column_group);
	} groups;
	struct {
		LIST_OF(struct segment_column);
	} segments;
	struct reference_rows *reference; /* NULL where there is none */
	bool reference_is_part;           /* of this log: its rows are not compared with it */
	bool absent;                      /* the reference is */
	struct {
		LIST_OF(struct feature);
	} features; /* score last */
	char key[SHA256_HEX];
	bool has_key, stored; /* figures came from the store */
	bool failed;          /* a finding says why */
	/* settled once the log is read */
	enum settled_task task;
	const char *positive;
	struct class_column label_classes, prediction_classes;
	const char **class_names;
	size_t n_classes;
	unsigned char *labels, *predictions; /* of two classes: of each row of the log */
	struct part_rows all;
	struct part_rows *windows;
	size_t n_windows;
	size_t reference_n; /* rows of the reference */
};

/* Memory of one thread. */
struct worker_memory {
	struct arena mem, scratch;
	struct arena results; /* adopted by the caller's */
};

struct collector {
	struct arena *mem;          /* of the results */
	const struct workspace *ws; /* NULL outside of one */
	size_t jobs;
	struct evidence *evidence;
	struct diag_sink *diags;
	struct log_taken *taken; /* NULL: nobody asks */
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
	struct map names;    /* that are kept */
	struct arena *space; /* of logs and row lists */
	struct worker_memory *workers;
};

/* -- steps ------------------------------------------------------------------------------------ */

/* The figures of `record` from its `source:`; false where the record cannot be measured: what is
 * wrong went to `diags`, and figures->absent says it in a few words. */
bool source_understand(struct collector *c, const struct record *record,
		       struct record_figures *figures);
/* Says what is wrong with a request; false. */
bool source_refuse(struct collector *c, struct log_source *s, struct span at, const char *detail);
/* The log under a path: one table for each file. NULL where the workspace has no such file. */
struct log_table *log_of_path(struct collector *c, const char *path, struct span at);
/* Holds the request against its logs; s->failed where it does not fit. */
void source_plan(struct collector *c, struct log_source *s);
/* One sentence on what was found out. */
void take_note(struct collector *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A column whose drift is not measured though all are asked for. */
void leave_out(struct collector *c, const char *name, enum left_out why);
/* The names of a log's columns, of its head alone; NULL where it cannot be read. */
const char **log_header(struct collector *c, struct log_table *log, size_t *n);

void logs_read(struct collector *c);
/* What label and prediction mean. */
void sources_settle(struct collector *c);
void rows_select(struct collector *c);
void references_prepare(struct collector *c);
void sources_measure(struct collector *c);
/* All steps from reading the logs on, for the sources that are planned. */
void collector_run(struct collector *c);
void collector_init(struct collector *c, struct arena *space);
void collector_release(struct collector *c);
void figures_take_given(struct collector *c, struct record_figures *figures);
const char *figures_how(struct collector *c, const struct log_source *source);
/* Sets the parts of that sentence in the source's figures. */
void figures_how_parts(struct collector *c, const struct log_source *source);
/* profile_record.c: the figures of the counts that a record's `profile:` names; false where it
 * names none that can be used. */
bool profile_take_record(struct collector *c, struct record_figures *figures);
/* Says what is wrong with a record of kind `profile`. */
void profile_check_record(struct collector *c, const struct record *record);
/* "path:line" of a place. */
const char *figures_place_text(struct arena *mem, struct span at);

/* The key of a window's label; false where it is none. */
bool window_key(enum window_length length, const char *label, int32_t *key);
const char *window_label(struct arena *mem, enum window_length length, int32_t key);

/* -- columns of rows (figures_columns.c) ------------------------------------------------------ */

enum { ROW_BLOCK = 4096 };

const struct csv_column *column_of(const struct log_table *log, size_t column);
/* A column may be sorted where it lies if nothing else needs the order of its rows: it is read by
 * one reference, by one current sample, or by one of each that have no row in common (`apart`). */
bool column_can_reorder(const struct log_table *log, size_t column, bool apart);
/* The numbers of the rows: where they lie if they lie together, else gathered in `mem`. */
const double *numbers_of(struct arena *mem, const struct csv_column *column,
			 const struct row_set *set);
const unsigned char *bytes_of(struct arena *mem, const unsigned char *bytes,
			      const struct row_set *set);
/* Those that are not missing, ascending; sorted where they lie if `in_place`. */
const double *numbers_sorted(struct arena *mem, struct arena *scratch,
			     const struct csv_column *column, const struct row_set *set,
			     bool in_place, size_t *n);
/* Codes of n places of a piece from `from` on, n <= ROW_BLOCK. */
void codes_of(const struct csv_column *column, const struct row_piece *piece, size_t from, size_t n,
	      uint32_t *to);
void classes_of(const struct class_column *column, const struct row_piece *piece, size_t from,
		size_t n, uint32_t *to);
struct category_counts count_categories(struct arena *mem, struct arena *scratch,
					const struct csv_column *column, const struct row_set *set);
int by_bytes(const void *a, const void *b); /* of const char * */

/* -- groups, classes, second scores (figures_groups.c) ---------------------------------------- */

struct fairness_figures measure_fairness(const struct log_source *s,
					 const struct column_group *group,
					 const struct row_set *set, struct arena *mem,
					 struct arena *scratch);
struct class_table measure_classes(const struct log_source *s, const struct row_set *set,
				   struct arena *mem, struct arena *scratch);
/* Figures of the comparison by number; false behind the last. `resampled` ones take threads. */
bool comparison_figure(const struct log_request *request, size_t i, bool *resampled);
struct score_comparison measure_comparison(const struct log_source *s, size_t i,
					   const struct row_set *set, size_t jobs,
					   struct arena *scratch);

/* -- the store (figures_store.c) -------------------------------------------------------------- */

/* Sets s->key where the source may be kept. */
void source_key(struct collector *c, struct log_source *s);
bool source_load(struct collector *c, struct log_source *s);
void source_save(struct collector *c, const struct log_source *s);

/* A figure under its name in records (design.md): "performance.roc_auc",
 * "calibration.bins.3.count", "drift.COLUMN.psi", "rows". VALUE_UNKNOWN with a reason where it is
 * not known; false where there is no figure of that name. `at` and `origin` are left alone. */
bool window_value(const struct window_figures *window, const char *path, struct value *value);
#endif
