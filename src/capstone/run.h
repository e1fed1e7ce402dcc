/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/run.h - what a run was made from, so that it can be made again
 *
 * Identity: SHA-256 of plan, data, seed, kind of model and the program's version. The same identity
 * gives the same model file, bit for bit; a test makes each twice. */
#ifndef CAPSTONE_RUN_H
#define CAPSTONE_RUN_H

#include "capstone/leakage.h"
#include "capstone/model.h"

/* Everything up to the fit, made once and shared by the models. To fit on other periods, take a
 * copy of the plan with these, set it in ingest.events, and make split and leaks anew; the identity
 * must then tell the two apart (plan_digest). */
struct prepared {
	const struct plan *plan;
	struct ingest ingest;
	struct feature_list list;
	struct matrix features; /* of all events */
	struct split split;
	struct leaks leaks;
	char plan_digest[65], data_digest[65];
};
/* Ingest, features, split, leakage. False with findings, also where there is a leak (io/read and
 * data/… as they fit; a leak names its check). Lives in `mem`. */
bool run_prepare(struct arena *mem, struct source *plan_file, const char *data,
		 struct prepared *prepared, struct diag_sink *diags);
/* SHA-256 in hex of the program's version, the plan's and the data's digests, the periods of
 * training and calibration, kind and seed. */
void run_identity(const struct prepared *prepared, enum model_kind kind, uint64_t seed,
		  char hex[65]);
/* Fits one kind, the boosted one with the plan's calibrator on the calibration rows, chooses its
 * threshold on the calibration rows and names its run. NULL with findings. */
struct model *run_train(const struct prepared *prepared, enum model_kind kind,
			struct diag_sink *diags);
#endif
