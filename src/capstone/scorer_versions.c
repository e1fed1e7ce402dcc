/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer_versions.c - the models behind the roles, and when one loses its role */
#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "capstone/scorer_internal.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- loading ---------------------------------------------------------------------------------- */

/* Scores a row without any value, so that the first request finds it warm. */
static bool warm(const struct scorer *scorer, const struct model *model)
{
	double *features = mem_realloc(NULL, (scorer->n_features + 1) * sizeof *features), score;

	for (size_t f = 0; f < scorer->n_features; f++)
		features[f] = NAN;
	score = model_score(model, features);
	free(features);
	return score >= 0 && score <= 1;
}

static void load_model(const struct scorer *scorer, struct version *version,
		       struct diag_sink *diags)
{
	struct diag_sink found;
	struct arena scratch;
	char hex[SHA256_HEX];
	struct source *source;

	arena_init(&scratch);
	diag_init(&found, &scratch);
	source = model_file_read(&scratch, scorer->options.dir, version->name, hex, &found);
	if (source)
		version->model = model_read(scorer->options.plan, source, version->digest, &found);
	if (version->model && !warm(scorer, version->model)) {
		diag_add(&found, RULE_DATA_SCHEMA, (struct span){0},
			 "it gives no score for an event without any value");
		model_free(version->model);
		version->model = NULL;
	}
	if (version->model)
		version->threshold = model_facts(version->model).threshold;
	/* The text that findings point into is about to go. */
	for (size_t i = 0; i < found.n; i++)
		diag_add(diags, found.items[i].rule, (struct span){0}, "version '%s': %s",
			 version->name, found.items[i].detail);
	arena_release(&scratch);
}

/* The version under this digest, loaded now where it never was; NULL for no version. */
static struct version *get_version(struct scorer *scorer, const struct deployment *deployment,
				   const char *name, struct diag_sink *diags)
{
	const char *digest = name ? deployment_digest(deployment, name) : NULL;
	struct version *version = scorer->versions;
	const struct scorer_options *options = &scorer->options;

	if (!name)
		return NULL;
	while (version && (strcmp(version->name, name) || strcmp(version->digest, digest)))
		version = version->next;
	if (version && version->model)
		return version;
	if (!version) {
		version = arena_new(&scorer->mem, struct version, 1);
		*version = (struct version){
		    .name = arena_strdup(&scorer->mem, name),
		    .digest = arena_strdup(&scorer->mem, digest),
		    .breaker = {.limit = options->breaker_failures,
				.pause_ms = options->breaker_pause_ms},
		    .next = scorer->versions,
		};
		outcome_window_init(&version->window,
				    options->rollback ? options->rollback->last : 1);
		scorer->versions = version;
	}
	load_model(scorer, version, diags);
	return version;
}

static struct version *loaded(struct version *version)
{
	return version && version->model ? version : NULL;
}

/* A version that comes into a role begins anew. */
static void begin_role(struct version *version, const struct version *before)
{
	if (!version || version == before)
		return;
	outcome_window_clear(&version->window);
	version->taken_back = false;
	version->breaker.state = BREAKER_CLOSED;
	version->breaker.failures = 0;
}

/* Puts a deployment in force. A production version that cannot be loaded does so only where `must`:
 * else what is in force stays. */
static bool put_in_force(struct scorer *scorer, const struct deployment *deployment, bool must,
			 struct diag_sink *diags)
{
	static const struct serving_state nothing = {0};
	const struct serving_state *before = atomic_load(&scorer->state);
	struct serving_state *state = arena_new(&scorer->mem, struct serving_state, 1);

	state->deployment = deployment;
	state->production = get_version(scorer, deployment, deployment->production, diags);
	if (state->production && !state->production->model && !must)
		return false;
	state->previous = loaded(get_version(scorer, deployment, deployment->previous, diags));
	state->canary = loaded(get_version(scorer, deployment, deployment->canary, diags));
	state->shadow = loaded(get_version(scorer, deployment, deployment->shadow, diags));
	before = before ? before : &nothing;
	pthread_mutex_lock(&scorer->outcomes);
	begin_role(state->production, before->production);
	begin_role(state->canary, before->canary);
	begin_role(state->shadow, before->shadow);
	pthread_mutex_unlock(&scorer->outcomes);
	atomic_store(&scorer->state, state);
	return true;
}

static struct file_mark mark_file(const struct scorer *scorer)
{
	char path[4096];
	struct stat info;

	snprintf(path, sizeof path, "%s/deployment.yaml", scorer->options.dir);
	if (stat(path, &info))
		return (struct file_mark){0};
	return (struct file_mark){true, info.st_ino, info.st_size, info.st_mtim};
}

static bool same_mark(const struct file_mark *a, const struct file_mark *b)
{
	return a->there == b->there && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

bool versions_open(struct scorer *scorer, struct diag_sink *diags)
{
	const struct deployment *deployment;

	scorer->seen = mark_file(scorer);
	deployment = deployment_load(&scorer->mem, scorer->options.dir, diags);
	if (deployment)
		put_in_force(scorer, deployment, true, diags);
	return deployment;
}

static void say_findings(const struct scorer *scorer, const struct diag_sink *diags)
{
	struct arena scratch;

	arena_init(&scratch);
	for (size_t i = 0; i < diags->n; i++)
		scorer_say(scorer, "%s", finding_message(&diags->items[i], &scratch));
	arena_release(&scratch);
}

static void read_again(struct scorer *scorer)
{
	struct diag_sink diags;
	struct arena scratch;
	const struct deployment *deployment;
	bool done;

	arena_init(&scratch);
	diag_init(&diags, &scratch);
	deployment = deployment_load(&scorer->mem, scorer->options.dir, &diags);
	done = deployment && put_in_force(scorer, deployment, false, &diags);
	say_findings(scorer, &diags);
	if (!done)
		scorer_say(scorer,
			   "deployment.yaml cannot be used: what was deployed before goes on");
	pthread_mutex_lock(&scorer->outcomes);
	scorer->counts.deployments += done;
	scorer->counts.deployment_errors += !done || diags.n;
	pthread_mutex_unlock(&scorer->outcomes);
	arena_release(&scratch);
}

const struct serving_state *versions_now(struct scorer *scorer)
{
	const struct serving_state *state;
	struct file_mark mark;

	pthread_mutex_lock(&scorer->deploying);
	mark = mark_file(scorer);
	/* A file that vanished is a mistake, not a deployment. */
	if (mark.there && !same_mark(&mark, &scorer->seen)) {
		scorer->seen = mark;
		read_again(scorer);
	}
	state = atomic_load(&scorer->state);
	pthread_mutex_unlock(&scorer->deploying);
	return state;
}

void versions_close(struct scorer *scorer)
{
	for (struct version *v = scorer->versions; v; v = v->next) {
		if (v->model)
			model_free(v->model);
		outcome_window_release(&v->window);
	}
	scorer->versions = NULL;
}

/* -- taking back ------------------------------------------------------------------------------ */

static void take_back(struct scorer *scorer, const struct version *version,
		      const struct version *other, const struct rollback_verdict *verdict)
{
	char value[NUMBER_TEXT_MAX], limit[NUMBER_TEXT_MAX], why[256];
	struct take_back reason = {.by = "automatic",
				   .version = version->name,
				   .figure = verdict->figure,
				   .value = verdict->value,
				   .limit = verdict->limit,
				   .requests = verdict->requests,
				   .why = why,
				   .moment = scorer_clock_ms(scorer) / 1000};
	struct diag_sink diags;
	struct arena scratch;
	enum took_back result;

	snprintf(why, sizeof why, "%s of %s is %s over its last %zu requests, limit %s%s%s",
		 verdict->figure, version->name, number_significant(value, verdict->value, 4),
		 verdict->requests, number_significant(limit, verdict->limit, 4),
		 other ? "; compared with " : "", other ? other->name : "");
	arena_init(&scratch);
	diag_init(&diags, &scratch);
	result = deployment_take_back(scorer->options.dir, &reason, &diags);
	say_findings(scorer, &diags);
	if (result != NOTHING_TO_TAKE_BACK)
		scorer_say(scorer, "taken back: %s%s", why,
			   result == TOOK_BACK ? ""
					       : "; deployment.yaml could not be written, so it "
						 "holds until this process ends");
	arena_release(&scratch);
}

/* Judges one version; true where it was taken back by this call. */
static bool judge(struct scorer *scorer, struct version *version, const struct version *other)
{
	struct rollback_verdict verdict = {0};

	pthread_mutex_lock(&scorer->outcomes);
	if (!version->taken_back)
		verdict = rollback_judge(scorer->options.rollback, &version->window,
					 other ? &other->window : NULL);
	if (verdict.figure) {
		version->taken_back = true;
		scorer->counts.rollbacks++;
	}
	pthread_mutex_unlock(&scorer->outcomes);
	if (!verdict.figure)
		return false;
	take_back(scorer, version, other, &verdict);
	return true;
}

void versions_judge(struct scorer *scorer, const struct serving_state *state)
{
	bool taken = false;

	if (!scorer->options.rollback || atomic_load(&scorer->state) != state)
		return;
	if (state->canary)
		taken = judge(scorer, state->canary, state->production);
	if (state->production && state->previous)
		taken |= judge(scorer, state->production, state->shadow);
	if (taken)
		versions_now(scorer);
}
