/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_names.c - figures under the names that records hold */
#include "evidence/figure_names.h"
#include <assert.h>
#include <stddef.h>

struct field {
	const char *name;
	size_t offset;
};
#define FIELD(type, name)                                                                          \
	{                                                                                          \
#name, offsetof(struct type, name)                                                 \
	}
#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

static const struct field figures[] = {
    FIELD(performance, base_rate),
    FIELD(performance, roc_auc),
    FIELD(performance, average_precision),
    FIELD(performance, log_loss),
    FIELD(performance, brier),
    FIELD(performance, accuracy),
    FIELD(performance, balanced_accuracy),
    FIELD(performance, precision),
    FIELD(performance, recall),
    FIELD(performance, specificity),
    FIELD(performance, f1),
    FIELD(performance, mcc),
};
static const struct field counts[] = {
    FIELD(performance, n),  FIELD(performance, positives), FIELD(performance, tp),
    FIELD(performance, fp), FIELD(performance, tn),        FIELD(performance, fn),
};
static const struct field calibration_numbers[] = {
    FIELD(calibration, ece),         FIELD(calibration, ece_chance),
    FIELD(calibration, mce),         FIELD(calibration, brier),
    FIELD(calibration, reliability), FIELD(calibration, resolution),
    FIELD(calibration, uncertainty),
};
static const struct field drift_numbers[] = {
    FIELD(drift, psi),        FIELD(drift, psi_chance),        FIELD(drift, ks_statistic),
    FIELD(drift, ks_p_value), FIELD(drift, missing_reference), FIELD(drift, missing_current),
};
_Static_assert(COUNT_OF(figures) == N_PERFORMANCE_FIGURES, "figures");
_Static_assert(COUNT_OF(counts) == N_PERFORMANCE_COUNTS, "counts");
_Static_assert(COUNT_OF(calibration_numbers) == N_CALIBRATION_NUMBERS, "calibration");
_Static_assert(COUNT_OF(drift_numbers) == N_DRIFT_NUMBERS, "drift");

static void *at(void *base, const struct field *table, size_t n, size_t i)
{
	assert(i < n);
	return (char *)base + table[i].offset;
}

const char *performance_figure_name(size_t i)
{
	assert(i < N_PERFORMANCE_FIGURES);
	return figures[i].name;
}

struct figure *performance_figure_at(struct performance *p, size_t i)
{
	return at(p, figures, COUNT_OF(figures), i);
}

const char *performance_count_name(size_t i)
{
	assert(i < N_PERFORMANCE_COUNTS);
	return counts[i].name;
}

size_t *performance_count_at(struct performance *p, size_t i)
{
	return at(p, counts, COUNT_OF(counts), i);
}

const char *calibration_number_name(size_t i)
{
	assert(i < N_CALIBRATION_NUMBERS);
	return calibration_numbers[i].name;
}

double *calibration_number_at(struct calibration *c, size_t i)
{
	return at(c, calibration_numbers, COUNT_OF(calibration_numbers), i);
}

const char *drift_number_name(size_t i)
{
	assert(i < N_DRIFT_NUMBERS);
	return drift_numbers[i].name;
}

double *drift_number_at(struct drift *d, size_t i)
{
	return at(d, drift_numbers, COUNT_OF(drift_numbers), i);
}
