/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_html.c - figure blocks of records: tiles, reliability, distribution */
#include "render/figures_html.h"
#include "plot/plot.h"
#include "render/escape.h"
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include "render/table_html.h"
#include <math.h>
#include <string.h>

/* ---- tiles and the table of all figures ---- */

/* What the calibration error of a calibrated score would be by chance, and how this one compares.
 */
static void chance_of_tile(struct page_job *job, struct out *to, const struct calibration *c)
{
	if (!isfinite(c->ece) || !isfinite(c->ece_chance))
		return;
	out_puts(to, " <span class=\"interval\">");
	text_html(to, arena_printf(job->mem, "%s chance alone, up to %s",
				   c->ece > c->ece_chance ? "over" : "within",
				   figure_text(job->mem, c->ece_chance)));
	out_puts(to, "</span>");
}

static void tile(struct page_job *job, struct out *to, const struct metric *metric,
		 const struct window_figures *window)
{
	struct figure figure = metric_value(metric, window);
	const char *interval = interval_text(job->mem, figure.interval);

	out_puts(to, "<div><dt>");
	text_html(to, metric->title);
	out_puts(to, "</dt><dd><span class=\"value\">");
	text_html(to, figure_text(job->mem, figure.value));
	out_puts(to, "</span>");
	if (interval || (!isfinite(figure.value) && figure.reason)) {
		out_puts(to, " <span class=\"interval\">");
		text_html(to, interval ? interval : figure.reason);
		out_puts(to, "</span>");
	}
	if (strcmp(metric->name, "ece") == 0)
		chance_of_tile(job, to, &window->calibration);
	out_puts(to, "</dd></div>\n");
}

static void count_tile(struct page_job *job, struct out *to, const char *title, size_t n,
		       const char *behind)
{
	out_puts(to, "<div><dt>");
	text_html(to, title);
	out_puts(to, "</dt><dd><span class=\"value\">");
	text_html(to, count_text(job->mem, n));
	out_puts(to, "</span> <span class=\"interval\">");
	text_html(to, behind);
	out_puts(to, "</span></dd></div>\n");
}

static void confusion_table(struct out *to, const struct performance *p)
{
	static const struct table_column columns[] = {{"Label", ALIGN_TEXT},
						      {"Predicted positive", ALIGN_NUMBER},
						      {"Predicted negative", ALIGN_NUMBER}};
	struct table_html table;

	table_begin(&table, to, "Confusion matrix", "Rows by label and prediction", "", columns, 3);
	table_row(&table, NULL);
	table_text(&table, "positive");
	table_count(&table, p->tp);
	table_count(&table, p->fn);
	table_row(&table, NULL);
	table_text(&table, "negative");
	table_count(&table, p->fp);
	table_count(&table, p->tn);
	table_end(&table);
}

static size_t measured_rows(const struct window_figures *window)
{
	return window->has_performance  ? window->performance.n
	       : window->has_classes    ? window->classes.summary.n
	       : window->has_regression ? window->regression.n
					: 0;
}

static void tiles(struct page_job *job, struct out *to, const struct window_figures *window)
{
	const char *const *shown = metrics_shown(window);
	size_t n = measured_rows(window);

	out_puts(to, "<dl class=\"figures\">\n");
	for (size_t i = 0; shown[i]; i++)
		tile(job, to, metric_get(shown[i]), window);
	if (n)
		count_tile(job, to, "Rows", n,
			   window->has_performance
			       ? arena_printf(job->mem, "%s positive",
					      count_text(job->mem, window->performance.positives))
			       : "measured");
	out_puts(to, "</dl>\n");
}

void figures_of_record(struct page_job *job, struct out *to, const struct record_figures *figures)
{
	const struct performance *p = &figures->all.performance;
	const struct figure_place place = {figures, &figures->all, "", false};
	bool counted = figures->all.has_performance && p->tp + p->fp + p->tn + p->fn > 0;

	tiles(job, to, &figures->all);
	how_line(job, to, figures, HOW_SCORE | HOW_CALIBRATION | HOW_DECISIONS, NULL);
	if (!figures->all.has_performance && !figures->all.has_calibration)
		return;
	out_puts(to, "<details>\n<summary>All figures</summary>\n");
	figures_lists(job, to, &place);
	if (counted)
		confusion_table(to, p);
	out_puts(to, "</details>\n");
}

/* ---- reliability ---- */

/* The bin that adds most to the calibration error: its gap times its rows. */
static const struct calibration_bin *heaviest_gap(const struct calibration *calibration)
{
	const struct calibration_bin *heaviest = NULL;
	double most = 0;

	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];
		double weight = (double)bin->count * fabs(bin->mean_score - bin->event_rate);
		if (bin->count && weight > most) {
			most = weight;
			heaviest = bin;
		}
	}
	return heaviest;
}

static const char *gap_sentence(struct arena *mem, const struct calibration_bin *bin)
{
	return arena_printf(
	    mem,
	    " Most of it comes from scores between %s and %s: %s on average, where the"
	    " event came in %s of %s rows, so that they are too %s.",
	    figure_text(mem, bin->lower), figure_text(mem, bin->upper),
	    figure_text(mem, bin->mean_score), figure_text(mem, bin->event_rate),
	    count_text(mem, bin->count), bin->mean_score > bin->event_rate ? "high" : "low");
}

static const char *reliability_sentence(struct page_job *job, const struct calibration *c)
{
	const struct calibration_bin *gap = heaviest_gap(c);
	struct arena *mem = job->mem;
	const char *chance = "", *place = "";
	bool by_chance = isfinite(c->ece_chance) && c->ece <= c->ece_chance;

	if (!isfinite(c->ece))
		return arena_printf(mem, "The calibration error is not known: %s.",
				    c->reason ? c->reason : "no rows");
	if (isfinite(c->ece_chance))
		chance = arena_printf(mem, "; chance alone gives a calibrated score up to %s",
				      figure_text(mem, c->ece_chance));
	if (gap && !by_chance)
		place = gap_sentence(mem, gap);
	return arena_printf(mem, "ECE is %s over %s rows%s.%s", figure_text(mem, c->ece),
			    count_text(mem, c->n), chance, place);
}

static void calibration_table(struct out *to, const char *region, const struct calibration *c)
{
	static const struct table_column columns[] = {
	    {"Scores over", ALIGN_NUMBER}, {"to", ALIGN_NUMBER},
	    {"Rows", ALIGN_NUMBER},        {"Mean score", ALIGN_NUMBER},
	    {"Event rate", ALIGN_NUMBER},  {"95 % from", ALIGN_NUMBER},
	    {"95 % to", ALIGN_NUMBER}};
	struct table_html table;

	table_begin(&table, to, region, "Bins of the reliability diagram; intervals after Wilson",
		    "", columns, 7);
	for (size_t i = 0; i < c->n_bins; i++) {
		const struct calibration_bin *bin = &c->bins[i];
		table_row(&table, NULL);
		table_number(&table, bin->lower, NULL);
		table_number(&table, bin->upper, NULL);
		table_count(&table, bin->count);
		table_number(&table, bin->mean_score, "no rows");
		table_number(&table, bin->event_rate, "no rows");
		table_number(&table, bin->event_rate_low, "no rows");
		table_number(&table, bin->event_rate_high, "no rows");
	}
	table_end(&table);
}

void figures_bins(struct page_job *job, struct out *to, const struct figure_place *place)
{
	if (place->window->has_calibration && place->window->calibration.n_bins)
		calibration_table(to, arena_printf(job->mem, "Bins of calibration%s", place->where),
				  &place->window->calibration);
}

void figure_reliability(struct page_job *job, struct out *to, const struct record_figures *figures,
			const struct window_figures *window, const char *title)
{
	const struct calibration *c = &window->calibration;
	struct figure_block block = {.title = title, .narrow = true};

	if (!window->has_calibration)
		return;
	block.reading = reliability_sentence(job, c);
	figure_begin(job, to, &block);
	figure_plot(job, to, &block, plot_reliability(c, block.number, &block.text, &block.svg));
	how_line(job, to, figures, HOW_SCORE | HOW_CALIBRATION, window);
	figure_data_begin(to, block.title);
	calibration_table(to, arena_printf(job->mem, "Data: %s", title), c);
	figure_end(to);
}

/* ---- reference against current ---- */

static const char *bin_name(struct page_job *job, const struct drift_bin *bin)
{
	struct arena *mem = job->mem;

	if (bin->category)
		return bin->category;
	if (!isfinite(bin->lower) && !isfinite(bin->upper))
		return "all";
	if (!isfinite(bin->lower))
		return arena_printf(mem, "up to %s", figure_text(mem, bin->upper));
	if (!isfinite(bin->upper))
		return arena_printf(mem, "over %s", figure_text(mem, bin->lower));
	return arena_printf(mem, "%s to %s", figure_text(mem, bin->lower),
			    figure_text(mem, bin->upper));
}

static double share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static const char *distribution_sentence(struct page_job *job, const char *label,
					 const struct drift *d)
{
	const struct drift_bin *most = NULL;
	struct arena *mem = job->mem;
	double change = -1;
	const char *text;

	for (size_t i = 0; i < d->n_bins; i++) {
		double moved = fabs(share(d->bins[i].current, d->rows_current) -
				    share(d->bins[i].reference, d->rows_reference));
		if (moved > change) {
			change = moved;
			most = &d->bins[i];
		}
	}
	text = arena_printf(mem, "PSI of %s in %s is %s (%s)", d->column, label,
			    figure_text(mem, d->psi), drift_word(d->severity).word);
	if (!most)
		return arena_printf(mem, "%s.", text);
	return arena_printf(
	    mem, "%s. The bin %s changed most: %s of the rows in the reference, %s in %s.", text,
	    bin_name(job, most), figure_text(mem, share(most->reference, d->rows_reference)),
	    figure_text(mem, share(most->current, d->rows_current)), label);
}

static void distribution_table(struct page_job *job, struct out *to, const struct drift *d)
{
	static const struct table_column columns[] = {{"Bin", ALIGN_TEXT},
						      {"Rows in the reference", ALIGN_NUMBER},
						      {"Share in the reference", ALIGN_NUMBER},
						      {"Rows now", ALIGN_NUMBER},
						      {"Share now", ALIGN_NUMBER}};
	struct table_html table;

	table_begin(&table, to, arena_printf(job->mem, "Data: distribution of %s", d->column),
		    "Reference against current, by bin", "", columns, 5);
	for (size_t i = 0; i < d->n_bins; i++) {
		const struct drift_bin *bin = &d->bins[i];
		table_row(&table, NULL);
		table_text(&table, bin_name(job, bin));
		table_count(&table, bin->reference);
		table_number(&table, share(bin->reference, d->rows_reference), "no rows");
		table_count(&table, bin->current);
		table_number(&table, share(bin->current, d->rows_current), "no rows");
	}
	table_end(&table);
}

void figure_distribution(struct page_job *job, struct out *to, const struct timeline_entry *entry,
			 const struct drift *drift)
{
	struct figure_block block = {0};

	block.title = arena_printf(job->mem, "Where %s moved: reference against %s", drift->column,
				   entry->label);
	block.reading = distribution_sentence(job, entry->label, drift);
	figure_begin(job, to, &block);
	figure_plot(job, to, &block,
		    plot_distribution(drift, block.number, &block.text, &block.svg));
	how_line(job, to, entry->figures, HOW_DRIFT, entry->window);
	figure_data_begin(to, block.title);
	distribution_table(job, to, drift);
	figure_end(to);
}
