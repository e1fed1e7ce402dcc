/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_plan.c - sheets as cells of a workbook, and rows for its charts */
#include "export/workbook_plan.h"
#include "base/date.h"
#include "base/text.h"
#include "export/sheet_builder.h"
#include <assert.h>
#include <math.h>
#include <string.h>

const char *plan_format_code(enum plan_format format)
{
	static const char *const codes[FORMAT_KINDS] = {
	    [FORMAT_HEADER] = "General", [FORMAT_TEXT] = "General",     [FORMAT_PROSE] = "General",
	    [FORMAT_MUTED] = "General",  [FORMAT_HEADING] = "General",  [FORMAT_LINK] = "General",
	    [FORMAT_COUNT] = "#,##0",    [FORMAT_COUNT_LEFT] = "#,##0", [FORMAT_FIGURE] = "0.0000",
	    [FORMAT_SHARE] = "0.0%",     [FORMAT_DATE] = "yyyy-mm-dd",
	};

	return codes[format];
}

/* --- text --- */

/* Bytes of the UTF-8 sequence at `p`, 0 where it is none. */
static size_t sequence(const char *p, size_t n)
{
	size_t bad, len = 1;
	unsigned char first = (unsigned char)*p;

	if (first >= 0xf0)
		len = 4;
	else if (first >= 0xe0)
		len = 3;
	else if (first >= 0x80)
		len = 2;
	return len <= n && text_is_utf8(p, len, &bad) ? len : 0;
}

/* U+FFFE and U+FFFF are no characters of XML. */
static bool is_noncharacter(const char *p)
{
	return !memcmp(p, "\xef\xbf\xbe", 3) || !memcmp(p, "\xef\xbf\xbf", 3);
}

/* "_x0041_" at `p`. */
static bool is_escape(const char *p)
{
	return p[0] == '_' && p[1] == 'x' && strspn(p + 2, "0123456789abcdefABCDEF") >= 4 &&
	       p[6] == '_';
}

/* What stands at `p`, fit for a cell: *len bytes of the result, *taken of the text. */
static const char *fit(const char *p, size_t n, size_t *len, size_t *taken)
{
	size_t bytes = sequence(p, n);

	*taken = bytes ? bytes : 1;
	*len = 3;
	if (!bytes || (bytes == 3 && is_noncharacter(p)))
		return "\xef\xbf\xbd";
	if (*p == '\r') {
		*taken = n > 1 && p[1] == '\n' ? 2 : 1;
		*len = 1;
		return "\n";
	}
	if ((unsigned char)*p < ' ' && *p != '\t' && *p != '\n')
		return "\xef\xbf\xbd";
	*len = bytes;
	if (*p == '_' && is_escape(p)) {
		*len = 7;
		return "_x005F_";
	}
	return p;
}

const char *plan_text(struct arena *mem, const char *text, size_t max_units)
{
	static const char mark[] = " … [cut]";
	enum { MARK_UNITS = 8 };
	size_t n = strlen(text), units = 0, keep = 0, len, taken;
	struct out o = {0};
	const char *result;

	for (size_t i = 0; i < n; i += taken) {
		const char *piece = fit(text + i, n - i, &len, &taken);
		size_t piece_units = len == 4 ? 2 : len == 7 ? 7 : 1;
		if (units + piece_units > max_units) {
			o.n = keep;
			out_puts(&o, mark);
			break;
		}
		out_write(&o, piece, len);
		units += piece_units;
		if (units + MARK_UNITS <= max_units)
			keep = o.n;
	}
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}

/* --- cells --- */

struct planner {
	struct arena *mem;
	struct workbook_plan *plan;
	struct plan_sheet *sheet;
	const char *site_prefix;
};

static struct plan_cell *add_cell(struct planner *p, size_t row, size_t column,
				  enum plan_format format)
{
	struct plan_cell *cell = ARENA_PUSH(p->mem, &p->sheet->cells);

	cell->row = (uint32_t)row;
	cell->column = (uint16_t)column;
	cell->format = (uint8_t)format;
	return cell;
}

static void add_text(struct planner *p, size_t row, size_t column, enum plan_format format,
		     const char *text)
{
	add_cell(p, row, column, format)->text = plan_text(p->mem, text, XLSX_TEXT_MAX);
}

/* The address that the workbook gets; NULL where it cannot hold one more, or one so long. The
 * cell's text says the same as its address, so nothing is lost with it. */
static const char *link_address(struct planner *p, const char *url)
{
	const char *hash = strchr(url, '#');

	if (p->sheet->n_links == XLSX_LINKS_MAX ||
	    strlen(url) + strlen(p->site_prefix) > XLSX_URL_MAX)
		return NULL;
	p->sheet->n_links++;
	if (hash == url)
		return arena_printf(p->mem, "internal:'%s'!A1", url + 1);
	return arena_printf(p->mem, "%s%s", p->site_prefix, url);
}

/* Spreadsheets know days from 1900-03-01 to 9999-12-31 alike. */
static bool serial_of_day(int32_t day, double *serial)
{
	enum { EPOCH_SERIAL = 25569, FIRST_SERIAL = 61, LAST_SERIAL = 2958465 };

	*serial = (double)day + EPOCH_SERIAL;
	return *serial >= FIRST_SERIAL && *serial <= LAST_SERIAL;
}

static enum plan_format number_format(enum column_format format)
{
	switch (format) {
	case COLUMN_FIGURE:
		return FORMAT_FIGURE;
	case COLUMN_SHARE:
		return FORMAT_SHARE;
	case COLUMN_COUNT:
		return FORMAT_COUNT;
	default:
		return FORMAT_COUNT_LEFT;
	}
}

static void plan_date(struct planner *p, size_t row, size_t column, int32_t day)
{
	char text[DATE_TEXT];
	double serial;

	if (serial_of_day(day, &serial))
		add_cell(p, row, column, FORMAT_DATE)->number = serial;
	else
		add_text(p, row, column, FORMAT_TEXT, date_format(text, day));
}

static void plan_cell(struct planner *p, size_t row, size_t column, enum column_format format,
		      const struct cell *cell)
{
	enum plan_format text = format == COLUMN_PROSE ? FORMAT_PROSE : FORMAT_TEXT;
	const char *url;

	switch (cell->type) {
	case CELL_EMPTY:
		break; /* no blank cell either: a chart would draw it as zero */
	case CELL_TEXT:
		add_text(p, row, column, text, cell->text);
		break;
	case CELL_LINK:
		url = link_address(p, cell->url);
		add_text(p, row, column, url ? FORMAT_LINK : text, cell->text);
		p->sheet->cells.items[p->sheet->cells.n - 1].url = url;
		break;
	case CELL_NUMBER:
		assert(isfinite(cell->number));
		add_cell(p, row, column, cell->whole ? FORMAT_COUNT : number_format(format))
		    ->number = cell->number;
		break;
	case CELL_DATE:
		plan_date(p, row, column, cell->day);
		break;
	}
}

static void plan_sheet(struct planner *p, const struct sheet *sheet)
{
	size_t rows = sheet_rows(sheet);

	p->sheet = ARENA_PUSH(p->mem, p->plan);
	p->sheet->name = sheet->name;
	p->sheet->from = sheet;
	if (rows >= XLSX_ROWS_MAX) {
		p->plan->why =
		    arena_printf(p->mem, "the sheet %s has %zu rows, a workbook holds %d",
				 sheet->name, rows, XLSX_ROWS_MAX - 1);
		return;
	}
	p->sheet->last_row = (uint32_t)(rows ? rows : 1);
	for (size_t i = 0; i < sheet->n_columns; i++) {
		add_text(p, 0, i, FORMAT_HEADER, sheet->columns[i].title);
		p->sheet->cells.items[i].is_header = true;
	}
	if (!rows)
		add_text(p, 1, 0, FORMAT_MUTED, "(none)");
	for (size_t row = 0; row < rows; row++)
		for (size_t i = 0; i < sheet->n_columns; i++)
			plan_cell(p, row + 1, i, sheet->columns[i].format,
				  &sheet->cells.items[row * sheet->n_columns + i]);
}

/* --- charts --- */

enum { CHART_ROWS = 24, CHART_TITLE_UNITS = 120, CHART_DESCRIPTION_UNITS = 450 };
enum { DATA_CHART, DATA_WHAT, DATA_X, DATA_Y };

static const struct sheet_column data_columns[] = {
    {"Chart", COLUMN_TEXT, 44},
    {"What", COLUMN_TEXT, 24},
    {"Mean score", COLUMN_FIGURE, 12},
    {"Event rate", COLUMN_FIGURE, 12},
};

/* Points that charts need beside the sheets' own: the diagonal, and intervals as line segments,
 * each followed by a gap. */
struct chart_data {
	struct sheet_builder b;
	struct sheet sheet;
};

static void data_row(struct chart_data *d, const char *chart, const char *what, double x, double y)
{
	cell_text(&d->b, chart);
	cell_text(&d->b, what);
	cell_number(&d->b, x);
	cell_number(&d->b, y);
}

static double number_at(const struct sheet *sheet, size_t row, size_t column)
{
	const struct cell *cell = &sheet->cells.items[row * sheet->n_columns + column];

	return cell->type == CELL_NUMBER ? cell->number : NAN;
}

static struct plan_range range(const char *sheet, size_t first, size_t n, unsigned column)
{
	/* data rows begin below the header */
	return (struct plan_range){sheet, (uint32_t)first + 1, (uint32_t)(first + n),
				   (uint16_t)column};
}

static void add_series(struct planner *p, struct plan_chart *chart, struct plan_series series)
{
	*ARENA_PUSH(p->mem, &chart->series) = series;
}

static void plan_calibration(struct planner *p, struct plan_chart *chart, const struct sheet *sheet,
			     const struct sheet_series *bins, struct chart_data *data)
{
	size_t first = sheet_rows(&data->sheet), n = 0;

	for (size_t i = bins->first_row; i < bins->first_row + bins->n_rows; i++) {
		double x = number_at(sheet, i, CALIBRATION_MEAN_SCORE);
		if (!isfinite(x))
			continue;
		data_row(data, chart->title, "95 % interval, low", x,
			 number_at(sheet, i, CALIBRATION_LOW));
		data_row(data, chart->title, "95 % interval, high", x,
			 number_at(sheet, i, CALIBRATION_HIGH));
		data_row(data, chart->title, "gap", NAN, NAN);
		n += 3;
	}
	add_series(p, chart,
		   (struct plan_series){range("ChartData", 0, 2, DATA_X),
					range("ChartData", 0, 2, DATA_Y),
					{0},
					"Perfect calibration",
					SERIES_DIAGONAL});
	if (n)
		add_series(p, chart,
			   (struct plan_series){range("ChartData", first, n, DATA_X),
						range("ChartData", first, n, DATA_Y),
						{0},
						"95 % interval",
						SERIES_INTERVAL});
	add_series(p, chart,
		   (struct plan_series){
		       range(sheet->name, bins->first_row, bins->n_rows, CALIBRATION_MEAN_SCORE),
		       range(sheet->name, bins->first_row, bins->n_rows, CALIBRATION_EVENT_RATE),
		       {0},
		       "Bins of scores",
		       SERIES_POINTS});
}

static void plan_drift(struct planner *p, struct plan_chart *chart, const struct sheet *sheet,
		       const struct sheet_chart *from)
{
	const struct sheet_series *first = &from->series.items[0];
	const struct plan_range windows =
	    range(sheet->name, first->first_row, first->n_rows, MONITORING_WINDOW);

	for (size_t i = 0; i < from->series.n; i++) {
		const struct sheet_series *s = &from->series.items[i];
		add_series(p, chart,
			   (struct plan_series){
			       windows, range(sheet->name, s->first_row, s->n_rows, MONITORING_PSI),
			       range(sheet->name, s->first_row, 1, MONITORING_FEATURE), NULL,
			       SERIES_LINE});
	}
	add_series(p, chart,
		   (struct plan_series){
		       windows,
		       range(sheet->name, first->first_row, first->n_rows, MONITORING_WARNING),
		       {0},
		       "Warning",
		       SERIES_WARNING});
	add_series(p, chart,
		   (struct plan_series){
		       windows,
		       range(sheet->name, first->first_row, first->n_rows, MONITORING_CRITICAL),
		       {0},
		       "Critical",
		       SERIES_CRITICAL});
}

static void plan_charts(struct planner *p, const struct sheets *sheets, struct chart_data *data)
{
	data_row(data, "All of calibration", "diagonal", 0, 0);
	data_row(data, "All of calibration", "diagonal", 1, 1);
	for (size_t i = 0; i < sheets->charts.n; i++) {
		const struct sheet_chart *from = &sheets->charts.items[i];
		const struct sheet *sheet = &sheets->items[from->sheet];
		struct plan_chart *chart = ARENA_PUSH(p->mem, &p->plan->charts);
		chart->kind = from->kind;
		chart->row = (uint32_t)(1 + i * CHART_ROWS);
		chart->title = plan_text(p->mem, from->title, CHART_TITLE_UNITS);
		chart->description = plan_text(p->mem, from->description, CHART_DESCRIPTION_UNITS);
		if (from->kind == SHEET_CHART_CALIBRATION)
			plan_calibration(p, chart, sheet, &from->series.items[0], data);
		else
			plan_drift(p, chart, sheet, from);
	}
}

/* The sheet that the charts stand on: above each its title, linked to its page. */
static void plan_chart_sheet(struct planner *p, const struct sheets *sheets)
{
	p->sheet = ARENA_PUSH(p->mem, p->plan);
	p->sheet->name = "Charts";
	for (size_t i = 0; i < p->plan->charts.n; i++) {
		const struct plan_chart *chart = &p->plan->charts.items[i];
		const char *url = sheets->charts.items[i].url;
		struct plan_cell *cell;
		url = url ? link_address(p, url) : NULL;
		cell = add_cell(p, chart->row - 1, 0, url ? FORMAT_LINK : FORMAT_HEADING);
		cell->text = chart->title;
		cell->url = url;
	}
}

struct workbook_plan workbook_plan(struct arena *mem, const struct sheets *sheets,
				   const char *site_prefix)
{
	struct workbook_plan plan = {0};
	struct planner p = {.mem = mem, .plan = &plan, .site_prefix = site_prefix};
	struct chart_data *data = arena_new(mem, struct chart_data, 1);

	for (size_t i = 0; i < sheets->n && !plan.why; i++)
		plan_sheet(&p, &sheets->items[i]);
	if (plan.why || !sheets->charts.n)
		return plan;
	data->sheet = (struct sheet){.name = "ChartData",
				     .title = "Points of charts that no other sheet holds",
				     COLUMNS(data_columns)};
	data->b.mem = mem;
	data->b.sheet = &data->sheet;
	plan_charts(&p, sheets, data);
	plan_chart_sheet(&p, sheets);
	plan_sheet(&p, &data->sheet);
	return plan;
}
