/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_all.c - `all`: from nothing to the records and logs of a workspace */
#include "base/date.h"
#include "base/path.h"
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/registry.h"
#include "capstone/waivers.h"
#include "measure/outcomes.h"
#include <stdio.h>
#include <unistd.h>

static const char help[] =
    "Usage: modelbook-capstone all PLAN --workspace DIR [OPTION]…\n\n"
    "Does all of it: simulates the stream, trains, evaluates on each part, plays the year of\n"
    "operation, puts the failures in, studies the alerts, measures the costs; and writes the\n"
    "records and logs into the workspace: data/ID/*.yaml, data/ID/logs/*.csv, and\n"
    "data/ID/measured/*.yaml, which alone differs from run to run.\n\n"
    "  --workspace DIR   a workspace of modelbook\n"
    "  --work DIR        the stream and the model files (DIR/build/capstone of the workspace)\n"
    "  --waivers FILE    records of kind waiver (DIR/data/ID/waivers.yaml of the workspace): "
    "without\n"
    "                    one, signed in time, no version answers whose groups are selected more\n"
    "                    unevenly than the plan's fairness allows\n"
    "  --data FILE       a stream that is there, instead of simulating one\n"
    "  --no-benchmark    leave measured/ as it is\n\n"
    "Exit status: 0 done; 1 the plan or the data have faults, or a leak; 2 it could not be "
    "done.\n\n"
    "Example:\n"
    "  modelbook-capstone all payments.yaml --workspace .\n";

struct all_wish {
	const char *plan, *workspace, *work, *data, *waivers;
	bool no_benchmark;
};

/* Rows of logs that show something: more say no more. */
enum { HOLDOUT_ROWS = 1200, SHIFT_ROWS = 1000, SHIFT_DAYS = 42 };

/* Everything that is made on the way; all of it is needed until the records are written. */
struct whole {
	struct arena *mem;
	const struct all_wish *wish;
	struct diag_sink *diags;
	const char *models; /* folder of the model files */
	struct source *plan_file;
	struct prepared prepared;
	struct serving_plan serving;
	struct operation_plan operation_plan;
	struct failure_study_plan failure_plan;
	struct alert_study_plan alert_plan;
	const struct monitor_rule *rules;
	const struct failure *failures;
	size_t n_rules, n_failures;
	struct stored_model rule, baseline, improved, refit;
	struct operation operation;
	struct failure_study failure_study;
	struct failure_study_plan refit_failure_plan;
	struct failure_study refit_failure_study;
	bool refit_broken; /* failures were put into the refit */
	struct alert_study alert_study;
	struct registry_log holdout, temporal, shift, gate, unbroken, refit_unbroken, production;
	struct part_rows gate_rows;
};

/* -- the stream and the plan ------------------------------------------------------------------ */

static bool simulate(struct whole *a, const char **data)
{
	const struct payments_options options = payments_defaults();
	struct out text = {0};
	bool written;

	*data = a->wish->data;
	if (*data)
		return true;
	progress("simulating the payments");
	payments_write(&options, &text);
	written = record_write(a->wish->work, "payments.csv", &text, a->diags);
	out_release(&text);
	*data = path_join(a->mem, a->wish->work, "payments.csv");
	return written;
}

/* Every part of the plan is read before the long work begins. */
static bool read_plans(struct whole *a, const struct plan *plan)
{
	bool fine = serving_plan_read(a->mem, a->plan_file, &a->serving, a->diags);

	fine &= operation_plan_read(a->plan_file, &a->operation_plan, a->diags);
	fine &= waivers_read(a->mem,
			     a->wish->waivers ? a->wish->waivers
					      : arena_printf(a->mem, "%s/data/%s/waivers.yaml",
							     a->wish->workspace, plan->id),
			     plan->id, &a->operation_plan.waivers, &a->operation_plan.n_waivers,
			     a->diags);
	fine &= failure_study_plan_read(a->plan_file, &a->failure_plan, a->diags);
	fine &= alert_study_plan_read(a->plan_file, &a->alert_plan, a->diags);
	a->rules = monitor_rules_read(a->mem, a->plan_file, &a->n_rules, a->diags);
	a->failures = failures_read(a->mem, plan, a->plan_file, &a->n_failures, a->diags);
	return fine && a->rules && a->failures;
}

static bool prepare(struct whole *a)
{
	const char *data;
	bool fine;

	a->plan_file = input_read(a->mem, a->wish->plan, PLAN_FILE_MAX, a->diags);
	if (!a->plan_file || !simulate(a, &data))
		return false;
	progress("reading %s", data);
	fine = run_prepare(a->mem, a->plan_file, data, &a->prepared, a->diags);
	if (a->prepared.plan && (fine || a->prepared.leaks.n))
		fine &= run_files_write(a->wish->work, &a->prepared, NULL, 0, a->diags);
	return fine && a->prepared.plan && read_plans(a, a->prepared.plan);
}

/* -- models ----------------------------------------------------------------------------------- */

static bool fit(struct whole *a, enum model_kind kind, const char *name,
		struct stored_model *stored)
{
	progress("fitting %s", model_kind_name(kind));
	stored->name = name;
	stored->model = run_train(&a->prepared, kind, a->diags);
	return stored->model && (kind == MODEL_RULE || model_store(a->models, stored, a->diags));
}

static bool fit_models(struct whole *a)
{
	return fit(a, MODEL_RULE, "rule", &a->rule) &&
	       fit(a, MODEL_LOGISTIC, "1.0.0", &a->baseline) &&
	       fit(a, MODEL_BOOSTED, "2.0.0", &a->improved);
}

static size_t scored_models(const struct whole *a, struct scored_model models[4])
{
	size_t n = 0;

	models[n++] = (struct scored_model){"score_rule", "rule", a->rule.model, false};
	models[n++] = (struct scored_model){"score_1_0_0", "1.0.0", a->baseline.model, false};
	models[n++] = (struct scored_model){"score_2_0_0", "2.0.0", a->improved.model, true};
	if (a->refit.model)
		models[n++] = (struct scored_model){"score_2_1_0", "2.1.0", a->refit.model, false};
	return n;
}

/* -- logs ------------------------------------------------------------------------------------- */

static void write_log(struct whole *a, struct registry_log *log, const char *name,
		      const struct part_rows *rows, size_t max_rows, size_t n_models, bool segments)
{
	struct scored_model models[4];
	size_t n = scored_models(a, models);

	models[2].uncalibrated = log == &a->temporal;
	log->name = name;
	log->rows = max_rows && max_rows < rows->events.n ? max_rows : rows->events.n;
	if (!rows->events.n)
		return;
	log->first = date_of_moment(rows->events.time[0]);
	log->last = date_of_moment(rows->events.time[rows->events.n - 1]);
	prediction_log(&rows->events, &rows->features, models, n < n_models ? n : n_models,
		       max_rows, a->prepared.plan->seed, segments, &log->text);
}

/* Labelled events of days [from, to]. */
static struct part_rows rows_between(struct arena *mem, const struct prepared *prepared,
				     int32_t from, int32_t to)
{
	const struct events *events = &prepared->ingest.events;
	bool *keep = arena_new(mem, bool, events->n);

	for (size_t i = 0; i < events->n; i++) {
		int32_t day = date_of_moment(events->time[i]);
		keep[i] = day >= from && day <= to && events->label[i] != LABEL_MISSING;
	}
	return (struct part_rows){events_subset(mem, events, keep),
				  matrix_subset(mem, &prepared->features, keep)};
}

static struct registry_log unbroken_log(const char *name, const struct failure_study *study)
{
	return (struct registry_log){.name = name,
				     .text = study->clean_log,
				     .rows = study->clean_payments,
				     .first = study->plan->first,
				     .last = study->plan->first + study->plan->days - 1};
}

static void write_logs(struct whole *a, const struct part_rows *holdout,
		       const struct part_rows *temporal)
{
	const struct refit_result *refit = &a->operation.refit;
	int32_t shift = a->alert_study.shift_day;
	struct part_rows rows;

	progress("writing the logs");
	write_log(a, &a->holdout, "holdout", holdout, HOLDOUT_ROWS, 3, false);
	write_log(a, &a->temporal, "temporal", temporal, 0, 3, true);
	a->unbroken = unbroken_log("stress-none", &a->failure_study);
	if (a->refit_broken)
		a->refit_unbroken = unbroken_log("stress-2.1.0-none", &a->refit_failure_study);
	if (shift != INT32_MAX) {
		rows = rows_between(a->mem, &a->prepared, shift, shift + SHIFT_DAYS - 1);
		write_log(a, &a->shift, "shift", &rows, SHIFT_ROWS, 3, false);
	}
	if (refit->happened) {
		a->gate_rows =
		    rows_between(a->mem, &a->prepared, refit->gate_rows.from, refit->gate_rows.to);
		write_log(a, &a->gate, "gate", &a->gate_rows, 0, 4, true);
	}
	a->production.name = "production";
	a->production.first = a->operation_plan.first;
	a->production.last = a->operation_plan.last;
}

/* -- the simulated year ----------------------------------------------------------------------- */

/* The failures in the weeks behind the refit's own rows whose labels were known before it answered:
 * a version is broken before it decides about payments. */
static bool break_refit(struct whole *a)
{
	const struct registry days = {
	    .mem = a->mem, .prepared = &a->prepared, .operation = &a->operation};
	const struct scored_model models[] = {{"score_1_0_0", "1.0.0", a->baseline.model, false},
					      {"score_2_1_0", "2.1.0", a->refit.model, false}};
	const struct refit_result *refit = &a->operation.refit;
	int32_t live, ripe = registry_ripe(&days, 0);

	if (!refit->happened)
		return true;
	live = registry_stage_day(&days, refit->version, "production");
	if (live == INT32_MAX || !failure_study_before(&a->failure_plan, refit->rows.to + 1,
						       live - 1 - ripe, &a->refit_failure_plan))
		return true;
	progress("putting the failures into the refit");
	a->refit_broken = failure_study(a->mem, &a->prepared, models, 2, &refit->calibration,
					a->rules, a->n_rules, a->failures, a->n_failures,
					&a->refit_failure_plan, &a->refit_failure_study, a->diags);
	return a->refit_broken;
}

static bool play(struct whole *a)
{
	struct scored_model models[4];

	progress("playing the year of operation");
	if (!operate(a->mem, &a->prepared, &a->operation_plan, a->baseline.model, a->improved.model,
		     a->rule.model, a->rules, a->n_rules, &a->operation, &a->production.text,
		     a->diags))
		return false;
	if (a->operation.refit.happened) {
		a->refit =
		    (struct stored_model){.model = a->operation.refit.model, .name = "2.1.0"};
		if (!model_store(a->models, &a->refit, a->diags))
			return false;
	}
	progress("putting the failures in");
	scored_models(a, models);
	models[2].uncalibrated = false; /* no record asks for it there */
	if (!failure_study(a->mem, &a->prepared, models, 3, NULL, a->rules, a->n_rules, a->failures,
			   a->n_failures, &a->failure_plan, &a->failure_study, a->diags) ||
	    !break_refit(a))
		return false;
	progress("studying the limits of the alerts");
	return alert_study(a->mem, &a->prepared, a->improved.model, "2.0.0", a->rules, a->n_rules,
			   a->failures, a->n_failures, &a->alert_plan, a->wish->work,
			   &a->alert_study, a->diags);
}

static const struct registry_log *if_filled(const struct registry_log *log)
{
	return log->text.n ? log : NULL;
}

static bool write_records(struct whole *a)
{
	struct registry r = {.mem = a->mem,
			     .prepared = &a->prepared,
			     .rules = a->rules,
			     .n_rules = a->n_rules,
			     .serving = &a->serving,
			     .operation_plan = &a->operation_plan,
			     .operation = &a->operation,
			     .failures = &a->failure_study,
			     .alerts = &a->alert_study,
			     .rule = a->rule.model,
			     .temporal_rows = part_rows_of(a->mem, &a->prepared, PART_TEMPORAL),
			     .holdout_rows = part_rows_of(a->mem, &a->prepared, PART_HOLDOUT)};

	write_logs(a, &r.holdout_rows, &r.temporal_rows);
	r.versions[0] = (struct registry_version){a->baseline, "score_1_0_0",
						  a->operation_plan.baseline_created};
	r.versions[1] = (struct registry_version){a->improved, "score_2_0_0",
						  a->operation_plan.improved_created};
	r.versions[2] = (struct registry_version){a->refit, "score_2_1_0", a->operation.refit.day};
	r.holdout = &a->holdout;
	r.temporal = &a->temporal;
	r.unbroken = &a->unbroken;
	if (a->refit_broken) {
		r.refit_failures = &a->refit_failure_study;
		r.refit_unbroken = &a->refit_unbroken;
	}
	r.production = &a->production;
	r.shift = if_filled(&a->shift);
	r.gate = if_filled(&a->gate);
	r.gate_rows = a->gate_rows;
	progress("writing the records");
	return registry_write(&r, a->wish->workspace, a->diags);
}

static void release(struct whole *a)
{
	struct registry_log *const logs[] = {&a->holdout, &a->temporal, &a->shift, &a->gate,
					     &a->production};

	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
		out_release(&logs[i]->text);
	failure_study_release(&a->failure_study);
	failure_study_release(&a->refit_failure_study);
	operation_release(&a->operation);
	model_free(a->rule.model);
	model_free(a->baseline.model);
	model_free(a->improved.model);
}

/* -- costs ------------------------------------------------------------------------------------ */

/* The command itself, so that its records say how to repeat them. Their day is the last of the
 * simulated ones. */
static int measure_costs(struct arena *mem, const struct all_wish *wish, const char *id,
			 const char *models, const char *day)
{
	const char *data = wish->data ? wish->data : path_join(mem, wish->work, "payments.csv");
	const char *out = arena_printf(mem, "%s/data/%s/measured", wish->workspace, id);
	const char *const words[] = {"benchmark", wish->plan, data,     "--models", models,
				     "--out",     out,        "--date", day};
	char *argv[sizeof words / sizeof *words + 1] = {NULL};
	int argc = sizeof words / sizeof *words;

	for (int i = 0; i < argc; i++)
		argv[i] = arena_strdup(mem, words[i]);
	progress("measuring times and memory");
	return command_benchmark(argc, argv);
}

static int all(struct arena *mem, const struct all_wish *wish)
{
	struct diag_sink diags;
	struct whole a = {.mem = mem,
			  .wish = wish,
			  .diags = &diags,
			  .models = path_join(mem, wish->work, "models")};
	bool fine;
	int status;

	diag_init(&diags, mem);
	fine = prepare(&a) && fit_models(&a) && play(&a) && write_records(&a);
	status = command_findings(&diags);
	if (fine && status == EXIT_CLEAN) {
		struct registry words = {.mem = mem};
		const char *day = registry_date(&words, a.operation_plan.last);
		printf("records and logs of %s in %s/data/%s\n", a.prepared.plan->id,
		       wish->workspace, a.prepared.plan->id);
		fflush(stdout);
		if (!wish->no_benchmark)
			status = measure_costs(mem, wish, a.prepared.plan->id, a.models, day);
	} else if (status == EXIT_CLEAN) {
		status = EXIT_CANNOT;
	}
	release(&a);
	return status;
}

int command_all(int argc, char **argv)
{
	struct all_wish wish = {0};
	const struct command_option options[] = {{"--workspace", &wish.workspace, NULL, NULL},
						 {"--work", &wish.work, NULL, NULL},
						 {"--data", &wish.data, NULL, NULL},
						 {"--waivers", &wish.waivers, NULL, NULL},
						 {"--no-benchmark", NULL, &wish.no_benchmark, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 1, 1, &wish.plan, help, &status))
		return status;
	if (!wish.workspace) {
		fputs("modelbook-capstone all: --workspace is needed\n", stderr);
		return EXIT_CANNOT;
	}
	arena_init(&mem);
	if (!wish.work)
		wish.work = path_join(&mem, wish.workspace, "build/capstone");
	if (!access(path_join(&mem, wish.workspace, "modelbook.yaml"), F_OK)) {
		status = all(&mem, &wish);
	} else {
		fprintf(
		    stderr,
		    "modelbook-capstone all: '%s' is no workspace, for it has no modelbook.yaml; "
		    "'modelbook init' makes one\n",
		    wish.workspace);
		status = EXIT_CANNOT;
	}
	arena_release(&mem);
	return status;
}
