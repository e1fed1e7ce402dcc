/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export_json.c - all sheets as one JSON object */
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "export/sheet_builder.h"
#include "export/tables.h"
#include <string.h>

static void write_text(struct out *to, const char *text)
{
	out_putc(to, '"');
	text_write_json(to, text, strlen(text));
	out_putc(to, '"');
}

static void write_cell(struct out *to, const struct cell *cell)
{
	char number[NUMBER_TEXT_MAX], day[DATE_TEXT];

	switch (cell->type) {
	case CELL_EMPTY:
		out_puts(to, "null");
		break;
	case CELL_TEXT:
		write_text(to, cell->text);
		break;
	case CELL_LINK:
		out_puts(to, "{\"text\": ");
		write_text(to, cell->text);
		out_puts(to, ", \"url\": ");
		write_text(to, cell->url);
		out_putc(to, '}');
		break;
	case CELL_NUMBER:
		out_puts(to, number_shortest(number, cell->number));
		break;
	case CELL_DATE:
		write_text(to, date_format(day, cell->day));
		break;
	}
}

static void write_columns(struct out *to, const struct sheet *sheet)
{
	static const char *const formats[] = {"text",  "prose", "count", "figure",
					      "share", "date",  "state"};

	for (size_t i = 0; i < sheet->n_columns; i++) {
		out_puts(to, i ? ",\n    {\"title\": " : "\n    {\"title\": ");
		write_text(to, sheet->columns[i].title);
		out_printf(to, ", \"format\": \"%s\"}", formats[sheet->columns[i].format]);
	}
}

static void write_sheet(struct out *to, const struct sheet *sheet)
{
	out_puts(to, "  {\"name\": ");
	write_text(to, sheet->name);
	out_puts(to, ", \"title\": ");
	write_text(to, sheet->title);
	out_puts(to, ",\n   \"columns\": [");
	write_columns(to, sheet);
	out_puts(to, "],\n   \"rows\": [");
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		out_puts(to, row ? ",\n    [" : "\n    [");
		for (size_t i = 0; i < sheet->n_columns; i++) {
			out_puts(to, i ? ", " : "");
			write_cell(to, &sheet->cells.items[row * sheet->n_columns + i]);
		}
		out_putc(to, ']');
	}
	out_puts(to, "]}");
}

void tables_write_json(struct out *to, const struct sheets *sheets, int32_t as_of)
{
	char day[DATE_TEXT];

	out_printf(to, "{\"as_of\": \"%s\",\n \"sheets\": [\n", date_format(day, as_of));
	for (size_t i = 0; i < sheets->n; i++) {
		out_puts(to, i ? ",\n" : "");
		write_sheet(to, &sheets->items[i]);
	}
	out_puts(to, "]}\n");
}
