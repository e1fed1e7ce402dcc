/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/controls_view.h - controls as pages show them */
#ifndef RENDER_CONTROLS_VIEW_H
#define RENDER_CONTROLS_VIEW_H
#include "judge/controls.h"
#include "render/page_writer.h"

struct word control_word(enum control_status status);
/* "40 of 52 satisfied, 12 planned" */
const char *control_counts_text(struct arena *mem, const struct control_counts *counts);
/* The line of the control on its framework's page. */
const char *control_href(const struct page_job *job, const struct control *control);
/* What a carrier is called: "Review process › Who signs off", "max_ece = 0.05". */
const char *carrier_text(const struct page_job *job, const struct carrier *carrier);
/* Appends the carriers of a control as CARRIER_NAMES to list `name`. */
void carriers_fill(struct page_job *job, struct view *view, const char *name,
		   const struct control *control);
#define CARRIER_NAMES(list)                                                                        \
	list "[].kind", list "[].text", list "[].is_code", list "[].url", list "[].state",         \
	    list "[].shape", list "[].tone", list "[].because"
/* The controls that a kind of documents or records serves, as markup under `name`; absent where it
 * serves none. */
void controls_served_fill(struct page_job *job, struct view *view, const char *name,
			  const char *kind);
#endif
