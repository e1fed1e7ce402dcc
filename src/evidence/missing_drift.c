/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/missing_drift.c - whether a value is there, judged as a column of two categories */
#include "evidence/missing_drift.h"
#include <math.h>

/* Rows of each side, with and without a value. They are the same for all columns, so that those of
 * a column without any value are known from the others; 0 where no column has a value. */
struct sample_sizes {
	size_t reference, current;
};

static size_t rows_in_all(size_t present, double missing)
{
	return missing < 1 ? (size_t)llround((double)present / (1 - missing)) : 0;
}

static struct sample_sizes sizes_of(const struct drift *drift, size_t n)
{
	struct sample_sizes sizes = {0};

	for (size_t i = 0; i < n; i++) {
		size_t reference = rows_in_all(drift[i].rows_reference, drift[i].missing_reference);
		size_t current = rows_in_all(drift[i].rows_current, drift[i].missing_current);

		sizes.reference = reference > sizes.reference ? reference : sizes.reference;
		sizes.current = current > sizes.current ? current : sizes.current;
	}
	return sizes;
}

static struct drift of_column(struct arena *mem, struct arena *scratch, const struct drift *d,
			      const struct sample_sizes *sizes)
{
	static const char *states[] = {"missing", "present"};
	const struct drift none = {.column = d->column,
				   .psi = NAN,
				   .psi_chance = NAN,
				   .psi_p_value = NAN,
				   .psi_ties = NAN,
				   .psi_ties_p_value = NAN};
	bool known = sizes->reference >= d->rows_reference && sizes->current >= d->rows_current &&
		     sizes->reference && sizes->current;
	size_t reference[] = {sizes->reference - d->rows_reference, d->rows_reference};
	size_t current[] = {sizes->current - d->rows_current, d->rows_current};
	struct category_counts before = {states, reference, 2, sizes->reference, 0};
	struct category_counts now = {states, current, 2, sizes->current, 0};

	if (!known || !(d->missing_reference > 0 || d->missing_current > 0))
		return none;
	return drift_categorical(mem, scratch, d->column, &before, &now);
}

const struct drift *missing_drift(struct arena *mem, struct arena *scratch,
				  const struct drift *drift, size_t n, struct drift_bands bands)
{
	const struct sample_sizes sizes = sizes_of(drift, n);
	struct drift *missing = arena_new(mem, struct drift, n);
	bool any = false;

	for (size_t i = 0; i < n; i++)
		missing[i] = of_column(mem, scratch, &drift[i], &sizes);
	drift_judge(missing, n, bands, scratch);
	for (size_t i = 0; i < n; i++) {
		if (isnan(missing[i].psi))
			missing[i].severity = DRIFT_STABLE;
		any = any || !isnan(missing[i].psi);
	}
	return any ? missing : NULL;
}
