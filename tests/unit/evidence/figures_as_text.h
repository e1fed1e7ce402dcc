/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/figures_as_text.h - all figures as a text that is the same where they are,
 * bit for bit */
#ifndef FIGURES_AS_TEXT_H
#define FIGURES_AS_TEXT_H
#include "base/out.h"
#include "evidence/figure_visit.h"

static bool text_open(void *ctx, const char *name, bool list)
{
	out_printf(ctx, "%s%c", name ? name : "-", list ? '[' : '{');
	return true;
}

static void text_close(void *ctx)
{
	out_puts(ctx, "}\n");
}

static void text_number(void *ctx, const char *name, double value, const char *reason)
{
	out_printf(ctx, "%s=%a%s\n", name ? name : "-", value, reason ? reason : "");
}

static void text_count(void *ctx, const char *name, size_t value)
{
	out_printf(ctx, "%s=%zu\n", name ? name : "-", value);
}

static void text_text(void *ctx, const char *name, const char *value)
{
	out_printf(ctx, "%s='%s'\n", name ? name : "-", value);
}

/* With the bins of drift, which records do not hold. */
static char *figures_as_text(struct arena *mem, const struct record_figures *f)
{
	struct out out = {0};
	const struct figure_visitor visitor = {.ctx = &out,
					       .open = text_open,
					       .close = text_close,
					       .number = text_number,
					       .count = text_count,
					       .text = text_text};
	char *text;

	figures_visit(f, &visitor);
	for (size_t d = 0; d < f->all.n_drift; d++)
		for (size_t b = 0; b < f->all.drift[d].n_bins; b++) {
			const struct drift_bin *bin = &f->all.drift[d].bins[b];

			out_printf(&out, "%s %a %a %s %zu %zu\n", f->all.drift[d].column,
				   bin->lower, bin->upper, bin->category ? bin->category : "",
				   bin->reference, bin->current);
		}
	out_printf(&out, "%s\n", f->how ? f->how : "");
	text = arena_strndup(mem, out_text(&out), out.n);
	out_release(&out);
	return text;
}
#endif
