/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/monitor.h - a deployed model watched day by day, with alerts
 *
 * Figures over the last `days` days against a reference: PSI of each feature and of the score,
 * share of missing values, share selected; ROC AUC and calibration over as many days that end where
 * every label is known, the plan's label_delay ago. An alert is a figure over its limit on
 * `in_a_row` days in a row; one rule raises one alert of a feature until it is back under its
 * limit. What chance alone may give raises none:
 *
 *   feature_psi, score_psi  beyond chance in drift_judge()'s way, all features of a day together
 *   missing, selected       over 4 standard deviations of a share of so many rows away
 *   roc_auc                 20 positives and 20 negatives at least, and the upper end of the 95 %
 *                           interval under the limit
 *   ece                     20 positives at least, and over ece_chance
 *
 * A window of under 100 rows has no figures. */
#ifndef CAPSTONE_MONITOR_H
#define CAPSTONE_MONITOR_H

#include "capstone/evaluate.h"

enum monitor_figure {
	MONITOR_FEATURE_PSI,
	MONITOR_SCORE_PSI,
	MONITOR_MISSING,
	MONITOR_SELECTED,
	MONITOR_ROC_AUC,
	MONITOR_ECE
};
const char *monitor_figure_name(enum monitor_figure figure); /* "feature_psi" */
/* Whether it waits for labels. */
bool monitor_figure_needs_labels(enum monitor_figure figure);

struct monitor_rule {
	const char *id;
	enum monitor_figure figure;
	double limit; /* over it (ROC AUC: under it); SELECTED: times or by the reference's share */
	int days;     /* length of the window */
	int in_a_row;
	bool rolls_back;          /* critical: the version is taken back */
	const double *candidates; /* limits to study, from the most to the least sensitive */
	size_t n_candidates;
};
struct monitor_alert {
	size_t rule;
	int32_t day;
	const char *column; /* feature; "" where none is meant */
	double value;
};
/* One rule's figure day by day: of each feature for FEATURE_PSI and MISSING, else one. */
struct monitor_series {
	int32_t first;
	size_t n_days, n_columns;
	const char **columns; /* "" where no feature is meant */
	double *values; /* n_columns x n_days; NAN: nothing that chance alone could not give */
};
struct monitor_alerts {
	struct monitor_alert *items;
	size_t n, cap;
};
/* The reference of a model: features and scores of the calibration part. */
struct monitor_reference;
struct monitor_reference *monitor_reference_new(struct arena *mem, const struct matrix *rows,
						const double *scores, double threshold);
/* The figure of a rule on each day from first to last; its limit is not looked at. Lives in `mem`.
 */
struct monitor_series monitor_series(struct arena *mem, const struct monitor_reference *reference,
				     const struct events *events, const struct matrix *rows,
				     const double *scores, const struct monitor_rule *rule,
				     int32_t first, int32_t last);
/* Alerts of one rule (number `index`) with this limit; they are added to `alerts`, by column. */
void monitor_raise(struct arena *mem, const struct monitor_rule *rule, size_t index, double limit,
		   const struct monitor_series *series, struct monitor_alerts *alerts);
/* True where the value is over the limit, in the figure's direction. */
bool monitor_is_over(enum monitor_figure figure, double value, double limit);
/* Watches `rows` (in order of time, with scores, NAN: none) from first to last day, in the order of
 * days and rules; labels count from label_at. */
struct monitor_alerts monitor_watch(struct arena *mem, const struct monitor_reference *reference,
				    const struct events *events, const struct matrix *rows,
				    const double *scores, const struct monitor_rule *rules,
				    size_t n_rules, int32_t first, int32_t last);
/* Reads `monitoring:` of the plan's file, whose shape plan_read() has checked. */
const struct monitor_rule *monitor_rules_read(struct arena *mem, struct source *plan_file,
					      size_t *n, struct diag_sink *diags);
#endif
