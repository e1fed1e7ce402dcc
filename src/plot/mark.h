/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/mark.h - a picture as a list of marks, before anything is drawn
 *
 * Figures are laid out as marks with coordinates (x to the right, y down, in the units of the
 * picture's viewBox); svg.c and png.c draw them. Marks are drawn in their order, all texts last. */
#ifndef PLOT_MARK_H
#define PLOT_MARK_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>

/* What a colour stands for; the theme says which colour it is. The order is public: role i is
 * drawn as rgb(i/255, 0, 0) and mapped back to a CSS variable. */
enum role {
	ROLE_NONE,
	ROLE_SERIES, /* the first of PLOT_SERIES */
	ROLE_TEXT = 8,
	ROLE_MUTED,
	ROLE_RULE,
	ROLE_GROUND,
	ROLE_GOOD,
	ROLE_WARNING,
	ROLE_CRITICAL,
	ROLE_UNKNOWN,
	ROLE_BAND_WARNING,
	ROLE_BAND_CRITICAL,
	ROLE_COUNT
};
enum { PLOT_SERIES = 7 };

enum mark_kind {
	MARK_LINE,  /* an open line through the points; a point that is NAN breaks it */
	MARK_AREA,  /* polygons, broken likewise */
	MARK_BARS,  /* rectangles, two opposite corners each */
	MARK_POINT, /* the same shape at every point */
	MARK_TEXT
};
enum dash { DASH_SOLID, DASH_LONG, DASH_DOT, DASH_DASH_DOT, DASH_SHORT, DASH_WIDE, DASH_TWO_DOTS };
enum shape {
	SHAPE_DOT,
	SHAPE_SQUARE,
	SHAPE_DIAMOND,
	SHAPE_TRIANGLE_DOWN,
	SHAPE_PLUS,
	SHAPE_CROSS,
	SHAPE_STAR,
	SHAPE_TRIANGLE, /* alerts only */
	SHAPE_RING
};
enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct point {
	double x, y;
};
struct box {
	double x0, y0, x1, y1;
};

struct mark {
	enum mark_kind kind;
	enum role role;
	double opacity; /* 0..1 */
	double size;    /* width of the line, diameter of the shape */
	enum dash dash;
	enum shape shape;
	bool hollow;            /* outline over the ground instead of filled */
	const struct box *clip; /* NULL: nothing is cut off */
	const struct point *points;
	size_t n;
	/* texts: points[0] is the anchor on the baseline */
	const char *text;
	const char *whole; /* where `text` was shortened, else NULL */
	double text_width;
	enum anchor anchor;
};

struct picture {
	struct arena *mem;
	double width, height;
	LIST_OF(struct mark);
};

/* Size of all text; one size is enough where place and colour tell titles from labels. */
#define PLOT_TEXT 14.0
#define PLOT_WIDTH 720.0
/* From the baseline up to the highest and down to the lowest ink of a label. */
#define PLOT_ASCENT (0.8 * PLOT_TEXT)
#define PLOT_DESCENT (0.24 * PLOT_TEXT)

/* Each adds a mark; points are copied into the picture's arena and texts are cleaned. The mark
 * returned may be refined until the next is added. */
struct mark *mark_line(struct picture *picture, enum role role, double width,
		       const struct point *points, size_t n);
struct mark *mark_segment(struct picture *picture, enum role role, double width, double x0,
			  double y0, double x1, double y1);
struct mark *mark_area(struct picture *picture, enum role role, double opacity,
		       const struct point *points, size_t n);
struct mark *mark_bars(struct picture *picture, enum role role, const struct point *corners,
		       size_t n);
struct mark *mark_box(struct picture *picture, enum role role, struct box box);
struct mark *mark_points(struct picture *picture, enum role role, enum shape shape, double size,
			 const struct point *points, size_t n);
struct mark *mark_at(struct picture *picture, enum role role, enum shape shape, double size,
		     double x, double y);
/* No wider than max_width; shortened in its middle where it would be. Nothing where it is "". */
struct mark *mark_text(struct picture *picture, enum role role, enum anchor anchor, double x,
		       double y, double max_width, const char *text);

/* Cuts off what passes the box, which outlives the picture; marks within it are left as they are,
 * since a clip costs bytes. */
void mark_clip(struct mark *mark, const struct box *box);

/* The space that a mark covers; texts by their measured width. */
struct box mark_bounds(const struct mark *mark);
/* The picture as text, one mark a line, for tests and debugging. */
void picture_dump(const struct picture *picture, struct out *to);
#endif
