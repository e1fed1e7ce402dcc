/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/main.c - modelbook: find the command and run it */
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void program_help(struct out *to)
{
	out_puts(
	    to,
	    "Usage: modelbook COMMAND [OPTION]… [OPERAND]…\n\n"
	    "Compiles machine-learning governance documents and the records of models into one\n"
	    "checked, cross-linked site, and says where documents and records fall short.\n\n"
	    "Commands:\n");
	for (size_t i = 0; commands[i]; i++)
		out_printf(to, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	out_puts(to, "\nGlobal options, before or after the command:\n");
	for (size_t i = 0; global_options[i].name; i++) {
		char left[64];
		snprintf(left, sizeof left, "--%s%s%s", global_options[i].name,
			 global_options[i].argument ? " " : "",
			 global_options[i].argument ? global_options[i].argument : "");
		out_printf(to, "  %-22s %s\n", left, global_options[i].help);
	}
	out_puts(
	    to,
	    "\nExit status: 0 all well; 1 faults or findings of severity error; 2 modelbook could\n"
	    "not do what was asked.\n\n"
	    "Examples:\n"
	    "  modelbook init handbook      begin a workspace\n"
	    "  modelbook check              what is missing, and where\n"
	    "  modelbook build              write the site\n"
	    "\n'modelbook COMMAND --help' shows a command's options and examples.\n");
}

static int unknown_command(const char *name)
{
	const char *names[16], *nearest;
	size_t n = 0;

	for (size_t i = 0; commands[i]; i++)
		names[n++] = commands[i]->name;
	nearest = text_nearest(name, names, n);
	fprintf(stderr, "modelbook: unknown command '%s'%s%s%s; see 'modelbook --help'\n", name,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return EXIT_CANNOT;
}

/* A closed standard stream must not become a file of the site. */
static bool open_standard_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

static int print_help(const struct command *command)
{
	struct out o = {0};
	int status;

	if (command)
		command_help(command, &o);
	else
		program_help(&o);
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

static int print_version(void)
{
	struct out o = {0};
	int status;

	out_puts(&o, "modelbook " MODELBOOK_VERSION "\n");
	status = print_and_exit(&o, EXIT_CLEAN);
	out_release(&o);
	return status;
}

static int run(struct arena *mem, int argc, char **argv)
{
	struct arguments arguments;
	const struct command *command;
	const char *name;

	if (!arguments_parse(mem, argc, argv, command_find, &name, &arguments))
		return EXIT_CANNOT;
	if (name && !strcmp(name, "help"))
		return print_help(argc > 2 ? command_find(argv[2]) : NULL);
	command = name ? command_find(name) : NULL;
	if (name && !command)
		return unknown_command(name);
	if (option_given(&arguments, "version"))
		return print_version();
	if (option_given(&arguments, "help"))
		return print_help(command);
	if (!command) {
		struct out o = {0};
		program_help(&o);
		fputs(out_text(&o), stderr);
		out_release(&o);
		return EXIT_CANNOT;
	}
	return command->run(command, &arguments);
}

int main(int argc, char **argv)
{
	struct arena mem;
	int status;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!open_standard_streams())
		return EXIT_CANNOT;
	arena_init(&mem);
	status = run(&mem, argc, argv);
	arena_release(&mem);
	return status;
}
