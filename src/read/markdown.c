/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown.c - runs the Markdown reader in workers and checks what they hand back */
#include "read/markdown.h"
#include "base/parts.h"
#include "base/text.h"
#include "base/worker.h"
#include "read/markdown_cache.h"
#include "read/markdown_internal.h"
#include "read/markdown_pool.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SLOWER = 10 }; /* what a sanitizer costs */
#else
enum { SLOWER = 1 };
#endif

static const struct worker_limits LIMITS = {
    .cpu_ms = 1500 * SLOWER, .memory = (size_t)512 << 20, .output = (size_t)64 << 20};

static const char *const end_text[] = {
    [WORKER_TIME] = "reading it takes over a second and a half",
    [WORKER_MEMORY] = "reading it takes over 512 MiB",
    [WORKER_OUTPUT] = "what it holds takes over 64 MiB",
    [WORKER_CRASH] = "the Markdown reader failed on it",
};

/* What a worker writes: this, then the nodes, then the text; or, without nodes, the gist. */
struct wire {
	uint32_t refusal, refusal_at;
	uint32_t n, text_len;
};

/* What the workers share: the inputs, and which of them are to be read. */
struct batch {
	const struct md_input *inputs;
	const size_t *which;
	const struct md_gists *gists;
};

/* Hands back the gist of a tree; false where the tree itself is wanted. */
static bool write_gist(const struct batch *batch, const struct md_input *input,
		       const struct md_build *build, struct worker_output *to)
{
	const struct md_tree tree = {.nodes = build->nodes,
				     .n = (uint32_t)build->n,
				     .text = build->text,
				     .text_len = (uint32_t)build->text_len};
	struct out gist = {0};
	bool made = input->gist && batch->gists && build->refusal == MD_FINE &&
		    batch->gists->make(batch->gists->ctx, input->id, &tree, &gist) &&
		    gist.n < UINT32_MAX;

	if (made) {
		struct wire wire = {.text_len = (uint32_t)gist.n};
		worker_write(to, &wire, sizeof wire);
		worker_write(to, gist.p, gist.n);
	}
	out_release(&gist);
	return made;
}

static void parse_item(void *ctx, size_t item, struct worker_output *to)
{
	const struct batch *batch = ctx;
	const struct md_input *input = &batch->inputs[batch->which[item]];
	struct md_build build;

	md_build_tree(&build, input->source->text, input->source->len, input->body_start);
	if (write_gist(batch, input, &build, to)) {
		md_build_release(&build);
		return;
	}
	struct wire wire = {.refusal = (uint32_t)build.refusal,
			    .refusal_at = (uint32_t)build.refusal_at};
	if (build.refusal == MD_FINE) {
		wire.n = (uint32_t)build.n;
		wire.text_len = (uint32_t)build.text_len;
	}
	worker_write(to, &wire, sizeof wire);
	worker_write(to, build.nodes, wire.n * sizeof *build.nodes);
	worker_write(to, build.text, wire.text_len);
	md_build_release(&build);
}

/* ---- what came back ---- */

static struct md_tree empty_tree(struct arena *mem, const struct md_input *input)
{
	struct md_node *document = arena_new(mem, struct md_node, 1);

	document->after = 1;
	document->start = input->body_start;
	document->end = (uint32_t)input->source->len;
	return (struct md_tree){
	    .nodes = document, .n = 1, .text = "", .text_len = 1, .refused = true};
}

static bool string_is_sound(const struct md_tree *t, uint32_t at, uint32_t n)
{
	return at < t->text_len && n < t->text_len - at && t->text[at + n] == '\0';
}

static bool node_is_sound(const struct md_tree *t, uint32_t i, const struct md_input *input)
{
	const struct md_node *node = &t->nodes[i];
	const struct md_node *parent = &t->nodes[node->parent];

	if (node->type >= MD_TYPE_COUNT || node->after <= i || node->after > t->n)
		return false;
	if (i == 0 ? node->parent != 0 || node->after != t->n || node->type != MD_DOCUMENT
		   : node->parent >= i || parent->after < node->after || node->type == MD_DOCUMENT)
		return false;
	if (node->type == MD_HEADING && (node->level < 1 || node->level > 6))
		return false;
	return node->start >= input->body_start && node->start <= node->end &&
	       node->end <= input->source->len && string_is_sound(t, node->text, node->text_len) &&
	       string_is_sound(t, node->extra, node->extra_len) &&
	       string_is_sound(t, node->title, node->title_len);
}

/* True where each node's parent is the innermost one that is open there, no deeper than allowed. */
static bool nesting_is_sound(const struct md_tree *t)
{
	uint32_t open[MD_MAX_DEPTH];
	size_t depth = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		while (depth > 0 && t->nodes[open[depth - 1]].after <= i)
			depth--;
		if (depth == MD_MAX_DEPTH || (depth > 0 && t->nodes[i].parent != open[depth - 1]))
			return false;
		open[depth++] = i;
	}
	return true;
}

/* Workers read hostile texts with a library that has failed on such before: nothing they hand
 * back is used unchecked. */
static bool tree_is_sound(const struct md_tree *t, const struct md_input *input)
{
	size_t bad;

	if (t->n == 0 || t->text_len == 0 || t->text[t->text_len - 1] != '\0' ||
	    !text_is_utf8(t->text, t->text_len, &bad))
		return false;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->nodes[i].parent >= t->n || !node_is_sound(t, i, input))
			return false;
	return nesting_is_sound(t);
}

static struct md_tree copy_tree(struct arena *mem, const struct md_node *nodes, size_t n,
				const char *text, size_t text_len)
{
	struct md_node *copy = arena_new(mem, struct md_node, n);

	memcpy(copy, nodes, n * sizeof *nodes);
	return (struct md_tree){.nodes = copy,
				.n = (uint32_t)n,
				.text = arena_strndup(mem, text, text_len),
				.text_len = (uint32_t)text_len};
}

static struct md_tree refuse(struct arena *mem, const struct md_input *input, const char *why,
			     size_t at, struct diag_sink *diags)
{
	size_t start = at < input->source->len ? at : input->source->len;

	diag_add(diags, RULE_DOC_UNSAFE, span_at(input->source, start, start), "%s", why);
	return empty_tree(mem, input);
}

/* The tree in what a worker or the store handed back, where it lies; false where it is not sound,
 * which is otherwise said by a finding. */
static bool take_wire(struct arena *mem, const struct md_input *input, const struct md_gists *gists,
		      struct worker_result result, struct md_tree *tree, struct diag_sink *diags)
{
	struct wire wire;
	size_t nodes;
	const char *bytes;

	if (result.n < sizeof wire)
		return false;
	memcpy(&wire, result.bytes, sizeof wire);
	if (wire.refusal != MD_FINE) {
		if (wire.refusal >= MD_REFUSAL_COUNT || result.n != sizeof wire)
			return false;
		*tree = refuse(mem, input, md_refusal_text[wire.refusal], wire.refusal_at, diags);
		return true;
	}
	nodes = wire.n * sizeof(struct md_node);
	bytes = (const char *)result.bytes + sizeof wire;
	if (result.n != sizeof wire + nodes + wire.text_len)
		return false;
	if (!wire.n && input->gist && gists) {
		*tree = empty_tree(mem, input);
		tree->refused = false;
		tree->is_gist = true;
		return gists->take(gists->ctx, input->id, mem, bytes, wire.text_len);
	}
	*tree = (struct md_tree){.nodes = (const struct md_node *)bytes,
				 .n = wire.n,
				 .text = bytes + nodes,
				 .text_len = wire.text_len};
	return tree_is_sound(tree, input);
}

static void take_result(struct arena *mem, const struct md_input *input,
			const struct md_gists *gists, struct worker_result result,
			struct md_tree *tree, struct diag_sink *diags)
{
	if (result.end != WORKER_DONE)
		*tree = refuse(mem, input, end_text[result.end], input->body_start, diags);
	else if (!take_wire(mem, input, gists, result, tree, diags))
		*tree = refuse(mem, input, end_text[WORKER_CRASH], input->body_start, diags);
}

/* ---- many texts ---- */

/* What the threads that take trees share. */
struct taking {
	struct store *store;
	const struct md_input *inputs;
	const struct md_gists *gists; /* NULL: none */
	struct md_tree *trees;
	const struct md_group *groups;
	bool *present;                  /* by group: the store held it */
	const struct md_group **absent; /* the others */
	const size_t *place; /* of an absent group's first text among the workers' items */
	const struct workers *workers; /* NULL: none could be made */
	const char *no_workers;        /* why */
};

/* Takes the trees of a group from the store. Findings of a group that proves unsound are dropped,
 * and all of it is read anew. */
static void take_group(void *ctx, size_t index, struct part *part)
{
	const struct taking *taking = ctx;
	const struct md_group *group = &taking->groups[index];
	struct worker_result *results = arena_new(part->scratch, struct worker_result, group->n);
	struct diag_sink found;

	diag_init(&found, part->mem);
	if (!md_group_get(part->mem, taking->store, group, results))
		return;
	for (size_t i = 0; i < group->n; i++)
		if (!take_wire(part->mem, &taking->inputs[group->first + i], taking->gists,
			       results[i], &taking->trees[group->first + i], &found))
			return;
	diag_merge(part->diags, &found);
	taking->present[index] = true;
}

/* Takes the trees of a group from the workers, and gives them to the store. */
static void read_group(void *ctx, size_t index, struct part *part)
{
	const struct taking *taking = ctx;
	const struct md_group *group = taking->absent[index];
	struct worker_result *results = arena_new(part->scratch, struct worker_result, group->n);

	for (size_t i = 0; i < group->n; i++) {
		const struct md_input *input = &taking->inputs[group->first + i];
		struct md_tree *tree = &taking->trees[group->first + i];
		if (!taking->workers) {
			*tree = refuse(part->mem, input, taking->no_workers, input->body_start,
				       part->diags);
			continue;
		}
		results[i] = workers_get(taking->workers, taking->place[index] + i);
		take_result(part->mem, input, taking->gists, results[i], tree, part->diags);
	}
	if (taking->workers && taking->store)
		md_group_put(taking->store, group, results);
}

static void release_workers(void *workers)
{
	workers_release(workers);
}

/* Runs the workers over the texts of the groups that the store did not hold. Trees stay where the
 * workers made them. */
static void read_groups(struct arena *mem, struct taking *taking, size_t n_absent, size_t jobs,
			struct diag_sink *diags)
{
	size_t n = 0, *which, *place = arena_new(mem, size_t, n_absent);
	struct workers *workers;

	for (size_t g = 0; g < n_absent; g++) {
		place[g] = n;
		n += taking->absent[g]->n;
	}
	which = arena_new(mem, size_t, n);
	for (size_t g = 0; g < n_absent; g++)
		for (size_t i = 0; i < taking->absent[g]->n; i++)
			which[place[g] + i] = taking->absent[g]->first + i;
	struct batch batch = {taking->inputs, which, taking->gists};
	workers = workers_run(n, jobs, &LIMITS, parse_item, &batch);
	if (workers)
		arena_keep(mem, release_workers, workers);
	else
		taking->no_workers =
		    arena_printf(mem, "no process could be made to read it: %s", strerror(errno));
	taking->place = place;
	taking->workers = workers;
	parts_run(mem, diags, n_absent, jobs, read_group, taking);
}

void md_parse_all(struct arena *mem, struct store *store, const struct md_input *inputs, size_t n,
		  size_t jobs, struct md_tree *trees, struct diag_sink *diags)
{
	md_parse_gists(mem, store, inputs, n, jobs, NULL, trees, diags);
}

void md_parse_gists(struct arena *mem, struct store *store, const struct md_input *inputs, size_t n,
		    size_t jobs, const struct md_gists *gists, struct md_tree *trees,
		    struct diag_sink *diags)
{
	struct taking taking = {.store = store, .inputs = inputs, .gists = gists, .trees = trees};
	size_t n_groups, n_absent = 0;

	if (n == 0)
		return;
	taking.groups = md_groups(mem, inputs, n, gists, &n_groups);
	taking.present = arena_new(mem, bool, n_groups);
	taking.absent = arena_new(mem, const struct md_group *, n_groups);
	if (store)
		parts_run(mem, diags, n_groups, jobs, take_group, &taking);
	for (size_t g = 0; g < n_groups; g++)
		if (!taking.present[g])
			taking.absent[n_absent++] = &taking.groups[g];
	if (n_absent)
		read_groups(mem, &taking, n_absent, jobs, diags);
}

struct md_tree md_parse_trusted(struct arena *mem, const struct md_input *input,
				struct diag_sink *diags)
{
	/* cmark-gfm keeps tables that all parsers share, and the pool is one for a process. */
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	struct md_build build;
	struct md_tree tree;

	pthread_mutex_lock(&one_at_a_time);
	md_build_tree(&build, input->source->text, input->source->len, input->body_start);
	md_pool_release();
	pthread_mutex_unlock(&one_at_a_time);
	if (build.refusal != MD_FINE)
		tree = refuse(mem, input, md_refusal_text[build.refusal], build.refusal_at, diags);
	else
		tree = copy_tree(mem, build.nodes, build.n, build.text, build.text_len);
	md_build_release(&build);
	return tree;
}

/* ---- plain text ---- */

/* True where a space keeps the words of this block from those before it. */
static bool is_block(uint8_t type)
{
	return type < MD_TEXT;
}

char *md_plain(struct arena *mem, const struct md_tree *tree, uint32_t node)
{
	const struct md_node *only = &tree->nodes[node] + 1;
	struct out text = {0};

	if (tree->nodes[node].after == node + 2 && only->type == MD_TEXT)
		return arena_strndup(mem, tree->text + only->text, only->text_len);
	for (uint32_t i = node; i < tree->nodes[node].after; i++) {
		const struct md_node *at = &tree->nodes[i];
		if (at->type == MD_TEXT || at->type == MD_CODE)
			out_write(&text, tree->text + at->text, at->text_len);
		else if (at->type == MD_SOFT_BREAK || at->type == MD_LINE_BREAK)
			out_putc(&text, ' ');
		else if (is_block(at->type) && text.n > 0 && text.p[text.n - 1] != ' ')
			out_putc(&text, ' ');
	}
	char *plain = arena_strndup(mem, out_text(&text), text.n);
	out_release(&text);
	return plain;
}
