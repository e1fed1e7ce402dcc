/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_evaluate.c - `evaluate`: scores each part with each model, side by side */
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include "capstone/pipeline.h"
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: modelbook-capstone evaluate PLAN DATA.csv --models DIR --out DIR [--model NAME]…\n\n"
    "Scores the holdout, the temporal part and the later ones with NAME.model.json of --models,\n"
    "by default what `train` wrote: rule, logistic, boosted. Each is compared with the one "
    "before.\n\n"
    "Into DIR: PART.csv with all scores side by side, which `modelbook measure` reads; "
    "figures.yaml\n"
    "with the figures and the intervals of the differences; worst.csv, the 50 answers of the last\n"
    "model on the temporal part that were the furthest from what happened.\n\n"
    "  --models DIR      where the model files lie\n"
    "  --model NAME      a model's file, without .model.json; may be given again\n"
    "  --out DIR         where the files go\n\n"
    "Exit status: 0 done; 1 the plan, the data or a model have faults; 2 it could not be done.\n\n"
    "Example:\n"
    "  modelbook-capstone evaluate payments.yaml payments.csv --models models --out evaluation\n";

enum { MOST_MODELS = 16 };

static const char *column_of(struct arena *mem, const char *name)
{
	char *column = arena_printf(mem, "score_%s", name);

	for (char *p = column; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9')))
			*p = '_';
	return column;
}

/* A log has one column for each name. */
static bool names_differ(struct arena *mem, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(column_of(mem, names[i]), column_of(mem, names[k]))) {
				fprintf(stderr,
					"modelbook-capstone evaluate: --model %s and --model %s "
					"would both be the column '%s'\n",
					names[k], names[i], column_of(mem, names[i]));
				return false;
			}
	return true;
}

static void evaluate(struct arena *mem, const char *const operands[2], const char *models_dir,
		     const char *const *names, const char *dir, struct diag_sink *diags)
{
	struct source *file = input_read(mem, operands[0], PLAN_FILE_MAX, diags);
	struct stored_model stored[MOST_MODELS] = {0};
	struct scored_model scored[MOST_MODELS] = {0};
	struct prepared prepared;
	size_t n = 0;
	bool fine = file != NULL;

	if (!fine)
		return;
	progress("reading %s", operands[1]);
	if (!run_prepare(mem, file, operands[1], &prepared, diags))
		return;
	for (size_t i = 0; names[i]; i++) {
		if (!model_load(mem, prepared.plan, models_dir, names[i], &stored[n], diags)) {
			fine = false;
			continue;
		}
		scored[n] = (struct scored_model){
		    .column = column_of(mem, names[i]),
		    .version = names[i],
		    .model = stored[n].model,
		    .uncalibrated = model_facts(stored[n].model).kind == MODEL_BOOSTED};
		n++;
	}
	progress("scoring");
	if (fine && evaluation_files_write(dir, &prepared, scored, n, diags))
		printf("%zu models on %zu rows of the temporal part; figures in %s/figures.yaml\n",
		       n, prepared.split.counts[PART_TEMPORAL], dir);
	for (size_t i = 0; i < n; i++)
		model_free(stored[i].model);
}

int command_evaluate(int argc, char **argv)
{
	static const char *const usual[] = {"rule", "logistic", "boosted", NULL};
	const char *operands[2], *models = NULL, *dir = NULL, *given[17] = {0}, **names = given;
	const struct command_option options[] = {{"--models", &models, NULL, NULL},
						 {"--model", NULL, NULL, &names},
						 {"--out", &dir, NULL, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct diag_sink diags;
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 2, 2, operands, help, &status))
		return status;
	if (!dir || !models) {
		fputs("modelbook-capstone evaluate: --models and --out are needed\n", stderr);
		return EXIT_CANNOT;
	}
	arena_init(&mem);
	diag_init(&diags, &mem);
	if (names_differ(&mem, given)) {
		evaluate(&mem, operands, models, given[0] ? given : usual, dir, &diags);
		status = command_findings(&diags);
	} else {
		status = EXIT_CANNOT;
	}
	arena_release(&mem);
	return status;
}
