/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/json_walk.h - a JSON object that is too large to hold, value by value */
#ifndef READ_JSON_WALK_H
#define READ_JSON_WALK_H
#include "base/arena.h"
#include "read/data.h"
#include <stdio.h>

/* A value of the object, or an entry of a list that is one. */
struct json_visit {
	const char *key;
	const struct data_node *value; /* NULL: the list under the key begins */
	size_t entry;                  /* of the list, from 1; 0: the value is no entry */
	uint32_t line;                 /* on which the value begins */
};

enum json_walk {
	JSON_WALK_WHOLE,     /* every value was visited */
	JSON_WALK_NO_OBJECT, /* the text begins as something else; nothing was visited */
	JSON_WALK_BROKEN,    /* the problem says where and why; what stands before was visited */
	JSON_WALK_UNREAD     /* the file cannot be read: errno */
};

struct json_problem {
	uint32_t line;
	const char *why;
};

/* Visits the values of a JSON object in their order; of a value that is a list, its beginning and
 * then each of its entries. What is JSON, and what is refused, is as json_read() has it, but that a
 * value or entry may have 64 MiB and a depth of 2,048 of its own; no more than one of them is held.
 * A visit's tree and key are gone when it ends; the problem's words live in `mem`. */
enum json_walk json_walk(FILE *file, void (*visit)(void *context, const struct json_visit *visit),
			 void *context, struct arena *mem, struct json_problem *problem);
#endif
