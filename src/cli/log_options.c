/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/log_options.c - the options of `measure` and `drift` as a struct log_request */
#include "cli/log_options.h"
#include "base/number.h"
#include "base/text.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reader {
	struct arena *mem;
	struct log_options *options;
	struct span at; /* of the value being read */
	struct {
		LIST_OF(struct filter_request);
	} where;
	struct {
		LIST_OF(struct group_request);
	} groups;
	struct {
		LIST_OF(struct column_request);
	} segments, features;
};

struct option_rule;

/* Puts a value where the rule says; false where it is none, and said is what it must be. */
typedef bool (*read_value)(struct reader *r, const struct option_rule *rule, const char *value);

struct option_rule {
	const char *name;
	read_value read;
	size_t offset; /* in struct log_request */
	double least, most;
	const char *takes;        /* for the message: "a number from 0 to 1" */
	const char *const *words; /* choices from 1 on, ended by NULL; their number is the value */
	bool several;
};

static void *place(struct reader *r, const struct option_rule *rule)
{
	return (char *)&r->options->request + rule->offset;
}

/* -- one value -------------------------------------------------------------------------------- */

static bool read_number(struct reader *r, const struct option_rule *rule, const char *value)
{
	double number;

	if (!number_parse(value, strlen(value), &number))
		return false;
	*(double *)place(r, rule) = number;
	return true;
}

static bool whole_number(const char *text, size_t n, double most, size_t *value)
{
	double number;

	if (!n || strspn(text, "0123456789") < n || !number_parse(text, n, &number) ||
	    number > most)
		return false;
	*value = (size_t)number;
	return true;
}

static bool read_count(struct reader *r, const struct option_rule *rule, const char *value)
{
	size_t count;

	if (!whole_number(value, strlen(value), rule->most, &count) || (double)count < rule->least)
		return false;
	*(size_t *)place(r, rule) = count;
	return true;
}

static bool read_seed(struct reader *r, const struct option_rule *rule, const char *value)
{
	size_t seed;

	if (!whole_number(value, strlen(value), rule->most, &seed))
		return false;
	*(uint64_t *)place(r, rule) = seed;
	return true;
}

static bool read_size(struct reader *r, const struct option_rule *rule, const char *value)
{
	static const char units[] = "KMGT";
	size_t n = strspn(value, "0123456789"), count, unit = 1;
	const char *letter = value[n] ? strchr(units, value[n]) : NULL;

	if ((value[n] && (!letter || value[n + 1])) || !whole_number(value, n, 1 << 20, &count))
		return false;
	for (const char *u = units; letter && u <= letter; u++)
		unit *= 1024;
	*(size_t *)place(r, rule) = count * unit;
	return count > 0;
}

static bool read_flag(struct reader *r, const struct option_rule *rule, const char *value)
{
	(void)value;
	*(bool *)place(r, rule) = true;
	return true;
}

static bool read_word(struct reader *r, const struct option_rule *rule, const char *value)
{
	for (size_t i = 1; rule->words[i]; i++)
		if (!strcmp(rule->words[i], value)) {
			*(unsigned *)place(r, rule) = (unsigned)i;
			return true;
		}
	return false;
}

static bool read_binning(struct reader *r, const struct option_rule *rule, const char *value)
{
	*(bool *)place(r, rule) = !strcmp(value, "quantile");
	return !strcmp(value, "quantile") || !strcmp(value, "uniform");
}

static bool read_text(struct reader *r, const struct option_rule *rule, const char *value)
{
	*(const char **)place(r, rule) = value;
	return *value != '\0';
}

static bool read_delimiter(struct reader *r, const struct option_rule *rule, const char *value)
{
	bool tab = !strcmp(value, "tab") || !strcmp(value, "\\t");
	char c = tab ? '\t' : value[0];

	if (!tab && (strlen(value) != 1 || (unsigned char)c >= 0x7F || strchr("\"\r\n", c)))
		return false;
	*(char *)place(r, rule) = c;
	return true;
}

/* -- columns ---------------------------------------------------------------------------------- */

static bool read_column(struct reader *r, const struct option_rule *rule, const char *value)
{
	*(struct column_request *)place(r, rule) = (struct column_request){value, CSV_GUESS, r->at};
	return *value != '\0';
}

static bool read_segment(struct reader *r, const struct option_rule *rule, const char *value)
{
	(void)rule;
	*ARENA_PUSH(r->mem, &r->segments) = (struct column_request){value, CSV_TEXT, r->at};
	return *value != '\0';
}

/* A name may hold a colon: only a type behind the last one is taken for one. */
static bool read_feature(struct reader *r, const struct option_rule *rule, const char *value)
{
	static const char *const types[] = {"numeric", "categorical"};
	const char *colon = strrchr(value, ':');
	struct column_request column = {value, CSV_GUESS, r->at};

	(void)rule;
	if (colon && colon > value) {
		const char *type = text_nearest(colon + 1, types, 2);

		for (size_t i = 0; i < 2 && !type; i++) /* ":category", ":number" */
			if (!strncmp(types[i], colon + 1, 3))
				type = types[i];

		if (type && strcmp(type, colon + 1) != 0) {
			fprintf(stderr, "modelbook: --feature '%s': did you mean '%s'?\n", value,
				type);
			return false;
		}
		if (type) {
			column.name = arena_strndup(r->mem, value, (size_t)(colon - value));
			column.type = type == types[0] ? CSV_NUMBER : CSV_TEXT;
			column.at.end -= (uint32_t)strlen(colon);
		}
	}
	*ARENA_PUSH(r->mem, &r->features) = column;
	return *value != '\0';
}

/* "A*B": the values of several columns taken together. */
static bool read_group(struct reader *r, const struct option_rule *rule, const char *value)
{
	struct {
		LIST_OF(struct column_request);
	} columns = {0};

	(void)rule;
	for (const char *from = value;;) {
		size_t n = strcspn(from, "*");
		struct span at = r->at;

		if (!n)
			return false;
		at.start += (uint32_t)(from - value);
		at.end = at.start + (uint32_t)n;
		*ARENA_PUSH(r->mem, &columns) =
		    (struct column_request){arena_strndup(r->mem, from, n), CSV_TEXT, at};
		if (!from[n])
			break;
		from += n + 1;
	}
	*ARENA_PUSH(r->mem, &r->groups) = (struct group_request){columns.items, columns.n};
	return true;
}

static bool read_where(struct reader *r, const struct option_rule *rule, const char *value)
{
	size_t n = strcspn(value, "=");
	struct span at = r->at;

	(void)rule;
	if (!n || !value[n])
		return false;
	at.end = at.start + (uint32_t)n;
	*ARENA_PUSH(r->mem, &r->where) =
	    (struct filter_request){{arena_strndup(r->mem, value, n), CSV_TEXT, at}, value + n + 1};
	return true;
}

/* -- the reference ---------------------------------------------------------------------------- */

static bool read_reference_rows(struct reader *r, const struct option_rule *rule, const char *value)
{
	const char *dots = strstr(value, "..");
	struct rows_request *rows = &r->options->reference;

	(void)rule;
	r->options->request.reference = rows;
	return dots && whole_number(value, (size_t)(dots - value), 9e15, &rows->first) &&
	       whole_number(dots + 2, strlen(dots + 2), 9e15, &rows->last) && rows->first > 0 &&
	       rows->first <= rows->last;
}

bool log_options_windows(struct arena *mem, const char *text, struct rows_request *rows)
{
	const char *dots = strstr(text, "..");
	size_t n = dots ? (size_t)(dots - text) : strlen(text);
	const char *last = dots ? dots + 2 : text;

	if (!*text || strlen(text) == 2 * (size_t)(dots == text))
		return false;
	rows->first_window = n ? arena_strndup(mem, text, n) : NULL;
	rows->last_window = *last ? last : NULL;
	return !dots || !strstr(last, "..");
}

/* -- the table -------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct log_request, member)
static const char *const windows[] = {"", "day", "week", "month", NULL};
static const char *const drift_conventions[] = {"", "evidently", "nannyml", NULL};
static const char *const tasks[] = {"", "classification", "regression", NULL};

#define WHOLE "a whole number"
#define A_COLUMN "a column's name"
#define COLUMN(option, member)                                                                     \
	{                                                                                          \
		.name = option, .read = read_column, .offset = AT(member), .takes = A_COLUMN       \
	}
#define COUNT(option, member, from, to, text)                                                      \
	{                                                                                          \
		.name = option, .read = read_count, .offset = AT(member), .least = from,           \
		.most = to, .takes = text                                                          \
	}
#define FLAG(option, member)                                                                       \
	{                                                                                          \
		.name = option, .read = read_flag, .offset = AT(member), .takes = "no value"       \
	}

static const struct option_rule rules[] = {
    COLUMN("label", label),
    COLUMN("score", score),
    COLUMN("prediction", prediction),
    COLUMN("compare", compare),
    COLUMN("time", time),
    COLUMN("latency", latency),
    {.name = "feature",
     .read = read_feature,
     .takes = A_COLUMN ", and :numeric or :categorical behind it",
     .several = true},
    {.name = "segment", .read = read_segment, .takes = A_COLUMN, .several = true},
    {.name = "group",
     .read = read_group,
     .takes = A_COLUMN ", or several joined by *",
     .several = true},
    {.name = "where", .read = read_where, .takes = "COL=VALUE", .several = true},
    {.name = "positive", .read = read_text, .offset = AT(positive), .takes = "a value"},
    {.name = "threshold", .read = read_number, .offset = AT(threshold), .takes = "a number"},
    COUNT("bins", bins, 2, CALIBRATION_MAX_BINS, "a number from 2 to 100"),
    {.name = "binning",
     .read = read_binning,
     .offset = AT(quantile_bins),
     .takes = "uniform or quantile"},
    FLAG("adaptive", quantile_bins),
    {.name = "task",
     .read = read_word,
     .offset = AT(task),
     .takes = "classification or regression",
     .words = tasks},
    {.name = "window",
     .read = read_word,
     .offset = AT(window),
     .takes = "day, week or month",
     .words = windows},
    {.name = "drift-convention",
     .read = read_word,
     .offset = AT(convention),
     .takes = "evidently or nannyml",
     .words = drift_conventions},
    COUNT("bootstrap", bootstrap, 100, 1e6, "a number from 100 to 1000000"),
    {.name = "seed", .read = read_seed, .offset = AT(seed), .most = 9e15, .takes = WHOLE},
    COUNT("min-group-rows", min_group_rows, 1, 9e15, "a whole number from 1 on"),
    COUNT("max-bad", max_bad, 0, 9e15, WHOLE),
    FLAG("no-header", no_header),
    {.name = "delimiter",
     .read = read_delimiter,
     .offset = AT(delimiter),
     .takes = "one character, or tab"},
    {.name = "memory",
     .read = read_size,
     .offset = AT(memory),
     .takes = "a size such as 500M or 2G"},
    {.name = "reference-rows", .read = read_reference_rows, .takes = "rows such as 1..5000"},
};

static const struct option_rule *find_rule(const char *name)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

/* "modelbook drift A.csv B.csv --feature x": gives the places of the values of all options, and of
 * the first two operands. */
static struct source *command_line(const struct command *command, const struct arguments *arguments,
				   struct span *places, struct span operands[2])
{
	struct arena *mem = arguments->mem;
	struct out text = {0};
	struct source *source;

	out_printf(&text, "modelbook %s", command->name);
	for (size_t i = 0; i < arguments->n_operands; i++) {
		out_putc(&text, ' ');
		if (i < 2)
			operands[i].start = (uint32_t)text.n;
		out_puts(&text, arguments->operands[i]);
		if (i < 2)
			operands[i].end = (uint32_t)text.n;
	}
	for (size_t i = 0; i < arguments->n_values; i++) {
		const char *value = arguments->values[i].value;

		out_printf(&text, " --%s%s", arguments->values[i].name, *value ? " " : "");
		places[i].start = (uint32_t)text.n;
		out_puts(&text, value);
		places[i].end = (uint32_t)text.n;
	}
	source =
	    source_new(mem, "command line", arena_strndup(mem, out_text(&text), text.n), text.n);
	out_release(&text);
	for (size_t i = 0; i < arguments->n_values; i++)
		places[i].source = source;
	for (size_t i = 0; i < arguments->n_operands && i < 2; i++)
		operands[i].source = source;
	return source;
}

static bool refuse(const struct option_rule *rule, const char *value)
{
	fprintf(stderr, "modelbook: --%s takes %s, found '%s'\n", rule->name, rule->takes, value);
	return false;
}

static bool read_one(struct reader *r, const struct arguments *arguments, size_t i)
{
	const struct option_value *value = &arguments->values[i];
	const struct option_rule *rule = find_rule(value->name);

	if (!rule)
		return true; /* global, or the command's own */
	for (size_t k = 0; k < i && !rule->several; k++)
		if (!strcmp(arguments->values[k].name, value->name)) {
			fprintf(stderr, "modelbook: --%s is given twice: '%s' and '%s'%s\n",
				rule->name, arguments->values[k].value, value->value,
				!strcmp(rule->name, "score") ? "; --compare names a second score"
							     : "");
			return false;
		}
	return rule->read(r, rule, value->value) || refuse(rule, value->value);
}

/* The number of a word from 1 on; 0 where the option was not given. */
static bool read_choice(const struct arguments *arguments, const char *name, const char *takes,
			const char *const *words, unsigned *choice)
{
	const char *value = option_text(arguments, name);

	*choice = 0;
	for (unsigned i = 1; value && words[i]; i++)
		if (!strcmp(words[i], value))
			*choice = i;
	if (!value || *choice)
		return true;
	fprintf(stderr, "modelbook: --%s takes %s, found '%s'\n", name, takes, value);
	return false;
}

static bool read_output(const struct arguments *arguments, struct log_options *options)
{
	static const char *const formats[] = {"", "text", "json", "yaml", NULL};
	static const char *const levels[] = {"", "warning", "critical", NULL};
	unsigned format, level;

	if (!read_choice(arguments, "format", "text, json or yaml", formats, &format) ||
	    !read_choice(arguments, "fail-on", "warning or critical", levels, &level))
		return false;
	options->format = format ? (enum figures_format)(format - 1) : FIGURES_TEXT;
	options->fail_on = (enum fail_on)level;
	return true;
}

bool log_options_read(const struct command *command, const struct arguments *arguments,
		      struct log_options *options)
{
	struct arena *mem = arguments->mem;
	struct span *places = arena_new(mem, struct span, arguments->n_values);
	struct reader r = {.mem = mem, .options = options};
	struct log_request *request = &options->request;

	*options = (struct log_options){.request.threshold = NAN};
	options->command_line = command_line(command, arguments, places, options->operands);
	request->rows.at = options->operands[0];
	for (size_t i = 0; i < arguments->n_values; i++) {
		r.at = places[i];
		if (!read_one(&r, arguments, i))
			return false;
		if (!strcmp(arguments->values[i].name, "reference"))
			options->reference.at = places[i];
	}
	request->rows.where = r.where.items;
	request->rows.n_where = r.where.n;
	request->groups = r.groups.items;
	request->n_groups = r.groups.n;
	request->segments = r.segments.items;
	request->n_segments = r.segments.n;
	request->features = r.features.items;
	request->n_features = r.features.n;
	if (request->window && !request->time.name) {
		fprintf(stderr, "modelbook: --window needs --time COL\n");
		return false;
	}
	if (option_given(arguments, "seed") && !request->bootstrap) {
		fprintf(stderr, "modelbook: --seed needs --bootstrap N\n");
		return false;
	}
	return read_output(arguments, options);
}
