/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/publish_internal.h - what the files of this folder share */
#ifndef PUBLISH_INTERNAL_H
#define PUBLISH_INTERNAL_H
#include "base/map.h"
#include "publish/publish.h"
#include <pthread.h>
#include <sys/stat.h>

#define MANIFEST_NAME "manifest.json"

/* --- manifest.c --- */

struct manifest_file {
	const char *path;
	uint64_t size;
	char sha256[SHA256_HEX];
	bool unchanged; /* staging: linked from the former site */
};

struct manifest {
	struct {
		LIST_OF(struct manifest_file);
	} files;
	struct map by_path;      /* path -> struct manifest_file */
	char sha256[SHA256_HEX]; /* of manifest.json itself */
};

/* manifest.json's bytes: inputs and files are sorted by path, an entry a line. */
void manifest_write(struct out *o, const char *version, const char *as_of,
		    struct manifest_input *inputs, size_t n_inputs,
		    struct manifest_file *const *files, size_t n_files);
/* NULL, or why the bytes are no manifest of modelbook's. */
const char *manifest_parse(struct arena *mem, const char *text, size_t n,
			   struct manifest *manifest);
/* The same of root/manifest.json; "is absent" where there is none. */
const char *manifest_read(struct arena *mem, int root, struct manifest *manifest);
/* A relative path without empty, "." or ".." components, UTF-8 and without control characters. */
bool manifest_path_ok(const char *path);

/* --- tree.c --- */

enum tree_type { TREE_FILE, TREE_FOLDER, TREE_LINK, TREE_OTHER };
struct tree_entry {
	const char *path;
	uint64_t size;
	mode_t mode; /* permission bits */
	enum tree_type type;
};
struct tree {
	LIST_OF(struct tree_entry); /* sorted by bytes of path; folders too */
	const char *failed;         /* the path that could not be read */
};

/* Opens a folder beneath `root` ("." for itself), never through a link or into another file
 * system (EXDEV). */
int tree_open_folder(int root, const char *path);
/* All that lies beneath `root`, hidden names too; links are listed, not followed. */
enum status tree_walk(struct arena *mem, int root, struct tree *tree);
/* Removes the folder `name` of `parent` with all that is in it. Files whose path is not in `known`
 * (NULL: all are) came in after it was looked through: they are moved to the folder `rescue`. */
enum status tree_remove(int parent, const char *name, const struct map *known, int rescue);
/* Digest and size of a regular file beneath `root`. */
enum status tree_hash(int root, const char *path, char sha256[SHA256_HEX], uint64_t *size);

/* --- output.c --- */

/* The output's absolute real path, its parents made; NULL and a finding where it may not be
 * written to: `/`, the home folder, or one that is, holds or lies in a forbidden folder. */
char *output_resolve(struct arena *mem, const struct publish_options *options,
		     struct diag_sink *diags);

/* --- publish.c --- */

struct publish {
	const struct publish_options *options;
	const char *parent_path, *name, *stage_name;
	int parent, stage;
	int former;               /* the output as it stands, -1: there is none */
	struct manifest manifest; /* of the former site */

	pthread_mutex_t lock; /* over all that follows */
	struct arena mem;
	struct {
		LIST_OF(struct manifest_file *);
	} files;
	struct map by_path; /* site path -> struct manifest_file */
	struct map folders; /* made in the stage */
	const char *error;  /* the first thing that went wrong, NULL: nothing did */
};

/* Closes, unlocks and frees; the stage must be gone or be the site. */
void publish_end(struct publish *p);
/* Reports io/write about `what` in the output with the meaning of `error`. */
void publish_cannot(struct diag_sink *diags, const struct publish *p, const char *what, int error);
bool path_is_carried(const char *const *carry, size_t n_carry, const char *path);

/* --- carry.c --- */

struct carry_counts {
	size_t carried, removed;
};
/* Takes what is not ours from the former site into the stage. `known` gets all that was seen. */
enum status carry_over(struct publish *p, struct map *known, struct carry_counts *counts,
		       struct diag_sink *diags);
#endif
