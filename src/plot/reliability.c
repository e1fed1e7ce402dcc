/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/reliability.c - reliability diagram: is a score of 0.3 right in 30 of 100 cases?
 *
 * Observed rate of each bin with its Wilson interval over the mean score, beside the diagonal of
 * perfect calibration; below it, on the same axis, how many rows had which score. */
#include "base/number.h"
#include "plot/draw.h"
#include "plot/layout.h"
#include <math.h>
#include <string.h>

enum { SIZES = 5 }; /* of points */
#define MAIN_WIDTH 420.0
#define MAIN_HEIGHT 340.0
#define STRIP_HEIGHT 64.0
#define STRIP_GAP 16.0
#define COLUMN_GAP 24.0
#define CAP_WIDTH 4.0
#define SMALLEST_POINT 6.0
#define LARGEST_POINT 14.0
/* A quantile bin can be a single score: its bar is drawn this wide (share of the axis). */
#define THINNEST_BAR (1.0 / 200)

struct diagram {
	const struct calibration *calibration;
	struct box area, strip;
	struct scale x, y, rows;
	size_t largest; /* count of a bin */
	bool even;      /* bins of equal width: bars are counts, else counts by width */
};

static bool is_drawn(const struct calibration_bin *bin)
{
	return bin->count > 0 && isfinite(bin->mean_score) && isfinite(bin->event_rate);
}

/* Both axes end at the same round value, the diagonal joins the corners: rare events, whose
 * scores all lie near 0, still fill the picture. */
static double axis_end(const struct calibration *calibration)
{
	static const double ends[] = {0.001, 0.002, 0.003, 0.005, 0.01, 0.02,
				      0.03,  0.05,  0.1,   0.2,   0.3,  0.5};
	double highest = 0;

	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		if (!is_drawn(bin))
			continue;
		highest = fmax(highest, fmax(bin->mean_score, bin->event_rate));
		highest = fmax(highest, fmax(bin->upper, bin->event_rate_high));
	}
	for (size_t i = 0; highest > 0 && i < sizeof ends / sizeof *ends; i++)
		if (highest <= ends[i])
			return ends[i];
	return 1;
}

static double bar_width(const struct diagram *diagram, const struct calibration_bin *bin)
{
	return fmax(bin->upper - bin->lower, diagram->x.high * THINNEST_BAR);
}

static double bar_height(const struct diagram *diagram, const struct calibration_bin *bin)
{
	double count = (double)bin->count;

	return diagram->even ? count : count / bar_width(diagram, bin);
}

static struct diagram make_diagram(const struct calibration *calibration)
{
	struct diagram diagram = {.calibration = calibration};
	double end = axis_end(calibration);
	struct range_of_values share = {0, end}, rows = {0, 0};

	diagram.even = !calibration->binning || strcmp(calibration->binning, "quantile") != 0;
	diagram.x = scale_make(share, 0, MAIN_WIDTH);
	diagram.y = scale_make(share, MAIN_HEIGHT, 0);
	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];

		diagram.largest = bin->count > diagram.largest ? bin->count : diagram.largest;
		range_add(&rows, bar_height(&diagram, bin));
	}
	diagram.rows = scale_make(rows, STRIP_HEIGHT, 0);
	return diagram;
}

static void place_diagram(struct diagram *diagram, double x, double y)
{
	double strip = y + MAIN_HEIGHT + STRIP_GAP;

	diagram->area = (struct box){x, y, x + MAIN_WIDTH, y + MAIN_HEIGHT};
	diagram->strip = (struct box){x, strip, x + MAIN_WIDTH, strip + STRIP_HEIGHT};
	diagram->x.from += x;
	diagram->x.to += x;
	diagram->y.from += y;
	diagram->y.to += y;
	diagram->rows.from += strip;
	diagram->rows.to += strip;
}

static void draw_intervals(struct picture *picture, const struct diagram *diagram)
{
	const struct calibration *calibration = diagram->calibration;
	struct point *points = arena_new(picture->mem, struct point, 9 * calibration->n_bins);
	struct point gap = {NAN, NAN};
	size_t n = 0;

	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];
		double x = scale_at(&diagram->x, bin->mean_score);
		double low = scale_at(&diagram->y, bin->event_rate_low);
		double high = scale_at(&diagram->y, bin->event_rate_high);

		if (!is_drawn(bin) || !isfinite(low) || !isfinite(high))
			continue;
		points[n++] = (struct point){x - CAP_WIDTH, low};
		points[n++] = (struct point){x + CAP_WIDTH, low};
		points[n++] = gap;
		points[n++] = (struct point){x, low};
		points[n++] = (struct point){x, high};
		points[n++] = gap;
		points[n++] = (struct point){x - CAP_WIDTH, high};
		points[n++] = (struct point){x + CAP_WIDTH, high};
		points[n++] = gap;
	}
	if (n)
		mark_clip(mark_line(picture, ROLE_SERIES, 1.5, points, n), &diagram->area);
}

/* Points in a few sizes, larger for more rows, over a rim of the ground. */
static void draw_points_of(struct picture *picture, const struct diagram *diagram)
{
	const struct calibration *calibration = diagram->calibration;
	struct point *points = arena_new(picture->mem, struct point, SIZES * calibration->n_bins);
	size_t n[SIZES] = {0};

	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];
		double share = sqrt((double)bin->count / (double)diagram->largest);
		int size = (int)lround(share * (SIZES - 1));
		double x = scale_at(&diagram->x, bin->mean_score);
		double y = scale_at(&diagram->y, bin->event_rate);

		if (is_drawn(bin) && x >= diagram->area.x0 && x <= diagram->area.x1 &&
		    y >= diagram->area.y0 && y <= diagram->area.y1)
			points[(size_t)size * calibration->n_bins + n[size]++] =
			    (struct point){x, y};
	}
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < SIZES; k++) {
			double size =
			    SMALLEST_POINT + (LARGEST_POINT - SMALLEST_POINT) * k / (SIZES - 1);

			if (n[k])
				mark_points(picture, pass ? ROLE_SERIES : ROLE_GROUND, SHAPE_DOT,
					    pass ? size : size + 2.4,
					    points + (size_t)k * calibration->n_bins, n[k]);
		}
}

static void draw_strip(struct picture *picture, const struct diagram *diagram)
{
	const struct calibration *calibration = diagram->calibration;
	struct point *corners = arena_new(picture->mem, struct point, 2 * calibration->n_bins);
	size_t n = 0;

	for (size_t i = 0; i < calibration->n_bins; i++) {
		const struct calibration_bin *bin = &calibration->bins[i];
		double x0 = scale_at(&diagram->x, bin->lower),
		       x1 = scale_at(&diagram->x, bin->upper);
		double thin = MAIN_WIDTH * THINNEST_BAR;

		if (!bin->count || !isfinite(x0) || !isfinite(x1))
			continue;
		if (x1 - x0 < thin)
			x1 = x0 + thin;
		else if (x1 - x0 > 4 * thin) /* a rim tells bars of equal height apart */
			x0 += 0.5, x1 -= 0.5;
		corners[n++] =
		    (struct point){x0, scale_at(&diagram->rows, bar_height(diagram, bin))};
		corners[n++] = (struct point){x1, diagram->strip.y1};
	}
	if (n) {
		struct mark *bars = mark_bars(picture, ROLE_SERIES, corners, n);

		bars->opacity = 0.55;
		mark_clip(bars, &diagram->strip);
	}
}

static void draw_frame(struct picture *picture, const struct diagram *diagram,
		       const struct ticks *rates, const struct ticks *rows)
{
	struct ticks scores = ticks_make(picture->mem, &diagram->x, 60, true);
	const char *title = ticks_title(picture->mem, "predicted score", scores.exponent);

	axis_left(picture, diagram->area, rates);
	mark_segment(picture, ROLE_MUTED, 1, diagram->area.x0, sharp(diagram->area.y1),
		     diagram->area.x1, sharp(diagram->area.y1));
	if (diagram->even && diagram->calibration->n)
		axis_left(picture, diagram->strip, rows);
	draw_strip(picture, diagram);
	axis_below(picture, diagram->strip, &scores);
	picture->height =
	    PLOT_MARGIN +
	    title_below(picture, diagram->strip, diagram->strip.y1 + PLOT_GAP + PLOT_LINE, title);
}

static void draw_diagonal(struct picture *picture, const struct box *area)
{
	mark_segment(picture, ROLE_MUTED, 1.5, area->x0, area->y1, area->x1, area->y0)->dash =
	    DASH_SHORT;
}

static void draw_legend(struct picture *picture, const struct diagram *diagram, double x,
			int exponent)
{
	struct arena *mem = picture->mem;
	struct look series = {ROLE_SERIES, DASH_SOLID, SHAPE_DOT};
	struct legend legend = {0};

	legend_add(&legend, mem, SAMPLE_POINT, series, "observed rate");
	legend_add(&legend, mem, SAMPLE_LINE, series, "95 % interval");
	legend_add(&legend, mem, SAMPLE_LINE, (struct look){ROLE_MUTED, DASH_SHORT, SHAPE_DOT},
		   "perfectly calibrated");
	legend_draw_column(picture, &legend, x, PLOT_WIDTH - PLOT_MARGIN, diagram->area.y0,
			   diagram->area.y1);
	legend = (struct legend){0};
	legend_add(&legend, mem, SAMPLE_BAR, series,
		   diagram->even ? ticks_title(mem, "rows with such scores", exponent)
				 : "rows per width of score")
	    ->opacity = 0.55;
	legend_draw_column(picture, &legend, x, PLOT_WIDTH - PLOT_MARGIN, diagram->strip.y0,
			   diagram->strip.y1);
}

static void draw_figures(struct picture *picture, const struct diagram *diagram, double x)
{
	const struct calibration *calibration = diagram->calibration;
	double width = PLOT_WIDTH - PLOT_MARGIN - x, y = diagram->area.y0 + 4 * PLOT_LINE + 8;
	char text[NUMBER_TEXT_MAX];

	y = title_draw(picture, x, y, width,
		       arena_printf(picture->mem, "n = %s", number_count(text, calibration->n)));
	if (isfinite(calibration->ece))
		y = title_draw(picture, x, y, width,
			       arena_printf(picture->mem, "ECE = %s",
					    number_significant(text, calibration->ece, 3)));
	title_draw(picture, x, y, width, "larger points: more rows");
}

static bool has_points(const struct calibration *calibration)
{
	for (size_t i = 0; i < calibration->n_bins; i++)
		if (is_drawn(&calibration->bins[i]))
			return true;
	return false;
}

void layout_reliability(struct picture *picture, const struct calibration *calibration)
{
	struct diagram *diagram = arena_new(picture->mem, struct diagram, 1);
	struct ticks rates, rows;
	double y = PLOT_MARGIN, x;

	*diagram = make_diagram(calibration);
	rates = ticks_make(picture->mem, &diagram->y, 46, false);
	rows = ticks_make(picture->mem, &diagram->rows, 26, false);
	x = PLOT_MARGIN + PLOT_GAP + fmax(rates.widest, diagram->even ? rows.widest : 0);
	y = title_draw(picture, PLOT_MARGIN, y, PLOT_WIDTH - 2 * PLOT_MARGIN,
		       ticks_title(picture->mem, "observed rate", rates.exponent)) +
	    12;
	place_diagram(diagram, x, y);
	rates = ticks_make(picture->mem, &diagram->y, 46, false);
	rows = ticks_make(picture->mem, &diagram->rows, 26, false);
	draw_frame(picture, diagram, &rates, &rows);
	if (has_points(calibration))
		draw_diagonal(picture, &diagram->area);
	draw_intervals(picture, diagram);
	draw_points_of(picture, diagram);
	draw_legend(picture, diagram, x + MAIN_WIDTH + COLUMN_GAP, rows.exponent);
	draw_figures(picture, diagram, x + MAIN_WIDTH + COLUMN_GAP);
	if (!has_points(calibration))
		note_draw(picture, diagram->area,
			  calibration->reason ? calibration->reason : "no bin has a rate");
}

enum status plot_reliability(const struct calibration *calibration, unsigned number,
			     const struct plot_text *text, struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_reliability(&drawing.picture, calibration);
	return drawing_svg(&drawing, "plot", number, text, svg);
}

enum status plot_reliability_png(const struct calibration *calibration, int width, int height,
				 struct out *png)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_reliability(&drawing.picture, calibration);
	return drawing_png(&drawing, width, height, png);
}
