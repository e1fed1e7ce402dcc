/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/figures.c - names of severities and figures */
#include "measure/figures.h"
#include <assert.h>
#include <string.h>

const char *drift_severity_name(enum drift_severity severity)
{
	static const char *const names[] = {
	    [DRIFT_STABLE] = "stable",   [DRIFT_WARNING] = "warning", [DRIFT_CRITICAL] = "critical",
	    [DRIFT_TOO_FEW] = "too_few", [DRIFT_UNKNOWN] = "unknown",
	};

	assert((size_t)severity < sizeof names / sizeof *names);
	return names[severity];
}

bool figure_more_is_better(const char *name)
{
	static const char *const better[] = {
	    "roc_auc",     "average_precision",
	    "accuracy",    "balanced_accuracy",
	    "precision",   "recall",
	    "specificity", "f1",
	    "mcc",         "resolution",
	    "macro_f1",    "weighted_f1",
	    "r2",
	};
	const char *last = strrchr(name, '.');

	last = last ? last + 1 : name;
	for (size_t i = 0; i < sizeof better / sizeof *better; i++)
		if (!strcmp(last, better[i]))
			return true;
	return false;
}
