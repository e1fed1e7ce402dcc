/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/table_stream.c - text on its way to a file, a piece at a time */
#include "base/file.h"
#include "export/tables.h"
#include <errno.h>

enum { PIECE_BYTES = 1 << 16 };

static void hand_over(struct table_stream *stream)
{
	if (stream->failed)
		return;
	if (stream->to->failed) {
		stream->failed = true;
		stream->error = EFBIG;
	} else if (stream->fd >= 0) {
		stream->failed =
		    file_write_all(stream->fd, out_text(stream->to), stream->to->n) != ST_OK;
		stream->error = errno;
		out_clear(stream->to);
	}
}

bool table_stream_go_on(struct table_stream *stream)
{
	if (stream->to->n >= PIECE_BYTES)
		hand_over(stream);
	return !stream->failed;
}

enum status table_stream_end(struct table_stream *stream)
{
	hand_over(stream);
	if (!stream->failed)
		return ST_OK;
	errno = stream->error;
	return ST_FAILED;
}
