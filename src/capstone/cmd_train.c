/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_train.c - `train`: fits the plan's models, or says which leak keeps it from that */
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/pipeline.h"
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: modelbook-capstone train PLAN DATA.csv --out DIR\n\n"
    "Reads the events (several files: with ':' between their paths), puts bad rows into\n"
    "quarantine, makes features and split, looks for leaks, and fits the rule, the logistic\n"
    "regression and the boosted trees.\n\n"
    "Into DIR: rule.model.json, logistic.model.json, boosted.model.json; run.yaml (what they were\n"
    "made from), leakage.yaml, quarantine.csv. A leak ends it before anything is fitted.\n\n"
    "  --out DIR         where the files go\n"
    "  --only KIND       rule, logistic or boosted; may be given again (all three)\n\n"
    "Exit status: 0 fitted; 1 the plan or the data have faults, or a leak; 2 it could not be "
    "done.\n"
    "\nExample:\n"
    "  modelbook-capstone train payments.yaml payments.csv --out models\n";

static bool take_kinds(const char *const *names, bool wanted[3])
{
	for (size_t i = 0; names[i]; i++) {
		int kind = MODEL_RULE;
		while (kind <= MODEL_BOOSTED &&
		       strcmp(names[i], model_kind_name((enum model_kind)kind)) != 0)
			kind++;
		if (kind > MODEL_BOOSTED) {
			fprintf(stderr,
				"modelbook-capstone train: --only takes rule, logistic or boosted, "
				"found '%s'\n",
				names[i]);
			return false;
		}
		wanted[kind] = true;
	}
	if (!names[0])
		wanted[MODEL_RULE] = wanted[MODEL_LOGISTIC] = wanted[MODEL_BOOSTED] = true;
	return true;
}

static void train(struct arena *mem, const char *const operands[2], const char *dir,
		  const bool wanted[3], struct diag_sink *diags)
{
	struct source *file = input_read(mem, operands[0], PLAN_FILE_MAX, diags);
	struct stored_model models[3] = {0};
	struct prepared prepared;
	size_t n = 0;
	bool fine = file != NULL;

	if (!fine)
		return;
	progress("reading %s", operands[1]);
	if (!run_prepare(mem, file, operands[1], &prepared, diags)) {
		if (prepared.leaks.n)
			run_files_write(dir, &prepared, NULL, 0, diags);
		return;
	}
	for (int kind = MODEL_RULE; kind <= MODEL_BOOSTED && fine; kind++) {
		if (!wanted[kind])
			continue;
		progress("fitting %s", model_kind_name((enum model_kind)kind));
		models[n].name = model_kind_name((enum model_kind)kind);
		models[n].model = run_train(&prepared, (enum model_kind)kind, diags);
		fine = models[n].model && model_store(dir, &models[n], diags);
		n += models[n].model != NULL;
	}
	if (fine && run_files_write(dir, &prepared, models, n, diags))
		printf("%zu events, %zu in quarantine, no leak; %zu models in %s\n",
		       prepared.ingest.rows, prepared.ingest.n_quarantined, n, dir);
	for (size_t i = 0; i < n; i++)
		model_free(models[i].model);
}

int command_train(int argc, char **argv)
{
	const char *operands[2], *dir = NULL, *kinds[17] = {0}, **only = kinds;
	const struct command_option options[] = {
	    {"--out", &dir, NULL, NULL}, {"--only", NULL, NULL, &only}, {NULL, NULL, NULL, NULL}};
	bool wanted[3] = {false};
	struct diag_sink diags;
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 2, 2, operands, help, &status))
		return status;
	if (!dir) {
		fputs("modelbook-capstone train: --out is needed\n", stderr);
		return EXIT_CANNOT;
	}
	if (!take_kinds(kinds, wanted))
		return EXIT_CANNOT;
	arena_init(&mem);
	diag_init(&diags, &mem);
	train(&mem, operands, dir, wanted, &diags);
	status = command_findings(&diags);
	arena_release(&mem);
	return status;
}
