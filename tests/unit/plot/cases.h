/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/cases.h - figures typical and hostile, made without chance */
#ifndef PLOT_CASES_H
#define PLOT_CASES_H
#include "plot/layout.h"

struct plot_case {
	const char *name;
	bool typical; /* held to the budget of time and bytes */
	enum {
		CASE_RELIABILITY,
		CASE_DRIFT,
		CASE_DISTRIBUTION,
		CASE_METRIC,
		CASE_GROUPS,
		CASE_SPARK
	} kind;
	struct calibration calibration;
	struct drift drift;
	const char **labels;
	size_t n_windows, n_series;
	struct drift_series *psi;
	struct metric_series *metrics;
	double warning, critical, lower, upper;
	const char *axis;
	struct metric_chart with; /* references and events of metrics */
	double *values;
	struct group_chart groups;
};

struct plot_cases {
	LIST_OF(struct plot_case);
};

void cases_make(struct arena *mem, struct plot_cases *cases);
void case_layout(const struct plot_case *c, struct picture *picture);
enum status case_plot(const struct plot_case *c, unsigned number, struct out *svg);
#endif
