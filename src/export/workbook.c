/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook.c - the plan written by libxlsxwriter
 *
 * Text is written as text only (never worksheet_write_general or a formula), every return value
 * is looked at, and what was written is read back, since the library can lose cells without a
 * word. The date of creation is set: without it the file would hold the time of the build. */
#include "export/workbook.h"
#include "base/date.h"
#include "base/path.h"
#include "export/workbook_plan.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct writer {
	lxw_workbook *book;
	lxw_format *formats[FORMAT_KINDS];
	lxw_format *tones[4];
	lxw_error error;    /* the first one */
	const char *during; /* what was being written then */
};

static bool did(struct writer *w, lxw_error error, const char *what)
{
	if (error != LXW_NO_ERROR && w->error == LXW_NO_ERROR) {
		w->error = error;
		w->during = what;
	}
	return error == LXW_NO_ERROR;
}

/* --- formats --- */

enum {
	MUTED_COLOR = 0x57606a,
	LINK_COLOR = 0x0b5cad,
	RULE_COLOR = 0xd0d7de,
	SURFACE_COLOR = 0xf6f7f9
};
enum { PAPER_A4 = 9 };

static bool make_formats(struct writer *w)
{
	for (size_t i = 0; i < FORMAT_KINDS; i++) {
		const char *code = plan_format_code((enum plan_format)i);
		lxw_format *f = workbook_add_format(w->book);
		if (!f)
			return false;
		if (strcmp(code, "General") != 0)
			format_set_num_format(f, code);
		format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
		w->formats[i] = f;
	}
	format_set_bold(w->formats[FORMAT_HEADER]);
	format_set_align(w->formats[FORMAT_HEADER], LXW_ALIGN_VERTICAL_BOTTOM);
	format_set_text_wrap(w->formats[FORMAT_HEADER]);
	format_set_bg_color(w->formats[FORMAT_HEADER], SURFACE_COLOR);
	format_set_bottom(w->formats[FORMAT_HEADER], LXW_BORDER_THIN);
	format_set_bottom_color(w->formats[FORMAT_HEADER], RULE_COLOR);
	format_set_bold(w->formats[FORMAT_HEADING]);
	format_set_text_wrap(w->formats[FORMAT_PROSE]);
	format_set_italic(w->formats[FORMAT_MUTED]);
	format_set_font_color(w->formats[FORMAT_MUTED], MUTED_COLOR);
	format_set_underline(w->formats[FORMAT_LINK], LXW_UNDERLINE_SINGLE);
	format_set_font_color(w->formats[FORMAT_LINK], LINK_COLOR);
	format_set_align(w->formats[FORMAT_COUNT_LEFT], LXW_ALIGN_LEFT);
	format_set_align(w->formats[FORMAT_DATE], LXW_ALIGN_LEFT);
	return true;
}

/* Words of states and severities and what they mean; the word stays, the colour is beside it. */
enum tone { TONE_GOOD, TONE_WARNING, TONE_CRITICAL, TONE_UNKNOWN };
static const struct {
	lxw_color_t text, ground;
} tone_colors[] = {
    [TONE_GOOD] = {0x1a6b3c, 0xe8f3ec},
    [TONE_WARNING] = {0x8a5a00, 0xfdf3dc},
    [TONE_CRITICAL] = {0xb3261e, 0xfbe9e7},
    [TONE_UNKNOWN] = {0x5b5f66, 0xf1f2f4},
};
static const struct {
	const char *word;
	enum tone tone;
} state_words[] = {
    {"present", TONE_GOOD},
    {"missing", TONE_CRITICAL},
    {"empty", TONE_CRITICAL},
    {"placeholder", TONE_CRITICAL},
    {"shown", TONE_GOOD},
    {"claimed", TONE_WARNING},
    {"contradicted", TONE_CRITICAL},
    {"open", TONE_WARNING},
    {"not applicable", TONE_UNKNOWN},
    {"waived", TONE_UNKNOWN},
    {"stable", TONE_GOOD},
    {"warning", TONE_WARNING},
    {"critical", TONE_CRITICAL},
    {"too_few", TONE_UNKNOWN},
    {"unknown", TONE_UNKNOWN},
    {"error", TONE_CRITICAL},
    {"note", TONE_UNKNOWN},
    {"approved", TONE_GOOD},
    {"rework", TONE_WARNING},
    {"blocked", TONE_CRITICAL},
    {"draft", TONE_UNKNOWN},
    {"production", TONE_GOOD},
    {"retired", TONE_UNKNOWN},
    {"promoted", TONE_GOOD},
    {"archived", TONE_UNKNOWN},
    {"iterate", TONE_WARNING},
    {"satisfied", TONE_GOOD},
    {"planned", TONE_UNKNOWN},
    {"not checked here", TONE_WARNING},
};

static bool make_tones(struct writer *w)
{
	for (size_t i = 0; i < sizeof tone_colors / sizeof *tone_colors; i++) {
		lxw_format *f = workbook_add_format(w->book);
		if (!f)
			return false;
		format_set_font_color(f, tone_colors[i].text);
		format_set_bg_color(f, tone_colors[i].ground);
		w->tones[i] = f;
	}
	return true;
}

static void color_states(struct writer *w, lxw_worksheet *sheet, uint32_t last_row, size_t column)
{
	for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++) {
		char quoted[40];
		lxw_conditional_format rule = {
		    .type = LXW_CONDITIONAL_TYPE_CELL,
		    .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
		    .value_string = quoted,
		    .format = w->tones[state_words[i].tone],
		};
		snprintf(quoted, sizeof quoted, "\"%s\"", state_words[i].word);
		did(w,
		    worksheet_conditional_format_range(sheet, 1, (lxw_col_t)column, last_row,
						       (lxw_col_t)column, &rule),
		    "colours of states");
	}
}

/* --- sheets --- */

static void write_cell(struct writer *w, lxw_worksheet *sheet, const struct plan_cell *cell)
{
	lxw_format *format = w->formats[cell->format];

	if (cell->url)
		did(w,
		    worksheet_write_url_opt(sheet, cell->row, cell->column, cell->url, format,
					    cell->text, NULL),
		    "a link");
	else if (cell->text)
		did(w, worksheet_write_string(sheet, cell->row, cell->column, cell->text, format),
		    "a text");
	else
		did(w, worksheet_write_number(sheet, cell->row, cell->column, cell->number, format),
		    "a number");
}

/* As many pages side by side as it takes to read them, header and first column on each. */
static void set_up_print(struct writer *w, lxw_worksheet *sheet, const struct sheet *from)
{
	enum { CHARACTERS_ON_A_PAGE = 200 };
	char header[LXW_HEADER_FOOTER_MAX];
	double width = 0;

	for (size_t i = 0; i < from->n_columns; i++)
		width += from->columns[i].width;
	snprintf(header, sizeof header, "&L%s", from->title); /* ours, without '&' */
	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_set_landscape(sheet);
	worksheet_set_margins(sheet, 0.4, 0.4, 0.6, 0.6);
	worksheet_fit_to_pages(sheet, (uint16_t)(1 + width / CHARACTERS_ON_A_PAGE), 0);
	did(w, worksheet_repeat_rows(sheet, 0, 0), "the repeated header");
	did(w, worksheet_repeat_columns(sheet, 0, 0), "the repeated column");
	did(w, worksheet_set_header(sheet, header), "the page header");
	did(w, worksheet_set_footer(sheet, "&L&A&RPage &P of &N"), "the page footer");
}

static void set_columns(struct writer *w, lxw_worksheet *sheet, const struct plan_sheet *plan)
{
	const struct sheet *from = plan->from;

	for (size_t i = 0; i < from->n_columns; i++) {
		did(w,
		    worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, from->columns[i].width,
					 NULL),
		    "the width of a column");
		if (from->columns[i].format == COLUMN_STATE)
			color_states(w, sheet, plan->last_row, i);
	}
}

static void add_table(struct writer *w, lxw_worksheet *sheet, const struct plan_sheet *plan)
{
	lxw_table_column columns[SHEET_COLUMNS_MAX] = {{0}};
	lxw_table_column *pointers[SHEET_COLUMNS_MAX + 1] = {NULL};
	lxw_table_options options = {.name = (char *)plan->name,
				     .style_type = LXW_TABLE_STYLE_TYPE_LIGHT,
				     .style_type_number = 1,
				     .columns = pointers};
	const struct sheet *from = plan->from;

	for (size_t i = 0; i < from->n_columns; i++) {
		columns[i].header = (char *)from->columns[i].title; /* it is copied */
		columns[i].header_format = w->formats[FORMAT_HEADER];
		pointers[i] = &columns[i];
	}
	did(w,
	    worksheet_add_table(sheet, 0, 0, plan->last_row, (lxw_col_t)(from->n_columns - 1),
				&options),
	    "a table");
}

/* Lines that a wrapped text takes in a column of `width` characters. */
static size_t wrapped_lines(const char *text, double width)
{
	size_t lines = 1, in_line = 0, most = width > 4 ? (size_t)width - 2 : 2;

	for (; *text; text++) {
		if (((unsigned char)*text & 0xC0) == 0x80)
			continue;
		if (*text == '\n' || ++in_line > most) {
			lines++;
			in_line = *text != '\n';
		}
	}
	return lines;
}

/* A row as high as its longest wrapped text: readers other than Excel do not do it themselves. */
static void set_row_height(struct writer *w, lxw_worksheet *sheet, const struct plan_sheet *plan,
			   const struct plan_row *row)
{
	enum { LINE_POINTS = 15, MOST_LINES = 20 };
	size_t lines = 1;

	for (size_t i = 0; i < row->n; i++) {
		const struct plan_cell *cell = &row->cells[i];
		size_t n = 1;
		if (!cell->is_header && cell->text && cell->format == FORMAT_PROSE)
			n = wrapped_lines(cell->text, plan->from->columns[cell->column].width);
		lines = n > lines ? n : lines;
	}
	if (lines > 1)
		did(w,
		    worksheet_set_row(sheet, row->row,
				      (double)LINE_POINTS *
					  (double)(lines < MOST_LINES ? lines : MOST_LINES),
				      NULL),
		    "the height of a row");
}

/* The sheet that rows are written to, one after the other: what is streamed cannot go back. */
struct sheet_writer {
	struct writer *w;
	lxw_worksheet *sheet;
	const struct plan_sheet *plan;
	bool streamed;
};

static bool write_row(void *ctx, const struct plan_row *row)
{
	struct sheet_writer *s = ctx;

	set_row_height(s->w, s->sheet, s->plan, row);
	for (size_t i = 0; i < row->n; i++)
		if (s->streamed || !row->cells[i].is_header) /* a table writes its own */
			write_cell(s->w, s->sheet, &row->cells[i]);
	return s->w->error == LXW_NO_ERROR;
}

static void write_sheet(struct writer *w, const struct workbook_plan *all,
			const struct plan_sheet *plan)
{
	lxw_worksheet *sheet = workbook_add_worksheet(w->book, plan->name);
	struct sheet_writer writer = {w, sheet, plan, all->streamed};

	if (!sheet) {
		did(w, LXW_ERROR_MEMORY_MALLOC_FAILED, "a sheet");
		return;
	}
	plan_each_row(all, plan, write_row, &writer);
	if (!plan->from)
		return;
	set_columns(w, sheet, plan);
	if (all->streamed)
		did(w,
		    worksheet_autofilter(sheet, 0, 0, plan->last_row,
					 (lxw_col_t)(plan->from->n_columns - 1)),
		    "a filter");
	else
		add_table(w, sheet, plan);
	worksheet_freeze_panes(sheet, 1, 1);
	set_up_print(w, sheet, plan->from);
	/* "3" and "1.10" are names of versions, not numbers in disguise */
	did(w, worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"),
	    "texts that look like numbers");
}

static void write_charts(struct writer *w, const struct workbook_plan *plan)
{
	enum { CHARTS_ON_A_PAGE = 3, BREAKS_MAX = 1000 };
	lxw_worksheet *sheet = workbook_get_worksheet_by_name(w->book, "Charts");
	lxw_row_t breaks[BREAKS_MAX + 1] = {0};
	size_t n = 0;

	if (!plan->charts.n)
		return;
	for (size_t i = 0; sheet && i < plan->charts.n; i++) {
		const struct plan_chart *chart = &plan->charts.items[i];
		if (!workbook_add_plan_chart(w->book, sheet, chart))
			did(w, LXW_ERROR_PARAMETER_VALIDATION, "a chart");
		if (i && i % CHARTS_ON_A_PAGE == 0 && n < BREAKS_MAX)
			breaks[n++] = chart->row - 1;
	}
	if (!sheet) {
		did(w, LXW_ERROR_PARAMETER_VALIDATION, "the sheet of charts");
		return;
	}
	worksheet_gridlines(sheet, LXW_HIDE_ALL_GRIDLINES);
	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_set_print_scale(sheet, 70);
	worksheet_set_margins(sheet, 0.4, 0.4, 0.6, 0.6);
	if (n)
		did(w, worksheet_set_h_pagebreaks(sheet, breaks), "page breaks");
	did(w, worksheet_set_footer(sheet, "&L&A&RPage &P of &N"), "the page footer");
}

static void set_properties(struct writer *w, const char *title, int32_t as_of)
{
	/* the library takes 0 for "now" */
	time_t created = as_of > 0 ? (time_t)date_moment(as_of) : 1;
	lxw_doc_properties properties = {
	    .title = (char *)title, .author = (char *)"modelbook", .created = created};

	did(w, workbook_set_properties(w->book, &properties), "the properties");
}

static char *folder_of(struct arena *mem, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return arena_strdup(mem, ".");
	return arena_strndup(mem, path, slash == path ? 1 : (size_t)(slash - path));
}

static lxw_error write_book(struct writer *w, const struct workbook_plan *plan, const char *title,
			    int32_t as_of, const char *path, struct arena *scratch)
{
	/* beside the file, where there is room for it: /tmp may be memory */
	lxw_workbook_options options = {.constant_memory = plan->streamed,
					.tmpdir = folder_of(scratch, path)};
	lxw_error closed;

	w->book = workbook_new_opt(path, &options);
	if (!w->book) {
		did(w, LXW_ERROR_MEMORY_MALLOC_FAILED, "the workbook");
		return w->error;
	}
	if (!make_formats(w) || !make_tones(w)) {
		did(w, LXW_ERROR_MEMORY_MALLOC_FAILED, "the formats");
	} else {
		set_properties(w, title, as_of);
		for (size_t i = 0; i < plan->n; i++)
			write_sheet(w, plan, &plan->items[i]);
		write_charts(w, plan);
	}
	closed = workbook_close(w->book); /* frees it, whatever it returns */
	did(w, closed, "the file");
	return w->error;
}

enum status workbook_write_plan(const struct workbook_plan *plan, const char *title, int32_t as_of,
				const char *path, struct arena *scratch, const char **why)
{
	enum { TITLE_UNITS = 200 };
	struct writer w = {0};

	*why = NULL;
	if (write_book(&w, plan, plan_text(scratch, title, TITLE_UNITS), as_of, path, scratch) !=
	    LXW_NO_ERROR)
		*why = arena_printf(scratch, "%s could not be written: %s", w.during,
				    lxw_strerror(w.error));
	else
		*why = workbook_read_back(scratch, path, plan);
	if (!*why)
		return ST_OK;
	unlink(path);
	return ST_FAILED;
}

enum status workbook_write_sheets(const struct sheets *sheets, const char *title, int32_t as_of,
				  const char *path, const char *site_prefix, struct arena *scratch,
				  const char **why)
{
	const struct workbook_plan plan = workbook_plan(scratch, sheets, site_prefix);

	return workbook_write_plan(&plan, title, as_of, path, scratch, why);
}

enum status workbook_write(const struct book *book, const char *path, const char *site_prefix,
			   struct arena *scratch, const char **why)
{
	const struct sheets sheets = sheets_build(scratch, book);

	return workbook_write_sheets(&sheets, book->ws->config.title, book->as_of, path,
				     site_prefix, scratch, why);
}
