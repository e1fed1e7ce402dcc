/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/explain_print.h - rules and figures as text and JSON */
#ifndef CLI_EXPLAIN_PRINT_H
#define CLI_EXPLAIN_PRINT_H
#include "base/rule_example.h"
#include "measure/conventions.h"

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
/* "rules": […] with those of an area, of one id, or (NULL) all; "" is none. */
void explain_rules_json(struct arena *mem, const char *area_or_id, struct out *to);
/* True where a rule is of this area ("doc"), or all are (NULL). */
bool explain_is_in(enum rule rule, const char *area);
/* Whether modelbook.yaml can lower its severity. */
bool explain_can_be_lowered(enum rule rule);

/* explain_figure.c: what there is to say of one figure. */
void explain_figure(const struct convention *figure, const struct explain_style *style,
		    struct out *to);
/* Name and title of the figures of a group ("drift"), or (NULL) all, by group. */
void explain_figure_list(const char *group, const struct explain_style *style, struct out *to);
bool explain_is_group(const char *name);
/* "figures": […] with those of a group, with `only` one, or (both NULL) all; "" is none. */
void explain_figures_json(const char *group, const struct convention *only, struct out *to);

/* Words in lines of at most `width` columns; the first begins at column `used` of its line, the
 * others stand under `left`. */
void explain_wrap(const char *text, size_t used, size_t left, size_t width, struct out *to);
/* A heading and a paragraph under it. */
void explain_paragraph(const char *title, const char *text, const struct explain_style *style,
		       struct out *to);
#endif
