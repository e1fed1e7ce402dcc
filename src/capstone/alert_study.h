/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/alert_study.h - which limit an alert should have: measured, not chosen by taste
 *
 * For each rule of `monitoring:` and each of its candidate limits: how many false alarms simulated
 * years without drift or shift raise (other seeds), and after how many days each failure and the
 * sudden shift are noticed. The limit to take is the most sensitive candidate with at most
 * `max_false_alarms` a year. A rule that rolls back is tried as well on streams that drift slowly
 * and whose base rate moves, as life does without anything being broken: its limit keeps
 * `max_false_rollbacks` a year on both kinds. To the others drift is no false alarm. */
#ifndef CAPSTONE_ALERT_STUDY_H
#define CAPSTONE_ALERT_STUDY_H

#include "capstone/inject.h"
#include "capstone/monitor.h"
#include "capstone/payments.h"

/* `alert_study:` of the plan's file. */
struct alert_study_plan {
	double max_false_alarms, max_false_rollbacks; /* a year, of one rule */
	uint64_t seeds[8]; /* of the quiet streams: two years each, the second is watched */
	size_t n_seeds;
	uint64_t drifting[8]; /* of the streams with slow drift and a base rate that moves */
	size_t n_drifting;
	struct payments_options stream; /* seed, drift and shift are set for each */
	/* of `failure_study:` */
	int32_t failure_first;
	int failure_days, days_after; /* alerts count until so many days behind its end */
};
bool alert_study_plan_read(struct source *plan_file, struct alert_study_plan *plan,
			   struct diag_sink *diags);

enum { ALERT_NOT_RAISED = -1 };

/* What one limit of one rule does. */
struct limit_effect {
	double limit;
	double false_alarms;     /* a year: mean over the quiet years */
	size_t *false_alarms_of; /* by seed */
	double false_rollbacks;  /* a year: mean over the drifting years; NAN: rolls nothing back */
	size_t *false_rollbacks_of; /* by seed of the drifting streams */
	int *days_to_alert;         /* by failure; 0: on its first day; ALERT_NOT_RAISED */
	int days_to_shift;          /* the sudden shift */
	/* where no alert counts: one stood in these days, if only of another column, but would
	 * have without the failure (it was raised before, or chance raised it), so that it did not
	 * stay silent, and told nothing either */
	bool *raised_anyway; /* by failure */
	bool raised_before_shift;
};
struct rule_study {
	const struct monitor_rule *rule;
	struct limit_effect *limits; /* from the most to the least sensitive */
	size_t n_limits;
	size_t chosen;   /* index; n_limits where none is quiet enough on both kinds of streams */
	bool as_planned; /* the plan's file has this limit */
};
struct alert_study {
	const struct alert_study_plan *plan;
	const struct failure *failures;
	size_t n_failures;
	struct rule_study *rules;
	size_t n_rules;
	const char *version; /* of the model that was watched */
	int quiet_days;      /* of each quiet or drifting year */
	int32_t shift_day;
};

/* `work` is a folder for the streams, which are removed again. Lives in `mem`. False after
 * findings. */
bool alert_study(struct arena *mem, const struct prepared *prepared, const struct model *model,
		 const char *version, const struct monitor_rule *rules, size_t n_rules,
		 const struct failure *failures, size_t n_failures,
		 const struct alert_study_plan *plan, const char *work, struct alert_study *study,
		 struct diag_sink *diags);
/* The first alert of a rule that there would not be without the failure: `clean` is the same series
 * of the events as they were, of the same days; NULL: every alert counts. Days count from the
 * series' first day; ALERT_NOT_RAISED. `alert` may be NULL. */
int first_alert(const struct monitor_rule *rule, size_t index, double limit,
		const struct monitor_series *series, const struct monitor_series *clean,
		struct monitor_alert *alert);
/* One row for each rule, limit and failure: alert_study.csv. */
void alert_study_csv(const struct alert_study *study, struct out *to);
#endif
