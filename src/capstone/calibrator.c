/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/calibrator.c - a score made a probability */
#include "capstone/calibrator.h"
#include "measure/outcomes.h"
#include "measure/sort.h"
#include <math.h>
#include <string.h>

/* Rows with a label and a score, by ascending score. */
struct scored_rows {
	size_t n, positives;
	double *score;
	unsigned char *label;
};

static struct scored_rows rows_by_score(struct arena *mem, const double *scores,
					const unsigned char *labels, size_t n)
{
	struct scored_rows rows = {.score = arena_new(mem, double, n),
				   .label = arena_new(mem, unsigned char, n)};
	double *kept = arena_new(mem, double, n);
	unsigned char *label = arena_new(mem, unsigned char, n);
	uint32_t *order = arena_new(mem, uint32_t, n);

	for (size_t i = 0; i < n; i++)
		if (labels[i] != LABEL_MISSING && !isnan(scores[i])) {
			kept[rows.n] = scores[i];
			label[rows.n++] = labels[i];
			rows.positives += labels[i] == LABEL_POSITIVE;
		}
	sort_order(kept, rows.n, order, mem);
	for (size_t i = 0; i < rows.n; i++) {
		rows.score[i] = kept[order[i]];
		rows.label[i] = label[order[i]];
	}
	return rows;
}

/* -- Platt ------------------------------------------------------------------------------------ */

/* Held off both ends by the least that a double near 1 can tell. */
static double log_odds(double score)
{
	double p = fmin(fmax(score, 0x1p-53), 1 - 0x1p-53);

	return log(p) - log1p(-p);
}

/* ln(1 + exp(x)) without overflow. */
static double softplus(double x)
{
	return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double logistic(double x) /* 1 / (1 + exp(x)) */
{
	return x >= 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x));
}

struct platt {
	const double *s;      /* log odds */
	const double *target; /* smoothed */
	size_t n;
	bool slope; /* false: a is 0, b alone is fitted */
};

/* Negative log likelihood of the smoothed targets. */
static double platt_loss(const struct platt *problem, double a, double b)
{
	double loss = 0;

	for (size_t i = 0; i < problem->n; i++) {
		double x = a * problem->s[i] + b;
		loss += problem->target[i] * softplus(x) + (1 - problem->target[i]) * softplus(-x);
	}
	return loss;
}

struct newton {
	double gradient[2], step[2];
};

static struct newton newton_step(const struct platt *problem, double a, double b)
{
	struct newton newton = {{0, 0}, {0, 0}};
	double h11 = 1e-12, h22 = 1e-12, h21 = 0, determinant; /* the ridge of Lin, Lin & Weng */

	for (size_t i = 0; i < problem->n; i++) {
		double s = problem->slope ? problem->s[i] : 0;
		double p = logistic(a * s + b), variance = p * (1 - p);
		double off = problem->target[i] - p;
		h11 += s * s * variance;
		h22 += variance;
		h21 += s * variance;
		newton.gradient[0] += s * off;
		newton.gradient[1] += off;
	}
	determinant = h11 * h22 - h21 * h21;
	newton.step[0] = -(h22 * newton.gradient[0] - h21 * newton.gradient[1]) / determinant;
	newton.step[1] = -(-h21 * newton.gradient[0] + h11 * newton.gradient[1]) / determinant;
	return newton;
}

static void platt_minimise(const struct platt *problem, double *a, double *b)
{
	double loss = platt_loss(problem, *a, *b);

	for (int iteration = 0; iteration < 100; iteration++) {
		struct newton newton = newton_step(problem, *a, *b);
		double slope =
		    newton.gradient[0] * newton.step[0] + newton.gradient[1] * newton.step[1];
		double length = 1;
		if (fabs(newton.gradient[0]) < 1e-9 && fabs(newton.gradient[1]) < 1e-9)
			return;
		for (; length >= 1e-10; length /= 2) {
			double next_a = *a + length * newton.step[0];
			double next_b = *b + length * newton.step[1];
			double next = platt_loss(problem, next_a, next_b);
			if (next < loss + 1e-4 * length * slope) {
				*a = next_a;
				*b = next_b;
				loss = next;
				break;
			}
		}
		if (length < 1e-10) /* no way down that a double can tell */
			return;
	}
}

static void fit_platt(struct arena *mem, const struct scored_rows *rows,
		      struct calibrator *calibrator)
{
	double positives = (double)rows->positives, negatives = (double)rows->n - positives;
	double *s = arena_new(mem, double, rows->n), *target = arena_new(mem, double, rows->n);
	struct platt problem = {s, target, rows->n, true};

	for (size_t i = 0; i < rows->n; i++) {
		s[i] = log_odds(rows->score[i]);
		target[i] = rows->label[i] == LABEL_POSITIVE ? (positives + 1) / (positives + 2)
							     : 1 / (negatives + 2);
	}
	calibrator->b = log((negatives + 1) / (positives + 1));
	platt_minimise(&problem, &calibrator->a, &calibrator->b);
	if (calibrator->a > 0) { /* it would turn the order round */
		calibrator->a = 0;
		calibrator->b = log((negatives + 1) / (positives + 1));
		problem.slope = false;
		platt_minimise(&problem, &calibrator->a, &calibrator->b);
	}
}

/* -- isotonic regression ---------------------------------------------------------------------- */

struct block {
	double first, last; /* scores */
	double rows, positives;
};

static bool falls(const struct block *before, const struct block *behind)
{
	return before->positives * behind->rows >= behind->positives * before->rows;
}

/* Blocks of equal mean, strictly rising; one score never stands in two. */
static size_t pool(const struct scored_rows *rows, struct block *blocks)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n;) {
		struct block *block = &blocks[n++];
		*block = (struct block){rows->score[i], rows->score[i], 0, 0};
		for (; i < rows->n && rows->score[i] <= block->first; i++) {
			block->rows++;
			block->positives += rows->label[i] == LABEL_POSITIVE;
		}
		for (; n > 1 && falls(&blocks[n - 2], &blocks[n - 1]); n--) {
			blocks[n - 2].last = blocks[n - 1].last;
			blocks[n - 2].rows += blocks[n - 1].rows;
			blocks[n - 2].positives += blocks[n - 1].positives;
		}
	}
	return n;
}

static void fit_isotonic(struct arena *mem, const struct scored_rows *rows,
			 struct calibrator *calibrator)
{
	struct block *blocks = arena_new(mem, struct block, rows->n);
	size_t n_blocks = pool(rows, blocks);
	double *x = arena_new(mem, double, 2 * n_blocks), *y = arena_new(mem, double, 2 * n_blocks);
	double least = 1 / ((double)rows->n + 2);

	for (size_t i = 0; i < n_blocks; i++) {
		double rate = blocks[i].positives / blocks[i].rows;
		rate = fmin(fmax(rate, least), 1 - least);
		x[calibrator->n] = blocks[i].first;
		y[calibrator->n++] = rate;
		if (blocks[i].last > blocks[i].first) {
			x[calibrator->n] = blocks[i].last;
			y[calibrator->n++] = rate;
		}
	}
	calibrator->x = x;
	calibrator->y = y;
}

static double apply_isotonic(const struct calibrator *c, double score)
{
	size_t low = 0, high = c->n; /* x[low] <= score < x[high] */
	double way;

	if (score <= c->x[0])
		return c->y[0];
	if (score >= c->x[c->n - 1])
		return c->y[c->n - 1];
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		*(c->x[middle] <= score ? &low : &high) = middle;
	}
	if (c->y[low] >= c->y[high])
		return c->y[low];
	way = (score - c->x[low]) / (c->x[high] - c->x[low]);
	return fmin(c->y[low] + way * (c->y[high] - c->y[low]), c->y[high]);
}

/* -- both ------------------------------------------------------------------------------------- */

bool calibrator_fit(struct arena *mem, enum calibrator_kind kind, const double *scores,
		    const unsigned char *labels, size_t n, struct calibrator *calibrator)
{
	struct scored_rows rows = rows_by_score(mem, scores, labels, n);

	*calibrator = (struct calibrator){.kind = kind};
	if (kind == CALIBRATE_NONE)
		return true;
	if (!rows.positives || rows.positives == rows.n)
		return false;
	if (kind == CALIBRATE_PLATT)
		fit_platt(mem, &rows, calibrator);
	else
		fit_isotonic(mem, &rows, calibrator);
	return true;
}

double calibrator_apply(const struct calibrator *calibrator, double score)
{
	if (isnan(score) || calibrator->kind == CALIBRATE_NONE)
		return score;
	if (calibrator->kind == CALIBRATE_PLATT)
		return logistic(calibrator->a * log_odds(score) + calibrator->b);
	return apply_isotonic(calibrator, score);
}
