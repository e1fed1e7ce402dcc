/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_request.c - requests read and judged, answers written */
#include "capstone/serve_request.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "capstone/events.h"
#include "read/json.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* -- reasons ---------------------------------------------------------------------------------- */

static void add_reason(struct arena *mem, struct refusal *refusal, const char *field,
		       const char *text)
{
	if (refusal->n == MOST_REASONS)
		refusal->left_out++;
	else
		*ARENA_PUSH(mem, refusal) = (struct reason){field, text};
}

void refusal_write(const struct refusal *refusal, struct out *to)
{
	out_puts(to, "{\"error\": ");
	text_write_json_string(to, refusal->error);
	out_puts(to, ", \"reasons\": [");
	for (size_t i = 0; i < refusal->n; i++) {
		const struct reason *reason = &refusal->items[i];
		out_puts(to, i ? ", {" : "{");
		if (reason->field) {
			out_puts(to, "\"field\": ");
			text_write_json_string(to, reason->field);
			out_puts(to, ", ");
		}
		out_puts(to, "\"reason\": ");
		text_write_json_string(to, reason->text);
		out_putc(to, '}');
	}
	out_putc(to, ']');
	if (refusal->left_out)
		out_printf(to, ", \"more\": %zu", refusal->left_out);
	out_puts(to, "}\n");
}

void error_write(const char *error, struct out *to)
{
	out_puts(to, "{\"error\": ");
	text_write_json_string(to, error);
	out_puts(to, "}\n");
}

void answer_write(const struct plan *plan, const struct answer *answer, struct out *to)
{
	char score[NUMBER_TEXT_MAX];

	out_printf(to, "{\"id\": \"%s\", \"model\": ", answer->id);
	text_write_json_string(to, plan->id);
	out_puts(to, ", \"version\": ");
	text_write_json_string(to, answer->version);
	out_printf(to, ", \"score\": %s, \"decision\": \"%s\", \"fallback\": %s",
		   number_fixed(score, answer->score, 6),
		   answer->positive ? "positive" : "negative", answer->fallback ? "true" : "false");
	if (answer->fallback) {
		out_puts(to, ", \"why\": ");
		text_write_json_string(to, answer->why);
	}
	out_puts(to, "}\n");
}

/* -- the body --------------------------------------------------------------------------------- */

/* A name as long as a reader can take in. */
static const char *shown(struct arena *mem, const char *name)
{
	size_t n = strlen(name), most = 60;

	if (n <= most)
		return name;
	while (most && ((unsigned char)name[most] & 0xC0) == 0x80)
		most--;
	return arena_printf(mem, "%.*s…", (int)most, name);
}

static void explain_key(struct arena *mem, const struct request_schema *schema,
			const struct data_pair *pair, struct refusal *refusal)
{
	static const struct schema_rules rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
						  RULE_DATA_UNKNOWN_KEY};
	const char *name = pair->key->text;
	const struct schema *property = map_get(&schema->properties, name);
	const char *nearest;
	struct diag_sink found;

	if (property) {
		diag_init(&found, mem);
		schema_check(property, pair->value, pair->value->at, &rules, mem, &found);
		for (size_t i = 0; i < found.n; i++)
			add_reason(mem, refusal, name, found.items[i].detail);
		return;
	}
	/* Far-fetched names cost time and lead nowhere. */
	nearest = pair->key->len > 64 || refusal->n == MOST_REASONS
		      ? NULL
		      : text_nearest(name, schema->names, schema->n_names);
	add_reason(mem, refusal, shown(mem, name),
		   nearest ? arena_printf(mem, "is not known, did you mean '%s'?", nearest)
			   : "is not known");
}

static void explain(struct arena *mem, const struct request_schema *schema,
		    const struct data_node *root, struct refusal *refusal)
{
	refusal->status = 422;
	refusal->error = "the request does not fit the schema of GET /schema";
	if (root->kind != DATA_MAP) {
		add_reason(
		    mem, refusal, NULL,
		    arena_printf(mem, "expected an object, found %s",
				 root->kind == DATA_NULL ? "null" : data_kind_name(root->kind)));
		return;
	}
	for (size_t i = 0; i < schema->n_wanted; i++)
		if (!data_find(root, schema->wanted[i]))
			add_reason(mem, refusal, schema->wanted[i], "is missing");
	for (size_t i = 0; i < root->n; i++)
		explain_key(mem, schema, &root->pairs[i], refusal);
}

static const struct data_node *read_body(struct arena *mem, const char *body, size_t n,
					 struct refusal *refusal)
{
	struct source *source = source_new(mem, "the request", body, n);
	const struct data_node *root;
	struct diag_sink diags;
	struct position at;

	diag_init(&diags, mem);
	root = json_read(mem, source, &diags);
	if (root)
		return root;
	refusal->status = 400;
	refusal->error = "the request's body is not JSON";
	for (size_t i = 0; i < diags.n; i++) {
		at = source_position(&diags.items[i].at);
		add_reason(mem, refusal, NULL,
			   arena_printf(mem, "line %u, column %u: %s", at.line, at.column,
					diags.items[i].detail));
	}
	return NULL;
}

/* What no schema can say: moments that have not come yet, and the boundary that training had. */
static bool take_event(struct arena *mem, const struct request_schema *schema,
		       const struct data_node *root, int64_t now,
		       struct prediction_request *request, struct refusal *refusal)
{
	const struct plan *plan = schema->plan;
	const char **texts = arena_new(mem, const char *, plan->n_fields + 1);
	const char *time = data_find_text(root, plan->time), *reason = NULL;
	bool has_zone;

	request->entity = plan->entity ? data_find_text(root, plan->entity) : "";
	request->time = now;
	request->values = arena_new(mem, double, plan->n_fields + 1);
	if (time && !date_parse_moment(time, strlen(time), &request->time, &has_zone))
		add_reason(mem, refusal, plan->time, "is no moment");
	else if (request->time > now + FUTURE_SECONDS)
		add_reason(mem, refusal, plan->time, "lies in the future");
	for (size_t f = 0; f < plan->n_fields; f++)
		texts[f] = data_find_text(root, plan->fields[f].name);
	if (!event_check(mem, plan, texts, request->values, &reason))
		add_reason(mem, refusal, NULL, reason);
	refusal->status = 422;
	refusal->error = "the request is no event that the model was made for";
	return !refusal->n;
}

bool request_parse(struct arena *mem, const struct request_schema *schema, const char *body,
		   size_t n, int64_t now, struct prediction_request *request,
		   struct refusal *refusal)
{
	const struct data_node *root;

	*refusal = (struct refusal){0};
	root = read_body(mem, body, n, refusal);
	if (!root)
		return false;
	if (!schema_accepts(schema->whole, root, mem)) {
		explain(mem, schema, root, refusal);
		return false;
	}
	return take_event(mem, schema, root, now, request, refusal);
}

/* -- the head --------------------------------------------------------------------------------- */

static bool is_port(const char *p)
{
	size_t digits = *p == ':' ? strspn(p + 1, "0123456789") : 0;

	return !*p || (digits && digits <= 5 && !p[1 + digits]);
}

static bool is_name(const char *host, size_t n, const char *name)
{
	return strlen(name) == n && !strncasecmp(host, name, n);
}

bool host_is_allowed(const char *host, const char *const *names, size_t n_names, bool any_address)
{
	const char *bracket = *host == '[' ? strchr(host, ']') : NULL;
	size_t n = bracket ? (size_t)(bracket - host) + 1 : strcspn(host, ":");
	unsigned char address[16];
	char text[64];

	if (!n || !is_port(host + n))
		return false;
	if (is_name(host, n, "localhost") || is_name(host, n, "127.0.0.1") ||
	    is_name(host, n, "[::1]"))
		return true;
	for (size_t i = 0; i < n_names; i++)
		if (is_name(host, n, names[i]))
			return true;
	if (!any_address || n >= sizeof text)
		return false;
	memcpy(text, host + !!bracket, n - 2 * !!bracket);
	text[n - 2 * !!bracket] = '\0';
	return inet_pton(bracket ? AF_INET6 : AF_INET, text, address) == 1;
}

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t");
}

bool content_type_is_json(const char *type)
{
	static const char json[] = "application/json", charset[] = "charset=";
	const char *p = skip_space(type);

	if (strncasecmp(p, json, strlen(json)))
		return false;
	p = skip_space(p + strlen(json));
	while (*p == ';') {
		p = skip_space(p + 1);
		if (!strncasecmp(p, charset, strlen(charset))) {
			const char *value = p + strlen(charset);
			size_t quote = *value == '"', n = strcspn(value, "; \t");
			if (n != 5 + 2 * quote || strncasecmp(value + quote, "utf-8", 5) ||
			    (quote && value[6] != '"'))
				return false;
		}
		p += strcspn(p, ";");
	}
	return !*p;
}

bool content_length_parse(const char *text, size_t *length)
{
	size_t n = 0;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	for (; *text; text++) {
		size_t digit = (size_t)(*text - '0');
		n = n > (SIZE_MAX - digit) / 10 ? SIZE_MAX : n * 10 + digit;
	}
	*length = n;
	return true;
}
