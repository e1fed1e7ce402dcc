/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_simulate.c - `simulate`: the stream of payments as CSV */
#include "base/date.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/payments.h"
#include "capstone/pipeline.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: modelbook-capstone simulate [OPTION]…\n\n"
    "Writes simulated card payments as CSV: the same bytes for the same options. docs/capstone.md\n"
    "says how they come about, and what is unreal in them.\n\n"
    "  --out FILE       instead of standard output\n"
    "  --seed N         of all random numbers (20240101)\n"
    "  --from DATE      first day (2024-01-01)\n"
    "  --days N         how many (731)\n"
    "  --accounts N     that pay (1200)\n"
    "  --a-day N        payments on a mean day (170)\n"
    "  --shift DATE     first day of the sudden shift (2025-08-04), or `none`\n"
    "  --no-drift       neither slow drift nor a base rate that moves\n\n"
    "Exit status: 0 done; 2 it could not be done.\n";

static bool day_option(const char *option, const char *text, int32_t *day)
{
	if (!text || date_parse(text, strlen(text), day))
		return true;
	fprintf(stderr, "modelbook-capstone simulate: %s: '%s' is no day (2025-08-04)\n", option,
		text);
	return false;
}

static int write_stream(const struct payments_options *options, const char *path)
{
	struct out text = {0};
	struct diag_sink diags;
	struct arena mem;
	int status;

	arena_init(&mem);
	diag_init(&diags, &mem);
	payments_write(options, &text);
	output_write(path ? path : "-", &text, &diags);
	status = command_findings(&diags);
	out_release(&text);
	arena_release(&mem);
	return status;
}

int command_simulate(int argc, char **argv)
{
	struct payments_options payments = payments_defaults();
	const char *path = NULL, *seed = NULL, *from = NULL, *days = NULL, *accounts = NULL,
		   *a_day = NULL, *shift = NULL, *operand;
	bool no_drift = false;
	const struct command_option options[] = {
	    {"--out", &path, NULL, NULL},    {"--seed", &seed, NULL, NULL},
	    {"--from", &from, NULL, NULL},   {"--days", &days, NULL, NULL},
	    {"--a-day", &a_day, NULL, NULL}, {"--accounts", &accounts, NULL, NULL},
	    {"--shift", &shift, NULL, NULL}, {"--no-drift", NULL, &no_drift, NULL},
	    {NULL, NULL, NULL, NULL}};
	long n_days = payments.days, n_accounts = (long)payments.accounts,
	     n_seed = (long)payments.seed, n_a_day = (long)payments.payments_a_day;
	int status;

	if (!command_line_parse(argc, argv, options, 0, 0, &operand, help, &status))
		return status;
	if (shift && !strcmp(shift, "none")) {
		payments.shift_day = INT32_MAX;
		shift = NULL;
	}
	if (!command_line_number("simulate", "--seed", seed, 0, LONG_MAX, &n_seed) ||
	    !command_line_number("simulate", "--days", days, 1, 3660, &n_days) ||
	    !command_line_number("simulate", "--accounts", accounts, 1, 1000000, &n_accounts) ||
	    !command_line_number("simulate", "--a-day", a_day, 1, 100000, &n_a_day) ||
	    !day_option("--from", from, &payments.first_day) ||
	    !day_option("--shift", shift, &payments.shift_day))
		return 2;
	payments.seed = (uint64_t)n_seed;
	payments.days = (int32_t)n_days;
	payments.accounts = (size_t)n_accounts;
	payments.payments_a_day = (double)n_a_day;
	payments.drift = !no_drift;
	return write_stream(&payments, path);
}
