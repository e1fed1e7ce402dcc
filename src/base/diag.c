/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/diag.c - the list of findings: adding, sorting, counting, fingerprints */
#include "base/diag.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct rule_info rules[RULE_COUNT] = {
#define RULE(name, id, severity, class, title, why, mend)                                          \
	[RULE_##name] = {id, severity, class, title, why, mend},
#include "base/rules.def"
#undef RULE
};

const struct rule_info *rule_info(enum rule rule)
{
	assert((unsigned)rule < RULE_COUNT);
	return &rules[rule];
}

enum rule rule_find(const char *id)
{
	for (unsigned i = 0; i < RULE_COUNT; i++)
		if (!strcmp(rules[i].id, id))
			return (enum rule)i;
	return RULE_COUNT;
}

bool rule_can_be_allowed(enum rule rule)
{
	static const char *const areas[] = {"doc/", "link/"};
	/* rules of data that speak of front matter, too */
	static const enum rule others[] = {RULE_DATA_UNKNOWN_REFERENCE,
					   RULE_DATA_GIVEN_MEASURED_DIFFER, RULE_DATA_DATE_ORDER,
					   RULE_DATA_SUM};

	/* A missing document has no place for a comment; what allows cannot be allowed itself. */
	if (rule_info(rule)->class == FAULT || rule == RULE_DOC_MISSING_DOCUMENT ||
	    rule == RULE_DOC_UNUSED_ALLOW)
		return false;
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
		if (text_starts_with(rule_info(rule)->id, areas[i]))
			return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (others[i] == rule)
			return true;
	return false;
}

static const char *const severity_names[] = {"note", "warning", "error"};

const char *severity_name(enum severity severity)
{
	return severity_names[severity];
}

bool severity_find(const char *name, enum severity *severity)
{
	for (unsigned i = SEVERITY_NOTE; name && i <= SEVERITY_ERROR; i++) {
		*severity = (enum severity)i;
		if (!strcmp(severity_names[i], name))
			return true;
	}
	return false;
}

void diag_init(struct diag_sink *sink, struct arena *mem)
{
	*sink = (struct diag_sink){.mem = mem};
}

/* Bytes of a detail or a hint; of a longer one the head and the tail are kept. */
enum { MESSAGE_MOST = 500, MESSAGE_HEAD = 300, MESSAGE_TAIL = 100 };

static bool is_within_char(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* A value may be a megabyte long: nobody reads it, and with many findings there is no end of it. */
static char *message_text(struct arena *mem, const char *format, va_list args)
{
	struct arena_mark mark = arena_save(mem);
	const char *whole = arena_vprintf(mem, format, args);
	size_t n = strlen(whole), head = MESSAGE_HEAD, tail = n - MESSAGE_TAIL;
	char text[MESSAGE_MOST + 1];

	if (n <= MESSAGE_MOST)
		return (char *)whole;
	while (head && is_within_char(whole[head]))
		head--;
	while (tail < n && is_within_char(whole[tail]))
		tail++;
	snprintf(text, sizeof text, "%.*s… (%zu bytes left out) …%s", (int)head, whole, tail - head,
		 whole + tail);
	arena_reset(mem, mark);
	return arena_strdup(mem, text);
}

struct finding *diag_add(struct diag_sink *sink, enum rule rule, struct span at, const char *format,
			 ...)
{
	struct finding *finding = ARENA_PUSH(sink->mem, sink);
	va_list args;

	va_start(args, format);
	*finding = (struct finding){
	    .rule = rule,
	    .severity = rule_info(rule)->severity,
	    .at = at,
	    .detail = message_text(sink->mem, format, args),
	};
	va_end(args);
	sink->finished = false;
	return finding;
}

void diag_help(struct diag_sink *sink, struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finding->help = message_text(sink->mem, format, args);
	va_end(args);
}

void diag_merge(struct diag_sink *sink, const struct diag_sink *from)
{
	for (size_t i = 0; i < from->n; i++)
		*ARENA_PUSH(sink->mem, sink) = from->items[i];
	sink->finished = false;
}

/* A finding with what it is sorted by, so that positions are found once. */
struct keyed {
	struct finding finding;
	const char *path;
	struct position position;
};

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_keyed(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = strcmp(a->path, b->path);

	if (!order)
		order = compare_numbers(a->position.line, b->position.line);
	if (!order)
		order = compare_numbers(a->position.column, b->position.column);
	if (!order)
		order = strcmp(rule_info(a->finding.rule)->id, rule_info(b->finding.rule)->id);
	if (!order)
		order = strcmp(a->finding.detail, b->finding.detail);
	if (!order)
		order = compare_numbers(a->position.end_line, b->position.end_line);
	if (!order)
		order = compare_numbers(a->position.end_column, b->position.end_column);
	return order;
}

/* Rule, path and detail make a fingerprint, and a count for the ones that repeat: it stays when
 * lines are added above. */
static void set_fingerprints(struct diag_sink *sink)
{
	struct map seen = {0};

	for (size_t i = 0; i < sink->n; i++) {
		struct finding *f = &sink->items[i];
		char *key = arena_printf(sink->mem, "%s\n%s\n%s", rule_info(f->rule)->id,
					 f->at.source ? f->at.source->path : "", f->detail);
		size_t times = (size_t)map_get(&seen, key);
		char hex[SHA256_HEX];
		map_put(&seen, sink->mem, key, (void *)(times + 1));
		if (times)
			key = arena_printf(sink->mem, "%s\n%zu", key, times);
		sha256_hex(key, strlen(key), hex);
		f->fingerprint = arena_strndup(sink->mem, hex, 16);
	}
}

void diag_finish(struct diag_sink *sink)
{
	struct keyed *keyed;
	size_t kept = 0;

	if (sink->finished)
		return;
	keyed = arena_new(sink->mem, struct keyed, sink->n);
	for (size_t i = 0; i < sink->n; i++) {
		const struct finding *f = &sink->items[i];
		keyed[i] = (struct keyed){*f, f->at.source ? f->at.source->path : "",
					  source_position(&f->at)};
	}
	if (sink->n)
		qsort(keyed, sink->n, sizeof *keyed, compare_keyed);
	for (size_t i = 0; i < sink->n; i++)
		if (!kept || compare_keyed(&keyed[i], &keyed[kept - 1]))
			keyed[kept++] = keyed[i];
	for (size_t i = 0; i < kept; i++)
		sink->items[i] = keyed[i].finding;
	sink->n = kept;
	set_fingerprints(sink);
	sink->finished = true;
}

struct diag_counts diag_count(const struct diag_sink *sink)
{
	struct diag_counts counts = {0};

	for (size_t i = 0; i < sink->n; i++) {
		const struct finding *f = &sink->items[i];
		counts.allowed += f->standing == STANDING_ALLOWED;
		counts.known += f->standing == STANDING_KNOWN;
		if (f->standing != STANDING_OPEN)
			continue;
		counts.errors += f->severity == SEVERITY_ERROR;
		counts.warnings += f->severity == SEVERITY_WARNING;
		counts.notes += f->severity == SEVERITY_NOTE;
		counts.faults += rule_info(f->rule)->class == FAULT;
	}
	return counts;
}

const char *finding_message(const struct finding *finding, struct arena *mem)
{
	struct out o = {0};
	const char *title = rule_info(finding->rule)->title;
	char *message;

	out_puts(&o, title);
	if (*finding->detail) {
		out_puts(&o, ": ");
		text_write_visible(&o, finding->detail, strlen(finding->detail));
	}
	message = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return message;
}
