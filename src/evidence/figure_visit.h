/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_visit.h - figures under the names that records hold, in the order of records
 *
 * The one place that knows under which key a figure stands: JSON and YAML output, values under
 * paths and the comparison with given figures all walk it. */
#ifndef EVIDENCE_FIGURE_VISIT_H
#define EVIDENCE_FIGURE_VISIT_H
#include "evidence/figure_names.h"

/* Called in order; `name` is NULL inside a list. A map or list for which open() returns false is
 * passed over, with its close(). */
struct figure_visitor {
	void *ctx;
	bool (*open)(void *ctx, const char *name, bool list);
	void (*close)(void *ctx);
	/* NAN: not known, with its reason (never NULL then). */
	void (*number)(void *ctx, const char *name, double value, const char *reason);
	void (*count)(void *ctx, const char *name, size_t value);
	void (*text)(void *ctx, const char *name, const char *value);
};

/* rows, skipped, performance, classes, confusion, comparison, regression, calibration, fairness,
 * drift, latency, windows, segments: those that the figures have. */
void figures_visit(const struct record_figures *figures, const struct figure_visitor *visitor);
/* Why a figure of drift is not known, where it is not and the field does not say it; NULL else. */
const char *figure_drift_reason(const struct drift *drift, const struct figure_field *field);
void window_visit(const struct window_figures *window, const struct figure_visitor *visitor);
#endif
