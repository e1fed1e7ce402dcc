/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/templates.c - templates/documents and templates/records, with the installed defaults */
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "read/yaml.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void add_template(struct catalog *c, struct source *source)
{
	struct template *tmpl = template_read(c->mem, source, c->diags);

	map_put(&c->ws->template_by_kind, c->mem, tmpl->kind, tmpl);
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

/* The files of one folder of templates: the workspace's, and those installed ones that it lacks. */
static void read_folder(struct catalog *c, const char *dir, const char *ending,
			void (*add)(struct catalog *c, struct source *source))
{
	const int roots[] = {c->ws->root, c->ws->defaults};
	struct map seen = {0};

	for (int i = 0; i < 2; i++) {
		struct file_list files = {0};
		if (roots[i] < 0 || (i == 0 && !c->options->configured))
			continue;
		if (file_walk(c->mem, roots[i], dir, &files) != ST_OK) {
			diag_add(c->diags, RULE_IO_READ, span_at(source_named(c->mem, dir), 0, 0),
				 "%s", strerror(errno));
			continue;
		}
		for (size_t k = 0; k < files.n; k++) {
			const char *path = files.items[k].path;
			struct source *source;
			if (!text_ends_with(path, ending) || map_has(&seen, path))
				continue;
			map_put(&seen, c->mem, path, c);
			source = catalog_read_file(c, roots[i], path, i == 1);
			if (source)
				add(c, source);
		}
	}
}

static int compare_templates(const void *a, const void *b)
{
	return strcmp((*(struct template *const *)a)->kind, (*(struct template *const *)b)->kind);
}

static int compare_kinds(const void *a, const void *b)
{
	return strcmp((*(struct record_kind *const *)a)->kind,
		      (*(struct record_kind *const *)b)->kind);
}

/* An item that accepts records of a kind that nobody can write would never be shown. */
static void check_accepts(struct catalog *c, const struct requirement *req)
{
	if (req->accepts && !map_has(&c->ws->record_kind_by_name, req->accepts))
		diag_add(c->diags, RULE_TEMPLATE_INVALID, req->at,
			 "accepts: record kind '%s' has no schema", req->accepts);
	for (size_t i = 0; i < req->children.n; i++)
		check_accepts(c, req->children.items[i]);
}

void catalog_read_templates(struct catalog *c)
{
	struct workspace *ws = c->ws;

	read_folder(c, "templates/documents", ".md", add_template);
	read_folder(c, "templates/records", ".schema.yaml", add_record_kind);
	for (size_t i = 0; i < ws->templates.n; i++)
		check_accepts(c, &ws->templates.items[i]->root);
	if (ws->templates.n)
		qsort(ws->templates.items, ws->templates.n, sizeof *ws->templates.items,
		      compare_templates);
	if (ws->record_kinds.n)
		qsort(ws->record_kinds.items, ws->record_kinds.n, sizeof *ws->record_kinds.items,
		      compare_kinds);
}
