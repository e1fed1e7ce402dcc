/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_dialect.c - $schema and $vocabulary: which keywords a schema means */
#include "read/schema_internal.h"
#include <string.h>

#define DRAFT "https://json-schema.org/draft/2020-12/"

static const struct {
	const char *name;
	enum schema_vocabulary bit;
} vocabularies[] = {
    {"core", VOCABULARY_CORE},
    {"applicator", VOCABULARY_APPLICATOR},
    {"unevaluated", VOCABULARY_UNEVALUATED},
    {"validation", VOCABULARY_VALIDATION},
    {"meta-data", VOCABULARY_META_DATA},
    {"format-annotation", VOCABULARY_FORMAT_ANNOTATION},
    {"format-assertion", VOCABULARY_FORMAT_ASSERTION},
    {"content", VOCABULARY_CONTENT},
};

/* 0 where the URI names no vocabulary that is read here. */
static unsigned vocabulary_find(const char *uri)
{
	static const char prefix[] = DRAFT "vocab/";

	if (strncmp(uri, prefix, sizeof prefix - 1) != 0)
		return 0;
	for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++)
		if (!strcmp(vocabularies[i].name, uri + sizeof prefix - 1))
			return vocabularies[i].bit;
	return 0;
}

void schema_vocabulary_check(struct schema_compiler *c, const struct data_pair *pair)
{
	const struct data_node *map = pair->value;
	bool good = map->kind == DATA_MAP;

	for (size_t i = 0; good && i < map->n; i++)
		good = map->pairs[i].value->kind == DATA_BOOL;
	if (!good)
		schema_fault(c, map->at, "'$vocabulary' takes a map of URIs to true or false");
}

/* The vocabularies of a dialect's own schema. One that is not known matters where it says so. */
static unsigned read_vocabularies(struct schema_compiler *c, const struct data_node *name,
				  const struct data_node *map)
{
	unsigned bits = VOCABULARY_CORE;

	for (size_t i = 0; i < map->n; i++) {
		const char *uri = map->pairs[i].key->text;
		unsigned bit = vocabulary_find(uri);
		if (!bit && map->pairs[i].value->truth)
			schema_fault(c, name->at,
				     "its dialect needs vocabulary '%s', which is not "
				     "read here",
				     uri);
		bits |= bit;
	}
	return bits;
}

const struct data_node *schema_document_find(const struct schema_compiler *c, const char *uri)
{
	for (size_t i = 0; i < c->options->n_documents; i++)
		if (!strcmp(c->options->documents[i].uri, uri))
			return c->options->documents[i].root;
	return NULL;
}

unsigned schema_dialect_find(struct schema_compiler *c, const struct data_node *name)
{
	const struct data_node *dialect, *map;

	if (!strcmp(name->text, DRAFT "schema") || !strcmp(name->text, DRAFT "schema#"))
		return VOCABULARY_STANDARD;
	dialect = schema_document_find(c, name->text);
	map = data_find(dialect, "$vocabulary");
	if (map && map->kind == DATA_MAP)
		return read_vocabularies(c, name, map);
	if (!dialect)
		diag_help(c->diags, schema_fault(c, name->at, "'%s' is not read here", name->text),
			  "schemas are written in %s", DRAFT "schema");
	return VOCABULARY_STANDARD;
}
