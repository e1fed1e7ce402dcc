/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/plan_fields.c - the events of a plan: columns, fields, features over history */
#include "base/date.h"
#include "base/map.h"
#include "base/text.h"
#include "capstone/plan_internal.h"
#include <math.h>
#include <string.h>

enum { SECONDS_AN_HOUR = 3600 };

/* Names of columns and features; one name means one thing. */
struct names {
	struct plan_reading *r;
	struct map seen; /* to what it is */
};

static void take_name(struct names *names, const struct data_node *map, const char *key,
		      const char *what)
{
	const char *name = plan_text(map, key), *before;

	if (!name)
		return;
	before = map_put(&names->seen, names->r->mem, name, (void *)what);
	if (before)
		diag_add(names->r->diags, RULE_DATA_DUPLICATE_ID, data_find(map, key)->at,
			 "'%s' is %s already", name, before);
}

/* The key must, may or must not stand there for things of this kind. */
static void check_key(struct plan_reading *r, const struct data_node *map, const char *key,
		      const char *kind, bool needed, bool allowed)
{
	const struct data_node *node = data_find(map, key);

	if (node && !allowed)
		diag_add(r->diags, RULE_DATA_SCHEMA, node->at, "%s is not for '%s'", key, kind);
	else if (!node && needed)
		diag_add(r->diags, RULE_DATA_MISSING_KEY, map->at, "%s, which '%s' needs", key,
			 kind);
}

/* ------------------------------------------------------------------------------- the fields */

static void read_range(struct plan_reading *r, const struct data_node *node, struct field *field)
{
	const struct data_node *range = plan_list(node, "range");

	check_key(r, node, "range", "number", true, true);
	check_key(r, node, "values", "number", false, false);
	if (range->n != 2 || !data_number(range->items[0], &field->low) ||
	    !data_number(range->items[1], &field->high))
		return;
	if (field->low >= field->high)
		diag_add(r->diags, RULE_DATA_SCHEMA, range->at,
			 "the least value must be under the greatest");
}

static void read_values(struct plan_reading *r, const struct data_node *node, struct field *field)
{
	const struct data_node *list = plan_list(node, "values");

	check_key(r, node, "values", "category", true, true);
	check_key(r, node, "range", "category", false, false);
	check_key(r, node, "logarithm", "category", false, false);
	field->values = arena_new(r->mem, const char *, list->n);
	for (size_t i = 0; i < list->n; i++)
		field->values[i] = list->items[i]->text ? list->items[i]->text : "";
	field->n_values = list->n;
}

static void read_field(struct plan_reading *r, const struct data_node *node, struct field *field)
{
	const char *name = plan_text(node, "name"), *kind = plan_text(node, "kind");

	field->name = name ? name : "";
	field->family = plan_text(node, "family");
	field->required = plan_truth(node, "required", false);
	field->feature = plan_truth(node, "feature", true);
	field->group = plan_truth(node, "group", false);
	field->logarithm = plan_truth(node, "logarithm", false);
	if (!kind || node->kind != DATA_MAP)
		return;
	if (!strcmp(kind, "category")) {
		field->kind = FIELD_CATEGORY;
		read_values(r, node, field);
	} else if (!strcmp(kind, "number")) {
		read_range(r, node, field);
		if (field->group)
			diag_add(r->diags, RULE_DATA_SCHEMA, data_find(node, "group")->at,
				 "groups are of a category, '%s' is a number", field->name);
	}
}

static void read_fields(struct plan_reading *r, const struct data_node *events, struct names *names)
{
	const struct data_node *list = plan_list(events, "fields");
	struct field *fields = arena_new(r->mem, struct field, list->n);

	for (size_t i = 0; i < list->n; i++) {
		take_name(names, list->items[i], "name", "a field");
		read_field(r, list->items[i], &fields[i]);
	}
	r->plan->fields = fields;
	r->plan->n_fields = list->n;
}

/* ------------------------------------------------------------------------------ the history */

enum of_kind { OF_NONE, OF_NUMBER, OF_CATEGORY, OF_ANY };
enum { NEVER, MAY, MUST };

/* What each statistic takes. Those that look at each event of their window need `last`, so that
 * the time of a request is bounded. */
static const struct {
	const char *name;
	enum of_kind of;
	unsigned char last, back, hours;
} statistics[] = {
    [HISTORY_COUNT] = {"count", OF_NONE, MAY, NEVER, MAY},
    [HISTORY_MEAN] = {"mean", OF_NUMBER, MUST, NEVER, MAY},
    [HISTORY_SUM] = {"sum", OF_NUMBER, MUST, NEVER, MAY},
    [HISTORY_MAX] = {"max", OF_NUMBER, MUST, NEVER, MAY},
    [HISTORY_LAST] = {"last", OF_ANY, NEVER, MAY, MAY},
    [HISTORY_SECONDS_SINCE] = {"seconds_since", OF_NONE, NEVER, NEVER, MAY},
    [HISTORY_RATIO] = {"ratio", OF_NUMBER, MUST, NEVER, MAY},
    [HISTORY_NEW_VALUE] = {"new_value", OF_CATEGORY, MUST, NEVER, MAY},
    [HISTORY_LABELS] = {"labels", OF_NONE, NEVER, NEVER, MAY},
};
enum { STATISTICS = sizeof statistics / sizeof *statistics };

/* SIZE_MAX where it needs one that is not there. */
static size_t history_field(struct plan_reading *r, const struct data_node *node,
			    enum history_statistic statistic)
{
	const char *of = plan_text(node, "of");
	size_t field = of ? plan_field(r->plan, of) : SIZE_MAX;
	enum of_kind want = statistics[statistic].of;
	struct span at;

	if (want == OF_NONE)
		return 0;
	if (!of)
		return SIZE_MAX;
	at = data_find(node, "of")->at;
	if (field == SIZE_MAX) {
		const char **names = arena_new(r->mem, const char *, r->plan->n_fields);
		for (size_t i = 0; i < r->plan->n_fields; i++)
			names[i] = r->plan->fields[i].name;
		const char *near = text_nearest(of, names, r->plan->n_fields);
		struct finding *f =
		    diag_add(r->diags, RULE_DATA_UNKNOWN_REFERENCE, at, "'%s' is no field", of);
		if (near)
			diag_help(r->diags, f, "did you mean '%s'?", near);
		return SIZE_MAX;
	}
	if (want != OF_ANY &&
	    (want == OF_CATEGORY) != (r->plan->fields[field].kind == FIELD_CATEGORY))
		diag_add(r->diags, RULE_DATA_SCHEMA, at, "'%s' is of a %s, '%s' is none",
			 statistics[statistic].name, want == OF_CATEGORY ? "category" : "number",
			 of);
	return field;
}

static size_t count_of(const struct data_node *node, const char *key, size_t otherwise)
{
	double value = plan_number(node, key, 0);

	return value >= 1 && value <= PLAN_MAX_LAST ? (size_t)value : otherwise;
}

static void read_history_feature(struct plan_reading *r, const struct data_node *node,
				 struct history_feature *feature)
{
	const char *name = plan_text(node, "name"), *statistic = plan_text(node, "statistic");
	double hours = plan_number(node, "hours", 0);
	size_t s = 0;

	feature->name = name ? name : "";
	while (statistic && s < STATISTICS && strcmp(statistic, statistics[s].name) != 0)
		s++;
	if (!statistic || s == STATISTICS)
		return;
	feature->statistic = (enum history_statistic)s;
	check_key(r, node, "of", statistic, statistics[s].of != OF_NONE,
		  statistics[s].of != OF_NONE);
	check_key(r, node, "last", statistic, statistics[s].last == MUST, statistics[s].last);
	check_key(r, node, "back", statistic, statistics[s].back == MUST, statistics[s].back);
	check_key(r, node, "hours", statistic, statistics[s].hours == MUST, statistics[s].hours);
	feature->field = history_field(r, node, feature->statistic);
	if (feature->field == SIZE_MAX) { /* said; what follows asks nothing of a field then */
		feature->statistic = HISTORY_COUNT;
		feature->field = 0;
	}
	feature->last = count_of(node, "last", 0);
	feature->back = count_of(node, "back", 1);
	if (hours > 0 && hours <= 87840)
		feature->seconds = llround(hours * SECONDS_AN_HOUR);
	if (hours > 0 && !feature->seconds)
		feature->seconds = 1;
	feature->logarithm = plan_truth(node, "logarithm", false);
}

static void read_history(struct plan_reading *r, const struct data_node *events,
			 struct names *names)
{
	const struct data_node *list = plan_list(events, "history");
	struct history_feature *history = arena_new(r->mem, struct history_feature, list->n);

	for (size_t i = 0; i < list->n; i++) {
		take_name(names, list->items[i], "name", "a feature");
		read_history_feature(r, list->items[i], &history[i]);
	}
	r->plan->history = history;
	r->plan->n_history = list->n;
}

/* ------------------------------------------------------------------------------- the events */

/* Names that features of the calendar have (features.c). */
static void take_calendar(struct names *names)
{
	static const char *const features[] = {"hour_sin", "hour_cos", "weekday_sin",
					       "weekday_cos"};

	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		map_put(&names->seen, names->r->mem, features[i],
			(void *)"a feature of the calendar");
}

void plan_read_events(struct plan_reading *r, const struct data_node *events)
{
	struct plan *plan = r->plan;
	struct names names = {.r = r};
	double delay = plan_number(events, "label_delay_days", 0);

	plan->time = plan_text(events, "time");
	plan->entity = plan_text(events, "entity");
	plan->label = plan_text(events, "label");
	plan->label_at = plan_text(events, "label_at");
	plan->positive = plan_text(events, "positive");
	plan->negative = plan_text(events, "negative");
	plan->max_quarantine_share = plan_number(events, "max_quarantine_share", 0.05);
	plan->calendar = plan_truth(events, "calendar", false);
	if (delay >= 0 && delay <= 366)
		plan->label_delay = llround(delay * SECONDS_A_DAY);
	if (plan->positive && plan->negative && !strcmp(plan->positive, plan->negative))
		diag_add(r->diags, RULE_DATA_SCHEMA, data_find(events, "negative")->at,
			 "'%s' is positive", plan->negative);
	if (plan->calendar)
		take_calendar(&names);
	take_name(&names, events, "time", "the time");
	take_name(&names, events, "entity", "the entity");
	take_name(&names, events, "label", "the label");
	take_name(&names, events, "label_at", "the label's moment");
	read_fields(r, events, &names);
	read_history(r, events, &names);
}
