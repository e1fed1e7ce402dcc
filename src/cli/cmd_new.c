/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_new.c - modelbook new */
#include "base/path.h"
#include "base/status.h"
#include "base/text.h"
#include "catalog/record_instance.h"
#include "cli/commands.h"
#include "cli/session.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"about", "SUBJECT", "MODEL, MODEL@VERSION, or the id of a run or incident"},
    {"title", "TEXT", "the document's title (default: the template's)"},
    {"list", NULL, "list the kinds by task, each with the command to type; writes nothing"},
    {0},
};

/* -- the list --------------------------------------------------------------------------------- */

struct kind_line {
	const char *task, *kind, *title;
};

struct kind_lines {
	LIST_OF(struct kind_line);
};

static const char *title_of(const struct session *s, const char *kind)
{
	const struct template *tmpl = map_get(&s->ws.template_by_kind, kind);
	const struct record_kind *record_kind = map_get(&s->ws.record_kind_by_name, kind);

	return tmpl ? tmpl->title : record_kind ? record_kind->title : "";
}

static void add_line(struct session *s, struct kind_lines *lines, struct map *listed,
		     const char *task, const char *kind)
{
	map_put(listed, s->mem, kind, lines);
	*ARENA_PUSH(s->mem, lines) = (struct kind_line){task, kind, title_of(s, kind)};
}

static void write_lines(const struct kind_lines *lines, const char *heading, struct out *o)
{
	size_t task = 0, kind = 0, title = 0;

	if (!lines->n)
		return;
	for (size_t i = 0; i < lines->n; i++) {
		const struct kind_line *line = &lines->items[i];
		task = strlen(line->task) > task ? strlen(line->task) : task;
		kind = strlen(line->kind) > kind ? strlen(line->kind) : kind;
		title = strlen(line->title) > title ? strlen(line->title) : title;
	}
	out_printf(o, "%s%s\n", o->n ? "\n" : "", heading);
	for (size_t i = 0; i < lines->n; i++) {
		const struct kind_line *line = &lines->items[i];
		out_printf(o, "  %-*s  %-*s  %-*s  modelbook new %s\n", (int)task, line->task,
			   (int)kind, line->kind, (int)title, line->title, line->kind);
	}
}

/* Kinds by task, then those that no task names. */
static int list_kinds(struct session *s)
{
	struct kind_lines tasks = {0}, others = {0};
	struct map listed = {0};
	struct out o = {0};
	int status;

	for (size_t i = 0; i < s->ws.tasks.n; i++)
		add_line(s, &tasks, &listed, s->ws.tasks.items[i].task, s->ws.tasks.items[i].kind);
	for (size_t i = 0; i < s->ws.templates.n; i++)
		if (!map_has(&listed, s->ws.templates.items[i]->kind))
			add_line(s, &others, &listed, "document", s->ws.templates.items[i]->kind);
	for (size_t i = 0; i < s->ws.record_kinds.n; i++)
		if (!map_has(&listed, s->ws.record_kinds.items[i]->kind))
			add_line(s, &others, &listed, "record", s->ws.record_kinds.items[i]->kind);
	write_lines(&tasks, "By task:", &o);
	write_lines(&others, "All other kinds:", &o);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

/* -- the file --------------------------------------------------------------------------------- */

static int unknown_kind(struct session *s, const char *kind)
{
	size_t n = 0;
	const char **kinds =
	    arena_new(s->mem, const char *, s->ws.templates.n + s->ws.record_kinds.n + 1);
	const char *nearest;

	for (size_t i = 0; i < s->ws.templates.n; i++)
		kinds[n++] = s->ws.templates.items[i]->kind;
	for (size_t i = 0; i < s->ws.record_kinds.n; i++)
		kinds[n++] = s->ws.record_kinds.items[i]->kind;
	if (s->ws.lacks_defaults) {
		fprintf(stderr,
			"modelbook: no kind '%s' here, and the installed defaults were not found: "
			"%s\n",
			kind, defaults_sought(s->mem));
		return EXIT_CANNOT;
	}
	nearest = text_nearest(kind, kinds, n);
	fprintf(stderr, "modelbook: no kind '%s'%s%s%s; 'modelbook new --list' lists all\n", kind,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return EXIT_CANNOT;
}

/* Whether documents of the kind are about incidents alone. */
static bool is_about_incidents(const struct session *s, const char *kind)
{
	const struct template *tmpl = map_get(&s->ws.template_by_kind, kind);

	return tmpl && tmpl->about == ABOUT_INCIDENT;
}

/* True for text on one line; what is no text could not be read in the new file. */
static bool is_one_line(const char *what, const char *text)
{
	size_t bad, n = text ? strlen(text) : 0;
	bool good = !n || (text_is_utf8(text, n, &bad) && text_is_printable(text, n, &bad) &&
			   !strpbrk(text, "\t\r\n"));

	if (!good)
		fprintf(stderr, "modelbook: %s must be text on one line\n", what);
	return good;
}

/* Where the file goes: NAME under content/ or data/, else the kind's name, in the model's folder
 * where it is about one; what is about an incident has the incident's name. */
static char *place(struct session *s, const char *folder, const char *kind, const char *name,
		   const char *about, const char *extension)
{
	char *dir;

	if (name)
		return arena_printf(s->mem, "%s/%s%s", folder, name, extension);
	if (!about)
		return arena_printf(s->mem, "%s/%s%s", folder, kind, extension);
	if (is_about_incidents(s, kind))
		return arena_printf(s->mem, "%s/incidents/%s%s", folder, about, extension);
	dir = arena_strndup(s->mem, about, strcspn(about, "@"));
	if (strchr(about, '@'))
		return arena_printf(s->mem, "%s/models/%s/%s-%s%s", folder, dir, kind,
				    strchr(about, '@') + 1, extension);
	return arena_printf(s->mem, "%s/models/%s/%s%s", folder, dir, kind, extension);
}

static int write_new(struct session *s, const char *path, const char *text)
{
	struct out o = {0};
	int status;

	if (!path_page(s->mem, path) || strstr(path, "/.")) {
		fprintf(stderr, "modelbook: '%s' cannot be the name of a page\n", path);
		return EXIT_CANNOT;
	}
	if (file_write(s->ws.root, path, text, strlen(text), false) != ST_OK) {
		fprintf(stderr, "modelbook: '%s/%s': %s%s\n", s->dir, path, strerror(errno),
			errno == EEXIST ? "; it stays as it is: give another NAME" : "");
		return EXIT_CANNOT;
	}
	out_printf(&o, "%s\n", path);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

static int new_file(struct session *s, const struct arguments *arguments)
{
	const char *kind = arguments->operands[0];
	const char *name = arguments->n_operands > 1 ? arguments->operands[1] : NULL;
	const char *about = option_text(arguments, "about"),
		   *title = option_text(arguments, "title");
	const struct template *tmpl = map_get(&s->ws.template_by_kind, kind);
	const struct record_kind *record_kind = map_get(&s->ws.record_kind_by_name, kind);

	if (!is_one_line("the name", name) || !is_one_line("--about", about) ||
	    !is_one_line("--title", title))
		return EXIT_CANNOT;
	if (tmpl)
		return write_new(
		    s, place(s, "content", kind, name, about, ".md"),
		    template_instance(s->mem, tmpl, title ? title : tmpl->title, about));
	if (record_kind && title) {
		fprintf(stderr, "modelbook: --title goes with documents; '%s' is a record kind\n",
			kind);
		return EXIT_CANNOT;
	}
	if (record_kind) {
		const char *path = place(s, "data", kind, name, about, ".yaml");
		return write_new(s, path,
				 record_instance(s->mem, record_kind, path,
						 name ? path_base(name) : NULL, about));
	}
	return unknown_kind(s, kind);
}

static void complain(struct diag_sink *diags)
{
	const struct diag_text_options text = {.color = false};
	struct out o = {0};

	diag_finish(diags);
	diag_print_text(diags, &text, &o);
	fputs(out_text(&o), stderr);
	out_release(&o);
}

/* What of the templates cannot be used: a task or a kind may be missing for it. */
static void complain_of_templates(struct session *s)
{
	struct diag_sink faults;

	diag_init(&faults, s->mem);
	for (size_t i = 0; i < s->diags.n; i++)
		if (s->diags.items[i].rule == RULE_TEMPLATE_INVALID)
			*ARENA_PUSH(s->mem, &faults) = s->diags.items[i];
	complain(&faults);
}

static int run(const struct command *command, const struct arguments *arguments)
{
	struct workspace_options read = {.content = "content", .configured = true, .jobs = 1};
	struct session s;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	if (option_given(arguments, "list") && arguments->n_operands) {
		fprintf(stderr, "modelbook: --list goes without a kind\n");
		return EXIT_CANNOT;
	}
	if (!option_given(arguments, "list") && !arguments->n_operands) {
		fprintf(stderr, "modelbook: new needs a kind: modelbook new KIND [NAME]; "
				"'modelbook new --list' "
				"lists them\n");
		return EXIT_CANNOT;
	}
	s.dir = session_find_workspace(&s, arguments, NULL);
	if (!s.dir) {
		fprintf(
		    stderr,
		    "modelbook: no modelbook.yaml here or above; run 'modelbook init DIR' first\n");
		return EXIT_CANNOT;
	}
	read.dir = s.dir;
	read.as_of = s.as_of;
	if (workspace_read(s.mem, &read, &s.ws, &s.diags) != ST_OK) {
		complain(&s.diags);
		return EXIT_CANNOT;
	}
	complain_of_templates(&s);
	return option_given(arguments, "list") ? list_kinds(&s) : new_file(&s, arguments);
}

const struct command cmd_new = {
    .name = "new",
    .operands = "[KIND [NAME]]",
    .summary = "write a document or record from its template",
    .options = options,
    .description =
	"Writes a document of kind KIND to content/NAME.md, or a record to data/NAME.yaml, with "
	"the\n"
	"sections, items and keys that its kind asks for and the guidance as comments; what must "
	"be\n"
	"filled in stands empty or says <fill in>, and check names it until it is. --list says\n"
	"which kind a task begins with. Without NAME the file has the kind's name; with --about it "
	"lies in the "
	"model's\n"
	"folder, or has the incident's name. An existing file is never written over. The path is\n"
	"printed.",
    .examples = "  modelbook new --list\n"
		"  modelbook new model_card --about churn\n"
		"  modelbook new incident_postmortem --about INC-2026-08\n"
		"  modelbook new evaluation churn/holdout --about churn@1.2.0\n",
    .most_operands = 2,
    .run = run,
};
