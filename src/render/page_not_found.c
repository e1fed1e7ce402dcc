/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_not_found.c - what a server shows for an address that has no page */
#include "render/page_writer.h"

static const char *const names[] = {LAYOUT_NAMES, NULL};

static void fill(struct page_job *job, struct view *view)
{
	(void)job;
	view_text(view, "title", "Page not found");
	status_end(view, false);
}

const struct page_type page_not_found_type = {"templates/pages/404.html", names, fill};
