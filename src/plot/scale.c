/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/scale.c - from values to places, and the round values that stand at an axis
 *
 * Sums are in long double: high - low of two doubles may overflow, and 1 / 1e-308 does. */
#include "plot/scale.h"
#include "base/number.h"
#include "plot/font.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond this share of its magnitude a range has more digits than a label should have. */
static const long double narrowest = 1e-4L;
/* Smaller values lose their digits to the end of the exponent. */
static const double least = 1e-300;
static const double beyond = 2000;

struct range_of_values range_empty(void)
{
	return (struct range_of_values){INFINITY, -INFINITY};
}

void range_add(struct range_of_values *range, double value)
{
	if (!isfinite(value))
		return;
	range->low = fmin(range->low, value);
	range->high = fmax(range->high, value);
}

bool range_is_empty(const struct range_of_values *range)
{
	return !(range->low <= range->high);
}

struct scale scale_make(struct range_of_values range, double from, double to)
{
	struct scale scale = {range.low, range.high, from, to, false};
	long double magnitude, width;

	if (range_is_empty(&range)) {
		scale.low = 0;
		scale.high = 1;
		return scale;
	}
	magnitude = fmaxl(fabsl((long double)range.low), fabsl((long double)range.high));
	width = (long double)range.high - (long double)range.low;
	if (magnitude == 0) {
		scale.high = 1;
		return scale;
	}
	if (magnitude < least) {
		scale.low = range.low < 0 ? -least : 0;
		scale.high = range.high > 0 ? least : 0;
		return scale;
	}
	if (width > narrowest * magnitude)
		return scale;
	/* A constant gets a tenth of itself on both sides: enough to see that it is flat. */
	magnitude *= width > 0 ? narrowest : 0.1L;
	scale.low = (double)fmaxl(range.low - magnitude, -1.7e308L);
	scale.high = (double)fminl(range.high + magnitude, 1.7e308L);
	return scale;
}

double scale_at(const struct scale *scale, double value)
{
	long double share, place;

	if (!isfinite(value))
		return NAN;
	if (scale->logarithmic)
		share = value > scale->low ? log10l(value / (long double)scale->low) /
						 log10l(scale->high / (long double)scale->low)
					   : 0;
	else
		share = ((long double)value - scale->low) / ((long double)scale->high - scale->low);
	place = scale->from + share * (scale->to - scale->from);
	return (double)fmaxl(fminl(place, fmax(scale->from, scale->to) + beyond),
			     fmin(scale->from, scale->to) - beyond);
}

/* Steps in rising order: 1, 2, 5, 10, 20, … times 10^decade. */
struct step {
	int mantissa, decade;
};

static long double step_size(struct step step)
{
	static const int mantissas[] = {1, 2, 5};

	return mantissas[step.mantissa] * powl(10, step.decade);
}

static struct step step_next(struct step step)
{
	if (++step.mantissa == 3)
		step = (struct step){0, step.decade + 1};
	return step;
}

static struct step step_at_least(long double size)
{
	struct step step = {0, (int)floorl(log10l(size)) - 1};

	while (step_size(step) < size * (1 - 1e-9L))
		step = step_next(step);
	return step;
}

/* Powers of a thousand are taken out of what is not easily read: 10^6 and more, under 10^-3. */
static int label_exponent(const struct scale *scale)
{
	double magnitude = fmax(fabs(scale->low), fabs(scale->high));

	if (magnitude >= 1e-3 && magnitude < 1e6)
		return 0;
	return 3 * (int)floorl(log10l((long double)magnitude) / 3);
}

static const char *tick_label(struct arena *mem, long double value, struct step step, int exponent)
{
	int decimals = step.decade < exponent ? exponent - step.decade : 0;
	double shown = (double)(value / powl(10, exponent));
	char text[NUMBER_TEXT_MAX];

	if (decimals > 12)
		decimals = 12;
	if (!decimals && fabs(shown) >= 1e4 && fabs(shown) < 1e15) {
		number_count(text, (unsigned long long)llroundl(fabsl((long double)shown)));
		return arena_printf(mem, "%s%s", shown < 0 ? "−" : "", text);
	}
	number_fixed(text, shown, decimals);
	return text[0] == '-' ? arena_printf(mem, "−%s", text + 1) : arena_strdup(mem, text);
}

static void add_tick(struct ticks *ticks, struct arena *mem, const struct scale *scale,
		     long double value, struct step step)
{
	struct tick *tick = ARENA_PUSH(mem, ticks);

	*tick = (struct tick){(double)value, scale_at(scale, (double)value),
			      tick_label(mem, value, step, ticks->exponent)};
	ticks->widest = fmax(ticks->widest, font_width(tick->label, PLOT_TEXT));
}

static struct ticks ticks_of_step(struct arena *mem, const struct scale *scale, struct step step)
{
	struct ticks ticks = {.exponent = label_exponent(scale)};
	long double size = step_size(step);
	long double first = ceill(scale->low / size - 1e-6L);
	long double last = floorl(scale->high / size + 1e-6L);

	for (long double i = first; i <= last; i++)
		add_tick(&ticks, mem, scale, i * size, step);
	return ticks;
}

static bool ticks_fit(const struct ticks *ticks, bool along)
{
	for (size_t i = 1; along && i < ticks->n; i++) {
		double room = fabs(ticks->items[i].at - ticks->items[i - 1].at);
		double need = font_width(ticks->items[i].label, PLOT_TEXT) +
			      font_width(ticks->items[i - 1].label, PLOT_TEXT);
		if (room < need / 2 + PLOT_TEXT)
			return false;
	}
	return true;
}

static struct step first_step(const struct scale *scale, double least_gap)
{
	long double range = (long double)scale->high - scale->low;

	return step_at_least(range * least_gap / fabs(scale->to - scale->from));
}

struct scale scale_make_logarithmic(double low, double high, double from, double to)
{
	struct step step = step_at_least(high);

	return (struct scale){low, (double)step_size(step), from, to, true};
}

/* Powers of ten, every so many that they have room. */
static struct ticks ticks_of_powers(struct arena *mem, const struct scale *scale, double least_gap)
{
	struct ticks ticks = {0};
	int first = (int)ceill(log10l(scale->low) - 1e-6L);
	int last = (int)floorl(log10l(scale->high) + 1e-6L);
	double decade =
	    fabs(scale->to - scale->from) / (double)log10l(scale->high / (long double)scale->low);
	int stride = (int)fmax(1, ceil(least_gap / decade));
	char text[NUMBER_TEXT_MAX];

	for (int power = first; power <= last; power += stride) {
		double value = (double)powl(10, power);
		struct tick *tick = ARENA_PUSH(mem, &ticks);

		*tick = (struct tick){value, scale_at(scale, value),
				      arena_strdup(mem, number_shortest(text, value))};
		ticks.widest = fmax(ticks.widest, font_width(tick->label, PLOT_TEXT));
	}
	return ticks;
}

struct ticks ticks_make(struct arena *mem, const struct scale *scale, double least_gap, bool along)
{
	struct ticks ticks;
	struct step step;

	if (scale->logarithmic)
		return ticks_of_powers(mem, scale, fmax(least_gap, 1.5 * PLOT_TEXT));
	step = first_step(scale, fmax(least_gap, 1.5 * PLOT_TEXT));
	ticks = ticks_of_step(mem, scale, step);
	while (!ticks_fit(&ticks, along)) {
		step = step_next(step);
		ticks = ticks_of_step(mem, scale, step);
	}
	return ticks;
}

void scale_widen(struct scale *scale, double least_gap, double lower, double upper)
{
	long double size = step_size(first_step(scale, least_gap));
	long double low = floorl(scale->low / size + 1e-6L) * size;
	long double high = ceill(scale->high / size - 1e-6L) * size;

	if (isfinite(lower) && low < lower)
		low = fmin(lower, scale->low);
	if (isfinite(upper) && high > upper)
		high = fmax(upper, scale->high);
	if (isfinite((double)low) && isfinite((double)high)) {
		scale->low = (double)low;
		scale->high = (double)high;
	}
}

static const char *const superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

const char *ticks_title(struct arena *mem, const char *title, int exponent)
{
	struct out digits = {0};
	char plain[16];
	const char *result;

	if (!exponent)
		return title;
	snprintf(plain, sizeof plain, "%d", abs(exponent));
	for (const char *p = plain; *p; p++)
		out_puts(&digits, superscripts[*p - '0']);
	result = arena_printf(mem, "%s%s× 10%s%s", title, *title ? " " : "",
			      exponent < 0 ? "⁻" : "", out_text(&digits));
	out_release(&digits);
	return result;
}
