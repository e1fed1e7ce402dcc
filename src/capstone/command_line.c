/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/command_line.c - options and operands of a command */
#include "capstone/command_line.h"
#include "base/status.h"
#include "base/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_OPTIONS = 32, MOST_VALUES = 16 };

struct parser {
	const char *command;
	const struct command_option *options;
	int argc, at;
	char **argv;
};

static bool usage_error(const struct parser *p, const char *text, const char *what)
{
	fprintf(stderr, "modelbook-capstone %s: ", p->command);
	fprintf(stderr, "%s '%s'; see 'modelbook-capstone %s --help'\n", text, what, p->command);
	return false;
}

static bool unknown_option(const struct parser *p, const char *given, size_t n)
{
	const char *names[MOST_OPTIONS], *nearest;
	char word[64];
	size_t count = 0;

	snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), given);
	for (; p->options[count].name && count < MOST_OPTIONS; count++)
		names[count] = p->options[count].name;
	nearest = text_nearest(word, names, count);
	if (!nearest)
		return usage_error(p, "unknown option", word);
	fprintf(stderr, "modelbook-capstone %s: unknown option '%s', did you mean '%s'?\n",
		p->command, word, nearest);
	return false;
}

static bool add_value(const struct parser *p, const struct command_option *option,
		      const char *value)
{
	size_t n = 0;

	if (option->value) {
		*option->value = value;
		return true;
	}
	while ((*option->values)[n])
		n++;
	if (n == MOST_VALUES)
		return usage_error(p, "too many of", option->name);
	(*option->values)[n] = value;
	return true;
}

static bool take_option(struct parser *p)
{
	const char *given = p->argv[p->at], *equals = strchr(given, '=');
	size_t n = equals ? (size_t)(equals - given) : strlen(given);
	const struct command_option *option = p->options;

	while (option->name && (strlen(option->name) != n || strncmp(option->name, given, n)))
		option++;
	if (!option->name)
		return unknown_option(p, given, n);
	if (option->flag) {
		*option->flag = true;
		return equals ? usage_error(p, "no value goes with", option->name) : true;
	}
	if (equals)
		return add_value(p, option, equals + 1);
	if (++p->at == p->argc)
		return usage_error(p, "a value is missing behind", option->name);
	return add_value(p, option, p->argv[p->at]);
}

bool command_line_parse(int argc, char **argv, const struct command_option *options,
			size_t least_operands, size_t most_operands, const char **operands,
			const char *help, int *status)
{
	struct parser p = {.command = argv[0], .options = options, .argc = argc, .argv = argv};
	size_t n = 0;
	bool only_operands = false;

	*status = EXIT_CANNOT;
	for (p.at = 1; p.at < argc; p.at++) {
		const char *word = argv[p.at];
		if (!only_operands && !strcmp(word, "--help")) {
			fputs(help, stdout);
			*status = EXIT_CLEAN;
			return false;
		}
		if (!only_operands && !strcmp(word, "--")) {
			only_operands = true;
		} else if (!only_operands && word[0] == '-' && word[1]) {
			if (!take_option(&p))
				return false;
		} else if (n == most_operands) {
			return usage_error(&p, "unexpected", word);
		} else {
			operands[n++] = word;
		}
	}
	if (n < least_operands) {
		fputs(help, stderr);
		return false;
	}
	return true;
}

bool command_line_number(const char *command, const char *option, const char *text, long low,
			 long high, long *value)
{
	char *end;
	long number;

	if (!text)
		return true;
	errno = 0;
	number = strtol(text, &end, 10);
	if (*text && !*end && !errno && number >= low && number <= high) {
		*value = number;
		return true;
	}
	fprintf(stderr,
		"modelbook-capstone %s: %s takes a whole number from %ld to %ld, not '%s'\n",
		command, option, low, high, text);
	return false;
}

int command_findings(struct diag_sink *diags)
{
	const struct diag_text_options options = {.color = isatty(STDERR_FILENO)};
	struct out text = {0};
	int status = EXIT_CLEAN;

	diag_finish(diags);
	diag_print_text(diags, &options, &text);
	fwrite(out_text(&text), 1, text.n, stderr);
	out_release(&text);
	for (size_t i = 0; i < diags->n; i++) {
		enum rule rule = diags->items[i].rule;
		if (rule == RULE_IO_READ || rule == RULE_IO_WRITE)
			status = EXIT_CANNOT;
		else if (diags->items[i].severity == SEVERITY_ERROR && status == EXIT_CLEAN)
			status = EXIT_FINDINGS;
	}
	return status;
}
