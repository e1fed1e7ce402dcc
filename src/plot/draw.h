/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/draw.h - the marks of a picture, drawn by cairo, and written as SVG or PNG */
#ifndef PLOT_DRAW_H
#define PLOT_DRAW_H
#include "plot/mark.h"
#include "plot/plot.h"

struct _cairo;

struct rgb {
	double red, green, blue; /* 0..1 */
};

/* Draws all marks but the texts, with operator OVER alone and without groups. */
void draw_marks(struct _cairo *cr, const struct picture *picture, const struct rgb *palette);

/* Rewrites cairo's SVG into elements that stand inline in a page: roles become CSS variables,
 * style properties attributes, clip ids unique on the page, coordinates tenths. ST_FAILED on
 * any colour, property or element that the plots do not use (what was written is to be dropped). */
enum status svg_rewrite(const char *cairo_svg, unsigned number, struct out *svg);
/* The whole picture as an inline <svg class="CLASS" role="img">; without a title it is hidden
 * from assistive technology. */
enum status svg_write(const struct picture *picture, const char *class, unsigned number,
		      const struct plot_text *text, struct out *svg);
/* The picture in light colours, as large as fits into width x height pixels (1..8000). */
enum status png_write(const struct picture *picture, int width, int height, struct out *png);

/* A picture while it is laid out, in memory of its own; it stays where it is. Writing it, as
 * svg_write() and png_write() do, releases it. */
struct drawing {
	struct arena mem;
	struct picture picture; /* from picture_start() */
};
void drawing_begin(struct drawing *drawing);
enum status drawing_svg(struct drawing *drawing, const char *class, unsigned number,
			const struct plot_text *text, struct out *svg);
enum status drawing_png(struct drawing *drawing, int width, int height, struct out *png);
#endif
