/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_resolve.c - what the ids of live documents lead to, and who mentions whom */
#include "base/parts.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/live.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <string.h>

/* Each compares with all ids of the workspace. */
enum { MOST_SUGGESTIONS = 20 };

/* ---- ids ---- */

static bool is_kind(const struct record *record, const char *kind)
{
	return record->kind && !strcmp(record->kind, kind);
}

static void take_record(const struct workspace *ws, const struct record *record,
			struct live_target *target)
{
	const struct page *run = map_get(&ws->run_pages, record->id);
	const struct page *framework = map_get(&ws->framework_pages, record->id);
	const struct page *incidents = page_single(&ws->pages, PAGE_INCIDENTS);
	struct position at = source_position(&record->node->at);

	target->record = record;
	target->page = record->page;
	if (run) {
		target->page = run;
	} else if (framework) {
		target->page = framework;
	} else if (is_kind(record, "incident") && incidents) {
		target->page = incidents;
		target->anchor = record->id;
	} else if (record->page) {
		target->anchor = arena_printf(ws->mem, "L%u", at.line);
	}
}

/* The line of a record is written once, so that threads may ask. */
static void index_records(struct catalog *c)
{
	struct workspace *ws = c->ws;

	for (size_t i = 0; i < ws->pages.n; i++)
		if (ws->pages.items[i]->kind == PAGE_RUN)
			map_put(&ws->run_pages, c->mem, ws->pages.items[i]->record->id,
				ws->pages.items[i]);
	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		struct live_target *target;
		if (!record->id || map_has(&ws->record_targets, record->id))
			continue;
		target = arena_new(c->mem, struct live_target, 1);
		*target = (struct live_target){.anchor = ""};
		take_record(ws, record, target);
		map_put(&ws->record_targets, c->mem, record->id, target);
	}
}

bool live_find(const struct workspace *ws, const char *id, struct live_target *target)
{
	const struct live_target *record;
	const struct model *model;
	const struct version *version;
	const struct document *doc;

	*target = (struct live_target){.anchor = ""};
	if (workspace_subject(ws, id, &model, &version)) {
		target->model = model;
		target->version = version;
		target->page = version ? version->page : model->page;
		return true;
	}
	doc = workspace_document(ws, id);
	if (doc) {
		target->document = doc;
		target->page = doc->page;
		return true;
	}
	record = map_get(&ws->record_targets, id);
	if (record)
		*target = *record;
	return record;
}

const char *live_target_name(const struct live_target *target)
{
	if (target->version)
		return target->version->name;
	if (target->model)
		return target->model->name ? target->model->name : target->model->id;
	if (target->document)
		return target->document->title;
	return target->record->id;
}

const char *live_nearest_id(const struct workspace *ws, struct arena *scratch, const char *id)
{
	struct arena_mark mark = arena_save(scratch);
	struct {
		LIST_OF(const char *);
	} ids = {0};
	const char *nearest;

	for (size_t i = 0; i < ws->models.n; i++) {
		const struct model *model = ws->models.items[i];
		*ARENA_PUSH(scratch, &ids) = model->id;
		for (size_t k = 0; k < model->versions.n; k++)
			*ARENA_PUSH(scratch, &ids) = model->versions.items[k]->name;
	}
	for (size_t i = 0; i < ws->records.n; i++)
		if (ws->records.items[i]->id)
			*ARENA_PUSH(scratch, &ids) = ws->records.items[i]->id;
	for (size_t i = 0; i < ws->documents.n; i++)
		*ARENA_PUSH(scratch, &ids) = ws->documents.items[i]->id;
	nearest = text_nearest(id, ids.items, ids.n);
	arena_reset(scratch, mark);
	return nearest;
}

/* ---- a document ---- */

bool catalog_is_live(const struct workspace *ws, const struct document *doc)
{
	const struct data_node *live = data_find(doc->text.front_matter, "live");

	if (!ws->configured)
		return false; /* a folder that is read for its Markdown alone */
	if (live && live->kind == DATA_BOOL)
		return live->truth;
	return doc->kind != NULL;
}

static const char *nearest_anchor(struct arena *scratch, const struct map *anchors,
				  const char *anchor)
{
	struct arena_mark mark = arena_save(scratch);
	const char **ids = arena_new(scratch, const char *, anchors->n + 1), *nearest;

	for (size_t i = 0; i < anchors->n; i++)
		ids[i] = anchors->entries[i].key;
	nearest = text_nearest(anchor, ids, anchors->n);
	arena_reset(scratch, mark);
	return nearest;
}

/* An incident has an anchor on a page shared by all; its headings are those of a document about it.
 */
static const struct document *about_incident(const struct workspace *ws,
					     const struct record *incident, const char *anchor)
{
	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		if (doc->about.kind == ABOUT_INCIDENT && doc->about.record == incident &&
		    doc->page && page_has_anchor(doc->page, anchor))
			return doc;
	}
	return NULL;
}

static bool find_anchor(const struct workspace *ws, struct live_span *span)
{
	struct live_target *target = &span->target;
	const struct document *doc;

	if (!target->record || !is_kind(target->record, "incident"))
		return page_has_anchor(target->page, span->anchor);
	doc = about_incident(ws, target->record, span->anchor);
	if (doc)
		target->page = doc->page;
	return doc;
}

static void resolve_link(const struct workspace *ws, struct arena *scratch, struct live_span *span,
			 size_t *suggestions)
{
	bool asks;

	span->resolved = live_find(ws, span->id, &span->target);
	asks = *suggestions < MOST_SUGGESTIONS;
	if (!span->resolved) {
		if (asks)
			span->nearest = live_nearest_id(ws, scratch, span->id);
		*suggestions += asks;
		return;
	}
	if (!*span->anchor || !span->target.page)
		return;
	span->target.anchor = span->anchor;
	if (find_anchor(ws, span))
		return;
	span->resolved = false;
	span->anchor_is_wrong = true;
	if (asks && span->target.page->anchors)
		span->nearest = nearest_anchor(scratch, span->target.page->anchors, span->anchor);
	*suggestions += asks;
}

/* "[[3]]" is a citation where nothing has the id. */
static bool is_number(const char *id)
{
	return strspn(id, "0123456789") == strlen(id);
}

/* Keeps those that were meant. */
static void judge_slips(const struct workspace *ws, struct arena *mem, struct live *live)
{
	size_t kept = 0, suggestions = 0;

	for (size_t i = 0; i < live->slips.n; i++) {
		struct live_slip slip = live->slips.items[i];
		if (!live_slip_judge(ws, mem, &slip, suggestions < MOST_SUGGESTIONS))
			continue;
		suggestions += slip.kind == LIVE_LINK;
		live->slips.items[kept++] = slip;
	}
	live->slips.n = kept;
}

static void resolve_one(void *ctx, size_t i, struct part *part)
{
	const struct catalog *c = ctx;
	struct document *doc = c->ws->documents.items[i];
	size_t suggestions = 0, kept = 0;
	struct live *live;

	if (doc->text.faulty || !catalog_is_live(c->ws, doc) ||
	    !live_may_hold(doc->text.source->text, doc->text.source->len))
		return;
	live = arena_new(part->mem, struct live, 1);
	live_scan(part->mem, &doc->text, c->ws->block_schemas, live, part->diags);
	for (size_t k = 0; k < live->spans.n; k++) {
		struct live_span *span = &live->spans.items[k];
		if (span->kind == LIVE_LINK) {
			resolve_link(c->ws, part->scratch, span, &suggestions);
			if (!span->resolved && is_number(span->id))
				continue;
		}
		live->spans.items[kept++] = *span;
	}
	live->spans.n = kept;
	judge_slips(c->ws, part->mem, live);
	if (kept || live->blocks.n || live->slips.n)
		doc->live = live;
}

/* ---- schemas of blocks ---- */

static bool has_blocks(const struct workspace *ws)
{
	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		const struct md_tree *tree = &doc->text.body;
		if (!catalog_is_live(ws, doc))
			continue;
		for (uint32_t k = 1; k < tree->n; k++)
			if (tree->nodes[k].type == MD_CODE_BLOCK &&
			    (text_starts_with(md_extra(tree, &tree->nodes[k]), "plot") ||
			     text_starts_with(md_extra(tree, &tree->nodes[k]), "table")))
				return true;
	}
	return false;
}

static void read_block_schemas(struct catalog *c)
{
	if (!has_blocks(c->ws))
		return;
	for (unsigned kind = 0; kind < LIVE_BLOCK_KINDS; kind++) {
		const char *path = arena_printf(c->mem, "templates/blocks/%s.schema.yaml",
						live_block_name((enum live_block_kind)kind));
		struct source *source = workspace_asset(c->ws, path, c->diags);
		const struct data_node *root = source ? yaml_read(c->mem, source, 0, source->len,
								  RULE_TEMPLATE_INVALID, c->diags)
						      : NULL;
		if (root)
			c->ws->block_schemas[kind] = schema_compile(c->mem, root, c->diags);
	}
}

/* ---- thresholds ---- */

static void index_thresholds(struct catalog *c)
{
	struct workspace *ws = c->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		const struct data_node *map = data_find(record->node, "thresholds");
		if (!is_kind(record, "policy") || !map || map->kind != DATA_MAP)
			continue;
		for (size_t k = 0; k < map->n; k++) {
			struct threshold *threshold;
			if (map_has(&ws->thresholds, map->pairs[k].key->text))
				continue;
			threshold = arena_new(c->mem, struct threshold, 1);
			*threshold = (struct threshold){record, map->pairs[k].value};
			map_put(&ws->thresholds, c->mem, map->pairs[k].key->text, threshold);
		}
	}
}

/* ---- who mentions whom ---- */

static void add_mention(struct catalog *c, const struct document *from, const struct page *to,
			enum mention_kind how)
{
	struct page *page = (struct page *)to;
	struct mention *last;

	if (!page || page == from->page || !from->page)
		return;
	/* Documents come one after the other, so that the last mention tells repeats. */
	last = page->mentions.n ? &page->mentions.items[page->mentions.n - 1] : NULL;
	if (last && last->from == from)
		last->how |= how;
	else
		*ARENA_PUSH(c->mem, &page->mentions) = (struct mention){from, how};
}

static const struct page *about_page(const struct workspace *ws, const struct subject *about)
{
	struct live_target target;

	if (about->kind == ABOUT_WORKSPACE || about->unresolved)
		return NULL;
	return live_find(ws, about->text, &target) ? target.page : NULL;
}

/* Whether a record holds what `where:` asks for. What is not written in it is a figure, which is
 * not measured yet: such a row counts as left out. */
static bool is_picked(const struct record *record, const struct data_node *where)
{
	for (size_t i = 0; where && where->kind == DATA_MAP && i < where->n; i++) {
		const char *has =
		    data_text(data_find_path(record->node, where->pairs[i].key->text));
		const char *wants = data_text(where->pairs[i].value);

		if (!has || !wants || strcmp(has, wants) != 0)
			return false;
	}
	return true;
}

/* The files of all rows of a table. */
static void mention_kind(struct catalog *c, const struct document *doc,
			 const struct live_block *block, const char *kind)
{
	const char *about = data_find_text(block->root, "about");

	for (size_t i = 0; i < c->ws->records.n; i++) {
		const struct record *record = c->ws->records.items[i];
		const struct model *model = record->about.model;
		if (is_kind(record, kind) &&
		    (!about || !strcmp(record->about.text, about) ||
		     (model && !strcmp(model->id, about))) &&
		    is_picked(record, data_find(block->root, "where")))
			add_mention(c, doc, record->page, MENTION_VALUE);
	}
}

/* The pages of what a path begins with. */
static void mention_value(struct catalog *c, const struct document *doc,
			  const struct live_path *path)
{
	const struct threshold *threshold;
	struct live_target target;

	if (!strcmp(path->subject, "policy")) {
		size_t n = strcspn(path->keys, ".");
		threshold = map_get_n(&c->ws->thresholds, path->keys, n);
		if (threshold)
			add_mention(c, doc, threshold->record->page, MENTION_VALUE);
		return;
	}
	if (!live_find(c->ws, path->subject, &target))
		return;
	add_mention(c, doc, target.page, MENTION_VALUE);
	if (target.record)
		add_mention(c, doc, target.record->page, MENTION_VALUE);
}

static void mention_block(struct catalog *c, const struct document *doc,
			  const struct live_block *block)
{
	const struct data_node *of = data_find(block->root, "of");
	struct live_target target;

	for (size_t i = 0; of && i < (of->kind == DATA_LIST ? of->n : 1); i++) {
		const char *id = data_text(of->kind == DATA_LIST ? of->items[i] : of);
		if (id && map_has(&c->ws->record_kind_by_name, id) && of->kind != DATA_LIST)
			mention_kind(c, doc, block, id);
		else if (id && live_find(c->ws, id, &target))
			add_mention(c, doc, target.page, MENTION_VALUE);
	}
}

void catalog_collect_mentions(struct catalog *c)
{
	for (size_t i = 0; i < c->ws->documents.n; i++) {
		const struct document *doc = c->ws->documents.items[i];
		add_mention(c, doc, about_page(c->ws, &doc->about), MENTION_ABOUT);
		for (size_t k = 0; k < doc->links.n; k++)
			if (doc->links.items[k].kind == LINK_PAGE)
				add_mention(c, doc, doc->links.items[k].page, MENTION_LINK);
		for (size_t k = 0; doc->live && k < doc->live->spans.n; k++) {
			const struct live_span *span = &doc->live->spans.items[k];
			if (span->kind == LIVE_VALUE)
				mention_value(c, doc, &span->value);
			else if (span->resolved)
				add_mention(c, doc, span->target.page, MENTION_LINK);
		}
		for (size_t k = 0; doc->live && k < doc->live->blocks.n; k++)
			mention_block(c, doc, &doc->live->blocks.items[k]);
	}
}

void catalog_resolve_live(struct catalog *c)
{
	index_records(c);
	index_thresholds(c);
	read_block_schemas(c);
	parts_run(c->mem, c->diags, c->ws->documents.n, c->options->jobs, resolve_one, c);
}
