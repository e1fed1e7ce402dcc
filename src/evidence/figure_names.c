/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_names.c - the members of the structs of figures under the names that records hold
 */
#include "evidence/figure_names.h"
#include <assert.h>
#include <stddef.h>

#define FIELD(type, name, kind, unknown, not_numeric, not_categorical)                             \
	{                                                                                          \
#name, offsetof(struct type, name), unknown, kind, not_numeric, not_categorical    \
	}
#define FIGURE(type, name) FIELD(type, name, FIELD_FIGURE, NULL, false, false)
#define NUMBER(type, name) FIELD(type, name, FIELD_NUMBER, NULL, false, false)
#define COUNT(type, name) FIELD(type, name, FIELD_COUNT, NULL, false, false)
#define NUMBER_OR(type, name, why) FIELD(type, name, FIELD_NUMBER, why, false, false)
#define OF_NUMBERS(name, why) FIELD(drift, name, FIELD_NUMBER, why, false, true)
#define OF_CATEGORIES(name) FIELD(drift, name, FIELD_NUMBER, NULL, true, false)

#define FIELDS(of)                                                                                 \
	const struct figure_fields of##_fields = {of##_table,                                      \
						  sizeof of##_table / sizeof *of##_table}

static const struct figure_field performance_table[] = {
    COUNT(performance, n),
    COUNT(performance, positives),
    FIGURE(performance, base_rate),
    FIGURE(performance, roc_auc),
    FIGURE(performance, average_precision),
    FIGURE(performance, log_loss),
    FIGURE(performance, brier),
    FIGURE(performance, accuracy),
    FIGURE(performance, balanced_accuracy),
    FIGURE(performance, precision),
    FIGURE(performance, recall),
    FIGURE(performance, specificity),
    FIGURE(performance, f1),
    FIGURE(performance, mcc),
    COUNT(performance, tp),
    COUNT(performance, fp),
    COUNT(performance, tn),
    COUNT(performance, fn),
};
FIELDS(performance);
enum { FIRST_PERFORMANCE_FIGURE = 2 };

static const struct figure_field class_table_table[] = {
    COUNT(classes, n),
    FIGURE(classes, accuracy),
    FIGURE(classes, balanced_accuracy),
    FIGURE(classes, macro_precision),
    FIGURE(classes, macro_recall),
    FIGURE(classes, macro_f1),
    FIGURE(classes, weighted_precision),
    FIGURE(classes, weighted_recall),
    FIGURE(classes, weighted_f1),
    FIGURE(classes, mcc),
};
FIELDS(class_table);

static const struct figure_field class_table_of_one[] = {
    COUNT(class_figures, n),
    FIGURE(class_figures, precision),
    FIGURE(class_figures, recall),
    FIGURE(class_figures, f1),
};
const struct figure_fields class_fields = {class_table_of_one,
					   sizeof class_table_of_one / sizeof *class_table_of_one};

static const struct figure_field regression_table[] = {
    COUNT(regression, n),           FIGURE(regression, mae),
    FIGURE(regression, rmse),       FIGURE(regression, r2),
    FIGURE(regression, mape),       FIGURE(regression, median_absolute_error),
    FIGURE(regression, max_error),  FIGURE(regression, explained_variance),
    FIGURE(regression, mean_error),
};
FIELDS(regression);

static const struct figure_field calibration_table[] = {
    NUMBER(calibration, ece),
    NUMBER(calibration, ece_chance),
    NUMBER(calibration, adaptive_ece),
    NUMBER(calibration, mce),
    NUMBER(calibration, brier),
    NUMBER(calibration, reliability),
    NUMBER(calibration, resolution),
    NUMBER(calibration, uncertainty),
    FIGURE(calibration, slope),
    FIGURE(calibration, intercept),
    FIGURE(calibration, hosmer_lemeshow),
};
FIELDS(calibration);

#define OF_BIN(name) NUMBER_OR(calibration_bin, name, "no rows in the bin")
static const struct figure_field bin_table[] = {
    NUMBER(calibration_bin, lower),
    NUMBER(calibration_bin, upper),
    COUNT(calibration_bin, count),
    OF_BIN(mean_score),
    OF_BIN(event_rate),
    OF_BIN(event_rate_low),
    OF_BIN(event_rate_high),
};
FIELDS(bin);

static const struct figure_field group_table[] = {
    COUNT(group_rates, n),    FIGURE(group_rates, base_rate), FIGURE(group_rates, selection_rate),
    FIGURE(group_rates, tpr), FIGURE(group_rates, fpr),       FIGURE(group_rates, fnr),
    FIGURE(group_rates, tnr), FIGURE(group_rates, ppv),
};
FIELDS(group);

/* A struct group_gap begins with its figure. */
_Static_assert(offsetof(struct group_gap, value) == 0, "the figure stands first");
static const struct figure_field gap_table[] = {
    FIGURE(fairness, demographic_parity_difference),
    FIGURE(fairness, disparate_impact_ratio),
    FIGURE(fairness, equal_opportunity_difference),
    FIGURE(fairness, equalized_odds_difference),
};
FIELDS(gap);

static const struct figure_field drift_table[] = {
    COUNT(drift, rows_reference),
    COUNT(drift, rows_current),
    NUMBER(drift, psi),
    NUMBER(drift, psi_chance),
    OF_NUMBERS(ks_statistic, NULL),
    OF_NUMBERS(ks_p_value, NULL),
    NUMBER(drift, js_distance),
    NUMBER(drift, kl_divergence),
    OF_NUMBERS(wasserstein, NULL),
    OF_CATEGORIES(chi2_statistic),
    OF_CATEGORIES(chi2_p_value),
    NUMBER(drift, hellinger),
    NUMBER(drift, total_variation),
    NUMBER(drift, l_infinity),
    OF_NUMBERS(wasserstein_normalised, "the reference does not vary"),
    NUMBER_OR(drift, missing_reference, "no rows in the reference"),
    NUMBER_OR(drift, missing_current, "no rows"),
};
FIELDS(drift);

static const struct figure_field latency_table[] = {
    FIGURE(latency, p50), FIGURE(latency, p90),  FIGURE(latency, p95),
    FIGURE(latency, p99), FIGURE(latency, mean), NUMBER(latency, max),
};
FIELDS(latency);

const void *figure_field_at(const void *base, const struct figure_field *field)
{
	return (const char *)base + field->offset;
}

void *figure_field_in(void *base, const struct figure_field *field)
{
	return (char *)base + field->offset;
}

const char *performance_figure_name(size_t i)
{
	assert(i < N_PERFORMANCE_FIGURES);
	return performance_table[FIRST_PERFORMANCE_FIGURE + i].name;
}

struct figure *performance_figure_at(struct performance *p, size_t i)
{
	assert(i < N_PERFORMANCE_FIGURES);
	return figure_field_in(p, &performance_table[FIRST_PERFORMANCE_FIGURE + i]);
}
