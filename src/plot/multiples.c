/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/multiples.c - more than seven series: a grid of small charts with one scale */
#include "base/number.h"
#include "plot/font.h"
#include "plot/layout.h"
#include <math.h>
#include <stdlib.h>

enum { COLUMNS = 3, MOST_CELLS = 60 };
#define CELL_HEIGHT 62.0
#define CELL_GAP 22.0
#define ROW_GAP 18.0
#define TICK_GAP 28.0
#define INSET 6.0

struct rank {
	double highest;
	size_t series;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->highest != y->highest)
		return x->highest > y->highest ? -1 : 1;
	return x->series < y->series ? -1 : 1;
}

static int compare_series(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	return x->series < y->series ? -1 : 1;
}

/* The series that are drawn, in their order: all, or those that rose highest. */
static size_t choose_series(struct arena *mem, const struct time_chart *chart, struct rank **chosen)
{
	struct rank *ranks = arena_new(mem, struct rank, chart->n_series);
	size_t n = chart->n_series < MOST_CELLS ? chart->n_series : MOST_CELLS;

	for (size_t s = 0; s < chart->n_series; s++) {
		ranks[s] = (struct rank){-INFINITY, s};
		for (size_t i = 0; i < chart->n_windows; i++)
			ranks[s].highest = fmax(ranks[s].highest, chart->series[s].values[i]);
	}
	qsort(ranks, chart->n_series, sizeof *ranks, compare_ranks);
	qsort(ranks, n, sizeof *ranks, compare_series);
	*chosen = ranks;
	return n;
}

/* The last value and what it means, at the right above a cell; returns its width. */
static double draw_last(struct picture *picture, const struct time_frame *frame,
			const struct time_series *series, double y)
{
	static const enum role roles[] = {[DRIFT_STABLE] = ROLE_MUTED,
					  [DRIFT_WARNING] = ROLE_WARNING,
					  [DRIFT_CRITICAL] = ROLE_CRITICAL,
					  [DRIFT_TOO_FEW] = ROLE_MUTED,
					  [DRIFT_UNKNOWN] = ROLE_MUTED};
	static const char *const words[] = {
	    [DRIFT_WARNING] = "warning ", [DRIFT_CRITICAL] = "critical ", [DRIFT_UNKNOWN] = NULL};
	size_t last = time_last(frame->chart, series);
	enum drift_severity severity;
	char text[NUMBER_TEXT_MAX];
	const char *label;

	if (last == frame->chart->n_windows)
		return mark_text(picture, ROLE_MUTED, ANCHOR_END, frame->area.x1, y, 80,
				 "no values")
		    ->text_width;
	severity = series->severity ? series->severity[last] : DRIFT_STABLE;
	label = arena_printf(picture->mem, "%s%s", words[severity] ? words[severity] : "",
			     number_significant(text, series->values[last], 2));
	return mark_text(picture, roles[severity], ANCHOR_END, frame->area.x1, y, 120, label)
	    ->text_width;
}

static void draw_ends_of_time(struct picture *picture, const struct time_frame *frame)
{
	const struct time_chart *chart = frame->chart;
	double half = (frame->area.x1 - frame->area.x0) / 2 - PLOT_GAP;
	double y = frame->area.y1 + PLOT_GAP + PLOT_ASCENT - 2;

	if (!chart->n_windows)
		return;
	mark_text(picture, ROLE_MUTED, ANCHOR_START, frame->area.x0, y, half, chart->labels[0]);
	if (chart->n_windows > 1)
		mark_text(picture, ROLE_MUTED, ANCHOR_END, frame->area.x1, y, half,
			  chart->labels[chart->n_windows - 1]);
}

static void draw_grid(struct picture *picture, const struct time_frame *frame,
		      const struct ticks *ticks, bool with_labels)
{
	for (size_t i = 0; i < ticks->n; i++) {
		double y = sharp(frame->area.y0 + ticks->items[i].at);

		mark_segment(picture, ROLE_RULE, 1, frame->area.x0, y, frame->area.x1, y);
		if (with_labels)
			mark_text(picture, ROLE_MUTED, ANCHOR_END, frame->area.x0 - PLOT_GAP, y + 5,
				  ticks->widest + 0.1, ticks->items[i].label);
	}
}

/* What all cells share. */
struct cells {
	const struct time_chart *chart;
	struct scale scale; /* its ends are set for each cell */
	struct ticks ticks; /* places are from a cell's top */
};

static void draw_cell(struct picture *picture, const struct cells *cells, size_t series,
		      struct box area, bool first, bool lowest)
{
	const struct time_series *shown = &cells->chart->series[series];
	struct time_frame *frame = arena_new(picture->mem, struct time_frame, 1);
	double y = area.y0 - 7, taken;

	*frame = (struct time_frame){
	    .chart = cells->chart, .area = area, .y = cells->scale, .inset = INSET};
	frame->y.from = area.y1;
	frame->y.to = area.y0;
	time_bands(picture, frame);
	draw_grid(picture, frame, &cells->ticks, first);
	time_thresholds(picture, frame);
	time_series_draw(picture, frame, shown, look_of_series(0));
	taken = draw_last(picture, frame, shown, y);
	mark_text(picture, ROLE_TEXT, ANCHOR_START, area.x0, y,
		  area.x1 - area.x0 - taken - PLOT_GAP, shown->name);
	if (lowest)
		draw_ends_of_time(picture, frame);
}

static double draw_cells(struct picture *picture, const struct cells *cells,
			 const struct rank *chosen, size_t n, double y)
{
	double left = PLOT_MARGIN + cells->ticks.widest + PLOT_GAP;
	double width = (PLOT_WIDTH - PLOT_MARGIN - left - (COLUMNS - 1) * CELL_GAP) / COLUMNS;
	double pitch = PLOT_LINE + CELL_HEIGHT + ROW_GAP;

	for (size_t i = 0; i < n; i++) {
		double x = left + (double)(i % COLUMNS) * (width + CELL_GAP);
		double top = y + PLOT_LINE + (double)(i / COLUMNS) * pitch;

		draw_cell(picture, cells, chosen[i].series,
			  (struct box){x, top, x + width, top + CELL_HEIGHT}, i % COLUMNS == 0,
			  i + COLUMNS >= n);
	}
	return y + (double)((n + COLUMNS - 1) / COLUMNS) * pitch + PLOT_LINE;
}

void layout_multiples(struct picture *picture, const struct time_chart *chart)
{
	struct cells cells = {.chart = chart, .scale = time_scale(chart, CELL_HEIGHT, 0, TICK_GAP)};
	double y = PLOT_MARGIN, wide = PLOT_WIDTH - 2 * PLOT_MARGIN;
	struct legend legend = {0};
	struct rank *chosen;
	size_t n = choose_series(picture->mem, chart, &chosen);

	cells.ticks = ticks_make(picture->mem, &cells.scale, TICK_GAP, false);
	time_legend(picture->mem, chart, &legend);
	y = title_draw(picture, PLOT_MARGIN, y, wide,
		       ticks_title(picture->mem,
				   arena_printf(picture->mem, "%s, one scale for all",
						chart->axis ? chart->axis : ""),
				   cells.ticks.exponent));
	y = legend_draw(picture, &legend, PLOT_MARGIN, PLOT_WIDTH - PLOT_MARGIN, y) + 12;
	y = draw_cells(picture, &cells, chosen, n, y);
	if (n < chart->n_series)
		y = title_draw(picture, PLOT_MARGIN, y, wide,
			       arena_printf(picture->mem,
					    "%zu more stayed lower; they are in the table",
					    chart->n_series - n));
	picture->height = y + PLOT_MARGIN;
}
