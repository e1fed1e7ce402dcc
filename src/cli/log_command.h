/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/log_command.h - what `measure` and `drift` share: bands, measuring, printing, exit status */
#ifndef CLI_LOG_COMMAND_H
#define CLI_LOG_COMMAND_H
#include "cli/log_options.h"
#include "cli/session.h"

/* Sets the request's drift bands where it has a reference: those of the policy of the workspace in
 * which the log or the current folder lies (or --workspace names), else the installed default
 * policy's. False where they cannot be read; standard error says why. */
bool log_command_bands(struct session *s, const struct arguments *arguments,
		       struct log_request *request);
/* Measures and prints. `title` says what was measured. Returns the exit status: 2 where the log
 * cannot be read or the command line names a column that it lacks, 1 where the log is malformed or
 * --fail-on finds drift, else 0. */
int log_command_run(struct session *s, const struct log_options *options, const char *title);
/* Prints figures in the format of the options; 1 where --fail-on finds drift, else 0. */
int log_command_report(struct session *s, const struct log_options *options, const char *title,
		       const struct record_figures *figures, const struct log_taken *taken);
#endif
