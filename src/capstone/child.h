/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/child.h - another program run by this one: what it says, what it holds, its end */
#ifndef CAPSTONE_CHILD_H
#define CAPSTONE_CHILD_H

#include "base/out.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int from; /* its standard output */
};
/* Starts argv[0] (looked for in $PATH where it has no '/'), with standard input and standard
 * error at /dev/null. argv ends with NULL. False and errno where it cannot. */
bool child_start(const char *const *argv, struct child *child);
/* Reads until a line feed (`line`) or the end of what it says, at most so many seconds. False where
 * the time was over first, or the end came before the line. */
bool child_read(struct child *child, bool line, unsigned seconds, struct out *to);
/* The most that it has held so far, VmHWM in bytes; 0: not known. */
uint64_t child_resident(const struct child *child);
/* Asks it to end (SIGTERM, where `now`), waits at most so many seconds, then has it killed. True
 * where it ended with status 0. */
bool child_end(struct child *child, bool now, unsigned seconds);
/* VmHWM of a process, 0 for this one; in bytes, 0 where it is not known. */
uint64_t resident_most(pid_t pid);
#endif
