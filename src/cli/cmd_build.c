/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/cmd_build.c - modelbook build */
#include "base/date.h"
#include "base/parallel.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "export/workbook.h"
#include "judge/settle.h"
#include "plot/plot.h"
#include "publish/publish.h"
#include "render/render.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PER_FILE = 50 };

static const struct option_spec options[] = {
    {"out", "DIR", "write the site here (default: site/ in the workspace)"},
    {"strict", "[=LEVEL]", "publish nothing where a finding is an error (=warning: or a warning)"},
    {"keep-going", NULL, "publish in spite of faults, with each fault shown on the site"},
    {0},
};

/* What the threads that write pages share. */
struct press {
	struct session *s;
	const struct renderer *renderer;
	struct publish *publish;
	struct arena *scratch; /* one a worker */
	struct out *out;
	struct progress progress;
	atomic_size_t done;
	atomic_bool failed;
	pthread_mutex_t lock;
	char *why; /* the first failure, under the lock */
};

static void fail(struct press *press, const char *path, const char *why)
{
	pthread_mutex_lock(&press->lock);
	if (!press->why && asprintf(&press->why, "'%s': %s", path, why) < 0)
		press->why = NULL;
	pthread_mutex_unlock(&press->lock);
	atomic_store(&press->failed, true);
}

static void write_page(void *ctx, size_t item, size_t worker)
{
	struct press *press = ctx;
	const struct page *page = press->s->ws.pages.items[item];
	struct out *o = &press->out[worker];
	struct arena_mark mark = arena_save(&press->scratch[worker]);
	const char *why = "cannot be written";

	if (page->kind == PAGE_DOWNLOAD || atomic_load(&press->failed))
		return;
	out_clear(o);
	if (render_page(press->renderer, &press->s->book, page, &press->scratch[worker], o, &why) !=
	    ST_OK)
		fail(press, page->path, why);
	else if (publish_file(press->publish, page->path, out_text(o), o->n) != ST_OK)
		fail(press, page->path, strerror(errno));
	arena_reset(&press->scratch[worker], mark);
	atomic_fetch_add(&press->done, 1);
	if (!worker)
		progress_show(&press->progress, "writing pages:", atomic_load(&press->done),
			      press->s->ws.pages.n);
}

static enum status write_pages(struct press *press)
{
	size_t jobs = press->s->jobs;

	press->scratch = mem_realloc(NULL, jobs * sizeof *press->scratch);
	press->out = mem_realloc(NULL, jobs * sizeof *press->out);
	for (size_t i = 0; i < jobs; i++) {
		arena_init(&press->scratch[i]);
		press->out[i] = (struct out){0};
	}
	pthread_mutex_init(&press->lock, NULL);
	progress_start(&press->progress, press->s->quiet);
	parallel_for(press->s->ws.pages.n, jobs, write_page, press);
	progress_end(&press->progress);
	pthread_mutex_destroy(&press->lock);
	for (size_t i = 0; i < jobs; i++) {
		arena_release(&press->scratch[i]);
		out_release(&press->out[i]);
	}
	free(press->scratch);
	free(press->out);
	return atomic_load(&press->failed) ? ST_FAILED : ST_OK;
}

static enum status write_workbook(struct press *press)
{
	const struct page *page = page_single(&press->s->ws.pages, PAGE_DOWNLOAD);
	const char *path = publish_stage_path(press->publish, press->s->mem, page->path);
	const char *why = "cannot be written";

	if (!path) {
		fail(press, page->path, strerror(errno));
		return ST_FAILED;
	}
	if (workbook_write(&press->s->book, path, "../", press->s->mem, &why) != ST_OK) {
		fail(press, page->path, why);
		return ST_FAILED;
	}
	if (publish_added(press->publish, page->path) != ST_OK) {
		fail(press, page->path, strerror(errno));
		return ST_FAILED;
	}
	return ST_OK;
}

static enum status commit(struct press *press, struct publish_summary *summary)
{
	struct session *s = press->s;
	struct manifest_input *inputs = arena_new(s->mem, struct manifest_input, s->ws.inputs.n);
	char as_of[DATE_TEXT];

	for (size_t i = 0; i < s->ws.inputs.n; i++)
		inputs[i] =
		    (struct manifest_input){s->ws.inputs.items[i].path, s->ws.inputs.items[i].size,
					    s->ws.inputs.items[i].sha256};
	return publish_commit(press->publish, MODELBOOK_VERSION, date_format(as_of, s->as_of),
			      inputs, s->ws.inputs.n, summary, &s->diags);
}

/* Findings about publishing itself, which came after those of the workspace. */
static void print_new_findings(struct session *s, size_t first)
{
	const struct diag_text_options text = {.color = s->color};
	struct diag_sink late;
	struct out o = {0};

	diag_init(&late, s->mem);
	for (size_t i = first; i < s->diags.n; i++)
		*ARENA_PUSH(s->mem, &late) = s->diags.items[i];
	settle_severities(&s->ws.config, &late);
	diag_finish(&late);
	diag_print_text(&late, &text, &o);
	fputs(out_text(&o), stderr);
	out_release(&o);
}

static enum status publish_site(struct session *s, const struct renderer *renderer,
				const char *out_dir, struct publish_summary *summary)
{
	static const char *const inputs[] = {"content", "data", "templates", "themes"};
	const char *forbidden[sizeof inputs / sizeof *inputs];
	struct press press = {.s = s, .renderer = renderer};
	struct publish_options where = {.out_dir = out_dir,
					.carry = s->ws.config.carry.items,
					.n_carry = s->ws.config.carry.n,
					.forbidden = forbidden,
					.n_forbidden = sizeof inputs / sizeof *inputs};

	for (size_t i = 0; i < where.n_forbidden; i++)
		forbidden[i] = arena_printf(s->mem, "%s/%s", s->dir, inputs[i]);
	press.publish = publish_begin(s->mem, &where, &s->diags);
	if (!press.publish)
		return ST_FAILED;
	if (write_pages(&press) == ST_OK && write_workbook(&press) == ST_OK &&
	    commit(&press, summary) == ST_OK)
		return ST_OK;
	publish_abort(press.publish);
	if (press.why) {
		diag_add(&s->diags, RULE_IO_WRITE, (struct span){0}, "%s", press.why);
		free(press.why);
	}
	return ST_FAILED;
}

/* Findings that a build shows on standard error: errors and warnings. */
static void print_findings(struct session *s)
{
	const struct diag_text_options text = {.color = s->color, .max_per_file = MOST_PER_FILE};
	struct diag_sink shown;
	struct out o = {0};

	diag_init(&shown, s->mem);
	for (size_t i = 0; i < s->diags.n; i++)
		if (s->diags.items[i].severity != SEVERITY_NOTE)
			*ARENA_PUSH(s->mem, &shown) = s->diags.items[i];
	diag_print_text(&shown, &text, &o);
	fputs(out_text(&o), stderr);
	out_release(&o);
}

/* Whether the findings keep the site from being published. */
static bool is_blocked(const struct arguments *arguments, const struct diag_counts *counts,
		       const char **why)
{
	const char *strict = option_text(arguments, "strict");
	bool keep_going = option_given(arguments, "keep-going");

	*why = "a fault keeps the site from being written (--keep-going publishes it all the same)";
	if (counts->faults && !keep_going)
		return true;
	*why = "--strict keeps the site from being written";
	if (!strict)
		return false;
	return counts->errors || (!strcmp(strict, "warning") && counts->warnings);
}

static int build(struct session *s, const struct arguments *arguments)
{
	const char *out_dir = option_text(arguments, "out"), *font, *why;
	struct diag_counts counts = diag_count(&s->diags);
	struct publish_summary summary = {0};
	struct renderer *renderer;
	size_t before;

	if (!out_dir)
		out_dir = arena_printf(s->mem, "%s/site", s->dir);
	print_findings(s);
	if (is_blocked(arguments, &counts, &why)) {
		fprintf(stderr, "modelbook: %s; the former site stands: %s\n",
			counts_text(s->mem, &counts), why);
		return EXIT_FINDINGS;
	}
	font = font_path(s->mem);
	if (!font || !plot_init(font)) {
		fprintf(stderr, "modelbook: the font of the plots cannot be read%s%s\n",
			font ? ": " : "", font ? font : "");
		return EXIT_CANNOT;
	}
	before = s->diags.n;
	renderer = renderer_new(s->mem, &s->ws, &s->diags);
	if (!renderer || s->diags.n > before) {
		print_new_findings(s, before);
		return renderer ? EXIT_FINDINGS : EXIT_CANNOT;
	}
	session_close_inputs(s);
	if (publish_site(s, renderer, out_dir, &summary) != ST_OK) {
		print_new_findings(s, before);
		return EXIT_CANNOT;
	}
	print_new_findings(s, before);
	if (!s->quiet) {
		struct out o = {0};
		out_printf(&o, "%s: %zu files (%zu written, %zu unchanged); open %s/index.html\n",
			   out_dir, summary.files, summary.written, summary.unchanged, out_dir);
		out_printf(&o, "findings: %s\n", counts_text(s->mem, &counts));
		out_printf(&o, "manifest.json: sha256 %s\n", summary.manifest_sha256);
		if (print_and_exit(&o, EXIT_CLEAN) != EXIT_CLEAN) {
			out_release(&o);
			return EXIT_CANNOT;
		}
		out_release(&o);
	}
	return counts.faults ? EXIT_FINDINGS : EXIT_CLEAN;
}

static int run(const struct command *command, const struct arguments *arguments)
{
	const char *strict = option_text(arguments, "strict");
	struct session s;
	int status;

	(void)command;
	if (!session_options(&s, arguments))
		return EXIT_CANNOT;
	if (strict && *strict && strcmp(strict, "warning") != 0 && strcmp(strict, "error") != 0) {
		fprintf(stderr, "modelbook: --strict takes error or warning, found '%s'\n", strict);
		return EXIT_CANNOT;
	}
	s.dir = session_find_workspace(&s, arguments, NULL);
	if (!s.dir) {
		fprintf(
		    stderr,
		    "modelbook: no modelbook.yaml here or above; run 'modelbook init DIR', or name "
		    "the workspace with --workspace\n");
		return EXIT_CANNOT;
	}
	if (session_load(&s, "content", true) != ST_OK || session_cannot(&s)) {
		print_findings(&s);
		return EXIT_CANNOT;
	}
	status = build(&s, arguments);
	return status;
}

const struct command cmd_build = {
    .name = "build",
    .operands = "",
    .summary = "check, then write the site, its plots and the audit workbook",
    .options = options,
    .description =
	"Checks the workspace and writes the site: every document, model, version, run, incident,\n"
	"finding, template and record as a page, the plots, downloads/audit.xlsx and\n"
	"manifest.json. The output folder holds the complete result of one build at every moment:\n"
	"a build that fails leaves the former site as it was.\n\n"
	"A fault (an input that cannot be taken as what it claims to be) keeps the site from "
	"being\n"
	"written. Other findings are shown on it.\n\n"
	"Exit status: 0 the site was written, 1 a fault, or a finding that --strict names, 2 it\n"
	"could not be written.",
    .examples = "  modelbook build\n"
		"  modelbook build --strict --out public\n"
		"  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) modelbook build\n",
    .most_operands = 0,
    .run = run,
};
