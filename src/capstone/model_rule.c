/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_rule.c - the rule that people wrote: what answers where no model does */
#include "base/text.h"
#include "capstone/model_internal.h"
#include <math.h>
#include <string.h>

static const char *rule_fit(struct model *model, const struct training *training)
{
	const struct plan *plan = training->plan;
	struct rule_clause *clauses = arena_new(&model->mem, struct rule_clause, plan->n_rule);

	for (size_t i = 0; i < plan->n_rule; i++) {
		clauses[i] = plan->rule[i];
		if (clauses[i].feature >= model->features.n)
			return arena_printf(&model->mem, "clause %zu asks for no feature", i);
	}
	model->rule = clauses;
	model->n_rule = plan->n_rule;
	model->rule_otherwise = plan->rule_otherwise;
	return NULL;
}

double rule_score(const struct rule_clause *rule, size_t n_rule, double otherwise,
		  const double *features)
{
	for (size_t i = 0; i < n_rule; i++) {
		double value = features[rule[i].feature];
		if (rule[i].at_least ? value >= rule[i].limit : value <= rule[i].limit)
			return rule[i].score;
	}
	return otherwise;
}

static double score(const struct model *model, const double *features)
{
	return rule_score(model->rule, model->n_rule, model->rule_otherwise, features);
}

/* Nothing in a rule is fitted. */
static size_t rule_parameters(const struct model *model)
{
	(void)model;
	return 0;
}

static void rule_write(const struct model *model, struct out *to)
{
	write_key(to, "otherwise");
	write_number(to, model->rule_otherwise);
	write_key(to, "clauses");
	out_putc(to, '[');
	for (size_t i = 0; i < model->n_rule; i++) {
		const struct rule_clause *clause = &model->rule[i];
		out_puts(to, i ? ",\n  {\"feature\": " : "\n  {\"feature\": ");
		text_write_json_string(to, model->features.items[clause->feature].name);
		out_puts(to, clause->at_least ? ", \"at_least\": " : ", \"at_most\": ");
		write_number(to, clause->limit);
		out_puts(to, ", \"score\": ");
		write_number(to, clause->score);
		out_putc(to, '}');
	}
	out_putc(to, ']');
}

static const char *clause_read(struct model *model, const struct data_node *node,
			       struct rule_clause *clause)
{
	const char *name = data_find_text(node, "feature");

	clause->feature = 0;
	while (name && clause->feature < model->features.n &&
	       strcmp(name, model->features.items[clause->feature].name))
		clause->feature++;
	if (!name || clause->feature == model->features.n)
		return arena_printf(&model->mem, "a clause asks for the feature '%s'",
				    name ? name : "");
	clause->at_least = data_find(node, "at_least");
	if (!read_number(node, clause->at_least ? "at_least" : "at_most", -1e300, 1e300,
			 &clause->limit) ||
	    !read_number(node, "score", 0, 1, &clause->score))
		return "a clause lacks its limit or its score";
	return NULL;
}

static const char *rule_read(struct model *model, const struct data_node *root)
{
	const struct data_node *list = data_find(root, "clauses");
	struct rule_clause *clauses;

	if (!list || list->kind != DATA_LIST)
		return "'clauses' is no list";
	if (!read_number(root, "otherwise", 0, 1, &model->rule_otherwise))
		return "'otherwise' is no probability";
	clauses = arena_new(&model->mem, struct rule_clause, list->n);
	for (size_t i = 0; i < list->n; i++) {
		const char *why = clause_read(model, list->items[i], &clauses[i]);
		if (why)
			return why;
	}
	model->rule = clauses;
	model->n_rule = list->n;
	return NULL;
}

const struct model_kind_row model_rule_row = {
    .name = "rule",
    .fit = rule_fit,
    .score = score,
    .parameters = rule_parameters,
    .write = rule_write,
    .read = rule_read,
};
