/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/coverage.c - the tables of docs/figures.md, "How intervals were tested"
 *
 * coverage [JOBS [PART]]. Prints Markdown, of one part alone where it is named: psi, auc, wilson,
 * ece, times, numbers; the same for any number of threads. */
#include "coverage.h"
#include "coverage_numbers.h"
#include "measure/auc_interval.h"
#include <stdio.h>

enum {
	PSI_DRAWS = 200000,
	AUC_SAMPLES = 2000,
	WILSON_RATES = 481, /* every 0.002 */
	ECE_SAMPLES = 10000,
	NUMBER_SAMPLES = 2000,
	POPULATION = 8000000
};

static void print_psi(size_t jobs)
{
	static const size_t rows[] = {30,   50,   100,  150,   200,   300,   500,
				      1000, 2000, 5000, 10000, 20000, 50000, 100000};

	printf("PSI over deciles without drift: how often psi_chance is passed (should be 5 %%), "
	       "%d draws each, seed %d.\n\n| current rows | against 1,000,000 | against as many "
	       "|\n| ---: | ---: | ---: |\n",
	       PSI_DRAWS, COVERAGE_SEED);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		printf("| %zu | %.2f %% | %.2f %% |\n", rows[i],
		       100 * psi_passed(1000000, rows[i], PSI_DRAWS, jobs),
		       100 * psi_passed(rows[i], rows[i], PSI_DRAWS, jobs));
		fflush(stdout);
	}
}

/* ---- ROC AUC ---- */

static const double base_rates[] = {0.05, 0.1, 0.2, 0.3, 0.5};
static const double aucs[] = {0.5, 0.6, 0.75, 0.85, 0.9, 0.95, 0.98};
static const double spreads[] = {0.5, 1, 2};
static const size_t auc_rows[] = {200, 500, 1000, 2000, 5000};

enum {
	BASE_RATES = sizeof base_rates / sizeof *base_rates,
	AUCS = sizeof aucs / sizeof *aucs,
	SPREADS = sizeof spreads / sizeof *spreads,
	AUC_ROWS = sizeof auc_rows / sizeof *auc_rows,
	MOST_POSITIVES = 2500
};

struct extent {
	double least, most;
	size_t cells;
};

static void take(struct extent *e, double held)
{
	e->least = e->cells ? fmin(e->least, held) : held;
	e->most = e->cells ? fmax(e->most, held) : held;
	e->cells++;
}

static void print_auc(size_t jobs)
{
	static struct extent by_positives[MOST_POSITIVES + 1][AUCS];
	struct extent noted = {0}, plain = {0};

	for (size_t i = 0; i < BASE_RATES * AUC_ROWS * SPREADS * AUCS * 2; i++) {
		size_t a = i / 2 % AUCS, positives;
		struct auc_cell cell = {auc_rows[i / 2 / AUCS / SPREADS % AUC_ROWS],
					base_rates[i / 2 / AUCS / SPREADS / AUC_ROWS], aucs[a],
					spreads[i / 2 / AUCS % SPREADS], i % 2};
		double held = auc_holds(&cell, AUC_SAMPLES, jobs).held;

		positives = (size_t)lround((double)cell.n * cell.base_rate);
		take(&by_positives[positives][a], held);
		take(auc_interval_note(cell.auc, positives, cell.n - positives) ? &noted : &plain,
		     held);
		fprintf(stderr, "\r%zu", i);
	}
	printf("\nInterval of ROC AUC: how often it holds the truth (should be 95 %%), least and "
	       "most over cells of %d samples each, seed %d.\n\n| positives |",
	       AUC_SAMPLES, COVERAGE_SEED);
	for (size_t a = 0; a < AUCS; a++)
		printf(" AUC %g |", aucs[a]);
	printf("\n| ---: |");
	for (size_t a = 0; a < AUCS; a++)
		printf(" ---: |");
	for (size_t p = 0; p <= MOST_POSITIVES; p++) {
		if (!by_positives[p][0].cells)
			continue;
		printf("\n| %zu |", p);
		for (size_t a = 0; a < AUCS; a++)
			printf(" %.1f–%.1f |", 100 * by_positives[p][a].least,
			       100 * by_positives[p][a].most);
	}
	printf("\n\nWith a note: %zu cells, %.1f to %.1f %%; without: %zu, %.1f to %.1f %%.\n",
	       noted.cells, 100 * noted.least, 100 * noted.most, plain.cells, 100 * plain.least,
	       100 * plain.most);
}

/* ---- Wilson ---- */

static void print_wilson(size_t jobs)
{
	static const size_t rows[] = {1,  2,  3,  5,  8,   9,   10,  15,   20,   25,
				      27, 28, 30, 50, 100, 200, 500, 1000, 5000, 10000};

	(void)jobs;
	printf("\nWilson's interval, by adding up the binomial distribution exactly, at rates from "
	       "0.02 to 0.98: the mean of %d of them, and the least of all.\n\n| rows | mean | "
	       "least | at rate |\n| ---: | ---: | ---: | ---: |\n",
	       WILSON_RATES);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wilson_coverage c = wilson_over_rates(rows[i], WILSON_RATES);
		printf("| %zu | %.2f %% | %.2f %% | %.3f |\n", rows[i], 100 * c.mean, 100 * c.least,
		       c.least_at);
	}
}

static void print_ece(size_t jobs)
{
	static const size_t rows[] = {50, 100, 300, 1000, 3000};
	static const double skews[] = {1, 3};

	printf("\nECE of scores that are the true chances: how often ece_chance is passed (should "
	       "be 5 %%), %d samples each, seed %d.\n\n| rows | even scores, 10 bins | 15 bins | "
	       "mostly low scores, 10 bins | 15 bins |\n| ---: | ---: | ---: | ---: | ---: |\n",
	       ECE_SAMPLES, COVERAGE_SEED);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		printf("| %zu |", rows[i]);
		for (size_t s = 0; s < 2; s++)
			for (size_t bins = 10; bins <= 15; bins += 5)
				printf(" %.2f %% |", 100 * ece_passed(rows[i], bins, skews[s],
								      ECE_SAMPLES, jobs));
		printf("\n");
		fflush(stdout);
	}
}

/* ---- times and errors ---- */

static void print_share(double held)
{
	if (isnan(held))
		printf(" – |");
	else
		printf(" %.1f %% |", 100 * held);
}

static void print_times(size_t jobs)
{
	static const size_t rows[] = {20, 50, 200, 1000, 5000};

	printf("\nIntervals of quantiles and of the mean: how often they hold the truth (should be "
	       "95 %%), %d samples each, seed %d; – where there are too few rows for one.\n\n"
	       "| | rows | p50 | p90 | p95 | p99 | mean | Student's t | bootstrap |\n"
	       "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
	       NUMBER_SAMPLES, NUMBERS_SEED);
	for (size_t k = 0; k < TIMES_KINDS; k++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			bool has_mean = !isnan(times_kinds[k].mean);
			struct times_coverage c =
			    times_held(&times_kinds[k], rows[i], NUMBER_SAMPLES, has_mean, jobs);

			printf("| %s | %zu |", times_kinds[k].name, rows[i]);
			for (size_t q = 0; q < QUANTILES; q++)
				print_share(c.quantile[q]);
			for (size_t m = 0; m < MEAN_METHODS; m++)
				print_share(has_mean ? c.mean[m] : NAN);
			printf("\n");
			fflush(stdout);
		}
}

static void print_numbers(size_t jobs)
{
	static const size_t rows[] = {20, 50, 200, 1000, 5000};

	printf("\nIntervals of errors of numbers: how often they hold the truth (should be 95 %%), "
	       "%d samples each, seed %d.\n\n| | rows |",
	       NUMBER_SAMPLES, NUMBERS_SEED);
	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		printf(" %s |", number_figures[f]);
	printf("\n| --- | ---: |");
	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		printf(" ---: |");
	for (size_t k = 0; k < NUMBERS_KINDS; k++) {
		double truth[NUMBER_FIGURES], held[NUMBER_FIGURES];

		numbers_truth(&numbers_kinds[k], POPULATION, truth);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			numbers_held(&numbers_kinds[k], truth, rows[i], NUMBER_SAMPLES, jobs, held);
			printf("\n| %s | %zu |", numbers_kinds[k].name, rows[i]);
			for (size_t f = 0; f < NUMBER_FIGURES; f++)
				print_share(held[f]);
			fflush(stdout);
		}
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(size_t jobs);
	} parts[] = {{"psi", print_psi}, {"auc", print_auc},     {"wilson", print_wilson},
		     {"ece", print_ece}, {"times", print_times}, {"numbers", print_numbers}};
	size_t jobs = argc > 1 ? strtoul(argv[1], NULL, 10) : parallel_cpus();

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (argc < 3 || !strcmp(argv[2], parts[i].name))
			parts[i].print(jobs);
	return 0;
}
