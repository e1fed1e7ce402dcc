#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`modelbook export --format schemas` against an independent engine (python3-jsonschema).

The files are good 2020-12 and the same each time; the repository's own configuration, records and
front matter fit them; and for the workspaces of the rules about schemas, and for some hundreds of
records with one mistake each, `modelbook check` and the other engine say the same.
Usage: schemas.py PROGRAM"""
import copy, glob, json, os, re, subprocess, sys, tempfile, urllib.parse, warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append("/usr/lib/python3/dist-packages")  # where the distribution puts them
import workspace_file

try:
    import jsonschema, yaml

    warnings.simplefilter("ignore", DeprecationWarning)
except ImportError as error:
    print(f"SKIPPED: all cases ({error}); install python3-jsonschema and python3-yaml")
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
ENGINE = {"data/schema", "data/missing-key", "data/unknown-key"}
passed = failed = 0


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"{what}: {problem}")


def run(*args):
    env = dict(os.environ, HOME="no-cache", XDG_CACHE_HOME="", MODELBOOK_DEFAULTS=ROOT, LC_ALL="C", SOURCE_DATE_EPOCH="1767225600")
    return subprocess.run([PROGRAM, *args], capture_output=True, env=env, timeout=300)


def export(workspace, out):
    p = run("export", "--workspace", workspace, "--format", "schemas", "--out", out)
    if p.returncode not in (0, 1):
        raise SystemExit(f"export: {p.stderr.decode()}")
    files = {}
    for line in p.stdout.decode().split("\n"):
        if line:
            files[os.path.basename(line)] = open(line, "rb").read()
    return files


def read(text):
    return yaml.load(text, Loader=Core)


def front_matter(text):
    match = re.match(r"^---\r?\n(.*?)^---\s*$", text, re.S | re.M)
    return read(match.group(1)) if match else {}


def as_written(error):
    """Text without quotes that an editor takes for a number; modelbook takes it for text."""
    return error.validator == "type" and error.validator_value == "string" and isinstance(error.instance, (int, float, bool, type(None)))


class Schemas:

    def __init__(self, workspace):
        with tempfile.TemporaryDirectory() as out:
            self.bytes = export(workspace, os.path.join(out, "schemas"))
        self.schemas = {name: json.loads(data) for name, data in self.bytes.items()}
        self.store = {urllib.parse.quote(name): schema for name, schema in self.schemas.items()}

    def problems(self, name, value, as_json=False):
        """What the other engine says. Plain scalars where text is wanted are held to be their text
        as written, which is known for JSON and else thought to fit."""
        if name not in self.schemas:
            return [f"no {name}"]
        schema = self.schemas[name]
        resolver = jsonschema.RefResolver(base_uri=name, referrer=schema, store=self.store)
        engine = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=jsonschema.draft202012_format_checker)
        errors = list(engine.iter_errors(value))
        plain = [e for e in errors if as_written(e)]
        if plain and as_json:
            value = copy.deepcopy(value)
            for e in plain:
                path, at = list(e.absolute_path), value
                for step in path[:-1]:
                    at = at[step]
                at[path[-1]] = json.dumps(e.instance)
            errors = list(engine.iter_errors(value))
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:120]}" for e in errors if as_json or not as_written(e)]


def records_of(path, root, config):
    """The records of a file with their kinds, as catalog/records.c finds them."""
    listed = root.get("records") if isinstance(root, dict) and "kind" not in root else None
    for record in listed if isinstance(listed, list) else [root]:
        kind = record.get("kind") if isinstance(record, dict) else None
        if isinstance(record, dict) and not kind and len(record) == 1 and isinstance(list(record.values())[0], dict):
            kind, record = list(record.items())[0]
        if not kind:
            for rule in config.get("records") or []:
                if re.fullmatch(re.escape(rule["path"]).replace(r"\*\*", ".*").replace(r"\*", "[^/]*"), path):
                    kind = rule["kind"]
                    break
        if kind:
            yield kind, record


def own_files(schemas):
    config = read(open(os.path.join(ROOT, "modelbook.yaml")).read())
    verdict("modelbook.yaml", schemas.problems("modelbook.schema.json", config))
    for path in sorted(glob.glob(os.path.join(ROOT, "data/**/*.yaml"), recursive=True)):
        name, root = os.path.relpath(path, ROOT), read(open(path).read())
        for kind, record in records_of(name, root, config):
            verdict(name, schemas.problems(kind + ".schema.json", record))
        if "kind" in root or "records" in root:
            verdict(name + " by its kind", schemas.problems("record.schema.json", root))
    for path in sorted(glob.glob(os.path.join(ROOT, "content/**/*.md"), recursive=True)):
        name, front = os.path.relpath(path, ROOT), front_matter(open(path).read())
        if front.get("kind"):
            verdict(name, schemas.problems(front["kind"] + ".front-matter.schema.json", front))


def extended():
    """A template that extends another asks for what both ask for."""
    files = {
        "modelbook.yaml": b"title: T\n",
        "content/a.md": b"# A\n",
        "templates/documents/base.md": b"---\nkind: base\nfront_matter: {required: [owner], properties: {owner: {type: string}}}\n---\n\n## Why\n",
        "templates/documents/more.md": b"---\nkind: more\nextends: base\nfront_matter: {required: [date], allOf: [{maxProperties: 3}]}\n---\n\n## How\n",
        "templates/documents/last.md": b"---\nkind: last\nextends: more\n---\n\n## When\n",
    }
    with tempfile.TemporaryDirectory() as workspace:
        workspace_file.write(workspace, files)
        schemas = Schemas(workspace)
    for kind in ("more", "last"):
        for value, good in [({"owner": "x", "date": "y"}, True), ({"owner": "x"}, False), ({"date": "y"}, False),
                            ({"owner": [], "date": "y"}, False), ({"owner": "x", "date": "y", "a": 1, "b": 2}, False)]:
            problems = schemas.problems(f"{kind}.front-matter.schema.json", value)
            verdict(f"{kind} extends: {value}", None if good == (not problems) else problems or "it is taken")


def findings(workspace):
    p = run("check", "--workspace", workspace, "--format", "json")
    if p.returncode not in (0, 1) or b"Sanitizer" in p.stderr:
        raise SystemExit(f"check: {p.stderr.decode()[-3000:]}")
    listed = json.loads(p.stdout)["findings"]
    found = {}
    for f in listed:
        found.setdefault(f["path"], []).append(f)
    return found


# Findings of the same rules that no schema makes.
BESIDE = re.compile(r"'id' must be|at a place of kind|without either nothing|'decision' must be")


def golden_workspaces():
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/golden/rules/*.txt"))):
        name = os.path.basename(path)
        if not name.startswith(("data-schema.", "data-missing-key.", "data-unknown-key.", "doc-front-matter-schema.")):
            continue
        if name.startswith("data-missing-key.wrapper"):
            continue  # a kind beside its record: told before any schema is asked
        files = workspace_file.read(path)[0]
        with tempfile.TemporaryDirectory() as workspace:
            workspace_file.write(workspace, files)
            schemas, found = Schemas(workspace), findings(workspace)
            config = read(files["modelbook.yaml"].decode())
            for inner, data in sorted(files.items()):
                here = found.get(inner, [])
                if inner.startswith("data/") and inner.endswith(".yaml"):
                    root = read(data.decode())
                    theirs = [p for kind, record in records_of(inner, root, config) for p in schemas.problems(kind + ".schema.json", record)]
                    ours = [f for f in here if f["rule"] in ENGINE]
                elif inner.startswith("content/") and isinstance(front_matter(data.decode()).get("kind"), str):
                    front = front_matter(data.decode())
                    if front["kind"] + ".front-matter.schema.json" not in schemas.schemas:
                        continue
                    theirs = schemas.problems(front["kind"] + ".front-matter.schema.json", front)
                    ours = [f for f in here if f["rule"] == "doc/front-matter-schema" and "about" not in f["message"]]
                else:
                    continue
                ours = [f for f in ours if not BESIDE.search(f["message"])]
                verdict(f"{name}: {inner}", None if bool(ours) == bool(theirs) else f"check: {[f['message'] for f in ours]}\n  other engine: {theirs}")


def mistakes(value, path=()):
    """Copies of a record with one mistake each."""
    others = [{}, [], "", True, 12345.678, None, "zz", -1]
    if isinstance(value, dict):
        yield path, "a key more", {**value, "zz_more": 1}
        for key in value:
            yield path + (key,), "absent", {k: v for k, v in value.items() if k != key}
            for p, what, changed in mistakes(value[key], path + (key,)):
                yield p, what, {**value, key: changed}
    elif isinstance(value, list):
        yield path, "empty", []
        for i, item in enumerate(value[:2]):
            for p, what, changed in mistakes(item, path + (i,)):
                yield p, what, value[:i] + [changed] + value[i + 1:]
    for other in others:
        if type(other) is not type(value) or isinstance(value, str):
            yield path, f"is {json.dumps(other)}", copy.deepcopy(other)


def mutants(schemas):
    """Each copy is a file of one workspace with the repository's schemas, in JSON, so that both
    engines see the same kinds of values."""
    files, values = {"modelbook.yaml": b"title: T\n", "content/a.md": b"# A\n"}, {}
    samples = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "data/**/*.yaml"), recursive=True)):
        for kind, record in records_of("", read(open(path).read()), {}):
            if isinstance(record, dict):
                samples.setdefault(kind, record)
    for kind, record in sorted(samples.items()):
        record = {**record, "kind": kind}
        for p, what, changed in mistakes(record):
            if not isinstance(changed, dict) or changed.get("kind") != kind:
                continue
            name = f"data/{kind}/{len(files)}.yaml"
            values[name] = (kind, changed, f"{kind} {'/'.join(map(str, p))} {what}")
            files[name] = json.dumps(changed).encode() + b"\n"
    with tempfile.TemporaryDirectory() as workspace:
        workspace_file.write(workspace, files)
        found = findings(workspace)
    for name, (kind, changed, what) in values.items():
        ours = [f for f in found.get(name, []) if f["rule"] in ENGINE and not BESIDE.search(f["message"])]
        theirs = schemas.problems(kind + ".schema.json", changed, as_json=True)
        verdict(what, None if bool(ours) == bool(theirs) else f"check: {[f['message'] for f in ours]}\n  other engine: {theirs}")
    print(f"{len(values)} records with a mistake, {len(samples)} kinds")


def main():
    schemas = Schemas(ROOT)
    verdict("the same bytes each time", None if Schemas(ROOT).bytes == schemas.bytes else "they differ")
    for name, schema in schemas.schemas.items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
            verdict(name, None if schema["$id"] == urllib.parse.quote(name) and schema["$schema"].endswith("2020-12/schema") else "wrong $id")
        except jsonschema.SchemaError as error:
            verdict(name, str(error)[:500])
    for name in ("record.schema.json", "modelbook.schema.json", "model.schema.json", "model_card.front-matter.schema.json"):
        verdict(name + " is there", None if name in schemas.schemas else "it is not")
    choice = lambda value: bool(schemas.problems("record.schema.json", value))
    verdict("a kind that nobody has", None if choice({"kind": "nothing"}) else "it is taken")
    verdict("a list of records", None if choice({"records": [{"kind": "model"}]}) else "what a model needs is not asked for")
    verdict("the short form", None if choice({"model": {}}) and not choice({"records": []}) else "it is not checked")
    own_files(schemas)
    extended()
    golden_workspaces()
    mutants(schemas)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
