/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/plan.c - a plan as a whole: its shape, its split, its models */
#include "capstone/plan.h"
#include "base/date.h"
#include "base/text.h"
#include "capstone/features.h"
#include "capstone/plan_internal.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <assert.h>
#include <string.h>

const char *plan_text(const struct data_node *map, const char *key)
{
	const struct data_node *node = data_find(map, key);

	return node && node->kind != DATA_LIST && node->kind != DATA_MAP ? node->text : NULL;
}

double plan_number(const struct data_node *map, const char *key, double otherwise)
{
	double value;

	return data_number(data_find(map, key), &value) ? value : otherwise;
}

bool plan_truth(const struct data_node *map, const char *key, bool otherwise)
{
	const struct data_node *node = data_find(map, key);

	return node && node->kind == DATA_BOOL ? node->truth : otherwise;
}

const struct data_node *plan_list(const struct data_node *map, const char *key)
{
	static const struct data_node none = {.kind = DATA_LIST};
	const struct data_node *node = data_find(map, key);

	return node && node->kind == DATA_LIST ? node : &none;
}

static void check_shape(struct arena *mem, const struct data_node *root, struct span at,
			struct diag_sink *diags)
{
	static const struct schema_rules rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
						  RULE_DATA_UNKNOWN_KEY};
	struct source *source = source_new(mem, "plan.schema.yaml", plan_schema, plan_schema_n);
	const struct data_node *schema =
	    yaml_read(mem, source, 0, source->len, RULE_TEMPLATE_INVALID, diags);
	size_t before = diags->n;

	assert(schema);
	schema_check(schema_compile(mem, schema, diags), root, at, &rules, mem, diags);
	/* a key that is not known may be a limit with a slip in it: nothing runs on such a plan */
	for (size_t i = before; i < diags->n; i++)
		diags->items[i].severity = SEVERITY_ERROR;
}

/* ------------------------------------------------------------------------------- the split */

/* A period as written; where it was not understood `at` is NULL and nothing is compared with it. */
struct written_period {
	const char *name;
	const struct data_node *at;
	struct period days;
};

static struct written_period read_period(struct plan_reading *r, const char *name,
					 const struct data_node *node)
{
	const char *from = plan_text(node, "from"), *to = plan_text(node, "to");
	struct written_period period = {name, NULL, {0, 0}};

	if (!from || !to || !date_parse(from, strlen(from), &period.days.from) ||
	    !date_parse(to, strlen(to), &period.days.to))
		return period;
	if (period.days.to < period.days.from)
		diag_add(r->diags, RULE_DATA_DATE_ORDER, data_find(node, "to")->at,
			 "%s: %s is before %s", name, to, from);
	else
		period.at = node;
	return period;
}

/* At least `gap` whole days between the two. */
static void check_order(struct plan_reading *r, const struct written_period *before,
			const struct written_period *after, int gap)
{
	int between;

	if (!before->at || !after->at)
		return;
	between = after->days.from - before->days.to - 1;
	if (between < 0)
		diag_add(r->diags, RULE_DATA_DATE_ORDER, data_find(after->at, "from")->at,
			 "%s begins before %s has ended", after->name, before->name);
	else if (between < gap)
		diag_add(r->diags, RULE_DATA_SCHEMA, data_find(after->at, "from")->at,
			 "%d days between %s and %s, gap_days is %d", between, before->name,
			 after->name, gap);
}

static void read_later(struct plan_reading *r, const struct data_node *split,
		       struct written_period before)
{
	const struct data_node *list = plan_list(split, "later");
	struct period *later = arena_new(r->mem, struct period, list->n);
	const char **names = arena_new(r->mem, const char *, list->n);

	for (size_t i = 0; i < list->n; i++) {
		const char *name = plan_text(list->items[i], "name");
		struct written_period period;

		names[i] = name ? name : "";
		period = read_period(r, names[i], list->items[i]);
		check_order(r, &before, &period, 0);
		later[i] = period.days;
		if (period.at)
			before = period;
		for (size_t j = 0; name && j < i; j++)
			if (!strcmp(names[j], name))
				diag_add(r->diags, RULE_DATA_DUPLICATE_ID,
					 data_find(list->items[i], "name")->at, "'%s'", name);
	}
	r->plan->later = later;
	r->plan->later_names = names;
	r->plan->n_later = list->n < PLAN_MAX_LATER ? list->n : PLAN_MAX_LATER;
}

static void read_split(struct plan_reading *r, const struct data_node *split)
{
	struct plan *plan = r->plan;
	struct written_period train = read_period(r, "train", data_find(split, "train"));
	struct written_period calibration =
	    read_period(r, "calibration", data_find(split, "calibration"));
	struct written_period temporal = read_period(r, "temporal", data_find(split, "temporal"));
	const struct data_node *gap = data_find(split, "gap_days");
	double gap_days = plan_number(split, "gap_days", 0);

	plan->gap_days = gap_days >= 0 && gap_days <= 366 ? (int)gap_days : 0;
	plan->holdout_share = plan_number(split, "holdout_share", 0);
	plan->train = train.days;
	plan->calibration = calibration.days;
	plan->temporal = temporal.days;
	if (gap && gap->kind == DATA_NUMBER &&
	    (int64_t)plan->gap_days * SECONDS_A_DAY < plan->label_delay)
		diag_add(r->diags, RULE_DATA_SCHEMA, gap->at,
			 "%d days; labels of one part must be known before the next begins, and "
			 "label_delay_days is %g",
			 plan->gap_days, (double)plan->label_delay / SECONDS_A_DAY);
	check_order(r, &train, &calibration, plan->gap_days);
	check_order(r, &calibration, &temporal, plan->gap_days);
	read_later(r, split, temporal.at ? temporal : calibration);
}

/* ------------------------------------------------------------------------------ the models */

static size_t rule_feature(struct plan_reading *r, const struct feature_list *features,
			   const struct data_node *clause)
{
	const struct data_node *node = data_find(clause, "feature");
	const char *name = plan_text(clause, "feature");
	size_t i = name ? feature_find(features, name) : 0;

	if (!name)
		return 0;
	if (i == SIZE_MAX) {
		const char **names = arena_new(r->mem, const char *, features->n);
		for (size_t j = 0; j < features->n; j++)
			names[j] = features->items[j].name;
		struct finding *f = diag_add(r->diags, RULE_DATA_UNKNOWN_REFERENCE, node->at,
					     "'%s' is no feature", name);
		const char *near = text_nearest(name, names, features->n);
		if (near)
			diag_help(r->diags, f, "did you mean '%s'?", near);
		return 0;
	}
	if (features->items[i].kind == FIELD_CATEGORY)
		diag_add(r->diags, RULE_DATA_SCHEMA, node->at,
			 "'%s' is a category; a rule compares numbers", name);
	return i;
}

static void read_rule(struct plan_reading *r, const struct data_node *models)
{
	const struct data_node *list = plan_list(models, "rule");
	struct rule_clause *rule = arena_new(r->mem, struct rule_clause, list->n);
	struct feature_list features = feature_list_of(r->mem, r->plan);

	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *clause = list->items[i];
		bool at_least = data_find(clause, "at_least");

		if (clause->kind == DATA_MAP && at_least == !!data_find(clause, "at_most"))
			diag_add(r->diags, RULE_DATA_SCHEMA, clause->at,
				 "expected one of at_least and at_most, found %s",
				 at_least ? "both" : "neither");
		rule[i] = (struct rule_clause){
		    .feature = rule_feature(r, &features, clause),
		    .at_least = at_least,
		    .limit = plan_number(clause, at_least ? "at_least" : "at_most", 0),
		    .score = plan_number(clause, "score", 0)};
	}
	r->plan->rule = rule;
	r->plan->n_rule = list->n;
	r->plan->rule_otherwise = plan_number(models, "rule_otherwise", 0);
}

/* What the schema lets through; 0 for what it did not. */
static int whole(const struct data_node *map, const char *key)
{
	double value = plan_number(map, key, 0);

	return value >= 0 && value <= 1e9 ? (int)value : 0;
}

static void read_models(struct plan_reading *r, const struct data_node *models)
{
	const struct data_node *linear = data_find(models, "linear");
	const struct data_node *boosted = data_find(models, "boosted");
	const char *calibrator = plan_text(models, "calibrator");

	r->plan->linear =
	    (struct linear_parameters){.cost = plan_number(linear, "cost", 0),
				       .tolerance = plan_number(linear, "tolerance", 0)};
	r->plan->boosted = (struct boosted_parameters){
	    .rounds = whole(boosted, "rounds"),
	    .depth = whole(boosted, "depth"),
	    .bins = whole(boosted, "bins"),
	    .learning_rate = plan_number(boosted, "learning_rate", 0),
	    .min_child_weight = plan_number(boosted, "min_child_weight", 0),
	    .lambda = plan_number(boosted, "lambda", 0),
	    .row_share = plan_number(boosted, "row_share", 0),
	    .column_share = plan_number(boosted, "column_share", 0)};
	if (calibrator && !strcmp(calibrator, "platt"))
		r->plan->calibrator = CALIBRATE_PLATT;
	else if (calibrator && !strcmp(calibrator, "isotonic"))
		r->plan->calibrator = CALIBRATE_ISOTONIC;
	read_rule(r, models);
}

/* ------------------------------------------------------------------------------- the whole */

static void read_all(struct plan_reading *r, const struct data_node *root)
{
	const struct data_node *decision = data_find(root, "decision");
	double seed = plan_number(root, "seed", 0);

	r->plan->id = plan_text(root, "id");
	r->plan->title = plan_text(root, "title");
	r->plan->seed = seed >= 0 && seed <= 9007199254740991 ? (uint64_t)seed : 0;
	plan_read_events(r, data_find(root, "events"));
	read_split(r, data_find(root, "split"));
	read_models(r, data_find(root, "models"));
	r->plan->selection_share = plan_number(decision, "selection_share", 0);
	r->plan->min_disparate_impact = plan_number(decision, "min_disparate_impact", 0);
	r->plan->min_group_rows = (size_t)whole(decision, "min_group_rows");
	plan_read_looks(r, root);
}

const struct plan *plan_read(struct arena *mem, struct source *source, struct diag_sink *diags)
{
	struct plan *plan = arena_new(mem, struct plan, 1);
	struct plan_reading r = {mem, plan, diags};
	size_t before = diags->n;
	const struct data_node *root =
	    yaml_read(mem, source, 0, source->len, RULE_DATA_SYNTAX, diags);

	if (!root)
		return NULL;
	check_shape(mem, root, span_at(source, 0, 0), diags);
	read_all(&r, root);
	plan->text = source->text;
	plan->text_n = source->len;
	return diags->n == before ? plan : NULL;
}

size_t plan_field(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_fields; i++)
		if (!strcmp(plan->fields[i].name, name))
			return i;
	return SIZE_MAX;
}
