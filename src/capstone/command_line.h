/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/command_line.h - options and operands of a command, by a table */
#ifndef CAPSTONE_COMMAND_LINE_H
#define CAPSTONE_COMMAND_LINE_H

#include "base/diag.h"
#include <stdbool.h>
#include <stddef.h>

struct command_option {
	const char *name; /* "--port"; NULL ends the table */
	const char **value;
	bool *flag;           /* one of the three is set */
	const char ***values; /* may be given several times; ends with NULL, room for 16 */
};
/* Options may stand anywhere, as --name VALUE or --name=VALUE; behind -- all are operands. argv[0]
 * is the command's name. --help prints `help` and gives 0 in *status. False where the command ends
 * with *status: after --help, or a usage error, which was said on standard error. */
bool command_line_parse(int argc, char **argv, const struct command_option *options,
			size_t least_operands, size_t most_operands, const char **operands,
			const char *help, int *status);
/* A whole number of a range; false after a message. NULL leaves *value. */
bool command_line_number(const char *command, const char *option, const char *text, long low,
			 long high, long *value);
/* Prints the findings on standard error; 0 without errors, 1 where a file's contents have faults,
 * 2 where something could not be read or written. */
int command_findings(struct diag_sink *diags);
#endif
