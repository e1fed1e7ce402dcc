/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figure_tree.c - figures as JSON and YAML: the objects of records
 *
 * The walk over the figures is kept as a tree first, so that an object of plain values can stand
 * on one line and the reason of what is null behind the values that it explains. */
#include "cli/figure_tree.h"
#include "base/number.h"
#include "base/text.h"
#include "read/yaml.h"
#include <math.h>
#include <string.h>

struct figure_node {
	const char *name; /* NULL in a list */
	enum { NODE_MAP, NODE_LIST, NODE_NUMBER, NODE_COUNT, NODE_TEXT } kind;
	double number;
	size_t count;
	const char *text;
	LIST_OF(struct figure_node *);
	const char *why;      /* the reason of every null in this map, NULL for none */
	const char *why_each; /* with their names, where they differ: "a, b: reason; c: other" */
	const char *why_last, *why_names; /* the last of these reasons, and the names before it */
	struct figure_node *parent;
};

static struct figure_node *add_node(struct figure_tree *tree, const char *name, int kind)
{
	struct figure_node *node = arena_new(tree->mem, struct figure_node, 1);

	node->name = name ? arena_strdup(tree->mem, name) : NULL;
	node->kind = kind;
	node->parent = tree->at;
	*ARENA_PUSH(tree->mem, tree->at) = node;
	return node;
}

static bool visit_open(void *ctx, const char *name, bool list)
{
	struct figure_tree *tree = ctx;

	tree->at = add_node(tree, name, list ? NODE_LIST : NODE_MAP);
	return true;
}

static struct figure_node *reason_of(const struct figure_node *map)
{
	for (size_t i = 0; i < map->n; i++)
		if (map->items[i]->name && !strcmp(map->items[i]->name, "reason"))
			return map->items[i];
	return NULL;
}

static void visit_close(void *ctx)
{
	struct figure_tree *tree = ctx;
	struct figure_node *map = tree->at;

	if (map->kind == NODE_MAP && map->why) {
		struct figure_node *reason = reason_of(map);

		if (!reason)
			add_node(tree, "reason", NODE_TEXT)->text =
			    *map->why ? map->why : map->why_each;
		else if (strcmp(reason->text, map->why) != 0)
			reason->text =
			    arena_printf(tree->mem, "%s; %s", reason->text, map->why_each);
	}
	tree->at = map->parent;
}

/* One reason stands for all nulls of an object where it is the same; else each is named. */
static void add_reason(struct figure_tree *tree, const char *name, const char *reason)
{
	struct figure_node *map = tree->at;

	if (map->why_last && !strcmp(map->why_last, reason)) {
		map->why_names = arena_printf(tree->mem, "%s, %s", map->why_names, name);
	} else {
		map->why_names = map->why_each
				     ? arena_printf(tree->mem, "%s; %s", map->why_each, name)
				     : arena_strdup(tree->mem, name);
		map->why_last = reason;
	}
	map->why_each = arena_printf(tree->mem, "%s: %s", map->why_names, reason);
	map->why = !map->why || !strcmp(map->why, reason) ? reason : "";
}

static void visit_number(void *ctx, const char *name, double value, const char *reason)
{
	struct figure_tree *tree = ctx;

	add_node(tree, name, NODE_NUMBER)->number = value;
	if (!isfinite(value) && tree->at->kind == NODE_MAP && name && reason)
		add_reason(tree, name, reason);
}

static void visit_count(void *ctx, const char *name, size_t value)
{
	add_node(ctx, name, NODE_COUNT)->count = value;
}

static void visit_text(void *ctx, const char *name, const char *value)
{
	struct figure_tree *tree = ctx;

	add_node(tree, name, NODE_TEXT)->text = arena_strdup(tree->mem, value);
}

void figure_tree_init(struct figure_tree *tree, struct arena *mem)
{
	*tree = (struct figure_tree){.mem = mem};
	tree->root = arena_new(mem, struct figure_node, 1);
	tree->root->kind = NODE_MAP;
	tree->at = tree->root;
	tree->visitor = (struct figure_visitor){.ctx = tree,
						.open = visit_open,
						.close = visit_close,
						.number = visit_number,
						.count = visit_count,
						.text = visit_text};
}

static bool is_plain(const struct figure_node *node)
{
	return node->kind != NODE_MAP && node->kind != NODE_LIST;
}

/* An item of a list that holds plain values alone stands on one line. */
static bool on_one_line(const struct figure_node *node)
{
	for (size_t i = 0; i < node->n; i++)
		if (!is_plain(node->items[i]))
			return false;
	return node->n == 0 || node->kind == NODE_LIST || (!node->name && node->parent);
}

static void indent(size_t depth, struct out *to)
{
	while (depth--)
		out_puts(to, "  ");
}

static void plain_value(const struct figure_node *node, void (*text)(struct out *, const char *),
			struct out *to)
{
	char buf[NUMBER_TEXT_MAX];

	switch (node->kind) {
	case NODE_NUMBER:
		out_puts(to, number_shortest(buf, node->number));
		break;
	case NODE_COUNT:
		out_printf(to, "%zu", node->count);
		break;
	default:
		text(to, node->text);
	}
}

/* Both notations share the flow style; `text` writes names and texts. */
static void flow_value(const struct figure_node *node, void (*text)(struct out *, const char *),
		       struct out *to)
{
	if (is_plain(node)) {
		plain_value(node, text, to);
		return;
	}
	out_putc(to, node->kind == NODE_LIST ? '[' : '{');
	for (size_t i = 0; i < node->n; i++) {
		out_puts(to, i ? ", " : "");
		if (node->kind == NODE_MAP) {
			text(to, node->items[i]->name);
			out_puts(to, ": ");
		}
		flow_value(node->items[i], text, to);
	}
	out_putc(to, node->kind == NODE_LIST ? ']' : '}');
}

/* -- JSON ------------------------------------------------------------------------------------- */

static void json_value(const struct figure_node *node, size_t depth, struct out *to)
{
	if (is_plain(node) || on_one_line(node)) {
		flow_value(node, text_write_json_string, to);
		return;
	}
	out_puts(to, node->kind == NODE_LIST ? "[" : "{");
	for (size_t i = 0; i < node->n; i++) {
		out_puts(to, i ? ",\n" : "\n");
		indent(depth + 1, to);
		if (node->kind == NODE_MAP) {
			text_write_json_string(to, node->items[i]->name);
			out_puts(to, ": ");
		}
		json_value(node->items[i], depth + 1, to);
	}
	out_putc(to, '\n');
	indent(depth, to);
	out_puts(to, node->kind == NODE_LIST ? "]" : "}");
}

void figure_tree_json(const struct figure_tree *tree, struct out *to)
{
	json_value(tree->root, 0, to);
	out_putc(to, '\n');
}

/* -- YAML ------------------------------------------------------------------------------------- */

/* Words that no reader takes for anything but text stand as they are. */
static bool is_plain_text(const char *text)
{
	static const char *const taken[] = {"y", "n", "yes", "no", "on", "off"}; /* YAML 1.1 */
	struct data_node node = {.text = text, .len = strlen(text)};
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (!n || text[n] || (*text >= '0' && *text <= '9'))
		return false;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!strcasecmp(text, taken[i]))
			return false;
	yaml_core_scalar(&node);
	return node.kind == DATA_TEXT;
}

/* Control characters, which no record may hold, stand as \xNN. */
static void yaml_text(struct out *to, const char *text)
{
	struct out visible = {0};
	size_t n = strlen(text), bad;

	if (!text_is_utf8(text, n, &bad) || !text_is_printable(text, n, &bad))
		text_write_visible(&visible, text, n);
	else
		out_puts(&visible, text);
	if (is_plain_text(out_text(&visible)))
		out_puts(to, out_text(&visible));
	else
		text_write_json_string(to, out_text(&visible));
	out_release(&visible);
}

static void yaml_block(const struct figure_node *node, size_t depth, struct out *to);

static void yaml_value(const struct figure_node *node, size_t depth, struct out *to)
{
	if (is_plain(node) || on_one_line(node)) {
		out_putc(to, ' ');
		flow_value(node, yaml_text, to);
		out_putc(to, '\n');
		return;
	}
	out_putc(to, '\n');
	yaml_block(node, depth + 1, to);
}

/* A map inside a list begins behind its dash. */
static void yaml_block(const struct figure_node *node, size_t depth, struct out *to)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct figure_node *item = node->items[i];

		indent(depth, to);
		if (node->kind == NODE_MAP) {
			yaml_text(to, item->name);
			out_putc(to, ':');
			yaml_value(item, depth, to);
		} else if (is_plain(item) || on_one_line(item)) {
			out_putc(to, '-');
			yaml_value(item, depth, to);
		} else {
			out_puts(to, "-\n");
			yaml_block(item, depth + 1, to);
		}
	}
}

void figure_tree_yaml(const struct figure_tree *tree, struct out *to)
{
	yaml_block(tree->root, 0, to);
}
