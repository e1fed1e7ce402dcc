/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_csv.c - any bytes as a prediction log: columns of one length, or findings
 *
 * The first byte says the delimiter and how many bad rows are allowed. */
#include "read/csv.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_column(const struct csv_column *column, size_t rows)
{
	size_t missing = 0;

	for (size_t i = 0; i < rows; i++) {
		if (column->is_number) {
			missing += column->numbers[i] != column->numbers[i];
			continue;
		}
		assert(column->codes[i] == CSV_MISSING || column->codes[i] < column->n_categories);
		missing += column->codes[i] == CSV_MISSING;
	}
	assert(missing == column->missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = {0, ';', '\t', ' '};
	struct csv_column columns[] = {{.name = "a", .type = CSV_NUMBER},
				       {.name = "b", .type = CSV_TEXT},
				       {.name = "c", .type = CSV_GUESS},
				       {.name = "a", .type = CSV_GUESS}};
	struct csv_request request = {.columns = columns, .n_columns = 4};
	struct csv_table table;
	struct arena mem;
	struct diag_sink diags;

	if (!size)
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	request.delimiter = delimiters[data[0] & 3];
	request.max_bad = data[0] >> 4;
	request.n_columns = data[0] & 4 ? 4 : 1;
	request.log = source_new(&mem, "x.csv", (const char *)data + 1, size - 1);
	if (csv_read(&mem, &request, &table, &diags) == ST_OK) {
		assert(!diags.n && table.skipped <= request.max_bad);
		for (size_t i = 0; i < request.n_columns; i++)
			check_column(&columns[i], table.rows);
		for (size_t i = 1; i < table.rows; i++)
			assert(csv_line(&table, i) > csv_line(&table, i - 1));
	} else {
		assert(diags.n && diags.n <= 21);
	}
	diag_finish(&diags);
	arena_release(&mem);
	return 0;
}
