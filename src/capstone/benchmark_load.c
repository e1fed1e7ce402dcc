/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/benchmark_load.c - what the service stands: wrk against `serve` on this machine */
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "capstone/benchmark.h"
#include "capstone/child.h"
#include "capstone/deployment.h"
#include "capstone/records.h"
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BODIES = 1000, PATH_ROOM = 512 };
static const char SAYS[] = "modelbook-load ";

/* -- what is sent ----------------------------------------------------------------------------- */

static void write_key(struct out *to, const char *key)
{
	out_puts(to, to->n > 1 ? ", \"" : "\"");
	text_write_json(to, key, strlen(key));
	out_puts(to, "\": ");
}

void load_body_write(const struct events *events, size_t row, struct out *to)
{
	const struct plan *plan = events->plan;
	const double *values = events->values + row * plan->n_fields;
	char number[NUMBER_TEXT_MAX];

	out_clear(to);
	out_putc(to, '{');
	if (plan->entity) {
		write_key(to, plan->entity);
		text_write_json_string(to, events->entities[events->entity[row]]);
	}
	for (size_t i = 0; i < plan->n_fields; i++) {
		if (isnan(values[i]))
			continue;
		write_key(to, plan->fields[i].name);
		if (plan->fields[i].kind == FIELD_CATEGORY)
			text_write_json_string(to, plan->fields[i].values[(size_t)values[i]]);
		else
			out_puts(to, number_shortest(number, values[i]));
	}
	out_putc(to, '}');
}

/* A string of Lua: what is not a letter, digit or space by its number. */
static void write_lua(struct out *to, const char *text)
{
	out_putc(to, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || strchr(" {}:,._-", c);
		if (plain)
			out_putc(to, *text);
		else
			out_printf(to, "\\%03u", c);
	}
	out_putc(to, '"');
}

void load_script_write(const char *const *bodies, size_t n, struct out *to)
{
	out_puts(to, "local bodies = {\n");
	for (size_t i = 0; i < n; i++) {
		out_puts(to, "  ");
		write_lua(to, bodies[i]);
		out_puts(to, ",\n");
	}
	out_puts(to, "}\n"
		     "local at = 0\n"
		     "wrk.method = \"POST\"\n"
		     "wrk.headers[\"Content-Type\"] = \"application/json\"\n"
		     "function request()\n"
		     "  at = at % #bodies + 1\n"
		     "  return wrk.format(nil, nil, nil, bodies[at])\n"
		     "end\n"
		     "function done(summary, latency)\n"
		     "  local e = summary.errors\n"
		     "  io.write(string.format(\"");
	out_puts(to, SAYS);
	out_puts(to, "requests=%d errors=%d us=%d p50=%d p90=%d p95=%d p99=%d mean=%.3f max=%d"
		     "\\n\",\n"
		     "    summary.requests, e.connect + e.read + e.write + e.status + e.timeout,\n"
		     "    summary.duration, latency:percentile(50), latency:percentile(90),\n"
		     "    latency:percentile(95), latency:percentile(99), latency.mean,\n"
		     "    latency.max))\n"
		     "end\n");
}

bool load_parse(const char *text, struct load_cost *load)
{
	const char *said = strstr(text, SAYS);
	double us, p[4], mean, most;

	if (!said || sscanf(said + strlen(SAYS),
			    "requests=%" SCNu64 " errors=%" SCNu64
			    " us=%lf p50=%lf p90=%lf p95=%lf p99=%lf mean=%lf max=%lf",
			    &load->requests, &load->errors, &us, &p[0], &p[1], &p[2], &p[3], &mean,
			    &most) != 9)
		return false;
	if (!(us > 0) || !isfinite(us) || !load->requests || !(p[0] >= 0 && p[0] <= p[1]) ||
	    !(p[1] <= p[2] && p[2] <= p[3] && p[3] <= most) || !isfinite(most) || !(mean >= 0))
		return false;
	load->seconds = us / 1e6;
	load->requests_per_second = (double)load->requests / load->seconds;
	load->p50_ms = p[0] / 1e3;
	load->p90_ms = p[1] / 1e3;
	load->p95_ms = p[2] / 1e3;
	load->p99_ms = p[3] / 1e3;
	load->mean_ms = mean / 1e3;
	load->max_ms = most / 1e3;
	return true;
}

/* -- the folder ------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static bool put(const char *dir, const char *name, const void *bytes, size_t n)
{
	int root = file_open_root(dir);
	bool ok = root >= 0 && file_write(root, name, bytes, n, false) == ST_OK;

	if (root >= 0)
		close(root);
	return ok;
}

static bool put_script(struct arena *scratch, const struct events *events, const char *dir)
{
	size_t n = events->n < MOST_BODIES ? events->n : MOST_BODIES;
	const char **bodies = arena_new(scratch, const char *, n);
	struct out body = {0}, script = {0};
	bool ok;

	for (size_t i = 0; i < n; i++) {
		load_body_write(events, events->n - n + i, &body);
		bodies[i] = arena_strdup(scratch, out_text(&body));
	}
	load_script_write(bodies, n, &script);
	ok = n > 0 && put(dir, "load.lua", script.p, script.n);
	out_release(&body);
	out_release(&script);
	return ok;
}

/* The model with a deployment that has it alone in production, and wrk's script. */
static bool fill_folder(struct arena *scratch, const struct prepared *prepared, const char *from,
			const char *version, const char *dir)
{
	struct deployment deployment = {.production = version, .n_versions = 1};
	struct diag_sink diags;
	char hex[SHA256_HEX];
	struct source *model;
	struct out text = {0};
	bool ok;

	diag_init(&diags, scratch);
	model = model_file_read(scratch, from, version, hex, &diags);
	if (!model)
		return false;
	deployment.versions[0] = version;
	deployment.digests[0] = hex;
	deployment_write(&deployment, &text);
	ok = put(dir, "deployment.yaml", text.p, text.n) &&
	     put(dir, arena_printf(scratch, "%s.model.json", version), model->text, model->len) &&
	     put_script(scratch, &prepared->ingest.events, dir);
	out_release(&text);
	return ok;
}

/* -- the run ---------------------------------------------------------------------------------- */

/* Its first line names the address that it listens on; 0: it said none. */
static unsigned port_said(struct child *service)
{
	struct out line = {0};
	const char *colon;
	unsigned port = 0;

	if (child_read(service, true, 30, &line)) {
		colon = strrchr(out_text(&line), ':');
		if (colon)
			port = (unsigned)strtoul(colon + 1, NULL, 10);
	}
	out_release(&line);
	return port;
}

/* Waits until it answers: wrk would count what comes before as errors. */
static bool run_wrk(const struct load_options *options, const char *dir, unsigned port,
		    unsigned seconds, struct load_cost *load)
{
	char threads[16], connections[16], time[16], script[PATH_ROOM], url[64];
	const char *const argv[] = {"wrk", "-t", threads, "-c",        connections, "-d",
				    time,  "-s", script,  "--latency", url,         NULL};
	struct child wrk;
	struct out said = {0};
	bool ok;

	snprintf(threads, sizeof threads, "%u", options->threads);
	snprintf(connections, sizeof connections, "%u", options->connections);
	snprintf(time, sizeof time, "%us", seconds);
	snprintf(script, sizeof script, "%s/load.lua", dir);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/predict", port);
	if (!child_start(argv, &wrk))
		return false;
	ok = child_read(&wrk, false, seconds + 30, &said);
	ok = child_end(&wrk, !ok, 5) && ok && load_parse(out_text(&said), load);
	out_release(&said);
	return ok;
}

static const char *serve_and_load(const char *dir, const struct load_options *options,
				  struct load_cost *load)
{
	const char *const argv[] = {options->program, "serve", options->plan, "--dir", dir,
				    "--port",         "0",     NULL};
	struct child service;
	const char *why = NULL;
	unsigned port;

	if (!child_start(argv, &service))
		return "the service cannot be run";
	port = port_said(&service);
	if (!port)
		why = "the service said no port";
	else if (!run_wrk(options, dir, port, 1, load)) /* warms up */
		why = "wrk cannot be run, or said nothing";
	else if (!run_wrk(options, dir, port, options->seconds, load))
		why = "wrk did not come to its end";
	load->resident_bytes = child_resident(&service);
	if (!child_end(&service, true, 20) && !why)
		why = "the service did not end as told";
	return why;
}

bool benchmark_load(const struct prepared *prepared, const char *dir, const char *version,
		    const struct load_options *options, struct load_cost *load, const char **why)
{
	const char *tmp = getenv("TMPDIR");
	char own[PATH_ROOM / 2];
	struct arena scratch;

	*load = (struct load_cost){
	    .version = version, .threads = options->threads, .connections = options->connections};
	snprintf(load->command, sizeof load->command,
		 "wrk -t %u -c %u -d %us -s load.lua --latency http://127.0.0.1:PORT/predict",
		 options->threads, options->connections, options->seconds);
	snprintf(own, sizeof own, "%.200s/modelbook-load-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	*why = "no folder for the service can be made";
	if (!mkdtemp(own))
		return false;
	arena_init(&scratch);
	*why = fill_folder(&scratch, prepared, dir, version, own)
		   ? serve_and_load(own, options, load)
		   : "the service's folder cannot be filled";
	arena_release(&scratch);
	nftw(own, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return !*why;
}
