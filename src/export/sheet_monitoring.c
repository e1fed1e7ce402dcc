/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_monitoring.c - drift: a row for each window and feature, and its charts */
#include "export/sheet_builder.h"
#include <math.h>
#include <string.h>

enum { FEATURES_IN_A_CHART = 7 };

static const struct sheet_column columns[] = {
    {"About", COLUMN_TEXT, 18},
    {"Record", COLUMN_TEXT, 26},
    {"Figures", COLUMN_TEXT, 11},
    [MONITORING_FEATURE] = {"Feature", COLUMN_TEXT, 20},
    [MONITORING_WINDOW] = {"Window", COLUMN_TEXT, 13},
    {"Start", COLUMN_DATE, 12},
    {"End", COLUMN_DATE, 12},
    {"Severity", COLUMN_STATE, 12},
    [MONITORING_PSI] = {"PSI", COLUMN_FIGURE, 10},
    {"PSI by chance", COLUMN_FIGURE, 14},
    [MONITORING_WARNING] = {"PSI warning", COLUMN_FIGURE, 13},
    [MONITORING_CRITICAL] = {"PSI critical", COLUMN_FIGURE, 13},
    {"PSI p", COLUMN_FIGURE, 10},
    {"PSI, ties apart", COLUMN_FIGURE, 16},
    {"KS", COLUMN_FIGURE, 10},
    {"KS p", COLUMN_FIGURE, 10},
    {"Jensen-Shannon", COLUMN_FIGURE, 15},
    {"Kullback-Leibler", COLUMN_FIGURE, 15},
    {"Hellinger", COLUMN_FIGURE, 11},
    {"Total variation", COLUMN_FIGURE, 15},
    {"L-infinity", COLUMN_FIGURE, 11},
    {"Wasserstein", COLUMN_FIGURE, 13},
    {"Wasserstein by the spread", COLUMN_FIGURE, 24},
    {"Chi-square", COLUMN_FIGURE, 12},
    {"Chi-square p", COLUMN_FIGURE, 13},
    {"Type", COLUMN_TEXT, 12},
    {"Reference rows", COLUMN_COUNT, 15},
    {"Current rows", COLUMN_COUNT, 14},
    {"Missing in reference", COLUMN_SHARE, 20},
    {"Missing now", COLUMN_SHARE, 13},
    {"Missing PSI", COLUMN_FIGURE, 13},
    {"Missing PSI by chance", COLUMN_FIGURE, 22},
    {"Missing severity", COLUMN_STATE, 17},
    {"New categories", COLUMN_PROSE, 24},
    {"Because", COLUMN_PROSE, 30},
    {"How", COLUMN_TEXT, 44},
    {"Place", COLUMN_TEXT, 40},
    {"Page", COLUMN_TEXT, 32},
};

const struct sheet sheet_monitoring = {
    .name = "Monitoring",
    .title = "Drift of each feature in each window, against the reference",
    COLUMNS(columns),
    .fill = fill_monitoring,
};

/* The drift of a feature in a window: at the same index in nearly every case. */
static const struct drift *drift_of(const struct window_figures *window, const char *feature,
				    size_t hint)
{
	if (hint < window->n_drift && !strcmp(window->drift[hint].column, feature))
		return &window->drift[hint];
	for (size_t i = 0; i < window->n_drift; i++)
		if (!strcmp(window->drift[i].column, feature))
			return &window->drift[i];
	return NULL;
}

static void cell_categories(struct sheet_builder *b, const struct drift *drift)
{
	struct out text = {0};

	for (size_t i = 0; i < drift->n_new_categories; i++) {
		out_puts(&text, i ? ", " : "");
		out_puts(&text, drift->new_categories[i]);
	}
	cell_text(b, arena_strdup(b->mem, out_text(&text)));
	out_release(&text);
}

static void drift_cells(struct sheet_builder *b, const struct record_figures *figures,
			const struct drift *drift, const struct drift *missing)
{
	cell_text(b, drift_severity_name(drift->severity));
	cell_number(b, drift->psi);
	cell_number(b, drift->psi_chance);
	cell_number(b, figures->psi_warning);
	cell_number(b, figures->psi_critical);
	cell_number(b, drift->psi_p_value);
	cell_number(b, drift->psi_ties);
	cell_number(b, drift->ks_statistic);
	cell_number(b, drift->ks_p_value);
	cell_number(b, drift->js_distance);
	cell_number(b, drift->kl_divergence);
	cell_number(b, drift->hellinger);
	cell_number(b, drift->total_variation);
	cell_number(b, drift->l_infinity);
	cell_number(b, drift->wasserstein);
	cell_number(b, drift->wasserstein_normalised);
	cell_number(b, drift->chi2_statistic);
	cell_number(b, drift->chi2_p_value);
	cell_text(b, drift->numeric ? "numeric" : "categorical");
	cell_count(b, drift->rows_reference);
	cell_count(b, drift->rows_current);
	cell_number(b, drift->missing_reference);
	cell_number(b, drift->missing_current);
	cell_number(b, missing ? missing->psi : NAN);
	cell_number(b, missing ? missing->psi_chance : NAN);
	cell_text(b, missing && isfinite(missing->psi) ? drift_severity_name(missing->severity)
						       : NULL);
	cell_categories(b, drift);
	cell_text(b, drift->reason);
}

/* A window without the feature keeps its row, so that all lines of a chart have the same windows.
 */
static void gap_cells(struct sheet_builder *b, const struct record_figures *figures)
{
	enum { EMPTY_BEHIND_BANDS = 22 };

	cell_text(b, drift_severity_name(DRIFT_UNKNOWN));
	cell_text(b, NULL);
	cell_text(b, NULL);
	cell_number(b, figures->psi_warning);
	cell_number(b, figures->psi_critical);
	for (size_t i = 0; i < EMPTY_BEHIND_BANDS; i++)
		cell_text(b, NULL);
	cell_text(b, "not measured in this window");
}

static void add_row(struct sheet_builder *b, const struct window_group *group,
		    const struct window_entry *entry, const char *feature,
		    const struct drift *drift)
{
	const struct record_figures *figures = entry->figures;
	const struct window_figures *window = entry->window;
	const struct span *at =
	    figures->source_at.source ? &figures->source_at : &figures->record->node->at;

	cell_text(b, subject_text(group->about));
	cell_text(b, figures->record->id);
	cell_text(b, origin_text(figures->origin));
	cell_text(b, feature);
	cell_text(b, entry->label);
	cell_date_text(b, entry->start);
	cell_date_text(b, entry->end);
	if (drift)
		drift_cells(b, figures, drift,
			    window->missing ? &window->missing[drift - window->drift] : NULL);
	else
		gap_cells(b, figures);
	cell_text(b, figures->how);
	cell_place(b, at);
	cell_page(b, subject_page(group->about), NULL);
}

/* Every feature that any window of the group has, in the order they come. */
struct features {
	LIST_OF(const char *);
};

static struct features features_of(struct sheet_builder *b, const struct window_group *group)
{
	struct features features = {0};
	struct map seen = {0};

	for (size_t i = 0; i < group->entries.n; i++) {
		const struct window_figures *window = group->entries.items[i].window;
		for (size_t k = 0; k < window->n_drift; k++) {
			const char *name = window->drift[k].column;
			if (map_put(&seen, b->held, name, b))
				continue;
			*ARENA_PUSH(b->held, &features) = name;
		}
	}
	return features;
}

/* --- charts: at most FEATURES_IN_A_CHART lines each --- */

/* NULL where no charts are being planned. */
static struct sheet_chart *add_chart(struct sheet_builder *b, const struct window_group *group,
				     const struct features *features, size_t first)
{
	const struct window_entry *entries = group->entries.items;
	const char *about = subject_text(group->about), *from = entries[0].label,
		   *to = entries[group->entries.n - 1].label;
	const char *source = group->monitoring ? "monitoring" : entries[0].figures->record->id;
	const char *part = "";
	size_t last = first + FEATURES_IN_A_CHART;
	struct sheet_chart *chart = sheet_add_chart(b);
	struct arena *mem = b->planned_mem;

	if (!chart)
		return NULL;
	if (last > features->n)
		last = features->n;
	if (features->n > FEATURES_IN_A_CHART)
		part =
		    arena_printf(mem, ", features %zu to %zu of %zu", first + 1, last, features->n);
	chart->kind = SHEET_CHART_DRIFT;
	chart->sheet = SHEET_MONITORING;
	chart->gravity = window_gravity(entries[group->entries.n - 1].window);
	chart->url = site_url(mem, subject_page(group->about), NULL);
	chart->title =
	    arena_printf(mem, "Drift of %s over time, %s%s", *about ? about : "the features",
			 source ? source : "one record", part);
	chart->description = arena_printf(
	    mem,
	    "Population stability index of %zu features from %s to %s, a line each, with the "
	    "thresholds %.3g (warning) and %.3g (critical). The values stand in the sheet "
	    "Monitoring.",
	    last - first, from, to, entries[0].figures->psi_warning,
	    entries[0].figures->psi_critical);
	return chart;
}

static void add_group(struct sheet_builder *b, const struct window_group *group)
{
	struct features features = features_of(b, group);
	struct sheet_chart *chart = NULL;

	for (size_t i = 0; i < features.n; i++) {
		size_t first = b->rows, n = group->entries.n;
		for (size_t k = 0; k < n; k++) {
			const struct window_entry *entry = &group->entries.items[k];
			add_row(b, group, entry, features.items[i],
				drift_of(entry->window, features.items[i], i));
		}
		if (n < 2)
			continue;
		if (i % FEATURES_IN_A_CHART == 0)
			chart = add_chart(b, group, &features, i);
		if (chart)
			*ARENA_PUSH(b->planned_mem, &chart->series) =
			    (struct sheet_series){first, n};
	}
}

void fill_monitoring(struct sheet_builder *b)
{
	struct window_groups groups = window_groups(b);

	for (size_t i = 0; i < groups.n; i++)
		add_group(b, groups.items[i]);
}
