/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/stages.c - the line of stages of a version, or the lines of a model */
#include "render/page_writer.h"

static void fill_line(struct page_job *job, struct view *view, const struct version *version,
		      bool named)
{
	struct view *line = view_list(view, "stage_lines");

	view_text(line, "version", named ? version->id : NULL);
	view_address(line, "version_url", named ? href(job, version->page, NULL) : NULL);
	for (size_t i = 0; i < version->history.n; i++) {
		const struct stage_change *change = &version->history.items[i];
		struct view *entry = view_list(line, "stages");
		bool last = i + 1 == version->history.n;
		view_text(entry, "stage", stage_name(change->stage));
		view_text(entry, "date", or_dash(change->date));
		view_text(entry, "by", change->by);
		view_text(entry, "reason", change->reason);
		view_flag(entry, "now", last && change->stage != STAGE_RETIRED);
		view_address(entry, "place_url", place_href(job, &change->at));
	}
}

static void end_lines(struct view *view, bool any)
{
	view_flag(view, "has_stages", any);
	if (!any)
		view_empty_list(view, "stage_lines");
}

void stages_fill_version(struct page_job *job, struct view *view, const struct version *version)
{
	if (version->history.n)
		fill_line(job, view, version, false);
	end_lines(view, version->history.n > 0);
}

void stages_fill_model(struct page_job *job, struct view *view, const struct model *model)
{
	bool any = false;

	for (size_t i = model->versions.n; i-- > 0;) {
		const struct version *version = model->versions.items[i];
		if (!version->history.n)
			continue;
		fill_line(job, view, version, true);
		any = true;
	}
	end_lines(view, any);
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
