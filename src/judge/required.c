/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/required.c - documents that must exist */
#include "catalog/kinds.h"
#include "judge/judge_internal.h"
#include <string.h>

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
		if (!doc->kind || strcmp(doc->kind, rule->kind) != 0)
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

static void report(struct court *court, const struct require_rule *rule, size_t found,
		   const char *subject)
{
	const char *count = "";
	struct finding *f;

	if (found >= rule->count)
		return;
	if (rule->count > 1)
		count = arena_printf(court->mem, " (%zu of %zu)", found, rule->count);
	f = diag_add(court->diags, RULE_DOC_MISSING_DOCUMENT, rule->at, "%s%s%s%s", rule->kind,
		     subject ? " about " : "", subject ? subject : "", count);
	diag_help(court->diags, f, "modelbook new %s%s%s", rule->kind, subject ? " --about " : "",
		  subject ? subject : "");
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

static void require_for_records(struct court *court, const struct require_rule *rule)
{
	const char *kind = rule->each == ABOUT_RUN ? "experiment" : "incident";

	for (size_t i = 0; i < court->ws->records.n; i++) {
		const struct record *record = court->ws->records.items[i];
		if (record->id && record->kind && !strcmp(record->kind, kind))
			report(court, rule, count_documents(court, rule, NULL, NULL, record),
			       record->id);
	}
}

/* A kind without template requires nothing of the documents that have it. */
static void check_kind(struct court *court, const char *kind, struct span at)
{
	const char *nearest;
	struct finding *f;

	if (map_has(&court->ws->template_by_kind, kind))
		return;
	f = diag_add(court->diags, RULE_DOC_UNKNOWN_KIND, at, "'%s'", kind);
	nearest = nearest_document_kind(court->ws, court->mem, kind);
	if (nearest)
		diag_help(court->diags, f, "did you mean '%s'?", nearest);
}

void judge_required(struct court *court)
{
	const struct config *config = &court->ws->config;

	for (size_t i = 0; i < config->documents.n; i++)
		check_kind(court, config->documents.items[i].kind, config->documents.items[i].at);
	for (size_t i = 0; i < config->require.n; i++) {
		const struct require_rule *rule = &config->require.items[i];
		check_kind(court, rule->kind, rule->at);
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
