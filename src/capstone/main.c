/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/main.c - modelbook-capstone: find the command and run it */
#include "base/status.h"
#include "base/text.h"
#include "capstone/capstone.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
    {"simulate", "write the stream of payments", command_simulate},
    {"train", "fit the models of a plan", command_train},
    {"evaluate", "score each part with each model, side by side", command_evaluate},
    {"infer", "score a CSV file of events", command_infer},
    {"serve", "answer over HTTP", command_serve},
    {"deploy", "give a version a role", command_deploy},
    {"rollback", "go back to the version before", command_rollback},
    {"break", "put failures in, and see what they do and who is told", command_break},
    {"benchmark", "measure what models and service cost", command_benchmark},
    {"all", "everything, into a workspace", command_all},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void program_help(void)
{
	fputs("Usage: modelbook-capstone COMMAND [OPTION]… [OPERAND]…\n\n"
	      "A prediction system, whole: from a stream of events over models, serving and\n"
	      "monitoring to the records and logs that modelbook publishes.\n\nCommands:\n",
	      stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nA plan says what the events, features, parts, models and limits are. Two are in\n"
	      "share/modelbook/systems, of a clone in src/capstone/systems: payments.yaml and\n"
	      "electricity.yaml.\n\n"
	      "Exit status: 0 done; 1 the input has faults, or a leak; 2 it could not be done.\n\n"
	      "'modelbook-capstone COMMAND --help' shows a command's options and examples.\n",
	      stdout);
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS], *nearest;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	nearest = text_nearest(name, names, COMMANDS);
	fprintf(stderr,
		"modelbook-capstone: unknown command '%s'%s%s%s; see 'modelbook-capstone --help'\n",
		name, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	return EXIT_CANNOT;
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(int status)
{
	if (fflush(stdout) || ferror(stdout)) {
		perror("modelbook-capstone: standard output");
		return EXIT_CANNOT;
	}
	return status;
}

int main(int argc, char **argv)
{
	/* A closed standard stream must not become one of the files. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_WRONLY : O_RDONLY) != fd)
			return EXIT_CANNOT;
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		program_help();
		return finish(argc < 2 ? EXIT_CANNOT : EXIT_CLEAN);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("modelbook-capstone %s\n", MODELBOOK_VERSION);
		return finish(EXIT_CLEAN);
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return finish(commands[i].run(argc - 1, argv + 1));
	return unknown_command(argv[1]);
}
