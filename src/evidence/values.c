/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/values.c - every value under a path, with its place */
#include "base/number.h"
#include "evidence/figure_visit.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- figures of a window ---------------------------------------------------------------------- */

static bool give_number(struct value *value, double number, const char *reason)
{
	value->kind = isnan(number) ? VALUE_UNKNOWN : VALUE_NUMBER;
	value->number = number;
	value->reason = isnan(number) ? reason ? reason : "not known" : NULL;
	return true;
}

static bool give_text(struct value *value, const char *text)
{
	value->kind = VALUE_TEXT;
	value->text = text;
	return true;
}

/* A walk over all figures that goes into the maps and lists whose names the path begins with. */
enum { LOOKUP_DEPTH = 16 };
struct lookup {
	const char *rest; /* of the path, behind the names of the maps that are open */
	struct {
		const char *rest;
		size_t item; /* of a list */
		bool list;
	} above[LOOKUP_DEPTH];
	size_t depth;
	bool in_list;
	size_t item; /* of the list that is open */
	struct value *value;
	bool found;
};

/* Whether the path goes on with this name; behind it in *rest, at a dot or the end. */
static bool goes_on(struct lookup *l, const char *name, const char **rest)
{
	char item[32];
	size_t n;

	if (l->in_list) {
		snprintf(item, sizeof item, "%zu", l->item++);
		name = item;
	}
	n = strlen(name);
	*rest = l->rest + n;
	return !strncmp(l->rest, name, n);
}

static bool lookup_open(void *ctx, const char *name, bool list)
{
	struct lookup *l = ctx;
	const char *rest;

	if (!goes_on(l, name, &rest) || *rest != '.' || l->found || l->depth == LOOKUP_DEPTH)
		return false;
	l->above[l->depth].rest = l->rest;
	l->above[l->depth].item = l->item;
	l->above[l->depth++].list = l->in_list;
	l->rest = rest + 1;
	l->in_list = list;
	l->item = 0;
	return true;
}

static void lookup_close(void *ctx)
{
	struct lookup *l = ctx;

	l->depth--;
	l->rest = l->above[l->depth].rest;
	l->item = l->above[l->depth].item;
	l->in_list = l->above[l->depth].list;
}

static void lookup_number(void *ctx, const char *name, double number, const char *reason)
{
	struct lookup *l = ctx;
	const char *rest;

	if (!goes_on(l, name, &rest) || l->found)
		return;
	if (!*rest)
		l->found = give_number(l->value, number, reason);
	else if (!strcmp(rest, "_low") || !strcmp(rest, "_high")) /* until its ends come */
		give_number(l->value, NAN, "no interval");
}

static void lookup_count(void *ctx, const char *name, size_t count)
{
	struct lookup *l = ctx;
	const char *rest;

	if (goes_on(l, name, &rest) && !*rest && !l->found)
		l->found = give_number(l->value, (double)count, NULL);
}

static void lookup_text(void *ctx, const char *name, const char *text)
{
	struct lookup *l = ctx;
	const char *rest;

	if (goes_on(l, name, &rest) && !*rest && !l->found)
		l->found = give_text(l->value, text);
}

static struct figure_visitor lookup_visitor(struct lookup *l)
{
	return (struct figure_visitor){.ctx = l,
				       .open = lookup_open,
				       .close = lookup_close,
				       .number = lookup_number,
				       .count = lookup_count,
				       .text = lookup_text};
}

/* The value is found, or that it has no interval. */
static bool lookup_ends(const struct lookup *l)
{
	return l->found || l->value->reason;
}

bool window_value(const struct window_figures *w, const char *path, struct value *value)
{
	struct lookup l = {.rest = path, .value = value};
	struct figure_visitor visitor = lookup_visitor(&l);

	value->reason = NULL;
	window_visit(w, &visitor);
	return lookup_ends(&l);
}

/* -- values of records ------------------------------------------------------------------------ */

/* windows.LABEL.… (a label holds no dot) beside windows.0.…, or any other figure. */
static bool measured_value(const struct record_figures *f, const char *path, struct value *value)
{
	static const char windows[] = "windows.";
	const char *rest = path + strlen(windows);
	struct lookup l = {.rest = path, .value = value};
	struct figure_visitor visitor = lookup_visitor(&l);
	size_t n;

	if (!strncmp(path, windows, strlen(windows))) {
		n = strcspn(rest, ".");
		for (size_t i = 0; rest[n] && i < f->n_windows; i++)
			if (strlen(f->windows[i].label) == n &&
			    !strncmp(rest, f->windows[i].label, n))
				return window_value(&f->windows[i], rest + n + 1, value);
	}
	value->reason = NULL;
	figures_visit(f, &visitor);
	return lookup_ends(&l);
}

static struct value unknown(const char *reason)
{
	return (struct value){.kind = VALUE_UNKNOWN, .number = NAN, .reason = reason};
}

static struct value node_value(const struct data_node *node, struct arena *mem)
{
	struct value value = {.number = NAN, .at = node->at, .origin = ORIGIN_GIVEN};

	switch (node->kind) {
	case DATA_NUMBER:
		value.kind = VALUE_NUMBER;
		value.number = node->number;
		value.text = node->text;
		break;
	case DATA_BOOL:
		value.kind = VALUE_BOOL;
		value.truth = node->truth;
		value.text = node->text;
		break;
	case DATA_TEXT:
		value.kind = VALUE_TEXT;
		value.text = node->text;
		break;
	case DATA_NULL:
		value.reason = "left open";
		break;
	case DATA_LIST:
	case DATA_MAP:
		value.reason = arena_printf(mem, "it is %s", data_kind_name(node->kind));
		break;
	}
	return value;
}

/* A value of a record: measured where it was, else as its file says. */
static bool record_value(const struct evidence *evidence, const struct record *record,
			 struct arena *mem, const char *path, struct value *value)
{
	const struct record_figures *figures = evidence_of(evidence, record);
	const struct data_node *node;

	*value = (struct value){.number = NAN};
	if (figures && figures->origin == ORIGIN_MEASURED && measured_value(figures, path, value) &&
	    !(figures->counted && value->kind == VALUE_UNKNOWN &&
	      data_find_path(record->node, path))) {
		value->at = figures->source_at;
		value->origin = ORIGIN_MEASURED;
		return true;
	}
	node = data_find_path(record->node, path);
	if (node)
		*value = node_value(node, mem);
	return node != NULL;
}

static struct value version_value(const struct evidence *evidence, const struct version *version,
				  struct arena *mem, const char *path)
{
	const struct data_node *node;
	struct value value;

	if (version->primary && record_value(evidence, version->primary, mem, path, &value) &&
	    (value.origin == ORIGIN_MEASURED || !data_find_path(version->node, path)))
		return value;
	if (!strcmp(path, "stage")) {
		value = (struct value){.number = NAN, .at = version->at, .origin = ORIGIN_GIVEN};
		if (version->stage == STAGE_NONE)
			return unknown("no stage is recorded");
		give_text(&value, stage_name(version->stage));
		return value;
	}
	node = data_find_path(version->node, path);
	if (node)
		return node_value(node, mem);
	return unknown(version->primary
			   ? arena_printf(mem, "'%s' has no '%s'", version->name, path)
			   : arena_printf(mem, "'%s' has no evaluation", version->name));
}

struct value evidence_value(const struct evidence *evidence, const struct workspace *ws,
			    struct arena *mem, const char *path)
{
	const char *colon = strchr(path, ':');
	const struct model *model = NULL;
	const struct version *version = NULL;
	const struct record *record;
	struct value value;
	char *subject;

	if (!colon || colon == path || !colon[1])
		return unknown(
		    "a path is SUBJECT:PATH, for example churn@1.2.0:performance.roc_auc");
	subject = arena_strndup(mem, path, (size_t)(colon - path));
	if (!workspace_subject(ws, subject, &model, &version)) {
		model = NULL;
		version = NULL;
	}
	if (version)
		return version_value(evidence, version, mem, colon + 1);
	record = model ? model->record : workspace_record(ws, subject);
	if (!record)
		return unknown(arena_printf(mem, "nothing has the id '%s'", subject));
	if (record_value(evidence, record, mem, colon + 1, &value))
		return value;
	return unknown(arena_printf(mem, "'%s' has no '%s'", subject, colon + 1));
}
