/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export_csv.c - a sheet as CSV */
#include "base/csv_write.h"
#include "base/date.h"
#include "export/sheet_builder.h"
#include "export/tables.h"

char *table_csv_name(struct arena *mem, const struct sheet *sheet)
{
	char *name = arena_printf(mem, "%s.csv", sheet->name);

	for (char *p = name; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return name;
}

static void write_cell(struct csv_writer *w, const struct cell *cell)
{
	char day[DATE_TEXT];

	switch (cell->type) {
	case CELL_EMPTY:
		csv_puts(w, NULL);
		break;
	case CELL_TEXT:
	case CELL_LINK:
		csv_puts(w, cell->text);
		break;
	case CELL_NUMBER:
		csv_write_number(w, cell->number);
		break;
	case CELL_DATE:
		csv_puts(w, date_format(day, cell->day));
		break;
	}
}

struct csv_table {
	struct csv_writer writer;
	struct table_stream stream;
	size_t n_columns;
};

static bool write_row(void *ctx, const struct cell *cells)
{
	struct csv_table *table = ctx;

	for (size_t i = 0; i < table->n_columns; i++)
		write_cell(&table->writer, &cells[i]);
	csv_end_row(&table->writer);
	return table_stream_go_on(&table->stream);
}

enum status table_write_csv(const struct sheets *sheets, const struct sheet *sheet, int fd,
			    struct out *to)
{
	struct csv_table table = {
	    .writer = {.to = to}, .stream = {to, fd, false, 0}, .n_columns = sheet->n_columns};

	for (size_t i = 0; i < sheet->n_columns; i++)
		csv_puts(&table.writer, sheet->columns[i].title);
	csv_end_row(&table.writer);
	sheet_each_row(sheets, sheet, write_row, &table);
	return table_stream_end(&table.stream);
}
