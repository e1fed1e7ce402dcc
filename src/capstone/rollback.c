/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/rollback.c - a version taken back, and the line of rollbacks.csv that says so */
#include "base/csv_write.h"
#include "base/date.h"
#include "base/file.h"
#include "base/number.h"
#include "capstone/deployment.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void figure_cell(struct csv_writer *w, const struct take_back *reason, double value)
{
	char text[NUMBER_TEXT_MAX];

	csv_puts(w, reason->figure ? number_significant(text, value, 6) : NULL);
}

static void write_line(const struct take_back *reason, const char *role, const char *from,
		       const char *to, bool header, struct out *out)
{
	static const char columns[] =
	    "time,by,role,version,answered_by,figure,value,limit,requests,why\r\n";
	struct csv_writer w = {.to = out};
	char moment[DATE_TEXT];

	if (header)
		out_puts(out, columns);
	csv_puts(&w, date_format_moment(moment, reason->moment));
	csv_puts(&w, reason->by);
	csv_puts(&w, role);
	csv_puts(&w, from);
	csv_puts(&w, to);
	csv_puts(&w, reason->figure);
	figure_cell(&w, reason, reason->value);
	figure_cell(&w, reason, reason->limit);
	if (reason->figure)
		csv_write_number(&w, (double)reason->requests);
	else
		csv_puts(&w, NULL);
	csv_puts(&w, reason->why);
	csv_end_row(&w);
}

/* Adds the line; a file that a crash cut off gets a new line first. */
static bool add_line(const char *dir, const struct take_back *reason, const char *role,
		     const char *from, const char *to)
{
	int root = file_open_root(dir);
	int fd = root < 0 ? -1
			  : openat(root, "rollbacks.csv",
				   O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	struct out out = {0};
	struct stat info;
	char last = '\n';
	bool done = fd >= 0 && !fstat(fd, &info);

	if (done && info.st_size && pread(fd, &last, 1, info.st_size - 1) != 1)
		done = false;
	if (last != '\n')
		out_puts(&out, "\r\n");
	if (done) {
		write_line(reason, role, from, to, !info.st_size, &out);
		done = file_write_all(fd, out_text(&out), out.n) == ST_OK && !fsync(fd);
	}
	if (fd >= 0)
		close(fd);
	if (root >= 0)
		close(root);
	out_release(&out);
	return done;
}

/* Changes the roles; the role that was lost, NULL where there is nothing to take back. */
static const char *change_roles(struct deployment *d, const struct take_back *reason,
				const char **from, const char **to)
{
	bool canary = d->canary && (!reason->version || same_version(d->canary, reason->version));
	bool production = d->production && d->previous &&
			  (!reason->version || same_version(d->production, reason->version));

	if (canary) {
		*from = d->canary;
		*to = d->production;
		d->canary = NULL;
		d->canary_percent = 0;
	} else if (production) {
		*from = d->production;
		*to = d->previous;
		d->production = d->previous;
		d->previous = NULL;
		if (same_version(d->shadow, d->production))
			d->shadow = NULL;
		if (same_version(d->canary, d->production)) {
			d->canary = NULL;
			d->canary_percent = 0;
		}
	} else {
		return NULL;
	}
	if (reason->keep_as_shadow)
		d->shadow = *from;
	return canary ? "canary" : "production";
}

enum took_back deployment_take_back(const char *dir, const struct take_back *reason,
				    struct diag_sink *diags)
{
	enum took_back result = COULD_NOT_TAKE_BACK;
	int lock = deployment_lock(dir, diags);
	const struct deployment *before = lock < 0 ? NULL : deployment_load(diags->mem, dir, diags);
	const char *role, *from = NULL, *to = NULL;
	struct deployment after;

	if (!before)
		goto done;
	after = *before;
	role = change_roles(&after, reason, &from, &to);
	if (!role) {
		result = NOTHING_TO_TAKE_BACK;
		if (!strcmp(reason->by, "command"))
			diag_add(diags, RULE_DATA_UNKNOWN_REFERENCE, (struct span){0},
				 "'%s' names neither a canary nor a previous version", dir);
		goto done;
	}
	if (!deployment_replace(dir, &after, diags))
		goto done;
	result = TOOK_BACK;
	if (!add_line(dir, reason, role, from, to))
		diag_add(diags, RULE_IO_WRITE, (struct span){0},
			 "'%s/rollbacks.csv': %s; %s is taken back all the same", dir,
			 strerror(errno), from);
done:
	if (lock >= 0)
		close(lock);
	return result;
}
