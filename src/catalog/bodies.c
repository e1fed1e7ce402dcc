/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/bodies.c - the documents' texts parsed, and judged by the workers where that is all */
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/gist.h"
#include "catalog/live.h"
#include <string.h>

enum {
	LONGEST_WITH_GIST = 256 << 10, /* bytes: what a worker does counts against its time */
	SCRATCH_KEPT = 64 << 10        /* bytes that stay allocated from text to text */
};

/* What makes and takes gists; a worker has a copy of its own. */
struct gister {
	const struct catalog *c;
	struct arena mem, scratch;
	struct arena_mark mem_empty, scratch_empty;
};

static void prepare(struct arena *mem, struct arena_mark *empty)
{
	arena_init(mem);
	arena_alloc(mem, SCRATCH_KEPT);
	*empty = (struct arena_mark){mem->last, 0};
	arena_reset(mem, *empty);
}

static bool make(void *ctx, size_t i, const struct md_tree *tree, struct out *to)
{
	struct gister *g = ctx;
	const struct workspace *ws = g->c->ws;
	struct document doc = *ws->documents.items[i];
	struct diag_sink findings;
	bool good;

	doc.text.body = *tree;
	doc.title_node = catalog_title_node(tree);
	diag_init(&findings, &g->mem);
	catalog_match_document(&g->mem, &g->scratch, &doc);
	good = !catalog_add_anchors(&g->mem, &doc);
	if (good && !doc.text.faulty)
		g->c->options->judge_text(ws, &doc, &findings);
	good = good && gist_write(&doc, &findings, to);
	arena_reset(&g->mem, g->mem_empty);
	arena_reset(&g->scratch, g->scratch_empty);
	return good;
}

static bool take(void *ctx, size_t i, struct arena *mem, const void *bytes, size_t n)
{
	const struct gister *g = ctx;
	struct document *doc = g->c->ws->documents.items[i];
	struct gist *gist = arena_new(mem, struct gist, 1);

	if (!gist_read(bytes, n, doc->text.source, gist))
		return false;
	doc->gist = gist;
	doc->n_items = gist->head->n_items;
	doc->n_ticked = gist->head->n_ticked;
	doc->n_not_applicable = gist->head->n_not_applicable;
	return true;
}

/* What the gist of a document depends on besides its text; NULL where its tree is wanted: for the
 * states of its items, which records decide, for comments that allow findings, for what is live,
 * for controls that name its sections. */
static const char *gist_key(struct arena *mem, const struct workspace *ws,
			    const struct document *doc)
{
	const struct source *source = doc->text.source;

	if (doc->about.kind != ABOUT_WORKSPACE || source->len > LONGEST_WITH_GIST ||
	    map_has(&ws->named_by_controls, doc->id) ||
	    text_find(source->text, source->len, "<!--", 4) ||
	    (catalog_is_live(ws, doc) && live_may_hold(source->text, source->len)))
		return NULL;
	return doc->tmpl ? arena_printf(mem, "%d %s", doc->text.faulty, doc->tmpl->source->path)
			 : "";
}

/* The digest of what all gists depend on: of the files that were read before the documents,
 * templates and phrases count. */
static char *key_of_all(const struct catalog *c)
{
	struct sha256_stream stream;
	char *key = arena_alloc(c->mem, SHA256_HEX);

	sha256_start(&stream);
	for (size_t i = 0; i < c->n_before_content; i++) {
		const struct input_file *input = &c->ws->inputs.items[i];
		sha256_add(&stream, input->path, strlen(input->path) + 1);
		sha256_add(&stream, input->sha256, SHA256_HEX);
	}
	sha256_finish(&stream, key);
	return key;
}

/* A gist that was taken from the store with others that proved unsound counts no more where what
 * was read anew is a tree. */
static void drop_gists(const struct workspace *ws)
{
	for (size_t i = 0; i < ws->documents.n; i++) {
		struct document *doc = ws->documents.items[i];
		if (!doc->gist || doc->text.body.is_gist)
			continue;
		doc->gist = NULL;
		doc->n_items = doc->n_ticked = doc->n_not_applicable = 0;
	}
}

void catalog_parse(struct catalog *c, struct document_text *const *texts)
{
	size_t n = c->ws->documents.n;
	const char **keys = arena_new(c->mem, const char *, n);
	struct gister gister = {.c = c};
	struct md_gists gists = {make, take, &gister, NULL};

	if (!c->options->judge_text) {
		document_parse_all(c->mem, c->options->store, texts, n, c->options->jobs, NULL,
				   NULL, c->diags);
		return;
	}
	for (size_t i = 0; i < n; i++)
		keys[i] = gist_key(c->mem, c->ws, c->ws->documents.items[i]);
	gists.key = key_of_all(c);
	prepare(&gister.mem, &gister.mem_empty);
	prepare(&gister.scratch, &gister.scratch_empty);
	document_parse_all(c->mem, c->options->store, texts, n, c->options->jobs, &gists, keys,
			   c->diags);
	drop_gists(c->ws);
	arena_release(&gister.mem);
	arena_release(&gister.scratch);
}
