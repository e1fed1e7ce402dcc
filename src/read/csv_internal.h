/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_internal.h - what the parts of the CSV reader share
 *
 *   csv_input.c   bytes in blocks: a text, a file, a stream
 *   csv_index.c   where delimiters, line feeds, quotes and NULs stand in a piece of text
 *   csv_scan.c    rows and fields over that index
 *   csv_column.c  cells to numbers, and to codes of the categories of a block
 *   csv_block.c   the whole rows of a block: columns, counts, what is wrong
 *   csv_store.c   the columns of the file, in memory or in a temporary file
 *   csv_header.c  the first record, the delimiter, the columns asked for
 *   csv_problem.c findings, with excerpts of logs whose text is not kept
 *   csv_join.c    blocks in order: verified, done again where the guess was wrong, put together
 *   csv.c         threads, and passes over the file */
#ifndef READ_CSV_INTERNAL_H
#define READ_CSV_INTERNAL_H
#include "base/map.h"
#include "read/csv.h"
#include <pthread.h>

enum {
	CSV_FIELD_MAX = 1 << 20, /* bytes */
	CSV_ROW_MAX = 64 << 20,  /* bytes before a field of the row begins */
	CSV_MOST_FINDINGS = 20,
	CSV_HEAD = 64 << 10, /* bytes in which the delimiter is looked for */
	CSV_PIECE = 32 << 10 /* bytes that are indexed at a time */
};

/* -- csv_index.c: the bytes that mean something ---------------------------------------------------
 */

struct csv_index {
	const char *text;
	size_t n;    /* bytes of text */
	size_t done; /* bytes indexed */
	char delimiter;
	uint32_t *at;                 /* room for CSV_PIECE + 64 places, ascending */
	size_t n_at, next;            /* how many there are, and how many are used */
	size_t high_first, high_last; /* bytes over 127 are in here, if anywhere from `keep` on */
};

/* Indexes the next piece; false at the end of the text. Bytes over 127 before `keep` may be
 * forgotten. */
bool csv_index_more(struct csv_index *index, size_t keep);

/* -- csv_scan.c -----------------------------------------------------------------------------------
 */

/* One cell as it stands in the text, without its outer quotes. */
struct csv_cell {
	uint32_t at, len;
	bool doubled; /* quotes inside are written twice */
};

enum csv_fault {
	CSV_FINE,
	CSV_NUL,
	CSV_NOT_UTF8,
	CSV_BEHIND_QUOTE,   /* text between a closing quote and the next delimiter */
	CSV_FIELD_TOO_LONG, /* these three: nothing behind it is read */
	CSV_ROW_TOO_LONG,
	CSV_OPEN_QUOTE
};

struct csv_scanner {
	struct csv_index index;
	size_t at;               /* where the next row begins */
	uint64_t line;           /* line feeds passed so far */
	bool at_end;             /* nothing follows the text; else its last row may go on */
	bool one_column;         /* empty lines are rows */
	const int32_t *slot_of;  /* column to slot, -1 for columns that are not wanted */
	size_t n_columns;        /* length of slot_of */
	struct csv_cell *slots;  /* the cells that are wanted of the last row */
	const size_t *column_of; /* slot to column */
	size_t n_slots;
	struct arena *mem; /* where not NULL: all cells of the last row are kept in it */
	LIST_OF(struct csv_cell);
};

struct csv_row {
	size_t fields;
	uint64_t line;     /* line feeds before it */
	size_t start, end; /* without the line feed */
	enum csv_fault fault;
	size_t fault_at;
};

/* A scanner of text[at..n); `places` has room for CSV_PIECE + 64. */
void csv_scanner_start(struct csv_scanner *s, const char *text, size_t at, size_t n, char delimiter,
		       uint32_t *places);
/* The next row that is not an empty line (empty lines are rows in files of one column). False at
 * the end, or where the row is not whole: then s->at and s->line are where it begins. */
bool csv_scan_row(struct csv_scanner *s, struct csv_row *row);
static inline bool csv_is_fatal(enum csv_fault fault)
{
	return fault >= CSV_FIELD_TOO_LONG;
}
/* The cell's text: itself, or its quotes made single in `mem`. */
const char *csv_cell_text(struct arena *mem, const char *text, const struct csv_cell *cell,
			  size_t *len);

/* -- csv_column.c: the columns of a block -----------------------------------------------------*/

struct csv_category {
	const char *text; /* in the block's text or its arena */
	uint32_t len;
	uint64_t hash;
};

struct csv_shortcut;

/* Texts to codes, in order of first appearance. */
struct csv_dictionary {
	struct csv_category *items;
	size_t n, cap;
	uint32_t *table; /* code + 1; 0: free */
	size_t n_table;
	struct csv_shortcut *shortcuts; /* of texts of up to 8 bytes */
};

/* What a wanted column is taken as in this pass. */
enum csv_mode { MODE_NUMBER, MODE_GUESS, MODE_TIME, MODE_TEXT };

/* A wanted column in one block. */
struct csv_part {
	double *numbers;
	uint32_t *codes;
	uint32_t *global; /* block's code to the file's */
	size_t cap, global_cap;
	struct csv_dictionary known;
	struct csv_cells empty, malformed; /* lines: line feeds before the row */
	bool turned;                       /* MODE_GUESS: a cell that is text */
};

/* The n bytes of a cell as a number in `mode`; NAN where empty. False where it is none. */
bool csv_cell_number(enum csv_mode mode, const char *p, size_t n, double *value);
/* Whether a cell that is no number was meant as one. */
bool csv_meant_number(const char *p, size_t n);
void csv_dictionary_clear(struct csv_dictionary *d);
void csv_dictionary_release(struct csv_dictionary *d);
/* The code of text[cell]; `n` bytes of text can be read. */
uint32_t csv_dictionary_code(struct csv_dictionary *d, struct arena *mem, const char *text,
			     size_t n, const struct csv_cell *cell);
void csv_cells_add(struct csv_cells *cells, uint64_t line);
/* Adds the cells of a later part, whose lines are counted from `line`. */
void csv_cells_join(struct csv_cells *cells, const struct csv_cells *later, uint64_t line);

/* -- csv_block.c ----------------------------------------------------------------------------------
 */

/* Something wrong in a block; becomes a finding when the block has its place. */
struct csv_problem {
	enum csv_fault fault; /* else CSV_FINE: the number of fields, or a malformed cell */
	size_t column;        /* asked for, of a malformed cell; SIZE_MAX: the number of fields */
	size_t fields;
	uint64_t line; /* line feeds before `start` */
	size_t start, end;
};

/* A row that does not follow on the next line after the row before it. */
struct csv_jump {
	uint32_t row, line; /* in the block, 0-based */
};

/* How the whole file is read; constant in a pass. */
struct csv_form {
	const struct csv_request *request;
	char delimiter;
	size_t n_header;
	int32_t *slot_of;
	size_t *column_of;
	size_t n_slots;
	size_t *slots;       /* of each column asked for */
	enum csv_mode *mode; /* of each column asked for */
};

struct csv_block {
	size_t number;
	const char *text;
	size_t n;
	uint64_t base; /* offset of text[0] in the file */
	char *buffer;  /* where the text had to be read */
	size_t cap;    /* of buffer */
	uint32_t *places;
	struct csv_cell *slots;
	struct arena scratch; /* texts of categories with doubled quotes */
	size_t start;         /* where its first row begins, for all that is known */
	/* made by csv_block_parse() */
	size_t tail; /* where the row begins that is not whole */
	bool fatal;
	size_t rows, bad_rows;
	uint64_t lines; /* line feeds from `start` to `tail` */
	struct csv_part *parts;
	struct csv_problem problems[CSV_MOST_FINDINGS + 1];
	size_t n_problems;
	struct csv_jump *jumps;
	size_t n_jumps, cap_jumps;
	/* given by its place */
	size_t first_row;
	int error;  /* errno of reading it */
	bool ready; /* parsed, waits for its turn */
	bool last;  /* nothing follows */
};

void csv_block_init(struct csv_block *b, const struct csv_form *form);
void csv_block_release(struct csv_block *b, const struct csv_form *form);
/* Room for n bytes in the buffer. */
void csv_block_room(struct csv_block *b, size_t n);
/* Takes the whole rows of text[start..n). */
void csv_block_parse(struct csv_block *b, const struct csv_form *form, bool at_end);

/* -- csv_input.c ----------------------------------------------------------------------------------
 */

struct csv_input {
	const char *text; /* where it is one, else NULL */
	int fd;
	bool opened; /* fd is ours */
	bool stream;
	bool ended;     /* of a stream */
	int spool;      /* unlinked copy of a stream; -1 */
	uint64_t kept;  /* bytes that the copy leaves free */
	uint64_t from;  /* offset of a file's first byte in fd */
	uint64_t size;  /* of a text or file */
	uint64_t taken; /* bytes that were read of a stream */
};

/* 0, or errno. */
int csv_input_open(struct csv_input *in, const struct csv_request *request);
void csv_input_close(struct csv_input *in);
/* Reads up to n bytes from `at`: the next ones of a stream. Fewer only at the end; -1 and errno. */
ssize_t csv_input_read(struct csv_input *in, char *to, size_t n, uint64_t at);
/* Has the bytes of a stream copied into a temporary file from here on. 0, or errno. */
int csv_input_spool(struct csv_input *in);
/* Copies bytes that were read of a stream. 0, or an error of base/temporary.h. */
int csv_input_copy(const struct csv_input *in, const char *from, size_t n, uint64_t at);
/* Makes the copy, which is whole, the input. */
void csv_input_rewind(struct csv_input *in);

/* -- csv_store.c ----------------------------------------------------------------------------------
 */

struct csv_stored {
	void *p;
	uint8_t width;    /* bytes of an element: 8 of numbers; 1, 2 or 4 of codes */
	size_t mapped;    /* bytes */
	int fd;           /* -1: memory */
	struct map known; /* category to code + 1 */
};

/* The columns of the file. Rows are placed by threads under the lock for reading; growing, widening
 * and moving take it for writing. */
struct csv_store {
	struct csv_stored *columns;
	size_t n, cap_rows, memory;
	bool spilled;
	uint64_t kept;      /* bytes that the columns' files leave free */
	const char *failed; /* what could not be done with the temporary file; NULL */
	int error;          /* of base/temporary.h */
	pthread_rwlock_t lock;
};

void csv_store_init(struct csv_store *store, struct arena *mem, const struct csv_form *form);
void csv_store_release(struct csv_store *store);
/* Room for `rows` rows, at least; takes `expected` where that is more. False where it fails. */
bool csv_store_room(struct csv_store *store, size_t rows, size_t expected);
/* Room for codes under `n` in a column that has `rows` rows. */
bool csv_store_widen(struct csv_store *store, size_t column, size_t n, size_t rows);
/* Copies the rows of a block to their place. */
void csv_store_place(struct csv_store *store, const struct csv_form *form, struct csv_block *b);
/* Gives the columns to the request's; they live in `mem`. */
bool csv_store_finish(struct csv_store *store, struct arena *mem, const struct csv_form *form,
		      size_t rows);

/* -- csv_problem.c --------------------------------------------------------------------------------
 */

/* Findings about the log, in order; of a log without text they get their place at the end. */
struct csv_places {
	struct arena *mem;
	struct {
		LIST_OF(struct csv_excerpt);
	} excerpts; /* one for each finding */
};

struct csv_excerpt {
	uint32_t line, before; /* line number, bytes left out before the text */
	const char *text;
	uint32_t len;
	uint32_t start, end; /* in text */
};

/* Adds the finding of a problem of the block. */
void csv_problem_add(struct diag_sink *to, struct csv_places *places, const struct csv_form *form,
		     const struct csv_block *b, const struct csv_problem *problem, uint64_t line);
/* Makes the excerpt that the findings point into. */
void csv_places_finish(struct csv_places *places, const struct csv_request *request,
		       struct diag_sink *findings);

/* -- csv_header.c ---------------------------------------------------------------------------------
 */

/* The delimiter of csv_read(), from the first bytes; `at_end`: these are all. */
char csv_find_delimiter(const char *text, size_t n, bool at_end, uint32_t *places);
/* Names of all columns, from the first record. */
void csv_header_names(struct arena *mem, const struct csv_scanner *s, const char *text,
		      bool no_header, struct csv_table *table);
/* Finds the columns that are asked for; false where one is not there, which is told. */
bool csv_header_find(struct arena *mem, struct csv_form *form, struct csv_request *request,
		     const struct csv_table *table, uint64_t line, struct diag_sink *diags);

/* -- csv_join.c -----------------------------------------------------------------------------------
 */

struct csv_lines {
	struct csv_stretch {
		size_t row;    /* first row */
		uint64_t line; /* 1-based */
		size_t jump;   /* index of its first jump */
	} * items; /* stretches of rows; each row is on the line after the row before, but
		      for the jumps */
	size_t n, cap;
	struct csv_jump *jumps;
	size_t n_jumps, cap_jumps;
};

struct csv_join {
	struct arena *mem;
	struct csv_form *form;
	struct csv_store store;
	struct csv_lines *lines;
	struct csv_block
	    bridge;     /* the bytes of a row that begins in one block and ends in another */
	size_t carried; /* bytes in its buffer */
	size_t tried;   /* of these, seen to hold no whole row */
	uint64_t line;  /* line feeds before what comes next */
	size_t rows, bad_rows;
	size_t named_rows; /* bad ones that stand in `problems` */
	uint64_t named_line;
	uint64_t size; /* of the input, 0: unknown */
	bool ended;    /* nothing more is read */
	bool fatal;    /* because of what was found */
	bool *turned;  /* of each column asked for */
	bool discard;  /* some column turned: the rows are not kept */
	struct csv_cells *empty, *malformed;
	struct diag_sink problems;
	struct csv_places places;
};

void csv_join_init(struct csv_join *j, struct arena *mem, struct csv_form *form,
		   struct arena *findings);
void csv_join_release(struct csv_join *j);
/* The bytes before the first block, behind the header. */
void csv_join_begin(struct csv_join *j, const char *text, size_t n, uint64_t base);
/* The next block in order: verifies where it begins, merges categories, gives it its rows. True
 * where the rows are to be placed (csv_store_place), by any thread. */
bool csv_join_take(struct csv_join *j, struct csv_block *b);
/* What is left is all there is. */
void csv_join_end(struct csv_join *j);
#endif
