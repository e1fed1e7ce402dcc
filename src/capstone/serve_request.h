/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_request.h - from the bytes of a request to an event, and answers as JSON
 *
 * Knows nothing of sockets. Every reason against a request is told at once. */
#ifndef CAPSTONE_SERVE_REQUEST_H
#define CAPSTONE_SERVE_REQUEST_H

#include "base/out.h"
#include "capstone/scorer.h"
#include "capstone/serve_schema.h"

enum { MOST_REASONS = 50, FUTURE_SECONDS = 60 };

struct reason {
	const char *field; /* NULL: of the whole request */
	const char *text;
};
struct refusal {
	unsigned status;   /* 400: no JSON; 422: JSON that is no event */
	const char *error; /* one sentence */
	LIST_OF(struct reason);
	size_t left_out; /* reasons beyond MOST_REASONS */
};
struct prediction_request {
	const char *entity; /* "" where the plan has none */
	int64_t time;       /* seconds since 1970 */
	double *values;     /* by field of the plan */
};

/* The event that `body` asks about; without a moment it happens `now` (seconds since 1970). False
 * with a refusal. Lives in `mem`. */
bool request_parse(struct arena *mem, const struct request_schema *schema, const char *body,
		   size_t n, int64_t now, struct prediction_request *request,
		   struct refusal *refusal);
/* {"error": …, "reasons": [{"field": …, "reason": …}]} */
void refusal_write(const struct refusal *refusal, struct out *to);
/* {"error": …} */
void error_write(const char *error, struct out *to);
/* {"id": …, "model": …, "version": …, "score": …, "decision": …, "fallback": …} */
void answer_write(const struct plan *plan, const struct answer *answer, struct out *to);

/* True where a browser that was led to another name cannot have sent this Host: it is localhost, a
 * loopback address, one of `names`, or (where `any_address`) any address in digits; a port may
 * stand behind it. */
bool host_is_allowed(const char *host, const char *const *names, size_t n_names, bool any_address);
/* True for application/json, whatever its parameters; charset, where it is given, must be UTF-8. */
bool content_type_is_json(const char *type);
/* The value of Content-Length: digits alone; false for anything else. More than SIZE_MAX is
 * SIZE_MAX. */
bool content_length_parse(const char *text, size_t *length);
#endif
