/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_explain.c - modelbook explain */
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/explain_print.h"
#include "cli/session.h"
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
    {"format", "FORMAT", "text or json (default: text)"},
    {0},
};

static bool is_area(const char *name)
{
	for (unsigned i = 0; i < RULE_COUNT; i++)
		if (explain_is_in((enum rule)i, name))
			return true;
	return false;
}

static int unknown_name(struct arena *mem, const char *name)
{
	struct {
		LIST_OF(const char *);
	} names = {0};
	const char *nearest;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		*ARENA_PUSH(mem, &names) = id;
		*ARENA_PUSH(mem, &names) = arena_strndup(mem, id, strcspn(id, "/"));
	}
	for (size_t i = 0; i < n_conventions; i++) {
		*ARENA_PUSH(mem, &names) = conventions[i].name;
		*ARENA_PUSH(mem, &names) = conventions[i].group;
	}
	nearest = text_nearest(name, names.items, names.n);
	fprintf(stderr, "modelbook: no rule or figure '%s'%s%s%s; 'modelbook explain' lists all\n",
		name, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	return EXIT_CANNOT;
}

/* Words of options and members that another name explains. */
static const char *other_name(const char *name)
{
	static const char *const names[][2] = {
	    {"adaptive", "binning"},
	    {"quantile", "binning"},
	    {"uniform", "binning"},
	    {"mean_score", "bins"},
	    {"event_rate", "bins"},
	    {"count", "bins"},
	    {"event_rate_low", "bins"},
	    {"event_rate_high", "bins"},
	    {"lower", "bins"},
	    {"upper", "bins"},
	    {"difference", "comparison"},
	    {"low", "comparison"},
	    {"high", "comparison"},
	    {"p_value", "comparison"},
	    {"method", "comparison"},
	    {"fp", "tp"},
	    {"tn", "tp"},
	    {"fn", "tp"},
	    {"missing", "missing_current"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i][0]))
			return names[i][1];
	return name;
}

/* What the operand names: all are empty for no operand, and where nothing has its name. */
struct topic {
	enum rule rule; /* RULE_COUNT: none */
	const struct convention *figure;
	const char *area, *group;
};

static struct topic find_topic(const char *name)
{
	struct topic topic = {.rule = RULE_COUNT};

	if (!name)
		return topic;
	topic.rule = rule_find(name);
	if (topic.rule == RULE_COUNT && is_area(name))
		topic.area = name;
	else if (topic.rule == RULE_COUNT)
		topic.figure = convention_find(other_name(name));
	if (topic.rule == RULE_COUNT && !topic.area && !topic.figure && explain_is_group(name))
		topic.group = name;
	return topic;
}

static void print_json(struct arena *mem, const char *name, const struct topic *topic,
		       struct out *to)
{
	bool rules = !name || topic->rule != RULE_COUNT || topic->area;

	out_puts(to, "{");
	explain_rules_json(mem, rules ? name : "", to);
	out_puts(to, ",\n");
	explain_figures_json(name && !topic->figure ? topic->group ? topic->group : "" : NULL,
			     topic->figure, to);
	out_puts(to, "}\n");
}

static void print_text(struct arena *mem, const char *name, const struct topic *topic,
		       const struct explain_style *style, struct out *to)
{
	if (topic->rule != RULE_COUNT)
		explain_rule(mem, topic->rule, style, to);
	else if (topic->figure)
		explain_figure(topic->figure, style, to);
	else if (!topic->group)
		explain_list(mem, topic->area, style, to);
	if (!name)
		out_putc(to, '\n');
	if (!name || topic->group)
		explain_figure_list(topic->group, style, to);
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *format = option_text(arguments, "format");
	const char *name = arguments->n_operands ? arguments->operands[0] : NULL;
	struct topic topic = find_topic(name);
	struct explain_style style = {.width = explain_width()};
	struct out o = {0};
	int status;

	(void)command;
	if (!session_color(arguments, &style.color))
		return EXIT_CANNOT;
	if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
		fprintf(stderr, "modelbook: --format takes text or json, found '%s'\n", format);
		return EXIT_CANNOT;
	}
	if (name && topic.rule == RULE_COUNT && !topic.area && !topic.figure && !topic.group)
		return unknown_name(arguments->mem, name);
	if (format && !strcmp(format, "json"))
		print_json(arguments->mem, name, &topic, &o);
	else
		print_text(arguments->mem, name, &topic, &style, &o);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

const struct command cmd_explain = {
    .name = "explain",
    .operands = "[RULE|AREA|FIGURE|GROUP]",
    .summary = "say what a finding or a figure means, and how to mend it",
    .options = options,
    .description =
	"Explains a rule by the id that stands behind each finding in brackets: why it exists,\n"
	"what it serves, its severity, an example that fails, and the same mended. With AREA,\n"
	"the part of the id before the slash, lists the rules of that area.\n\n"
	"Explains a figure by its name in records (psi, calibration.ece): how to read it, its\n"
	"formula, the convention taken here, what other tools do, and the source. With GROUP\n"
	"(performance, calibration, drift, fairness, …) lists the figures of that group.\n\n"
	"Without an operand lists all.",
    .examples = "  modelbook explain doc/missing-section\n"
		"  modelbook explain data\n"
		"  modelbook explain psi_chance\n"
		"  modelbook explain --format json > rules.json\n",
    .most_operands = 1,
    .run = run,
};
