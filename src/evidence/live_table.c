/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/live_table.c - what a table block of a live document asks for */
#include "base/number.h"
#include "base/text.h"
#include "evidence/live_plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct maker {
	const struct evidence *evidence;
	const struct workspace *ws;
	struct arena *mem;
	const struct data_node *root;
	struct live_table *table;
	struct live_problem *problem;
	const struct data_node *schema; /* of the kind that the rows are of; NULL */
	struct {
		LIST_OF(const char *);
	} considered; /* subjects of rows, before `where:` */
};

static bool refuse(struct maker *m, struct span at, const char *text, const char *nearest)
{
	*m->problem = (struct live_problem){at, text, nearest, false};
	return false;
}

/* -- rows ------------------------------------------------------------------------------------- */

static bool is_about(const struct live_target *row, const char *about)
{
	const struct subject *subject;

	if (!about)
		return true;
	if (row->version)
		return !strcmp(row->version->model->id, about);
	if (!row->record)
		return false;
	subject = &row->record->about;
	return !strcmp(subject->text, about) ||
	       (subject->model && !strcmp(subject->model->id, about));
}

static const char *text_of(struct arena *mem, const struct live_value *value)
{
	char buf[NUMBER_TEXT_MAX];

	if (!value->found || value->value.kind == VALUE_UNKNOWN)
		return NULL;
	if (value->value.text)
		return value->value.text;
	return arena_strdup(mem, number_shortest(buf, value->value.number));
}

/* Every key of `where:` has its value. */
static bool fits(struct maker *m, const char *subject)
{
	const struct data_node *where = data_find(m->root, "where");

	for (size_t i = 0; where && i < where->n; i++) {
		const struct live_value value =
		    live_value_of(m->evidence, m->ws, m->mem, subject, where->pairs[i].key->text);
		const char *has = text_of(m->mem, &value),
			   *wants = data_text(where->pairs[i].value);
		if (!has || !wants || strcmp(has, wants) != 0)
			return false;
	}
	return true;
}

static void add_row(struct maker *m, const char *subject)
{
	struct live_row row = {.subject = subject};

	if (!live_find(m->ws, subject, &row.target) || row.target.document ||
	    !is_about(&row.target, data_find_text(m->root, "about")))
		return;
	*ARENA_PUSH(m->mem, &m->considered) = subject;
	if (fits(m, subject))
		*ARENA_PUSH(m->mem, &m->table->rows) = row;
}

/* All that a word stands for: a kind of records, `model`, `version`; false where it is none. */
static bool add_kind(struct maker *m, const char *kind)
{
	const struct workspace *ws = m->ws;
	bool models = !strcmp(kind, "model"), versions = !strcmp(kind, "version");

	if (!models && !versions && !map_has(&ws->record_kind_by_name, kind))
		return false;
	if (map_has(&ws->record_kind_by_name, kind))
		m->schema =
		    ((const struct record_kind *)map_get(&ws->record_kind_by_name, kind))->root;
	for (size_t i = 0; (models || versions) && i < ws->models.n; i++) {
		if (models)
			add_row(m, ws->models.items[i]->id);
		for (size_t k = 0; versions && k < ws->models.items[i]->versions.n; k++)
			add_row(m, ws->models.items[i]->versions.items[k]->name);
	}
	for (size_t i = 0; !models && !versions && i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		if (record->id && record->kind && !strcmp(record->kind, kind))
			add_row(m, record->id);
	}
	return true;
}

static bool add_id(struct maker *m, const struct data_node *node)
{
	struct live_target target;

	if (live_find(m->ws, node->text, &target) && !target.document) {
		add_row(m, node->text);
		return true;
	}
	return refuse(m, node->at,
		      arena_printf(m->mem, "nothing with values has the id '%s'", node->text),
		      live_nearest_id(m->ws, m->mem, node->text));
}

static const char *nearest_kind(struct maker *m, const char *kind)
{
	size_t n = m->ws->record_kinds.n;
	const char **names = arena_new(m->mem, const char *, n + 2);

	for (size_t i = 0; i < n; i++)
		names[i] = m->ws->record_kinds.items[i]->kind;
	names[n++] = "model";
	names[n++] = "version";
	return text_nearest(kind, names, n);
}

/* `about:` has to name something: no row is about what does not exist. */
static bool check_about(struct maker *m)
{
	const struct data_node *about = data_find(m->root, "about");
	struct live_target target;

	if (!data_text(about) || live_find(m->ws, about->text, &target))
		return true;
	return refuse(m, about->at, arena_printf(m->mem, "nothing has the id '%s'", about->text),
		      live_nearest_id(m->ws, m->mem, about->text));
}

static bool add_rows(struct maker *m)
{
	const struct data_node *of = data_find(m->root, "of");
	struct live_target target;

	if (!check_about(m))
		return false;
	if (of->kind == DATA_LIST) {
		for (size_t i = 0; i < of->n; i++)
			if (!add_id(m, of->items[i]))
				return false;
		return true;
	}
	if (add_kind(m, of->text))
		return true;
	if (live_find(m->ws, of->text, &target))
		return add_id(m, of);
	return refuse(m, of->at,
		      arena_printf(m->mem, "'%s' is no kind of records and no id", of->text),
		      nearest_kind(m, of->text));
}

/* -- columns ---------------------------------------------------------------------------------- */

/* "roc_auc" for "performance.roc_auc" */
static const char *column_title(const char *keys)
{
	const char *dot = strrchr(keys, '.');

	return dot ? dot + 1 : keys;
}

static bool add_column(struct maker *m, const struct data_node *node)
{
	const char *keys = node->kind == DATA_MAP ? data_find_text(node, "path") : data_text(node);
	const char *title = data_find_text(node, "title"), *bar = strchr(keys, '|');
	struct live_column *column = ARENA_PUSH(m->mem, &m->table->columns);
	size_t n = bar ? (size_t)(bar - keys) : strlen(keys);

	while (n && keys[n - 1] == ' ')
		n--;
	*column = (struct live_column){.format = {false, -1}, .at = node->at};
	if (!live_keys_good(keys, n))
		return refuse(m, node->at, arena_printf(m->mem, "'%s' is no path", keys), NULL);
	if (bar && !live_format_read(bar + 1, strlen(bar + 1), &column->format))
		return refuse(
		    m, node->at,
		    arena_printf(m->mem,
				 "'%s' has no format that is known: behind the bar stands "
				 "percent, a number of decimals, or percent and a number",
				 keys),
		    NULL);
	column->keys = arena_strndup(m->mem, keys, n);
	column->title = title ? title : column_title(column->keys);
	return true;
}

static bool add_columns(struct maker *m)
{
	const struct data_node *columns = data_find(m->root, "columns");

	for (size_t i = 0; i < columns->n; i++)
		if (!add_column(m, columns->items[i]))
			return false;
	return true;
}

/* -- slips ------------------------------------------------------------------------------------ */

/* What a schema refers to inside itself; the node itself where it does not. */
static const struct data_node *referred(const struct data_node *root, const struct data_node *node)
{
	static const char defs[] = "#/$defs/";
	const char *ref = data_find_text(node, "$ref");

	if (!ref || strncmp(ref, defs, sizeof defs - 1) != 0)
		return node;
	return data_find(data_find(root, "$defs"), ref + sizeof defs - 1);
}

/* Whether a record of the kind may hold the key; where the schema does not list what is under one,
 * all may be there. */
static bool schema_has(const struct data_node *root, const char *keys)
{
	const struct data_node *schema = root;

	for (size_t n; schema; keys += n + 1) {
		const struct data_node *properties = data_find(schema, "properties"), *next = NULL;

		if (!properties || properties->kind != DATA_MAP)
			return true;
		n = strcspn(keys, ".");
		for (size_t i = 0; i < properties->n && !next; i++)
			if (strlen(properties->pairs[i].key->text) == n &&
			    !memcmp(properties->pairs[i].key->text, keys, n))
				next = properties->pairs[i].value;
		if (!next || !keys[n])
			return next != NULL;
		schema = referred(root, next);
	}
	return false;
}

/* What no row has, and no record of the kind may have, is a slip: said with what is nearest. */
static bool check_keys(struct maker *m, const char *keys, struct span at, bool may_be_absent)
{
	struct live_path path = {.keys = keys};
	struct live_value value;

	if (!m->considered.n || (may_be_absent && schema_has(m->schema, keys)))
		return true;
	for (size_t i = 0; i < m->considered.n; i++)
		if (live_value_of(m->evidence, m->ws, m->mem, m->considered.items[i], keys).found)
			return true;
	path.subject = m->considered.items[0];
	path.path = arena_printf(m->mem, "%s:%s", path.subject, keys);
	value = live_value(m->evidence, m->ws, m->mem, &path, true);
	refuse(m, at, arena_printf(m->mem, "no row has a value '%s'", keys),
	       value.nearest ? strchr(value.nearest, ':') + 1 : NULL);
	m->problem->is_path = true;
	return false;
}

static bool check_slips(struct maker *m)
{
	const struct data_node *where = data_find(m->root, "where");
	const struct data_node *by = data_find(m->root, "sort");
	struct live_table *table = m->table;

	for (size_t k = 0; k < table->columns.n; k++)
		if (!check_keys(m, table->columns.items[k].keys, table->columns.items[k].at, false))
			return false;
	for (size_t i = 0; where && i < where->n; i++)
		if (!check_keys(m, where->pairs[i].key->text, where->pairs[i].key->at, true))
			return false;
	return !data_text(by) || check_keys(m, by->text + (*by->text == '-'), by->at, true);
}

static void fill(struct maker *m)
{
	struct live_table *table = m->table;
	size_t n = table->columns.n;

	for (size_t i = 0; i < table->rows.n; i++) {
		struct live_row *row = &table->rows.items[i];
		struct live_value *values = arena_new(m->mem, struct live_value, n);

		for (size_t k = 0; k < n; k++)
			values[k] = live_value_of(m->evidence, m->ws, m->mem, row->subject,
						  table->columns.items[k].keys);
		row->values = values;
	}
}

/* -- order ------------------------------------------------------------------------------------ */

struct order {
	struct live_row row;
	size_t index;
	bool down;
};

static int rank(const struct live_value *value)
{
	if (!value->found || value->value.kind == VALUE_UNKNOWN)
		return 2;
	return value->value.kind != VALUE_NUMBER;
}

/* Numbers, then words, then what is not known, whichever way. */
static int compare_rows(const void *a, const void *b)
{
	const struct order *left = a, *right = b;
	const struct live_value *l = &left->row.key, *r = &right->row.key;
	int ranks = rank(l) - rank(r), order = 0;

	if (ranks)
		return ranks;
	if (!rank(l))
		order = (l->value.number > r->value.number) - (l->value.number < r->value.number);
	else if (rank(l) == 1)
		order =
		    strcmp(l->value.text ? l->value.text : "", r->value.text ? r->value.text : "");
	if (order)
		return left->down ? -order : order;
	return left->index < right->index ? -1 : left->index > right->index;
}

static void sort(struct maker *m)
{
	const char *keys = data_find_text(m->root, "sort");
	size_t n = m->table->rows.n;
	struct order *orders;
	bool down;

	if (!keys || n < 2)
		return;
	down = *keys == '-';
	keys += down;
	orders = arena_new(m->mem, struct order, n);
	for (size_t i = 0; i < n; i++) {
		orders[i] = (struct order){m->table->rows.items[i], i, down};
		orders[i].row.key =
		    live_value_of(m->evidence, m->ws, m->mem, orders[i].row.subject, keys);
	}
	qsort(orders, n, sizeof *orders, compare_rows);
	for (size_t i = 0; i < n; i++)
		m->table->rows.items[i] = orders[i].row;
}

/* What the rest relies on; the schema asks for it, and can be a workspace's own. */
static bool fits_schema(const struct data_node *root)
{
	const struct data_node *of = data_find(root, "of"), *columns = data_find(root, "columns"),
			       *where = data_find(root, "where");
	bool good = of && (data_text(of) || of->kind == DATA_LIST) && columns &&
		    columns->kind == DATA_LIST && (!where || where->kind == DATA_MAP);

	for (size_t i = 0; good && of->kind == DATA_LIST && i < of->n; i++)
		good = data_text(of->items[i]);
	for (size_t i = 0; good && i < columns->n; i++)
		good = data_text(columns->items[i]) || data_find_text(columns->items[i], "path");
	return good;
}

bool live_table_read(const struct evidence *evidence, const struct workspace *ws, struct arena *mem,
		     const struct live_block *block, struct live_table *table,
		     struct live_problem *problem)
{
	struct maker m = {.evidence = evidence,
			  .ws = ws,
			  .mem = mem,
			  .root = block->root,
			  .table = table,
			  .problem = problem};

	*table = (struct live_table){.title = data_find_text(block->root, "title")};
	if (!fits_schema(block->root))
		return refuse(&m, block->at,
			      "a key is missing that templates/blocks/ should ask for", NULL);
	if (!add_columns(&m) || !add_rows(&m) || !check_slips(&m))
		return false;
	fill(&m);
	sort(&m);
	return true;
}
