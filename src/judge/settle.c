/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/settle.c - severities that are set, findings that are allowed, comments that allow nothing
 *
 * A finding is allowed by the comment of the innermost section around it; of two comments for one
 * rule in one section the first allows, the second is unused. */
#include "judge/settle.h"
#include "base/text.h"
#include "judge/allow.h"
#include <string.h>

enum { LONGEST_ID = 64 }; /* that is taken for a slip of a rule's id */

void settle_severities(const struct config *config, struct diag_sink *diags)
{
	const struct severity_rule *set[RULE_COUNT] = {0};

	for (size_t i = 0; i < config->severities.n; i++)
		set[config->severities.items[i].rule] = &config->severities.items[i];
	for (size_t i = 0; config->severities.n && i < diags->n; i++)
		if (set[diags->items[i].rule])
			diags->items[i].severity = set[diags->items[i].rule]->severity;
}

/* One rule of one comment. */
struct allowance {
	const struct allow_comment *comment;
	const char *id; /* as written */
	enum rule rule; /* RULE_COUNT: no such rule */
	bool used, repeated;
};

/* The comments of one document. */
struct permit {
	struct allow_list list;
	struct {
		LIST_OF(struct allowance *);
	} allowances;      /* in the order written */
	struct map by_key; /* "SECTION RULE" -> struct allowance */
};

static const char *key_of(struct arena *mem, size_t section, enum rule rule)
{
	return arena_printf(mem, "%zu %u", section, (unsigned)rule);
}

static void add_allowance(struct arena *mem, struct permit *permit,
			  const struct allow_comment *comment, const char *id)
{
	struct allowance *allowance = arena_new(mem, struct allowance, 1);
	const char *key;

	*allowance = (struct allowance){.comment = comment, .id = id, .rule = rule_find(id)};
	*ARENA_PUSH(mem, &permit->allowances) = allowance;
	if (allowance->rule == RULE_COUNT || !rule_can_be_allowed(allowance->rule))
		return;
	key = key_of(mem, comment->section, allowance->rule);
	allowance->repeated = map_has(&permit->by_key, key);
	if (!allowance->repeated)
		map_put(&permit->by_key, mem, key, allowance);
}

/* NULL where a document has no comment for modelbook. */
static struct permit *read_permit(struct arena *mem, const struct document *doc)
{
	const struct source *source = doc->text.source;
	struct permit *permit;

	/* What a fault hides is not reported apart. Most documents hold no comment. */
	if (doc->text.faulty || doc->gist || !source->text ||
	    !text_find(source->text, source->len, "<!--", 4))
		return NULL;
	permit = arena_new(mem, struct permit, 1);
	allow_read(mem, &doc->text, &permit->list);
	for (size_t i = 0; i < permit->list.comments.n; i++) {
		const struct allow_comment *comment = &permit->list.comments.items[i];
		for (size_t k = 0; !comment->problem && k < comment->rules.n; k++)
			add_allowance(mem, permit, comment, comment->rules.items[k]);
	}
	return permit->list.comments.n ? permit : NULL;
}

static void allow_finding(struct arena *scratch, const struct permit *permit,
			  struct finding *finding)
{
	const struct allow_list *list = &permit->list;
	size_t section = allow_section_at(list, finding->at.start);

	for (;;) {
		struct allowance *allowance =
		    map_get(&permit->by_key, key_of(scratch, section, finding->rule));
		if (allowance) {
			allowance->used = true;
			finding->standing = STANDING_ALLOWED;
			finding->reason = allowance->comment->reason;
			return;
		}
		if (!section)
			return;
		section = list->sections.items[section].up;
	}
}

static void report_form(struct diag_sink *diags, const struct allow_comment *comment)
{
	struct finding *f =
	    diag_add(diags, RULE_DOC_UNUSED_ALLOW, comment->at, "%s", comment->problem);

	diag_help(diags, f, "write '<!-- modelbook: allow RULE: reason -->'");
}

static void report_unknown(struct diag_sink *diags, const struct allowance *allowance)
{
	const char *ids[RULE_COUNT], *nearest;
	struct finding *f = diag_add(diags, RULE_DOC_UNUSED_ALLOW, allowance->comment->at,
				     "'%s' is no rule", allowance->id);

	for (unsigned i = 0; i < RULE_COUNT; i++)
		ids[i] = rule_info((enum rule)i)->id;
	nearest = strlen(allowance->id) <= LONGEST_ID ? text_nearest(allowance->id, ids, RULE_COUNT)
						      : NULL;
	if (nearest)
		diag_help(diags, f, "did you mean '%s'?", nearest);
}

static void report_allowance(struct diag_sink *diags, const struct allowance *allowance)
{
	if (allowance->rule == RULE_COUNT)
		report_unknown(diags, allowance);
	else if (!rule_can_be_allowed(allowance->rule))
		diag_add(diags, RULE_DOC_UNUSED_ALLOW, allowance->comment->at,
			 "'%s' cannot be allowed", allowance->id);
	else if (allowance->repeated)
		diag_add(diags, RULE_DOC_UNUSED_ALLOW, allowance->comment->at,
			 "'%s' is allowed here already", allowance->id);
	else if (!allowance->used)
		diag_add(diags, RULE_DOC_UNUSED_ALLOW, allowance->comment->at,
			 "'%s' is not found %s", allowance->id,
			 allowance->comment->section ? "in this section" : "in this document");
}

static void report_unused(struct diag_sink *diags, const struct permit *permit)
{
	for (size_t i = 0; i < permit->list.comments.n; i++)
		if (permit->list.comments.items[i].problem)
			report_form(diags, &permit->list.comments.items[i]);
	for (size_t i = 0; i < permit->allowances.n; i++)
		report_allowance(diags, permit->allowances.items[i]);
}

static void settle_comments(const struct workspace *ws, struct diag_sink *diags)
{
	struct map permits = {0}; /* path -> struct permit */
	struct arena scratch;

	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		struct permit *permit = read_permit(diags->mem, doc);
		if (permit)
			map_put(&permits, diags->mem, doc->path, permit);
	}
	if (!permits.n)
		return;
	arena_init(&scratch);
	for (size_t i = 0; i < diags->n; i++) {
		struct finding *finding = &diags->items[i];
		const struct source *source = finding->at.source;
		struct arena_mark mark = arena_save(&scratch);
		const struct permit *permit = source && rule_can_be_allowed(finding->rule)
						  ? map_get(&permits, source->path)
						  : NULL;
		if (permit)
			allow_finding(&scratch, permit, finding);
		arena_reset(&scratch, mark);
	}
	arena_release(&scratch);
	for (size_t i = 0; i < permits.n; i++)
		report_unused(diags, permits.entries[i].value);
}

void settle(const struct workspace *ws, struct diag_sink *diags)
{
	settle_comments(ws, diags);
	settle_severities(&ws->config, diags);
}
