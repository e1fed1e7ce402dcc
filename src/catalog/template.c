/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template.c - a document template read into a tree of requirements */
#include "catalog/template.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/outline.h"
#include "catalog/template_attributes.h"
#include <stdint.h>
#include <string.h>

/* The state while the template's tree is read from front to back. */
struct builder {
	struct arena *mem;
	struct template *tmpl;
	const struct md_tree *tree;
	struct diag_sink *diags;
	struct requirement *open[7]; /* by heading level: the section that is open; [0] the root */
	struct requirement *current;
	bool titled; /* the first level-1 heading was seen */
};

static struct requirement *add_child(struct builder *b, struct requirement *parent,
				     enum requirement_type type, uint32_t node)
{
	struct requirement *req = arena_new(b->mem, struct requirement, 1);
	const struct md_node *n = &b->tree->nodes[node];

	req->type = type;
	req->node = node;
	req->parent = parent;
	req->guidance = req->sample = "";
	req->at = span_at(b->tmpl->source, n->start, n->end);
	*ARENA_PUSH(b->mem, &parent->children) = req;
	return req;
}

/* The raw text of a heading without its marks: an ATX heading's first line behind #, a setext
 * heading's text. */
static void heading_text(const struct builder *b, const struct md_node *n, size_t *start,
			 size_t *end)
{
	const char *text = b->tmpl->source->text;
	size_t s = n->start, e = n->end;

	if (text[s] == '#') {
		const char *nl = memchr(text + s, '\n', e - s);
		e = nl ? (size_t)(nl - text) : e;
		while (s < e && text[s] == '#')
			s++;
		while (e > s && (text[e - 1] == ' ' || text[e - 1] == '\r' || text[e - 1] == '#'))
			e--;
	} else {
		const char *nl = memrchr(text + s, '\n', e - s);
		while (nl && (size_t)(nl - text) == e - 1 && e > s)
			nl = memrchr(text + s, '\n', --e - s);
		e = nl ? (size_t)(nl - text) : e;
	}
	*start = s;
	*end = e;
}

/* Title and attributes of a heading or item whose raw text is [start, end) and plain text given. */
static void read_title(struct builder *b, struct requirement *req, size_t start, size_t end,
		       const char *plain)
{
	struct source *source = b->tmpl->source;
	size_t group = start + attributes_start(source->text + start, end - start);
	size_t n = strlen(plain);

	if (group < end) {
		/* The plain text ends with the same group: cut at its opening brace. */
		size_t braces = 0;
		for (size_t i = group; i < end; i++)
			braces += source->text[i] == '{';
		for (size_t i = n; i-- > 0 && braces;)
			if (plain[i] == '{' && !--braces)
				n = i;
	}
	req->text = span_at(source, start, end);
	req->title = text_collapse(b->mem, plain, n);
	requirement_add_key(b->mem, req, req->title);
	if (group < end)
		attributes_read(b->mem, source, group, end, req, b->diags);
	if (strstr(req->title, "{#") || strstr(req->title, "{.") || strstr(req->title, "=\""))
		diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at,
			 "attributes are one group {…} at the end of the title: '%s'", req->title);
	if (!req->id)
		req->id = text_slug(b->mem, req->title, strlen(req->title));
	if (!*req->id)
		req->id = req->type == REQUIRE_ITEM ? "item" : "section";
	if (!*req->keys[0] && !req->wildcard)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at,
			 "a title without words matches nothing");
}

static void add_section(struct builder *b, uint32_t node)
{
	const struct md_node *n = &b->tree->nodes[node];
	struct requirement *parent = &b->tmpl->root, *req;
	size_t start, end;

	if (n->level == 1 && !b->titled) {
		b->titled = true;
		if (!b->tmpl->title)
			b->tmpl->title = md_text(b->tree, n);
		return;
	}
	for (unsigned level = n->level; level-- > 1;)
		if (b->open[level]) {
			parent = b->open[level];
			break;
		}
	req = add_child(b, parent, REQUIRE_SECTION, node);
	req->level = n->level;
	heading_text(b, n, &start, &end);
	read_title(b, req, start, end, md_text(b->tree, n));
	if (req->repeat_max && !req->wildcard)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at,
			 "a repeated section needs a * in its title: '%s'", req->title);
	for (unsigned level = n->level; level < 7; level++)
		b->open[level] = NULL;
	b->open[n->level] = req;
	b->current = req;
}

static void add_item(struct builder *b, uint32_t node)
{
	const struct md_node *nodes = b->tree->nodes;
	uint32_t paragraph = node + 1;
	struct requirement *req = add_child(b, b->current, REQUIRE_ITEM, node);
	size_t start, end;

	if (paragraph >= nodes[node].after || nodes[paragraph].type != MD_PARAGRAPH) {
		diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at, "a checklist item has no words");
		req->title = req->id = "";
		requirement_add_key(b->mem, req, "");
		return;
	}
	start = nodes[paragraph].start;
	end = nodes[paragraph].end;
	req->at = span_at(b->tmpl->source, start, end);
	read_title(b, req, start, end, md_plain(b->mem, b->tree, paragraph));
}

static void add_columns(struct builder *b, uint32_t table)
{
	const struct md_node *nodes = b->tree->nodes;
	uint32_t row = table + 1;

	if (row >= nodes[table].after)
		return;
	for (uint32_t cell = row + 1; cell < nodes[row].after; cell = nodes[cell].after) {
		char *title = md_plain(b->mem, b->tree, cell);
		struct requirement *req;
		if (!*text_match_key(b->mem, title, strlen(title)))
			continue;
		req = add_child(b, b->current, REQUIRE_COLUMN, cell);
		req->title = title;
		req->id = text_slug(b->mem, title, strlen(title));
		requirement_add_key(b->mem, req, title);
	}
}

static void add_guidance(struct builder *b, const char *html)
{
	const char *open = html;

	while ((open = strstr(open, "<!--"))) {
		const char *close = strstr(open + 4, "-->");
		char *text;
		if (!close)
			return;
		text = arena_strndup(b->mem, open + 4, (size_t)(close - open) - 4);
		b->current->guidance =
		    *b->current->guidance
			? arena_printf(b->mem, "%s\n\n%s", b->current->guidance, text)
			: text;
		open = close;
	}
}

static void read_nodes(struct builder *b)
{
	const struct md_node *nodes = b->tree->nodes;

	for (uint32_t i = 1; i < b->tree->n;) {
		switch (nodes[i].type) {
		case MD_HEADING:
			add_section(b, i);
			i = nodes[i].after;
			break;
		case MD_ITEM:
			if (nodes[i].flags & MD_TASK)
				add_item(b, i);
			i++;
			break;
		case MD_TABLE:
			add_columns(b, i);
			i = nodes[i].after;
			break;
		case MD_HTML_BLOCK:
		case MD_HTML_INLINE:
			add_guidance(b, md_text(b->tree, &nodes[i]));
			i++;
			break;
		case MD_CODE_BLOCK:
		case MD_QUOTE:
			i = nodes[i].after;
			break;
		default:
			i++;
		}
	}
}

/* The template's own words in each section, so that a document that keeps them is found out. */
static void set_samples(struct builder *b, struct requirement *req)
{
	const struct md_node *nodes = b->tree->nodes;
	const char *words;
	uint32_t from, to;

	for (size_t k = 0; k < req->children.n; k++)
		set_samples(b, req->children.items[k]);
	if (req->type != REQUIRE_SECTION)
		return;
	from = to = nodes[req->node].after;
	while (to < b->tree->n && nodes[to].type != MD_HEADING)
		to = nodes[to].after;
	words = outline_words(b->mem, b->tree, from, to);
	req->sample = text_match_key(b->mem, words, strlen(words));
}

static void check_ids(struct builder *b, const struct requirement *req)
{
	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *a = req->children.items[i];
		check_ids(b, a);
		for (size_t k = 0; k < i; k++) {
			const struct requirement *other = req->children.items[k];
			if (a->type == other->type && !strcmp(a->id, other->id)) {
				diag_add(b->diags, RULE_TEMPLATE_INVALID, a->at,
					 "id '%s' stands twice under one section; give one "
					 "{#another-id}",
					 a->id);
				break;
			}
		}
	}
}

static void count_requirements(struct template *tmpl, const struct requirement *req)
{
	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		if (child->optional)
			continue;
		tmpl->n_sections += child->type == REQUIRE_SECTION;
		tmpl->n_items += child->type == REQUIRE_ITEM;
		count_requirements(tmpl, child);
	}
}

static void read_about(struct builder *b, const struct data_node *node)
{
	const char *text;
	enum about_kind kind;

	if (node->kind == DATA_LIST) {
		for (size_t i = 0; i < node->n; i++)
			read_about(b, node->items[i]);
		return;
	}
	text = data_text(node);
	kind = text ? about_kind_find(text) : 0;
	if (kind) {
		b->tmpl->about |= kind;
		return;
	}
	diag_add(b->diags, RULE_TEMPLATE_INVALID, node->at,
		 "'about' must be workspace, model, version, run or incident, or a list of them");
}

/* `kind` is required and must be the file's name, so that a kind is found where one looks. */
static void read_front_matter(struct builder *b)
{
	static const char *const known[] = {"kind", "title", "about", "front_matter"};
	const struct data_node *map = b->tmpl->text->front_matter, *node;
	const char *base = path_base(b->tmpl->source->path), *kind;
	size_t n = strlen(base) - strlen(path_extension(base));

	b->tmpl->kind = arena_strndup(b->mem, base, n);
	kind = data_find_text(map, "kind");
	if (!kind && !b->tmpl->text->faulty)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, b->tmpl->text->front_matter_at,
			 "front matter with 'kind: %s' is missing", b->tmpl->kind);
	else if (kind && strcmp(kind, b->tmpl->kind) != 0)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, data_find(map, "kind")->at,
			 "kind '%s' must have the file's name: '%s'", kind, b->tmpl->kind);
	b->tmpl->title = data_find_text(map, "title");
	if ((node = data_find(map, "about")))
		read_about(b, node);
	if ((node = data_find(map, "front_matter"))) {
		b->tmpl->front_matter_node = node;
		b->tmpl->front_matter = schema_compile(b->mem, node, b->diags);
	}
	for (size_t i = 0; map && i < map->n; i++) {
		const struct data_node *key = map->pairs[i].key;
		const char *nearest;
		struct finding *f;
		bool found = false;
		for (size_t k = 0; k < sizeof known / sizeof *known && !found; k++)
			found = !strcmp(known[k], key->text);
		if (found)
			continue;
		f = diag_add(b->diags, RULE_TEMPLATE_INVALID, key->at, "unknown key '%s'",
			     key->text);
		nearest = text_nearest(key->text, known, sizeof known / sizeof *known);
		if (nearest)
			diag_help(b->diags, f, "did you mean '%s'?", nearest);
	}
}

/* Bytes that are no text would make a title that no document can match. */
static void check_text(struct builder *b, struct source *source)
{
	size_t bad;

	if (!text_is_utf8(source->text, source->len, &bad))
		diag_add(b->diags, RULE_TEMPLATE_INVALID, span_at(source, bad, bad + 1),
			 "byte 0x%02x is not UTF-8", (unsigned char)source->text[bad]);
	else if (!text_is_printable(source->text, source->len, &bad))
		diag_add(b->diags, RULE_TEMPLATE_INVALID, span_at(source, bad, bad + 1),
			 "byte 0x%02x is no text", (unsigned char)source->text[bad]);
}

struct template *template_read(struct arena *mem, struct source *source, struct diag_sink *diags)
{
	struct template *tmpl = arena_new(mem, struct template, 1);
	struct builder b = {.mem = mem, .tmpl = tmpl, .diags = diags};
	struct md_input input = {.source = source};

	tmpl->source = source;
	tmpl->text = arena_new(mem, struct document_text, 1);
	tmpl->root = (struct requirement){.title = "", .id = "", .guidance = "", .sample = ""};
	check_text(&b, source);
	document_split(mem, source, tmpl->text, diags);
	read_front_matter(&b);
	input.body_start = tmpl->text->body_start;
	tmpl->text->body = md_parse_trusted(mem, &input, diags);
	b.tree = &tmpl->text->body;
	b.current = &tmpl->root;
	read_nodes(&b);
	set_samples(&b, &tmpl->root);
	check_ids(&b, &tmpl->root);
	count_requirements(tmpl, &tmpl->root);
	if (!tmpl->title)
		tmpl->title = tmpl->kind;
	return tmpl;
}
