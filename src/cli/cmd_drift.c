/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_drift.c - modelbook drift */
#include "base/status.h"
#include "cli/commands.h"
#include "cli/log_command.h"
#include "cli/profile_command.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"reference", "FIRST..LAST",
     "windows to compare with, e.g. 2025-01..2025-03 (default: the first)"},
    {"bins", "N", "the deciles' number (default: 10)"},
    LOG_OPTIONS_ROWS,
    LOG_OPTIONS_CONVENTION,
    LOG_OPTIONS_READING,
    LOG_OPTIONS_OUTPUT,
    {0},
};

static bool wrong(const char *message)
{
	fprintf(stderr, "modelbook: %s; see 'modelbook drift --help'\n", message);
	return false;
}

/* REFERENCE.csv CURRENT.csv */
static bool two_logs(const struct arguments *arguments, struct log_options *o)
{
	if (option_given(arguments, "reference"))
		return wrong("--reference names windows of one log; two are given");
	if (!strcmp(arguments->operands[0], "-") && !strcmp(arguments->operands[1], "-"))
		return wrong("standard input can be read once only");
	o->reference.path = arguments->operands[0];
	o->reference.at = o->operands[0];
	o->request.rows.path = arguments->operands[1];
	o->request.rows.at = o->operands[1];
	return true;
}

/* LOG.csv --time COL --window month */
static bool one_log(const struct arguments *arguments, struct log_options *o)
{
	const char *reference = option_text(arguments, "reference");

	if (!arguments->n_operands)
		return wrong("drift needs REFERENCE.csv and CURRENT.csv, or one log with --time");
	if (profile_is_path(arguments->operands[0]))
		return wrong("a profile is compared with another: REFERENCE.yaml CURRENT.yaml, or "
			     "with a log");
	if (!o->request.time.name || o->request.window == WINDOW_NONE)
		return wrong("drift within one log needs --time COL and --window LENGTH");
	if (reference && !log_options_windows(arguments->mem, reference, &o->reference))
		return wrong("--reference takes windows such as 2025-01..2025-03");
	o->reference.earliest = !reference;
	o->request.rows.path = arguments->operands[0];
	return true;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	struct log_options o;
	struct session s;
	const char *title;

	if (!session_options(&s, arguments) || !log_options_read(command, arguments, &o))
		return EXIT_CANNOT;
	if (!(arguments->n_operands == 2 ? two_logs : one_log)(arguments, &o))
		return EXIT_CANNOT;
	if (o.reference.path && profile_command_wanted(o.reference.path, o.request.rows.path) &&
	    !profile_command_accepts(command, arguments, o.reference.path, o.request.rows.path))
		return EXIT_CANNOT;
	o.days = true;
	o.request.jobs = s.jobs;
	o.request.all_features = !o.request.n_features;
	o.request.reference = &o.reference;
	if (!log_command_bands(&s, arguments, &o.request))
		return EXIT_CANNOT;
	title = strcmp(o.request.rows.path, "-") != 0 ? o.request.rows.path : "standard input";
	if (o.reference.path)
		title = arena_printf(s.mem, "%s against %s", title,
				     strcmp(o.reference.path, "-") != 0 ? o.reference.path
									: "standard input");
	if (profile_command_wanted(o.reference.path, o.request.rows.path))
		return profile_command_run(&s, &o, o.reference.path, o.request.rows.path, title);
	return log_command_run(&s, &o, title);
}

const struct command cmd_drift = {
    .name = "drift",
    .operands = "REFERENCE.csv CURRENT.csv | LOG.csv --time COL --window LENGTH",
    .summary = "which columns of a log have drifted, and whether chance explains it",
    .options = options,
    .description =
	"Compares a log with a reference: another log, or, by --time and --window, earlier "
	"windows\n"
	"of the same one (the first, unless --reference names others). - is standard input; each\n"
	"of the two may be a profile. Bands come from the policy of the workspace that the log\n"
	"lies in, else from the default policy (warning from PSI 0.1, critical from 0.25); a PSI\n"
	"that chance explains is never called drift.\n\n"
	"Without --feature every column is compared. Left out, each with its reason at the end of\n"
	"the output, are ids (texts of which most rows have one of their own), days and moments,\n"
	"whole numbers that rise from row to row, and columns that only one log has.\n\n"
	"With --fail-on the exit status is 1 where a column of any window reaches that severity\n"
	"or cannot be judged at all, and where nothing could be compared.",
    .examples =
	"  modelbook drift training.csv production.csv\n"
	"  modelbook drift training.csv production.csv --feature age --feature zip:categorical\n"
	"  modelbook drift log.csv --time scored_at --window month\n"
	"  modelbook drift log.csv --time scored_at --window month --reference 2025-01..2025-03\n"
	"  modelbook drift training.csv today.csv --fail-on critical --format json\n",
    .most_operands = 2,
    .run = run,
};
