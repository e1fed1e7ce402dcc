/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template.c - a document template read into a tree of requirements */
#include "catalog/template.h"
#include "base/date.h"
#include "base/map.h"
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
	struct requirement *item; /* the last checklist item; what stands in it guides it alone */
	uint32_t after_item;
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
	req->home = b->tmpl;
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

/* The first heading of level 1 stands for the document's title; `# *` names no kind. Its
 * {.ordered} speaks of the sections under it. */
static void read_first_heading(struct builder *b, uint32_t node)
{
	const struct md_node *n = &b->tree->nodes[node];
	struct requirement heading = {.type = REQUIRE_ROOT, .home = b->tmpl};
	size_t start, end;

	heading.at = span_at(b->tmpl->source, n->start, n->end);
	heading_text(b, n, &start, &end);
	read_title(b, &heading, start, end, md_text(b->tree, n));
	b->tmpl->root.ordered = heading.ordered;
	b->tmpl->root.text = heading.text;
	b->tmpl->root.node = node;
	if (!b->tmpl->title && !heading.wildcard)
		b->tmpl->title = heading.title;
}

static void add_section(struct builder *b, uint32_t node)
{
	const struct md_node *n = &b->tree->nodes[node];
	struct requirement *parent = &b->tmpl->root, *req;
	size_t start, end;

	if (n->level == 1 && !b->titled) {
		b->titled = true;
		read_first_heading(b, node);
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

	b->item = req;
	b->after_item = nodes[node].after;
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

static void add_columns(struct builder *b, uint32_t row)
{
	const struct md_node *nodes = b->tree->nodes;

	for (uint32_t cell = row + 1; cell < nodes[row].after; cell = nodes[cell].after) {
		char *title = md_plain(b->mem, b->tree, cell);
		struct requirement *req;
		if (!*text_match_key(b->mem, title, strlen(title)))
			continue;
		req = add_child(b, b->current, REQUIRE_COLUMN, cell);
		req->title = title;
		req->id = text_slug(b->mem, title, strlen(title));
		if (attributes_start(title, strlen(title)) < strlen(title))
			diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at,
				 "column '%s': columns take no attributes", title);
		requirement_add_key(b->mem, req, title);
	}
}

/* A body row is required where its first cell names it. */
static void add_row(struct builder *b, uint32_t row)
{
	const struct md_node *nodes = b->tree->nodes;
	uint32_t cell = row + 1;
	struct requirement *req;
	char *title;

	if (cell >= nodes[row].after)
		return;
	title = md_plain(b->mem, b->tree, cell);
	if (!*text_match_key(b->mem, title, strlen(title)))
		return;
	req = add_child(b, b->current, REQUIRE_ROW, cell);
	read_title(b, req, nodes[cell].start, nodes[cell].end, title);
	if (req->wildcard)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, req->at,
			 "a required row has no *: '%s'; min-rows asks for rows of any name",
			 req->title);
}

static void add_table(struct builder *b, uint32_t table)
{
	const struct md_node *nodes = b->tree->nodes;

	for (uint32_t row = table + 1; row < nodes[table].after; row = nodes[row].after) {
		if (nodes[row].flags & MD_HEADER)
			add_columns(b, row);
		else
			add_row(b, row);
	}
}

static void add_guidance(struct builder *b, uint32_t node)
{
	struct requirement *of = b->item && node < b->after_item ? b->item : b->current;
	const char *open = md_text(b->tree, &b->tree->nodes[node]);
	struct out all = {0};

	out_puts(&all, of->guidance);
	while ((open = strstr(open, "<!--"))) {
		const char *close = strstr(open + 4, "-->");
		if (!close)
			break;
		out_puts(&all, all.n ? "\n\n" : "");
		out_write(&all, open + 4, (size_t)(close - open) - 4);
		open = close;
	}
	of->guidance = arena_strndup(b->mem, out_text(&all), all.n);
	out_release(&all);
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
			add_table(b, i);
			i = nodes[i].after;
			break;
		case MD_HTML_BLOCK:
		case MD_HTML_INLINE:
			add_guidance(b, i);
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
	struct map seen = {0};

	for (size_t i = 0; i < req->children.n; i++) {
		struct requirement *a = req->children.items[i];
		check_ids(b, a);
		if (map_put(&seen, b->mem, arena_printf(b->mem, "%u %s", (unsigned)a->type, a->id),
			    a))
			diag_add(b->diags, RULE_TEMPLATE_INVALID, a->at,
				 "id '%s' stands twice under one section; give one {#another-id}",
				 a->id);
	}
}

static void number_requirements(struct template *tmpl, struct requirement *req, bool asked_for,
				uint32_t *order)
{
	for (size_t i = 0; i < req->children.n; i++) {
		struct requirement *child = req->children.items[i];
		bool counts = asked_for && !child->optional;
		child->order = ++*order;
		tmpl->n_sections += counts && child->type == REQUIRE_SECTION;
		tmpl->n_items += counts && child->type == REQUIRE_ITEM;
		number_requirements(tmpl, child, counts, order);
	}
}

struct requirement *requirement_like(const struct requirement *parent,
				     const struct requirement *like)
{
	for (size_t i = 0; i < parent->children.n; i++)
		if (parent->children.items[i]->type == like->type &&
		    !strcmp(parent->children.items[i]->id, like->id))
			return parent->children.items[i];
	return NULL;
}

unsigned requirement_languages(const struct requirement *req)
{
	unsigned languages = req->language;

	for (size_t i = 0; i < req->children.n; i++)
		languages |= requirement_languages(req->children.items[i]);
	return languages;
}

void template_number(struct template *tmpl)
{
	uint32_t order = 0;

	tmpl->n_sections = tmpl->n_items = 0;
	number_requirements(tmpl, &tmpl->root, true, &order);
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

static void read_version(struct builder *b, const struct data_node *node)
{
	size_t version;

	if (node->kind == DATA_NUMBER && template_version_read(node->text, &version))
		b->tmpl->version = version;
	else
		diag_add(b->diags, RULE_TEMPLATE_INVALID, node->at,
			 "'version' must be a whole number from 1 to 1000000");
}

static void read_accepts_former(struct builder *b, const struct data_node *node)
{
	const char *text = data_text(node);

	b->tmpl->accepts_former_at = node->at;
	if (!text || !date_parse(text, strlen(text), &b->tmpl->accepts_former_until)) {
		b->tmpl->accepts_former_until = INT32_MIN;
		b->tmpl->accepts_former_at = (struct span){0};
		diag_add(b->diags, RULE_TEMPLATE_INVALID, node->at,
			 "'accepts_former_until' must be a day, YYYY-MM-DD, found %s%s%s",
			 text ? "'" : "", text ? text : data_kind_name(node->kind),
			 text ? "'" : "");
	}
}

static void read_extends(struct builder *b, const struct data_node *node)
{
	if (data_text(node) && *data_text(node))
		b->tmpl->extends = node;
	else
		diag_add(b->diags, RULE_TEMPLATE_INVALID, node->at,
			 "'extends' must be the kind of another template, found %s",
			 data_kind_name(node->kind));
}

/* The whole document's. */
static void read_language(struct builder *b, const struct data_node *node)
{
	const char *text = data_text(node);
	enum language one = text ? language_find(text) : 0;

	for (size_t i = 0; node->kind == DATA_LIST && i < node->n; i++)
		read_language(b, node->items[i]);
	b->tmpl->root.language |= one;
	if (node->kind != DATA_LIST && (!one || one == LANGUAGE_NONE))
		diag_add(b->diags, RULE_TEMPLATE_INVALID, node->at,
			 "'language' must be blame or vague, or a list of them");
}

static void read_schema(struct builder *b, const struct data_node *node)
{
	b->tmpl->front_matter_node = b->tmpl->front_matter_keys = node;
	b->tmpl->front_matter = schema_compile(b->mem, node, b->diags);
}

/* The file's name is KIND, or KIND@VERSION for a former version. */
static void read_name(struct builder *b)
{
	struct template *tmpl = b->tmpl;
	const char *base = path_base(tmpl->source->path), *at;

	tmpl->name = arena_strndup(b->mem, base, strlen(base) - strlen(path_extension(base)));
	at = strrchr(tmpl->name, '@');
	tmpl->kind = at ? arena_strndup(b->mem, tmpl->name, (size_t)(at - tmpl->name)) : tmpl->name;
}

/* `kind` is required and must be the file's name, so that a kind is found where one looks. */
static void check_kind(struct builder *b, const struct data_node *map)
{
	const char *kind = data_find_text(map, "kind");

	if (!kind && !b->tmpl->text->faulty)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, b->tmpl->text->front_matter_at,
			 "front matter with 'kind: %s' is missing", b->tmpl->kind);
	else if (kind && strcmp(kind, b->tmpl->kind) != 0)
		diag_add(b->diags, RULE_TEMPLATE_INVALID, data_find(map, "kind")->at,
			 "kind '%s' must have the file's name: '%s'", kind, b->tmpl->kind);
}

static void read_front_matter(struct builder *b)
{
	static const struct {
		const char *name;
		void (*read)(struct builder *b, const struct data_node *node);
	} keys[] = {
	    {"kind", NULL},
	    {"title", NULL},
	    {"about", read_about},
	    {"front_matter", read_schema},
	    {"extends", read_extends},
	    {"version", read_version},
	    {"accepts_former_until", read_accepts_former},
	    {"language", read_language},
	};
	enum { KEYS = sizeof keys / sizeof *keys };
	const struct data_node *map = b->tmpl->text->front_matter;
	const char *known[KEYS], *nearest;
	struct finding *f;

	read_name(b);
	check_kind(b, map);
	b->tmpl->title = data_find_text(map, "title");
	for (size_t k = 0; k < KEYS; k++)
		known[k] = keys[k].name;
	for (size_t i = 0; map && i < map->n; i++) {
		const struct data_node *key = map->pairs[i].key;
		size_t k = 0;
		while (k < KEYS && strcmp(keys[k].name, key->text) != 0)
			k++;
		if (k < KEYS) {
			if (keys[k].read)
				keys[k].read(b, map->pairs[i].value);
			continue;
		}
		f = diag_add(b->diags, RULE_TEMPLATE_INVALID, key->at, "unknown key '%s'",
			     key->text);
		nearest = text_nearest(key->text, known, KEYS);
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
	tmpl->version = 1;
	tmpl->accepts_former_until = tmpl->accepted_until = INT32_MIN;
	tmpl->text = arena_new(mem, struct document_text, 1);
	tmpl->root =
	    (struct requirement){.title = "", .id = "", .guidance = "", .sample = "", .home = tmpl};
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
	template_number(tmpl);
	if (!tmpl->title)
		tmpl->title = tmpl->kind;
	return tmpl;
}
