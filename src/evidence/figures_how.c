/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_how.c - the sentence that says how a figure was made */
#include "base/number.h"
#include "evidence/figures_internal.h"
#include "measure/psi.h"
#include <math.h>
#include <string.h>

const char *figures_place_text(struct arena *mem, struct span at)
{
	struct position position;

	if (!at.source)
		return "";
	position = source_position(&at);
	return arena_printf(mem, "%s:%u", at.source->path, position.line);
}

static void say_rows(struct out *out, size_t rows, const char *what)
{
	char text[NUMBER_TEXT_MAX];

	out_printf(out, "%s %s%s", number_count(text, rows), what, rows == 1 ? "" : "s");
}

static void say_filters(struct out *out, const struct rows_request *rows)
{
	for (size_t i = 0; i < rows->n_where; i++)
		out_printf(out, "%s%s = %s", i ? " and " : ", where ", rows->where[i].column.name,
			   rows->where[i].value);
}

static void say_log(struct out *out, const struct log_source *s)
{
	const struct record_figures *f = s->figures;

	out_printf(out, "Measured from %s (", s->log->path);
	say_rows(out, f->rows, "row");
	say_filters(out, &s->request->rows);
	if (f->all.start && strcmp(f->all.start, f->all.end) != 0)
		out_printf(out, ", %s to %s", f->all.start, f->all.end);
	else if (f->all.start)
		out_printf(out, ", %s", f->all.start);
	if (f->skipped) {
		out_puts(out, ", ");
		say_rows(out, f->skipped, "malformed row");
		out_puts(out, " left out");
	}
	out_putc(out, ')');
}

static void say_calibration(struct out *out, const struct log_source *s)
{
	const struct record_figures *f = s->figures;

	if (f->all.has_calibration)
		out_printf(out, "; %zu %s bins, right-closed",
			   s->request->bins ? s->request->bins : 10,
			   s->request->quantile_bins ? "quantile" : "equal-width");
}

static void say_decisions(struct out *out, const struct log_source *s)
{
	const struct record_figures *f = s->figures;
	char text[NUMBER_TEXT_MAX];

	if (!f->all.has_performance)
		return;
	if (s->prediction != NO_COLUMN) {
		out_puts(out, "; decisions as logged");
		return;
	}
	out_printf(out, "; threshold %s", number_shortest(text, f->threshold));
	if (!strncmp(f->threshold_from, "default", strlen("default")))
		out_puts(out, " (default)");
	else
		out_printf(out, " (%s)", f->threshold_from);
}

static const char *window_word(enum window_length length)
{
	static const char *const words[] = {[WINDOW_NONE] = "window",
					    [WINDOW_DAY] = "day",
					    [WINDOW_WEEK] = "week",
					    [WINDOW_MONTH] = "month"};

	return words[length];
}

/* "2025-01 to 2025-03 (1,234 rows)": rows of the log itself; NULL where it is another's. */
static const char *compared_with(struct arena *mem, const struct log_source *s)
{
	const struct rows_request *rows = s->request->reference;
	struct out out = {0};
	const char *text;

	if (!s->reference || s->reference->log != s->log || !s->figures->n_features)
		return NULL;
	if (rows->earliest && s->reference_n)
		out_printf(&out, "%s, its first %s",
			   window_label(mem, s->reference->window, s->reference->first_key),
			   window_word(s->reference->window));
	else if (rows->first_window || rows->last_window)
		out_printf(&out, "%s to %s", rows->first_window ? rows->first_window : "its first",
			   rows->last_window ? rows->last_window : "its last");
	else if (rows->first || rows->last)
		out_printf(&out, "its rows %zu to %zu", rows->first, rows->last);
	else
		out_puts(&out, "itself");
	out_puts(&out, " (");
	say_rows(&out, s->reference_n, "row");
	out_putc(&out, ')');
	text = arena_strndup(mem, out_text(&out), out.n);
	out_release(&out);
	return text;
}

static void say_reference(struct out *out, struct arena *mem, const struct log_source *s)
{
	const struct rows_request *rows = s->request->reference;

	out_printf(out, "%s (", s->reference->log->path);
	say_rows(out, s->reference_n, "row");
	say_filters(out, rows);
	if (rows->first || rows->last)
		out_printf(out, ", %zu to %zu of the log", rows->first, rows->last);
	if (rows->first_window || rows->last_window)
		out_printf(out, ", %s to %s", rows->first_window ? rows->first_window : "the first",
			   rows->last_window ? rows->last_window : "the last");
	if (rows->earliest && s->reference_n)
		out_printf(out, ", %s",
			   window_label(mem, s->reference->window, s->reference->first_key));
	out_putc(out, ')');
	if (s->reference_is_part)
		out_puts(out, ", whose own rows are not compared with it,");
}

static void say_bins(struct out *out, const struct log_source *s)
{
	if (s->request->convention == DRIFT_EVIDENTLY)
		out_puts(out, "Evidently's bins");
	else if (!s->request->bins || s->request->bins == DRIFT_BINS)
		out_puts(out, "deciles");
	else
		out_printf(out, "%zu quantile bins", s->request->bins);
}

static void say_drift(struct out *out, const struct collector *c, const struct log_source *s)
{
	char text[NUMBER_TEXT_MAX];

	if (!s->figures->n_features || !s->reference)
		return;
	out_puts(out, "; PSI over ");
	say_bins(out, s);
	out_puts(out, " of ");
	say_reference(out, c->mem, s);
	out_printf(out, " with natural logarithm, an empty share counting %s",
		   number_shortest(text, PSI_EMPTY_SHARE));
	if (s->request->convention == DRIFT_EVIDENTLY)
		out_puts(out, " or less");
	if (s->request->convention != DRIFT_MODELBOOK)
		out_printf(out, "; distances by the conventions of %s",
			   drift_convention_name(s->request->convention));
	if (isnan(c->bands.warning) || isnan(c->bands.critical))
		return;
	out_printf(out, "; bands %s", number_shortest(text, c->bands.warning));
	out_printf(out, " and %s (%s), beyond chance at 95 %% by Holm over ",
		   number_shortest(text, c->bands.critical), c->bands_from);
	say_rows(out, s->figures->n_features, "column");
}

/* What was said, without the "; " that joins it to what stands before; NULL for nothing. */
static const char *take_part(struct arena *mem, struct out *out)
{
	const char *text = out_text(out);
	size_t joint = text[0] == ';' ? strlen("; ") : 0;
	const char *part = out->n ? arena_strndup(mem, text + joint, out->n - joint) : NULL;

	out_release(out);
	*out = (struct out){0};
	return part;
}

const char *figures_how(struct collector *c, const struct log_source *s)
{
	struct out out = {0};

	say_log(&out, s);
	say_calibration(&out, s);
	if (s->figures->all.has_calibration)
		out_puts(&out, "; natural logarithm");
	say_decisions(&out, s);
	say_drift(&out, c, s);
	return take_part(c->mem, &out);
}

void figures_how_parts(struct collector *c, const struct log_source *s)
{
	struct record_figures *f = s->figures;
	struct out out = {0};

	say_log(&out, s);
	f->how_rows = take_part(c->mem, &out);
	say_calibration(&out, s);
	f->how_calibration = take_part(c->mem, &out);
	say_decisions(&out, s);
	f->how_decisions = take_part(c->mem, &out);
	say_drift(&out, c, s);
	f->how_drift = take_part(c->mem, &out);
	f->compared_with = compared_with(c->mem, s);
	if (f->compared_with && s->request->reference->earliest)
		take_note(c, "Compared with %s", f->compared_with);
}
