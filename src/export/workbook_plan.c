/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_plan.c - rows of sheets as cells of a workbook */
#include "export/workbook_plan.h"
#include "base/date.h"
#include "base/text.h"
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

/* Nearly all texts are as they should be. */
static bool is_plain(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~' || text[i] == '_')
			return false;
	return true;
}

const char *plan_text(struct arena *mem, const char *text, size_t max_units)
{
	static const char mark[] = " … [cut]";
	enum { MARK_UNITS = 8 };
	size_t n = strlen(text), units = 0, keep = 0, len, taken;
	struct out o = {0};
	const char *result;

	if (n <= max_units && is_plain(text, n))
		return text;
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

/* --- cells of a row --- */

/* A walk over the rows of a sheet. */
struct planner {
	const struct workbook_plan *plan;
	const struct plan_sheet *sheet;
	struct arena texts; /* of the row */
	struct plan_cell cells[SHEET_COLUMNS_MAX];
	size_t n, n_links;
	uint32_t row;
	bool ended; /* no more rows are wanted */
	bool (*take)(void *ctx, const struct plan_row *row);
	void *ctx;
};

static struct plan_cell *add_cell(struct planner *p, size_t column, enum plan_format format)
{
	struct plan_cell *cell = &p->cells[p->n++];

	*cell = (struct plan_cell){
	    .row = p->row, .column = (uint16_t)column, .format = (uint8_t)format};
	return cell;
}

static struct plan_cell *add_text(struct planner *p, size_t column, enum plan_format format,
				  const char *text)
{
	struct plan_cell *cell = add_cell(p, column, format);

	cell->text = plan_text(&p->texts, text, XLSX_TEXT_MAX);
	return cell;
}

const char *plan_link(struct arena *mem, const struct workbook_plan *plan, const char *url)
{
	if (strlen(url) + strlen(plan->site_prefix) > XLSX_URL_MAX)
		return NULL;
	if (*url == '#')
		return arena_printf(mem, "internal:'%s'!A1", url + 1);
	return arena_printf(mem, "%s%s", plan->site_prefix, url);
}

/* NULL where the sheet cannot hold one more, or one so long. The cell's text says the same as its
 * address, so nothing is lost with it. */
static const char *link_address(struct planner *p, const char *url)
{
	size_t most = p->plan->streamed ? XLSX_LINKS_STREAMED_MAX : XLSX_LINKS_MAX;
	const char *address = p->n_links < most ? plan_link(&p->texts, p->plan, url) : NULL;

	p->n_links += address != NULL;
	return address;
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

static void plan_date(struct planner *p, size_t column, int32_t day)
{
	char text[DATE_TEXT];
	double serial;

	if (serial_of_day(day, &serial))
		add_cell(p, column, FORMAT_DATE)->number = serial;
	else
		add_text(p, column, FORMAT_TEXT, arena_strdup(&p->texts, date_format(text, day)));
}

static void plan_cell(struct planner *p, size_t column, enum column_format format,
		      const struct cell *cell)
{
	enum plan_format text = format == COLUMN_PROSE ? FORMAT_PROSE : FORMAT_TEXT;
	const char *url;

	switch (cell->type) {
	case CELL_EMPTY:
		break; /* no blank cell either: a chart would draw it as zero */
	case CELL_TEXT:
		add_text(p, column, text, cell->text);
		break;
	case CELL_LINK:
		url = link_address(p, cell->url);
		add_text(p, column, url ? FORMAT_LINK : text, cell->text)->url = url;
		break;
	case CELL_NUMBER:
		assert(isfinite(cell->number));
		add_cell(p, column, cell->whole ? FORMAT_COUNT : number_format(format))->number =
		    cell->number;
		break;
	case CELL_DATE:
		plan_date(p, column, cell->day);
		break;
	}
}

/* --- rows of a sheet --- */

static void end_row(struct planner *p)
{
	const struct plan_row row = {p->row, p->cells, p->n};

	p->ended = p->ended || !p->take(p->ctx, &row);
	p->n = 0;
	p->row++;
	arena_reset(&p->texts, (struct arena_mark){0});
}

static void header_row(struct planner *p)
{
	const struct sheet *from = p->sheet->from;

	for (size_t i = 0; i < from->n_columns; i++)
		add_text(p, i, FORMAT_HEADER, from->columns[i].title)->is_header = true;
	end_row(p);
}

static bool data_row(void *ctx, const struct cell *cells)
{
	struct planner *p = ctx;
	const struct sheet *from = p->sheet->from;

	if (p->row > p->sheet->rows)
		return false;
	for (size_t i = 0; i < from->n_columns; i++)
		plan_cell(p, i, from->columns[i].format, &cells[i]);
	end_row(p);
	return !p->ended;
}

/* What stands in place of rows. */
static void last_row(struct planner *p)
{
	const char *text = "(none)";

	if (p->ended || (p->sheet->rows && !p->sheet->left_out))
		return;
	if (p->sheet->left_out)
		text = arena_printf(&p->texts,
				    "%zu rows more are left out, since a sheet holds no more: "
				    "`modelbook export --format csv` writes them all",
				    p->sheet->left_out);
	add_text(p, 0, FORMAT_MUTED, text);
	end_row(p);
}

static void walk(struct planner *p)
{
	if (p->sheet->from) {
		header_row(p);
		sheet_each_row(p->plan->sheets, p->sheet->from, data_row, p);
		last_row(p);
		return;
	}
	for (size_t i = 0; i < p->sheet->cells.n && !p->ended; i++) {
		p->row = p->sheet->cells.items[i].row;
		p->cells[p->n++] = p->sheet->cells.items[i];
		end_row(p);
	}
}

void plan_each_row(const struct workbook_plan *plan, const struct plan_sheet *sheet,
		   bool (*take)(void *ctx, const struct plan_row *row), void *ctx)
{
	struct planner p = {.plan = plan, .sheet = sheet, .take = take, .ctx = ctx};

	arena_init(&p.texts);
	walk(&p);
	arena_release(&p.texts);
}

/* --- the whole --- */

/* Bytes of a sheet's rows in the file, and the rows that this is for. */
struct sheet_size {
	uint64_t bytes;
	size_t rows;
};

static bool add_size(void *ctx, const struct plan_row *row)
{
	/* the archive holds 4 GiB of one part; the rest is for links and colours */
	const uint64_t most = UINT64_C(3) << 30;
	enum { ROW_BYTES = 64, CELL_BYTES = 64, MOST_FOR_A_BYTE = 6 };
	struct sheet_size *size = ctx;

	size->bytes += ROW_BYTES;
	for (size_t i = 0; i < row->n; i++) {
		const char *text = row->cells[i].text;
		size->bytes += CELL_BYTES;
		for (; text && *text; text++)
			size->bytes += strchr("&<>\"", *text) ? MOST_FOR_A_BYTE : 1;
	}
	if (size->bytes > most)
		return false;
	size->rows++;
	return true;
}

/* How many of a sheet's rows the file can hold. */
static void fit_rows(const struct workbook_plan *plan, struct plan_sheet *sheet)
{
	enum { ROWS_MAX = XLSX_ROWS_MAX - 1, LOOK_FROM = 400000 };
	const size_t all = sheet->from->n_rows;
	struct sheet_size size = {0};

	sheet->rows = all > ROWS_MAX ? ROWS_MAX - 1 : all;
	if (all < LOOK_FROM)
		return;
	plan_each_row(plan, sheet, add_size, &size);
	if (size.rows && size.rows - 1 < sheet->rows) /* without the header */
		sheet->rows = size.rows - 1;
	sheet->left_out = all - sheet->rows;
}

void plan_add_sheet(struct arena *mem, struct workbook_plan *plan, const struct sheet *sheet)
{
	struct plan_sheet *p = ARENA_PUSH(mem, plan);

	assert(sheet->n_columns <= SHEET_COLUMNS_MAX);
	p->name = sheet->name;
	p->from = sheet;
	fit_rows(plan, p);
	p->last_row = (uint32_t)(p->rows + (p->left_out > 0));
	if (!p->last_row)
		p->last_row = 1;
}

struct workbook_plan workbook_plan(struct arena *mem, const struct sheets *sheets,
				   const char *site_prefix)
{
	struct workbook_plan plan = {.sheets = sheets, .site_prefix = site_prefix};
	size_t cells = 0;

	for (size_t i = 0; i < sheets->n; i++)
		cells += sheets->items[i].n_rows * sheets->items[i].n_columns;
	plan.streamed = cells >= STREAMED_FROM;
	for (size_t i = 0; i < sheets->n; i++)
		plan_add_sheet(mem, &plan, &sheets->items[i]);
	if (sheets->charts.n)
		plan_charts(mem, &plan);
	return plan;
}
