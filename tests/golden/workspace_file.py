# SPDX-License-Identifier: GPL-3.0-or-later
"""A small workspace in one text file: `=== PATH` begins a file, `=== expect` the findings that are
expected, one a line without source lines. `=== args` holds options of check. `\\xNN` is a byte, in
names too."""
import os, re


def is_reference_system(path):
    """Whether a path of this repository's workspace belongs to the reference system. Tests that build the
    workspace dozens of times leave it out: its logs take long to measure, and churn shows the same."""
    return "payment-risk" in path or "INC-2025-003" in path


def read(path):
    files, args, expect, name, lines = {}, [], None, None, []

    def end():
        nonlocal expect, args
        if name is None:
            return
        text = "".join(lines)
        if name == "expect":
            expect = [line for line in text.split("\n") if line]
        elif name == "args":
            args = text.split()
        else:
            files[os.fsdecode(unescape(name))] = unescape(text)

    for line in open(path, encoding="utf-8"):
        if line.startswith("=== "):
            end()
            name, lines = line[4:].strip(), []
        elif name is not None:
            lines.append(line)
    end()
    if expect is None:
        raise SystemExit(f"{path}: no '=== expect'")
    return files, args, expect


def unescape(text):
    data = text.encode()
    return re.sub(rb"\\x([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), data)


def write(folder, files):
    """Writes texts and bytes under their paths, with the folders that they need."""
    for path, data in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)
