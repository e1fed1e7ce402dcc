#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format of `modelbook check --format`, read as its consumer reads it, against --format json.

Each workspace of tests/golden/rules/, and hostile ones made here, are checked in all formats. The
readers below are written after what each consumer documents (or, for GitHub, after what its runner
does with a line), and share no code with the program. SARIF is held against a schema of its own
that restates the required shape; where the published schema is at hand ($MODELBOOK_SARIF_SCHEMA, a
file) or the SARIF project's validator is ($MODELBOOK_SARIF_VALIDATOR, a command), against that too.
Usage: formats.py PROGRAM [NAME…]   (names of files in rules/; "validated": hostile ones by that command)"""
import collections, glob, hashlib, json, os, re, shutil, subprocess, sys, tempfile, urllib.parse
import xml.etree.ElementTree

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import workspace_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.path.abspath(sys.argv[1])
FORMATS = ("sarif", "junit", "github", "gitlab", "rdjsonl")
LEVELS = {"error": "error", "warning": "warning", "note": "note"}
passed = failed = 0


def verdict(what, problems):
    global passed, failed
    passed, failed = passed + (not problems), failed + bool(problems)
    for problem in problems[:5]:
        print(f"{what}: {str(problem)[:1500]}")


# ---- columns ----

def characters(files, path, line, column):
    """A byte column as a column of code points; never past the end of its line."""
    data = files.get(path)
    if data is None:
        return column
    lines = data.split(b"\n")
    text = lines[line - 1] if line <= len(lines) else b""
    text = text[:-1] if text.endswith(b"\r") else text
    return 1 + len(text[: column - 1].decode("utf-8", "replace"))


def expected(f, files):
    """(line, column, end line, end column) in code points."""
    return (f["line"], characters(files, f["path"], f["line"], f["column"]), f["end_line"],
            characters(files, f["path"], f["end_line"], f["end_column"]))


def advice(f, place=""):
    return place + f["message"] + (f"\nhelp: {f['help']}" if f["help"] else "")


def same_text(got, f, place=""):
    """Control characters of a help line, and marks that turn its direction, are shown as \\xNN, which
    JSON does not need."""
    want = advice(f, place)
    return got == want or (f["help"] and re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", f["help"]) and got.startswith(place + f["message"]))


def in_repository(f):
    return f["path"] and not f["path"].startswith("default:")


def place_of(f):
    """What stands before the message where no consumer could open the file."""
    return f"{f['path']}:{f['line']}:{f['column']}: " if f["path"].startswith("default:") else ""


# ---- SARIF ----

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
POSITIVE = {"type": "integer", "minimum": 1}
SARIF = {
    "type": "object", "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "maxItems": 20, "items": {
            "type": "object", "required": ["tool", "results", "columnKind", "invocations", "originalUriBaseIds"],
            "properties": {
                "columnKind": {"const": "unicodeCodePoints"},
                "originalUriBaseIds": {"type": "object", "additionalProperties": {
                    "type": "object", "required": ["description"], "maxProperties": 1}},
                "invocations": {"type": "array", "items": {"type": "object", "required": ["executionSuccessful"], "properties": {
                    "toolExecutionNotifications": {"type": "array", "items": {
                        "type": "object", "required": ["message", "level"], "properties": {"message": TEXT, "level": LEVEL}}},
                    "ruleConfigurationOverrides": {"type": "array", "items": {
                        "type": "object", "required": ["descriptor", "configuration"]}}}}},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name", "semanticVersion", "rules"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {
                        "type": "object",
                        "required": ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
                        "properties": {
                            "id": {"pattern": "^[a-z]+/[a-z-]+$"}, "name": {"pattern": "^([A-Z][a-z0-9]*)+$"},
                            "shortDescription": dict(TEXT), "fullDescription": dict(TEXT),
                            "help": {"type": "object", "required": ["text", "markdown"]},
                            "defaultConfiguration": {"type": "object", "required": ["level"], "properties": {"level": LEVEL}},
                            "properties": {"type": "object", "properties": {"tags": {
                                "type": "array", "maxItems": 20, "uniqueItems": True}}}}}}}}}},
                "results": {"type": "array", "maxItems": 5000, "items": {
                    "type": "object", "additionalProperties": False,
                    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "suppressions"],
                    "properties": {
                        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0}, "level": LEVEL,
                        "message": TEXT, "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
                        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
                        "suppressions": {"type": "array", "items": {
                            "type": "object", "required": ["kind", "justification"],
                            "properties": {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string", "minLength": 1}}}},
                        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": {
                            "type": "object", "required": ["physicalLocation"], "properties": {"physicalLocation": {
                                "type": "object", "required": ["artifactLocation", "region"], "properties": {
                                    "artifactLocation": {
                                        "type": "object", "required": ["uri", "uriBaseId"],
                                        "properties": {"uri": {"type": "string", "pattern": "^([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}}},
                                    "region": {
                                        "type": "object", "required": ["startLine", "startColumn", "endLine", "endColumn"],
                                        "additionalProperties": POSITIVE}}}}}}}}}}}}}}


def read_sarif(case, out):
    d = json.loads(out)
    problems = [f"SARIF: {e.message} at {list(e.path)}" for e in jsonschema.Draft7Validator(SARIF).iter_errors(d)]
    schema = os.environ.get("MODELBOOK_SARIF_SCHEMA")
    if schema:
        problems += [f"published schema: {e.message} at {list(e.path)}"
                     for e in jsonschema.Draft4Validator(json.load(open(schema))).iter_errors(d)]
    if problems:
        return problems
    if len(out) > 10_000_000:
        problems.append(f"{len(out)} bytes")
    run = d["runs"][0]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    everything = case.findings + case.allowed + case.known
    # The gravest come first where there are too many: all that is kept is as grave as all that is left out.
    want = collections.Counter()
    for f in everything:
        base = "%DEFAULTS%" if f["path"].startswith("default:") else "%SRCROOT%"
        path = f["path"][len("default:"):] if base == "%DEFAULTS%" else case.prefix + (f["path"] or "modelbook.yaml")
        want[(f["rule"], LEVELS[f["severity"]], base, path, *expected(f, case.files), f["fingerprint"])] += 1
    have = collections.Counter()
    for r in results:
        if rules[r["ruleIndex"]]["id"] != r["ruleId"]:
            problems.append(f"ruleIndex {r['ruleIndex']} is not {r['ruleId']}")
        at, region = (r["locations"][0]["physicalLocation"][k] for k in ("artifactLocation", "region"))
        if at["uriBaseId"] not in run["originalUriBaseIds"] or at["uri"].startswith("/") or "//" in at["uri"]:
            problems.append(f"location {at}")
        have[(r["ruleId"], r["level"], at["uriBaseId"], urllib.parse.unquote(at["uri"], errors="replace"),
              region["startLine"], region["startColumn"], region["endLine"], region["endColumn"],
              r["partialFingerprints"]["modelbook/v1"])] += 1
    notes = run["invocations"][0].get("toolExecutionNotifications", [])
    if len(everything) <= 5000:
        if have != want or notes:
            problems.append(f"SARIF and JSON differ:\n  only in SARIF {have - want}\n  only in JSON {want - have}\n  {notes}")
    else:
        if have - want or len(results) != 5000 or len(notes) != 1 or str(len(everything)) not in notes[0]["message"]["text"]:
            problems.append(f"{len(results)} of {len(everything)} results, notifications {notes}, {have - want}")
        for level in ("error", "warning"):
            listed = sum(r["level"] == level for r in results)
            there = sum(f["severity"] == level for f in everything)
            if listed < min(there, 5000) and any(r["level"] == "note" for r in results):
                problems.append(f"notes are listed and {there - listed} of severity {level} are not")
    by_fingerprint = {f["fingerprint"]: f for f in everything}
    for r in results:
        f = by_fingerprint[r["partialFingerprints"]["modelbook/v1"]]
        if not same_text(r["message"]["text"], f):
            problems.append(f"message {r['message']['text']!r} for {f}")
        allowed = f in case.allowed
        if bool(r["suppressions"]) != allowed or (allowed and r["suppressions"][0]["justification"] != f["reason"]):
            problems.append(f"suppressions {r['suppressions']} for {f}")
        state = None if not case.baseline or allowed else "unchanged" if f in case.known else "new"
        if r.get("baselineState") != state:
            problems.append(f"baselineState {r.get('baselineState')}, expected {state}")
    if run["invocations"][0]["executionSuccessful"] != (case.status != 2):
        problems.append(f"executionSuccessful {run['invocations'][0]} at exit {case.status}")
    if tempfile.gettempdir().encode() in out:
        problems.append("a path of the machine")
    return problems


# ---- JUnit: as Jenkins and GitLab read it ----

LINE = re.compile(r"^(?:(?:allowed \(.*\)|known): )?(.*?): (error|warning|note): (.*) \[([a-z]+/[a-z-]+)\]$")


def read_junit(case, out):
    problems, root = [], xml.etree.ElementTree.fromstring(out)
    seen, lines = set(), {"failure": collections.Counter(), "system-out": collections.Counter()}
    total = collections.Counter()
    for suite in root:
        cases = list(suite)
        counted = collections.Counter(tests=len(cases))
        for one in cases:
            name = (one.get("classname"), one.get("name"))
            if one.tag != "testcase" or not all(name) or name in seen:
                problems.append(f"{one.tag} {name} twice or without a name")
            seen.add(name)
            kinds = [child.tag for child in one]
            if kinds not in ([], ["failure"], ["system-out"], ["failure", "system-out"]):
                problems.append(f"{name} holds {kinds}")
            counted["failures"] += "failure" in kinds
            for child in one:
                if child.tag == "failure" and not child.get("message"):
                    problems.append(f"{name}: failure without a message")
                for line in (child.text or "").split("\n"):
                    m = LINE.match(line)
                    if m:
                        lines[child.tag][(m[1], m[2], m[3], m[4])] += 1
                        if m[4] != one.get("name"):
                            problems.append(f"{m[4]} stands under {name}")
        if int(suite.get("tests")) != counted["tests"] or int(suite.get("failures")) != counted["failures"]:
            problems.append(f"suite {suite.attrib}: {counted}")
        total += counted
    if int(root.get("tests")) != total["tests"] or int(root.get("failures")) != total["failures"] or not total["tests"]:
        problems.append(f"{root.attrib}: {total}")

    def line_of(f):
        where = f"{'' if f['path'].startswith('default:') else case.prefix}{visible(case.raw.get(f['path'], f['path']))}:{f['line']}:{f['column']}"
        return (where if f["path"] else "modelbook", f["severity"], clean(f["message"]), f["rule"])

    errors = collections.Counter(line_of(f) for f in case.findings if f["severity"] == "error")
    rest = collections.Counter(line_of(f) for f in case.findings + case.allowed + case.known) - errors
    if lines["failure"] != errors:
        problems.append(f"failures differ:\n  {lines['failure'] - errors}\n  {errors - lines['failure']}")
    if sum(lines["system-out"].values()) != sum(rest.values()) or set(lines["system-out"]) - set(rest) - set(errors):
        problems.append(f"output differs:\n  {lines['system-out'] - rest}\n  {rest - lines['system-out']}")
    failing = {(f["rule"], case.prefix + f["path"]) for f in case.findings if f["severity"] == "error"}
    if total["failures"] != len(failing) + (case.status == 2):
        problems.append(f"{total['failures']} failures, {len(failing)} rules failed in files")
    if total["tests"] > 20000 + 5 * len(root) + len(case.findings):
        problems.append(f"{total['tests']} test cases")
    if re.search(rb"<[^>]*(timestamp|time|hostname)=", out):
        problems.append("a time or a machine")
    return problems


def visible(path):
    """A path as people see it: what is no text, controls and marks that turn its direction are \\xNN."""
    hidden = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\udc80-\udcff]")
    shown = hidden.sub(lambda m: "".join(f"\\x{b:02X}" for b in m[0].encode("utf-8", "surrogateescape")), path)
    return shown.replace("\ufffe", "\ufffd")


def clean(path):
    """A path with U+FFFD for what may not stand in a log."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", path)


# ---- GitHub: what the runner does with each line of the log ----

COMMANDS = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "set-output",
            "save-state", "add-path", "set-env", "echo", "add-matcher", "remove-matcher", "internal-set-repo-path"}


def unescape(text, pairs):
    for token, value in pairs:
        text = text.replace(token, value)
    return text


DATA = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
PROPERTY = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]


def runner(line):
    """(command, properties, data), or None for a line that is shown as it is."""
    line = line.lstrip()
    if line.startswith("::"):
        end = line.find("::", 2)
        if end >= 0:
            info = line[2:end]
            name, _, rest = info.partition(" ")
            if name in COMMANDS:
                properties = {}
                for pair in rest.strip().split(","):
                    key, equals, value = pair.partition("=")
                    if equals and value:
                        properties[key.lower()] = unescape(value, PROPERTY)
                return name, properties, unescape(line[end + 2:], DATA)
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    if end >= 0 and line[start + 3:end].split(" ")[0] in COMMANDS:
        return line[start + 3:end], {}, line[end + 1:]
    return None


def read_github(case, out):
    problems, shown, plain = [], collections.Counter(), []
    kinds = {"error": "error", "warning": "warning", "notice": "note"}
    text = out.decode("utf-8")
    lines = text.split("\n")
    if lines.pop() != "" or re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        problems.append("no last line end, or control characters")
    annotations = collections.Counter()
    for line in re.split(r"\r\n|\r|\n", text)[:-1]:
        command = runner(line)
        if not command:
            plain.append(line)
            continue
        name, p, data = command
        if name not in kinds:
            problems.append(f"command {name}: {line}")
            continue
        annotations[name] += 1
        if set(p) - {"file", "line", "endline", "col", "endcolumn", "title"} or ("col" in p and p["line"] != p["endline"]):
            problems.append(f"properties {p}")
        shown[(kinds[name], p.get("title"), p.get("file"), *(int(p[k]) if k in p else None for k in ("line", "col", "endline", "endcolumn")), data.split("\n")[0])] += 1
    if any(n > 10 for n in annotations.values()):
        problems.append(f"annotations {annotations}: the runner drops those over ten")
    want = collections.Counter()
    for f in case.findings:
        line, column, end_line, end_column = expected(f, case.files)
        path = case.prefix + clean(f["path"])
        at = (path, line, column, end_line, end_column) if line == end_line else (path, line, None, end_line, None)
        want[(f["severity"], f["rule"], *(at if in_repository(f) else (None,) * 5), place_of(f) + f["message"])] += 1
    if shown - want:
        problems.append(f"annotations that are no findings: {shown - want}\n  findings {want - shown}")
    last = plain.pop() if plain else ""
    counts = collections.Counter(f["severity"] for f in case.findings)
    if not re.match(rf"modelbook: {counts['error']} errors?, {counts['warning']} warnings?, {counts['note']} notes?", last):
        problems.append(f"last line {last!r} for {counts}")
    if sum(annotations.values()) + len(plain) != len(case.findings):
        problems.append(f"{annotations} and {len(plain)} lines for {len(case.findings)} findings: {plain[:3]}")
    for severity, name in (("error", "error"), ("warning", "warning"), ("note", "notice")):
        if annotations[name] != min(10, counts[severity]):
            problems.append(f"{annotations[name]} annotations for {counts[severity]} of severity {severity}")
    return problems + read_summary(case)


def read_summary(case):
    problems = []
    text = case.summary.decode("utf-8")
    if not text.startswith("already here\n## modelbook check\n") or len(case.summary) > 1 << 20:
        problems.append(f"summary of {len(case.summary)} bytes: {text[:200]!r}")
    rows = re.findall(r"^\| (.*) \| (.*) \| ([a-z]+\\/[a-z\\-]+) \|$", text, re.M)
    more = re.search(r"^(\d+) more findings stand in the log", text, re.M)
    if len(rows) + (int(more[1]) if more else 0) != len(case.findings) or (more and len(case.summary) < 900_000):
        problems.append(f"summary has {len(rows)} rows and {more and more[0]}, {len(case.findings)} findings")
    if re.search(r"(?<!\\)[`\[\]*_](?!\\)", "".join(r[0] + r[1] for r in rows)):
        problems.append("Markdown of a document is alive in the summary")
    if re.search(r"<(?!br>)", text):
        problems.append("HTML of a document is alive in the summary")
    return problems


# ---- GitLab and reviewdog ----

def gitlab_fingerprint(case, finding):
    """Of two workspaces in one repository, those of each are its own."""
    if not case.prefix:
        return finding["fingerprint"]
    return hashlib.sha256(f"{case.prefix[:-1]}\n{finding['fingerprint']}".encode("utf-8", "surrogateescape")).hexdigest()[:16]


def read_gitlab(case, out):
    if out.startswith(b"\xef\xbb\xbf"):
        return ["byte order mark"]
    issues, problems = json.loads(out), []
    severities = {"error": "major", "warning": "minor", "note": "info"}
    fingerprints = collections.Counter(i["fingerprint"] for i in issues)
    if any(n > 1 for n in fingerprints.values()):
        problems.append("fingerprints repeat: GitLab keeps one of each")
    want = [(f["rule"], "critical" if f["fault"] and f["severity"] == "error" else severities[f["severity"]],
             case.prefix + (f["path"] if in_repository(f) else "modelbook.yaml"),
             f["line"] if in_repository(f) else 1, gitlab_fingerprint(case, f)) for f in case.findings]
    have = [(i["check_name"], i["severity"], i["location"]["path"], i["location"]["lines"]["begin"], i["fingerprint"]) for i in issues]
    if have != want:
        problems.append(f"issues differ: {[h for h in have if h not in want][:3]}, {[w for w in want if w not in have][:3]}")
    for i, f in zip(issues, case.findings):
        if set(i) != {"description", "check_name", "fingerprint", "severity", "location"} or not same_text(i["description"], f, place_of(f)):
            problems.append(f"issue {i} for {f}")
        if i["location"]["path"].startswith(("/", "./")):
            problems.append(f"path {i['location']['path']}")
    return problems


RDF_POSITION = {"type": "object", "properties": {"line": POSITIVE, "column": POSITIVE}, "additionalProperties": False}
RDF = {"type": "object", "additionalProperties": False, "required": ["message", "location"], "properties": {
    "message": {"type": "string"}, "severity": {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]},
    "source": {"type": "object", "properties": {"name": {"type": "string"}, "url": {"type": "string"}}, "additionalProperties": False},
    "code": {"type": "object", "properties": {"value": {"type": "string"}, "url": {"type": "string"}}, "additionalProperties": False},
    "location": {"type": "object", "required": ["path"], "additionalProperties": False, "properties": {
        "path": {"type": "string", "minLength": 1},
        "range": {"type": "object", "required": ["start"], "properties": {"start": RDF_POSITION, "end": RDF_POSITION}, "additionalProperties": False}}}}}


def read_rdjsonl(case, out):
    problems, have = [], []
    validator = jsonschema.Draft7Validator(RDF)
    for line in out.decode("utf-8").split("\n")[:-1]:
        d = json.loads(line)
        problems += [f"rdjsonl: {e.message}" for e in validator.iter_errors(d)]
        span = d["location"].get("range")
        have.append((d["code"]["value"], d["severity"], d["location"]["path"],
                     *((span["start"]["line"], span["start"]["column"], span["end"]["line"], span["end"]["column"]) if span else (None,) * 4)))
        if len(have) <= len(case.findings) and not same_text(d["message"], case.findings[len(have) - 1], place_of(case.findings[len(have) - 1])):
            problems.append(f"message {d['message']!r}")
    severities = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}
    want = [(f["rule"], severities[f["severity"]], case.prefix + (f["path"] if in_repository(f) else "modelbook.yaml"),
             *((f["line"], f["column"], f["end_line"], f["end_column"]) if in_repository(f) else (None,) * 4)) for f in case.findings]
    if have != want:
        problems.append(f"diagnostics differ: {[h for h in have if h not in want][:3]}, {[w for w in want if w not in have][:3]}")
    return problems


READERS = {"sarif": read_sarif, "junit": read_junit, "github": read_github, "gitlab": read_gitlab, "rdjsonl": read_rdjsonl}


# ---- cases ----

def check(workspace, args, defaults=ROOT, **env):
    env = dict({"PATH": os.environ["PATH"], "HOME": "no-cache", "MODELBOOK_DEFAULTS": defaults, "LC_ALL": "C",
                "SOURCE_DATE_EPOCH": "1767225600"}, **env)
    return subprocess.run([PROGRAM, "check", "--workspace", workspace, "--no-cache", "--quiet", *args],
                          capture_output=True, env=env, timeout=600)


class Case:
    """A workspace in a folder, and what --format json says of it."""

    def __init__(self, folder, files, args=(), inner="", defaults=ROOT):
        self.folder, self.args, self.defaults = folder, list(args), defaults
        self.workspace = os.path.join(folder, inner)
        self.prefix = inner + "/" if inner else ""
        self.baseline = "--baseline" in args
        for path, data in files.items():
            full = os.path.join(self.workspace, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as f:
                f.write(data)
        # JSON has U+FFFD where a name is no text.
        self.raw = {os.fsencode(path).decode("utf-8", "replace"): path for path in files}
        self.files = {os.fsencode(path).decode("utf-8", "replace"): data for path, data in files.items()}

    def run(self, what):
        p = check(self.workspace, self.args + ["--format", "json"], self.defaults)
        self.status, d = p.returncode, json.loads(p.stdout)
        self.findings, self.allowed, self.known = d["findings"], d["allowed"], d["known"]
        for name in FORMATS:
            summary = os.path.join(self.folder, "summary.md")
            with open(summary, "w") as f:
                f.write("already here\n")
            runs = [check(self.workspace, self.args + ["--format", name], self.defaults, GITHUB_STEP_SUMMARY=summary)]
            with open(summary, "rb") as f:
                self.summary = f.read()
            problems = []
            if runs[0].returncode != self.status or runs[0].stderr:
                problems.append(f"exit {runs[0].returncode}, expected {self.status}: {runs[0].stderr[-500:]}")
            if name != "github" and self.summary != b"already here\n":
                problems.append("wrote a summary that nobody asked for")
            try:
                problems += READERS[name](self, runs[0].stdout)
            except Exception as error:
                problems.append(f"cannot be read: {error!r}: {runs[0].stdout[:300]!r}")
            verdict(f"{what}: {name}", problems)
        return self


def hostile():
    """name -> (files, options for Case)"""
    card = "---\nkind: model_card\nabout: none\n---\n# Card\n"
    yield "no findings", {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n"}, {}
    yield "no documents", {"modelbook.yaml": b"title: T\n"}, {}
    yield "broken configuration", {"modelbook.yaml": b"title: [\n", "content/a.md": b"# A\n"}, {}
    names = ["a b", "100%", "50%25", "\u00fcber", "a,b", "a:b", "c::error::x", "line\nbreak\n::warning::x", "<x>&\"'", "]]>", "##[error]y",
             "|pipe|`[l](x)`", "\t\x1b[31m", "\udcff", "-", "#1", "?q=1", "\u202eevil", "\u2028", "\ufffe", "\x85"]
    files = {f"content/{n}.md": b"# T\n\n[x](gone.md)\n" for n in names}
    yield "names of files", dict(files, **{"modelbook.yaml": b"title: T\n"}), {}
    links = ["gone%0A::error::x.md", "<]]>.md>", "a&b<c>.md", "##[error]z.md", "%FF.md", "x`y`*z*|.md", "\u2028.md", "$(id).md"]
    text = "# T\n\n" + "".join(f"- \u00e9\U0001f600\u0436 `c` [x]({l}) [y][{l}]\n" for l in links)
    yield "links, behind characters of many bytes", {"modelbook.yaml": b"title: T\n", "content/t.md": text.encode()}, {}
    yield "CRLF", {"modelbook.yaml": b"title: T\r\n", "content/t.md": text.replace("\n", "\r\n").encode() + b"[z](no)\r\n[w][w]\r"}, {}
    record = ('kind: model\nid: m\nname: "M\\n::error::x"\n"a\\n::error::b\\e[31m": 1\n"]]><x>": 2\nstage: "\U0001f600\\0"\n'
              'versions:\n  - {id: "1\\n2", "\u00fc\u0436": x, stage: nowhere}\n---\nkind: "n\\no<>"\nid: x\n---\nkind: model\nid: m\n')
    yield "records", {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n", "data/r.yaml": record.encode(), "data/bad.yaml": b"a: [\xff\n"}, {}
    yield "not UTF-8", {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n\ngood \xff\xc3( bad\n", "content/b.md": b"# B\n\0\n"}, {}
    yield "several lines", {"modelbook.yaml": b"title: T\n", "content/a.md": (card + "\n## Overview\n\nTODO\n").encode()}, {}
    yield "below the repository's root", {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n[x](gone.md)\n", "../../.git": b"gitdir: nowhere\n"}, {"inner": "governance/ml"}
    evil = ["::error::x", "a%0Ab", "]]>", "<!--x-->", "\ufffe", "\u202eevil\u2066", "\u2028", "##[error]y", "\x85", "`[x](y)`|*z*_", "$(id)", "\\", "${{ x }}"]
    escaped = ["\\n::error::x", "\\e[31m", "\\0", "\\r", "\\uD800", "\\uDFFF\\uD800", "\\x9b31m", "\\uFFFE", "\\t", "\\L", "\\N", "\\b\\a"]
    files = {"modelbook.yaml": b"title: T\n"}
    for i, text in enumerate(["'" + e.replace("'", "''") + "'" for e in evil] + ['"a' + e + 'b"' for e in escaped]):
        files[f"content/k{i}.md"] = (f"---\nkind: {text}\nabout: {text}\nid: {text}\ntitle: {text}\n{text}: {text}\n"
                                     f"allow: {text}\ntemplate_version: {text}\nstage: {text}\n---\n# A {text}\n").encode()
        files[f"content/c{i}.md"] = f"---\nkind: model_card\nabout: {text}\nowners: {text}\n{text}: {{{text}: 1, {text}: 2}}\n---\n# A\n## {text}\n".encode()
        files[f"data/r{i}.yaml"] = f"kind: evaluation\nid: {text}\nabout: {text}\nmetrics: {{{text}: {text}}}\n{text}: {text}\nresult: {text}\n".encode()
    yield "front matter, keys and records", files, {}
    files = {"modelbook.yaml": b"title: T\n"}
    for i, text in enumerate(evil):
        title = text.replace("`", "").replace("|", "")
        files[f"templates/documents/t{i}.md"] = (
            f"---\nkind: t{i}\nfront_matter: {{properties: {{x: {{enum: ['{text}']}}}}, required: ['{text}', x]}}\n---\n# T\n\n"
            f"## S {title} {{#s{i}}}\n\n- [ ] I {title} {{#i alias=\"{title}\"}}\n\n| C {title} | D |\n| - | - |\n| R {title} | |\n\n"
            f"## W {title}: * {{repeat=\"2..3\" min-words=\"9\"}}\n\n## {text} {{.{title} {title}=\"{title}\"}}\n").encode()
        files[f"content/d{i}.md"] = f"---\nkind: t{i}\nx: '{text}x'\n---\n# A\n\n## W {title}: TODO\n\n<!-- modelbook: allow {title}: {title} -->\n".encode()
        files[f"content/e{i}.md"] = f"---\nkind: t{i}\n---\n# A\n\n<!-- modelbook: allow doc/missing-section: {title.replace('-->', '')} -->\n".encode()
    yield "titles of templates", files, {}
    allowed = (b"# A\n\n<!-- modelbook: allow link/broken-page: moved to ]]> <the wiki> -->\n\n[x](gone.md)\n\n[y](#nowhere)\n")
    yield "allowed", {"modelbook.yaml": b"title: T\nseverity:\n  link/broken-anchor: note\n", "content/a.md": allowed}, {}


def big(work):
    files = {"modelbook.yaml": b"title: T\n"}
    for i in range(100):
        files[f"content/d{i}.md"] = b"# D\n\n" + b"".join(b"- [a](gone%d.md) \xc3\xa9\n" % k for k in range(300))
    case = Case(os.path.join(work, "big"), files).run("30,000 findings")
    verdict("30,000 findings: their number", [] if len(case.findings) == 30000 else [len(case.findings)])


def many_files(work):
    files = {"modelbook.yaml": b"title: T\n"}
    for i in range(2500):
        files[f"content/d{i}.md"] = b"# D\n"
    files["content/bad.md"] = b"# B\n\n[x](gone.md)\n"
    Case(os.path.join(work, "many"), files).run("2,500 documents")


def baseline(work):
    folder = os.path.join(work, "baseline")
    files = {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n\n[x](gone.md)\n\n[y](#nowhere)\n"}
    Case(folder, files)
    with open(os.path.join(folder, "known.json"), "wb") as f:
        f.write(check(folder, ["--format", "json"]).stdout)
    files["content/a.md"] += b"\n<!-- modelbook: allow link/broken-reference: quoted -->\n\n[new](gone2.md)\n\n[text][label]\n"
    case = Case(folder, files, ["--baseline", os.path.join(folder, "known.json")]).run("baseline")
    verdict("baseline: new, known", [] if (len(case.findings), len(case.known)) == (1, 2) else [case.findings])


def broken_default(work):
    """An installed template that cannot be used: its findings lie in no repository."""
    defaults = os.path.join(work, "defaults")
    os.makedirs(defaults)
    for folder in ("templates", "themes", "starter", "content", "data"):
        shutil.copytree(os.path.join(ROOT, folder), os.path.join(defaults, folder))
    with open(os.path.join(defaults, "templates/documents/model_card.md"), "a") as f:
        f.write("\n## \u00e9\u00e9 Twice {min-words=lots}\n")
    case = Case(os.path.join(work, "default"), {"modelbook.yaml": b"title: T\n", "content/a.md": b"---\nkind: model_card\n---\n# A\n"}, defaults=defaults)
    path = "default:templates/documents/model_card.md"
    with open(os.path.join(defaults, path[8:]), "rb") as f:
        case.files[path] = f.read()
    case.run("a broken default")
    verdict("a broken default: is found", [] if any(f["path"] == path for f in case.findings) else [case.findings])


def passes(work):
    """Test cases that pass speak only of what was looked for."""
    folder = os.path.join(work, "passes")
    card = open(os.path.join(ROOT, "templates/documents/model_card.md"), "rb").read()
    Case(folder, {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n", "content/sub/b.md": b"# B\n", "content/f.md": b"---\nx: [\n---\n# F\n",
                  "content/card.md": b"---\nkind: model_card\n---\n" + card.split(b"---\n", 2)[-1]})

    def cases(*args):
        root = xml.etree.ElementTree.fromstring(check(folder, ["--format", "junit", *args]).stdout)
        return {(c.get("classname"), c.get("name")) for c in root.iter("testcase") if len(c) == 0}

    everything = cases()
    verdict("passes: a document", [] if ("content/a.md", "link/broken-page") in everything else [everything])
    verdict("passes: no template, no required sections", [] if ("content/a.md", "doc/missing-section") not in everything else [everything])
    verdict("passes: nothing in a file with a fault", [n for n in everything if n[0] == "content/f.md"])
    verdict("passes: a template's rules", [] if ("content/card.md", "doc/missing-column") in everything else [sorted(everything)])
    verdict("passes: by rule", [n for n in cases("--rule", "link") if n[0] == "content/a.md" and not n[1].startswith("link/")])
    verdict("passes: by path", [n for n in cases(os.path.join(folder, "content/sub")) if n[0] not in ("content/sub/b.md", "modelbook check")])
    verdict("passes: by severity", [n for n in cases("--severity", "error") if n[0] != "modelbook check"])


def summaries(work):
    """The job's summary where it cannot be written, is full, or is no file."""
    folder = os.path.join(work, "summary")
    Case(folder, {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n\n[x](gone.md)\n"})
    full, fifo = os.path.join(folder, "full.md"), os.path.join(folder, "fifo")
    with open(full, "wb") as f:
        f.write(b"x" * (1 << 20))
    os.mkfifo(fifo)
    for what, path, complains in (("full", full, False), ("absent", os.path.join(folder, "no/file"), True), ("a FIFO", fifo, True),
                                  ("a folder", folder, True), ("a device", "/dev/full", True), ("not named", "", False)):
        p = check(folder, ["--format", "github"], GITHUB_STEP_SUMMARY=path)
        good = p.returncode == 1 and b"::error file=content/a.md,line=3," in p.stdout and (b"summary" in p.stderr) == complains
        verdict(f"a summary that is {what}", [] if good else [p])
    verdict("a full summary stays as it is", [] if os.path.getsize(full) == 1 << 20 else [os.path.getsize(full)])


def refusals(work):
    p = check(work, ["--format", "sariff"])
    verdict("an unknown format", [] if p.returncode == 2 and b"did you mean 'sarif'?" in p.stderr and all(f.encode() in p.stderr for f in FORMATS) else [p])
    p = subprocess.run([PROGRAM, "check", "--help"], capture_output=True)
    verdict("--help names all formats", [f for f in FORMATS + ("text", "json") if f.encode() not in p.stdout])


def twice(work):
    """The same bytes from another folder and with other numbers of threads."""
    outputs = []
    for i in ("1", "2"):
        folder = os.path.join(work, "same" + i, "x" * int(i))
        Case(folder, {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n\n[x](gone.md)\n", "content/b.md": b"# B\n[y][z]\n"})
        outputs.append([check(folder, ["--format", f, "--jobs", i]).stdout for f in FORMATS])
    verdict("the same bytes from elsewhere", [f for f, a, b in zip(FORMATS, *outputs) if a != b])


def validated(work):
    """All SARIF of this run by the SARIF project's validator."""
    command = os.environ.get("MODELBOOK_SARIF_VALIDATOR")
    if not command:
        print("SKIPPED: the SARIF project's validator ($MODELBOOK_SARIF_VALIDATOR is not set)")
        return
    for folder in sorted(glob.glob(os.path.join(work, "hostile*", ""))):
        workspaces = [os.path.dirname(p) for p in glob.glob(os.path.join(folder, "**/modelbook.yaml"), recursive=True)]
        with open(os.path.join(folder, "out.sarif"), "wb") as f:
            f.write(check(workspaces[0], ["--format", "sarif"]).stdout)
        p = subprocess.run([*command.split(), "validate", os.path.join(folder, "out.sarif")], capture_output=True, text=True)
        # No address of the project is known, so that informationUri is left out.
        said = [l for l in p.stdout.split("\n") if re.search(r": (error|warning) ", l) and "SARIF2005" not in l]
        verdict(f"validator: {os.path.basename(folder[:-1])}", said or ([p.stderr] if p.returncode else []))


def main():
    names = sys.argv[2:]
    work = tempfile.mkdtemp(prefix="modelbook-formats-")
    try:
        for path in sorted(glob.glob(os.path.join(HERE, "rules", "*.txt"))):
            name = os.path.basename(path)[:-4]
            if names and name not in names:
                continue
            files, args, _ = workspace_file.read(path)
            Case(os.path.join(work, name), files, args).run(name)
        if not names or "validated" in names:
            for i, (what, files, options) in enumerate(hostile()):
                Case(os.path.join(work, f"hostile{i}"), files, **options).run(what)
            validated(work)
        if not names:
            for more in (big, many_files, baseline, broken_default, passes, summaries, refusals, twice):
                more(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
