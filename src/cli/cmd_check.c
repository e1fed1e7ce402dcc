/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_check.c - modelbook check */
#include "base/status.h"
#include "cli/check_formats.h"
#include "cli/check_memo.h"
#include "cli/check_select.h"
#include "cli/commands.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct option_spec options[] = {
    {"format", "FORMAT", "text (default), json, sarif, junit, github, gitlab or rdjsonl"},
    {"rule", "ID", "report this rule, or all of an area (doc); may be given several times"},
    {"severity", "LEVEL", "report what is at least note, warning or error (default: note)"},
    {"since", "REV", "report what changes since this git revision can have caused"},
    {"baseline", "FILE", "findings that FILE (of --format json) lists are known and do not count"},
    {0},
};

static bool is_looked_for(const void *scope, enum rule rule, const char *path)
{
	return selection_covers(scope, rule, path);
}

/* Without a modelbook.yaml, one PATH is workspace and content root at once. */
static bool take_bare_folder(struct session *s, const struct arguments *arguments)
{
	struct stat st;

	if (arguments->n_operands != 1 || stat(arguments->operands[0], &st) ||
	    !S_ISDIR(st.st_mode)) {
		fprintf(stderr,
			"modelbook: no modelbook.yaml here or above; run 'modelbook init DIR', "
			"name the workspace with --workspace, or give one folder to check\n");
		return false;
	}
	s->dir = arguments->operands[0];
	return true;
}

/* False for what depends on more than the files of the workspace: a revision, a baseline, and
 * formats that look for the repository or write a summary. */
static bool can_be_repeated(const char *format, const struct selection *selection)
{
	return (!strcmp(format, "text") || !strcmp(format, "json")) && !selection->since &&
	       !selection->has_baseline;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const struct check_format *format = check_format_find(option_text(arguments, "format"));
	struct selection selection;
	struct findings_report report = {.covers = is_looked_for, .scope = &selection};
	struct check_memo *memo = NULL;
	struct session s;
	bool configured;
	int status;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	if (!format)
		return EXIT_CANNOT;
	if (!selection_options(s.mem, arguments, &selection))
		return EXIT_CANNOT;
	s.dir = session_find_workspace(&s, arguments,
				       arguments->n_operands ? arguments->operands[0] : NULL);
	configured = s.dir;
	if (!configured && !take_bare_folder(&s, arguments))
		return EXIT_CANNOT;
	if (configured && !selection_paths(&s, arguments, &selection))
		return EXIT_CANNOT;
	s.findings_only = true;
	if (can_be_repeated(format->name, &selection))
		memo = check_memo_begin(&s, arguments, configured);
	if (check_memo_repeat(memo, &status))
		return status;
	if (session_load(&s, configured ? "content" : ".", configured) == ST_OK &&
	    !selection_apply(&s, &selection))
		return EXIT_CANNOT;
	report.with_baseline = selection.has_baseline;
	return check_format_print(format, &s, &report, memo);
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
	"PATH, --rule, --severity and --since narrow what is reported, in any order, and the exit\n"
	"status speaks of what is reported. Findings that could not be helped (a file that cannot\n"
	"be read) are always reported. --since compares files with those of the revision, byte by\n"
	"byte; new files count as changed. Once modelbook.yaml, a template or a theme has "
	"changed,\n"
	"everything is reported; a finding in an unchanged file is left out only where no change\n"
	"can have caused it.\n\n"
	"A comment in a document lets findings of a rule stand in its section, or, before the\n"
	"first heading and under the title, in the whole document:\n"
	"<!-- modelbook: allow RULE: reason -->. They are counted apart, as known ones are.\n\n"
	"Exit status: 0 no finding of severity error, 1 at least one, 2 the workspace, the "
	"baseline\n"
	"or the revision cannot be used.",
    .examples = "  modelbook check\n"
		"  modelbook check content/incidents\n"
		"  modelbook check --since origin/main --severity warning\n"
		"  modelbook check --format json > baseline.json\n"
		"  modelbook check --baseline baseline.json\n",
    .most_operands = SIZE_MAX,
    .run = run,
};
