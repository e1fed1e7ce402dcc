/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print_drift.c - drift by severity, bins of the worst columns, windows, segments */
#include "cli/figures_print.h"
#include <math.h>
#include <string.h>

enum {
	NAME_COLUMNS = 20,
	WORST_SHOWN = 3, /* columns whose bins are shown */
	BINS_SHOWN = 12, /* of one column */
	BAR = 20
};

static enum print_tone severity_tone(enum drift_severity severity)
{
	static const enum print_tone tones[] = {[DRIFT_STABLE] = TONE_GOOD,
						[DRIFT_WARNING] = TONE_WARNING,
						[DRIFT_CRITICAL] = TONE_BAD,
						[DRIFT_TOO_FEW] = TONE_FAINT,
						[DRIFT_UNKNOWN] = TONE_WARNING};

	return tones[severity];
}

static const char *severity_text(enum drift_severity severity)
{
	return severity == DRIFT_TOO_FEW ? "too few" : drift_severity_name(severity);
}

/* -- columns ---------------------------------------------------------------------------------- */

/* "0 % → 23 %  critical": the severity where it is no plain one. */
static const char *missing_text(struct arena *mem, const struct drift *d,
				const struct drift *missing)
{
	bool beyond =
	    missing && (missing->severity == DRIFT_WARNING || missing->severity == DRIFT_CRITICAL);

	if (!(d->missing_reference > 0) && !(d->missing_current > 0))
		return "";
	return arena_printf(mem, "%s → %s%s%s", shown_percent(mem, d->missing_reference),
			    shown_percent(mem, d->missing_current), beyond ? "  " : "",
			    beyond ? severity_text(missing->severity) : "");
}

static void add_drift(struct text_table *table, const struct drift *d, const struct drift *missing)
{
	struct arena *mem = table->mem;
	double test = d->numeric ? d->ks_statistic : d->chi2_statistic;

	table_add(table, shown_text(mem, d->column, NAME_COLUMNS));
	table_add_tone(table, severity_text(d->severity), severity_tone(d->severity));
	table_add(table, shown_share(mem, d->psi, 3));
	table_add_tone(table, shown_share(mem, d->psi_chance, 3), TONE_FAINT);
	table_add(table, isnan(test) ? "–"
				     : arena_printf(mem, "%s %s", d->numeric ? "KS" : "χ²",
						    d->numeric ? shown_share(mem, test, 3)
							       : shown_number(mem, test)));
	table_add_tone(table, missing_text(mem, d, missing),
		       missing && missing->severity <= DRIFT_CRITICAL
			   ? severity_tone(missing->severity)
			   : TONE_PLAIN);
}

/* The words behind a severity, one line a column that has some. */
static void print_reasons(const struct figures_report *report, const size_t *order, struct out *to)
{
	const struct window_figures *w = &report->figures->all;
	struct arena *mem = report->mem;

	for (size_t i = 0; i < w->n_drift; i++) {
		const struct drift *d = &w->drift[order[i]];

		if (!d->reason)
			continue;
		out_puts(to, "  ");
		print_words(arena_printf(mem, "%s: %s", shown_text(mem, d->column, NAME_COLUMNS),
					 shown_text(mem, d->reason, 0)),
			    2, 4, &report->style, to);
	}
}

static const char *bin_label(struct arena *mem, const struct drift_bin *bin)
{
	if (bin->category)
		return shown_text(mem, bin->category, NAME_COLUMNS);
	if (isinf(bin->lower) && isinf(bin->upper))
		return "all";
	if (isinf(bin->lower))
		return arena_printf(mem, "≤ %s", shown_number(mem, bin->upper));
	if (isinf(bin->upper))
		return arena_printf(mem, "> %s", shown_number(mem, bin->lower));
	return arena_printf(mem, "%s – %s", shown_number(mem, bin->lower),
			    shown_number(mem, bin->upper));
}

static double share_of(size_t count, size_t n)
{
	return n ? (double)count / (double)n : 0;
}

/* Bins in their order; of many categories those whose share moved most. */
static size_t choose_bins(struct arena *mem, const struct drift *d, size_t **chosen)
{
	size_t n = 0;

	*chosen = arena_new(mem, size_t, d->n_bins);
	for (size_t b = 0; b < d->n_bins; b++)
		(*chosen)[n++] = b;
	if (d->numeric || n <= BINS_SHOWN)
		return n;
	for (size_t i = 0; i < BINS_SHOWN; i++) {
		size_t best = i, swap;
		double most = -1;

		for (size_t k = i; k < n; k++) {
			const struct drift_bin *bin = &d->bins[(*chosen)[k]];
			double moved = fabs(share_of(bin->reference, d->rows_reference) -
					    share_of(bin->current, d->rows_current));
			if (moved > most) {
				most = moved;
				best = k;
			}
		}
		swap = (*chosen)[best];
		memmove(&(*chosen)[i + 1], &(*chosen)[i], (best - i) * sizeof **chosen);
		(*chosen)[i] = swap;
	}
	return BINS_SHOWN;
}

static void print_bins(const struct figures_report *report, const struct drift *d, struct out *to)
{
	static const char *const heads[] = {"", "reference", "", "now", ""};
	struct arena *mem = report->mem;
	struct text_table table = {
	    .mem = mem, .heads = heads, .n_columns = 5, .left = 1 | 1 << 2 | 1 << 4};
	size_t *chosen, n = choose_bins(mem, d, &chosen);
	double highest = 0;

	print_heading(arena_printf(mem, "Bins of %s", shown_text(mem, d->column, NAME_COLUMNS)),
		      n < d->n_bins
			  ? arena_printf(mem, "the %zu of %zu that moved most", n, d->n_bins)
			  : NULL,
		      &report->style, to);
	for (size_t i = 0; i < n; i++) {
		const struct drift_bin *bin = &d->bins[chosen[i]];
		double reference = share_of(bin->reference, d->rows_reference);
		double current = share_of(bin->current, d->rows_current);
		highest = fmax(highest, fmax(reference, current));
	}
	for (size_t i = 0; i < n; i++) {
		const struct drift_bin *bin = &d->bins[chosen[i]];
		double reference = share_of(bin->reference, d->rows_reference);
		double current = share_of(bin->current, d->rows_current);

		table_add(&table, bin_label(mem, bin));
		table_add(&table, shown_percent(mem, reference));
		table_add_tone(&table, shown_bar(mem, reference / highest, BAR), TONE_FAINT);
		table_add(&table, shown_percent(mem, current));
		table_add_tone(&table, shown_bar(mem, current / highest, BAR),
			       severity_tone(d->severity));
	}
	table_print(&table, &report->style, to);
}

void print_drift(const struct figures_report *report, struct out *to)
{
	static const char *const heads[] = {"column", "", "PSI", "chance", "test", "missing"};
	const struct record_figures *f = report->figures;
	struct arena *mem = report->mem;
	struct text_table table = {.mem = mem, .heads = heads, .n_columns = 6, .left = 1 | 1 << 1};
	size_t *order = drift_by_severity(mem, f->all.drift, f->all.n_drift);

	if (!f->all.n_drift)
		return;
	print_heading("Drift",
		      isnan(f->psi_warning)
			  ? "no bands are set"
			  : arena_printf(mem, "warning from PSI %s, critical from %s (%s)",
					 shown_number(mem, f->psi_warning),
					 shown_number(mem, f->psi_critical),
					 f->bands_from ? shown_text(mem, f->bands_from, 0) : ""),
		      &report->style, to);
	for (size_t i = 0; i < f->all.n_drift; i++)
		add_drift(&table, &f->all.drift[order[i]],
			  f->all.missing ? &f->all.missing[order[i]] : NULL);
	table_print(&table, &report->style, to);
	print_reasons(report, order, to);
	for (size_t i = 0; i < f->all.n_drift && i < WORST_SHOWN; i++) {
		const struct drift *d = &f->all.drift[order[i]];
		if ((d->severity == DRIFT_CRITICAL || d->severity == DRIFT_WARNING) && d->n_bins &&
		    !drift_is_of_names(d))
			print_bins(report, d, to);
	}
}

/* -- windows and segments: one row each ------------------------------------------------------- */

static const char *row_auc(struct arena *mem, const struct window_figures *w)
{
	return w->has_performance ? shown_fixed(mem, w->performance.roc_auc.value, 3) : "–";
}

static const char *row_auc_interval(struct arena *mem, const struct window_figures *w)
{
	struct interval i = w->performance.roc_auc.interval;

	if (!w->has_performance || isnan(i.low))
		return "";
	return arena_printf(mem, "%s–%s", shown_fixed(mem, i.low, 3), shown_fixed(mem, i.high, 3));
}

static const char *row_base_rate(struct arena *mem, const struct window_figures *w)
{
	return w->has_performance ? shown_fixed(mem, w->performance.base_rate.value, 3) : "–";
}

static const char *row_ece(struct arena *mem, const struct window_figures *w)
{
	return w->has_calibration ? shown_fixed(mem, w->calibration.ece, 3) : "–";
}

static const char *row_accuracy(struct arena *mem, const struct window_figures *w)
{
	return shown_fixed(mem, w->has_classes ? w->classes.summary.accuracy.value : NAN, 3);
}

static const char *row_macro_f1(struct arena *mem, const struct window_figures *w)
{
	return shown_fixed(mem, w->has_classes ? w->classes.summary.macro_f1.value : NAN, 3);
}

static const char *row_mae(struct arena *mem, const struct window_figures *w)
{
	return shown_number(mem, w->has_regression ? w->regression.mae.value : NAN);
}

static const char *row_r2(struct arena *mem, const struct window_figures *w)
{
	return shown_fixed(mem, w->has_regression ? w->regression.r2.value : NAN, 3);
}

static const char *row_p95(struct arena *mem, const struct window_figures *w)
{
	return shown_number(mem, w->has_latency ? w->latency.p95.value : NAN);
}

static const struct drift *worst_drift(struct arena *mem, const struct window_figures *w)
{
	return w->n_drift ? &w->drift[drift_by_severity(mem, w->drift, w->n_drift)[0]] : NULL;
}

static const char *row_severity(struct arena *mem, const struct window_figures *w)
{
	(void)mem;
	return w->n_drift ? severity_text(w->worst) : "–";
}

static const char *row_worst(struct arena *mem, const struct window_figures *w)
{
	const struct drift *worst = worst_drift(mem, w);

	return worst ? shown_text(mem, worst->column, NAME_COLUMNS / 2 + 2) : "";
}

static const char *row_psi(struct arena *mem, const struct window_figures *w)
{
	const struct drift *worst = worst_drift(mem, w);

	return worst ? shown_share(mem, worst->psi, 3) : "–";
}

enum row_part {
	PART_OUTCOMES,
	PART_CALIBRATION,
	PART_CLASSES,
	PART_REGRESSION,
	PART_DRIFT,
	PART_LATENCY
};

static const struct {
	const char *head;
	enum row_part part;
	bool left;
	int spare; /* the higher, the sooner it is left out of a line that is too long; 0: never */
	const char *(*text)(struct arena *mem, const struct window_figures *w);
} row_columns[] = {
    {"base", PART_OUTCOMES, false, 3, row_base_rate},
    {"ROC AUC", PART_OUTCOMES, false, 0, row_auc},
    {"95 %", PART_OUTCOMES, true, 4, row_auc_interval},
    {"ECE", PART_CALIBRATION, false, 0, row_ece},
    {"accuracy", PART_CLASSES, false, 1, row_accuracy},
    {"macro F1", PART_CLASSES, false, 0, row_macro_f1},
    {"MAE", PART_REGRESSION, false, 0, row_mae},
    {"R²", PART_REGRESSION, false, 1, row_r2},
    {"p95 ms", PART_LATENCY, false, 2, row_p95},
    {"drift", PART_DRIFT, true, 0, row_severity},
    {"worst", PART_DRIFT, true, 1, row_worst},
    {"PSI", PART_DRIFT, false, 0, row_psi},
};
enum { N_ROW_COLUMNS = sizeof row_columns / sizeof *row_columns };

static bool has_part(const struct window_figures *w, enum row_part part)
{
	switch (part) {
	case PART_OUTCOMES:
		return w->has_performance && !isnan(w->performance.roc_auc.value);
	case PART_CALIBRATION:
		return w->has_calibration;
	case PART_CLASSES:
		return w->has_classes;
	case PART_REGRESSION:
		return w->has_regression;
	case PART_DRIFT:
		return w->n_drift;
	case PART_LATENCY:
		return w->has_latency;
	}
	return false;
}

/* Rows of windows or segments; columns are those that any of them has. */
struct row_list {
	const char *head; /* of the first column */
	const char *const *names;
	const struct window_figures *const *rows;
	size_t n;
};

static bool any_has(const struct row_list *list, enum row_part part)
{
	for (size_t i = 0; i < list->n; i++)
		if (has_part(list->rows[i], part))
			return true;
	return false;
}

static struct text_table rows_table(struct arena *mem, const struct row_list *list,
				    const bool *shown)
{
	const char **heads = arena_new(mem, const char *, N_ROW_COLUMNS + 2);
	struct text_table table = {.mem = mem, .heads = heads, .n_columns = 2, .left = 1};

	heads[0] = list->head;
	heads[1] = "rows";
	for (size_t c = 0; c < N_ROW_COLUMNS; c++) {
		if (!shown[c])
			continue;
		table.left |= (unsigned)row_columns[c].left << table.n_columns;
		heads[table.n_columns++] = row_columns[c].head;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct window_figures *w = list->rows[i];

		table_add(&table, list->names[i]);
		table_add(&table, shown_count(mem, w->rows));
		for (size_t c = 0; c < N_ROW_COLUMNS; c++) {
			bool severity = row_columns[c].text == row_severity && w->n_drift;
			if (shown[c])
				table_add_tone(&table, row_columns[c].text(mem, w),
					       severity ? severity_tone(w->worst) : TONE_PLAIN);
		}
	}
	return table;
}

/* The column to leave out of a table that is too wide; N_ROW_COLUMNS for none. */
static size_t spare_column(const bool *shown)
{
	size_t most = N_ROW_COLUMNS;

	for (size_t c = 0; c < N_ROW_COLUMNS; c++)
		if (shown[c] && row_columns[c].spare &&
		    (most == N_ROW_COLUMNS || row_columns[c].spare > row_columns[most].spare))
			most = c;
	return most;
}

static void print_rows(const struct figures_report *report, const struct row_list *list,
		       struct out *to)
{
	bool shown[N_ROW_COLUMNS];
	struct text_table table;
	size_t spare;

	for (size_t c = 0; c < N_ROW_COLUMNS; c++)
		shown[c] = any_has(list, row_columns[c].part);
	table = rows_table(report->mem, list, shown);
	while (table_width(&table) > report->style.width &&
	       (spare = spare_column(shown)) < N_ROW_COLUMNS) {
		shown[spare] = false;
		table = rows_table(report->mem, list, shown);
	}
	table_print(&table, &report->style, to);
}

void print_windows(const struct figures_report *report, struct out *to)
{
	const struct record_figures *f = report->figures;
	const char **names = arena_new(report->mem, const char *, f->n_windows);
	const struct window_figures **rows =
	    arena_new(report->mem, const struct window_figures *, f->n_windows);

	if (!f->n_windows)
		return;
	print_heading("Over time", NULL, &report->style, to);
	for (size_t i = 0; i < f->n_windows; i++) {
		names[i] = shown_text(report->mem, f->windows[i].label, NAME_COLUMNS);
		rows[i] = &f->windows[i];
	}
	print_rows(report, &(struct row_list){"", names, rows, f->n_windows}, to);
}

/* Segments of one column stand together: they come by column. */
void print_segments(const struct figures_report *report, struct out *to)
{
	const struct record_figures *f = report->figures;
	const char **names = arena_new(report->mem, const char *, f->n_segments);
	const struct window_figures **rows =
	    arena_new(report->mem, const struct window_figures *, f->n_segments);

	for (size_t first = 0, end; first < f->n_segments; first = end) {
		const char *column = f->segments[first].column;

		for (end = first; end < f->n_segments && !strcmp(f->segments[end].column, column);
		     end++) {
			names[end] = shown_text(report->mem, f->segments[end].value, NAME_COLUMNS);
			rows[end] = &f->segments[end].figures;
		}
		print_heading(arena_printf(report->mem, "Segments of %s",
					   shown_text(report->mem, column, NAME_COLUMNS)),
			      NULL, &report->style, to);
		print_rows(report, &(struct row_list){"", names + first, rows + first, end - first},
			   to);
	}
}
