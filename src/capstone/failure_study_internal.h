/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/failure_study_internal.h - a study of failures while it runs */
#ifndef CAPSTONE_FAILURE_STUDY_INTERNAL_H
#define CAPSTONE_FAILURE_STUDY_INTERNAL_H

#include "capstone/failure_study.h"
#include "capstone/stress.h"

enum { STUDY_LEAD_DAYS = 75 }; /* before the failure, for windows of late labels */

/* Series by rule. Those over features are the same for all models and made once. */
struct watched {
	struct monitor_series *of_rule;
};

struct study {
	const struct failure_study_plan *plan;
	const struct prepared *prepared;
	const struct scored_model *models;
	size_t n_models;
	const struct matrix *reference; /* of the monitor; NULL: the calibration part */
	const struct monitor_rule *rules;
	size_t n_rules;
	const struct failure *failures;
	int32_t first, last; /* of the stretch */
	double share;        /* of the payments in the logs */
	struct stretch clean, logged;
	struct monitor_reference **references; /* by model */
	struct watched *clean_watched;         /* by model */
};

/* References and series of the stretch as it was. */
void watch_clean(struct arena *mem, struct study *st);
/* Series of the rules over features alone. */
struct watched watch_features(struct arena *mem, const struct study *st,
			      const struct stretch *damaged);
/* Fills what a failure's effect says of alerts. */
void watch_model(struct arena *mem, const struct study *st, const struct watched *features,
		 size_t model, const struct stretch *damaged, struct failure_effect *effect);
#endif
