/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/package.h - the parts of a written workbook, read a piece at a time */
#ifndef EXPORT_PACKAGE_H
#define EXPORT_PACKAGE_H
#include "base/arena.h"
#include "base/map.h"
#include <minizip/unzip.h>

struct package_part {
	const char *name;
	unz_file_pos at;
	size_t n; /* bytes, unpacked, as the list of parts says */
};
struct package {
	LIST_OF(struct package_part);
	struct map by_name; /* "xl/workbook.xml" -> struct package_part */
	unzFile zip;
	size_t left; /* bytes of the open part that were not read yet */
};

/* Reads the list of parts into `mem`; NULL, or why the file cannot be read. Either way
 * package_close() frees what is open. */
const char *package_open(struct arena *mem, const char *path, struct package *package);
void package_close(struct package *package);
/* Opens a part; one at a time. NULL, or why not. */
const char *package_part_open(struct package *package, const struct package_part *part);
/* At most n bytes of the open part, and how many these are; 0 at its end, -1 where it is broken. */
int package_part_read(struct package *package, char *bytes, int n);
/* Reads what is left, and sees that the part is whole; NULL, or what is wrong with it. */
const char *package_part_close(struct package *package);
#endif
