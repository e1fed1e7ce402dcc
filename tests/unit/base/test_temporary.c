/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/base/test_temporary.c - files without names, and the room that they leave */
#include "base/temporary.h"
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static size_t count_entries(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void no_name(void **state)
{
	char folder[] = "/tmp/modelbook-test-XXXXXX";
	struct stat st;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	assert_string_equal(temporary_folder(), folder);
	fd = temporary_open();
	assert_true(fd >= 0);
	assert_int_equal(count_entries(folder), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	assert_int_equal(rmdir(folder), 0);
	errno = 0;
	assert_int_equal(temporary_open(), -1);
	assert_int_equal(errno, ENOENT);
	setenv("TMPDIR", "", 1);
	assert_string_equal(temporary_folder(), "/tmp");
	unsetenv("TMPDIR");
}

static void room(void **state)
{
	int fd = temporary_open();
	uint64_t kept;

	(void)state;
	assert_true(fd >= 0);
	kept = temporary_kept(fd);
	assert_true(kept > 0);
	assert_int_equal(temporary_room(fd, 0, 1), 0);
	assert_int_equal(temporary_room(fd, UINT64_MAX, 1), TEMPORARY_HALF_TAKEN);
	assert_int_equal(temporary_room(fd, kept, kept * 3 / 2), TEMPORARY_HALF_TAKEN);
	assert_int_equal(temporary_room(fd, 0, UINT64_MAX), ENOSPC);
	assert_int_equal(temporary_room(-1, 0, 1), 0);
	assert_int_equal(temporary_kept(-1), 0);
	assert_string_equal(temporary_error(TEMPORARY_HALF_TAKEN),
			    "half of the room that was free is taken");
	assert_string_equal(temporary_error(ENOSPC), strerror(ENOSPC));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_name),
	    cmocka_unit_test(room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
