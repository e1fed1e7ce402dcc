/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/log_report.c - the figures of `measure` and `drift`, printed, and the exit status */
#include "cli/explain_print.h"
#include "cli/figure_tree.h"
#include "cli/figures_print.h"
#include "cli/left_out.h"
#include "cli/log_command.h"
#include <stdio.h>

/* What is not known must not pass where drift is to be refused; too few rows is no drift. */
static bool severity_is_refused(enum drift_severity severity, enum fail_on level)
{
	return severity == DRIFT_CRITICAL || severity == DRIFT_UNKNOWN ||
	       (severity == DRIFT_WARNING && level == FAIL_ON_WARNING);
}

static bool is_refused(const struct window_figures *w, enum fail_on level)
{
	for (size_t i = 0; i < w->n_drift && level != FAIL_ON_NOTHING; i++)
		if (severity_is_refused(w->drift[i].severity, level) ||
		    (w->missing && severity_is_refused(w->missing[i].severity, level)))
			return true;
	return false;
}

static int drift_status(const struct record_figures *f, enum fail_on level)
{
	/* where nothing was compared, nothing is known */
	bool refused = is_refused(&f->all, level) || (level != FAIL_ON_NOTHING && !f->all.n_drift);

	for (size_t i = 0; i < f->n_windows; i++)
		refused = refused || is_refused(&f->windows[i], level);
	for (size_t i = 0; i < f->n_segments; i++)
		refused = refused || is_refused(&f->segments[i].figures, level);
	return refused ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* Beside an object that is pasted or parsed, what was taken goes where people look. */
static void say_taken(const struct session *s, const struct log_taken *taken)
{
	for (size_t i = 0; i < taken->n && !s->quiet; i++)
		fprintf(stderr, "modelbook: %s\n", shown_text(s->mem, taken->items[i], 0));
	for (size_t why = 0; why < N_LEFT_OUT && !s->quiet; why++) {
		const char *sentence = left_out_sentence(s->mem, taken, (enum left_out)why);

		if (sentence)
			fprintf(stderr, "modelbook: %s\n", sentence);
	}
}

static void print_figures(struct session *s, const struct log_options *options, const char *title,
			  const struct record_figures *figures, const struct log_taken *taken,
			  struct out *to)
{
	const struct figures_report report = {.mem = s->mem,
					      .figures = figures,
					      .taken = taken,
					      .title = title,
					      .request = &options->request,
					      .style = {s->color, explain_width()}};

	struct figure_tree tree;

	if (options->format == FIGURES_TEXT) {
		figures_print_text(&report, to);
		return;
	}
	figure_tree_init(&tree, s->mem);
	if (options->days && figures->all.start && figures->all.end) {
		tree.visitor.text(tree.visitor.ctx, "start", figures->all.start);
		tree.visitor.text(tree.visitor.ctx, "end", figures->all.end);
	}
	figures_visit(figures, &tree.visitor);
	(options->format == FIGURES_JSON ? figure_tree_json : figure_tree_yaml)(&tree, to);
	say_taken(s, taken);
}

int log_command_report(struct session *s, const struct log_options *options, const char *title,
		       const struct record_figures *figures, const struct log_taken *taken)
{
	struct out o = {0};
	int status;

	print_figures(s, options, title, figures, taken, &o);
	status = print_and_exit(&o, drift_status(figures, options->fail_on));
	out_release(&o);
	return status;
}
