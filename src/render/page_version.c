/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_version.c - the review page of a version: decision, conditions, evidence */
#include "base/number.h"
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include "render/live_html.h"
#include "render/table_html.h"
#include "render/trials.h"
#include <math.h>
#include <string.h>

enum { FINDINGS_MAX = 50 };

static const char *const names[] = {LAYOUT_NAMES,        MENTION_NAMES,
				    STAGE_NAMES,         PART_NAMES,
				    "decision",          "description",
				    "has_checklist",     "checklist_summary",
				    "checklist[].title", "checklist[].url",
				    "checklist[].about", ITEM_NAMES("checklist[].items"),
				    "evaluation",        "evaluation_absent",
				    "comparison",        "calibration",
				    "over_time",         "drift",
				    "failures",          "benchmarks",
				    "has_findings",      FINDING_NAMES("findings"),
				    "records",           NULL};

/* ---- decision and status ---- */

/* The last document about the version that concludes something. */
static const struct document *deciding_document(const struct version *version)
{
	const struct document *found = NULL;

	for (size_t i = 0; i < version->documents.n; i++)
		if (version->documents.items[i]->decision != DECISION_NONE)
			found = version->documents.items[i];
	return found;
}

static const char *decision_sentence(struct page_job *job, const struct version *version)
{
	const struct document *doc = deciding_document(version);
	struct arena *mem = job->mem;
	const char *stage = version->stage == STAGE_NONE
				? "has no stage yet"
				: arena_printf(mem, "is in stage %s", stage_name(version->stage));
	const char *asks =
	    version->requested == STAGE_NONE || version->requested == version->stage
		? ""
		: arena_printf(mem, " and asks for %s", stage_name(version->requested));

	if (!doc)
		return arena_printf(mem, "%s %s%s. No document records a decision about it.",
				    version->name, stage, asks);
	return arena_printf(mem, "%s %s%s. Decision: %s, by “%s”%s%s.", version->name, stage, asks,
			    decision_name(doc->decision), live_title(job, doc),
			    doc->owner ? ", owned by " : "", doc->owner ? doc->owner : "");
}

static void fill_status(struct page_job *job, struct view *view, const struct version *version,
			const struct timeline *timeline)
{
	const struct model *model = version->model;
	const struct document *doc = deciding_document(version);

	status_add(view, "Model", model_title(model), href(job, model->page, NULL), NULL);
	status_add(view, "Stage", version->stage == STAGE_NONE ? NULL : stage_name(version->stage),
		   NULL, NULL);
	status_add(view, "Asks for",
		   version->requested == STAGE_NONE ? NULL : stage_name(version->requested), NULL,
		   NULL);
	if (doc)
		status_add(view, "Decision", decision_name(doc->decision),
			   href(job, doc->page, NULL), decision_tone(doc->decision));
	status_add_waived(job, view, version, "#checklist");
	status_add_drift(job, view, timeline);
	status_add(view, "Owner", model->owner, NULL, NULL);
	status_add(view, "Author", data_find_text(version->node, "author"), NULL, NULL);
	status_add(view, "Created", data_find_text(version->node, "created"), NULL, NULL);
	status_add(view, "Record", place_text(job, &version->at), place_href(job, &version->at),
		   NULL);
	status_end(view, true);
}

/* ---- conditions: the items of all documents about the version ---- */

/* The states that no version should have are named where no item has them, too. */
static const char *checklist_summary(struct page_job *job, const struct item_counts *all,
				     size_t documents)
{
	static const enum item_state bad[] = {ITEM_CONTRADICTED, ITEM_OPEN, ITEM_MISSING};
	const char *none = NULL;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!all->by_state[bad[i]])
			none = none ? arena_printf(job->mem, "%s, none %s", none,
						   item_state_name(bad[i]))
				    : arena_printf(job->mem, "; none %s", item_state_name(bad[i]));
	return arena_printf(job->mem, "In %s %s%s.",
			    plural(job->mem, documents, "document", "documents"),
			    item_counts_text(job, all, " items"), none ? none : "");
}

static void fill_checklist(struct page_job *job, struct view *view, const struct version *version)
{
	struct item_counts all = {0};
	size_t groups = 0;

	for (size_t i = 0; i < version->documents.n; i++) {
		const struct document *doc = version->documents.items[i];
		struct item_counts counts = requirements_count(job, doc);
		const char *summary = items_summary(job, doc);
		struct view *entry;
		if (!doc->match || (!counts.items && counts.sections == counts.sections_good))
			continue;
		item_counts_add(&all, &counts);
		entry = view_list(view, "checklist");
		view_text(entry, "title", live_title(job, doc));
		view_address(entry, "url", href(job, doc->page, NULL));
		view_text(entry, "about",
			  arena_printf(job->mem, "%s%s%s",
				       doc->tmpl ? doc->tmpl->title : or_dash(doc->kind),
				       summary ? ": " : "", summary ? summary : ""));
		requirements_fill(job, entry, "items", doc);
		groups++;
	}
	view_flag(view, "has_checklist", groups > 0);
	if (!groups)
		view_empty_list(view, "checklist");
	view_text(view, "checklist_summary", checklist_summary(job, &all, groups));
	contents_add(job, 2, "Conditions", "checklist");
}

/* ---- evaluation ---- */

static void fill_evaluation(struct page_job *job, struct view *view, const struct version *version,
			    const struct record_figures *figures)
{
	struct out to = {0};

	view_text(view, "evaluation_absent",
		  version->primary
		      ? "the primary evaluation has neither figures nor a log that could"
			" be measured"
		      : "no evaluation stands for this version");
	if (figures) {
		out_puts(&to, "<p>Evaluation ");
		text_html(&to, or_dash(figures->record->id));
		if (data_find_text(figures->record->node, "title")) {
			out_puts(&to, ", “");
			text_html(&to, data_find_text(figures->record->node, "title"));
			out_puts(&to, "”");
		}
		out_puts(&to, ", role ");
		text_html(&to, or_dash(data_find_text(figures->record->node, "role")));
		out_puts(&to, ". Intervals are 95 %.</p>\n");
		figures_of_record(job, &to, figures);
		contents_add(job, 2, "Evaluation", "evaluation");
	}
	view_take_markup(job, view, "evaluation", &to);
}

/* ---- comparison ---- */

/* What a difference means; intervals decide where both are known. */
static struct word compare_word(const struct metric *metric, const struct figure *a,
				const struct figure *b)
{
	bool more = figure_more_is_better(metric->name), up = a->value > b->value;
	bool known = isfinite(a->interval.low) && isfinite(a->interval.high) &&
		     isfinite(b->interval.low) && isfinite(b->interval.high);

	if (!isfinite(a->value) || !isfinite(b->value))
		return (struct word){"not known", "–", "unknown"};
	if (a->value == b->value)
		return (struct word){"equal", "○", "unknown"};
	if (!known)
		return up == more ? (struct word){"better, no interval", "○", "unknown"}
				  : (struct word){"worse, no interval", "○", "unknown"};
	if (a->interval.low <= b->interval.high && b->interval.low <= a->interval.high)
		return (struct word){"not told apart", "○", "unknown"};
	return up == more ? (struct word){"better", "●", "good"}
			  : (struct word){"worse", "✕", "critical"};
}

static const char *signed_text(struct page_job *job, double difference)
{
	char buf[NUMBER_TEXT_MAX];

	if (!isfinite(difference) || difference == 0)
		return isfinite(difference) ? "0" : "–";
	return arena_printf(job->mem, "%s%s", difference > 0 ? "+" : "−",
			    number_fixed(buf, fabs(difference), 4));
}

static void compare_row(struct page_job *job, struct table_html *table, const struct metric *metric,
			const struct figure *a, const struct figure *b)
{
	struct word word = compare_word(metric, a, b);

	table_row(table, NULL);
	table_text(table, metric->title);
	table_text(table, figure_with_interval(job->mem, a));
	table_text(table, figure_with_interval(job->mem, b));
	table_text(table, signed_text(job, a->value - b->value));
	table_state(table, word.shape, word.word, word.tone, NULL);
}

static bool is_judged(const struct metric *metric)
{
	return strcmp(metric->name, "base_rate") != 0;
}

static void compare_versions(struct page_job *job, struct out *to, const struct version *self,
			     const struct record_figures *a, const struct version *other,
			     const struct record_figures *b)
{
	const char *role =
	    other == other->model->production ? "in production" : "the version before";
	struct table_column columns[] = {
	    {"Figure", ALIGN_TEXT},
	    {self->id, ALIGN_NUMBER},
	    {arena_printf(job->mem, "%s, %s", other->id, role), ALIGN_NUMBER},
	    {"Difference", ALIGN_NUMBER},
	    {"This version is", ALIGN_TEXT}};
	struct table_html table;
	bool same_log = a->log && a->log == b->log;

	table_begin(&table, to, arena_printf(job->mem, "Comparison with %s", other->name),
		    arena_printf(job->mem,
				 "%s and %s%s. Two figures are told apart where their 95 %% "
				 "intervals do not overlap.",
				 or_dash(a->record->id), or_dash(b->record->id),
				 same_log ? ", on the same log"
					  : ", on different logs: the difference is also that of "
					    "the rows"),
		    "wide", columns, 5);
	for (size_t i = 0; i < n_metrics; i++) {
		struct figure mine = metric_value(&metrics[i], &a->all),
			      theirs = metric_value(&metrics[i], &b->all);
		if (is_judged(&metrics[i]) && (isfinite(mine.value) || isfinite(theirs.value)))
			compare_row(job, &table, &metrics[i], &mine, &theirs);
	}
	table_end(&table);
}

/* Production, or for the version in production the one before it that has figures. */
static const struct version *comparable(struct page_job *job, const struct version *self)
{
	const struct model *model = self->model;
	const struct version *before = NULL;

	if (model->production && model->production != self)
		return model->production;
	for (size_t i = 0; i < model->versions.n && model->versions.items[i] != self; i++)
		if (evidence_version(job->book->evidence, model->versions.items[i]))
			before = model->versions.items[i];
	return before;
}

static const char *evaluation_title(const struct record *record)
{
	const char *title = data_find_text(record->node, "title");

	return title ? title : or_dash(record->id);
}

static void evaluations_table(struct page_job *job, struct out *to, const struct version *version)
{
	enum { SHOWN = 3 };
	const struct record_figures *main = evidence_version(job->book->evidence, version);
	static const struct window_figures none;
	const char *const *shown = metrics_shown(main ? &main->all : &none);
	const struct table_column columns[] = {{"Evaluation", ALIGN_LONG},
					       {"Role", ALIGN_TEXT},
					       {"Date", ALIGN_DATE},
					       {"Rows", ALIGN_NUMBER},
					       {metric_get(shown[0])->title, ALIGN_NUMBER},
					       {metric_get(shown[1])->title, ALIGN_NUMBER},
					       {metric_get(shown[2])->title, ALIGN_NUMBER},
					       {"Origin", ALIGN_TEXT}};
	struct table_html table;

	table_begin(&table, to, "Evaluations of this version",
		    "Evaluations of this version, with 95 % intervals", "wide", columns, 8);
	for (size_t i = 0; i < version->evaluations.n; i++) {
		const struct record *record = version->evaluations.items[i];
		const struct record_figures *figures = evidence_of(job->book->evidence, record);
		const struct window_figures *all = figures ? &figures->all : &none;
		table_row(&table, NULL);
		table_link(&table, evaluation_title(record), place_href(job, &record->node->at));
		table_text(&table, data_find_text(record->node, "role"));
		table_text(&table, data_find_text(record->node, "date"));
		table_text(&table,
			   figures && figures->rows ? count_text(job->mem, figures->rows) : NULL);
		for (size_t j = 0; j < SHOWN; j++) {
			struct figure value = metric_value(metric_get(shown[j]), all);
			table_text(&table, figure_with_interval(job->mem, &value));
		}
		table_text(&table, !figures || figures->origin == ORIGIN_NONE ? "no figures"
				   : figures->origin == ORIGIN_MEASURED       ? "measured"
									      : "given");
	}
	table_end(&table);
}

static bool on_same_rows(const struct record_figures *a, const struct record_figures *b)
{
	return a->log && a->log == b->log && a->rows == b->rows;
}

/* An evaluation of the version on the rows of `figures`; NULL where it has none. */
static const struct record_figures *evaluation_on(struct page_job *job,
						  const struct version *version,
						  const struct record_figures *figures)
{
	for (size_t i = 0; i < version->evaluations.n; i++) {
		const struct record_figures *there =
		    evidence_of(job->book->evidence, version->evaluations.items[i]);
		if (there && on_same_rows(figures, there))
			return there;
	}
	return NULL;
}

/* The primary evaluations of two versions, or one of them beside another evaluation of the other
 * version where that one is on the same rows: a difference of rows is none of the versions. */
struct compared {
	const struct record_figures *mine, *theirs;
};

static struct compared find_compared(struct page_job *job, const struct version *self,
				     const struct record_figures *figures,
				     const struct version *other)
{
	struct compared primary = {figures,
				   other ? evidence_version(job->book->evidence, other) : NULL};
	const struct record_figures *same;

	if (!primary.mine || !primary.theirs || on_same_rows(primary.mine, primary.theirs))
		return primary;
	same = evaluation_on(job, other, primary.mine);
	if (same)
		return (struct compared){primary.mine, same};
	same = evaluation_on(job, self, primary.theirs);
	return same ? (struct compared){same, primary.theirs} : primary;
}

static void fill_comparison(struct page_job *job, struct view *view, const struct version *version,
			    const struct record_figures *figures)
{
	const struct version *other = comparable(job, version);
	struct compared compared = find_compared(job, version, figures, other);
	struct out to = {0};

	if (compared.mine && compared.theirs)
		compare_versions(job, &to, version, compared.mine, other, compared.theirs);
	if (version->evaluations.n > 1)
		evaluations_table(job, &to, version);
	if (to.n)
		contents_add(job, 2, "Comparison", "comparison");
	view_take_markup(job, view, "comparison", &to);
}

/* ---- calibration, time, drift ---- */

static void fill_calibration(struct page_job *job, struct view *view, const struct version *version,
			     const struct record_figures *figures)
{
	struct out to = {0};

	(void)version;
	if (figures && figures->all.has_calibration) {
		figure_reliability(job, &to, figures, &figures->all,
				   "Do the scores mean what they say?");
		contents_add(job, 2, "Calibration", "calibration");
	}
	view_take_markup(job, view, "calibration", &to);
}

static void fill_parts(struct page_job *job, struct view *view, const struct version *version,
		       const struct timeline *timeline)
{
	enum { PLACES_MAX = 8 };
	struct figure_place places[PLACES_MAX];

	parts_fill(job, view, places,
		   places_of_version(job, version, timeline, places, PLACES_MAX));
}

/* All figures by window, of the record that has most of them. */
static void fold_windows(struct page_job *job, struct out *to, const struct timeline *timeline)
{
	const struct record_figures *most = NULL;

	for (size_t i = 0; i < timeline->n; i++) {
		const struct record_figures *figures = timeline->items[i].figures;
		if (figures->n_windows && (!most || figures->n_windows > most->n_windows))
			most = figures;
	}
	if (most)
		figures_windows(job, to, &(struct figure_place){most, &most->all, "", false},
				false);
}

static void fill_over_time(struct page_job *job, struct view *view, const struct version *version,
			   const struct timeline *timeline)
{
	struct metric_line line = {version, *timeline};
	const char *const shown[] = {
	    timeline->n ? metric_main(timeline->items[timeline_whole(timeline) - 1].window)->name
			: "roc_auc",
	    "ece"};
	struct out to = {0};

	for (size_t i = 0; timeline->n > 1 && i < 2; i++) {
		const struct metric *metric = metric_get(shown[i]);
		for (size_t j = 0; j < timeline->n; j++)
			if (isfinite(metric_value(metric, timeline->items[j].window).value)) {
				figure_metric(job, &to, metric, &line, 1);
				break;
			}
	}
	fold_windows(job, &to, timeline);
	if (to.n)
		contents_add(job, 2, "Over time", "over-time");
	view_take_markup(job, view, "over_time", &to);
}

static void fill_drift(struct page_job *job, struct view *view, const struct timeline *timeline)
{
	const struct timeline_entry *last = timeline_last_drift(timeline);
	const struct drift *worst = last ? window_worst_drift(last->window) : NULL;
	struct out to = {0};

	figure_drift(job, &to, timeline);
	if (worst && worst->n_bins)
		figure_distribution(job, &to, last, worst);
	if (last)
		figures_distances(
		    job, &to,
		    &(struct figure_place){last->figures, last->window,
					   arena_printf(job->mem, ", %s", last->label), false});
	if (to.n)
		contents_add(job, 2, "Drift", "drift");
	view_take_markup(job, view, "drift", &to);
}

/* ---- what was tried out ---- */

static void fill_trials(struct page_job *job, struct view *view, const struct version *version)
{
	struct out failures = {0}, benchmarks = {0};

	trials_failures(job, &failures, version);
	if (failures.n)
		contents_add(job, 2, "Failures put in", "failures");
	view_take_markup(job, view, "failures", &failures);
	trials_benchmarks(job, &benchmarks, version->model);
	if (benchmarks.n)
		contents_add(job, 2, "Costs", "benchmarks");
	view_take_markup(job, view, "benchmarks", &benchmarks);
}

/* ---- findings, records ---- */

static void fill_findings(struct page_job *job, struct view *view, const struct version *version)
{
	const struct record *model = version->model->record;
	size_t n =
	    findings_fill(job, view, model->path, &version->at, SEVERITY_WARNING, FINDINGS_MAX);

	for (size_t i = 0; i < version->records.n && n < FINDINGS_MAX; i++) {
		const struct record *record = version->records.items[i];
		n += findings_fill(job, view, record->path, &record->node->at, SEVERITY_WARNING,
				   FINDINGS_MAX - n);
	}
	for (size_t i = 0; i < version->documents.n && n < FINDINGS_MAX; i++)
		n += findings_fill(job, view, version->documents.items[i]->path, NULL,
				   SEVERITY_WARNING, FINDINGS_MAX - n);
	view_flag(view, "has_findings", n > 0);
	if (n)
		contents_add(job, 2, "Open findings", "findings");
	else
		view_empty_list(view, "findings");
}

static void fill_records(struct page_job *job, struct view *view, const struct version *version)
{
	static const struct table_column columns[] = {
	    {"Id", ALIGN_TEXT}, {"Kind", ALIGN_TEXT}, {"Date", ALIGN_DATE}, {"Place", ALIGN_TEXT}};
	struct table_html table;
	struct out to = {0};

	if (version->records.n + version->documents.n) {
		table_begin(&table, &to, "Records and documents",
			    "Everything that is about this version", "wide", columns, 4);
		for (size_t i = 0; i < version->documents.n; i++) {
			const struct document *doc = version->documents.items[i];
			table_row(&table, NULL);
			table_link(&table, live_title(job, doc), href(job, doc->page, NULL));
			table_text(&table, doc->kind);
			table_text(&table, data_find_text(doc->text.front_matter, "date"));
			table_text(&table, doc->path);
		}
		for (size_t i = 0; i < version->records.n; i++) {
			const struct record *record = version->records.items[i];
			const char *date = data_find_text(record->node, "date");
			table_row(&table, NULL);
			table_link(&table, or_dash(record->id), place_href(job, &record->node->at));
			table_text(&table, record->kind);
			table_text(&table, date ? date : data_find_text(record->node, "start"));
			table_text(&table, place_text(job, &record->node->at));
		}
		table_end(&table);
		contents_add(job, 2, "Records and documents", "records");
	}
	view_take_markup(job, view, "records", &to);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct version *version = job->page->version;
	const struct record_figures *figures = evidence_version(job->book->evidence, version);
	struct timeline timeline = timeline_of(job, version);

	view_text(view, "title", version->name);
	view_text(view, "decision", decision_sentence(job, version));
	view_text(view, "description", data_find_text(version->node, "description"));
	fill_status(job, view, version, &timeline);
	contents_add(job, 2, "Stages", "stages");
	stages_fill_version(job, view, version);
	fill_checklist(job, view, version);
	if (figures && figures->origin == ORIGIN_NONE)
		figures = NULL;
	fill_evaluation(job, view, version, figures);
	fill_comparison(job, view, version, figures);
	fill_calibration(job, view, version, figures);
	fill_parts(job, view, version, &timeline);
	fill_over_time(job, view, version, &timeline);
	fill_drift(job, view, &timeline);
	fill_trials(job, view, version);
	fill_findings(job, view, version);
	fill_records(job, view, version);
	mentions_fill(job, view);
}

const struct page_type page_version_type = {"templates/pages/version.html", names, fill};
