/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_internal.h - a server's connections and requests */
#ifndef CAPSTONE_SERVE_INTERNAL_H
#define CAPSTONE_SERVE_INTERNAL_H

#include "capstone/serve.h"
#include "capstone/serve_metrics.h"
#include "capstone/serve_request.h"
#include <microhttpd.h>
#include <pthread.h>

/* A client's connection, from accept to close. */
struct client {
	int fd;
	double since; /* seconds on the stopwatch: opened, or its last request was answered */
	bool busy;    /* a request is with us, whole or in part */
	struct client *before, *next;
};

struct service {
	struct service_options options;
	struct MHD_Daemon *daemon;
	struct arena mem;
	const struct request_schema *schema;
	_Atomic(struct scorer *) scorer;
	_Atomic bool stopping;
	bool any_address; /* reachable from elsewhere: an address in digits may stand in Host */
	uint16_t port;
	struct serve_metrics metrics;
	pthread_mutex_t clients_lock;
	struct client *clients;
};

/* What will be said to a request. */
struct reply {
	unsigned status; /* 0: nothing yet */
	const char *type;
	const char *allow; /* of a 405 */
	bool close, retry; /* the connection is closed; it may be tried again later */
	struct out body;
};
struct endpoint {
	const char *path;
	bool takes_body; /* POST alone; else GET and HEAD */
	void (*answer)(struct service *service, const char *body, size_t n, struct reply *reply);
};
/* NULL where there is none. */
const struct endpoint *endpoint_find(const char *path);
void reply_error(struct reply *reply, unsigned status, const char *error);
double service_stopwatch(void); /* seconds */

/* libmicrohttpd's callback for each piece of a request, and for its end. */
enum MHD_Result request_take(void *service, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data, size_t *n,
			     void **request);
void request_end(void *service, struct MHD_Connection *connection, void **request,
		 enum MHD_RequestTerminationCode why);
#endif
