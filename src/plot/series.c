/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/series.c - one series over time: interval, line, markers, alerts */
#include "plot/layout.h"
#include <math.h>

/* All lines of a picture have about so many points together: more are not seen at its size. */
enum { LINE_POINTS = 1000, LEAST_POINTS = 60 };
#define MARKER_SIZE 7.0
#define ALERT_SIZE 10.0
#define DENSE 9.0 /* windows nearer than this do not all get a marker */
#define MARKER_SPACING 40.0
#define CAP_WIDTH 4.0

double time_at(const struct time_frame *frame, size_t window)
{
	size_t n = frame->chart->n_windows;
	double x0 = frame->area.x0 + frame->inset, x1 = frame->area.x1 - frame->inset;

	if (n < 2)
		return (x0 + x1) / 2;
	return x0 + (x1 - x0) * (double)window / (double)(n - 1);
}

static double value_at(const struct time_frame *frame, const double *values, size_t window)
{
	return scale_at(&frame->y, values[window]);
}

static bool has_value(const struct time_series *series, size_t window)
{
	return isfinite(series->values[window]);
}

size_t time_last(const struct time_chart *chart, const struct time_series *series)
{
	for (size_t i = chart->n_windows; i > 0; i--)
		if (has_value(series, i - 1))
			return i - 1;
	return chart->n_windows;
}

struct path {
	LIST_OF(struct point);
};

static void path_add(struct path *path, struct arena *mem, double x, double y)
{
	*ARENA_PUSH(mem, path) = (struct point){x, y};
}

static void path_break(struct path *path, struct arena *mem)
{
	path_add(path, mem, NAN, NAN);
}

/* Points `first` to `last` - 1 of a bucket as its lowest and highest in their order, so that no
 * peak is lost; a bucket with gaps is kept as it is. */
static void add_bucket(struct path *path, struct arena *mem, const struct time_frame *frame,
		       const double *values, size_t first, size_t last)
{
	size_t low = first, high = first;
	bool gaps = false;

	for (size_t i = first; i < last; i++) {
		gaps |= !isfinite(values[i]);
		low = values[i] < values[low] ? i : low;
		high = values[i] > values[high] ? i : high;
	}
	for (size_t i = first; i < last; i++)
		if (gaps || i == low || i == high)
			path_add(path, mem, time_at(frame, i), value_at(frame, values, i));
}

static void add_values(struct path *path, struct arena *mem, const struct time_frame *frame,
		       const double *values, size_t first, size_t last)
{
	size_t budget = LINE_POINTS / (frame->chart->n_series ? frame->chart->n_series : 1);
	size_t bucket = 1;

	budget = budget < LEAST_POINTS ? LEAST_POINTS : budget;
	if (frame->chart->n_windows > budget)
		bucket = (2 * frame->chart->n_windows + budget - 1) / budget;
	for (size_t i = first; i < last; i += bucket)
		add_bucket(path, mem, frame, values, i, i + bucket < last ? i + bucket : last);
}

/* An interval of one window between gaps: a bar with caps, since a band has no width there. */
static void add_error_bar(struct path *path, struct arena *mem, const struct time_frame *frame,
			  const struct time_series *series, size_t window)
{
	double x = time_at(frame, window);
	double low = value_at(frame, series->low, window),
	       high = value_at(frame, series->high, window);

	path_add(path, mem, x, low);
	path_add(path, mem, x, high);
	path_break(path, mem);
	for (int end = 0; end < 2; end++) {
		path_add(path, mem, x - CAP_WIDTH, end ? high : low);
		path_add(path, mem, x + CAP_WIDTH, end ? high : low);
		path_break(path, mem);
	}
}

static void add_band(struct path *band, struct arena *mem, const struct time_frame *frame,
		     const struct time_series *series, size_t first, size_t last)
{
	struct path low = {0};

	add_values(band, mem, frame, series->high, first, last);
	add_values(&low, mem, frame, series->low, first, last);
	for (size_t i = low.n; i > 0; i--)
		path_add(band, mem, low.items[i - 1].x, low.items[i - 1].y);
	path_break(band, mem);
}

static bool has_interval(const struct time_series *series, size_t window)
{
	return has_value(series, window) && isfinite(series->low[window]) &&
	       isfinite(series->high[window]);
}

static void draw_interval(struct picture *picture, const struct time_frame *frame,
			  const struct time_series *series, struct look look)
{
	struct path band = {0}, bars = {0};
	size_t n = frame->chart->n_windows;

	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end < n && has_interval(series, end);)
			end++;
		if (end - i == 1)
			add_error_bar(&bars, picture->mem, frame, series, i);
		else if (end > i)
			add_band(&band, picture->mem, frame, series, i, end);
	}
	if (band.n)
		mark_clip(mark_area(picture, look.role, 0.18, band.items, band.n), &frame->area);
	if (bars.n)
		mark_clip(mark_line(picture, look.role, 1.5, bars.items, bars.n), &frame->area);
}

/* What stands at a window: the series' own marker, or one that says what is the matter. */
enum marker { MARKER_NONE, MARKER_PLAIN, MARKER_WARNING, MARKER_CRITICAL, MARKER_UNSURE };

static enum marker marker_of(const struct time_series *series, size_t window)
{
	static const enum marker markers[] = {[DRIFT_STABLE] = MARKER_PLAIN,
					      [DRIFT_WARNING] = MARKER_WARNING,
					      [DRIFT_CRITICAL] = MARKER_CRITICAL,
					      [DRIFT_TOO_FEW] = MARKER_UNSURE,
					      [DRIFT_UNKNOWN] = MARKER_UNSURE};

	if (!has_value(series, window))
		return MARKER_NONE;
	return series->severity ? markers[series->severity[window]] : MARKER_PLAIN;
}

static bool stands_alone(const struct time_frame *frame, const struct time_series *series, size_t i)
{
	return (i == 0 || !has_value(series, i - 1)) &&
	       (i + 1 >= frame->chart->n_windows || !has_value(series, i + 1));
}

struct markers {
	struct path at[MARKER_UNSURE + 1];
	double last[MARKER_UNSURE + 1]; /* x of the last one of a kind */
};

/* Where windows lie close together plain markers stand at intervals, and of a run of alerts
 * those that have room, the first of a run always. */
static bool marker_is_wanted(const struct time_frame *frame, const struct time_series *series,
			     size_t i, const struct markers *markers)
{
	enum marker marker = marker_of(series, i);
	double spacing = time_at(frame, i) - (i ? time_at(frame, i - 1) : frame->area.x0 - DENSE);
	double since_last = time_at(frame, i) - markers->last[marker];

	if (marker == MARKER_NONE)
		return false;
	if (marker == MARKER_PLAIN && frame->bare)
		return stands_alone(frame, series, i);
	if (spacing >= DENSE)
		return true;
	if (marker == MARKER_PLAIN)
		return since_last >= MARKER_SPACING ||
		       (since_last >= DENSE && stands_alone(frame, series, i));
	return since_last >= DENSE;
}

static void collect_markers(struct arena *mem, const struct time_frame *frame,
			    const struct time_series *series, struct markers *markers)
{
	for (int k = 0; k <= MARKER_UNSURE; k++)
		markers->last[k] = -INFINITY;
	for (size_t i = 0; i < frame->chart->n_windows; i++) {
		enum marker marker = marker_of(series, i);
		double y = value_at(frame, series->values, i);

		if (!marker_is_wanted(frame, series, i, markers))
			continue;
		markers->last[marker] = time_at(frame, i);
		path_add(&markers->at[marker], mem, time_at(frame, i),
			 fmax(frame->area.y0, fmin(frame->area.y1, y)));
	}
}

static void draw_markers(struct picture *picture, const struct time_frame *frame,
			 const struct time_series *series, struct look look)
{
	const struct {
		enum role role;
		enum shape shape;
		double size;
		bool hollow;
	} looks[] = {
	    [MARKER_PLAIN] = {look.role, look.shape, MARKER_SIZE, false},
	    [MARKER_UNSURE] = {look.role, SHAPE_RING, MARKER_SIZE + 1, false},
	    [MARKER_WARNING] = {ROLE_WARNING, SHAPE_TRIANGLE, ALERT_SIZE, true},
	    [MARKER_CRITICAL] = {ROLE_CRITICAL, SHAPE_TRIANGLE, ALERT_SIZE, false},
	};
	static const enum marker order[] = {MARKER_PLAIN, MARKER_UNSURE, MARKER_WARNING,
					    MARKER_CRITICAL};
	struct markers markers = {0};

	collect_markers(picture->mem, frame, series, &markers);
	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		const struct path *at = &markers.at[order[k]];

		if (at->n)
			mark_points(picture, looks[order[k]].role, looks[order[k]].shape,
				    looks[order[k]].size, at->items, at->n)
			    ->hollow = looks[order[k]].hollow;
	}
}

void time_series_draw(struct picture *picture, const struct time_frame *frame,
		      const struct time_series *series, struct look look)
{
	struct path line = {0};
	struct mark *mark;

	if (series->low && series->high)
		draw_interval(picture, frame, series, look);
	add_values(&line, picture->mem, frame, series->values, 0, frame->chart->n_windows);
	mark = mark_line(picture, look.role, 2, line.items, line.n);
	mark->dash = look.dash;
	mark_clip(mark, &frame->area);
	draw_markers(picture, frame, series, look);
}
