/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/controls.c - the status of controls, and entries that lead nowhere */
#include "judge/controls.h"
#include "judge/judge_internal.h"

/* A status is a word and a shape before it is a colour. */
static const struct {
	const char *name, *shape;
} statuses[CONTROL_STATUSES] = {
    [CONTROL_SATISFIED] = {"satisfied", "●"},
    [CONTROL_PLANNED] = {"planned", "○"},
    [CONTROL_UNCHECKED] = {"not checked here", "◐"},
    [CONTROL_MISSING] = {"missing", "∅"},
};

const char *control_status_name(enum control_status status)
{
	return statuses[status].name;
}

const char *control_status_shape(enum control_status status)
{
	return statuses[status].shape;
}

/* ---- what falls short ---- */

static const char *const states[] = {
    [MATCH_PRESENT] = "",
    [MATCH_MISSING] = "it is missing",
    [MATCH_EMPTY] = "it is empty",
    [MATCH_PLACEHOLDER] = "a placeholder stands in it",
};

/* Why a match does not hold what its requirement and those under it ask for; NULL where it does:
 * what doc/missing-section and its like report. */
static const char *shortfall(struct arena *mem, const struct match *match)
{
	const struct requirement *req = match->requirement;
	const char *why = NULL;

	if (match->state != MATCH_PRESENT)
		return states[match->state];
	if (req->type == REQUIRE_SECTION) {
		if (match->words < req->min_words)
			return "it has fewer words than its template asks for";
		if (match->steps < req->min_steps)
			return "it has fewer numbered steps than its template asks for";
		if (match->rows < req->min_rows)
			return "its table has fewer rows than its template asks for";
	}
	if (match->repeats && req->repeat_max &&
	    (match->repeats < req->repeat_min || match->repeats > req->repeat_max))
		return "its template asks for another number of them";
	for (size_t i = 0; i < match->children.n && !why; i++) {
		const struct match *child = match->children.items[i];
		why = shortfall(mem, child);
		if (why)
			why = arena_printf(mem, "'%s' in it: %s", child->title, why);
	}
	return why;
}

static const char *why_not(struct arena *mem, const struct carrier *carrier)
{
	const char *why = NULL;

	if (!carrier->document)
		return NULL;
	if (!carrier->n_matches)
		return carrier->state == MATCH_PRESENT ? NULL : states[carrier->state];
	for (size_t i = 0; i < carrier->n_matches && !why; i++) {
		const struct match *match = carrier->matches[i];
		why = shortfall(mem, match);
		if (why && carrier->n_matches > 1)
			why = arena_printf(mem, "'%s': %s", match->identity, why);
	}
	return why;
}

enum control_status judge_carrier(struct arena *mem, const struct carrier *carrier,
				  const char **because)
{
	*because = "";
	if (carrier->unknown) {
		*because = carrier->unknown;
		return CONTROL_UNCHECKED;
	}
	if (!carrier->found) {
		*because = carrier->problem;
		return CONTROL_MISSING;
	}
	*because = why_not(mem, carrier);
	if (*because)
		return CONTROL_MISSING;
	*because = "";
	return CONTROL_SATISFIED;
}

enum control_status judge_control(struct arena *mem, const struct control *control)
{
	enum control_status worst = CONTROL_SATISFIED;

	if (!control->carriers.n)
		return CONTROL_PLANNED;
	for (size_t i = 0; i < control->carriers.n; i++) {
		const char *because;
		enum control_status status =
		    judge_carrier(mem, &control->carriers.items[i], &because);
		if (status > worst)
			worst = status;
	}
	return worst;
}

struct control_counts judge_framework(struct arena *mem, const struct framework *framework)
{
	struct control_counts counts = {.all = framework->controls.n};

	for (size_t i = 0; i < framework->controls.n; i++)
		counts.by_status[judge_control(mem, &framework->controls.items[i])]++;
	return counts;
}

/* ---- findings ---- */

/* A section that answers a requirement is reported with it; one beyond the template by nobody else.
 */
static bool is_reported(const struct carrier *carrier)
{
	return !carrier->found ||
	       (carrier->document && !carrier->n_matches && carrier->state != MATCH_PRESENT);
}

static void report(struct court *court, const struct control *control,
		   const struct carrier *carrier)
{
	struct finding *f;
	const char *because;

	if (carrier->unknown || !is_reported(carrier) ||
	    judge_has(court, RULE_DATA_SCHEMA, carrier->at))
		return;
	judge_carrier(court->mem, carrier, &because);
	f = diag_add(court->diags, RULE_CONTROL_UNRESOLVED, carrier->at, "%s '%s' of '%s'",
		     carrier_kind_name(carrier->kind), carrier->text, control->id);
	if (carrier->nearest)
		diag_help(court->diags, f, "%s; did you mean '%s'?", because, carrier->nearest);
	else
		diag_help(court->diags, f, "%s", because);
}

void judge_controls(struct court *court)
{
	for (size_t i = 0; i < court->ws->frameworks.n; i++) {
		const struct framework *framework = court->ws->frameworks.items[i];
		for (size_t k = 0; k < framework->controls.n; k++) {
			const struct control *control = &framework->controls.items[k];
			for (size_t e = 0; e < control->carriers.n; e++)
				report(court, control, &control->carriers.items[e]);
		}
	}
}
