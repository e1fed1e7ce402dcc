/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures.h - the figures of records: measured from their `source:`, else as given
 *
 * Every log is read once, whatever the number of records that name it. */
#ifndef EVIDENCE_FIGURES_H
#define EVIDENCE_FIGURES_H
#include "catalog/workspace.h"
#include "measure/classes.h"
#include "measure/compare.h"
#include "measure/fairness.h"
#include "measure/figures.h"
#include "measure/regression.h"

enum figure_origin { ORIGIN_NONE, ORIGIN_GIVEN, ORIGIN_MEASURED };

/* The groups of a column, or of several together. */
struct fairness_figures {
	const char *column; /* "sex"; "sex*age" for every pair of values that occurs */
	struct fairness summary;
	const struct group_rates *groups; /* in the order of their names' bytes */
	const double *ece;                /* of each group; NAN where there is no score */
	size_t n_groups;
};

/* A classifier of several classes. */
struct class_table {
	struct classes summary;
	const char *const *names; /* summary.k of them, in the order of their bytes */
	const struct class_figures *each;
	const size_t *confusion; /* [truth * k + predicted] */
};

/* A second score on the same rows: second less first. */
struct score_comparison {
	const char *figure; /* "roc_auc" */
	struct paired_comparison comparison;
};

/* Figures of one span of time, of one segment, or of the whole log. */
struct window_figures {
	const char *label;       /* "1997-05", "1997-05-12", "all" */
	const char *start, *end; /* first and last day inside, YYYY-MM-DD; NULL without time */
	size_t rows;
	bool has_performance, has_calibration;
	struct performance performance;
	struct calibration calibration;
	const struct drift *drift; /* one a feature, in the order of `features:`, score last */
	size_t n_drift;
	enum drift_severity worst;   /* over its features */
	const struct drift *missing; /* of each of drift[]: evidence/missing_drift.h; NULL: none */
	bool has_classes, has_regression, has_latency;
	struct class_table classes;
	struct regression regression;
	struct latency latency;
	const struct fairness_figures *fairness; /* one for each entry of `groups:` */
	size_t n_fairness;
	const struct score_comparison *comparison;
	size_t n_comparison;
};

/* The rows with one value of a column. */
struct segment_figures {
	const char *column, *value;
	struct window_figures figures;
};

struct record_figures {
	const struct record *record;
	enum figure_origin origin;
	bool counted;       /* of a profile: what needs rows is not known here, but may be given */
	const char *absent; /* why nothing was measured though a source was named; NULL */
	const struct data_file *log, *reference; /* NULL where none */
	struct span source_at;                   /* the record's `source:` */
	size_t rows, skipped;
	struct window_figures all;            /* the whole log */
	const struct window_figures *windows; /* by `window:`, in order of time */
	size_t n_windows;
	const struct segment_figures *segments; /* by column as asked for, then value */
	size_t n_segments;
	const char *const *features;
	size_t n_features;
	const char *label, *score; /* column names; NULL where not named */
	double threshold;
	const char *threshold_from;       /* "record:line", or "default 0.5" */
	double psi_warning, psi_critical; /* bands, with where they come from */
	const char *bands_from;
	const char *compared_with; /* "2025-01, its first month (689 rows)": rows of the log itself;
				      NULL: another log, or none */
	const char *how;           /* one sentence: method, bins, logarithm, rows, reference */
	/* parts of it, for what concerns one of them only; NULL where it has no such part */
	const char *how_rows, *how_calibration, *how_decisions, *how_drift;
};

/* One value that can be named by a path. */
enum value_kind { VALUE_UNKNOWN, VALUE_NUMBER, VALUE_TEXT, VALUE_BOOL };

struct value {
	enum value_kind kind;
	double number;
	bool truth;
	const char *text;
	struct span at; /* the line it comes from: the value, or the `source:` */
	enum figure_origin origin;
	const char *reason; /* why it is unknown */
};

struct evidence {
	struct {
		LIST_OF(struct record_figures *);
	} records;            /* in the order of ws->records */
	struct map by_record; /* record id -> struct record_figures */
};

/* Measures everything, in at most `jobs` threads. Unreadable logs are findings. */
void evidence_collect(struct arena *mem, const struct workspace *ws, size_t jobs,
		      struct evidence *evidence, struct diag_sink *diags);
/* NULL where the record has no figures. */
const struct record_figures *evidence_of(const struct evidence *evidence,
					 const struct record *record);
/* The figures of a version: those of its primary evaluation; NULL where there is none. */
const struct record_figures *evidence_version(const struct evidence *evidence,
					      const struct version *version);
/* The value at "SUBJECT:PATH", e.g. "churn@1.2.0:performance.roc_auc" or "RECORD-ID:notes". Names
 * of columns and values stand in a path as they are, dots and all ("segments.a.b.3.rows"); where a
 * path can be read in two ways, the figure that comes first in the order of records is meant.
 * Windows go by their label or their number from 0: "windows.2025-01.rows", "windows.0.rows". */
struct value evidence_value(const struct evidence *evidence, const struct workspace *ws,
			    struct arena *mem, const char *path);
/* Pairs of a given figure and the measured one, for judge. */
struct figure_pair {
	const char *path;  /* performance.roc_auc */
	struct span at;    /* the given value */
	const char *given; /* as written */
	double measured;
	bool agrees; /* measured, rounded to the decimals of `given`, equals it */
};
size_t evidence_pairs(const struct evidence *evidence, struct arena *mem,
		      const struct record_figures *figures, struct figure_pair **pairs);
#endif
