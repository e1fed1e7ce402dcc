/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/paths.h - values under the paths of live documents, of records, policies and variables
 *
 * catalog/live_path.h has the grammar. A path that names something which is not known (left open,
 * one class only) is found, and its value unknown with a reason; it is never taken for 0. */
#ifndef EVIDENCE_PATHS_H
#define EVIDENCE_PATHS_H
#include "catalog/live_path.h"
#include "evidence/figures.h"

struct live_value {
	bool found;          /* the path names a value */
	struct value value;  /* where found; its place is never empty */
	const char *problem; /* where not: what is missing, "nothing has the id 'chrun'" */
	const char *nearest; /* the path that was meant, maybe; NULL */
};

/* The value under a path. With `suggests` a path that names nothing is compared with all there are,
 * which takes time. Threads may call it. */
struct live_value live_value(const struct evidence *evidence, const struct workspace *ws,
			     struct arena *mem, const struct live_path *path, bool suggests);
/* The same of keys of a record or version: `keys` as behind the colon of a path. */
struct live_value live_value_of(const struct evidence *evidence, const struct workspace *ws,
				struct arena *mem, const char *subject, const char *keys);
/* True where `value`, rounded to the decimals that `given` is written with, is the number that it
 * writes (value_pairs.c). */
bool figure_agrees(const char *given, double number, double value);

/* Figures that front matter writes by hand and that name what they are of:
 *
 *   a key that is a path          churn@1.0.0:performance.roc_auc: 0.760
 *   keys beside `record: ID`      {record: churn-1.0.0-temporal, performance.roc_auc: 0.760}
 *   keys below `metrics:` of a document about a version, or about a model with `version:`
 *
 * A key below may also be the path's last part in maps: {performance: {roc_auc: 0.760}}. */
struct written_figure {
	struct live_path path;
	const struct data_node *node; /* a number */
	bool certain;                 /* it can be nothing but a figure: a path that leads nowhere
					 is a slip */
	struct span key_at;
};
size_t written_figures(const struct workspace *ws, struct arena *mem, const struct document *doc,
		       struct written_figure **figures);
#endif
