/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_memo.h - what `check` said of a workspace in which not a byte has changed since
 *
 * The store keeps, for one way of calling `check`, the SHA-256 of each file that was read, the
 * names of all that stands in the folders that were looked through, and what was written. It is
 * said again only where all of them were read anew and are the same. Times and sizes of files
 * decide nothing. */
#ifndef CLI_CHECK_MEMO_H
#define CLI_CHECK_MEMO_H
#include "cli/session.h"

struct check_memo;

/* Begins a run over the workspace in s->dir; NULL where there is no store. Called before anything
 * is read: what comes or goes during the run is then seen by the next one. */
struct check_memo *check_memo_begin(struct session *s, const struct arguments *arguments,
				    bool configured);
/* Says again what the same run said before, and gives its exit status; false where files are not
 * what they were, or there was no such run. */
bool check_memo_repeat(struct check_memo *memo, int *status);
/* Keeps what a run over s->ws wrote to standard output and standard error. Nothing is kept of a run
 * that could not read or finish something, or that looked at files outside those folders. `memo`
 * may be NULL. */
void check_memo_keep(struct check_memo *memo, const struct session *s, const struct out *written,
		     const char *counts, int status);
#endif
