/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/stages.c - the line of stages of a version or a model */
#include "render/page_writer.h"
#include <stdlib.h>

struct step {
	const struct version *version;
	const struct stage_change *change;
	size_t order; /* as written, where days are equal */
};

static void fill_step(struct page_job *job, struct view *view, const struct step *step, bool named,
		      bool now)
{
	struct view *entry = view_list(view, "stages");

	view_text(entry, "stage", stage_name(step->change->stage));
	view_text(entry, "version", named ? step->version->id : NULL);
	view_text(entry, "date", or_dash(step->change->date));
	view_text(entry, "by", step->change->by);
	view_text(entry, "reason", step->change->reason);
	view_flag(entry, "now", now);
	view_address(entry, "place_url", place_href(job, &step->change->at));
}

void stages_fill_version(struct page_job *job, struct view *view, const struct version *version)
{
	view_flag(view, "has_stages", version->history.n > 0);
	if (!version->history.n)
		view_empty_list(view, "stages");
	for (size_t i = 0; i < version->history.n; i++) {
		struct step step = {version, &version->history.items[i], i};
		fill_step(job, view, &step, false, i + 1 == version->history.n);
	}
}

static int compare_steps(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	if (a->change->day != b->change->day)
		return a->change->day < b->change->day ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

void stages_fill_model(struct page_job *job, struct view *view, const struct model *model)
{
	struct {
		LIST_OF(struct step);
	} steps = {0};

	for (size_t i = 0; i < model->versions.n; i++) {
		const struct version *version = model->versions.items[i];
		for (size_t j = 0; j < version->history.n; j++) {
			size_t order = steps.n;
			*ARENA_PUSH(job->mem, &steps) =
			    (struct step){version, &version->history.items[j], order};
		}
	}
	view_flag(view, "has_stages", steps.n > 0);
	if (!steps.n) {
		view_empty_list(view, "stages");
		return;
	}
	qsort(steps.items, steps.n, sizeof *steps.items, compare_steps);
	for (size_t i = 0; i < steps.n; i++) {
		const struct step *step = &steps.items[i];
		const struct version *version = step->version;
		bool last = step->change == &version->history.items[version->history.n - 1];
		fill_step(job, view, step, true, last && step->change->stage != STAGE_RETIRED);
	}
}

const struct version *model_main_version(const struct model *model)
{
	if (model->production)
		return model->production;
	for (size_t i = model->versions.n; i-- > 0;)
		if (model->versions.items[i]->stage != STAGE_RETIRED)
			return model->versions.items[i];
	return model->versions.n ? model->versions.items[model->versions.n - 1] : NULL;
}
