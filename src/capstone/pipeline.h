/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/pipeline.h - steps that the commands share: files in, model files out, parts as rows */
#ifndef CAPSTONE_PIPELINE_H
#define CAPSTONE_PIPELINE_H

#include "base/hash.h"
#include "capstone/evaluate.h"

/* A file that the user named, whole; NULL with io/read. Lives in `mem`. */
struct source *input_read(struct arena *mem, const char *path, size_t max, struct diag_sink *diags);
/* Writes a file that the user named, with its folders, whole or not at all; one that is there and
 * is no regular file (a pipe, /dev/null) is written into, as is standard output for "-". False with
 * io/write. */
bool output_write(const char *path, const struct out *text, struct diag_sink *diags);
/* Says what is being done, on standard error where that is a terminal. */
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The name that a kind's file has where it has no version yet: "boosted". */
const char *model_kind_name(enum model_kind kind);

/* A model and what its file is. */
struct stored_model {
	struct model *model;
	const char *name; /* NAME.model.json: a version, or its kind */
	char digest[SHA256_HEX];
	size_t bytes;
};
/* Writes dir/NAME.model.json and sets digest and bytes; false with io/write. */
bool model_store(const char *dir, struct stored_model *stored, struct diag_sink *diags);
/* Reads dir/NAME.model.json; false with findings. The caller frees stored->model. */
bool model_load(struct arena *mem, const struct plan *plan, const char *dir, const char *name,
		struct stored_model *stored, struct diag_sink *diags);

/* Events and features of one part. */
struct part_rows {
	struct events events;
	struct matrix features;
};
struct part_rows part_rows_of(struct arena *mem, const struct prepared *prepared, unsigned part);
/* All parts that a model is judged on, in order: the holdout, temporal, then the later ones. */
size_t judged_parts(const struct prepared *prepared, unsigned parts[2 + PLAN_MAX_LATER]);

/* quarantine.csv, leakage.yaml, and where models are given run.yaml: what they were made from. */
bool run_files_write(const char *dir, const struct prepared *prepared,
		     const struct stored_model *models, size_t n_models, struct diag_sink *diags);
/* What evaluate writes into `dir`: PART.csv with all scores side by side, figures.yaml, and
 * worst.csv: the 50 worst answers of the last model on the temporal part. */
bool evaluation_files_write(const char *dir, const struct prepared *prepared,
			    const struct scored_model *models, size_t n_models,
			    struct diag_sink *diags);
#endif
