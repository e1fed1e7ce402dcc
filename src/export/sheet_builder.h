/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_builder.h - what the files that fill sheets share */
#ifndef EXPORT_SHEET_BUILDER_H
#define EXPORT_SHEET_BUILDER_H
#include "base/map.h"
#include "export/workbook.h"

/* Sheets in their order; the index in struct sheets is this number. */
enum sheet_number {
	SHEET_OVERVIEW,
	SHEET_REQUIREMENTS,
	SHEET_CONTROLS,
	SHEET_MODELS,
	SHEET_RUNS,
	SHEET_MONITORING,
	SHEET_PERFORMANCE,
	SHEET_CALIBRATION,
	SHEET_GROUPS,
	SHEET_SEGMENTS,
	SHEET_CLASSES,
	SHEET_OTHER,
	SHEET_FINDINGS,
	SHEET_COUNT
};

/* Columns that charts are drawn from. */
enum {
	MONITORING_FEATURE = 3,
	MONITORING_WINDOW = 4,
	MONITORING_PSI = 8,
	MONITORING_WARNING = 10,
	MONITORING_CRITICAL = 11
};
enum {
	CALIBRATION_MEAN_SCORE = 8,
	CALIBRATION_EVENT_RATE = 9,
	CALIBRATION_LOW = 10,
	CALIBRATION_HIGH = 11
};

/* One walk over the rows of a sheet. */
struct sheet_builder {
	struct arena *mem;  /* what lasts until the row that is being made is done */
	struct arena *held; /* what lasts until the sheet is done */
	const struct book *book;
	const struct sheets *sheets;
	const struct sheet *sheet; /* whose rows are made */
	size_t rows;               /* whole ones until now */
	struct cell cells[SHEET_COLUMNS_MAX];
	size_t n_cells; /* of the row that is being made */
	bool counting;  /* nobody wants the cells, which are all empty then */
	bool (*take)(void *ctx, const struct cell *cells);
	void *ctx;
	/* while the sheets are counted; else NULL */
	struct sheets *planned;
	struct arena *planned_mem;
	struct sheet_counts counts;
};

/* One cell each, from left to right; what is not known ("", NULL, NAN, INT32_MIN) is empty. */
void cell_text(struct sheet_builder *b, const char *text);
void cell_number(struct sheet_builder *b, double value);
void cell_count(struct sheet_builder *b, size_t n);
/* A number that is shown as a count where `whole`, in a column of figures too. */
void cell_figure_or_count(struct sheet_builder *b, double value, bool whole);
void cell_day(struct sheet_builder *b, int32_t day);
/* A date where the text is one, else the text. */
void cell_date_text(struct sheet_builder *b, const char *text);
void cell_link(struct sheet_builder *b, const char *text, const char *url);
/* A link whose text is the page's path, so that it says the same where links are not kept. */
void cell_page(struct sheet_builder *b, const struct page *page, const char *anchor);
/* "data/x.yaml:42", linked to the line of its page where it is a record's. */
void cell_place(struct sheet_builder *b, const struct span *at);
/* A value as sheets hold it: 12 significant digits. */
double sheet_rounded(double value);
/* A row into the sheet's own cells, for sheets that no book fills; lives in `mem`. */
void sheet_keep_row(struct arena *mem, struct sheet *sheet, const struct cell *cells);
/* A chart of the sheet, where charts are being planned; else NULL. */
struct sheet_chart *sheet_add_chart(struct sheet_builder *b);
/* Address of a page relative to the site's root; NULL where there is no page. */
const char *site_url(struct arena *mem, const struct page *page, const char *anchor);
/* "churn@1.2.0", "churn", run or incident; "" for the workspace. */
const char *subject_text(const struct subject *subject);
const struct page *subject_page(const struct subject *subject);

/* --- window_groups.c: windows that belong on one line of time --- */

struct window_entry {
	const struct record_figures *figures;
	const struct window_figures *window;
	const char *label, *start, *end; /* start, end: NULL where not known */
};
/* The monitoring windows of a version, the windows of one record, or the whole of one. */
struct window_group {
	const struct subject *about;
	bool monitoring; /* made of monitoring_window records */
	bool whole;      /* the one entry stands for all rows of its record */
	struct {
		LIST_OF(struct window_entry);
	} entries; /* in the order of time */
};
struct window_groups {
	LIST_OF(struct window_group *);
};
struct window_groups window_groups(struct sheet_builder *b);
/* 2: drift is critical, 1: a warning, 0: neither. */
int window_gravity(const struct window_figures *window);
const char *origin_text(enum figure_origin origin);

void fill_requirements(struct sheet_builder *b);
void fill_controls(struct sheet_builder *b);
void fill_models(struct sheet_builder *b);
void fill_runs(struct sheet_builder *b);
void fill_monitoring(struct sheet_builder *b);
void fill_performance(struct sheet_builder *b);
void fill_calibration(struct sheet_builder *b);
void fill_groups(struct sheet_builder *b);
void fill_segments(struct sheet_builder *b);
void fill_classes(struct sheet_builder *b);
void fill_other(struct sheet_builder *b);
void fill_findings(struct sheet_builder *b);
void fill_overview(struct sheet_builder *b);

extern const struct sheet sheet_requirements, sheet_controls, sheet_models, sheet_runs,
    sheet_monitoring, sheet_performance, sheet_calibration, sheet_groups, sheet_segments,
    sheet_classes, sheet_other, sheet_findings, sheet_overview;

#define COLUMNS(list) .columns = (list), .n_columns = sizeof(list) / sizeof *(list)
#endif
