/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/chronology.c - dates that must stand in an order
 *
 * Only what is certain is said. A day lasts from its beginning to its end, so that a day and a
 * moment of it are in order; and it may be the day of UTC or of the place that the moment's offset
 * tells, so that both are tried. A moment without an offset is one in UTC. */
#include "base/date.h"
#include "base/text.h"
#include "judge/annotation.h"
#include <string.h>

struct when {
	bool is_day;
	int64_t seconds;     /* of a moment */
	int32_t first, last; /* days that it may belong to */
};

static bool read_when(const char *text, struct when *when)
{
	size_t n = strlen(text);
	int32_t day;
	bool has_zone;

	*when = (struct when){.is_day = date_parse(text, n, &day)};
	if (when->is_day) {
		when->first = when->last = day;
		return true;
	}
	if (!date_parse_moment(text, n, &when->seconds, &has_zone))
		return false;
	when->first = when->last = date_of_moment(when->seconds);
	if (date_parse(text, 10, &day)) {
		when->first = day < when->first ? day : when->first;
		when->last = day > when->last ? day : when->last;
	}
	return true;
}

static bool is_before(const struct when *a, const struct when *b)
{
	if (!a->is_day && !b->is_day)
		return a->seconds < b->seconds;
	return a->last < b->first;
}

/* Text that is no date is its schema's to refuse; where that does not, the order cannot be told. */
static bool take_when(const struct annotated *value, const struct data_node *node, const char *key,
		      struct when *when)
{
	const char *text = data_text(node);
	enum rule rule = value->in_document ? RULE_DOC_FRONT_MATTER_SCHEMA : RULE_DATA_SCHEMA;

	if (!text)
		return false;
	if (read_when(text, when))
		return true;
	if (!judge_has(value->court, rule, node->at))
		diag_add(
		    value->court->diags, rule, node->at,
		    "'%s' must be a day YYYY-MM-DD or a moment YYYY-MM-DDThh:mm:ssZ, found '%s'",
		    key, text);
	return false;
}

static void report(struct court *court, const struct data_node *node, const char *what,
		   const char *other, const struct data_node *other_node)
{
	struct position at = source_position(&other_node->at);
	struct finding *f =
	    diag_add(court->diags, RULE_DATA_DATE_ORDER, node->at, "%s %s is before %s %s", what,
		     node->text, other, other_node->text);

	f->note = arena_printf(court->diags->mem, "%s %s stands at %s:%u", other, other_node->text,
			       other_node->at.source->path, at.line);
}

/* The day that the run stands for may have been set back to see an old state, so that what lies
 * behind it is no error. */
static void judge_happened(const struct annotated *value, const struct when *when)
{
	char as_of[DATE_TEXT];
	struct finding *f;

	if (when->first <= value->court->ws->as_of)
		return;
	date_format(as_of, value->court->ws->as_of);
	f = diag_add(value->court->diags, RULE_DATA_DATE_ORDER, value->node->at,
		     "'%s' %s is after %s, the day that this run stands for",
		     value->key ? value->key : "date", value->node->text, as_of);
	f->severity = SEVERITY_NOTE;
}

/* The value beside another. A map of many keys gets an index, since each of them may ask. */
static const struct data_node *find_beside(struct court *court, const struct data_node *map,
					   const char *key)
{
	enum { FEW = 32 };
	struct map *index;

	if (!map || map->n <= FEW)
		return data_find(map, key);
	index = map_get_n(&court->indexes, (const char *)&map, sizeof map);
	if (!index) {
		const struct data_node **kept = arena_new(court->mem, const struct data_node *, 1);
		*kept = map;
		index = arena_new(court->mem, struct map, 1);
		map_put_n(&court->indexes, court->mem, (const char *)kept, sizeof *kept, index);
		for (size_t i = 0; i < map->n; i++)
			map_put(index, court->mem, map->pairs[i].key->text, map->pairs[i].value);
	}
	return map_get(index, key);
}

void judge_chronology(const struct annotated *value)
{
	const struct annotation *says = value->says;
	const char *key = value->key ? value->key : "date";
	struct when when, other;

	if ((!says->not_before.n && !says->happened) || !take_when(value, value->node, key, &when))
		return;
	if (says->happened)
		judge_happened(value, &when);
	for (size_t i = 0; i < says->not_before.n; i++) {
		const char *other_key = says->not_before.items[i]->text;
		const struct data_node *node = find_beside(value->court, value->map, other_key);
		if (!node || !take_when(value, node, other_key, &other) ||
		    !is_before(&when, &other))
			continue;
		report(value->court, value->node, arena_printf(value->court->mem, "'%s'", key),
		       arena_printf(value->court->mem, "'%s'", other_key), node);
	}
}

/* -- a version and what is about it ----------------------------------------------------------- */

/* Kinds of records that need the version itself: they measure it, run it, or let it in. Others,
 * such as the experiment that it came from, may well be older. */
static bool needs_version(const char *kind)
{
	static const char *const kinds[] = {"evaluation", "monitoring_window", "shadow_run",
					    "canary",     "load_test",         "bias_audit",
					    "incident",   "approval",          "failure_injection",
					    "benchmark"};

	for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i], kind))
			return true;
	return false;
}

/* The key that says when it was made or began; NULL where there is none. A failure's `start` is the
 * day of rows that were damaged afterwards: they may be older than the version that met them. */
static const char *key_of_beginning(const char *kind, const struct data_node *record)
{
	static const char *const keys[] = {"started", "start", "date"};
	size_t first = strcmp(kind, "failure_injection") ? 0 : 2;

	for (size_t i = first; i < sizeof keys / sizeof *keys; i++)
		if (data_find_text(record, keys[i]))
			return keys[i];
	return NULL;
}

void judge_record_dates(struct court *court, const struct record *record)
{
	const struct version *version = record->about.version;
	const struct data_node *node, *created;
	const char *key;
	struct when when, made;

	if (!version || !needs_version(record->kind) ||
	    !(key = key_of_beginning(record->kind, record->node)))
		return;
	node = data_find(record->node, key);
	created = data_find(version->node, "created");
	if (data_text(created) && read_when(created->text, &made) && read_when(node->text, &when) &&
	    is_before(&when, &made))
		report(court, node, arena_printf(court->mem, "'%s'", key),
		       arena_printf(court->mem, "the creation of '%s' on", version->name), created);
}

/* A version is developed before it is created; every other stage needs it. */
void judge_stage_date(struct court *court, const struct version *version,
		      const struct stage_change *change)
{
	const struct data_node *created = data_find(version->node, "created");
	const struct data_node *date = data_find(change->node, "date");
	struct when made;

	if (change->stage == STAGE_NONE || change->stage == STAGE_DEVELOPMENT ||
	    change->day == INT32_MIN || !data_text(created) || !read_when(created->text, &made) ||
	    change->day >= made.first)
		return;
	report(court, date, arena_printf(court->mem, "stage %s on", stage_name(change->stage)),
	       arena_printf(court->mem, "the creation of '%s' on", version->name), created);
}
