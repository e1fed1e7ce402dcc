/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/prediction_append.c - appending to the prediction log */
#include "capstone/prediction_append.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct prediction_log {
	int fd;
	pthread_mutex_t lock;
	off_t size;  /* up to which all lines are whole */
	bool dirty;  /* behind it stands what a failed write left */
	bool broken; /* what was synchronised may be lost: nothing is taken any more */
	uint64_t lines, cut;
};

/* Counts the line ends and gives the place behind the last; -1 where it cannot be read. */
static off_t scan_lines(int fd, uint64_t *lines)
{
	enum { BLOCK = 1 << 16 };
	char *block = mem_realloc(NULL, BLOCK);
	off_t at = 0, whole = 0;
	ssize_t got;

	*lines = 0;
	while ((got = pread(fd, block, BLOCK, at)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			whole = -1;
			break;
		}
		for (const char *p = block; (p = memchr(p, '\n', (size_t)(block + got - p))); p++) {
			whole = at + (p - block) + 1;
			++*lines;
		}
		at += got;
	}
	free(block);
	return whole;
}

static bool has_header(int fd, const char *header)
{
	size_t n = strlen(header);
	char *text = mem_realloc(NULL, n);
	bool same = pread(fd, text, n, 0) == (ssize_t)n && !memcmp(text, header, n);

	free(text);
	return same;
}

/* Looks at the file that was opened: NULL where it can be used, else what is wrong. */
static const char *take_up(struct prediction_log *log, const char *header)
{
	struct stat info;
	uint64_t lines;

	if (fstat(log->fd, &info))
		return strerror(errno);
	if (!S_ISREG(info.st_mode))
		return "not a regular file";
	if (flock(log->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? "another process is writing it" : strerror(errno);
	if (fstat(log->fd, &info)) /* it may have grown until it was ours */
		return strerror(errno);
	log->size = scan_lines(log->fd, &lines);
	if (log->size < 0)
		return strerror(errno);
	log->cut = log->size < info.st_size;
	if (log->cut && ftruncate(log->fd, log->size))
		return strerror(errno);
	if (!lines) {
		if (!prediction_log_append(log, header, strlen(header)))
			return strerror(errno);
		return fsync(log->fd) ? strerror(errno) : NULL;
	}
	if (!has_header(log->fd, header))
		return "its columns are not those of the plan; move it away to begin a new one";
	log->lines = lines - 1;
	return NULL;
}

struct prediction_log *prediction_log_open(const char *dir, const char *name, const char *header,
					   struct diag_sink *diags)
{
	struct prediction_log *log = mem_realloc(NULL, sizeof *log);
	int root = file_open_root(dir);
	const char *wrong = NULL;

	*log = (struct prediction_log){.fd = -1};
	pthread_mutex_init(&log->lock, NULL);
	if (root >= 0)
		log->fd =
		    openat(root, name,
			   O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	wrong = log->fd < 0 ? strerror(errno) : take_up(log, header);
	if (wrong)
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s/%s': %s", dir, name, wrong);
	if (root >= 0) {
		fsync(root); /* the log's name */
		close(root);
	}
	if (!wrong)
		return log;
	prediction_log_close(log);
	return NULL;
}

void prediction_log_close(struct prediction_log *log)
{
	if (!log)
		return;
	if (log->fd >= 0) {
		fdatasync(log->fd);
		close(log->fd);
	}
	pthread_mutex_destroy(&log->lock);
	free(log);
}

bool prediction_log_append(struct prediction_log *log, const char *lines, size_t n)
{
	bool done = false;

	pthread_mutex_lock(&log->lock);
	if (log->dirty && !ftruncate(log->fd, log->size))
		log->dirty = false;
	if (!log->dirty && !log->broken) {
		ssize_t wrote;
		do {
			wrote = write(log->fd, lines, n);
		} while (wrote < 0 && errno == EINTR);
		done = wrote == (ssize_t)n;
		if (done) {
			log->size += wrote;
		} else if (wrote > 0) { /* part of a line: the disk is full */
			int error = ENOSPC;
			log->dirty = ftruncate(log->fd, log->size) != 0;
			errno = error;
		}
	}
	pthread_mutex_unlock(&log->lock);
	return done;
}

/* After a failed fdatasync() the kernel may have dropped what was not written and says so once
 * only: the log takes nothing more until it is opened again. */
bool prediction_log_sync(struct prediction_log *log)
{
	bool done;

	if (!fdatasync(log->fd)) {
		pthread_mutex_lock(&log->lock);
		done = !log->broken;
		pthread_mutex_unlock(&log->lock);
		return done;
	}
	pthread_mutex_lock(&log->lock);
	log->broken = true;
	pthread_mutex_unlock(&log->lock);
	return false;
}

uint64_t prediction_log_lines(const struct prediction_log *log)
{
	return log->lines;
}

uint64_t prediction_log_cut(const struct prediction_log *log)
{
	return log->cut;
}
