/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_explain.c - modelbook explain */
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include <stdio.h>

static const struct option_spec options[] = {{0}};

static void list_rules(struct out *o)
{
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule_info *rule = rule_info((enum rule)i);
		out_printf(o, "%-28s %-8s %s\n", rule->id, severity_name(rule->severity),
			   rule->title);
	}
}

static void explain(const struct rule_info *rule, struct out *o)
{
	out_printf(o, "%s: %s\n", rule->id, rule->title);
	out_printf(o, "severity: %s; %s\n\n", severity_name(rule->severity),
		   rule->class == FAULT ? "a fault: a build with one publishes nothing"
					: "a judgement: the site shows it");
	out_printf(o, "Why: %s\n\nTo mend it: %s\n", rule->why, rule->mend);
}

static int unknown_rule(const char *id)
{
	const char *ids[RULE_COUNT], *nearest;

	for (unsigned i = 0; i < RULE_COUNT; i++)
		ids[i] = rule_info((enum rule)i)->id;
	nearest = text_nearest(id, ids, RULE_COUNT);
	fprintf(stderr, "modelbook: no rule '%s'%s%s%s; 'modelbook explain' lists all\n", id,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return EXIT_CANNOT;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	struct out o = {0};
	int status;

	(void)command;
	if (!arguments->n_operands) {
		list_rules(&o);
	} else {
		enum rule rule = rule_find(arguments->operands[0]);
		if (rule == RULE_COUNT)
			return unknown_rule(arguments->operands[0]);
		explain(rule_info(rule), &o);
	}
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

const struct command cmd_explain = {
    .name = "explain",
    .operands = "[RULE]",
    .summary = "say what a finding means, why it matters and how to mend it",
    .options = options,
    .description = "Explains a rule by the id that stands behind each finding in brackets; without "
		   "RULE, lists\n"
		   "all rules.",
    .examples = "  modelbook explain doc/missing-section\n"
		"  modelbook explain\n",
    .most_operands = 1,
    .run = run,
};
