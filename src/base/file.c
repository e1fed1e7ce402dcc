/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/file.c - reading and writing files beneath a root folder */
#include "base/file.h"
#include "base/path.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int file_open_root(const char *dir)
{
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_beneath(int root, const char *path, uint64_t flags)
{
	struct open_how how = {
	    .flags = flags | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

int file_open_beneath(int root, const char *path)
{
	int fd = open_beneath(root, path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* Reads until the end, whatever fstat said: a file may change while it is read. */
static enum status read_all(struct arena *mem, int fd, size_t size, size_t max, char **text,
			    size_t *len)
{
	char *buf = arena_alloc(mem, size + 1);
	size_t cap = size, n = 0;

	for (;;) {
		ssize_t got;
		if (n == cap) {
			/* one byte more tells the end from a file that grew */
			char extra;
			do
				got = read(fd, &extra, 1);
			while (got < 0 && errno == EINTR);
			if (got <= 0)
				break;
			if (cap * 2 + 1024 > max) {
				errno = EFBIG;
				return ST_FAILED;
			}
			cap = cap * 2 + 1024;
			char *bigger = arena_alloc(mem, cap + 1);
			memcpy(bigger, buf, n);
			buf = bigger;
			buf[n++] = extra;
			continue;
		}
		got = read(fd, buf + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ST_FAILED;
		if (!got)
			break;
		n += (size_t)got;
	}
	buf[n] = '\0';
	*text = buf;
	*len = n;
	return ST_OK;
}

enum status file_read(struct arena *mem, int root, const char *path, size_t max, char **text,
		      size_t *len)
{
	enum status st = ST_FAILED;
	int fd = file_open_beneath(root, path), saved;
	struct stat info;

	if (fd < 0)
		return ST_FAILED;
	if (!fstat(fd, &info)) {
		if ((uint64_t)info.st_size > max)
			errno = EFBIG;
		else
			st = read_all(mem, fd, (size_t)info.st_size, max, text, len);
	}
	saved = errno;
	close(fd);
	errno = saved;
	return st;
}

static int compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct file_entry *)a)->path, ((const struct file_entry *)b)->path);
}

static enum status walk(struct arena *mem, int dir_fd, const char *dir, struct file_list *list)
{
	DIR *d = fdopendir(dir_fd);
	enum status st = ST_OK;
	struct dirent *e;

	if (!d) {
		close(dir_fd);
		return ST_FAILED;
	}
	while ((errno = 0, e = readdir(d))) {
		struct stat info;
		char *path;
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (fstatat(dirfd(d), e->d_name, &info, AT_SYMLINK_NOFOLLOW))
			continue; /* gone since readdir */
		path = path_join(mem, dir, e->d_name);
		if (S_ISDIR(info.st_mode)) {
			int child;
			if (e->d_name[0] == '.')
				continue;
			child = openat(dirfd(d), e->d_name,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (child < 0 || walk(mem, child, path, list) != ST_OK) {
				st = ST_FAILED;
				break;
			}
			continue;
		}
		*ARENA_PUSH(mem, list) = (struct file_entry){
		    .path = path,
		    .size = (uint64_t)info.st_size,
		    .type = S_ISREG(info.st_mode)   ? FILE_REGULAR
			    : S_ISLNK(info.st_mode) ? FILE_LINK
						    : FILE_OTHER,
		};
	}
	if (errno)
		st = ST_FAILED;
	closedir(d);
	return st;
}

enum status file_walk(struct arena *mem, int root, const char *dir, struct file_list *list)
{
	int fd = open_beneath(root, *dir ? dir : ".", O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return errno == ENOENT ? ST_OK : ST_FAILED;
	if (walk(mem, fd, dir, list) != ST_OK)
		return ST_FAILED;
	if (list->n)
		qsort(list->items, list->n, sizeof *list->items, compare_entries);
	return ST_OK;
}

enum status file_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t wrote = write(fd, p, n);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return ST_FAILED;
		p += wrote;
		n -= (size_t)wrote;
	}
	return ST_OK;
}

/* The folder at `path` beneath `root`, made where it is not there. Links lead only where the whole
 * path is the user's own, from the current folder. */
static enum status make_folder(int root, const char *path)
{
	int fd;

	if (!mkdirat(root, path, 0755))
		return fchmodat(root, path, 0755, 0) ? ST_FAILED : ST_OK;
	if (errno != EEXIST)
		return ST_FAILED;
	if (root == AT_FDCWD)
		return ST_OK;
	fd = open_beneath(root, path, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return ST_FAILED;
	close(fd);
	return ST_OK;
}

enum status file_make_parents(int root, const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return ST_FAILED;
	}
	for (size_t i = 1; i < n; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (make_folder(root, part) != ST_OK)
			return ST_FAILED;
	}
	return ST_OK;
}

enum status file_write(int root, const char *path, const void *bytes, size_t n, bool replace)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (replace ? O_TRUNC : O_EXCL);
	enum status st;
	int fd, saved;

	if (file_make_parents(root, path) != ST_OK)
		return ST_FAILED;
	fd = openat(root, path, flags, 0644);
	if (fd < 0)
		return ST_FAILED;
	st = fchmod(fd, 0644) ? ST_FAILED : file_write_all(fd, bytes, n);
	saved = errno;
	if (close(fd) && st == ST_OK)
		return ST_FAILED;
	errno = saved;
	return st;
}
