/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_internal.h - a year of operation while it is played */
#ifndef CAPSTONE_OPERATE_INTERNAL_H
#define CAPSTONE_OPERATE_INTERNAL_H

#include "capstone/operate.h"
#include "capstone/stress.h"

enum { BASELINE, IMPROVED, REFIT, VERSIONS, NO_VERSION = VERSIONS };
enum stage {
	STAGE_NONE,
	STAGE_DEVELOPMENT,
	STAGE_SHADOW,
	STAGE_CANARY,
	STAGE_PRODUCTION,
	STAGE_RETIRED
};

struct version {
	const char *name;
	const struct model *model; /* NULL: not made yet */
	double *scores;            /* of every payment of the stretch */
	double threshold;
	enum stage stage;
	int32_t since;
	struct monitor_alerts alerts; /* over the whole time, whatever its stage */
};

struct play {
	struct arena *mem;
	const struct prepared *prepared;
	const struct operation_plan *plan;
	const struct monitor_rule *rules;
	size_t n_rules;
	struct stretch stretch;
	double *rule_scores;
	double rule_threshold;
	struct version versions[VERSIONS];
	unsigned char *answered_by; /* of each payment: version, NO_VERSION: the rule */
	bool *on_canary;            /* of each payment: it was the canary's to answer */
	size_t canary_step;         /* of the version in canary */
	int32_t step_since;
	int looks; /* at the refit's gate */
	struct operation *result;
	struct {
		LIST_OF(struct stage_event);
	} stages;
	struct {
		LIST_OF(struct shadow_result);
	} shadows;
	struct {
		LIST_OF(struct canary_result);
	} canaries;
	struct {
		LIST_OF(struct group_check);
	} group_checks;
	struct {
		LIST_OF(struct operation_alert);
	} alerts;
	struct diag_sink *diags;
};

/* Rows [from, to) of the days [first, last]. */
void play_rows(const struct play *play, int32_t first, int32_t last, size_t *from, size_t *to);
/* The last day whose labels are all known in the morning of `day`. */
int32_t play_ripe_day(const struct play *play, int32_t day);
/* Place in 0 to 1 of an account, by a stable hash; `purpose` parts one use from another. */
double play_place(const struct play *play, size_t row, const char *purpose);
/* "1.0.0", "the rule". */
const char *play_name(const struct play *play, unsigned version);
double play_score(const struct play *play, unsigned version, size_t row);
double play_threshold(const struct play *play, unsigned version);
void play_score_version(struct play *play, unsigned version, const struct model *model,
			const struct matrix *reference_rows, int32_t first);
void play_enter(struct play *play, unsigned version, enum stage stage, int32_t day, const char *by,
		const char *reason);

/* Version in shadow on [first, last] against `against` (NO_VERSION: the rule), judged on labels of
 * the days `judged_on`. */
struct shadow_result play_shadow(const struct play *play, unsigned version, unsigned against,
				 int32_t first, int32_t last, struct period judged_on);
/* Alerts about a version on these days, of rules that roll back. */
size_t play_serious_alerts(const struct play *play, unsigned version, int32_t first, int32_t last);
struct canary_step play_canary_step(const struct play *play, unsigned version, unsigned against,
				    double percent, int32_t first, int32_t last);
/* Fits the third version where enough ripe labels lie behind the rollback; true where it did. */
bool play_refit(struct play *play, int32_t day);
/* Judges the refit on labels behind its rows; true where enough are ripe. */
bool play_gate(struct play *play, int32_t day, unsigned production);
/* Whether it may answer from this day on, as far as its groups go. */
const struct group_check *play_groups(struct play *play, unsigned version, int32_t day);
void play_log(struct play *play, struct out *log);
#endif
