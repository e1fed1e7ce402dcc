/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_logistic.c - regularised logistic regression over encoded features */
#include "capstone/linear_solver.h"
#include "capstone/model_internal.h"
#include "measure/outcomes.h"
#include <math.h>

/* What may stand in a file: within these no sum overflows (encode.h holds values to 1e100). */
static const double MOST = 1e100, LEAST = 1e-100;

static const char *logistic_fit(struct model *model, const struct training *training)
{
	const struct matrix *train = training->train;
	struct matrix own = *train;
	struct arena scratch;
	unsigned char *positive;
	double *rows;
	size_t n = 0;
	const char *why;

	own.features = &model->features;
	model->encoder = encoder_fit(&model->mem, &own);
	arena_init(&scratch);
	rows = arena_new(&scratch, double, model->rows * model->encoder.width);
	positive = arena_new(&scratch, unsigned char, model->rows);
	for (size_t i = 0; i < train->n; i++) {
		if (train->label[i] == LABEL_MISSING)
			continue;
		encoder_apply(&model->encoder, train->values + i * train->n_features,
			      rows + n * model->encoder.width);
		positive[n++] = train->label[i] == LABEL_POSITIVE;
	}
	model->weights =
	    linear_solve(&model->mem, rows, positive, n, model->encoder.width,
			 training->plan->linear.cost, training->plan->linear.tolerance, &why);
	arena_release(&scratch);
	return model->weights ? NULL : arena_printf(&model->mem, "liblinear: %s", why);
}

static double logistic_score(const struct model *model, const double *features)
{
	double odds = encoder_dot(&model->encoder, features, model->weights) +
		      model->weights[model->encoder.width];

	return odds >= 0 ? 1 / (1 + exp(-odds)) : exp(odds) / (1 + exp(odds));
}

/* Weights with the constant's, and two scaling constants for each number. */
static size_t logistic_parameters(const struct model *model)
{
	size_t n = model->encoder.width + 1;

	for (size_t i = 0; i < model->features.n; i++)
		n += model->features.items[i].kind == FIELD_NUMBER ? 2 : 0;
	return n;
}

static void logistic_write(const struct model *model, struct out *to)
{
	const struct encoder *encoder = &model->encoder;

	write_numbers(to, "mean", encoder->mean, model->features.n);
	write_numbers(to, "deviation", encoder->deviation, model->features.n);
	write_key(to, "indicator");
	out_putc(to, '[');
	for (size_t i = 0; i < model->features.n; i++)
		out_printf(to, "%s%d", i ? ", " : "", encoder->indicator[i]);
	out_putc(to, ']');
	write_numbers(to, "weights", model->weights, encoder->width + 1);
}

static const char *logistic_read(struct model *model, const struct data_node *root)
{
	struct encoder *encoder = &model->encoder;
	size_t n = model->features.n, width;
	double *indicator = read_numbers(&model->mem, root, "indicator", 0, 1, &n);

	encoder->features = &model->features;
	encoder->mean = read_numbers(&model->mem, root, "mean", -MOST, MOST, &n);
	encoder->deviation = read_numbers(&model->mem, root, "deviation", LEAST, MOST, &n);
	if (!indicator || !encoder->mean || !encoder->deviation)
		return "'mean', 'deviation' or 'indicator' is not one number for each feature";
	encoder->indicator = arena_new(&model->mem, bool, n);
	for (size_t i = 0; i < n; i++)
		encoder->indicator[i] = indicator[i] > 0;
	encoder->width = encoder_width(&model->features, encoder->indicator);
	width = encoder->width + 1;
	model->weights = read_numbers(&model->mem, root, "weights", -MOST, MOST, &width);
	return model->weights ? NULL
			      : "'weights' is not one number for each column and the constant";
}

const struct model_kind_row model_logistic_row = {
    .name = "logistic",
    .learns = true,
    .fit = logistic_fit,
    .score = logistic_score,
    .parameters = logistic_parameters,
    .write = logistic_write,
    .read = logistic_read,
};
