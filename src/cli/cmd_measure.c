/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_measure.c - modelbook measure */
#include "base/status.h"
#include "cli/commands.h"
#include "cli/log_command.h"
#include "cli/print_table.h"
#include "cli/profile_command.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"label", "COL", "column with what came true"},
    {"score", "COL", "column with the score: the probability of the positive value"},
    {"prediction", "COL", "column with the class or number that was predicted"},
    {"positive", "VALUE", "the label's value that counts as positive (default: 1)"},
    {"threshold", "X", "score from which a row counts as positive (default: 0.5)"},
    {"task", "TASK", "classification or regression (default: by the label)"},
    {"compare", "COL", "a second score on the same rows: is it better?"},
    {"bins", "N", "of calibration and drift (default: 10)"},
    {"binning", "HOW", "of calibration: uniform or quantile (default: uniform)"},
    {"adaptive", NULL, "the same as --binning quantile"},
    {"group", "COL…", "fairness by its values; A*B takes two together"},
    {"min-group-rows", "N", "smaller groups are not compared (default: 30)"},
    {"segment", "COL…", "all figures for each of its values"},
    {"latency", "COL", "column with milliseconds"},
    {"bootstrap", "N", "resamples for intervals that have no closed form"},
    {"seed", "S", "of the bootstrap (default: 0)"},
    {"reference", "FILE", "drift of the features and the score against this log"},
    {"reference-rows", "A..B", "the same against these rows of the log, from 1"},
    LOG_OPTIONS_ROWS,
    LOG_OPTIONS_CONVENTION,
    LOG_OPTIONS_READING,
    LOG_OPTIONS_OUTPUT,
    {0},
};

static bool wrong(const char *message)
{
	fprintf(stderr, "modelbook: %s; see 'modelbook measure --help'\n", message);
	return false;
}

/* "; its columns: a, b, c"; "" where they cannot be read. */
static const char *columns_of(struct arena *mem, const struct log_request *r)
{
	enum { HEAD = 64 << 10 };
	struct csv_table table = {0};
	struct csv_request request = {
	    .delimiter = r->delimiter, .no_header = r->no_header, .max_bad = SIZE_MAX};
	struct diag_sink unused;
	struct out out = {.max = 500};
	char *text = arena_alloc(mem, HEAD), *end;
	const char *columns;
	FILE *file = strcmp(r->rows.path, "-") != 0 ? fopen(r->rows.path, "r") : NULL;
	size_t n = file ? fread(text, 1, HEAD, file) : 0;

	if (file)
		fclose(file);
	end = memrchr(text, '\n', n);
	diag_init(&unused, mem);
	request.log = source_new(mem, r->rows.path, text, end ? (size_t)(end + 1 - text) : n);
	if (!n || csv_read(mem, &request, &table, &unused) != ST_OK)
		return "";
	out_puts(&out, "; its columns: ");
	for (size_t i = 0; i < table.n_header; i++)
		out_printf(&out, "%s%s", i ? ", " : "", shown_text(mem, table.header[i], 40));
	columns = arena_strndup(mem, out_text(&out), out.n);
	out_release(&out);
	return columns;
}

/* What was asked for must be something that can be measured. */
static bool is_complete(const struct log_request *r, const struct arguments *arguments)
{
	bool outcome = r->score.name || r->prediction.name;

	if (!arguments->n_operands)
		return wrong("measure needs a log: FILE.csv, or - for standard input");
	if (r->label.name && !outcome)
		return wrong("--label needs --score COL or --prediction COL beside it");
	if (outcome && !r->label.name && !r->reference)
		return wrong(
		    "--score and --prediction need --label COL, which says what came true");
	if (r->compare.name && (!r->score.name || !r->label.name))
		return wrong("--compare needs --label COL and --score COL");
	if (r->n_groups && !outcome)
		return wrong("--group needs --score COL or --prediction COL");
	if (r->n_features && !r->reference)
		return wrong("--feature needs --reference FILE or --reference-rows A..B");
	if (option_given(arguments, "fail-on") && !r->reference)
		return wrong("--fail-on needs --reference FILE or --reference-rows A..B, since it "
			     "is drift that fails");
	if (!r->label.name && !r->latency.name && !r->reference)
		return wrong(arena_printf(
		    arguments->mem,
		    "nothing to measure: name --label COL and --score COL, or --latency COL%s",
		    columns_of(arguments->mem, r)));
	return true;
}

static bool read_reference(const struct arguments *arguments, struct log_options *o)
{
	const char *path = option_text(arguments, "reference");

	if (!path)
		return true;
	if (o->request.reference)
		return wrong("--reference and --reference-rows exclude each other");
	if (!strcmp(path, "-") && !strcmp(o->request.rows.path, "-"))
		return wrong("standard input can be read once only");
	o->reference.path = path;
	o->request.reference = &o->reference;
	return true;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	struct log_options o;
	struct session s;
	const char *title;
	bool profile;

	if (!session_options(&s, arguments) || !log_options_read(command, arguments, &o))
		return EXIT_CANNOT;
	o.request.jobs = s.jobs;
	o.request.rows.path = arguments->n_operands ? arguments->operands[0] : "-";
	profile = profile_is_path(o.request.rows.path);
	if (profile_command_wanted(option_text(arguments, "reference"), o.request.rows.path) &&
	    !profile_command_accepts(command, arguments, option_text(arguments, "reference"),
				     o.request.rows.path))
		return EXIT_CANNOT;
	if (!read_reference(arguments, &o) || (!profile && !is_complete(&o.request, arguments)) ||
	    !log_command_bands(&s, arguments, &o.request))
		return EXIT_CANNOT;
	title = strcmp(o.request.rows.path, "-") != 0 ? o.request.rows.path : "standard input";
	if (o.reference.path)
		title = arena_printf(s.mem, "%s against %s", title, o.reference.path);
	if (!profile && o.request.label.name && o.reference.path &&
	    profile_is_path(o.reference.path) && !strcmp(o.request.rows.path, "-")) {
		wrong("beside a profile a log is read twice: name it as a file");
		return EXIT_CANNOT;
	}
	if (profile_command_wanted(o.reference.path, o.request.rows.path))
		return profile_command_run(&s, &o, o.reference.path, o.request.rows.path, title);
	return log_command_run(&s, &o, title);
}

const struct command cmd_measure = {
    .name = "measure",
    .operands = "FILE.csv",
    .summary = "figures of a prediction log: performance, calibration, fairness, drift",
    .options = options,
    .description =
	"Reads a prediction log (CSV; - is standard input) and prints every figure that a review\n"
	"needs, what is wrong first. No workspace is needed. What is not said is found out\n"
	"(delimiter, types, the positive value) and printed.\n\n"
	"A column is named as the header names it, or by its number: #3. A malformed row or\n"
	"number is an error with its line, unless --max-bad allows it; an empty cell is missing.\n"
	"JSON and YAML hold the objects of records: paste them into an evaluation.",
    .examples =
	"  modelbook measure log.csv --label churned --score score\n"
	"  modelbook measure log.csv --label churned --score score --group age_band \\\n"
	"      --time time --window month --reference training.csv --feature plan\n"
	"  modelbook measure log.csv --label price --prediction estimate --task regression\n"
	"  zcat log.csv.gz | modelbook measure - --label y --score p --format yaml\n",
    .most_operands = 1,
    .run = run,
};
