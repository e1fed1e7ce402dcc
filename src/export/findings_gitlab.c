/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_gitlab.c - GitLab Code Quality
 *
 * An array of issues, compared by fingerprint between the branches of a merge request, so that
 * fingerprints hold no line numbers and no two are the same, also where reports of several
 * workspaces of a repository are joined. A finding whose file the repository does not hold stands
 * at the first line of modelbook.yaml. */
#include "base/hash.h"
#include "export/findings_internal.h"
#include <string.h>

static const char *severity_of(const struct finding *finding)
{
	static const char *const names[] = {"info", "minor", "major"};

	if (finding->severity == SEVERITY_ERROR && rule_info(finding->rule)->class == FAULT)
		return "critical";
	return names[finding->severity];
}

/* That of the finding, which knows no path beyond its workspace; one that holds the workspace's
 * folder, too, where that is not the repository's root. */
static const char *fingerprint_of(const struct findings_report *report,
				  const struct finding *finding, struct arena *scratch)
{
	char hex[SHA256_HEX];
	const char *key;

	if (!report->prefix || !*report->prefix)
		return finding->fingerprint;
	key = arena_printf(scratch, "%s\n%s", report->prefix, finding->fingerprint);
	sha256_hex(key, strlen(key), hex);
	return arena_strndup(scratch, hex, strlen(finding->fingerprint));
}

static void write_finding(const struct findings_report *report, const struct finding *finding,
			  struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch);
	bool in_file = !place.nowhere && !place.in_defaults;

	out_putc(to, '{');
	findings_json_text(to, "description", findings_advice(finding, &place, scratch));
	out_printf(to, ", \"check_name\": \"%s\", \"fingerprint\": \"%s\", \"severity\": \"%s\", ",
		   rule_info(finding->rule)->id, fingerprint_of(report, finding, scratch),
		   severity_of(finding));
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
