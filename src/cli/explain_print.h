/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/explain_print.h - rules as text and JSON */
#ifndef CLI_EXPLAIN_PRINT_H
#define CLI_EXPLAIN_PRINT_H
#include "base/rule_example.h"

struct explain_style {
	bool color;
	size_t width; /* columns, at least 40 */
};

/* The columns of the terminal at standard output, at most 100; 80 where it is none. */
size_t explain_width(void);
/* What there is to say of one rule. */
void explain_rule(struct arena *mem, enum rule rule, const struct explain_style *style,
		  struct out *to);
/* Id, severity and title of the rules of an area, or of all, by area. */
void explain_list(struct arena *mem, const char *area, const struct explain_style *style,
		  struct out *to);
/* {"rules": […]} with those of an area, of one id, or (NULL) all. */
void explain_json(struct arena *mem, const char *area_or_id, struct out *to);
/* True where a rule is of this area ("doc"), or all are (NULL). */
bool explain_is_in(enum rule rule, const char *area);
/* Whether modelbook.yaml can lower its severity. */
bool explain_can_be_lowered(enum rule rule);
#endif
