/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/cmd_infer.c - `infer`: a CSV of events in, a CSV of scores out
 *
 * Each row is answered, in the order of the file: with a score, or with the reason why it has none.
 * A score rests on what was known at the row's time: the events before it, of the file itself and
 * of --history, whose labels count from their moment on. An event that stands in both is one. */
#include "base/csv_write.h"
#include "base/date.h"
#include "base/map.h"
#include "base/status.h"
#include "capstone/capstone.h"
#include "capstone/command_line.h"
#include "capstone/deployment.h"
#include "capstone/pipeline.h"
#include "measure/outcomes.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: modelbook-capstone infer PLAN IN.csv --model FILE --out OUT.csv [OPTION]…\n\n"
    "Scores each row of a CSV file whose header has the plan's columns; no label is needed. OUT "
    "has\n"
    "a row for each row of IN, in the same order: line, time, entity, score, decision, reason. A "
    "row\n"
    "that does not keep the plan's contract has a reason instead of a score.\n\n"
    "  --model FILE      what `train` wrote\n"
    "  --digest HEX      SHA-256 that the file must have, else nothing is scored\n"
    "  --history FILE    CSV of earlier events with their labels, for features over the past; it\n"
    "                    may hold the rows of IN, too\n"
    "  --out OUT.csv     where the scores go; '-' for standard output\n\n"
    "Exit status: 0 each row has a score; 1 some have none, or the plan, the header or the model\n"
    "have faults; 2 it could not be done.\n\n"
    "Example:\n"
    "  modelbook-capstone infer payments.yaml today.csv --model models/boosted.model.json \\\n"
    "      --history payments.csv --out scores.csv\n";

struct infer_wish {
	const char *plan, *in, *model, *digest, *history, *out;
};

/* -- the walk --------------------------------------------------------------------------------- */

/* Numbers of entities, the same in both files. */
static uint32_t *entity_numbers(struct arena *mem, struct map *names, const struct events *events)
{
	uint32_t *numbers = arena_new(mem, uint32_t, events->n_entities + 1);

	for (size_t i = 0; i < events->n_entities; i++) {
		size_t known = (size_t)(uintptr_t)map_get(names, events->entities[i]);
		if (!known) {
			known = names->n + 1;
			map_put(names, mem, events->entities[i], (void *)(uintptr_t)known);
		}
		numbers[i] = (uint32_t)(known - 1);
	}
	return numbers;
}

/* Which events of the past are rows of the file, too: such an event is one, not two. */
struct twins {
	size_t *past_of; /* of each row: its number in the past, plus 1; 0: none */
	bool *is_row;    /* of each event of the past */
};

static const char *event_key(const struct events *events, size_t row, uint32_t entity, char *key)
{
	size_t width = events->plan->n_fields;

	memcpy(key, &events->time[row], sizeof(int64_t));
	memcpy(key + sizeof(int64_t), &entity, sizeof entity);
	memcpy(key + sizeof(int64_t) + sizeof entity, events->values + row * width,
	       width * sizeof(double));
	return key;
}

static struct twins find_twins(struct arena *mem, const struct events *past,
			       const uint32_t *of_past, const struct events *events,
			       const uint32_t *of_events)
{
	size_t size = sizeof(int64_t) + sizeof(uint32_t) + events->plan->n_fields * sizeof(double);
	char *keys = arena_alloc_n(mem, events->n + 1, size), *key = keys + events->n * size;
	struct twins twins = {arena_new(mem, size_t, events->n), arena_new(mem, bool, past->n)};
	struct map rows = {0};

	map_reserve(&rows, mem, events->n);
	for (size_t i = 0; i < events->n; i++)
		map_put_n(&rows, mem,
			  event_key(events, i, of_events[events->entity[i]], keys + i * size), size,
			  (void *)(uintptr_t)(i + 1));
	for (size_t i = 0; i < past->n; i++) {
		size_t row = (size_t)(uintptr_t)map_get_n(
		    &rows, event_key(past, i, of_past[past->entity[i]], key), size);
		if (row)
			twins.past_of[row - 1] = i + 1;
		twins.is_row[i] = row > 0;
	}
	return twins;
}

static double *score_events(struct arena *mem, const struct plan *plan, const struct model *model,
			    const struct events *past, const struct events *events)
{
	struct feature_list list = feature_list_of(mem, plan);
	struct feature_walk *walk = feature_walk_new(plan, NULL);
	double *features = arena_new(mem, double, list.n),
	       *scores = arena_new(mem, double, events->n);
	struct map names = {0};
	uint32_t *of_past = past ? entity_numbers(mem, &names, past) : NULL;
	uint32_t *of_events = entity_numbers(mem, &names, events);
	struct twins twins = {0};
	size_t before = 0;

	if (past)
		twins = find_twins(mem, past, of_past, events, of_events);

	for (size_t i = 0; i < events->n; i++) {
		const double *values = events->values + i * plan->n_fields;
		uint32_t entity = of_events[events->entity[i]];
		size_t twin = past ? twins.past_of[i] : 0;
		for (; past && before < past->n && past->time[before] <= events->time[i]; before++)
			if (!twins.is_row[before])
				feature_walk_add(walk, of_past[past->entity[before]],
						 past->time[before],
						 past->values + before * plan->n_fields,
						 past->label[before], past->label_at[before]);
		feature_walk_take(walk, entity, events->time[i], values, features);
		scores[i] = score_written(model_score(model, features));
		feature_walk_add(walk, entity, events->time[i], values,
				 twin ? past->label[twin - 1] : LABEL_MISSING,
				 twin ? past->label_at[twin - 1] : 0);
	}
	feature_walk_free(walk);
	return scores;
}

/* -- the answers ------------------------------------------------------------------------------ */

struct by_line {
	uint64_t line;
	size_t row;
};

static int compare_lines(const void *left, const void *right)
{
	const struct by_line *a = left, *b = right;

	return a->line < b->line ? -1 : a->line > b->line;
}

static void write_row(struct csv_writer *csv, const struct ingest *ingest, size_t row, double score,
		      double threshold)
{
	const struct events *events = &ingest->events;
	char moment[DATE_TEXT];

	csv_write_number(csv, (double)ingest->lines[row]);
	csv_puts(csv, date_format_moment(moment, events->time[row]));
	csv_puts(csv, events->entities[events->entity[row]]);
	csv_write_number(csv, score);
	csv_write_number(csv, isfinite(score) ? score >= threshold : (double)NAN);
	csv_puts(csv, isfinite(score) ? NULL : "the model gives no number");
	csv_end_row(csv);
}

static void write_refusal(struct csv_writer *csv, const struct quarantined *refused)
{
	csv_write_number(csv, (double)refused->line);
	for (int i = 0; i < 4; i++)
		csv_puts(csv, NULL);
	csv_puts(csv, refused->reason);
	csv_end_row(csv);
}

static void write_answers(struct arena *mem, const struct ingest *ingest, const double *scores,
			  double threshold, struct out *to)
{
	static const char *const names[] = {"line",  "time",     "entity",
					    "score", "decision", "reason"};
	struct csv_writer csv = {to, false};
	size_t n = ingest->events.n, refused = 0;
	struct by_line *order = arena_new(mem, struct by_line, n);

	for (size_t i = 0; i < n; i++)
		order[i] = (struct by_line){ingest->lines[i], i};
	if (n)
		qsort(order, n, sizeof *order, compare_lines);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		csv_puts(&csv, names[i]);
	csv_end_row(&csv);
	for (size_t i = 0; i < n || refused < ingest->n_quarantined;) {
		if (i == n || (refused < ingest->n_quarantined &&
			       ingest->quarantined[refused].line < order[i].line)) {
			write_refusal(&csv, &ingest->quarantined[refused++]);
		} else {
			write_row(&csv, ingest, order[i].row, scores[order[i].row], threshold);
			i++;
		}
	}
}

/* -- the command ------------------------------------------------------------------------------ */

static bool infer(struct arena *mem, const struct infer_wish *wish, struct diag_sink *diags)
{
	struct source *file = input_read(mem, wish->plan, PLAN_FILE_MAX, diags);
	const struct plan *plan = file ? plan_read(mem, file, diags) : NULL;
	struct source *text = plan ? input_read(mem, wish->model, MODEL_FILE_MAX, diags) : NULL;
	struct model *model = text ? model_read(plan, text, wish->digest, diags) : NULL;
	struct ingest ingest, past;
	struct out answers = {0};
	bool all = false;

	if (model && events_read_unlabelled(mem, plan, wish->in, &ingest, diags) &&
	    (!wish->history || events_read(mem, plan, wish->history, &past, diags))) {
		double *scores = score_events(mem, plan, model, wish->history ? &past.events : NULL,
					      &ingest.events);
		write_answers(mem, &ingest, scores, model_facts(model).threshold, &answers);
		all = output_write(wish->out, &answers, diags) && !ingest.n_quarantined;
		if (ingest.n_quarantined)
			fprintf(stderr,
				"modelbook-capstone infer: %zu of %zu rows have no score; the "
				"first: line %llu, %s\n",
				ingest.n_quarantined, ingest.rows,
				(unsigned long long)ingest.quarantined[0].line,
				ingest.quarantined[0].reason);
	}
	out_release(&answers);
	model_free(model);
	return all;
}

int command_infer(int argc, char **argv)
{
	struct infer_wish wish = {0};
	const char *operands[2];
	const struct command_option options[] = {{"--model", &wish.model, NULL, NULL},
						 {"--digest", &wish.digest, NULL, NULL},
						 {"--history", &wish.history, NULL, NULL},
						 {"--out", &wish.out, NULL, NULL},
						 {NULL, NULL, NULL, NULL}};
	struct diag_sink diags;
	struct arena mem;
	bool all;
	int status;

	if (!command_line_parse(argc, argv, options, 2, 2, operands, help, &status))
		return status;
	if (!wish.model || !wish.out) {
		fputs("modelbook-capstone infer: --model and --out are needed\n", stderr);
		return EXIT_CANNOT;
	}
	wish.plan = operands[0];
	wish.in = operands[1];
	arena_init(&mem);
	diag_init(&diags, &mem);
	all = infer(&mem, &wish, &diags);
	status = command_findings(&diags);
	arena_release(&mem);
	return status == EXIT_CLEAN && !all ? EXIT_FINDINGS : status;
}
