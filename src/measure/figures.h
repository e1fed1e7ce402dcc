/* measure/figures.h - the figures, under the names that records hold (design.md)
 *
 * Every double is finite or NAN; NAN means "not known" and its reason stands beside it. Shares
 * are in 0..1. Figures are plain data: they own nothing and may be copied. */
#ifndef MEASURE_FIGURES_H
#define MEASURE_FIGURES_H
#include <stdbool.h>
#include <stddef.h>

struct interval {
	double low, high; /* NAN, NAN where there is none */
};

/* A figure with its 95 % interval where one is known. */
struct figure {
	double value;
	struct interval interval;
	const char *reason; /* static text where value is NAN: "one class only", "no rows" */
};

/* Binary classification; `threshold` is the score from which a row counts as positive. */
struct performance {
	size_t n, positives;
	struct figure base_rate, roc_auc, average_precision, log_loss, brier, accuracy,
	    balanced_accuracy, precision, recall, specificity, f1, mcc;
	double threshold;
	size_t tp, fp, tn, fn;
};

struct calibration_bin {
	double lower, upper; /* (lower, upper], the first holds 0 */
	size_t count, events;
	double mean_score, event_rate;          /* NAN where count is 0 */
	double event_rate_low, event_rate_high; /* Wilson, 95 % */
};

enum { CALIBRATION_MAX_BINS = 100 };

struct calibration {
	const char *binning; /* "uniform" or "quantile" */
	size_t n;
	double ece, ece_chance, mce, brier, reliability, resolution, uncertainty;
	const char *reason; /* where ece is NAN */
	size_t n_bins;
	const struct calibration_bin *bins;
	double adaptive_ece;            /* ece over as many bins of equal count */
	struct figure slope, intercept; /* measure/calibration_fit.h */
	struct figure hosmer_lemeshow;  /* the test's p-value */
};

/* Times of answers, in milliseconds. */
struct latency {
	size_t n;
	struct figure p50, p90, p95, p99, mean;
	double max;
	const char *reason; /* where they are NAN */
};

enum drift_severity { DRIFT_STABLE, DRIFT_WARNING, DRIFT_CRITICAL, DRIFT_TOO_FEW, DRIFT_UNKNOWN };

/* One bin of reference and current, for the distribution plot and its table. */
struct drift_bin {
	double lower, upper;  /* numeric: (lower, upper], infinite at the ends */
	const char *category; /* categorical: its name; NULL for numeric */
	size_t reference, current;
};

struct drift {
	const char *column; /* borrowed from the record or log */
	bool numeric;
	size_t rows_reference, rows_current; /* with a value */
	double psi, psi_chance;              /* psi_chance: the 95 % point of PSI under no drift */
	double psi_p_value; /* of psi under no drift, for Holm's correction over features */
	double psi_ties, psi_ties_p_value; /* PSI with each value that ties of the reference put
					      on several deciles in a bin of its own: what the
					      severity then rests on; NAN without such ties */
	double ks_statistic, ks_p_value;   /* numeric only, else NAN */
	/* measure/distance.h, over the bins of psi: js_distance with the natural logarithm;
	 * kl_divergence of the current shares from the reference's, sum p ln(p / q) with p the
	 * reference, an empty share counting 1e-4 on either side and both then brought to 1, so
	 * that it is always finite */
	double js_distance, kl_divergence, hellinger, total_variation, l_infinity;
	double wasserstein, wasserstein_normalised; /* numeric only: in the unit of the column, and
						       by the reference's population standard
						       deviation: NAN where that is 0 */
	double chi2_statistic, chi2_p_value;        /* categorical only */
	double missing_reference, missing_current;  /* shares of all rows */
	size_t n_bins;
	const struct drift_bin *bins;
	const char *const *new_categories;
	size_t n_new_categories;
	enum drift_severity severity;
	const char *reason; /* where psi is NAN or the severity needs a word */
};

const char *drift_severity_name(enum drift_severity severity);
/* True where a larger value of the figure with this name is better (roc_auc, …, false for brier,
 * log_loss, ece, psi). */
bool figure_more_is_better(const char *name);
#endif
