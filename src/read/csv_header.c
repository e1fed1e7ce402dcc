/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_header.c - the first record: its delimiter, its names, and the columns asked for */
#include "base/number.h"
#include "base/text.h"
#include "read/csv_internal.h"
#include <string.h>
#include <strings.h>

/* -- delimiter -------------------------------------------------------------------------------- */

enum { RECORDS_TRIED = 100 };

/* Fields of the first record with this delimiter; *same says whether all of the first have as many.
 */
static size_t fields_by(const char *text, size_t n, bool at_end, char delimiter, uint32_t *places,
			bool *same)
{
	struct csv_scanner s;
	struct csv_row row;
	size_t fields = 0;

	csv_scanner_start(&s, text, 0, n, delimiter, places);
	s.at_end = at_end;
	*same = true;
	for (int i = 0; i < RECORDS_TRIED && csv_scan_row(&s, &row); i++) {
		if (!i)
			fields = row.fields;
		if (row.fields != fields || row.fault != CSV_FINE)
			*same = false;
		if (csv_is_fatal(row.fault))
			break;
	}
	return fields;
}

char csv_find_delimiter(const char *text, size_t n, bool at_end, uint32_t *places)
{
	static const char tried[] = {',', ';', '\t', '|'};
	size_t most = 1, most_alike = 1;
	char found = ',', found_alike = 0;

	for (size_t i = 0; i < sizeof tried; i++) {
		bool same;
		size_t fields = fields_by(text, n, at_end, tried[i], places, &same);

		if (same && fields > most_alike) {
			most_alike = fields;
			found_alike = tried[i];
		}
		if (fields > most) {
			most = fields;
			found = tried[i];
		}
	}
	return found_alike ? found_alike : found;
}

/* -- names ------------------------------------------------------------------------------------ */

void csv_header_names(struct arena *mem, const struct csv_scanner *s, const char *text,
		      bool no_header, struct csv_table *table)
{
	table->n_header = s->n;
	table->header = arena_new(mem, const char *, s->n);
	for (size_t i = 0; i < s->n; i++) {
		size_t len;
		const char *name;

		if (no_header) {
			table->header[i] = arena_printf(mem, "#%zu", i + 1);
			continue;
		}
		name = csv_cell_text(mem, text, &s->items[i], &len);
		table->header[i] = arena_strndup(mem, name, len);
	}
}

struct finder {
	struct arena *mem;
	const struct csv_request *request;
	const struct csv_table *table;
	struct map names;
	size_t *repeats; /* of a column: the number of the next with its name, 0 */
	uint64_t line;
	struct diag_sink *diags;
};

static char *list_header(const struct finder *f)
{
	struct out o = {.max = 400};
	char *copy;

	for (size_t i = 0; i < f->table->n_header && o.n < 300; i++)
		out_printf(&o, "%s%s", i ? ", " : "", f->table->header[i]);
	copy = arena_strndup(f->mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

/* The only name that begins as this one does, or that this one begins with; NULL for none. */
static const char *same_beginning(const struct csv_table *t, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < t->n_header; i++) {
		size_t n = strlen(t->header[i]), m = strlen(name), least = n < m ? n : m;

		if (least < 3 || strncasecmp(t->header[i], name, least) != 0)
			continue;
		if (found)
			return NULL;
		found = t->header[i];
	}
	return found;
}

/* A first line with a number in it is hardly a header. */
static bool looks_like_a_row(const struct csv_table *t)
{
	double number;

	for (size_t i = 0; i < t->n_header; i++)
		if (number_parse(t->header[i], strlen(t->header[i]), &number))
			return true;
	return false;
}

static size_t say_absent(const struct finder *f, const struct csv_column *column)
{
	const struct csv_table *t = f->table;
	const char *nearest = text_nearest(column->name, t->header, t->n_header);
	const char *near = nearest ? nearest : same_beginning(t, column->name);
	struct finding *finding =
	    diag_add(f->diags, RULE_DATA_UNREADABLE_LOG, column->at, "no column '%s' in %s:%llu",
		     column->name, f->request->log->path, (unsigned long long)f->line);

	if (!near && !f->request->no_header && looks_like_a_row(t))
		diag_help(f->diags, finding,
			  "its first line looks like a row of values (%s): a header names the "
			  "columns; on the command line --no-header makes them #1 to #%zu",
			  list_header(f), t->n_header);
	else if (near && !f->request->no_header)
		diag_help(f->diags, finding, "did you mean '%s'? its columns: %s", near,
			  list_header(f));
	else
		diag_help(f->diags, finding, "its columns: %s", list_header(f));
	return t->n_header;
}

/* The number of "#3"; 0 where the text is none. */
static size_t number_of(const char *name)
{
	size_t number = 0;

	if (*name++ != '#' || !*name || strlen(name) > 9)
		return 0;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return 0;
		number = number * 10 + (size_t)(*name - '0');
	}
	return number;
}

/* The file's column, n_header where there is none, which is told. */
static size_t find_column(const struct finder *f, struct csv_column *column)
{
	size_t n = f->table->n_header, number = column->number, at = 0;

	if (!column->name)
		column->name = arena_printf(f->mem, "#%zu", number);
	if (!number) {
		at = (size_t)map_get(&f->names, column->name);
		number = at ? at : number_of(column->name);
	}
	if (!number || number > n)
		return say_absent(f, column);
	if (at && f->repeats[at - 1]) {
		struct finding *finding = diag_add(
		    f->diags, RULE_DATA_UNREADABLE_LOG, column->at,
		    "column '%s' stands twice in %s:%llu, as columns %zu and %zu", column->name,
		    f->request->log->path, (unsigned long long)f->line, at, f->repeats[at - 1]);
		diag_help(f->diags, finding, "name one by its number: '#%zu' or '#%zu'", at,
			  f->repeats[at - 1]);
		return n;
	}
	return number - 1;
}

static void find_repeats(struct finder *f)
{
	for (size_t i = 0; i < f->table->n_header; i++) {
		size_t first = (size_t)map_get(&f->names, f->table->header[i]);

		if (!first)
			map_put(&f->names, f->mem, f->table->header[i], (void *)(i + 1));
		else if (!f->repeats[first - 1])
			f->repeats[first - 1] = i + 1;
	}
}

bool csv_header_find(struct arena *mem, struct csv_form *form, struct csv_request *request,
		     const struct csv_table *table, uint64_t line, struct diag_sink *diags)
{
	size_t n = table->n_header, before = diags->n;
	struct finder f = {.mem = mem,
			   .request = request,
			   .table = table,
			   .repeats = arena_new(mem, size_t, n),
			   .line = line,
			   .diags = diags};

	find_repeats(&f);
	form->n_header = n;
	form->slot_of = arena_new(mem, int32_t, n);
	form->slots = arena_new(mem, size_t, request->n_columns);
	form->column_of = arena_new(mem, size_t, n);
	form->n_slots = 0;
	for (size_t i = 0; i < n; i++)
		form->slot_of[i] = -1;
	for (size_t i = 0; i < request->n_columns; i++) {
		size_t at = find_column(&f, &request->columns[i]);

		if (at == n)
			continue;
		request->columns[i].index = at;
		if (form->slot_of[at] < 0) {
			form->column_of[form->n_slots] = at;
			form->slot_of[at] = (int32_t)form->n_slots++;
		}
		form->slots[i] = (size_t)form->slot_of[at];
	}
	return diags->n == before;
}
