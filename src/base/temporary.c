/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/temporary.c - files of ours that nobody else sees */
#include "base/temporary.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

int temporary_open(void)
{
	const char *folder = temporary_folder();
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char path[4096];

	if (fd >= 0)
		return fd;
	/* file systems that make no file without a name */
	if (snprintf(path, sizeof path, "%s/modelbook-XXXXXX", folder) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* False where the system does not say: file systems of no size have no limit that is known. */
static bool find_free(int fd, uint64_t *bytes)
{
	struct statvfs st;

	if (fstatvfs(fd, &st) || !st.f_blocks)
		return false;
	*bytes = (uint64_t)st.f_bavail * st.f_frsize;
	return true;
}

uint64_t temporary_kept(int fd)
{
	uint64_t bytes;

	return find_free(fd, &bytes) ? bytes / 2 : 0;
}

int temporary_room(int fd, uint64_t kept, uint64_t more)
{
	uint64_t bytes;

	if (!find_free(fd, &bytes))
		return 0;
	if (more > bytes)
		return ENOSPC;
	return bytes - more < kept ? TEMPORARY_HALF_TAKEN : 0;
}

const char *temporary_error(int error)
{
	return error == TEMPORARY_HALF_TAKEN ? "half of the room that was free is taken"
					     : strerror(error);
}
