/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/coverage.c - the tables of docs/figures.md, "How intervals were tested"
 *
 * coverage [JOBS]. Prints Markdown; the same for any number of threads. */
#include "coverage.h"
#include <stdio.h>

enum {
	PSI_DRAWS = 200000,
	AUC_SAMPLES = 2000,
	WILSON_RATES = 481, /* every 0.002 */
	ECE_SAMPLES = 10000
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

static void print_auc(size_t jobs)
{
	static const double rates[] = {0.5, 0.2, 0.1, 0.05};
	static const double aucs[] = {0.6, 0.75, 0.85, 0.95, 0.98};
	static const size_t rows[] = {200, 500, 1000, 5000};

	for (double spread = 1; spread <= 2; spread++) {
		printf("\nInterval of ROC AUC: how often it holds the truth (should be 95 %%), %d "
		       "samples each, seed %d; normal scores, those of positives %g x as wide.\n\n"
		       "| positives | AUC | 200 rows | 500 | 1,000 | 5,000 |\n"
		       "| ---: | ---: | ---: | ---: | ---: | ---: |\n",
		       AUC_SAMPLES, COVERAGE_SEED, spread);
		for (size_t r = 0; r < 4; r++)
			for (size_t a = 0; a < 5; a++) {
				printf("| %g %% | %g |", 100 * rates[r], aucs[a]);
				for (size_t n = 0; n < 4; n++) {
					struct auc_coverage c = auc_holds(
					    rows[n], rates[r], aucs[a], spread, AUC_SAMPLES, jobs);
					printf(" %.1f %%%s |", 100 * c.held,
					       c.without > AUC_SAMPLES / 100 ? " *" : "");
				}
				printf("\n");
				fflush(stdout);
			}
	}
}

static void print_wilson(void)
{
	static const size_t rows[] = {20, 30, 50, 100, 200, 500, 1000, 5000};

	printf("\nWilson's interval, by adding up the binomial distribution exactly, at %d rates "
	       "from 0.02 to 0.98.\n\n| rows | mean | least | at rate |\n| ---: | ---: | ---: | "
	       "---: |\n",
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

int main(int argc, char **argv)
{
	size_t jobs = argc > 1 ? strtoul(argv[1], NULL, 10) : parallel_cpus();

	print_psi(jobs);
	print_auc(jobs);
	print_wilson();
	print_ece(jobs);
	return 0;
}
