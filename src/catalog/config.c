/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/config.c - modelbook.yaml: one table of keys, each with its reader */
#include "catalog/config.h"
#include "base/text.h"
#include "read/yaml.h"
#include <string.h>

static const char *const stage_names[] = {"none",   "development", "staging", "shadow",
					  "canary", "production",  "retired"};

const char *stage_name(enum stage stage)
{
	return stage_names[stage];
}

enum stage stage_find(const char *name)
{
	for (unsigned i = STAGE_DEVELOPMENT; name && i <= STAGE_RETIRED; i++)
		if (!strcmp(stage_names[i], name))
			return (enum stage)i;
	return STAGE_NONE;
}

/* What reading needs at hand. */
struct reader {
	struct arena *mem;
	struct config *config;
	struct diag_sink *diags;
	bool bad;
};

static void complain(struct reader *r, struct span at, const char *what)
{
	diag_add(r->diags, RULE_CONFIG_INVALID, at, "%s", what);
	r->bad = true;
}

static const char *want_text(struct reader *r, const struct data_node *node, const char *key)
{
	const char *text = data_text(node);

	if (!text || !*text) {
		complain(r, node->at,
			 arena_printf(r->mem, "'%s' must be text, found %s", key,
				      data_kind_name(node->kind)));
		return "";
	}
	return text;
}

/* Reports keys of a map that are not in `known`. */
static void refuse_unknown(struct reader *r, const struct data_node *map, const char *const *known,
			   size_t n)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *key = map->pairs[i].key;
		const char *nearest;
		struct finding *f;
		bool found = false;
		for (size_t k = 0; k < n && !found; k++)
			found = !strcmp(known[k], key->text);
		if (found)
			continue;
		nearest = text_nearest(key->text, known, n);
		f = diag_add(r->diags, RULE_CONFIG_INVALID, key->at, "unknown key '%s'", key->text);
		if (nearest)
			diag_help(r->diags, f, "did you mean '%s'?", nearest);
		r->bad = true;
	}
}

/* Calls `read` for each map of a list; anything else is complained about. */
static void each_map(struct reader *r, const struct data_node *list, const char *key,
		     const char *const *known, size_t n_known,
		     void (*read)(struct reader *r, const struct data_node *map))
{
	if (list->kind != DATA_LIST) {
		complain(r, list->at,
			 arena_printf(r->mem, "'%s' must be a list, found %s", key,
				      data_kind_name(list->kind)));
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->kind != DATA_MAP) {
			complain(r, list->items[i]->at,
				 arena_printf(r->mem, "each entry of '%s' must be a map, found %s",
					      key, data_kind_name(list->items[i]->kind)));
			continue;
		}
		refuse_unknown(r, list->items[i], known, n_known);
		read(r, list->items[i]);
	}
}

static const char *map_text(struct reader *r, const struct data_node *map, const char *key)
{
	const struct data_node *node = data_find(map, key);

	if (!node) {
		complain(r, map->at, arena_printf(r->mem, "key '%s' is missing", key));
		return "";
	}
	return want_text(r, node, key);
}

static void read_document_rule(struct reader *r, const struct data_node *map)
{
	*ARENA_PUSH(r->mem, &r->config->documents) =
	    (struct kind_rule){map_text(r, map, "path"), map_text(r, map, "kind"), map->at};
}

static void read_record_rule(struct reader *r, const struct data_node *map)
{
	*ARENA_PUSH(r->mem, &r->config->records) =
	    (struct kind_rule){map_text(r, map, "path"), map_text(r, map, "kind"), map->at};
}

static void read_nav_rule(struct reader *r, const struct data_node *map)
{
	*ARENA_PUSH(r->mem, &r->config->navigation) =
	    (struct nav_rule){map_text(r, map, "title"), map_text(r, map, "path"), map->at};
}

enum about_kind about_kind_find(const char *name)
{
	static const struct {
		const char *name;
		enum about_kind kind;
	} kinds[] = {{"workspace", ABOUT_WORKSPACE},
		     {"model", ABOUT_MODEL},
		     {"version", ABOUT_VERSION},
		     {"run", ABOUT_RUN},
		     {"incident", ABOUT_INCIDENT}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i].name, name))
			return kinds[i].kind;
	return (enum about_kind)0;
}

static void read_require_rule(struct reader *r, const struct data_node *map)
{
	const struct data_node *each = data_find(map, "for"), *stage = data_find(map, "stage"),
			       *count = data_find(map, "count");
	struct require_rule rule = {
	    .kind = map_text(r, map, "kind"), .each = ABOUT_WORKSPACE, .count = 1, .at = map->at};
	double number;

	if (each) {
		rule.each = about_kind_find(want_text(r, each, "for"));
		if (!rule.each)
			complain(r, each->at,
				 "'for' must be workspace, model, version, run or incident");
	}
	if (stage) {
		rule.stage = stage_find(want_text(r, stage, "stage"));
		if (rule.stage == STAGE_NONE || rule.stage == STAGE_RETIRED)
			complain(
			    r, stage->at,
			    "'stage' must be development, staging, shadow, canary or production");
		if (rule.each != ABOUT_VERSION && rule.each != ABOUT_MODEL)
			complain(r, stage->at, "'stage' goes with 'for: version' or 'for: model'");
	}
	if (count) {
		if (!data_number(count, &number) || number < 1 || number > 1e6 ||
		    number != (double)(size_t)number)
			complain(r, count->at, "'count' must be a whole number from 1");
		else
			rule.count = (size_t)number;
	}
	*ARENA_PUSH(r->mem, &r->config->require) = rule;
}

static const char *const place_keys[] = {"path", "kind"};
static const char *const require_keys[] = {"kind", "for", "stage", "count"};
static const char *const navigation_keys[] = {"title", "path"};

static const struct {
	const char *key;
	const char *const *inner; /* keys of the maps in its list */
	size_t n;
} inner_keys[] = {
    {"documents", place_keys, 2},
    {"records", place_keys, 2},
    {"require", require_keys, 4},
    {"navigation", navigation_keys, 2},
};

static void read_documents(struct reader *r, const struct data_node *node)
{
	each_map(r, node, "documents", place_keys, 2, read_document_rule);
}

static void read_records(struct reader *r, const struct data_node *node)
{
	each_map(r, node, "records", place_keys, 2, read_record_rule);
}

static void read_require(struct reader *r, const struct data_node *node)
{
	each_map(r, node, "require", require_keys, 4, read_require_rule);
}

static void read_navigation(struct reader *r, const struct data_node *node)
{
	each_map(r, node, "navigation", navigation_keys, 2, read_nav_rule);
}

static void read_title(struct reader *r, const struct data_node *node)
{
	r->config->title = want_text(r, node, "title");
}

static void read_base_url(struct reader *r, const struct data_node *node)
{
	const char *url = want_text(r, node, "base_url");

	if (*url && !text_starts_with(url, "https://") && !text_starts_with(url, "http://"))
		complain(r, node->at, "'base_url' must begin with https:// or http://");
	r->config->base_url =
	    !*url || text_ends_with(url, "/") ? url : arena_printf(r->mem, "%s/", url);
}

static void read_theme(struct reader *r, const struct data_node *node)
{
	const char *name = want_text(r, node, "theme");

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(name))
		complain(r, node->at, "'theme' must be the name of a folder under themes/");
	r->config->theme = name;
}

static void read_repository(struct reader *r, const struct data_node *node)
{
	const char *url = want_text(r, node, "repository");

	if (*url && !text_starts_with(url, "https://") && !text_starts_with(url, "http://"))
		complain(r, node->at, "'repository' must begin with https:// or http://");
	r->config->repository =
	    !*url || text_ends_with(url, "/") ? url : arena_printf(r->mem, "%s/", url);
}

static void read_publish(struct reader *r, const struct data_node *node)
{
	if (node->kind != DATA_LIST) {
		complain(r, node->at, "'publish' must be a list of file types");
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		const char *type = want_text(r, node->items[i], "publish");
		const char *const never[] = {".html",  ".htm",     ".xhtml", ".xht", ".shtml",
					     ".mhtml", ".mht",     ".xml",   ".xsl", ".xslt",
					     ".svgz",  ".js",      ".mjs",   ".cjs", ".wasm",
					     ".md",    ".markdown"};
		if (type[0] != '.' || strchr(type, '/'))
			complain(r, node->items[i]->at, "a file type begins with a dot: \".pdf\"");
		for (size_t k = 0; k < sizeof never / sizeof *never; k++)
			if (!strcasecmp(type, never[k]))
				complain(r, node->items[i]->at,
					 "files of this type are never published as they are");
		*ARENA_PUSH(r->mem, &r->config->publish) = type;
	}
}

static void read_carry(struct reader *r, const struct data_node *node)
{
	if (node->kind != DATA_LIST) {
		complain(r, node->at, "'carry' must be a list of file patterns");
		return;
	}
	for (size_t i = 0; i < node->n; i++)
		*ARENA_PUSH(r->mem, &r->config->carry) = want_text(r, node->items[i], "carry");
}

static void read_variables(struct reader *r, const struct data_node *node)
{
	if (node->kind != DATA_MAP)
		complain(r, node->at, "'variables' must be a map of names to values");
	else
		r->config->variables = node;
}

/* A finding of these ends with exit status 2 or keeps a site from being published, whatever its
 * severity is called. */
static bool has_fixed_severity(enum rule rule)
{
	return rule_info(rule)->class == FAULT || rule == RULE_CONFIG_INVALID ||
	       rule == RULE_CONFIG_NO_CONTENT || rule == RULE_IO_READ || rule == RULE_IO_WRITE;
}

static void complain_word(struct reader *r, const struct data_node *node, const char *what,
			  const char *const *known, size_t n)
{
	const char *word = data_text(node), *nearest = word ? text_nearest(word, known, n) : NULL;
	struct finding *f =
	    diag_add(r->diags, RULE_CONFIG_INVALID, node->at, "%s, found %s%s%s", what,
		     word ? "'" : "", word ? word : data_kind_name(node->kind), word ? "'" : "");

	if (nearest)
		diag_help(r->diags, f, "did you mean '%s'?", nearest);
	r->bad = true;
}

static void read_severity_rule(struct reader *r, const struct data_node *key,
			       const struct data_node *level)
{
	enum rule rule = rule_find(key->text);
	enum severity severity;

	if (rule == RULE_COUNT) {
		const char *ids[RULE_COUNT];
		for (unsigned i = 0; i < RULE_COUNT; i++)
			ids[i] = rule_info((enum rule)i)->id;
		complain_word(r, key, "'severity' takes rules", ids, RULE_COUNT);
		return;
	}
	if (!severity_find(data_text(level), &severity)) {
		static const char *const levels[] = {"note", "warning", "error"};
		complain_word(r, level, "a severity is note, warning or error", levels, 3);
		return;
	}
	if (has_fixed_severity(rule) && severity < rule_info(rule)->severity) {
		complain(r, level->at, arena_printf(r->mem, "'%s' cannot be lowered", key->text));
		return;
	}
	*ARENA_PUSH(r->mem, &r->config->severities) =
	    (struct severity_rule){rule, severity, key->at};
}

static void read_severity(struct reader *r, const struct data_node *node)
{
	if (node->kind != DATA_MAP) {
		complain(r, node->at,
			 "'severity' must be a map of rules to note, warning or error");
		return;
	}
	for (size_t i = 0; i < node->n; i++)
		read_severity_rule(r, node->pairs[i].key, node->pairs[i].value);
}

static const struct {
	const char *key;
	void (*read)(struct reader *r, const struct data_node *node);
} keys[] = {
    {"title", read_title},           {"base_url", read_base_url},     {"theme", read_theme},
    {"navigation", read_navigation}, {"documents", read_documents},   {"records", read_records},
    {"require", read_require},       {"repository", read_repository}, {"publish", read_publish},
    {"carry", read_carry},           {"variables", read_variables},   {"severity", read_severity},
};

enum { KEYS = sizeof keys / sizeof *keys };

const char *config_key(size_t i)
{
	return i < KEYS ? keys[i].key : NULL;
}

const char *config_inner_key(const char *key, size_t k)
{
	for (size_t i = 0; i < sizeof inner_keys / sizeof *inner_keys; i++)
		if (!strcmp(inner_keys[i].key, key))
			return k < inner_keys[i].n ? inner_keys[i].inner[k] : NULL;
	return NULL;
}

static void read_keys(struct reader *r, const struct data_node *root)
{
	const char *known[KEYS];

	for (size_t i = 0; i < KEYS; i++)
		known[i] = keys[i].key;
	refuse_unknown(r, root, known, KEYS);
	for (size_t i = 0; i < KEYS; i++) {
		const struct data_node *node = data_find(root, keys[i].key);
		if (node && node->kind != DATA_NULL)
			keys[i].read(r, node);
	}
	if (!data_find(root, "title"))
		complain(r, span_at(root->at.source, 0, 0), "key 'title' is missing");
}

enum status config_read(struct arena *mem, struct source *source, struct config *config,
			struct diag_sink *diags)
{
	struct reader r = {mem, config, diags, false};
	struct data_node *root;

	*config = (struct config){.source = source,
				  .title = "modelbook",
				  .base_url = "",
				  .theme = "default",
				  .repository = ""};
	if (!source || !source->text)
		return ST_OK;
	root = yaml_read(mem, source, 0, source->len, RULE_CONFIG_INVALID, diags);
	if (!root)
		return ST_FAILED;
	if (root->kind != DATA_MAP) {
		complain(&r, root->at, "the file must be a map that begins with 'title:'");
		return ST_FAILED;
	}
	read_keys(&r, root);
	return r.bad ? ST_FAILED : ST_OK;
}
