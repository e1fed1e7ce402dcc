/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/measure_log.h - the figures of a log without a workspace
 *
 * A record's `source:` and the options of `measure` and `drift` say the same things: both become a
 * struct log_request, and one pipeline (figures_internal.h) measures it. */
#ifndef EVIDENCE_MEASURE_LOG_H
#define EVIDENCE_MEASURE_LOG_H
#include "evidence/figures.h"
#include "measure/drift.h"
#include "measure/drift_convention.h"
#include "read/csv.h"

/* A column by its name, or by its number where the header has none or has the name twice. */
struct column_request {
	const char *name;          /* "score", "#3"; NULL: not asked for */
	enum csv_column_type type; /* CSV_GUESS unless said */
	struct span at;            /* where it is asked for */
};

struct filter_request {
	struct column_request column;
	const char *value; /* compared as text */
};

/* One column, or several whose values are taken together. */
struct group_request {
	const struct column_request *columns;
	size_t n_columns;
};

/* Rows of a file. */
struct rows_request {
	const char *path; /* NULL: the same log; "-": standard input */
	const struct filter_request *where;
	size_t n_where;
	size_t first, last;                     /* rows from 1; 0, 0: all */
	const char *first_window, *last_window; /* labels ("1997-05"); NULL: all */
	bool earliest;  /* the first window that has rows: what a log is compared with where nothing
			   else is said */
	struct span at; /* where it is asked for; without a source where that is not known */
};

enum measure_task {
	TASK_FOUND_OUT,      /* by the label: two values or several */
	TASK_CLASSIFICATION, /* two classes or several */
	TASK_REGRESSION
};

enum window_length { WINDOW_NONE, WINDOW_DAY, WINDOW_WEEK, WINDOW_MONTH };

struct log_request {
	struct rows_request rows;
	char delimiter; /* 0: found out */
	bool no_header; /* columns have numbers only */
	size_t max_bad;
	enum measure_task task;
	struct column_request label, score, prediction, compare /* a second score */, time, latency;
	const char *positive; /* NULL: "1", or the only value but 0, false, no, negative */
	double threshold;     /* NAN: 0.5 */
	size_t bins;          /* 0: 10 */
	bool quantile_bins;
	enum window_length window;
	const struct group_request *groups;
	size_t n_groups;
	size_t min_group_rows; /* 0: 30 */
	const struct column_request *segments;
	size_t n_segments;
	const struct column_request *features;
	size_t n_features;
	bool all_features; /* of every column that is not used otherwise: `drift` without --feature
			    */
	const struct rows_request *reference; /* NULL: no drift */
	struct drift_bands bands;
	const char *bands_from;
	enum drift_convention convention; /* whose bins and distances */
	size_t bootstrap;                 /* resamples; 0: none */
	uint64_t seed;
	size_t memory; /* bytes that columns may take before they are kept in a file; 0: half of the
			  machine's */
	size_t jobs;
};

/* Why the drift of a column is not measured, where no column was named. */
enum left_out {
	LEFT_NAMES,     /* texts of which most rows have one of their own: ids */
	LEFT_MOMENTS,   /* dates and moments: they move as time does */
	LEFT_COUNTER,   /* whole numbers that rise from row to row */
	LEFT_CURRENT,   /* not in the reference */
	LEFT_REFERENCE, /* in the reference alone */
	N_LEFT_OUT
};

struct column_left_out {
	const char *name;
	enum left_out why;
};

/* What was taken where nothing was said: delimiter, types, positive value, task; sentences for the
 * reader, in a stable order. */
struct log_taken {
	LIST_OF(const char *);
	struct {
		LIST_OF(struct column_left_out);
	} left_out;
};

/* The bands of policy thresholds psi_warning and psi_critical, NAN where none sets them; *from is
 * "path:line". */
struct drift_bands policy_bands(struct arena *mem, const struct workspace *ws, const char **from);

/* Measures a log. The figures (record NULL) live in `mem`; what cannot be read or understood is in
 * `diags` with the log's own line, and ST_FAILED. */
enum status measure_log(struct arena *mem, const struct log_request *request,
			struct record_figures *figures, struct log_taken *taken,
			struct diag_sink *diags);
#endif
