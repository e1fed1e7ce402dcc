/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_csv_reference.c - any bytes as a log, read in blocks, by threads, from a file and
 * a pipe: the same cells and findings as the plain reader's
 *
 * The first byte says the form, the second the columns. */
#include "csv_ways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct csv_way ways[] = {
	    {.jobs = 1},
	    {.jobs = 1, .block = 1, .narrow = true},
	    {.jobs = 1, .block = 7, .from = WAY_FILE, .narrow = true},
	    {.jobs = 1, .block = 19, .from = WAY_PIPE},
	    {.jobs = 3, .block = 13},
	    {.jobs = 1, .block = 64, .memory = 1},
	};

	if (size < 2 || size > 20000)
		return 0;
	if (!csv_all_agree((const char *)data + 2, size - 2, data[0], data[1], ways,
			   sizeof ways / sizeof *ways))
		abort();
	return 0;
}
