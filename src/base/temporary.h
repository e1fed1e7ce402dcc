/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/temporary.h - files of ours that nobody else sees, in $TMPDIR, else /tmp
 *
 * Such a file has no name from the moment it is made: whatever ends the program, a signal or a
 * crash, nothing of it stays. Whoever fills one without knowing how much will come leaves half of
 * the room that was free when it began, so that input without an end is an error here and not a
 * full disk for everybody else. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H
#include <stdint.h>

/* An error beside those of errno: the half is taken. */
enum { TEMPORARY_HALF_TAKEN = 1 << 20 };

const char *temporary_folder(void);
/* An open file without a name; -1 and errno. */
int temporary_open(void);
/* What is to stay free where the file lies: half of the bytes that are free now; 0 where the system
 * does not say. */
uint64_t temporary_kept(int fd);
/* 0 where `more` bytes leave as much free, else ENOSPC or TEMPORARY_HALF_TAKEN. */
int temporary_room(int fd, uint64_t kept, uint64_t more);
/* The error in words, as strerror() has them. */
const char *temporary_error(int error);
#endif
