#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people get wrong with modelbook-capstone: data that is not there, is empty, is no CSV or holds one class; plans
with slips; models of another plan; outputs that cannot be written. Each is told in words, with exit status 1 where an
input has faults and 2 where it could not be done, and no file is left half-written. What is merely unusual (CRLF, a byte
order mark, columns in another order) changes nothing. Usage: capstone_wrong.py MODELBOOK-CAPSTONE"""
import csv, os, re, resource, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CAPSTONE = os.path.abspath(sys.argv[1])
PAYMENTS = os.path.join(ROOT, "src", "capstone", "systems", "payments.yaml")
ELECTRICITY = os.path.join(ROOT, "src", "capstone", "systems", "electricity.yaml")
passed = failed = 0


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{'FAILED' if problem else 'ok':7s} {what}{': ' + str(problem)[-2000:] if problem else ''}", flush=True)


def small_files():
    """What a disk with little room does: files end at 30 kB, writing on is an error."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000))


def run(*args, **options):
    env = dict(os.environ, SOURCE_DATE_EPOCH="1767225600", LC_ALL="C", HOME="/nonexistent")
    return subprocess.run([CAPSTONE, *args], env=env, capture_output=True, timeout=600, **options)


def expect(what, p, status, err="", out=""):
    said, printed = p.stderr.decode("utf-8", "replace"), p.stdout.decode("utf-8", "replace")
    verdict(what, None if p.returncode == status and err in said and out in printed and (status == 0 or said.strip())
            else f"exit {p.returncode}, expected {status} with {err!r} {out!r}\n{printed[-800:]}{said[-1200:]}")


def left(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


class Work:
    """A small stream, the models fitted on it, and a folder for what is made from them."""

    def __init__(self, folder):
        self.dir = folder
        self.stream, self.models, self.plan = self.at("stream.csv"), self.at("models"), self.at("plan.yaml")
        shutil.copy(PAYMENTS, self.plan)
        expect("a small stream", run("simulate", "--accounts", "60", "--a-day", "30", "--days", "370", "--out", self.stream), 0)
        expect("its models", run("train", self.plan, self.stream, "--out", self.models), 0, out="3 models")
        with open(self.stream, newline="") as f:
            self.text = f.read()
        self.lines = self.text.splitlines()
        self.header = self.lines[0].split(",")

    def at(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, content):
        with open(self.at(name), "wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return self.at(name)

    def edited(self, change):
        """The stream with every row, a dict by column, changed."""
        rows = [dict(zip(self.header, line.split(","))) for line in self.lines[1:]]
        for i, row in enumerate(rows):
            change(i, row)
        return "\n".join([self.lines[0]] + [",".join(row[c] for c in self.header) for row in rows]) + "\n"

    def columns(self, order):
        at = [self.header.index(c) for c in order]
        return "\n".join(",".join(line.split(",")[i] for i in at) for line in self.lines) + "\n"


def set_to(**values):
    return lambda i, row: row.update(values)


# -- data ----------------------------------------------------------------------------------------------

def odd_but_good(w):
    """Written another way, it says the same."""
    first = open(f"{w.models}/logistic.model.json").read()
    ways = {"CRLF": w.text.replace("\n", "\r\n"), "a byte order mark": "\ufeff" + w.text,
            "columns in another order": w.columns(sorted(w.header)),
            "a column more": "\n".join(line + (",x" if i else ",more") for i, line in enumerate(w.lines)) + "\n",
            "no line end at the end": w.text.rstrip("\n")}
    for what, text in ways.items():
        path = w.write("odd.csv", text)
        expect(f"{what}: train", run("train", w.plan, path, "--out", w.at("odd"), "--only", "logistic"), 0)
        without_run = [re.sub(r'"run": "\w*"', "", t) for t in (first, open(w.at("odd/logistic.model.json")).read())]
        verdict(f"{what}: the same model", None if without_run[0] == without_run[1] else "another")


def wrong_data(w):
    cases = [  # what, the file's content, what is said
        ("empty", "", "file is empty"),
        ("a header alone", w.lines[0] + "\n", "no row of 0 is of the part 'train'"),
        ("one row", "\n".join(w.lines[:2]) + "\n", "no row of 1 is of the part 'calibration'"),
        ("one class", w.edited(set_to(fraud="0", label_at="")), "one class only"),
        ("all in quarantine", w.edited(set_to(country="moon")), "a share of 1, at most 0.05; line 2: country: 'moon' is none of"),
        ("UTF-16", b"\xff\xfe" + w.text[:9999].encode("utf-16-le"), "the file is UTF-16; write it as UTF-8"),
        ("a NUL byte", w.text.replace("A0", "\0", 1), "NUL byte"),
        ("a column less", w.columns([c for c in w.header if c != "amount"]), "no column 'amount'"),
        ("a column twice", w.columns(w.header + ["amount"]), "'amount' stands twice"),
        ("a quote left open", w.text.replace("A0", '"A0', 1).replace("\n2024", '\n"2024', 1), "error"),
        ("no CSV", os.urandom(5000), "error"),
    ]
    for what, content, said in cases:
        path = w.write("wrong.csv", content)
        p = run("train", w.plan, path, "--out", w.at("wrong"), "--only", "logistic")
        expect(f"{what}: train", p, 1, said)
        verdict(f"{what}: advises nothing that is no option here", None if b"--max-bad" not in p.stderr and b"'#" not in p.stderr else p.stderr)
        verdict(f"{what}: no model", [n for n in left(w.at("wrong")) if n.endswith(".model.json")])
        shutil.rmtree(w.at("wrong"), ignore_errors=True)
    for what, path in (("absent", w.at("absent.csv")), ("a folder", w.dir)):
        expect(f"{what}: train", run("train", w.plan, path, "--out", w.at("x")), 2, path)
        expect(f"{what}: plan", run("train", path, w.stream, "--out", w.at("x")), 2, path)
        expect(f"{what}: infer", run("infer", w.plan, path, "--model", f"{w.models}/rule.model.json", "--out", "-"), 2, path)
        expect(f"{what}: history", run("infer", w.plan, w.stream, "--model", f"{w.models}/rule.model.json", "--history", path, "--out", "-"), 2, path)


def wrong_numbers(w):
    """Texts that are no numbers go to quarantine, each with its reason."""
    texts = ["NaN", "1e400", "-inf", "0x10", " 5", "5 ", "", "-0.01", "20000.01"]
    path = w.write("numbers.csv", w.edited(lambda i, row: row.update(amount=texts[i]) if i < len(texts) else None))
    expect("numbers that are none: infer", run("infer", w.plan, path, "--model", f"{w.models}/boosted.model.json", "--out", w.at("o.csv")), 1, "have no score")
    with open(w.at("o.csv"), newline="") as f:
        rows = list(csv.DictReader(f))
    verdict("each has its reason, and no score", [r for r in rows[:len(texts)] if "amount" not in r["reason"] or r["score"]])


# -- plans, models, names ------------------------------------------------------------------------------

def wrong_plans(w):
    text = open(w.plan).read()
    slips = {"a key with a slip": (text.replace("\nseed:", "\nsed:"), "key is not known: 'sed'"),
             "a key that is not known": (text.replace("\nseed:", "\nextra: 1\nseed:"), "key is not known: 'extra'"),
             "no YAML": ("a: [", "error"), "empty": ("", "expected a map")}
    for what, (content, said) in slips.items():
        plan = w.write("slip.yaml", content)
        for command in (["train", plan, w.stream, "--out", w.at("x")], ["evaluate", plan, w.stream, "--models", w.models, "--out", w.at("x")],
                        ["infer", plan, w.stream, "--model", f"{w.models}/rule.model.json", "--out", w.at("x.csv")],
                        ["break", plan, w.stream, "--models", w.models, "--out", w.at("x")],
                        ["benchmark", plan, w.stream, "--models", w.models, "--out", w.at("x")],
                        ["serve", plan, "--dir", w.dir, "--port", "0"]):
            expect(f"{what}: {command[0]}", run(*command), 1, said)
    plan = w.write("slip.yaml", text.replace("  time_limit_ms:", "  time_limit:"))
    expect("a slip in serving: serve", run("serve", plan, "--dir", w.dir, "--port", "0"), 1, "'time_limit' in 'serving'")
    expect("a plan without failures: break", run("break", ELECTRICITY, w.stream, "--models", w.models, "--out", w.at("x")), 1)
    verdict("nothing was written", [n for n in ("x", "x.csv") if os.path.exists(w.at(n))])


def wrong_models(w):
    model = f"{w.models}/boosted.model.json"
    text = open(model).read()
    other = w.write("other.yaml", open(w.plan).read().replace("\nid: payment-risk", "\nid: another-risk"))
    cases = [("of another plan", other, model, [], 1, "the plan's id is 'another-risk'"), ("absent", w.plan, w.at("absent"), [], 2, "absent"),
             ("empty", w.plan, w.write("m.json", ""), [], 1, "m.json"), ("cut off", w.plan, w.write("cut.json", text[:len(text) // 2]), [], 1, "cut.json"),
             ("a plan", w.plan, w.plan, [], 1, "plan.yaml"), ("another digest", w.plan, model, ["--digest", "00"], 2, "expected was 00")]
    for what, plan, file, more, status, said in cases:
        expect(f"a model that is {what}", run("infer", plan, w.stream, "--model", file, "--out", w.at("x.csv"), *more), status, said)
    verdict("no scores were written", os.path.exists(w.at("x.csv")))
    expect("two models of one name", run("evaluate", w.plan, w.stream, "--models", w.models, "--model", "rule", "--model", "rule", "--out", w.at("x")), 2,
           "would both be the column 'score_rule'")
    expect("models that are absent", run("evaluate", w.plan, w.stream, "--models", w.at("absent"), "--out", w.at("x")), 2, "absent/rule.model.json")
    expect("what is no workspace", run("all", w.plan, "--workspace", w.at("absent")), 2, "no modelbook.yaml")
    verdict("it was not made", os.path.exists(w.at("absent")))
    expect("benchmark without data", run("benchmark", w.plan), 2, "DATA.csv, --models and --out are needed")


def wrong_deployments(w):
    folder = w.at("serving")
    os.makedirs(folder)
    for version, kind in (("1.0.0", "logistic"), ("2.0.0", "boosted")):
        shutil.copy(f"{w.models}/{kind}.model.json", f"{folder}/{version}.model.json")
    for what, words, status, said in (
            ("nothing to take back", ["rollback", folder], 1, "neither a canary nor a previous version"),
            ("no folder", ["rollback", w.at("absent")], 2, "absent"), ("no file", ["deploy", folder, "9.9.9"], 2, "9.9.9.model.json"),
            ("a name that climbs", ["deploy", folder, "../1.0.0"], 1, "is no version"),
            ("a canary of nothing", ["deploy", folder, "2.0.0", "--canary", "5"], 1, "nothing is in production"),
            ("another digest", ["deploy", folder, "1.0.0", "--digest", "00"], 1, "not 00"),
            ("no role to lose", ["deploy", folder, "2.0.0", "--retire"], 1, "has no role"),
            ("two roles", ["deploy", folder, "1.0.0", "--shadow", "--retire"], 2, "one of"),
            ("no share", ["deploy", folder, "1.0.0", "--canary", "0"], 2, "percentage")):
        expect(f"deployment: {what}", run(*words), status, said)
    verdict("no deployment was written", os.path.exists(f"{folder}/deployment.yaml"))
    expect("deploy", run("deploy", folder, "1.0.0"), 0)
    with open(f"{folder}/deployment.yaml", "a") as f:
        f.write("former: \"0.9.0\"\n")
    before = open(f"{folder}/deployment.yaml").read()
    for words in (["deploy", folder, "2.0.0"], ["rollback", folder]):
        expect(f"a deployment with a key that is not known: {words[0]}", run(*words), 1, "key is not known: 'former'")
    verdict("it stays as it was", None if open(f"{folder}/deployment.yaml").read() == before else "changed")


# -- outputs -------------------------------------------------------------------------------------------

def wrong_outputs(w):
    """A file is there whole or not at all, the former one stays, and nothing lies beside it."""
    small = ["simulate", "--accounts", "20", "--a-day", "5"]
    model = f"{w.models}/boosted.model.json"
    for what, words in (("simulate", [*small, "--days", "700"]), ("infer", ["infer", w.plan, w.stream, "--model", model])):
        out = w.write("out.csv", "former\n")
        p = run(*words, "--out", out, preexec_fn=small_files, restore_signals=False)
        expect(f"{what}: no room", p, 2, out)
        verdict(f"{what}: the former file stays", None if open(out).read() == "former\n" else "changed")
        verdict(f"{what}: nothing beside it", [n for n in left(w.dir) if n.endswith(".part")])
    p = run("train", w.plan, w.stream, "--out", w.at("none"), preexec_fn=small_files, restore_signals=False)
    expect("train: no room", p, 2, "boosted.model.json")
    verdict("train: whole files alone", [n for n in left(w.at("none")) if n.endswith(".part") or n in ("boosted.model.json", "run.yaml")])
    expect("beneath a file", run("train", w.plan, w.stream, "--out", w.write("file", "x"), "--only", "rule"), 2, "Not a directory")
    expect("onto a folder", run(*small, "--days", "3", "--out", w.models), 2, "Is a directory")
    expect("no name", run(*small, "--days", "3", "--out", ""), 2)
    # What is no regular file is written into, and stays what it is.
    pipe, link, target = w.at("pipe"), w.at("link"), w.write("target.csv", "former\n")
    os.mkfifo(pipe)
    os.symlink(target, link)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as cat:
        p = run(*small, "--days", "3", "--out", pipe)
        piped = cat.stdout.read()
    printed = run(*small, "--days", "3").stdout
    verdict("into a pipe", None if p.returncode == 0 and piped == printed and printed else p)
    expect("through a link", run(*small, "--days", "3", "--out", link), 0)
    verdict("the link stays", None if os.path.islink(link) and open(target, "rb").read() == printed else left(w.dir))
    expect("a full device", run(*small, "--days", "3", "--out", "/dev/full"), 2, "/dev/full")
    with open("/dev/full", "wb") as full:
        p = subprocess.run([CAPSTONE, *small, "--days", "3"], stdout=full, stderr=subprocess.PIPE)
    verdict("a full standard output", None if p.returncode == 2 and p.stderr else p)


def history(w):
    """Rows that --history holds as well are known once: scores are those of evaluate, which sees the whole stream."""
    expect("evaluate", run("evaluate", w.plan, w.stream, "--models", w.models, "--out", w.at("e")), 0)
    p = run("infer", w.plan, w.stream, "--model", f"{w.models}/boosted.model.json", "--history", w.stream, "--out", w.at("whole.csv"))
    verdict("infer with all as history", None if p.returncode in (0, 1) else p)
    with open(w.at("e/temporal.csv"), newline="") as f:
        judged = [float(r["score_boosted"]) for r in csv.DictReader(f)]
    with open(w.at("whole.csv"), newline="") as f:
        scored = [float(r["score"]) for r in csv.DictReader(f) if r["score"] and "2024-11-15" <= r["time"] < "2025-01-01"]
    verdict("the scores of evaluate", None if judged == scored and len(judged) > 500 else f"{len(judged)} and {len(scored)}")


def main():
    folder = tempfile.mkdtemp(prefix="modelbook-capstone-wrong-")
    try:
        w = Work(folder)
        for part in (odd_but_good, wrong_data, wrong_numbers, wrong_plans, wrong_models, wrong_deployments, wrong_outputs, history):
            part(w)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
