/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer.c - from an event to a logged answer */
#include "base/hash.h"
#include "base/path.h"
#include "capstone/evaluate.h"
#include "capstone/scorer_internal.h"
#include "measure/outcomes.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>

enum { ENTITY_LOCKS = sizeof(((struct scorer *)0)->entity_locks) / sizeof(pthread_mutex_t) };

/* -- clocks and messages ---------------------------------------------------------------------- */

int64_t scorer_clock_ms(const struct scorer *scorer)
{
	struct timespec now;

	if (scorer->options.clock_ms)
		return scorer->options.clock_ms(scorer->options.clock_ctx);
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* For differences: unlike the other it never steps. */
static double stopwatch_ms(const struct scorer *scorer)
{
	struct timespec now;

	if (scorer->options.clock_ms)
		return (double)scorer->options.clock_ms(scorer->options.clock_ctx);
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void scorer_say(const struct scorer *scorer, const char *format, ...)
{
	char message[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (scorer->options.say)
		scorer->options.say(scorer->options.say_ctx, message);
	else
		fprintf(stderr, "modelbook-capstone: %s\n", message);
}

/* -- opening ---------------------------------------------------------------------------------- */

/* Ids of two processes differ; those of a simulation are the same each time. */
static void choose_prefix(struct scorer *scorer)
{
	uint64_t prefix;

	if (scorer->options.clock_ms ||
	    getrandom(&prefix, sizeof prefix, 0) != (ssize_t)sizeof prefix) {
		const struct plan *plan = scorer->options.plan;
		prefix = hash_bytes(plan->id, strlen(plan->id)) ^ plan->seed;
	}
	snprintf(scorer->id_prefix, sizeof scorer->id_prefix, "%016" PRIx64, prefix);
}

static void read_history(struct scorer *scorer, struct diag_sink *diags)
{
	const struct events *history = scorer->options.history;
	int64_t after = INT64_MIN;

	if (history && history->n) {
		known_add_events(&scorer->known, history);
		after = scorer->known.latest;
	}
	if (prediction_log_lines(scorer->log))
		known_add_log(&scorer->known,
			      path_join(&scorer->mem, scorer->options.dir, "predictions.csv"),
			      after, diags);
}

struct scorer *scorer_open(const struct scorer_options *options, struct diag_sink *diags)
{
	struct scorer *scorer = mem_realloc(NULL, sizeof *scorer);
	const char *header;

	*scorer = (struct scorer){.options = *options};
	arena_init(&scorer->mem);
	pthread_mutex_init(&scorer->history, NULL);
	pthread_mutex_init(&scorer->deploying, NULL);
	pthread_mutex_init(&scorer->outcomes, NULL);
	for (size_t i = 0; i < ENTITY_LOCKS; i++)
		pthread_mutex_init(&scorer->entity_locks[i], NULL);
	scorer->options.dir = arena_strdup(&scorer->mem, options->dir);
	scorer->n_features = feature_list_of(&scorer->mem, options->plan).n;
	header = log_header(&scorer->mem, options->plan, diags);
	if (header)
		scorer->log = prediction_log_open(options->dir, "predictions.csv", header, diags);
	if (!scorer->log || !versions_open(scorer, diags)) {
		scorer_close(scorer);
		return NULL;
	}
	choose_prefix(scorer);
	scorer->sequence = prediction_log_lines(scorer->log);
	scorer->counts.lines_cut = prediction_log_cut(scorer->log);
	known_init(&scorer->known, options->plan, options->max_entities);
	read_history(scorer, diags);
	scorer->options.history = NULL; /* borrowed until here */
	return scorer;
}

void scorer_close(struct scorer *scorer)
{
	if (!scorer)
		return;
	versions_close(scorer);
	prediction_log_close(scorer->log);
	known_release(&scorer->known);
	for (size_t i = 0; i < ENTITY_LOCKS; i++)
		pthread_mutex_destroy(&scorer->entity_locks[i]);
	pthread_mutex_destroy(&scorer->outcomes);
	pthread_mutex_destroy(&scorer->deploying);
	pthread_mutex_destroy(&scorer->history);
	arena_release(&scorer->mem);
	free(scorer);
}

/* -- one score -------------------------------------------------------------------------------- */

double scorer_place(const char *canary, const char *entity)
{
	const struct iovec pieces[] = {{(void *)(uintptr_t)canary, strlen(canary) + 1},
				       {(void *)(uintptr_t)entity, strlen(entity)}};

	return hash_share(pieces, 2);
}

/* What a version made of a request. */
struct outcome {
	double score;
	const char *why; /* NULL: it answered */
	double latency_ms;
};

static struct outcome ask(struct scorer *scorer, struct version *version, const double *features)
{
	const struct scorer_options *options = &scorer->options;
	struct outcome outcome = {.score = NAN};
	double begin = stopwatch_ms(scorer);
	int64_t now = scorer_clock_ms(scorer);
	bool allowed;

	pthread_mutex_lock(&scorer->outcomes);
	allowed = !version->model || breaker_allows(&version->breaker, now);
	pthread_mutex_unlock(&scorer->outcomes);
	if (!version->model)
		outcome.why = "no model";
	else if (!allowed)
		outcome.why = "breaker open";
	else if (!options->fails || !options->fails(options->fails_ctx, version->name))
		outcome.score = model_score(version->model, features);
	outcome.latency_ms = stopwatch_ms(scorer) - begin;
	if (!outcome.why && !(outcome.score >= 0 && outcome.score <= 1))
		outcome.why = "no number";
	else if (!outcome.why && options->time_limit_ms > 0 &&
		 outcome.latency_ms > options->time_limit_ms)
		outcome.why = "time";
	pthread_mutex_lock(&scorer->outcomes);
	if (version->model && allowed) {
		uint64_t openings = version->breaker.openings;
		breaker_tell(&version->breaker, outcome.why, scorer_clock_ms(scorer));
		scorer->counts.breaker_openings += version->breaker.openings - openings;
	}
	outcome_window_add(&version->window, outcome.why, outcome.latency_ms);
	pthread_mutex_unlock(&scorer->outcomes);
	return outcome;
}

/* What stays on its side: the entity; where the plan has none, the event. */
static const char *routed_by(const struct plan *plan, const char *entity, int64_t time,
			     const double *values, char hex[17])
{
	const struct iovec pieces[] = {
	    {&time, sizeof time}, {(void *)(uintptr_t)values, plan->n_fields * sizeof *values}};

	if (plan->entity)
		return entity;
	snprintf(hex, 17, "%016" PRIx64, hash_pieces(pieces, 2));
	return hex;
}

/* Who answers. A version whose taking back did not reach the disk answers nothing either. */
static struct version *route(struct scorer *scorer, const struct serving_state *state,
			     const char *by, enum answer_role *role)
{
	struct version *production = state->production, *canary = state->canary;

	pthread_mutex_lock(&scorer->outcomes);
	if (production && production->taken_back && state->previous)
		production = state->previous;
	if (canary && canary->taken_back)
		canary = NULL;
	pthread_mutex_unlock(&scorer->outcomes);
	*role = canary && scorer_place(canary->name, by) < state->deployment->canary_percent / 100
		    ? ANSWER_CANARY
		    : ANSWER_PRODUCTION;
	return *role == ANSWER_CANARY ? canary : production;
}

/* Scores are as the log has them, so that the decision can be made again from the log. */
static void answer_of(struct scorer *scorer, struct version *version, const double *features,
		      struct answer *answer)
{
	const struct plan *plan = scorer->options.plan;
	struct outcome outcome = {.score = NAN, .why = NULL};
	double threshold = scorer->options.rule_threshold;

	if (version)
		outcome = ask(scorer, version, features);
	answer->why = version ? outcome.why : "no model";
	answer->fallback = answer->why;
	if (answer->fallback) {
		answer->version = "rule";
		answer->score = score_written(
		    rule_score(plan->rule, plan->n_rule, plan->rule_otherwise, features));
	} else {
		answer->version = version->name;
		answer->score = score_written(outcome.score);
		threshold = version->threshold;
	}
	answer->positive = answer->score >= threshold;
}

static void shadow_line(struct scorer *scorer, struct version *shadow, const double *features,
			struct log_line *line)
{
	struct outcome outcome = ask(scorer, shadow, features);

	line->version = shadow->name;
	line->role = "shadow";
	line->score = outcome.why ? NAN : score_written(outcome.score);
	line->positive = line->score >= shadow->threshold;
	line->fallback = false;
	line->why = outcome.why;
	line->latency_ms = outcome.latency_ms;
}

/* -- the log ---------------------------------------------------------------------------------- */

/* Puts the next id before each of the lines, which are `second` bytes apart (0: one line), and
 * appends them; the event has happened then. */
static bool append(struct scorer *scorer, struct out *lines, size_t second, const char *entity,
		   int64_t time, const double *values, char id[33])
{
	bool done;

	pthread_mutex_lock(&scorer->history);
	snprintf(id, LOG_ID + 1, "%s%016" PRIx64, scorer->id_prefix, scorer->sequence + 1);
	memcpy(lines->p, id, LOG_ID);
	if (second)
		memcpy(lines->p + second, id, LOG_ID);
	done = !lines->failed && prediction_log_append(scorer->log, lines->p, lines->n);
	if (done) {
		scorer->sequence += second ? 2 : 1;
		known_add(&scorer->known, entity, time, values, LABEL_MISSING, 0);
	}
	pthread_mutex_unlock(&scorer->history);
	return done && (!scorer->options.sync || prediction_log_sync(scorer->log));
}

static void count(struct scorer *scorer, const struct answer *answer, bool shadow, bool logged)
{
	struct scorer_counts *counts = &scorer->counts;

	pthread_mutex_lock(&scorer->outcomes);
	counts->log_failures += !logged;
	if (logged) {
		counts->requests++;
		counts->log_lines += shadow ? 2 : 1;
		counts->positives += answer->positive;
		counts->shadow += shadow;
		counts->canary += answer->role == ANSWER_CANARY;
		counts->fallbacks += answer->fallback;
		if (answer->fallback) {
			counts->fallbacks_breaker += !strcmp(answer->why, "breaker open");
			counts->fallbacks_no_model += !strcmp(answer->why, "no model");
			counts->fallbacks_time += !strcmp(answer->why, "time");
			counts->fallbacks_no_number += !strcmp(answer->why, "no number");
		}
	}
	pthread_mutex_unlock(&scorer->outcomes);
}

/* One entity's requests come here one after the other. */
static bool answer_in_turn(struct scorer *scorer, const struct serving_state *state,
			   const char *entity, int64_t time, const double *values, double *features,
			   struct answer *answer)
{
	double begin = stopwatch_ms(scorer);
	struct log_line line = {.time = time, .entity = entity};
	struct version *version;
	struct out lines = {0};
	const struct plan *plan = scorer->options.plan;
	size_t second = 0;
	char hex[17];
	bool done;

	pthread_mutex_lock(&scorer->history);
	known_take(&scorer->known, entity, time, values, features);
	pthread_mutex_unlock(&scorer->history);
	version = route(scorer, state, routed_by(plan, entity, time, values, hex), &answer->role);
	answer_of(scorer, version, features, answer);
	answer->latency_ms = stopwatch_ms(scorer) - begin;
	line.version = answer->version;
	line.role = answer->role == ANSWER_CANARY ? "canary" : "production";
	line.score = answer->score;
	line.positive = answer->positive;
	line.fallback = answer->fallback;
	line.why = answer->why;
	line.latency_ms = answer->latency_ms;
	log_line_write(plan, &line, values, &lines);
	if (state->shadow && state->shadow != version) {
		second = lines.n;
		shadow_line(scorer, state->shadow, features, &line);
		log_line_write(plan, &line, values, &lines);
	}
	done = append(scorer, &lines, second, entity, time, values, answer->id);
	count(scorer, answer, second, done);
	out_release(&lines);
	return done;
}

bool scorer_answer(struct scorer *scorer, const char *entity, int64_t time, const double *values,
		   struct answer *answer)
{
	pthread_mutex_t *turn =
	    &scorer->entity_locks[hash_bytes(entity, strlen(entity)) % ENTITY_LOCKS];
	double *features = mem_realloc(NULL, (scorer->n_features + 1) * sizeof *features);
	const struct serving_state *state;
	bool done;

	*answer = (struct answer){0};
	pthread_mutex_lock(turn);
	state = versions_now(scorer);
	done = answer_in_turn(scorer, state, entity, time, values, features, answer);
	pthread_mutex_unlock(turn);
	versions_judge(scorer, state);
	free(features);
	return done;
}

/* -- what there is to see --------------------------------------------------------------------- */

bool scorer_ready(struct scorer *scorer)
{
	const struct serving_state *state = versions_now(scorer);

	return !state->production || state->production->model;
}

static const char *name_of(const struct version *version)
{
	return version ? version->name : NULL;
}

void scorer_counts(struct scorer *scorer, struct scorer_counts *counts)
{
	const struct serving_state *state = versions_now(scorer);

	pthread_mutex_lock(&scorer->outcomes);
	*counts = scorer->counts;
	counts->breaker_open =
	    state->production && state->production->breaker.state != BREAKER_CLOSED;
	pthread_mutex_unlock(&scorer->outcomes);
	pthread_mutex_lock(&scorer->history);
	counts->entities = scorer->known.indices.n;
	pthread_mutex_unlock(&scorer->history);
	counts->production = name_of(state->production);
	counts->previous = name_of(state->previous);
	counts->canary_version = name_of(state->canary);
	counts->shadow_version = name_of(state->shadow);
	counts->canary_percent = state->canary ? state->deployment->canary_percent : 0;
}
