#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for continuous integration, run as each system runs them: their shell steps are taken
out of the YAML, and run in a git repository with a pull request that is made here. What is shown on
a failing pull request is read as the runner reads it (formats.py). Usage: ci.py PROGRAM"""
import json, os, re, shutil, subprocess, sys, tempfile
import xml.etree.ElementTree

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import formats

ROOT, PROGRAM = formats.ROOT, formats.PROGRAM
PRINCIPLES = "content/handbook/ml_principles.md"
passed = failed = 0


def verdict(what, problem=None):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    if problem:
        print(f"{what}: {str(problem)[:2500]}")


def load(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        text = f.read()
    # YAML 1.1 reads the key `on` as true.
    return yaml.safe_load(text), text


class Repository:
    """A new workspace as `modelbook init` makes it, in a git repository."""

    def __init__(self, work, name, inner=""):
        self.dir = os.path.join(work, name)
        self.workspace = os.path.join(self.dir, inner)
        self.bin = os.path.join(work, "bin")
        os.makedirs(self.bin, exist_ok=True)
        if not os.path.exists(os.path.join(self.bin, "modelbook")):
            os.symlink(PROGRAM, os.path.join(self.bin, "modelbook"))
        os.makedirs(os.path.dirname(self.workspace) if inner else self.dir)
        self.env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": self.dir + ".home", "LC_ALL": "C", "MODELBOOK_DEFAULTS": ROOT,
                    "SOURCE_DATE_EPOCH": "1767225600", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
                    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
        os.makedirs(self.env["HOME"])
        self.git("init", "-q", "-b", "main")
        self.run(["modelbook", "init", self.workspace])
        self.commit("a workspace")

    def run(self, command, check=True, **env):
        p = subprocess.run(command, cwd=self.dir, env=dict(self.env, **env), capture_output=True, timeout=600)
        if check and p.returncode:
            raise SystemExit(f"{command}: exit {p.returncode}\n{p.stdout.decode()}{p.stderr.decode()}")
        return p

    def git(self, *args):
        return self.run(["git", *args]).stdout.decode()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def edit(self, path, change):
        full = os.path.join(self.workspace, path)
        with open(full, encoding="utf-8") as f:
            text = f.read()
        with open(full, "w", encoding="utf-8") as f:
            f.write(change(text))


def break_principles(text):
    """Leaves out the last section of the second level, and adds a link to nothing."""
    sections = re.split(r"(?m)^(?=## )", text)
    return "".join(sections[:-1]) + "See [the budget](budget.md).\n"


# ---- GitHub ----

def evaluate(text, inputs):
    """The expressions of GitHub that the files use; another is an error of the test."""
    def one(m):
        name = m[1].strip()
        if name.startswith("inputs."):
            return inputs[name[7:]]
        raise SystemExit(f"expression {name}")
    return re.sub(r"\$\{\{(.*?)\}\}", one, str(text))


def run_action(repository, **given):
    """Steps of action.yml, each as the runner runs `shell: bash`. (status, standard output, files)."""
    action, _ = load("action.yml")
    inputs = {k: str(v.get("default", "")) for k, v in action["inputs"].items()}
    unknown = set(given) - set(inputs)
    if unknown:
        raise SystemExit(f"no inputs {unknown}")
    inputs.update(given)
    temp = tempfile.mkdtemp(dir=os.path.dirname(repository.dir))
    files = {name: os.path.join(temp, name) for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        open(path, "w").close()
    env = dict(files, GITHUB_ACTIONS="true", GITHUB_ACTION_PATH=ROOT, RUNNER_TEMP=temp)
    output, error = b"", b""
    for i, step in enumerate(action["runs"]["steps"]):
        if step["shell"] != "bash":
            raise SystemExit(f"shell {step['shell']}")
        script = os.path.join(temp, f"{i}.sh")
        with open(script, "w") as f:
            f.write(evaluate(step["run"], {}))
        step_env = {k: evaluate(v, inputs) for k, v in step.get("env", {}).items()}
        p = repository.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script], check=False, **env, **step_env)
        output, error = output + p.stdout, error + p.stderr
        if p.returncode:
            break
    read = {name: open(path, encoding="utf-8").read() for name, path in files.items()}
    return p.returncode, output, error, read


def annotations(output, *kinds):
    return [c for c in map(formats.runner, output.decode("utf-8").split("\n")) if c and c[0] in (kinds or ("error", "warning", "notice"))]


def github_shape():
    action, text = load("action.yml")
    verdict("action: shape", None if {"name", "description", "inputs", "runs"} <= set(action) and action["runs"]["using"] == "composite" else action)
    for step in action["runs"]["steps"]:
        verdict("action: every step says its shell", None if "shell" in step and "run" in step else step)
        # Text of an expression inside a script would be run.
        verdict("action: no expression in a script", re.findall(r"\$\{\{.*?\}\}", step["run"]))
    flow, text = load("starter/.github/workflows/modelbook.yml")
    verdict("workflow: shape", None if {"name", True, "permissions", "jobs"} <= set(flow) else flow)
    steps = flow["jobs"]["check"]["steps"]
    uses = [s for s in steps if s.get("uses", "").startswith("OWNER/modelbook@")]
    verdict("workflow: the action with inputs that it has", None if len(uses) == 1 and set(uses[0].get("with", {})) <= set(action["inputs"]) else steps)
    checkout = [s for s in steps if s.get("uses", "").startswith("actions/checkout@")]
    verdict("workflow: the checkout has its history", None if checkout and checkout[0]["with"]["fetch-depth"] == 0 else steps)
    verdict("workflow: no right to write", None if flow["permissions"] == {"contents": "read"} else flow["permissions"])


def packages():
    """Whoever configures a build installs what the reference system is built with, or leaves it out."""
    files = ["action.yml", "starter/.gitlab-ci.yml", "README.md"] + sorted(f"script/{n}" for n in os.listdir(os.path.join(ROOT, "script")))
    configuring = 0
    for path in files:
        with open(os.path.join(ROOT, path), encoding="utf-8") as f:
            text = f.read()
        if re.search(r"cmake (-S|--preset)", text):
            configuring += 1
            verdict(f"{path}: packages of what it builds", None if "-DMODELBOOK_CAPSTONE=OFF" in text or
                    re.search(r"script/setup .*\bcapstone\b", text) else "the reference system without its libraries")
    verdict("those who configure a build", None if configuring >= 7 else configuring)


def documented():
    """YAML blocks of docs/ci.md can be read, and name inputs and hooks that there are."""
    action, _ = load("action.yml")
    hooks, _ = load(".pre-commit-hooks.yaml")
    with open(os.path.join(ROOT, "docs/ci.md"), encoding="utf-8") as f:
        text = f.read()
    blocks = [yaml.safe_load(b) for b in re.findall(r"(?ms)^```yaml\n(.*?)^```", text)]
    used = [s for b in blocks for s in b.get("steps", []) if s.get("uses", "").startswith("OWNER/modelbook@")]
    named = [h["id"] for b in blocks for r in b.get("repos", []) for h in r["hooks"]]
    verdict("docs/ci.md: inputs", None if used and all(set(s["with"]) <= set(action["inputs"]) for s in used) else used)
    verdict("docs/ci.md: hooks", None if named == [h["id"] for h in hooks] else named)
    rows = set(re.findall(r"(?m)^\| `(\w+)` \|", text))
    verdict("docs/ci.md: formats and inputs", None if rows == set(formats.FORMATS) | {"text", "json"} | set(action["inputs"]) else rows)


def github(work):
    r = Repository(work, "github")
    status, output, error, files = run_action(r)
    verdict("action: a new workspace passes", None if status == 0 and not annotations(output, "error") and "status=0" in files["GITHUB_OUTPUT"] else (status, output, error))
    r.git("checkout", "-q", "-b", "change")
    r.edit(PRINCIPLES, break_principles)
    r.commit("a section less")
    status, output, error, files = run_action(r)
    shown = annotations(output)
    rules = sorted(c[1]["title"] for c in shown if c[0] == "error")
    verdict("pull request: fails", None if status == 1 and "status=1" in files["GITHUB_OUTPUT"] else (status, output, error))
    verdict("pull request: what is shown", None if "doc/missing-section" in rules and "link/broken-page" in rules else (rules, output))
    changed = r.git("diff", "--name-only", "main...HEAD").split()
    lines = r.git("show", f"HEAD:{PRINCIPLES}").count("\n")
    verdict("pull request: at lines of changed files", [c for c in shown if c[0] == "error" and c[1]["file"] not in changed or not 1 <= int(c[1]["line"]) <= lines])
    link = [c for c in shown if c[1]["title"] == "link/broken-page"]
    verdict("pull request: the very line", None if link and int(link[0][1]["line"]) == lines and "'budget.md'" in link[0][2] else (link, lines))
    verdict("pull request: the job's summary", None if "doc\\/missing\\-section" in files["GITHUB_STEP_SUMMARY"] else files)

    # What stood there before is not shown with `since`.
    r.git("checkout", "-q", "main")
    with open(os.path.join(r.dir, "content/old.md"), "w") as f:
        f.write("# Old\n\nSee [nothing](nothing.md).\n")
    r.commit("an old mistake")
    r.git("checkout", "-q", "change")
    r.git("rebase", "-q", "main")
    status, output, error, _ = run_action(r)
    verdict("without since: both files", None if {c[1]["file"] for c in annotations(output, "error")} == {PRINCIPLES, "content/old.md"} else output)
    status, output, error, _ = run_action(r, since="main")
    verdict("since: the changed file alone", None if status == 1 and {c[1]["file"] for c in annotations(output, "error")} == {PRINCIPLES} else (status, output, error))
    status, output, error, files = run_action(r, since="no-such-revision")
    verdict("since: no such revision", None if status == 2 and b"no-such-revision" in error and "status=2" in files["GITHUB_OUTPUT"] else (status, output, error))

    # A baseline: what is known does not fail.
    known = r.run(["modelbook", "check", "--format", "json"], check=False).stdout
    with open(os.path.join(r.dir, "baseline.json"), "wb") as f:
        f.write(known)
    status, output, error, _ = run_action(r, baseline="baseline.json")
    verdict("baseline: passes", None if status == 0 and not annotations(output) and b" known" in output else (status, output, error))
    r.edit("content/index.md", lambda t: "A line above.\n\n" + t if not t.startswith("---") else t + "\n[new](new.md)\n")
    r.edit("content/index.md", lambda t: t + "\n[newer](newer.md)\n")
    status, output, error, _ = run_action(r, baseline="baseline.json")
    texts = [c[2] for c in annotations(output) if c[0] == "error"]
    verdict("baseline: only what is new fails", None if status == 1 and texts and all("new" in t for t in texts) else (status, output, error))

    # SARIF beside the annotations; a hostile name of a file is one argument.
    status, output, error, _ = run_action(r, sarif="out $(touch pwned).sarif")
    log = os.path.join(r.dir, "out $(touch pwned).sarif")
    results = json.load(open(log))["runs"][0]["results"] if os.path.exists(log) else []
    verdict("sarif: written, and nothing was run", None if status == 1 and results and annotations(output) and not os.path.exists(os.path.join(r.dir, "pwned")) else (status, output, error))
    status, output, error, _ = run_action(r, sarif="no/such/folder/x.sarif")
    verdict("sarif: cannot be written", None if status else (status, output))


def github_folder(work):
    r = Repository(work, "folder", "governance/ml")
    r.edit(PRINCIPLES, break_principles)
    status, output, error, _ = run_action(r, path="governance/ml")
    files = {c[1]["file"] for c in annotations(output, "error")}
    verdict("a workspace in a folder: paths of the repository", None if status == 1 and files == {"governance/ml/" + PRINCIPLES} else (status, output, error))


# ---- GitLab ----

def gitlab(work):
    config, _ = load("starter/.gitlab-ci.yml")
    job = config["modelbook"]
    verdict("gitlab: reports", None if set(job["artifacts"]["reports"]) == {"codequality", "junit"} and job["artifacts"]["when"] == "always" else job)
    r = Repository(work, "gitlab")

    def run():
        script = os.path.join(work, "gitlab.sh")
        with open(script, "w") as f:
            f.write("set -eo pipefail\n" + "\n".join(job["before_script"] + job["script"]))
        return r.run(["bash", script], check=False)

    def reports():
        with open(os.path.join(r.dir, job["artifacts"]["reports"]["codequality"]), "rb") as f:
            issues = json.load(f)
        return issues, xml.etree.ElementTree.parse(os.path.join(r.dir, job["artifacts"]["reports"]["junit"])).getroot()

    p = run()
    issues, suites = reports()
    verdict("gitlab: passes", None if p.returncode == 0 and all(i["severity"] in ("minor", "info") for i in issues) and suites.get("failures") == "0" and int(suites.get("tests")) > 100 else p)
    r.edit(PRINCIPLES, break_principles)
    p = run()
    issues, suites = reports()
    failing = {(c.get("file"), c.get("name")) for c in suites.iter("testcase") if c.find("failure") is not None}
    verdict("gitlab: fails", None if p.returncode == 1 and b"link/broken-page" in p.stdout else p)
    verdict("gitlab: Code Quality", None if {(i["location"]["path"], i["check_name"]) for i in issues if i["severity"] == "major"} == failing else (issues, failing))
    verdict("gitlab: tests", None if (PRINCIPLES, "doc/missing-section") in failing else failing)
    r.edit("modelbook.yaml", lambda t: "title: [\n" + t)
    p = run()
    verdict("gitlab: what cannot be done fails, with reports", None if p.returncode == 2 and reports()[0] else p)
    bare = {"PATH": "/usr/bin:/bin"}
    p = subprocess.run(["bash", "-c", "set -eo pipefail\napt-get() { :; }\n" + job["before_script"][0].replace("command -v modelbook >/dev/null", "false")],
                       env=bare, cwd=r.dir, capture_output=True)
    verdict("gitlab: says what is not set", None if p.returncode and b"MODELBOOK_GIT" in p.stderr else p)


# ---- pre-commit ----

def pre_commit(work):
    hooks, _ = load(".pre-commit-hooks.yaml")
    config, _ = load("starter/.pre-commit-config.yaml")
    local = config["repos"][0]["hooks"][0]
    for hook in hooks + [local]:
        verdict(f"pre-commit: {hook['id']}", None if hook["language"] == "system" and hook["pass_filenames"] is False and hook["always_run"] is True else hook)
    verdict("pre-commit: both say the same", None if {k: v for k, v in hooks[0].items() if k != "description"} == local else local)
    r = Repository(work, "precommit")
    verdict("pre-commit: passes", None if r.run(local["entry"].split(), check=False).returncode == 0 else "fails")
    if not shutil.which("pre-commit"):
        print("SKIPPED: pre-commit itself is not installed")
        return
    r.run(["pre-commit", "install"])
    r.edit("content/index.md", lambda t: t + "\nMore.\n")
    r.commit("a good change")
    r.edit(PRINCIPLES, break_principles)
    r.git("add", "-A")
    p = r.run(["git", "commit", "-q", "-m", "a section less"], check=False)
    verdict("pre-commit: a bad change is not committed", None if p.returncode == 1 and b"doc/missing-section" in p.stdout + p.stderr else p)
    r.git("checkout", "-q", "HEAD", "--", PRINCIPLES)
    r.git("rm", "-q", PRINCIPLES)
    p = r.run(["git", "commit", "-q", "-m", "a document less"], check=False)
    verdict("pre-commit: nor is one that only deletes", None if p.returncode == 1 and b"doc/missing-document" in p.stdout + p.stderr else p)


def init(work):
    """A new workspace has the files, and its own are kept."""
    r = Repository(work, "new")
    for path in (".github/workflows/modelbook.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"):
        full = os.path.join(r.workspace, path)
        verdict(f"init: {path}", None if os.path.exists(full) and open(full).read() == load("starter/" + path)[1] else "absent")
    os.makedirs(os.path.join(work, "own"))
    with open(os.path.join(work, "own/.gitlab-ci.yml"), "w") as f:
        f.write("mine: {}\n")
    r.run(["modelbook", "init", os.path.join(work, "own")])
    verdict("init: files for CI that are there stay", None if open(os.path.join(work, "own/.gitlab-ci.yml")).read() == "mine: {}\n" and
            os.path.exists(os.path.join(work, "own/modelbook.yaml")) else "changed")


def main():
    work = os.path.realpath(tempfile.mkdtemp(prefix="modelbook-ci-"))
    try:
        github_shape()
        documented()
        packages()
        for part in (init, github, github_folder, gitlab, pre_commit):
            part(work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
