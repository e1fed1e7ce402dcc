/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serving_plan.c - the key `serving:` of a plan, by a table of its keys */
#include "capstone/serving_plan.h"
#include "base/number.h"
#include "base/text.h"
#include "read/yaml.h"
#include <math.h>
#include <string.h>

/* What can be set, each a number in a range; whole ones are counts. */
struct key {
	const char *map; /* "" for keys of `serving:` itself */
	const char *name;
	double low, high, otherwise;
	bool whole;
};

enum key_index {
	RULE_THRESHOLD,
	TIME_LIMIT,
	BREAKER_FAILURES,
	BREAKER_PAUSE,
	BODY,
	CONNECTIONS,
	PER_CLIENT,
	IDLE,
	REQUEST,
	ENTITIES,
	LOAD,
	LAST,
	AT_LEAST,
	ERROR_OVER,
	ERROR_TIMES,
	ERRORS,
	LATENCY_TIMES,
	LATENCY_OVER,
	KEYS
};

static const struct key keys[KEYS] = {
    [RULE_THRESHOLD] = {"", "rule_threshold", 0, 1, 0.15, false},
    [TIME_LIMIT] = {"", "time_limit_ms", 0.001, 60000, 50, false},
    [BREAKER_FAILURES] = {"breaker", "failures", 1, 1000, 5, true},
    [BREAKER_PAUSE] = {"breaker", "pause_seconds", 0.001, 86400, 30, false},
    [BODY] = {"limits", "body_kib", 1, 1024, 64, true},
    [CONNECTIONS] = {"limits", "connections", 4, 60000, 1000, true},
    [PER_CLIENT] = {"limits", "connections_per_client", 1, 60000, 800, true},
    [IDLE] = {"limits", "idle_seconds", 1, 3600, 10, true},
    [REQUEST] = {"limits", "request_seconds", 1, 3600, 20, true},
    [ENTITIES] = {"limits", "entities", 0, 1e8, 1e6, true},
    [LOAD] = {"limits", "load_seconds", 0.001, 3600, 1, false},
    [LAST] = {"rollback", "last", 1, 100000, 500, true},
    [AT_LEAST] = {"rollback", "at_least", 1, 100000, 100, true},
    [ERROR_OVER] = {"rollback", "error_rate_over", 0, 1, 0.05, false},
    [ERROR_TIMES] = {"rollback", "error_rate_times", 0, 1000, 2, false},
    [ERRORS] = {"rollback", "errors_at_least", 1, 100000, 5, true},
    [LATENCY_TIMES] = {"rollback", "latency_p95_times", 0, 1000, 2, false},
    [LATENCY_OVER] = {"rollback", "latency_p95_over_ms", 0, 60000, 5, false},
};

static struct serving_plan serving_of(const double values[KEYS])
{
	return (struct serving_plan){
	    .rule_threshold = values[RULE_THRESHOLD],
	    .time_limit_ms = values[TIME_LIMIT],
	    .breaker_failures = (int)values[BREAKER_FAILURES],
	    .breaker_pause_ms = (int64_t)(values[BREAKER_PAUSE] * 1000),
	    .body_bytes = (size_t)values[BODY] * 1024,
	    .connections = (unsigned)values[CONNECTIONS],
	    .connections_per_client = (unsigned)values[PER_CLIENT],
	    .idle_seconds = (unsigned)values[IDLE],
	    .request_seconds = (unsigned)values[REQUEST],
	    .entities = (size_t)values[ENTITIES],
	    .load_seconds = values[LOAD],
	    .rollback = {.last = (size_t)values[LAST],
			 .at_least = (size_t)values[AT_LEAST],
			 .error_rate_over = values[ERROR_OVER],
			 .error_rate_times = values[ERROR_TIMES],
			 .errors_at_least = (size_t)values[ERRORS],
			 .latency_p95_times = values[LATENCY_TIMES],
			 .latency_p95_over_ms = values[LATENCY_OVER]},
	};
}

static void default_values(double values[KEYS])
{
	for (size_t k = 0; k < KEYS; k++)
		values[k] = keys[k].otherwise;
}

struct serving_plan serving_defaults(void)
{
	double values[KEYS];

	default_values(values);
	return serving_of(values);
}

static void read_value(const struct key *key, const struct data_node *node, double *value,
		       struct diag_sink *diags)
{
	char low[NUMBER_TEXT_MAX], high[NUMBER_TEXT_MAX];
	double number;

	if (data_number(node, &number) && number >= key->low && number <= key->high &&
	    (!key->whole || number == floor(number))) {
		*value = number;
		return;
	}
	diag_add(diags, RULE_DATA_SCHEMA, node->at, "'%s' is a%s number from %s to %s", key->name,
		 key->whole ? " whole" : "", number_shortest(low, key->low),
		 number_shortest(high, key->high));
}

static bool is_map_name(const char *name)
{
	for (size_t k = 0; k < KEYS; k++)
		if (*keys[k].map && !strcmp(keys[k].map, name))
			return true;
	return false;
}

/* The keys of one map; of `serving:` itself the maps in it too. */
static void read_map(const char *name, const struct data_node *map, double values[KEYS],
		     struct diag_sink *diags)
{
	if (map->kind != DATA_MAP) {
		diag_add(diags, RULE_DATA_SCHEMA, map->at, "'%s' is a map",
			 *name ? name : "serving");
		return;
	}
	for (size_t i = 0; i < map->n; i++) {
		const struct data_pair *pair = &map->pairs[i];
		size_t k = 0;
		while (k < KEYS &&
		       (strcmp(keys[k].map, name) || strcmp(keys[k].name, pair->key->text)))
			k++;
		if (k < KEYS)
			read_value(&keys[k], pair->value, &values[k], diags);
		else if (!*name && is_map_name(pair->key->text))
			read_map(pair->key->text, pair->value, values, diags);
		else
			diag_add(diags, RULE_DATA_UNKNOWN_KEY, pair->key->at, "'%s' in '%s'",
				 pair->key->text, *name ? name : "serving")
			    ->severity = SEVERITY_ERROR;
	}
}

bool serving_plan_read(struct arena *mem, struct source *plan_file, struct serving_plan *serving,
		       struct diag_sink *diags)
{
	size_t before = diags->n;
	const struct data_node *root =
	    yaml_read(mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	const struct data_node *map = data_find(root, "serving");
	double values[KEYS];

	default_values(values);
	if (map)
		read_map("", map, values, diags);
	if (map && values[AT_LEAST] > values[LAST])
		diag_add(diags, RULE_DATA_SCHEMA, map->at,
			 "'at_least' of 'rollback' is more than its 'last'");
	*serving = serving_of(values);
	return diags->n == before;
}
