/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/plan.h - what a prediction system is made of, read from one YAML file
 *
 * Columns with what is allowed in them, features, splits, models, thresholds and limits. The same
 * commands run on the simulated payments (systems/payments.yaml) and on any CSV that a plan
 * describes (systems/electricity.yaml). Every key is checked; what is wrong is a finding with its
 * line, all in one run. */
#ifndef CAPSTONE_PLAN_H
#define CAPSTONE_PLAN_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind { FIELD_NUMBER, FIELD_CATEGORY };

/* A column of the events. */
struct field {
	const char *name;
	enum field_kind kind;
	bool required;       /* an event without a value is quarantined */
	bool feature;        /* what models may see; protected columns and ids are not */
	bool group;          /* a column whose groups fairness compares */
	bool logarithm;      /* the linear model sees ln(1 + x) */
	const char *family;  /* a family may be lost as a whole: "payment", "device"; NULL: none */
	double low, high;    /* FIELD_NUMBER: what the boundary lets through */
	const char **values; /* FIELD_CATEGORY: the closed list; a code is an index into it */
	size_t n_values;
};

enum history_statistic {
	HISTORY_COUNT, /* events */
	HISTORY_MEAN,
	HISTORY_SUM,
	HISTORY_MAX,           /* of a numeric field */
	HISTORY_LAST,          /* its value `back` events before */
	HISTORY_SECONDS_SINCE, /* since the event before */
	HISTORY_RATIO,         /* value of this event / mean of those before */
	HISTORY_NEW_VALUE,     /* of a category: 1 where no event before had this value, else 0 */
	HISTORY_LABELS         /* events known by now to be positive */
};

/* A feature over earlier events of the same entity: never this event, never a later one, and labels
 * only from the moment at which they are known. */
struct history_feature {
	const char *name;
	enum history_statistic statistic;
	size_t field;    /* index into fields; unused for COUNT, SECONDS_SINCE, LABELS */
	size_t last;     /* at most this many events before; 0: no bound (COUNT, LABELS alone) */
	size_t back;     /* HISTORY_LAST: 1 is the event before */
	int64_t seconds; /* and not older than this; 0: no bound */
	bool logarithm;
};

/* Days [from, to], both inside; days since 1970-01-01. */
struct period {
	int32_t from, to;
};

struct linear_parameters {
	double cost; /* C of liblinear, L2-regularised logistic regression */
	double tolerance;
};

struct boosted_parameters {
	int rounds, depth, bins;
	double learning_rate, min_child_weight, lambda, row_share, column_share;
};

enum calibrator_kind { CALIBRATE_NONE, CALIBRATE_PLATT, CALIBRATE_ISOTONIC };

/* "value OP limit of field NAME": the rule that stands in where no model answers. */
struct rule_clause {
	size_t feature; /* index into the features (features.h) */
	bool at_least;  /* else at most */
	double limit;
	double score; /* what the rule answers where the clause holds; first that holds wins */
};

/* A way to part rows, by which evaluations break their figures down. */
enum { SEGMENT_HOUR = -1, SEGMENT_FIELD = -2 };
struct segment {
	const char *name; /* of the column in the logs */
	int of; /* index of a numeric feature; SEGMENT_HOUR: the hour of the event, in UTC;
		   SEGMENT_FIELD: a category, which the logs hold as it is */
	const double
	    *edges; /* ascending: part i holds what is under edges[i], the last one the rest */
	const char **parts; /* n_edges + 1 names */
	size_t n_edges;
};

/* What was settled about groups before the first fit, and by whom. */
struct fairness_plan {
	bool given;
	int32_t chosen; /* the day; before the first version of `operation:` is created */
	const char *by; /* a role */
	/* limits; over them up to `accepted` (of the ratio of selection rates: down to it) it is
	 * accepted in general, beyond that a version fails its audit */
	double max_share_gap;
	double max_equal_opportunity_gap, accepted_equal_opportunity_gap;
	double max_group_calibration, accepted_group_calibration;
	double accepted_disparate_impact;
};

/* A grade from 0 to 5 of the data that a person gave. */
struct data_grade {
	int score; /* -1: none was given */
	const char *by, *reason;
};

struct plan {
	const char *id; /* the model's id in the records: payment-risk */
	const char *title;
	uint64_t seed;

	/* the events */
	const char *time, *entity, *label; /* columns; entity NULL: all events are of one */
	const char *label_at; /* column: moment from which a positive label is known; NULL: time
				 of the event + label_delay */
	int64_t label_delay;  /* seconds after which no label will come any more: it is negative */
	const char *positive; /* the label's value that counts as positive */
	const char *negative; /* the one other value; NULL: every other is negative */
	double max_quarantine_share; /* of the rows read; beyond it nothing is fitted. 0.05 */
	const struct field *fields;
	size_t n_fields;
	const struct history_feature *history;
	size_t n_history;
	bool calendar; /* hour of day and day of week as sine and cosine are features */

	/* the split (split.h) */
	struct period train, calibration, temporal;
	const struct period *later; /* more periods to judge on, behind it, named; at most 16 */
	const char *const *later_names;
	size_t n_later;
	int gap_days; /* least whole days between train, calibration and temporal; not under the
			 label's delay */
	double
	    holdout_share; /* of entities (of days where there is no entity), kept out of train */

	/* the models */
	struct linear_parameters linear;
	struct boosted_parameters boosted;
	enum calibrator_kind calibrator;
	const struct rule_clause *rule;
	size_t n_rule;
	double rule_otherwise;

	/* the decision */
	double
	    selection_share; /* the threshold lets this share of the calibration rows be positive */
	double min_disparate_impact; /* chosen before training; the evaluation is held against it */
	size_t min_group_rows;
	struct fairness_plan fairness;

	/* how it is looked at */
	const struct segment *segments;
	size_t n_segments;
	struct data_grade relevance; /* of the stream */

	const char *text; /* the file, whole: its digest is part of every run's identity */
	size_t text_n;
};

enum { PLAN_MAX_LATER = 16, PLAN_MAX_LAST = 1000 };
enum { PLAN_FILE_MAX = 4 << 20 }; /* bytes */

/* NULL after problems, which went to `diags`. Lives in `mem`, with `source`'s text, which must
 * outlive it. Of the parts that have readers of their own (inject.h, monitor.h, scorer.h,
 * operate.h) the shape at most is checked here. */
const struct plan *plan_read(struct arena *mem, struct source *source, struct diag_sink *diags);
/* Index of the field of this name; SIZE_MAX for none. */
size_t plan_field(const struct plan *plan, const char *name);
/* The part that an event at `time` with these features is of; "" where the value is missing. Not
 * for SEGMENT_FIELD. */
const char *segment_part(const struct segment *segment, int64_t time, const double *features);
#endif
