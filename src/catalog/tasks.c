/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/tasks.c - templates/tasks.yaml: what a team sets out to do, and the kind to begin with */
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/kinds.h"
#include "read/yaml.h"
#include <string.h>
#include <sys/stat.h>

static const char tasks_path[] = "templates/tasks.yaml";

static struct finding *refuse(struct catalog *c, const struct data_node *node, const char *text)
{
	return diag_add(c->diags, RULE_TEMPLATE_INVALID, node->at, "%s", text);
}

static bool is_kind(const struct workspace *ws, const char *kind)
{
	return map_has(&ws->template_by_kind, kind) || map_has(&ws->record_kind_by_name, kind);
}

static void suggest_kind(struct catalog *c, struct finding *f, const char *kind)
{
	const char *near = nearest_record_kind(c->ws, c->mem, kind);

	if (!near)
		near = nearest_document_kind(c->ws, c->mem, kind);
	if (near)
		diag_help(c->diags, f, "did you mean '%s'?", near);
}

static void add_task(struct catalog *c, const struct data_node *entry)
{
	const struct data_node *kind = data_find(entry, "kind");
	const char *task = data_find_text(entry, "task");

	for (size_t i = 0; entry->kind == DATA_MAP && i < entry->n; i++) {
		const struct data_node *key = entry->pairs[i].key;
		if (strcmp(key->text, "task") != 0 && strcmp(key->text, "kind") != 0)
			diag_add(c->diags, RULE_TEMPLATE_INVALID, key->at,
				 "a task has 'task' and 'kind', not '%s'", key->text);
	}
	if (!task || !*task || !data_text(kind)) {
		refuse(c, entry, "a task is a map with 'task' and 'kind'");
		return;
	}
	if (!is_kind(c->ws, kind->text)) {
		suggest_kind(c,
			     diag_add(c->diags, RULE_TEMPLATE_INVALID, kind->at,
				      "no kind '%s' of documents or records", kind->text),
			     kind->text);
		return;
	}
	*ARENA_PUSH(c->mem, &c->ws->tasks) = (struct kind_task){task, kind->text};
}

static struct source *read_tasks(struct catalog *c)
{
	const int roots[] = {c->options->configured ? c->ws->root : -1, c->ws->defaults};
	struct stat st;

	for (int i = 0; i < 2; i++)
		if (roots[i] >= 0 && !fstatat(roots[i], tasks_path, &st, 0))
			return catalog_read_file(c, roots[i], tasks_path, i == 1);
	return NULL;
}

void catalog_read_tasks(struct catalog *c)
{
	struct source *source = read_tasks(c);
	const struct data_node *root, *list;

	if (!source)
		return;
	root = yaml_read(c->mem, source, 0, source->len, RULE_TEMPLATE_INVALID, c->diags);
	if (!root)
		return;
	list = data_find(root, "tasks");
	if (!list || list->kind != DATA_LIST || root->n != 1) {
		refuse(c, root, "it is a map with the one key 'tasks', a list");
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		add_task(c, list->items[i]);
}
