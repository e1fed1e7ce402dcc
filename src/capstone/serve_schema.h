/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_schema.h - what a request for a prediction must be, made from the plan
 *
 * A JSON Schema (2020-12): the entity, the moment (optional: now) and each field with its range or
 * its list; nothing else is allowed. A field that is not required may be null or left out. */
#ifndef CAPSTONE_SERVE_SCHEMA_H
#define CAPSTONE_SERVE_SCHEMA_H

#include "base/map.h"
#include "capstone/plan.h"
#include "read/schema.h"

struct request_schema {
	const struct plan *plan;
	const char *text; /* what GET /schema answers */
	size_t n_text;
	const struct schema *whole;
	struct map properties;    /* const struct schema * of each key */
	const char *const *names; /* of all keys */
	size_t n_names;
	const char *const *wanted; /* keys that must be there */
	size_t n_wanted;
};
/* Lives in `mem`; may be used from several threads. */
const struct request_schema *request_schema_new(struct arena *mem, const struct plan *plan);
#endif
