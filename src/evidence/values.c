/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/values.c - every value under a path, with its place */
#include "base/number.h"
#include "evidence/figure_names.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- figures of a window ---------------------------------------------------------------------- */

static bool give_number(struct value *value, double number, const char *reason)
{
	value->kind = isnan(number) ? VALUE_UNKNOWN : VALUE_NUMBER;
	value->number = number;
	value->reason = isnan(number) ? reason ? reason : "not known" : NULL;
	return true;
}

static bool give_text(struct value *value, const char *text)
{
	value->kind = VALUE_TEXT;
	value->text = text;
	return true;
}

/* roc_auc, roc_auc_low, roc_auc_high. */
static bool figure_value(const struct performance *p, const char *name, struct value *value)
{
	for (size_t i = 0; i < N_PERFORMANCE_FIGURES; i++) {
		const char *key = performance_figure_name(i);
		const struct figure *figure = performance_figure_at((struct performance *)p, i);
		size_t n = strlen(key);

		if (strncmp(name, key, n) != 0)
			continue;
		if (!name[n])
			return give_number(value, figure->value, figure->reason);
		if (!strcmp(name + n, "_low"))
			return give_number(value, figure->interval.low, "no interval");
		if (!strcmp(name + n, "_high"))
			return give_number(value, figure->interval.high, "no interval");
	}
	return false;
}

static bool performance_value(const struct window_figures *w, const char *name, struct value *value)
{
	const struct performance *p = &w->performance;

	if (!w->has_performance)
		return false;
	for (size_t i = 0; i < N_PERFORMANCE_COUNTS; i++)
		if (!strcmp(name, performance_count_name(i)))
			return give_number(
			    value, (double)*performance_count_at((struct performance *)p, i), NULL);
	if (!strcmp(name, "threshold"))
		return give_number(value, p->threshold, NULL);
	return figure_value(p, name, value);
}

static bool bin_value(const struct calibration *c, const char *path, struct value *value)
{
	char *end;
	unsigned long index = strtoul(path, &end, 10);
	const struct calibration_bin *bin;
	const char *name = end + 1;

	if (end == path || *end != '.' || index >= c->n_bins || *path < '0' || *path > '9')
		return false;
	bin = &c->bins[index];
	const struct {
		const char *name;
		double number;
	} numbers[] = {
	    {"lower", bin->lower},
	    {"upper", bin->upper},
	    {"count", (double)bin->count},
	    {"mean_score", bin->mean_score},
	    {"event_rate", bin->event_rate},
	    {"event_rate_low", bin->event_rate_low},
	    {"event_rate_high", bin->event_rate_high},
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (!strcmp(name, numbers[i].name))
			return give_number(value, numbers[i].number, "no rows in the bin");
	return false;
}

static bool calibration_value(const struct window_figures *w, const char *name, struct value *value)
{
	const struct calibration *c = &w->calibration;

	if (!w->has_calibration)
		return false;
	if (!strcmp(name, "binning"))
		return give_text(value, c->binning);
	if (!strncmp(name, "bins.", strlen("bins.")))
		return bin_value(c, name + strlen("bins."), value);
	for (size_t i = 0; i < N_CALIBRATION_NUMBERS; i++)
		if (!strcmp(name, calibration_number_name(i)))
			return give_number(
			    value, *calibration_number_at((struct calibration *)c, i), c->reason);
	return false;
}

static bool one_drift_value(const struct drift *d, const char *name, struct value *value)
{
	for (size_t i = 0; i < N_DRIFT_NUMBERS; i++)
		if (!strcmp(name, drift_number_name(i)))
			return give_number(value, *drift_number_at((struct drift *)d, i),
					   d->reason);
	if (!strcmp(name, "rows_reference"))
		return give_number(value, (double)d->rows_reference, NULL);
	if (!strcmp(name, "rows_current"))
		return give_number(value, (double)d->rows_current, NULL);
	if (!strcmp(name, "type"))
		return give_text(value, d->numeric ? "numeric" : "categorical");
	if (!strcmp(name, "severity"))
		return give_text(value, drift_severity_name(d->severity));
	return false;
}

/* COLUMN.NAME; a column may have dots of its own, so the longest that fits is taken. */
static bool drift_value(const struct window_figures *w, const char *path, struct value *value)
{
	const struct drift *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < w->n_drift; i++) {
		size_t n = strlen(w->drift[i].column);

		if (!strncmp(path, w->drift[i].column, n) && path[n] == '.' && n >= longest) {
			found = &w->drift[i];
			longest = n;
		}
	}
	return found && one_drift_value(found, path + longest + 1, value);
}

bool window_value(const struct window_figures *w, const char *path, struct value *value)
{
	static const struct {
		const char *prefix;
		bool (*get)(const struct window_figures *w, const char *name, struct value *value);
	} parts[] = {
	    {"performance.", performance_value},
	    {"calibration.", calibration_value},
	    {"drift.", drift_value},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = strlen(parts[i].prefix);

		if (!strncmp(path, parts[i].prefix, n))
			return parts[i].get(w, path + n, value);
	}
	if (!strcmp(path, "rows"))
		return give_number(value, (double)w->rows, NULL);
	return false;
}

/* -- values of records ------------------------------------------------------------------------ */

/* windows.LABEL.… (a label holds no dot), or a figure of the whole log. */
static bool measured_value(const struct record_figures *f, const char *path, struct value *value)
{
	const char *rest = path + strlen("windows.");
	size_t n;

	if (!strcmp(path, "skipped"))
		return give_number(value, (double)f->skipped, NULL);
	if (strncmp(path, "windows.", strlen("windows.")) != 0)
		return window_value(&f->all, path, value);
	n = strcspn(rest, ".");
	for (size_t i = 0; rest[n] && i < f->n_windows; i++)
		if (strlen(f->windows[i].label) == n && !strncmp(rest, f->windows[i].label, n))
			return window_value(&f->windows[i], rest + n + 1, value);
	return false;
}

static struct value unknown(const char *reason)
{
	return (struct value){.kind = VALUE_UNKNOWN, .number = NAN, .reason = reason};
}

static struct value node_value(const struct data_node *node, struct arena *mem)
{
	struct value value = {.number = NAN, .at = node->at, .origin = ORIGIN_GIVEN};

	switch (node->kind) {
	case DATA_NUMBER:
		value.kind = VALUE_NUMBER;
		value.number = node->number;
		value.text = node->text;
		break;
	case DATA_BOOL:
		value.kind = VALUE_BOOL;
		value.truth = node->truth;
		value.text = node->text;
		break;
	case DATA_TEXT:
		value.kind = VALUE_TEXT;
		value.text = node->text;
		break;
	case DATA_NULL:
		value.reason = "left open";
		break;
	case DATA_LIST:
	case DATA_MAP:
		value.reason = arena_printf(mem, "it is %s", data_kind_name(node->kind));
		break;
	}
	return value;
}

/* A value of a record: measured where it was, else as its file says. */
static bool record_value(const struct evidence *evidence, const struct record *record,
			 struct arena *mem, const char *path, struct value *value)
{
	const struct record_figures *figures = evidence_of(evidence, record);
	const struct data_node *node;

	*value = (struct value){.number = NAN};
	if (figures && figures->origin == ORIGIN_MEASURED && measured_value(figures, path, value)) {
		value->at = figures->source_at;
		value->origin = ORIGIN_MEASURED;
		return true;
	}
	node = data_find_path(record->node, path);
	if (node)
		*value = node_value(node, mem);
	return node != NULL;
}

static struct value version_value(const struct evidence *evidence, const struct version *version,
				  struct arena *mem, const char *path)
{
	const struct data_node *node;
	struct value value;

	if (version->primary && record_value(evidence, version->primary, mem, path, &value) &&
	    (value.origin == ORIGIN_MEASURED || !data_find_path(version->node, path)))
		return value;
	if (!strcmp(path, "stage")) {
		value = (struct value){.number = NAN, .at = version->at, .origin = ORIGIN_GIVEN};
		if (version->stage == STAGE_NONE)
			return unknown("no stage is recorded");
		give_text(&value, stage_name(version->stage));
		return value;
	}
	node = data_find_path(version->node, path);
	if (node)
		return node_value(node, mem);
	return unknown(version->primary
			   ? arena_printf(mem, "'%s' has no '%s'", version->name, path)
			   : arena_printf(mem, "'%s' has no evaluation", version->name));
}

struct value evidence_value(const struct evidence *evidence, const struct workspace *ws,
			    struct arena *mem, const char *path)
{
	const char *colon = strchr(path, ':');
	const struct model *model = NULL;
	const struct version *version = NULL;
	const struct record *record;
	struct value value;
	char *subject;

	if (!colon || colon == path || !colon[1])
		return unknown(
		    "a path is SUBJECT:PATH, for example churn@1.2.0:performance.roc_auc");
	subject = arena_strndup(mem, path, (size_t)(colon - path));
	if (!workspace_subject(ws, subject, &model, &version)) {
		model = NULL;
		version = NULL;
	}
	if (version)
		return version_value(evidence, version, mem, colon + 1);
	record = model ? model->record : workspace_record(ws, subject);
	if (!record)
		return unknown(arena_printf(mem, "nothing has the id '%s'", subject));
	if (record_value(evidence, record, mem, colon + 1, &value))
		return value;
	return unknown(arena_printf(mem, "'%s' has no '%s'", subject, colon + 1));
}
