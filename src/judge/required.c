/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/required.c - documents that must exist */
#include "base/path.h"
#include "catalog/kinds.h"
#include "judge/judge_internal.h"
#include <string.h>

/* Of the kind, or of one whose template extends its: that asks for all that the kind's does. */
static bool is_of_kind(const struct document *doc, const char *kind)
{
	const struct template *tmpl = doc->tmpl;

	if (!doc->kind)
		return false;
	while (tmpl && tmpl->base && strcmp(tmpl->kind, kind) != 0)
		tmpl = tmpl->base;
	return !strcmp(doc->kind, kind) || (tmpl && !strcmp(tmpl->kind, kind));
}

/* Documents of a kind about one subject. */
static size_t count_documents(const struct court *court, const struct require_rule *rule,
			      const struct model *model, const struct version *version,
			      const struct record *record)
{
	size_t n = 0;

	for (size_t i = 0; i < court->ws->documents.n; i++) {
		const struct document *doc = court->ws->documents.items[i];
		const struct subject *about = &doc->about;
		bool fits = false;
		if (!is_of_kind(doc, rule->kind))
			continue;
		switch (rule->each) {
		case ABOUT_WORKSPACE:
			fits = true;
			break;
		case ABOUT_MODEL:
			fits = about->kind == ABOUT_MODEL && about->model == model;
			break;
		case ABOUT_VERSION:
			fits = about->version && about->version == version;
			break;
		case ABOUT_RUN:
		case ABOUT_INCIDENT:
			fits = about->record && about->record == record;
			break;
		}
		n += fits;
	}
	return n;
}

/* A document of the kind that would count if it said what it is about. */
static const struct document *find_silent(const struct court *court,
					  const struct require_rule *rule)
{
	for (size_t i = 0; rule->each != ABOUT_WORKSPACE && i < court->ws->documents.n; i++) {
		const struct document *doc = court->ws->documents.items[i];
		if (is_of_kind(doc, rule->kind) && !*doc->about.text)
			return doc;
	}
	return NULL;
}

static void report(struct court *court, const struct require_rule *rule, size_t found,
		   const char *subject)
{
	const struct document *silent;
	const char *count = "";
	struct finding *f;

	if (found >= rule->count)
		return;
	if (rule->count > 1)
		count = arena_printf(court->mem, " (%zu of %zu)", found, rule->count);
	f = diag_add(court->diags, RULE_DOC_MISSING_DOCUMENT, rule->at, "%s%s%s%s", rule->kind,
		     subject ? " about " : "", subject ? subject : "", count);
	silent = subject ? find_silent(court, rule) : NULL;
	if (silent)
		diag_help(court->diags, f,
			  "%s is of this kind and does not say what it is about: about: %s",
			  silent->path, subject);
	else
		diag_help(court->diags, f, "modelbook new %s%s%s", rule->kind,
			  subject ? " --about " : "", subject ? subject : "");
}

/* A version, or the furthest version of a model, has come to the rule's stage or asks for it. */
static bool has_come_to(const struct version *version, enum stage stage)
{
	enum stage reached =
	    version->requested > version->stage ? version->requested : version->stage;

	if (version->stage == STAGE_RETIRED)
		return false;
	return stage == STAGE_NONE || reached >= stage;
}

static bool model_has_come_to(const struct model *model, enum stage stage)
{
	if (stage == STAGE_NONE)
		return true;
	for (size_t i = 0; i < model->versions.n; i++)
		if (has_come_to(model->versions.items[i], stage))
			return true;
	return false;
}

static void require_for_models(struct court *court, const struct require_rule *rule)
{
	for (size_t i = 0; i < court->ws->models.n; i++) {
		const struct model *model = court->ws->models.items[i];
		if (rule->each == ABOUT_MODEL && model_has_come_to(model, rule->stage))
			report(court, rule, count_documents(court, rule, model, NULL, NULL),
			       model->id);
		for (size_t k = 0; rule->each == ABOUT_VERSION && k < model->versions.n; k++) {
			const struct version *version = model->versions.items[k];
			if (has_come_to(version, rule->stage))
				report(court, rule,
				       count_documents(court, rule, model, version, NULL),
				       version->name);
		}
	}
}

/* A run or an incident. */
static bool is_subject(const struct record *record, enum about_kind each)
{
	return record->id && record->kind &&
	       !strcmp(record->kind, each == ABOUT_RUN ? "experiment" : "incident");
}

static void require_for_records(struct court *court, const struct require_rule *rule)
{
	for (size_t i = 0; i < court->ws->records.n; i++) {
		const struct record *record = court->ws->records.items[i];
		if (is_subject(record, rule->each))
			report(court, rule, count_documents(court, rule, NULL, NULL, record),
			       record->id);
	}
}

/* A kind without template requires nothing of the documents that have it. */
static void check_kind(struct court *court, const char *kind, struct span at)
{
	const char *nearest;
	struct finding *f;

	if (map_has(&court->ws->template_by_kind, kind) ||
	    workspace_lacks_defaults(court->ws, court->diags))
		return;
	f = diag_add(court->diags, RULE_DOC_UNKNOWN_KIND, at, "'%s'", kind);
	nearest = nearest_document_kind(court->ws, court->mem, kind);
	if (nearest)
		diag_help(court->diags, f, "did you mean '%s'?", nearest);
}

/* A document cannot be about what its template does not allow. */
static bool can_be_satisfied(struct court *court, const struct require_rule *rule)
{
	static const struct {
		enum about_kind kind;
		const char *name;
	} names[] = {{ABOUT_WORKSPACE, "workspace"},
		     {ABOUT_MODEL, "model"},
		     {ABOUT_VERSION, "version"},
		     {ABOUT_RUN, "run"},
		     {ABOUT_INCIDENT, "incident"}};
	const struct template *tmpl = map_get(&court->ws->template_by_kind, rule->kind);
	const char *each = "", *about = "";

	if (!tmpl || !tmpl->about || rule->each == ABOUT_WORKSPACE || (tmpl->about & rule->each))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].kind == rule->each)
			each = names[i].name;
		if (tmpl->about & names[i].kind)
			about = *about ? arena_printf(court->mem, "%s or %s", about, names[i].name)
				       : names[i].name;
	}
	diag_help(court->diags,
		  diag_add(court->diags, RULE_CONFIG_INVALID, rule->at,
			   "'%s' for each %s, and no document of the kind can be about one",
			   rule->kind, each),
		  "%s says that they are about: %s", tmpl->source->path, about);
	return false;
}

static bool has_subject(const struct workspace *ws, enum about_kind each)
{
	size_t count = 0;

	if (each == ABOUT_RUN || each == ABOUT_INCIDENT)
		for (size_t i = 0; i < ws->records.n; i++)
			count += is_subject(ws->records.items[i], each);
	else if (each == ABOUT_VERSION)
		for (size_t i = 0; i < ws->models.n; i++)
			count += ws->models.items[i]->versions.n;
	else
		count = each == ABOUT_MODEL ? ws->models.n : 1;
	return count > 0;
}

/* Required for each incident, say, where there is none yet: the files are still to come. */
static bool is_to_come(const struct workspace *ws, const char *kind)
{
	for (size_t i = 0; i < ws->config.require.n; i++) {
		const struct require_rule *rule = &ws->config.require.items[i];
		if (!strcmp(rule->kind, kind) && !has_subject(ws, rule->each))
			return true;
	}
	return false;
}

/* A pattern that matches nothing protects nothing: the files may have moved away from it. */
static void check_patterns(struct court *court)
{
	const struct workspace *ws = court->ws;
	const struct config *config = &ws->config;

	for (size_t i = 0; i < config->documents.n; i++) {
		const struct kind_rule *rule = &config->documents.items[i];
		size_t k = 0;
		while (k < ws->documents.n &&
		       !path_match(rule->pattern, ws->documents.items[k]->path))
			k++;
		if (k == ws->documents.n && !is_to_come(ws, rule->kind))
			diag_add(court->diags, RULE_CONFIG_UNMATCHED, rule->at, "'%s'",
				 rule->pattern);
	}
	for (size_t i = 0; i < config->records.n; i++) {
		const struct kind_rule *rule = &config->records.items[i];
		size_t k = 0;
		while (k < ws->data_files.n &&
		       (ws->data_files.items[k]->is_log ||
			!path_match(rule->pattern, ws->data_files.items[k]->path)))
			k++;
		if (k == ws->data_files.n)
			diag_add(court->diags, RULE_CONFIG_UNMATCHED, rule->at, "'%s'",
				 rule->pattern);
	}
}

void judge_required(struct court *court)
{
	const struct config *config = &court->ws->config;

	check_patterns(court);
	for (size_t i = 0; i < config->documents.n; i++)
		check_kind(court, config->documents.items[i].kind, config->documents.items[i].at);
	for (size_t i = 0; i < config->require.n; i++) {
		const struct require_rule *rule = &config->require.items[i];
		check_kind(court, rule->kind, rule->at);
		if (!can_be_satisfied(court, rule))
			continue;
		switch (rule->each) {
		case ABOUT_WORKSPACE:
			report(court, rule, count_documents(court, rule, NULL, NULL, NULL), NULL);
			break;
		case ABOUT_MODEL:
		case ABOUT_VERSION:
			require_for_models(court, rule);
			break;
		case ABOUT_RUN:
		case ABOUT_INCIDENT:
			require_for_records(court, rule);
			break;
		}
	}
}
