/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/time.c - drift and metrics over time: up to seven lines in one chart */
#include "base/number.h"
#include "plot/draw.h"
#include "plot/font.h"
#include "plot/layout.h"
#include <math.h>

#define CHART_HEIGHT 260.0
#define LABELS_WIDTH 210.0
#define TICK_GAP 46.0
#define INSET 10.0
/* Values over so many times the critical threshold make the axis logarithmic; over so many more
 * they no longer set its height. */
#define LOG_FACTOR 4.0
#define CAP_FACTOR 400.0

struct scale time_scale(const struct time_chart *chart, double from, double to, double least_gap)
{
	struct range_of_values range = range_empty();
	struct scale scale;

	for (size_t s = 0; s < chart->n_series; s++) {
		const struct time_series *series = &chart->series[s];

		for (size_t i = 0; i < chart->n_windows; i++) {
			if (!isfinite(series->values[i]))
				continue;
			range_add(&range, series->values[i]);
			range_add(&range, series->low ? series->low[i] : NAN);
			range_add(&range, series->high ? series->high[i] : NAN);
		}
	}
	if (range_is_empty(&range)) {
		range_add(&range, chart->lower);
		range_add(&range, chart->upper);
	}
	if (isfinite(chart->critical))
		range_add(&range, chart->critical * 1.25);
	range_add(&range, chart->warning);
	if (chart->from_zero)
		range_add(&range, 0);
	references_range(chart, &range);
	if (isfinite(chart->cap) && !range_is_empty(&range) && range.low < chart->cap)
		range.high = fmin(range.high, chart->cap);
	if (isfinite(chart->log_from) && range.high > chart->log_from)
		return scale_make_logarithmic(chart->log_from, range.high, from, to);
	/* A metric that hardly moves must not look as if it did. */
	if (isfinite(chart->lower) && isfinite(chart->upper) && !range_is_empty(&range)) {
		double lack = (chart->upper - chart->lower) / 20 - (range.high - range.low);

		if (lack > 0) {
			range.high = fmin(range.high + lack / 2, fmax(chart->upper, range.high));
			range.low = fmax(range.low - lack / 2, fmin(chart->lower, range.low));
		}
	}
	scale = scale_make(range, from, to);
	scale_widen(&scale, least_gap, chart->lower, chart->upper);
	return scale;
}

static double clamp(double value, double low, double high)
{
	return fmax(low, fmin(high, value));
}

static bool is_within(double y, const struct box *area)
{
	return y >= area->y0 && y <= area->y1;
}

/* Bars of one colour in all areas, between two heights that a frame is asked for. */
static void band(struct picture *picture, const struct time_frame *frames, size_t n, enum role role,
		 double low, double high)
{
	struct point *corners = arena_new(picture->mem, struct point, 2 * n);

	for (size_t i = 0; i < n; i++) {
		const struct box *area = &frames[i].area;
		double top = isfinite(high) ? scale_at(&frames[i].y, high) : area->y0;
		double bottom = scale_at(&frames[i].y, low);

		top = clamp(top, area->y0, area->y1);
		bottom = clamp(bottom, area->y0, area->y1);
		if (!(bottom > top))
			return;
		corners[2 * i] = (struct point){area->x0, top};
		corners[2 * i + 1] = (struct point){area->x1, bottom};
	}
	mark_bars(picture, role, corners, 2 * n);
}

void time_bands(struct picture *picture, const struct time_frame *frames, size_t n)
{
	const struct time_chart *chart = n ? frames->chart : NULL;

	if (chart && isfinite(chart->warning))
		band(picture, frames, n, ROLE_BAND_WARNING, chart->warning, chart->critical);
	if (chart && isfinite(chart->critical))
		band(picture, frames, n, ROLE_BAND_CRITICAL, chart->critical, NAN);
}

static void threshold(struct picture *picture, const struct time_frame *frames, size_t n,
		      enum role role, enum dash dash, double value)
{
	struct point *points = arena_new(picture->mem, struct point, 3 * n);

	for (size_t i = 0; i < n; i++) {
		const struct box *area = &frames[i].area;
		double y = scale_at(&frames[i].y, value);

		if (!is_within(y, area))
			return;
		points[3 * i] = (struct point){area->x0, sharp(y)};
		points[3 * i + 1] = (struct point){area->x1, sharp(y)};
		points[3 * i + 2] = (struct point){NAN, NAN};
	}
	mark_line(picture, role, 1, points, 3 * n)->dash = dash;
}

void time_thresholds(struct picture *picture, const struct time_frame *frames, size_t n)
{
	if (!n)
		return;
	threshold(picture, frames, n, ROLE_WARNING, DASH_SHORT, frames->chart->warning);
	threshold(picture, frames, n, ROLE_CRITICAL, DASH_SOLID, frames->chart->critical);
}

/* What occurs among the values of a chart. */
struct occurrence {
	bool severity[DRIFT_UNKNOWN + 1];
	bool interval, any;
	double highest;
};

static struct occurrence find_occurrence(const struct time_chart *chart)
{
	struct occurrence found = {.highest = -INFINITY};

	for (size_t s = 0; s < chart->n_series; s++) {
		const struct time_series *series = &chart->series[s];

		for (size_t i = 0; i < chart->n_windows; i++) {
			if (!isfinite(series->values[i]))
				continue;
			found.any = true;
			found.highest = fmax(found.highest, series->values[i]);
			if (series->severity)
				found.severity[series->severity[i]] = true;
			found.interval |=
			    series->low && isfinite(series->low[i]) && isfinite(series->high[i]);
		}
	}
	return found;
}

static void add_threshold_item(struct legend *legend, struct arena *mem, enum role role,
			       enum dash dash, const char *name, double value)
{
	char text[NUMBER_TEXT_MAX];

	if (isfinite(value))
		legend_add(legend, mem, SAMPLE_LINE, (struct look){role, dash, SHAPE_DOT},
			   arena_printf(mem, "%s %s", name, number_significant(text, value, 3)));
}

void time_legend(struct arena *mem, const struct time_chart *chart, struct legend *legend)
{
	struct occurrence found = find_occurrence(chart);
	char text[NUMBER_TEXT_MAX];

	add_threshold_item(legend, mem, ROLE_CRITICAL, DASH_SOLID, "critical from",
			   chart->critical);
	add_threshold_item(legend, mem, ROLE_WARNING, DASH_SHORT, "warning from", chart->warning);
	if (found.severity[DRIFT_CRITICAL])
		legend_add(legend, mem, SAMPLE_POINT,
			   (struct look){ROLE_CRITICAL, DASH_SOLID, SHAPE_TRIANGLE}, "critical");
	if (found.severity[DRIFT_WARNING])
		legend_add(legend, mem, SAMPLE_POINT,
			   (struct look){ROLE_WARNING, DASH_SOLID, SHAPE_TRIANGLE}, "warning")
		    ->hollow = true;
	if (found.severity[DRIFT_TOO_FEW] || found.severity[DRIFT_UNKNOWN])
		legend_add(legend, mem, SAMPLE_POINT,
			   (struct look){ROLE_MUTED, DASH_SOLID, SHAPE_RING},
			   "too few rows to judge");
	if (found.interval)
		legend_add(legend, mem, SAMPLE_BAND,
			   (struct look){ROLE_SERIES, DASH_SOLID, SHAPE_DOT}, "95 % interval")
		    ->opacity = 0.18;
	if (found.highest > chart->cap)
		legend_add(legend, mem, SAMPLE_NONE, (struct look){0},
			   arena_printf(mem, "cut off at the top; highest %s",
					number_significant(text, found.highest, 3)));
}

static struct end_label series_label(const struct time_frame *frame, size_t s)
{
	const struct time_series *series = &frame->chart->series[s];
	size_t last = time_last(frame->chart, series);
	struct end_label label = {.end = {NAN, NAN},
				  .wanted = frame->area.y1,
				  .has_look = true,
				  .look = look_of_series(s),
				  .role = ROLE_TEXT,
				  .text =
				      series->name && *series->name ? series->name : "(unnamed)"};

	if (last < frame->chart->n_windows) {
		label.wanted = clamp(scale_at(&frame->y, series->values[last]), frame->area.y0,
				     frame->area.y1);
		label.end = (struct point){time_at(frame, last), label.wanted};
	}
	return label;
}

/* Labels of the series, where there are several. */
static size_t collect_labels(const struct time_frame *frame, struct end_label labels[PLOT_SERIES])
{
	struct end_label *next = labels;

	for (size_t s = 0; frame->chart->n_series > 1 && s < frame->chart->n_series; s++)
		*next++ = series_label(frame, s);
	return (size_t)(next - labels);
}

static void draw_windows(struct picture *picture, const struct time_frame *frame)
{
	double *at = arena_new(picture->mem, double, frame->chart->n_windows);

	for (size_t i = 0; i < frame->chart->n_windows; i++)
		at[i] = time_at(frame, i);
	picture->height = PLOT_MARGIN + names_below(picture, frame->area, at, frame->chart->labels,
						    frame->chart->n_windows);
}

static const char *chart_title(struct arena *mem, const struct time_chart *chart, int exponent)
{
	const char *title = chart->axis ? chart->axis : "";

	if (chart->n_series == 1 && chart->series[0].name && *chart->series[0].name)
		title =
		    arena_printf(mem, "%s%s%s", title, *title ? " · " : "", chart->series[0].name);
	if (isfinite(chart->log_from))
		title = arena_printf(mem, "%s, log scale", title);
	return ticks_title(mem, title, exponent);
}

static void layout_lines(struct picture *picture, const struct time_chart *chart)
{
	struct time_frame *frame = arena_new(picture->mem, struct time_frame, 1);
	struct end_label labels[PLOT_SERIES];
	struct legend legend = {0};
	struct ticks ticks;
	double y = PLOT_MARGIN, width;
	size_t n;

	*frame = (struct time_frame){.chart = chart, .inset = INSET};
	frame->y = time_scale(chart, CHART_HEIGHT, 0, TICK_GAP);
	ticks = ticks_make(picture->mem, &frame->y, TICK_GAP, false);
	time_legend(picture->mem, chart, &legend);
	references_legend(picture->mem, frame, &legend);
	y = title_draw(picture, PLOT_MARGIN, y, PLOT_WIDTH - 2 * PLOT_MARGIN,
		       chart_title(picture->mem, chart, ticks.exponent));
	y = legend_draw(picture, &legend, PLOT_MARGIN, PLOT_WIDTH - PLOT_MARGIN, y) + 12;
	y += events_height(frame);
	frame->area = (struct box){PLOT_MARGIN + ticks.widest + PLOT_GAP, y, 0, y + CHART_HEIGHT};
	frame->y.from += y;
	frame->y.to += y;
	for (size_t i = 0; i < ticks.n; i++)
		ticks.items[i].at += y;
	n = collect_labels(frame, labels);
	width = end_labels_width(picture->mem, labels, n, LABELS_WIDTH);
	frame->area.x1 = PLOT_WIDTH - PLOT_MARGIN - (n ? width : PLOT_GAP);
	n = collect_labels(frame, labels); /* ends of lines are known now */
	time_bands(picture, frame, 1);
	axis_left(picture, frame->area, &ticks);
	time_thresholds(picture, frame, 1);
	references_draw(picture, frame);
	for (size_t s = 0; s < chart->n_series; s++)
		time_series_draw(picture, frame, &chart->series[s], look_of_series(s));
	draw_windows(picture, frame);
	end_labels_draw(picture, labels, n, frame->area.x1, width, frame->area.y0 - 6,
			frame->area.y1 + 6);
	if (!find_occurrence(chart).any)
		note_draw(picture, frame->area, "no values");
}

void layout_time(struct picture *picture, const struct time_chart *chart)
{
	(chart->n_series > PLOT_SERIES ? layout_multiples : layout_lines)(picture, chart);
}

void layout_drift_over_time(struct picture *picture, const char *const *labels, size_t n_windows,
			    const struct drift_series *series, size_t n_series, double warning,
			    double critical)
{
	struct time_series *lines = arena_new(picture->mem, struct time_series, n_series);
	struct time_chart *chart = arena_new(picture->mem, struct time_chart, 1);

	for (size_t s = 0; s < n_series; s++)
		lines[s] = (struct time_series){.name = series[s].name,
						.values = series[s].psi,
						.severity = series[s].severity};
	*chart = (struct time_chart){.labels = labels,
				     .n_windows = n_windows,
				     .series = lines,
				     .n_series = n_series,
				     .warning = warning,
				     .critical = critical,
				     .lower = 0,
				     .upper = NAN,
				     .cap = NAN,
				     .log_from = NAN,
				     .from_zero = true,
				     .axis = "PSI"};
	if (critical > 0 && isfinite(critical) &&
	    find_occurrence(chart).highest > critical * LOG_FACTOR) {
		chart->cap = critical * CAP_FACTOR;
		chart->log_from = pow(10, floor(log10(critical / 20)));
	}
	layout_time(picture, chart);
}

void layout_metric_over_time(struct picture *picture, const struct metric_chart *metrics)
{
	size_t n_windows = metrics->n_windows, n_series = metrics->n_series;
	const struct metric_series *series = metrics->series;
	struct time_series *lines = arena_new(picture->mem, struct time_series, n_series);
	struct time_chart *chart = arena_new(picture->mem, struct time_chart, 1);

	for (size_t s = 0; s < n_series; s++) {
		double *values = arena_new(picture->mem, double, n_windows);
		double *low = arena_new(picture->mem, double, n_windows);
		double *high = arena_new(picture->mem, double, n_windows);

		for (size_t i = 0; i < n_windows; i++) {
			values[i] = series[s].values[i].value;
			low[i] = series[s].values[i].interval.low;
			high[i] = series[s].values[i].interval.high;
		}
		lines[s] = (struct time_series){series[s].name, values, low, high, NULL};
	}
	*chart = (struct time_chart){.labels = metrics->labels,
				     .n_windows = n_windows,
				     .series = lines,
				     .n_series = n_series,
				     .warning = NAN,
				     .critical = NAN,
				     .lower = metrics->lower,
				     .upper = metrics->upper,
				     .cap = NAN,
				     .log_from = NAN,
				     .from_zero = metrics->from_zero,
				     .axis = metrics->axis,
				     .metrics = metrics};
	layout_time(picture, chart);
}

enum status plot_drift_over_time(const char *const *labels, size_t n_windows,
				 const struct drift_series *series, size_t n_series, double warning,
				 double critical, unsigned number, const struct plot_text *text,
				 struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_drift_over_time(&drawing.picture, labels, n_windows, series, n_series, warning,
			       critical);
	return drawing_svg(&drawing, "plot", number, text, svg);
}

enum status plot_metric_over_time(const struct metric_chart *metrics, unsigned number,
				  const struct plot_text *text, struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_metric_over_time(&drawing.picture, metrics);
	return drawing_svg(&drawing, "plot", number, text, svg);
}
