/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_since.c - findings that what changed since a revision can have caused
 *
 * A file has changed where its bytes are not those that the revision has of it; a new file has
 * changed, too. A finding in an unchanged file is left out only where nothing that it depends on
 * has changed; what is not known to depend on its own file alone is reported. */
#include "base/file.h"
#include "base/text.h"
#include "cli/check_select.h"
#include "read/history.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_FILE = 1 << 26 };

/* What a finding in an unchanged file depends on beside its file, modelbook.yaml and templates. */
enum dependence {
	ON_NOTHING,  /* in a document about a model, version, run or incident: on records, too */
	ON_TARGETS,  /* on what the document links to, and on files that are there no more */
	ON_RECORDS,  /* on any file under data/, and on files that are there no more */
	ON_ANYTHING, /* on any change */
	ALWAYS       /* such findings are never left out */
};

static enum dependence dependence_of(enum rule rule)
{
	static const struct {
		const char *area;
		enum dependence dependence;
	} areas[] = {{"doc/", ON_NOTHING},
		     {"link/", ON_TARGETS},
		     {"data/", ON_RECORDS},
		     {"evidence/", ON_RECORDS}};
	static const struct {
		enum rule rule;
		enum dependence dependence;
	} rules[] = {{RULE_DATA_DUPLICATE_ID, ALWAYS}, /* the other of the two may be the new one */
		     {RULE_DATA_UNKNOWN_REFERENCE, ON_ANYTHING},
		     {RULE_DATA_UNREAD, ON_ANYTHING}};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].rule == rule)
			return rules[i].dependence;
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (text_starts_with(rule_info(rule)->id, areas[i].area))
			return areas[i].dependence;
	return ALWAYS;
}

/* ---- what has changed ---- */

/* Comparing keeps track of this. */
struct comparison {
	struct session *s;
	const struct history *history;
	struct changes *changes;
};

static bool is_there(const struct comparison *c, const char *path)
{
	int fd = file_open_beneath(c->s->ws.root, path);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void add_file(struct comparison *c, const char *path, const struct source *source)
{
	struct changes *changes = c->changes;
	bool changed =
	    !source || !source->text || !history_same(c->history, path, source->text, source->len);

	map_put(&changes->known, c->s->mem, path, changed ? changes : NULL);
	changes->n_changed += changed;
	changes->data_changed =
	    changes->data_changed || (changed && !map_has(&c->s->ws.document_by_path, path));
}

static bool decides_all(const char *path)
{
	return !strcmp(path, "modelbook.yaml") || text_starts_with(path, "templates/") ||
	       text_starts_with(path, "themes/") || text_starts_with(path, "default:");
}

/* Files that decide about all documents are read again: the workspace keeps no list of them. */
static void compare_deciding(struct comparison *c, const char *folder)
{
	struct file_list files = {0};

	if (file_walk(c->s->mem, c->s->ws.root, folder, &files) != ST_OK)
		c->changes->everything = arena_printf(c->s->mem, "'%s' cannot be read", folder);
	for (size_t i = 0; i < files.n && !c->changes->everything; i++) {
		const char *path = files.items[i].path;
		struct arena_mark mark = arena_save(c->s->mem);
		char *text;
		size_t len;
		bool same =
		    files.items[i].type == FILE_REGULAR &&
		    file_read(c->s->mem, c->s->ws.root, path, LARGEST_FILE, &text, &len) == ST_OK &&
		    history_same(c->history, path, text, len);
		if (same)
			arena_reset(c->s->mem, mark);
		else
			c->changes->everything = arena_printf(
			    c->s->mem, "%s has changed since '%s'", path, c->changes->rev);
	}
}

static void compare_config(struct comparison *c)
{
	const struct source *config = c->s->ws.config_source;

	if (c->s->ws.configured &&
	    (!config || !config->text ||
	     !history_same(c->history, "modelbook.yaml", config->text, config->len)))
		c->changes->everything = arena_printf(
		    c->s->mem, "modelbook.yaml has changed since '%s'", c->changes->rev);
}

static void find_deleted(struct comparison *c)
{
	struct changes *changes = c->changes;

	for (size_t i = 0; i < c->history->files.n; i++) {
		const char *path = c->history->files.entries[i].key;
		if (map_has(&changes->known, path) || is_there(c, path))
			continue;
		changes->n_deleted++;
		if (decides_all(path) && c->s->ws.configured)
			changes->everything = arena_printf(c->s->mem, "%s was deleted since '%s'",
							   path, changes->rev);
		changes->data_changed = changes->data_changed || text_starts_with(path, "data/");
	}
}

static void compare(struct comparison *c)
{
	const struct workspace *ws = &c->s->ws;

	for (size_t i = 0; i < ws->documents.n; i++)
		add_file(c, ws->documents.items[i]->path, ws->documents.items[i]->text.source);
	for (size_t i = 0; i < ws->data_files.n; i++) {
		const struct data_file *file = ws->data_files.items[i];
		if (!file->source || !text_starts_with(file->source->path, "default:"))
			add_file(c, file->path, file->source);
	}
	find_deleted(c);
	if (c->history->link)
		c->changes->everything =
		    arena_printf(c->s->mem, "'%s' is a submodule, whose files '%s' does not hold",
				 c->history->link, c->changes->rev);
	if (!ws->configured)
		return;
	compare_config(c);
	compare_deciding(c, "templates");
	compare_deciding(c, "themes");
}

bool changes_read(struct session *s, const char *rev, struct changes *changes)
{
	static const char *const configured[] = {"modelbook.yaml", "content", "data", "templates",
						 "themes"};
	static const char *const bare[] = {""};
	struct comparison c = {.s = s, .changes = changes};
	const char *why;

	*changes = (struct changes){.rev = rev};
	c.history =
	    history_read(s->mem, s->dir, rev, s->ws.configured ? configured : bare,
			 s->ws.configured ? sizeof configured / sizeof *configured : 1, &why);
	if (!c.history) {
		fprintf(stderr, "modelbook: --since: %s\n", why);
		return false;
	}
	compare(&c);
	return true;
}

/* ---- findings ---- */

static const char *input_of(const struct page *page)
{
	return !page            ? NULL
	       : page->document ? page->document->path
	       : page->file     ? page->file->path
				: page->input;
}

static bool has_changed(const struct changes *changes, const char *path)
{
	return map_get(&changes->known, path) != NULL;
}

static bool leads_to_change(const struct changes *changes, const struct link *link)
{
	const char *path = input_of(link->page);

	return path && has_changed(changes, path);
}

static bool lies_in(const struct span *inner, const struct span *outer)
{
	return inner->source == outer->source && inner->start >= outer->start &&
	       inner->end <= outer->end;
}

/* True where what the link at the place leads to has changed; where there is no link (its address
 * stands elsewhere), where something that the document links to has. */
static bool target_changed(const struct changes *changes, const struct document *doc,
			   const struct span *at)
{
	bool any = false, here = false;

	for (size_t i = 0; i < doc->links.n; i++) {
		const struct link *link = &doc->links.items[i];
		bool changed = leads_to_change(changes, link);
		if (lies_in(at, &link->at)) {
			if (changed)
				return true;
			here = true;
		}
		any = any || changed;
	}
	return any && !here;
}

/* The rule whose findings decide. A comment allows nothing because findings of its rule, which the
 * detail begins with, are gone; where it names none, the comment itself is wrong: RULE_COUNT. */
static enum rule deciding_rule(struct arena *mem, const struct finding *finding)
{
	const char *detail = finding->detail;

	if (finding->rule != RULE_DOC_UNUSED_ALLOW)
		return finding->rule;
	return *detail == '\'' ? rule_find(arena_strndup(mem, detail + 1, strcspn(detail + 1, "'")))
			       : RULE_COUNT;
}

static bool depends_on_change(const struct session *s, const struct changes *changes,
			      const struct finding *finding, const char *path)
{
	const struct document *doc = map_get(&s->ws.document_by_path, path);
	enum rule rule = deciding_rule(s->mem, finding);

	if (rule == RULE_COUNT)
		return false;
	switch (dependence_of(rule)) {
	case ON_NOTHING:
		return changes->data_changed &&
		       (!doc || doc->about.kind != ABOUT_WORKSPACE || doc->about.unresolved);
	case ON_TARGETS:
		return changes->n_deleted || !doc || target_changed(changes, doc, &finding->at);
	case ON_RECORDS:
		return changes->data_changed || changes->n_deleted;
	case ON_ANYTHING:
		return changes->n_changed || changes->n_deleted;
	case ALWAYS:
		break;
	}
	return true;
}

bool changes_concern(const struct session *s, const struct changes *changes,
		     const struct finding *finding)
{
	const char *path = finding->at.source ? finding->at.source->path : NULL;

	if (changes->everything || !path || decides_all(path) || !map_has(&changes->known, path) ||
	    has_changed(changes, path))
		return true;
	return depends_on_change(s, changes, finding, path);
}
