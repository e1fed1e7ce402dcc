/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_endpoints.c - what each path answers */
#include "base/text.h"
#include "capstone/serve_internal.h"
#include <string.h>
#include <time.h>

static const char json_type[] = "application/json";

void reply_error(struct reply *reply, unsigned status, const char *error)
{
	reply->status = status;
	reply->type = json_type;
	out_clear(&reply->body);
	error_write(error, &reply->body);
}

static int64_t seconds_now(const struct service *service)
{
	if (service->options.clock_ms)
		return service->options.clock_ms(service->options.clock_ctx) / 1000;
	return (int64_t)time(NULL);
}

static void not_ready(struct reply *reply, const char *why)
{
	reply_error(reply, 503, why);
	reply->retry = true;
}

static void predict(struct service *service, const char *body, size_t n, struct reply *reply)
{
	struct scorer *scorer = atomic_load(&service->scorer);
	struct prediction_request request;
	struct refusal refusal;
	struct answer answer;
	struct arena mem;

	if (!scorer) {
		not_ready(reply, "the models are not loaded yet");
		return;
	}
	arena_init(&mem);
	if (!request_parse(&mem, service->schema, body, n, seconds_now(service), &request,
			   &refusal)) {
		reply->status = refusal.status;
		refusal_write(&refusal, &reply->body);
	} else if (!scorer_answer(scorer, request.entity, request.time, request.values, &answer)) {
		not_ready(reply, "the prediction log cannot be written; nothing was decided");
	} else {
		reply->status = 200;
		answer_write(service->options.plan, &answer, &reply->body);
	}
	arena_release(&mem);
}

static void health(struct service *service, const char *body, size_t n, struct reply *reply)
{
	(void)service;
	(void)body;
	(void)n;
	reply->status = 200;
	out_puts(&reply->body, "{\"status\": \"ok\"}\n");
}

static void put_version(struct out *to, const char *role, const char *version)
{
	out_printf(to, ", \"%s\": ", role);
	text_write_json_string(to, version);
}

static void ready(struct service *service, const char *body, size_t n, struct reply *reply)
{
	struct scorer *scorer = atomic_load(&service->scorer);
	struct scorer_counts counts;

	(void)body;
	(void)n;
	if (atomic_load(&service->stopping)) {
		not_ready(reply, "the server is stopping");
	} else if (!scorer) {
		not_ready(reply, "the models are not loaded yet");
	} else if (!scorer_ready(scorer)) {
		not_ready(reply, "the production version cannot be loaded; the rule answers");
	} else {
		scorer_counts(scorer, &counts);
		reply->status = 200;
		out_puts(&reply->body, "{\"ready\": true");
		put_version(&reply->body, "production", counts.production);
		put_version(&reply->body, "canary", counts.canary_version);
		put_version(&reply->body, "shadow", counts.shadow_version);
		out_puts(&reply->body, "}\n");
	}
}

static void metrics(struct service *service, const char *body, size_t n, struct reply *reply)
{
	struct scorer *scorer = atomic_load(&service->scorer);
	struct scorer_counts counts;

	(void)body;
	(void)n;
	if (scorer)
		scorer_counts(scorer, &counts);
	reply->status = 200;
	reply->type = "text/plain; version=0.0.4; charset=utf-8";
	metrics_write(&service->metrics, service->options.plan->id, scorer ? &counts : NULL,
		      scorer && scorer_ready(scorer), &reply->body);
}

static void schema(struct service *service, const char *body, size_t n, struct reply *reply)
{
	(void)body;
	(void)n;
	reply->status = 200;
	reply->type = "application/schema+json";
	out_write(&reply->body, service->schema->text, service->schema->n_text);
}

const struct endpoint *endpoint_find(const char *path)
{
	static const struct endpoint endpoints[] = {
	    {"/predict", true, predict},  {"/health", false, health}, {"/ready", false, ready},
	    {"/metrics", false, metrics}, {"/schema", false, schema},
	};

	for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++)
		if (!strcmp(endpoints[i].path, path))
			return &endpoints[i];
	return NULL;
}
