/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve.h - a scorer behind HTTP
 *
 * POST /predict, GET /health, /ready, /metrics, /schema; everything else is refused with a reason
 * as JSON. Clients are bounded in number, size and time. */
#ifndef CAPSTONE_SERVE_H
#define CAPSTONE_SERVE_H

#include "capstone/scorer.h"
#include "capstone/serving_plan.h"

struct service_options {
	const struct plan *plan;
	const struct serving_plan *serving;
	const char *address;      /* in digits; NULL: 127.0.0.1 */
	uint16_t port;            /* 0: any that is free */
	unsigned threads;         /* 0: as many as the machine has processors, at most 8 */
	const char *const *hosts; /* names beside localhost that a Host header may hold */
	size_t n_hosts;
	int64_t (*clock_ms)(void *ctx); /* since 1970; NULL: the machine's */
	void *clock_ctx;
};
struct service;

/* Listens; /ready and /predict answer 503 until service_begin(). NULL with a finding. The options'
 * plan, limits and names must outlive it. */
struct service *service_start(const struct service_options *options, struct diag_sink *diags);
void service_begin(struct service *service, struct scorer *scorer);
uint16_t service_port(const struct service *service);
/* True where the address can be reached from this machine alone. */
bool service_is_local(const struct service *service);
/* Closes connections whose request takes too long to arrive. To be called a few times a second. */
void service_tick(struct service *service);
/* Takes no new connection, answers what has begun (at most `seconds` long), ends. */
void service_stop(struct service *service, unsigned seconds);
#endif
