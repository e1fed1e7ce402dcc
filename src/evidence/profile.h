/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile.h - counts that stand in for the rows of a log
 *
 *   profile_count    counts of CSV logs
 *   profile_merge    counts of several profiles, added up
 *   profile_hide     small counts, hidden
 *   profile_write    the YAML record of kind `profile`
 *   profile_read     the same, read and checked
 *   profile_figures  drift, calibration, performance and fairness of counts
 *
 * Everything in a profile is a count or an exact sum (measure/sum.h), so that profiles of any parts
 * of a log, merged in any order, are the profile of the whole, byte for byte, as long as all are
 * cut at the same edges. Lists stand in the order of their names' bytes, windows in that of time.
 * Bins are right-closed; the outer two are open. */
#ifndef EVIDENCE_PROFILE_H
#define EVIDENCE_PROFILE_H
#include "evidence/measure_log.h"
#include "measure/sum.h"

enum {
	PROFILE_MAX_VALUES = 1000, /* of a category column, or groups of a column */
	PROFILE_MAX_EDGES = 2 * DRIFT_MAX_BINS
};

/* Where the edges of a numeric column come from. */
enum profile_cut {
	CUT_DECILES, /* quantiles of these very rows */
	CUT_TAKEN    /* of another profile, or given: fixed beforehand */
};

/* A column whose values are counted. */
struct profile_column {
	const char *name;
	bool numeric;
	enum profile_cut cut;
	const double *edges; /* inner ones, ascending */
	const bool *tied;    /* edges that only set a frequent value apart from its decile */
	size_t n_edges;
};

struct profile_value {
	const char *name;
	size_t count;
};

/* A column's counts. */
struct profile_counts {
	size_t missing;
	size_t *bins; /* numeric: n_edges + 1 of them */
	bool *joined; /* the rows of bin b are counted in bin b + 1, because they are few */
	struct {
		LIST_OF(struct profile_value);
	} values;      /* categories */
	bool has_rest; /* some values are few: their rows together */
	size_t rest;
	bool hidden; /* all values together are few: none of the counts above is known */
};

/* What came true, beside what was predicted. */
struct profile_outcomes {
	size_t tp, fp, fn, tn; /* of rows with a label and a score or prediction */
	bool hidden;           /* the table is not known */
	bool scores_hidden;    /* nor is anything of the scores below */
	/* with a score */
	size_t outside; /* scores below 0 or over 1 */
	size_t *counts; /* n_bins of equal width from 0 to 1; NULL without a score */
	size_t *positives;
	struct sum *scores;
	bool *joined; /* as above */
	struct sum squares, losses;
};

struct profile_group {
	const char *value; /* "f"; "f*young" of columns together */
	struct profile_outcomes outcomes;
};

struct profile_groups {
	LIST_OF(struct profile_group);
	bool hidden; /* some groups are few and left out */
};

/* The whole, or a window. */
struct profile_part {
	int32_t key;         /* of a window: day, Monday, or year * 12 + month - 1 */
	const char *label;   /* "1997-05"; NULL: the whole */
	int32_t first, last; /* days; first > last where there is no time */
	size_t rows;
	struct profile_counts *columns;   /* as profile.columns */
	struct profile_outcomes outcomes; /* where there is a label */
	struct profile_groups *groups;    /* as profile.group_columns */
};

struct profile {
	const char *id, *title, *about;                           /* NULL where not said */
	const char *label, *score, *prediction, *positive, *time; /* NULL where not named */
	const char *where;                                        /* filters in words, NULL */
	double threshold;
	size_t n_bins; /* of the score */
	enum window_length window;
	size_t min_count; /* 0: nothing is hidden */
	size_t skipped;
	struct profile_column *columns;
	size_t n_columns;
	const char **group_columns; /* "sex", "sex*age" */
	size_t n_group_columns;
	struct profile_part all;
	struct {
		LIST_OF(struct profile_part);
	} windows;
	bool windows_hidden; /* windows with few rows are left out */
	struct span at;      /* where it was read */
};

/* -- counting --------------------------------------------------------------------------------- */

/* Edges of a column, given. */
struct profile_edges {
	const char *column;
	const double *edges;
	size_t n;
	struct span at;
};

struct profile_request {
	const struct log_request
	    *log;                 /* columns, filters, windows, reading; rows.path is not read */
	const char *const *paths; /* logs; "-": standard input */
	size_t n_paths;
	const struct profile *edges_from; /* NULL: none */
	const struct profile_edges *edges;
	size_t n_edges;
};
/* Counts the rows of all logs together. The profile lives in `mem`. ST_FAILED where a log cannot be
 * read or a column not counted; `diags` says why. */
enum status profile_count(struct arena *mem, const struct profile_request *request,
			  struct profile *profile, struct log_taken *taken,
			  struct diag_sink *diags);

/* An empty part, outcomes without a row. */
struct profile_part profile_part_new(struct arena *mem, const struct profile *profile);
struct profile_outcomes profile_outcomes_new(struct arena *mem, const struct profile *profile);
/* The outcomes of a group, which are added where there are none. */
struct profile_outcomes *profile_group_at(struct arena *mem, const struct profile *profile,
					  struct profile_groups *groups, const char *value);
/* The window of this key, likewise. */
struct profile_part *profile_window_at(struct arena *mem, struct profile *profile, int32_t key);
/* The count of a value, likewise. */
size_t *profile_value_at(struct arena *mem, struct profile_counts *counts, const char *name);
/* Adds rows that were counted alike. */
void profile_part_add(struct arena *mem, const struct profile *profile, struct profile_part *to,
		      const struct profile_part *from);
void profile_outcomes_add(struct profile_outcomes *to, const struct profile_outcomes *from,
			  size_t n_bins);
/* "1997-05", "1997-W20", "1997-05-12". */
const char *profile_window_label(struct arena *mem, enum window_length length, int32_t key);
int32_t profile_window_key(enum window_length length, int32_t day);
const char *profile_window_name(enum window_length length); /* "day", … */

/* -- merging ---------------------------------------------------------------------------------- */

/* Adds `other` to `profile`. NULL where both are cut alike; else what differs: "column 'age': other
 * edges", in `mem`, and nothing was added. */
const char *profile_merge(struct arena *mem, struct profile *profile, const struct profile *other);

/* -- hiding ----------------------------------------------------------------------------------- */

/* Hides every count of 1 to n - 1, and what such a count could be found from by subtraction:
 *   windows         with fewer rows are left out, and the smallest others until those left out hold
 *                   n rows together
 *   bins of values  are joined with the next one, in all windows alike
 *   categories      go to the rest, in all windows alike, and the smallest others until the rest
 *                   holds n rows or none everywhere
 *   bins of scores  are joined where rows, positives or negatives are few; where all bins together
 *                   are, they are hidden, and in the smallest other windows until no such sum is
 *                   left
 *   tables          with such a cell are not known; so are the smallest others, until their sum
 *                   shows no such cell
 *   groups          are left out by the same rules; those of windows, and all those of several
 *                   columns where one is few, altogether
 * Rows without a value and skipped rows stay: they say that something is absent, not what it is. */
void profile_hide(struct arena *mem, struct profile *profile, size_t n);

/* -- files ------------------------------------------------------------------------------------ */

/* The record, in YAML; our own reader gives the same profile back. A name's control characters
 * stand as \xNN and its backslashes doubled, since no record holds control characters. */
void profile_write(const struct profile *profile, struct out *to);
/* A record read and checked; false where it is no profile: what is wrong is data/schema at its
 * line in `diags`. Lives in `mem` and points into the tree. */
bool profile_read(struct arena *mem, const struct data_node *record, struct profile *profile,
		  struct diag_sink *diags);
/* Forget all that is known of the scores, or of a column's values. */
void profile_hide_scores(struct profile_outcomes *outcomes, size_t n_bins);
void profile_hide_counts(const struct profile_column *column, struct profile_counts *counts);
/* Reads a file of one profile. */
bool profile_read_file(struct arena *mem, const char *path, struct profile *profile,
		       struct diag_sink *diags);
/* True where a path names YAML (.yaml, .yml), so that it is a profile and no log. */
bool profile_is_path(const char *path);

/* -- figures ---------------------------------------------------------------------------------- */

struct profile_figures_request {
	const struct profile *profile, *reference; /* reference NULL: no drift */
	size_t min_group_rows;                     /* 0: 30 */
	struct drift_bands bands;
	const char *bands_from;
};
/* All figures that the counts give; `figures` is zeroed and lives in `mem`. */
void profile_figures(struct arena *mem, const struct profile_figures_request *request,
		     struct record_figures *figures);
#endif
