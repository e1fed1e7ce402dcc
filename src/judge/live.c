/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/live.c - paths, ids and blocks of live documents, and figures that front matter writes */
#include "catalog/live.h"
#include "base/number.h"
#include "evidence/live_plot.h"
#include "judge/judge_internal.h"
#include <string.h>

/* Each compares with all ids or paths; more slips than these are one mistake. */
enum { MOST_SUGGESTIONS = 20 };

static void help_nearest(struct court *court, struct finding *f, const char *nearest)
{
	if (nearest)
		diag_help(court->diags, f, "did you mean '%s'?", nearest);
}

static void judge_format(struct court *court, const struct live_span *span)
{
	if (span->value.bad_format)
		diag_help(court->diags,
			  diag_add(court->diags, RULE_BIND_UNKNOWN_PATH, span->at,
				   "'%s' has no format '%s'", span->value.path,
				   span->value.bad_format),
			  "a format is percent, a number of decimals, or percent and a number");
}

static void judge_value(struct court *court, const struct live_span *span, size_t *suggestions)
{
	bool suggests = *suggestions < MOST_SUGGESTIONS;
	struct live_value value =
	    live_value(court->evidence, court->ws, court->mem, &span->value, false);

	if (value.found) {
		judge_format(court, span);
		return;
	}
	*suggestions += suggests;
	if (suggests)
		value = live_value(court->evidence, court->ws, court->mem, &span->value, true);
	help_nearest(court,
		     diag_add(court->diags, RULE_BIND_UNKNOWN_PATH, span->at, "'%s': %s",
			      span->value.path, value.problem),
		     value.nearest);
}

static void judge_id(struct court *court, const struct live_span *span)
{
	struct finding *f;

	if (span->resolved)
		return;
	f = diag_add(court->diags,
		     span->anchor_is_wrong ? RULE_LINK_BROKEN_ANCHOR : RULE_LINK_BROKEN_REFERENCE,
		     span->at, "'[[%s%s%s]]'", span->id, *span->anchor ? "#" : "", span->anchor);
	help_nearest(court, f, span->nearest);
	if (!span->nearest && span->anchor_is_wrong)
		diag_help(court->diags, f, "%s",
			  span->target.document
			      ? "no heading of this document has this id"
			      : "a page that is made from records has the lines of its file, such "
				"as #L12");
	if (!span->nearest && !span->anchor_is_wrong)
		diag_help(court->diags, f,
			  "no document, record, model or version has this id; where brackets "
			  "are meant, write `\\[[`");
}

/* Braces and brackets that were meant, and stay text. */
static void judge_slip(struct court *court, const struct live_slip *slip)
{
	static const char *const whats[] = {
	    [LIVE_NO_PATH] = "",
	    [LIVE_NOT_CLOSED] = " is not closed",
	    [LIVE_CUT_BY_BAR] = " is cut off by the bar of the table",
	    [LIVE_NOT_OPENED] = " is not opened",
	    [LIVE_MORE_BRACES] = " stands between three braces",
	    [LIVE_BEHIND_DOLLAR] = " stands behind a dollar sign",
	    [LIVE_VALUE_IN_WORDS] = " has a value in its words",
	    [LIVE_IN_HTML] = " stands in raw HTML",
	    [LIVE_IN_PICTURE] = " stands in a picture",
	    [LIVE_IN_ADDRESS] = " stands in an address",
	    [LIVE_IN_FRONT_MATTER] = " stands in front matter",
	};
	bool value = slip->kind == LIVE_VALUE;
	struct finding *f =
	    diag_add(court->diags, value ? RULE_BIND_INVALID_PATH : RULE_LINK_BROKEN_REFERENCE,
		     slip->at, "'%s%s%s'%s", value ? "{{ " : "[[", slip->text,
		     slip->form == LIVE_NOT_CLOSED || slip->form == LIVE_CUT_BY_BAR ? ""
		     : value                                                        ? " }}"
										    : "]]",
		     whats[slip->form]);

	f->severity = slip->severity;
	diag_help(court->diags, f, "%s", slip->help);
}

static void judge_block(struct court *court, const struct live_block *block)
{
	struct live_problem problem = {0};
	struct live_table table;
	struct live_plot plot;
	bool good;

	if (!block->root)
		return; /* its finding was added when it was read */
	good =
	    block->kind == LIVE_PLOT
		? live_plot_read(court->evidence, court->ws, court->mem, block, &plot, &problem)
		: live_table_read(court->evidence, court->ws, court->mem, block, &table, &problem);
	if (!good)
		help_nearest(
		    court,
		    diag_add(court->diags,
			     problem.is_path ? RULE_BIND_UNKNOWN_PATH : RULE_BIND_INVALID_BLOCK,
			     problem.at, "%s", problem.text),
		    problem.nearest);
}

/* A figure that front matter writes beside the one that it names. */
static void judge_written(struct court *court, const struct written_figure *figure)
{
	const struct data_node *node = figure->node;
	struct live_value value =
	    live_value(court->evidence, court->ws, court->mem, &figure->path, figure->certain);
	char is[NUMBER_TEXT_MAX];
	struct position at;

	if (!value.found) {
		if (figure->certain)
			help_nearest(court,
				     diag_add(court->diags, RULE_BIND_UNKNOWN_PATH, figure->key_at,
					      "'%s': %s", figure->path.path, value.problem),
				     value.nearest);
		return;
	}
	if (value.value.kind != VALUE_NUMBER ||
	    figure_agrees(node->text, node->number, value.value.number))
		return;
	at = source_position(&value.value.at);
	diag_help(court->diags,
		  diag_add(court->diags, RULE_DATA_GIVEN_MEASURED_DIFFER, node->at,
			   "%s is %s here, %s by the record", figure->path.path, node->text,
			   number_significant(is, value.value.number, 6)),
		  "the record is %s:%u", value.value.at.source->path, at.line);
}

void judge_live(struct court *court, const struct document *doc)
{
	const struct live *live = doc->live;
	struct written_figure *written;
	size_t suggestions = 0, n;

	for (size_t i = 0; live && i < live->spans.n; i++)
		if (live->spans.items[i].kind == LIVE_LINK)
			judge_id(court, &live->spans.items[i]);
	for (size_t i = 0; live && i < live->slips.n; i++)
		judge_slip(court, &live->slips.items[i]);
	if (!court->evidence)
		return;
	for (size_t i = 0; live && i < live->spans.n; i++)
		if (live->spans.items[i].kind == LIVE_VALUE)
			judge_value(court, &live->spans.items[i], &suggestions);
	for (size_t i = 0; live && i < live->blocks.n; i++)
		judge_block(court, &live->blocks.items[i]);
	n = written_figures(court->ws, court->mem, doc, &written);
	for (size_t i = 0; i < n; i++)
		judge_written(court, &written[i]);
}
