/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/program_commands.c - the tables of commands and options, as controls name them */
#include "cli/program_commands.h"
#include "cli/commands.h"

struct option_list {
	LIST_OF(struct program_option);
};

static void add_options(struct arena *mem, struct option_list *list,
			const struct option_spec *options)
{
	for (; options && options->name; options++)
		*ARENA_PUSH(mem, list) =
		    (struct program_option){options->name, options->argument, options->help};
}

const struct program_command *program_commands(struct arena *mem, size_t *n)
{
	struct {
		LIST_OF(struct program_command);
	} all = {0};

	for (size_t i = 0; commands[i]; i++) {
		struct option_list options = {0};
		add_options(mem, &options, commands[i]->options);
		add_options(mem, &options, global_options);
		*ARENA_PUSH(mem, &all) =
		    (struct program_command){commands[i]->name, commands[i]->operands,
					     commands[i]->summary, options.items, options.n};
	}
	*n = all.n;
	return all.items;
}
