/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_select.h - which findings `check` reports, and which of them count
 *
 * --baseline marks findings as known; PATH, --since, --rule and --severity leave findings out. The
 * baseline is held against all findings, so that the order of the options does not matter. */
#ifndef CLI_CHECK_SELECT_H
#define CLI_CHECK_SELECT_H
#include "cli/session.h"

/* What a baseline lists (check_baseline.c). */
struct baseline {
	const char *path;
	LIST_OF(uint64_t); /* its fingerprints as numbers, each once, sorted */
};
/* Reads what `check --format json` wrote, by any version. False, and a message with its line, where
 * the file cannot be read or is something else. */
bool baseline_read(struct arena *mem, const char *path, struct baseline *baseline);
/* Open findings that the baseline lists become STANDING_KNOWN; returns how many entries of it are
 * found no more. */
size_t baseline_mark(const struct baseline *baseline, struct diag_sink *diags);

/* What has changed since a revision (check_since.c). */
struct changes {
	const char *rev;
	const char *everything; /* why every finding is reported; NULL: by file */
	struct map known; /* path of each document and data file -> yes where it has changed */
	size_t n_changed, n_deleted;
	bool data_changed; /* a data file, or a deletion under data/ */
};
/* Compares the workspace with a revision. False, and a message, where that cannot be done. */
bool changes_read(struct session *s, const char *rev, struct changes *changes);
/* False for a finding in an unchanged file that no change can have caused. */
bool changes_concern(const struct session *s, const struct changes *changes,
		     const struct finding *finding);

struct selection {
	const char **paths; /* relative to the workspace */
	size_t n_paths;     /* 0: everywhere */
	const char *since;  /* NULL: findings of any age */
	bool by_rule;
	bool rules[RULE_COUNT]; /* where by_rule */
	enum severity least;
	bool has_baseline;
	struct baseline baseline;
};
/* Reads --rule, --severity, --since and --baseline. False after a message. */
bool selection_options(struct arena *mem, const struct arguments *arguments,
		       struct selection *selection);
/* Reads the PATHs for the workspace in s->dir. False after a message. */
bool selection_paths(struct session *s, const struct arguments *arguments,
		     struct selection *selection);
/* Whether any finding of this rule in this file would be reported; of unchanged files and of low
 * severities it is not known. */
bool selection_covers(const struct selection *selection, enum rule rule, const char *path);
/* Marks and leaves out findings of s->diags. False after a message. */
bool selection_apply(struct session *s, const struct selection *selection);
#endif
