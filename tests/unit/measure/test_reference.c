/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_reference.c - published values of other programs, case by case */
#include "base/arena.h"
#include "measure/bootstrap.h"
#include "measure/calibration.h"
#include "measure/classes.h"
#include "measure/distance.h"
#include "measure/drift.h"
#include "measure/drift_convention.h"
#include "measure/fairness.h"
#include "measure/intervals.h"
#include "measure/ks.h"
#include "measure/performance.h"
#include "measure/psi.h"
#include "measure/quantile.h"
#include "measure/regression.h"
#include "measure/sort.h"
#include "measure/special.h"
#include "reference_csv.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct run {
	struct arena *mem;
	const char *dir; /* of the shared data */
	const char *id;
	json_t *inputs, *expected;
	double tolerance;
	size_t failed; /* of this case */
	bool left_out; /* this one of its metric */
};

static const char *text_of(json_t *map, const char *key)
{
	const char *text = json_string_value(json_object_get(map, key));

	return text ? text : "";
}

/* "nan", "error/undefined": NAN. */
static double wanted(json_t *value)
{
	const char *text = json_string_value(value);

	return text ? !strcmp(text, "inf") ? INFINITY : NAN : json_number_value(value);
}

static void same(struct run *run, const char *what, double got, double want)
{
	if (isnan(want) ? isnan(got) : fabs(got - want) <= run->tolerance * fmax(1, fabs(want)))
		return;
	run->failed++;
	print_error("%s %s: got %.17g, want %.17g\n", run->id, what, got, want);
}

static void same_key(struct run *run, const char *key, double got)
{
	json_t *want = json_object_get(run->expected, key);

	if (want)
		same(run, key, got, wanted(want));
}

/* A p-value, which must be right to 6 digits however small it is. */
static void same_p(struct run *run, const char *what, double got, double want)
{
	same(run, what, got, want);
	if (want > 1e-250 && fabs(got - want) > 1e-6 * want) {
		run->failed++;
		print_error("%s %s: got %.17g, want %.17g\n", run->id, what, got, want);
	}
}

static double *numbers(struct run *run, json_t *list, size_t *n)
{
	double *values = arena_new(run->mem, double, json_array_size(list));

	*n = json_array_size(list);
	for (size_t i = 0; i < *n; i++)
		values[i] = json_number_value(json_array_get(list, i));
	return values;
}

static struct reference_csv file_of(struct run *run, const char *name)
{
	const char *folder = strchr(name, '/') ? "" : "tabular/adult/";
	struct reference_csv csv = reference_csv_read(
	    run->mem, arena_printf(run->mem, "%s/real/%s%s", run->dir, folder, name));

	if (!csv.n_rows) {
		run->failed++;
		print_error("%s: cannot read '%s'\n", run->id, name);
	}
	return csv;
}

static unsigned char *labels(struct run *run, const double *values, size_t n)
{
	unsigned char *label = arena_new(run->mem, unsigned char, n);

	for (size_t i = 0; i < n; i++)
		label[i] = isnan(values[i]) ? LABEL_MISSING
			   : values[i] == 1 ? LABEL_POSITIVE
					    : LABEL_NEGATIVE;
	return label;
}

/* Labels that stand in another file under the same `id`, in the order of this one. */
static double *joined(struct run *run, const struct reference_csv *csv, const char *column)
{
	struct reference_csv truth =
	    file_of(run, "tabular/nannyml/california_housing_analysis_gt.csv");
	double *ids = reference_numbers(run->mem, csv, "id");
	double *keys = reference_numbers(run->mem, &truth, "id");
	double *values = reference_numbers(run->mem, &truth, column);
	double *found = arena_new(run->mem, double, csv->n_rows);

	for (size_t i = 0, j = 0; i < csv->n_rows; i++) {
		while (j < truth.n_rows && keys[j] < ids[i])
			j++;
		found[i] = j < truth.n_rows && keys[j] == ids[i] ? values[j] : NAN;
	}
	return found;
}

/* The rows of a case, from its lists or from its file. */
static struct outcome_rows rows_of(struct run *run)
{
	struct outcome_rows rows = {.threshold = 0.5};
	const char *file = text_of(run->inputs, "file");
	double *truth, *predicted = NULL;
	size_t n;

	if (*file) {
		struct reference_csv csv = file_of(run, file);
		const char *label = text_of(run->inputs, "y_true");

		truth = *text_of(run->inputs, "join") ? joined(run, &csv, label)
						      : reference_numbers(run->mem, &csv, label);
		rows.scores = reference_numbers(run->mem, &csv, text_of(run->inputs, "y_prob"));
		predicted = reference_numbers(run->mem, &csv, text_of(run->inputs, "y_pred"));
		n = csv.n_rows;
	} else {
		json_t *scores = json_object_get(run->inputs, "y_prob");

		truth = numbers(run, json_object_get(run->inputs, "y_true"), &n);
		scores = scores ? scores : json_object_get(run->inputs, "score");
		if (scores)
			rows.scores = numbers(run, scores, &n);
		if (json_object_get(run->inputs, "y_pred"))
			predicted = numbers(run, json_object_get(run->inputs, "y_pred"), &n);
	}
	rows.n = n;
	rows.labels = labels(run, truth, n);
	rows.predictions = predicted ? labels(run, predicted, n) : NULL;
	return rows;
}

static struct outcomes outcomes_of(struct run *run)
{
	struct outcome_rows rows = rows_of(run);

	return outcomes_sorted(run->mem, run->mem, &rows);
}

static void check_roc_auc(struct run *run)
{
	struct outcomes o = outcomes_of(run);
	struct figure auc = roc_auc(&o);

	same(run, "roc_auc", auc.value, wanted(run->expected));
	if (isnan(auc.value) && !auc.reason)
		run->failed++;
}

static void check_average_precision(struct run *run)
{
	struct outcomes o = outcomes_of(run);

	same(run, "average_precision", average_precision(&o).value, wanted(run->expected));
}

static void check_brier(struct run *run)
{
	struct outcomes o = outcomes_of(run);

	same(run, "brier", performance_measure(&o).brier.value, wanted(run->expected));
}

static void check_log_loss(struct run *run)
{
	struct outcomes o = outcomes_of(run);
	json_t *want = run->expected;

	if (json_is_object(want))
		want = json_object_get(want, "eps_machine");
	same(run, "log_loss", performance_measure(&o).log_loss.value, wanted(want));
}

static void check_mcc(struct run *run)
{
	struct outcomes o = outcomes_of(run);

	same(run, "mcc", performance_measure(&o).mcc.value, wanted(run->expected));
}

/* Every key of the expected object that struct performance has. */
static void check_performance(struct run *run)
{
	struct outcomes o = outcomes_of(run);
	struct performance p = performance_measure(&o);
	struct calibration c =
	    calibration_measure(run->mem, run->mem, &o, &(struct calibration_options){0});
	const struct {
		const char *key;
		double value;
	} figures[] = {
	    {"n", (double)p.n},
	    {"tp", (double)p.tp},
	    {"fp", (double)p.fp},
	    {"tn", (double)p.tn},
	    {"fn", (double)p.fn},
	    {"accuracy", p.accuracy.value},
	    {"balanced_accuracy", p.balanced_accuracy.value},
	    {"precision", p.precision.value},
	    {"recall", p.recall.value},
	    {"f1", p.f1.value},
	    {"mcc", p.mcc.value},
	    {"roc_auc", p.roc_auc.value},
	    {"average_precision", p.average_precision.value},
	    {"brier", p.brier.value},
	    {"log_loss", p.log_loss.value},
	    {"reliability", c.reliability},
	    {"resolution", c.resolution},
	    {"uncertainty", c.uncertainty},
	};

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		same_key(run, figures[i].key, figures[i].value);
}

static size_t count_of(struct run *run, const char *key)
{
	return (size_t)json_integer_value(json_object_get(run->inputs, key));
}

static void check_ece(struct run *run)
{
	struct outcomes o = outcomes_of(run);
	struct calibration c =
	    calibration_measure(run->mem, run->mem, &o,
				&(struct calibration_options){.n_bins = count_of(run, "n_bins")});
	json_t *want = json_object_get(run->expected, "right_exact");
	json_t *counts = json_object_get(want, "counts");

	same(run, "ece", c.ece, wanted(json_object_get(want, "ece")));
	same(run, "mce", c.mce, wanted(json_object_get(want, "mce")));
	same(run, "bins", (double)c.n_bins, (double)json_array_size(counts));
	for (size_t b = 0; b < c.n_bins; b++)
		same(run, "count", (double)c.bins[b].count, wanted(json_array_get(counts, b)));
}

static void same_bin_row(struct run *run, const struct calibration *c, json_t *row)
{
	const struct calibration_bin *bin = &c->bins[json_integer_value(json_array_get(row, 0))];
	double got[] = {(double)bin->count, (double)bin->events, bin->mean_score,
			bin->event_rate,    bin->event_rate_low, bin->event_rate_high};

	for (size_t i = 0; i < sizeof got / sizeof *got; i++)
		same(run, "bin", got[i], wanted(json_array_get(row, i + 1)));
}

/* Rows of [bin, n, k, mean, rate, low, high], or lists of rates, means and edges without empty
 * bins. */
static void check_reliability(struct run *run)
{
	struct outcomes o = outcomes_of(run);
	struct calibration_options options = {
	    .n_bins = count_of(run, "n_bins"),
	    .quantile = !strcmp(text_of(run->inputs, "strategy"), "quantile"),
	};
	struct calibration c = calibration_measure(run->mem, run->mem, &o, &options);
	json_t *rates = json_object_get(run->expected, "prob_true");
	json_t *means = json_object_get(run->expected, "prob_pred");
	json_t *edges = json_object_get(run->expected, "edges"), *row;
	size_t i, filled = 0;

	if (json_is_array(run->expected)) {
		json_array_foreach(run->expected, i, row) same_bin_row(run, &c, row);
		return;
	}
	for (size_t b = 0; b < c.n_bins; b++) {
		if (!c.bins[b].count)
			continue;
		same(run, "rate", c.bins[b].event_rate, wanted(json_array_get(rates, filled)));
		same(run, "mean", c.bins[b].mean_score, wanted(json_array_get(means, filled++)));
		if (edges)
			same(run, "edge", c.bins[b].lower, wanted(json_array_get(edges, b)));
	}
	same(run, "bins", (double)filled, (double)json_array_size(rates));
}

static void check_wilson(struct run *run)
{
	double confidence = json_number_value(json_object_get(run->inputs, "confidence"));
	struct interval got = wilson_interval(count_of(run, "k"), count_of(run, "n"),
					      normal_two_sided_point(confidence));

	same(run, "low", got.low, wanted(json_array_get(run->expected, 0)));
	same(run, "high", got.high, wanted(json_array_get(run->expected, 1)));
}

/* Reference and current values of a case: two lists, two files, or two parts of one file. */
static void two_samples(struct run *run, double **a, size_t *n, double **b, size_t *m)
{
	const char *column = text_of(run->inputs, "column");
	const char *current = text_of(run->inputs, "current");
	struct reference_csv one;
	double *values, *year;

	if (!*column) {
		*a = numbers(run, json_object_get(run->inputs, "reference"), n);
		*b = numbers(run, json_object_get(run->inputs, "current"), m);
		return;
	}
	if (!*text_of(run->inputs, "file")) {
		struct reference_csv two = file_of(run, current);

		one = file_of(run, text_of(run->inputs, "reference"));
		*a = reference_numbers(run->mem, &one, column);
		*b = reference_numbers(run->mem, &two, column);
		*n = one.n_rows;
		*m = two.n_rows;
		return;
	}
	one = file_of(run, text_of(run->inputs, "file"));
	values = reference_numbers(run->mem, &one, column);
	if (!strcmp(current, "yr==1")) { /* the file is in order of time */
		year = reference_numbers(run->mem, &one, "yr");
		for (*n = 0; year[*n] == 0;)
			++*n;
	} else {
		*n = strtoul(strstr(current, "rows ") + strlen("rows "), NULL, 10);
	}
	*a = values;
	*b = values + *n;
	*m = one.n_rows - *n;
}

static void check_ks(struct run *run)
{
	json_t *exact = json_object_get(run->expected, "pvalue_exact");
	json_t *asymptotic = json_object_get(run->expected, "pvalue_asymp");
	double *a, *b, rows;
	struct ks ks;
	size_t n, m;

	two_samples(run, &a, &n, &b, &m);
	sort_numbers(a, n, run->mem);
	sort_numbers(b, m, run->mem);
	ks = ks_two_sample(run->mem, a, n, b, m);
	rows = rint((double)n * (double)m / (double)(n + m));
	same_key(run, "statistic", ks.statistic);
	if (exact)
		same_p(run, "exact p", ks.p_value, wanted(exact));
	if (asymptotic)
		same_p(run, "asymptotic p", ks_p_one_sample(run->mem, rows, ks.statistic),
		       wanted(asymptotic));
}

static void check_psi(struct run *run)
{
	size_t n;
	double *p = numbers(run, json_object_get(run->inputs, "p"), &n);
	double *q = numbers(run, json_object_get(run->inputs, "q"), &n);

	same(run, "psi", psi_from_shares(p, q, n), wanted(run->expected));
}

/* To the last bit, but for the one file whose 16-digit numbers pandas, which the expected edges
 * come from, does not round correctly when it reads them. */
static void same_edge(struct run *run, double got, double want)
{
	bool exact = !strstr(text_of(run->inputs, "file"), "elec.csv");

	if (fabs(got - want) <= (exact ? 0 : 1e-15))
		return;
	run->failed++;
	print_error("%s edge: got %.17g, want %.17g\n", run->id, got, want);
}

/* The distances over the same bins, and the one without bins. */
static void check_distances(struct run *run, const struct drift *d)
{
	size_t reference[DRIFT_MAX_BINS], current[DRIFT_MAX_BINS];

	for (size_t i = 0; i < d->n_bins; i++) {
		reference[i] = d->bins[i].reference;
		current[i] = d->bins[i].current;
	}
	same_key(run, "js_q10_nat", d->js_distance);
	same_key(run, "js_q10_base2", d->js_distance / sqrt(log(2)));
	same_key(run, "kl_q10_ref_cur_eps", d->kl_divergence);
	same_key(run, "kl_q10_cur_ref_eps", kl_from_counts_filled(current, reference, d->n_bins));
	same_key(run, "wasserstein_over_ref_std0", d->wasserstein_normalised);
	same_key(run, "wasserstein", d->wasserstein);
}

/* The same columns as Evidently bins them. `current` is in order by now. */
static void check_sturges(struct run *run, const struct drift *own, struct arena *scratch,
			  const struct numeric_reference *reference, double *current, size_t n)
{
	json_t *want = json_object_get(run->expected, "evidently_sturges"), *all = run->expected;
	struct drift d = *own;

	if (!json_is_object(want))
		return;
	sort_numbers(current, n, scratch);
	drift_follow_numeric(&d, run->mem, scratch, reference, current, n, DRIFT_EVIDENTLY);
	run->expected = want;
	same_key(run, "n_bins", (double)d.n_bins);
	same_key(run, "lo", d.bins[0].lower);
	same_key(run, "hi", d.bins[d.n_bins - 1].upper);
	same_key(run, "psi", d.psi);
	same_key(run, "kl", d.kl_divergence);
	same_key(run, "js_nat", d.js_distance);
	run->expected = all;
}

/* Scratch of its own, as drift_numeric and drift_categorical want. */
static void check_drift_numeric(struct run *run)
{
	json_t *edges = json_object_get(run->expected, "inner_edges");
	json_t *reference_counts = json_object_get(run->expected, "ref_counts");
	json_t *current_counts = json_object_get(run->expected, "cur_counts");
	struct numeric_reference reference;
	struct arena scratch;
	double *a, *b, rows;
	struct drift d;
	size_t n, m;

	arena_init(&scratch);
	two_samples(run, &a, &n, &b, &m);
	numeric_reference_init(&reference, run->mem, &scratch, a, n, DRIFT_BINS);
	d = drift_numeric(run->mem, &scratch, "x", &reference, b, m);
	same_key(run, "n_ref", (double)d.rows_reference);
	same_key(run, "n_cur", (double)d.rows_current);
	same_key(run, "psi_q10", d.psi);
	same_key(run, "ks", d.ks_statistic);
	rows = rint((double)n * (double)m / (double)(n + m));
	same_p(run, "asymptotic p", ks_p_one_sample(&scratch, rows, d.ks_statistic),
	       wanted(json_object_get(run->expected, "ks_p_asymp")));
	check_distances(run, &d);
	check_sturges(run, &d, &scratch, &reference, b, m);
	same(run, "bins", (double)d.n_bins, (double)json_array_size(reference_counts));
	for (size_t i = 0; i < d.n_bins; i++) {
		if (i)
			same_edge(run, d.bins[i].lower, wanted(json_array_get(edges, i - 1)));
		same(run, "reference count", (double)d.bins[i].reference,
		     wanted(json_array_get(reference_counts, i)));
		same(run, "current count", (double)d.bins[i].current,
		     wanted(json_array_get(current_counts, i)));
	}
	arena_release(&scratch);
}

/* Every cell its own name: category_count() brings equal ones together. */
static struct category_counts categories_of(struct run *run, const char *file, const char *column)
{
	struct reference_csv csv = file_of(run, file);
	size_t c = reference_column(&csv, column);
	uint32_t *codes = arena_new(run->mem, uint32_t, csv.n_rows);
	const char **names = arena_new(run->mem, const char *, csv.n_rows);

	for (size_t r = 0; r < csv.n_rows; r++) {
		codes[r] = (uint32_t)r;
		names[r] = reference_cell(&csv, r, c);
	}
	return category_count(run->mem,
			      &(struct category_column){codes, csv.n_rows, names, csv.n_rows});
}

static void check_drift_categorical(struct run *run)
{
	const char *column = text_of(run->inputs, "column");
	struct category_counts reference =
	    categories_of(run, text_of(run->inputs, "reference"), column);
	struct category_counts current =
	    categories_of(run, text_of(run->inputs, "current"), column);
	json_t *names = json_object_get(run->expected, "categories");
	json_t *counts = json_object_get(run->expected, "cur_counts");
	struct arena scratch;
	struct drift d, other;

	arena_init(&scratch);
	d = drift_categorical(run->mem, &scratch, column, &reference, &current);
	same_key(run, "psi_eps1e4", d.psi);
	same_key(run, "chi2_contingency", d.chi2_statistic);
	same_key(run, "chi2_p", d.chi2_p_value);
	same_key(run, "linf", d.l_infinity);
	other = d;
	drift_follow_categories(&other, &scratch, DRIFT_EVIDENTLY);
	same_key(run, "psi_evidently", other.psi);
	same_key(run, "chi2_gof", other.chi2_statistic);
	other = d;
	drift_follow_categories(&other, &scratch, DRIFT_NANNYML);
	same_key(run, "js_base2", other.js_distance);
	same(run, "bins", (double)d.n_bins, (double)json_array_size(names));
	for (size_t i = 0; i < d.n_bins; i++) {
		assert_string_equal(d.bins[i].category,
				    json_string_value(json_array_get(names, i)));
		same(run, "count", (double)d.bins[i].current, wanted(json_array_get(counts, i)));
	}
	arena_release(&scratch);
}

static void check_percentiles(struct run *run)
{
	struct reference_csv csv = file_of(run, text_of(run->inputs, "file"));
	double *values = reference_numbers(run->mem, &csv, text_of(run->inputs, "column"));
	json_t *shares = json_object_get(run->inputs, "q"), *share;
	json_t *want = json_object_get(run->expected, "linear");
	size_t i;

	sort_numbers(values, csv.n_rows, run->mem);
	json_array_foreach(shares, i, share)
	    same(run, "quantile", quantile_sorted(values, csv.n_rows, json_number_value(share)),
		 wanted(json_array_get(want, i)));
}

/* Another generator: the case's tolerance is absolute. */
static void check_bootstrap(struct run *run)
{
	struct reference_csv csv = file_of(run, text_of(run->inputs, "file"));
	double *values = reference_numbers(run->mem, &csv, "cnt");
	struct bootstrap_options options = {.seed = 1, .resamples = 9999, .jobs = 2};
	struct figure mean = bootstrap_mean(run->mem, values, csv.n_rows, &options);
	json_t *want = json_object_get(run->expected, "percentile");
	double tolerance = run->tolerance;

	run->tolerance = 1e-12;
	same_key(run, "point", mean.value);
	run->tolerance = tolerance / fabs(wanted(json_array_get(want, 0)));
	same(run, "low", mean.interval.low, wanted(json_array_get(want, 0)));
	same(run, "high", mean.interval.high, wanted(json_array_get(want, 1)));
}

#include "reference_groups.h"

static const struct metric {
	const char *name;
	void (*check)(struct run *run);
	const char *left_out; /* why there is nothing to check */
} metrics[] = {
    {"roc_auc", check_roc_auc, NULL},
    {"average_precision", check_average_precision, NULL},
    {"ranking", check_performance, NULL},
    {"classification", check_performance, NULL},
    {"brier", check_brier, NULL},
    {"brier_and_logloss", check_performance, NULL},
    {"brier_decomposition", check_performance, NULL},
    {"log_loss", check_log_loss, NULL},
    {"mcc", check_mcc, NULL},
    {"ece", check_ece, NULL},
    {"reliability", check_reliability, NULL},
    {"wilson_interval", check_wilson, NULL},
    {"ks_2samp", check_ks, NULL},
    {"psi", check_psi, NULL},
    {"drift_numeric", check_drift_numeric, NULL},
    {"drift_categorical", check_drift_categorical, NULL},
    {"percentiles", check_percentiles, NULL},
    {"wasserstein", check_wasserstein, NULL},
    {"jensen_shannon_distance", check_jensen_shannon, NULL},
    {"kl_divergence", check_kl, NULL},
    {"hellinger", check_hellinger, NULL},
    {"l_infinity", check_l_infinity, NULL},
    {"chi2_contingency", check_chi_square, NULL},
    {"chi2_gof", check_goodness_of_fit, NULL},
    {"wilson_interval_cc", NULL, "the interval without continuity correction is used"},
    {"log_loss_multiclass", NULL, "classes are measured by what is predicted; no log loss"},
    {"mcc_multiclass", check_classes, NULL},
    {"regression", check_regression, NULL},
    {"fairness_groups", check_fairness_groups, NULL},
    {"fairness_dataset", check_fairness_dataset, "a sample of rows that another program drew"},
    {"fairness_weighted_recall", NULL, "rows have no weights"},
    {"smoothed_empirical_differential_fairness", NULL, "a research index; not measured"},
    {"counts", NULL, "reads rows, measures nothing: a case of the log reader"},
    {"bootstrap_ci", check_bootstrap, NULL},
    {"adwin", NULL, "a detector on a stream, with memory; windows are measured here"},
};
enum { METRICS = sizeof metrics / sizeof *metrics };

static size_t metric_of(const char *name)
{
	size_t i = 0;

	while (i < METRICS && strcmp(metrics[i].name, name))
		i++;
	return i;
}

static void check_case(json_t *one, const char *dir, size_t passed[], size_t failed[],
		       size_t left[])
{
	struct arena mem;
	struct run run = {
	    .mem = &mem,
	    .dir = dir,
	    .id = text_of(one, "id"),
	    .inputs = json_object_get(one, json_object_get(one, "csv") ? "csv" : "inputs"),
	    .expected = json_object_get(one, "expected"),
	    .tolerance = fmax(json_number_value(json_object_get(one, "tolerance")), 1e-15),
	};
	size_t metric = metric_of(text_of(one, "metric"));

	if (metric == METRICS)
		fail_msg("%s: unknown metric '%s'", run.id, text_of(one, "metric"));
	arena_init(&mem);
	if (metrics[metric].check)
		metrics[metric].check(&run);
	arena_release(&mem);
	*(!metrics[metric].check || run.left_out ? &left[metric]
	  : run.failed                           ? &failed[metric]
						 : &passed[metric]) += 1;
}

static void reference_cases(void **state)
{
	const char *dir = getenv("MODELBOOK_TEST_DATA");
	size_t passed[METRICS] = {0}, failed[METRICS] = {0}, left[METRICS] = {0}, i;
	size_t all_passed = 0, all_failed = 0, left_out = 0;
	char path[4096];
	json_t *root, *one;

	(void)state;
	dir = dir ? dir : "../shared";
	snprintf(path, sizeof path, "%s/reference/cases.json", dir);
	root = json_load_file(path, 0, NULL);
	if (!root) {
		print_message("SKIPPED: 125 reference cases: no '%s'\n", path);
		skip();
	}
	json_array_foreach(json_object_get(root, "cases"), i, one)
	    check_case(one, dir, passed, failed, left);
	for (i = 0; i < METRICS; i++) {
		if (metrics[i].check)
			print_message("%-42s %3zu passed, %zu failed\n", metrics[i].name, passed[i],
				      failed[i]);
		if (left[i])
			print_message("%-42s %3zu left out: %s\n", metrics[i].name, left[i],
				      metrics[i].left_out);
		left_out += left[i];
		all_passed += passed[i];
		all_failed += failed[i];
	}
	print_message("reference cases: %zu passed, %zu failed, %zu left out\n", all_passed,
		      all_failed, left_out);
	json_decref(root);
	assert_int_equal(all_failed, 0);
	assert_true(all_passed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reference_cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
