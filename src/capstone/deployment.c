/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/deployment.c - deployment.yaml as a tree of values, and as text */
#include "capstone/deployment.h"
#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "base/text.h"
#include "read/yaml.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "deployment.yaml"
enum { FILE_MAX = 64 << 10 };

/* As the file has them; production is the first. */
static const struct {
	const char *name;
	size_t at;
} roles[] = {{"production", offsetof(struct deployment, production)},
	     {"previous", offsetof(struct deployment, previous)},
	     {"canary", offsetof(struct deployment, canary)},
	     {"shadow", offsetof(struct deployment, shadow)}};
enum { ROLES = sizeof roles / sizeof *roles };

/* NULL where nobody has the role. */
static const char *holder(const struct deployment *d, size_t role)
{
	return *(const char *const *)((const char *)d + roles[role].at);
}

bool version_is_valid(const char *version)
{
	size_t n = strlen(version);

	if (!n || n > VERSION_MAX || !isalnum((unsigned char)version[0]) ||
	    !strcmp(version, "rule"))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)version[i] > 127 ||
		    (!isalnum((unsigned char)version[i]) && !strchr("._+-", version[i])))
			return false;
	return true;
}

bool same_version(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

const char *deployment_digest(const struct deployment *deployment, const char *version)
{
	for (size_t i = 0; i < deployment->n_versions; i++)
		if (!strcmp(deployment->versions[i], version))
			return deployment->digests[i];
	return NULL;
}

/* -- reading ---------------------------------------------------------------------------------- */

static const char *read_version(const struct data_node *node, struct diag_sink *diags)
{
	const char *text = data_text(node);

	if (text && version_is_valid(text))
		return text;
	diag_add(diags, RULE_DATA_SCHEMA, node->at, "expected a version such as 2.0.0");
	return NULL;
}

static bool is_digest(const char *text)
{
	return text && strlen(text) == SHA256_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == SHA256_HEX - 1;
}

static void read_models(const struct data_node *list, struct deployment *deployment,
			struct diag_sink *diags)
{
	if (list->kind != DATA_LIST || list->n > DEPLOYMENT_VERSIONS) {
		diag_add(diags, RULE_DATA_SCHEMA, list->at, "'models' is a list of at most %d",
			 DEPLOYMENT_VERSIONS);
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct data_node *item = list->items[i];
		const struct data_node *name = data_find(item, "version");
		const char *version = name ? read_version(name, diags) : NULL;
		const char *digest = data_find_text(item, "sha256");
		if (!name || item->n != 2 || !is_digest(digest))
			diag_add(diags, RULE_DATA_SCHEMA, item->at,
				 "expected 'version' and 'sha256' of 64 hex digits");
		else if (version && deployment_digest(deployment, version))
			diag_add(diags, RULE_DATA_SCHEMA, item->at, "'%s' stands twice", version);
		else if (version) {
			deployment->versions[deployment->n_versions] = version;
			deployment->digests[deployment->n_versions++] = digest;
		}
	}
}

static void read_pair(const struct data_pair *pair, struct deployment *deployment,
		      struct diag_sink *diags)
{
	const char *key = pair->key->text;

	for (size_t i = 0; i < ROLES; i++)
		if (!strcmp(key, roles[i].name)) {
			if (pair->value->kind != DATA_NULL)
				*(const char **)((char *)deployment + roles[i].at) =
				    read_version(pair->value, diags);
			return;
		}
	if (!strcmp(key, "models"))
		read_models(pair->value, deployment, diags);
	else if (strcmp(key, "canary_percent"))
		diag_add(diags, RULE_DATA_UNKNOWN_KEY, pair->key->at, "'%s'", key)->severity =
		    SEVERITY_ERROR;
	else if (!data_number(pair->value, &deployment->canary_percent) ||
		 deployment->canary_percent < 0 || deployment->canary_percent > 100)
		diag_add(diags, RULE_DATA_SCHEMA, pair->value->at,
			 "'canary_percent' is a number from 0 to 100");
}

/* What no single key can say. */
static void check_roles(const struct deployment *d, struct span at, struct diag_sink *diags)
{
	for (size_t i = 0; i < ROLES; i++) {
		const char *version = holder(d, i);

		if (!version)
			continue;
		if (!deployment_digest(d, version))
			diag_add(diags, RULE_DATA_SCHEMA, at,
				 "%s '%s' has no digest under 'models'", roles[i].name, version);
		if (i && same_version(version, d->production))
			diag_add(diags, RULE_DATA_SCHEMA, at, "'%s' is production and %s at once",
				 version, roles[i].name);
	}
	if (d->canary && !d->production)
		diag_add(diags, RULE_DATA_SCHEMA, at, "a canary needs a production version");
	if (same_version(d->canary, d->shadow))
		diag_add(diags, RULE_DATA_SCHEMA, at, "'%s' is canary and shadow at once",
			 d->canary);
}

const struct deployment *deployment_read(struct arena *mem, struct source *source,
					 struct diag_sink *diags)
{
	size_t before = diags->n;
	struct deployment *deployment = arena_new(mem, struct deployment, 1);
	const struct data_node *root =
	    yaml_read(mem, source, 0, source->len, RULE_DATA_SYNTAX, diags);

	if (!root)
		return NULL;
	if (root->kind != DATA_MAP) {
		diag_add(diags, RULE_DATA_SCHEMA, root->at,
			 "expected a map with 'production' and 'models'");
		return NULL;
	}
	for (size_t i = 0; i < root->n; i++)
		read_pair(&root->pairs[i], deployment, diags);
	if (diags->n == before)
		check_roles(deployment, root->at, diags);
	return diags->n == before ? deployment : NULL;
}

const struct deployment *deployment_load(struct arena *mem, const char *dir,
					 struct diag_sink *diags)
{
	const char *path = path_join(mem, dir, FILE_NAME);
	int root = file_open_root(dir);
	char *text;
	size_t len;

	if (root < 0 || file_read(mem, root, FILE_NAME, FILE_MAX, &text, &len) != ST_OK) {
		int error = errno;
		if (root >= 0)
			close(root);
		if (root >= 0 && error == ENOENT)
			return arena_new(mem, struct deployment, 1);
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': %s", path, strerror(error));
		return NULL;
	}
	close(root);
	return deployment_read(mem, source_new(mem, path, text, len), diags);
}

struct source *model_file_read(struct arena *mem, const char *dir, const char *version,
			       char hex[SHA256_HEX], struct diag_sink *diags)
{
	const char *name = arena_printf(mem, "%s.model.json", version);
	const char *path = path_join(mem, dir, name);
	int root = file_open_root(dir);
	char *text;
	size_t len;

	if (root < 0 || file_read(mem, root, name, MODEL_FILE_MAX, &text, &len) != ST_OK) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': %s", path, strerror(errno));
		if (root >= 0)
			close(root);
		return NULL;
	}
	close(root);
	sha256_hex(text, len, hex);
	return source_new(mem, path, text, len);
}

/* -- writing ---------------------------------------------------------------------------------- */

static bool has_role(const struct deployment *d, const char *version)
{
	for (size_t i = 0; i < ROLES; i++)
		if (same_version(holder(d, i), version))
			return true;
	return false;
}

void deployment_write(const struct deployment *d, struct out *to)
{
	char number[NUMBER_TEXT_MAX];

	out_puts(to, "# Written by `modelbook-capstone deploy` and `rollback`; a running server "
		     "reads it before its next answer.\n");
	for (size_t i = 0; i < ROLES; i++)
		if (holder(d, i))
			out_printf(to, "%s: \"%s\"\n", roles[i].name, holder(d, i));
	if (d->canary)
		out_printf(to, "canary_percent: %s\n", number_shortest(number, d->canary_percent));
	out_puts(to, d->n_versions ? "models:\n" : "models: []\n");
	for (size_t i = 0; i < d->n_versions; i++)
		out_printf(to, "  - {version: \"%s\", sha256: \"%s\"}\n", d->versions[i],
			   d->digests[i]);
}

int deployment_lock(const char *dir, struct diag_sink *diags)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s': %s", dir, strerror(errno));
	return fd;
}

/* Writes the text beside the file and puts it into its place. */
static bool replace_file(int root, const struct out *text)
{
	static const char new_name[] = "." FILE_NAME ".new";
	int fd =
	    openat(root, new_name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	bool done = fd >= 0 && file_write_all(fd, out_text(text), text->n) == ST_OK && !fsync(fd);
	int error = errno;

	if (fd >= 0 && close(fd) && done) {
		done = false;
		error = errno;
	}
	if (done && (renameat(root, new_name, root, FILE_NAME) || fsync(root))) {
		done = false;
		error = errno;
	}
	if (!done && fd >= 0)
		unlinkat(root, new_name, 0);
	errno = error;
	return done;
}

bool deployment_replace(const char *dir, const struct deployment *deployment,
			struct diag_sink *diags)
{
	struct deployment kept = *deployment;
	struct out text = {0};
	int root = file_open_root(dir);
	bool done;

	kept.n_versions = 0;
	for (size_t i = 0; i < deployment->n_versions; i++)
		if (has_role(deployment, deployment->versions[i])) {
			kept.versions[kept.n_versions] = deployment->versions[i];
			kept.digests[kept.n_versions++] = deployment->digests[i];
		}
	deployment_write(&kept, &text);
	done = root >= 0 && !text.failed && replace_file(root, &text);
	if (!done)
		diag_add(diags, RULE_IO_WRITE, (struct span){0}, "'%s/" FILE_NAME "': %s", dir,
			 strerror(errno));
	if (root >= 0)
		close(root);
	out_release(&text);
	return done;
}
