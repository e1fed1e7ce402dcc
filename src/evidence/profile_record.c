/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_record.c - figures of a record from the counts that its `profile:` names */
#include "evidence/figures_internal.h"
#include "evidence/profile.h"
#include <string.h>

static bool cannot(struct collector *c, struct record_figures *figures, const char *why)
{
	figures->absent =
	    figures->absent ? arena_printf(c->mem, "%s, %s", figures->absent, why) : why;
	return false;
}

/* The profile of a record's id; false where there is none that can be read, which its schema and
 * profile_check() say. */
static bool find_profile(struct collector *c, struct record_figures *figures, const char *id,
			 struct profile *profile)
{
	const struct record *record = map_get(&c->ws->record_by_id, id);
	struct diag_sink said;

	if (!record || !record->kind || strcmp(record->kind, "profile") != 0)
		return cannot(c, figures, arena_printf(c->mem, "the profile '%s' is absent", id));
	diag_init(&said, c->mem);
	if (!profile_read(c->mem, record->node, profile, &said))
		return cannot(c, figures,
			      arena_printf(c->mem, "the profile '%s' cannot be used", id));
	return true;
}

void profile_check_record(struct collector *c, const struct record *record)
{
	struct profile profile;

	if (record->kind && !strcmp(record->kind, "profile"))
		profile_read(c->mem, record->node, &profile, c->diags);
}

bool profile_take_record(struct collector *c, struct record_figures *figures)
{
	const struct data_node *node = data_find(figures->record->node, "profile");
	const char *id = data_text(node), *reference = NULL;
	struct profile now, then;
	struct profile_figures_request request = {
	    .profile = &now, .bands = c->bands, .bands_from = c->bands_from};
	const char *how;

	if (node && node->kind == DATA_MAP) {
		id = data_find_text(node, "id");
		reference = data_find_text(node, "reference");
	}
	if (!node || !id || !find_profile(c, figures, id, &now))
		return false;
	if (reference && find_profile(c, figures, reference, &then))
		request.reference = &then;
	profile_figures(c->mem, &request, figures);
	figures->counted = true;
	figures->source_at = node->at;
	how = arena_printf(c->mem, "%s (%s), not measured here", figures->how,
			   figures_place_text(c->mem, now.at));
	figures->how = figures->absent ? arena_printf(c->mem, "%s: %s", how, figures->absent) : how;
	return true;
}
