/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/deployment.h - which versions answer: deployment.yaml on disk, and its changes
 *
 * The file is replaced whole and at once (written beside it, synchronised, renamed), under a lock
 * on the folder, so that a reader sees the state before or after a change and two changes never
 * mix. What is taken back is written down in rollbacks.csv. */
#ifndef CAPSTONE_DEPLOYMENT_H
#define CAPSTONE_DEPLOYMENT_H

#include "base/hash.h"
#include "capstone/scorer.h"

enum { DEPLOYMENT_VERSIONS = 8, VERSION_MAX = 64, MODEL_FILE_MAX = 64 << 20 };

/* True where `version` is text that a file may be named by: [0-9A-Za-z][0-9A-Za-z._+-]*, and not
 * "rule", which is the fallback's name in logs. */
bool version_is_valid(const char *version);
/* Whether both name one version; NULL names none. */
bool same_version(const char *a, const char *b);
/* The digest under which a version may be loaded; NULL where it is none of the deployment's. */
const char *deployment_digest(const struct deployment *deployment, const char *version);

/* Reads dir/deployment.yaml; NULL with findings. A file that is not there is an empty deployment:
 * the rule answers. Lives in `mem`. */
const struct deployment *deployment_load(struct arena *mem, const char *dir,
					 struct diag_sink *diags);
/* The folder, held for a change by this process alone until the descriptor is closed; -1 with
 * io/write. */
int deployment_lock(const char *dir, struct diag_sink *diags);
/* Replaces dir/deployment.yaml. Versions that have no role any more are left out. */
bool deployment_replace(const char *dir, const struct deployment *deployment,
			struct diag_sink *diags);

/* Reads dir/VERSION.model.json and gives its SHA-256; NULL with a finding. Lives in `mem`. */
struct source *model_file_read(struct arena *mem, const char *dir, const char *version,
			       char hex[SHA256_HEX], struct diag_sink *diags);

/* Why a version is taken back, as rollbacks.csv has it. */
struct take_back {
	const char *by;      /* "command", "automatic" */
	const char *version; /* that must go; NULL: the canary, else production */
	const char *figure;  /* "error_rate", "latency_p95_ms"; NULL: none */
	double value, limit;
	size_t requests; /* that the figure is of */
	const char *why;
	int64_t moment;      /* seconds since 1970 */
	bool keep_as_shadow; /* it goes on being scored, without answering */
};
enum took_back { TOOK_BACK, NOTHING_TO_TAKE_BACK, COULD_NOT_TAKE_BACK };
/* Takes a canary out, or puts `previous` in production's place; no request that begins after it
 * sees the version taken back. NOTHING_TO_TAKE_BACK where the
 * version has no such role (any more) or there is no previous one, with a finding where it was
 * asked for by command; COULD_NOT_TAKE_BACK with io/write. */
enum took_back deployment_take_back(const char *dir, const struct take_back *reason,
				    struct diag_sink *diags);
#endif
