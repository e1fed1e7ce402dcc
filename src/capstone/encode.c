/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/encode.c - features as the linear model needs them, fitted on training rows alone */
#include "capstone/encode.h"
#include <math.h>
#include <string.h>

static const double FARTHEST = 1e100, NARROWEST = 1e-100;

size_t category_of(const struct feature *feature, double value)
{
	if (!(value >= 0) || value >= (double)feature->n_values || floor(value) < value)
		return SIZE_MAX;
	return (size_t)value;
}

/* NAN stays NAN. */
static double transformed(const struct feature *feature, double value)
{
	if (isnan(value))
		return NAN;
	if (feature->logarithm)
		value = copysign(log1p(fabs(value)), value);
	return value > FARTHEST ? FARTHEST : value < -FARTHEST ? -FARTHEST : value;
}

/* -- fitting ---------------------------------------------------------------------------------- */

/* Mean and deviation in one walk: Welford (1962), Technometrics 4:419-420. Equal values have
 * exactly no deviation. */
static void fit_number(struct encoder *encoder, const struct matrix *train, size_t column)
{
	const struct feature *feature = &train->features->items[column];
	double mean = 0, squares = 0, count = 0;

	for (size_t row = 0; row < train->n; row++) {
		double x = transformed(feature, train->values[row * train->n_features + column]);
		double off = x - mean;
		if (isnan(x)) {
			encoder->indicator[column] = true;
			continue;
		}
		count++;
		mean += off / count;
		squares += off * (x - mean);
	}
	encoder->mean[column] = mean;
	encoder->deviation[column] = count > 0 ? sqrt(squares / count) : 0;
	if (!(encoder->deviation[column] > NARROWEST))
		encoder->deviation[column] = 1;
}

struct encoder encoder_fit(struct arena *mem, const struct matrix *train)
{
	size_t n = train->n_features;
	struct encoder encoder = {.features = train->features,
				  .mean = arena_new(mem, double, n),
				  .deviation = arena_new(mem, double, n),
				  .indicator = arena_new(mem, bool, n)};

	for (size_t i = 0; i < n; i++) {
		encoder.deviation[i] = 1;
		if (train->features->items[i].kind == FIELD_NUMBER)
			fit_number(&encoder, train, i);
	}
	encoder.width = encoder_width(encoder.features, encoder.indicator);
	return encoder;
}

/* -- encoding --------------------------------------------------------------------------------- */

static size_t columns_of(const struct feature *feature, bool indicator)
{
	if (feature->kind == FIELD_CATEGORY)
		return feature->n_values > 0 ? feature->n_values - 1 : 0;
	return indicator ? 2 : 1;
}

size_t encoder_width(const struct feature_list *features, const bool *indicator)
{
	size_t width = 0;

	for (size_t i = 0; i < features->n; i++)
		width += columns_of(&features->items[i], indicator[i]);
	return width;
}

/* A feature is at most one column that is not 0: which of its own, and what stands there. */
struct encoded {
	size_t column; /* SIZE_MAX: all are 0 */
	double value;
};

static struct encoded encode(const struct encoder *encoder, size_t i, double value)
{
	const struct feature *feature = &encoder->features->items[i];
	struct encoded none = {SIZE_MAX, 0};

	if (feature->kind == FIELD_CATEGORY) {
		size_t code = category_of(feature, value);
		return code == SIZE_MAX || code == 0 ? none : (struct encoded){code - 1, 1};
	}
	if (isnan(value))
		return encoder->indicator[i] ? (struct encoded){1, 1} : none;
	value = transformed(feature, value);
	return (struct encoded){0, (value - encoder->mean[i]) / encoder->deviation[i]};
}

void encoder_apply(const struct encoder *encoder, const double *features, double *out)
{
	size_t at = 0;

	memset(out, 0, encoder->width * sizeof *out);
	for (size_t i = 0; i < encoder->features->n; i++) {
		struct encoded e = encode(encoder, i, features[i]);
		if (e.column != SIZE_MAX)
			out[at + e.column] = e.value;
		at += columns_of(&encoder->features->items[i], encoder->indicator[i]);
	}
}

double encoder_dot(const struct encoder *encoder, const double *features, const double *weights)
{
	double sum = 0;
	size_t at = 0;

	for (size_t i = 0; i < encoder->features->n; i++) {
		struct encoded e = encode(encoder, i, features[i]);
		if (e.column != SIZE_MAX)
			sum += weights[at + e.column] * e.value;
		at += columns_of(&encoder->features->items[i], encoder->indicator[i]);
	}
	return sum;
}
