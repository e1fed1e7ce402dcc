/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/controls_resolve.c - what the entries of controls lead to */
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/controls_internal.h"
#include "catalog/kinds.h"
#include "catalog/schema_fields.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST_TEST = 16 << 20 };

bool control_may_suggest(struct control_resolver *r)
{
	return r->suggestions++ < MOST_CONTROL_SUGGESTIONS;
}

/* ---- fields ---- */

/* One step down; `node` is NULL where the schema says nothing of it. */
static struct schema_field step_into(const struct schema_field *field, const char *key)
{
	struct schema_field inner = field_key(field, key);
	const struct data_node *any = field_says(field, "additionalProperties");

	if (!inner.node && !strcmp(key, "NAME") && any && any->kind == DATA_MAP)
		inner.node = any;
	return inner;
}

/* Follows "versions[].stage" through a schema; *key is the one that is not there. *shared: some
 * step went through a reference, which the kind's page tells once, at its first place. */
static bool follow_field(struct arena *mem, struct schema_field field, const char *path,
			 struct schema_field *above, const char **key, bool *shared)
{
	while (*path) {
		size_t n = strcspn(path, ".[");
		*key = arena_strndup(mem, path, n);
		*above = field;
		*shared = *shared || data_find(field.node, "$ref");
		field = step_into(&field, *key);
		if (!field.node)
			return false;
		for (path += n; text_starts_with(path, "[]"); path += 2) {
			*shared = *shared || data_find(field.node, "$ref");
			field = field_entry(&field);
			if (!field.node)
				return false;
		}
		if (*path == '.' && path[1])
			path++;
		else if (*path)
			return false;
	}
	return true;
}

static const char *nearest_key(struct control_resolver *r, const struct schema_field *map,
			       const char *key)
{
	const struct data_node *keys = field_says(map, "properties");
	const char **names;

	if (!keys || keys->kind != DATA_MAP || !control_may_suggest(r))
		return NULL;
	names = arena_new(r->mem, const char *, keys->n + 1);
	for (size_t i = 0; i < keys->n; i++)
		names[i] = keys->pairs[i].key->text;
	return text_nearest(key, names, keys->n);
}

static void resolve_field(struct control_resolver *r, struct carrier *carrier)
{
	size_t n_kind =
	    carrier->field ? strlen(carrier->text) - strlen(carrier->field) - 1 : SIZE_MAX;
	const char *kind =
	    carrier->field ? arena_strndup(r->mem, carrier->text, n_kind) : carrier->text;
	const struct record_kind *own = map_get(&r->ws->record_kind_by_name, kind);
	const struct template *tmpl = own ? NULL : map_get(&r->ws->template_by_kind, kind);
	const struct data_node *root = own ? own->root : tmpl ? tmpl->front_matter_keys : NULL;
	struct schema_field all = {root, root}, above = all;
	const char *key = "";
	bool shared = false;

	if (!own && !tmpl) {
		carrier->problem = "there is no such kind";
		carrier->nearest =
		    control_may_suggest(r) ? nearest_record_kind(r->ws, r->mem, kind) : NULL;
		if (!carrier->nearest)
			carrier->nearest = nearest_document_kind(r->ws, r->mem, kind);
		return;
	}
	carrier->record_kind = own;
	carrier->tmpl = tmpl;
	carrier->page = own ? own->page : tmpl->page ? page_at(&r->ws->pages, tmpl->page) : NULL;
	carrier->found = !carrier->field ||
			 (root && follow_field(r->mem, all, carrier->field, &above, &key, &shared));
	if (!carrier->found) {
		carrier->problem =
		    arena_printf(r->mem, "%s has no field '%s'", kind, carrier->field);
		carrier->nearest = nearest_key(r, &above, key);
	} else if (carrier->field) {
		size_t n = shared || tmpl ? strcspn(carrier->field, ".[") : SIZE_MAX;
		const char *row =
		    n == SIZE_MAX ? carrier->field : arena_strndup(r->mem, carrier->field, n);
		/* a list's own row has no brackets at its end */
		size_t end = strlen(row);
		while (end > 2 && !strncmp(row + end - 2, "[]", 2))
			end -= 2;
		carrier->anchor = arena_printf(r->mem, "field-%.*s", (int)end, row);
	}
}

/* ---- rules, policies ---- */

/* Rules and commands are told at the foot of the framework's page. */
static void lead_to_foot(struct control_resolver *r, struct carrier *carrier, const char *what,
			 const char *name)
{
	char *anchor = arena_printf(r->mem, "Mb-%s-%s", what, name);

	for (char *p = anchor; *p; p++)
		if (*p == '/')
			*p = '-';
	carrier->page = r->framework->page;
	carrier->anchor = anchor;
}

static void resolve_rule(struct control_resolver *r, struct carrier *carrier)
{
	const char *names[RULE_COUNT];

	carrier->rule = rule_find(carrier->text);
	carrier->found = carrier->rule != RULE_COUNT;
	if (carrier->found) {
		carrier->title = rule_info(carrier->rule)->title;
		lead_to_foot(r, carrier, "rule", carrier->text);
		return;
	}
	carrier->problem = "no rule has this id; modelbook explain lists all";
	for (size_t i = 0; i < RULE_COUNT; i++)
		names[i] = rule_info((enum rule)i)->id;
	if (control_may_suggest(r))
		carrier->nearest = text_nearest(carrier->text, names, RULE_COUNT);
}

static void resolve_policy(struct control_resolver *r, struct carrier *carrier)
{
	const struct record *record = workspace_record(r->ws, carrier->text);
	const struct span *at = NULL;
	const char **names;

	carrier->threshold = map_get(&r->ws->thresholds, carrier->text);
	if (carrier->threshold) {
		carrier->policy = carrier->threshold->record;
		at = &carrier->threshold->node->at;
	} else if (record && record->kind && !strcmp(record->kind, "policy")) {
		carrier->policy = record;
		at = &record->node->at;
	}
	carrier->found = at;
	if (at) {
		carrier->page = carrier->policy->page;
		if (carrier->page)
			carrier->anchor = arena_printf(r->mem, "L%u", source_position(at).line);
		return;
	}
	carrier->problem = "no policy has this id, nor a threshold of this name";
	if (!control_may_suggest(r))
		return;
	names = arena_new(r->mem, const char *, r->ws->thresholds.n + 1);
	for (size_t i = 0; i < r->ws->thresholds.n; i++)
		names[i] = r->ws->thresholds.entries[i].key;
	carrier->nearest = text_nearest(carrier->text, names, r->ws->thresholds.n);
}

/* ---- commands ---- */

/* The next word of a line; NULL behind the last. */
static const char *next_word(struct arena *mem, const char **line)
{
	size_t n;

	*line += strspn(*line, " ");
	n = strcspn(*line, " ");
	if (!n)
		return NULL;
	*line += n;
	return arena_strndup(mem, *line - n, n);
}

static const char *nearest_option(struct control_resolver *r, const struct program_command *command,
				  const char *name)
{
	const char **names, *nearest;

	if (!control_may_suggest(r))
		return NULL;
	names = arena_new(r->mem, const char *, command->n_options + 1);
	for (size_t i = 0; i < command->n_options; i++)
		names[i] = command->options[i].name;
	nearest = text_nearest(name, names, command->n_options);
	return nearest ? arena_printf(r->mem, "%s --%s", command->name, nearest) : NULL;
}

static bool has_option(const struct program_command *command, const char *name)
{
	for (size_t i = 0; i < command->n_options; i++)
		if (!strcmp(command->options[i].name, name))
			return true;
	return false;
}

static const char *nearest_command(struct control_resolver *r, const char *name)
{
	const char **names = arena_new(r->mem, const char *, r->ws->n_commands + 1);

	for (size_t i = 0; i < r->ws->n_commands; i++)
		names[i] = r->ws->commands[i].name;
	return control_may_suggest(r) ? text_nearest(name, names, r->ws->n_commands) : NULL;
}

/* Words that do not begin with "--" behind the command are what it works on. */
static void resolve_command(struct control_resolver *r, struct carrier *carrier)
{
	const char *line = carrier->text, *word = next_word(r->mem, &line), *name;
	const struct program_command *command = NULL;

	if (!r->ws->commands) {
		carrier->unknown = "the program's commands are not known here";
		return;
	}
	if (word && !strcmp(word, "modelbook"))
		word = next_word(r->mem, &line);
	name = word ? word : "";
	for (size_t i = 0; i < r->ws->n_commands && !command; i++)
		if (!strcmp(r->ws->commands[i].name, name))
			command = &r->ws->commands[i];
	if (!command) {
		carrier->problem = "the program has no such command";
		carrier->nearest = nearest_command(r, name);
		return;
	}
	carrier->command = command;
	while ((word = next_word(r->mem, &line))) {
		const char *option = text_starts_with(word, "--") ? word + 2 : NULL;
		if (option)
			option = arena_strndup(r->mem, option, strcspn(option, "="));
		if (!option || !*option || has_option(command, option))
			continue;
		carrier->problem = arena_printf(r->mem, "the command '%s' has no option --%s",
						command->name, option);
		carrier->nearest = nearest_option(r, command, option);
		return;
	}
	carrier->found = true;
	lead_to_foot(r, carrier, "command", command->name);
}

/* ---- tests ---- */

/* A path inside the workspace that hides nothing: "tests/unit/test_x.c". */
static bool is_plain_path(struct arena *mem, const char *path)
{
	const char *clean = path_resolve(mem, "", path);

	return clean && !strcmp(clean, path) && *path && *path != '.' && !strstr(path, "/.");
}

/* A file is read once, however many controls name it. */
static const struct source *read_test(struct control_resolver *r, const char *path)
{
	struct source *source = map_get(&r->tests, path);
	char *text, *sha256;
	size_t n;

	if (map_has(&r->tests, path))
		return source;
	if (file_read(r->mem, r->ws->root, path, LARGEST_TEST, &text, &n) == ST_OK) {
		source = source_new(r->mem, path, text, n);
		sha256 = arena_alloc(r->mem, SHA256_HEX);
		sha256_hex(text, n, sha256);
		source->sha256 = sha256;
		catalog_add_input(r->c, source);
	}
	map_put(&r->tests, r->mem, path, source);
	return source;
}

/* That a test is there is all that can be told: nothing of a workspace is run. Where the folder is
 * left out (a copy without its tests), not even that. */
static void resolve_test(struct control_resolver *r, struct carrier *carrier)
{
	size_t n = strcspn(carrier->text, "#");
	const char *path = arena_strndup(r->mem, carrier->text, n);
	const char *words = carrier->text[n] ? carrier->text + n + 1 : "";
	const char *top = arena_strndup(r->mem, path, strcspn(path, "/"));
	const struct source *source;
	struct stat st;

	r->ws->looked_elsewhere = true;
	if (!is_plain_path(r->mem, path)) {
		carrier->problem = "a test is the path of a file in the workspace, with "
				   "`#WORDS` that stand in it where one part of it is meant";
		return;
	}
	if (strcmp(top, path) != 0 && fstatat(r->ws->root, top, &st, AT_SYMLINK_NOFOLLOW)) {
		carrier->unknown = arena_printf(r->mem, "the workspace holds no folder '%s'", top);
		return;
	}
	source = read_test(r, path);
	if (!source)
		carrier->problem = "the workspace has no such file";
	else if (*words && !text_find(source->text, source->len, words, strlen(words)))
		carrier->problem = "the file does not hold these words";
	else
		carrier->found = true;
}

/* ---- all ---- */

static void (*const resolvers[CARRIER_KINDS])(struct control_resolver *r,
					      struct carrier *carrier) = {
    [CARRIER_SECTION] = control_resolve_place,
    [CARRIER_ITEM] = control_resolve_place,
    [CARRIER_FIELD] = resolve_field,
    [CARRIER_RULE] = resolve_rule,
    [CARRIER_POLICY] = resolve_policy,
    [CARRIER_COMMAND] = resolve_command,
    [CARRIER_TEST] = resolve_test,
};

void catalog_resolve_controls(struct catalog *c)
{
	struct workspace *ws = c->ws;
	struct control_resolver r = {.mem = c->mem, .ws = ws, .c = c};

	for (size_t i = 0; i < ws->frameworks.n; i++) {
		struct framework *framework = ws->frameworks.items[i];
		r.framework = framework;
		for (size_t k = 0; k < framework->controls.n; k++) {
			struct control *control = &framework->controls.items[k];
			for (size_t e = 0; e < control->carriers.n; e++) {
				struct carrier *carrier = &control->carriers.items[e];
				resolvers[carrier->kind](&r, carrier);
			}
		}
	}
}
