/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_gitlab.c - GitLab Code Quality
 *
 * An array of issues, compared by fingerprint between the branches of a merge request, so that
 * fingerprints hold no line numbers and no two are the same. A finding whose file the repository
 * does not hold stands at the first line of modelbook.yaml. */
#include "export/findings_internal.h"

static const char *severity_of(const struct finding *finding)
{
	static const char *const names[] = {"info", "minor", "major"};

	if (finding->severity == SEVERITY_ERROR && rule_info(finding->rule)->class == FAULT)
		return "critical";
	return names[finding->severity];
}

static void write_finding(const struct findings_report *report, const struct finding *finding,
			  struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch);
	bool in_file = !place.nowhere && !place.in_defaults;

	out_putc(to, '{');
	findings_json_text(to, "description", findings_advice(finding, &place, scratch));
	out_printf(to, ", \"check_name\": \"%s\", \"fingerprint\": \"%s\", \"severity\": \"%s\", ",
		   rule_info(finding->rule)->id, finding->fingerprint, severity_of(finding));
	out_puts(to, "\"location\": {");
	findings_json_text(to, "path",
			   in_file ? place.path : findings_path(report, "modelbook.yaml", scratch));
	out_printf(to, ", \"lines\": {\"begin\": %u, \"end\": %u}}}",
		   in_file ? place.bytes.line : 1, in_file ? place.bytes.end_line : 1);
}

void findings_write_gitlab(const struct findings_report *report, struct out *to)
{
	struct arena scratch;
	bool any = false;

	arena_init(&scratch);
	out_putc(to, '[');
	for (size_t i = 0; i < report->findings->n; i++) {
		struct arena_mark mark = arena_save(&scratch);
		if (report->findings->items[i].standing == STANDING_OPEN) {
			out_puts(to, any ? ",\n " : "\n ");
			write_finding(report, &report->findings->items[i], &scratch, to);
			any = true;
		}
		arena_reset(&scratch, mark);
	}
	out_puts(to, any ? "\n]\n" : "]\n");
	arena_release(&scratch);
}
