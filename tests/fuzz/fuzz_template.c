/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_template.c - any templates and a document: requirements, extensions, matches
 *
 * The input is up to four texts with lines "%%%%" between them: the templates base, kind and
 * kind@1, and a document that is held against all of them. */
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TEXTS = 4, TEMPLATES = 3 };

static const char *const paths[TEXTS] = {"templates/documents/base.md",
					 "templates/documents/kind.md",
					 "templates/documents/kind@1.md", "content/a.md"};

static size_t split(struct arena *mem, const char *text, size_t n, struct source **sources)
{
	static const char between[] = "\n%%%%\n";
	size_t texts = 0, at = 0;

	while (texts < TEXTS) {
		const char *end = texts + 1 < TEXTS
				      ? memmem(text + at, n - at, between, sizeof between - 1)
				      : NULL;
		size_t len = end ? (size_t)(end - text) + 1 - at : n - at;
		sources[texts] =
		    source_new(mem, paths[texts], arena_strndup(mem, text + at, len), len);
		texts++;
		if (!end)
			break;
		at += len + sizeof between - 2;
	}
	return texts;
}

static void check_requirement(const struct template *tmpl, const struct requirement *req,
			      uint32_t *order)
{
	assert(req->title && req->id && req->guidance && req->sample && req->home);
	assert(req->node < req->home->text->body.n);
	assert(req->text.end <= req->home->source->len || !req->text.source);
	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		assert(child->parent == req && child->n_keys && child->type != REQUIRE_ROOT);
		assert(child->order == ++*order);
		check_requirement(tmpl, child, order);
	}
}

static void check_match(const struct match *match, const struct match *root,
			const struct source *source, uint32_t nodes)
{
	assert(match->requirement && match->identity && match->title);
	assert(match == root || match->requirement->parent == match->parent->requirement);
	assert(match->node < nodes && match->at.end <= source->len);
	assert(match->content.end <= source->len && match->placeholder.end <= source->len);
	assert(match->state != MATCH_MISSING || !match->node);
	for (size_t i = 0; i < match->children.n; i++)
		check_match(match->children.items[i], root, source, nodes);
}

static void hold_against(struct arena *mem, const struct template *tmpl,
			 const struct document_text *doc, struct diag_sink *diags)
{
	uint32_t order = 0;

	assert(tmpl->name && tmpl->kind && tmpl->title && tmpl->source);
	check_requirement(tmpl, &tmpl->root, &order);
	template_check(mem, tmpl, diags);
	assert(text_is_utf8(template_instance(mem, tmpl, "A title", NULL), 1, &(size_t){0}));
	for (enum stage stage = STAGE_NONE; stage <= STAGE_RETIRED; stage++) {
		struct arena scratch;
		const struct match *root;
		arena_init(&scratch);
		root = match_document(mem, &scratch, tmpl, doc, stage);
		arena_release(&scratch);
		check_match(root, root, doc->source, doc->body.n);
	}
}

static struct document_text *read_document(struct arena *mem, struct source *source,
					   struct diag_sink *diags)
{
	struct document_text *doc = arena_new(mem, struct document_text, 1);
	struct md_input input = {.source = source};

	document_split(mem, source, doc, diags);
	doc->source = source;
	input.body_start = doc->body_start;
	doc->body = md_parse_trusted(mem, &input, diags);
	return doc;
}

static void read_all(struct arena *mem, struct source **sources, size_t texts,
		     struct diag_sink *diags)
{
	struct workspace ws = {.root = -1, .defaults = -1};
	struct catalog c = {.mem = mem, .ws = &ws, .diags = diags};
	const struct document_text *doc = read_document(mem, sources[texts - 1], diags);

	for (size_t i = 0; i < texts && i < TEMPLATES; i++)
		*ARENA_PUSH(mem, &ws.templates) = template_read(mem, sources[i], diags);
	catalog_link_templates(&c);
	for (size_t i = 0; i < ws.templates.n; i++) {
		const struct template *tmpl = ws.templates.items[i];
		hold_against(mem, tmpl, doc, diags);
		for (size_t k = 0; k < tmpl->former.n; k++)
			hold_against(mem, tmpl->former.items[k], doc, diags);
		assert(template_in_force(tmpl, "1", 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct source *sources[TEXTS];
	struct diag_sink diags;
	struct arena mem;
	size_t bad;

	if (n > 16384 || !text_is_utf8((const char *)data, n, &bad) ||
	    (n > 0 && memchr(data, '\0', n)))
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	read_all(&mem, sources, split(&mem, (const char *)data, n, sources), &diags);
	arena_release(&mem);
	return 0;
}
