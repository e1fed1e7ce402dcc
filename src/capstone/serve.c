/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve.c - the server: listening, clients that are too slow, an orderly end */
#include "capstone/serve_internal.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 16 << 10, BACKLOG = 1024 };

double service_stopwatch(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* -- clients ---------------------------------------------------------------------------------- */

static void client_open(struct service *service, struct MHD_Connection *connection, void **context)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct client *client = mem_realloc(NULL, sizeof *client);

	*client = (struct client){.fd = info ? info->connect_fd : -1, .since = service_stopwatch()};
	pthread_mutex_lock(&service->clients_lock);
	client->next = service->clients;
	if (client->next)
		client->next->before = client;
	service->clients = client;
	pthread_mutex_unlock(&service->clients_lock);
	*context = client;
	atomic_fetch_add(&service->metrics.connections, 1);
	atomic_fetch_add(&service->metrics.open, 1);
}

static void client_close(struct service *service, void **context)
{
	struct client *client = *context;

	if (!client)
		return;
	pthread_mutex_lock(&service->clients_lock);
	if (client->next)
		client->next->before = client->before;
	if (client->before)
		client->before->next = client->next;
	else
		service->clients = client->next;
	pthread_mutex_unlock(&service->clients_lock);
	free(client);
	*context = NULL;
	atomic_fetch_sub(&service->metrics.open, 1);
}

/* The descriptor is closed only behind the second of these calls. */
static void client_change(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		client_open(cls, connection, context);
	else
		client_close(cls, context);
}

/* libmicrohttpd's limit is of silence; a client that sends a byte now and then is held to this. */
void service_tick(struct service *service)
{
	double late = service_stopwatch() - service->options.serving->request_seconds;

	pthread_mutex_lock(&service->clients_lock);
	for (struct client *c = service->clients; c; c = c->next)
		if (c->fd >= 0 && c->since < late) {
			shutdown(c->fd, SHUT_RDWR);
			c->fd = -1;
			atomic_fetch_add(&service->metrics.slow_closed, 1);
		}
	pthread_mutex_unlock(&service->clients_lock);
}

/* -- listening -------------------------------------------------------------------------------- */

struct endpoint_address {
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} is;
	bool local;
};

static bool parse_address(const char *text, uint16_t port, struct endpoint_address *address)
{
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, text, &address->is.four.sin_addr) == 1) {
		address->is.four.sin_family = AF_INET;
		address->is.four.sin_port = htons(port);
		address->local = ntohl(address->is.four.sin_addr.s_addr) >> 24 == 127;
		return true;
	}
	if (inet_pton(AF_INET6, text, &address->is.six.sin6_addr) == 1) {
		address->is.six.sin6_family = AF_INET6;
		address->is.six.sin6_port = htons(port);
		address->local = IN6_IS_ADDR_LOOPBACK(&address->is.six.sin6_addr);
		return true;
	}
	return false;
}

/* What libmicrohttpd has to say; most of it is of clients that went away. */
static void hear(void *cls, const char *format, va_list args)
{
	(void)cls;
	(void)format;
	(void)args;
}

/* Paths are compared as they came, so nothing is decoded. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

static unsigned thread_count(unsigned wanted)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted)
		return wanted;
	return processors < 2 ? 2 : processors > 8 ? 8 : (unsigned)processors;
}

static struct MHD_Daemon *start_daemon(struct service *service,
				       const struct endpoint_address *address)
{
	const struct serving_plan *serving = service->options.serving;
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_USE_ITC |
			 MHD_USE_ERROR_LOG |
			 (address->is.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);

	return MHD_start_daemon(
	    flags, 0, NULL, NULL, request_take, service, MHD_OPTION_EXTERNAL_LOGGER, hear, NULL,
	    MHD_OPTION_SOCK_ADDR, &address->is.any, MHD_OPTION_THREAD_POOL_SIZE,
	    thread_count(service->options.threads), MHD_OPTION_CONNECTION_LIMIT,
	    serving->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    serving->connections_per_client, MHD_OPTION_CONNECTION_TIMEOUT, serving->idle_seconds,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX, MHD_OPTION_LISTEN_BACKLOG_SIZE,
	    (unsigned)BACKLOG, MHD_OPTION_NOTIFY_COMPLETED, request_end, service,
	    MHD_OPTION_NOTIFY_CONNECTION, client_change, service, MHD_OPTION_UNESCAPE_CALLBACK,
	    keep_escapes, NULL, MHD_OPTION_END);
}

static void service_free(struct service *service)
{
	pthread_mutex_destroy(&service->clients_lock);
	arena_release(&service->mem);
	free(service);
}

struct service *service_start(const struct service_options *options, struct diag_sink *diags)
{
	const char *text = options->address ? options->address : "127.0.0.1";
	struct service *service = mem_realloc(NULL, sizeof *service);
	struct endpoint_address address;
	const union MHD_DaemonInfo *info;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*service = (struct service){.options = *options};
	service->metrics.started_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	arena_init(&service->mem);
	pthread_mutex_init(&service->clients_lock, NULL);
	service->schema = request_schema_new(&service->mem, options->plan);
	if (!parse_address(text, options->port, &address)) {
		diag_add(diags, RULE_IO_READ, (struct span){0},
			 "'%s' is no address in digits, such as 127.0.0.1 or ::1", text);
	} else {
		service->any_address = !address.local;
		service->daemon = start_daemon(service, &address);
		if (!service->daemon)
			diag_add(diags, RULE_IO_READ, (struct span){0},
				 "port %u of %s cannot be listened on: %s", options->port, text,
				 strerror(errno));
	}
	if (!service->daemon) {
		service_free(service);
		return NULL;
	}
	info = MHD_get_daemon_info(service->daemon, MHD_DAEMON_INFO_BIND_PORT);
	service->port = info ? info->port : options->port;
	return service;
}

void service_begin(struct service *service, struct scorer *scorer)
{
	atomic_store(&service->scorer, scorer);
}

uint16_t service_port(const struct service *service)
{
	return service->port;
}

bool service_is_local(const struct service *service)
{
	return !service->any_address;
}

/* -- the end ---------------------------------------------------------------------------------- */

/* Clients that were connected by the machine but not taken up yet are not left without an answer.
 */
static void take_up_waiting(struct service *service, int listening)
{
	for (int i = 0; i < BACKLOG; i++) {
		struct sockaddr_storage from;
		socklen_t n = sizeof from;
		int fd =
		    accept4(listening, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (MHD_add_connection(service->daemon, fd, (struct sockaddr *)&from, n) != MHD_YES)
			return;
	}
}

/* Quiet for a quarter of a second: what was sent has been read by then. */
static void wait_for_requests(const struct service *service, unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	double end = service_stopwatch() + seconds, quiet_since = service_stopwatch();

	while (service_stopwatch() < end && service_stopwatch() - quiet_since < 0.25) {
		nanosleep(&pause, NULL);
		if (atomic_load(&service->metrics.in_flight) > 0)
			quiet_since = service_stopwatch();
	}
}

void service_stop(struct service *service, unsigned seconds)
{
	MHD_socket listening;

	atomic_store(&service->stopping, true);
	listening = MHD_quiesce_daemon(service->daemon);
	if (listening != MHD_INVALID_SOCKET) {
		take_up_waiting(service, listening);
		close(listening);
	}
	wait_for_requests(service, seconds);
	MHD_stop_daemon(service->daemon);
	service_free(service);
}
