/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/html_clean_list.c - the allow-list: elements, attributes, addresses */
#include "read/html_clean_internal.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- elements, sorted by name ---- */

enum { PH = TAG_PHRASING, VO = TAG_VOID, EP = TAG_ENDS_P };

static const struct html_tag tags[] = {
    {"a", "a", PH, NULL},
    {"abbr", "abbr", PH, NULL},
    {"address", "div", EP, NULL},
    {"article", "div", EP, NULL},
    {"aside", "div", EP, NULL},
    {"b", "b", PH, NULL},
    {"bdi", "bdi", PH, NULL},
    {"bdo", "bdo", PH, NULL},
    {"big", "span", PH, NULL},
    {"blockquote", "blockquote", EP, NULL},
    {"br", "br", PH | VO, NULL},
    {"caption", "caption", 0, " table "},
    {"center", "div", EP, NULL},
    {"cite", "cite", PH, NULL},
    {"code", "code", PH, NULL},
    {"col", "", TAG_DROP, NULL},
    {"colgroup", "", TAG_DROP, NULL},
    {"dd", "dd", EP, " dl "},
    {"del", "del", PH, NULL},
    {"details", "details", EP, NULL},
    {"dfn", "dfn", PH, NULL},
    {"div", "div", EP, NULL},
    {"dl", "dl", EP, NULL},
    {"dt", "dt", EP, " dl "},
    {"em", "em", PH, NULL},
    {"figcaption", "figcaption", EP, " figure "},
    {"figure", "figure", EP, NULL},
    {"font", "span", PH, NULL},
    {"footer", "div", EP, NULL},
    {"h1", "h2", EP, NULL},
    {"h2", "h2", EP, NULL},
    {"h3", "h3", EP, NULL},
    {"h4", "h4", EP, NULL},
    {"h5", "h5", EP, NULL},
    {"h6", "h6", EP, NULL},
    {"header", "div", EP, NULL},
    {"hgroup", "div", EP, NULL},
    {"hr", "hr", VO | EP, NULL},
    {"i", "i", PH, NULL},
    {"img", "img", PH | VO, NULL},
    {"ins", "ins", PH, NULL},
    {"kbd", "kbd", PH, NULL},
    {"li", "li", 0, " ul ol "},
    {"main", "div", EP, NULL},
    {"mark", "mark", PH, NULL},
    {"nav", "div", EP, NULL},
    {"nobr", "span", PH, NULL},
    {"ol", "ol", EP, NULL},
    {"p", "p", EP, NULL},
    {"picture", "", PH | TAG_UNWRAP, NULL},
    {"pre", "pre", EP, NULL},
    {"q", "q", PH, NULL},
    {"rp", "rp", PH, " ruby "},
    {"rt", "rt", PH, " ruby "},
    {"ruby", "ruby", PH, NULL},
    {"s", "s", PH, NULL},
    {"samp", "samp", PH, NULL},
    {"section", "div", EP, NULL},
    {"small", "small", PH, NULL},
    {"source", "", PH | VO | TAG_DROP, NULL},
    {"span", "span", PH, NULL},
    {"strike", "s", PH, NULL},
    {"strong", "strong", PH, NULL},
    {"sub", "sub", PH, NULL},
    {"summary", "summary", EP, " details "},
    {"sup", "sup", PH, NULL},
    {"table", "table", EP, NULL},
    {"tbody", "tbody", 0, " table "},
    {"td", "td", 0, " tr "},
    {"tfoot", "tfoot", 0, " table "},
    {"th", "th", 0, " tr "},
    {"thead", "thead", 0, " table "},
    {"time", "time", PH, NULL},
    {"tr", "tr", 0, " tbody thead tfoot "},
    {"tt", "code", PH, NULL},
    {"u", "u", PH, NULL},
    {"ul", "ul", EP, NULL},
    {"var", "var", PH, NULL},
    {"wbr", "wbr", PH | VO, NULL},
};

struct name {
	const char *p;
	size_t n;
};

static int compare_name(const void *key, const void *entry)
{
	const struct name *name = key;
	const struct html_tag *tag = entry;
	int order = strncasecmp(name->p, tag->name, name->n);

	return order != 0 ? order : -(int)(strlen(tag->name) > name->n);
}

const struct html_tag *html_tag_find(const char *name, size_t n)
{
	struct name key = {name, n};

	if (n == 0)
		return NULL;
	return bsearch(&key, tags, sizeof tags / sizeof *tags, sizeof *tags, compare_name);
}

/* ---- attributes ---- */

enum value_kind {
	VALUE_TEXT,
	VALUE_ID,
	VALUE_LINK,
	VALUE_NUMBER, /* up to 9999 */
	VALUE_FLAG,
	VALUE_DIR,
	VALUE_LIST_TYPE,
	VALUE_ALIGN,
	VALUE_ALIGN_CLASS, /* what VALUE_ALIGN is written as */
	VALUE_LANG
};

static const struct {
	const char *tags; /* as written, " td th "; NULL: all */
	const char *name, *write;
	enum value_kind kind;
} attributes[] = {
    {NULL, "id", "id", VALUE_ID},
    {" a ", "name", "id", VALUE_ID},
    {" a ", "href", "href", VALUE_LINK},
    {NULL, "title", "title", VALUE_TEXT},
    {NULL, "lang", "lang", VALUE_LANG},
    {NULL, "dir", "dir", VALUE_DIR},
    {" div p h2 h3 h4 h5 h6 td th tr table caption ", "align", "class", VALUE_ALIGN},
    {" div p h2 h3 h4 h5 h6 td th tr table caption ", "class", "class", VALUE_ALIGN_CLASS},
    {" td th ", "colspan", "colspan", VALUE_NUMBER},
    {" td th ", "rowspan", "rowspan", VALUE_NUMBER},
    {" ol ", "start", "start", VALUE_NUMBER},
    {" ol ", "type", "type", VALUE_LIST_TYPE},
    {" ol ", "reversed", "reversed", VALUE_FLAG},
    {" li ", "value", "value", VALUE_NUMBER},
    {" details ", "open", "open", VALUE_FLAG},
    {" time ", "datetime", "datetime", VALUE_TEXT},
    {" img ", "width", "width", VALUE_NUMBER},
    {" img ", "height", "height", VALUE_NUMBER},
};

/* True where `word` stands in a list like " td th ". */
static bool is_listed(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
		if (at > list && at[-1] == ' ' && at[n] == ' ')
			return true;
	return false;
}

static bool is_number(const char *value)
{
	size_t n = strspn(value, "0123456789");

	return n > 0 && n <= 4 && (value[n] == '\0' || strcmp(value + n, "px") == 0);
}

static bool is_language(const char *value)
{
	size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return n >= 2 && n <= 35 && value[n] == '\0';
}

static bool is_one_of(const char *value, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(value, *words) == 0)
			return true;
	return false;
}

static bool is_id(const char *value)
{
	if (value[0] == '\0' || strncasecmp(value, "Mb-", 3) == 0)
		return false;
	for (; *value; value++)
		if ((unsigned char)*value <= ' ' || *value == 127)
			return false;
	return true;
}

static void write_attribute(struct out *to, const char *name, const char *value, size_t n)
{
	out_putc(to, ' ');
	out_puts(to, name);
	out_puts(to, "=\"");
	html_escape(to, value, n);
	out_putc(to, '"');
}

static void write_link(struct out *to, const char *name, const char *url)
{
	out_putc(to, ' ');
	out_puts(to, name);
	out_puts(to, "=\"");
	html_escape_address(to, url);
	out_putc(to, '"');
}

/* The address to write, NULL for none. */
static const char *resolve(const struct html_policy *policy, const char *url, bool is_image)
{
	if (!url_is_safe(url, is_image))
		return NULL;
	if (policy && policy->address)
		url = policy->address(policy->ctx, url, is_image);
	return url && url_is_safe(url, is_image) ? url : NULL;
}

static bool take_id(const struct html_policy *policy, const char *id)
{
	return is_id(id) && (!policy || !policy->take_id || policy->take_id(policy->ctx, id));
}

static void write_value(enum value_kind kind, const char *name, const char *value,
			const struct html_policy *policy, struct out *to)
{
	static const char *const directions[] = {"ltr", "rtl", "auto", NULL};
	static const char *const list_types[] = {"1", "a", "i", NULL};
	static const char *const aligns[] = {"left", "center", "right", NULL};
	const char *url;

	switch (kind) {
	case VALUE_TEXT:
		write_attribute(to, name, value, strlen(value));
		break;
	case VALUE_ID:
		if (take_id(policy, value))
			write_attribute(to, name, value, strlen(value));
		break;
	case VALUE_LINK:
		url = resolve(policy, value, false);
		if (url)
			write_link(to, name, url);
		break;
	case VALUE_NUMBER:
		if (is_number(value))
			write_attribute(to, name, value, strspn(value, "0123456789"));
		break;
	case VALUE_FLAG:
		out_putc(to, ' ');
		out_puts(to, name);
		break;
	case VALUE_DIR:
		if (is_one_of(value, directions))
			write_attribute(to, name, value, strlen(value));
		break;
	case VALUE_LIST_TYPE:
		if (is_one_of(value, list_types))
			write_attribute(to, name, value, 1);
		break;
	case VALUE_LANG:
		if (is_language(value))
			write_attribute(to, name, value, strlen(value));
		break;
	case VALUE_ALIGN:
		for (size_t i = 0; aligns[i]; i++)
			if (strcasecmp(value, aligns[i]) == 0)
				out_printf(to, " class=\"align-%s\"", aligns[i]);
		break;
	case VALUE_ALIGN_CLASS:
		for (size_t i = 0; aligns[i]; i++)
			if (strncmp(value, "align-", 6) == 0 && strcmp(value + 6, aligns[i]) == 0)
				write_attribute(to, name, value, strlen(value));
		break;
	}
}

void html_write_attributes(const GumboVector *from, const struct html_tag *tag,
			   const struct html_policy *policy, struct out *to)
{
	bool is_center = strcmp(tag->name, "center") == 0;
	bool has_class = is_center, has_id = false;

	if (is_center)
		out_puts(to, " class=\"align-center\"");
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		enum value_kind kind = attributes[i].kind;
		bool is_class = kind == VALUE_ALIGN || kind == VALUE_ALIGN_CLASS;
		const char *value = html_attribute(from, attributes[i].name);
		if (!value || (attributes[i].tags && !is_listed(attributes[i].tags, tag->write)) ||
		    (kind == VALUE_ID && has_id) || (is_class && has_class))
			continue;
		size_t before = to->n;
		write_value(kind, attributes[i].write, value, policy, to);
		has_id |= kind == VALUE_ID && to->n > before;
		has_class |= is_class && to->n > before;
	}
	if (strcmp(tag->write, "bdo") == 0 && !html_attribute(from, "dir"))
		out_puts(to, " dir=\"auto\"");
}

/* What stands for a picture without alternative text: the last part of its address. */
static void write_picture_name(const char *url, struct out *to)
{
	size_t n = strcspn(url, "?#");
	size_t start = n;

	while (start > 0 && url[start - 1] != '/')
		start--;
	if (start < n)
		html_escape(to, url + start, n - start);
	else
		out_puts(to, "picture");
}

void html_write_image(const GumboVector *from, const struct html_policy *policy, bool in_link,
		      struct out *to)
{
	static const struct html_tag img = {"img", "img", PH | VO, NULL};
	const char *source = html_attribute(from, "src"), *alt = html_attribute(from, "alt");
	const char *url = source ? resolve(policy, source, true) : NULL;

	if (url) {
		out_puts(to, "<img");
		write_link(to, "src", url);
		write_attribute(to, "alt", alt ? alt : "", alt ? strlen(alt) : 0);
		html_write_attributes(from, &img, policy, to);
		out_putc(to, '>');
		return;
	}
	url = source && !in_link ? resolve(policy, source, false) : NULL;
	if (url) {
		out_puts(to, "<a");
		write_link(to, "href", url);
		out_putc(to, '>');
	}
	if (alt && *alt)
		html_escape(to, alt, strlen(alt));
	else if (source)
		write_picture_name(source, to);
	if (url)
		out_puts(to, "</a>");
}

/* ---- text and addresses ---- */

/* Bytes of the character at p where HTML allows it nowhere (controls, noncharacters), else 0. */
static size_t forbidden_length(const unsigned char *p, size_t n)
{
	if ((p[0] < ' ' && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') || p[0] == 127)
		return 1;
	if (n >= 2 && p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	if (n >= 3 && p[0] == 0xef &&
	    ((p[1] == 0xb7 && p[2] >= 0x90 && p[2] <= 0xaf) || (p[1] == 0xbf && p[2] >= 0xbe)))
		return 3;
	if (n >= 4 && p[0] >= 0xf0 && (p[1] & 0x0f) == 0x0f && p[2] == 0xbf && p[3] >= 0xbe)
		return 4;
	return 0;
}

void html_escape(struct out *to, const char *p, size_t n)
{
	static const char *const entities[128] = {
	    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
	size_t done = 0, taken;

	for (size_t i = 0; i < n; i += taken) {
		unsigned char c = (unsigned char)p[i];
		const char *instead = c < 128 ? entities[c] : NULL;
		taken = 1;
		if (c == '\r') { /* readers take it for a line feed */
			instead = i + 1 < n && p[i + 1] == '\n' ? "" : "\n";
		} else if (!instead) {
			size_t forbidden = forbidden_length((const unsigned char *)p + i, n - i);
			if (forbidden == 0)
				continue;
			taken = forbidden;
			instead = "\xef\xbf\xbd";
		}
		out_write(to, p + done, i - done);
		out_puts(to, instead);
		done = i + taken;
	}
	out_write(to, p + done, n - done);
}

void html_escape_address(struct out *to, const char *url)
{
	for (const char *p = url; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c <= ' ' || c == 127 || strchr("\"<>\\^`{|}", c))
			out_printf(to, "%%%02X", c);
		else if (c < 128)
			html_escape(to, p, 1);
		else
			out_putc(to, *p);
	}
}

bool url_is_safe(const char *url, bool is_image)
{
	static const char *const schemes[] = {"http", "https", "mailto"};
	size_t n;

	while (*url == ' ')
		url++;
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return false; /* readers drop some of these inside of a scheme */
	if ((url[0] == '/' || url[0] == '\\') && (url[1] == '/' || url[1] == '\\'))
		return false; /* another host, by the scheme of the page */
	n = strcspn(url, ":/?#");
	if (url[n] != ':')
		return true;
	if (is_image)
		return false;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strlen(schemes[i]) == n && strncasecmp(url, schemes[i], n) == 0)
			return true;
	return false;
}
