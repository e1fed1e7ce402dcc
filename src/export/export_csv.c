/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export_csv.c - a sheet as CSV */
#include "base/csv_write.h"
#include "base/date.h"
#include "export/sheet_builder.h"
#include "export/tables.h"
#include <string.h>

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
		csv_text(w, "", 0);
		break;
	case CELL_TEXT:
	case CELL_LINK:
		csv_text(w, cell->text, strlen(cell->text));
		break;
	case CELL_NUMBER:
		csv_write_number(w, cell->number);
		break;
	case CELL_DATE:
		date_format(day, cell->day);
		csv_text(w, day, strlen(day));
		break;
	}
}

void table_write_csv(struct out *to, const struct sheet *sheet)
{
	struct csv_writer w = {.to = to};

	for (size_t i = 0; i < sheet->n_columns; i++)
		csv_text(&w, sheet->columns[i].title, strlen(sheet->columns[i].title));
	csv_end_row(&w);
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		for (size_t i = 0; i < sheet->n_columns; i++)
			write_cell(&w, &sheet->cells.items[row * sheet->n_columns + i]);
		csv_end_row(&w);
	}
}
