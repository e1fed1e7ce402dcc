/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/workspace.c - reading a workspace, step by step */
#include "catalog/workspace.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/waivers.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = INT32_MAX };

static bool has_defaults(const char *dir)
{
	struct stat st;
	char path[4096];

	return (size_t)snprintf(path, sizeof path, "%s/templates/documents", dir) < sizeof path &&
	       !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The folder that the running program lies in, "" where the system does not say. */
static char *program_dir(struct arena *mem)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	return n > 0 ? path_dir(mem, arena_strndup(mem, path, (size_t)n)) : arena_strdup(mem, "");
}

/* Installed; a build in the source tree (build/PRESET/modelbook). */
static const char *const beside[] = {"../share/modelbook", "../..", "../../.."};
enum { N_BESIDE = sizeof beside / sizeof *beside };

const char *defaults_dir(struct arena *mem)
{
	const char *named = getenv("MODELBOOK_DEFAULTS");
	const char *program = program_dir(mem);

	if (named && *named)
		return named;
	for (size_t i = 0; i < N_BESIDE; i++) {
		char *dir = arena_printf(mem, "%s/%s", program, beside[i]);
		if (has_defaults(dir))
			return dir;
	}
	return NULL;
}

const char *defaults_sought(struct arena *mem)
{
	const char *named = getenv("MODELBOOK_DEFAULTS");
	const char *program = program_dir(mem);

	if (named && *named)
		return arena_printf(mem,
				    "looked for templates/documents in '%s', which "
				    "MODELBOOK_DEFAULTS names",
				    named);
	return arena_printf(
	    mem,
	    "looked for templates/documents in '%s', '%s' and '%s' from '%s'; install "
	    "modelbook with its share folder, or name that folder by "
	    "MODELBOOK_DEFAULTS",
	    beside[0], beside[1], beside[2], program);
}

bool workspace_lacks_defaults(const struct workspace *ws, struct diag_sink *diags)
{
	static const char what[] = "the installed defaults were not found";
	bool said = false;

	if (!ws->lacks_defaults)
		return false;
	for (size_t i = 0; i < diags->n && !said; i++)
		said = diags->items[i].rule == RULE_IO_READ && !diags->items[i].at.source &&
		       !strcmp(diags->items[i].detail, what);
	if (!said)
		diag_help(diags, diag_add(diags, RULE_IO_READ, (struct span){0}, "%s", what), "%s",
			  defaults_sought(diags->mem));
	return true;
}

char *font_path(struct arena *mem)
{
	const char *dir = defaults_dir(mem);
	struct stat st;
	char *path;

	if (dir) {
		path = arena_printf(mem, "%s/themes/default/DejaVuSans.ttf", dir);
		if (!stat(path, &st) && S_ISREG(st.st_mode))
			return path;
	}
	path = arena_strdup(mem, MODELBOOK_FONT);
	return !stat(path, &st) && S_ISREG(st.st_mode) ? path : NULL;
}

bool catalog_is_markdown(const char *path)
{
	const char *extension = path_extension(path);

	/* On some file systems "A.MD" is a document like any other. */
	return !strcasecmp(extension, ".md") || !strcasecmp(extension, ".markdown");
}

const struct kind_rule *catalog_kind_by_place(const struct kind_rule *rules, size_t n,
					      const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (path_match(rules[i].pattern, path))
			return &rules[i];
	return NULL;
}

struct source *catalog_read_source(struct arena *mem, struct diag_sink *diags, int root,
				   const char *path, const char *shown)
{
	struct source *source;
	char *text, *sha256;
	size_t len;

	if (file_read(mem, root, path, LARGEST_FILE, &text, &len) != ST_OK) {
		enum rule rule =
		    errno == ELOOP || errno == EINVAL ? RULE_PATH_UNSAFE : RULE_IO_READ;
		diag_add(diags, rule, span_at(source_named(mem, shown), 0, 0), "%s",
			 rule == RULE_IO_READ ? strerror(errno)
					      : "it is a symbolic link or no regular file");
		return NULL;
	}
	sha256 = arena_alloc(mem, SHA256_HEX);
	sha256_hex(text, len, sha256);
	source = source_new(mem, shown, text, len);
	source->sha256 = sha256;
	return source;
}

void catalog_add_input(struct catalog *c, const struct source *source)
{
	struct input_file *input = ARENA_PUSH(c->mem, &c->ws->inputs);

	input->path = source->path;
	input->size = source->len;
	memcpy(input->sha256, source->sha256, SHA256_HEX);
}

struct source *catalog_read_file(struct catalog *c, int root, const char *path, bool is_default)
{
	const char *shown = is_default ? arena_printf(c->mem, "default:%s", path) : path;
	struct source *source = catalog_read_source(c->mem, c->diags, root, path, shown);

	if (source)
		catalog_add_input(c, source);
	return source;
}

struct source *workspace_asset(struct workspace *ws, const char *path, struct diag_sink *diags)
{
	struct catalog c = {.mem = ws->mem, .ws = ws, .diags = diags};
	struct stat st;

	if (!fstatat(ws->root, path, &st, AT_SYMLINK_NOFOLLOW))
		return catalog_read_file(&c, ws->root, path, false);
	if (ws->defaults < 0) {
		workspace_lacks_defaults(ws, diags);
		return NULL;
	}
	if (text_ends_with(path, "/DejaVuSans.ttf") && fstatat(ws->defaults, path, &st, 0)) {
		const char *font = font_path(ws->mem);
		int dir = font ? file_open_root(path_dir(ws->mem, font)) : -1;
		struct source *source;
		if (dir >= 0) {
			source = catalog_read_file(&c, dir, path_base(font), true);
			close(dir);
			return source;
		}
	}
	return catalog_read_file(&c, ws->defaults, path, true);
}

static int compare_inputs(const void *a, const void *b)
{
	return strcmp(((const struct input_file *)a)->path, ((const struct input_file *)b)->path);
}

void workspace_sort_inputs(struct workspace *ws)
{
	if (ws->inputs.n)
		qsort(ws->inputs.items, ws->inputs.n, sizeof *ws->inputs.items, compare_inputs);
}

static enum status read_config(struct catalog *c)
{
	struct workspace *ws = c->ws;
	struct stat st;

	ws->config_source = source_named(c->mem, "modelbook.yaml");
	if (c->options->configured &&
	    !fstatat(ws->root, "modelbook.yaml", &st, AT_SYMLINK_NOFOLLOW)) {
		struct source *source = catalog_read_file(c, ws->root, "modelbook.yaml", false);
		if (!source)
			return ST_FAILED;
		ws->config_source = source;
		ws->configured = true;
	}
	return config_read(c->mem, ws->config_source, &ws->config, c->diags);
}

enum status workspace_read(struct arena *mem, const struct workspace_options *options,
			   struct workspace *ws, struct diag_sink *diags)
{
	struct catalog c = {.mem = mem, .ws = ws, .options = options, .diags = diags};
	const char *defaults = defaults_dir(mem);

	*ws = (struct workspace){.mem = mem,
				 .dir = options->dir,
				 .as_of = options->as_of,
				 .store = options->store,
				 .jobs = options->jobs,
				 .commands = options->commands,
				 .n_commands = options->n_commands,
				 .defaults = -1};
	ws->root = file_open_root(options->dir);
	if (ws->root < 0) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': %s", options->dir,
			 strerror(errno));
		return ST_FAILED;
	}
	ws->content = strcmp(options->content, ".") ? options->content : "";
	if (defaults)
		ws->defaults = file_open_root(defaults);
	ws->lacks_defaults = ws->defaults < 0 || !has_defaults(defaults);
	if (read_config(&c) != ST_OK)
		return ST_FAILED;
	catalog_read_templates(&c);
	catalog_read_tasks(&c);
	catalog_read_language(&c);
	catalog_read_content(&c);
	catalog_read_data(&c);
	waivers_index(ws);
	catalog_read_controls(&c);
	catalog_build_models(&c);
	catalog_resolve_subjects(&c);
	catalog_read_bodies(&c);
	catalog_match_documents(&c);
	catalog_plan_pages(&c);
	catalog_resolve_links(&c);
	catalog_resolve_live(&c);
	catalog_collect_mentions(&c);
	catalog_resolve_controls(&c);
	catalog_serve_controls(&c);
	workspace_sort_inputs(ws);
	return ST_OK;
}

bool catalog_id_is_good(const char *id)
{
	static const char good[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._/-";
	size_t n = strlen(id);

	return n && strspn(id, good) == n && !strchr("._/-", id[0]);
}

void catalog_claim_id(struct catalog *c, const char *id, struct span at)
{
	struct span *first = map_get(&c->ws->id_owner, id), *mine;
	struct position position;

	if (!first) {
		mine = arena_new(c->mem, struct span, 1);
		*mine = at;
		map_put(&c->ws->id_owner, c->mem, id, mine);
		return;
	}
	position = source_position(first);
	diag_help(c->diags, diag_add(c->diags, RULE_DATA_DUPLICATE_ID, at, "'%s'", id),
		  "it is the id of %s:%u, too", first->source->path, position.line);
}

const struct document *workspace_document(const struct workspace *ws, const char *id)
{
	return map_get(&ws->document_by_id, id);
}

const struct record *workspace_record(const struct workspace *ws, const char *id)
{
	return map_get(&ws->record_by_id, id);
}

bool workspace_subject(const struct workspace *ws, const char *text, const struct model **model,
		       const struct version **version)
{
	const char *at = strrchr(text, '@');
	size_t n = at ? (size_t)(at - text) : strlen(text);

	*version = NULL;
	*model = map_get_n(&ws->model_by_id, text, n);
	if (!*model)
		return false;
	if (!at)
		return true;
	for (size_t i = 0; i < (*model)->versions.n; i++)
		if (!strcmp((*model)->versions.items[i]->id, at + 1))
			*version = (*model)->versions.items[i];
	return *version;
}
