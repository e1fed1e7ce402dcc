/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/references.c - what metrics are held against: chance, their evaluation, and what happened */
#include "base/number.h"
#include "plot/font.h"
#include "plot/layout.h"
#include <math.h>

/* A level of chance further from all values than this share of the metric's bounds is not drawn:
 * it would press the values together. */
#define NEAR 0.1
#define EVENT_ROWS 2

static double lowest_value(const struct time_chart *chart)
{
	double lowest = INFINITY;

	for (size_t s = 0; s < chart->n_series; s++)
		for (size_t i = 0; i < chart->n_windows; i++) {
			const struct time_series *series = &chart->series[s];
			double value = series->values[i];

			if (isfinite(value) && series->low && isfinite(series->low[i]))
				value = fmin(value, series->low[i]);
			if (isfinite(value))
				lowest = fmin(lowest, value);
		}
	return lowest;
}

/* The level of chance, NAN where there is none to draw. */
static double chance_level(const struct time_chart *chart)
{
	const struct metric_chart *metrics = chart->metrics;
	double reach;

	if (!metrics || !metrics->chance_level || !isfinite(*metrics->chance_level))
		return NAN;
	reach = NEAR * (metrics->upper - metrics->lower);
	return lowest_value(chart) < *metrics->chance_level + reach ? *metrics->chance_level : NAN;
}

static double reference_of(const struct time_chart *chart, size_t s)
{
	const struct metric_chart *metrics = chart->metrics;

	if (!metrics || !metrics->reference_name || !metrics->series[s].has_reference)
		return NAN;
	return metrics->series[s].reference;
}

void references_range(const struct time_chart *chart, struct range_of_values *range)
{
	const struct metric_chart *metrics = chart->metrics;

	range_add(range, chance_level(chart));
	for (size_t s = 0; s < chart->n_series; s++)
		range_add(range, reference_of(chart, s));
	for (size_t i = 0; metrics && metrics->chance_up_to && i < metrics->n_windows; i++)
		range_add(range, metrics->chance_up_to[i]);
}

static bool has_chance_area(const struct metric_chart *metrics)
{
	for (size_t i = 0; metrics->chance_up_to && i < metrics->n_windows; i++)
		if (isfinite(metrics->chance_up_to[i]))
			return true;
	return false;
}

static struct look look_of_reference(size_t s)
{
	return (struct look){look_of_series(s).role, DASH_SHORT, SHAPE_DOT};
}

void references_legend(struct arena *mem, const struct time_frame *frame, struct legend *legend)
{
	const struct time_chart *chart = frame->chart;
	double level = chance_level(chart);
	char text[NUMBER_TEXT_MAX];

	if (!chart->metrics)
		return;
	if (isfinite(level))
		legend_add(legend, mem, SAMPLE_LINE, (struct look){ROLE_MUTED, DASH_DOT, SHAPE_DOT},
			   arena_printf(mem, "chance %s", number_significant(text, level, 3)));
	if (has_chance_area(chart->metrics))
		legend_add(legend, mem, SAMPLE_BAND,
			   (struct look){ROLE_UNKNOWN, DASH_SOLID, SHAPE_DOT}, "by chance alone")
		    ->opacity = 0.25;
	for (size_t s = 0; s < chart->n_series; s++)
		if (isfinite(reference_of(chart, s)))
			legend_add(
			    legend, mem, SAMPLE_LINE, look_of_reference(s),
			    arena_printf(mem, "%s%s%s %s", chart->metrics->reference_name,
					 chart->n_series > 1 ? " of " : "",
					 chart->n_series > 1 ? chart->series[s].name : "",
					 number_significant(text, reference_of(chart, s), 3)));
}

static void draw_level(struct picture *picture, const struct time_frame *frame, struct look look,
		       double value)
{
	double y = scale_at(&frame->y, value);
	struct mark *mark;

	if (!isfinite(y) || y < frame->area.y0 || y > frame->area.y1)
		return;
	mark = mark_segment(picture, look.role, 1.2, frame->area.x0, sharp(y), frame->area.x1,
			    sharp(y));
	mark->dash = look.dash;
}

/* From the bottom of the area up to the value of each window, over runs of windows with one. */
static void draw_chance_area(struct picture *picture, const struct time_frame *frame)
{
	const struct metric_chart *metrics = frame->chart->metrics;
	size_t n = metrics->n_windows;
	struct point *points = arena_new(picture->mem, struct point, 3 * n + 3);
	size_t k = 0;

	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end < n && isfinite(metrics->chance_up_to[end]); end++)
			points[k++] = (struct point){
			    time_at(frame, end), scale_at(&frame->y, metrics->chance_up_to[end])};
		if (end == i)
			continue;
		points[k++] = (struct point){time_at(frame, end - 1), frame->area.y1};
		points[k++] = (struct point){time_at(frame, i), frame->area.y1};
		points[k++] = (struct point){NAN, NAN};
	}
	if (k)
		mark_clip(mark_area(picture, ROLE_UNKNOWN, 0.25, points, k), &frame->area);
}

/* ---- events ---- */

static bool has_events(const struct time_chart *chart)
{
	return chart->metrics && chart->metrics->n_events && chart->n_series <= PLOT_SERIES;
}

double events_height(const struct time_frame *frame)
{
	return has_events(frame->chart) ? EVENT_ROWS * PLOT_LINE : 0;
}

/* Words begin at their tick, or end there where the right edge is near; each in the lower row if
 * it has room there, else in the upper, else the tick stands alone. */
static void draw_events(struct picture *picture, const struct time_frame *frame)
{
	const struct metric_chart *metrics = frame->chart->metrics;
	double taken[EVENT_ROWS] = {-INFINITY, -INFINITY};

	for (size_t i = 0; i < metrics->n_events; i++) {
		const struct plot_event *event = &metrics->events[i];
		double x, width, start, top;
		int row = 0;

		if (event->window >= metrics->n_windows)
			continue;
		x = time_at(frame, event->window);
		width = font_width(font_clean(picture->mem, event->text), PLOT_TEXT) + 0.1;
		width = fmin(width, PLOT_WIDTH / 3);
		start = fmin(x - 2, PLOT_WIDTH - PLOT_MARGIN - width);
		while (row < EVENT_ROWS && start < taken[row] + PLOT_TEXT)
			row++;
		top = row == 1 && x >= taken[0] ? PLOT_LINE : 0; /* not through words below */
		mark_segment(picture, ROLE_MUTED, 1, sharp(x), frame->area.y0 - 4 - top, sharp(x),
			     frame->area.y1)
		    ->opacity = 0.7;
		if (row == EVENT_ROWS)
			continue;
		mark_text(picture, ROLE_TEXT, ANCHOR_START, start,
			  frame->area.y0 - 8 - PLOT_LINE * row, width, event->text);
		taken[row] = start + width;
	}
}

void references_draw(struct picture *picture, const struct time_frame *frame)
{
	const struct time_chart *chart = frame->chart;
	const struct look chance = {ROLE_MUTED, DASH_DOT, SHAPE_DOT};

	if (!chart->metrics)
		return;
	if (has_chance_area(chart->metrics))
		draw_chance_area(picture, frame);
	draw_level(picture, frame, chance, chance_level(chart));
	for (size_t s = 0; s < chart->n_series; s++)
		draw_level(picture, frame, look_of_reference(s), reference_of(chart, s));
	if (has_events(chart))
		draw_events(picture, frame);
}
