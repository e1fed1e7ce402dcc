/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/live_html.c - values and ids of live documents as HTML */
#include "render/live_html.h"
#include "base/number.h"
#include "catalog/live.h"
#include "render/escape.h"
#include "render/markdown_html_internal.h"
#include "render/table_html.h"
#include <math.h>
#include <string.h>

enum { LONGEST_TEXT = 1000, DIGITS_AS_WRITTEN = 4 };

/* ---- values as text ---- */

/* Digits of a number as written that are not leading zeros. */
static size_t digits_of(const char *text)
{
	size_t n = 0;

	for (; *text && *text != 'e' && *text != 'E'; text++)
		if (*text >= '0' && *text <= '9')
			n += n || *text != '0';
	return n;
}

/* Words of a record, which are not always short. */
static const char *cut(struct arena *mem, const char *text)
{
	size_t n = strlen(text);

	if (n <= LONGEST_TEXT)
		return text;
	for (n = LONGEST_TEXT; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
		n--;
	return arena_printf(mem, "%.*s…", (int)n, text);
}

/* A count is read in groups of three digits; a seed is a name and is copied. */
static bool is_count(const struct value *value, const char *path)
{
	size_t n = path ? strlen(path) : 0;

	if (value->number != floor(value->number) || value->number < 0 || value->number >= 1e15)
		return false;
	if (value->text && (value->text[strspn(value->text, "0123456789")] ||
			    (value->text[0] == '0' && value->text[1])))
		return false;
	return n < 4 || strcmp(path + n - 4, "seed") != 0;
}

static const char *number_text(struct arena *mem, const struct value *value, const char *path,
			       struct live_format format)
{
	char buf[NUMBER_TEXT_MAX];
	double number = value->number;

	if (format.percent)
		return arena_printf(
		    mem, "%s\xC2\xA0%%",
		    number_fixed(buf, number * 100, format.decimals < 0 ? 1 : format.decimals));
	if (format.decimals >= 0)
		return arena_strdup(mem, number_fixed(buf, number, format.decimals));
	if (is_count(value, path))
		return arena_strdup(mem, number_count(buf, (unsigned long long)number));
	if (value->text && digits_of(value->text) <= DIGITS_AS_WRITTEN)
		return value->text;
	return figure_text(mem, number);
}

const char *live_value_text(struct arena *mem, const struct live_value *value, const char *path,
			    struct live_format format)
{
	const struct value *v = &value->value;

	if (!value->found)
		return "–";
	switch (v->kind) {
	case VALUE_NUMBER:
		return number_text(mem, v, path, format);
	case VALUE_TEXT:
		return cut(mem, v->text);
	case VALUE_BOOL:
		return v->truth ? "yes" : "no";
	case VALUE_UNKNOWN:
		break;
	}
	return arena_printf(mem, "– (%s)", v->reason ? v->reason : "not known");
}

const char *live_value_source(const struct page_job *job, const struct live_value *value)
{
	const struct value *v = &value->value;
	const char *how = v->origin == ORIGIN_MEASURED ? "measured by" : "given by";
	const char *place = place_text(job, &v->at);
	char buf[NUMBER_TEXT_MAX];

	if (v->kind != VALUE_NUMBER)
		return arena_printf(job->mem, "%s %s", how, place);
	return arena_printf(job->mem, "%s, %s %s",
			    v->text ? v->text : number_shortest(buf, v->number), how, place);
}

/* ---- spans ---- */

static struct live_value value_of(const struct page_job *job, const struct live_span *span)
{
	return live_value(job->book->evidence, job->ws, job->mem, &span->value, false);
}

static void write_missing(struct out *to, const char *written, const char *why, const char *mark)
{
	out_puts(to, "<span class=\"broken\"");
	write_attribute(to, "title", why);
	out_putc(to, '>');
	escape_html(to, written, strlen(written));
	out_puts(to, " <span class=\"gap\">");
	escape_html(to, mark, strlen(mark));
	out_puts(to, "</span></span>");
}

/* A name of the workspace is a word of the sentence, not a figure: it reads as running text, and
 * its title says where it is written. */
static void write_variable(const struct page_job *job, const struct live_value *value,
			   const char *text, struct out *to)
{
	out_puts(to, "<span class=\"variable\"");
	write_attribute(to, "title", live_value_source(job, value));
	out_puts(to, "><bdi>");
	escape_html(to, text, strlen(text));
	out_puts(to, "</bdi></span>");
}

static void write_value(void *ctx, const struct live_span *span, bool in_link, struct out *to)
{
	struct page_job *job = ctx;
	const struct live_value value = value_of(job, span);
	const char *url = value.found ? place_href(job, &value.value.at) : NULL, *text;
	bool linked = url && !in_link;

	if (!value.found) {
		write_missing(to, arena_printf(job->mem, "{{ %s }}", span->value.path),
			      value.problem, "(no value)");
		return;
	}
	text = live_value_text(job->mem, &value, span->value.path, span->value.format);
	if (!strcmp(span->value.subject, "workspace")) {
		write_variable(job, &value, text, to);
		return;
	}
	out_puts(to, linked ? "<a class=\"live" : "<span class=\"live");
	out_puts(to, text_is_date(text) ? " date\"" : "\"");
	if (linked) {
		out_puts(to, " href=\"");
		escape_url(to, url);
		out_putc(to, '"');
	}
	write_attribute(to, "title", live_value_source(job, &value));
	out_puts(to, value.value.kind == VALUE_TEXT ? "><bdi>" : ">");
	escape_html(to, text, strlen(text));
	out_puts(to, value.value.kind == VALUE_TEXT ? "</bdi>" : "");
	out_puts(to, linked ? "</a>" : "</span>");
}

/* The words of an id in the text; in titles that of a document is left as its source has it, since
 * titles may name one another. */
static const char *words_of(const struct page_job *job, const struct live_span *span, bool in_title)
{
	if (span->words)
		return span->words;
	return span->target.document && !in_title ? live_title(job, span->target.document)
						  : live_target_name(&span->target);
}

static void write_reference(void *ctx, const struct live_span *span, bool in_link, struct out *to)
{
	struct page_job *job = ctx;
	const char *url = span->resolved ? href(job, span->target.page, span->target.anchor) : NULL;
	const char *words;

	if (!span->resolved) {
		words = span->words ? span->words : span->id;
		write_missing(to, words,
			      arena_printf(job->mem, "leads to nothing: %s%s%s", span->id,
					   *span->anchor ? "#" : "", span->anchor),
			      "(broken link)");
		return;
	}
	words = words_of(job, span, false);
	if (url && !in_link) {
		out_puts(to, "<a href=\"");
		escape_url(to, url);
		out_puts(to, "\">");
	}
	escape_html(to, words, strlen(words));
	if (url && !in_link)
		out_puts(to, "</a>");
}

static void write_span(void *ctx, const struct live_span *span, bool in_link, struct out *to)
{
	(span->kind == LIVE_VALUE ? write_value : write_reference)(ctx, span, in_link, to);
}

static const char *plain_span(void *ctx, const struct live_span *span)
{
	const struct page_job *job = ctx;
	struct live_value value;

	if (span->kind == LIVE_LINK)
		return span->resolved ? words_of(job, span, true)
		       : span->words  ? span->words
				      : span->id;
	value = value_of(job, span);
	return live_value_text(job->mem, &value, span->value.path, span->value.format);
}

static void write_block(void *ctx, const struct document *doc, const struct live_block *block,
			struct out *to)
{
	live_block_write(ctx, doc, block, to);
}

static const char *task_state(void *ctx, const struct document *doc, uint32_t node,
			      const char **shape)
{
	return item_mark(ctx, doc, node, shape);
}

const struct live_writer *live_writer_of(const struct page_job *job)
{
	struct live_writer *writer = arena_new(job->mem, struct live_writer, 1);

	*writer =
	    (struct live_writer){(void *)job, write_span, plain_span, write_block, task_state};
	return writer;
}

const char *live_title(const struct page_job *job, const struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;

	if (!doc->live || !doc->title_node ||
	    doc->title != md_text(tree, &tree->nodes[doc->title_node]))
		return doc->title;
	return markdown_live_plain(job->mem, doc, doc->title_node, live_writer_of(job));
}
