/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_block.h - the frame of a figure: caption, picture, how it was made, data */
#ifndef RENDER_FIGURE_BLOCK_H
#define RENDER_FIGURE_BLOCK_H
#include "plot/plot.h"
#include "render/page_writer.h"

struct figure_block {
	const char *title;   /* says what is to be seen */
	const char *reading; /* a sentence with the numbers */
	bool narrow;         /* a square picture */
	/* set by figure_begin() */
	unsigned number;
	struct plot_text text;
	struct out svg;
};

/* Text between tags. */
void text_html(struct out *to, const char *text);
/* Text as a link; as it is where url is NULL. */
void link_html(struct out *to, const char *text, const char *url);
/* Opens the figure and writes its caption. */
void figure_begin(struct page_job *job, struct out *to, struct figure_block *block);
/* Writes the picture that a plot made in block->svg, and releases it; a plot that failed is the
 * program's fault and fails the page. */
void figure_plot(struct page_job *job, struct out *to, struct figure_block *block,
		 enum status drawn);
/* Opens the fold for the data. */
void figure_data_begin(struct out *to, const char *title);
/* Closes fold and figure. */
void figure_end(struct out *to);

/* What a figure rests on besides the rows. */
enum how_part { HOW_SCORE = 1, HOW_CALIBRATION = 2, HOW_DECISIONS = 4, HOW_DRIFT = 8 };
/* "How this was made": the parts of the method that concern the figure, as evidence says them, and
 * links to the log and the record. `window`: the only one that is shown, NULL for all. */
void how_line(struct page_job *job, struct out *to, const struct record_figures *figures,
	      unsigned parts, const struct window_figures *window);
#endif
