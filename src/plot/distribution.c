/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/distribution.c - reference against current distribution of one feature
 *
 * Numeric bins stand side by side, labelled at their edges; categories lie one below the other,
 * so that long names have room. Reference is an outline, current a filled bar. */
#include "base/number.h"
#include "plot/draw.h"
#include "plot/font.h"
#include "plot/layout.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of more bins the bars are too thin for an outline. */
enum { OUTLINED_BINS = 40, MOST_BINS = 100, MOST_CATEGORIES = 30 };
#define BINS_HEIGHT 240.0
#define ROW_HEIGHT 30.0
#define NAME_ROOM 230.0
#define NEW_ROOM 124.0
#define TICK_GAP 46.0
#define FAINT 0.5 /* opacity of the reference without outline */

struct shares {
	double reference, current; /* of all rows in a bin; 0 where there are none */
};

struct totals {
	size_t reference, current;
	double highest; /* share */
};

static double share_of(size_t count, size_t total)
{
	return total ? (double)count / (double)total : 0;
}

static struct totals find_totals(const struct drift_bin *bins, size_t n)
{
	struct totals totals = {0};

	for (size_t i = 0; i < n; i++) {
		totals.reference += bins[i].reference;
		totals.current += bins[i].current;
	}
	for (size_t i = 0; i < n; i++) {
		totals.highest =
		    fmax(totals.highest, share_of(bins[i].reference, totals.reference));
		totals.highest = fmax(totals.highest, share_of(bins[i].current, totals.current));
	}
	return totals;
}

static struct scale share_scale(const struct totals *totals, double from, double to)
{
	struct range_of_values range = {0, totals->highest > 0 ? totals->highest : 1};
	struct scale scale = scale_make(range, from, to);

	scale_widen(&scale, TICK_GAP, 0, 1);
	return scale;
}

static const struct look reference_look = {ROLE_MUTED, DASH_SOLID, SHAPE_SQUARE};
static const struct look current_look = {ROLE_SERIES, DASH_SOLID, SHAPE_SQUARE};

static double draw_legend(struct picture *picture, const struct drift *drift, double y, bool hollow)
{
	struct arena *mem = picture->mem;
	struct legend_item *reference;
	struct legend legend = {0};
	char text[NUMBER_TEXT_MAX];

	reference = legend_add(
	    &legend, mem, SAMPLE_BAR, reference_look,
	    arena_printf(mem, "reference, n = %s", number_count(text, drift->rows_reference)));
	reference->hollow = hollow;
	reference->opacity = hollow ? 1 : FAINT;
	legend_add(&legend, mem, SAMPLE_BAR, current_look,
		   arena_printf(mem, "current, n = %s", number_count(text, drift->rows_current)));
	return legend_draw(picture, &legend, PLOT_MARGIN, PLOT_WIDTH - PLOT_MARGIN, y);
}

static void draw_pair_of_bars(struct picture *picture, const struct point *reference,
			      const struct point *current, size_t n, bool hollow)
{
	struct mark *mark = mark_bars(picture, reference_look.role, reference, n);

	mark->hollow = hollow;
	mark->opacity = hollow ? 1 : FAINT;
	mark->size = 1.5;
	mark_bars(picture, current_look.role, current, n);
}

/* Bins that have room beside each other; neighbours are joined where they are too many. */
static size_t join_bins(struct arena *mem, const struct drift *drift, struct drift_bin **joined)
{
	size_t factor = (drift->n_bins + MOST_BINS - 1) / MOST_BINS, n = 0;

	*joined = arena_new(mem, struct drift_bin, drift->n_bins);
	for (size_t i = 0; i < drift->n_bins; i++) {
		struct drift_bin *bin;

		if (i % factor == 0)
			(*joined)[n++] = (struct drift_bin){.lower = drift->bins[i].lower};
		bin = &(*joined)[n - 1];
		bin->upper = drift->bins[i].upper;
		bin->reference += drift->bins[i].reference;
		bin->current += drift->bins[i].current;
	}
	return n;
}

static const char *edge_label(struct arena *mem, double edge, int digits)
{
	char text[NUMBER_TEXT_MAX];

	if (isinf(edge))
		return edge < 0 ? "−∞" : "∞";
	number_significant(text, edge, digits);
	return text[0] == '-' ? arena_printf(mem, "−%s", text + 1) : arena_strdup(mem, text);
}

/* Labels of the n + 1 edges with as few digits as tell neighbours apart. */
static const char **edge_labels(struct arena *mem, const struct drift_bin *bins, size_t n)
{
	const char **labels = arena_new(mem, const char *, n + 1);
	bool apart = false;

	for (int digits = 3; digits <= 15 && !apart; digits++) {
		apart = true;
		for (size_t i = 0; i <= n; i++) {
			double edge = i < n ? bins[i].lower : bins[n - 1].upper;

			labels[i] = edge_label(mem, edge, digits);
			if (i && !strcmp(labels[i], labels[i - 1]) && edge != bins[i - 1].lower)
				apart = false;
		}
	}
	return labels;
}

static void draw_bins(struct picture *picture, struct box area, const struct drift_bin *bins,
		      size_t n, const struct totals *totals, const struct scale *scale)
{
	struct point *reference = arena_new(picture->mem, struct point, 2 * n);
	struct point *current = arena_new(picture->mem, struct point, 2 * n);
	double *edges = arena_new(picture->mem, double, n + 1);
	double pitch = (area.x1 - area.x0) / (double)n;
	double bar = fmin(pitch * 0.38, 60);

	for (size_t i = 0; i <= n; i++)
		edges[i] = area.x0 + pitch * (double)i;
	for (size_t i = 0; i < n; i++) {
		double middle = edges[i] + pitch / 2, rim = fmin(1, bar / 4);
		double y0 = scale_at(scale, share_of(bins[i].reference, totals->reference));
		double y1 = scale_at(scale, share_of(bins[i].current, totals->current));

		reference[2 * i] = (struct point){middle - bar, y0};
		reference[2 * i + 1] = (struct point){middle - rim, area.y1};
		current[2 * i] = (struct point){middle + rim, y1};
		current[2 * i + 1] = (struct point){middle + bar, area.y1};
	}
	draw_pair_of_bars(picture, reference, current, 2 * n, n <= OUTLINED_BINS);
	picture->height = PLOT_MARGIN + names_below(picture, area, edges,
						    edge_labels(picture->mem, bins, n), n + 1);
}

static void layout_bins(struct picture *picture, const struct drift *drift, double y)
{
	struct drift_bin *bins;
	size_t n = join_bins(picture->mem, drift, &bins);
	struct totals totals = find_totals(bins, n);
	struct scale scale = share_scale(&totals, y + 12 + BINS_HEIGHT, y + 12);
	struct ticks ticks = ticks_make(picture->mem, &scale, TICK_GAP, false);
	struct box area = {PLOT_MARGIN + ticks.widest + PLOT_GAP, y + 12, PLOT_WIDTH - 24,
			   y + 12 + BINS_HEIGHT};

	axis_left(picture, area, &ticks);
	draw_bins(picture, area, bins, n, &totals, &scale);
	picture->height = title_below(picture, area, picture->height, drift->column) + PLOT_MARGIN;
}

struct category {
	const char *name;
	size_t reference, current;
	bool is_new;
	double rank; /* greater: rather drawn */
	size_t place;
};

static bool is_new_category(const struct drift *drift, const struct drift_bin *bin)
{
	for (size_t i = 0; bin->category && i < drift->n_new_categories; i++)
		if (!strcmp(drift->new_categories[i], bin->category))
			return true;
	return !bin->reference && bin->current;
}

static int by_rank(const void *a, const void *b)
{
	const struct category *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
	const struct category *x = a, *y = b;

	return x->place < y->place ? -1 : 1;
}

/* The categories in their order; where they are too many the new and the most frequent, the
 * others behind them. */
static size_t choose_categories(struct arena *mem, const struct drift *drift,
				const struct totals *totals, struct category **chosen)
{
	struct category *list = arena_new(mem, struct category, drift->n_bins + 1);
	size_t n = drift->n_bins;

	for (size_t i = 0; i < n; i++) {
		const struct drift_bin *bin = &drift->bins[i];

		list[i] =
		    (struct category){bin->category && *bin->category ? bin->category : "(empty)",
				      bin->reference,
				      bin->current,
				      is_new_category(drift, bin),
				      0,
				      i};
		list[i].rank = list[i].is_new + fmax(share_of(bin->reference, totals->reference),
						     share_of(bin->current, totals->current));
	}
	*chosen = list;
	if (n <= MOST_CATEGORIES)
		return n;
	qsort(list, n, sizeof *list, by_rank);

	qsort(list, MOST_CATEGORIES, sizeof *list, by_place);

	return MOST_CATEGORIES;
}

static double widest_name(struct arena *mem, const struct category *categories, size_t n)
{
	double widest = 30;

	for (size_t i = 0; i < n; i++)
		widest = fmax(widest, font_width(font_clean(mem, categories[i].name), PLOT_TEXT));
	return fmin(widest + 0.1, NAME_ROOM);
}

static void draw_categories(struct picture *picture, struct box area,
			    const struct category *categories, size_t n,
			    const struct totals *totals, const struct scale *scale)
{
	struct point *reference = arena_new(picture->mem, struct point, 2 * n);
	struct point *current = arena_new(picture->mem, struct point, 2 * n);

	for (size_t i = 0; i < n; i++) {
		double y = area.y0 + ROW_HEIGHT * ((double)i + 0.5);
		double x0 = scale_at(scale, share_of(categories[i].reference, totals->reference));
		double x1 = scale_at(scale, share_of(categories[i].current, totals->current));

		reference[2 * i] = (struct point){area.x0, y - 11};
		reference[2 * i + 1] = (struct point){x0, y - 1};
		current[2 * i] = (struct point){area.x0, y + 1};
		current[2 * i + 1] = (struct point){x1, y + 11};
		mark_text(picture, ROLE_TEXT, ANCHOR_END, area.x0 - PLOT_GAP, y + 5, NAME_ROOM,
			  categories[i].name);
		if (categories[i].is_new)
			mark_text(picture, ROLE_WARNING, ANCHOR_START, fmax(x0, x1) + PLOT_GAP,
				  y + 11, NEW_ROOM - 2 * PLOT_GAP, "new category");
	}
	draw_pair_of_bars(picture, reference, current, 2 * n, true);
}

static const char *others_note(struct arena *mem, const struct category *others, size_t n,
			       const struct totals *totals)
{
	size_t reference = 0, current = 0;
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		reference += others[i].reference;
		current += others[i].current;
	}
	return arena_printf(mem, "%zu more categories together: reference %s, current %s", n,
			    number_significant(a, share_of(reference, totals->reference), 3),
			    number_significant(b, share_of(current, totals->current), 3));
}

static void layout_categories(struct picture *picture, const struct drift *drift, double y)
{
	struct totals totals = find_totals(drift->bins, drift->n_bins);
	struct category *categories;
	size_t n = choose_categories(picture->mem, drift, &totals, &categories);
	double left = PLOT_MARGIN + widest_name(picture->mem, categories, n) + PLOT_GAP;
	struct box area = {left, y + 4, PLOT_WIDTH - NEW_ROOM, y + 4 + ROW_HEIGHT * (double)n};

	struct scale scale = share_scale(&totals, area.x0, area.x1);
	struct ticks ticks = ticks_make(picture->mem, &scale, TICK_GAP, true);
	for (size_t i = 0; i < ticks.n; i++)
		mark_segment(picture, ROLE_RULE, 1, sharp(ticks.items[i].at), area.y0,
			     sharp(ticks.items[i].at), area.y1);
	draw_categories(picture, area, categories, n, &totals, &scale);
	axis_below(picture, area, &ticks);
	y = title_below(picture, area, area.y1 + PLOT_GAP + PLOT_LINE, "share of rows");
	if (n < drift->n_bins)
		y = title_draw(
		    picture, PLOT_MARGIN, y + 4, PLOT_WIDTH - 2 * PLOT_MARGIN,
		    others_note(picture->mem, categories + n, drift->n_bins - n, &totals));
	picture->height = y + PLOT_MARGIN;
}

static void layout_nothing(struct picture *picture, const struct drift *drift, double y)
{
	struct box area = {PLOT_MARGIN, y, PLOT_WIDTH - PLOT_MARGIN, y + 80};

	note_draw(picture, area, drift->reason ? drift->reason : "no rows");
	picture->height = area.y1 + PLOT_MARGIN;
}

void layout_distribution(struct picture *picture, const struct drift *drift)
{
	struct totals totals = find_totals(drift->bins, drift->n_bins);
	bool empty = !totals.reference && !totals.current;
	bool hollow = !drift->numeric || drift->n_bins <= OUTLINED_BINS;

	double y = PLOT_MARGIN;

	if (drift->numeric && !empty)
		y = title_draw(picture, PLOT_MARGIN, y, PLOT_WIDTH / 2, "share of rows");
	y = draw_legend(picture, drift, y, hollow);
	if (empty)
		layout_nothing(picture, drift, y);
	else if (drift->numeric)
		layout_bins(picture, drift, y);
	else
		layout_categories(picture, drift, y);
}

enum status plot_distribution(const struct drift *drift, unsigned number,
			      const struct plot_text *text, struct out *svg)
{
	struct drawing drawing;

	drawing_begin(&drawing);
	layout_distribution(&drawing.picture, drift);
	return drawing_svg(&drawing, "plot", number, text, svg);
}
