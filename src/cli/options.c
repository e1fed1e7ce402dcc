/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/options.c - parsing by option tables */
#include "cli/options.h"
#include "base/text.h"
#include "cli/print_table.h"
#include <stdio.h>
#include <string.h>

const struct option_spec global_options[] = {
    {"workspace", "DIR", "the workspace (default: the nearest modelbook.yaml upward)"},
    {"jobs", "N", "processes and threads to use (default: all processors)"},
    {"as-of", "DATE",
     "the day that counts of days start from (default: SOURCE_DATE_EPOCH, else today in UTC)"},
    {"cache", "DIR", "what former runs computed (default: $XDG_CACHE_HOME/modelbook)"},
    {"no-cache", NULL, "read and keep nothing there"},
    {"color", "WHEN", "auto, always or never (default: auto; NO_COLOR is kept)"},
    {"quiet", NULL, "say nothing but findings and errors"},
    {"help", NULL, "show help"},
    {"version", NULL, "show the version"},
    {0},
};

const char *option_text(const struct arguments *arguments, const char *name)
{
	for (size_t i = arguments->n_values; i-- > 0;)
		if (!strcmp(arguments->values[i].name, name))
			return arguments->values[i].value;
	return NULL;
}

bool option_given(const struct arguments *arguments, const char *name)
{
	return option_text(arguments, name);
}

const char *option_next(const struct arguments *arguments, const char *name, size_t *at)
{
	while (*at < arguments->n_values) {
		const struct option_value *value = &arguments->values[(*at)++];

		if (!strcmp(value->name, name))
			return value->value;
	}
	return NULL;
}

static const struct option_spec *find_option(const struct option_spec *specs, const char *name,
					     size_t n)
{
	for (; specs && specs->name; specs++)
		if (strlen(specs->name) == n && !memcmp(specs->name, name, n))
			return specs;
	return NULL;
}

static void add_names(struct arena *mem, const struct option_spec *specs, const char **names,
		      size_t *n)
{
	for (; specs && specs->name; specs++)
		names[(*n)++] = arena_printf(mem, "--%s", specs->name);
}

static bool unknown_option(struct arena *mem, const struct command *command, const char *word)
{
	const char *names[64], *nearest;
	size_t n = 0;

	add_names(mem, global_options, names, &n);
	add_names(mem, command ? command->options : NULL, names, &n);
	nearest = text_nearest(word, names, n);
	fprintf(stderr, "modelbook: unknown option '%s'%s%s%s; see 'modelbook %s%s--help'\n", word,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "",
		command ? command->name : "", command ? " " : "");
	return false;
}

/* What parsing keeps track of. */
struct parser {
	struct arena *mem;
	int argc;
	char **argv;
	const struct command *command;
	struct arguments *arguments;
	struct {
		LIST_OF(struct option_value);
	} values;
	struct {
		LIST_OF(const char *);
	} operands;
};

static bool take_option(struct parser *p, int *i)
{
	const char *word = p->argv[*i], *name = word + 2, *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_spec *spec = find_option(global_options, name, n);
	const char *value = equals ? equals + 1 : NULL;

	if (!spec && p->command)
		spec = find_option(p->command->options, name, n);
	if (!spec)
		return unknown_option(p->mem, p->command, arena_strndup(p->mem, word, n + 2));
	if (!spec->argument && value) {
		fprintf(stderr, "modelbook: option '--%s' takes no value\n", spec->name);
		return false;
	}
	if (spec->argument && spec->argument[0] != '[' && !value) {
		if (*i + 1 >= p->argc) {
			fprintf(stderr, "modelbook: option '--%s' needs a value: --%s %s\n",
				spec->name, spec->name, spec->argument);
			return false;
		}
		value = p->argv[++*i];
	}
	*ARENA_PUSH(p->mem, &p->values) = (struct option_value){spec->name, value ? value : ""};
	return true;
}

/* The command is the first word that is no option and no option's value. */
static int find_command_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const struct option_spec *spec;
		if (!strcmp(argv[i], "--") || strncmp(argv[i], "--", 2) != 0)
			return !strcmp(argv[i], "--") ? 0 : i;
		spec = find_option(global_options, argv[i] + 2, strcspn(argv[i] + 2, "="));
		if (spec && spec->argument && !strchr(argv[i], '='))
			i++;
	}
	return 0;
}

bool arguments_parse(struct arena *mem, int argc, char **argv,
		     const struct command *(*find)(const char *name), const char **name,
		     struct arguments *arguments)
{
	struct parser p = {.mem = mem, .argc = argc, .argv = argv, .arguments = arguments};
	int command_word = find_command_word(argc, argv);
	bool only_operands = false;

	*name = command_word ? argv[command_word] : NULL;
	p.command = *name ? find(*name) : NULL;
	if (*name && !p.command) {
		*arguments = (struct arguments){.mem = mem};
		return true; /* the caller says that there is no such command */
	}
	for (int i = 1; i < argc; i++) {
		if (i == command_word)
			continue;
		if (!only_operands && !strcmp(argv[i], "--"))
			only_operands = true;
		else if (!only_operands && !strncmp(argv[i], "--", 2)) {
			if (!take_option(&p, &i))
				return false;
		} else if (!only_operands && !strcmp(argv[i], "-h")) {
			*ARENA_PUSH(mem, &p.values) = (struct option_value){"help", ""};
		} else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
			return unknown_option(mem, p.command, argv[i]);
		} else {
			*ARENA_PUSH(mem, &p.operands) = argv[i];
		}
	}
	*arguments =
	    (struct arguments){mem, p.values.items, p.values.n, p.operands.items, p.operands.n};
	if (p.command && p.operands.n > p.command->most_operands &&
	    !option_given(arguments, "help")) {
		fprintf(stderr, "modelbook: unexpected '%s'; usage: modelbook %s %s\n",
			p.operands.items[p.command->most_operands], p.command->name,
			p.command->operands);
		return false;
	}
	return true;
}

/* "--label COL" */
static const char *help_left(const struct option_spec *spec, char *left, size_t n)
{
	bool optional = spec->argument && spec->argument[0] == '[';

	snprintf(left, n, "--%s%s%s", spec->name, spec->argument && !optional ? " " : "",
		 spec->argument ? spec->argument : "");
	return left;
}

/* Columns of the widest of them. */
static size_t help_width(const struct option_spec *specs)
{
	size_t widest = 0;
	char left[64];

	for (; specs && specs->name && specs->help; specs++) {
		size_t columns = print_columns(help_left(specs, left, sizeof left));
		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static void help_options(const struct option_spec *specs, size_t width, struct out *to)
{
	char left[64];

	for (; specs && specs->name && specs->help; specs++) {
		out_printf(to, "  %s", help_left(specs, left, sizeof left));
		for (size_t at = print_columns(left); at <= width; at++)
			out_putc(to, ' ');
		out_printf(to, "%s\n", specs->help);
	}
}

void command_help(const struct command *command, struct out *to)
{
	size_t own = help_width(command->options), global = help_width(global_options);
	size_t width = own > global ? own : global;

	out_printf(to, "Usage: modelbook %s [OPTION]…%s%s\n\n%s\n", command->name,
		   *command->operands ? " " : "", command->operands, command->description);
	if (command->options && command->options->name) {
		out_puts(to, "\nOptions:\n");
		help_options(command->options, width, to);
	}
	out_puts(to, "\nGlobal options:\n");
	help_options(global_options, width, to);
	out_printf(to, "\nExamples:\n%s", command->examples);
}
