/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/log_command.c - what `measure` and `drift` share: bands, measuring, printing, exit status */
#include "cli/log_command.h"
#include "base/text.h"
#include "read/yaml.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char default_policy[] = "data/policies/defaults.yaml";

static void print_findings(struct session *s)
{
	struct out o = {0};

	diag_finish(&s->diags);
	diag_print_text(&s->diags,
			&(struct diag_text_options){.color = s->color && isatty(STDERR_FILENO),
						    .max_per_file = 50},
			&o);
	fputs(out_text(&o), stderr);
	out_release(&o);
}

/* -- bands ------------------------------------------------------------------------------------ */

static bool bands_of_workspace(struct session *s, struct log_request *request)
{
	const struct workspace_options options = {.dir = s->dir,
						  .content = "content",
						  .configured = true,
						  .as_of = s->as_of,
						  .jobs = s->jobs,
						  .store = s->store};
	struct diag_sink findings;

	/* What else the workspace lacks is for `check` to say. */
	diag_init(&findings, s->mem);
	if (workspace_read(s->mem, &options, &s->ws, &findings) != ST_OK) {
		diag_merge(&s->diags, &findings);
		print_findings(s);
		return false;
	}
	request->bands = policy_bands(s->mem, &s->ws, &request->bands_from);
	return true;
}

static bool default_bands(struct session *s, struct log_request *request)
{
	const char *dir = defaults_dir(s->mem);
	struct source *source;
	const struct data_node *warning, *critical, *root = NULL;
	struct span at;
	char *text;
	size_t len;
	int folder = dir ? file_open_root(dir) : -1;

	if (folder >= 0 &&
	    file_read(s->mem, folder, default_policy, 1 << 20, &text, &len) == ST_OK) {
		source = source_new(s->mem, arena_printf(s->mem, "default:%s", default_policy),
				    text, len);
		root = yaml_read(s->mem, source, 0, len, RULE_DATA_SYNTAX, &s->diags);
	}
	if (folder >= 0)
		close(folder);
	warning = data_find_path(root, "thresholds.psi_warning.value");
	critical = data_find_path(root, "thresholds.psi_critical.value");
	if (!data_number(warning, &request->bands.warning) ||
	    !data_number(critical, &request->bands.critical)) {
		fprintf(
		    stderr,
		    "modelbook: the bands of drift are not known: there is no %s with psi_warning "
		    "and psi_critical under %s; install modelbook whole, or name the folder of its "
		    "defaults by MODELBOOK_DEFAULTS\n",
		    default_policy, dir ? dir : "the program's own folder");
		return false;
	}
	at = warning->at;
	request->bands_from =
	    arena_printf(s->mem, "%s:%u", at.source->path, (unsigned)source_position(&at).line);
	return true;
}

bool log_command_bands(struct session *s, const struct arguments *arguments,
		       struct log_request *request)
{
	if (!request->reference)
		return true;
	if (strcmp(request->rows.path, "-") != 0)
		s->dir = session_find_workspace(s, arguments, request->rows.path);
	if (!s->dir)
		s->dir = session_find_workspace(s, arguments, NULL);
	return s->dir ? bands_of_workspace(s, request) : default_bands(s, request);
}

/* -- measuring -------------------------------------------------------------------------------- */

/* A column that the command line names wrongly, or a file that cannot be read, is nothing that the
 * log could be blamed for. */
static int status_of_findings(const struct session *s, const struct source *command_line)
{
	int status = EXIT_CLEAN;

	for (size_t i = 0; i < s->diags.n; i++) {
		const struct finding *f = &s->diags.items[i];

		if (rule_cannot(f->rule) || f->at.source == command_line || !f->at.source)
			return EXIT_CANNOT;
		if (f->severity == SEVERITY_ERROR)
			status = EXIT_FINDINGS;
	}
	return status;
}

int log_command_run(struct session *s, const struct log_options *options, const char *title)
{
	struct record_figures figures = {0};
	struct log_taken taken = {0};
	enum status measured = measure_log(s->mem, &options->request, &figures, &taken, &s->diags);
	int status, reported;

	print_findings(s);
	status = status_of_findings(s, options->command_line);
	if (measured != ST_OK)
		return status == EXIT_CLEAN ? EXIT_CANNOT : status;
	reported = log_command_report(s, options, title, &figures, &taken);
	return reported == EXIT_CANNOT || status == EXIT_CLEAN ? reported : status;
}
