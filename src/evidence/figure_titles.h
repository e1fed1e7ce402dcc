/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_titles.h - short names of figures, for heads of tables and sheets
 *
 * measure/conventions.h holds the long ones, with what they mean. */
#ifndef EVIDENCE_FIGURE_TITLES_H
#define EVIDENCE_FIGURE_TITLES_H

/* "ROC AUC" for "roc_auc", with its unit where it has one; the name itself where it has no title.
 * Static, or `name`. */
const char *figure_title(const char *name);
#endif
