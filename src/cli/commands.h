/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/commands.h - every command, each in a file of its own */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H
#include "cli/options.h"

extern const struct command cmd_init, cmd_new, cmd_check, cmd_build, cmd_export, cmd_verify,
    cmd_explain, cmd_measure, cmd_drift, cmd_profile;
/* The command of this name; NULL where there is none. */
const struct command *command_find(const char *name);
/* All of them, in the order of help; ends with NULL. */
extern const struct command *const commands[];
#endif
