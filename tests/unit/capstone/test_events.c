/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_events.c - events from hostile files: what is let in, what is put aside
 * and why, what ends the run */
#include "base/date.h"
#include "base/file.h"
#include "base/hash.h"
#include "capstone/events.h"
#include "measure/outcomes.h"
#include "plan_fixture.h"
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER "time,account,amount,channel,trust,region,fraud,label_at\n"

struct world {
	struct arena mem;
	struct diag_sink diags;
	const struct plan *plan;
	char dir[64];
	struct ingest ingest;
};

static void begin(struct world *w)
{
	*w = (struct world){.dir = "/tmp/test_events_XXXXXX"};
	arena_init(&w->mem);
	diag_init(&w->diags, &w->mem);
	w->plan = fixture(&w->mem, NULL, NULL);
	assert_non_null(mkdtemp(w->dir));
}

static void end(struct world *w)
{
	static const char *const names[] = {"a.csv", "b.csv"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(arena_printf(&w->mem, "%s/%s", w->dir, names[i]));
	rmdir(w->dir);
	arena_release(&w->mem);
}

static const char *put(struct world *w, const char *name, const char *text, size_t n)
{
	const char *path = arena_printf(&w->mem, "%s/%s", w->dir, name);

	assert_int_equal(file_write(AT_FDCWD, path, text, n, true), ST_OK);
	return path;
}

static bool read_text(struct world *w, const char *text)
{
	return events_read(&w->mem, w->plan, put(w, "a.csv", text, strlen(text)), &w->ingest,
			   &w->diags);
}

/* ----------------------------------------------------------------------------- what is let in */

static void reads_in_time(void **state)
{
	struct world w;
	const struct events *e = &w.ingest.events;
	static const char text[] =
	    "\xEF\xBB\xBF" HEADER "2024-01-03T10:00:00Z,b,5,web,,north,0,\r\n"
	    "2024-01-01,a,1000,app,-0.5,,1,2024-01-02\n"
	    "2024-01-02 12:00,a,0,terminal,-0,south,,\n"
	    "2024-01-03T11:00:00+01:00,a,1e2,web,1,north,1,2024-01-05T10:00:00Z\n";
	char digest[SHA256_HEX];

	(void)state;
	begin(&w);
	assert_true(read_text(&w, text));
	assert_int_equal(w.ingest.rows, 4);
	assert_int_equal(w.ingest.n_quarantined, 0);
	assert_int_equal(e->n, 4);
	assert_int_equal(e->n_entities, 2);
	assert_string_equal(e->entities[0], "a");
	assert_int_equal(e->time[0], date_moment(date_from_civil(2024, 1, 1)));
	assert_true(e->values[0] == 1000 && e->values[1] == 0 && isnan(e->values[3]));
	assert_int_equal(e->label[0], LABEL_POSITIVE);
	assert_int_equal(e->label_at[0], e->time[0] + SECONDS_A_DAY);
	assert_false(signbit(e->values[1 * 4 + 2])); /* -0 is 0 */
	assert_int_equal(e->label[1], LABEL_MISSING);
	/* rows 0 and 3 of the file are at the same moment: the order of the file */
	assert_int_equal(e->time[2], e->time[3]);
	assert_int_equal(e->entity[2], 1);
	assert_int_equal(e->entity[3], 0);
	assert_true(isnan(e->values[2 * 4 + 2]));
	assert_int_equal(e->label[2], LABEL_NEGATIVE);
	assert_int_equal(e->label_at[2], e->time[2] + 2 * SECONDS_A_DAY);
	sha256_hex(text, sizeof text - 1, digest);
	assert_string_equal(e->digest, digest);
	end(&w);
}

/* ------------------------------------------------------------------------ what is put aside */

static void quarantine_reasons(void **state)
{
	static const struct {
		const char *row, *reason;
	} rows[] = {
	    {",a,5,web,,north,0,", "time: missing"},
	    {"yesterday,a,5,web,,north,0,", "time: 'yesterday' is no moment"},
	    {"2024-02-30,a,5,web,,north,0,", "time: '2024-02-30' is no moment"},
	    {"2024-01-01T25:00,a,5,web,,north,0,", "time: '2024-01-01T25:00' is no moment"},
	    {"2024-01-01,,5,web,,north,0,", "account: missing"},
	    {"2024-01-01,a,,web,,north,0,", "amount: missing"},
	    {"2024-01-01,a,\"\",web,,north,0,", "amount: missing"},
	    {"2024-01-01,a,nan,web,,north,0,", "amount: 'nan' is no number"},
	    {"2024-01-01,a,inf,web,,north,0,", "amount: 'inf' is no number"},
	    {"2024-01-01,a,-Infinity,web,,north,0,", "amount: '-Infinity' is no number"},
	    {"2024-01-01,a,1e999,web,,north,0,", "amount: '1e999' is no number"},
	    {"2024-01-01,a,0x10,web,,north,0,", "amount: '0x10' is no number"},
	    {"2024-01-01,a,\"5,0\",web,,north,0,", "amount: '5,0' is no number"},
	    {"2024-01-01,a, 5,web,,north,0,", "amount: ' 5' is no number"},
	    {"2024-01-01,a,5 EUR,web,,north,0,", "amount: '5 EUR' is no number"},
	    {"2024-01-01,a,\"4\"\"2\",web,,north,0,", "amount: '4\"2' is no number"},
	    {"2024-01-01,a,-5,web,,north,0,", "amount: -5 is under 0"},
	    {"2024-01-01,a,-1e-300,web,,north,0,", "amount: -1e-300 is under 0"},
	    {"2024-01-01,a,1000.0000000000001,web,,north,0,",
	     "amount: 1000.0000000000001 is over 1000"},
	    {"2024-01-01,a,5,web,1e300,north,0,", "trust: 1e300 is over 1"},
	    {"2024-01-01,a,5,fax,,north,0,", "channel: 'fax' is none of app, web, terminal"},
	    {"2024-01-01,a,5,Web,,north,0,", "channel: 'Web' is none of app, web, terminal"},
	    {"2024-01-01,a,5,web\x1b[2J,,north,0,",
	     "channel: 'web\\x1B[2J' is none of app, web, terminal"},
	    {"2024-01-01,a,5,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9zzz,,north,0,",
	     "channel: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' is none of app, web, terminal"},
	    {"2024-01-01,a,5,web,,east,0,", "region: 'east' is none of north, south"},
	    {"2024-01-01,a,5,web,,north,2,", "fraud: '2' is neither 1 nor 0"},
	    {"2024-01-01,a,5,web,,north,true,", "fraud: 'true' is neither 1 nor 0"},
	    {"2024-01-02,a,5,web,,north,1,2024-01-01T23:59:59",
	     "label_at: '2024-01-01T23:59:59' is before the event"},
	    {"2024-01-02,a,5,web,,north,1,2024-01-04T00:00:01",
	     "label_at: '2024-01-04T00:00:01' is over 2 days after the event"},
	    {"2024-01-02,a,5,web,,north,1,soon", "label_at: 'soon' is no moment"},
	    {"never,,x,fax,2,,7,later",
	     "time: 'never' is no moment; account: missing; amount: 'x' is no number; channel: "
	     "'fax' is none of app, web, terminal; trust: 2 is over 1; fraud: '7' is neither 1 nor "
	     "0; label_at: 'later' is no moment"},
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(&w);
		assert_true(read_text(&w, arena_printf(&w.mem,
						       HEADER "2024-01-05,a,5,web,,north,0,\n"
							      "%s\n"
							      "2024-01-06,a,5,web,,north,0,\n",
						       rows[i].row)));
		assert_int_equal(w.ingest.events.n, 2);
		assert_int_equal(w.ingest.n_quarantined, 1);
		assert_int_equal(w.ingest.quarantined[0].line, 3);
		assert_string_equal(w.ingest.quarantined[0].file, "a.csv");
		assert_string_equal(w.ingest.quarantined[0].reason, rows[i].reason);
		end(&w);
	}
}

static void twice(void **state)
{
	struct world w;
	struct out csv = {0};

	(void)state;
	begin(&w);
	assert_true(read_text(&w, HEADER "2024-01-01,a,5,web,,north,0,\n"
					 "2024-01-01T00:00:00,a,5.0,web,,north,0,\n"
					 "2024-01-01,a,5,web,,north,1,2024-01-02\n"
					 "2024-01-01,b,5,web,,north,0,\n"
					 "2024-01-01,=a,5,web,9,north,0,\n"
					 "2024-01-01,a,5,web,0,north,0,\n"));
	assert_int_equal(w.ingest.events.n, 3);
	assert_int_equal(w.ingest.rows, 6);
	assert_int_equal(w.ingest.events.n_entities, 2);
	assert_int_equal(w.ingest.n_quarantined, 3);
	quarantine_csv(&w.ingest, &csv);
	assert_string_equal(out_text(&csv),
			    "file,line,reason\r\n"
			    "a.csv,3,the same event as line 2\r\n"
			    "a.csv,4,\"the same event as line 2, with another label\"\r\n"
			    "a.csv,6,trust: 9 is over 1\r\n");
	out_release(&csv);
	end(&w);
}

/* ----------------------------------------------------------------------- several files, none */

static void several_files(void **state)
{
	static const char first[] = "fraud,time,account,amount,channel,trust,region,label_at\n"
				    "0,2024-01-02,a,1,web,,,\n0,2024-01-04,a,2,web,,,\n";
	static const char second[] = HEADER "2024-01-03,a,3,web,,,1,\n2024-01-02,a,1,web,,,0,\n";
	struct world w;
	const char *paths;
	char digests[2 * SHA256_HEX + 1], whole[SHA256_HEX];

	(void)state;
	begin(&w);
	paths = arena_printf(&w.mem, "%s:%s", put(&w, "a.csv", first, sizeof first - 1),
			     put(&w, "b.csv", second, sizeof second - 1));
	assert_true(events_read(&w.mem, w.plan, paths, &w.ingest, &w.diags));
	assert_int_equal(w.ingest.events.n, 3);
	assert_true(w.ingest.events.values[4] == 3);
	assert_int_equal(w.ingest.n_quarantined, 1);
	assert_string_equal(w.ingest.quarantined[0].file, "b.csv");
	assert_string_equal(w.ingest.quarantined[0].reason, "the same event as line 2 of a.csv");
	sha256_hex(first, sizeof first - 1, digests);
	digests[64] = '\n';
	sha256_hex(second, sizeof second - 1, digests + 65);
	digests[129] = '\n';
	sha256_hex(digests, 130, whole);
	assert_string_equal(w.ingest.events.digest, whole);
	end(&w);
}

static void empty_table(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_true(read_text(&w, HEADER));
	assert_int_equal(w.ingest.rows, 0);
	assert_int_equal(w.ingest.events.n, 0);
	assert_int_equal(w.diags.n, 0);
	end(&w);
}

static void without_entity(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.plan = fixture(&w.mem, "  entity:", NULL);
	assert_true(read_text(&w, "time,amount,channel,trust,region,fraud,label_at\n"
				  "2024-01-01,5,web,,north,0,\n"));
	assert_int_equal(w.ingest.events.n_entities, 1);
	assert_string_equal(w.ingest.events.entities[0], "");
	end(&w);
}

static void unlabelled(void **state)
{
	static const char text[] = "time,account,amount,channel,trust,region\n"
				   "2024-01-01,a,5,web,,north\n";
	struct world w;
	const char *path;

	(void)state;
	begin(&w);
	path = put(&w, "a.csv", text, sizeof text - 1);
	assert_false(events_read(&w.mem, w.plan, path, &w.ingest, &w.diags));
	assert_true(w.diags.n > 0);
	assert_true(events_read_unlabelled(&w.mem, w.plan, path, &w.ingest, &w.diags));
	assert_int_equal(w.ingest.events.label[0], LABEL_MISSING);
	end(&w);
}

/* ------------------------------------------------------------------------- what ends the run */

static void ends_the_run(void **state)
{
	static const struct {
		const char *text, *say;
		size_t n; /* 0: up to the NUL */
		unsigned line;
	} t[] = {
	    {"", "", 0, 1},
	    {"time,account\n", "amount", 0, 1},
	    {"time,account,amount,amount,channel,trust,region,fraud,label_at\n", "amount", 0, 1},
	    {HEADER "2024-01-01,a,5,web\n", "", 0, 2},
	    {HEADER "2024-01-01,a,5,web,,north,0,,9\n", "", 0, 2},
	    {HEADER "2024-01-01,a,5,\"web,,north,0,\n", "", 0, 2},
	    {HEADER "2024-01-01,a,5,\"web\"x,,north,0,\n", "", 0, 2},
	    {HEADER "2024-01-01,a,5,w\xff"
		    "b,,north,0,\n",
	     "UTF-8", 0, 2},
	    {HEADER "2024-01-01,a,5,w\0b,,north,0,\n", "NUL",
	     sizeof(HEADER "2024-01-01,a,5,w\0b,,north,0,\n") - 1, 2},
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		bool said = false;
		const char *path;

		begin(&w);
		path = put(&w, "a.csv", t[i].text, t[i].n ? t[i].n : strlen(t[i].text));
		if (events_read(&w.mem, w.plan, path, &w.ingest, &w.diags))
			fail_msg("case %zu was taken", i);
		for (size_t j = 0; j < w.diags.n; j++)
			said |= strstr(finding_message(&w.diags.items[j], &w.mem), t[i].say) &&
				source_position(&w.diags.items[j].at).line == t[i].line;
		for (size_t j = 0; !said && j < w.diags.n; j++)
			print_error("line %u: %s\n", source_position(&w.diags.items[j].at).line,
				    finding_message(&w.diags.items[j], &w.mem));
		if (!said)
			fail_msg("case %zu", i);
		end(&w);
	}
}

static void long_field(void **state)
{
	enum { LONG = 2 << 20 };
	struct world w;
	char *text;

	(void)state;
	begin(&w);
	text = arena_alloc(&w.mem, LONG + 200);
	strcpy(text, HEADER "2024-01-01,a,");
	memset(text + strlen(text), '7', LONG);
	strcat(text, ",web,,north,0,\n");
	assert_false(read_text(&w, text));
	assert_int_equal(w.diags.n, 1);
	assert_non_null(strstr(finding_message(&w.diags.items[0], &w.mem), "1 MiB"));
	end(&w);
}

static void unreadable(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_false(events_read(&w.mem, w.plan, "/nowhere/x.csv", &w.ingest, &w.diags));
	assert_false(events_read(&w.mem, w.plan, w.dir, &w.ingest, &w.diags));
	assert_false(events_read(&w.mem, w.plan, "", &w.ingest, &w.diags));
	assert_int_equal(w.diags.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(w.diags.items[i].rule, RULE_IO_READ);
	end(&w);
}

/* ------------------------------------------------------------------------------- one request */

static void one_event(void **state)
{
	struct world w;
	double values[4];
	const char *reason;
	static const char *const fine[] = {"12.5", "app", NULL, NULL};
	static const char *const bad[] = {NULL, "", "NaN", "north"};

	(void)state;
	begin(&w);
	assert_true(event_check(&w.mem, w.plan, fine, values, &reason));
	assert_null(reason);
	assert_true(values[0] == 12.5 && values[1] == 0 && isnan(values[2]) && isnan(values[3]));
	assert_false(event_check(&w.mem, w.plan, bad, values, &reason));
	assert_string_equal(reason, "amount: missing; channel: '' is none of app, web, terminal; "
				    "trust: 'NaN' is no number");
	end(&w);
}

static void subset(void **state)
{
	struct world w;
	struct events some;
	static const bool keep[] = {false, true, false};

	(void)state;
	begin(&w);
	assert_true(read_text(&w, HEADER "2024-01-01,a,1,web,,north,0,\n"
					 "2024-01-02,b,2,web,,north,1,\n"
					 "2024-01-03,a,3,web,,north,0,\n"));
	some = events_subset(&w.mem, &w.ingest.events, keep);
	memset(w.ingest.events.values, 0, 3 * 4 * sizeof(double));
	assert_int_equal(some.n, 1);
	assert_true(some.values[0] == 2);
	assert_int_equal(some.label[0], LABEL_POSITIVE);
	assert_string_equal(some.entities[some.entity[0]], "b");
	assert_string_equal(some.digest, "");
	end(&w);
}

/* Of events at 10, 20, 20, 20 and 30. */
static void from_a_moment(void **state)
{
	static const int64_t times[] = {10, 20, 20, 20, 30};
	static const struct {
		size_t n;
		int64_t moment;
		size_t first;
	} t[] = {
	    {0, 20, 0}, {1, 10, 0}, {1, 11, 1}, {5, INT64_MIN, 0}, {5, 10, 0},        {5, 11, 1},
	    {5, 20, 1}, {5, 21, 4}, {5, 30, 4}, {5, 31, 5},        {5, INT64_MAX, 5},
	};
	struct world w;

	(void)state;
	begin(&w);
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		struct events events = events_new(&w.mem, w.plan, t[c].n);

		events.n = t[c].n;
		for (size_t i = 0; i < t[c].n; i++)
			events.time[i] = times[i];
		assert_int_equal(events_from(&events, t[c].moment), t[c].first);
	}
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_in_time), cmocka_unit_test(quarantine_reasons),
	    cmocka_unit_test(twice),         cmocka_unit_test(several_files),
	    cmocka_unit_test(empty_table),   cmocka_unit_test(without_entity),
	    cmocka_unit_test(unlabelled),    cmocka_unit_test(ends_the_run),
	    cmocka_unit_test(long_field),    cmocka_unit_test(unreadable),
	    cmocka_unit_test(one_event),     cmocka_unit_test(subset),
	    cmocka_unit_test(from_a_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
