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

/* The series that are drawn, the one that rose highest first. */
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

/* Grid lines of all cells in one mark, and tick labels at the left of each row. */
static void draw_grid(struct picture *picture, const struct time_frame *frames, size_t n,
		      const struct ticks *ticks)
{
	struct point *grid = arena_new(picture->mem, struct point, 3 * n * ticks->n);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct box *area = &frames[i].area;

		for (size_t t = 0; t < ticks->n; t++) {
			double y = sharp(area->y0 + ticks->items[t].at);

			grid[k++] = (struct point){area->x0, y};
			grid[k++] = (struct point){area->x1, y};
			grid[k++] = (struct point){NAN, NAN};
			if (i % COLUMNS == 0)
				mark_text(picture, ROLE_MUTED, ANCHOR_END, area->x0 - PLOT_GAP,
					  y + 5, ticks->widest + 0.1, ticks->items[t].label);
		}
	}
	mark_line(picture, ROLE_RULE, 1, grid, k);
}

static void draw_cell(struct picture *picture, const struct time_frame *frame,
		      const struct time_series *series)
{
	double y = frame->area.y0 - 7, taken;

	time_series_draw(picture, frame, series, look_of_series(0));
	taken = draw_last(picture, frame, series, y);
	mark_text(picture, ROLE_TEXT, ANCHOR_START, frame->area.x0, y,
		  frame->area.x1 - frame->area.x0 - taken - PLOT_GAP, series->name);
}

/* Areas of n cells from `y` on; returns the y below them. */
static double place_cells(struct time_frame *frames, size_t n, double left, double y)
{
	double width = (PLOT_WIDTH - PLOT_MARGIN - left - (COLUMNS - 1) * CELL_GAP) / COLUMNS;
	double pitch = PLOT_LINE + CELL_HEIGHT + ROW_GAP;
	size_t rows = (n + COLUMNS - 1) / COLUMNS;

	for (size_t i = 0; i < n; i++) {
		double x = left + (double)(i % COLUMNS) * (width + CELL_GAP);
		size_t row = i / COLUMNS;
		double top = y + PLOT_LINE + (double)row * pitch;

		frames[i].area = (struct box){x, top, x + width, top + CELL_HEIGHT};
		frames[i].y.from = top + CELL_HEIGHT;
		frames[i].y.to = top;
	}
	return y + (double)rows * pitch + PLOT_LINE;
}

static double draw_cells(struct picture *picture, const struct time_chart *chart,
			 const struct rank *chosen, size_t n, const struct scale *scale,
			 const struct ticks *ticks, double y)
{
	struct time_frame *frames = arena_new(picture->mem, struct time_frame, n);

	for (size_t i = 0; i < n; i++)
		frames[i] =
		    (struct time_frame){.chart = chart, .y = *scale, .inset = INSET, .bare = true};
	y = place_cells(frames, n, PLOT_MARGIN + ticks->widest + PLOT_GAP, y);
	time_bands(picture, frames, n);
	draw_grid(picture, frames, n, ticks);
	time_thresholds(picture, frames, n);
	for (size_t i = 0; i < n; i++) {
		draw_cell(picture, &frames[i], &chart->series[chosen[i].series]);
		if (i + COLUMNS >= n)
			draw_ends_of_time(picture, &frames[i]);
	}
	return y;
}

void layout_multiples(struct picture *picture, const struct time_chart *chart)
{
	struct scale scale = time_scale(chart, CELL_HEIGHT, 0, TICK_GAP);
	struct ticks ticks = ticks_make(picture->mem, &scale, TICK_GAP, false);
	double y = PLOT_MARGIN, wide = PLOT_WIDTH - 2 * PLOT_MARGIN;
	struct legend legend = {0};
	struct rank *chosen;
	size_t n = choose_series(picture->mem, chart, &chosen);

	time_legend(picture->mem, chart, &legend);
	y = title_draw(picture, PLOT_MARGIN, y, wide,
		       ticks_title(picture->mem,
				   arena_printf(picture->mem, "%s%s, one scale for all",
						chart->axis ? chart->axis : "",
						isfinite(chart->log_from) ? ", log scale" : ""),
				   ticks.exponent));
	y = legend_draw(picture, &legend, PLOT_MARGIN, PLOT_WIDTH - PLOT_MARGIN, y) + 12;
	y = draw_cells(picture, chart, chosen, n, &scale, &ticks, y);
	if (n < chart->n_series)
		y = title_draw(picture, PLOT_MARGIN, y, wide,
			       arena_printf(picture->mem,
					    "%zu more stayed lower; they are in the table",
					    chart->n_series - n));
	picture->height = y + PLOT_MARGIN;
}
