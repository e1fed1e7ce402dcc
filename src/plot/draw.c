/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/draw.c - the marks of a picture, drawn by cairo
 *
 * Nothing but finite coordinates near the picture reaches cairo, which aborts or loops on others.
 */
#include "plot/draw.h"
#include "plot/axis.h"
#include <cairo.h>
#include <math.h>

struct brush {
	cairo_t *cr;
	const struct rgb *palette;
};

static const struct {
	int n;
	double lengths[6];
} dashes[] = {
    [DASH_SOLID] = {0, {0}},
    [DASH_LONG] = {2, {8, 4}},
    [DASH_DOT] = {2, {2, 4}},
    [DASH_DASH_DOT] = {4, {9, 4, 2, 4}},
    [DASH_SHORT] = {2, {5, 3}},
    [DASH_WIDE] = {2, {14, 4}},
    [DASH_TWO_DOTS] = {6, {9, 3, 2, 3, 2, 3}},
};

static double near_picture(double coordinate)
{
	return fmax(-10000, fmin(10000, coordinate));
}

static bool is_break(struct point at)
{
	return !isfinite(at.x) || !isfinite(at.y);
}

static void move_to(cairo_t *cr, double x, double y)
{
	cairo_move_to(cr, near_picture(x), near_picture(y));
}

static void line_to(cairo_t *cr, double x, double y)
{
	cairo_line_to(cr, near_picture(x), near_picture(y));
}

static void set_role(struct brush *brush, enum role role, double opacity)
{
	const struct rgb *colour = &brush->palette[role];

	cairo_set_source_rgba(brush->cr, colour->red, colour->green, colour->blue, opacity);
}

static void path_through(cairo_t *cr, const struct point *points, size_t n, bool closed)
{
	bool started = false;

	for (size_t i = 0; i < n; i++) {
		if (is_break(points[i])) {
			if (started && closed)
				cairo_close_path(cr);
			started = false;
			continue;
		}
		(started ? line_to : move_to)(cr, points[i].x, points[i].y);
		started = true;
	}
	if (started && closed)
		cairo_close_path(cr);
}

static void draw_line(struct brush *brush, const struct mark *mark)
{
	cairo_set_line_width(brush->cr, mark->size);
	cairo_set_line_join(brush->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(brush->cr, dashes[mark->dash].lengths, dashes[mark->dash].n, 0);
	path_through(brush->cr, mark->points, mark->n, false);
	set_role(brush, mark->role, mark->opacity);
	cairo_stroke(brush->cr);
	cairo_set_dash(brush->cr, NULL, 0, 0);
}

static void draw_area(struct brush *brush, const struct mark *mark)
{
	path_through(brush->cr, mark->points, mark->n, true);
	set_role(brush, mark->role, mark->opacity);
	cairo_fill(brush->cr);
}

/* Fills the path, or fills it with the ground and strokes its outline. */
static void paint_shape(struct brush *brush, const struct mark *mark, double outline)
{
	set_role(brush, mark->hollow ? ROLE_GROUND : mark->role, mark->opacity);
	if (!mark->hollow) {
		cairo_fill(brush->cr);
		return;
	}
	cairo_fill_preserve(brush->cr);
	set_role(brush, mark->role, mark->opacity);
	cairo_set_line_width(brush->cr, outline);
	cairo_set_line_join(brush->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke(brush->cr);
}

static void draw_bars(struct brush *brush, const struct mark *mark)
{
	for (size_t i = 0; i + 1 < mark->n; i += 2) {
		struct point a = mark->points[i], b = mark->points[i + 1];

		if (is_break(a) || is_break(b))
			continue;
		cairo_rectangle(brush->cr, near_picture(fmin(a.x, b.x)),
				near_picture(fmin(a.y, b.y)),
				fabs(near_picture(b.x) - near_picture(a.x)),
				fabs(near_picture(b.y) - near_picture(a.y)));
	}
	paint_shape(brush, mark, mark->size);
}

/* Outlines in a unit circle, y down. */
static const struct {
	size_t n;
	struct point corners[4];
} polygons[] = {
    [SHAPE_SQUARE] = {4, {{-0.86, -0.86}, {0.86, -0.86}, {0.86, 0.86}, {-0.86, 0.86}}},
    [SHAPE_DIAMOND] = {4, {{0, -1.2}, {1.2, 0}, {0, 1.2}, {-1.2, 0}}},
    [SHAPE_TRIANGLE_DOWN] = {3, {{-1.1, -0.8}, {1.1, -0.8}, {0, 1.1}}},
    [SHAPE_TRIANGLE] = {3, {{0, -1.15}, {1.1, 0.8}, {-1.1, 0.8}}},
};
/* Strokes from end to end. */
static const struct {
	size_t n;
	struct point ends[6];
} crosses[] = {
    [SHAPE_PLUS] = {4, {{0, -1.1}, {0, 1.1}, {-1.1, 0}, {1.1, 0}}},
    [SHAPE_CROSS] = {4, {{-0.85, -0.85}, {0.85, 0.85}, {-0.85, 0.85}, {0.85, -0.85}}},
    [SHAPE_STAR] =
	{6, {{0, -1.1}, {0, 1.1}, {-0.95, -0.55}, {0.95, 0.55}, {-0.95, 0.55}, {0.95, -0.55}}},
};

static void draw_polygons(struct brush *brush, const struct mark *mark)
{
	double reach = mark->size / 2;

	for (size_t i = 0; i < mark->n; i++) {
		if (is_break(mark->points[i]))
			continue;
		for (size_t k = 0; k < polygons[mark->shape].n; k++) {
			struct point corner = polygons[mark->shape].corners[k];
			(k ? line_to : move_to)(brush->cr, mark->points[i].x + reach * corner.x,
						mark->points[i].y + reach * corner.y);
		}
		cairo_close_path(brush->cr);
	}
	paint_shape(brush, mark, 1.6);
}

static void draw_crosses(struct brush *brush, const struct mark *mark)
{
	double reach = mark->size / 2;

	for (size_t i = 0; i < mark->n; i++) {
		if (is_break(mark->points[i]))
			continue;
		for (size_t k = 0; k < crosses[mark->shape].n; k++) {
			struct point end = crosses[mark->shape].ends[k];
			(k % 2 ? line_to : move_to)(brush->cr, mark->points[i].x + reach * end.x,
						    mark->points[i].y + reach * end.y);
		}
	}
	cairo_set_line_width(brush->cr, 1.8);
	set_role(brush, mark->role, mark->opacity);
	cairo_stroke(brush->cr);
}

/* A line of no length with round caps is a disc, and far shorter in SVG than an arc. */
static void stroke_discs(struct brush *brush, const struct mark *mark, double diameter,
			 enum role role)
{
	for (size_t i = 0; i < mark->n; i++) {
		if (is_break(mark->points[i]))
			continue;
		move_to(brush->cr, mark->points[i].x, mark->points[i].y);
		line_to(brush->cr, mark->points[i].x, mark->points[i].y);
	}
	cairo_set_line_cap(brush->cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_width(brush->cr, diameter);
	set_role(brush, role, mark->opacity);
	cairo_stroke(brush->cr);
	cairo_set_line_cap(brush->cr, CAIRO_LINE_CAP_BUTT);
}

static void draw_discs(struct brush *brush, const struct mark *mark)
{
	bool ring = mark->hollow || mark->shape == SHAPE_RING;

	stroke_discs(brush, mark, mark->size, mark->role);
	if (ring)
		stroke_discs(brush, mark, mark->size - 3.2, ROLE_GROUND);
}

static void draw_points(struct brush *brush, const struct mark *mark)
{
	static void (*const draw[])(struct brush *, const struct mark *) = {
	    [SHAPE_DOT] = draw_discs,        [SHAPE_SQUARE] = draw_polygons,
	    [SHAPE_DIAMOND] = draw_polygons, [SHAPE_TRIANGLE_DOWN] = draw_polygons,
	    [SHAPE_PLUS] = draw_crosses,     [SHAPE_CROSS] = draw_crosses,
	    [SHAPE_STAR] = draw_crosses,     [SHAPE_TRIANGLE] = draw_polygons,
	    [SHAPE_RING] = draw_discs,
	};

	draw[mark->shape](brush, mark);
}

static void set_clip(cairo_t *cr, const struct box *clip)
{
	cairo_reset_clip(cr);
	if (!clip)
		return;
	cairo_rectangle(cr, clip->x0, clip->y0, clip->x1 - clip->x0, clip->y1 - clip->y0);
	cairo_clip(cr);
}

void draw_marks(struct _cairo *cr, const struct picture *picture, const struct rgb *palette)
{
	static void (*const draw[])(struct brush *, const struct mark *) = {
	    [MARK_LINE] = draw_line,
	    [MARK_AREA] = draw_area,
	    [MARK_BARS] = draw_bars,
	    [MARK_POINT] = draw_points,
	};
	struct brush brush = {cr, palette};
	const struct box *clip = NULL;

	cairo_set_miter_limit(cr, 4); /* SVG's own */
	for (size_t i = 0; i < picture->n; i++) {
		const struct mark *mark = &picture->items[i];

		if (mark->kind == MARK_TEXT)
			continue;
		if (mark->clip != clip)
			set_clip(cr, clip = mark->clip);
		draw[mark->kind](&brush, mark);
	}
}

/* ---- from beginning to end ---- */

void drawing_begin(struct drawing *drawing)
{
	arena_init(&drawing->mem);
	drawing->picture = picture_start(&drawing->mem);
}

enum status drawing_svg(struct drawing *drawing, const char *class, unsigned number,
			const struct plot_text *text, struct out *svg)
{
	enum status status = svg_write(&drawing->picture, class, number, text, svg);

	arena_release(&drawing->mem);
	return status;
}

enum status drawing_png(struct drawing *drawing, int width, int height, struct out *png)
{
	enum status status = png_write(&drawing->picture, width, height, png);

	arena_release(&drawing->mem);
	return status;
}
