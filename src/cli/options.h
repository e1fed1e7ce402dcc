/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/options.h - option tables, from which parsing, usage and help are made */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>

struct arguments;

struct option_spec {
	const char *name; /* without "--" */
	/* "DIR"; NULL for a flag; "[=LEVEL]" where it may be left out; "COL…" where it may be given
	 * several times */
	const char *argument;
	const char *help; /* NULL for the last ones, which are refused with a reason of their own */
};

struct command {
	const char *name;
	const char *operands;              /* "[PATH…]" */
	const char *summary;               /* one line of the list of commands */
	const struct option_spec *options; /* ends with a name of NULL */
	const char *description;           /* paragraphs of its own --help */
	const char *examples;              /* lines of --help */
	size_t most_operands;              /* SIZE_MAX: any number */
	int (*run)(const struct command *command, const struct arguments *arguments);
};

struct option_value {
	const char *name;
	const char *value; /* "" for a flag */
};

struct arguments {
	struct arena *mem;
	const struct option_value *values;
	size_t n_values;
	const char **operands;
	size_t n_operands;
};

/* The value that was given last; NULL where the option was not given. */
const char *option_text(const struct arguments *arguments, const char *name);
bool option_given(const struct arguments *arguments, const char *name);
/* The values that were given, in their order: begin with *at = 0; NULL behind the last. */
const char *option_next(const struct arguments *arguments, const char *name, size_t *at);
/* Global options, before or after the command. */
extern const struct option_spec global_options[];

/* Takes argv apart: the command's name (NULL where there is none) goes to *name; options of the
 * command found by `find` and global ones to `arguments`. False after a usage error, which was
 * said on standard error with a did-you-mean. */
bool arguments_parse(struct arena *mem, int argc, char **argv,
		     const struct command *(*find)(const char *name), const char **name,
		     struct arguments *arguments);
/* The text of `modelbook COMMAND --help`. */
void command_help(const struct command *command, struct out *to);
#endif
