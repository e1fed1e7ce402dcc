/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/reference_groups.h - reference cases of distances, regression, classes and
 * groups; a part of test_reference.c */
#ifndef REFERENCE_GROUPS_H
#define REFERENCE_GROUPS_H

/* Values repeated by their whole-number weights. */
static double *weighted(struct run *run, const char *values, const char *weights, size_t *n)
{
	json_t *list = json_object_get(run->inputs, values);
	json_t *weight = json_object_get(run->inputs, weights);
	size_t total = 0, length;
	double *single = numbers(run, list, &length), *all;

	if (!json_is_array(weight)) {
		*n = length;
		return single;
	}
	for (size_t i = 0; i < length; i++)
		total += (size_t)json_number_value(json_array_get(weight, i));
	all = arena_new(run->mem, double, total);
	*n = 0;
	for (size_t i = 0; i < length; i++)
		for (double k = json_number_value(json_array_get(weight, i)); k > 0; k--)
			all[(*n)++] = single[i];
	return all;
}

static void check_wasserstein(struct run *run)
{
	double *a, *b;
	size_t n, m;

	if (json_is_array(json_object_get(run->inputs, "ref_weights"))) {
		a = weighted(run, "reference", "ref_weights", &n);
		b = weighted(run, "current", "cur_weights", &m);
	} else {
		two_samples(run, &a, &n, &b, &m);
	}
	sort_numbers(a, n, run->mem);
	sort_numbers(b, m, run->mem);
	same(run, "wasserstein", wasserstein_sorted(a, n, b, m), wanted(run->expected));
	same(run, "the other way round", wasserstein_sorted(b, m, a, n), wanted(run->expected));
}

/* p and q of a case: shares, or counts by category, where those that the reference does not have
 * fall together. */
static void shares_of(struct run *run, double **p, double **q, size_t *n)
{
	json_t *reference = json_object_get(run->inputs, "reference_counts"), *value;
	json_t *current = json_object_get(run->inputs, "current_counts");
	const char *name;

	if (!reference) {
		*p = numbers(run, json_object_get(run->inputs, "p"), n);
		*q = numbers(run, json_object_get(run->inputs, "q"), n);
		return;
	}
	*n = json_object_size(reference) + 1;
	*p = arena_new(run->mem, double, *n);
	*q = arena_new(run->mem, double, *n);
	*n = 0;
	json_object_foreach(reference, name, value)
	{
		(*p)[*n] = json_number_value(value);
		(*q)[(*n)++] = json_number_value(json_object_get(current, name));
	}
	json_object_foreach(current, name, value) if (!json_object_get(reference, name))(*q)[*n] +=
	    json_number_value(value);
	++*n;
}

static double base_of(struct run *run)
{
	return json_is_number(json_object_get(run->inputs, "base"))
		   ? log(json_number_value(json_object_get(run->inputs, "base")))
		   : 1;
}

/* Values repeated as often as an object of counts says. */
static double *repeated(struct run *run, json_t *counts, size_t *n)
{
	const char *value;
	double *all;
	json_t *count;

	*n = 0;
	json_object_foreach(counts, value, count) *n += (size_t)json_integer_value(count);
	all = arena_new(run->mem, double, *n);
	*n = 0;
	json_object_foreach(counts, value, count) for (json_int_t k = json_integer_value(count);
						       k > 0; k--) all[(*n)++] =
	    strtod(value, NULL);
	return all;
}

/* Numbers binned by Doane's rule. */
static void check_nannyml(struct run *run)
{
	json_t *counts = json_object_get(run->inputs, "reference_value_counts");
	json_t *edges = json_object_get(run->inputs, "edges");
	double *a, *b, own[DRIFT_MAX_BINS + 1];
	struct numeric_reference reference;
	struct arena scratch;
	struct drift d;
	size_t n, m;

	arena_init(&scratch);
	if (counts) {
		a = repeated(run, counts, &n);
		b = repeated(run, json_object_get(run->inputs, "current_value_counts"), &m);
	} else {
		two_samples(run, &a, &n, &b, &m);
	}
	sort_numbers(b, m, &scratch);
	numeric_reference_init(&reference, run->mem, &scratch, a, n, DRIFT_BINS);
	d = drift_numeric_sorted(run->mem, &scratch, "x", &reference, b, m, 0);
	drift_follow_numeric(&d, run->mem, &scratch, &reference, b, m, DRIFT_NANNYML);
	same(run, "js", d.js_distance, wanted(run->expected));
	edges_by_doane(reference.sorted, reference.n, own);
	for (size_t i = 0; i < json_array_size(edges); i++)
		same(run, "edge", own[i], wanted(json_array_get(edges, i)));
	arena_release(&scratch);
}

static void check_goodness_of_fit(struct run *run)
{
	json_t *reference = json_object_get(run->inputs, "reference_counts");
	json_t *current = json_object_get(run->inputs, "current_counts");
	size_t n = json_array_size(reference);
	struct drift_bin *bins = arena_new(run->mem, struct drift_bin, n);
	struct drift d = {.bins = bins, .n_bins = n};

	for (size_t i = 0; i < n; i++) {
		bins[i].reference = (size_t)json_integer_value(json_array_get(reference, i));
		bins[i].current = (size_t)json_integer_value(json_array_get(current, i));
	}
	drift_follow_categories(&d, run->mem, DRIFT_EVIDENTLY);
	same_key(run, "statistic", d.chi2_statistic);
	same_p(run, "p", d.chi2_p_value, wanted(json_object_get(run->expected, "pvalue")));
}

/* Shares, or counts by category; else numbers, which that case's program bins itself. */
static void check_jensen_shannon(struct run *run)
{
	double *p, *q;
	size_t n;

	if (!json_object_get(run->inputs, "p") &&
	    !json_object_get(run->inputs, "reference_counts")) {
		check_nannyml(run);
		return;
	}
	shares_of(run, &p, &q, &n);
	same(run, "js", distances_from_shares(p, q, n).js_distance / sqrt(base_of(run)),
	     wanted(run->expected));
	same(run, "js the other way round",
	     distances_from_shares(q, p, n).js_distance / sqrt(base_of(run)),
	     wanted(run->expected));
}

static void check_kl(struct run *run)
{
	double *p, *q, got;
	size_t n;

	shares_of(run, &p, &q, &n);
	got = distances_from_shares(p, q, n).kl_divergence;
	if (isinf(wanted(run->expected)))
		same(run, "is infinite", isinf(got), 1);
	else
		same(run, "kl", got, wanted(run->expected));
}

static void check_hellinger(struct run *run)
{
	double *p, *q;
	size_t n;

	shares_of(run, &p, &q, &n);
	same(run, "hellinger", distances_from_shares(p, q, n).hellinger, wanted(run->expected));
}

static void check_l_infinity(struct run *run)
{
	json_t *reference = json_object_get(run->inputs, "reference"), *cell;
	json_t *current = json_object_get(run->inputs, "current");
	double p[256] = {0}, q[256] = {0};
	size_t i;

	json_array_foreach(reference, i, cell) p[(unsigned char)*json_string_value(cell)]++;
	json_array_foreach(current, i, cell) q[(unsigned char)*json_string_value(cell)]++;
	same(run, "l_infinity", distances_from_shares(p, q, 256).l_infinity, wanted(run->expected));
}

static void check_chi_square(struct run *run)
{
	json_t *table = json_object_get(run->inputs, "table");
	size_t rows, columns;
	const size_t **counts;
	struct chi_square test, corrected;

	table = table ? table : json_object_get(run->expected, "table");
	rows = json_array_size(table);
	columns = json_array_size(json_array_get(table, 0));
	counts = arena_new(run->mem, const size_t *, rows);
	for (size_t r = 0; r < rows; r++) {
		size_t *row = arena_new(run->mem, size_t, columns);
		for (size_t c = 0; c < columns; c++)
			row[c] =
			    (size_t)json_integer_value(json_array_get(json_array_get(table, r), c));
		counts[r] = row;
	}
	test = chi_square_table(counts, rows, columns,
				json_is_true(json_object_get(run->inputs, "yates")));
	corrected = chi_square_table(counts, rows, columns, true);
	same_key(run, "statistic", test.statistic);
	same_p(run, "p", test.p_value, wanted(json_object_get(run->expected, "pvalue")));
	same_key(run, "dof", (double)test.freedom);
	same_key(run, "yates_statistic", corrected.statistic);
	same_key(run, "yates_pvalue", corrected.p_value);
}

static void check_regression(struct run *run)
{
	const char *file = text_of(run->inputs, "file");
	struct regression r;
	double *truth, *predicted;
	size_t n;

	if (*file) {
		struct reference_csv csv = file_of(run, file);
		truth = reference_numbers(run->mem, &csv, text_of(run->inputs, "y_true"));
		predicted = reference_numbers(run->mem, &csv, text_of(run->inputs, "y_pred"));
		n = csv.n_rows;
	} else {
		truth = numbers(run, json_object_get(run->inputs, "y_true"), &n);
		predicted = numbers(run, json_object_get(run->inputs, "y_pred"), &n);
	}
	r = regression_measure(run->mem, truth, predicted, n);
	same_key(run, "n", (double)r.n);
	same_key(run, "mae", r.mae.value);
	same_key(run, "rmse", r.rmse.value);
	same_key(run, "r2", r.r2.value);
	same_key(run, "mape", r.mape.value);
	same_key(run, "median_ae", r.median_absolute_error.value);
	same_key(run, "max_error", r.max_error.value);
	same_key(run, "explained_variance", r.explained_variance.value);
	same_key(run, "mean_error", r.mean_error.value);
}

static void check_classes(struct run *run)
{
	enum { K = 3 };
	size_t n, m, counts[K * K] = {0};
	double *truth = numbers(run, json_object_get(run->inputs, "y_true"), &n);
	double *predicted = numbers(run, json_object_get(run->inputs, "y_pred"), &m);
	struct class_figures each[K];

	for (size_t i = 0; i < n; i++)
		counts[(size_t)truth[i] * K + (size_t)predicted[i]]++;
	same(run, "mcc", classes_measure(counts, K, each).mcc.value, wanted(run->expected));
}

/* Groups with their tables of outcomes, in the order in which they appear. */
struct groups {
	struct group_counts list[16];
	size_t n;
};

static void count_row(struct groups *groups, const char *name, bool truth, bool predicted)
{
	size_t i = 0;

	while (i < groups->n && strcmp(groups->list[i].name, name) != 0)
		i++;
	assert_true(i < 16);
	if (i == groups->n)
		groups->list[groups->n++] = (struct group_counts){.name = name};
	if (truth)
		*(predicted ? &groups->list[i].tp : &groups->list[i].fn) += 1;
	else
		*(predicted ? &groups->list[i].fp : &groups->list[i].tn) += 1;
}

static void count_file(struct run *run, struct groups *groups)
{
	const char *actual = text_of(run->inputs, "actual");
	struct reference_csv csv = file_of(run, *actual ? actual : text_of(run->inputs, "file"));
	struct reference_csv other =
	    *actual ? file_of(run, text_of(run->inputs, "predicted")) : csv;
	size_t group = reference_column(&csv, text_of(run->inputs, "group"));
	double *truth = reference_numbers(run->mem, &csv, *actual ? "income" : "y_true");
	double *predicted = reference_numbers(run->mem, &other, *actual ? "income" : "y_prob");

	for (size_t r = 0; r < csv.n_rows; r++)
		count_row(groups, reference_cell(&csv, r, group), truth[r] == 1,
			  predicted[r] >= 0.5);
}

static void count_lists(struct run *run, struct groups *groups)
{
	json_t *names = json_object_get(run->inputs, "group"), *name;
	size_t i, n;
	double *truth = numbers(run, json_object_get(run->inputs, "y_true"), &n);
	double *predicted = numbers(run, json_object_get(run->inputs, "y_pred"), &n);

	json_array_foreach(names, i, name)
	    count_row(groups, json_string_value(name), truth[i] == 1, predicted[i] == 1);
}

static void same_group(struct run *run, json_t *want, const struct group_counts *counts,
		       const struct group_rates *rates)
{
	const struct {
		const char *key;
		double got;
	} pairs[] = {
	    {"n", (double)rates->n},    {"tp", (double)counts->tp},
	    {"fp", (double)counts->fp}, {"fn", (double)counts->fn},
	    {"tn", (double)counts->tn}, {"selection_rate", rates->selection_rate.value},
	    {"tpr", rates->tpr.value},  {"fpr", rates->fpr.value},
	    {"fnr", rates->fnr.value},  {"ppv", rates->ppv.value},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (json_object_get(want, pairs[i].key))
			same(run, pairs[i].key, pairs[i].got,
			     wanted(json_object_get(want, pairs[i].key)));
}

static void check_fairness_groups(struct run *run)
{
	json_t *by_group = json_object_get(run->expected, "by_group");
	struct groups groups = {.n = 0};
	struct group_rates rates[16];
	struct fairness f;
	double impact;

	if (json_is_array(json_object_get(run->inputs, "group")))
		count_lists(run, &groups);
	else
		count_file(run, &groups);
	f = fairness_measure(groups.list, groups.n, 1, rates);
	same(run, "groups", (double)groups.n, (double)json_object_size(by_group));
	for (size_t i = 0; i < groups.n; i++)
		same_group(run, json_object_get(by_group, groups.list[i].name), &groups.list[i],
			   &rates[i]);
	same_key(run, "demographic_parity_difference", f.demographic_parity_difference.value.value);
	same_key(run, "demographic_parity_ratio", f.disparate_impact_ratio.value.value);
	same_key(run, "equalized_odds_difference", f.equalized_odds_difference.value.value);
	if (json_object_get(run->expected, "tpr_difference"))
		same(run, "equal opportunity", f.equal_opportunity_difference.value.value,
		     fabs(wanted(json_object_get(run->expected, "tpr_difference"))));
	/* AIF360 divides unprivileged by privileged, whichever is larger. */
	impact = wanted(json_object_get(run->expected, "disparate_impact"));
	if (json_object_get(run->expected, "disparate_impact"))
		same(run, "disparate impact", f.disparate_impact_ratio.value.value,
		     impact > 1 ? 1 / impact : impact);
}

/* Base rates of a data set by group: what was decided is the label itself. */
static const struct dataset {
	const char *id, *files[2], *label, *favourable, *group, *privileged;
	double privileged_from;                /* group is a number: privileged from here on; NAN */
	const char *difference, *ratio, *rate; /* keys of the expected values; NULL */
	bool complete;                         /* rows with "?" are left out */
} datasets[] = {
    {"aif360r.adult",
     {"tabular/aif360-r/data.csv"},
     "income",
     "0",
     "sex",
     "1",
     NAN,
     "statistical_parity_difference",
     "disparate_impact",
     NULL,
     false},
    {"adult.fairness.all",
     {"adult.test", "adult.data"},
     "Y",
     ">50K",
     "sex",
     "Male",
     NAN,
     "spd_sex",
     "di_sex",
     "rate_male",
     false},
    {"adult.fairness.complete",
     {"adult.test", "adult.data"},
     "Y",
     ">50K",
     "sex",
     "Male",
     NAN,
     "spd_sex",
     "di_sex",
     "rate_male",
     true},
    {"german.full.age25",
     {"tabular/german/german.csv"},
     "credit",
     "1",
     "age",
     NULL,
     26,
     "spd",
     "di",
     NULL,
     false},
};

static bool is_complete(const struct reference_csv *csv, size_t row)
{
	for (size_t c = 0; c < csv->n_columns; c++)
		if (!strcmp(reference_cell(csv, row, c), "?"))
			return false;
	return true;
}

static void count_dataset(struct run *run, const struct dataset *d, const char *file,
			  struct groups *groups)
{
	struct reference_csv csv = file_of(run, file);
	size_t label = reference_column(&csv, d->label), group = reference_column(&csv, d->group);

	for (size_t r = 0; r < csv.n_rows; r++) {
		const char *cell = reference_cell(&csv, r, group);
		bool privileged = d->privileged ? !strcmp(cell, d->privileged)
						: strtod(cell, NULL) >= d->privileged_from;
		bool favourable =
		    !strncmp(reference_cell(&csv, r, label), d->favourable, strlen(d->favourable));
		if (!d->complete || is_complete(&csv, r))
			count_row(groups, privileged ? "privileged" : "other", favourable,
				  favourable);
	}
}

static void check_fairness_dataset(struct run *run)
{
	struct group_rates rates[16];
	struct groups groups = {.n = 0};
	const struct dataset *d = datasets, *end = datasets + sizeof datasets / sizeof *datasets;
	struct fairness f;
	double ratio;

	while (d < end && strcmp(d->id, run->id) != 0)
		d++;
	if (d == end) {
		run->left_out = true;
		return;
	}
	for (size_t i = 0; i < 2 && d->files[i]; i++)
		count_dataset(run, d, d->files[i], &groups);
	f = fairness_measure(groups.list, groups.n, 1, rates);
	same(run, "difference", f.demographic_parity_difference.value.value,
	     fabs(wanted(json_object_get(run->expected, d->difference))));
	ratio = wanted(json_object_get(run->expected, d->ratio));
	same(run, "ratio", f.disparate_impact_ratio.value.value, ratio > 1 ? 1 / ratio : ratio);
	if (d->rate)
		same_key(run, d->rate,
			 rates[strcmp(rates[0].name, "privileged") != 0].base_rate.value);
}
#endif
