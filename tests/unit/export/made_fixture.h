/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/export/made_fixture.h - sheets made by hand, and workbooks of them and of the small book */
#ifndef MADE_FIXTURE_H
#define MADE_FIXTURE_H
#include "book_fixture.h"

static inline enum status write_book(struct book_fixture *f, const char *path, const char **why)
{
	unlink(path);
	return workbook_write(&f->book, path, "../", &f->mem, why);
}

static const struct sheet_column wide[] = {
    {"Text", COLUMN_TEXT, 20},    {"Prose", COLUMN_PROSE, 20}, {"Count", COLUMN_COUNT, 9},
    {"Figure", COLUMN_FIGURE, 9}, {"Share", COLUMN_SHARE, 9},  {"Date", COLUMN_DATE, 12},
    {"State", COLUMN_STATE, 12},
};

struct made {
	struct arena mem, row;
	struct sheets sheets;
	struct kept_rows kept;
	struct sheet_builder b;
};

static inline struct made *made_new(void)
{
	struct made *m = calloc(1, sizeof *m);
	struct sheet *sheet;

	arena_init(&m->mem);
	arena_init(&m->row);
	sheet = ARENA_PUSH(&m->mem, &m->sheets);
	*sheet = (struct sheet){.name = "Made", .title = "Made", COLUMNS(wide)};
	m->kept = (struct kept_rows){&m->mem, sheet};
	m->b.mem = &m->row;
	m->b.sheets = &m->sheets;
	m->b.sheet = sheet;
	m->b.take = keep_row;
	m->b.ctx = &m->kept;
	return m;
}

static inline void made_free(struct made *m)
{
	arena_release(&m->row);
	arena_release(&m->mem);
	free(m);
}

static inline void add_row(struct made *m, const char *text, double number, int32_t day)
{
	cell_text(&m->b, text);
	cell_text(&m->b, text);
	cell_number(&m->b, number);
	cell_number(&m->b, number);
	cell_number(&m->b, number);
	cell_day(&m->b, day);
	cell_text(&m->b, text);
}

static inline enum status write_made(struct made *m, const char *path, const char **why)
{
	unlink(path);
	return workbook_write_sheets(&m->sheets, "Made", 20000, path, "../", &m->mem, why);
}
#endif
