/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/words.c - states, figures and counts as words */
#include "base/number.h"
#include "render/page_writer.h"
#include <math.h>
#include <string.h>

struct word severity_word(enum severity severity, bool fault)
{
	static const struct word words[] = {
	    [SEVERITY_NOTE] = {"note", "○", "unknown"},
	    [SEVERITY_WARNING] = {"warning", "◐", "warning"},
	    [SEVERITY_ERROR] = {"error", "✕", "critical"},
	};

	return fault ? (struct word){"fault", "✕", "critical"} : words[severity];
}

struct word drift_word(enum drift_severity severity)
{
	static const struct word words[] = {
	    [DRIFT_STABLE] = {"stable", "●", "good"},
	    [DRIFT_WARNING] = {"warning", "◐", "warning"},
	    [DRIFT_CRITICAL] = {"critical", "✕", "critical"},
	    [DRIFT_TOO_FEW] = {"too few rows", "○", "unknown"},
	    [DRIFT_UNKNOWN] = {"not known", "–", "unknown"},
	};

	return words[severity];
}

struct word item_word(enum item_state state)
{
	static const char *const tones[] = {
	    [ITEM_SHOWN] = "good",
	    [ITEM_CLAIMED] = "unknown",
	    [ITEM_CONTRADICTED] = "critical",
	    [ITEM_OPEN] = "warning",
	    [ITEM_NOT_APPLICABLE] = "unknown",
	    [ITEM_WAIVED] = "unknown",
	    [ITEM_MISSING] = "critical",
	};

	return (struct word){item_state_name(state), item_state_shape(state), tones[state]};
}

void view_word(struct view *view, const char *name, struct word word)
{
	view_text(view, name, word.word);
	view_text(view, "shape", word.shape);
	view_text(view, "tone", word.tone);
}

const char *figure_text(struct arena *mem, double value)
{
	char buf[NUMBER_TEXT_MAX];
	double size = fabs(value);

	if (!isfinite(value))
		return "–";
	if (size == 0 || (size >= 0.01 && size < 10))
		return arena_strdup(mem, number_fixed(buf, value, 3));
	return arena_strdup(mem, number_significant(buf, value, size < 1 ? 3 : 4));
}

const char *interval_text(struct arena *mem, struct interval interval)
{
	if (!isfinite(interval.low) || !isfinite(interval.high))
		return NULL;
	return arena_printf(mem, "[%s, %s]", figure_text(mem, interval.low),
			    figure_text(mem, interval.high));
}

const char *figure_with_interval(struct arena *mem, const struct figure *figure)
{
	const char *interval = interval_text(mem, figure->interval);

	if (!isfinite(figure->value))
		return figure->reason ? arena_printf(mem, "– (%s)", figure->reason) : "–";
	return interval ? arena_printf(mem, "%s %s", figure_text(mem, figure->value), interval)
			: figure_text(mem, figure->value);
}

const char *count_text(struct arena *mem, size_t n)
{
	char buf[NUMBER_TEXT_MAX];

	return arena_strdup(mem, number_count(buf, n));
}

const char *plural(struct arena *mem, size_t n, const char *one, const char *many)
{
	return arena_printf(mem, "%s %s", count_text(mem, n), n == 1 ? one : many);
}

const char *or_dash(const char *text)
{
	return text && text[0] ? text : "–";
}

const char *decision_name(enum decision decision)
{
	static const char *const names[] = {NULL, "draft", "approved", "rework", "blocked"};

	return names[decision];
}

const char *decision_tone(enum decision decision)
{
	static const char *const tones[] = {NULL, "unknown", "good", "warning", "critical"};

	return tones[decision];
}

const char *model_title(const struct model *model)
{
	return model->name ? model->name : model->id;
}

bool document_has_states(const struct document *doc)
{
	return doc->about.kind != ABOUT_WORKSPACE || doc->about.unresolved;
}

static void states_text(struct out *to, const struct item_counts *counts)
{
	for (int state = 0; state <= ITEM_MISSING; state++)
		if (state != ITEM_SHOWN && counts->by_state[state])
			out_printf(to, ", %zu %s", counts->by_state[state],
				   item_state_name((enum item_state)state));
}

void item_counts_add(struct item_counts *sum, const struct item_counts *counts)
{
	for (int state = 0; state <= ITEM_MISSING; state++)
		sum->by_state[state] += counts->by_state[state];
	sum->items += counts->items;
	sum->sections += counts->sections;
	sum->sections_good += counts->sections_good;
}

const char *item_counts_text(const struct page_job *job, const struct item_counts *counts,
			     const char *noun)
{
	struct out o = {0};
	const char *text;

	out_printf(&o, "%zu of %zu%s shown", counts->by_state[ITEM_SHOWN], counts->items, noun);
	states_text(&o, counts);
	text = arena_strdup(job->mem, out_text(&o));
	out_release(&o);
	return text;
}

const char *items_summary(const struct page_job *job, const struct document *doc)
{
	struct item_counts counts = requirements_count(job, doc);
	struct out o = {0};
	const char *text;

	if (!counts.items)
		return NULL;
	/* A document about the workspace is a standard: its items are for others to tick. */
	if (!document_has_states(doc))
		return arena_printf(job->mem, "asks for %s",
				    plural(job->mem, counts.items, "item", "items"));
	out_printf(&o, "%zu of %s shown", counts.by_state[ITEM_SHOWN],
		   plural(job->mem, counts.items, "item", "items"));
	states_text(&o, &counts);
	text = arena_strdup(job->mem, out_text(&o));
	out_release(&o);
	return text;
}

void status_add(struct view *view, const char *label, const char *text, const char *url,
		const char *tone)
{
	struct view *entry;

	if (!text || !text[0])
		return;
	entry = view_list(view, "status");
	view_text(entry, "label", label);
	view_text(entry, "text", text);
	view_address(entry, "url", url);
	view_text(entry, "tone", tone);
}

void status_end(struct view *view, bool any)
{
	view_flag(view, "has_status", any);
	if (!any)
		view_empty_list(view, "status");
}
