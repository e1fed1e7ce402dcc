/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/judge.c - all rules over a workspace, group by group */
#include "judge/judge.h"
#include "base/number.h"
#include "base/parts.h"
#include "base/text.h"
#include "catalog/gist.h"
#include "judge/judge_internal.h"
#include "judge/settle.h"

enum { MOST_SUGGESTIONS = 100 };

/* What the threads that judge documents share. */
struct docket {
	const struct court *court;
	const bool *suggests; /* by document: it may ask for the nearest subject */
};

static bool is_judged(const struct document *doc)
{
	return !doc->text.faulty; /* the fault says it; what it hides is not reported apart */
}

void judge_text(const struct workspace *ws, const struct document *doc, struct diag_sink *diags)
{
	struct court court = {.ws = ws,
			      .mem = diags->mem,
			      .diags = diags,
			      .suggestions = MOST_SUGGESTIONS,
			      .looked_at = diags->n};

	if (doc->match)
		judge_requirements(&court, doc);
	judge_link_references(&court, doc);
}

/* What a worker found by judge_text(). */
static void add_gist(const struct document *doc, struct diag_sink *diags)
{
	const struct gist *gist = doc->gist;

	for (uint32_t i = 0; i < gist->head->n_findings; i++) {
		const struct gist_finding *from = &gist->findings[i];
		struct finding *f = diag_add(diags, (enum rule)from->rule,
					     span_at(doc->text.source, from->start, from->end),
					     "%s", gist_text(gist, from->detail));
		f->severity = (enum severity)from->severity;
		f->help = gist_text(gist, from->help);
		f->note = gist_text(gist, from->note);
	}
}

static void judge_one(void *ctx, size_t i, struct part *part)
{
	const struct docket *docket = ctx;
	const struct document *doc = docket->court->ws->documents.items[i];
	struct court court = {.ws = docket->court->ws,
			      .evidence = docket->court->evidence,
			      .mem = part->mem,
			      .diags = part->diags,
			      .suggestions = docket->suggests[i] ? 0 : MOST_SUGGESTIONS,
			      .looked_at = part->diags->n};

	if (!is_judged(doc))
		return;
	if (doc->tmpl)
		judge_document(&court, doc);
	if (doc->gist)
		add_gist(doc, part->diags);
	else
		judge_text(court.ws, doc, part->diags);
	judge_links(&court, doc);
	judge_live(&court, doc);
}

/* Each document by itself, in threads. Which of them may ask for the nearest subject is settled
 * before, in their order. */
static void judge_documents(struct court *court)
{
	const struct workspace *ws = court->ws;
	bool *suggests = arena_new(court->mem, bool, ws->documents.n);
	const struct docket docket = {court, suggests};

	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		if (is_judged(doc) && doc->tmpl && doc->about.unresolved)
			suggests[i] = court->suggestions++ < MOST_SUGGESTIONS;
	}
	parts_run(court->mem, court->diags, ws->documents.n, ws->jobs, judge_one, (void *)&docket);
}

void judge_all(const struct workspace *ws, const struct evidence *evidence, struct diag_sink *diags)
{
	struct court court = {.ws = ws, .evidence = evidence, .mem = diags->mem, .diags = diags};

	judge_required(&court);
	judge_documents(&court);
	judge_records(&court);
	judge_waivers(&court);
	judge_controls(&court);
	judge_figures(&court);
	settle(ws, diags);
}

const char *judge_nearest_subject(struct court *court, const char *text)
{
	const struct workspace *ws = court->ws;
	size_t n = 0, max = ws->records.n;
	const char **ids;

	/* Each compares with every id; thousands of slips are one mistake. */
	if (court->suggestions++ >= MOST_SUGGESTIONS)
		return NULL;
	for (size_t i = 0; i < ws->models.n; i++)
		max += ws->models.items[i]->versions.n + 1;
	ids = arena_new(court->mem, const char *, max + 1);
	for (size_t i = 0; i < ws->models.n; i++) {
		const struct model *model = ws->models.items[i];
		ids[n++] = model->id;
		for (size_t k = 0; k < model->versions.n; k++)
			ids[n++] = model->versions.items[k]->name;
		for (size_t k = 0; k < model->runs.n; k++)
			ids[n++] = model->runs.items[k]->id;
		for (size_t k = 0; k < model->incidents.n; k++)
			ids[n++] = model->incidents.items[k]->id;
	}
	return text_nearest(text, ids, n);
}

void judge_figures(struct court *court)
{
	if (!court->evidence)
		return;
	for (size_t i = 0; i < court->evidence->records.n; i++) {
		const struct record_figures *figures = court->evidence->records.items[i];
		struct figure_pair *pairs;
		size_t n = evidence_pairs(court->evidence, court->mem, figures, &pairs);
		for (size_t k = 0; k < n; k++) {
			char measured[NUMBER_TEXT_MAX];
			if (pairs[k].agrees)
				continue;
			diag_add(court->diags, RULE_DATA_GIVEN_MEASURED_DIFFER, pairs[k].at,
				 "%s is %s here, %s by the log", pairs[k].path, pairs[k].given,
				 number_significant(measured, pairs[k].measured, 6));
		}
	}
}
