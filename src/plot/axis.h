/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/axis.h - what stands around the marks: axes, legend, labels at the ends of lines
 *
 * Everything here measures its labels first and leaves out or shortens what has no room, so that
 * no label meets another. Vertical space is handed out from the top downwards. */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H
#include "plot/scale.h"

/* Height of a line of labels; the gap between an axis and its labels; the picture's margin. */
#define PLOT_LINE 20.0
#define PLOT_GAP 8.0
#define PLOT_MARGIN 4.0

/* A picture PLOT_WIDTH wide, without marks; its height is set once the layout knows it. */
struct picture picture_start(struct arena *mem);

/* What a series looks like; series are told apart by colour, dash and shape at once. */
struct look {
	enum role role;
	enum dash dash;
	enum shape shape;
};
struct look look_of_series(size_t i); /* i < PLOT_SERIES */

/* What stands before a label in a legend. */
enum sample { SAMPLE_SERIES, SAMPLE_POINT, SAMPLE_BAR, SAMPLE_LINE, SAMPLE_BAND, SAMPLE_NONE };
struct legend_item {
	enum sample sample;
	struct look look;
	bool hollow;
	double opacity; /* of a bar or band; 0 stands for 1 */
	const char *text;
};
struct legend {
	LIST_OF(struct legend_item);
};
struct legend_item *legend_add(struct legend *legend, struct arena *mem, enum sample sample,
			       struct look look, const char *text);
/* Draws the items from left to right in rows from `y` on; returns the y below the last row. */
double legend_draw(struct picture *picture, const struct legend *legend, double x0, double x1,
		   double y);
/* The items one below the other, not below `bottom`; returns the y below the last. */
double legend_draw_column(struct picture *picture, const struct legend *legend, double x0,
			  double x1, double y, double bottom);

/* A line of text at the left above the axis; returns the y below it. */
double title_draw(struct picture *picture, double x, double y, double max_width, const char *text);

/* A line of text centred below an axis; returns the y below it. */
double title_below(struct picture *picture, struct box area, double y, const char *text);

/* Grid lines over the area and labels at its left. */
void axis_left(struct picture *picture, struct box area, const struct ticks *ticks);
/* Tick lines and labels below the area; labels stay within the picture. */
void axis_below(struct picture *picture, struct box area, const struct ticks *ticks);
/* Names below the area, at the places `at` in rising order. As many as have room: every k-th
 * counted from the last. Returns the y below them. */
double names_below(struct picture *picture, struct box area, const double *at,
		   const char *const *names, size_t n);

/* A label at the right of a line, wanted at the height where the line ends. */
struct end_label {
	struct point end; /* of the line; x NAN: the label belongs to no point */
	double wanted;    /* y of the label's middle */
	bool has_look;
	struct look look;
	enum role role; /* of the text */
	const char *text;
};
/* The width that the labels take, at most `max_width`. */
double end_labels_width(struct arena *mem, const struct end_label *labels, size_t n,
			double max_width);
/* Places them from x to x + width, each as near as may be to where it is wanted, none over
 * another, all between top and bottom; a thin line leads to one that had to move. */
void end_labels_draw(struct picture *picture, const struct end_label *labels, size_t n, double x,
		     double width, double top, double bottom);
/* The heights (middles) of labels wanted at `wanted`, `line` high each, without overlap and with
 * the least sum of squared moves, within top..bottom. */
void spread_labels(struct arena *mem, const double *wanted, size_t n, double line, double top,
		   double bottom, double *placed);

/* Words in the middle of an area that has nothing to show. */
void note_draw(struct picture *picture, struct box area, const char *text);
/* Lines of an SVG that are 1 wide are sharp where they lie at half a unit. */
double sharp(double coordinate);
#endif
