/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/window_groups.c - windows that belong on one line of time
 *
 * Monitoring comes as one record a window or as one record with many; either way the rows of a
 * feature must stand together and in the order of time, so that a chart can be drawn over them. */
#include "export/sheet_builder.h"
#include <stdlib.h>
#include <string.h>

const char *origin_text(enum figure_origin origin)
{
	static const char *const names[] = {"", "given", "measured"};

	return names[origin];
}

int window_gravity(const struct window_figures *window)
{
	return window->worst == DRIFT_CRITICAL ? 2 : window->worst == DRIFT_WARNING;
}

static struct window_group *add_group(struct sheet_builder *b, struct window_groups *groups,
				      const struct subject *about)
{
	struct window_group *group = arena_new(b->held, struct window_group, 1);

	group->about = about;
	*ARENA_PUSH(b->held, groups) = group;
	return group;
}

static void add_window(struct sheet_builder *b, struct window_group *group,
		       const struct record_figures *figures, const struct window_figures *window)
{
	*ARENA_PUSH(b->held, &group->entries) = (struct window_entry){
	    .figures = figures,
	    .window = window,
	    .label = window->label,
	    .start = window->start,
	    .end = window->end,
	};
}

/* All rows of a record: its span of time is the log's, else what the record says. */
static void add_whole(struct sheet_builder *b, struct window_group *group,
		      const struct record_figures *figures)
{
	struct window_entry *entry = ARENA_PUSH(b->held, &group->entries);
	const struct data_node *node = figures->record->node;
	const char *start = data_find_text(node, "start"), *end = data_find_text(node, "end");

	entry->figures = figures;
	entry->window = &figures->all;
	entry->start = start ? start : figures->all.start;
	entry->end = end ? end : figures->all.end;
	entry->label = group->monitoring && start ? start : figures->all.label;
	if (!entry->label)
		entry->label = "all";
}

static void add_windows(struct sheet_builder *b, struct window_group *group,
			const struct record_figures *figures)
{
	for (size_t i = 0; i < figures->n_windows; i++)
		add_window(b, group, figures, &figures->windows[i]);
}

static void add_record(struct sheet_builder *b, struct window_groups *groups,
		       struct map *monitoring, const struct record_figures *figures)
{
	const struct record *record = figures->record;
	const struct version *version = record->about.version;
	struct window_group *group;

	if (version && record->kind && !strcmp(record->kind, "monitoring_window")) {
		group = map_get(monitoring, version->name);
		if (!group) {
			group = add_group(b, groups, &record->about);
			group->monitoring = true;
			map_put(monitoring, b->held, version->name, group);
		}
		if (figures->n_windows)
			add_windows(b, group, figures);
		else
			add_whole(b, group, figures);
		return;
	}
	group = add_group(b, groups, &record->about);
	group->whole = true;
	add_whole(b, group, figures);
	if (figures->n_windows)
		add_windows(b, add_group(b, groups, &record->about), figures);
}

static int compare_entries(const void *left, const void *right)
{
	const struct window_entry *a = left, *b = right;
	int order = strcmp(a->start ? a->start : a->label, b->start ? b->start : b->label);

	return order ? order : strcmp(a->label, b->label);
}

struct window_groups window_groups(struct sheet_builder *b)
{
	const struct evidence *evidence = b->book->evidence;
	struct window_groups groups = {0};
	struct map monitoring = {0};

	for (size_t i = 0; i < evidence->records.n; i++)
		if (evidence->records.items[i]->origin != ORIGIN_NONE)
			add_record(b, &groups, &monitoring, evidence->records.items[i]);
	for (size_t i = 0; i < groups.n; i++)
		if (groups.items[i]->monitoring)
			qsort(groups.items[i]->entries.items, groups.items[i]->entries.n,
			      sizeof *groups.items[i]->entries.items, compare_entries);
	return groups;
}
