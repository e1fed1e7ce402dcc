/* read/document.h - a Markdown file with its front matter */
#ifndef READ_DOCUMENT_H
#define READ_DOCUMENT_H
#include "read/data.h"
#include "read/markdown.h"

struct document_text {
	struct source *source;
	const struct data_node *front_matter; /* a map; NULL where there is none */
	struct span front_matter_at;          /* its block; line 1 where there is none */
	uint32_t body_start;
	struct md_tree body;
	bool faulty;     /* doc/front-matter or doc/unsafe was found */
	bool unreadable; /* it may not be given to the Markdown reader */
};

/* Reads the front matter of a source: `---` YAML on the first line (a BOM, blank lines or an HTML
 * comment before it are understood, with a note where the file's own hosts would not), closed by
 * `---` or `...`. `+++` (TOML) and an unclosed block are doc/front-matter. */
void document_split(struct arena *mem, struct source *source, struct document_text *doc,
		    struct diag_sink *diags);
/* document_split() over n sources. A source that is not UTF-8 or holds NUL is doc/unsafe with its
 * line. The bodies are empty until they are parsed. */
void document_split_all(struct arena *mem, struct source *const *sources, size_t n, size_t jobs,
			struct document_text *docs, struct diag_sink *diags);
/* md_parse_gists() over the bodies of n split documents; the id of an input is its place among
 * them. gist[i] is its key; `gist` and `gists` may be NULL. */
void document_parse_all(struct arena *mem, struct store *store, struct document_text *const *docs,
			size_t n, size_t jobs, const struct md_gists *gists,
			const char *const *gist, struct diag_sink *diags);
#endif
