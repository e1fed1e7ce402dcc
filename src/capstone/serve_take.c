/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_take.c - a request as it comes in: head, pieces of its body, end
 *
 * What is wrong with the head is known at once, but said only behind the body, for a client that
 * does not read while it writes would lose the answer; unless it waits to be told to go on, or
 * means to send more than anyone should read. */
#include "capstone/serve_internal.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SWALLOW_MAX = 32 << 20 };

struct request {
	const struct endpoint *endpoint;
	struct reply reply;
	struct out body;
	size_t swallowed; /* bytes of a body that nobody will look at */
	double begin;
};

/* -- the head --------------------------------------------------------------------------------- */

/* Values of one header, however often it stands there. */
struct header_search {
	const char *name, *value;
	size_t n;
};

static enum MHD_Result see_header(void *search, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	struct header_search *s = search;

	(void)kind;
	if (!strcasecmp(name, s->name)) {
		s->n++;
		s->value = value ? value : "";
	}
	return MHD_YES;
}

static struct header_search find_header(struct MHD_Connection *connection, const char *name)
{
	struct header_search search = {.name = name};

	MHD_get_connection_values(connection, MHD_HEADER_KIND, see_header, &search);
	return search;
}

/* A name that is no token ("Content-Length ") is read by some servers and passed over by others. */
static enum MHD_Result see_odd_name(void *odd, enum MHD_ValueKind kind, const char *name,
				    const char *value)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	(void)kind;
	(void)value;
	*(bool *)odd = !*name || name[strspn(name, token)];
	return *(bool *)odd ? MHD_NO : MHD_YES;
}

/* Where a body ends must have one answer, or two servers in a row may give different ones. */
static void check_framing(struct MHD_Connection *connection, struct reply *reply, size_t *length)
{
	struct header_search declared = find_header(connection, "Content-Length");
	struct header_search coding = find_header(connection, "Transfer-Encoding");
	bool odd = false;

	*length = 0;
	MHD_get_connection_values(connection, MHD_HEADER_KIND, see_odd_name, &odd);
	if (odd)
		reply_error(reply, 400, "a header has a malformed name");
	else if (coding.n && strcasecmp(coding.value, "chunked"))
		reply_error(reply, 501, "the only transfer coding that is understood is chunked");
	else if (coding.n > 1 || declared.n > 1 || (coding.n && declared.n))
		reply_error(reply, 400, "the length of the body is given more than once");
	else if (declared.n && !content_length_parse(declared.value, length))
		reply_error(reply, 400, "Content-Length is no number");
	reply->close = reply->status != 0;
}

static void check_host(const struct service *service, struct MHD_Connection *connection,
		       const char *version, struct reply *reply)
{
	const struct service_options *options = &service->options;
	struct header_search host = find_header(connection, "Host");

	if (host.n > 1 || (!host.n && !strcmp(version, "HTTP/1.1")))
		reply_error(reply, 400, "one Host header is needed");
	else if (host.n && !host_is_allowed(host.value, options->hosts, options->n_hosts,
					    service->any_address))
		reply_error(reply, 421,
			    "the Host header names no host that is served here; see --host");
}

static void check_endpoint(const struct endpoint *endpoint, const char *method, struct reply *reply)
{
	bool get = !strcmp(method, "GET") || !strcmp(method, "HEAD");

	if (!endpoint) {
		reply_error(reply, 404,
			    "there is POST /predict and GET /health, /ready, /metrics, /schema");
	} else if (endpoint->takes_body ? strcmp(method, "POST") : !get) {
		reply->allow = endpoint->takes_body ? "POST" : "GET, HEAD";
		reply_error(reply, 405,
			    endpoint->takes_body ? "only POST is allowed here"
						 : "only GET and HEAD are allowed here");
	}
}

static void too_large(const struct service *service, struct reply *reply)
{
	char text[96];

	snprintf(text, sizeof text, "the request's body is larger than %zu bytes",
		 service->options.serving->body_bytes);
	reply_error(reply, 413, text);
}

/* Judges the head; the reply stays without a status where nothing is wrong with it. */
static void check_head(const struct service *service, struct MHD_Connection *connection,
		       const char *method, const char *version, struct request *request,
		       size_t *length)
{
	struct reply *reply = &request->reply;
	struct header_search type;

	check_framing(connection, reply, length);
	if (!reply->status)
		check_host(service, connection, version, reply);
	if (!reply->status)
		check_endpoint(request->endpoint, method, reply);
	if (reply->status || !request->endpoint->takes_body)
		return;
	type = find_header(connection, "Content-Type");
	if (type.n != 1 || !content_type_is_json(type.value))
		reply_error(reply, 415, "Content-Type must be application/json");
	else if (*length > service->options.serving->body_bytes)
		too_large(service, reply);
}

/* -- the answer ------------------------------------------------------------------------------- */

static enum MHD_Result send_reply(struct service *service, struct MHD_Connection *connection,
				  struct request *request)
{
	struct reply *reply = &request->reply;
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    reply->body.n, (void *)(uintptr_t)out_text(&reply->body), MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", reply->type);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Cache-Control", "no-store");
	if (reply->allow)
		MHD_add_response_header(response, "Allow", reply->allow);
	if (reply->retry)
		MHD_add_response_header(response, "Retry-After", "1");
	if (reply->close || atomic_load(&service->stopping))
		MHD_add_response_header(response, "Connection", "close");
	result = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	if (result == MHD_YES) {
		const char *path = request->endpoint ? request->endpoint->path : "other";
		metrics_count(&service->metrics, path, reply->status);
		if (request->endpoint && request->endpoint->takes_body)
			metrics_time(&service->metrics, service_stopwatch() - request->begin);
	}
	return result;
}

/* -- pieces ----------------------------------------------------------------------------------- */

static void set_busy(struct service *service, struct MHD_Connection *connection, bool busy)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct client *client = info ? info->socket_context : NULL;

	if (!client)
		return;
	pthread_mutex_lock(&service->clients_lock);
	client->busy = busy;
	if (!busy)
		client->since = service_stopwatch();
	pthread_mutex_unlock(&service->clients_lock);
}

static enum MHD_Result begin(struct service *service, struct MHD_Connection *connection,
			     const char *url, const char *method, const char *version,
			     void **context)
{
	struct request *request = mem_realloc(NULL, sizeof *request);
	size_t length;

	*request = (struct request){.endpoint = endpoint_find(url),
				    .reply = {.type = "application/json"},
				    .begin = service_stopwatch()};
	request->body.max = service->options.serving->body_bytes;
	*context = request;
	atomic_fetch_add(&service->metrics.in_flight, 1);
	set_busy(service, connection, true);
	check_head(service, connection, method, version, request, &length);
	if (request->reply.status &&
	    (request->reply.close || length > SWALLOW_MAX || find_header(connection, "Expect").n))
		return send_reply(service, connection, request);
	return MHD_YES;
}

static enum MHD_Result take_piece(struct service *service, struct request *request,
				  const char *data, size_t *n)
{
	size_t got = *n;

	*n = 0;
	if (!request->reply.status && request->endpoint->takes_body) {
		if (request->body.n + got <= request->body.max)
			out_write(&request->body, data, got);
		else
			too_large(service, &request->reply);
		return MHD_YES;
	}
	request->swallowed += got;
	return request->swallowed > SWALLOW_MAX ? MHD_NO : MHD_YES;
}

enum MHD_Result request_take(void *cls, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data, size_t *n,
			     void **context)
{
	struct service *service = cls;
	struct request *request = *context;

	if (!request)
		return begin(service, connection, url, method, version, context);
	if (*n)
		return take_piece(service, request, data, n);
	if (!request->reply.status)
		request->endpoint->answer(service, out_text(&request->body), request->body.n,
					  &request->reply);
	return send_reply(service, connection, request);
}

void request_end(void *cls, struct MHD_Connection *connection, void **context,
		 enum MHD_RequestTerminationCode why)
{
	struct service *service = cls;
	struct request *request = *context;

	(void)why;
	if (!request)
		return;
	set_busy(service, connection, false);
	atomic_fetch_sub(&service->metrics.in_flight, 1);
	out_release(&request->reply.body);
	out_release(&request->body);
	free(request);
	*context = NULL;
}
