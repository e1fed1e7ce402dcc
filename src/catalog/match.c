/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match.c - a document held against its template */
#include "base/text.h"
#include "catalog/match_internal.h"
#include <stdint.h>
#include <string.h>

static void match_children(struct matcher *m, struct match *parent, const struct range *range);

/* A requirement of a later stage is not asked for yet. */
bool match_is_asked_for(const struct matcher *m, const struct requirement *req)
{
	return !req->optional &&
	       (req->stage == STAGE_NONE || (m->stage != STAGE_RETIRED && m->stage >= req->stage));
}

static const char *identity_of(struct matcher *m, const struct match *parent,
			       const struct requirement *req, size_t number)
{
	const char *before = parent->identity;
	char *identity;
	size_t n, own = strlen(req->id) + 1;

	if (req->repeat_max && number)
		return arena_printf(m->mem, "%s%s%s[%zu]", before, *before ? "/" : "", req->id,
				    number);
	n = strlen(before);
	identity = arena_alloc(m->mem, n + 1 + own);
	memcpy(identity, before, n);
	if (n)
		identity[n++] = '/';
	memcpy(identity + n, req->id, own);
	return identity;
}

struct match *match_add(struct matcher *m, struct match *parent, const struct requirement *req,
			size_t number)
{
	struct match *match = arena_new(m->mem, struct match, 1);

	match->requirement = req;
	match->parent = parent;
	match->identity = identity_of(m, parent, req, number);
	match->title = req->title;
	*ARENA_PUSH(m->mem, &parent->children) = match;
	return match;
}

/* The requirement and all under it are not there. */
static void add_missing(struct matcher *m, struct match *parent, const struct requirement *req)
{
	struct match *match = match_add(m, parent, req, req->repeat_max ? 1 : 0);

	match->state = MATCH_MISSING;
	match->at = parent->at;
	for (size_t i = 0; i < req->children.n; i++)
		if (match_is_asked_for(m, req->children.items[i]))
			add_missing(m, match, req->children.items[i]);
}

bool match_key_fits(const struct requirement *req, const char *key)
{
	for (size_t i = 0; i < req->n_keys; i++) {
		size_t n;
		if (!strcmp(req->keys[i], key))
			return true;
		if (!req->wildcard || i > 0)
			continue;
		n = strlen(req->keys[i]);
		if (!n || (!strncmp(req->keys[i], key, n) && key[n] == ' '))
			return true;
	}
	return false;
}

/* Sections of a document from which on their titles are looked up. */
enum { MANY_SECTIONS = 64 };

static void index_titles(struct matcher *m, size_t many)
{
	const struct outline_section *s = m->outline.sections.items;

	m->is_indexed = m->outline.sections.n >= many;
	for (size_t i = 0; m->is_indexed && i < m->outline.sections.n; i++) {
		struct same_title *same = map_get(&m->titles, s[i].key);
		if (!same) {
			same = arena_new(m->scratch, struct same_title, 1);
			map_put(&m->titles, m->scratch, s[i].key, same);
		}
		*ARENA_PUSH(m->scratch, same) = i;
	}
}

/* The first section from `from` on with this key that nothing has taken and whose level is that of
 * the template or, in the second pass, another; SIZE_MAX where there is none in the range. */
static size_t look_up_section(const struct matcher *m, const struct requirement *req,
			      const char *key, const struct range *range, int pass)
{
	const struct outline_section *s = m->outline.sections.items;
	const struct same_title *same = map_get(&m->titles, key);
	size_t low = 0, high = same ? same->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (same->items[middle] < range->first)
			low = middle + 1;
		else
			high = middle;
	}
	for (; same && low < same->n && same->items[low] < range->last; low++) {
		size_t i = same->items[low];
		if (!s[i].used && (s[i].level == req->level) == (pass == 0))
			return i;
	}
	return SIZE_MAX;
}

/* find_sections() for a requirement with nothing but exact titles, of which one is wanted. */
static size_t find_title(struct matcher *m, const struct requirement *req,
			 const struct range *range, size_t *found)
{
	for (int pass = 0; pass < 2; pass++) {
		size_t first = SIZE_MAX;
		for (size_t i = 0; i < req->n_keys; i++) {
			size_t at = look_up_section(m, req, req->keys[i], range, pass);
			first = at < first ? at : first;
		}
		if (first == SIZE_MAX)
			continue;
		m->outline.sections.items[first].used = true;
		found[0] = first;
		return 1;
	}
	return 0;
}

/* find_sections() for any requirement. */
static size_t scan_sections(struct matcher *m, const struct requirement *req,
			    const struct range *range, size_t limit, size_t *found)
{
	struct outline_section *s = m->outline.sections.items;
	size_t n = 0;

	for (int pass = 0; pass < 2 && !n; pass++) {
		for (size_t i = range->first; i < range->last && n < limit; i++) {
			if (s[i].used || (s[i].level == req->level) == (pass == 1) ||
			    !match_key_fits(req, s[i].key))
				continue;
			/* A bare * would take any heading at any level. */
			if (pass == 1 && req->wildcard && !*req->keys[0])
				continue;
			s[i].used = true;
			found[n++] = i;
		}
	}
	return n;
}

/* Marks sections that fit and gives their indexes: those at the template's level where there are
 * any, else those at other levels. */
static size_t find_sections(struct matcher *m, const struct requirement *req,
			    const struct range *range, size_t limit, size_t *found)
{
	const struct outline_section *s = m->outline.sections.items;
	size_t n = m->is_indexed && !req->wildcard && limit == 1
		       ? find_title(m, req, range, found)
		       : scan_sections(m, req, range, limit, found);

	/* What no other heading answers, a title that is one of several may. */
	if (!n && m->spare_title >= range->first && m->spare_title < range->last &&
	    match_key_fits(req, s[m->spare_title].key) && !(req->wildcard && !*req->keys[0])) {
		found[n++] = m->spare_title;
		m->spare_title = SIZE_MAX;
	}
	return n;
}

/* The template's own words left as they were. */
static bool is_sample(struct matcher *m, const struct requirement *req, uint32_t from, uint32_t to)
{
	const char *words;

	if (!*req->sample)
		return false;
	words = outline_words(m->scratch, &m->doc->body, from, to);
	return !strcmp(text_match_key(m->scratch, words, strlen(words)), req->sample);
}

/* The section behind a section's own content: the first subsection where the template asks for
 * some apart, so that each placeholder is reported once. */
static size_t own_content_end(const struct requirement *req, const struct outline_section *section,
			      size_t index)
{
	for (size_t i = 0; i < req->children.n; i++)
		if (req->children.items[i]->type == REQUIRE_SECTION)
			return index + 1;
	return section->last;
}

static void fill_section(struct matcher *m, struct match *match, size_t index)
{
	const struct outline_section *section = &m->outline.sections.items[index];
	const struct requirement *req = match->requirement;
	const struct md_tree *tree = &m->doc->body;
	const struct md_node *heading = &tree->nodes[section->node];
	size_t own_last = own_content_end(req, section, index);
	uint32_t from = heading->after;
	uint32_t own_end =
	    own_last < section->last ? m->outline.sections.items[own_last].node : section->after;
	struct outline_content all = outline_content(&m->outline, index, section->last);
	struct outline_content own = outline_content(&m->outline, index, own_last);

	match->node = section->node;
	match->level = section->level;
	match->at = span_at(m->doc->source, heading->start, heading->end);
	match->content = span_at(m->doc->source, heading->end,
				 section->after < tree->n ? tree->nodes[section->after].start
							  : m->doc->source->len);
	match->title = md_text(tree, heading);
	match->anchor = md_extra(tree, heading);
	match->words = all.words;
	match->steps = all.steps;
	match->placeholder =
	    req->wildcard ? outline_placeholder(m->doc, section->node) : (struct span){0};
	if (match->placeholder.source) {
		match->state = MATCH_PLACEHOLDER;
	} else if (all.empty) {
		match->state = MATCH_EMPTY;
	} else if (own.placeholder.source) {
		match->state = MATCH_PLACEHOLDER;
		match->placeholder = own.placeholder;
	} else if (!own.empty && is_sample(m, req, from, own_end)) {
		match->state = MATCH_PLACEHOLDER;
		match->placeholder =
		    span_at(m->doc->source, tree->nodes[from].start, tree->nodes[from].end);
	}
}

static void match_section(struct matcher *m, struct match *parent, const struct requirement *req,
			  const struct range *range)
{
	const struct outline_section *s = m->outline.sections.items;
	size_t limit = req->repeat_max ? range->last - range->first : 1;
	size_t *found = arena_new(m->scratch, size_t, limit ? limit : 1);
	size_t n = find_sections(m, req, range, limit, found);

	if (!n) {
		if (match_is_asked_for(m, req))
			add_missing(m, parent, req);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct match *match = match_add(m, parent, req, i + 1);
		const struct range inner = {found[i] + 1, s[found[i]].last,
					    m->doc->body.nodes[s[found[i]].node].after,
					    s[found[i]].after};
		match->repeats = i ? 0 : n;
		fill_section(m, match, found[i]);
		match_children(m, match, &inner);
	}
}

static int wildness(const struct requirement *req)
{
	return !req->wildcard ? 0 : *req->keys[0] ? 1 : 2;
}

static void match_children(struct matcher *m, struct match *parent, const struct range *range)
{
	const struct requirement *req = parent->requirement;
	size_t first = parent->children.n;

	/* Exact titles first, then "Principle: *", then "*", so that a wildcard takes what is left.
	 */
	for (int wild = 0; wild < 3; wild++)
		for (size_t i = 0; i < req->children.n; i++) {
			const struct requirement *child = req->children.items[i];
			if (child->type == REQUIRE_SECTION && wildness(child) == wild)
				match_section(m, parent, child, range);
		}
	match_items(m, parent, range);
	match_tables(m, parent, range);
	/* Back to the template's order. */
	for (size_t i = first + 1; i < parent->children.n; i++) {
		struct match *moved = parent->children.items[i];
		size_t at = i;
		while (at > first && parent->children.items[at - 1]->requirement->order >
					 moved->requirement->order) {
			parent->children.items[at] = parent->children.items[at - 1];
			at--;
		}
		parent->children.items[at] = moved;
	}
}

/* The first level-1 heading is the title and answers no requirement, but for one that has others
 * of its level beside it. */
static void set_title_aside(struct matcher *m)
{
	struct outline_section *s = m->outline.sections.items;
	size_t n = 0;

	m->spare_title = SIZE_MAX;
	for (size_t i = 0; i < m->outline.sections.n && n < 2; i++) {
		if (s[i].level != 1)
			continue;
		s[i].used = s[i].used || !n;
		if (!n++)
			m->spare_title = i;
	}
	if (n < 2)
		m->spare_title = SIZE_MAX;
}

struct match *match_document_from(struct arena *mem, struct arena *scratch,
				  const struct template *tmpl, const struct document_text *doc,
				  enum stage stage, size_t many)
{
	struct matcher m = {.mem = mem, .scratch = scratch, .doc = doc, .stage = stage};
	struct match *root = arena_new(mem, struct match, 1);
	struct range all;

	outline_read(scratch, doc, &m.outline);
	root->requirement = &tmpl->root;
	root->identity = "";
	root->title = tmpl->title;
	root->at = doc->front_matter_at;
	all = (struct range){0, m.outline.sections.n, 0, doc->body.n};
	index_titles(&m, many);
	set_title_aside(&m);
	match_children(&m, root, &all);
	return root;
}

struct match *match_document(struct arena *mem, struct arena *scratch, const struct template *tmpl,
			     const struct document_text *doc, enum stage stage)
{
	return match_document_from(mem, scratch, tmpl, doc, stage, MANY_SECTIONS);
}
