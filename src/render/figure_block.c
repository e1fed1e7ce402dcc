/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_block.c - the frame of a figure */
#include "render/figure_block.h"
#include "render/escape.h"
#include "render/figures_html.h"
#include <string.h>

void text_html(struct out *to, const char *text)
{
	escape_html(to, text, strlen(text));
}

void link_html(struct out *to, const char *text, const char *url)
{
	if (url) {
		out_puts(to, "<a href=\"");
		escape_url(to, url);
		out_puts(to, "\">");
	}
	text_html(to, text);
	if (url)
		out_puts(to, "</a>");
}

void figure_begin(struct page_job *job, struct out *to, struct figure_block *block)
{
	block->number = ++job->plots;
	block->text = (struct plot_text){block->title, block->reading};
	out_puts(to, "<figure class=\"plot\">\n<figcaption>\n<h3>");
	text_html(to, block->title);
	out_puts(to, "</h3>\n<p class=\"reading\">");
	text_html(to, block->reading);
	out_puts(to, "</p>\n</figcaption>\n");
}

void figure_plot(struct page_job *job, struct out *to, struct figure_block *block,
		 enum status drawn)
{
	if (drawn != ST_OK || block->svg.failed)
		job->why = arena_printf(job->mem, "cannot draw '%s'", block->title);
	/* it scrolls on narrow screens, so it must be reachable by keyboard */
	out_printf(to,
		   "<div class=\"picture%s\" tabindex=\"0\" role=\"group\" aria-label=\"Picture: ",
		   block->narrow ? " narrow" : "");
	text_html(to, block->title);
	out_puts(to, "\">");
	out_write(to, out_text(&block->svg), block->svg.n);
	out_puts(to, "</div>\n");
	out_release(&block->svg);
}

void figure_data_begin(struct out *to, const char *title)
{
	out_puts(to, "<details>\n<summary>Data as a table<span class=\"hidden\">: ");
	text_html(to, title);
	out_puts(to, "</span></summary>\n");
}

void figure_end(struct out *to)
{
	out_puts(to, "</details>\n</figure>\n");
}

void place_link(struct page_job *job, struct out *to, const struct span *at)
{
	out_puts(to, "<span class=\"path\">");
	link_html(to, place_text(job, at), place_href(job, at));
	out_puts(to, "</span>");
}

static void file_link(struct page_job *job, struct out *to, const struct data_file *file)
{
	out_puts(to, "<span class=\"path\">");
	link_html(to, file->path, href(job, file->page, NULL));
	out_puts(to, "</span>");
}

static void part(struct out *to, const char *text)
{
	if (!text)
		return;
	out_puts(to, "; ");
	text_html(to, text);
}

/* The sentence as far as it concerns the figure; whole where evidence did not part it. */
static void how_sentence(struct page_job *job, struct out *to, const struct record_figures *figures,
			 unsigned parts, const struct window_figures *window)
{
	struct arena *mem = job->mem;

	if (figures->origin != ORIGIN_MEASURED || !figures->how_rows) {
		text_html(to, or_dash(figures->how));
		return;
	}
	text_html(to, figures->how_rows);
	if (window && window != &figures->all)
		part(to, arena_printf(mem, "of these the %s of %s",
				      plural(mem, window->rows, "row", "rows"), window->label));
	if ((parts & HOW_SCORE) && figures->score && figures->label)
		part(to, arena_printf(mem, "scores in column %s, labels in column %s",
				      figures->score, figures->label));
	part(to, parts & HOW_CALIBRATION ? figures->how_calibration : NULL);
	part(to, parts & HOW_DECISIONS ? figures->how_decisions : NULL);
	part(to, parts & HOW_DRIFT ? figures->how_drift : NULL);
}

void how_line(struct page_job *job, struct out *to, const struct record_figures *figures,
	      unsigned parts, const struct window_figures *window)
{
	const struct span *at =
	    figures->source_at.source ? &figures->source_at : &figures->record->node->at;

	out_puts(to, "<p class=\"how\">How this was made: ");
	if (figures->origin != ORIGIN_MEASURED)
		out_puts(to, "<strong>given by the record, not measured here.</strong> ");
	if (figures->how && figures->how[0]) {
		how_sentence(job, to, figures, parts, window);
		out_puts(to, ". ");
	}
	if (figures->log) {
		out_puts(to, "Log: ");
		file_link(job, to, figures->log);
		out_puts(to, ". ");
	}
	out_puts(to, "Record: ");
	place_link(job, to, at);
	out_puts(to, "</p>\n");
}
