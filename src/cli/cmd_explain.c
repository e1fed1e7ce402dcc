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

static int unknown_rule(struct arena *mem, const char *name)
{
	const char *names[2 * RULE_COUNT], *nearest;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		names[i] = id;
		names[RULE_COUNT + i] = arena_strndup(mem, id, strcspn(id, "/"));
	}
	nearest = text_nearest(name, names, 2 * RULE_COUNT);
	fprintf(stderr, "modelbook: no rule '%s'%s%s%s; 'modelbook explain' lists all\n", name,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return EXIT_CANNOT;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *format = option_text(arguments, "format");
	const char *name = arguments->n_operands ? arguments->operands[0] : NULL;
	enum rule rule = name ? rule_find(name) : RULE_COUNT;
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
	if (name && rule == RULE_COUNT && !is_area(name))
		return unknown_rule(arguments->mem, name);
	if (format && !strcmp(format, "json"))
		explain_json(arguments->mem, name, &o);
	else if (rule != RULE_COUNT)
		explain_rule(arguments->mem, rule, &style, &o);
	else
		explain_list(arguments->mem, name, &style, &o);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

const struct command cmd_explain = {
    .name = "explain",
    .operands = "[RULE|AREA]",
    .summary = "say what a finding means, why it matters and how to mend it",
    .options = options,
    .description =
	"Explains a rule by the id that stands behind each finding in brackets: why it exists,\n"
	"what it serves, its severity, an example that fails, and the same mended. With AREA,\n"
	"the part of the id before the slash, lists the rules of that area; without either,\n"
	"all rules.",
    .examples = "  modelbook explain doc/missing-section\n"
		"  modelbook explain data\n"
		"  modelbook explain --format json > rules.json\n",
    .most_operands = 1,
    .run = run,
};
