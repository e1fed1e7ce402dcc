/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/commit.c - the stage becomes the site, all at once */
#include "base/file.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_files(const void *a, const void *b)
{
	return strcmp((*(struct manifest_file *const *)a)->path,
		      (*(struct manifest_file *const *)b)->path);
}

static enum status put_manifest(struct publish *p, const char *version, const char *as_of,
				const struct manifest_input *inputs, size_t n_inputs,
				struct publish_summary *summary, struct diag_sink *diags)
{
	struct manifest_input *sorted = arena_new(&p->mem, struct manifest_input, n_inputs);
	struct out text = {0};
	enum status st;

	if (n_inputs)
		memcpy(sorted, inputs, n_inputs * sizeof *inputs);
	if (p->files.n)
		qsort(p->files.items, p->files.n, sizeof *p->files.items, compare_files);
	manifest_write(&text, version, as_of, sorted, n_inputs, p->files.items, p->files.n);
	sha256_hex(text.p, text.n, summary->manifest_sha256);
	st = file_write(p->stage, MANIFEST_NAME, text.p, text.n, false);
	if (st != ST_OK)
		publish_cannot(diags, p, MANIFEST_NAME, errno);
	out_release(&text);
	return st;
}

static void count_files(const struct publish *p, struct publish_summary *summary)
{
	summary->files = p->files.n;
	for (size_t i = 0; i < p->files.n; i++)
		if (p->files.items[i]->unchanged)
			summary->unchanged++;
	summary->written = summary->files - summary->unchanged;
}

/* One syncfs instead of an fsync for each file and folder: after a power cut the site is the
 * former one or this one, whole. */
static enum status swap(struct publish *p, struct diag_sink *diags)
{
	unsigned how = p->former >= 0 ? RENAME_EXCHANGE : RENAME_NOREPLACE;

	if (syncfs(p->stage)) {
		publish_cannot(diags, p, "", errno);
		return ST_FAILED;
	}
	if (!renameat2(p->parent, p->stage_name, p->parent, p->name, how)) {
		fsync(p->parent);
		return ST_OK;
	}
	if (errno == EINVAL || errno == ENOSYS)
		diag_add(diags, RULE_IO_WRITE, (struct span){0},
			 "'%s': the file system cannot exchange two folders at once",
			 p->options->out_dir);
	else
		publish_cannot(diags, p, "", errno);
	return ST_FAILED;
}

/* The site stands already, so what is left behind is no more than a warning. */
static void remove_former(struct publish *p, const struct map *known, struct diag_sink *diags)
{
	if (p->former < 0 || tree_remove(p->parent, p->stage_name, known, p->stage) == ST_OK)
		return;
	struct finding *f = diag_add(diags, RULE_IO_WRITE, (struct span){0},
				     "the former site could not be removed from '%s/%s': %s",
				     p->parent_path, p->stage_name, strerror(errno));
	f->severity = SEVERITY_WARNING;
	diag_help(diags, f, "the new site was written; the next build tries again");
}

enum status publish_commit(struct publish *p, const char *version, const char *as_of,
			   const struct manifest_input *inputs, size_t n_inputs,
			   struct publish_summary *summary, struct diag_sink *diags)
{
	struct carry_counts counts = {0};
	struct map known = {0};

	*summary = (struct publish_summary){0};
	if (p->error) {
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "%s", p->error);
		return ST_FAILED;
	}
	if (carry_over(p, &known, &counts, diags) != ST_OK ||
	    put_manifest(p, version, as_of, inputs, n_inputs, summary, diags) != ST_OK ||
	    swap(p, diags) != ST_OK)
		return ST_FAILED;
	count_files(p, summary);
	summary->carried = counts.carried;
	summary->removed = counts.removed;
	remove_former(p, &known, diags);
	publish_end(p);
	return ST_OK;
}
