/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_sarif.c - SARIF 2.1.0
 *
 * Places are relative to the root of the repository (%SRCROOT%) or to the folder of the installed
 * defaults (%DEFAULTS%); where these are on a machine is not said, so that the same findings give
 * the same bytes everywhere. The fingerprint has a name of its own: consumers compute the one by
 * which they match lines from the line's text. */
#include "base/path.h"
#include "export/findings_internal.h"
#include <ctype.h>
#include <string.h>

enum { MOST_RESULTS = 5000 };

static const char *level_of(enum severity severity)
{
	static const char *const levels[] = {"note", "warning", "error"};

	return levels[severity];
}

/* "doc/missing-section" -> "DocMissingSection" */
static const char *rule_name(const char *id, struct arena *mem)
{
	char *name = arena_strdup(mem, id), *to = name;
	bool begins = true;

	for (; *id; id++) {
		if (!isalnum((unsigned char)*id)) {
			begins = true;
			continue;
		}
		*to++ = (char)(begins ? toupper((unsigned char)*id) : *id);
		begins = false;
	}
	*to = '\0';
	return name;
}

/* "required section is missing" -> "Required section is missing." */
static const char *sentence(const char *text, struct arena *mem)
{
	char *result = arena_printf(mem, "%s.", text);

	result[0] = (char)toupper((unsigned char)result[0]);
	return result;
}

static void write_message(struct out *to, const char *key, const char *text)
{
	out_printf(to, "\"%s\": {", key);
	findings_json_text(to, "text", text);
	out_putc(to, '}');
}

static void write_rule(enum rule rule, struct arena *scratch, struct out *to)
{
	static const char *const problems[] = {"recommendation", "warning", "error"};
	const struct rule_info *info = rule_info(rule);
	const char *id = info->id;

	out_printf(to, "{\"id\": \"%s\", \"name\": \"%s\", ", id, rule_name(id, scratch));
	write_message(to, "shortDescription", sentence(info->title, scratch));
	out_puts(to, ", ");
	write_message(to, "fullDescription", info->why);
	out_puts(to, ", \"help\": {");
	findings_json_text(to, "text", arena_printf(scratch, "%s\n\n%s", info->why, info->mend));
	out_puts(to, ", ");
	findings_json_text(
	    to, "markdown",
	    arena_printf(scratch, "**Why:** %s\n\n**Mend:** %s\n", info->why, info->mend));
	out_printf(to,
		   "}, \"defaultConfiguration\": {\"level\": \"%s\"}, \"properties\": "
		   "{\"tags\": [\"%.*s\", \"%s\"], \"problem.severity\": \"%s\"}}",
		   level_of(info->severity), (int)strcspn(id, "/"), id,
		   info->class == FAULT ? "fault" : "judgement", problems[info->severity]);
}

static void write_tool(const struct findings_report *report, struct arena *scratch, struct out *to)
{
	out_puts(to, "   \"tool\": {\"driver\": {\"name\": \"modelbook\", ");
	findings_json_text(to, "semanticVersion", report->version);
	out_puts(to, ", \"rules\": [");
	for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
		struct arena_mark mark = arena_save(scratch);
		out_puts(to, rule ? ",\n    " : "\n    ");
		write_rule((enum rule)rule, scratch, to);
		arena_reset(scratch, mark);
	}
	out_puts(to, "\n   ]}},\n");
}

/* What modelbook.yaml changes of the rules' severities; the last line for a rule counts. */
static void write_overrides(const struct findings_report *report, struct out *to)
{
	const struct config *config = &report->ws->config;
	const struct severity_rule *set[RULE_COUNT] = {0};
	bool any = false;

	for (size_t i = 0; i < config->severities.n; i++)
		set[config->severities.items[i].rule] = &config->severities.items[i];
	for (unsigned rule = 0; rule < RULE_COUNT; rule++) {
		if (!set[rule])
			continue;
		out_printf(to,
			   "%s{\"descriptor\": {\"id\": \"%s\", \"index\": %u}, "
			   "\"configuration\": {\"level\": \"%s\"}}",
			   any ? ", " : ", \"ruleConfigurationOverrides\": [",
			   rule_info((enum rule)rule)->id, rule, level_of(set[rule]->severity));
		any = true;
	}
	if (any)
		out_putc(to, ']');
}

static void write_invocation(const struct findings_report *report, size_t all, struct out *to)
{
	out_printf(to, "   \"invocations\": [{\"executionSuccessful\": %s",
		   report->failed ? "false" : "true");
	write_overrides(report, to);
	if (all > MOST_RESULTS)
		out_printf(to,
			   ", \"toolExecutionNotifications\": [{\"level\": \"warning\", "
			   "\"message\": {\"text\": \"%zu of %zu findings are listed, the gravest; "
			   "--format json has all.\"}}]",
			   (size_t)MOST_RESULTS, all);
	out_puts(to, "}],\n");
}

static void write_location(const struct finding_place *place, struct arena *scratch, struct out *to)
{
	const struct position *at = &place->chars;

	out_puts(to, "\"locations\": [{\"physicalLocation\": {\"artifactLocation\": {");
	findings_json_text(to, "uri", path_encode_url(scratch, place->path));
	out_printf(to,
		   ", \"uriBaseId\": \"%s\"}, \"region\": {\"startLine\": %u, "
		   "\"startColumn\": %u, \"endLine\": %u, \"endColumn\": %u}}}]",
		   place->in_defaults ? "%DEFAULTS%" : "%SRCROOT%", at->line, at->column,
		   at->end_line, at->end_column);
}

/* Suppressions stand in all results or in none, so that an open one has an empty list. */
static void write_standing(const struct findings_report *report, const struct finding *finding,
			   struct out *to)
{
	out_puts(to, ", \"suppressions\": [");
	if (finding->standing == STANDING_ALLOWED) {
		out_puts(to, "{\"kind\": \"inSource\", ");
		findings_json_text(to, "justification", finding->reason ? finding->reason : "");
		out_putc(to, '}');
	}
	out_putc(to, ']');
	if (report->with_baseline && finding->standing != STANDING_ALLOWED)
		out_printf(to, ", \"baselineState\": \"%s\"",
			   finding->standing == STANDING_KNOWN ? "unchanged" : "new");
}

static void write_result(const struct findings_report *report, const struct finding *finding,
			 struct arena *scratch, struct out *to)
{
	struct finding_place place = findings_place(report, finding, scratch), shown = place;

	shown.in_defaults = false; /* the location says it */
	out_printf(to, "{\"ruleId\": \"%s\", \"ruleIndex\": %u, \"level\": \"%s\", ",
		   rule_info(finding->rule)->id, (unsigned)finding->rule,
		   level_of(finding->severity));
	write_message(to, "message", findings_advice(finding, &shown, scratch));
	out_puts(to, ", ");
	write_location(&place, scratch, to);
	out_printf(to, ", \"partialFingerprints\": {\"modelbook/v1\": \"%s\"}",
		   finding->fingerprint);
	write_standing(report, finding, to);
	out_putc(to, '}');
}

static bool any_finding(const struct finding *finding)
{
	(void)finding;
	return true;
}

static void write_results(const struct findings_report *report, const bool *chosen,
			  struct arena *scratch, struct out *to)
{
	bool any = false;

	out_puts(to, "   \"results\": [");
	for (size_t i = 0; i < report->findings->n; i++) {
		struct arena_mark mark = arena_save(scratch);
		if (!chosen[i])
			continue;
		out_puts(to, any ? ",\n    " : "\n    ");
		write_result(report, &report->findings->items[i], scratch, to);
		any = true;
		arena_reset(scratch, mark);
	}
	out_puts(to, any ? "\n   ]\n" : "]\n");
}

void findings_write_sarif(const struct findings_report *report, struct out *to)
{
	struct arena scratch;
	bool *chosen;
	size_t all;

	arena_init(&scratch);
	chosen = arena_new(&scratch, bool, report->findings->n);
	all = findings_choose(report->findings, any_finding, MOST_RESULTS, chosen);
	out_puts(to, "{\"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
		     "schemas/sarif-schema-2.1.0.json\",\n"
		     " \"version\": \"2.1.0\",\n"
		     " \"runs\": [{\n");
	write_tool(report, &scratch, to);
	write_invocation(report, all, to);
	out_puts(to, "   \"originalUriBaseIds\": {\n"
		     "    \"%SRCROOT%\": {\"description\": {\"text\": \"The root of the "
		     "repository, or the workspace where it is in none.\"}},\n"
		     "    \"%DEFAULTS%\": {\"description\": {\"text\": \"The folder of modelbook's "
		     "installed defaults.\"}}\n"
		     "   },\n"
		     "   \"columnKind\": \"unicodeCodePoints\",\n");
	write_results(report, chosen, &scratch, to);
	out_puts(to, "  }]\n}\n");
	arena_release(&scratch);
}
