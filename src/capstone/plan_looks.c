/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/plan_looks.c - how rows are parted, what was settled about groups, grades of persons */
#include "base/date.h"
#include "base/text.h"
#include "capstone/features.h"
#include "capstone/plan_internal.h"
#include <string.h>

/* ---------------------------------------------------------------------------- the segments */

static void unknown_feature(struct plan_reading *r, const struct feature_list *list,
			    const struct data_node *node, const char *name)
{
	const char **names = arena_new(r->mem, const char *, list->n);
	const char *near;
	struct finding *f = diag_add(r->diags, RULE_DATA_UNKNOWN_REFERENCE, node->at,
				     "'%s' is neither the hour nor a numeric feature", name);

	for (size_t i = 0; i < list->n; i++)
		names[i] = list->items[i].name;
	near = text_nearest(name, names, list->n);
	if (near)
		diag_help(r->diags, f, "did you mean '%s'?", near);
}

/* One that stands in the logs as it is. */
static void read_category(struct plan_reading *r, const struct data_node *node,
			  const struct segment *segment)
{
	size_t field = plan_field(r->plan, segment->name);

	if (field == SIZE_MAX || r->plan->fields[field].kind != FIELD_CATEGORY)
		diag_add(r->diags, RULE_DATA_UNKNOWN_REFERENCE, node->at,
			 "'%s' is no category, so that `of` must say what is parted",
			 segment->name);
}

static void read_edges(struct plan_reading *r, const struct data_node *node,
		       struct segment *segment)
{
	const struct data_node *edges = plan_list(node, "edges"), *parts = plan_list(node, "parts");
	double *values = arena_new(r->mem, double, edges->n);

	segment->parts = arena_new(r->mem, const char *, edges->n + 1);
	for (size_t i = 0; i < edges->n; i++) {
		if (!data_number(edges->items[i], &values[i]) || (i && values[i] > values[i - 1]))
			continue;
		if (i)
			diag_add(r->diags, RULE_DATA_SCHEMA, edges->items[i]->at,
				 "edges must rise");
	}
	if (parts->n != edges->n + 1)
		diag_add(r->diags, RULE_DATA_SCHEMA, node->at,
			 "%zu edges make %zu parts, found %zu names", edges->n, edges->n + 1,
			 parts->n);
	for (size_t i = 0; i < edges->n + 1; i++)
		segment->parts[i] =
		    i < parts->n && parts->items[i]->text ? parts->items[i]->text : "";
	segment->edges = values;
	segment->n_edges = edges->n;
}

static void read_segment(struct plan_reading *r, const struct feature_list *list,
			 const struct data_node *node, struct segment *segment)
{
	const char *name = plan_text(node, "name"), *of = plan_text(node, "of");
	size_t feature;

	*segment = (struct segment){.name = name ? name : "", .of = SEGMENT_FIELD};
	if (!name)
		return;
	if (!of) {
		read_category(r, node, segment);
		return;
	}
	if (plan_field(r->plan, name) != SIZE_MAX || feature_find(list, name) != SIZE_MAX)
		diag_add(r->diags, RULE_DATA_DUPLICATE_ID, node->at, "'%s' is a column already",
			 name);
	segment->of = SEGMENT_HOUR;
	if (strcmp(of, "hour") != 0) {
		feature = feature_find(list, of);
		if (feature == SIZE_MAX || list->items[feature].kind != FIELD_NUMBER)
			unknown_feature(r, list, node, of);
		else
			segment->of = (int)feature;
	}
	read_edges(r, node, segment);
}

static void read_segments(struct plan_reading *r, const struct data_node *root)
{
	const struct data_node *list = plan_list(root, "segments");
	struct feature_list features = feature_list_of(r->mem, r->plan);
	struct segment *segments = arena_new(r->mem, struct segment, list->n);

	for (size_t i = 0; i < list->n; i++) {
		read_segment(r, &features, list->items[i], &segments[i]);
		for (size_t k = 0; k < i; k++)
			if (*segments[i].name && !strcmp(segments[k].name, segments[i].name))
				diag_add(r->diags, RULE_DATA_DUPLICATE_ID, list->items[i]->at,
					 "'%s'", segments[i].name);
	}
	r->plan->segments = segments;
	r->plan->n_segments = list->n;
}

const char *segment_part(const struct segment *segment, int64_t time, const double *features)
{
	int64_t second = time - date_moment(date_of_moment(time));
	double value = segment->of == SEGMENT_HOUR ? (double)second / 3600 : features[segment->of];
	size_t i = 0;

	if (value != value)
		return "";
	while (i < segment->n_edges && value >= segment->edges[i])
		i++;
	return segment->parts[i];
}

/* ------------------------------------------------------------------------------- the groups */

/* What is chosen after a fit was chosen by what the fit showed. */
static void check_chosen(struct plan_reading *r, const struct data_node *root,
			 const struct data_node *fairness)
{
	const char *first =
	    plan_text(data_find(data_find(root, "operation"), "baseline"), "created");
	int32_t created;

	if (first && date_parse(first, strlen(first), &created) &&
	    r->plan->fairness.chosen >= created)
		diag_add(r->diags, RULE_DATA_DATE_ORDER, data_find(fairness, "chosen")->at,
			 "limits of groups are chosen before the first fit, which is of %s", first);
}

static void read_fairness(struct plan_reading *r, const struct data_node *root)
{
	const struct data_node *map = data_find(root, "fairness");
	const struct data_node *limits = data_find(map, "limits");
	const struct data_node *accepted = data_find(map, "accepted");
	const char *chosen = plan_text(map, "chosen");
	struct fairness_plan *fairness = &r->plan->fairness;

	*fairness = (struct fairness_plan){
	    .by = plan_text(map, "by"),
	    .max_share_gap = plan_number(limits, "share", 0),
	    .max_equal_opportunity_gap = plan_number(limits, "equal_opportunity", 0),
	    .max_group_calibration = plan_number(limits, "calibration", 0),
	    .accepted_disparate_impact = plan_number(accepted, "disparate_impact", 1),
	    .accepted_equal_opportunity_gap = plan_number(accepted, "equal_opportunity", 0),
	    .accepted_group_calibration = plan_number(accepted, "calibration", 0)};
	if (!chosen || !date_parse(chosen, strlen(chosen), &fairness->chosen))
		return;
	fairness->given = fairness->by != NULL;
	check_chosen(r, root, map);
}

/* ------------------------------------------------------------------------------- the grades */

static void read_grades(struct plan_reading *r, const struct data_node *root)
{
	const struct data_node *map = data_find(data_find(root, "data_quality"), "relevance");

	r->plan->relevance = (struct data_grade){.score = (int)plan_number(map, "score", -1),
						 .by = plan_text(map, "by"),
						 .reason = plan_text(map, "reason")};
}

void plan_read_looks(struct plan_reading *r, const struct data_node *root)
{
	read_segments(r, root);
	read_fairness(r, root);
	read_grades(r, root);
}
