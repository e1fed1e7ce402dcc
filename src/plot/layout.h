/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/layout.h - figures laid out as marks, before they are drawn
 *
 * Each fills a picture from picture_start() and sets its height. None fails. */
#ifndef PLOT_LAYOUT_H
#define PLOT_LAYOUT_H
#include "plot/axis.h"
#include "plot/plot.h"

/* One line over time: n_windows values each, NAN where there is none. */
struct time_series {
	const char *name;
	const double *values;
	const double *low, *high;            /* interval; NULL where there is none */
	const enum drift_severity *severity; /* NULL where there is none */
};

struct time_chart {
	const char *const *labels; /* of the windows */
	size_t n_windows;
	const struct time_series *series;
	size_t n_series;
	double warning, critical; /* thresholds that are bad to exceed; NAN none */
	double lower, upper;      /* bounds that the axis does not pass; NAN none */
	double cap;      /* the axis ends here at most, values beyond are marked; NAN none */
	double log_from; /* a logarithmic axis begins here; NAN linear */
	bool from_zero;
	const char *axis;
	/* of metrics; NULL where there are none */
	const struct metric_chart *metrics;
};

void layout_time(struct picture *picture, const struct time_chart *chart);
void layout_drift_over_time(struct picture *picture, const char *const *labels, size_t n_windows,
			    const struct drift_series *series, size_t n_series, double warning,
			    double critical);
void layout_metric_over_time(struct picture *picture, const struct metric_chart *metrics);
void layout_reliability(struct picture *picture, const struct calibration *calibration);
void layout_distribution(struct picture *picture, const struct drift *drift);
void layout_groups(struct picture *picture, const struct group_chart *chart);
void layout_sparkline(struct picture *picture, const double *values, size_t n);

/* Parts of a time chart that line charts and small multiples share (time.c). */
struct time_frame {
	const struct time_chart *chart;
	struct box area;
	struct scale y;
	double inset; /* of the first and last window from the area's edges */
	bool bare;    /* without plain markers: there is one series only */
};
double time_at(const struct time_frame *frame, size_t window);
/* Level lines, what chance gives and events of a chart of metrics (references.c). */
void references_range(const struct time_chart *chart, struct range_of_values *range);
void references_legend(struct arena *mem, const struct time_frame *frame, struct legend *legend);
void references_draw(struct picture *picture, const struct time_frame *frame);
/* The space that words of events take above the area. */
double events_height(const struct time_frame *frame);
struct scale time_scale(const struct time_chart *chart, double from, double to, double least_gap);
/* Threshold bands, to be drawn before the grid, and their lines, for n frames that differ in
 * their areas alone. */
void time_bands(struct picture *picture, const struct time_frame *frames, size_t n);
void time_thresholds(struct picture *picture, const struct time_frame *frames, size_t n);
/* Interval, line and markers of one series. */
void time_series_draw(struct picture *picture, const struct time_frame *frame,
		      const struct time_series *series, struct look look);
/* The last window with a value; n_windows where there is none. */
size_t time_last(const struct time_chart *chart, const struct time_series *series);
/* What the marks at alerts mean, as far as the chart has such. */
void time_legend(struct arena *mem, const struct time_chart *chart, struct legend *legend);
/* Many series as a grid of small charts with one scale (multiples.c). */
void layout_multiples(struct picture *picture, const struct time_chart *chart);
#endif
