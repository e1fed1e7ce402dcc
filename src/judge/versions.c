/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/versions.c - the versions of a model: history, order, and one in production */
#include "base/date.h"
#include "judge/judge_internal.h"
#include "judge/version_number.h"
#include <stdlib.h>
#include <string.h>

/* -- history of stages ------------------------------------------------------------------------ */

/* A value that cannot be understood, unless its schema said so. */
static void report_value(struct court *court, const struct data_node *map, const char *key,
			 const char *expected)
{
	const struct data_node *node = data_find(map, key);

	if (node && !judge_has(court, RULE_DATA_SCHEMA, node->at))
		diag_add(court->diags, RULE_DATA_SCHEMA, node->at, "'%s' must be %s, found '%s'",
			 key, expected, node->text ? node->text : data_kind_name(node->kind));
}

/* An entry whose stage or day cannot be told would be left out of the history in silence, and what
 * the stage requires with it. The schema of models may be the workspace's own and miss it. */
static void judge_entry(struct court *court, const struct stage_change *change)
{
	if (change->date && change->day == INT32_MIN)
		report_value(court, change->node, "date", "a day of the calendar, YYYY-MM-DD");
	if (change->stage == STAGE_NONE)
		report_value(court, change->node, "stage",
			     "development, staging, shadow, canary, production or retired");
}

static void judge_history(struct court *court, const struct version *version)
{
	int32_t last = INT32_MIN;

	for (size_t i = 0; i < version->history.n; i++) {
		const struct stage_change *change = &version->history.items[i];
		judge_entry(court, change);
		judge_stage_date(court, version, change);
		if (change->day == INT32_MIN)
			continue;
		if (change->day < last)
			diag_add(court->diags, RULE_DATA_VERSION_ORDER, change->at,
				 "'%s' entered %s on %s, before the entry above it", version->name,
				 stage_name(change->stage), change->date);
		else
			last = change->day;
	}
}

/* -- the evaluation whose figures are the version's -------------------------------------------- */

static size_t count_role(const struct version *version, const char *role)
{
	size_t n = 0;

	for (size_t i = 0; i < version->evaluations.n; i++) {
		const char *own = data_find_text(version->evaluations.items[i]->node, "role");
		n += own && !strcmp(own, role);
	}
	return n;
}

/* Which evaluation's figures are the version's must be certain. */
static void judge_primary(struct court *court, const struct version *version)
{
	const struct data_node *named = data_find(version->node, "primary_evaluation");
	size_t temporal = count_role(version, "temporal"), holdout = count_role(version, "holdout");

	if (data_text(named)) {
		if (!version->primary && !judge_has(court, RULE_DATA_UNKNOWN_REFERENCE, named->at))
			diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, named->at,
				 "evaluation '%s'", data_text(named));
		return;
	}
	if (temporal > 1 || (!temporal && holdout > 1))
		diag_help(court->diags,
			  diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, version->at,
				   "the primary evaluation of '%s': %zu have the role %s",
				   version->name, temporal > 1 ? temporal : holdout,
				   temporal > 1 ? "temporal" : "holdout"),
			  "name one by primary_evaluation:");
}

/* -- order of creation ------------------------------------------------------------------------- */

struct made {
	const struct version *version;
	const struct data_node *created;
	int32_t day;
	size_t index;
	bool numbered;
	struct version_number number;
};

static int compare_made(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* The versions whose day of creation is known, in the order written. */
static struct made *list_made(struct court *court, const struct model *model, size_t *n)
{
	struct made *list = arena_new(court->mem, struct made, model->versions.n);

	*n = 0;
	for (size_t i = 0; i < model->versions.n; i++) {
		struct made made = {.version = model->versions.items[i], .index = i};
		made.created = data_find(made.version->node, "created");
		made.numbered = version_number_parse(made.version->id, &made.number);
		if (data_text(made.created) &&
		    date_parse(made.created->text, made.created->len, &made.day))
			list[(*n)++] = made;
	}
	return list;
}

static void judge_created(struct court *court, const struct made *list, size_t n)
{
	const struct made *last = NULL;

	for (size_t i = 0; i < n; i++) {
		if (last && list[i].day < last->day)
			diag_add(court->diags, RULE_DATA_VERSION_ORDER, list[i].created->at,
				 "'%s' was created on %s, before '%s' above it",
				 list[i].version->name, list[i].created->text, last->version->name);
		else
			last = &list[i];
	}
}

static struct span id_at(const struct version *version)
{
	return data_find(version->node, "id")->at;
}

/* Two ids of one number would be taken for each other. */
static void judge_same_number(struct court *court, const struct model *model)
{
	struct map seen = {0};

	for (size_t i = 0; i < model->versions.n; i++) {
		const struct version *version = model->versions.items[i], *first;
		struct version_number number;
		const char *key;
		if (!version_number_parse(version->id, &number))
			continue;
		key = version_number_key(court->mem, &number);
		first = map_get(&seen, key);
		if (first)
			diag_add(court->diags, RULE_DATA_VERSION_ORDER, id_at(version),
				 "'%s' and '%s' are one number", first->name, version->name);
		else
			map_put(&seen, court->mem, key, (void *)version);
	}
}

/* Within a line the numbers rise in the order of creation. The line is what stands before the last
 * number: a 1.0.3 that is made after 1.1.0 mends what is in use. */
static void judge_numbers(struct court *court, struct made *list, size_t n)
{
	struct map highest = {0};
	size_t places = 1;

	for (size_t i = 0; i < n; i++)
		if (list[i].numbered && list[i].number.n > places)
			places = list[i].number.n;
	if (n)
		qsort(list, n, sizeof *list, compare_made);
	for (size_t i = 0; i < n; i++) {
		const char *line;
		const struct made *high;
		if (!list[i].numbered)
			continue;
		line = version_number_line(court->mem, &list[i].number, places - 1);
		high = map_get(&highest, line);
		if (!high || version_number_compare(&list[i].number, &high->number) >= 0)
			map_put(&highest, court->mem, line, &list[i]);
		else if (list[i].day > high->day)
			diag_add(court->diags, RULE_DATA_VERSION_ORDER, id_at(list[i].version),
				 "'%s' was created on %s, after the higher '%s' on %s",
				 list[i].version->name, list[i].created->text, high->version->name,
				 high->created->text);
	}
}

/* -- production -------------------------------------------------------------------------------- */

/* The days [start, end) on which a version was in production. */
struct reign {
	const struct version *version;
	const struct stage_change *entry;
	int32_t start, end; /* INT32_MAX: still */
	size_t index;
};

struct reigns {
	LIST_OF(struct reign);
};

static void end_reign(struct court *court, struct reigns *list, struct reign *open, int32_t day)
{
	open->end = day;
	/* One that ends on the day on which it begins had no day. */
	if (open->version && open->end > open->start) {
		*ARENA_PUSH(court->mem, list) = *open;
		list->items[list->n - 1].index = list->n;
	}
	*open = (struct reign){0};
}

/* Entries that lie behind as_of are plans. One that goes back in time is data/version-order; here
 * it counts from the day of the one above it, as for the version's stage. */
static void add_reigns(struct court *court, const struct version *version, struct reigns *list)
{
	struct reign open = {0};
	int32_t last = INT32_MIN;

	for (size_t i = 0; i < version->history.n; i++) {
		const struct stage_change *change = &version->history.items[i];
		if (change->stage == STAGE_NONE || change->day == INT32_MIN ||
		    change->day > court->ws->as_of)
			continue;
		last = change->day > last ? change->day : last;
		if (change->stage != STAGE_PRODUCTION)
			end_reign(court, list, &open, last);
		else if (!open.version)
			open = (struct reign){.version = version, .entry = change, .start = last};
	}
	end_reign(court, list, &open, INT32_MAX);
}

static int compare_reigns(const void *a, const void *b)
{
	const struct reign *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static void judge_production(struct court *court, const struct model *model)
{
	const struct reign *longest = NULL;
	struct reigns list = {0};

	for (size_t i = 0; i < model->versions.n; i++)
		add_reigns(court, model->versions.items[i], &list);
	if (list.n)
		qsort(list.items, list.n, sizeof *list.items, compare_reigns);
	for (size_t i = 0; i < list.n; i++) {
		const struct reign *own = &list.items[i];
		if (longest && own->start < longest->end) {
			char from[DATE_TEXT], to[DATE_TEXT];
			int32_t end = own->end < longest->end ? own->end : longest->end;
			date_format(from, own->start);
			diag_add(court->diags, RULE_DATA_TWO_IN_PRODUCTION, own->entry->at,
				 "'%s' and '%s' %s %s%s%s", longest->version->name,
				 own->version->name, end == INT32_MAX ? "since" : "from", from,
				 end == INT32_MAX ? "" : " to ",
				 end == INT32_MAX ? "" : date_format(to, end));
		}
		if (!longest || own->end > longest->end)
			longest = own;
	}
}

void judge_versions(struct court *court, const struct model *model)
{
	size_t n;
	struct made *list = list_made(court, model, &n);

	for (size_t i = 0; i < model->versions.n; i++) {
		judge_history(court, model->versions.items[i]);
		judge_primary(court, model->versions.items[i]);
	}
	judge_created(court, list, n);
	judge_same_number(court, model);
	judge_numbers(court, list, n);
	judge_production(court, model);
}
