/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/waivers.c - waivers that persons signed, as far as operation asks for them */
#include "capstone/waivers.h"
#include "base/date.h"
#include "capstone/pipeline.h"
#include "capstone/plan_internal.h"
#include "read/yaml.h"
#include <string.h>
#include <unistd.h>

static bool read_day(const struct data_node *record, const char *key, int32_t *day,
		     struct diag_sink *diags)
{
	const char *text = plan_text(record, key);

	if (text && date_parse(text, strlen(text), day))
		return true;
	diag_add(diags, RULE_DATA_SCHEMA, record->at, "a waiver needs the day '%s'", key);
	return false;
}

/* False where it is about something else. */
static bool is_about_groups(const struct data_node *record, const char *model)
{
	const char *kind = plan_text(record, "kind"), *item = plan_text(record, "item");
	const char *about = plan_text(record, "about");
	size_t n = strlen(model);

	return kind && item && about && !strcmp(kind, "waiver") &&
	       !strcmp(item, "checks/disparate-impact") && !strncmp(about, model, n) &&
	       about[n] == '@';
}

bool waivers_read(struct arena *mem, const char *path, const char *model,
		  const struct group_waiver **waivers, size_t *n, struct diag_sink *diags)
{
	struct {
		LIST_OF(struct group_waiver);
	} found = {0};
	size_t before = diags->n;
	const struct data_node *root, *list;
	struct source *file;

	*waivers = NULL;
	*n = 0;
	if (access(path, F_OK) != 0)
		return true;
	file = input_read(mem, path, 4 << 20, diags);
	root = file ? yaml_read(mem, file, 0, file->len, RULE_DATA_SYNTAX, diags) : NULL;
	list = plan_list(root, "records");
	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *record = list->items[i];
		struct group_waiver *w;

		if (!is_about_groups(record, model))
			continue;
		w = ARENA_PUSH(mem, &found);
		w->version = plan_text(record, "about") + strlen(model) + 1;
		w->id = plan_text(record, "id") ? plan_text(record, "id") : "a waiver";
		read_day(record, "granted", &w->granted, diags);
		read_day(record, "expires", &w->expires, diags);
	}
	*waivers = found.items;
	*n = found.n;
	return diags->n == before;
}
