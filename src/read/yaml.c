/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/yaml.c - libyaml's events into a tree that knows its bytes
 *
 * One pass over events, without libyaml's loader, which follows aliases and is quadratic in
 * anchors. libyaml looks at most 1,024 characters ahead of an event, so that our count of depth
 * bounds the work of its scanner too; directives, which it reads all before its first event, are
 * looked at before it. */
#include "base/text.h"
#include "read/yaml_internal.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum {
	MOST_FINDINGS = 100, /* of one text */
	MOST_RESUMES = 10,   /* readings behind a refusal; each may cost a whole scan */
	SMALL_MAP = 16       /* keys that are compared one by one */
};

struct frame {
	struct data_node *node; /* the list or map that is open */
	struct data_node *key;  /* map: read, its value not yet */
	size_t cap;
	struct map keys; /* text to data_node, filled once a map is no longer small */
};

struct reader {
	struct arena *mem;
	struct diag_sink *diags;
	enum rule rule;
	struct yaml_feed feed;
	size_t base;             /* byte of the source that this reading begins at */
	size_t at_char, at_byte; /* the last place counted from characters to bytes */
	struct frame frames[YAML_MAX_DEPTH];
	size_t depth;
	struct data_node *root;
	size_t nodes, problems;
	size_t last_problem; /* byte of the latest refusal of libyaml */
	bool stop;
};

/* Counts a mark's characters to a byte of the source. Marks come nearly in order, so that all
 * calls together are linear. */
static size_t byte_of(struct reader *r, const yaml_mark_t *mark)
{
	const char *p = r->feed.source->text;
	size_t to = mark->index;

	if (r->feed.ascii)
		return r->base + to < r->feed.end ? r->base + to : r->feed.end;
	for (; r->at_char < to && r->at_byte < r->feed.end; r->at_char++) {
		r->at_byte++;
		while (r->at_byte < r->feed.end && ((unsigned char)p[r->at_byte] & 0xC0) == 0x80)
			r->at_byte++;
	}
	for (; r->at_char > to && r->at_byte > r->base; r->at_char--) {
		r->at_byte--;
		while (r->at_byte > r->base && ((unsigned char)p[r->at_byte] & 0xC0) == 0x80)
			r->at_byte--;
	}
	return r->at_byte;
}

static struct span event_span(struct reader *r, const yaml_event_t *event)
{
	size_t start = byte_of(r, &event->start_mark);

	return span_at(r->feed.source, start, byte_of(r, &event->end_mark));
}

/* A finding; help may be NULL. Ends the reading when there are too many. */
static void problem(struct reader *r, enum rule rule, struct span at, const char *detail,
		    const char *help)
{
	struct finding *finding = diag_add(r->diags, rule, at, "%s", detail);

	if (help)
		diag_help(r->diags, finding, "%s", help);
	if (++r->problems >= MOST_FINDINGS)
		r->stop = true;
}

static struct data_node *new_node(struct reader *r, enum data_kind kind, struct span at)
{
	struct data_node *node = arena_new(r->mem, struct data_node, 1);

	*node = (struct data_node){.kind = kind, .at = at, .text = ""};
	if (++r->nodes > YAML_MAX_NODES) {
		problem(r, r->rule, at, "more than 1,000,000 values", NULL);
		r->stop = true;
	}
	return node;
}

static bool is_scalar(const struct data_node *node)
{
	return node->kind != DATA_LIST && node->kind != DATA_MAP;
}

/* The key of an open map that has this text, and from now on `key` where there was none. */
static struct data_node *former_key(struct reader *r, struct frame *frame, struct data_node *key)
{
	struct data_node *map = frame->node;

	if (map->n < SMALL_MAP) {
		for (size_t i = 0; i < map->n; i++) {
			struct data_node *other = map->pairs[i].key;
			if (other->len == key->len && !memcmp(other->text, key->text, key->len))
				return other;
		}
		return NULL;
	}
	for (size_t i = frame->keys.n; i < map->n; i++)
		map_put_n(&frame->keys, r->mem, map->pairs[i].key->text, map->pairs[i].key->len,
			  map->pairs[i].key);
	return map_get_n(&frame->keys, key->text, key->len);
}

static void check_key(struct reader *r, struct frame *frame, struct data_node *key)
{
	struct data_node *former;

	if (!key->quoted && !strcmp(key->text, "<<"))
		problem(r, r->rule, key->at, "merge key '<<' is not read here",
			"write the keys out");
	former = former_key(r, frame, key);
	if (former) {
		struct position first = source_position(&former->at);
		struct position second = source_position(&key->at);
		struct finding *f =
		    diag_add(r->diags, RULE_DATA_DUPLICATE_KEY, key->at, "'%s'", key->text);
		diag_help(r->diags, f, "it stands on lines %u and %u", first.line, second.line);
		if (++r->problems >= MOST_FINDINGS)
			r->stop = true;
	}
}

static void add_pair(struct reader *r, struct frame *frame, struct data_node *value)
{
	struct data_node *map = frame->node;
	struct data_pair *pair;

	if (is_scalar(frame->key))
		check_key(r, frame, frame->key);
	pair = arena_push(r->mem, (void **)&map->pairs, &map->n, &frame->cap, sizeof *pair);
	*pair = (struct data_pair){frame->key, value};
	frame->key = NULL;
}

/* Puts a node where it belongs: the root, the next item, a key, or a key's value. */
static void attach(struct reader *r, struct data_node *node)
{
	struct frame *frame;

	if (!r->depth) {
		if (!r->root)
			r->root = node;
		return;
	}
	frame = &r->frames[r->depth - 1];
	if (frame->node->kind == DATA_LIST) {
		struct data_node **item = arena_push(r->mem, (void **)&frame->node->items,
						     &frame->node->n, &frame->cap, sizeof *item);
		*item = node;
	} else if (frame->key) {
		add_pair(r, frame, node);
	} else {
		if (!is_scalar(node))
			problem(r, r->rule,
				span_at(node->at.source, node->at.start, node->at.start + 1),
				"a list or map cannot be a key", "keys are plain text");
		frame->key = node;
	}
}

static void open_collection(struct reader *r, enum data_kind kind, const yaml_event_t *event)
{
	struct span at = event_span(r, event);
	struct data_node *node;

	if (r->depth == YAML_MAX_DEPTH) {
		problem(r, r->rule, span_at(at.source, at.start, at.start + 1),
			"lists and maps are nested over 64 deep", NULL);
		r->stop = true;
		return;
	}
	/* Behind a refusal the outermost map goes on, so that its keys stay unique. */
	if (!r->depth && r->root && r->root->kind == DATA_MAP && kind == DATA_MAP) {
		r->frames[0].key = NULL;
		r->depth = 1;
		return;
	}
	node = new_node(r, kind, at);
	attach(r, node);
	r->frames[r->depth++] = (struct frame){.node = node};
}

static void close_collection(struct reader *r, const yaml_event_t *event)
{
	struct data_node *node = r->frames[--r->depth].node;

	if (event->end_mark.index > event->start_mark.index) /* ] or } */
		node->at.end = (uint32_t)byte_of(r, &event->end_mark);
	else if (!node->n)
		node->at.end = node->at.start;
	else if (node->kind == DATA_LIST)
		node->at.end = node->items[node->n - 1]->at.end;
	else
		node->at.end = node->pairs[node->n - 1].value->at.end;
	if (node->at.end < node->at.start)
		node->at.end = node->at.start;
}

/* Anchors and tags, which stand before a value: findings at each. */
static void refuse_properties(struct reader *r, const yaml_event_t *event,
			      const yaml_char_t *anchor, const yaml_char_t *tag)
{
	const char *text = r->feed.source->text;
	size_t at = byte_of(r, &event->start_mark), end;

	for (int i = 0; i < 2 && (anchor || tag); i++) {
		while (at < r->feed.end && strchr(" \t\r\n", text[at]))
			at++;
		for (end = at; end < r->feed.end && !strchr(" \t\r\n,[]{}", text[end]);)
			end++;
		if (at < r->feed.end && text[at] == '&')
			problem(r, r->rule, span_at(r->feed.source, at, end),
				"anchors are not read here",
				"write the value out where it is used");
		else if (at < r->feed.end && text[at] == '!')
			problem(r, r->rule, span_at(r->feed.source, at, end),
				"tags are not read here", "write the value without a tag");
		else
			return;
		at = end;
	}
}

/* Where a block scalar's last line ends, without the line breaks behind it. */
static size_t trimmed_end(const struct reader *r, size_t start, size_t end)
{
	while (end > start && strchr(" \t\r\n", r->feed.source->text[end - 1]))
		end--;
	return end;
}

static void check_scalar(struct reader *r, const struct data_node *node)
{
	size_t bad;

	if (node->len > YAML_MAX_SCALAR)
		problem(r, r->rule, span_at(node->at.source, node->at.start, node->at.start + 1),
			"text over 1 MiB", NULL);
	if (memchr(node->text, '\0', node->len))
		problem(r, r->rule, node->at, "NUL byte written as an escape", NULL);
	else if (!text_is_printable(node->text, node->len, &bad))
		problem(r, r->rule, node->at,
			"character that no text can hold, written as an escape", NULL);
}

static void add_scalar(struct reader *r, const yaml_event_t *event)
{
	struct data_node *node = new_node(r, DATA_TEXT, event_span(r, event));
	yaml_scalar_style_t style = event->data.scalar.style;
	size_t len = event->data.scalar.length, stand_ins;
	char *text = arena_strndup(r->mem, (const char *)event->data.scalar.value, len);

	if (r->feed.stand_ins) {
		len = yaml_restore(text, len, &stand_ins);
		if (stand_ins > yaml_count_special(&r->feed, node->at.start, node->at.end))
			problem(r, r->rule, node->at, "escape that is no character", NULL);
	}
	node->text = text;
	node->len = len;
	node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
		node->at.end = (uint32_t)trimmed_end(r, node->at.start, node->at.end);
	check_scalar(r, node);
	if (!node->quoted)
		yaml_core_scalar(node);
	attach(r, node);
}

static void refuse_alias(struct reader *r, const yaml_event_t *event)
{
	struct span at = event_span(r, event);

	problem(r, r->rule, at, "aliases are not read here", "write the value out");
	attach(r, new_node(r, DATA_NULL, at));
}

/* Content behind the document's end is another document, whatever it is. */
static void end_document(struct reader *r, const yaml_event_t *event)
{
	const char *text = r->feed.source->text;
	size_t end = r->feed.end;
	size_t rest = yaml_skip_void(text, byte_of(r, &event->start_mark), end);

	r->stop = true;
	if (rest == end)
		return;
	problem(r, r->rule, span_at(r->feed.source, rest, rest + 3 < end ? rest + 3 : end),
		"a second document begins here", "keep one document in a file");
}

static void take_event(struct reader *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		refuse_alias(r, event);
		break;
	case YAML_SCALAR_EVENT:
		refuse_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag);
		add_scalar(r, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		refuse_properties(r, event, event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);
		open_collection(r, DATA_LIST, event);
		break;
	case YAML_MAPPING_START_EVENT:
		refuse_properties(r, event, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag);
		open_collection(r, DATA_MAP, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(r, event);
		break;
	case YAML_DOCUMENT_END_EVENT:
		end_document(r, event);
		break;
	case YAML_STREAM_END_EVENT:
		r->stop = true;
		break;
	default: /* the stream's and the document's start */
		break;
	}
}

/* "'@' cannot begin a value"; a tab is told apart, since it cannot be seen. */
static void refuse_character(struct reader *r, struct span at)
{
	char c = at.start < r->feed.end ? r->feed.source->text[at.start] : ' ';
	const char *detail;

	if (c == '\t') {
		problem(r, r->rule, at, "tab character used for indentation", "indent with spaces");
		return;
	}
	detail = arena_printf(r->mem, "'%c' cannot begin a value", c);
	problem(r, r->rule, at, detail, "put the value in quotes");
}

/* The finding for a bracket that the text's end leaves open; false where that is not it. */
static bool refuse_open_bracket(struct reader *r, const yaml_parser_t *parser)
{
	size_t began = byte_of(r, &parser->context_mark), end = r->feed.end;
	char bracket = began < end ? r->feed.source->text[began] : ' ';

	if (!parser->context || byte_of(r, &parser->problem_mark) < end ||
	    (bracket != '[' && bracket != '{'))
		return false;
	r->last_problem = end;
	problem(r, r->rule, span_at(r->feed.source, began, began + 1),
		bracket == '[' ? "'[' is not closed" : "'{' is not closed", NULL);
	return true;
}

/* The help line, with the line where what is open began. */
static const char *refusal_help(struct reader *r, const yaml_parser_t *parser, const char *help,
				struct span at)
{
	struct span began;
	uint32_t line;

	if (!parser->context)
		return help;
	began = span_at(r->feed.source, byte_of(r, &parser->context_mark), 0);
	line = source_position(&began).line;
	if (line >= source_position(&at).line)
		return help;
	return arena_printf(r->mem, "%s%swhat is open here began on line %u", help ? help : "",
			    help ? "; " : "", line);
}

/* The finding for what made libyaml stop. */
static void refuse_syntax(struct reader *r, const yaml_parser_t *parser)
{
	const struct yaml_refusal *known = yaml_refusal_find(parser->problem, parser->context);
	const yaml_mark_t *mark =
	    known->at_context && parser->context ? &parser->context_mark : &parser->problem_mark;
	size_t at = byte_of(r, mark);
	struct span span;

	if (refuse_open_bracket(r, parser))
		return;
	if (at >= r->feed.end)
		at = trimmed_end(r, r->base, r->feed.end);
	span = span_at(r->feed.source, at, at < r->feed.end ? at + 1 : at);
	r->last_problem = at;
	if (parser->problem &&
	    !strcmp(parser->problem, "found character that cannot start any token"))
		refuse_character(r, span);
	else
		problem(r, r->rule, span,
			known->detail     ? known->detail
			: parser->problem ? parser->problem
					  : "not enough memory to read it",
			refusal_help(r, parser, known->help, span));
}

/* Reads from byte `from` to the end, a refusal, or a limit. True where libyaml refused. */
static bool read_from(struct reader *r, size_t from)
{
	yaml_parser_t parser;
	yaml_event_t event;
	size_t skipped = from - r->feed.start;
	bool refused = false;

	r->base = r->at_byte = from;
	r->at_char = 0;
	r->depth = 0;
	r->stop = false;
	if (!yaml_parser_initialize(&parser)) {
		problem(r, r->rule, span_at(r->feed.source, from, from),
			"not enough memory to read it", NULL);
		return false;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)r->feed.text + skipped,
				     r->feed.len - skipped);
	while (!r->stop && !refused) {
		if (!yaml_parser_parse(&parser, &event)) {
			refuse_syntax(r, &parser);
			refused = true;
			break;
		}
		take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return refused;
}

/* True where no directive but one %YAML stands before the document. */
static bool check_directives(struct reader *r)
{
	const char *text = r->feed.source->text;
	size_t at = yaml_skip_void(text, r->feed.start, r->feed.end);
	bool version = false;

	while (at < r->feed.end && text[at] == '%') {
		const char *nl = memchr(text + at, '\n', r->feed.end - at);
		size_t end = nl ? (size_t)(nl - text) : r->feed.end;
		if (version || end - at < 6 || memcmp(text + at, "%YAML ", 6) != 0) {
			problem(r, r->rule, span_at(r->feed.source, at, end),
				"directive is not read here", "remove the line");
			return false;
		}
		version = true;
		at = yaml_skip_void(text, end, r->feed.end);
	}
	return true;
}

/* Readings behind a refusal go on at the next key of an outermost block map. */
static bool may_resume(const struct reader *r)
{
	const struct data_node *root = r->root;
	const char *text = r->feed.source->text;

	return root && root->kind == DATA_MAP && !r->feed.stand_ins &&
	       r->problems < MOST_FINDINGS &&
	       (root->at.start == r->feed.start || text[root->at.start - 1] == '\n');
}

static void read_all(struct reader *r)
{
	size_t from = r->feed.start;

	for (int i = 0; i <= MOST_RESUMES && read_from(r, from); i++) {
		if (!may_resume(r))
			return;
		from = yaml_resume_at(r->feed.source->text, r->last_problem, r->feed.end);
		if (from >= r->feed.end)
			return;
	}
}

struct data_node *yaml_read(struct arena *mem, struct source *source, size_t start, size_t end,
			    enum rule syntax_rule, struct diag_sink *diags)
{
	struct reader *r;

	assert(start <= end && end <= source->len);
	if (!yaml_gate(source, start, end, syntax_rule, diags))
		return NULL;
	r = arena_new(mem, struct reader, 1);
	r->mem = mem;
	r->diags = diags;
	r->rule = syntax_rule;
	r->feed = yaml_feed_new(mem, source, start, end);
	if (!check_directives(r))
		return NULL;
	read_all(r);
	if (r->problems)
		return NULL;
	return r->root ? r->root : new_node(r, DATA_NULL, span_at(source, start, start));
}
