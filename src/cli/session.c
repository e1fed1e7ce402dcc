/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/session.c - a workspace, read, measured and judged */
#include "cli/session.h"
#include "base/date.h"
#include "base/parallel.h"
#include "base/path.h"
#include "base/store.h"
#include "cli/program_commands.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool session_color(const struct arguments *arguments, bool *color)
{
	const char *when = option_text(arguments, "color");
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	*color =
	    isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
	if (!when || !strcmp(when, "auto"))
		return true;
	*color = !strcmp(when, "always");
	if (*color || !strcmp(when, "never"))
		return true;
	fprintf(stderr, "modelbook: --color takes auto, always or never\n");
	return false;
}

/* A cache that cannot be used costs time, and nothing else, unless it was asked for by name. */
static bool open_store(struct session *s, const struct arguments *arguments)
{
	const char *dir = option_text(arguments, "cache");

	if (option_given(arguments, "no-cache"))
		return true;
	s->store = store_open(s->mem, dir ? dir : store_default_dir(s->mem));
	if (dir && !s->store)
		fprintf(stderr, "modelbook: --cache '%s': %s\n", dir, strerror(errno));
	return s->store || !dir;
}

bool session_options(struct session *s, const struct arguments *arguments)
{
	const char *jobs = option_text(arguments, "jobs"), *as_of = option_text(arguments, "as-of");

	*s =
	    (struct session){.mem = arguments->mem, .jobs = parallel_cpus(), .as_of = date_today()};
	diag_init(&s->diags, s->mem);
	s->quiet = option_given(arguments, "quiet");
	if (!session_color(arguments, &s->color))
		return false;
	if (jobs) {
		char *end;
		long n = strtol(jobs, &end, 10);
		if (end == jobs || *end || n < 1 || n > 1024) {
			fprintf(stderr,
				"modelbook: --jobs takes a number from 1 to 1024, found '%s'\n",
				jobs);
			return false;
		}
		s->jobs = (size_t)n;
	}
	if (!open_store(s, arguments))
		return false;
	if (as_of && !date_parse(as_of, strlen(as_of), &s->as_of)) {
		fprintf(stderr, "modelbook: --as-of takes a day written YYYY-MM-DD, found '%s'\n",
			as_of);
		return false;
	}
	return true;
}

static bool has_config(const char *dir)
{
	char path[4096];
	struct stat st;

	return (size_t)snprintf(path, sizeof path, "%s/modelbook.yaml", dir) < sizeof path &&
	       !lstat(path, &st);
}

const char *session_find_workspace(struct session *s, const struct arguments *arguments,
				   const char *from)
{
	const char *given = option_text(arguments, "workspace");
	char real[4096];
	struct stat st;
	char *dir;

	if (given)
		return given;
	/* A path that is not there is the caller's to complain about, once the workspace is known.
	 */
	if ((!from || !realpath(from, real)) && !realpath(".", real))
		return NULL;
	dir = arena_strdup(s->mem, real);
	if (!stat(dir, &st) && !S_ISDIR(st.st_mode))
		dir = path_dir(s->mem, dir);
	for (;;) {
		if (has_config(*dir ? dir : "/"))
			return *dir ? dir : "/";
		if (!*dir || !strcmp(dir, "/"))
			return NULL;
		dir = path_dir(s->mem, dir);
	}
}

enum status session_load(struct session *s, const char *content, bool configured)
{
	size_t n_commands;
	const struct program_command *commands = program_commands(s->mem, &n_commands);
	const struct workspace_options options = {.dir = s->dir,
						  .commands = commands,
						  .n_commands = n_commands,
						  .content = content,
						  .configured = configured,
						  .as_of = s->as_of,
						  .jobs = s->jobs,
						  .store = s->store,
						  .judge_text =
						      s->findings_only ? judge_text : NULL};

	if (workspace_read(s->mem, &options, &s->ws, &s->diags) != ST_OK) {
		diag_finish(&s->diags);
		return ST_FAILED;
	}
	evidence_collect(s->mem, &s->ws, s->jobs, &s->evidence, &s->diags);
	judge_all(&s->ws, &s->evidence, &s->diags);
	diag_finish(&s->diags);
	s->book = (struct book){.ws = &s->ws,
				.evidence = &s->evidence,
				.findings = &s->diags,
				.as_of = s->as_of,
				.inputs_digest = "",
				.version = MODELBOOK_VERSION};
	return ST_OK;
}

void session_close_inputs(struct session *s)
{
	struct sha256_stream stream;
	char *hex = arena_alloc(s->mem, SHA256_HEX);

	/* Templates of pages and the theme were added since the workspace was read. */
	workspace_sort_inputs(&s->ws);
	sha256_start(&stream);
	for (size_t i = 0; i < s->ws.inputs.n; i++) {
		const struct input_file *input = &s->ws.inputs.items[i];
		sha256_add(&stream, input->sha256, SHA256_HEX - 1);
		sha256_add(&stream, "  ", 2);
		sha256_add(&stream, input->path, strlen(input->path));
		sha256_add(&stream, "\n", 1);
	}
	sha256_finish(&stream, hex);
	s->book.inputs_digest = hex;
}

bool rule_cannot(enum rule rule)
{
	return rule == RULE_IO_READ || rule == RULE_IO_WRITE || rule == RULE_CONFIG_INVALID ||
	       rule == RULE_CONFIG_NO_CONTENT;
}

bool session_cannot(const struct session *s)
{
	for (size_t i = 0; i < s->diags.n; i++)
		if (rule_cannot(s->diags.items[i].rule))
			return true;
	return false;
}

int print_and_exit(const struct out *o, int status)
{
	if (fwrite(out_text(o), 1, o->n, stdout) != o->n || fflush(stdout)) {
		if (errno != EPIPE)
			fprintf(stderr, "modelbook: cannot write to standard output: %s\n",
				strerror(errno));
		return EXIT_CANNOT;
	}
	return status;
}

const char *counts_text(struct arena *mem, const struct diag_counts *counts)
{
	char *text = arena_printf(mem, "%zu error%s, %zu warning%s, %zu note%s", counts->errors,
				  counts->errors == 1 ? "" : "s", counts->warnings,
				  counts->warnings == 1 ? "" : "s", counts->notes,
				  counts->notes == 1 ? "" : "s");

	if (counts->allowed)
		text = arena_printf(mem, "%s, %zu allowed", text, counts->allowed);
	if (counts->known)
		text = arena_printf(mem, "%s, %zu known", text, counts->known);
	return text;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_start(struct progress *p, bool quiet)
{
	*p = (struct progress){.on = !quiet && isatty(STDERR_FILENO), .started_ms = now_ms()};
}

void progress_show(struct progress *p, const char *what, size_t done, size_t total)
{
	long long now;

	if (!p->on)
		return;
	now = now_ms();
	if (now - p->started_ms < 500 || now - p->shown_ms < 100)
		return;
	fprintf(stderr, "\r\033[K%s %zu of %zu", what, done, total);
	p->shown_ms = now;
}

void progress_end(struct progress *p)
{
	if (p->shown_ms)
		fprintf(stderr, "\r\033[K");
}
