/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/bench/read_log.c - reads the log of read_log.py: PROGRAM FILE|- THREADS [guess [MEMORY]] */
#include "read/csv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct csv_column columns[] = {{.name = "income"},  {.name = "age"},   {.name = "tenure"},
				       {.name = "balance"}, {.name = "ratio"}, {.name = "score"},
				       {.name = "label"},   {.name = "group"}, {.name = "channel"},
				       {.name = "product"}};
	struct csv_request request = {.columns = columns,
				      .n_columns = sizeof columns / sizeof *columns,
				      .narrow_codes = true};
	struct csv_table table;
	struct arena mem;
	struct diag_sink diags;
	struct out text = {0};
	enum status st;

	if (argc < 3)
		return 2;
	for (size_t i = 0; i < request.n_columns; i++)
		columns[i].type = argc > 3 && !strcmp(argv[3], "guess") ? CSV_GUESS
				  : i < 6                               ? CSV_NUMBER
									: CSV_TEXT;
	arena_init(&mem);
	diag_init(&diags, &mem);
	request.log = source_named(&mem, argv[1]);
	request.file = argv[1];
	request.jobs = (size_t)atoi(argv[2]);
	request.memory = argc > 4 ? (size_t)atol(argv[4]) : 0;
	st = csv_read(&mem, &request, &table, &diags);
	printf("%zu rows%s\n", table.rows, table.spilled ? ", in a file" : "");
	diag_print_text(&diags, &(struct diag_text_options){0}, &text);
	fputs(out_text(&text), stderr);
	out_release(&text);
	arena_release(&mem);
	return st != ST_OK;
}
