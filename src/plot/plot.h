/* plot/plot.h - figures as inline SVG and PNG: the same bytes every time
 *
 * cairo draws the marks; labels are real <text> laid over them (design.md, Plots). A plot never
 * fails for its data: names are shortened with an ellipsis, ranges that are empty, constant or
 * not finite get an axis that says so. Colours are the variables of themes/default/plot.css; the
 * element around a plot scrolls on narrow screens. ST_FAILED means that the buffer was full or
 * cairo failed; what was written to it by then is to be dropped. */
#ifndef PLOT_PLOT_H
#define PLOT_PLOT_H
#include "base/out.h"
#include "base/status.h"
#include "measure/figures.h"

struct plot_number {
	unsigned number; /* of the plot on its page, from 1: ids begin "Mb-NUMBER-" */
};

/* Loads DejaVuSans.ttf once and measures its glyphs; false and errno where it cannot be read.
 * Afterwards all functions here may be used from several threads. */
bool plot_init(const char *font_path);

struct plot_text {
	const char *title;       /* accessible name (<title>) */
	const char *description; /* accessible description (<desc>) */
};

/* Reliability diagram: points with Wilson intervals, diagonal, histogram of scores below. */
enum status plot_reliability(const struct calibration *calibration, unsigned number,
			     const struct plot_text *text, struct out *svg);

struct drift_series {
	const char *name;
	const double *psi; /* one a window; NAN: gap */
	const enum drift_severity *severity;
};
/* PSI over time: a line a feature (at most 7, else small multiples), warning and critical bands,
 * alerts marked. Where values pass four times the critical threshold the axis is logarithmic, from
 * 0.01 for usual thresholds, and says so; what passes 400 times the threshold is cut off, marked
 * at the top, and the highest value is said. NAN for a threshold: none. */
enum status plot_drift_over_time(const char *const *labels, size_t n_windows,
				 const struct drift_series *series, size_t n_series, double warning,
				 double critical, unsigned number, const struct plot_text *text,
				 struct out *svg);

/* Reference against current distribution of one feature: paired bars of shares. */
enum status plot_distribution(const struct drift *drift, unsigned number,
			      const struct plot_text *text, struct out *svg);

struct metric_series {
	const char *name;
	const struct figure *values; /* one a window */
	bool has_reference;
	double reference; /* its value elsewhere, such as in its evaluation: a level line */
};
/* What happened in a window: a tick with a few words above the chart. */
struct plot_event {
	size_t window;
	const char *text;
};
struct metric_chart {
	const char *const *labels; /* of the windows */
	size_t n_windows;
	const struct metric_series *series;
	size_t n_series;
	double lower, upper; /* natural bounds, NAN none */
	bool from_zero;      /* a distance from nothing */
	const char *axis;
	const char *reference_name; /* "evaluation"; NULL where no series has one */
	/* What chance gives: a level, drawn where values come near it, or up to a value in each
	 * window. NULL: none. */
	const double *chance_level, *chance_up_to;
	const struct plot_event *events; /* in order of their windows */
	size_t n_events;
};
/* Metrics over time with their intervals as bands. */
enum status plot_metric_over_time(const struct metric_chart *metrics, unsigned number,
				  const struct plot_text *text, struct out *svg);

struct group_series {
	const char *name;
	const struct figure *values; /* one a group */
	double reference;            /* its value over all groups: a level line; NAN: none */
};
struct group_chart {
	const char *const *names; /* of the groups, in the order they are drawn in */
	const size_t *rows;       /* of each */
	const bool *apart;        /* too few rows to be compared: hollow; NULL: none */
	size_t n;
	const struct group_series *series;
	size_t n_series;     /* at most 7 */
	double lower, upper; /* natural bounds, NAN none */
	const char *axis;
	const char *reference_name; /* "all rows"; NULL where no series has one */
};
/* Figures of groups: a row a group, a dot with its interval a series. The first 30 are drawn, how
 * many more there are is said. */
enum status plot_groups(const struct group_chart *chart, unsigned number,
			const struct plot_text *text, struct out *svg);

/* A line without axes for a table's cell, 120 x 24. Its text alternative stands in the table: with
 * text NULL it is hidden from assistive technology. */
enum status plot_sparkline(const double *values, size_t n, unsigned number,
			   const struct plot_text *text, struct out *svg);

/* PNG of the marks and labels (cairo's image surface, light colours), for the workbook.
 * The picture (720 x 510 units) is fitted into width x height pixels, 1 to 8000 each. */
enum status plot_reliability_png(const struct calibration *calibration, int width, int height,
				 struct out *png);
#endif
