#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises about the output: the same bytes every time, and a former site that stands.

Builds this repository's workspace under other time zones, locales, umasks, folders, orders of
files and numbers of jobs and compares every byte; kills builds at random moments; fills the disk.
Usage: promises.py PROGRAM [KILLS]"""
import hashlib, os, random, shutil, signal, stat, subprocess, sys, tempfile, time
import workspace_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 50
PARTS = ("content", "data", "templates", "themes", "modelbook.yaml")
passed = failed = skipped = 0


def verdict(what, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    print(f"{'FAILED' if problem else 'ok':7s} {what}{': ' + str(problem) if problem else ''}", flush=True)


def copy_workspace(to, reverse=False):
    os.makedirs(to)
    names = []
    for part in PARTS:
        full = os.path.join(ROOT, part)
        if os.path.isfile(full):
            names.append(part)
        for folder, _, files in os.walk(full):
            names += [os.path.relpath(os.path.join(folder, f), ROOT) for f in files]
    names = [name for name in names if not workspace_file.is_reference_system(name)]
    for name in sorted(names, reverse=reverse):
        os.makedirs(os.path.dirname(os.path.join(to, name)), exist_ok=True)
        shutil.copyfile(os.path.join(ROOT, name), os.path.join(to, name))
        if reverse:
            os.utime(os.path.join(to, name), (915148800, 915148800))
    return to


def environment(**more):
    env = {"PATH": os.environ["PATH"], "MODELBOOK_DEFAULTS": ROOT, "SOURCE_DATE_EPOCH": "1767225600",
           "HOME": "no-cache", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


def build(workspace, out, *args, umask=0o022, env=None, check=True):
    p = subprocess.run([PROGRAM, "build", "--workspace", workspace, "--out", out, "--quiet", *args],
                       capture_output=True, env=env or environment(), timeout=600,
                       preexec_fn=lambda: os.umask(umask))
    if check and p.returncode:
        raise SystemExit(f"build failed with {p.returncode}: {p.stderr.decode()[-2000:]}")
    return p


def tree(root):
    """Path -> mode and digest of every file and folder."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            full = os.path.join(folder, name)
            mode = stat.S_IMODE(os.lstat(full).st_mode)
            digest = hashlib.sha256(open(full, "rb").read()).hexdigest() if name in files else "folder"
            found[os.path.relpath(full, root)] = (oct(mode), digest)
    return found


def differences(a, b):
    return sorted(k for k in a.keys() | b.keys() if a.get(k) != b.get(k))[:5]


def determinism(work):
    ws = copy_workspace(f"{work}/ws")
    build(ws, f"{work}/r1")
    first = tree(f"{work}/r1")
    other = copy_workspace(f"{work}/some/other folder", reverse=True)
    locales = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    comma = next((l for l in locales if l.startswith(("de_", "fr_", "ru_"))), "de_DE.UTF-8")
    cases = {
        "another time zone": dict(env=environment(TZ="Pacific/Kiritimati")),
        f"another locale ({comma})": dict(env=environment(LC_ALL=comma, LANG=comma)),
        "umask 077": dict(umask=0o077),
        "umask 000": dict(umask=0o000),
        "cold cache": dict(args=("--cache", f"{work}/cache")),
        "warm cache": dict(args=("--cache", f"{work}/cache")),
        "no cache": dict(args=("--no-cache",)),
        "one job": dict(args=("--jobs", "1")),
        "eight jobs": dict(args=("--jobs", "8")),
        "another folder, files made in reverse, old times": dict(ws=other),
        "--as-of instead of SOURCE_DATE_EPOCH": dict(args=("--as-of", "2026-01-01"), env=environment(SOURCE_DATE_EPOCH="")),
    }
    for i, (what, case) in enumerate(cases.items()):
        out = f"{work}/d{i}"
        build(case.get("ws", ws), out, *case.get("args", ()), umask=case.get("umask", 0o022), env=case.get("env"))
        verdict(f"same bytes: {what}", differences(first, tree(out)))
    entries = [os.path.join(f, n) for f, _, names in os.walk(f"{work}/cache") for n in names]
    verdict("the cache holds something", not entries)
    for entry in entries:
        data = bytearray(open(entry, "rb").read())
        data[len(data) // 2] ^= 1
        open(entry, "wb").write(data)
    build(ws, f"{work}/damaged", "--cache", f"{work}/cache")
    verdict("same bytes: damaged cache", differences(first, tree(f"{work}/damaged")))
    build(ws, f"{work}/r1")
    verdict("same bytes: built again over itself", differences(first, tree(f"{work}/r1")))
    return ws, first


def verify(site):
    p = subprocess.run([PROGRAM, "verify", site], capture_output=True, env=environment(), timeout=120)
    return None if p.returncode == 0 else p.stdout.decode() + p.stderr.decode()


def kills(work, ws, first):
    """A build over a site is killed; the site is the former one or the new one, never a mixture."""
    out = f"{work}/killed"
    build(ws, out)
    changed = copy_workspace(f"{work}/changed")
    page = f"{changed}/content/index.md"
    open(page, "a").write("\nOne more paragraph.\n")
    t = time.time()
    build(changed, f"{work}/new")
    took = time.time() - t
    new = tree(f"{work}/new")
    random.seed(20260101)
    stood = replaced = 0
    for i in range(KILLS):
        p = subprocess.Popen([PROGRAM, "build", "--workspace", changed, "--out", out, "--quiet"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
                             start_new_session=True)
        time.sleep(random.uniform(0, took * 1.1))
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.wait()
        now = tree(out)
        if now == first:
            stood += 1
        elif now == new:
            replaced += 1
            build(ws, out)
        else:
            verdict(f"kill {i}", f"a mixture: {differences(first, now)}")
            return
    verdict(f"{KILLS} kills: the former site stood {stood} times, the new one was whole {replaced} times",
            None if stood + replaced == KILLS and stood else "no build was cut short")
    build(ws, out)
    left = [n for n in os.listdir(work) if n.startswith(".killed")]
    verdict("stages of killed builds are removed by the next build", left)


def full_disk(work, ws, first):
    global skipped
    disk = f"{work}/disk"
    os.mkdir(disk)
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "modelbook-test", disk], capture_output=True)
    if mount.returncode:
        skipped += 1
        print(f"SKIPPED: full disk (no permission to mount: {mount.stderr.decode().strip()})", flush=True)
        return
    try:
        build(ws, f"{disk}/site")
        verdict("a site on the small disk", differences(first, tree(f"{disk}/site")))
        free = os.statvfs(disk)
        open(f"{disk}/ballast", "wb").write(b"x" * max(0, free.f_bavail * free.f_frsize - 12288))
        changed = f"{work}/changed"
        p = build(changed, f"{disk}/site", check=False)
        verdict("a full disk is exit 2 with a message",
                None if p.returncode == 2 and b"io/write" in p.stderr else f"{p.returncode} {p.stderr.decode()[-300:]}")
        verdict("a full disk leaves the former site", differences(first, tree(f"{disk}/site")))
        left = [n for n in os.listdir(disk) if n not in ("site", "ballast")]
        verdict("a full disk leaves no stage behind", left)
    finally:
        subprocess.run(["umount", disk])


def streams(work, ws):
    p = subprocess.run(f"'{PROGRAM}' check --workspace '{ws}' > /dev/full", shell=True, env=environment(),
                       capture_output=True)
    verdict("standard output that is full is exit 2", None if p.returncode == 2 else p.returncode)
    p = subprocess.run(f"'{PROGRAM}' build --workspace '{ws}' --out '{work}/closed' >&- 2>&- <&-", shell=True,
                       env=environment())
    verdict("closed standard streams do not end up in the site", verify(f"{work}/closed"))
    p = subprocess.run(["prlimit", "--fsize=20000", PROGRAM, "build", "--workspace", ws, "--out", f"{work}/limited"],
                       env=environment(), capture_output=True)
    verdict("a limit of file size is exit 2, and no site",
            None if p.returncode == 2 and not os.path.exists(f"{work}/limited") else p.returncode)
    os.chmod(f"{ws}/content/index.md", 0)
    if os.geteuid():
        p = subprocess.run([PROGRAM, "check", "--workspace", ws], env=environment(), capture_output=True)
        verdict("a file that may not be read is exit 2", None if p.returncode == 2 and b"io/read" in p.stdout else p.stdout)
    else:
        p = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", PROGRAM, "check", "--workspace", ws],
                           env=environment(), capture_output=True)
        verdict("a file that may not be read is exit 2",
                None if p.returncode == 2 and b"io/read" in p.stdout else p.stdout[-300:] + p.stderr[-300:])
    os.chmod(f"{ws}/content/index.md", 0o644)


def main():
    # In memory where there is room: a busy disk makes every sync wait for what others write.
    work = tempfile.mkdtemp(prefix="modelbook-promises-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    os.chmod(work, 0o755)
    try:
        ws, first = determinism(work)
        verdict("verify", verify(f"{work}/r1"))
        kills(work, ws, first)
        full_disk(work, ws, first)
        streams(work, ws)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
