/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/package.c - unpacking a workbook that was just written */
#include "export/package.h"
#include <limits.h>
#include <minizip/unzip.h>
#include <string.h>

enum { PART_MAX = 1 << 30, NAME_BYTES = 256 };

static const char *read_bytes(unzFile zip, char *bytes, size_t n)
{
	size_t got = 0;

	while (got < n) {
		int part = unzReadCurrentFile(zip, bytes + got,
					      (unsigned)(n - got > INT_MAX ? INT_MAX : n - got));
		if (part <= 0)
			return "a part of it is cut short";
		got += (size_t)part;
	}
	return NULL;
}

static const char *read_part(struct arena *mem, unzFile zip, struct package *package)
{
	struct package_part *part = ARENA_PUSH(mem, package);
	unz_file_info info;
	char name[NAME_BYTES], *bytes, end;
	const char *why;

	if (unzGetCurrentFileInfo(zip, &info, name, sizeof name, NULL, 0, NULL, 0) != UNZ_OK ||
	    info.size_filename >= sizeof name || info.uncompressed_size > PART_MAX)
		return "its list of parts cannot be read";
	if (unzOpenCurrentFile(zip) != UNZ_OK)
		return "a part of it cannot be opened";
	bytes = arena_alloc(mem, info.uncompressed_size + 1);
	why = read_bytes(zip, bytes, info.uncompressed_size);
	/* the end must have been reached for the checksum to be looked at */
	if (!why && unzReadCurrentFile(zip, &end, 1) != 0)
		why = "a part of it is longer than it says";
	if (unzCloseCurrentFile(zip) != UNZ_OK && !why)
		why = "the checksum of a part is wrong";
	part->name = arena_strdup(mem, name);
	part->bytes = bytes;
	part->n = info.uncompressed_size;
	return why;
}

static const char *index_parts(struct arena *mem, struct package *package)
{
	for (size_t i = 0; i < package->n; i++)
		if (map_put(&package->by_name, mem, package->items[i].name, &package->items[i]))
			return "a part of it stands twice";
	return NULL;
}

const char *package_read(struct arena *mem, const char *path, struct package *package)
{
	unzFile zip = unzOpen(path);
	const char *why = NULL;
	int at;

	*package = (struct package){0};
	if (!zip)
		return "it is no archive";
	for (at = unzGoToFirstFile(zip); at == UNZ_OK && !why; at = unzGoToNextFile(zip))
		why = read_part(mem, zip, package);
	if (!why && at != UNZ_END_OF_LIST_OF_FILE)
		why = "its list of parts is broken";
	unzClose(zip);
	return why ? why : index_parts(mem, package);
}
