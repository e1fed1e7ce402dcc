/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheets.c - building sheets: cells from left to right, sheet after sheet */
#include "base/date.h"
#include "base/number.h"
#include "base/path.h"
#include "export/sheet_builder.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* --- rows --- */

void sheet_keep_row(struct arena *mem, struct sheet *sheet, const struct cell *cells)
{
	for (size_t i = 0; i < sheet->n_columns; i++)
		*ARENA_PUSH(mem, &sheet->cells) = cells[i];
	sheet->n_rows++;
}

static void put(struct sheet_builder *b, struct cell cell)
{
	b->cells[b->n_cells++] = b->counting ? (struct cell){0} : cell;
	if (b->n_cells < b->sheet->n_columns)
		return;
	b->n_cells = 0;
	b->rows++;
	if (b->take && !b->counting)
		b->counting = !b->take(b->ctx, b->cells);
	arena_reset(b->mem, (struct arena_mark){0});
}

/* --- cells --- */

void cell_text(struct sheet_builder *b, const char *text)
{
	put(b, text && *text ? (struct cell){.type = CELL_TEXT, .text = text} : (struct cell){0});
}

double sheet_rounded(double value)
{
	char text[NUMBER_TEXT_MAX];
	double rounded;

	number_significant(text, value, 12);
	return number_parse(text, strlen(text), &rounded) ? rounded : value;
}

void cell_figure_or_count(struct sheet_builder *b, double value, bool whole)
{
	struct cell cell = {.type = CELL_NUMBER, .whole = whole};

	if (b->counting || !isfinite(value)) {
		put(b, (struct cell){0});
		return;
	}
	cell.number = sheet_rounded(value);
	put(b, cell);
}

void cell_number(struct sheet_builder *b, double value)
{
	cell_figure_or_count(b, value, false);
}

void cell_count(struct sheet_builder *b, size_t n)
{
	cell_number(b, (double)n);
}

void cell_day(struct sheet_builder *b, int32_t day)
{
	put(b, day != INT32_MIN ? (struct cell){.type = CELL_DATE, .day = day} : (struct cell){0});
}

void cell_date_text(struct sheet_builder *b, const char *text)
{
	int32_t day;

	if (text && date_parse(text, strlen(text), &day))
		cell_day(b, day);
	else
		cell_text(b, text);
}

void cell_link(struct sheet_builder *b, const char *text, const char *url)
{
	if (text && *text && url)
		put(b, (struct cell){.type = CELL_LINK, .text = text, .url = url});
	else
		cell_text(b, text);
}

const char *site_url(struct arena *mem, const struct page *page, const char *anchor)
{
	const char *path;

	if (!page)
		return NULL;
	path = path_encode_url(mem, page->path);
	if (!anchor || !*anchor)
		return path;
	return arena_printf(mem, "%s#%s", path, path_encode_url(mem, anchor));
}

void cell_page(struct sheet_builder *b, const struct page *page, const char *anchor)
{
	if (page && !b->counting)
		cell_link(b,
			  anchor && *anchor ? arena_printf(b->mem, "%s#%s", page->path, anchor)
					    : page->path,
			  site_url(b->mem, page, anchor));
	else
		cell_text(b, NULL);
}

void cell_place(struct sheet_builder *b, const struct span *at)
{
	const struct page *page;
	struct position position;
	const char *text, *url = NULL;

	if (!at->source || b->counting) {
		cell_text(b, NULL);
		return;
	}
	position = source_position(at);
	text = arena_printf(b->mem, "%s:%u", at->source->path, (unsigned)position.line);
	page = page_of_input(&b->book->ws->pages, at->source->path);
	if (page && page->kind == PAGE_RECORD)
		url = site_url(b->mem, page, arena_printf(b->mem, "L%u", (unsigned)position.line));
	else if (page)
		url = site_url(b->mem, page, NULL);
	cell_link(b, text, url);
}

const char *subject_text(const struct subject *subject)
{
	return subject->version ? subject->version->name : subject->text ? subject->text : "";
}

const struct page *subject_page(const struct subject *subject)
{
	if (subject->version && subject->version->page)
		return subject->version->page;
	return subject->model ? subject->model->page : NULL;
}

/* --- all sheets --- */

static void index_run_pages(struct arena *mem, struct sheets *sheets)
{
	const struct page_plan *plan = &sheets->book->ws->pages;

	for (size_t i = 0; i < plan->n; i++) {
		struct page *page = plan->items[i];
		if (page->kind == PAGE_RUN && page->record && page->record->id)
			map_put(&sheets->run_pages, mem, page->record->id, page);
	}
}

struct sheet_chart *sheet_add_chart(struct sheet_builder *b)
{
	return b->planned ? ARENA_PUSH(b->planned_mem, &b->planned->charts) : NULL;
}

/* Walks over the rows of a sheet; what `b` was given by the caller stays. */
static void walk(struct sheet_builder *b, const struct sheets *sheets, const struct sheet *sheet)
{
	struct arena row, held;

	arena_init(&row);
	arena_init(&held);
	b->mem = &row;
	b->held = &held;
	b->book = sheets->book;
	b->sheets = sheets;
	b->sheet = sheet;
	sheet->fill(b);
	assert(b->n_cells == 0); /* whole rows only */
	arena_release(&row);
	arena_release(&held);
}

void sheet_each_row(const struct sheets *sheets, const struct sheet *sheet,
		    bool (*take)(void *ctx, const struct cell *cells), void *ctx)
{
	struct sheet_builder b = {.take = take, .ctx = ctx};
	bool more = true;

	if (sheet->fill) {
		walk(&b, sheets, sheet);
		return;
	}
	for (size_t i = 0; more && i < sheet->n_rows; i++)
		more = take(ctx, &sheet->cells.items[i * sheet->n_columns]);
}

/* Counts the rows of a sheet, and plans the charts over them. */
static void count_rows(struct arena *mem, struct sheets *sheets, struct sheet *sheet)
{
	struct sheet_builder b = {.counting = true, .planned = sheets, .planned_mem = mem};

	b.counts = sheets->counts;
	walk(&b, sheets, sheet);
	sheet->n_rows = b.rows;
	sheets->counts = b.counts;
}

struct sheets sheets_build(struct arena *mem, const struct book *book)
{
	static const struct sheet *const all[SHEET_COUNT] = {
	    [SHEET_OVERVIEW] = &sheet_overview,
	    [SHEET_REQUIREMENTS] = &sheet_requirements,
	    [SHEET_CONTROLS] = &sheet_controls,
	    [SHEET_MODELS] = &sheet_models,
	    [SHEET_RUNS] = &sheet_runs,
	    [SHEET_MONITORING] = &sheet_monitoring,
	    [SHEET_PERFORMANCE] = &sheet_performance,
	    [SHEET_CALIBRATION] = &sheet_calibration,
	    [SHEET_GROUPS] = &sheet_groups,
	    [SHEET_SEGMENTS] = &sheet_segments,
	    [SHEET_CLASSES] = &sheet_classes,
	    [SHEET_OTHER] = &sheet_other,
	    [SHEET_FINDINGS] = &sheet_findings,
	};
	struct sheets sheets = {.book = book};

	index_run_pages(mem, &sheets);
	for (size_t i = 0; i < SHEET_COUNT; i++) {
		assert(all[i]->n_columns <= SHEET_COLUMNS_MAX);
		*ARENA_PUSH(mem, &sheets) = *all[i];
	}
	for (size_t i = 0; i < SHEET_COUNT; i++)
		count_rows(mem, &sheets, &sheets.items[i]);
	return sheets;
}
