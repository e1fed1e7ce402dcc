/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print.h - the figures of a log for a person; cli/figure_tree.h has the objects of
 * records
 *
 *   figures_print          the order of sections
 *   figures_print_verdict  the sentences at the head: what is wrong first
 *   figures_verdict_drift  those of drift
 *   figures_print_tables   performance, calibration, fairness, classes, regression, latency
 *   figures_print_drift    columns by severity, bins of the worst, windows, segments
 *   print_table            lines, tables, bars */
#ifndef CLI_FIGURES_PRINT_H
#define CLI_FIGURES_PRINT_H
#include "cli/print_table.h"
#include "evidence/measure_log.h"

struct figures_report {
	struct arena *mem;
	const struct record_figures *figures;
	const struct log_taken *taken;
	const char *title; /* "production.csv against training.csv" */
	const struct log_request *request;
	struct print_style style;
};

/* Sentences, tables, bars; what was taken and how it was made at the end. */
void figures_print_text(const struct figures_report *report, struct out *to);

/* -- between these files ---------------------------------------------------------------------- */

enum verdict_state { VERDICT_BAD, VERDICT_WARNING, VERDICT_UNKNOWN, VERDICT_GOOD, VERDICT_PLAIN };
struct verdict {
	enum verdict_state state;
	const char *text; /* visible */
};
struct verdict_list {
	struct arena *mem;
	LIST_OF(struct verdict);
};
void verdicts_collect(const struct figures_report *report, struct verdict_list *list);
/* Of columns and windows against their reference; of missing and new values. */
void verdicts_drift(const struct figures_report *report, struct verdict_list *list);
void verdicts_values(const struct figures_report *report, struct verdict_list *list);
/* Adds a sentence; texts from a log go through shown_text() or verdict_name(), which cuts names. */
void verdict_say(struct verdict_list *list, enum verdict_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *verdict_name(struct verdict_list *list, const char *name);

void print_performance(const struct figures_report *report, struct out *to);
void print_calibration(const struct figures_report *report, struct out *to);
void print_fairness(const struct figures_report *report, struct out *to);
void print_classes(const struct figures_report *report, struct out *to);
void print_regression(const struct figures_report *report, struct out *to);
void print_latency(const struct figures_report *report, struct out *to);
void print_comparison(const struct figures_report *report, struct out *to);
void print_drift(const struct figures_report *report, struct out *to);
void print_windows(const struct figures_report *report, struct out *to);
void print_segments(const struct figures_report *report, struct out *to);

/* The PSI that explains the severity: over deciles, unless that alone lies below the band and the
 * one with frequent values in bins of their own does not. */
double drift_shown_psi(const struct record_figures *figures, const struct drift *drift);
/* Most rows have a text of their own: an id or a moment, of which drift says nothing. */
bool drift_is_of_names(const struct drift *drift);
/* Indices of n drifts, the worst first: by severity, then PSI, then as asked for. */
size_t *drift_by_severity(struct arena *mem, const struct drift *drift, size_t n);
/* The bin of calibration that puts most into the ECE and whose interval leaves the score out; NULL
 * where chance explains all. */
const struct calibration_bin *calibration_worst_bin(const struct calibration *calibration);
#endif
