/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/plan_charts.c - the charts of a workbook, and the rows that they are drawn from */
#include "export/sheet_builder.h"
#include "export/workbook_plan.h"
#include <math.h>
#include <string.h>

enum { CHART_ROWS = 24, CHART_TITLE_UNITS = 120, CHART_DESCRIPTION_UNITS = 450 };
enum { DATA_CHART, DATA_WHAT, DATA_X, DATA_Y, DATA_COLUMNS };

static const struct sheet_column data_columns[] = {
    {"Chart", COLUMN_TEXT, 44},
    {"What", COLUMN_TEXT, 24},
    {"Mean score", COLUMN_FIGURE, 12},
    {"Event rate", COLUMN_FIGURE, 12},
};

/* Points that charts need beside the sheets' own: the diagonal, and intervals as line segments,
 * each followed by a gap. */
struct charts_planner {
	struct arena *mem;
	struct workbook_plan *plan;
	struct sheet *data;
};

static struct cell text_cell(const char *text)
{
	return (struct cell){.type = CELL_TEXT, .text = text};
}

static struct cell number_cell(double number)
{
	if (!isfinite(number))
		return (struct cell){0};
	return (struct cell){.type = CELL_NUMBER, .number = sheet_rounded(number)};
}

static void data_row(struct charts_planner *p, const char *chart, const char *what, double x,
		     double y)
{
	const struct cell cells[DATA_COLUMNS] = {
	    [DATA_CHART] = text_cell(chart),
	    [DATA_WHAT] = text_cell(what),
	    [DATA_X] = number_cell(x),
	    [DATA_Y] = number_cell(y),
	};

	sheet_keep_row(p->mem, p->data, cells);
}

static struct plan_range range(const char *sheet, size_t first, size_t n, unsigned column)
{
	/* data rows begin below the header */
	return (struct plan_range){sheet, (uint32_t)first + 1, (uint32_t)(first + n),
				   (uint16_t)column};
}

static void add_series(struct charts_planner *p, struct plan_chart *chart,
		       struct plan_series series)
{
	*ARENA_PUSH(p->mem, &chart->series) = series;
}

static void plan_calibration(struct charts_planner *p, struct plan_chart *chart,
			     const struct sheet *sheet, const struct sheet_chart *from)
{
	const struct sheet_series *bins = &from->series.items[0];
	size_t first = p->data->n_rows, n = 0;

	for (size_t i = 0; i < from->intervals.n; i++) {
		const struct sheet_interval *interval = &from->intervals.items[i];
		if (!isfinite(interval->x))
			continue;
		data_row(p, chart->title, "95 % interval, low", interval->x, interval->low);
		data_row(p, chart->title, "95 % interval, high", interval->x, interval->high);
		data_row(p, chart->title, "gap", NAN, NAN);
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

static void plan_drift(struct charts_planner *p, struct plan_chart *chart,
		       const struct sheet *sheet, const struct sheet_chart *from)
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

/* --- which charts --- */

/* Whether the rows that it is drawn from are in the workbook. */
static bool has_rows(const struct workbook_plan *plan, const struct sheet_chart *chart)
{
	for (size_t i = 0; i < chart->series.n; i++) {
		const struct sheet_series *series = &chart->series.items[i];
		if (series->first_row + series->n_rows > plan->items[chart->sheet].rows)
			return false;
	}
	return true;
}

/* The CHARTS_MAX gravest, among equals the first, in their order: `chosen` has a place for each. */
static void choose(struct workbook_plan *plan, bool *chosen)
{
	enum { GRAVEST = 2 };
	const struct sheets *sheets = plan->sheets;
	size_t n = 0;

	for (int gravity = GRAVEST; gravity >= 0; gravity--)
		for (size_t i = 0; i < sheets->charts.n && n < CHARTS_MAX; i++)
			if (sheets->charts.items[i].gravity == gravity &&
			    has_rows(plan, &sheets->charts.items[i])) {
				chosen[i] = true;
				n++;
			}
	plan->charts_left_out = sheets->charts.n - n;
}

static void plan_chart(struct charts_planner *p, const struct sheet_chart *from, uint32_t row)
{
	struct plan_chart *chart = ARENA_PUSH(p->mem, &p->plan->charts);
	const struct sheet *sheet = &p->plan->sheets->items[from->sheet];

	chart->kind = from->kind;
	chart->row = row;
	chart->url = from->url ? plan_link(p->mem, p->plan, from->url) : NULL;
	chart->title = plan_text(p->mem, from->title, CHART_TITLE_UNITS);
	chart->description = plan_text(p->mem, from->description, CHART_DESCRIPTION_UNITS);
	if (from->kind == SHEET_CHART_CALIBRATION)
		plan_calibration(p, chart, sheet, from);
	else
		plan_drift(p, chart, sheet, from);
}

/* The sheet that the charts stand on: above each its title, linked to its page. */
static void plan_chart_sheet(struct charts_planner *p)
{
	struct plan_sheet *sheet = ARENA_PUSH(p->mem, p->plan);
	struct plan_cell *cell;

	sheet->name = "Charts";
	for (size_t i = 0; i < p->plan->charts.n; i++) {
		const struct plan_chart *chart = &p->plan->charts.items[i];
		cell = ARENA_PUSH(p->mem, &sheet->cells);
		cell->row = chart->row - 1;
		cell->format = chart->url ? FORMAT_LINK : FORMAT_HEADING;
		cell->text = chart->title;
		cell->url = chart->url;
	}
	if (!p->plan->charts_left_out)
		return;
	cell = ARENA_PUSH(p->mem, &sheet->cells);
	cell->row = (uint32_t)(p->plan->charts.n * CHART_ROWS);
	cell->format = FORMAT_MUTED;
	cell->text = arena_printf(p->mem,
				  "%zu charts more are left out: the gravest stand here, all of "
				  "them on the pages of their models",
				  p->plan->charts_left_out);
}

void plan_charts(struct arena *mem, struct workbook_plan *plan)
{
	const struct sheets *sheets = plan->sheets;
	struct charts_planner p = {mem, plan, arena_new(mem, struct sheet, 1)};
	bool *chosen = arena_new(mem, bool, sheets->charts.n);

	*p.data = (struct sheet){.name = "ChartData",
				 .title = "Points of charts that no other sheet holds",
				 COLUMNS(data_columns)};
	data_row(&p, "All of calibration", "diagonal", 0, 0);
	data_row(&p, "All of calibration", "diagonal", 1, 1);
	choose(plan, chosen);
	for (size_t i = 0; i < sheets->charts.n; i++)
		if (chosen[i])
			plan_chart(&p, &sheets->charts.items[i],
				   (uint32_t)(1 + plan->charts.n * CHART_ROWS));
	plan_chart_sheet(&p);
	plan_add_sheet(mem, plan, p.data);
}
