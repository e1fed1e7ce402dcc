/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/package.h - the parts of a written workbook */
#ifndef EXPORT_PACKAGE_H
#define EXPORT_PACKAGE_H
#include "base/arena.h"
#include "base/map.h"

struct package_part {
	const char *name;
	const char *bytes;
	size_t n;
};
struct package {
	LIST_OF(struct package_part);
	struct map by_name; /* "xl/workbook.xml" -> struct package_part */
};

/* Reads all parts into `mem`; NULL, or why the file cannot be read whole. */
const char *package_read(struct arena *mem, const char *path, struct package *package);
#endif
