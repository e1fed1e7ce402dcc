/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/publish.h - the site is staged beside the output and swapped in whole
 *
 * Promise 1 (design.md): at every moment the output folder holds the complete result of one
 * build. A file that did not change is linked from the former site, not written again. */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H
#include "base/diag.h"
#include "base/hash.h"
#include "base/status.h"
#include <stdbool.h>
#include <stdint.h>

struct publish; /* one build's staging */

struct publish_options {
	const char *out_dir;      /* the output folder */
	const char *const *carry; /* patterns of foreign files that are expected */
	size_t n_carry;
	const char *const *forbidden; /* folders that the output may not be, hold or lie in
					 (content, data, templates …), as given */
	size_t n_forbidden;
};

/* Takes the lock on the output's parent folder (and waits while another build holds it), removes
 * stale stages of dead builds, refuses an output that is no site of ours and not empty, and makes
 * a stage. NULL and a finding (io/write) where it cannot. Lives in `mem`, which with the options
 * must outlive it; ended by publish_commit() or publish_abort(). */
struct publish *publish_begin(struct arena *mem, const struct publish_options *options,
			      struct diag_sink *diags);
/* Adds a file under its site path; safe from several threads. A file equal to the former site's
 * is linked. ST_FAILED and errno where it cannot be written; publish_commit() then reports it
 * and fails. */
enum status publish_file(struct publish *p, const char *path, const void *bytes, size_t n);
/* A path in the stage that the caller writes itself (a workbook), then publish_added(). NULL
 * where its folder cannot be made, which publish_commit() reports. */
const char *publish_stage_path(struct publish *p, struct arena *mem, const char *path);
enum status publish_added(struct publish *p, const char *path);

struct manifest_input {
	const char *path;
	uint64_t size;
	const char *sha256;
};
struct publish_summary {
	size_t files;              /* in the manifest */
	size_t written, unchanged; /* of them */
	size_t carried;            /* foreign files carried over */
	size_t removed;            /* of the former site */
	char manifest_sha256[SHA256_HEX];
};
/* Writes manifest.json, carries foreign files over (site/foreign-file where not expected), syncs,
 * swaps stage and output (renameat2 EXCHANGE), and removes the former site. On ST_OK `p` is
 * ended; on ST_FAILED the former site stands, a finding says why, and publish_abort() follows. */
enum status publish_commit(struct publish *p, const char *version, const char *as_of,
			   const struct manifest_input *inputs, size_t n_inputs,
			   struct publish_summary *summary, struct diag_sink *diags);
/* Removes the stage; the former site stands. Also after a failed commit. */
void publish_abort(struct publish *p);

struct verify_options {
	const char *dir;          /* the site */
	const char *digest;       /* SHA-256 that manifest.json must have; NULL: not asked */
	const char *const *carry; /* patterns of files that may stand there beside the manifest's */
	size_t n_carry;
};
struct verify_result {
	size_t files; /* in the manifest */
	size_t missing, changed, extra;
	bool digest_differs;
	char manifest_sha256[SHA256_HEX];
};
/* Does the folder hold exactly what its manifest says? What differs goes to `to`, a line each,
 * sorted by path: "missing: PATH", "changed: PATH (why)", "extra: PATH". A symbolic link, and a
 * file that may be executed or that anybody may write, counts as changed. ST_FAILED and a finding
 * (io/read) where there is no manifest or the folder cannot be read. */
enum status verify_site(struct arena *mem, const struct verify_options *options,
			struct verify_result *result, struct out *to, struct diag_sink *diags);
/* True where verify_site() found nothing that differs. */
bool verify_clean(const struct verify_result *result);
#endif
