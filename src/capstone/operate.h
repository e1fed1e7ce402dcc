/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate.h - a year of operation, day by day, decided by written criteria alone
 *
 * What `operation:` of the plan's file says happens: versions are created, score in shadow, get a
 * canary's share of the accounts, answer. Each day the monitor sees what it could know that day;
 * a rule that rolls back takes the version back on the day it fires, a retraining waits for enough
 * ripe labels, and a version goes on only where its criteria hold. Nothing here is told where the
 * sudden shift lies. */
#ifndef CAPSTONE_OPERATE_H
#define CAPSTONE_OPERATE_H

#include "capstone/monitor.h"

enum { OPERATION_MAX_STEPS = 8, OPERATION_MAX_VERSIONS = 8 };

/* Leave for a version to answer although groups are selected more unevenly than the plan allows. */
struct group_waiver {
	const char *version, *id;
	int32_t granted, expires; /* the days from and up to which it holds */
};

/* `operation:` of the plan's file. Limits are those of the criteria; days are days since 1970. */
struct operation_plan {
	int32_t first, last; /* the days that are played */
	int32_t baseline_created, baseline_production;
	int32_t improved_created, improved_shadow;
	int shadow_days; /* at least */
	double canary_percent[OPERATION_MAX_STEPS];
	int canary_days[OPERATION_MAX_STEPS]; /* length of each step */
	size_t n_canary;
	double max_missing_scores;  /* share of the cases of a shadow run */
	double min_shadow_gain;     /* ROC AUC over production's, on ripe labels */
	double max_selected_factor; /* canary: selected share over or under the other's */
	size_t min_refit_positives; /* ripe ones since the rollback */
	double calibration_share;   /* of the accounts, for the refit's calibrator */
	size_t min_gate_positives;  /* ripe ones behind the refit's rows, to judge it on */
	int warm_days;              /* the version before stays in shadow so long */
	size_t min_log_rows;        /* of each month of the log */
	double log_share;           /* of the payments that the log keeps */
	/* not of the plan's file: set by the caller */
	const struct group_waiver *waivers;
	size_t n_waivers;
};
/* False after findings. Sets no waivers. */
bool operation_plan_read(struct source *plan_file, struct operation_plan *operation,
			 struct diag_sink *diags);

/* A version's step to another stage: "development", "shadow", "canary", "production", "retired". */
struct stage_event {
	const char *version, *stage;
	int32_t day;
	const char *by;     /* role, or "monitor" where nobody decided */
	const char *reason; /* with the values that decided */
};

/* A version in shadow against the one that answered (or the rule), on the same payments. */
struct shadow_result {
	const char *version, *against; /* against NULL: the rule */
	int32_t first, last;
	size_t cases, missing_scores;
	double score_psi, score_psi_chance; /* of its scores against those that answered */
	double agreement;                   /* share of the cases with the same decision */
	double largest_difference;
	/* on payments that neither was fitted on and whose labels were known on the day after
	 * `last`, scored by both; `labelled` 0: none */
	struct period judged_on;
	size_t labelled, positives;
	double roc_auc, roc_auc_against;
	struct paired_comparison gain; /* ROC AUC less that of `against` */
	bool pass;
	const char *reason;
};

struct canary_step {
	double percent;
	int32_t first, last;
	size_t cases, cases_other; /* answered by the canary, by the other version */
	size_t accounts;           /* on the canary's side */
	size_t missing_scores;     /* of the canary */
	/* share at or over its threshold; that of the other version on the same payments */
	double selected, selected_other;
	size_t alerts; /* of rules that roll back, in these days */
	bool go_on;
	const char *watched; /* the same in words */
};
struct canary_result {
	const char *version, *against;
	struct canary_step steps[OPERATION_MAX_STEPS];
	size_t n_steps;
	bool pass;
	const char *reason;
};

/* What the monitor raised about a version while it answered or was in shadow. */
struct operation_alert {
	const char *version;
	struct monitor_alert alert; /* rule: index into the rules given */
	bool rolled_back;
};

struct rollback_result {
	bool happened;
	int32_t day; /* the day of the alert: from the next one on `to` answers */
	const char *from, *to;
	size_t rule;
	const char *column;
	double value;
	int32_t first_alert;      /* of `from`, at most 14 days before: where it began */
	size_t payments_affected; /* answered by `from` from that day on */
};

/* The fit after the rollback. */
struct refit_result {
	bool happened;
	const char *version;
	struct model *model; /* caller frees with model_free() */
	int32_t day;         /* created */
	struct period rows;  /* of its training and calibration rows, by day */
	size_t train_rows, train_positives, calibration_rows, calibration_positives;
	double calibration_share;  /* of the accounts, by stable hash; the others train */
	struct matrix calibration; /* those rows: what the monitor holds it against */
	uint64_t seed;
	/* the gate: rows behind `rows` whose labels were ripe on gate_day */
	int32_t gate_day;
	struct period gate_rows;
	size_t gate_n, gate_positives;
	struct part_figures gate, gate_production, gate_former; /* itself; 1.0.0; 2.0.0 */
	struct paired_comparison gate_gain; /* ROC AUC less that of the version in production */
	bool pass;
	const char *reason;
};

/* Whether a version's groups are selected evenly enough for it to answer, asked on its way into
 * production, of a plan with `fairness:`. */
struct group_check {
	const char *version;
	int32_t day;
	const char *attribute;             /* with the smallest ratio of selection rates */
	double ratio, limit;               /* NAN: no two groups have rows enough */
	const struct group_waiver *waiver; /* NULL: none was asked for, or none is there */
	bool pass;
	const char *reason;
};

/* One month of what answered. */
struct operation_month {
	int32_t first, last;
	const char *version; /* that answered most of it */
	size_t payments, logged;
};

struct operation {
	struct stage_event *stages; /* in order of time */
	size_t n_stages;
	struct shadow_result *shadows;
	size_t n_shadows;
	struct canary_result *canaries;
	size_t n_canaries;
	struct operation_alert *alerts;
	size_t n_alerts;
	struct rollback_result rollback;
	struct refit_result refit;
	struct operation_month *months;
	size_t n_months;
	int32_t resolved; /* first day on which the refit answers all; INT32_MAX: never */
	size_t fallbacks; /* answered by the rule since no version did */
	struct group_check *group_checks;
	size_t n_group_checks;
};

/* Plays the year. `baseline` and `improved` were trained on the plan's split; they are "1.0.0" and
 * "2.0.0", the refit "2.1.0". `log` gets data/MODEL/logs/production.csv: time, version that
 * answered, score (that of the answer), decision, threshold, label where it was ripe on the last
 * day, the scores of the versions in shadow, groups and the features that are watched; thinned by a
 * stable hash of the payment. Lives in `mem`. False after findings. */
bool operate(struct arena *mem, const struct prepared *prepared,
	     const struct operation_plan *operation, const struct model *baseline,
	     const struct model *improved, const struct model *rule,
	     const struct monitor_rule *rules, size_t n_rules, struct operation *result,
	     struct out *log, struct diag_sink *diags);
void operation_release(struct operation *result); /* the refit's model */
#endif
