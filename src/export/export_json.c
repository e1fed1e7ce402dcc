/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/export_json.c - all sheets as one JSON object */
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "export/sheet_builder.h"
#include "export/tables.h"

static void write_cell(struct out *to, const struct cell *cell)
{
	char number[NUMBER_TEXT_MAX], day[DATE_TEXT];

	switch (cell->type) {
	case CELL_EMPTY:
		out_puts(to, "null");
		break;
	case CELL_TEXT:
		text_write_json_string(to, cell->text);
		break;
	case CELL_LINK:
		out_puts(to, "{\"text\": ");
		text_write_json_string(to, cell->text);
		out_puts(to, ", \"url\": ");
		text_write_json_string(to, cell->url);
		out_putc(to, '}');
		break;
	case CELL_NUMBER:
		out_puts(to, number_shortest(number, cell->number));
		break;
	case CELL_DATE:
		text_write_json_string(to, date_format(day, cell->day));
		break;
	}
}

static void write_columns(struct out *to, const struct sheet *sheet)
{
	static const char *const formats[] = {"text",  "prose", "count", "figure",
					      "share", "date",  "state"};

	for (size_t i = 0; i < sheet->n_columns; i++) {
		out_puts(to, i ? ",\n    {\"title\": " : "\n    {\"title\": ");
		text_write_json_string(to, sheet->columns[i].title);
		out_printf(to, ", \"format\": \"%s\"}", formats[sheet->columns[i].format]);
	}
}

struct json_table {
	struct table_stream stream;
	size_t n_columns, rows;
};

static bool write_row(void *ctx, const struct cell *cells)
{
	struct json_table *table = ctx;
	struct out *to = table->stream.to;

	out_puts(to, table->rows++ ? ",\n    [" : "\n    [");
	for (size_t i = 0; i < table->n_columns; i++) {
		out_puts(to, i ? ", " : "");
		write_cell(to, &cells[i]);
	}
	out_putc(to, ']');
	return table_stream_go_on(&table->stream);
}

static void write_sheet(struct json_table *table, const struct sheets *sheets,
			const struct sheet *sheet)
{
	struct out *to = table->stream.to;

	out_puts(to, "  {\"name\": ");
	text_write_json_string(to, sheet->name);
	out_puts(to, ", \"title\": ");
	text_write_json_string(to, sheet->title);
	out_puts(to, ",\n   \"columns\": [");
	write_columns(to, sheet);
	out_puts(to, "],\n   \"rows\": [");
	table->n_columns = sheet->n_columns;
	table->rows = 0;
	sheet_each_row(sheets, sheet, write_row, table);
	out_puts(to, "]}");
}

enum status tables_write_json(const struct sheets *sheets, int32_t as_of, int fd, struct out *to)
{
	struct json_table table = {.stream = {to, fd, false, 0}};
	char day[DATE_TEXT];

	out_printf(to, "{\"as_of\": \"%s\",\n \"sheets\": [\n", date_format(day, as_of));
	for (size_t i = 0; i < sheets->n; i++) {
		out_puts(to, i ? ",\n" : "");
		write_sheet(&table, sheets, &sheets->items[i]);
	}
	out_puts(to, "]}\n");
	return table_stream_end(&table.stream);
}
