/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/file.h - reading and writing files without surprises
 *
 * Inputs are opened beneath a root folder, without following symbolic links, and only where
 * they are regular files. All functions set errno when they fail. */
#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>
#include <stdint.h>

struct file_entry {
	const char *path; /* relative to the root that was walked */
	uint64_t size;
	enum { FILE_REGULAR, FILE_LINK, FILE_OTHER } type;
};

struct file_list {
	LIST_OF(struct file_entry);
};

/* A folder kept open as the root of relative paths. -1 and errno where it cannot be. */
int file_open_root(const char *dir);
/* Opens a regular file beneath `root` for reading; refuses links, FIFOs, devices (ELOOP,
 * EINVAL). -1 and errno where it cannot be. */
int file_open_beneath(int root, const char *path);
/* Reads it whole into the arena with a NUL behind; files over `max` bytes are EFBIG. */
enum status file_read(struct arena *mem, int root, const char *path, size_t max, char **text,
		      size_t *len);
/* Every file under root/dir (dir "" for all), sorted by bytes; folders whose name begins with
 * '.' are left out. Links and other kinds are listed, never followed. A missing dir is empty. */
enum status file_walk(struct arena *mem, int root, const char *dir, struct file_list *list);
/* Writes all bytes, going on after EINTR and short writes. */
enum status file_write_all(int fd, const void *bytes, size_t n);
/* Creates parent folders of `path` beneath `root` (mode 0755, whatever the umask); one that is a
 * link is refused (ELOOP), but for a path of the user's own, where `root` is AT_FDCWD. */
enum status file_make_parents(int root, const char *path);
/* Writes a new file (0644, whatever the umask) beneath `root`, with its folders. An existing
 * file is replaced only where `replace`. */
enum status file_write(int root, const char *path, const void *bytes, size_t n, bool replace);
#endif
