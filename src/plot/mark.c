/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/mark.c - a picture as a list of marks */
#include "plot/mark.h"
#include "plot/font.h"
#include <math.h>
#include <string.h>

static struct mark *mark_add(struct picture *picture, enum mark_kind kind, enum role role,
			     double size, const struct point *points, size_t n)
{
	struct mark *mark = ARENA_PUSH(picture->mem, picture);
	struct point *copy = arena_new(picture->mem, struct point, n);

	if (n)
		memcpy(copy, points, n * sizeof *copy);
	*mark = (struct mark){
	    .kind = kind, .role = role, .opacity = 1, .size = size, .points = copy, .n = n};
	return mark;
}

struct mark *mark_line(struct picture *picture, enum role role, double width,
		       const struct point *points, size_t n)
{
	return mark_add(picture, MARK_LINE, role, width, points, n);
}

struct mark *mark_segment(struct picture *picture, enum role role, double width, double x0,
			  double y0, double x1, double y1)
{
	return mark_line(picture, role, width, (struct point[]){{x0, y0}, {x1, y1}}, 2);
}

struct mark *mark_area(struct picture *picture, enum role role, double opacity,
		       const struct point *points, size_t n)
{
	struct mark *mark = mark_add(picture, MARK_AREA, role, 0, points, n);

	mark->opacity = opacity;
	return mark;
}

struct mark *mark_bars(struct picture *picture, enum role role, const struct point *corners,
		       size_t n)
{
	return mark_add(picture, MARK_BARS, role, 1, corners, n);
}

struct mark *mark_box(struct picture *picture, enum role role, struct box box)
{
	return mark_bars(picture, role, (struct point[]){{box.x0, box.y0}, {box.x1, box.y1}}, 2);
}

struct mark *mark_points(struct picture *picture, enum role role, enum shape shape, double size,
			 const struct point *points, size_t n)
{
	struct mark *mark = mark_add(picture, MARK_POINT, role, size, points, n);

	mark->shape = shape;
	return mark;
}

struct mark *mark_at(struct picture *picture, enum role role, enum shape shape, double size,
		     double x, double y)
{
	return mark_points(picture, role, shape, size, &(struct point){x, y}, 1);
}

struct mark *mark_text(struct picture *picture, enum role role, enum anchor anchor, double x,
		       double y, double max_width, const char *text)
{
	const char *whole = font_clean(picture->mem, text);
	const char *label = font_shorten(picture->mem, whole, PLOT_TEXT, max_width);
	struct mark *mark = mark_add(picture, MARK_TEXT, role, 0, &(struct point){x, y}, 1);

	mark->anchor = anchor;
	mark->text = label;
	mark->whole = label == whole ? NULL : whole;
	mark->text_width = font_width(label, PLOT_TEXT);
	return mark;
}

static struct box text_bounds(const struct mark *mark)
{
	static const double before[] = {
	    [ANCHOR_START] = 0, [ANCHOR_MIDDLE] = 0.5, [ANCHOR_END] = 1};
	double x = mark->points[0].x - before[mark->anchor] * mark->text_width;
	double y = mark->points[0].y;

	return (struct box){x, y - PLOT_ASCENT, x + mark->text_width, y + PLOT_DESCENT};
}

struct box mark_bounds(const struct mark *mark)
{
	struct box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
	double reach = mark->kind == MARK_LINE || mark->kind == MARK_POINT ? mark->size / 2 : 0;

	if (mark->kind == MARK_TEXT)
		return text_bounds(mark);
	for (size_t i = 0; i < mark->n; i++) {
		struct point at = mark->points[i];

		if (!isfinite(at.x) || !isfinite(at.y))
			continue;
		box.x0 = fmin(box.x0, at.x - reach);
		box.y0 = fmin(box.y0, at.y - reach);
		box.x1 = fmax(box.x1, at.x + reach);
		box.y1 = fmax(box.y1, at.y + reach);
	}
	if (mark->clip) {
		box.x0 = fmax(box.x0, mark->clip->x0);
		box.y0 = fmax(box.y0, mark->clip->y0);
		box.x1 = fmin(box.x1, mark->clip->x1);
		box.y1 = fmin(box.y1, mark->clip->y1);
	}
	return box;
}

void mark_clip(struct mark *mark, const struct box *box)
{
	struct box space = mark_bounds(mark);
	double rim = mark->kind == MARK_LINE ? mark->size : 0.01;

	if (space.x0 < box->x0 - rim || space.x1 > box->x1 + rim || space.y0 < box->y0 - rim ||
	    space.y1 > box->y1 + rim)
		mark->clip = box;
}

static const char *const role_names[ROLE_COUNT] = {
    "none",     "series-1", "series-2", "series-3", "series-4",     "series-5",
    "series-6", "series-7", "text",     "muted",    "rule",         "ground",
    "good",     "warning",  "critical", "unknown",  "band-warning", "band-critical",
};
static const char *const kind_names[] = {"line", "area", "bars", "point", "text"};
static const char *const dash_names[] = {"solid", "long", "dot",     "dash-dot",
					 "short", "wide", "two-dots"};
static const char *const shape_names[] = {"dot",   "square", "diamond",  "triangle-down", "plus",
					  "cross", "star",   "triangle", "ring"};
static const char *const anchor_names[] = {"start", "middle", "end"};

static void dump_points(const struct mark *mark, struct out *to)
{
	for (size_t i = 0; i < mark->n; i++) {
		if (isfinite(mark->points[i].x) && isfinite(mark->points[i].y))
			out_printf(to, " %.1f,%.1f", mark->points[i].x, mark->points[i].y);
		else
			out_puts(to, " /");
	}
}

void picture_dump(const struct picture *picture, struct out *to)
{
	out_printf(to, "picture %.0f x %.0f\n", picture->width, picture->height);
	for (size_t i = 0; i < picture->n; i++) {
		const struct mark *mark = &picture->items[i];

		out_printf(to, "%s %s", kind_names[mark->kind], role_names[mark->role]);
		if (mark->kind == MARK_LINE)
			out_printf(to, " %.1f %s", mark->size, dash_names[mark->dash]);
		if (mark->kind == MARK_POINT)
			out_printf(to, " %.1f %s", mark->size, shape_names[mark->shape]);
		if (mark->opacity < 1)
			out_printf(to, " %.2f", mark->opacity);
		if (mark->hollow)
			out_puts(to, " hollow");
		if (mark->clip)
			out_puts(to, " clipped");
		dump_points(mark, to);
		if (mark->kind == MARK_TEXT)
			out_printf(to, " %s w=%.1f '%s'", anchor_names[mark->anchor],
				   mark->text_width, mark->text);
		out_putc(to, '\n');
	}
}
