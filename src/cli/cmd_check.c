/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_check.c - modelbook check */
#include "base/path.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_PER_FILE = 50 };

static const struct option_spec options[] = {
    {"format", "FORMAT", "text or json (default: text)"},
    {0},
};

/* The paths to report on, relative to the workspace. False where one lies outside it. */
static bool relative_paths(struct session *s, const struct arguments *arguments,
			   const char ***paths)
{
	char root[4096], real[4096];

	*paths = arena_new(s->mem, const char *, arguments->n_operands);
	if (!realpath(s->dir, root)) {
		fprintf(stderr, "modelbook: '%s': %s\n", s->dir, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < arguments->n_operands; i++) {
		size_t n = strlen(root);
		if (!realpath(arguments->operands[i], real)) {
			fprintf(stderr, "modelbook: '%s': %s\n", arguments->operands[i],
				strerror(errno));
			return false;
		}
		if (!strcmp(real, root)) {
			(*paths)[i] = "";
			continue;
		}
		if (strncmp(real, root, n) != 0 || (real[n] != '/' && strcmp(root, "/") != 0)) {
			fprintf(stderr, "modelbook: '%s' is outside the workspace '%s'\n",
				arguments->operands[i], s->dir);
			return false;
		}
		(*paths)[i] = arena_strdup(s->mem, real + n + (real[n] == '/'));
	}
	return true;
}

/* Keeps the findings under the paths that were asked for. */
static void keep_only(struct session *s, const char **paths, size_t n_paths)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->diags.n; i++) {
		const struct source *source = s->diags.items[i].at.source;
		bool wanted = !source;
		for (size_t k = 0; k < n_paths && !wanted; k++) {
			size_t n = strlen(paths[k]);
			wanted = !n || (!strncmp(source->path, paths[k], n) &&
					(!source->path[n] || source->path[n] == '/'));
		}
		if (wanted)
			s->diags.items[kept++] = s->diags.items[i];
	}
	s->diags.n = kept;
}

/* Records of the workspace itself, without the installed defaults. */
static size_t count_records(const struct workspace *ws)
{
	size_t n = 0;

	for (size_t i = 0; i < ws->data_files.n; i++)
		n += ws->data_files.items[i]->records.n;
	return n;
}

static int report(struct session *s, bool json)
{
	size_t records = count_records(&s->ws);
	const struct diag_text_options text = {.color = s->color, .max_per_file = MOST_PER_FILE};
	struct diag_counts counts = diag_count(&s->diags);
	struct out o = {0};
	int status = counts.errors ? EXIT_FINDINGS : EXIT_CLEAN;

	if (session_cannot(s))
		status = EXIT_CANNOT;
	if (json)
		diag_print_json(&s->diags, s->ws.documents.n, records, &o);
	else
		diag_print_text(&s->diags, &text, &o);
	status = print_and_exit(&o, status);
	out_release(&o);
	if (!json && !s->quiet)
		fprintf(stderr, "modelbook: %zu document%s and %zu record%s checked: %s\n",
			s->ws.documents.n, s->ws.documents.n == 1 ? "" : "s", records,
			records == 1 ? "" : "s", counts_text(s->mem, &counts));
	return status;
}

/* Without a modelbook.yaml, one PATH is workspace and content root at once. */
static bool take_bare_folder(struct session *s, const struct arguments *arguments)
{
	struct stat st;

	if (arguments->n_operands != 1 || stat(arguments->operands[0], &st) ||
	    !S_ISDIR(st.st_mode)) {
		fprintf(stderr, "modelbook: no modelbook.yaml here or above; run 'modelbook init "
				"DIR', name the "
				"workspace with --workspace, or give one folder to check\n");
		return false;
	}
	s->dir = arguments->operands[0];
	return true;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *format = option_text(arguments, "format");
	const char **paths = NULL;
	struct session s;
	bool configured;
	int status;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
		fprintf(stderr, "modelbook: --format takes text or json, found '%s'\n", format);
		return EXIT_CANNOT;
	}
	s.dir = session_find_workspace(&s, arguments,
				       arguments->n_operands ? arguments->operands[0] : NULL);
	configured = s.dir;
	if (!configured && !take_bare_folder(&s, arguments))
		return EXIT_CANNOT;
	if (configured && !relative_paths(&s, arguments, &paths))
		return EXIT_CANNOT;
	if (session_load(&s, configured ? "content" : ".", configured) == ST_OK && paths &&
	    arguments->n_operands)
		keep_only(&s, paths, arguments->n_operands);
	status = report(&s, format && !strcmp(format, "json"));
	return status;
}

const struct command cmd_check = {
    .name = "check",
    .operands = "[PATH…]",
    .summary = "say what is missing or wrong in documents and records",
    .options = options,
    .description =
	"Reads the whole workspace, checks every document against the template of its kind and\n"
	"every record against its schema, resolves all links, measures what prediction logs\n"
	"show, and reports what is wrong under PATH (default: everywhere). Findings go to\n"
	"standard output, sorted by path, line, column and rule.\n\n"
	"Without a modelbook.yaml here or above, one folder may be given: its Markdown is\n"
	"checked for broken links and unreadable files.\n\n"
	"Exit status: 0 no finding of severity error, 1 at least one, 2 the workspace cannot be\n"
	"used.",
    .examples = "  modelbook check\n"
		"  modelbook check content/incidents\n"
		"  modelbook check --format json > findings.json\n",
    .most_operands = SIZE_MAX,
    .run = run,
};
