/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/events_read.c - CSV files to a table of events in the order of time, bad rows aside */
#include "base/date.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/path.h"
#include "capstone/events_internal.h"
#include "measure/outcomes.h"
#include "read/csv.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One of the files, with its columns: the fields of the plan, then the special ones. */
struct input {
	const char *path, *name;
	struct source *source;
	char digest[SHA256_HEX];
	struct csv_table table;
	struct csv_column *columns;
	const struct csv_column *time, *entity, *label, *label_at; /* NULL: not read */
};

/* A row put aside, so that they can be sorted by file and line. */
struct held {
	size_t input;
	uint64_t line;
	const char *reason;
};

struct reading {
	struct arena *mem, *scratch;
	const struct plan *plan;
	bool labelled;
	struct diag_sink *diags;
	struct {
		LIST_OF(struct input);
	} inputs;
	struct events raw; /* in the order of the files */
	size_t *raw_input; /* of each raw event */
	uint64_t *raw_line;
	struct map entities; /* to index + 1 */
	struct {
		LIST_OF(struct held);
	} held;
	const char **texts; /* of one row by field */
	struct out reason;  /* of one row */
};

/* -------------------------------------------------------------------------------- the files */

static bool read_bytes(const char *path, struct out *to)
{
	int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	static char block[1 << 16];
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			out_write(to, block, (size_t)n);
	if (fd != STDIN_FILENO) {
		int error = errno;
		close(fd);
		errno = error;
	}
	if (to->failed) {
		errno = EFBIG;
		return false;
	}
	return n == 0;
}

static bool open_input(struct reading *r, const char *path)
{
	struct out bytes = {.max = (size_t)2 << 30};
	struct input *in = ARENA_PUSH(r->scratch, &r->inputs);

	in->path = path;
	in->name = strcmp(path, "-") != 0 ? path_base(path) : "";
	if (!read_bytes(path, &bytes)) {
		diag_add(r->diags, RULE_IO_READ, (struct span){source_named(r->mem, path), 0, 0},
			 "%s", strerror(errno));
		out_release(&bytes);
		return false;
	}
	/* Findings show lines of it, later than this function ends. */
	arena_keep(r->mem, free, bytes.p);
	in->source = source_new(r->mem, path, out_text(&bytes), bytes.n);
	sha256_hex(in->source->text, in->source->len, in->digest);
	return true;
}

static void ask(struct csv_column *columns, size_t *n, const char *name,
		const struct csv_column **place)
{
	if (place)
		*place = name ? &columns[*n] : NULL;
	if (name)
		columns[(*n)++] = (struct csv_column){.name = name, .type = CSV_TEXT};
}

/* The reader advises options of `modelbook measure`, which are none here. */
static void drop_advice(struct diag_sink *diags, size_t from)
{
	static const char *const ways[] = {"--", "'#"};

	for (size_t i = from; i < diags->n; i++)
		for (size_t k = 0; diags->items[i].help && k < sizeof ways / sizeof *ways; k++)
			if (strstr(diags->items[i].help, ways[k]))
				diags->items[i].help = NULL;
}

/* What such a file shows is a NUL byte in every letter. */
static void tell_utf16(struct diag_sink *diags, size_t from, const struct source *source)
{
	const char *text = source->text;

	if (diags->n > from && source->len >= 2 &&
	    (!memcmp(text, "\xFF\xFE", 2) || !memcmp(text, "\xFE\xFF", 2)))
		diag_help(diags, &diags->items[from], "the file is UTF-16; write it as UTF-8");
}

static bool parse_input(struct reading *r, struct input *in)
{
	struct csv_request request = {.log = in->source, .at = span_at(in->source, 0, 0)};
	size_t n = 0, before = r->diags->n;

	in->columns = arena_new(r->scratch, struct csv_column, r->plan->n_fields + 4);
	for (size_t i = 0; i < r->plan->n_fields; i++)
		ask(in->columns, &n, r->plan->fields[i].name, NULL);
	ask(in->columns, &n, r->plan->time, &in->time);
	ask(in->columns, &n, r->plan->entity, &in->entity);
	ask(in->columns, &n, r->labelled ? r->plan->label : NULL, &in->label);
	ask(in->columns, &n, r->labelled ? r->plan->label_at : NULL, &in->label_at);
	for (size_t i = 0; i < n; i++)
		in->columns[i].at = request.at;
	request.columns = in->columns;
	request.n_columns = n;
	if (csv_read(r->scratch, &request, &in->table, r->diags) == ST_OK)
		return true;
	drop_advice(r->diags, before);
	tell_utf16(r->diags, before, in->source);
	return false;
}

/* Every file is tried, so that one run says all. */
static bool read_inputs(struct reading *r, const char *paths)
{
	bool fine = true;

	for (const char *p = paths;; p++) {
		size_t n = strcspn(p, ":");
		const char *path = arena_strndup(r->mem, p, n);

		if (!open_input(r, path))
			fine = false;
		else
			fine &= parse_input(r, &r->inputs.items[r->inputs.n - 1]);
		p += n;
		if (!*p)
			return fine;
	}
}

static void digest_inputs(const struct reading *r, char digest[SHA256_HEX])
{
	struct sha256_stream s;

	if (r->inputs.n == 1) {
		memcpy(digest, r->inputs.items[0].digest, SHA256_HEX);
		return;
	}
	sha256_start(&s);
	for (size_t i = 0; i < r->inputs.n; i++) {
		sha256_add(&s, r->inputs.items[i].digest, SHA256_HEX - 1);
		sha256_add(&s, "\n", 1);
	}
	sha256_finish(&s, digest);
}

/* --------------------------------------------------------------------------------- the rows */

/* NULL where it is missing, or there is no such column. */
static const char *cell(const struct csv_column *column, size_t row)
{
	if (!column || column->codes[row] == CSV_MISSING)
		return NULL;
	return column->categories[column->codes[row]];
}

/* False, with a reason, where it is there and no moment. */
static bool moment(struct reading *r, const char *column, const char *text, int64_t *seconds)
{
	bool has_zone;

	if (date_parse_moment(text, strlen(text), seconds, &has_zone))
		return true;
	event_reason(&r->reason, column);
	event_show(&r->reason, text);
	out_puts(&r->reason, " is no moment");
	return false;
}

static bool read_time(struct reading *r, const char *text, int64_t *time)
{
	*time = 0;
	if (text)
		return moment(r, r->plan->time, text, time);
	event_reason(&r->reason, r->plan->time);
	out_puts(&r->reason, "missing");
	return false;
}

static unsigned char read_label(struct reading *r, const char *text)
{
	const struct plan *plan = r->plan;

	if (!text)
		return LABEL_MISSING;
	if (!strcmp(text, plan->positive))
		return LABEL_POSITIVE;
	if (plan->negative && strcmp(text, plan->negative) != 0) {
		event_reason(&r->reason, plan->label);
		event_show(&r->reason, text);
		out_printf(&r->reason, " is neither %s nor %s", plan->positive, plan->negative);
	}
	return LABEL_NEGATIVE;
}

/* `time` is of the event, where it is known. */
static int64_t read_label_at(struct reading *r, const char *text, bool has_time, int64_t time)
{
	int64_t last = time + r->plan->label_delay, at;

	if (!text || !moment(r, r->plan->label_at, text, &at) || !has_time)
		return last;
	if (at < time || at > last) {
		event_reason(&r->reason, r->plan->label_at);
		event_show(&r->reason, text);
		if (at < time)
			out_puts(&r->reason, " is before the event");
		else
			out_printf(&r->reason, " is over %g days after the event",
				   (double)r->plan->label_delay / SECONDS_A_DAY);
	}
	return at;
}

static uint32_t entity_index(struct reading *r, const char *name)
{
	size_t index;

	if (!name) {
		event_reason(&r->reason, r->plan->entity);
		out_puts(&r->reason, "missing");
		return 0;
	}
	index = (size_t)(uintptr_t)map_get(&r->entities, name);
	if (!index) {
		index = r->entities.n + 1;
		map_put(&r->entities, r->scratch, name, (void *)(uintptr_t)index);
	}
	return (uint32_t)(index - 1);
}

static void hold(struct reading *r, size_t input, uint64_t line, const char *reason)
{
	*ARENA_PUSH(r->scratch, &r->held) = (struct held){input, line, reason};
}

static void read_row(struct reading *r, size_t input, size_t row)
{
	const struct input *in = &r->inputs.items[input];
	struct events *raw = &r->raw;
	size_t i = raw->n;
	uint64_t line = csv_line(&in->table, row);
	bool has_time;

	out_clear(&r->reason);
	has_time = read_time(r, cell(in->time, row), &raw->time[i]);
	raw->entity[i] = in->entity ? entity_index(r, cell(in->entity, row)) : 0;
	for (size_t f = 0; f < r->plan->n_fields; f++)
		r->texts[f] = cell(&in->columns[f], row);
	event_check_values(r->plan, r->texts, raw->values + i * r->plan->n_fields, &r->reason);
	raw->label[i] = read_label(r, cell(in->label, row));
	raw->label_at[i] = read_label_at(r, cell(in->label_at, row), has_time, raw->time[i]);
	if (r->reason.n) {
		hold(r, input, line, arena_strndup(r->mem, r->reason.p, r->reason.n));
		return;
	}
	r->raw_input[i] = input;
	r->raw_line[i] = line;
	raw->n++;
}

static size_t read_rows(struct reading *r)
{
	size_t rows = 0;

	for (size_t i = 0; i < r->inputs.n; i++)
		rows += r->inputs.items[i].table.rows;
	r->raw = events_new(r->scratch, r->plan, rows);
	r->raw_input = arena_new(r->scratch, size_t, rows);
	r->raw_line = arena_new(r->scratch, uint64_t, rows);
	r->texts = arena_new(r->scratch, const char *, r->plan->n_fields);
	for (size_t i = 0; i < r->inputs.n; i++)
		for (size_t row = 0; row < r->inputs.items[i].table.rows; row++)
			read_row(r, i, row);
	return rows;
}

/* -------------------------------------------------------------------- order, and what is twice */

struct place {
	int64_t time;
	size_t row;
};

static int by_time(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static struct place *ordered(struct reading *r)
{
	struct place *places = arena_new(r->scratch, struct place, r->raw.n);

	for (size_t i = 0; i < r->raw.n; i++)
		places[i] = (struct place){r->raw.time[i], i};
	qsort(places, r->raw.n, sizeof *places, by_time);
	return places;
}

/* The bytes that make an event what it is, for finding it again. */
static size_t key_bytes(const struct plan *plan)
{
	return sizeof(int64_t) + sizeof(uint32_t) + plan->n_fields * sizeof(double);
}

static const char *key_of(const struct events *events, size_t row, char *key)
{
	size_t width = events->plan->n_fields;

	memcpy(key, &events->time[row], sizeof(int64_t));
	memcpy(key + sizeof(int64_t), &events->entity[row], sizeof(uint32_t));
	memcpy(key + sizeof(int64_t) + sizeof(uint32_t), events->values + row * width,
	       width * sizeof(double));
	return key;
}

static void hold_second(struct reading *r, size_t first, size_t second)
{
	const struct events *raw = &r->raw;
	const struct input *in = &r->inputs.items[r->raw_input[first]];
	bool same = raw->label[first] == raw->label[second];

	hold(r, r->raw_input[second], r->raw_line[second],
	     arena_printf(r->mem, "the same event as line %llu%s%s%s",
			  (unsigned long long)r->raw_line[first], r->inputs.n > 1 ? " of " : "",
			  r->inputs.n > 1 ? in->name : "", same ? "" : ", with another label"));
}

static void take_in_order(struct reading *r, struct events *events, uint64_t *lines)
{
	struct place *places = ordered(r);
	size_t size = key_bytes(r->plan);
	char *keys = arena_alloc_n(r->scratch, r->raw.n, size);
	struct map seen = {0};

	map_reserve(&seen, r->scratch, r->raw.n);
	for (size_t i = 0; i < r->raw.n; i++) {
		size_t row = places[i].row;
		const char *key = key_of(&r->raw, row, keys + i * size);
		size_t first = (size_t)(uintptr_t)map_get_n(&seen, key, size);

		if (first) {
			hold_second(r, first - 1, row);
			continue;
		}
		map_put_n(&seen, r->scratch, key, size, (void *)(uintptr_t)(row + 1));
		lines[events->n] = r->raw_line[row];
		events_copy_row(events, &r->raw, row);
	}
}

/* Entities numbered anew as they come in time; those of rows put aside have no number. */
static void number_entities(struct reading *r, struct events *events)
{
	uint32_t *number = arena_new(r->scratch, uint32_t, r->entities.n + 1);

	if (!r->plan->entity) {
		events->entities = arena_new(r->mem, const char *, 1);
		events->entities[0] = "";
		events->n_entities = 1;
		return;
	}
	events->entities = arena_new(r->mem, const char *, r->entities.n);
	for (size_t i = 0; i < events->n; i++) {
		uint32_t old = events->entity[i];

		if (!number[old]) {
			events->entities[events->n_entities] =
			    arena_strdup(r->mem, r->entities.entries[old].key);
			number[old] = (uint32_t)++events->n_entities;
		}
		events->entity[i] = number[old] - 1;
	}
}

static int by_line(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	if (a->input != b->input)
		return a->input < b->input ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static void release_held(struct reading *r, struct ingest *ingest)
{
	ingest->n_quarantined = r->held.n;
	ingest->quarantined = arena_new(r->mem, struct quarantined, r->held.n);
	if (r->held.n)
		qsort(r->held.items, r->held.n, sizeof *r->held.items, by_line);
	for (size_t i = 0; i < r->held.n; i++) {
		const struct held *held = &r->held.items[i];

		ingest->quarantined[i] = (struct quarantined){r->inputs.items[held->input].name,
							      held->line, held->reason};
	}
}

static bool read_events(struct reading *r, const char *paths, struct ingest *ingest)
{
	*ingest = (struct ingest){0};
	if (!read_inputs(r, paths))
		return false;
	ingest->rows = read_rows(r);
	ingest->events = events_new(r->mem, r->plan, r->raw.n);
	ingest->lines = arena_new(r->mem, uint64_t, r->raw.n);
	take_in_order(r, &ingest->events, ingest->lines);
	number_entities(r, &ingest->events);
	digest_inputs(r, ingest->events.digest);
	release_held(r, ingest);
	return true;
}

static bool read_with(struct reading r, const char *paths, struct ingest *ingest)
{
	struct arena scratch;
	bool fine;

	arena_init(&scratch);
	r.scratch = &scratch;
	fine = read_events(&r, paths, ingest);
	out_release(&r.reason);
	arena_release(&scratch);
	return fine;
}

bool events_read(struct arena *mem, const struct plan *plan, const char *path,
		 struct ingest *ingest, struct diag_sink *diags)
{
	return read_with(
	    (struct reading){.mem = mem, .plan = plan, .labelled = true, .diags = diags}, path,
	    ingest);
}

bool events_read_unlabelled(struct arena *mem, const struct plan *plan, const char *path,
			    struct ingest *ingest, struct diag_sink *diags)
{
	return read_with((struct reading){.mem = mem, .plan = plan, .diags = diags}, path, ingest);
}
