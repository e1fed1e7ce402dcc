/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures.c - the figures of all records */
#include "evidence/figures.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <string.h>

/* The value of a threshold and its place; the first policy that sets it holds, for names of
 * thresholds are unique. */
static double policy_threshold(const struct workspace *ws, const char *name, struct span *at)
{
	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		const struct data_node *thresholds, *node;
		double value;

		if (!record->kind || strcmp(record->kind, "policy") != 0)
			continue;
		thresholds = data_find(record->node, "thresholds");
		node = data_find(data_find(thresholds, name), "value");
		if (data_number(node, &value)) {
			*at = node->at;
			return value;
		}
	}
	return NAN;
}

struct drift_bands policy_bands(struct arena *mem, const struct workspace *ws, const char **from)
{
	struct span warning_at = {0}, critical_at = {0};
	struct drift_bands bands = {
	    .warning = policy_threshold(ws, "psi_warning", &warning_at),
	    .critical = policy_threshold(ws, "psi_critical", &critical_at),
	};

	*from = NULL;
	if (isnan(bands.warning) || isnan(bands.critical))
		return bands;
	*from = figures_place_text(mem, warning_at);
	if (warning_at.source != critical_at.source)
		*from = arena_printf(mem, "%s and %s", *from, figures_place_text(mem, critical_at));
	return bands;
}

static bool says_figures(const struct data_node *node)
{
	static const char *const keys[] = {"performance", "classes",  "comparison", "regression",
					   "calibration", "fairness", "drift",      "latency",
					   "windows",     "segments"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (data_find(node, keys[i]))
			return true;
	return false;
}

/* `source:` of a record; of a kind whose schema has text there it is where something can be read,
 * and names no log. */
static const struct data_node *source_of(const struct record *record)
{
	const struct data_node *source = data_find(record->node, "source");
	const struct data_node *keys =
	    record->schema ? data_find(record->schema->root, "properties") : NULL;
	const char *type = data_find_text(data_find(keys, "source"), "type");

	return type && !strcmp(type, "string") ? NULL : source;
}

static void add_record(struct collector *c, const struct record *record)
{
	const struct data_node *source = source_of(record);
	struct record_figures *figures;

	profile_check_record(c, record);
	if (!source && !data_find(record->node, "profile") && !says_figures(record->node))
		return;
	figures = arena_new(c->mem, struct record_figures, 1);
	figures->record = record;
	figures->source_at = source ? source->at : (struct span){0};
	figures->all.worst = DRIFT_UNKNOWN;
	figures->psi_warning = c->bands.warning;
	figures->psi_critical = c->bands.critical;
	figures->bands_from = c->bands_from;
	*ARENA_PUSH(c->mem, &c->evidence->records) = figures;
	if (record->id && !map_has(&c->evidence->by_record, record->id))
		map_put(&c->evidence->by_record, c->mem, record->id, figures);
	if (source)
		source_understand(c, record, figures);
}

void evidence_collect(struct arena *mem, const struct workspace *ws, size_t jobs,
		      struct evidence *evidence, struct diag_sink *diags)
{
	struct arena space;
	struct collector c = {
	    .mem = mem,
	    .ws = ws,
	    .jobs = jobs,
	    .evidence = evidence,
	    .diags = diags,
	};

	*evidence = (struct evidence){0};
	collector_init(&c, &space);
	c.bands = policy_bands(mem, ws, &c.bands_from);
	for (size_t i = 0; i < ws->records.n; i++)
		add_record(&c, ws->records.items[i]);
	collector_run(&c);
	for (size_t i = 0; i < evidence->records.n; i++)
		if (evidence->records.items[i]->origin != ORIGIN_MEASURED &&
		    !profile_take_record(&c, evidence->records.items[i]))
			figures_take_given(&c, evidence->records.items[i]);
	collector_release(&c);
}

const struct record_figures *evidence_of(const struct evidence *evidence,
					 const struct record *record)
{
	struct record_figures *figures;

	if (!record)
		return NULL;
	figures = record->id ? map_get(&evidence->by_record, record->id) : NULL;
	if (figures && figures->record == record)
		return figures;
	for (size_t i = 0; i < evidence->records.n; i++)
		if (evidence->records.items[i]->record == record)
			return evidence->records.items[i];
	return NULL;
}

const struct record_figures *evidence_version(const struct evidence *evidence,
					      const struct version *version)
{
	return evidence_of(evidence, version->primary);
}
