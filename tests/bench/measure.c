/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/measure.c - what figures cost, one thread, in nanoseconds a row
 *
 * measure [ROWS]. Rows are drawn by seed; the best of three runs each. */
#include "measure/bootstrap.h"
#include "measure/calibration.h"
#include "measure/calibration_fit.h"
#include "measure/drift.h"
#include "measure/performance.h"
#include "measure/psi.h"
#include "measure/random.h"
#include "measure/sort.h"
#include "measure/sum.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 3, RESAMPLES = 10 };

struct input {
	size_t n;
	unsigned char *labels;
	double *scores, *work, *room;
	struct outcomes outcomes;
	struct numeric_reference reference;
	struct arena mem, scratch;
	double kept; /* so that nothing is optimised away */
};

static void add_one_by_one(struct input *in)
{
	struct sum sum = {0};

	for (size_t i = 0; i < in->n; i++)
		sum_add(&sum, in->scores[i]);
	in->kept += sum_value(&sum);
}

static void add_blocks(struct input *in)
{
	struct sum sum = {0};

	sum_add_all(&sum, in->scores, in->n);
	in->kept += sum_value(&sum);
}

static void sort(struct input *in)
{
	memcpy(in->work, in->scores, in->n * sizeof *in->work);
	sort_numbers_with(in->work, in->n, in->room);
}

static void performance(struct input *in)
{
	in->kept += performance_measure(&in->outcomes).roc_auc.value;
}

static void calibration(struct input *in)
{
	struct arena_mark mark = arena_save(&in->mem);
	struct calibration_options options = {.unfitted = true};

	in->kept += calibration_measure(&in->mem, &in->scratch, &in->outcomes, &options).ece;
	arena_reset(&in->mem, mark);
}

static void fit(struct input *in)
{
	in->kept += calibration_fit(&in->outcomes).slope.value;
}

/* Half of the rows against the other half, sorted already. */
static void drift(struct input *in)
{
	struct arena_mark mark = arena_save(&in->mem);

	in->kept += drift_numeric_sorted(&in->mem, &in->scratch, "x", &in->reference, in->work,
					 in->n / 2, 0)
			.wasserstein;
	arena_reset(&in->mem, mark);
}

static void tally(struct input *in)
{
	struct arena_mark mark = arena_save(&in->mem);
	struct calibration_tally t = calibration_tally_new(&in->mem, 10);

	for (size_t i = 0; i < in->n; i++)
		calibration_tally_add(&t, in->labels[i], in->scores[i]);
	in->kept += calibration_tally_ece(&t).value;
	arena_reset(&in->mem, mark);
}

/* Ten resamples: a tenth of this is one. */
static void bootstrap(struct input *in)
{
	struct bootstrap_options options = {.seed = 1, .resamples = RESAMPLES, .jobs = 1};

	in->kept += bootstrap_measure(&in->scratch, &in->outcomes, &options).of[0].low;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void draw(struct input *in)
{
	struct random r = random_stream(1, 1);
	struct outcome_rows rows = {.n = in->n, .threshold = 0.5};

	in->labels = arena_new(&in->mem, unsigned char, in->n);
	in->scores = arena_new(&in->mem, double, in->n);
	in->work = arena_new(&in->mem, double, in->n);
	in->room = arena_new(&in->mem, double, in->n);
	for (size_t i = 0; i < in->n; i++) {
		in->scores[i] = random_unit(&r);
		in->labels[i] = random_unit(&r) < in->scores[i];
	}
	rows.labels = in->labels;
	rows.scores = in->scores;
	in->outcomes = outcomes_sorted(&in->mem, &in->scratch, &rows);
	numeric_reference_init(&in->reference, &in->mem, &in->scratch, in->scores + in->n / 2,
			       in->n - in->n / 2, DRIFT_BINS);
}

static void print_chance(struct input *in)
{
	static const size_t rows[] = {30, 100, 200, 1000, 5000};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t counts[10];
		double from = now();

		for (size_t b = 0; b < 10; b++)
			counts[b] = rows[i] / 10;
		for (size_t k = 0; k < 20; k++)
			in->kept +=
			    psi_chance(&in->scratch, counts, counts, 10, PSI_BINS_OF_REFERENCE, 0.1)
				.point;
		printf("| psi_chance, %zu rows against as many | %.2f ms |\n", rows[i],
		       (now() - from) / 20 * 1e3);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct input *in);
	} costs[] = {
	    {"sum_add", add_one_by_one},
	    {"sum_add_all", add_blocks},
	    {"sort_numbers_with", sort},
	    {"performance_measure", performance},
	    {"calibration_measure, unfitted", calibration},
	    {"calibration_fit", fit},
	    {"drift_numeric_sorted", drift},
	    {"calibration_tally_add", tally},
	    {"bootstrap_measure, ten resamples", bootstrap},
	};
	static struct input in;

	in.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	arena_init(&in.mem);
	arena_init(&in.scratch);
	draw(&in);
	printf("| %zu rows | ns a row |\n| --- | ---: |\n", in.n);
	for (size_t c = 0; c < sizeof costs / sizeof *costs; c++) {
		double best = 1e9;

		for (int k = 0; k < RUNS; k++) {
			double from = now(), spent;
			costs[c].run(&in);
			spent = now() - from;
			best = spent < best ? spent : best;
		}
		printf("| %s | %.1f |\n", costs[c].name, best / (double)in.n * 1e9);
	}
	print_chance(&in);
	arena_release(&in.mem);
	arena_release(&in.scratch);
	return in.kept == 0.123;
}
