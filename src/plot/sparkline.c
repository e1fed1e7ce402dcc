/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/sparkline.c - a line without axes for a table's cell */
#include "plot/draw.h"
#include "plot/layout.h"
#include <math.h>

#define SPARK_WIDTH 120.0
#define SPARK_HEIGHT 24.0
#define INSET 5.0
enum { SPARK_POINTS = 110 };

static struct scale value_scale(const double *values, size_t n)
{
	struct range_of_values range = range_empty();

	for (size_t i = 0; i < n; i++)
		range_add(&range, values[i]);
	return scale_make(range, SPARK_HEIGHT - INSET, INSET);
}

/* The last value is the one that counts: of many, every k-th counted from it. */
static void draw_values(struct picture *picture, const double *values, size_t n)
{
	struct scale scale = value_scale(values, n);
	size_t step = (n + SPARK_POINTS - 1) / SPARK_POINTS, kept = (n + step - 1) / step;
	struct point *points = arena_new(picture->mem, struct point, kept);
	size_t last = kept;

	for (size_t k = 0; k < kept; k++) {
		double value = values[n - 1 - (kept - 1 - k) * step];
		double share = kept > 1 ? (double)k / (double)(kept - 1) : 0.5;

		points[k] = (struct point){INSET + share * (SPARK_WIDTH - 2 * INSET),
					   scale_at(&scale, value)};
		if (isfinite(points[k].y))
			last = k;
	}
	mark_line(picture, ROLE_SERIES, 1.5, points, kept);
	if (last < kept)
		mark_at(picture, ROLE_SERIES, SHAPE_DOT, 5, points[last].x, points[last].y);
	else
		mark_segment(picture, ROLE_RULE, 1, INSET, SPARK_HEIGHT / 2, SPARK_WIDTH - INSET,
			     SPARK_HEIGHT / 2)
		    ->dash = DASH_DOT;
}

void layout_sparkline(struct picture *picture, const double *values, size_t n)
{
	picture->width = SPARK_WIDTH;
	picture->height = SPARK_HEIGHT;
	if (n)
		draw_values(picture, values, n);
}

enum status plot_sparkline(const double *values, size_t n, unsigned number,
			   const struct plot_text *text, struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_sparkline(&drawing.picture, values, n);
	return drawing_svg(&drawing, "plot plot-spark", number, text, svg);
}
