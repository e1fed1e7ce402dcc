/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/package.c - unpacking a workbook that was just written */
#include "export/package.h"
#include <string.h>

enum { NAME_BYTES = 256 };

static const char *add_part(struct arena *mem, struct package *package)
{
	struct package_part *part = ARENA_PUSH(mem, package);
	unz_file_info info;
	char name[NAME_BYTES];

	if (unzGetCurrentFileInfo(package->zip, &info, name, sizeof name, NULL, 0, NULL, 0) !=
		UNZ_OK ||
	    info.size_filename >= sizeof name || unzGetFilePos(package->zip, &part->at) != UNZ_OK)
		return "its list of parts cannot be read";
	part->name = arena_strdup(mem, name);
	part->n = info.uncompressed_size;
	return NULL;
}

static const char *index_parts(struct arena *mem, struct package *package)
{
	for (size_t i = 0; i < package->n; i++)
		if (map_put(&package->by_name, mem, package->items[i].name, &package->items[i]))
			return "a part of it stands twice";
	return NULL;
}

const char *package_open(struct arena *mem, const char *path, struct package *package)
{
	const char *why = NULL;
	int at;

	*package = (struct package){.zip = unzOpen(path)};
	if (!package->zip)
		return "it is no archive";
	for (at = unzGoToFirstFile(package->zip); at == UNZ_OK && !why;
	     at = unzGoToNextFile(package->zip))
		why = add_part(mem, package);
	if (!why && at != UNZ_END_OF_LIST_OF_FILE)
		why = "its list of parts is broken";
	return why ? why : index_parts(mem, package);
}

void package_close(struct package *package)
{
	if (package->zip)
		unzClose(package->zip); /* and the part that is open */
	package->zip = NULL;
}

const char *package_part_open(struct package *package, const struct package_part *part)
{
	unz_file_pos at = part->at;

	if (unzGoToFilePos(package->zip, &at) != UNZ_OK ||
	    unzOpenCurrentFile(package->zip) != UNZ_OK)
		return "a part of it cannot be opened";
	package->left = part->n;
	return NULL;
}

int package_part_read(struct package *package, char *bytes, int n)
{
	int got = unzReadCurrentFile(package->zip, bytes, (unsigned)n);

	if (got < 0 || (size_t)got > package->left)
		return -1;
	package->left -= (size_t)got;
	return got;
}

const char *package_part_close(struct package *package)
{
	const char *why = NULL;
	char rest[4096];
	int got;

	/* the end must have been reached for the checksum to be looked at */
	while ((got = package_part_read(package, rest, sizeof rest)) > 0)
		;
	if (got < 0 || package->left)
		why = "a part of it is cut short";
	if (unzCloseCurrentFile(package->zip) != UNZ_OK && !why)
		why = "the checksum of a part is wrong";
	return why;
}
