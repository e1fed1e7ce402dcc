/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/written.c - figures that front matter writes by hand and that name what they are of */
#include "catalog/live.h"
#include "evidence/paths.h"
#include <string.h>

struct writer {
	const struct workspace *ws;
	struct arena *mem;
	LIST_OF(struct written_figure);
};

static void add(struct writer *w, const char *subject, const char *keys,
		const struct data_pair *pair, bool certain)
{
	struct written_figure *figure;
	struct live_path path;

	if (!live_path_plain(w->mem, arena_printf(w->mem, "%s:%s", subject, keys), &path))
		return;
	figure = ARENA_PUSH(w->mem, w);
	*figure = (struct written_figure){path, pair->value, certain, pair->key->at};
}

/* Numbers below a map whose keys are paths, or parts of one, of `subject`. */
static void add_figures(struct writer *w, const char *subject, const char *above,
			const struct data_node *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct data_pair *pair = &map->pairs[i];
		const char *keys = *above ? arena_printf(w->mem, "%s.%s", above, pair->key->text)
					  : pair->key->text;

		if (pair->value->kind == DATA_NUMBER)
			add(w, subject, keys, pair, false);
		else if (pair->value->kind == DATA_MAP)
			add_figures(w, subject, keys, pair->value);
	}
}

/* Keys that are paths, and maps that name a record, anywhere below. */
static void look_through(struct writer *w, const struct data_node *node)
{
	const char *record = data_find_text(node, "record");
	struct live_target target;
	struct live_path path;

	for (size_t i = 0; node->kind == DATA_LIST && i < node->n; i++)
		look_through(w, node->items[i]);
	if (node->kind != DATA_MAP)
		return;
	if (record && live_find(w->ws, record, &target) && !target.document)
		add_figures(w, record, "", node);
	for (size_t i = 0; i < node->n; i++) {
		const struct data_pair *pair = &node->pairs[i];
		if (pair->value->kind != DATA_NUMBER)
			look_through(w, pair->value);
		else if (strchr(pair->key->text, ':') &&
			 live_path_plain(w->mem, pair->key->text, &path))
			add(w, path.subject, path.keys, pair, true);
	}
}

/* The version that a document is about, or names beside its model. */
static const char *version_of(struct writer *w, const struct document *doc)
{
	const char *version = data_find_text(doc->text.front_matter, "version"), *name;
	const struct model *model;
	const struct version *found;

	if (doc->about.version)
		return doc->about.version->name;
	if (!doc->about.model || !version)
		return NULL;
	name = arena_printf(w->mem, "%s@%s", doc->about.model->id, version);
	return workspace_subject(w->ws, name, &model, &found) && found ? found->name : NULL;
}

size_t written_figures(const struct workspace *ws, struct arena *mem, const struct document *doc,
		       struct written_figure **figures)
{
	struct writer w = {.ws = ws, .mem = mem};
	const struct data_node *front = doc->text.front_matter, *metrics;
	const char *version;

	if (front && doc->kind) {
		look_through(&w, front);
		version = version_of(&w, doc);
		metrics = data_find_path(front, "evaluation.metrics");
		if (!metrics)
			metrics = data_find(front, "metrics");
		if (version && metrics && metrics->kind == DATA_MAP &&
		    !data_find(metrics, "record"))
			add_figures(&w, version, "", metrics);
	}
	*figures = w.items;
	return w.n;
}
