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
	struct map found;   /* judge_has(): "rule path offset" of findings */
	size_t looked_at;   /* judge_has(): findings of `diags` that are in it */
	struct map indexes; /* of large maps: address to their values by key */
};

/* require: of modelbook.yaml. */
void judge_required(struct court *court);
/* Front matter, sections, items and columns of a document that has a template. */
void judge_document(struct court *court, const struct document *doc);
/* The part of it that looks at the document's text alone. */
void judge_requirements(struct court *court, const struct document *doc);
/* Phrases that its template holds a document to: blame, what cannot be tested. */
void judge_language(struct court *court, const struct document *doc);
/* Checklist items of a document: claimed, open, not applicable. */
void judge_items(struct court *court, const struct document *doc, const struct match *match);
/* Waivers that name an item which their document does not ask for. */
void judge_waivers(struct court *court);
/* Links and anchors of a document. */
void judge_links(struct court *court, const struct document *doc);
/* Paths, ids and blocks of a live document; figures that its front matter writes by hand. */
void judge_live(struct court *court, const struct document *doc);
/* References of a document to link definitions that it does not have. */
void judge_link_references(struct court *court, const struct document *doc);
/* Schemas, subjects, and rules across records. */
void judge_records(struct court *court);
/* What schemas say by annotations (judge/annotation.h), over records and front matter. */
void judge_annotations(struct court *court);
/* A record about a version is not older than the version. */
void judge_record_dates(struct court *court, const struct record *record);
/* A version is in no stage, but development, before it was created. */
void judge_stage_date(struct court *court, const struct version *version,
		      const struct stage_change *change);
/* Versions of a model: their order, history and numbers, which evaluation is theirs, and which of
 * them was in production when. */
void judge_versions(struct court *court, const struct model *model);
/* Whether a finding of one of the rules data/schema (doc/front-matter-schema in documents),
 * data/duplicate-id and data/unknown-reference begins at this place: one mistake is said once. */
bool judge_has(struct court *court, enum rule rule, struct span at);
/* Entries of controls that lead nowhere. */
void judge_controls(struct court *court);
/* Given figures beside measured ones. */
void judge_figures(struct court *court);
/* The nearest id of a model, version, run or incident; NULL where none is near. */
const char *judge_nearest_subject(struct court *court, const char *text);
/* Gives the finding of an `about:` that names nothing its help: the nearest that is there, or how
 * what is missing comes to be. */
void judge_help_subject(struct court *court, struct finding *finding, const char *text);
#endif
