/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_file.c - models as JSON; whatever a file holds, reading it ends in a model or in a
 * finding */
#include "base/hash.h"
#include "base/text.h"
#include "capstone/model_internal.h"
#include "read/json.h"
#include <string.h>

static const char FORMAT[] = "modelbook-capstone model 1";
enum { LONGEST_FILE = 64 << 20 };
static const double MOST_ROWS = 1e15;

static const enum model_kind KINDS[] = {MODEL_RULE, MODEL_LOGISTIC, MODEL_BOOSTED};
static const char *const CALIBRATORS[] = {
    [CALIBRATE_NONE] = "none", [CALIBRATE_PLATT] = "platt", [CALIBRATE_ISOTONIC] = "isotonic"};

/* -- writing ---------------------------------------------------------------------------------- */

static void write_feature(const struct feature *feature, struct out *to)
{
	out_puts(to, "{\"name\": ");
	text_write_json_string(to, feature->name);
	if (feature->kind == FIELD_NUMBER) {
		out_printf(to, ", \"logarithm\": %s}", feature->logarithm ? "true" : "false");
		return;
	}
	out_puts(to, ", \"values\": [");
	for (size_t i = 0; i < feature->n_values; i++) {
		if (i)
			out_puts(to, ", ");
		text_write_json_string(to, feature->values[i]);
	}
	out_puts(to, "]}");
}

static void write_count(struct out *to, const char *key, size_t n)
{
	write_key(to, key);
	out_printf(to, "%zu", n);
}

static void write_calibrator(const struct calibrator *calibrator, struct out *to)
{
	const double platt[] = {calibrator->a, calibrator->b};

	write_key(to, "calibrator");
	text_write_json_string(to, CALIBRATORS[calibrator->kind]);
	if (calibrator->kind == CALIBRATE_PLATT)
		write_numbers(to, "platt", platt, 2);
	if (calibrator->kind == CALIBRATE_ISOTONIC) {
		write_numbers(to, "isotonic_x", calibrator->x, calibrator->n);
		write_numbers(to, "isotonic_y", calibrator->y, calibrator->n);
	}
}

void model_write(const struct model *model, struct out *to)
{
	out_printf(to, "{\"format\": \"%s\"", FORMAT);
	write_key(to, "kind");
	text_write_json_string(to, model_row(model->kind)->name);
	write_key(to, "plan");
	text_write_json_string(to, model->plan);
	write_key(to, "run");
	text_write_json_string(to, model->run);
	write_key(to, "threshold");
	write_number(to, model->threshold);
	write_count(to, "rows", model->rows);
	write_count(to, "positives", model->positives);
	write_count(to, "calibration_rows", model->calibration_rows);
	write_key(to, "features");
	out_putc(to, '[');
	for (size_t i = 0; i < model->features.n; i++) {
		out_puts(to, i ? ",\n  " : "\n  ");
		write_feature(&model->features.items[i], to);
	}
	out_putc(to, ']');
	write_calibrator(&model->calibrator, to);
	model_row(model->kind)->write(model, to);
	out_puts(to, "}\n");
}

/* -- reading ---------------------------------------------------------------------------------- */

static bool same_text(const struct data_node *node, const char *text)
{
	return node && node->kind == DATA_TEXT && !strcmp(node->text, text);
}

/* For a message. */
static const char *text_of(const struct data_node *map, const char *key)
{
	const char *text = data_find_text(map, key);

	return text ? text : "";
}

static bool same_values(const struct data_node *values, const struct feature *feature)
{
	if (!values || values->kind != DATA_LIST || values->n != feature->n_values)
		return false;
	for (size_t i = 0; i < values->n; i++)
		if (!same_text(values->items[i], feature->values[i]))
			return false;
	return true;
}

/* The features of the file are the plan's, in its order. */
static const char *features_fault(struct model *model, const struct data_node *root)
{
	const struct data_node *list = data_find(root, "features");

	if (!list || list->kind != DATA_LIST || list->n != model->features.n)
		return arena_printf(&model->mem, "it has %zu features, the plan has %zu",
				    list && list->kind == DATA_LIST ? list->n : 0,
				    model->features.n);
	for (size_t i = 0; i < list->n; i++) {
		const struct feature *feature = &model->features.items[i];
		const struct data_node *item = list->items[i];
		const struct data_node *logarithm = data_find(item, "logarithm");
		if (!same_text(data_find(item, "name"), feature->name))
			return arena_printf(&model->mem,
					    "its feature %zu is '%s', the plan's is '%s'", i + 1,
					    text_of(item, "name"), feature->name);
		if (feature->kind == FIELD_CATEGORY
			? !same_values(data_find(item, "values"), feature)
			: !logarithm || logarithm->kind != DATA_BOOL ||
			      logarithm->truth != feature->logarithm)
			return arena_printf(&model->mem, "its feature '%s' is not as the plan's",
					    feature->name);
	}
	return NULL;
}

static const char *isotonic_read(struct model *model, const struct data_node *root)
{
	struct calibrator *calibrator = &model->calibrator;
	size_t n = SIZE_MAX;
	const double *x = read_numbers(&model->mem, root, "isotonic_x", 0, 1, &n);
	const double *y = x ? read_numbers(&model->mem, root, "isotonic_y", 0, 1, &n) : NULL;

	if (!y || !n)
		return "the isotonic calibrator has no points";
	for (size_t i = 1; i < n; i++)
		if (x[i] <= x[i - 1] || y[i] < y[i - 1])
			return "the points of the isotonic calibrator do not rise";
	calibrator->n = n;
	calibrator->x = x;
	calibrator->y = y;
	return NULL;
}

static const char *calibrator_read(struct model *model, const struct data_node *root)
{
	const struct data_node *name = data_find(root, "calibrator");
	size_t two = 2, kind = 0;
	const double *platt;

	while (kind < sizeof CALIBRATORS / sizeof *CALIBRATORS &&
	       !same_text(name, CALIBRATORS[kind]))
		kind++;
	model->calibrator.kind = (enum calibrator_kind)kind;
	switch (kind) {
	case CALIBRATE_NONE:
		return NULL;
	case CALIBRATE_ISOTONIC:
		return isotonic_read(model, root);
	case CALIBRATE_PLATT:
		platt = read_numbers(&model->mem, root, "platt", -1e100, 1e100, &two);
		if (!platt || platt[0] > 0)
			return "'platt' is not a falling slope and a constant";
		model->calibrator.a = platt[0];
		model->calibrator.b = platt[1];
		return NULL;
	default:
		return "there is no such calibrator";
	}
}

static const char *fill(struct model *model, const struct data_node *root)
{
	const struct data_node *run = data_find(root, "run");
	const char *why;

	if (!same_text(data_find(root, "plan"), model->plan))
		return arena_printf(&model->mem, "it is a model of '%s', the plan's id is '%s'",
				    text_of(root, "plan"), model->plan);
	if (!run || run->kind != DATA_TEXT)
		return "'run' is no text";
	model->run = arena_strdup(&model->mem, run->text);
	if (!read_number(root, "threshold", 0, 1, &model->threshold))
		return "'threshold' is no probability";
	if (!read_count(root, "rows", MOST_ROWS, &model->rows) ||
	    !read_count(root, "positives", (double)model->rows, &model->positives) ||
	    !read_count(root, "calibration_rows", MOST_ROWS, &model->calibration_rows))
		return "'rows', 'positives' or 'calibration_rows' is no count";
	why = features_fault(model, root);
	if (!why)
		why = calibrator_read(model, root);
	return why ? why : model_row(model->kind)->read(model, root);
}

static struct model *from_tree(const struct plan *plan, const struct feature_list *features,
			       const struct data_node *root, struct source *source,
			       struct diag_sink *diags)
{
	struct span all = span_at(source, 0, source->len);
	struct model *model;
	const char *why;
	size_t kind = 0, n_kinds = sizeof KINDS / sizeof *KINDS;

	while (kind < n_kinds && !same_text(data_find(root, "kind"), model_row(KINDS[kind])->name))
		kind++;
	if (!same_text(data_find(root, "format"), FORMAT) || kind == n_kinds) {
		diag_add(diags, RULE_DATA_SCHEMA, all, "this is no file of '%s'", FORMAT);
		return NULL;
	}
	model = model_new(KINDS[kind], plan, features);
	why = fill(model, root);
	if (!why)
		return model;
	diag_add(diags, RULE_DATA_SCHEMA, all, "the model cannot be used: %s", why);
	model_free(model);
	return NULL;
}

static bool may_be_parsed(struct source *source, const char *digest, struct diag_sink *diags)
{
	char hex[SHA256_HEX];

	if (source->len > LONGEST_FILE) {
		diag_add(diags, RULE_IO_READ, span_at(source, 0, 0),
			 "the model file has %zu bytes, at most %d are read", source->len,
			 LONGEST_FILE);
		return false;
	}
	if (!digest)
		return true;
	sha256_hex(source->text, source->len, hex);
	if (strcmp(hex, digest)) {
		diag_add(diags, RULE_IO_READ, span_at(source, 0, 0),
			 "the SHA-256 of the model file is %s, expected was %s", hex, digest);
		return false;
	}
	return true;
}

struct model *model_read(const struct plan *plan, struct source *source, const char *digest,
			 struct diag_sink *diags)
{
	struct arena scratch;
	struct feature_list features;
	const struct data_node *root;
	struct model *model = NULL;

	if (!may_be_parsed(source, digest, diags))
		return NULL;
	arena_init(&scratch);
	features = feature_list_of(&scratch, plan);
	root = json_read(&scratch, source, diags);
	if (root)
		model = from_tree(plan, &features, root, source, diags);
	arena_release(&scratch);
	return model;
}
