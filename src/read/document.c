/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/document.c - a Markdown file with its front matter
 *
 * Where `---` opens front matter and where it is a rule of Markdown's: on the first line it opens,
 * as on the usual hosts, if a line `---` or `...` closes it. Without such a line it is a rule,
 * unless a key stands on the next line that holds anything: then the block was left unclosed.
 * Behind blank lines and comments it opens only where it is closed and a key comes first. */
#include "read/document.h"
#include "base/parts.h"
#include "base/text.h"
#include "read/yaml.h"
#include <string.h>

/* Lines end with LF, CRLF or CR. */
struct line {
	size_t start, end, next; /* [start, end) without the line ending */
};

static struct line line_at(const struct source *source, size_t start)
{
	struct line line = {start, start, source->len};

	while (line.end < source->len && source->text[line.end] != '\n' &&
	       source->text[line.end] != '\r')
		line.end++;
	if (line.end < source->len)
		line.next = line.end + 1;
	if (line.next < source->len && source->text[line.end] == '\r' &&
	    source->text[line.next] == '\n')
		line.next++;
	return line;
}

static bool is_blank(const struct source *source, struct line line)
{
	for (size_t i = line.start; i < line.end; i++)
		if (source->text[i] != ' ' && source->text[i] != '\t')
			return false;
	return true;
}

/* True where the line is `fence` and nothing but white space behind it. */
static bool is_fence(const struct source *source, struct line line, const char *fence)
{
	size_t n = strlen(fence);

	if (line.end - line.start < n || memcmp(source->text + line.start, fence, n) != 0)
		return false;
	line.start += n;
	return is_blank(source, line);
}

/* The first line from `at` that is `fence` or `other`; false where none is. */
static bool find_fence(const struct source *source, size_t at, const char *fence, const char *other,
		       struct line *found)
{
	while (at < source->len) {
		struct line line = line_at(source, at);
		if (is_fence(source, line, fence) || is_fence(source, line, other)) {
			*found = line;
			return true;
		}
		at = line.next;
	}
	return false;
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '"' || c == '\'' || (c & 0x80) != 0;
}

/* True where the first line from `at` that is neither blank nor a comment of YAML's reads `key:`
 * (or `key =`, for TOML's separator '='). */
static bool key_comes_first(const struct source *source, size_t at, char separator)
{
	while (at < source->len) {
		struct line line = line_at(source, at);
		const char *text = source->text;
		size_t i = line.start;
		at = line.next;
		if (is_blank(source, line) || text[i] == '#')
			continue;
		while (i < line.end && is_key_byte(text[i]))
			i++;
		if (i == line.start)
			return separator == '=' && text[i] == '[';
		while (separator == '=' && i < line.end && text[i] == ' ')
			i++;
		return i < line.end && text[i] == separator &&
		       (separator == '=' || i + 1 == line.end || text[i + 1] == ' ' ||
			text[i + 1] == '\t');
	}
	return false;
}

/* The offset behind blank lines and HTML comments. */
static size_t skip_preamble(const struct source *source, size_t at)
{
	while (at < source->len) {
		struct line line = line_at(source, at);
		if (is_blank(source, line)) {
			at = line.next;
			continue;
		}
		if (line.end - at < 4 || memcmp(source->text + at, "<!--", 4) != 0)
			break;
		const char *close = memmem(source->text + at + 4, source->len - at - 4, "-->", 3);
		if (!close)
			break;
		line = line_at(source, (size_t)(close - source->text) + 3);
		if (!is_blank(source, line))
			break;
		at = line.next;
	}
	return at;
}

static void read_yaml(struct arena *mem, struct document_text *doc, size_t start, size_t end,
		      struct diag_sink *diags)
{
	size_t before = diags->n;
	const struct data_node *root =
	    yaml_read(mem, doc->source, start, end, RULE_DOC_FRONT_MATTER, diags);

	doc->faulty = !root;
	for (size_t i = before; i < diags->n; i++)
		if (diags->items[i].severity == SEVERITY_ERROR)
			doc->faulty = true;
	if (!root || root->kind == DATA_NULL)
		return;
	if (root->kind == DATA_MAP) {
		doc->front_matter = root;
		return;
	}
	doc->faulty = true;
	struct finding *finding =
	    diag_add(diags, RULE_DOC_FRONT_MATTER, root->at, "it is %s, must be keys with values",
		     data_kind_name(root->kind));
	diag_help(diags, finding, "write `title: …` between the two lines `---`");
}

static void read_block(struct arena *mem, struct document_text *doc, struct line open,
		       struct line close, struct diag_sink *diags)
{
	doc->front_matter_at = span_at(doc->source, open.start, close.end);
	doc->body_start = (uint32_t)close.next;
	read_yaml(mem, doc, open.next, close.start, diags);
}

static void say_unclosed(struct document_text *doc, struct line open, struct diag_sink *diags)
{
	size_t at = open.next;

	doc->faulty = true;
	doc->front_matter_at = span_at(doc->source, open.start, open.end);
	/* What follows the first blank line is taken for the body. */
	while (at < doc->source->len) {
		struct line line = line_at(doc->source, at);
		at = line.next;
		if (is_blank(doc->source, line))
			break;
	}
	doc->body_start = (uint32_t)at;
	struct finding *finding =
	    diag_add(diags, RULE_DOC_FRONT_MATTER, doc->front_matter_at, "no line `---` closes it");
	diag_help(diags, finding, "write `---` on a line of its own behind the last key");
}

static void say_toml(struct document_text *doc, struct line open, struct diag_sink *diags)
{
	struct line close;

	if (find_fence(doc->source, open.next, "+++", "+++", &close))
		doc->body_start = (uint32_t)close.next;
	else if (!key_comes_first(doc->source, open.next, '='))
		return;
	doc->faulty = true;
	doc->front_matter_at = span_at(doc->source, open.start, open.end);
	struct finding *finding = diag_add(diags, RULE_DOC_FRONT_MATTER, doc->front_matter_at,
					   "`+++` opens TOML, which is not read");
	diag_help(diags, finding, "write it as YAML between two lines `---`");
}

void document_split(struct arena *mem, struct source *source, struct document_text *doc,
		    struct diag_sink *diags)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t first = source->len >= 3 && memcmp(source->text, bom, 3) == 0 ? 3 : 0;
	struct line open = line_at(source, first), close;

	*doc = (struct document_text){.source = source,
				      .front_matter_at = span_at(source, 0, 0),
				      .body_start = (uint32_t)first};
	if (is_fence(source, open, "---")) {
		if (find_fence(source, open.next, "---", "...", &close))
			read_block(mem, doc, open, close, diags);
		else if (key_comes_first(source, open.next, ':'))
			say_unclosed(doc, open, diags);
		return;
	}
	if (is_fence(source, open, "+++")) {
		say_toml(doc, open, diags);
		return;
	}
	open = line_at(source, skip_preamble(source, first));
	if (open.start == first || !is_fence(source, open, "---") ||
	    !key_comes_first(source, open.next, ':') ||
	    !find_fence(source, open.next, "---", "...", &close))
		return;
	read_block(mem, doc, open, close, diags);
	struct finding *finding = diag_add(diags, RULE_DOC_FRONT_MATTER_PLACE,
					   span_at(source, open.start, open.end), "%s", "");
	diag_help(diags, finding, "move it up to the first line");
}

/* ---- many documents ---- */

/* Refuses what may not be given to any parser, with its exact place. */
static bool pass_gate(struct document_text *doc, struct diag_sink *diags)
{
	struct source *source = doc->source;
	size_t bad;
	const char *nul;

	if (!text_is_utf8(source->text, source->len, &bad))
		diag_add(diags, RULE_DOC_UNSAFE, span_at(source, bad, bad + 1),
			 "byte 0x%02x is not UTF-8", (unsigned char)source->text[bad]);
	else if (source->len > 0 && (nul = memchr(source->text, '\0', source->len)) != NULL)
		diag_add(
		    diags, RULE_DOC_UNSAFE,
		    span_at(source, (size_t)(nul - source->text), (size_t)(nul - source->text) + 1),
		    "it holds a NUL byte");
	else
		return true;
	doc->faulty = true;
	return false;
}

static struct md_tree tree_of_nothing(struct arena *mem, const struct source *source)
{
	struct md_node *document = arena_new(mem, struct md_node, 1);

	*document = (struct md_node){.type = MD_DOCUMENT,
				     .after = 1,
				     .start = (uint32_t)source->len,
				     .end = (uint32_t)source->len};
	return (struct md_tree){.nodes = document, .n = 1, .text = "", .text_len = 1};
}

/* What the threads that split documents share. */
struct splitting {
	struct source *const *sources;
	struct document_text *docs;
};

static void split_one(void *ctx, size_t i, struct part *part)
{
	const struct splitting *splitting = ctx;
	struct source *source = splitting->sources[i];
	struct document_text *doc = &splitting->docs[i];

	*doc = (struct document_text){.source = source,
				      .front_matter_at = span_at(source, 0, 0),
				      .body_start = (uint32_t)source->len};
	if (pass_gate(doc, part->diags))
		document_split(part->mem, source, doc, part->diags);
	else
		doc->unreadable = true;
	doc->body = tree_of_nothing(part->mem, source);
}

void document_split_all(struct arena *mem, struct source *const *sources, size_t n, size_t jobs,
			struct document_text *docs, struct diag_sink *diags)
{
	struct splitting splitting = {sources, docs};

	parts_run(mem, diags, n, jobs, split_one, &splitting);
}

void document_parse_all(struct arena *mem, struct store *store, struct document_text *const *docs,
			size_t n, size_t jobs, const struct md_gists *gists,
			const char *const *gist, struct diag_sink *diags)
{
	struct md_input *inputs = arena_new(mem, struct md_input, n);
	struct md_tree *trees = arena_new(mem, struct md_tree, n);
	size_t n_inputs = 0;

	for (size_t i = 0; i < n; i++)
		if (!docs[i]->unreadable)
			inputs[n_inputs++] =
			    (struct md_input){.source = docs[i]->source,
					      .body_start = docs[i]->body_start,
					      .id = i,
					      .gist = gists && gist ? gist[i] : NULL};
	md_parse_gists(mem, store, inputs, n_inputs, jobs, gists, trees, diags);
	for (size_t i = 0; i < n_inputs; i++) {
		struct document_text *doc = docs[inputs[i].id];
		doc->body = trees[i];
		doc->faulty = doc->faulty || doc->body.refused;
	}
}
