/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/profile_command.h - profiles where `measure` and `drift` take logs */
#ifndef CLI_PROFILE_COMMAND_H
#define CLI_PROFILE_COMMAND_H
#include "cli/log_command.h"
#include "evidence/profile.h"

/* True where one of both paths (NULL: none) names a profile. */
bool profile_command_wanted(const char *reference, const char *current);
/* False where an option asks a profile for what it cannot give, or says how a log is to be read
 * that is not there; it was said on standard error then, with what to do. */
bool profile_command_accepts(const struct command *command, const struct arguments *arguments,
			     const char *reference, const char *current);
/* The figures of a profile, or the drift of two of which at least one is a profile: the other may
 * be a log, which is cut as the profile is; where outcomes of such a log are asked for, they are
 * measured from its rows. `reference` is NULL where there is none. Prints them and returns the exit
 * status. */
int profile_command_run(struct session *s, const struct log_options *options, const char *reference,
			const char *current, const char *title);
/* Prints the findings of the run on standard error; the exit status that they ask for. */
int profile_command_findings(struct session *s);
#endif
