/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/legend.c - legends, and labels at the ends of lines */
#include "plot/axis.h"
#include "plot/font.h"
#include <math.h>
#include <stdlib.h>

#define SAMPLE_WIDTH 24.0
#define SAMPLE_GAP 6.0
#define ITEM_GAP 20.0
#define LEADER_WIDTH 14.0
#define SHAPE_SIZE 8.0

struct look look_of_series(size_t i)
{
	static const enum dash dashes[PLOT_SERIES] = {
	    DASH_SOLID, DASH_LONG, DASH_DOT, DASH_DASH_DOT, DASH_SHORT, DASH_WIDE, DASH_TWO_DOTS};
	static const enum shape shapes[PLOT_SERIES] = {
	    SHAPE_DOT,   SHAPE_SQUARE, SHAPE_DIAMOND, SHAPE_TRIANGLE_DOWN,
	    SHAPE_CROSS, SHAPE_PLUS,   SHAPE_STAR};

	i %= PLOT_SERIES;
	return (struct look){(enum role)(ROLE_SERIES + (int)i), dashes[i], shapes[i]};
}

struct legend_item *legend_add(struct legend *legend, struct arena *mem, enum sample sample,
			       struct look look, const char *text)
{
	struct legend_item *item = ARENA_PUSH(mem, legend);

	*item = (struct legend_item){.sample = sample, .look = look, .text = text};
	return item;
}

/* Width of a sample with the gap behind it. */
static double sample_width(enum sample sample)
{
	static const double widths[] = {[SAMPLE_SERIES] = SAMPLE_WIDTH,
					[SAMPLE_LINE] = SAMPLE_WIDTH,
					[SAMPLE_BAND] = SAMPLE_WIDTH,
					[SAMPLE_POINT] = 12,
					[SAMPLE_BAR] = 12,
					[SAMPLE_NONE] = -SAMPLE_GAP};

	return widths[sample] + SAMPLE_GAP;
}

static void draw_sample(struct picture *picture, const struct legend_item *item, double x, double y)
{
	double width = sample_width(item->sample) - SAMPLE_GAP;
	struct mark *mark;

	switch (item->sample) {
	case SAMPLE_NONE:
		return;
	case SAMPLE_SERIES:
	case SAMPLE_LINE:
		mark = mark_segment(picture, item->look.role, 2, x, y, x + width, y);
		mark->dash = item->look.dash;
		if (item->sample == SAMPLE_LINE)
			return;
		/* fall through */
	case SAMPLE_POINT:
		mark = mark_at(picture, item->look.role, item->look.shape, SHAPE_SIZE,
			       x + width / 2, y);
		break;
	default:
		mark = mark_box(picture, item->look.role, (struct box){x, y - 6, x + width, y + 6});
		mark->opacity = item->opacity > 0 ? item->opacity : 1;
	}
	mark->hollow = item->hollow;
}

static void draw_item(struct picture *picture, const struct legend_item *item, double x, double y,
		      double text_width)
{
	draw_sample(picture, item, x, y + PLOT_LINE / 2);
	mark_text(picture, ROLE_TEXT, ANCHOR_START, x + sample_width(item->sample),
		  y + PLOT_LINE / 2 + 5, text_width, item->text);
}

/* The width of an item's text: all of it, or what is left between x0 and x1. */
static double item_text_width(struct picture *picture, const struct legend_item *item, double x0,
			      double x1)
{
	double room = x1 - x0 - sample_width(item->sample);

	return fmin(font_width(font_clean(picture->mem, item->text), PLOT_TEXT) + 0.1, room);
}

double legend_draw(struct picture *picture, const struct legend *legend, double x0, double x1,
		   double y)
{
	double x = x0;

	for (size_t i = 0; i < legend->n; i++) {
		const struct legend_item *item = &legend->items[i];
		double text = item_text_width(picture, item, x0, x1);
		double width = sample_width(item->sample) + text;

		if (x > x0 && x + width > x1) {
			x = x0;
			y += PLOT_LINE;
		}
		draw_item(picture, item, x, y, text);
		x += width + ITEM_GAP;
	}
	return legend->n ? y + PLOT_LINE : y;
}

double legend_draw_column(struct picture *picture, const struct legend *legend, double x0,
			  double x1, double y, double bottom)
{
	for (size_t i = 0; i < legend->n && y + PLOT_LINE <= bottom; i++, y += PLOT_LINE + 4)
		draw_item(picture, &legend->items[i], x0, y,
			  item_text_width(picture, &legend->items[i], x0, x1));
	return y;
}

static double label_start(const struct end_label *label)
{
	return label->has_look ? LEADER_WIDTH + SAMPLE_WIDTH + SAMPLE_GAP : LEADER_WIDTH;
}

double end_labels_width(struct arena *mem, const struct end_label *labels, size_t n,
			double max_width)
{
	double widest = 0;

	for (size_t i = 0; i < n; i++)
		widest = fmax(widest, label_start(&labels[i]) +
					  font_width(font_clean(mem, labels[i].text), PLOT_TEXT));
	return fmin(widest + 0.1, max_width);
}

struct wish {
	double y;
	size_t index;
};

static int compare_wishes(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;

	if (x->y != y->y)
		return x->y < y->y ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* Neighbours that would overlap are pooled about their mean: isotonic regression of
 * wanted - i * line (Ayer et al. 1955, Ann. Math. Statist. 26:641-647). */
void spread_labels(struct arena *mem, const double *wanted, size_t n, double line, double top,
		   double bottom, double *placed)
{
	struct wish *wishes = arena_new(mem, struct wish, n);
	struct pool {
		double sum;
		size_t n;
	} *pools = arena_new(mem, struct pool, n);
	double last = bottom - line / 2 - line * ((double)n - 1);
	size_t n_pools = 0, i = 0;

	for (size_t k = 0; k < n; k++)
		wishes[k] = (struct wish){isfinite(wanted[k]) ? wanted[k] : bottom, k};
	qsort(wishes, n, sizeof *wishes, compare_wishes);
	for (size_t k = 0; k < n; k++) {
		pools[n_pools++] = (struct pool){wishes[k].y - (double)k * line, 1};
		while (n_pools > 1 && pools[n_pools - 2].sum / (double)pools[n_pools - 2].n >
					  pools[n_pools - 1].sum / (double)pools[n_pools - 1].n) {
			pools[n_pools - 2].sum += pools[n_pools - 1].sum;
			pools[n_pools - 2].n += pools[n_pools - 1].n;
			n_pools--;
		}
	}
	for (size_t k = 0; k < n_pools; k++)
		for (size_t m = 0; m < pools[k].n; m++, i++) {
			double base = fmin(pools[k].sum / (double)pools[k].n, last);

			placed[wishes[i].index] = fmax(base, top + line / 2) + (double)i * line;
		}
}

static void draw_end_label(struct picture *picture, const struct end_label *label, double y,
			   double x, double width)
{
	double start = x + label_start(label);
	struct legend_item sample = {.sample = SAMPLE_SERIES, .look = label->look};

	if (isfinite(label->end.x) && (fabs(y - label->end.y) > 3 || label->end.x < x - 12)) {
		struct mark *leader = mark_segment(picture, ROLE_MUTED, 1, label->end.x + 5,
						   label->end.y, x + LEADER_WIDTH - 3, y);
		leader->dash = DASH_DOT;
	}
	if (label->has_look)
		draw_sample(picture, &sample, x + LEADER_WIDTH, y);
	mark_text(picture, label->role, ANCHOR_START, start, y + 5, x + width - start, label->text);
}

void end_labels_draw(struct picture *picture, const struct end_label *labels, size_t n, double x,
		     double width, double top, double bottom)
{
	double *wanted = arena_new(picture->mem, double, n);
	double *placed = arena_new(picture->mem, double, n);

	for (size_t i = 0; i < n; i++)
		wanted[i] = labels[i].wanted;
	spread_labels(picture->mem, wanted, n, PLOT_LINE, top, bottom, placed);
	for (size_t i = 0; i < n; i++)
		draw_end_label(picture, &labels[i], placed[i], x, width);
}
