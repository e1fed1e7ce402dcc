/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheets.c - building sheets: cells from left to right, sheet after sheet */
#include "base/date.h"
#include "base/number.h"
#include "base/path.h"
#include "export/sheet_builder.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static struct cell *add_cell(struct sheet_builder *b, enum cell_type type)
{
	struct cell *cell = ARENA_PUSH(b->mem, &b->sheet->cells);

	cell->type = type;
	return cell;
}

void cell_text(struct sheet_builder *b, const char *text)
{
	if (text && *text)
		add_cell(b, CELL_TEXT)->text = text;
	else
		add_cell(b, CELL_EMPTY);
}

/* Sheets hold 12 significant digits (design.md). */
static double round_to_12(double value)
{
	char text[NUMBER_TEXT_MAX];
	double rounded;

	number_significant(text, value, 12);
	return number_parse(text, strlen(text), &rounded) ? rounded : value;
}

void cell_number(struct sheet_builder *b, double value)
{
	if (isfinite(value))
		add_cell(b, CELL_NUMBER)->number = round_to_12(value);
	else
		add_cell(b, CELL_EMPTY);
}

void cell_count(struct sheet_builder *b, size_t n)
{
	cell_number(b, (double)n);
}

void cell_day(struct sheet_builder *b, int32_t day)
{
	if (day != INT32_MIN)
		add_cell(b, CELL_DATE)->day = day;
	else
		add_cell(b, CELL_EMPTY);
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
	if (!text || !*text || !url) {
		cell_text(b, text);
		return;
	}
	struct cell *cell = add_cell(b, CELL_LINK);
	cell->text = text;
	cell->url = url;
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
	if (page)
		cell_link(b,
			  anchor && *anchor ? arena_printf(b->mem, "%s#%s", page->path, anchor)
					    : page->path,
			  site_url(b->mem, page, anchor));
	else
		add_cell(b, CELL_EMPTY);
}

void cell_place(struct sheet_builder *b, const struct span *at)
{
	const struct page *page;
	struct position position;
	const char *text, *url = NULL;

	if (!at->source) {
		add_cell(b, CELL_EMPTY);
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

size_t sheet_rows(const struct sheet *sheet)
{
	assert(sheet->cells.n % sheet->n_columns == 0);
	return sheet->cells.n / sheet->n_columns;
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

static void index_run_pages(struct sheet_builder *b)
{
	const struct page_plan *plan = &b->book->ws->pages;

	for (size_t i = 0; i < plan->n; i++) {
		struct page *page = plan->items[i];
		if (page->kind == PAGE_RUN && page->record && page->record->id)
			map_put(&b->run_pages, b->mem, page->record->id, page);
	}
}

struct sheets sheets_build(struct arena *mem, const struct book *book)
{
	static const struct {
		const struct sheet *sheet;
		void (*fill)(struct sheet_builder *b);
	} parts[SHEET_COUNT] = {
	    [SHEET_OVERVIEW] = {&sheet_overview, fill_overview},
	    [SHEET_REQUIREMENTS] = {&sheet_requirements, fill_requirements},
	    [SHEET_CONTROLS] = {&sheet_controls, fill_controls},
	    [SHEET_MODELS] = {&sheet_models, fill_models},
	    [SHEET_RUNS] = {&sheet_runs, fill_runs},
	    [SHEET_MONITORING] = {&sheet_monitoring, fill_monitoring},
	    [SHEET_PERFORMANCE] = {&sheet_performance, fill_performance},
	    [SHEET_CALIBRATION] = {&sheet_calibration, fill_calibration},
	    [SHEET_GROUPS] = {&sheet_groups, fill_groups},
	    [SHEET_SEGMENTS] = {&sheet_segments, fill_segments},
	    [SHEET_CLASSES] = {&sheet_classes, fill_classes},
	    [SHEET_OTHER] = {&sheet_other, fill_other},
	    [SHEET_FINDINGS] = {&sheet_findings, fill_findings},
	};
	struct sheets sheets = {0};
	struct sheet_builder b = {.mem = mem, .book = book, .sheets = &sheets};

	index_run_pages(&b);
	for (size_t i = 0; i < SHEET_COUNT; i++)
		*ARENA_PUSH(mem, &sheets) = *parts[i].sheet;
	/* the overview is first and counts the others: it is filled last */
	for (size_t i = 1; i <= SHEET_COUNT; i++) {
		b.sheet = &sheets.items[i % SHEET_COUNT];
		parts[i % SHEET_COUNT].fill(&b);
		sheet_rows(b.sheet); /* whole rows only */
	}
	return sheets;
}
