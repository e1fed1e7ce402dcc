/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/plan_internal.h - what the files that read a plan share
 *
 * The shape was checked by the schema and its findings are there already; what follows reads what
 * fits, takes zero for what does not, and compares only values that were understood, so that one
 * run says all that is wrong. */
#ifndef CAPSTONE_PLAN_INTERNAL_H
#define CAPSTONE_PLAN_INTERNAL_H

#include "capstone/plan.h"
#include "read/data.h"

struct plan_reading {
	struct arena *mem;
	struct plan *plan;
	struct diag_sink *diags;
};

/* systems/plan.schema.yaml, made part of the program when it is built. */
extern const char plan_schema[];
extern const size_t plan_schema_n;

/* The scalar's text as written, "null" too; NULL for an absent key, a list or a map. */
const char *plan_text(const struct data_node *map, const char *key);
/* `otherwise` where it is absent or none. */
double plan_number(const struct data_node *map, const char *key, double otherwise);
bool plan_truth(const struct data_node *map, const char *key, bool otherwise);
/* The key's list, its items: none where it is absent or no list. */
const struct data_node *plan_list(const struct data_node *map, const char *key);

/* `segments:`, `fairness:` and `data_quality:`, once the features are known. */
void plan_read_looks(struct plan_reading *r, const struct data_node *root);
/* `events:`: columns, fields and history. */
void plan_read_events(struct plan_reading *r, const struct data_node *events);
#endif
