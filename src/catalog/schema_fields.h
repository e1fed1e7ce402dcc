/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/schema_fields.h - what a schema says of its keys, in words for people
 *
 * For files that are to be filled in and for the pages of record kinds: a schema is read here as a
 * table of fields. What cannot be said in a field (conditions, choices between forms) is left to
 * the descriptions; the schema engine judges all of it. */
#ifndef CATALOG_SCHEMA_FIELDS_H
#define CATALOG_SCHEMA_FIELDS_H
#include "base/arena.h"
#include "base/out.h"
#include "read/data.h"

/* A field's subschema, and the schema that `$ref: '#/$defs/NAME'` in it is looked up in. */
struct schema_field {
	const struct data_node *root, *node;
};

/* What the subschema says under a keyword, itself or where its `$ref` leads; NULL. */
const struct data_node *field_says(const struct schema_field *field, const char *keyword);
/* The subschema of an entry of a list; `node` is NULL where nothing is said of entries. */
struct schema_field field_entry(const struct schema_field *field);
/* The subschema of a key of the map that the field is; `node` is NULL where it has no such key. */
struct schema_field field_key(const struct schema_field *field, const char *key);
/* True where the map that the field is must have the key. */
bool field_requires(const struct schema_field *field, const char *key);

/* What it takes: "a whole number from 0 to 5", "one of: proceed, fix_data_first", "a day,
 * YYYY-MM-DD", "a list of text"; "" where anything goes. Lives in `mem`. */
const char *field_takes(struct arena *mem, const struct schema_field *field);
/* Its description on one line; "" where it has none. */
const char *field_description(const struct schema_field *field);
/* The first of its examples as one line of YAML; NULL where it has none. Lives in `mem`. */
const char *field_example(struct arena *mem, const struct schema_field *field);
/* A value on one line, as YAML writes it between brackets; reads back as the same value. */
void value_write_flow(struct out *o, const struct data_node *value);
/* A text as a scalar of YAML that reads back as this text: plain where that is safe, else in
 * quotes. */
void value_write_text(struct out *o, const char *text);
#endif
