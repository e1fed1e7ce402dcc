/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/profile_command.c - profiles where `measure` and `drift` take logs */
#include "cli/profile_command.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int profile_command_findings(struct session *s)
{
	struct out o = {0};
	int status = EXIT_CLEAN;

	diag_finish(&s->diags);
	diag_print_text(&s->diags,
			&(struct diag_text_options){.color = s->color && isatty(STDERR_FILENO),
						    .max_per_file = 50},
			&o);
	fputs(out_text(&o), stderr);
	out_release(&o);
	for (size_t i = 0; i < s->diags.n; i++) {
		const struct finding *f = &s->diags.items[i];

		if (rule_cannot(f->rule) || !f->at.source ||
		    !strcmp(f->at.source->path, "command line"))
			return EXIT_CANNOT;
		if (f->severity == SEVERITY_ERROR)
			status = EXIT_FINDINGS;
	}
	return status;
}

bool profile_command_wanted(const char *reference, const char *current)
{
	return (reference && profile_is_path(reference)) || (current && profile_is_path(current));
}

/* -- options ---------------------------------------------------------------------------------- */

/* What an option is about. A log beside the profile is read as the options of ROWS say; its
 * outcomes are those of its rows. */
enum option_use { USE_ROWS, USE_OUTCOMES, USE_BINS };

static const struct {
	const char *name;
	enum option_use use;
	bool made; /* `modelbook profile` takes it */
} uses[] = {
    {"where", USE_ROWS, true},
    {"time", USE_ROWS, true},
    {"window", USE_ROWS, true},
    {"feature", USE_ROWS, true},
    {"max-bad", USE_ROWS, true},
    {"no-header", USE_ROWS, true},
    {"delimiter", USE_ROWS, true},
    {"memory", USE_ROWS, true},
    {"label", USE_OUTCOMES, true},
    {"score", USE_OUTCOMES, true},
    {"prediction", USE_OUTCOMES, true},
    {"positive", USE_OUTCOMES, true},
    {"threshold", USE_OUTCOMES, true},
    {"group", USE_OUTCOMES, true},
    {"task", USE_OUTCOMES, false},
    {"compare", USE_OUTCOMES, false},
    {"binning", USE_OUTCOMES, false},
    {"adaptive", USE_OUTCOMES, false},
    {"segment", USE_OUTCOMES, false},
    {"latency", USE_OUTCOMES, false},
    {"bootstrap", USE_OUTCOMES, false},
    {"seed", USE_OUTCOMES, false},
    {"bins", USE_BINS, true},
    {"drift-convention", USE_BINS, false},
    {"reference-rows", USE_BINS, false},
};

static bool refuse_option(const char *name, bool made, const char *path)
{
	if (made)
		fprintf(stderr,
			"modelbook: --%s is said when a profile is made, and %s is one: give it to "
			"'modelbook profile', or name the log itself\n",
			name, path);
	else
		fprintf(stderr,
			"modelbook: --%s needs rows, and %s is a profile, which holds counts: name "
			"the log itself; 'modelbook profile --help' says what counts give\n",
			name, path);
	return false;
}

bool profile_command_accepts(const struct command *command, const struct arguments *arguments,
			     const char *reference, const char *current)
{
	bool counted = profile_is_path(current), measures = !strcmp(command->name, "measure");
	const char *path = counted ? current : reference;

	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
		bool fits = uses[i].use == USE_ROWS
				? !counted || (reference && !profile_is_path(reference))
			    : uses[i].use == USE_OUTCOMES ? !counted
							  : !counted && measures && uses[i].made;

		if (option_given(arguments, uses[i].name) && !fits)
			return refuse_option(uses[i].name, uses[i].made, path);
	}
	return true;
}

/* -- figures ---------------------------------------------------------------------------------- */

/* A profile as it is, or a log counted at the edges of the other side. */
static bool take_side(struct session *s, const struct log_options *options, const char *path,
		      const struct profile *other, struct profile *profile, struct log_taken *taken)
{
	struct profile_request request = {
	    .log = &options->request, .paths = &path, .n_paths = 1, .edges_from = other};

	if (profile_is_path(path))
		return profile_read_file(s->mem, path, profile, &s->diags);
	if (profile_count(s->mem, &request, profile, taken, &s->diags) != ST_OK)
		return false;
	profile->id = strcmp(path, "-") != 0 ? path : "standard input";
	return true;
}

/* Outcomes of the rows of a log, with the drift of its counts. */
static bool take_outcomes(struct session *s, const struct log_options *options,
			  struct record_figures *counts, struct log_taken *taken)
{
	struct log_request request = options->request;
	struct record_figures rows = {0};

	request.reference = NULL;
	request.n_features = 0;
	if (measure_log(s->mem, &request, &rows, taken, &s->diags) != ST_OK)
		return false;
	rows.all.drift = counts->all.drift;
	rows.all.n_drift = counts->all.n_drift;
	rows.all.worst = counts->all.worst;
	rows.all.missing = counts->all.missing;
	for (size_t i = 0; i < rows.n_windows; i++)
		for (size_t k = 0; k < counts->n_windows; k++) {
			struct window_figures *window = (struct window_figures *)&rows.windows[i];

			if (strcmp(window->label, counts->windows[k].label) != 0)
				continue;
			window->drift = counts->windows[k].drift;
			window->n_drift = counts->windows[k].n_drift;
			window->worst = counts->windows[k].worst;
			window->missing = counts->windows[k].missing;
		}
	rows.features = counts->features;
	rows.n_features = counts->n_features;
	rows.how = arena_printf(s->mem, "%s; drift: %s", rows.how, counts->how);
	*counts = rows;
	return true;
}

int profile_command_run(struct session *s, const struct log_options *options, const char *reference,
			const char *current, const char *title)
{
	struct profile then, now;
	struct profile_figures_request request = {.profile = &now,
						  .reference = reference ? &then : NULL,
						  .min_group_rows = options->request.min_group_rows,
						  .bands = options->request.bands,
						  .bands_from = options->request.bands_from};
	struct record_figures figures = {0};
	struct log_taken taken = {0};
	bool first = reference && profile_is_path(reference), good;
	int status;

	good = !first || take_side(s, options, reference, NULL, &then, &taken);
	good = good && take_side(s, options, current, first ? &then : NULL, &now, &taken);
	if (reference && !first)
		good = good && take_side(s, options, reference, &now, &then, &taken);
	if (!good) {
		status = profile_command_findings(s);
		return status == EXIT_CLEAN ? EXIT_CANNOT : status;
	}
	profile_figures(s->mem, &request, &figures);
	if (!profile_is_path(current) &&
	    (options->request.label.name || options->request.latency.name) &&
	    !take_outcomes(s, options, &figures, &taken)) {
		status = profile_command_findings(s);
		return status == EXIT_CLEAN ? EXIT_CANNOT : status;
	}
	return log_command_report(s, options, title, &figures, &taken);
}
