/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/findings_common.c - places, texts and choices that the formats of findings share */
#include "base/path.h"
#include "base/text.h"
#include "export/findings_internal.h"
#include <string.h>

static const char defaults_prefix[] = "default:";

/* The column of a byte column in code points. A byte that begins no character counts as one only
 * where it stands alone; what follows the line's end is its end. */
static uint32_t column_in_chars(struct source *source, uint32_t line, uint32_t column)
{
	size_t len;
	const char *text = source_line(source, line, &len);
	uint32_t chars = 1;

	for (size_t i = 0; i < len && i + 1 < column; i++)
		chars += ((unsigned char)text[i] & 0xC0) != 0x80;
	return chars;
}

const char *findings_path(const struct findings_report *report, const char *path, struct arena *mem)
{
	return report->prefix && *report->prefix ? path_join(mem, report->prefix, path) : path;
}

struct finding_place findings_place(const struct findings_report *report,
				    const struct finding *finding, struct arena *mem)
{
	struct source *source = finding->at.source;
	struct finding_place place = {.bytes = source_position(&finding->at)};

	place.chars = place.bytes;
	if (!source || !*source->path) {
		place.nowhere = true;
		place.path = findings_path(report, "modelbook.yaml", mem);
		place.bytes = place.chars = (struct position){1, 1, 1, 1};
		return place;
	}
	place.in_defaults = text_starts_with(source->path, defaults_prefix);
	place.path = place.in_defaults ? source->path + strlen(defaults_prefix)
				       : findings_path(report, source->path, mem);
	if (source->text) {
		place.chars.column = column_in_chars(source, place.bytes.line, place.bytes.column);
		place.chars.end_column =
		    column_in_chars(source, place.bytes.end_line, place.bytes.end_column);
	}
	return place;
}

static const char *take(struct out *o, struct arena *mem)
{
	char *text = arena_strndup(mem, out_text(o), o->n);

	out_release(o);
	return text;
}

static void write_place(const struct finding_place *place, struct out *o)
{
	if (place->in_defaults)
		out_puts(o, defaults_prefix);
	text_write_visible(o, place->path, strlen(place->path));
	out_printf(o, ":%u:%u: ", place->bytes.line, place->bytes.column);
}

const char *findings_message(const struct finding *finding, const struct finding_place *place,
			     struct arena *mem)
{
	struct out o = {0};

	if (!place->in_defaults)
		return finding_message(finding, mem);
	write_place(place, &o);
	out_puts(&o, finding_message(finding, mem));
	return take(&o, mem);
}

const char *findings_advice(const struct finding *finding, const struct finding_place *place,
			    struct arena *mem)
{
	struct out o = {0};

	out_puts(&o, findings_message(finding, place, mem));
	if (finding->help) {
		out_puts(&o, "\nhelp: ");
		text_write_visible(&o, finding->help, strlen(finding->help));
	}
	return take(&o, mem);
}

const char *findings_line(const struct finding *finding, const struct finding_place *place,
			  struct arena *mem)
{
	struct out o = {0};

	if (place->nowhere)
		out_puts(&o, "modelbook: ");
	else
		write_place(place, &o);
	out_printf(&o, "%s: %s [%s]", severity_name(finding->severity),
		   finding_message(finding, mem), rule_info(finding->rule)->id);
	return take(&o, mem);
}

const char *findings_visible(const char *text, struct arena *mem)
{
	struct out o = {0};

	text_write_visible(&o, text, strlen(text));
	return take(&o, mem);
}

/* The length of the character at p where it may stand in any format; 0 where its first byte is to
 * be replaced. */
static size_t clean_length(const char *p, size_t n, bool keep_space)
{
	unsigned char c = (unsigned char)*p;
	size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4, bad;

	if (c == '\t' || c == '\n' || c == '\r')
		return keep_space;
	if (c < 0x20 || c == 0x7F || length > n || !text_is_utf8(p, length, &bad))
		return 0;
	if (c == 0xC2 && (unsigned char)p[1] < 0xA0) /* C1 */
		return 0;
	return !strncmp(p, "\xEF\xBF\xBE", 3) || !strncmp(p, "\xEF\xBF\xBF", 3) ? 0 : length;
}

/* How many bytes U+FFFD stands for: one, or all of U+FFFE, U+FFFF or a C1 control. */
static size_t replaced_length(const char *p, size_t n)
{
	size_t length = (unsigned char)*p == 0xC2 ? 2 : (unsigned char)*p == 0xEF ? 3 : 1, bad;

	return length <= n && text_is_utf8(p, length, &bad) ? length : 1;
}

const char *findings_clean(const char *text, bool keep_space, struct arena *mem)
{
	size_t n = strlen(text);
	struct out o = {0};

	for (size_t i = 0; i < n;) {
		size_t length = clean_length(text + i, n - i, keep_space);
		if (length)
			out_write(&o, text + i, length);
		else
			out_puts(&o, "\xEF\xBF\xBD");
		i += length ? length : replaced_length(text + i, n - i);
	}
	return take(&o, mem);
}

void findings_json_text(struct out *to, const char *key, const char *text)
{
	out_printf(to, "\"%s\": ", key);
	text_write_json_string(to, text);
}

void findings_xml_text(struct out *to, const char *text, struct arena *mem)
{
	static const struct {
		char c;
		const char *as;
	} references[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"}, {'"', "&quot;"},
			  {'\n', "&#10;"}, {'\r', "&#13;"}, {'\t', "&#9;"}};

	for (const char *p = findings_clean(text, true, mem); *p; p++) {
		const char *as = NULL;
		for (size_t i = 0; i < sizeof references / sizeof *references && !as; i++)
			as = references[i].c == *p ? references[i].as : NULL;
		if (as)
			out_puts(to, as);
		else
			out_putc(to, *p);
	}
}

enum { RANKS = 6 };

static size_t rank_of(const struct finding *finding)
{
	if (finding->standing != STANDING_OPEN)
		return finding->standing == STANDING_KNOWN ? RANKS - 2 : RANKS - 1;
	if (finding->severity == SEVERITY_ERROR)
		return rule_info(finding->rule)->class == FAULT ? 0 : 1;
	return finding->severity == SEVERITY_WARNING ? 2 : 3;
}

size_t findings_choose(const struct diag_sink *findings, bool (*wanted)(const struct finding *),
		       size_t most, bool *chosen)
{
	size_t n = 0;

	for (size_t rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < findings->n; i++) {
			const struct finding *finding = &findings->items[i];
			if (rank_of(finding) != rank || !wanted(finding))
				continue;
			if (n++ < most)
				chosen[i] = true;
		}
	return n;
}

static void write_count(struct out *o, size_t n, const char *what)
{
	out_printf(o, "%s%zu %s%s", o->n ? ", " : "", n, what, n == 1 ? "" : "s");
}

const char *findings_counts(const struct findings_report *report, struct arena *mem)
{
	struct diag_counts counts = diag_count(report->findings);
	struct out o = {0};

	write_count(&o, counts.errors, "error");
	write_count(&o, counts.warnings, "warning");
	write_count(&o, counts.notes, "note");
	if (counts.allowed)
		out_printf(&o, ", %zu allowed", counts.allowed);
	if (counts.known)
		out_printf(&o, ", %zu known", counts.known);
	return take(&o, mem);
}
