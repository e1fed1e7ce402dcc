/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry.h - what the system did, as records of a workspace
 *
 * Every figure that is said comes from the structs below; what a log holds is left to modelbook,
 * which measures it again: evaluations name the log and say only what a reader must know. Nothing
 * here depends on the machine's clock; what does goes to measured/ (benchmark_records.c). */
#ifndef CAPSTONE_REGISTRY_H
#define CAPSTONE_REGISTRY_H

#include "capstone/alert_study.h"
#include "capstone/failure_study.h"
#include "capstone/operate.h"
#include "capstone/pipeline.h"
#include "capstone/records.h"
#include "capstone/serving_plan.h"

/* Worst predictions of each version that are shown. */
enum { REGISTRY_VERSIONS = 3, REGISTRY_WORST = 50 };

/* A version that was fitted. */
struct registry_version {
	struct stored_model stored; /* name: "2.0.0"; model NULL: it was never made */
	const char *column;         /* of its score in the logs: "score_2_0_0" */
	int32_t created;
};

/* A log and which rows of the stream it holds. */
struct registry_log {
	const char *name; /* "temporal": NAME.csv under logs/ */
	struct out text;
	size_t rows;
	int32_t first, last; /* days */
};

/* What the registry is made from; borrowed. */
struct registry {
	struct arena *mem;
	const struct prepared *prepared;
	const struct monitor_rule *rules;
	size_t n_rules;
	const struct serving_plan *serving;
	const struct operation_plan *operation_plan;
	const struct operation *operation;
	const struct failure_study *failures;
	const struct failure_study *refit_failures; /* NULL: none were put into the refit */
	const struct alert_study *alerts;
	const struct model *rule; /* the fallback */
	/* 1.0.0, 2.0.0, 2.1.0 */
	struct registry_version versions[REGISTRY_VERSIONS];
	const struct registry_log *holdout, *temporal, *gate, *shift, *unbroken, *production;
	const struct registry_log *refit_unbroken;
	struct part_rows temporal_rows, holdout_rows;
	struct part_rows gate_rows; /* no events: no refit was judged */
};

/* Writes workspace/data/ID: all records but those of costs, and the logs. False with findings. */
bool registry_write(const struct registry *r, const char *workspace, struct diag_sink *diags);

/* -- the parts of it: registry_*.c ------------------------------------------------------------ */

/* Each writes the items of a `records:` list. */
void registry_model(const struct registry *r, struct yaml_writer *w);
void registry_experiments(const struct registry *r, struct yaml_writer *w);
void registry_evaluations(const struct registry *r, struct yaml_writer *w);
void registry_monitoring(const struct registry *r, struct yaml_writer *w);
void registry_shadow(const struct registry *r, struct yaml_writer *w);
void registry_canary(const struct registry *r, struct yaml_writer *w);
/* Kind measurement: registry_rows.c and registry_explained.c. */
void registry_measurements(const struct registry *r, struct yaml_writer *w);
void registry_rows(const struct registry *r, struct yaml_writer *w);
void registry_explained(const struct registry *r, struct yaml_writer *w);
void registry_spans(const struct registry *r, struct yaml_writer *w);
void registry_incidents(const struct registry *r, struct yaml_writer *w);
void registry_failures(const struct registry *r, struct yaml_writer *w);
void registry_alerts(const struct registry *r, struct yaml_writer *w);
void registry_bias(const struct registry *r, struct yaml_writer *w);
void registry_data_quality(const struct registry *r, struct yaml_writer *w);
void registry_serving(const struct registry *r, struct yaml_writer *w);
void registry_monitoring_config(const struct registry *r, struct yaml_writer *w);
void registry_retraining(const struct registry *r, struct yaml_writer *w);
/* The policy's thresholds. */
void registry_policy(const struct registry *r, struct yaml_writer *w);

/* kind:, id:, title: (NULL: none yet), about: of a record; "-WHAT" is the end of its id. */
void registry_begin(const struct registry *r, struct yaml_writer *w, const char *kind,
		    const char *version, const char *what, const char *title);
/* NULL where no such version was made. */
const struct registry_version *registry_version(const struct registry *r, const char *id);
/* First day on which a version entered a stage; INT32_MAX: never. */
int32_t registry_stage_day(const struct registry *r, const char *version, const char *stage);
/* The day on which every label of rows up to this day is known. */
int32_t registry_ripe(const struct registry *r, int32_t day);
/* The rows that decide about a version: the gate's of a refit, else the temporal ones. NULL: none.
 */
const struct part_rows *registry_judged_rows(const struct registry *r, size_t version);
/* True where the first line of the log names the column. */
bool registry_log_has(const struct registry_log *log, const char *column);
/* Writes `features:`: the model's features that the log holds. */
void registry_features(const struct registry *r, struct yaml_writer *w,
		       const struct registry_log *log);
/* The name of a failure's log: "stress-data-drift", "stress-2.1.0-data-drift". */
const char *registry_stress_name(const struct registry *r, const struct failure_study *study,
				 const struct failure_facts *facts);
/* The date in words that sort: lives in the registry's memory. */
const char *registry_date(const struct registry *r, int32_t day);
/* 0.1234 as text with so many decimals; "not known" where it is not finite. */
const char *registry_number(const struct registry *r, double value, int decimals);
/* "1 day", "7 days". */
const char *registry_days(const struct registry *r, int days);
/* "+0.031, 95 % interval 0.012 to 0.050". */
const char *registry_difference(const struct registry *r, const struct paired_comparison *pair);
#endif
