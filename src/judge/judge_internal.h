/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/judge_internal.h - the groups of rules, each in a file of its own */
#ifndef JUDGE_INTERNAL_H
#define JUDGE_INTERNAL_H
#include "judge/judge.h"

struct court {
	const struct workspace *ws;
	const struct evidence *evidence; /* NULL: figures were not asked for */
	struct arena *mem;
	struct diag_sink *diags;
	size_t suggestions; /* made by judge_nearest_subject() */
	struct map refused; /* places with data/schema, "path:offset" */
};

/* require: of modelbook.yaml. */
void judge_required(struct court *court);
/* Front matter, sections, items and columns of a document that has a template. */
void judge_document(struct court *court, const struct document *doc);
/* Checklist items of a document: claimed, open, not applicable. */
void judge_items(struct court *court, const struct document *doc, const struct match *match);
/* Links, anchors and references of a document. */
void judge_links(struct court *court, const struct document *doc);
/* Schemas, subjects, and rules across records. */
void judge_records(struct court *court);
/* Given figures beside measured ones. */
void judge_figures(struct court *court);
/* The nearest id of a model, version, run or incident; NULL where none is near. */
const char *judge_nearest_subject(struct court *court, const char *text);
#endif
