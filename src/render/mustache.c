/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache.c - running a compiled template over a view */
#include "render/mustache_internal.h"

#include "read/html_clean.h"
#include "render/escape.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* A value that a section stands on; the root's has no `up`. */
struct scope {
	const struct view_value *value;
	const struct scope *up;
};

/* Indentation of recursive partials, outermost last. */
struct indent {
	const char *text;
	size_t n;
	const struct indent *up;
};

struct rendering {
	const struct mustache *program;
	struct out *to;
	const struct indent *indent;
	unsigned calls;
	size_t steps;
};

static const struct view_value absent;

/* A view without a name that its page declares: a mistake of the program. */
static _Noreturn void view_lacks(const struct name_part *part)
{
	fprintf(stderr, "modelbook: a view lacks the declared name '%s'\n", part->name);
	abort();
}

static const struct view_value *member(const struct view_value *value, const struct name_part *part)
{
	return value->kind == VIEW_MAP ? view_find(value->map, part->hash, part->name, part->n)
				       : NULL;
}

/* The value of the first part: at its known scope, or in MUSTACHE_PLAIN wherever it is found. */
static const struct view_value *look_up(const struct rendering *r, const struct name_ref *name,
					const struct scope *scope)
{
	const struct view_value *value = NULL;

	if (r->program->mode == MUSTACHE_PLAIN) {
		for (; scope && !value; scope = scope->up)
			value = member(scope->value, &name->parts[0]);
		return value ? value : &absent;
	}
	assert(scope);
	for (uint32_t i = 0; i < name->up; i++) {
		scope = scope->up;
		assert(scope); /* the compiler counted the scopes */
	}
	value = member(scope->value, &name->parts[0]);
	if (!value)
		view_lacks(&name->parts[0]);
	return value;
}

static const struct view_value *resolve(const struct rendering *r, const struct name_ref *name,
					const struct scope *scope)
{
	const struct view_value *value;

	if (!name->n_parts)
		return scope->value;
	value = look_up(r, name, scope);
	for (uint32_t i = 1; i < name->n_parts && value->kind != VIEW_ABSENT; i++) {
		const struct view_value *next = member(value, &name->parts[i]);

		if (!next && r->program->mode == MUSTACHE_HTML)
			view_lacks(&name->parts[i]);
		value = next ? next : &absent;
	}
	return value;
}

static void write_value(struct out *to, const struct view_value *value, enum escape escape)
{
	if (!value->text)
		return;
	switch (escape) {
	case ESCAPE_NONE:
		out_write(to, value->text, value->n);
		break;
	case ESCAPE_MARKUP:
		if (value->kind == VIEW_MARKUP)
			out_write(to, value->text, value->n);
		else
			escape_html(to, value->text, value->n);
		break;
	case ESCAPE_HTML:
		escape_html(to, value->text, value->n);
		break;
	case ESCAPE_SOURCE:
		escape_url(to, url_is_safe(value->text, true) ? value->text : NULL);
		break;
	case ESCAPE_URL:
		escape_url(to, value->text);
		break;
	case ESCAPE_URL_PART:
		escape_url_part(to, value->text);
		break;
	}
}

static void write_indent(struct out *to, const struct indent *indent)
{
	if (!indent)
		return;
	write_indent(to, indent->up);
	out_write(to, indent->text, indent->n);
}

static void run(struct rendering *r, uint32_t at, uint32_t end, const struct scope *scope);

static void run_section(struct rendering *r, uint32_t at, const struct view_value *value,
			const struct scope *scope)
{
	uint32_t end = r->program->items[at].to;

	if (value->kind != VIEW_LIST) {
		struct scope inner = {value, scope};

		run(r, at + 1, end, &inner);
		return;
	}
	for (size_t i = 0; i < value->list->n && !r->to->failed; i++) {
		struct scope inner = {&value->list->items[i], scope};

		run(r, at + 1, end, &inner);
	}
}

static void run_call(struct rendering *r, const struct op *op, const struct scope *scope)
{
	struct indent inner = {op->text, op->n, r->indent};

	if (r->calls == MUSTACHE_CALLS) {
		r->to->failed = true;
		return;
	}
	r->calls++;
	if (op->n)
		r->indent = &inner;
	run(r, op->to, (uint32_t)r->program->n, scope);
	r->indent = inner.up;
	r->calls--;
}

static void run(struct rendering *r, uint32_t at, uint32_t end, const struct scope *scope)
{
	while (at < end && !r->to->failed) {
		const struct op *op = &r->program->items[at];

		if (++r->steps > MUSTACHE_STEPS) {
			r->to->failed = true;
			return;
		}
		switch ((enum op_type)op->type) {
		case OP_TEXT:
			out_write(r->to, op->text, op->n);
			break;
		case OP_INDENT:
			write_indent(r->to, r->indent);
			break;
		case OP_VALUE:
			write_value(r->to, resolve(r, &op->name, scope), (enum escape)op->escape);
			break;
		case OP_SECTION: {
			const struct view_value *value = resolve(r, &op->name, scope);

			if (value->truthy)
				run_section(r, at, value, scope);
			at = op->to;
			continue;
		}
		case OP_INVERTED:
			if (resolve(r, &op->name, scope)->truthy) {
				at = op->to;
				continue;
			}
			break;
		case OP_JUMP:
			at = op->to;
			continue;
		case OP_CALL:
			run_call(r, op, scope);
			break;
		case OP_RETURN:
			return;
		}
		at++;
	}
}

void mustache_render_value(const struct mustache *m, const struct view_value *root, struct out *to)
{
	struct rendering r = {.program = m, .to = to};
	struct scope scope = {root, NULL};

	run(&r, 0, (uint32_t)m->n, &scope);
}

void mustache_render(const struct mustache *m, const struct view *view, struct out *to)
{
	struct view_value root = {.kind = VIEW_MAP, .truthy = true, .map = view};

	mustache_render_value(m, &root, to);
}
