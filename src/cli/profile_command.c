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
	return log_command_report(s, options, title, &figures, &taken);
}
