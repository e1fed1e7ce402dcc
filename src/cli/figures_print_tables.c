/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print_tables.c - performance, calibration, fairness, classes, regression, latency */
#include "cli/figures_print.h"
#include "evidence/figure_names.h"
#include "measure/auc_interval.h"
#include "measure/conventions.h"
#include <math.h>
#include <string.h>

enum { NAME_COLUMNS = 24, DECIMALS = 4, MOST_CONFUSED = 10, STRIP = 21 };

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* -- figures with intervals ------------------------------------------------------------------- */

static const char *const figure_heads[] = {"", "", "95 %", ""};

static struct text_table figure_table(struct arena *mem)
{
	return (struct text_table){
	    .mem = mem, .heads = figure_heads, .n_columns = 4, .left = 1 << 0 | 1 << 2 | 1 << 3};
}

/* What is not known is a dash with its reason, never 0. Shares stand with as many decimals each;
 * other values (decimals 0) with as many digits. */
static void add_figure(struct text_table *table, const char *name, const struct figure *figure,
		       int decimals, const char *note)
{
	table_add(table, name);
	table_add(table, decimals ? shown_share(table->mem, figure->value, decimals)
				  : shown_number(table->mem, figure->value));
	table_add_tone(table,
		       decimals || isnan(figure->interval.low)
			   ? shown_interval(table->mem, figure->interval, decimals)
			   : arena_printf(table->mem, "%s – %s",
					  shown_number(table->mem, figure->interval.low),
					  shown_number(table->mem, figure->interval.high)),
		       TONE_FAINT);
	table_add_tone(table, isnan(figure->value) ? or_empty(figure->reason) : note, TONE_FAINT);
}

static bool says_the_same(const char *name, const char *title)
{
	for (; *name && *title; name++, title++)
		if ((*name | 0x20) != (*title | 0x20) && !(*name == '_' && *title == ' '))
			return false;
	return !*name && !*title;
}

/* What a name means, where its title says more than the name. */
static const char *title_of(const char *name)
{
	const struct convention *convention = convention_find(name);

	return convention && !says_the_same(name, convention->title) ? convention->title : "";
}

void print_performance(const struct figures_report *report, struct out *to)
{
	const struct window_figures *w = &report->figures->all;
	struct performance p = w->performance;
	struct arena *mem = report->mem;
	struct text_table table = figure_table(mem);
	char *beside;

	if (!w->has_performance)
		return;
	beside = arena_printf(mem, "%s rows with label and score, %s positive",
			      shown_count(mem, p.n), shown_count(mem, p.positives));
	if (report->figures->rows > p.n)
		beside = arena_printf(mem, "%s; %s lack one of them", beside,
				      shown_count(mem, report->figures->rows - p.n));
	print_heading("Performance", beside, &report->style, to);
	for (size_t i = 0; i < N_PERFORMANCE_FIGURES; i++) {
		const char *name = performance_figure_name(i);
		add_figure(&table, name, performance_figure_at(&p, i), DECIMALS, title_of(name));
	}
	table_print(&table, &report->style, to);
	if (roc_auc_note(&p)) {
		out_puts(to, "  ");
		print_words(arena_printf(mem, "roc_auc: %s.", roc_auc_note(&p)), 2, 2,
			    &report->style, to);
	}
	if (isnan(p.accuracy.value))
		return;
	out_puts(to, "  ");
	print_words(arena_printf(mem,
				 "%s: %s true and %s false positives, %s false and %s true "
				 "negatives.",
				 isnan(p.threshold)
				     ? "Decisions as logged"
				     : arena_printf(mem, "Decisions from a score of %s on",
						    shown_number(mem, p.threshold)),
				 shown_count(mem, p.tp), shown_count(mem, p.fp),
				 shown_count(mem, p.fn), shown_count(mem, p.tn)),
		    2, 2, &report->style, to);
}

/* Figures of many scales, by digits; what their names mean where that fits in a line. */
struct named_figure {
	const char *name;
	const struct figure *figure;
};

static void print_figures(const struct figures_report *report, const struct named_figure *figures,
			  size_t n, struct out *to)
{
	struct text_table table;
	bool titles = true;

	do {
		table = figure_table(report->mem);
		for (size_t i = 0; i < n; i++)
			add_figure(&table, figures[i].name, figures[i].figure, 0,
				   titles ? title_of(figures[i].name) : "");
		titles = !titles;
	} while (!titles && table_width(&table) > report->style.width);
	table_print(&table, &report->style, to);
}

void print_regression(const struct figures_report *report, struct out *to)
{
	const struct window_figures *w = &report->figures->all;
	const struct regression *r = &w->regression;
	const struct named_figure figures[] = {
	    {"mae", &r->mae},
	    {"rmse", &r->rmse},
	    {"median_absolute_error", &r->median_absolute_error},
	    {"mean_error", &r->mean_error},
	    {"max_error", &r->max_error},
	    {"mape", &r->mape},
	    {"r2", &r->r2},
	    {"explained_variance", &r->explained_variance},
	};
	char *beside;

	if (!w->has_regression)
		return;
	beside = arena_printf(report->mem, "%s rows with label and prediction",
			      shown_count(report->mem, r->n));
	if (r->n_left_out)
		beside = arena_printf(report->mem, "%s; %s lack one of them", beside,
				      shown_count(report->mem, r->n_left_out));
	print_heading("Regression", beside, &report->style, to);
	print_figures(report, figures, sizeof figures / sizeof *figures, to);
}

/* -- classes ---------------------------------------------------------------------------------- */

static void print_confusion(const struct figures_report *report, const struct class_table *t,
			    struct out *to)
{
	struct arena *mem = report->mem;
	size_t k = t->summary.k;
	const char **heads = arena_new(mem, const char *, k + 1);
	struct text_table table = {.mem = mem, .heads = heads, .n_columns = k + 1, .left = 1};
	size_t wide = k < 4 ? NAME_COLUMNS / 2 : 8;

	print_heading("Confusion", "rows: what is true; columns: what was predicted",
		      &report->style, to);
	heads[0] = "";
	for (size_t c = 0; c < k; c++)
		heads[c + 1] = shown_text(mem, t->names[c], wide);
	for (size_t truth = 0; truth < k; truth++) {
		table_add(&table, shown_text(mem, t->names[truth], wide));
		for (size_t c = 0; c < k; c++) {
			size_t count = t->confusion[truth * k + c];
			table_add_tone(&table, shown_count(mem, count),
				       truth == c ? TONE_BOLD
				       : count    ? TONE_PLAIN
						  : TONE_FAINT);
		}
	}
	table_print(&table, &report->style, to);
}

void print_classes(const struct figures_report *report, struct out *to)
{
	static const char *const heads[] = {"class", "n", "precision", "recall", "f1", ""};
	const struct window_figures *w = &report->figures->all;
	const struct class_table *t = &w->classes;
	struct arena *mem = report->mem;
	struct text_table summary = figure_table(mem);
	struct text_table table = {
	    .mem = mem, .heads = heads, .n_columns = 6, .left = 1 << 0 | 1 << 5};

	if (!w->has_classes)
		return;
	print_heading(
	    "Classes",
	    arena_printf(mem, "%s rows, %zu classes", shown_count(mem, t->summary.n), t->summary.k),
	    &report->style, to);
	add_figure(&summary, "accuracy", &t->summary.accuracy, DECIMALS, title_of("accuracy"));
	add_figure(&summary, "balanced_accuracy", &t->summary.balanced_accuracy, DECIMALS,
		   title_of("balanced_accuracy"));
	add_figure(&summary, "macro_f1", &t->summary.macro_f1, DECIMALS, title_of("macro_f1"));
	add_figure(&summary, "weighted_f1", &t->summary.weighted_f1, DECIMALS,
		   title_of("weighted_f1"));
	add_figure(&summary, "mcc", &t->summary.mcc, DECIMALS, title_of("mcc"));
	table_print(&summary, &report->style, to);
	out_putc(to, '\n');
	for (size_t i = 0; i < t->summary.k; i++) {
		const struct class_figures *c = &t->each[i];
		table_add(&table, shown_text(mem, t->names[i], NAME_COLUMNS));
		table_add(&table, shown_count(mem, c->n));
		table_add(&table, shown_fixed(mem, c->precision.value, 3));
		table_add(&table, shown_fixed(mem, c->recall.value, 3));
		table_add(&table, shown_fixed(mem, c->f1.value, 3));
		table_add_tone(&table,
			       isnan(c->precision.value) ? or_empty(c->precision.reason)
			       : isnan(c->recall.value)  ? or_empty(c->recall.reason)
							 : "",
			       TONE_FAINT);
	}
	table_print(&table, &report->style, to);
	if (t->confusion && t->summary.k && t->summary.k <= MOST_CONFUSED)
		print_confusion(report, t, to);
}

/* -- calibration ------------------------------------------------------------------------------ */

static size_t strip_place(double share)
{
	double place = share * (STRIP - 1) + 0.5;

	return place <= 0 ? 0 : place >= STRIP - 1 ? STRIP - 1 : (size_t)place;
}

/* What came true (●) with its interval (─) and the mean score (┃) between 0 and 1. */
static const char *calibration_strip(struct arena *mem, const struct calibration_bin *bin)
{
	struct out strip = {0};
	const char *text;

	for (size_t i = 0; i < STRIP; i++) {
		bool score = i == strip_place(bin->mean_score);
		bool event = i == strip_place(bin->event_rate);
		bool inside =
		    i >= strip_place(bin->event_rate_low) && i <= strip_place(bin->event_rate_high);

		out_puts(&strip, score && event ? "◉"
				 : event        ? "●"
				 : score        ? "┃"
				 : inside       ? "─"
						: "·");
	}
	text = arena_strdup(mem, out_text(&strip));
	out_release(&strip);
	return text;
}

static void add_bin(struct text_table *table, const struct calibration_bin *bin)
{
	struct arena *mem = table->mem;
	double gap = bin->mean_score - bin->event_rate;
	bool off = bin->mean_score < bin->event_rate_low || bin->mean_score > bin->event_rate_high;

	table_add(table, arena_printf(mem, "%s–%s", shown_number(mem, bin->lower),
				      shown_number(mem, bin->upper)));
	table_add(table, shown_count(mem, bin->count));
	if (!bin->count) {
		for (int i = 0; i < 4; i++)
			table_add_tone(table, i ? "" : "–", TONE_FAINT);
		return;
	}
	table_add(table, shown_fixed(mem, bin->mean_score, 3));
	table_add(table, shown_fixed(mem, bin->event_rate, 3));
	table_add_tone(table, calibration_strip(mem, bin), off ? TONE_WARNING : TONE_GOOD);
	table_add_tone(table,
		       off ? arena_printf(mem, "too %s by %s", gap > 0 ? "high" : "low",
					  shown_fixed(mem, fabs(gap), 3))
			   : "",
		       TONE_WARNING);
}

static void print_calibration_summary(const struct figures_report *report,
				      const struct calibration *c, struct out *to)
{
	struct arena *mem = report->mem;
	const char *lines[] = {
	    arena_printf(
		mem, "ece %s (chance up to %s), adaptive_ece %s, mce %s",
		shown_share(mem, c->ece, DECIMALS), shown_share(mem, c->ece_chance, DECIMALS),
		shown_share(mem, c->adaptive_ece, DECIMALS), shown_share(mem, c->mce, DECIMALS)),
	    arena_printf(mem, "brier %s = reliability %s − resolution %s + uncertainty %s",
			 shown_share(mem, c->brier, DECIMALS),
			 shown_share(mem, c->reliability, DECIMALS),
			 shown_share(mem, c->resolution, DECIMALS),
			 shown_share(mem, c->uncertainty, DECIMALS)),
	};
	const struct {
		const char *name;
		const struct figure *figure;
		const char *right;
	} fits[] = {{"slope", &c->slope, "1 is right"},
		    {"intercept", &c->intercept, "0 is right"},
		    {"hosmer_lemeshow", &c->hosmer_lemeshow, "p-value; small: not calibrated"}};
	struct text_table table = figure_table(mem);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		out_puts(to, "  ");
		print_words(lines[i], 2, 4, &report->style, to);
	}
	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
		add_figure(&table, fits[i].name, fits[i].figure, DECIMALS, fits[i].right);
	table_print(&table, &report->style, to);
}

void print_calibration(const struct figures_report *report, struct out *to)
{
	static const char *const heads[] = {
	    "scores", "n", "mean", "came true", "● came true  ┃ score", ""};
	const struct window_figures *w = &report->figures->all;
	const struct calibration *c = &w->calibration;
	struct text_table table = {
	    .mem = report->mem, .heads = heads, .n_columns = 6, .left = 1 | 1 << 4 | 1 << 5};

	if (!w->has_calibration)
		return;
	print_heading("Calibration",
		      isnan(c->ece) ? or_empty(c->reason)
				    : arena_printf(report->mem, "%s rows, %s bins",
						   shown_count(report->mem, c->n), c->binning),
		      &report->style, to);
	if (isnan(c->ece))
		return;
	for (size_t i = 0; i < c->n_bins; i++)
		add_bin(&table, &c->bins[i]);
	table_print(&table, &report->style, to);
	print_calibration_summary(report, c, to);
}

/* -- fairness --------------------------------------------------------------------------------- */

static const char *gap_text(struct arena *mem, const char *name, const struct group_gap *gap)
{
	if (isnan(gap->value.value))
		return arena_printf(mem, "%s –: %s", name, or_empty(gap->value.reason));
	if (!gap->highest || !gap->lowest)
		return arena_printf(mem, "%s %s", name, shown_number(mem, gap->value.value));
	return arena_printf(mem, "%s %s: %s highest, %s lowest", name,
			    shown_number(mem, gap->value.value),
			    shown_text(mem, gap->highest, NAME_COLUMNS),
			    shown_text(mem, gap->lowest, NAME_COLUMNS));
}

static void print_fairness_of(const struct figures_report *report, const struct fairness_figures *f,
			      struct out *to)
{
	static const char *const heads[] = {"group", "n",   "base", "selected", "",
					    "tpr",   "fpr", "ppv",  "ece"};
	static const struct {
		const char *name;
		size_t offset;
	} gaps[] = {
	    {"demographic_parity_difference",
	     offsetof(struct fairness, demographic_parity_difference)},
	    {"disparate_impact_ratio", offsetof(struct fairness, disparate_impact_ratio)},
	    {"equal_opportunity_difference",
	     offsetof(struct fairness, equal_opportunity_difference)},
	    {"equalized_odds_difference", offsetof(struct fairness, equalized_odds_difference)},
	};
	struct arena *mem = report->mem;
	struct text_table table = {.mem = mem, .heads = heads, .n_columns = 9, .left = 1 | 1 << 4};

	print_heading(arena_printf(mem, "Fairness by %s", shown_text(mem, f->column, NAME_COLUMNS)),
		      NULL, &report->style, to);
	for (size_t i = 0; i < f->n_groups; i++) {
		const struct group_rates *g = &f->groups[i];
		const struct figure *rates[] = {&g->tpr, &g->fpr, &g->ppv};

		table_add(&table, shown_text(mem, g->name, NAME_COLUMNS - 8));
		table_add(&table, arena_printf(mem, "%s%s", shown_count(mem, g->n),
					       g->compared ? " " : "*"));
		table_add(&table, shown_fixed(mem, g->base_rate.value, 3));
		table_add(&table, shown_fixed(mem, g->selection_rate.value, 3));
		table_add(&table, shown_bar(mem, g->selection_rate.value, 8));
		for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
			table_add(&table, shown_fixed(mem, rates[r]->value, 3));
		table_add(&table, shown_fixed(mem, f->ece ? f->ece[i] : NAN, 3));
	}
	table_print(&table, &report->style, to);
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		const struct group_gap *gap =
		    (const struct group_gap *)((const char *)&f->summary + gaps[i].offset);
		out_puts(to, "  ");
		print_words(gap_text(mem, gaps[i].name, gap), 2, 4, &report->style, to);
	}
	if (f->summary.n_compared < f->n_groups) {
		out_puts(to, "  ");
		print_words(arena_printf(mem, "* fewer than %zu rows: shown, not compared.",
					 f->summary.min_rows),
			    2, 4, &report->style, to);
	}
}

void print_fairness(const struct figures_report *report, struct out *to)
{
	const struct window_figures *w = &report->figures->all;

	for (size_t i = 0; i < w->n_fairness; i++)
		print_fairness_of(report, &w->fairness[i], to);
}

/* -- latency, two scores ---------------------------------------------------------------------- */

void print_latency(const struct figures_report *report, struct out *to)
{
	const struct window_figures *w = &report->figures->all;
	const struct latency *l = &w->latency;
	const struct figure max = {l->max, {NAN, NAN}, NULL};
	const struct named_figure figures[] = {{"p50", &l->p50},   {"p90", &l->p90},
					       {"p95", &l->p95},   {"p99", &l->p99},
					       {"mean", &l->mean}, {"max", &max}};

	if (!w->has_latency)
		return;
	print_heading("Latency",
		      isnan(l->p50.value) ? or_empty(l->reason)
					  : arena_printf(report->mem, "milliseconds, %s rows",
							 shown_count(report->mem, l->n)),
		      &report->style, to);
	if (isnan(l->p50.value))
		return;
	print_figures(report, figures, sizeof figures / sizeof *figures, to);
}

static const char *comparison_text(const struct figures_report *report,
				   const struct score_comparison *c)
{
	const struct figure *d = &c->comparison.difference;
	struct arena *mem = report->mem;
	const char *second = report->request->compare.name, *first = report->request->score.name;
	bool told = d->interval.low > 0 || d->interval.high < 0;

	if (isnan(d->value))
		return arena_printf(mem, "%s: not known: %s", c->figure, or_empty(d->reason));
	if (isnan(d->interval.low))
		return arena_printf(mem,
				    "%s of %s less that of %s: %s%s, without an interval: too few "
				    "rows, or rows too alike (n %s).",
				    c->figure, shown_text(mem, or_empty(second), NAME_COLUMNS),
				    shown_text(mem, or_empty(first), NAME_COLUMNS),
				    d->value < 0 ? "-" : "", shown_number(mem, fabs(d->value)),
				    shown_count(mem, c->comparison.n));
	return arena_printf(
	    mem, "%s of %s is %s by %s than that of %s%s (95 %%: %s to %s; %s; n %s).", c->figure,
	    shown_text(mem, or_empty(second), NAME_COLUMNS), d->value < 0 ? "lower" : "higher",
	    shown_number(mem, fabs(d->value)), shown_text(mem, or_empty(first), NAME_COLUMNS),
	    told ? "" : ", which chance can explain", shown_number(mem, d->interval.low),
	    shown_number(mem, d->interval.high), or_empty(c->comparison.method),
	    shown_count(mem, c->comparison.n));
}

void print_comparison(const struct figures_report *report, struct out *to)
{
	const struct window_figures *w = &report->figures->all;

	if (!w->n_comparison)
		return;
	print_heading("Two scores on the same rows", NULL, &report->style, to);
	for (size_t i = 0; i < w->n_comparison; i++) {
		out_puts(to, "  ");
		print_words(comparison_text(report, &w->comparison[i]), 2, 4, &report->style, to);
	}
}
