/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/placeholder.h - words that stand where content should */
#ifndef CATALOG_PLACEHOLDER_H
#define CATALOG_PLACEHOLDER_H
#include <stddef.h>

/* The first placeholder in a text (lines parted by "\n", code as "`"): its place, and *n its
 * length in bytes; NULL where there is none. */
const char *placeholder_find(const char *text, size_t *n);
/* Length of what looks like a tag of HTML at text[0] == '<' and is a placeholder ("<fill in>",
 * "<your name>"); 0 where it is none. */
size_t placeholder_tag(const char *text);
#endif
