/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/check_memo.c - what `check` said of a workspace in which not a byte has changed since
 *
 * An entry is a row of strings, each ended by NUL: the digest of the names, the exit status, what
 * went to standard error, the number of inputs, and path and digest of each; then, to the end,
 * what went to standard output. */
#include "cli/check_memo.h"
#include "base/parts.h"
#include "base/status.h"
#include "base/store.h"
#include "base/text.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char default_prefix[] = "default:";
enum { LARGEST_FILE = INT32_MAX, LARGEST_OUTPUT = 64 << 20 };

struct check_memo {
	struct session *s;
	int root, defaults; /* folders; -1 where one cannot be opened */
	bool configured;
	char key[SHA256_HEX];
	char names[SHA256_HEX]; /* digest of what stands in the folders */
};

static void add_text(struct sha256_stream *stream, const char *text)
{
	sha256_add(stream, text, strlen(text) + 1);
}

/* All that a run depends on besides files: the program, the folders, the arguments, the day, and
 * where arguments lead. */
static void set_key(struct check_memo *memo, const struct arguments *arguments)
{
	const struct session *s = memo->s;
	const char *defaults = defaults_dir(s->mem);
	char path[4096] = "";
	struct sha256_stream stream;

	sha256_start(&stream);
	add_text(&stream, "what check said");
	add_text(&stream, store_program_id());
	add_text(&stream, getcwd(path, sizeof path) ? path : "");
	add_text(&stream, s->dir);
	add_text(&stream, defaults ? defaults : "");
	add_text(&stream,
		 arena_printf(s->mem, "%ld %d %d", (long)s->as_of, s->color, memo->configured));
	for (size_t i = 0; i < arguments->n_values; i++) {
		add_text(&stream, arguments->values[i].name);
		add_text(&stream, arguments->values[i].value);
	}
	add_text(&stream, "");
	for (size_t i = 0; i < arguments->n_operands; i++) {
		char *real = realpath(arguments->operands[i], NULL); /* a link may lead elsewhere */
		add_text(&stream, arguments->operands[i]);
		add_text(&stream, real ? real : "");
		free(real);
	}
	sha256_finish(&stream, memo->key);
}

static bool add_names(struct sha256_stream *stream, struct arena *mem, int root, const char *dir)
{
	struct file_list files = {0};

	if (file_walk(mem, root, dir, &files) != ST_OK)
		return false;
	add_text(stream, dir);
	for (size_t i = 0; i < files.n; i++) {
		add_text(stream, files.items[i].path);
		sha256_add(stream, &files.items[i].type, sizeof files.items[i].type);
	}
	return true;
}

/* The digest of what stands in the folders that a run looks through. */
static bool set_names(struct check_memo *memo)
{
	static const char *const configured[] = {"content", "data", "templates"};
	static const char *const installed[] = {"data", "templates"};
	static const char *const bare[] = {""};
	const char *const *dirs = memo->configured ? configured : bare;
	size_t n = memo->configured ? sizeof configured / sizeof *configured : 1;
	struct sha256_stream stream;
	struct arena mem;
	bool good = true;

	arena_init(&mem);
	sha256_start(&stream);
	for (size_t i = 0; i < n; i++)
		good = good && add_names(&stream, &mem, memo->root, dirs[i]);
	for (size_t i = 0; memo->defaults >= 0 && i < sizeof installed / sizeof *installed; i++)
		good = good && add_names(&stream, &mem, memo->defaults, installed[i]);
	sha256_finish(&stream, memo->names);
	arena_release(&mem);
	return good;
}

static void close_folders(void *ctx)
{
	struct check_memo *memo = ctx;

	close(memo->root);
	if (memo->defaults >= 0)
		close(memo->defaults);
}

struct check_memo *check_memo_begin(struct session *s, const struct arguments *arguments,
				    bool configured)
{
	const char *defaults = defaults_dir(s->mem);
	struct check_memo *memo = arena_new(s->mem, struct check_memo, 1);

	if (!s->store)
		return NULL;
	*memo = (struct check_memo){.s = s, .defaults = -1, .configured = configured};
	memo->root = file_open_root(s->dir);
	if (memo->root < 0)
		return NULL;
	if (defaults)
		memo->defaults = file_open_root(defaults);
	arena_keep(s->mem, close_folders, memo);
	set_key(memo, arguments);
	return set_names(memo) ? memo : NULL;
}

/* ---- what was said before ---- */

struct reader {
	const char *at, *end;
};

/* The next string; NULL behind the last. */
static const char *next_text(struct reader *r)
{
	const char *text = r->at;
	const char *nul = r->at < r->end ? memchr(r->at, '\0', (size_t)(r->end - r->at)) : NULL;

	if (!nul)
		return NULL;
	r->at = nul + 1;
	return text;
}

struct input {
	const char *path, *sha256;
};

struct comparison {
	const struct check_memo *memo;
	const struct input *inputs;
	atomic_bool differs; /* one of them does: the others need not be read */
};

static void compare_input(void *ctx, size_t i, struct part *part)
{
	struct comparison *comparison = ctx;
	const struct input *input = &comparison->inputs[i];
	bool is_default = text_starts_with(input->path, default_prefix);
	int root = is_default ? comparison->memo->defaults : comparison->memo->root;
	const char *path = input->path + (is_default ? strlen(default_prefix) : 0);
	char digest[SHA256_HEX], *text;
	size_t n;

	if (atomic_load_explicit(&comparison->differs, memory_order_relaxed))
		return;
	if (root >= 0 && file_read(part->scratch, root, path, LARGEST_FILE, &text, &n) == ST_OK) {
		sha256_hex(text, n, digest);
		if (!strcmp(digest, input->sha256))
			return;
	}
	atomic_store_explicit(&comparison->differs, true, memory_order_relaxed);
}

/* Reads all inputs anew, or up to one that differs. */
static bool inputs_are_the_same(const struct check_memo *memo, struct reader *r, size_t n)
{
	struct arena *mem = memo->s->mem;
	struct input *inputs;
	struct comparison comparison = {.memo = memo};
	struct diag_sink none;

	if (n > (size_t)(r->end - r->at))
		return false;
	inputs = arena_new(mem, struct input, n);
	for (size_t i = 0; i < n; i++) {
		inputs[i].path = next_text(r);
		inputs[i].sha256 = next_text(r);
		if (!inputs[i].path || !inputs[i].sha256)
			return false;
	}
	comparison.inputs = inputs;
	diag_init(&none, mem);
	parts_run(mem, &none, n, memo->s->jobs, compare_input, &comparison);
	return !comparison.differs;
}

bool check_memo_repeat(struct check_memo *memo, int *status)
{
	const char *names, *status_text, *counts, *n_inputs;
	struct reader r;
	char *bytes;
	size_t n;

	if (!memo || !store_get(memo->s->store, memo->s->mem, memo->key, &bytes, &n))
		return false;
	r = (struct reader){bytes, bytes + n};
	names = next_text(&r);
	status_text = next_text(&r);
	counts = next_text(&r);
	n_inputs = next_text(&r);
	if (!n_inputs || strcmp(names, memo->names) != 0 ||
	    !inputs_are_the_same(memo, &r, strtoul(n_inputs, NULL, 10)))
		return false;
	struct out written = {.p = (char *)r.at, .n = (size_t)(r.end - r.at)};
	*status = print_and_exit(&written, (int)strtol(status_text, NULL, 10));
	fputs(counts, stderr);
	return true;
}

/* ---- what is said now ---- */

/* False where a run found something that another run over the same files need not find. */
static bool can_be_repeated(const struct check_memo *memo, const struct session *s)
{
	if (session_cannot(s) || *s->ws.config.repository || s->ws.looked_elsewhere)
		return false; /* links into the repository look at files anywhere in it */
	for (size_t i = 0; i < s->ws.documents.n; i++)
		if (s->ws.documents.items[i]->text.body.refused)
			return false; /* a limit of time or memory may have been at work */
	for (size_t i = 0; memo->configured && i < s->ws.inputs.n; i++) {
		const char *path = s->ws.inputs.items[i].path;
		if (text_starts_with(path, default_prefix))
			path += strlen(default_prefix);
		if (strcmp(path, "modelbook.yaml") != 0 && !text_starts_with(path, "content/") &&
		    !text_starts_with(path, "data/") && !text_starts_with(path, "templates/"))
			return false;
	}
	return true;
}

static void put_text(struct out *o, const char *text)
{
	out_write(o, text, strlen(text) + 1);
}

void check_memo_keep(struct check_memo *memo, const struct session *s, const struct out *written,
		     const char *counts, int status)
{
	struct out head = {0};

	if (!memo || status == EXIT_CANNOT || written->n > LARGEST_OUTPUT ||
	    !can_be_repeated(memo, s))
		return;
	put_text(&head, memo->names);
	put_text(&head, arena_printf(s->mem, "%d", status));
	put_text(&head, counts);
	put_text(&head, arena_printf(s->mem, "%zu", s->ws.inputs.n));
	for (size_t i = 0; i < s->ws.inputs.n; i++) {
		put_text(&head, s->ws.inputs.items[i].path);
		put_text(&head, s->ws.inputs.items[i].sha256);
	}
	const struct iovec pieces[] = {{head.p, head.n}, {(void *)out_text(written), written->n}};
	store_put_pieces(s->store, memo->key, pieces, sizeof pieces / sizeof *pieces);
	out_release(&head);
}
