/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_rollback.c - `rollback`: takes a version back */
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include <time.h>

static const char help[] =
    "Usage: modelbook-capstone rollback DIR [OPTION]…\n\n"
    "Takes the canary back; without one, puts the previous version in production's place. A\n"
    "running server follows before its next answer. The rollback is written into\n"
    "DIR/rollbacks.csv.\n\n"
    "  --why TEXT      the reason\n"
    "  --keep-shadow   the version that is taken back goes on in shadow\n\n"
    "Exit status: 0 done; 1 there is nothing to take back; 2 it could not be done.\n";

int command_rollback(int argc, char **argv)
{
	const char *dir, *why = "";
	bool keep = false;
	const struct command_option options[] = {{"--why", &why, NULL, NULL},
						 {"--keep-shadow", NULL, &keep, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct take_back reason = {.by = "command", .moment = (int64_t)time(NULL)};
	struct diag_sink diags;
	struct arena mem;
	int status;

	if (!command_line_parse(argc, argv, options, 1, 1, &dir, help, &status))
		return status;
	reason.why = why;
	reason.keep_as_shadow = keep;
	arena_init(&mem);
	diag_init(&diags, &mem);
	deployment_take_back(dir, &reason, &diags);
	status = command_findings(&diags);
	arena_release(&mem);
	return status;
}
