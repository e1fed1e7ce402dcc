/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/live_html.h - what is live in a document, as HTML
 *
 * A value is shown with 3 or 4 digits, or as its file writes it where that is as short; its whole
 * and where it comes from stand in the title, and it links to that line. A value that is not known
 * shows why; a path that names nothing stays as it is written, with a mark. All text is escaped
 * here and in table_html. */
#ifndef RENDER_LIVE_HTML_H
#define RENDER_LIVE_HTML_H
#include "evidence/paths.h"
#include "render/page_writer.h"

/* The writer of live spans and blocks for the page of a job; lives in job->mem. */
const struct live_writer *live_writer_of(const struct page_job *job);
/* A document's title with its values. */
const char *live_title(const struct page_job *job, const struct document *doc);
/* "0.760", "1,050", "76.0 %", "– (left open)"; text is cut where it is very long. `path`: as
 * written, whose last word may be "seed". */
const char *live_value_text(struct arena *mem, const struct live_value *value, const char *path,
			    struct live_format format);
/* "0.7601234567, measured by data/churn/evaluations.yaml:27" */
const char *live_value_source(const struct page_job *job, const struct live_value *value);
/* A plot or table block. */
void live_block_write(struct page_job *job, const struct document *doc,
		      const struct live_block *block, struct out *to);
/* Fills MENTION_NAMES: the documents that refer to the page of the job. */
void mentions_fill(struct page_job *job, struct view *view);
#define MENTION_NAMES "has_mentions", "mentions[].url", "mentions[].title", "mentions[].how"
#endif
