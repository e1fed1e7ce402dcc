/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/instance_hint.c - what a schema says of a key, for files that are to be filled in */
#include "catalog/instance_hint.h"
#include <string.h>

bool instance_requires(const struct data_node *schema, const char *key)
{
	const struct data_node *required = data_find(schema, "required");

	for (size_t i = 0; required && required->kind == DATA_LIST && i < required->n; i++)
		if (!strcmp(required->items[i]->text, key))
			return true;
	return false;
}

void instance_write_hint(struct out *o, const struct data_node *property)
{
	const char *description = data_find_text(property, "description");
	const struct data_node *choices = data_find(property, "enum");

	if (!description && !choices)
		return;
	out_puts(o, " #");
	if (description) {
		out_putc(o, ' ');
		out_write(o, description, strcspn(description, "\n"));
	}
	for (size_t i = 0; choices && choices->kind == DATA_LIST && i < choices->n; i++)
		out_printf(o, "%s%s",
			   i             ? " | "
			   : description ? " One of: "
					 : " one of: ",
			   choices->items[i]->text);
}
