/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_findings.c - all findings, and the overview that counts everything */
#include "export/sheet_builder.h"
#include <string.h>

/* --- findings --- */

static const struct sheet_column finding_columns[] = {
    {"Severity", COLUMN_STATE, 11}, {"Rule", COLUMN_TEXT, 26},     {"Message", COLUMN_PROSE, 60},
    {"Help", COLUMN_PROSE, 44},     {"Path", COLUMN_TEXT, 40},     {"Line", COLUMN_COUNT, 8},
    {"Column", COLUMN_COUNT, 9},    {"Fault", COLUMN_TEXT, 8},     {"Fingerprint", COLUMN_TEXT, 19},
    {"Page", COLUMN_TEXT, 36},      {"Standing", COLUMN_TEXT, 11}, {"Reason", COLUMN_PROSE, 44},
};

const struct sheet sheet_findings = {
    .name = "Findings",
    .title = "What modelbook check reports",
    COLUMNS(finding_columns),
    .fill = fill_findings,
};

static const char *standing_name(enum standing standing)
{
	static const char *const names[] = {"open", "allowed", "known"};

	return names[standing];
}

static void finding_row(struct sheet_builder *b, const struct finding *finding)
{
	const struct rule_info *rule = rule_info(finding->rule);
	const struct page *page = NULL;
	struct position at = {0};

	if (finding->at.source) {
		at = source_position(&finding->at);
		page = page_of_input(&b->book->ws->pages, finding->at.source->path);
	}
	cell_text(b, severity_name(finding->severity));
	cell_text(b, rule->id);
	cell_text(b, finding_message(finding, b->mem));
	cell_text(b, finding->help);
	cell_text(b, finding->at.source ? finding->at.source->path : NULL);
	if (finding->at.source) {
		cell_count(b, at.line);
		cell_count(b, at.column);
	} else {
		cell_text(b, NULL);
		cell_text(b, NULL);
	}
	cell_text(b, rule->class == FAULT ? "yes" : "no");
	cell_text(b, finding->fingerprint);
	cell_page(b, page,
		  page && page->kind == PAGE_RECORD ? arena_printf(b->mem, "L%u", (unsigned)at.line)
						    : NULL);
	cell_text(b, standing_name(finding->standing));
	cell_text(b, finding->reason);
}

void fill_findings(struct sheet_builder *b)
{
	const struct diag_sink *findings = b->book->findings;

	for (size_t i = 0; i < findings->n; i++)
		finding_row(b, &findings->items[i]);
}

/* --- overview --- */

static const struct sheet_column overview_columns[] = {
    {"Part", COLUMN_TEXT, 16},
    {"Name", COLUMN_TEXT, 64},
    {"Value", COLUMN_TEXT, 66},
    {"Where", COLUMN_TEXT, 24},
};

const struct sheet sheet_overview = {
    .name = "Overview",
    .title = "What this workbook was made from, and what is in it",
    COLUMNS(overview_columns),
    .fill = fill_overview,
};

static void text_row(struct sheet_builder *b, const char *part, const char *name, const char *text)
{
	cell_text(b, part);
	cell_text(b, name);
	cell_text(b, text);
	cell_text(b, NULL);
}

static void count_row(struct sheet_builder *b, const char *part, const char *name, size_t n,
		      const char *where, const char *url)
{
	cell_text(b, part);
	cell_text(b, name);
	cell_count(b, n);
	cell_link(b, where, url);
}

static void build_rows(struct sheet_builder *b)
{
	const struct book *book = b->book;
	const struct page *overview = page_single(&book->ws->pages, PAGE_OVERVIEW);

	cell_text(b, "Build");
	cell_text(b, "Title");
	cell_text(b, book->ws->config.title);
	cell_page(b, overview, NULL);
	cell_text(b, "Build");
	cell_text(b, "As of");
	cell_day(b, book->as_of);
	cell_text(b, NULL);
	text_row(b, "Build", "Digest of the inputs (SHA-256)", book->inputs_digest);
	text_row(b, "Build", "Written by", arena_printf(b->mem, "modelbook %s", book->version));
}

static void workspace_rows(struct sheet_builder *b)
{
	const struct workspace *ws = b->book->ws;
	size_t with_kind = 0, versions = 0, in_production = 0;

	for (size_t i = 0; i < ws->documents.n; i++)
		with_kind += ws->documents.items[i]->match != NULL;
	for (size_t i = 0; i < ws->models.n; i++) {
		versions += ws->models.items[i]->versions.n;
		in_production += ws->models.items[i]->production != NULL;
	}
	count_row(b, "Workspace", "Input files", ws->inputs.n, NULL, NULL);
	count_row(b, "Workspace", "Documents", ws->documents.n, NULL, NULL);
	count_row(b, "Workspace", "Documents held to a template", with_kind, NULL, NULL);
	count_row(b, "Workspace", "Records", ws->records.n, NULL, NULL);
	count_row(b, "Workspace", "Models", ws->models.n, "Models", "#Models");
	count_row(b, "Workspace", "Versions", versions, "Models", "#Models");
	count_row(b, "Workspace", "Models in production", in_production, "Models", "#Models");
}

static void requirement_rows(struct sheet_builder *b)
{
	static const char *const sections[] = {"Sections present", "Sections missing",
					       "Sections empty", "Sections with a placeholder"};
	const char *where = "Requirements", *url = "#Requirements";

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		count_row(b, "Requirements", sections[i], b->sheets->counts.sections[i], where,
			  url);
	for (size_t i = 0; i <= ITEM_MISSING; i++)
		count_row(b, "Requirements",
			  arena_printf(b->mem, "Items %s", item_state_name((enum item_state)i)),
			  b->sheets->counts.items[i], where, url);
}

static void control_rows(struct sheet_builder *b)
{
	for (size_t i = 0; i < CONTROL_STATUSES; i++)
		count_row(b, "Controls",
			  arena_printf(b->mem, "Controls %s",
				       control_status_name((enum control_status)i)),
			  b->sheets->counts.controls[i], "Controls", "#Controls");
}

static void finding_rows(struct sheet_builder *b)
{
	const struct diag_counts counts = diag_count(b->book->findings);

	count_row(b, "Findings", "Errors", counts.errors, "Findings", "#Findings");
	count_row(b, "Findings", "Warnings", counts.warnings, "Findings", "#Findings");
	count_row(b, "Findings", "Notes", counts.notes, "Findings", "#Findings");
	count_row(b, "Findings", "Allowed by comments in documents", counts.allowed, "Findings",
		  "#Findings");
}

void fill_overview(struct sheet_builder *b)
{
	build_rows(b);
	workspace_rows(b);
	requirement_rows(b);
	control_rows(b);
	finding_rows(b);
	for (size_t i = SHEET_OVERVIEW + 1; i < SHEET_COUNT; i++) {
		const struct sheet *sheet = &b->sheets->items[i];
		count_row(b, "Sheets", sheet->title, sheet->n_rows, sheet->name,
			  arena_printf(b->mem, "#%s", sheet->name));
	}
}
