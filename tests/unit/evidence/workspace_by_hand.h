/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/workspace_by_hand.h - a workspace of a few records and logs, from texts */
#ifndef WORKSPACE_BY_HAND_H
#define WORKSPACE_BY_HAND_H
#include "catalog/workspace.h"
#include "read/yaml.h"
#include <string.h>

static struct data_file *add_log(struct workspace *ws, const char *path, const char *text,
				 size_t len)
{
	struct data_file *file = arena_new(ws->mem, struct data_file, 1);

	file->path = path;
	file->source = source_new(ws->mem, path, text, len);
	file->is_log = true;
	map_put(&ws->data_by_path, ws->mem, path, file);
	*ARENA_PUSH(ws->mem, &ws->data_files) = file;
	return file;
}

/* A file with one record. */
static struct record *add_record(struct workspace *ws, const char *path, const char *yaml,
				 struct diag_sink *diags)
{
	struct record *record = arena_new(ws->mem, struct record, 1);

	record->path = path;
	record->source = source_new(ws->mem, path, yaml, strlen(yaml));
	record->node = yaml_read(ws->mem, record->source, 0, strlen(yaml), RULE_DATA_SYNTAX, diags);
	record->kind = data_find_text(record->node, "kind");
	record->id = data_find_text(record->node, "id");
	if (record->id)
		map_put(&ws->record_by_id, ws->mem, record->id, record);
	*ARENA_PUSH(ws->mem, &ws->records) = record;
	return record;
}

static const char bands_yaml[] = "kind: policy\n"
				 "id: defaults\n"
				 "thresholds:\n"
				 "  psi_warning: {value: 0.1}\n"
				 "  psi_critical: {value: 0.25}\n";
#endif
