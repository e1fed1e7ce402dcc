/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/axis.c - axes and their labels */
#include "plot/axis.h"
#include "plot/font.h"
#include <math.h>
#include <string.h>

#define NAME_WIDTH 130.0 /* of a window's or bin's label at most */

struct picture picture_start(struct arena *mem)
{
	return (struct picture){.mem = mem, .width = PLOT_WIDTH};
}

double sharp(double coordinate)
{
	return floor(coordinate) + 0.5;
}

double title_draw(struct picture *picture, double x, double y, double max_width, const char *text)
{
	if (!text || !*text)
		return y;
	mark_text(picture, ROLE_MUTED, ANCHOR_START, x, y + PLOT_ASCENT + 2, max_width, text);
	return y + PLOT_LINE;
}

double title_below(struct picture *picture, struct box area, double y, const char *text)
{
	if (!text || !*text)
		return y;
	mark_text(picture, ROLE_MUTED, ANCHOR_MIDDLE, (area.x0 + area.x1) / 2, y + PLOT_ASCENT + 4,
		  area.x1 - area.x0, text);
	return y + PLOT_LINE + 2;
}

void note_draw(struct picture *picture, struct box area, const char *text)
{
	mark_text(picture, ROLE_MUTED, ANCHOR_MIDDLE, (area.x0 + area.x1) / 2,
		  (area.y0 + area.y1) / 2 + 5, area.x1 - area.x0 - 2 * PLOT_GAP, text);
}

void axis_left(struct picture *picture, struct box area, const struct ticks *ticks)
{
	struct point *grid = arena_new(picture->mem, struct point, 3 * ticks->n);

	for (size_t i = 0; i < ticks->n; i++) {
		double y = sharp(ticks->items[i].at);

		grid[3 * i] = (struct point){area.x0, y};
		grid[3 * i + 1] = (struct point){area.x1, y};
		grid[3 * i + 2] = (struct point){NAN, NAN};
		mark_text(picture, ROLE_MUTED, ANCHOR_END, area.x0 - PLOT_GAP, y + 5,
			  area.x0 - PLOT_GAP - PLOT_MARGIN, ticks->items[i].label);
	}
	mark_line(picture, ROLE_RULE, 1, grid, 3 * ticks->n);
}

/* The middle of a label nearest to `at` that keeps it within the picture. */
static double kept_within(const struct picture *picture, double at, double width)
{
	double least = PLOT_MARGIN + width / 2, most = picture->width - PLOT_MARGIN - width / 2;

	return fmax(least, fmin(most, at));
}

static void label_below(struct picture *picture, double y, double at, const char *text)
{
	struct mark *mark = mark_text(picture, ROLE_MUTED, ANCHOR_MIDDLE, at,
				      y + PLOT_GAP + PLOT_ASCENT + 1, NAME_WIDTH, text);
	struct point place = {kept_within(picture, at, mark->text_width), mark->points[0].y};

	mark->points = memcpy(arena_new(picture->mem, struct point, 1), &place, sizeof place);
}

static void base_line(struct picture *picture, struct box area)
{
	mark_segment(picture, ROLE_MUTED, 1, area.x0, sharp(area.y1), area.x1, sharp(area.y1));
}

static void tick_mark(struct picture *picture, struct box area, double at)
{
	mark_segment(picture, ROLE_MUTED, 1, sharp(at), area.y1, sharp(at), area.y1 + 5);
}

void axis_below(struct picture *picture, struct box area, const struct ticks *ticks)
{
	base_line(picture, area);
	for (size_t i = 0; i < ticks->n; i++) {
		tick_mark(picture, area, ticks->items[i].at);
		label_below(picture, area.y1, ticks->items[i].at, ticks->items[i].label);
	}
}

/* Whether every stride-th name, counted from the last, has room beside its neighbour. */
static bool names_fit(const struct picture *picture, const double *at, const double *widths,
		      size_t n, size_t stride)
{
	double taken = picture->width + PLOT_TEXT;

	for (size_t i = n; i > 0; i -= stride < i ? stride : i) {
		double middle = kept_within(picture, at[i - 1], widths[i - 1]);

		if (middle + widths[i - 1] / 2 + PLOT_TEXT > taken)
			return false;
		taken = middle - widths[i - 1] / 2;
	}
	return true;
}

double names_below(struct picture *picture, struct box area, const double *at,
		   const char *const *names, size_t n)
{
	double *widths = arena_new(picture->mem, double, n);
	size_t stride = 1;

	for (size_t i = 0; i < n; i++)
		widths[i] =
		    fmin(font_width(font_clean(picture->mem, names[i]), PLOT_TEXT), NAME_WIDTH);
	base_line(picture, area);
	while (stride < n && !names_fit(picture, at, widths, n, stride))
		stride++;
	for (size_t i = n; i > 0; i -= stride < i ? stride : i) {
		tick_mark(picture, area, at[i - 1]);
		label_below(picture, area.y1, at[i - 1], names[i - 1]);
	}
	return area.y1 + PLOT_GAP + PLOT_LINE;
}
