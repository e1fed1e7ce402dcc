/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_controls.c - a row for each entry of each control, and one for a control without */
#include "export/sheet_builder.h"
#include "judge/controls.h"

static const struct sheet_column columns[] = {
    {"Framework", COLUMN_TEXT, 24},  {"Control", COLUMN_TEXT, 20},
    {"Asks for", COLUMN_PROSE, 52},  {"Source", COLUMN_TEXT, 24},
    {"Carried by", COLUMN_TEXT, 24}, {"Type", COLUMN_TEXT, 10},
    {"Status", COLUMN_STATE, 17},    {"Entry", COLUMN_COUNT, 7},
    {"Of", COLUMN_TEXT, 13},         {"Satisfied by", COLUMN_TEXT, 52},
    {"Its words", COLUMN_PROSE, 36}, {"State of entry", COLUMN_STATE, 17},
    {"Because", COLUMN_PROSE, 40},   {"Note", COLUMN_PROSE, 60},
    {"Place", COLUMN_TEXT, 38},      {"Page", COLUMN_TEXT, 40},
};

const struct sheet sheet_controls = {
    .name = "Controls",
    .title = "Each control of a framework and each entry that satisfies it (entry 1: a control)",
    COLUMNS(columns),
    .fill = fill_controls,
};

static void entry_cells(struct sheet_builder *b, const struct carrier *carrier)
{
	const char *because;
	enum control_status status = judge_carrier(b->mem, carrier, &because);

	cell_text(b, carrier_kind_name(carrier->kind));
	cell_link(b, carrier->text,
		  carrier->found ? site_url(b->mem, carrier->page, carrier->anchor) : NULL);
	cell_text(b, carrier->found ? carrier->title : NULL);
	cell_text(b, control_status_name(status));
	cell_text(b, because);
}

static void add_row(struct sheet_builder *b, const struct control *control,
		    enum control_status status, size_t number, const struct carrier *carrier)
{
	enum { ENTRY_CELLS = 5 };

	cell_text(b, control->framework->title);
	cell_link(b, control->id, site_url(b->mem, control->framework->page, control->anchor));
	cell_text(b, control->title);
	cell_text(b, control->source);
	cell_text(b, control->where);
	cell_text(b, control->type);
	cell_text(b, control_status_name(status));
	cell_count(b, number);
	if (carrier)
		entry_cells(b, carrier);
	for (size_t i = 0; !carrier && i < ENTRY_CELLS; i++)
		cell_text(b, NULL);
	cell_text(b, number == 1 ? control->note : NULL);
	cell_place(b, carrier ? &carrier->at : &control->at);
	cell_page(b, control->framework->page, control->anchor);
}

static void add_control(struct sheet_builder *b, const struct control *control)
{
	enum control_status status = judge_control(b->mem, control);

	b->counts.controls[status]++;
	if (!control->carriers.n)
		add_row(b, control, status, 1, NULL);
	for (size_t i = 0; i < control->carriers.n; i++)
		add_row(b, control, status, i + 1, &control->carriers.items[i]);
}

void fill_controls(struct sheet_builder *b)
{
	const struct workspace *ws = b->book->ws;

	for (size_t i = 0; i < ws->frameworks.n; i++)
		for (size_t k = 0; k < ws->frameworks.items[i]->controls.n; k++)
			add_control(b, &ws->frameworks.items[i]->controls.items[k]);
}
