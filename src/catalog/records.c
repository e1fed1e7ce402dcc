/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/records.c - data/: files, and the records in them under their ids */
#include "base/path.h"
#include "catalog/catalog_internal.h"
#include "catalog/kinds.h"
#include "read/yaml.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const char default_policy[] = "data/policies/defaults.yaml";

/* `experiment: {…}` as the only key stands for `kind: experiment` with those keys. */
static const struct data_node *unwrap(struct catalog *c, const struct data_node *node,
				      const char **kind)
{
	*kind = data_find_text(node, "kind");
	if (*kind || node->n != 1 || node->pairs[0].value->kind != DATA_MAP)
		return node;
	*kind = wrapped_kind(c->ws, node->pairs[0].key->text);
	return *kind ? node->pairs[0].value : node;
}

/* A wrapper beside `id:`, `about:` or other wrappers is meant as a record, and would be read by
 * nobody. True where it was said. */
static bool report_wrapper(struct catalog *c, const struct data_node *node)
{
	const struct data_node *first = NULL;
	const char *kind = NULL;
	size_t wrappers = 0;

	for (size_t i = 0; i < node->n; i++) {
		const struct data_pair *pair = &node->pairs[i];
		const char *own =
		    pair->value->kind == DATA_MAP ? wrapped_kind(c->ws, pair->key->text) : NULL;
		wrappers += own != NULL;
		if (own && !first) {
			first = pair->key;
			kind = own;
		}
	}
	if (!first || (wrappers < node->n && !data_find(node, "id") && !data_find(node, "about")))
		return false;
	diag_help(c->diags, diag_add(c->diags, RULE_DATA_MISSING_KEY, first->at, "'kind'"),
		  wrappers > 1
		      ? "each of these is a record: write them under records:, each with its "
			"kind, as kind: %s, and the keys of '%s' beside it"
		      : "write kind: %s, and the keys of '%s' at the top level",
		  kind, first->text);
	return true;
}

static void report_unknown_kind(struct catalog *c, const struct record *record, struct span at)
{
	const char *nearest = nearest_record_kind(c->ws, c->mem, record->kind);
	struct finding *f;

	if (workspace_lacks_defaults(c->ws, c->diags))
		return;
	f = diag_add(c->diags, RULE_DATA_UNKNOWN_REFERENCE, at, "record kind '%s' has no schema",
		     record->kind);
	if (nearest)
		diag_help(c->diags, f, "did you mean '%s'?", nearest);
	else
		diag_help(c->diags, f, "add templates/records/%s.schema.yaml", record->kind);
}

static void set_record_id(struct catalog *c, struct record *record)
{
	const struct data_node *node = data_find(record->node, "id");
	const char *id = data_text(node);

	if (!id)
		return; /* whether one is required is the schema's business */
	if (!catalog_id_is_good(id)) {
		diag_add(c->diags, RULE_DATA_SCHEMA, node->at,
			 "'id' must be letters, digits and . _ / - only and begin with a letter or "
			 "digit, found '%s'",
			 id);
		return;
	}
	record->id = id;
	catalog_claim_id(c, id, node->at);
	if (!map_has(&c->ws->record_by_id, id))
		map_put(&c->ws->record_by_id, c->mem, id, record);
}

static void add_record(struct catalog *c, struct data_file *file, const struct data_node *node)
{
	const struct config *config = &c->ws->config;
	const struct kind_rule *rule =
	    catalog_kind_by_place(config->records.items, config->records.n, file->path);
	struct record *record = arena_new(c->mem, struct record, 1);
	const char *kind;

	record->node = unwrap(c, node, &kind);
	if (kind && rule && strcmp(kind, rule->kind) != 0) {
		struct position line = source_position(&rule->at);
		const struct data_node *at = data_find(record->node, "kind");
		struct finding *f =
		    diag_add(c->diags, RULE_DATA_SCHEMA, at ? at->at : record->node->at,
			     "kind '%s' at a place of kind '%s'", kind, rule->kind);
		diag_help(c->diags, f, "modelbook.yaml:%u says which kind records here have",
			  line.line);
		kind = rule->kind;
	}
	record->kind = kind ? kind : rule ? rule->kind : NULL;
	record->path = file->path;
	record->source = file->source;
	file->read = file->read || record->kind || report_wrapper(c, node);
	if (record->kind) {
		const struct data_node *at = data_find(node, "kind");
		record->schema = map_get(&c->ws->record_kind_by_name, record->kind);
		if (!record->schema)
			report_unknown_kind(c, record, at ? at->at : node->at);
	}
	set_record_id(c, record);
	*ARENA_PUSH(c->mem, &file->records) = record;
	*ARENA_PUSH(c->mem, &c->ws->records) = record;
}

static void add_records(struct catalog *c, struct data_file *file)
{
	const struct data_node *root = file->root, *list;
	size_t before = c->diags->n;

	if (root->kind != DATA_MAP) {
		diag_add(c->diags, RULE_DATA_SYNTAX, root->at,
			 root->kind == DATA_NULL ? "the file is empty"
						 : "expected a map of keys and values, found %s",
			 data_kind_name(root->kind));
		file->read = true; /* data/syntax says enough */
		return;
	}
	list = data_find(root, "records");
	if (!list || data_find(root, "kind")) {
		add_record(c, file, root);
		return;
	}
	if (list->kind != DATA_LIST) {
		diag_add(c->diags, RULE_DATA_SYNTAX, list->at, "'records' must be a list, found %s",
			 data_kind_name(list->kind));
		file->read = true;
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->kind == DATA_MAP)
			add_record(c, file, list->items[i]);
		else
			diag_add(c->diags, RULE_DATA_SYNTAX, list->items[i]->at,
				 "each entry of 'records' must be a map, found %s",
				 data_kind_name(list->items[i]->kind));
	}
	file->read = file->read || c->diags->n > before;
}

static bool is_yaml(const char *path)
{
	const char *extension = path_extension(path);

	return !strcmp(extension, ".yaml") || !strcmp(extension, ".yml");
}

static struct data_file *read_data_file(struct catalog *c, int root, const char *path,
					bool is_default)
{
	struct data_file *file = arena_new(c->mem, struct data_file, 1);

	file->source = catalog_read_file(c, root, path, is_default);
	if (!file->source)
		return NULL;
	file->path = file->source->path;
	memcpy(file->sha256, c->ws->inputs.items[c->ws->inputs.n - 1].sha256, SHA256_HEX);
	file->is_log = !strcmp(path_extension(path), ".csv");
	if (is_yaml(path)) {
		file->root = yaml_read(c->mem, file->source, 0, file->source->len, RULE_DATA_SYNTAX,
				       c->diags);
		if (file->root)
			add_records(c, file);
		else
			file->read = true; /* data/syntax says enough */
	}
	return file;
}

/* Logs that a record's `source:` names are read by it. */
static void mark_log(struct catalog *c, const struct data_node *source)
{
	const char *path = data_find_text(source, "log");
	struct data_file *file = path ? map_get(&c->ws->data_by_path, path) : NULL;

	if (file)
		file->read = true;
}

void catalog_read_data(struct catalog *c)
{
	struct file_list files = {0};
	struct stat st;

	if (!c->options->configured)
		return;
	if (file_walk(c->mem, c->ws->root, "data", &files) != ST_OK)
		diag_add(c->diags, RULE_IO_READ, span_at(source_named(c->mem, "data"), 0, 0), "%s",
			 strerror(errno));
	for (size_t i = 0; i < files.n; i++) {
		const struct file_entry *entry = &files.items[i];
		struct data_file *file;
		if (entry->type != FILE_REGULAR || !path_page(c->mem, entry->path)) {
			diag_add(c->diags, RULE_PATH_UNSAFE,
				 span_at(source_named(c->mem, entry->path), 0, 0), "%s",
				 entry->type == FILE_LINK ? "it is a symbolic link"
				 : entry->type == FILE_OTHER
				     ? "it is no regular file"
				     : "its name cannot be used for a page");
			continue;
		}
		file = read_data_file(c, c->ws->root, entry->path, false);
		if (!file)
			continue;
		map_put(&c->ws->data_by_path, c->mem, file->path, file);
		*ARENA_PUSH(c->mem, &c->ws->data_files) = file;
	}
	for (size_t i = 0; i < c->ws->records.n; i++) {
		const struct data_node *source = data_find(c->ws->records.items[i]->node, "source");
		mark_log(c, source);
		mark_log(c, data_find(source, "reference"));
	}
	/* The drift bands that a workspace has without saying so. */
	if (!map_has(&c->ws->data_by_path, default_policy) && c->ws->defaults >= 0 &&
	    !fstatat(c->ws->defaults, default_policy, &st, 0))
		read_data_file(c, c->ws->defaults, default_policy, true);
}
