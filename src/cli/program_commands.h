/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/program_commands.h - the commands as those folders see them that may not include this one */
#ifndef CLI_PROGRAM_COMMANDS_H
#define CLI_PROGRAM_COMMANDS_H
#include "catalog/controls.h"

/* All commands in the order of help, each with its options and the global ones. Lives in `mem`. */
const struct program_command *program_commands(struct arena *mem, size_t *n);
#endif
