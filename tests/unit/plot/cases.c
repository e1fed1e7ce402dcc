/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/cases.c - figures typical and hostile, made without chance */
#include "cases.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

static uint64_t state;

/* Uniform in 0..1 (Knuth's MMIX generator). */
static double uniform(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 11) / 9007199254740992.0;
}

static const char *const names[] = {
    "income", "age", "tenure_months", "n_support_calls", "region", "contract", "device",
};
static const char *const hostile_names[] = {
    "average_number_of_support_calls_in_the_last_ninety_days_weighted_by_severity_of_the_call_and_"
    "by_the_tier_of_the_customer_excluding_calls_about_invoices_and_those_of_the_first_week_v2_"
    "final",
    "دخل_الأسرة_الشهري ‮reversed‬ نص",
    "👩‍👩‍👧‍👦🇩🇪🏳️‍🌈 emoji 🧑🏽‍🚀",
    "<script>alert('x')</script>&\"",
    "ctl\x01\x02\x7f\n\ttab  and \xff\xfe bad bytes",
    "Z̸̢̛̹͎̱͔͕̼̀͗̊̓̕͠a̴̡̧̜͓̺͖̽̓̇͘l̷̨̡̠͍̗̈́͌̽̕g̸̢̬̱̈́̄͠o",
    "",
};

static struct plot_case *add(struct arena *mem, struct plot_cases *cases, const char *name,
			     bool typical, int kind)
{
	struct plot_case *c = ARENA_PUSH(mem, cases);

	state = 88172645463325252u + cases->n;
	c->name = name;
	c->typical = typical;
	c->kind = (__typeof__(c->kind))kind;
	c->warning = 0.1;
	c->critical = 0.25;
	c->lower = 0;
	c->upper = 1;
	c->axis = "ROC AUC";
	return c;
}

/* The interval of Wilson (1927) for the tests' own bins. */
static void wilson(struct calibration_bin *bin)
{
	double n = (double)bin->count, p = bin->event_rate, z = 1.96;
	double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);

	bin->event_rate_low = fmax(0, middle - half);
	bin->event_rate_high = fmin(1, middle + half);
}

static struct calibration_bin *bins_of(struct arena *mem, struct plot_case *c, size_t n,
				       double width, double rows)
{
	struct calibration_bin *bins = arena_new(mem, struct calibration_bin, n);

	for (size_t i = 0; i < n; i++) {
		struct calibration_bin *bin = &bins[i];

		bin->lower = width * (double)i / (double)n;
		bin->upper = width * (double)(i + 1) / (double)n;
		bin->count = (size_t)(rows * exp(-3.0 * (double)i / (double)n)) + 1;
		bin->mean_score = bin->lower + (bin->upper - bin->lower) * (0.3 + 0.4 * uniform());
		bin->event_rate = fmin(1, fmax(0, pow(bin->mean_score, 1.25) + 0.03 * uniform()));
		bin->events = (size_t)(bin->event_rate * (double)bin->count);
		wilson(bin);
		c->calibration.n += bin->count;
	}
	c->calibration.binning = "uniform";
	c->calibration.ece = 0.0314;
	c->calibration.bins = bins;
	c->calibration.n_bins = n;
	return bins;
}

static void add_reliability(struct arena *mem, struct plot_cases *cases)
{
	struct plot_case *c = add(mem, cases, "reliability, ten bins", true, CASE_RELIABILITY);
	struct calibration_bin *bins = bins_of(mem, c, 10, 1, 4000);

	c = add(mem, cases, "reliability, quantile bins", true, CASE_RELIABILITY);
	bins = bins_of(mem, c, 10, 1, 1000);
	c->calibration.binning = "quantile";
	for (size_t i = 0; i < 10; i++) {
		bins[i].lower = pow((double)i / 10, 2);
		bins[i].upper = pow((double)(i + 1) / 10, 2);
		bins[i].count = 1200;
		bins[i].mean_score = (bins[i].lower + bins[i].upper) / 2;
		bins[i].event_rate = bins[i].mean_score;
		wilson(&bins[i]);
	}
	c = add(mem, cases, "reliability, rare events", true, CASE_RELIABILITY);
	bins_of(mem, c, 8, 0.016, 250000);
	c = add(mem, cases, "reliability, few rows", true, CASE_RELIABILITY);
	bins_of(mem, c, 10, 1, 9);
	c = add(mem, cases, "reliability, 100 bins", false, CASE_RELIABILITY);
	bins_of(mem, c, 100, 1, 123456789);
	c = add(mem, cases, "reliability, one bin", false, CASE_RELIABILITY);
	bins_of(mem, c, 1, 1, 50);
	c = add(mem, cases, "reliability, one point only", false, CASE_RELIABILITY);
	bins = bins_of(mem, c, 3, 1, 50);
	c->calibration.binning = "quantile";
	for (size_t i = 0; i < 3; i++)
		bins[i].lower = bins[i].upper = bins[i].mean_score = 0.5;
	c = add(mem, cases, "reliability, nothing finite", false, CASE_RELIABILITY);
	bins = bins_of(mem, c, 4, 1, 50);
	for (size_t i = 0; i < 4; i++) {
		bins[i].mean_score = bins[i].event_rate = bins[i].event_rate_low = NAN;
		bins[i].event_rate_high = INFINITY;
	}
	c->calibration.ece = NAN;
	c = add(mem, cases, "reliability, values out of all ranges", false, CASE_RELIABILITY);
	bins = bins_of(mem, c, 4, 1, 50);
	bins[0].event_rate = 1e308;
	bins[1].mean_score = -1e308;
	bins[2].lower = -INFINITY;
	bins[2].event_rate_low = -1e300;
	bins[3].count = SIZE_MAX / 8;
	c = add(mem, cases, "reliability, no rows", false, CASE_RELIABILITY);
	c->calibration.reason = "no rows";
	c->calibration.ece = NAN;
}

static const char **months(struct arena *mem, size_t n)
{
	const char **labels = arena_new(mem, const char *, n);

	for (size_t i = 0; i < n; i++)
		labels[i] = arena_printf(mem, "%zu-%02zu", 2023 + i / 12, i % 12 + 1);
	return labels;
}

static struct plot_case *add_drift_case(struct arena *mem, struct plot_cases *cases,
					const char *name, bool typical, size_t n_windows,
					size_t n_series)
{
	struct plot_case *c = add(mem, cases, name, typical, CASE_DRIFT);

	c->labels = months(mem, n_windows);
	c->n_windows = n_windows;
	c->n_series = n_series;
	c->psi = arena_new(mem, struct drift_series, n_series);
	for (size_t s = 0; s < n_series; s++) {
		double *psi = arena_new(mem, double, n_windows);
		enum drift_severity *severity = arena_new(mem, enum drift_severity, n_windows);
		double level = 0.01 + 0.05 * uniform(), slope = (s == 1 || s == 9) ? 0.3 : 0.05;

		for (size_t i = 0; i < n_windows; i++) {
			psi[i] = level + slope * (double)i / (double)n_windows + 0.03 * uniform();
			severity[i] = psi[i] >= 0.25  ? DRIFT_CRITICAL
				      : psi[i] >= 0.1 ? DRIFT_WARNING
						      : DRIFT_STABLE;
		}
		c->psi[s] = (struct drift_series){
		    s < 7 ? names[s] : arena_printf(mem, "feature_%zu", s), psi, severity};
	}
	return c;
}

/* Sets every value of every series. */
static void set_all(struct plot_case *c, double (*value)(size_t series, size_t window))
{
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->n_windows; i++)
			((double *)c->psi[s].psi)[i] = value(s, i);
}

static double no_value(size_t series, size_t window)
{
	(void)series;
	(void)window;
	return NAN;
}

static double huge_value(size_t series, size_t window)
{
	return (window + series) % 2 ? 1e308 : -1e308;
}

static double tiny_value(size_t series, size_t window)
{
	return 1e-308 * (double)(series + window);
}

static double equal_value(size_t series, size_t window)
{
	(void)series;
	(void)window;
	return 0.07;
}

static double infinite_value(size_t series, size_t window)
{
	return window % 3 ? INFINITY : (series % 2 ? -INFINITY : NAN);
}

static void add_drift(struct arena *mem, struct plot_cases *cases)
{
	struct plot_case *c =
	    add_drift_case(mem, cases, "drift, five features, 12 months", true, 12, 5);

	c = add_drift_case(mem, cases, "drift, gaps and too few rows", true, 24, 3);
	((double *)c->psi[0].psi)[5] = ((double *)c->psi[0].psi)[6] = NAN;
	((double *)c->psi[2].psi)[1] = ((double *)c->psi[2].psi)[3] = NAN;
	((enum drift_severity *)c->psi[1].severity)[3] = DRIFT_TOO_FEW;
	((enum drift_severity *)c->psi[0].severity)[9] = DRIFT_UNKNOWN;
	for (size_t i = 15; i < 24; i++)
		((double *)c->psi[2].psi)[i] = NAN;
	c = add_drift_case(mem, cases, "drift, one feature", true, 18, 1);
	c = add_drift_case(mem, cases, "drift, seven features, one far off", true, 20, 7);
	((double *)c->psi[3].psi)[12] = 12.3;
	((enum drift_severity *)c->psi[3].severity)[12] = DRIFT_CRITICAL;
	c = add_drift_case(mem, cases, "drift, 20 features: small multiples", true, 12, 20);
	c = add_drift_case(mem, cases, "drift, 40 features", false, 30, 40);
	c = add_drift_case(mem, cases, "drift, 80 features with hostile names", false, 5, 80);
	for (size_t s = 0; s < c->n_series; s++)
		c->psi[s].name = hostile_names[s % 7];
	c = add_drift_case(mem, cases, "drift, 500 windows", false, 500, 7);
	c = add_drift_case(mem, cases, "drift, one window", false, 1, 5);
	c = add_drift_case(mem, cases, "drift, hostile names and labels", false, 9, 7);
	for (size_t s = 0; s < 7; s++)
		c->psi[s].name = hostile_names[s];
	for (size_t i = 0; i < 9; i++)
		c->labels[i] = hostile_names[i % 7];
	c = add_drift_case(mem, cases, "drift, no value", false, 6, 3);
	set_all(c, no_value);
	c = add_drift_case(mem, cases, "drift, infinite values", false, 6, 3);
	set_all(c, infinite_value);
	c = add_drift_case(mem, cases, "drift, huge values", false, 6, 3);
	set_all(c, huge_value);
	c->warning = c->critical = NAN;
	c = add_drift_case(mem, cases, "drift, tiny values", false, 6, 3);
	set_all(c, tiny_value);
	c->warning = c->critical = NAN;
	c = add_drift_case(mem, cases, "drift, all equal", false, 6, 7);
	set_all(c, equal_value);
	c = add_drift_case(mem, cases, "drift, absurd thresholds", false, 6, 3);
	c->warning = 1e308;
	c->critical = -1e308;
	add_drift_case(mem, cases, "drift, nothing", false, 0, 0);
}

static struct plot_case *add_numeric(struct arena *mem, struct plot_cases *cases, const char *name,
				     bool typical, size_t n)
{
	struct plot_case *c = add(mem, cases, name, typical, CASE_DISTRIBUTION);
	struct drift_bin *bins = arena_new(mem, struct drift_bin, n);

	for (size_t i = 0; i < n; i++) {
		bins[i].lower = i ? 1200.0 * pow((double)i, 1.3) : -INFINITY;
		bins[i].upper = i + 1 < n ? 1200.0 * pow((double)i + 1, 1.3) : INFINITY;
		bins[i].reference = 1000;
		bins[i].current = (size_t)(1400.0 * (0.4 + (double)i / (double)n));
		c->drift.rows_reference += bins[i].reference;
		c->drift.rows_current += bins[i].current;
	}
	c->drift.numeric = true;
	c->drift.column = "income";
	c->drift.bins = bins;
	c->drift.n_bins = n;
	return c;
}

static struct plot_case *add_categorical(struct arena *mem, struct plot_cases *cases,
					 const char *name, bool typical, size_t n)
{
	struct plot_case *c = add_numeric(mem, cases, name, typical, n);
	struct drift_bin *bins = (struct drift_bin *)c->drift.bins;
	static const char *const contracts[] = {"month to month", "one year", "two years",
						"trial",          "staff",    "reseller"};

	for (size_t i = 0; i < n; i++)
		bins[i].category = i < 6 ? contracts[i] : arena_printf(mem, "category %zu", i);
	c->drift.numeric = false;
	c->drift.column = "contract";
	return c;
}

static void add_distribution(struct arena *mem, struct plot_cases *cases)
{
	static const char *const new_ones[] = {"reseller"};
	struct plot_case *c = add_numeric(mem, cases, "distribution, ten bins", true, 10);
	struct drift_bin *bins;

	c = add_categorical(mem, cases, "distribution, categories, one new", true, 6);
	((struct drift_bin *)c->drift.bins)[5].reference = 0;
	c->drift.new_categories = new_ones;
	c->drift.n_new_categories = 1;
	add_numeric(mem, cases, "distribution, 100 bins", false, 100);
	add_numeric(mem, cases, "distribution, 1000 bins", false, 1000);
	add_numeric(mem, cases, "distribution, one bin", false, 1);
	c = add_numeric(mem, cases, "distribution, edges alike", false, 12);
	bins = (struct drift_bin *)c->drift.bins;
	for (size_t i = 0; i < 12; i++) {
		bins[i].lower = 1e9 + (double)i * 1e-4;
		bins[i].upper = 1e9 + (double)(i + 1) * 1e-4;
	}
	c = add_numeric(mem, cases, "distribution, edges of all sizes", false, 5);
	bins = (struct drift_bin *)c->drift.bins;
	bins[0].upper = bins[1].lower = -1e308;
	bins[1].upper = bins[2].lower = -1e-308;
	bins[2].upper = bins[3].lower = NAN;
	bins[3].upper = bins[4].lower = 1.23456789e250;
	c->drift.column = hostile_names[0];
	c = add_numeric(mem, cases, "distribution, empty samples", false, 5);
	bins = (struct drift_bin *)c->drift.bins;
	for (size_t i = 0; i < 5; i++)
		bins[i].reference = bins[i].current = 0;
	c = add_categorical(mem, cases, "distribution, 200 categories", false, 200);
	((struct drift_bin *)c->drift.bins)[150].reference = 0;
	c = add_categorical(mem, cases, "distribution, hostile names", false, 14);
	for (size_t i = 0; i < 14; i++)
		((struct drift_bin *)c->drift.bins)[i].category =
		    i < 13 ? hostile_names[i % 7] : NULL;
	((struct drift_bin *)c->drift.bins)[0].reference = 0;
	c = add(mem, cases, "distribution, nothing", false, CASE_DISTRIBUTION);
	c->drift.reason = "the column holds one value only, so that no bins can be made of it, and "
			  "this reason is rather longer than the picture is wide";
}

static struct plot_case *add_metric_case(struct arena *mem, struct plot_cases *cases,
					 const char *name, bool typical, size_t n_windows,
					 size_t n_series)
{
	struct plot_case *c = add(mem, cases, name, typical, CASE_METRIC);

	c->labels = months(mem, n_windows);
	c->n_windows = n_windows;
	c->n_series = n_series;
	c->metrics = arena_new(mem, struct metric_series, n_series);
	for (size_t s = 0; s < n_series; s++) {
		struct figure *figures = arena_new(mem, struct figure, n_windows);

		for (size_t i = 0; i < n_windows; i++) {
			double value = 0.92 - 0.04 * (double)s -
				       0.06 * (double)i / (double)n_windows + 0.012 * uniform();

			figures[i] = (struct figure){value, {value - 0.015, value + 0.012}, NULL};
		}
		c->metrics[s] = (struct metric_series){.name = names[s % 7], .values = figures};
	}
	return c;
}

static struct figure *figure_of(struct plot_case *c, size_t series, size_t window)
{
	return (struct figure *)&c->metrics[series].values[window];
}

/* Near chance, each line with its evaluation, events close together and at the edges. */
static void add_references(struct arena *mem, struct plot_case *c)
{
	static const double level = 0.5;
	static const struct plot_event events[] = {
	    {0, "1.0.0 in production"},
	    {4, "2.0.0 in production"},
	    {5, "incident INC-1997-001"},
	    {5, "one more"},
	    {19, "incident with a rather long name at the edge"},
	    {40, "beyond"}};
	double *up_to = arena_new(mem, double, c->n_windows);

	for (size_t s = 0; s < c->n_series; s++) {
		c->metrics[s].has_reference = true;
		c->metrics[s].reference = 0.9 - 0.1 * (double)s;
		for (size_t i = 0; i < c->n_windows; i++)
			figure_of(c, s, i)->value -= 0.3;
	}
	for (size_t i = 0; i < c->n_windows; i++)
		up_to[i] = i == 3 ? NAN : 0.52 + 0.01 * (double)(i % 3);
	c->with = (struct metric_chart){.reference_name = "evaluation",
					.chance_level = &level,
					.chance_up_to = up_to,
					.events = events,
					.n_events = sizeof events / sizeof *events};
}

static void add_metric(struct arena *mem, struct plot_cases *cases)
{
	struct plot_case *c =
	    add_metric_case(mem, cases, "metric, one line with interval", true, 19, 1);

	figure_of(c, 0, 6)->value = NAN;
	figure_of(c, 0, 8)->value = NAN;
	c->metrics[0].name = "";
	c = add_metric_case(mem, cases, "metric, three versions", true, 12, 3);
	c->metrics[0].name = "churn@1.2.0";
	c->metrics[1].name = "churn@1.1.0";
	c->metrics[2].name = "baseline";
	add_references(mem, add_metric_case(mem, cases, "metric, held against", true, 20, 2));
	c = add_metric_case(mem, cases, "metric, latency in seconds", true, 24, 2);
	c->lower = 0;
	c->upper = NAN;
	c->axis = "latency (s)";
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < 24; i++)
			*figure_of(c, s, i) = (struct figure){
			    2e-5 * (1 + (double)s + 0.2 * uniform()), {NAN, NAN}, NULL};
	c = add_metric_case(mem, cases, "metric, nine lines", false, 10, 9);
	c = add_metric_case(mem, cases, "metric, constant", false, 8, 1);
	for (size_t i = 0; i < 8; i++)
		*figure_of(c, 0, i) = (struct figure){0.5, {NAN, NAN}, NULL};
	c = add_metric_case(mem, cases, "metric, no value", false, 8, 2);
	for (size_t i = 0; i < 16; i++)
		*figure_of(c, i / 8, i % 8) = (struct figure){NAN, {NAN, NAN}, "no rows"};
	c = add_metric_case(mem, cases, "metric, negative and huge, hostile axis", false, 500, 7);
	c->lower = c->upper = NAN;
	c->axis = hostile_names[0];
	for (size_t i = 0; i < 3500; i++)
		*figure_of(c, i / 500, i % 500) =
		    (struct figure){-1e300 * uniform(), {-1.7e308, 1.7e308}, NULL};
	c = add_metric_case(mem, cases, "metric, no windows", false, 0, 2);
}

static void add_spark(struct arena *mem, struct plot_cases *cases)
{
	static const size_t lengths[] = {12, 1, 2, 0, 500};
	struct plot_case *c;

	for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
		c = add(mem, cases, arena_printf(mem, "sparkline of %zu", lengths[k]), k == 0,
			CASE_SPARK);
		c->values = arena_new(mem, double, lengths[k]);
		c->n_windows = lengths[k];
		for (size_t i = 0; i < lengths[k]; i++)
			c->values[i] = 0.8 + 0.1 * uniform();
	}
	c = add(mem, cases, "sparkline of no values", false, CASE_SPARK);
	c->n_windows = 3;
	c->values = arena_new(mem, double, 3);
	c->values[0] = c->values[2] = NAN;
	c->values[1] = INFINITY;
	c = add(mem, cases, "sparkline, constant and huge", false, CASE_SPARK);
	c->n_windows = 4;
	c->values = arena_new(mem, double, 4);
	for (size_t i = 0; i < 4; i++)
		c->values[i] = 1e308;
}

static struct plot_case *add_groups_case(struct arena *mem, struct plot_cases *cases,
					 const char *name, bool typical, size_t n, size_t n_series)
{
	static const char *const rates[] = {"Selection rate", "True positive rate",
					    "False positive rate", "Recall"};
	struct plot_case *c = add(mem, cases, name, typical, CASE_GROUPS);
	struct group_series *series = arena_new(mem, struct group_series, n_series);
	const char **groups = arena_new(mem, const char *, n);
	size_t *rows = arena_new(mem, size_t, n);
	bool *apart = arena_new(mem, bool, n);

	for (size_t s = 0; s < n_series; s++) {
		struct figure *values = arena_new(mem, struct figure, n);
		for (size_t i = 0; i < n; i++) {
			double value = uniform();
			values[i] =
			    (struct figure){value, {value * 0.9, value + 0.1 * (1 - value)}, NULL};
		}
		series[s] = (struct group_series){rates[s % 4], values, 0.4};
	}
	for (size_t i = 0; i < n; i++) {
		groups[i] = arena_printf(mem, "group %zu", i);
		rows[i] = 37 * i * i;
		apart[i] = i % 5 == 4;
	}
	c->groups = (struct group_chart){.names = groups,
					 .rows = rows,
					 .apart = apart,
					 .n = n,
					 .series = series,
					 .n_series = n_series,
					 .lower = 0,
					 .upper = 1,
					 .axis = "share of the group's rows",
					 .reference_name = "all rows"};
	return c;
}

static void add_groups(struct arena *mem, struct plot_cases *cases)
{
	struct plot_case *c;
	struct figure *values;

	add_groups_case(mem, cases, "groups, two", true, 2, 3);
	add_groups_case(mem, cases, "groups, twelve", true, 12, 3);
	add_groups_case(mem, cases, "segments, one figure", true, 30, 1);
	add_groups_case(mem, cases, "groups, none", false, 0, 3);
	add_groups_case(mem, cases, "groups, one", false, 1, 1);
	add_groups_case(mem, cases, "groups, a thousand", false, 1000, 7);
	c = add_groups_case(mem, cases, "groups, hostile", false, 6, 2);
	c->groups.axis = hostile_names[0];
	c->groups.lower = c->groups.upper = NAN;
	c->groups.apart = NULL;
	c->groups.names = hostile_names;
	c->groups.n = sizeof hostile_names / sizeof *hostile_names;
	if (c->groups.n > 6)
		c->groups.n = 6;
	values = (struct figure *)c->groups.series[0].values;
	values[0] = (struct figure){NAN, {NAN, NAN}, "no rows"};
	values[1] = (struct figure){-1e300, {-1.7e308, 1.7e308}, NULL};
	values[2] = (struct figure){0, {0, 0}, NULL};
	c = add_groups_case(mem, cases, "groups, nothing known", false, 3, 1);
	values = (struct figure *)c->groups.series[0].values;
	for (size_t i = 0; i < 3; i++)
		values[i] = (struct figure){NAN, {NAN, NAN}, "no rows"};
	((struct group_series *)c->groups.series)->reference = NAN;
}

void cases_make(struct arena *mem, struct plot_cases *cases)
{
	*cases = (struct plot_cases){0};
	add_reliability(mem, cases);
	add_drift(mem, cases);
	add_distribution(mem, cases);
	add_metric(mem, cases);
	add_groups(mem, cases);
	add_spark(mem, cases);
}

static struct metric_chart case_metrics(const struct plot_case *c)
{
	struct metric_chart metrics = c->with;

	metrics.labels = c->labels;
	metrics.n_windows = c->n_windows;
	metrics.series = c->metrics;
	metrics.n_series = c->n_series;
	metrics.lower = c->lower;
	metrics.upper = c->upper;
	metrics.axis = c->axis;
	return metrics;
}

void case_layout(const struct plot_case *c, struct picture *picture)
{
	struct metric_chart metrics;

	switch (c->kind) {
	case CASE_RELIABILITY:
		layout_reliability(picture, &c->calibration);
		break;
	case CASE_DRIFT:
		layout_drift_over_time(picture, c->labels, c->n_windows, c->psi, c->n_series,
				       c->warning, c->critical);
		break;
	case CASE_DISTRIBUTION:
		layout_distribution(picture, &c->drift);
		break;
	case CASE_METRIC:
		metrics = case_metrics(c);
		layout_metric_over_time(picture, &metrics);
		break;
	case CASE_GROUPS:
		layout_groups(picture, &c->groups);
		break;
	case CASE_SPARK:
		layout_sparkline(picture, c->values, c->n_windows);
		break;
	}
}

enum status case_plot(const struct plot_case *c, unsigned number, struct out *svg)
{
	const struct plot_text text = {c->name, "What is to be seen, with < & > and its numbers."};
	struct metric_chart metrics;

	switch (c->kind) {
	case CASE_RELIABILITY:
		return plot_reliability(&c->calibration, number, &text, svg);
	case CASE_DRIFT:
		return plot_drift_over_time(c->labels, c->n_windows, c->psi, c->n_series,
					    c->warning, c->critical, number, &text, svg);
	case CASE_DISTRIBUTION:
		return plot_distribution(&c->drift, number, &text, svg);
	case CASE_METRIC:
		metrics = case_metrics(c);
		return plot_metric_over_time(&metrics, number, &text, svg);
	case CASE_GROUPS:
		return plot_groups(&c->groups, number, &text, svg);
	case CASE_SPARK:
		return plot_sparkline(c->values, c->n_windows, number, &text, svg);
	}
	return ST_FAILED;
}
