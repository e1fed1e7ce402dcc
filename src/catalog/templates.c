/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/templates.c - templates/documents and templates/records, with the installed defaults */
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/kinds.h"
#include "read/yaml.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The folders of templates: which files are read, and under which name. */
struct folder {
	const char *path;
	const char *endings[3];
	void (*add)(struct catalog *c, struct source *source);
	/* A file that only looks like a template: what its name must be; NULL for none. */
	const char *(*refuse)(const char *path);
};

static void add_template(struct catalog *c, struct source *source)
{
	struct template *tmpl = template_read(c->mem, source, c->diags);

	*ARENA_PUSH(c->mem, &c->ws->templates) = tmpl;
}

static void add_record_kind(struct catalog *c, struct source *source)
{
	struct record_kind *kind = arena_new(c->mem, struct record_kind, 1);
	const char *base = path_base(source->path);
	const char *title;

	kind->source = source;
	kind->kind = arena_strndup(c->mem, base, strcspn(base, "."));
	kind->root = yaml_read(c->mem, source, 0, source->len, RULE_TEMPLATE_INVALID, c->diags);
	if (kind->root)
		kind->schema = schema_compile(c->mem, kind->root, c->diags);
	title = data_find_text(kind->root, "title");
	kind->title = title ? title : kind->kind;
	map_put(&c->ws->record_kind_by_name, c->mem, kind->kind, kind);
	*ARENA_PUSH(c->mem, &c->ws->record_kinds) = kind;
}

static const char *refuse_schema(const char *path)
{
	const char *extension = path_extension(path);

	return !strcasecmp(extension, ".yaml") || !strcasecmp(extension, ".yml") ||
		       !strcasecmp(extension, ".json")
		   ? "the name of a record kind's schema is KIND.schema.yaml"
		   : NULL;
}

static const char *refuse_document(const char *path)
{
	static const char *const near[] = {".mdx", ".mdown", ".mkd", ".mdwn", ".mkdn", ".mdtext"};

	for (size_t i = 0; i < sizeof near / sizeof *near; i++)
		if (!strcasecmp(path_extension(path), near[i]))
			return "the name of a template is KIND.md";
	return NULL;
}

/* The file's name without the folder's ending: the name of what it defines; NULL for another. */
static const char *name_of(struct catalog *c, const struct folder *folder, const char *path)
{
	const char *base = path_base(path);
	size_t n = strlen(base);

	for (size_t i = 0; i < 3 && folder->endings[i]; i++) {
		size_t k = strlen(folder->endings[i]);
		if (n > k && !strcasecmp(base + n - k, folder->endings[i]))
			return arena_strndup(c->mem, base, n - k);
	}
	return NULL;
}

/* Installed templates stand back behind the workspace's of the same name, and former versions
 * behind its template of their kind. */
static bool stands_back(const struct map *seen, const char *name)
{
	const char *at = strrchr(name, '@');

	return map_has(seen, name) || (at && map_get_n(seen, name, (size_t)(at - name)));
}

static void read_entry(struct catalog *c, const struct folder *folder, const char *path,
		       bool is_default, struct map *own, struct map *installed)
{
	struct map *seen = is_default ? installed : own;
	const char *name = name_of(c, folder, path), *first;
	struct source *source;

	if (!name) {
		const char *refused = is_default ? NULL : folder->refuse(path);
		if (refused)
			diag_add(c->diags, RULE_TEMPLATE_INVALID,
				 span_at(source_named(c->mem, path), 0, 0), "%s", refused);
		return;
	}
	if (is_default && stands_back(own, name))
		return;
	first = map_get(seen, name);
	if (first) {
		diag_help(c->diags,
			  diag_add(c->diags, RULE_TEMPLATE_INVALID,
				   span_at(source_named(c->mem, path), 0, 0),
				   "'%s' is defined by '%s', too", name, first),
			  "keep one of the two files");
		return;
	}
	map_put(seen, c->mem, name, (void *)path);
	source = catalog_read_file(c, is_default ? c->ws->defaults : c->ws->root, path, is_default);
	if (source)
		folder->add(c, source);
}

/* The files of one folder of templates: the workspace's, and those installed ones that it lacks. */
static void read_folder(struct catalog *c, const struct folder *folder)
{
	const int roots[] = {c->ws->root, c->ws->defaults};
	struct map own = {0}, installed = {0};

	for (int i = 0; i < 2; i++) {
		struct file_list files = {0};
		if (roots[i] < 0 || (i == 0 && !c->options->configured))
			continue;
		if (file_walk(c->mem, roots[i], folder->path, &files) != ST_OK) {
			diag_add(c->diags, RULE_IO_READ,
				 span_at(source_named(c->mem, folder->path), 0, 0), "%s",
				 strerror(errno));
			continue;
		}
		for (size_t k = 0; k < files.n; k++)
			read_entry(c, folder, files.items[k].path, i == 1, &own, &installed);
	}
}

static int compare_templates(const void *a, const void *b)
{
	return strcmp((*(struct template *const *)a)->name, (*(struct template *const *)b)->name);
}

static int compare_kinds(const void *a, const void *b)
{
	return strcmp((*(struct record_kind *const *)a)->kind,
		      (*(struct record_kind *const *)b)->kind);
}

/* Whether a record of the kind can have `result: pass`, which shows an item. A schema that names
 * no keys takes any; one that is put together from others may say it there. */
static bool can_pass(const struct record_kind *kind)
{
	static const char *const elsewhere[] = {
	    "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"};
	const struct data_node *result = data_find_path(kind->root, "properties.result"),
			       *values = data_find(result, "enum"),
			       *only = data_find(result, "const");

	if (only)
		return data_text(only) && !strcmp(data_text(only), "pass");
	if (values && values->kind == DATA_LIST) {
		for (size_t i = 0; i < values->n; i++)
			if (data_text(values->items[i]) &&
			    !strcmp(data_text(values->items[i]), "pass"))
				return true;
		return false;
	}
	for (size_t i = 0; !result && i < sizeof elsewhere / sizeof *elsewhere; i++)
		if (data_find(kind->root, elsewhere[i]))
			return true;
	return result || !data_find(kind->root, "properties");
}

/* An item that accepts records that nobody can write would never be shown. */
static void check_accepts(struct catalog *c, const struct template *tmpl,
			  const struct requirement *req)
{
	const struct record_kind *kind =
	    req->accepts ? map_get(&c->ws->record_kind_by_name, req->accepts) : NULL;
	const char *nearest;
	struct finding *f;

	if (req->accepts && req->home == tmpl && !kind &&
	    !workspace_lacks_defaults(c->ws, c->diags)) {
		f = diag_add(c->diags, RULE_TEMPLATE_INVALID, req->at,
			     "accepts: record kind '%s' has no schema", req->accepts);
		nearest = nearest_record_kind(c->ws, c->mem, req->accepts);
		if (nearest)
			diag_help(c->diags, f, "did you mean '%s'?", nearest);
	} else if (req->accepts && req->home == tmpl && kind && !can_pass(kind)) {
		f = diag_add(c->diags, RULE_TEMPLATE_INVALID, req->at,
			     "accepts: records of kind '%s' have no 'result: pass'", req->accepts);
		diag_help(c->diags, f, "%s says which keys they have", kind->source->path);
	}
	for (size_t i = 0; i < req->children.n; i++)
		check_accepts(c, tmpl, req->children.items[i]);
}

static void sort_all(struct workspace *ws)
{
	if (ws->templates.n)
		qsort(ws->templates.items, ws->templates.n, sizeof *ws->templates.items,
		      compare_templates);
	if (ws->record_kinds.n)
		qsort(ws->record_kinds.items, ws->record_kinds.n, sizeof *ws->record_kinds.items,
		      compare_kinds);
}

static void check_template(struct catalog *c, const struct template *tmpl)
{
	template_check(c->mem, tmpl, c->diags);
	check_accepts(c, tmpl, &tmpl->root);
}

void catalog_read_templates(struct catalog *c)
{
	static const struct folder documents = {
	    "templates/documents", {".md", ".markdown"}, add_template, refuse_document};
	static const struct folder records = {
	    "templates/records", {".schema.yaml", ".schema.yml"}, add_record_kind, refuse_schema};
	struct workspace *ws = c->ws;

	read_folder(c, &documents);
	read_folder(c, &records);
	sort_all(ws);
	catalog_link_templates(c);
	for (size_t i = 0; i < ws->templates.n; i++) {
		const struct template *tmpl = ws->templates.items[i];
		check_template(c, tmpl);
		for (size_t k = 0; k < tmpl->former.n; k++)
			check_template(c, tmpl->former.items[k]);
	}
}
