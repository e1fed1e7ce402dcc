/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry.c - what the system did, as records of a workspace */
#include "capstone/registry.h"
#include "base/date.h"
#include "base/number.h"
#include "base/path.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* -- words ------------------------------------------------------------------------------------ */

const char *registry_date(const struct registry *r, int32_t day)
{
	char text[DATE_TEXT];

	return arena_strdup(r->mem, date_format(text, day));
}

const char *registry_number(const struct registry *r, double value, int decimals)
{
	char text[NUMBER_TEXT_MAX];

	return isfinite(value) ? arena_strdup(r->mem, number_fixed(text, value, decimals))
			       : "not known";
}

const char *registry_difference(const struct registry *r, const struct paired_comparison *pair)
{
	const struct figure *d = &pair->difference;

	return arena_printf(r->mem, "%s%s, 95 %% interval %s to %s", d->value > 0 ? "+" : "",
			    registry_number(r, d->value, 4), registry_number(r, d->interval.low, 4),
			    registry_number(r, d->interval.high, 4));
}

const char *registry_days(const struct registry *r, int days)
{
	return arena_printf(r->mem, "%d %s", days, days == 1 ? "day" : "days");
}

/* -- what parts ask for ----------------------------------------------------------------------- */

const struct registry_version *registry_version(const struct registry *r, const char *id)
{
	for (size_t i = 0; i < REGISTRY_VERSIONS; i++)
		if (r->versions[i].stored.model && !strcmp(r->versions[i].stored.name, id))
			return &r->versions[i];
	return NULL;
}

int32_t registry_stage_day(const struct registry *r, const char *version, const char *stage)
{
	for (size_t i = 0; i < r->operation->n_stages; i++) {
		const struct stage_event *event = &r->operation->stages[i];
		if (!strcmp(event->version, version) && !strcmp(event->stage, stage))
			return event->day;
	}
	return INT32_MAX;
}

const struct part_rows *registry_judged_rows(const struct registry *r, size_t version)
{
	const struct part_rows *rows = version < 2 ? &r->temporal_rows : &r->gate_rows;

	return r->versions[version].stored.model && rows->events.n ? rows : NULL;
}

int32_t registry_ripe(const struct registry *r, int32_t day)
{
	return day + 1 +
	       (int32_t)((r->prepared->plan->label_delay + SECONDS_A_DAY - 1) / SECONDS_A_DAY);
}

bool registry_log_has(const struct registry_log *log, const char *column)
{
	const char *at = out_text(&log->text), *end = at + strcspn(at, "\r\n");
	size_t n = strlen(column);

	for (; at < end; at++) {
		size_t cell = strcspn(at, ",\r\n");
		if (cell == n && !memcmp(at, column, n))
			return true;
		at += cell;
	}
	return false;
}

void registry_features(const struct registry *r, struct yaml_writer *w,
		       const struct registry_log *log)
{
	const struct feature_list *list = &r->prepared->list;
	const char **names = arena_new(r->mem, const char *, list->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (registry_log_has(log, list->items[i].name))
			names[n++] = list->items[i].name;
	if (n)
		yaml_texts(w, "features", names, n);
}

void registry_begin(const struct registry *r, struct yaml_writer *w, const char *kind,
		    const char *version, const char *what, const char *title)
{
	const char *id = r->prepared->plan->id;

	yaml_item(w);
	yaml_text(w, "kind", "%s", kind);
	if (version)
		yaml_text(w, "id", "%s-%s-%s", id, version, what);
	else
		yaml_text(w, "id", "%s-%s", id, what);
	if (title)
		yaml_text(w, "title", "%s (simulated)", title);
	if (version)
		yaml_text(w, "about", "%s@%s", id, version);
	else
		yaml_text(w, "about", "%s", id);
}

/* -- files ------------------------------------------------------------------------------------ */

static const struct {
	const char *file, *head;
	void (*write)(const struct registry *r, struct yaml_writer *w);
} files[] = {
    {"model", "The versions, and where each has been, as the simulated year of operation decided.",
     registry_model},
    {"experiments", "Each question that led to a version.", registry_experiments},
    {"evaluations",
     "How each version did on rows that no fit has seen; figures come from the logs.",
     registry_evaluations},
    {"measurements",
     "What no log shows by itself: rows that were counted, checks, days, one score explained.",
     registry_measurements},
    {"monitoring", "Each version while it answered.", registry_monitoring},
    {"shadow", "Versions that scored beside the one that answered.", registry_shadow},
    {"canary", "Versions that got the traffic step by step.", registry_canary},
    {"incidents", "What went wrong.", registry_incidents},
    {"failures", "Failures put in on purpose, one at a time, into the same weeks.",
     registry_failures},
    {"alerts", "Limits of the alerts, chosen by measurement.", registry_alerts},
    {"bias_audit", "Whether groups are treated alike.", registry_bias},
    {"data_quality", "The stream of payments, scored.", registry_data_quality},
    {"serving_config", "How the versions are served.", registry_serving},
    {"monitoring_config", "What is watched.", registry_monitoring_config},
    {"retraining", "When it is fitted again.", registry_retraining},
};

static bool write_file(const struct registry *r, const char *workspace, size_t i,
		       struct diag_sink *diags)
{
	struct out text = {0};
	struct yaml_writer w = {.to = &text};
	const char *path =
	    arena_printf(r->mem, "data/%s/%s.yaml", r->prepared->plan->id, files[i].file);
	bool written, is_empty;

	yaml_comment(&w, files[i].head);
	yaml_comment(&w,
		     "Written by script/capstone from what the simulation did; edits are lost.");
	yaml_list(&w, "records");
	files[i].write(r, &w);
	is_empty = w.empty != NULL;
	yaml_end(&w);
	written = !is_empty && record_write(workspace, path, &text, diags);
	if (is_empty) { /* nothing of the kind happened: what an earlier run wrote must not stay */
		unlink(path_join(r->mem, workspace, path));
		written = true;
	}
	out_release(&text);
	return written;
}

static bool write_policy(const struct registry *r, const char *workspace, struct diag_sink *diags)
{
	const char *id = r->prepared->plan->id;
	struct out text = {0};
	struct yaml_writer w = {.to = &text};
	bool written;

	yaml_comment(&w,
		     "Written by script/capstone from the study of the alerts; edits are lost.");
	yaml_text(&w, "kind", "policy");
	yaml_text(&w, "id", "%s-policy", id);
	yaml_text(&w, "title", "Limits of the payment risk system (simulated)");
	yaml_text(
	    &w, "notes",
	    "The limits of alerts are those that the record %s-alerts takes; the others stand "
	    "in the plan of the system, src/capstone/systems.",
	    id);
	yaml_map(&w, "thresholds");
	registry_policy(r, &w);
	yaml_end(&w);
	written =
	    record_write(workspace, arena_printf(r->mem, "data/%s/policy.yaml", id), &text, diags);
	out_release(&text);
	return written;
}

const char *registry_stress_name(const struct registry *r, const struct failure_study *study,
				 const struct failure_facts *facts)
{
	return study == r->refit_failures
		   ? arena_printf(r->mem, "stress-%s-%s", r->operation->refit.version,
				  facts->failure->id)
		   : arena_printf(r->mem, "stress-%s", facts->failure->id);
}

static bool write_stress_logs(const struct registry *r, const struct failure_study *study,
			      const char *workspace, struct diag_sink *diags)
{
	bool written = true;

	for (size_t i = 0; i < study->n_failures; i++)
		written &=
		    record_write(workspace,
				 arena_printf(r->mem, "data/%s/logs/%s.csv", r->prepared->plan->id,
					      registry_stress_name(r, study, &study->facts[i])),
				 &study->facts[i].log, diags);
	return written;
}

static bool write_logs(const struct registry *r, const char *workspace, struct diag_sink *diags)
{
	const struct registry_log *const logs[] = {r->holdout,       r->temporal, r->gate,
						   r->shift,         r->unbroken, r->production,
						   r->refit_unbroken};
	const char *id = r->prepared->plan->id;
	bool written = true;

	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
		if (logs[i])
			written &= record_write(
			    workspace,
			    arena_printf(r->mem, "data/%s/logs/%s.csv", id, logs[i]->name),
			    &logs[i]->text, diags);
	written &= write_stress_logs(r, r->failures, workspace, diags);
	if (r->refit_failures)
		written &= write_stress_logs(r, r->refit_failures, workspace, diags);
	return written;
}

/* The worst predictions of each version on the rows that decided about it. */
static bool write_worst(const struct registry *r, const char *workspace, struct diag_sink *diags)
{
	bool written = true;

	for (size_t i = 0; i < REGISTRY_VERSIONS; i++) {
		const struct part_rows *rows = registry_judged_rows(r, i);
		struct out text = {0};
		if (!rows)
			continue;
		worst_predictions(&rows->events, &rows->features, r->versions[i].stored.model,
				  REGISTRY_WORST, &text);
		written &=
		    record_write(workspace,
				 arena_printf(r->mem, "data/%s/logs/worst-%s.csv",
					      r->prepared->plan->id, r->versions[i].stored.name),
				 &text, diags);
		out_release(&text);
	}
	return written;
}

bool registry_write(const struct registry *r, const char *workspace, struct diag_sink *diags)
{
	bool written = write_logs(r, workspace, diags) & write_worst(r, workspace, diags);

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		written &= write_file(r, workspace, i, diags);
	return written && write_policy(r, workspace, diags);
}
