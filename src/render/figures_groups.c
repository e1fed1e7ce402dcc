/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_groups.c - fairness: groups beside each other, and how far they lie apart */
#include "base/number.h"
#include "plot/plot.h"
#include "render/figure_block.h"
#include "render/figure_tables.h"
#include "render/figures_html.h"
#include "render/figures_parts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The four-fifths rule where no policy sets another limit. */
#define FOUR_FIFTHS 0.8
#define FOUR_FIFTHS_FROM "the four-fifths rule, 29 CFR 1607.4 D"

struct group_order {
	const struct group_rates *rates;
	double ece;
};

/* Groups that are compared first, those that the model selects least first. */
static int compare_groups(const void *left, const void *right)
{
	const struct group_rates *a = ((const struct group_order *)left)->rates,
				 *b = ((const struct group_order *)right)->rates;
	double x = a->selection_rate.value, y = b->selection_rate.value;

	if (a->compared != b->compared)
		return a->compared ? -1 : 1;
	if (isfinite(x) != isfinite(y))
		return isfinite(x) ? -1 : 1;
	if (isfinite(x) && x != y)
		return x < y ? -1 : 1;
	return strcmp(a->name, b->name);
}

static struct group_order *ordered(struct page_job *job, const struct fairness_figures *fairness)
{
	struct group_order *groups = arena_new(job->mem, struct group_order, fairness->n_groups);

	for (size_t i = 0; i < fairness->n_groups; i++)
		groups[i] = (struct group_order){&fairness->groups[i],
						 fairness->ece ? fairness->ece[i] : NAN};
	if (fairness->n_groups)
		qsort(groups, fairness->n_groups, sizeof *groups, compare_groups);
	return groups;
}

/* ---- the sentence ---- */

static const char *limit_sentence(struct page_job *job, const struct figure *ratio)
{
	struct figure_limit limit = {.value = FOUR_FIFTHS};
	char buf[NUMBER_TEXT_MAX];
	bool policy = figure_limit(job->ws, "disparate_impact_ratio", &limit);

	return arena_printf(job->mem, "%s the %s of %s",
			    ratio->value < limit.value ? "under" : "not under",
			    number_shortest(buf, limit.value),
			    policy ? place_text(job, &limit.at) : FOUR_FIFTHS_FROM);
}

static const char *gap_clause(struct page_job *job, const char *what, const struct group_gap *gap)
{
	if (!isfinite(gap->value.value))
		return arena_printf(job->mem, "The difference of %s is not known: %s.", what,
				    gap->value.reason ? gap->value.reason : "not known");
	return arena_printf(job->mem, "The %s differ by %s: highest in %s, lowest in %s.", what,
			    figure_with_interval(job->mem, &gap->value), or_dash(gap->highest),
			    or_dash(gap->lowest));
}

static const char *fairness_sentence(struct page_job *job, const struct fairness_figures *fairness)
{
	const struct fairness *s = &fairness->summary;
	const struct figure *ratio = &s->disparate_impact_ratio.value;
	size_t apart = fairness->n_groups - s->n_compared;
	struct arena *mem = job->mem;
	const char *text = "";

	if (isfinite(ratio->value))
		text = arena_printf(
		    mem, "The lowest selection rate (%s) is %s of the highest (%s), %s. ",
		    or_dash(s->disparate_impact_ratio.lowest), figure_text(mem, ratio->value),
		    or_dash(s->disparate_impact_ratio.highest), limit_sentence(job, ratio));
	else
		text = arena_printf(mem, "The ratio of selection rates is not known: %s. ",
				    ratio->reason ? ratio->reason : "not known");
	text =
	    arena_printf(mem, "%s%s", text,
			 gap_clause(job, "true positive rates", &s->equal_opportunity_difference));
	if (apart)
		text = arena_printf(mem, "%s %s under %s rows and not compared.", text,
				    plural(mem, apart, "group is", "groups are"),
				    count_text(mem, s->min_rows));
	return text;
}

/* ---- the picture ---- */

enum { RATES = 3 };
static const struct {
	const char *title;
	size_t offset;
} rates[RATES] = {
    {"Selection rate", offsetof(struct group_rates, selection_rate)},
    {"True positive rate", offsetof(struct group_rates, tpr)},
    {"False positive rate", offsetof(struct group_rates, fpr)},
};

static enum status draw_groups(struct page_job *job, struct figure_block *block,
			       const struct group_order *groups, size_t n)
{
	struct group_series series[RATES];
	const char **names = arena_new(job->mem, const char *, n);
	size_t *rows = arena_new(job->mem, size_t, n);
	bool *apart = arena_new(job->mem, bool, n);
	struct group_chart chart = {.names = names,
				    .rows = rows,
				    .apart = apart,
				    .n = n,
				    .series = series,
				    .n_series = RATES,
				    .lower = 0,
				    .upper = 1,
				    .axis = "share of the rows that each rate is about"};

	for (size_t i = 0; i < n; i++) {
		names[i] = groups[i].rates->name;
		rows[i] = groups[i].rates->n;
		apart[i] = !groups[i].rates->compared;
	}
	for (size_t s = 0; s < RATES; s++) {
		struct figure *values = arena_new(job->mem, struct figure, n);
		for (size_t i = 0; i < n; i++)
			memcpy(&values[i], (const char *)groups[i].rates + rates[s].offset,
			       sizeof *values);
		series[s] = (struct group_series){rates[s].title, values, NAN};
	}
	return plot_groups(&chart, block->number, &block->text, &block->svg);
}

/* ---- the tables ---- */

static void write_compared(struct page_job *job, struct table_html *table,
			   struct figure_notes *notes, const struct figure_row *row)
{
	const struct group_order *group = row->more;

	table_text(table, group->rates->compared ? "yes" : "no, too few rows");
	number_cell(job, table, notes, group->ece, "no score, or not a probability");
}

static void groups_table(struct page_job *job, struct out *to, const char *name,
			 const struct group_order *groups, size_t n)
{
	static const struct table_column more[] = {{"Compared", ALIGN_TEXT}, {"ECE", ALIGN_NUMBER}};
	const struct figure_matrix matrix = {
	    .region = arena_printf(job->mem, "Groups of %s", name),
	    .caption = "Rates of each group with their 95 % intervals after Wilson",
	    .head = "Group",
	    .fields = &group_fields,
	    .more = more,
	    .n_more = 2,
	    .write_more = write_compared};
	struct figure_row *rows = arena_new(job->mem, struct figure_row, n);

	for (size_t i = 0; i < n; i++)
		rows[i] =
		    (struct figure_row){groups[i].rates->name, groups[i].rates, NULL, &groups[i]};
	figure_matrix(job, to, &matrix, rows, n);
}

static size_t count_compared(const struct fairness_figures *fairness)
{
	size_t n = 0;

	for (size_t i = 0; i < fairness->n_groups; i++)
		n += fairness->groups[i].compared;
	return n;
}

void figure_fairness(struct page_job *job, struct out *to, const struct figure_place *place,
		     const struct fairness_figures *fairness)
{
	const char *name = arena_printf(job->mem, "%s%s", fairness->column, place->where);
	struct group_order *groups = ordered(job, fairness);
	struct figure_block block = {0};

	block.title = arena_printf(job->mem, "Groups of %s", name);
	block.reading = fairness_sentence(job, fairness);
	figure_begin(job, to, &block);
	/* of groups that are all too small to be compared, intervals over everything say nothing */
	if (count_compared(fairness) > 1 && !place->bare)
		figure_plot(job, to, &block, draw_groups(job, &block, groups, fairness->n_groups));
	figure_list(
	    job, to, arena_printf(job->mem, "Differences between groups of %s", name),
	    "How far the groups lie apart, as Fairlearn has it: largest less smallest, smallest"
	    " by largest; intervals where the record asks for a bootstrap",
	    &gap_fields, &fairness->summary, NULL);
	how_line(job, to, place->figures, HOW_DECISIONS, place->window);
	figure_data_begin(to, block.title);
	groups_table(job, to, name, groups, fairness->n_groups);
	figure_end(to);
}

/* The column whose selection rates lie furthest apart first; what is not known last. */
static int compare_fairness(const void *left, const void *right)
{
	const struct fairness_figures *a = *(const struct fairness_figures *const *)left,
				      *b = *(const struct fairness_figures *const *)right;
	double x = a->summary.disparate_impact_ratio.value.value,
	       y = b->summary.disparate_impact_ratio.value.value;

	if (isfinite(x) != isfinite(y))
		return isfinite(x) ? -1 : 1;
	if (isfinite(x) && x != y)
		return x < y ? -1 : 1;
	return a < b ? -1 : a > b;
}

void figures_fairness(struct page_job *job, struct out *to, const struct figure_place *place)
{
	size_t n = place->window->n_fairness;
	const struct fairness_figures **list =
	    arena_new(job->mem, const struct fairness_figures *, n);

	for (size_t i = 0; i < n; i++)
		list[i] = &place->window->fairness[i];
	if (n)
		qsort(list, n, sizeof *list, compare_fairness);
	for (size_t i = 0; i < n; i++)
		figure_fairness(job, to, place, list[i]);
}
