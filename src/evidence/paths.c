/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/paths.c - values under the paths of live documents */
#include "evidence/paths.h"
#include "base/text.h"
#include "catalog/live.h"
#include "evidence/figure_visit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CANDIDATES = 4000 };

struct candidates {
	struct arena *mem;
	LIST_OF(const char *);
};

static void add(struct candidates *c, const char *text)
{
	if (c->n < MOST_CANDIDATES)
		*ARENA_PUSH(c->mem, c) = text;
}

/* Scalars below a node, by their paths. */
static void add_below(struct candidates *c, const char *path, const struct data_node *node)
{
	if (c->n >= MOST_CANDIDATES)
		return;
	if (node->kind == DATA_MAP)
		for (size_t i = 0; i < node->n; i++) {
			const char *key = node->pairs[i].key->text;
			add_below(c, *path ? arena_printf(c->mem, "%s.%s", path, key) : key,
				  node->pairs[i].value);
		}
	else if (node->kind == DATA_LIST)
		for (size_t i = 0; i < node->n; i++)
			add_below(c, arena_printf(c->mem, "%s.%zu", path, i), node->items[i]);
	else
		add(c, path);
}

/* A walk over figures that notes their paths; lists (bins) are passed over. */
enum { NAMING_DEPTH = 16 };
struct naming {
	struct candidates *to;
	const char
	    *above[NAMING_DEPTH]; /* paths of the maps that are open, "" or with a dot behind */
	size_t depth;
};

static bool naming_open(void *ctx, const char *name, bool list)
{
	struct naming *n = ctx;

	if (list || !name || n->depth + 1 == NAMING_DEPTH)
		return false;
	n->above[n->depth + 1] = arena_printf(n->to->mem, "%s%s.", n->above[n->depth], name);
	n->depth++;
	return true;
}

static void naming_close(void *ctx)
{
	struct naming *n = ctx;

	n->depth--;
}

static void naming_add(struct naming *n, const char *name)
{
	if (name)
		add(n->to, arena_printf(n->to->mem, "%s%s", n->above[n->depth], name));
}

static void naming_number(void *ctx, const char *name, double value, const char *reason)
{
	(void)value;
	(void)reason;
	naming_add(ctx, name);
}

static void naming_count(void *ctx, const char *name, size_t value)
{
	(void)value;
	naming_add(ctx, name);
}

static void naming_text(void *ctx, const char *name, const char *value)
{
	(void)value;
	naming_add(ctx, name);
}

/* Paths of the figures of a whole log. */
static void add_figures(struct candidates *c, const struct record_figures *figures)
{
	struct naming naming = {.to = c, .above = {""}};
	const struct figure_visitor visitor = {.ctx = &naming,
					       .open = naming_open,
					       .close = naming_close,
					       .number = naming_number,
					       .count = naming_count,
					       .text = naming_text};

	window_visit(&figures->all, &visitor);
	add(c, "skipped");
}

/* -- scalars of files ------------------------------------------------------------------------- */

static struct live_value missing(const char *problem)
{
	return (struct live_value){.value = {.number = NAN}, .problem = problem};
}

static struct live_value of_node(struct arena *mem, const char *path, const struct data_node *node)
{
	struct live_value found = {
	    .found = true,
	    .value = {.number = NAN, .at = node->at, .origin = ORIGIN_GIVEN, .text = node->text}};

	switch (node->kind) {
	case DATA_NUMBER:
		found.value.kind = VALUE_NUMBER;
		found.value.number = node->number;
		return found;
	case DATA_BOOL:
		found.value.kind = VALUE_BOOL;
		found.value.truth = node->truth;
		return found;
	case DATA_TEXT:
		found.value.kind = VALUE_TEXT;
		return found;
	case DATA_NULL:
		found.value.kind = VALUE_UNKNOWN;
		found.value.text = NULL;
		found.value.reason = "left open";
		return found;
	case DATA_LIST:
	case DATA_MAP:
		break;
	}
	return missing(
	    arena_printf(mem, "'%s' is %s, not a value", path, data_kind_name(node->kind)));
}

static const char *nearest_of(struct arena *mem, const struct candidates *c, const char *subject,
			      const char *keys)
{
	const char *near = text_nearest(keys, c->items, c->n);

	return near ? arena_printf(mem, "%s:%s", subject, near) : NULL;
}

static struct live_value of_workspace(const struct workspace *ws, struct arena *mem,
				      const struct live_path *path, bool suggests)
{
	const struct data_node *node = data_find(ws->config.variables, path->keys);
	struct candidates names = {.mem = mem};
	struct live_value found;

	if (!node)
		node = data_find_path(ws->config.variables, path->keys);
	if (node) {
		found = of_node(mem, path->keys, node);
	} else {
		found = missing(
		    arena_printf(mem, "'variables:' of modelbook.yaml has no '%s'", path->keys));
	}
	if (!found.found && suggests && ws->config.variables) {
		add_below(&names, "", ws->config.variables);
		found.nearest = nearest_of(mem, &names, path->subject, path->keys);
	}
	return found;
}

/* NAME, NAME.value, NAME.source. */
static struct live_value of_policy(const struct workspace *ws, struct arena *mem,
				   const struct live_path *path, bool suggests)
{
	const struct threshold *threshold = map_get(&ws->thresholds, path->keys);
	const char *dot = strrchr(path->keys, '.'), *key = "value";
	struct candidates names = {.mem = mem};
	struct live_value found;
	const struct data_node *node;

	if (!threshold && dot) {
		threshold = map_get_n(&ws->thresholds, path->keys, (size_t)(dot - path->keys));
		key = dot + 1;
	}
	node = threshold ? data_find(threshold->node, key) : NULL;
	if (node)
		return of_node(mem, path->keys, node);
	found = missing(
	    threshold ? arena_printf(mem, "a threshold has 'value' and 'source', not '%s'", key)
		      : arena_printf(mem, "no policy has a threshold '%s'", path->keys));
	if (!suggests)
		return found;
	for (size_t i = 0; i < ws->thresholds.n; i++)
		add(&names, ws->thresholds.entries[i].key);
	found.nearest = nearest_of(mem, &names, path->subject, path->keys);
	return found;
}

/* -- records and versions --------------------------------------------------------------------- */

/* Where the keys of a subject stand. */
struct place {
	const struct data_node *nodes[2]; /* of the version, and of the record */
	const struct record *record;      /* whose figures they are; NULL */
};

static bool find_place(const struct workspace *ws, const char *subject, struct place *place)
{
	struct live_target target;

	*place = (struct place){0};
	if (!live_find(ws, subject, &target) || target.document)
		return false;
	if (target.version) {
		place->record = target.version->primary;
		place->nodes[0] = target.version->node;
	} else {
		place->record = target.model ? target.model->record : target.record;
	}
	place->nodes[1] = place->record ? place->record->node : NULL;
	return true;
}

static bool is_known(const struct evidence *evidence, const struct workspace *ws, struct arena *mem,
		     const char *path)
{
	return path && evidence_value(evidence, ws, mem, path).at.source;
}

/* "segments.plan.a.rows" for "segment.plan.a.rows": the first key is the slip. */
static const char *nearest_first_key(const struct evidence *evidence, const struct workspace *ws,
				     struct arena *mem, const struct live_path *path)
{
	static const char *const firsts[] = {
	    "performance", "classes", "confusion", "comparison", "regression", "calibration",
	    "fairness",    "drift",   "latency",   "windows",    "segments"};
	size_t n = strcspn(path->keys, ".");
	const char *first =
	    text_nearest(arena_strndup(mem, path->keys, n), firsts, sizeof firsts / sizeof *firsts);
	const char *near =
	    first ? arena_printf(mem, "%s:%s%s", path->subject, first, path->keys + n) : NULL;

	return is_known(evidence, ws, mem, near) ? near : NULL;
}

/* A figure of a version that is asked of its model; of the last version that has it. */
static const char *nearest_version(const struct evidence *evidence, const struct workspace *ws,
				   struct arena *mem, const struct live_path *path)
{
	struct live_target target;

	if (!live_find(ws, path->subject, &target) || !target.model || target.version)
		return NULL;
	for (size_t i = target.model->versions.n; i-- > 0;) {
		const char *near =
		    arena_printf(mem, "%s:%s", target.model->versions.items[i]->name, path->keys);

		if (is_known(evidence, ws, mem, near))
			return near;
	}
	return NULL;
}

static const char *nearest_key(const struct evidence *evidence, const struct workspace *ws,
			       struct arena *mem, const struct place *place,
			       const struct live_path *path)
{
	const struct record_figures *figures =
	    place->record ? evidence_of(evidence, place->record) : NULL;
	struct candidates names = {.mem = mem};
	const char *near;

	for (size_t i = 0; i < 2; i++)
		if (place->nodes[i])
			add_below(&names, "", place->nodes[i]);
	if (figures)
		add_figures(&names, figures);
	near = nearest_version(evidence, ws, mem, path);
	if (!near)
		near = nearest_first_key(evidence, ws, mem, path);
	if (!near)
		near = nearest_of(mem, &names, path->subject, path->keys);
	if (is_known(evidence, ws, mem, near))
		return near;
	/* "roc_auc" for "performance.roc_auc" */
	for (size_t i = 0; i < names.n; i++) {
		const char *last = strrchr(names.items[i], '.');
		near = arena_printf(mem, "%s:%s", path->subject, names.items[i]);
		if (last && !strcmp(last + 1, path->keys) && is_known(evidence, ws, mem, near))
			return near;
	}
	return NULL;
}

/* How windows are named, where the path asks for one that is not there; NULL else. */
static const char *no_such_window(const struct evidence *evidence, struct arena *mem,
				  const struct place *place, const struct live_path *path)
{
	const struct record_figures *f =
	    place->record ? evidence_of(evidence, place->record) : NULL;
	const char *keys = path->keys + strlen("windows.");
	size_t n;

	if (strncmp(path->keys, "windows.", strlen("windows.")) != 0 || !f || !f->n_windows)
		return NULL;
	n = strcspn(keys, ".");
	for (size_t i = 0; i < f->n_windows; i++)
		if (strlen(f->windows[i].label) == n && !memcmp(f->windows[i].label, keys, n))
			return NULL;
	if (strspn(keys, "0123456789") == n && strtoul(keys, NULL, 10) < f->n_windows)
		return NULL;
	return arena_printf(mem, "'%s' has no window '%.*s': they are '%s' to '%s', or 0 to %zu",
			    path->subject, (int)n, keys, f->windows[0].label,
			    f->windows[f->n_windows - 1].label, f->n_windows - 1);
}

static struct live_value of_record(const struct evidence *evidence, const struct workspace *ws,
				   struct arena *mem, const struct live_path *path, bool suggests)
{
	struct live_value found = {.found = true};
	const struct data_node *node = NULL;
	struct place place;

	if (!find_place(ws, path->subject, &place)) {
		found = missing(
		    arena_printf(mem, "nothing with values has the id '%s'", path->subject));
		if (!suggests)
			return found;
		found.nearest = live_nearest_id(ws, mem, path->subject);
		if (found.nearest)
			found.nearest = arena_printf(mem, "%s:%s", found.nearest, path->keys);
		return found;
	}
	for (size_t i = 0; i < 2 && !node; i++)
		node = place.nodes[i] ? data_find_path(place.nodes[i], path->keys) : NULL;
	found.value = evidence_value(evidence, ws, mem, path->path);
	if (found.value.at.source && found.value.kind != VALUE_UNKNOWN)
		return found;
	if (node && (node->kind == DATA_LIST || node->kind == DATA_MAP))
		found = missing(arena_printf(mem, "'%s' is %s, not a value", path->keys,
					     data_kind_name(node->kind)));
	else if (found.value.at.source)
		return found;
	else
		found = missing(found.value.reason ? found.value.reason : "nothing is known of it");
	if (suggests) {
		const char *window = no_such_window(evidence, mem, &place, path);

		found.problem = window ? window : found.problem;
		found.nearest = window ? NULL : nearest_key(evidence, ws, mem, &place, path);
	}
	return found;
}

struct live_value live_value(const struct evidence *evidence, const struct workspace *ws,
			     struct arena *mem, const struct live_path *path, bool suggests)
{
	if (!strcmp(path->subject, "policy"))
		return of_policy(ws, mem, path, suggests);
	if (!strcmp(path->subject, "workspace"))
		return of_workspace(ws, mem, path, suggests);
	return of_record(evidence, ws, mem, path, suggests);
}

struct live_value live_value_of(const struct evidence *evidence, const struct workspace *ws,
				struct arena *mem, const char *subject, const char *keys)
{
	struct live_path path = {
	    .path = arena_printf(mem, "%s:%s", subject, keys), .subject = subject, .keys = keys};

	return of_record(evidence, ws, mem, &path, false);
}
