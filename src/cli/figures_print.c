/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print.c - the figures of a log for a person: the order of sections */
#include "cli/figures_print.h"
#include "cli/left_out.h"
#include <math.h>
#include <string.h>

static const struct {
	const char *sign;
	enum print_tone tone;
} states[] = {
    [VERDICT_BAD] = {"✗", TONE_BAD},         [VERDICT_WARNING] = {"!", TONE_WARNING},
    [VERDICT_UNKNOWN] = {"?", TONE_WARNING}, [VERDICT_GOOD] = {"✓", TONE_GOOD},
    [VERDICT_PLAIN] = {"·", TONE_FAINT},
};

static void print_title(const struct figures_report *report, struct out *to)
{
	const struct record_figures *f = report->figures;
	struct arena *mem = report->mem;
	char *line = arena_printf(mem, "%s: %s row%s", shown_text(mem, report->title, 0),
				  shown_count(mem, f->rows), f->rows == 1 ? "" : "s");

	if (f->skipped)
		line = arena_printf(mem, "%s, %s malformed skipped", line,
				    shown_count(mem, f->skipped));
	if (f->all.start)
		line = arena_printf(mem, "%s, %s to %s", line, f->all.start, f->all.end);
	if (f->compared_with)
		line =
		    arena_printf(mem, "%s, against %s", line, shown_text(mem, f->compared_with, 0));
	print_tone(TONE_BOLD, &report->style, to);
	print_words(line, 0, 0, &report->style, to);
	print_tone_end(TONE_BOLD, &report->style, to);
}

static void print_verdicts(const struct figures_report *report, struct out *to)
{
	struct verdict_list list = {.mem = report->mem};

	verdicts_collect(report, &list);
	if (list.n)
		out_putc(to, '\n');
	for (int state = VERDICT_BAD; state <= VERDICT_PLAIN; state++)
		for (size_t i = 0; i < list.n; i++) {
			if (list.items[i].state != (enum verdict_state)state)
				continue;
			print_tone(states[state].tone, &report->style, to);
			out_puts(to, states[state].sign);
			print_tone_end(states[state].tone, &report->style, to);
			out_putc(to, ' ');
			print_words(list.items[i].text, 2, 2, &report->style, to);
		}
}

static void print_left_out(const struct figures_report *report, struct out *to)
{
	for (size_t why = 0, n = 0; why < N_LEFT_OUT; why++) {
		const char *sentence =
		    left_out_sentence(report->mem, report->taken, (enum left_out)why);

		if (!sentence)
			continue;
		if (n++ == 0 && !report->taken->n)
			print_heading("Taken where nothing was said", NULL, &report->style, to);
		out_puts(to, "  ");
		print_words(sentence, 2, 4, &report->style, to);
	}
}

/* What was taken where nothing was said, and how all was made. */
static void print_how(const struct figures_report *report, struct out *to)
{
	const struct record_figures *f = report->figures;

	for (size_t i = 0; i < report->taken->n; i++) {
		if (i == 0)
			print_heading("Taken where nothing was said", NULL, &report->style, to);
		out_puts(to, "  ");
		print_words(shown_text(report->mem, report->taken->items[i], 0), 2, 4,
			    &report->style, to);
	}
	print_left_out(report, to);
	if (f->how) {
		print_heading("How", NULL, &report->style, to);
		out_puts(to, "  ");
		print_words(shown_text(report->mem, f->how, 0), 2, 2, &report->style, to);
	}
	out_puts(to, "  ");
	print_words("'modelbook explain FIGURE' says how each is defined, and what other tools do.",
		    2, 2, &report->style, to);
}

void figures_print_text(const struct figures_report *report, struct out *to)
{
	static void (*const sections[])(const struct figures_report *, struct out *) = {
	    print_verdicts, print_comparison,  print_performance, print_regression,
	    print_classes,  print_calibration, print_fairness,    print_drift,
	    print_windows,  print_segments,    print_latency,     print_how,
	};

	print_title(report, to);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		sections[i](report, to);
}
