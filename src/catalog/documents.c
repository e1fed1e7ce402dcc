/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/documents.c - content/: every document under its id, with its kind and title */
#include "base/parts.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/gist.h"
#include "catalog/kinds.h"
#include <errno.h>
#include <string.h>

static const char *front_text(const struct document *doc, const char *key)
{
	return data_find_text(doc->text.front_matter, key);
}

static struct span front_at(const struct document *doc, const char *key)
{
	const struct data_node *node = data_find(doc->text.front_matter, key);

	return node ? node->at : doc->text.front_matter_at;
}

/* The path under content/. */
static const char *inner_path(const struct catalog *c, const char *path)
{
	size_t n = strlen(c->ws->content);

	return n ? path + n + 1 : path;
}

/* A kind that is no text would leave the document without requirements. */
static void refuse_no_text(struct catalog *c, const struct document *doc, const char *key,
			   const char *expected)
{
	const struct data_node *node = data_find(doc->text.front_matter, key);

	if (node && !data_text(node) && c->options->configured)
		diag_add(c->diags, RULE_DOC_FRONT_MATTER_SCHEMA, node->at,
			 "'%s' must be %s, found %s", key, expected, data_kind_name(node->kind));
}

static void set_kind(struct catalog *c, struct document *doc)
{
	const struct config *config = &c->ws->config;
	const struct kind_rule *rule =
	    catalog_kind_by_place(config->documents.items, config->documents.n, doc->path);
	const char *own = front_text(doc, "kind");
	const char *nearest;
	struct finding *f;

	doc->kind = own ? own : rule ? rule->kind : NULL;
	doc->kind_at = front_at(doc, "kind");
	refuse_no_text(c, doc, "kind", "text");
	if (own && rule && strcmp(own, rule->kind) != 0) {
		struct position line = source_position(&rule->at);
		f = diag_add(c->diags, RULE_DOC_FRONT_MATTER_SCHEMA, doc->kind_at,
			     "kind '%s' at a place of kind '%s'", own, rule->kind);
		diag_help(c->diags, f, "modelbook.yaml:%u says which kind documents here have",
			  line.line);
		doc->kind = rule->kind;
	}
	if (!doc->kind)
		return;
	doc->tmpl = map_get(&c->ws->template_by_kind, doc->kind);
	if (doc->tmpl)
		doc->tmpl =
		    template_in_force(doc->tmpl, front_text(doc, "template_version"), c->ws->as_of);
	/* A workspace without a configuration is read for its Markdown alone. */
	if (doc->tmpl || !c->options->configured || workspace_lacks_defaults(c->ws, c->diags))
		return;
	f = diag_add(c->diags, RULE_DOC_UNKNOWN_KIND, own ? doc->kind_at : rule->at, "'%s'",
		     doc->kind);
	nearest = nearest_document_kind(c->ws, c->mem, doc->kind);
	if (nearest)
		diag_help(c->diags, f, "did you mean '%s'?", nearest);
}

uint32_t catalog_title_node(const struct md_tree *tree)
{
	for (uint32_t i = 1; i < tree->n; i++)
		if (tree->nodes[i].type == MD_HEADING)
			return tree->nodes[i].level == 1 && tree->nodes[i].text_len ? i : 0;
	return 0;
}

static void set_title(struct catalog *c, struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;
	const char *base = path_base(doc->path), *heading = NULL;

	if (doc->gist) {
		doc->title_node = doc->gist->head->title_node;
		heading = gist_text(doc->gist, doc->gist->head->heading);
	} else {
		doc->title_node = catalog_title_node(tree);
		if (doc->title_node)
			heading = md_text(tree, &tree->nodes[doc->title_node]);
	}
	doc->title = front_text(doc, "title");
	if (doc->title && *doc->title)
		return;
	doc->title = heading
			 ? heading
			 : arena_strndup(c->mem, base, strlen(base) - strlen(path_extension(base)));
}

static const char *const decisions[] = {"", "draft", "approved", "rework", "blocked"};

static enum decision find_decision(const char *text)
{
	for (unsigned i = 1; text && i < sizeof decisions / sizeof *decisions; i++)
		if (!strcmp(decisions[i], text))
			return (enum decision)i;
	return DECISION_NONE;
}

/* Whether the schema of the template lists no other decisions than these: then it refuses all
 * others itself. */
static bool template_refuses_decision(const struct template *tmpl)
{
	const struct data_node *values = data_find(
	    data_find(data_find(tmpl->front_matter_node, "properties"), "decision"), "enum");
	bool known = tmpl->front_matter && values && values->kind == DATA_LIST;

	for (size_t i = 0; known && i < values->n; i++)
		known = find_decision(data_text(values->items[i])) != DECISION_NONE;
	return known || (tmpl->base && template_refuses_decision(tmpl->base));
}

static void set_decision(struct catalog *c, struct document *doc)
{
	const char *text = front_text(doc, "decision");
	struct finding *f;

	doc->decision = find_decision(text);
	if (doc->decision || !doc->kind || (doc->tmpl && template_refuses_decision(doc->tmpl)))
		return;
	if (!text) {
		refuse_no_text(c, doc, "decision", "approved, rework, blocked or draft");
		return;
	}
	f = diag_add(c->diags, RULE_DOC_FRONT_MATTER_SCHEMA, front_at(doc, "decision"),
		     "'decision' must be approved, rework, blocked or draft, found '%s'", text);
	text = text_nearest(text, decisions + 1, 4);
	if (text)
		diag_help(c->diags, f, "did you mean '%s'?", text);
}

static void set_id(struct catalog *c, struct document *doc)
{
	const char *id = front_text(doc, "id"), *inner = inner_path(c, doc->path);
	struct span at = front_at(doc, "id");

	if (id && doc->kind && !catalog_id_is_good(id)) {
		diag_add(c->diags, RULE_DOC_FRONT_MATTER_SCHEMA, at,
			 "'id' must be letters, digits and . _ / - only and begin with a letter or "
			 "digit, found '%s'",
			 id);
		id = NULL;
	}
	/* Documents without kind belong to other tools, whose ids mean other things. */
	if (!id || !doc->kind)
		id = arena_strndup(c->mem, inner, strlen(inner) - strlen(path_extension(inner)));
	doc->id = id;
	catalog_claim_id(c, id, at);
	if (!map_has(&c->ws->document_by_id, id))
		map_put(&c->ws->document_by_id, c->mem, id, doc);
}

/* True where "{{<" or "{{%" stands in a text. */
static bool has_shortcodes(const struct source *source)
{
	const char *at = source->text, *end = at + source->len;

	while ((at = memchr(at, '{', (size_t)(end - at)))) {
		at++;
		if (*at == '{' && (at[1] == '<' || at[1] == '%'))
			return true;
	}
	return false;
}

static void build_document(struct catalog *c, struct document *doc)
{
	const char *base = path_base(doc->path);

	set_kind(c, doc);
	set_decision(c, doc);
	set_id(c, doc);
	doc->owner = front_text(doc, "owner");
	doc->has_shortcodes = has_shortcodes(doc->text.source);
	map_put(&c->ws->document_by_path, c->mem, doc->path, doc);
	if (!map_has(&c->ws->document_by_name, base))
		map_put(&c->ws->document_by_name, c->mem, base, doc);
}

static bool is_published(const struct config *config, const char *path)
{
	static const char *const always[] = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"};
	const char *extension = path_extension(path);

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (!strcasecmp(always[i], extension))
			return true;
	for (size_t i = 0; i < config->publish.n; i++)
		if (!strcasecmp(config->publish.items[i], extension))
			return true;
	return false;
}

/* What the threads that read files share. */
struct reading {
	int root;
	const struct file_list *files;
	struct source **sources; /* by file; NULL: no document, or unreadable */
	bool *usable;            /* by file */
};

static void read_one(void *ctx, size_t i, struct part *part)
{
	const struct reading *reading = ctx;
	const struct file_entry *entry = &reading->files->items[i];

	if (entry->type != FILE_REGULAR || !path_page(part->scratch, entry->path)) {
		diag_add(part->diags, RULE_PATH_UNSAFE,
			 span_at(source_named(part->mem, entry->path), 0, 0), "%s",
			 entry->type == FILE_LINK    ? "it is a symbolic link"
			 : entry->type == FILE_OTHER ? "it is no regular file"
						     : "its name cannot be used for a page");
		return;
	}
	reading->usable[i] = true;
	if (catalog_is_markdown(entry->path))
		reading->sources[i] = catalog_read_source(part->mem, part->diags, reading->root,
							  entry->path, entry->path);
}

/* Sources of the Markdown files; other files are listed. */
static struct source **read_files(struct catalog *c, const struct file_list *files, size_t *n)
{
	struct source **sources = arena_new(c->mem, struct source *, files->n);
	struct reading reading = {c->ws->root, files, sources, arena_new(c->mem, bool, files->n)};

	parts_run(c->mem, c->diags, files->n, c->options->jobs, read_one, &reading);
	*n = 0;
	for (size_t i = 0; i < files->n; i++) {
		const char *path = files->items[i].path;
		struct content_file *file;
		if (!reading.usable[i])
			continue;
		if (catalog_is_markdown(path)) {
			if (sources[i]) {
				catalog_add_input(c, sources[i]);
				sources[(*n)++] = sources[i];
			}
			continue;
		}
		file = arena_new(c->mem, struct content_file, 1);
		file->path = path;
		file->published = is_published(&c->ws->config, path);
		map_put(&c->ws->file_by_path, c->mem, file->path, file);
		*ARENA_PUSH(c->mem, &c->ws->files) = file;
	}
	return sources;
}

void catalog_read_content(struct catalog *c)
{
	struct file_list files = {0};
	struct source **sources;
	struct document_text *texts;
	size_t n;

	c->n_before_content = c->ws->inputs.n;
	if (file_walk(c->mem, c->ws->root, c->ws->content, &files) != ST_OK) {
		diag_add(
		    c->diags, RULE_IO_READ,
		    span_at(source_named(c->mem, *c->ws->content ? c->ws->content : "."), 0, 0),
		    "%s", strerror(errno));
		return;
	}
	sources = read_files(c, &files, &n);
	if (!n && c->options->configured)
		diag_add(c->diags, RULE_CONFIG_NO_CONTENT, span_at(c->ws->config_source, 0, 0),
			 "no Markdown file was found under %s/", c->ws->content);
	texts = arena_new(c->mem, struct document_text, n);
	document_split_all(c->mem, sources, n, c->options->jobs, texts, c->diags);
	for (size_t i = 0; i < n; i++) {
		struct document *doc = arena_new(c->mem, struct document, 1);
		doc->path = sources[i]->path;
		doc->text = texts[i];
		build_document(c, doc);
		*ARENA_PUSH(c->mem, &c->ws->documents) = doc;
	}
}

void catalog_read_bodies(struct catalog *c)
{
	size_t n = c->ws->documents.n;
	struct document_text **texts = arena_new(c->mem, struct document_text *, n);

	for (size_t i = 0; i < n; i++)
		texts[i] = &c->ws->documents.items[i]->text;
	catalog_parse(c, texts);
	for (size_t i = 0; i < n; i++)
		set_title(c, c->ws->documents.items[i]);
}

/* The later of the stage that a version is in and the one that it asks for; retired stands apart,
 * and asking for it takes nothing back. */
static enum stage stage_of_version(const struct version *version)
{
	return version->requested != STAGE_RETIRED && version->requested > version->stage
		   ? version->requested
		   : version->stage;
}

/* The stage of what a document is about; of a model that of its furthest version. */
static enum stage stage_of(const struct document *doc)
{
	const struct model *model = doc->about.model;
	enum stage furthest = STAGE_NONE;

	if (doc->about.version)
		return stage_of_version(doc->about.version);
	for (size_t i = 0; model && i < model->versions.n; i++) {
		enum stage stage = stage_of_version(model->versions.items[i]);
		if (stage != STAGE_RETIRED && stage > furthest)
			furthest = stage;
	}
	return furthest;
}

static void count_items(struct document *doc, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->requirement->type == REQUIRE_ITEM) {
			doc->n_items++;
			doc->n_ticked += child->ticked;
			doc->n_not_applicable += child->not_applicable;
		}
		count_items(doc, child);
	}
}

void catalog_match_document(struct arena *mem, struct arena *scratch, struct document *doc)
{
	if (!doc->tmpl || doc->text.faulty)
		return;
	doc->match = match_document(mem, scratch, doc->tmpl, &doc->text, stage_of(doc));
	count_items(doc, doc->match);
}

static void match_one(void *ctx, size_t i, struct part *part)
{
	const struct catalog *c = ctx;
	struct document *doc = c->ws->documents.items[i];

	if (!doc->gist)
		catalog_match_document(part->mem, part->scratch, doc);
}

void catalog_match_documents(struct catalog *c)
{
	parts_run(c->mem, c->diags, c->ws->documents.n, c->options->jobs, match_one, c);
}
