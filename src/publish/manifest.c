/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/manifest.c - manifest.json: every file of the site, and every input it was made from */
#include "base/file.h"
#include "base/text.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MANIFEST_MAX = 1 << 30 };

/* --- writing --- */

static void write_entry(struct out *o, bool first, const char *path, uint64_t size,
			const char *sha256)
{
	out_puts(o, first ? "\n  {\"path\": \"" : ",\n  {\"path\": \"");
	text_write_json(o, path, strlen(path));
	out_printf(o, "\", \"size\": %llu, \"sha256\": \"%s\"}", (unsigned long long)size, sha256);
}

static int compare_inputs(const void *a, const void *b)
{
	return strcmp(((const struct manifest_input *)a)->path,
		      ((const struct manifest_input *)b)->path);
}

void manifest_write(struct out *o, const char *version, const char *as_of,
		    struct manifest_input *inputs, size_t n_inputs,
		    struct manifest_file *const *files, size_t n_files)
{
	if (n_inputs)
		qsort(inputs, n_inputs, sizeof *inputs, compare_inputs);
	out_puts(o, "{\n \"tool\": {\"name\": \"modelbook\", \"version\": ");
	text_write_json_string(o, version);
	out_puts(o, "},\n \"as_of\": ");
	text_write_json_string(o, as_of);
	out_puts(o, ",\n \"inputs\": [");
	for (size_t i = 0; i < n_inputs; i++)
		write_entry(o, !i, inputs[i].path, inputs[i].size, inputs[i].sha256);
	out_puts(o, n_inputs ? "\n ],\n \"files\": [" : "],\n \"files\": [");
	for (size_t i = 0; i < n_files; i++)
		write_entry(o, !i, files[i]->path, files[i]->size, files[i]->sha256);
	out_puts(o, n_files ? "\n ]\n}\n" : "]\n}\n");
}

/* --- reading --- */

bool manifest_path_ok(const char *path)
{
	size_t bad, n = strlen(path);

	if (!n || !text_is_utf8(path, n, &bad))
		return false;
	for (const char *part = path;;) {
		size_t len = strcspn(part, "/");
		if (!len || (len == 1 && part[0] == '.') ||
		    (len == 2 && part[0] == '.' && part[1] == '.'))
			return false;
		if (!part[len])
			break;
		part += len + 1;
	}
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 0x7f)
			return false;
	return true;
}

static bool is_sha256(const char *hex)
{
	return strlen(hex) == SHA256_HEX - 1 && strspn(hex, "0123456789abcdef") == SHA256_HEX - 1;
}

static bool read_entry(struct arena *mem, json_t *entry, struct manifest *manifest)
{
	const char *path = json_string_value(json_object_get(entry, "path"));
	const char *sha256 = json_string_value(json_object_get(entry, "sha256"));
	json_t *size = json_object_get(entry, "size");

	if (!path || !sha256 || !json_is_integer(size) || json_integer_value(size) < 0)
		return false;
	if (!is_sha256(sha256) || !manifest_path_ok(path) || !strcmp(path, MANIFEST_NAME))
		return false;
	struct manifest_file *file = ARENA_PUSH(mem, &manifest->files);
	file->path = arena_strdup(mem, path);
	file->size = (uint64_t)json_integer_value(size);
	memcpy(file->sha256, sha256, SHA256_HEX);
	return true;
}

static const char *read_root(struct arena *mem, json_t *root, struct manifest *manifest)
{
	const char *tool =
	    json_string_value(json_object_get(json_object_get(root, "tool"), "name"));
	json_t *files = json_object_get(root, "files"), *entry;
	size_t i;

	if (!tool || strcmp(tool, "modelbook"))
		return "was not written by modelbook";
	if (!json_is_array(files))
		return "lists no files";
	json_array_foreach(files, i, entry)
	{
		if (!read_entry(mem, entry, manifest))
			return arena_printf(mem, "holds a malformed entry (files[%zu])", i);
	}
	/* the list no longer moves: its entries may be pointed to */
	for (i = 0; i < manifest->files.n; i++) {
		struct manifest_file *file = &manifest->files.items[i];
		if (map_put(&manifest->by_path, mem, file->path, file))
			return arena_printf(mem, "lists '%s' twice", file->path);
	}
	return NULL;
}

const char *manifest_parse(struct arena *mem, const char *text, size_t n, struct manifest *manifest)
{
	json_error_t error;
	const char *why;
	json_t *json = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);

	*manifest = (struct manifest){0};
	if (!json)
		return arena_printf(mem, "is no JSON (line %d)", error.line);
	why = read_root(mem, json, manifest);
	json_decref(json);
	sha256_hex(text, n, manifest->sha256);
	return why;
}

const char *manifest_read(struct arena *mem, int root, struct manifest *manifest)
{
	char *text;
	size_t n;

	if (file_read(mem, root, MANIFEST_NAME, MANIFEST_MAX, &text, &n) == ST_OK)
		return manifest_parse(mem, text, n, manifest);
	*manifest = (struct manifest){0};
	return errno == ENOENT ? "is absent"
			       : arena_printf(mem, "cannot be read (%s)", strerror(errno));
}
