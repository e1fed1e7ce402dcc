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
	out_printf(to, "<div class=\"picture%s\">", block->narrow ? " narrow" : "");
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

static void write_origin(struct page_job *job, struct out *to, const struct record_figures *figures)
{
	if (figures->origin == ORIGIN_MEASURED && figures->log) {
		out_puts(to, "Measured from ");
		file_link(job, to, figures->log);
		out_printf(to, " (%s rows", count_text(job->mem, figures->rows));
		if (figures->skipped)
			out_printf(to, ", %s skipped", count_text(job->mem, figures->skipped));
		out_puts(to, ").");
		return;
	}
	out_puts(to, "<strong>Given by the record, not measured here");
	if (figures->absent) {
		out_puts(to, ": ");
		text_html(to, figures->absent);
	}
	out_puts(to, ".</strong>");
}

void how_line(struct page_job *job, struct out *to, const struct record_figures *figures,
	      enum how more)
{
	const struct span *at =
	    figures->source_at.source ? &figures->source_at : &figures->record->node->at;

	out_puts(to, "<p class=\"how\">How this was made: ");
	write_origin(job, to, figures);
	if (figures->how && figures->how[0]) {
		out_putc(to, ' ');
		text_html(to, figures->how);
	}
	if (more == HOW_THRESHOLD && figures->threshold_from) {
		out_printf(to, " Threshold %s (", figure_text(job->mem, figures->threshold));
		text_html(to, figures->threshold_from);
		out_puts(to, ").");
	}
	if (more == HOW_BANDS) {
		out_printf(to, " Warning from PSI %s, critical from %s",
			   figure_text(job->mem, figures->psi_warning),
			   figure_text(job->mem, figures->psi_critical));
		if (figures->bands_from) {
			out_puts(to, " (");
			text_html(to, figures->bands_from);
			out_putc(to, ')');
		}
		out_putc(to, '.');
	}
	out_puts(to, " Record: ");
	place_link(job, to, at);
	out_puts(to, "</p>\n");
}
