/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/groups.c - figures of groups as dots with their intervals, a row for each group */
#include "base/number.h"
#include "plot/draw.h"
#include "plot/font.h"
#include "plot/layout.h"
#include <math.h>

enum { MOST_GROUPS = 30 };
#define DOT_PITCH 13.0
#define ROW_PADDING 11.0
#define NAME_ROOM 220.0
#define TICK_GAP 60.0
#define DOT 8.0
#define CAP 3.0

struct group_frame {
	const struct group_chart *chart;
	size_t n; /* groups that are drawn */
	struct box area;
	struct scale x;
};

static double row_height(const struct group_chart *chart)
{
	return DOT_PITCH * (double)chart->n_series + ROW_PADDING;
}

static double dot_y(const struct group_frame *frame, size_t group, size_t series)
{
	return frame->area.y0 + row_height(frame->chart) * (double)group + ROW_PADDING / 2 +
	       DOT_PITCH * ((double)series + 0.5);
}

static struct scale value_scale(const struct group_chart *chart, size_t n)
{
	struct range_of_values range = range_empty();
	struct scale scale;

	for (size_t s = 0; s < chart->n_series; s++) {
		const struct group_series *series = &chart->series[s];
		for (size_t i = 0; i < n; i++) {
			if (!isfinite(series->values[i].value))
				continue;
			range_add(&range, series->values[i].value);
			range_add(&range, series->values[i].interval.low);
			range_add(&range, series->values[i].interval.high);
		}
		range_add(&range, series->reference);
	}
	/* groups that hardly differ must not look as if they did */
	if (isfinite(chart->lower) && isfinite(chart->upper) && !range_is_empty(&range)) {
		double lack = (chart->upper - chart->lower) / 10 - (range.high - range.low);
		if (lack > 0) {
			range.high = fmin(range.high + lack / 2, fmax(chart->upper, range.high));
			range.low = fmax(range.low - lack / 2, fmin(chart->lower, range.low));
		}
	}
	scale = scale_make(range, 0, 1000);
	scale_widen(&scale, TICK_GAP, chart->lower, chart->upper);
	return scale;
}

static const char *group_name(const struct group_chart *chart, size_t i)
{
	return chart->names[i] && *chart->names[i] ? chart->names[i] : "(empty)";
}

static const char *count_label(struct picture *picture, const struct group_chart *chart, size_t i)
{
	char text[NUMBER_TEXT_MAX];

	return arena_printf(picture->mem, "n = %s", number_count(text, chart->rows[i]));
}

static double widest(struct picture *picture, const struct group_frame *frame, bool counts)
{
	double width = 30;

	for (size_t i = 0; i < frame->n; i++) {
		const char *text =
		    counts ? count_label(picture, frame->chart, i) : group_name(frame->chart, i);
		width = fmax(width, font_width(font_clean(picture->mem, text), PLOT_TEXT));
	}
	return fmin(width + 0.1, NAME_ROOM);
}

static bool has_intervals(const struct group_chart *chart)
{
	for (size_t s = 0; s < chart->n_series; s++)
		for (size_t i = 0; i < chart->n; i++)
			if (isfinite(chart->series[s].values[i].interval.low))
				return true;
	return false;
}

static bool any_apart(const struct group_chart *chart)
{
	for (size_t i = 0; chart->apart && i < chart->n; i++)
		if (chart->apart[i])
			return true;
	return false;
}

static double draw_legend(struct picture *picture, const struct group_chart *chart, double y)
{
	struct arena *mem = picture->mem;
	struct legend legend = {0};
	char text[NUMBER_TEXT_MAX];

	for (size_t s = 0; chart->n_series > 1 && s < chart->n_series; s++)
		legend_add(&legend, mem, SAMPLE_POINT, look_of_series(s), chart->series[s].name);
	if (has_intervals(chart))
		legend_add(&legend, mem, SAMPLE_LINE, look_of_series(0), "95 % interval");
	if (any_apart(chart))
		legend_add(&legend, mem, SAMPLE_POINT, look_of_series(0), "too few rows to compare")
		    ->hollow = true;
	for (size_t s = 0; s < chart->n_series; s++) {
		const struct group_series *series = &chart->series[s];
		if (!chart->reference_name || !isfinite(series->reference))
			continue;
		legend_add(&legend, mem, SAMPLE_LINE,
			   (struct look){look_of_series(s).role, DASH_SHORT, SHAPE_DOT},
			   arena_printf(mem, "%s%s%s %s", chart->reference_name,
					chart->n_series > 1 ? ", " : "",
					chart->n_series > 1 ? series->name : "",
					number_significant(text, series->reference, 3)));
	}
	return legend_draw(picture, &legend, PLOT_MARGIN, PLOT_WIDTH - PLOT_MARGIN, y);
}

/* All intervals of a series in one mark, capped at their ends. */
static void draw_intervals(struct picture *picture, const struct group_frame *frame, size_t s)
{
	const struct group_series *series = &frame->chart->series[s];
	struct point *points = arena_new(picture->mem, struct point, 9 * frame->n);
	const struct point gap = {NAN, NAN};
	size_t k = 0;

	for (size_t i = 0; i < frame->n; i++) {
		double y = sharp(dot_y(frame, i, s));
		double low = scale_at(&frame->x, series->values[i].interval.low);
		double high = scale_at(&frame->x, series->values[i].interval.high);

		if (!isfinite(series->values[i].value) || !isfinite(low) || !isfinite(high))
			continue;
		points[k++] = (struct point){low, y - CAP};
		points[k++] = (struct point){low, y + CAP};
		points[k++] = gap;
		points[k++] = (struct point){low, y};
		points[k++] = (struct point){high, y};
		points[k++] = gap;
		points[k++] = (struct point){high, y - CAP};
		points[k++] = (struct point){high, y + CAP};
		points[k++] = gap;
	}
	if (k)
		mark_clip(mark_line(picture, look_of_series(s).role, 1.5, points, k), &frame->area);
}

/* Groups that are not compared are hollow. */
static void draw_dots(struct picture *picture, const struct group_frame *frame, size_t s,
		      bool apart)
{
	const struct group_series *series = &frame->chart->series[s];
	struct point *points = arena_new(picture->mem, struct point, frame->n);
	struct look look = look_of_series(s);
	size_t k = 0;

	for (size_t i = 0; i < frame->n; i++) {
		double x = scale_at(&frame->x, series->values[i].value);
		bool is_apart = frame->chart->apart && frame->chart->apart[i];
		if (isfinite(x) && x >= frame->area.x0 && x <= frame->area.x1 && is_apart == apart)
			points[k++] = (struct point){x, sharp(dot_y(frame, i, s))};
	}
	if (k)
		mark_points(picture, look.role, look.shape, DOT, points, k)->hollow = apart;
}

static void draw_reference(struct picture *picture, const struct group_frame *frame, size_t s)
{
	double x = scale_at(&frame->x, frame->chart->series[s].reference);

	if (isfinite(x) && x >= frame->area.x0 && x <= frame->area.x1)
		mark_segment(picture, look_of_series(s).role, 1.2, sharp(x), frame->area.y0,
			     sharp(x), frame->area.y1)
		    ->dash = DASH_SHORT;
}

/* Names at the left, numbers of rows at the right, a rule between groups. */
static void draw_rows(struct picture *picture, const struct group_frame *frame)
{
	double height = row_height(frame->chart);
	struct point *rules = arena_new(picture->mem, struct point, 3 * frame->n);
	size_t k = 0;

	for (size_t i = 0; i < frame->n; i++) {
		double top = frame->area.y0 + height * (double)i, y = top + height / 2 + 5;
		bool apart = frame->chart->apart && frame->chart->apart[i];
		enum role role = apart ? ROLE_MUTED : ROLE_TEXT;

		mark_text(picture, role, ANCHOR_END, frame->area.x0 - PLOT_GAP, y, NAME_ROOM,
			  group_name(frame->chart, i));
		mark_text(picture, ROLE_MUTED, ANCHOR_START, frame->area.x1 + PLOT_GAP, y,
			  NAME_ROOM, count_label(picture, frame->chart, i));
		if (!i)
			continue;
		rules[k++] = (struct point){frame->area.x0, sharp(top)};
		rules[k++] = (struct point){frame->area.x1, sharp(top)};
		rules[k++] = (struct point){NAN, NAN};
	}
	if (k)
		mark_line(picture, ROLE_RULE, 1, rules, k)->opacity = 0.6;
}

static void draw_chart(struct picture *picture, const struct group_frame *frame)
{
	struct ticks ticks = ticks_make(picture->mem, &frame->x, TICK_GAP, true);
	double y;

	for (size_t i = 0; i < ticks.n; i++)
		mark_segment(picture, ROLE_RULE, 1, sharp(ticks.items[i].at), frame->area.y0,
			     sharp(ticks.items[i].at), frame->area.y1);
	draw_rows(picture, frame);
	for (size_t s = 0; s < frame->chart->n_series; s++) {
		draw_reference(picture, frame, s);
		draw_intervals(picture, frame, s);
		draw_dots(picture, frame, s, false);
		draw_dots(picture, frame, s, true);
	}
	axis_below(picture, frame->area, &ticks);
	y = title_below(picture, frame->area, frame->area.y1 + PLOT_GAP + PLOT_LINE,
			ticks_title(picture->mem, frame->chart->axis, ticks.exponent));
	if (frame->n < frame->chart->n)
		y = title_draw(picture, PLOT_MARGIN, y + 4, PLOT_WIDTH - 2 * PLOT_MARGIN,
			       arena_printf(picture->mem, "%zu more stand in the table",
					    frame->chart->n - frame->n));
	picture->height = y + PLOT_MARGIN;
}

void layout_groups(struct picture *picture, const struct group_chart *chart)
{
	struct group_frame frame = {.chart = chart,
				    .n = chart->n < MOST_GROUPS ? chart->n : MOST_GROUPS};
	double y = draw_legend(picture, chart, PLOT_MARGIN) + 8;

	if (!frame.n) {
		note_draw(picture, (struct box){PLOT_MARGIN, y, PLOT_WIDTH - PLOT_MARGIN, y + 80},
			  "no groups");
		picture->height = y + 80 + PLOT_MARGIN;
		return;
	}
	frame.area =
	    (struct box){PLOT_MARGIN + widest(picture, &frame, false) + PLOT_GAP, y,
			 PLOT_WIDTH - PLOT_MARGIN - PLOT_GAP - widest(picture, &frame, true),
			 y + row_height(chart) * (double)frame.n};
	frame.x = value_scale(chart, frame.n);
	/* room for half a dot at either end */
	frame.x.from = frame.area.x0 + DOT;
	frame.x.to = frame.area.x1 - DOT;
	draw_chart(picture, &frame);
}

enum status plot_groups(const struct group_chart *chart, unsigned number,
			const struct plot_text *text, struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_groups(&drawing.picture, chart);
	return drawing_svg(&drawing, "plot", number, text, svg);
}
