/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/commands.c - the list of all commands */
#include "cli/commands.h"
#include <string.h>

const struct command *const commands[] = {&cmd_init,   &cmd_new,     &cmd_check,   &cmd_build,
					  &cmd_export, &cmd_verify,  &cmd_explain, &cmd_measure,
					  &cmd_drift,  &cmd_profile, NULL};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}
