/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_break.c - `break`: puts failures in, and says what they did and who was told */
#include "base/path.h"
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include "capstone/failure_study.h"
#include "capstone/pipeline.h"
#include "capstone/records.h"
#include "capstone/run.h"
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: modelbook-capstone break PLAN DATA.csv --models DIR --out DIR [OPTION]…\n\n"
    "Puts each failure of the plan into the same weeks of the events, one at a time, and compares\n"
    "the same payments with and without it: what ranking and calibration lose, on which day the\n"
    "monitor tells, how long it takes until the figures are back, what stands in meanwhile.\n\n"
    "Into DIR: failures.csv, a row for each failure and model; stress-ID.csv, the prediction "
    "logs;\n"
    "stress-none.csv, the same payments without a failure; with --alerts alert_study.csv, false\n"
    "alarms and days to alert of every candidate limit.\n\n"
    "  --models DIR      where the model files lie\n"
    "  --model NAME      a model's file, without .model.json; may be given again, each stands in\n"
    "                    for the next one (rule, logistic, boosted)\n"
    "  --out DIR         where the files go\n"
    "  --alerts          study the limits of alerts too, on years without and with drift\n\n"
    "Exit status: 0 done; 1 the plan, the data or a model have faults; 2 it could not be done.\n\n"
    "Example:\n"
    "  modelbook-capstone break payments.yaml payments.csv --models models --out failures\n";

enum { MOST_MODELS = 16 };

struct break_wish {
	const char *plan, *data, *models, *out;
	const char *const *names;
	bool alerts;
};

/* All that is needed until the files are written. */
struct breaking {
	struct arena *mem;
	const struct break_wish *wish;
	struct diag_sink *diags;
	struct source *plan_file;
	struct prepared prepared;
	struct stored_model stored[MOST_MODELS];
	struct scored_model models[MOST_MODELS];
	size_t n_models;
	const struct monitor_rule *rules;
	const struct failure *failures;
	size_t n_rules, n_failures;
};

static bool prepare(struct breaking *b)
{
	struct arena *mem = b->mem;
	size_t before = b->diags->n;

	b->plan_file = input_read(mem, b->wish->plan, PLAN_FILE_MAX, b->diags);
	if (!b->plan_file)
		return false;
	progress("reading %s", b->wish->data);
	if (!run_prepare(mem, b->plan_file, b->wish->data, &b->prepared, b->diags))
		return false;
	b->rules = monitor_rules_read(mem, b->plan_file, &b->n_rules, b->diags);
	b->failures = failures_read(mem, b->prepared.plan, b->plan_file, &b->n_failures, b->diags);
	for (size_t i = 0; b->wish->names[i] && i < MOST_MODELS; i++) {
		struct stored_model *stored = &b->stored[b->n_models];

		if (!model_load(mem, b->prepared.plan, b->wish->models, b->wish->names[i], stored,
				b->diags))
			continue;
		b->models[b->n_models++] =
		    (struct scored_model){.column = arena_printf(mem, "score_%zu", i + 1),
					  .version = b->wish->names[i],
					  .model = stored->model};
	}
	return b->diags->n == before;
}

static bool write_failures(struct breaking *b, const struct failure_study *study)
{
	struct out rows = {0};
	bool fine;

	failure_study_csv(study, &rows);
	fine = record_write(b->wish->out, "failures.csv", &rows, b->diags) &&
	       record_write(b->wish->out, "stress-none.csv", &study->clean_log, b->diags);
	for (size_t f = 0; f < study->n_failures && fine; f++)
		fine =
		    record_write(b->wish->out,
				 arena_printf(b->mem, "stress-%s.csv", study->facts[f].failure->id),
				 &study->facts[f].log, b->diags);
	out_release(&rows);
	return fine;
}

static void print_failures(const struct breaking *b, const struct failure_study *study)
{
	for (size_t i = 0; i < study->n_failures * study->n_models; i++) {
		const struct failure_effect *e = &study->effects[i];

		printf("%s, %s: %s; %s", e->failure->id, e->version,
		       e->catastrophic ? "catastrophic" : "graceful", e->why);
		if (e->alerted)
			printf("; alert %s%s%s after %d days\n", b->rules[e->alert.rule].id,
			       *e->alert.column ? " of " : "", e->alert.column, e->days_to_alert);
		else
			puts("; no alert");
	}
}

static bool study_failures(struct breaking *b)
{
	struct failure_study_plan plan;
	struct failure_study study;
	bool fine;

	if (!failure_study_plan_read(b->plan_file, &plan, b->diags))
		return false;
	progress("putting %zu failures in", b->n_failures);
	if (!failure_study(b->mem, &b->prepared, b->models, b->n_models, NULL, b->rules, b->n_rules,
			   b->failures, b->n_failures, &plan, &study, b->diags))
		return false;
	fine = write_failures(b, &study);
	if (fine)
		print_failures(b, &study);
	failure_study_release(&study);
	return fine;
}

/* Of the last model, which the others stand in for. */
static bool study_alerts(struct breaking *b)
{
	const struct scored_model *last = &b->models[b->n_models - 1];
	struct alert_study_plan plan;
	struct alert_study study;
	struct out rows = {0};
	bool fine;

	if (!alert_study_plan_read(b->plan_file, &plan, b->diags))
		return false;
	progress("watching years without drift");
	if (!alert_study(b->mem, &b->prepared, last->model, last->version, b->rules, b->n_rules,
			 b->failures, b->n_failures, &plan, b->wish->out, &study, b->diags))
		return false;
	alert_study_csv(&study, &rows);
	fine = record_write(b->wish->out, "alert_study.csv", &rows, b->diags);
	out_release(&rows);
	return fine;
}

static void run(struct breaking *b)
{
	if (prepare(b) && b->n_models && study_failures(b) && b->wish->alerts)
		study_alerts(b);
	for (size_t i = 0; i < b->n_models; i++)
		model_free(b->stored[i].model);
}

int command_break(int argc, char **argv)
{
	static const char *const usual[] = {"rule", "logistic", "boosted", NULL};
	const char *operands[2], *given[17] = {0}, **names = given;
	struct break_wish wish = {0};
	const struct command_option options[] = {{"--models", &wish.models, NULL, NULL},
						 {"--model", NULL, NULL, &names},
						 {"--out", &wish.out, NULL, NULL},
						 {"--alerts", NULL, &wish.alerts, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct diag_sink diags;
	struct arena mem;
	struct breaking breaking;
	int status;

	if (!command_line_parse(argc, argv, options, 2, 2, operands, help, &status))
		return status;
	if (!wish.out || !wish.models) {
		fputs("modelbook-capstone break: --models and --out are needed\n", stderr);
		return EXIT_CANNOT;
	}
	wish.plan = operands[0];
	wish.data = operands[1];
	wish.names = given[0] ? given : usual;
	arena_init(&mem);
	diag_init(&diags, &mem);
	breaking = (struct breaking){.mem = &mem, .wish = &wish, .diags = &diags};
	run(&breaking);
	status = command_findings(&diags);
	arena_release(&mem);
	return status;
}
