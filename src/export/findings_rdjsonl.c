/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_rdjsonl.c - Reviewdog Diagnostic Format
 *
 * Columns are bytes of UTF-8 from 1, the end is exclusive: as positions are here. A finding whose
 * file the repository does not hold stands at modelbook.yaml without a range. No suggestions:
 * nothing that a finding advises is an exact edit. */
#include "export/findings_internal.h"

static void write_position(const char *key, uint32_t line, uint32_t column, struct out *to)
{
	out_printf(to, "\"%s\": {\"line\": %u, \"column\": %u}", key, line, column);
}

static void write_finding(const struct findings_report *report, const struct finding *finding,
			  struct arena *scratch, struct out *to)
{
	static const char *const severities[] = {"INFO", "WARNING", "ERROR"};
	struct finding_place place = findings_place(report, finding, scratch);
	bool in_file = !place.nowhere && !place.in_defaults;

	out_putc(to, '{');
	findings_json_text(to, "message", findings_advice(finding, &place, scratch));
	out_puts(to, ", \"location\": {");
	findings_json_text(to, "path",
			   in_file ? place.path : findings_path(report, "modelbook.yaml", scratch));
	if (in_file) {
		out_puts(to, ", \"range\": {");
		write_position("start", place.bytes.line, place.bytes.column, to);
		out_puts(to, ", ");
		write_position("end", place.bytes.end_line, place.bytes.end_column, to);
		out_putc(to, '}');
	}
	out_printf(to,
		   "}, \"severity\": \"%s\", \"source\": {\"name\": \"modelbook\"}, "
		   "\"code\": {\"value\": \"%s\"}}\n",
		   severities[finding->severity], rule_info(finding->rule)->id);
}

void findings_write_rdjsonl(const struct findings_report *report, struct out *to)
{
	struct arena scratch;

	arena_init(&scratch);
	for (size_t i = 0; i < report->findings->n; i++) {
		struct arena_mark mark = arena_save(&scratch);
		if (report->findings->items[i].standing == STANDING_OPEN)
			write_finding(report, &report->findings->items[i], &scratch, to);
		arena_reset(&scratch, mark);
	}
	arena_release(&scratch);
}
