/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/pipeline.c - steps that the commands share: files in, model files out, parts as rows */
#include "capstone/pipeline.h"
#include "base/file.h"
#include "capstone/deployment.h"
#include "capstone/records.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source *input_read(struct arena *mem, const char *path, size_t max, struct diag_sink *diags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct out text = {.max = max};
	struct source *source = NULL;
	char block[1 << 14];
	ssize_t n = -1;

	while (fd >= 0 && ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			out_write(&text, block, (size_t)n);
	if (text.failed) {
		errno = EFBIG;
		n = -1;
	}
	if (n < 0)
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': %s", path, strerror(errno));
	else
		source = source_new(mem, path, arena_strndup(mem, out_text(&text), text.n), text.n);
	if (fd >= 0)
		close(fd);
	out_release(&text);
	return source;
}

/* Into what is open already; it is closed but for standard output. */
static bool write_into(int fd, const struct out *text)
{
	bool written = fd >= 0 && file_write_all(fd, out_text(text), text->n) == ST_OK;
	int error = errno;

	if (fd > STDOUT_FILENO && close(fd) && written)
		return false;
	errno = error;
	return written;
}

bool output_write(const char *path, const struct out *text, struct diag_sink *diags)
{
	bool is_standard = !strcmp(path, "-"), written;
	struct stat info;

	if (!is_standard && (stat(path, &info) || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
		char *target =
		    realpath(path, NULL); /* a link stays, what it leads to is replaced */
		written = whole_write(target ? target : path, text, diags);
		free(target);
		return written;
	}
	errno = ENOMEM;
	written = !text->failed &&
		  write_into(is_standard ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC), text);
	if (!written)
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s': %s",
			 is_standard ? "standard output" : path, strerror(errno));
	return written;
}

void progress(const char *format, ...)
{
	va_list arguments;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

const char *model_kind_name(enum model_kind kind)
{
	static const char *const names[] = {
	    [MODEL_RULE] = "rule", [MODEL_LOGISTIC] = "logistic", [MODEL_BOOSTED] = "boosted"};

	return names[kind];
}

/* -- model files ------------------------------------------------------------------------------ */

bool model_store(const char *dir, struct stored_model *stored, struct diag_sink *diags)
{
	struct out text = {0};
	char name[VERSION_MAX + 16];
	bool written;

	snprintf(name, sizeof name, "%s.model.json", stored->name);
	model_write(stored->model, &text);
	sha256_hex(out_text(&text), text.n, stored->digest);
	stored->bytes = text.n;
	written = record_write(dir, name, &text, diags);
	out_release(&text);
	return written;
}

bool model_load(struct arena *mem, const struct plan *plan, const char *dir, const char *name,
		struct stored_model *stored, struct diag_sink *diags)
{
	struct source *file = model_file_read(mem, dir, name, stored->digest, diags);

	stored->name = name;
	stored->bytes = file ? file->len : 0;
	stored->model = file ? model_read(plan, file, NULL, diags) : NULL;
	return stored->model != NULL;
}

/* -- parts ------------------------------------------------------------------------------------ */

struct part_rows part_rows_of(struct arena *mem, const struct prepared *prepared, unsigned part)
{
	const bool *keep = split_keep(mem, &prepared->split, part);

	return (struct part_rows){events_subset(mem, &prepared->ingest.events, keep),
				  matrix_subset(mem, &prepared->features, keep)};
}

size_t judged_parts(const struct prepared *prepared, unsigned parts[2 + PLAN_MAX_LATER])
{
	size_t n = 0;

	if (prepared->split.counts[PART_HOLDOUT])
		parts[n++] = PART_HOLDOUT;
	parts[n++] = PART_TEMPORAL;
	for (size_t i = 0; i < prepared->plan->n_later; i++)
		if (prepared->split.counts[PART_LATER + i])
			parts[n++] = PART_LATER + (unsigned)i;
	return n;
}

/* -- what a run was made from ----------------------------------------------------------------- */

static void leakage_text(const struct prepared *prepared, struct out *to)
{
	static const char *const checks[] = {"future", "labels", "twins", "entities", "too good"};
	struct yaml_writer w = {.to = to};

	yaml_comment(&w, "What was looked for before the fit (capstone/leakage.h), and what was "
			 "found.");
	yaml_list(&w, "checks");
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		yaml_item(&w);
		yaml_text(&w, "check", "%s", checks[i]);
		yaml_list(&w, "found");
		for (size_t k = 0; k < prepared->leaks.n; k++) {
			if (strcmp(prepared->leaks.items[k].check, checks[i]) != 0)
				continue;
			yaml_item(&w);
			yaml_text(&w, "leak", "%s", prepared->leaks.items[k].what);
			yaml_end(&w);
		}
		yaml_end(&w);
		yaml_end(&w);
	}
	yaml_end(&w);
}

static void write_parts(struct yaml_writer *w, const struct prepared *prepared)
{
	yaml_map(w, "rows");
	yaml_count(w, "read", prepared->ingest.rows);
	yaml_count(w, "quarantined", prepared->ingest.n_quarantined);
	for (unsigned part = PART_NONE; part < PART_LATER + prepared->plan->n_later; part++)
		yaml_count(w, part == PART_NONE ? "in no part" : part_name(prepared->plan, part),
			   prepared->split.counts[part]);
	yaml_end(w);
}

static void run_text(const struct prepared *prepared, const struct stored_model *models, size_t n,
		     struct out *to)
{
	struct yaml_writer w = {.to = to};

	yaml_comment(&w,
		     "What the models beside this file were made from. The same plan, data, seed "
		     "and program give the same bytes.");
	yaml_text(&w, "system", "%s", prepared->plan->id);
	yaml_text(&w, "program", "modelbook-capstone %s", MODELBOOK_VERSION);
	yaml_text(&w, "plan_sha256", "%s", prepared->plan_digest);
	yaml_text(&w, "data_sha256", "%s", prepared->data_digest);
	yaml_count(&w, "seed", prepared->plan->seed);
	write_parts(&w, prepared);
	yaml_list(&w, "models");
	for (size_t i = 0; i < n; i++) {
		struct model_facts facts = model_facts(models[i].model);
		yaml_item(&w);
		yaml_text(&w, "file", "%s.model.json", models[i].name);
		yaml_text(&w, "kind", "%s", facts.kind_name);
		yaml_text(&w, "sha256", "%s", models[i].digest);
		yaml_text(&w, "run", "%s", facts.run);
		yaml_count(&w, "parameter_count", facts.parameter_count);
		yaml_number(&w, "threshold", facts.threshold);
		yaml_end(&w);
	}
	yaml_end(&w);
}

bool run_files_write(const char *dir, const struct prepared *prepared,
		     const struct stored_model *models, size_t n_models, struct diag_sink *diags)
{
	struct out text = {0};
	bool written;

	quarantine_csv(&prepared->ingest, &text);
	written = record_write(dir, "quarantine.csv", &text, diags);
	out_clear(&text);
	leakage_text(prepared, &text);
	written &= record_write(dir, "leakage.yaml", &text, diags);
	if (n_models) {
		out_clear(&text);
		run_text(prepared, models, n_models, &text);
		written &= record_write(dir, "run.yaml", &text, diags);
	}
	out_release(&text);
	return written;
}

/* -- evaluation ------------------------------------------------------------------------------- */

static void write_figure(struct yaml_writer *w, const char *name, const struct figure *figure)
{
	char key[64];

	yaml_number(w, name, figure->value);
	if (figure->interval.low == figure->interval.low) {
		snprintf(key, sizeof key, "%s_low", name);
		yaml_number(w, key, figure->interval.low);
		snprintf(key, sizeof key, "%s_high", name);
		yaml_number(w, key, figure->interval.high);
	}
}

static void write_model_figures(struct yaml_writer *w, const struct scored_model *scored,
				const struct part_figures *figures)
{
	const struct performance *p = &figures->performance;

	yaml_item(w);
	yaml_text(w, "model", "%s", scored->version);
	yaml_text(w, "score", "%s", scored->column);
	yaml_number(w, "threshold", p->threshold);
	yaml_count(w, "n", p->n);
	yaml_count(w, "positives", p->positives);
	write_figure(w, "roc_auc", &p->roc_auc);
	write_figure(w, "average_precision", &p->average_precision);
	write_figure(w, "log_loss", &p->log_loss);
	write_figure(w, "brier", &p->brier);
	write_figure(w, "precision", &p->precision);
	write_figure(w, "recall", &p->recall);
	yaml_number(w, "ece", figures->calibration.ece);
	write_figure(w, "calibration_slope", &figures->calibration.slope);
	yaml_end(w);
}

static void write_pairs(struct yaml_writer *w, struct arena *scratch,
			const struct scored_model *models, size_t n, const struct matrix *rows)
{
	yaml_list(w, "comparisons");
	for (size_t i = 1; i < n; i++) {
		struct paired_comparison pair =
		    evaluate_pair(scratch, models[i - 1].model, models[i].model, rows);
		yaml_item(w);
		yaml_text(w, "what", "roc_auc of %s less that of %s", models[i].version,
			  models[i - 1].version);
		write_figure(w, "difference", &pair.difference);
		yaml_number(w, "p_value", pair.p_value);
		yaml_text(w, "method", "%s", pair.method);
		yaml_end(w);
	}
	yaml_end(w);
}

static bool write_part(struct yaml_writer *w, const char *dir, const struct prepared *prepared,
		       unsigned part, const struct scored_model *models, size_t n,
		       struct diag_sink *diags)
{
	const char *name = part_name(prepared->plan, part);
	struct out log = {0};
	struct arena scratch;
	struct part_rows rows;
	char file[128];
	bool written;

	arena_init(&scratch);
	rows = part_rows_of(&scratch, prepared, part);
	prediction_log(&rows.events, &rows.features, models, n, 0, prepared->plan->seed, true,
		       &log);
	snprintf(file, sizeof file, "%s.csv", name);
	written = record_write(dir, file, &log, diags);
	yaml_item(w);
	yaml_text(w, "part", "%s", name);
	yaml_text(w, "log", "%s", file);
	yaml_list(w, "models");
	for (size_t i = 0; i < n; i++) {
		struct part_figures figures =
		    evaluate_part(&scratch, models[i].model, &rows.features);
		write_model_figures(w, &models[i], &figures);
	}
	yaml_end(w);
	write_pairs(w, &scratch, models, n, &rows.features);
	yaml_end(w);
	if (part == PART_TEMPORAL) {
		out_clear(&log);
		worst_predictions(&rows.events, &rows.features, models[n - 1].model, 50, &log);
		written &= record_write(dir, "worst.csv", &log, diags);
	}
	out_release(&log);
	arena_release(&scratch);
	return written;
}

bool evaluation_files_write(const char *dir, const struct prepared *prepared,
			    const struct scored_model *models, size_t n_models,
			    struct diag_sink *diags)
{
	unsigned parts[2 + PLAN_MAX_LATER];
	size_t n = judged_parts(prepared, parts);
	struct out text = {0};
	struct yaml_writer w = {.to = &text};
	bool written = true;

	yaml_comment(&w,
		     "Figures of each part, from the logs beside this file; `modelbook measure` "
		     "gives the same of them.");
	yaml_list(&w, "parts");
	for (size_t i = 0; i < n; i++)
		written &= write_part(&w, dir, prepared, parts[i], models, n_models, diags);
	yaml_end(&w);
	written &= record_write(dir, "figures.yaml", &text, diags);
	out_release(&text);
	return written;
}
