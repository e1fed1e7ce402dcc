/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_input.c - the bytes of a log: a text, a file, a stream that may be copied to a file */
#include "base/temporary.h"
#include "read/csv_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int csv_input_open(struct csv_input *in, const struct csv_request *request)
{
	struct stat st;
	off_t at;

	*in = (struct csv_input){
	    .text = request->log->text, .size = request->log->len, .fd = request->fd, .spool = -1};
	if (in->text)
		return 0;
	in->size = 0;
	if (request->file && !strcmp(request->file, "-"))
		in->fd = STDIN_FILENO;
	else if (request->file) {
		in->fd = open(request->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		in->opened = in->fd >= 0;
	}
	if (in->fd < 0 || fstat(in->fd, &st))
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	at = S_ISREG(st.st_mode) ? lseek(in->fd, 0, SEEK_CUR) : -1;
	/* files of no size under /proc and the like are streams */
	in->stream = at < 0 || st.st_size == 0;
	if (!in->stream) {
		in->from = (uint64_t)at;
		in->size = st.st_size > at ? (uint64_t)(st.st_size - at) : 0;
	}
	return 0;
}

void csv_input_close(struct csv_input *in)
{
	if (in->opened)
		close(in->fd);
	if (in->spool >= 0)
		close(in->spool);
	in->opened = false;
	in->spool = -1;
}

static ssize_t read_some(const struct csv_input *in, char *to, size_t n, uint64_t at)
{
	ssize_t got;

	do
		got =
		    in->stream ? read(in->fd, to, n) : pread(in->fd, to, n, (off_t)(in->from + at));
	while (got < 0 && errno == EINTR);
	return got;
}

ssize_t csv_input_read(struct csv_input *in, char *to, size_t n, uint64_t at)
{
	size_t have = 0;

	if (!in->stream)
		n = at >= in->size ? 0 : in->size - at < n ? (size_t)(in->size - at) : n;
	if (in->text) {
		memcpy(to, in->text + at, n);
		return (ssize_t)n;
	}
	while (have < n && !in->ended) {
		ssize_t got = read_some(in, to + have, n - have, at + have);
		if (got < 0)
			return -1;
		if (!got && in->stream)
			in->ended = true; /* a file's readers share `in` and must not write to it */
		if (!got)
			break;
		have += (size_t)got;
	}
	if (in->stream)
		in->taken += have;
	return (ssize_t)have;
}

int csv_input_spool(struct csv_input *in)
{
	in->spool = temporary_open();
	if (in->spool < 0)
		return errno;
	in->kept = temporary_kept(in->spool);
	return 0;
}

int csv_input_copy(const struct csv_input *in, const char *from, size_t n, uint64_t at)
{
	int error = temporary_room(in->spool, in->kept, n);

	if (error)
		return error;
	while (n) {
		ssize_t put = pwrite(in->spool, from, n, (off_t)at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		from += put;
		n -= (size_t)put;
		at += (uint64_t)put;
	}
	return 0;
}

void csv_input_rewind(struct csv_input *in)
{
	if (!in->stream)
		return;
	if (in->opened)
		close(in->fd);
	in->fd = in->spool;
	in->opened = true;
	in->spool = -1;
	in->stream = false;
	in->ended = false;
	in->from = 0;
	in->size = in->taken;
}
