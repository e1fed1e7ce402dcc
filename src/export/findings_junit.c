/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_junit.c - JUnit XML: what was checked on which file, and how it came out
 *
 * A case passes only where its rule was looked for: nothing passes in a file with a fault, in a run
 * that could not read everything, or under rules, files or severities that were not asked for. */
#include "base/text.h"
#include "export/findings_internal.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_CASES = 20000 };

/* What a file is checked as. */
enum checked_as {
	AS_DOCUMENT = 1,
	AS_TEMPLATED = 2, /* a document with requirements */
	AS_RECORDS = 4,
	AS_LOG = 8,
	AS_TEMPLATE = 16, /* also the schema of a kind of records */
	AS_WORKSPACE = 32
};

/* What rules are checked on; the first row that a rule's id begins with is its own. */
static const struct {
	const char *prefix;
	unsigned on;
} checked[] = {
    {"doc/missing-document", AS_WORKSPACE},
    {"doc/front-matter-schema", AS_TEMPLATED},
    {"doc/front-matter", AS_DOCUMENT},
    {"doc/unknown-kind", AS_DOCUMENT},
    {"doc/unsafe", AS_DOCUMENT},
    {"doc/unused-allow", AS_DOCUMENT},
    {"doc/", AS_TEMPLATED},
    {"link/", AS_DOCUMENT},
    {"data/unknown-reference", AS_DOCUMENT | AS_RECORDS},
    {"data/unreadable-log", AS_LOG},
    {"data/unread", AS_RECORDS | AS_LOG},
    {"data/", AS_RECORDS},
    {"path/", AS_DOCUMENT | AS_RECORDS | AS_LOG},
    {"template/", AS_TEMPLATE},
    {"evidence/", AS_TEMPLATED},
    {"config/", AS_WORKSPACE},
};

static unsigned checked_on(enum rule rule)
{
	for (size_t i = 0; i < sizeof checked / sizeof *checked; i++)
		if (text_starts_with(rule_info(rule)->id, checked[i].prefix))
			return checked[i].on;
	return 0;
}

/* A file with its findings: those in [first, first + n). */
struct suite {
	const char *path; /* as findings name it; "" for findings without a file */
	unsigned as;
	size_t first, n;
	bool faulty;
};

struct writer {
	const struct findings_report *report;
	struct arena mem, scratch;
	struct {
		LIST_OF(struct suite);
	} suites;
	bool by_area; /* what has passed is one case for each area */
	size_t tests, failures;
	struct out o; /* the cases of one suite */
	size_t suite_tests, suite_failures;
};

/* ---- which files there are ---- */

static void add_suite(struct writer *w, const char *path, unsigned as)
{
	if (!text_starts_with(path, "default:"))
		*ARENA_PUSH(&w->mem, &w->suites) = (struct suite){.path = path, .as = as};
}

static int compare_suites(const void *left, const void *right)
{
	const struct suite *a = left, *b = right;

	return strcmp(a->path, b->path);
}

static const char *path_of(const struct finding *finding)
{
	return finding->at.source ? finding->at.source->path : "";
}

static void add_files(struct writer *w)
{
	const struct workspace *ws = w->report->ws;

	for (size_t i = 0; i < ws->documents.n; i++)
		add_suite(w, ws->documents.items[i]->path,
			  AS_DOCUMENT | (ws->documents.items[i]->tmpl ? AS_TEMPLATED : 0));
	for (size_t i = 0; i < ws->data_files.n; i++)
		add_suite(w, ws->data_files.items[i]->path,
			  ws->data_files.items[i]->is_log ? AS_LOG : AS_RECORDS);
	for (size_t i = 0; i < ws->templates.n; i++)
		add_suite(w, ws->templates.items[i]->source->path, AS_TEMPLATE);
	for (size_t i = 0; i < ws->record_kinds.n; i++)
		add_suite(w, ws->record_kinds.items[i]->source->path, AS_TEMPLATE);
	if (ws->configured)
		add_suite(w, "modelbook.yaml", AS_WORKSPACE);
	for (size_t i = 0; i < w->report->findings->n; i++)
		*ARENA_PUSH(&w->mem, &w->suites) =
		    (struct suite){.path = path_of(&w->report->findings->items[i])};
}

/* Files in the order of their paths, each once, each with its findings. */
static void find_suites(struct writer *w)
{
	const struct diag_sink *findings = w->report->findings;
	size_t kept = 0, at = 0;

	add_files(w);
	if (w->suites.n)
		qsort(w->suites.items, w->suites.n, sizeof *w->suites.items, compare_suites);
	for (size_t i = 0; i < w->suites.n; i++) {
		struct suite *suite = &w->suites.items[i];
		if (kept && !strcmp(suite->path, w->suites.items[kept - 1].path))
			w->suites.items[kept - 1].as |= suite->as;
		else
			w->suites.items[kept++] = *suite;
	}
	w->suites.n = kept;
	for (size_t i = 0; i < kept; i++) {
		struct suite *suite = &w->suites.items[i];
		for (suite->first = at;
		     at < findings->n && !strcmp(path_of(&findings->items[at]), suite->path); at++)
			suite->faulty |= rule_info(findings->items[at].rule)->class == FAULT;
		suite->n = at - suite->first;
	}
}

/* Whether a rule was looked for in a file. */
static bool was_checked(const struct writer *w, const struct suite *suite, enum rule rule)
{
	const struct findings_report *report = w->report;

	return (suite->as & checked_on(rule)) && !suite->faulty && !report->failed &&
	       (!report->covers || report->covers(report->scope, rule, suite->path));
}

/* ---- cases ---- */

static void attribute(struct writer *w, struct out *to, const char *name, const char *text)
{
	out_printf(to, " %s=\"", name);
	findings_xml_text(to, text, &w->scratch);
	out_putc(to, '"');
}

static const char *shown_path(struct writer *w, const struct suite *suite)
{
	if (!*suite->path)
		return "modelbook";
	return findings_visible(text_starts_with(suite->path, "default:")
				    ? suite->path
				    : findings_path(w->report, suite->path, &w->scratch),
				&w->scratch);
}

static void begin_case(struct writer *w, const struct suite *suite, const char *name)
{
	out_puts(&w->o, "  <testcase");
	attribute(w, &w->o, "name", name);
	attribute(w, &w->o, "classname", shown_path(w, suite));
	if (*suite->path)
		attribute(w, &w->o, "file", shown_path(w, suite));
	w->suite_tests++;
}

static bool fails(const struct finding *finding)
{
	return finding->standing == STANDING_OPEN && finding->severity == SEVERITY_ERROR;
}

static void write_lines(struct writer *w, const struct suite *suite, enum rule rule, bool failing)
{
	for (size_t i = suite->first; i < suite->first + suite->n; i++) {
		const struct finding *f = &w->report->findings->items[i];
		struct finding_place place;

		if (f->rule != rule || fails(f) != failing)
			continue;
		place = findings_place(w->report, f, &w->scratch);
		if (f->standing == STANDING_ALLOWED)
			findings_xml_text(
			    &w->o,
			    arena_printf(&w->scratch, "allowed (%s): ", f->reason ? f->reason : ""),
			    &w->scratch);
		else if (f->standing == STANDING_KNOWN)
			out_puts(&w->o, "known: ");
		findings_xml_text(&w->o, findings_line(f, &place, &w->scratch), &w->scratch);
		out_putc(&w->o, '\n');
	}
}

/* The case of a rule that found something: one failure with all its errors, the rest as output. */
static void write_found(struct writer *w, const struct suite *suite, enum rule rule)
{
	const struct finding *first = NULL;
	size_t failing = 0, others = 0;

	for (size_t i = suite->first; i < suite->first + suite->n; i++) {
		const struct finding *f = &w->report->findings->items[i];
		if (f->rule != rule)
			continue;
		if (fails(f) && !failing++)
			first = f;
		others += !fails(f);
	}
	begin_case(w, suite, rule_info(rule)->id);
	out_puts(&w->o, ">\n");
	if (failing) {
		const char *message = finding_message(first, &w->scratch);
		if (failing > 1)
			message =
			    arena_printf(&w->scratch, "%s (and %zu more)", message, failing - 1);
		out_puts(&w->o, "   <failure");
		attribute(w, &w->o, "message", message);
		attribute(w, &w->o, "type", "error");
		out_putc(&w->o, '>');
		write_lines(w, suite, rule, true);
		out_puts(&w->o, "</failure>\n");
		w->suite_failures++;
	}
	if (others) {
		out_puts(&w->o, "   <system-out>");
		write_lines(w, suite, rule, false);
		out_puts(&w->o, "</system-out>\n");
	}
	out_puts(&w->o, "  </testcase>\n");
}

static void write_passed(struct writer *w, const struct suite *suite, const char *name)
{
	begin_case(w, suite, name);
	out_puts(&w->o, "/>\n");
}

static const char *area_of(struct writer *w, enum rule rule)
{
	const char *id = rule_info(rule)->id;

	return arena_strndup(&w->scratch, id, strcspn(id, "/"));
}

/* Rules of one area stand together in rules.def. */
static void write_cases(struct writer *w, const struct suite *suite)
{
	bool found[RULE_COUNT] = {0};
	const char *last_area = "";

	for (size_t i = suite->first; i < suite->first + suite->n; i++)
		found[w->report->findings->items[i].rule] = true;
	for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
		const char *area = area_of(w, (enum rule)rule);
		if (found[rule]) {
			write_found(w, suite, (enum rule)rule);
		} else if (!was_checked(w, suite, (enum rule)rule)) {
			continue;
		} else if (!w->by_area) {
			write_passed(w, suite, rule_info((enum rule)rule)->id);
		} else if (strcmp(area, last_area) != 0) {
			write_passed(w, suite, arena_printf(&w->scratch, "%s: other rules", area));
			last_area = area;
		}
	}
}

static void write_suite(struct writer *w, const struct suite *suite, struct out *to)
{
	out_clear(&w->o);
	w->suite_tests = w->suite_failures = 0;
	write_cases(w, suite);
	if (!w->suite_tests)
		return;
	out_puts(to, " <testsuite");
	attribute(w, to, "name", shown_path(w, suite));
	out_printf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n",
		   w->suite_tests, w->suite_failures);
	out_write(to, out_text(&w->o), w->o.n);
	out_puts(to, " </testsuite>\n");
	w->tests += w->suite_tests;
	w->failures += w->suite_failures;
}

/* Whether a case for each rule that passed would be too many. */
static bool too_many_cases(const struct writer *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->suites.n && n <= MOST_CASES; i++)
		for (unsigned rule = 0; rule < RULE_COUNT; rule++)
			n += was_checked(w, &w->suites.items[i], (enum rule)rule);
	return n > MOST_CASES;
}

/* The run itself, so that a report never is without a case: consumers take an empty one for a run
 * that broke. */
static void write_run(struct writer *w, struct out *to)
{
	bool failed = w->report->failed;

	out_printf(to,
		   " <testsuite name=\"modelbook check\" tests=\"1\" failures=\"%d\" "
		   "errors=\"0\" skipped=\"0\">\n"
		   "  <testcase name=\"all could be read\" classname=\"modelbook check\"",
		   failed);
	out_puts(to, failed ? ">\n   <failure message=\"not all could be read and judged\" "
			      "type=\"error\"/>\n  </testcase>\n"
			    : "/>\n");
	out_puts(to, " </testsuite>\n");
	w->tests++;
	w->failures += failed;
}

void findings_write_junit(const struct findings_report *report, struct out *to)
{
	struct writer w = {.report = report};
	struct out body = {0};

	arena_init(&w.mem);
	arena_init(&w.scratch);
	find_suites(&w);
	w.by_area = too_many_cases(&w);
	write_run(&w, &body);
	for (size_t i = 0; i < w.suites.n; i++) {
		struct arena_mark mark = arena_save(&w.scratch);
		write_suite(&w, &w.suites.items[i], &body);
		arena_reset(&w.scratch, mark);
	}
	out_printf(to,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		   "<testsuites name=\"modelbook\" tests=\"%zu\" failures=\"%zu\" "
		   "errors=\"0\">\n",
		   w.tests, w.failures);
	out_write(to, out_text(&body), body.n);
	out_puts(to, "</testsuites>\n");
	out_release(&body);
	out_release(&w.o);
	arena_release(&w.scratch);
	arena_release(&w.mem);
}
