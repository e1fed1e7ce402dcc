/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_formats.c - findings as people, continuous integration and other programs read them */
#include "cli/check_formats.h"
#include "base/path.h"
#include "base/status.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_PER_FILE = 50, SUMMARY_MAX = 1 << 20 };

/* Records of the workspace itself, without the installed defaults. */
static size_t count_records(const struct workspace *ws)
{
	size_t n = 0;

	for (size_t i = 0; i < ws->data_files.n; i++)
		n += ws->data_files.items[i]->records.n;
	return n;
}

static void write_text(struct session *s, const struct findings_report *report, struct out *to)
{
	const struct diag_text_options text = {.color = s->color, .max_per_file = MOST_PER_FILE};

	diag_print_text(report->findings, &text, to);
}

static void write_json(struct session *s, const struct findings_report *report, struct out *to)
{
	diag_print_json(report->findings, s->ws.documents.n, count_records(&s->ws), to);
}

/* A writer of export/findings.h, which needs no session. */
#define WRITER(name)                                                                               \
	static void write_##name(struct session *s, const struct findings_report *report,          \
				 struct out *to)                                                   \
	{                                                                                          \
		(void)s;                                                                           \
		findings_write_##name(report, to);                                                 \
	}
WRITER(sarif)
WRITER(junit)
WRITER(github)
WRITER(gitlab)
WRITER(rdjsonl)
#undef WRITER

static const struct check_format formats[] = {
    {"text", "people: each finding with its source line", write_text, false},
    {"json", "programs: everything that is known of each finding", write_json, true},
    {"sarif", "code scanning: SARIF 2.1.0", write_sarif, false},
    {"junit", "test reports: what passed and what failed, file by file", write_junit, false},
    {"github", "GitHub Actions: annotations, and the job's summary", write_github, true},
    {"gitlab", "GitLab: Code Quality", write_gitlab, false},
    {"rdjsonl", "reviewdog: Reviewdog Diagnostic Format", write_rdjsonl, false},
};
enum { FORMATS = sizeof formats / sizeof *formats };

const struct check_format *check_format_find(const char *name)
{
	const char *names[FORMATS], *nearest;

	for (size_t i = 0; i < FORMATS; i++) {
		names[i] = formats[i].name;
		if (!name || !strcmp(formats[i].name, name))
			return &formats[i];
	}
	nearest = text_nearest(name, names, FORMATS);
	fprintf(stderr, "modelbook: --format takes one of these, found '%s'%s%s%s\n", name,
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	for (size_t i = 0; i < FORMATS; i++)
		fprintf(stderr, "  %-8s  %s\n", formats[i].name, formats[i].summary);
	return NULL;
}

/* The way from the root of the repository (the nearest folder upward that holds .git) to the
 * workspace: consumers name files from there. "" where both are one, or where there is none. */
static const char *repository_prefix(struct session *s)
{
	char real[PATH_MAX];
	struct stat st;
	char *dir;
	size_t n;

	if (!realpath(s->dir, real))
		return "";
	n = strlen(real);
	for (dir = arena_strdup(s->mem, real);; dir = path_dir(s->mem, dir)) {
		size_t length = strcmp(dir, "/") ? strlen(dir) : 0;
		if (!lstat(arena_printf(s->mem, "%.*s/.git", (int)length, dir), &st))
			return length < n ? arena_strdup(s->mem, real + length + 1) : "";
		if (!length)
			return "";
	}
}

static bool append(const char *path, const struct findings_report *report)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct out o = {0};
	struct stat st;
	bool good = false;

	if (file < 0)
		return false;
	if (fstat(file, &st))
		goto done;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		goto done;
	}
	if (st.st_size < SUMMARY_MAX)
		findings_write_github_summary(report, (size_t)(SUMMARY_MAX - st.st_size), &o);
	good = file_write_all(file, out_text(&o), o.n) == ST_OK;
done:
	out_release(&o);
	return !close(file) && good;
}

static void append_summary(const struct findings_report *report)
{
	const char *path = getenv("GITHUB_STEP_SUMMARY");

	if (path && *path && !append(path, report))
		fprintf(stderr, "modelbook: the job's summary '%s': %s\n", path, strerror(errno));
}

int check_format_print(const struct check_format *format, struct session *s,
		       struct findings_report *report, struct check_memo *memo)
{
	const char *line = "";
	struct diag_counts counts = diag_count(&s->diags);
	size_t records = count_records(&s->ws);
	struct out o = {0};
	int status = counts.errors ? EXIT_FINDINGS : EXIT_CLEAN;

	if (session_cannot(s))
		status = EXIT_CANNOT;
	report->ws = &s->ws;
	report->findings = &s->diags;
	report->version = MODELBOOK_VERSION;
	report->prefix = repository_prefix(s);
	report->failed = status == EXIT_CANNOT;
	format->write(s, report, &o);
	if (!format->says_counts && !s->quiet)
		line =
		    arena_printf(s->mem, "modelbook: %zu document%s and %zu record%s checked: %s\n",
				 s->ws.documents.n, s->ws.documents.n == 1 ? "" : "s", records,
				 records == 1 ? "" : "s", counts_text(s->mem, &counts));
	check_memo_keep(memo, s, &o, line, status);
	status = print_and_exit(&o, status);
	out_release(&o);
	if (format->write == write_github)
		append_summary(report);
	fputs(line, stderr);
	return status;
}
