/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/monitor.h - a deployed model watched day by day, with alerts
 *
 * Figures over the last `days` days against a reference: PSI of each feature and of the score,
 * share of missing values, share selected; once labels are known ROC AUC and calibration. An alert
 * is a figure over its limit on `in_a_row` days in a row; one rule raises one alert until it is
 * back under its limit. */
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

struct monitor_rule {
	const char *id;
	enum monitor_figure figure;
	double limit; /* over it (ROC AUC: under it); SELECTED: times or by the reference's share */
	int days;     /* window that ends today */
	int in_a_row;
	bool rolls_back; /* critical: the version is taken back */
};
struct monitor_alert {
	size_t rule;
	int32_t day;
	const char *column; /* feature; "" where none is meant */
	double value;
};
struct monitor_alerts {
	struct monitor_alert *items;
	size_t n;
};
/* The reference of a model: features and scores of the calibration part. */
struct monitor_reference;
struct monitor_reference *monitor_reference_new(struct arena *mem, const struct matrix *rows,
						const double *scores, double threshold);
/* Watches `rows` (in order of time, with scores) from first to last day; labels count from
 * label_at. */
struct monitor_alerts monitor_watch(struct arena *mem, const struct monitor_reference *reference,
				    const struct events *events, const struct matrix *rows,
				    const double *scores, const struct monitor_rule *rules,
				    size_t n_rules, int32_t first, int32_t last);
/* Reads `monitoring:` of the plan's file. */
const struct monitor_rule *monitor_rules_read(struct arena *mem, struct source *plan_file,
					      size_t *n, struct diag_sink *diags);
#endif
