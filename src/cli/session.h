/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/session.h - what most commands begin with: a workspace, read and judged */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H
#include "cli/options.h"
#include "judge/judge.h"

struct session {
	struct arena *mem; /* the run's, released by main */
	struct workspace ws;
	struct evidence evidence;
	struct diag_sink diags;
	struct book book;
	size_t jobs;
	int32_t as_of;
	bool color; /* on standard output */
	bool quiet;
	bool findings_only;  /* nothing but findings is wanted of documents */
	struct store *store; /* NULL: no cache */
	const char *dir;     /* the workspace's folder */
};

/* Whether standard output is coloured: --color, NO_COLOR, a terminal. False and a message where the
 * option is malformed. */
bool session_color(const struct arguments *arguments, bool *color);
/* Reads the global options. False and a message where one is malformed. */
bool session_options(struct session *s, const struct arguments *arguments);
/* Finds the workspace: --workspace, else the nearest modelbook.yaml upward from `from` (NULL: the
 * current folder). NULL where there is none. */
const char *session_find_workspace(struct session *s, const struct arguments *arguments,
				   const char *from);
/* Reads, measures and judges the workspace in s->dir. ST_FAILED where it cannot be used; findings
 * say why. `content` is "content", or "." with `configured` false for a bare folder. */
enum status session_load(struct session *s, const char *content, bool configured);
/* Completes s->book (digest of the inputs) once all inputs were read. */
void session_close_inputs(struct session *s);

/* True for rules that say that something could not be read or used: exit status 2. */
bool rule_cannot(enum rule rule);
/* True where the findings hold one that says that something could not be read or used. */
bool session_cannot(const struct session *s);
/* Writes a buffer to standard output; EXIT_CANNOT and a message where that fails, else `status`. */
int print_and_exit(const struct out *o, int status);
/* "1 error, 2 warnings, 3 notes", and ", 4 allowed", ", 5 known" where there are some. */
const char *counts_text(struct arena *mem, const struct diag_counts *counts);

/* A line on standard error that shows how far work has come: only on a terminal, and only when it
 * has taken more than half a second. */
struct progress {
	bool on;
	long long started_ms, shown_ms;
};
void progress_start(struct progress *p, bool quiet);
void progress_show(struct progress *p, const char *what, size_t done, size_t total);
void progress_end(struct progress *p);
#endif
