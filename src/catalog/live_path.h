/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_path.h - what stands between {{ and }} in a live document: the grammar of paths
 *
 *   binding  = "{{" [blank] path [blank "|" blank format] [blank] "}}"
 *   path     = subject ":" key *( "." key )
 *   subject  = id                          a record, run, incident or model
 *            | id "@" version              a version: figures of its primary evaluation
 *            | "policy"                    key: a threshold; NAME its value, NAME.source its source
 *            | "workspace"                 key: a name under `variables:` of modelbook.yaml
 *   id       = alnum *( alnum | "." | "_" | "/" | "-" )
 *   version  = alnum *( alnum | "." | "_" | "+" | "-" )
 *   key      = first *( character ), no blank at its end
 *   first    = a character other than a blank, "/" and "."
 *   character = any but control characters and { } | " ' < > ` \ and "."
 *   format   = "percent" [blank decimals] | decimals
 *   decimals = a whole number from 0 to 12
 *
 * A blank may be the end of a source line. A key may hold blanks and letters of any script, because
 * columns of logs do. Whatever else stands between braces stays as it is, being text of another
 * program or a slip (live_slip_judge() in live.h): {{ page.title }} (no subject),
 * {{ now | date: "%d" }} (a quote), {{< ref >}}, {{% note %}}, {{ $x:y }} and {{{ x }}} (no id).
 * What has the shape of a path is meant as one: it must name something, and its format must be one
 * of the two. `\{{` is a brace. */
#ifndef CATALOG_LIVE_PATH_H
#define CATALOG_LIVE_PATH_H
#include "base/arena.h"
#include <stdbool.h>

enum { LIVE_DECIMALS_MAX = 12, LIVE_LONGEST = 1024 };

struct live_format {
	bool percent;
	int decimals; /* -1: as many as are usual for the number */
};

struct live_path {
	const char *path;    /* "SUBJECT:KEYS" */
	const char *subject; /* "churn@1.2.0" */
	const char *keys;    /* "performance.roc_auc"; points into `path` */
	struct live_format format;
	const char *bad_format; /* as written, where it is none; NULL */
};

/* Reads what stands between the braces; false where it is no path. Lives in `mem`. */
bool live_path_read(struct arena *mem, const char *text, size_t n, struct live_path *path);
/* Reads a path without format: a key of front matter, a column of a block. */
bool live_path_plain(struct arena *mem, const char *text, struct live_path *path);
/* True for one or more keys joined by dots. */
bool live_keys_good(const char *text, size_t n);
/* Reads a format as it stands behind the bar; false where it is none. */
bool live_format_read(const char *text, size_t n, struct live_format *format);
/* The length of the subject at the front: an id with or without version; 0 where none is there. */
size_t live_subject_length(const char *text, size_t n);
#endif
