/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/annotation_internal.h - what reading the graph of schemas and their keywords share */
#ifndef JUDGE_ANNOTATION_INTERNAL_H
#define JUDGE_ANNOTATION_INTERNAL_H
#include "judge/annotation.h"

struct annotation_reader {
	struct court *court;
	const struct data_node *root;
	struct map seen;            /* address of a schema object to its annotation */
	struct map keys;            /* every key that the schema declares */
	struct map anchors;         /* name to the part of the schema that has it */
	const struct schema *whole; /* compiled once a condition asks for it; NULL before */
	bool faulty;                /* `whole` is */
	bool some;                  /* an annotation was found */
	struct {
		LIST_OF(struct annotation *);
	} all;
	struct {
		LIST_OF(const struct data_node *);
	} unresolved; /* references that lead out of the file */
};

/* Reads one key of a schema object, where it is an annotation; a slip of one is a finding. */
void annotation_take(struct annotation_reader *r, struct annotation *a,
		     const struct data_pair *pair);
/* Adds template/invalid at a part of the schema. */
struct finding *annotation_fault(struct annotation_reader *r, const struct data_node *node,
				 const char *text);
#endif
