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
	const char *out_dir;              /* the output folder */
	const char *const *carry;         /* patterns of foreign files that are expected */
	size_t n_carry;
	const char *const *forbidden;     /* folders that the output may not be, hold or lie in
					     (content, data, templates …), as given */
	size_t n_forbidden;
};

/* Takes the lock on the output's parent folder, removes stale stages of dead builds, refuses an
 * output that is no site of ours and not empty, and makes a stage. NULL and a finding (io/write)
 * where it cannot. */
struct publish *publish_begin(struct arena *mem, const struct publish_options *options,
			      struct diag_sink *diags);
/* Adds a file; safe from several threads. A file equal to the former site's is linked. */
enum status publish_file(struct publish *p, const char *path, const void *bytes, size_t n);
/* A path in the stage that the caller writes itself (a workbook), then publish_added(). */
const char *publish_stage_path(struct publish *p, struct arena *mem, const char *path);
enum status publish_added(struct publish *p, const char *path);

struct manifest_input {
	const char *path;
	uint64_t size;
	const char *sha256;
};
struct publish_summary {
	size_t files, written, unchanged, carried, removed;
	char manifest_sha256[SHA256_HEX];
};
/* Writes manifest.json, carries foreign files over (site/foreign-file where not expected), syncs,
 * swaps stage and output (renameat2 EXCHANGE), and removes the former site. */
enum status publish_commit(struct publish *p, const char *version, const char *as_of,
			   const struct manifest_input *inputs, size_t n_inputs,
			   struct publish_summary *summary, struct diag_sink *diags);
/* Removes the stage; the former site stands. Also after a failed commit. */
void publish_abort(struct publish *p);

/* Does the folder hold exactly what its manifest says? Findings go to `to` as lines of text
 * (missing, changed, extra, link). *differs counts them. ST_FAILED where there is no manifest.
 * Where `digest` is not NULL, manifest.json must have that SHA-256. */
struct verify_result {
	size_t files, missing, changed, extra;
	bool digest_differs;
	char manifest_sha256[SHA256_HEX];
};
enum status verify_site(struct arena *mem, const char *dir, const char *digest,
			struct verify_result *result, struct out *to, struct diag_sink *diags);
#endif
