/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_charts.c - native charts: calibration as points, drift as lines
 *
 * Names come from cells, never from text: the library would take a name that begins with '=' for
 * a formula. */
#include "export/workbook_plan.h"
#include <xlsxwriter.h>

enum { INK = 0x1b1f24, MUTED = 0x57606a, RULE = 0xd0d7de, WARNING = 0x8a5a00, CRITICAL = 0xb3261e };
enum {
	DRIFT_WIDTH = 760,
	CALIBRATION_WIDTH = 560,
	CHART_HEIGHT = 440,
	DEFAULT_WIDTH = 480,
	DEFAULT_HEIGHT = 288
};

/* Told apart by colour, marker and dash (look.md). */
static const struct {
	lxw_color_t color;
	uint8_t marker, dash;
} line_styles[] = {
    {0x0072b2, LXW_CHART_MARKER_CIRCLE, LXW_CHART_LINE_DASH_SOLID},
    {0xd55e00, LXW_CHART_MARKER_SQUARE, LXW_CHART_LINE_DASH_DASH},
    {0x009e73, LXW_CHART_MARKER_DIAMOND, LXW_CHART_LINE_DASH_ROUND_DOT},
    {0x6a3d9a, LXW_CHART_MARKER_TRIANGLE, LXW_CHART_LINE_DASH_LONG_DASH},
    {0x8c6d00, LXW_CHART_MARKER_X, LXW_CHART_LINE_DASH_DASH_DOT},
    {0xcc79a7, LXW_CHART_MARKER_STAR, LXW_CHART_LINE_DASH_LONG_DASH_DOT},
    {0x4d4d4d, LXW_CHART_MARKER_PLUS, LXW_CHART_LINE_DASH_SQUARE_DOT},
};

static void set_line(lxw_chart_series *series, lxw_color_t color, float width, uint8_t dash)
{
	lxw_chart_line line = {.color = color, .width = width, .dash_type = dash};

	chart_series_set_line(series, &line);
}

static void set_marker(lxw_chart_series *series, uint8_t type, uint8_t size, lxw_color_t color)
{
	lxw_chart_line line = {.color = color};
	lxw_chart_fill fill = {.color = color};

	chart_series_set_marker_type(series, type);
	chart_series_set_marker_size(series, size);
	chart_series_set_marker_line(series, &line);
	chart_series_set_marker_fill(series, &fill);
}

static void style_series(lxw_chart_series *series, const struct plan_series *plan, size_t number)
{
	const size_t n_styles = sizeof line_styles / sizeof *line_styles;
	lxw_chart_line none = {.none = LXW_TRUE};

	switch (plan->role) {
	case SERIES_DIAGONAL:
		set_line(series, MUTED, 1, LXW_CHART_LINE_DASH_DASH);
		chart_series_set_marker_type(series, LXW_CHART_MARKER_NONE);
		break;
	case SERIES_INTERVAL:
		set_line(series, line_styles[0].color, 1.25F, LXW_CHART_LINE_DASH_SOLID);
		/* the library's dashes are markers that no spreadsheet knows */
		chart_series_set_marker_type(series, LXW_CHART_MARKER_NONE);
		break;
	case SERIES_POINTS:
		chart_series_set_line(series, &none);
		set_marker(series, LXW_CHART_MARKER_CIRCLE, 7, line_styles[0].color);
		break;
	case SERIES_LINE:
		set_line(series, line_styles[number % n_styles].color, 1.75F,
			 line_styles[number % n_styles].dash);
		set_marker(series, line_styles[number % n_styles].marker, 5,
			   line_styles[number % n_styles].color);
		break;
	case SERIES_WARNING:
		set_line(series, WARNING, 1, LXW_CHART_LINE_DASH_DASH);
		chart_series_set_marker_type(series, LXW_CHART_MARKER_NONE);
		break;
	case SERIES_CRITICAL:
		set_line(series, CRITICAL, 1, LXW_CHART_LINE_DASH_SOLID);
		chart_series_set_marker_type(series, LXW_CHART_MARKER_NONE);
		break;
	}
}

static bool add_series(lxw_chart *chart, const struct plan_series *plan, size_t number)
{
	lxw_chart_series *series = chart_add_series(chart, NULL, NULL);

	if (!series)
		return false;
	chart_series_set_categories(series, plan->x.sheet, plan->x.first_row, plan->x.column,
				    plan->x.last_row, plan->x.column);
	chart_series_set_values(series, plan->y.sheet, plan->y.first_row, plan->y.column,
				plan->y.last_row, plan->y.column);
	if (plan->name.sheet)
		chart_series_set_name_range(series, plan->name.sheet, plan->name.first_row,
					    plan->name.column);
	else
		chart_series_set_name(series, plan->title);
	style_series(series, plan, number);
	return true;
}

static void set_axis(lxw_chart_axis *axis, const char *name, const char *number_format)
{
	lxw_chart_font name_font = {.size = 10, .bold = LXW_EXPLICIT_FALSE, .color = INK};
	lxw_chart_font label_font = {.size = 9, .color = MUTED};
	lxw_chart_line line = {.color = MUTED, .width = 0.75F};
	lxw_chart_line grid = {.color = RULE, .width = 0.5F };

	chart_axis_set_name(axis, name);
	chart_axis_set_name_font(axis, &name_font);
	chart_axis_set_num_font(axis, &label_font);
	chart_axis_set_line(axis, &line);
	chart_axis_major_gridlines_set_line(axis, &grid);
	if (number_format)
		chart_axis_set_num_format(axis, number_format);
}

static void set_title(lxw_chart *chart, const char *title)
{
	lxw_chart_font font = {.size = 13, .bold = LXW_TRUE, .color = INK};

	chart_title_set_name(chart, title); /* begins with our own words */
	chart_title_set_name_font(chart, &font);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
}

static void set_calibration_axes(lxw_chart *chart)
{
	set_axis(chart->x_axis, "Mean score of the bin", "0.0");
	set_axis(chart->y_axis, "Event rate in the bin", "0.0");
	chart_axis_set_min(chart->x_axis, 0);
	chart_axis_set_max(chart->x_axis, 1);
	chart_axis_set_min(chart->y_axis, 0);
	chart_axis_set_max(chart->y_axis, 1);
	chart_axis_set_major_unit(chart->x_axis, 0.2);
	chart_axis_set_major_unit(chart->y_axis, 0.2);
}

static void set_drift_axes(lxw_chart *chart)
{
	lxw_chart_font slanted = {.size = 9, .color = MUTED, .rotation = -45};

	set_axis(chart->x_axis, "Window", NULL);
	chart_axis_set_num_font(chart->x_axis, &slanted);
	set_axis(chart->y_axis, "Population stability index (PSI)", "0.00");
	chart_axis_set_min(chart->y_axis, 0);
}

bool workbook_add_plan_chart(lxw_workbook *book, lxw_worksheet *sheet,
			     const struct plan_chart *plan)
{
	bool calibration = plan->kind == SHEET_CHART_CALIBRATION;
	lxw_chart *chart = workbook_add_chart(
	    book, calibration ? LXW_CHART_SCATTER_STRAIGHT_WITH_MARKERS : LXW_CHART_LINE);
	lxw_chart_options options = {
	    .x_scale =
		(calibration ? (double)CALIBRATION_WIDTH : (double)DRIFT_WIDTH) / DEFAULT_WIDTH,
	    .y_scale = (double)CHART_HEIGHT / DEFAULT_HEIGHT,
	    .description = (char *)plan->description,
	};

	if (!chart)
		return false;
	for (size_t i = 0; i < plan->series.n; i++)
		if (!add_series(chart, &plan->series.items[i], i))
			return false;
	set_title(chart, plan->title);
	if (calibration)
		set_calibration_axes(chart);
	else
		set_drift_axes(chart);
	chart_show_blanks_as(chart, LXW_CHART_BLANKS_AS_GAP);
	return worksheet_insert_chart_opt(sheet, plan->row, 0, chart, &options) == LXW_NO_ERROR;
}
