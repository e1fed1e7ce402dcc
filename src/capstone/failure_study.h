/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/failure_study.h - what each failure does to each model, and whether anybody is told
 *
 * Every failure of the plan is put into the same weeks of the stream, one at a time. "Before" is
 * the same sample of payments without it, so that nothing but the failure differs. Payments that
 * the door turns away are counted and have no score. */
#ifndef CAPSTONE_FAILURE_STUDY_H
#define CAPSTONE_FAILURE_STUDY_H

#include "capstone/alert_study.h"

/* `failure_study:` of the plan's file. */
struct failure_study_plan {
	int32_t first;
	int days;       /* of the failure */
	int days_after; /* watched for recovery */
	double max_ece; /* over it a failure is catastrophic, however well it ranks */
	double auc_tolerance, ece_tolerance; /* figures are back within these */
	int recovery_days;                   /* length of the window over which they are compared */
	size_t log_rows;                     /* of each log of a failure, at most */
};
bool failure_study_plan_read(struct source *plan_file, struct failure_study_plan *plan,
			     struct diag_sink *diags);

struct effect_figures {
	struct part_figures figures; /* roc_auc, log_loss, ece, … */
	double selected;             /* share at or over the threshold */
};

/* One failure and one model. Days count from the first day of the failure, 0 is that day. */
struct failure_effect {
	const struct failure *failure;
	const char *version;                  /* "rule", "1.0.0", "2.0.0" */
	struct effect_figures before, during; /* of the payments of the log */
	bool catastrophic;
	const char *why; /* with the values that decided */
	bool alerted;
	struct monitor_alert alert;    /* the first one; rule: index into the rules */
	int days_to_alert;             /* ALERT_NOT_RAISED */
	bool before_labels;            /* the first alert needed no label */
	int days_to_performance_alert; /* the first alert of a figure that needs labels */
	int days_to_rollback;          /* the first alert that rolls back */
	/* Days after the end of the failure until the figures are as without it; 0: at once;
	 * ALERT_NOT_RAISED: not within days_after. */
	int days_to_recover;
	/* From the day after the first alert to the end of the failure: ROC AUC of this version,
	 * and of what would stand in (1.0.0 for 2.0.0, the rule for 1.0.0). NAN: no alert, or too
	 * few labels. */
	const char *fallback; /* NULL: none */
	double auc_stay, auc_fallback, ece_stay, ece_fallback;
	bool fallback_helps;
};

/* What a failure did to the events, whatever the model. */
struct failure_facts {
	const struct failure *failure;
	int32_t first, last;
	size_t payments, positives; /* of the log */
	struct damage damage;
	size_t refused;   /* payments that the door turns away, whole */
	bool door_caught; /* at least half of the damaged ones */
	struct out log;   /* stress-ID.csv: all models' scores side by side */
};

struct failure_study {
	const struct failure_study_plan *plan;
	struct out clean_log; /* stress-none.csv: the same payments without a failure */
	size_t clean_payments, clean_positives;
	struct failure_facts *facts; /* by failure */
	size_t n_failures;
	struct failure_effect *effects; /* by failure, then by model */
	size_t n_models;
};

/* The weeks behind a fit whose labels are known before a day: `plan` moved there, as long as it or
 * shorter, with as many days behind it as recovery takes to be seen at all. False where there are
 * too few. */
bool failure_study_before(const struct failure_study_plan *plan, int32_t first, int32_t last_ripe,
			  struct failure_study_plan *moved);
/* `models` from the one that stands in last (the rule) on: each one's fallback is the one before
 * it. The monitor's reference is `reference`, NULL: the calibration part. Lives in `mem` but for
 * the logs. False after findings. */
bool failure_study(struct arena *mem, const struct prepared *prepared,
		   const struct scored_model *models, size_t n_models,
		   const struct matrix *reference, const struct monitor_rule *rules, size_t n_rules,
		   const struct failure *failures, size_t n_failures,
		   const struct failure_study_plan *plan, struct failure_study *study,
		   struct diag_sink *diags);
void failure_study_release(struct failure_study *study); /* the logs */
/* One row for each failure and model: failures.csv. */
void failure_study_csv(const struct failure_study *study, struct out *to);
#endif
