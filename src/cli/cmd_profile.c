/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_profile.c - modelbook profile */
#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/profile_command.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"merge", NULL, "add up profiles instead of counting logs"},
    {"label", "COL", "column with what came true"},
    {"score", "COL", "column with the score: the probability of the positive value"},
    {"prediction", "COL", "column with the class that was predicted"},
    {"positive", "VALUE", "the label's value that counts as positive (default: 1)"},
    {"threshold", "X", "score from which a row counts as positive (default: 0.5)"},
    {"bins", "N", "of scores, and of the deciles (default: 10)"},
    {"group", "COL…", "outcomes by its values; A*B takes two together"},
    {"edges-from", "PROFILE", "cut columns as this profile does"},
    {"edges", "COL=A,B…", "cut a column at these numbers"},
    {"min-count", "N", "hide counts under N, and what they could be found from"},
    {"id", "ID", "of the record (default: the first file's name)"},
    {"about", "SUBJECT", "MODEL or MODEL@VERSION that the record is about"},
    {"title", "TEXT", "of the record"},
    {"out", "FILE", "write there (default: standard output)"},
    LOG_OPTIONS_ROWS,
    LOG_OPTIONS_READING,
    {"task", "TASK", NULL},
    {"compare", "COL", NULL},
    {"segment", "COL", NULL},
    {"latency", "COL", NULL},
    {"bootstrap", "N", NULL},
    {"binning", "HOW", NULL},
    {"adaptive", NULL, NULL},
    {0},
};

static bool wrong(const char *message)
{
	fprintf(stderr, "modelbook: %s; see 'modelbook profile --help'\n", message);
	return false;
}

/* What counts cannot say. */
static bool needs_rows(const struct arguments *arguments)
{
	for (const struct option_spec *o = options; o->name; o++)
		if (!o->help && option_given(arguments, o->name)) {
			fprintf(stderr,
				"modelbook: --%s needs rows, and a profile holds counts: name the "
				"log itself to 'modelbook measure'\n",
				o->name);
			return true;
		}
	return false;
}

/* -- options ---------------------------------------------------------------------------------- */

struct edge_list {
	LIST_OF(struct profile_edges);
};

/* COL=A,B,C; the column's name may hold '='. */
static bool read_edges(struct arena *mem, const char *text, struct edge_list *list)
{
	const char *equals = strrchr(text, '=');
	struct {
		LIST_OF(double);
	} edges = {0};
	struct profile_edges *column;

	if (!equals || equals == text)
		return false;
	for (const char *p = equals + 1;; p++) {
		size_t n = strcspn(p, ",");
		double value;

		if (!number_parse(p, n, &value) || (edges.n && value <= edges.items[edges.n - 1]) ||
		    edges.n == PROFILE_MAX_EDGES)
			return false;
		*ARENA_PUSH(mem, &edges) = value;
		p += n;
		if (!*p)
			break;
	}
	column = ARENA_PUSH(mem, list);
	column->column = arena_strndup(mem, text, (size_t)(equals - text));
	column->edges = edges.items;
	column->n = edges.n;
	return true;
}

static bool read_all_edges(const struct arguments *arguments, struct edge_list *list)
{
	const char *text;

	for (size_t at = 0; (text = option_next(arguments, "edges", &at));)
		if (!read_edges(arguments->mem, text, list)) {
			fprintf(stderr,
				"modelbook: --edges takes COLUMN=A,B,C with rising numbers, "
				"found '%s'\n",
				text);
			return false;
		}
	return true;
}

static bool read_min_count(const struct arguments *arguments, size_t *least)
{
	const char *text = option_text(arguments, "min-count");
	double number;

	*least = 0;
	if (!text)
		return true;
	if (strspn(text, "0123456789") < strlen(text) ||
	    !number_parse(text, strlen(text), &number) || number < 2 || number > 1e9) {
		fprintf(stderr,
			"modelbook: --min-count takes a whole number from 2 on, found '%s'\n",
			text);
		return false;
	}
	*least = (size_t)number;
	return true;
}

static bool is_id(const char *text)
{
	static const char letters[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._/-";

	return *text && !strchr("._/-", *text) && !text[strspn(text, letters)];
}

/* "logs/2025-01.csv" is 2025-01. */
static const char *id_of_path(struct arena *mem, const char *path)
{
	const char *name = path_base(path);
	char *id = arena_strndup(mem, name, strlen(name) - strlen(path_extension(name)));

	for (char *p = id; *p; p++)
		if (!is_id((char[]){*p, '\0'}) && (p == id || !strchr("._-", *p)))
			*p = 'x';
	return is_id(id) ? id : "profile";
}

/* -- making ----------------------------------------------------------------------------------- */

static bool merge_files(struct session *s, const struct arguments *arguments,
			struct profile *profile)
{
	bool good = true;

	for (size_t i = 0; i < arguments->n_operands; i++) {
		struct profile other;
		const char *problem;

		if (!profile_read_file(s->mem, arguments->operands[i], i ? &other : profile,
				       &s->diags)) {
			good = false;
			continue;
		}
		problem = i && good ? profile_merge(s->mem, profile, &other) : NULL;
		if (!problem)
			continue;
		fprintf(stderr, "modelbook: %s and %s are not cut alike: %s\n",
			arguments->operands[0], arguments->operands[i], problem);
		return false;
	}
	return good;
}

static bool count_files(struct session *s, const struct command *command,
			const struct arguments *arguments, struct profile *profile)
{
	static struct profile from;
	const char *edges_from = option_text(arguments, "edges-from");
	struct log_options o;
	struct edge_list edges = {0};
	struct log_taken taken = {0};
	struct profile_request request = {.log = &o.request,
					  .paths = (const char *const *)arguments->operands,
					  .n_paths = arguments->n_operands};

	if (!log_options_read(command, arguments, &o) || !read_all_edges(arguments, &edges))
		return false;
	o.request.jobs = s->jobs;
	if (o.request.n_groups && !o.request.label.name)
		return wrong("--group needs --label COL");
	if (o.request.label.name && !o.request.score.name && !o.request.prediction.name)
		return wrong("--label needs --score COL or --prediction COL beside it");
	for (size_t i = 0; i < arguments->n_operands; i++)
		if (!strcmp(arguments->operands[i], "-") && !o.request.n_features && !edges_from)
			return wrong("standard input is read once: name its columns with "
				     "--feature COL or --edges-from PROFILE");
	request.edges = edges.items;
	request.n_edges = edges.n;
	if (edges_from && !profile_read_file(s->mem, edges_from, &from, &s->diags))
		return false;
	request.edges_from = edges_from ? &from : NULL;
	if (profile_count(s->mem, &request, profile, &taken, &s->diags) != ST_OK)
		return false;
	for (size_t i = 0; i < taken.n && !s->quiet; i++) {
		struct out line = {0};

		text_write_visible(&line, taken.items[i], strlen(taken.items[i]));
		fprintf(stderr, "modelbook: %s\n", out_text(&line));
		out_release(&line);
	}
	return true;
}

static int write_out(const char *path, const struct out *text)
{
	if (!path || !strcmp(path, "-"))
		return print_and_exit(text, EXIT_CLEAN);
	if (file_write(AT_FDCWD, path, out_text(text), text->n, true) == ST_OK)
		return EXIT_CLEAN;
	fprintf(stderr, "modelbook: %s: %s\n", path, strerror(errno));
	return EXIT_CANNOT;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *id = option_text(arguments, "id"), *text;
	bool merge = option_given(arguments, "merge");
	struct profile profile;
	struct session s;
	struct out o = {0};
	size_t least;
	int status;

	if (needs_rows(arguments) || !session_options(&s, arguments) ||
	    !read_min_count(arguments, &least))
		return EXIT_CANNOT;
	if (!arguments->n_operands || (id && !is_id(id))) {
		wrong(id ? "--id takes letters, digits and . _ / -"
			 : "profile needs logs (FILE.csv, or - for standard input), or --merge "
			   "and profiles");
		return EXIT_CANNOT;
	}
	if (!(merge ? merge_files(&s, arguments, &profile)
		    : count_files(&s, command, arguments, &profile))) {
		status = profile_command_findings(&s);
		return status == EXIT_CLEAN ? EXIT_CANNOT : status;
	}
	profile_command_findings(&s);
	if (id || !merge)
		profile.id = id ? id : id_of_path(s.mem, arguments->operands[0]);
	if ((text = option_text(arguments, "about")))
		profile.about = text;
	if ((text = option_text(arguments, "title")))
		profile.title = text;
	if (least && profile.min_count < least)
		profile_hide(s.mem, &profile, least);
	profile_write(&profile, &o);
	status = write_out(option_text(arguments, "out"), &o);
	out_release(&o);
	return status;
}

const struct command cmd_profile = {
    .name = "profile",
    .operands = "FILE.csv… | --merge PROFILE.yaml…",
    .summary = "counts of a log that stand in for its rows, and add up",
    .options = options,
    .description =
	"Counts a log (or several together): rows by bin, category, group, label and window, and\n"
	"exact sums. Drift, calibration, decisions and fairness of the counts equal those of the\n"
	"rows. No row is kept.\n\n"
	"What needs rows is null, with the reason: ROC AUC, average precision, "
	"Kolmogorov-Smirnov,\n"
	"Wasserstein, adaptive ECE and quantile bins, what chance gives of ECE, the parts of the\n"
	"Brier score, slope, intercept, Hosmer-Lemeshow. Not counted at all, so that 'measure' "
	"has\n"
	"to read the log itself: several classes, regression, latency, segments (a profile for\n"
	"each, by --where), a second score, the bootstrap.\n\n"
	"Numbers are cut at the deciles of these very rows: right for a reference. Cut what comes\n"
	"later, and each part of a large log, with --edges-from REFERENCE.yaml: such profiles add\n"
	"up (--merge) to the bytes of the whole. 'measure' and 'drift' take profiles for logs, "
	"and\n"
	"a record names one by profile:.",
    .examples = "  modelbook profile training.csv --label y --score p --out training.yaml\n"
		"  modelbook profile today.csv --edges-from training.yaml --label y --score p "
		"--out a.yaml\n"
		"  modelbook profile --merge a.yaml b.yaml --out both.yaml\n"
		"  modelbook profile log.csv --label y --score p --group sex --min-count 10\n"
		"  modelbook drift training.yaml both.yaml\n",
    .most_operands = SIZE_MAX,
    .run = run,
};
