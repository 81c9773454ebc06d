#!/usr/bin/env python3
"""The commands of the guides: scripts/guide_commands.py check|blocks

Every command that a guide shows is in guide_commands.txt, which says how it is tested, or why it is not. `check` prints
commands that are not listed, entries that no guide shows, and entries whose test does not exist. `blocks` prints the
commands that tests/system/guide_commands.mjs executes, as JSON.
"""
import json
import pathlib
import re
import sys

LIST = pathlib.Path(__file__).with_suffix(".txt")
# Decisions and the changelog are not guides, and ARCHITECTURE.md has no commands.
PATTERNS = ["*.md", "docs/*.md", "docs/runbooks/*.md", "k8s/*.md"]
EXCLUDED = {"ARCHITECTURE.md", "CHANGELOG.md", "docs/configuration.md", "docs/metrics.md"}
# In these, inline code is a command, too, if it begins with one of PROGRAMS and has an argument.
WITH_INLINE = {"README.md", "QUICKSTART.md", "SETUP-GUIDE.md", "LOCAL-MINIKUBE-SETUP.md", "docs/monitoring.md"}
PROGRAMS = (
    r"docker(-compose)?|kubectl|helm|minikube|kind|curl|amtool|promtool|python3|sudo|apt-get|ss|chmod|pkill|"
    r"pollux(-vote|-worker|-result|-seed)?|build/release/bin/\S+|\S+\.sh|\./dev|[A-Z_]+=[^`\s]+ [^`\s]+"
)
INLINE = re.compile(rf"`((?:{PROGRAMS}) [^`]+|\./dev|\./[\w-]+\.sh)`")
METRIC = re.compile(r"pollux\w* (==|>|<)")  # an expression of Prometheus
FENCE = re.compile(r"^ *```(\w*)")
NO_SHELL = re.compile(r"[─▶▲│]|^ *\{\"")  # a drawing, a line of the log
SETTING = re.compile(r"[A-Z_]+=(\"[^\"]*\"|\S*)")  # a line of a file such as .env
COMMENT = re.compile(r"\s{2,}.*$")  # behind a command, with or without #
KINDS = {"run", "serve", "server", "see", "not"}
EXECUTED = {"run", "serve", "server"}


def guides(root):
    paths = sorted({path for pattern in PATTERNS for path in root.glob(pattern)})
    return [path for path in paths if str(path.relative_to(root)) not in EXCLUDED]


def commands_of(lines):
    """Joins the lines of one command: continued ones, and loops."""
    command, depth = [], 0
    for line in lines:
        text = COMMENT.sub("", line.strip()) if not command else line.strip()
        if not text or text.startswith("#"):
            continue
        command.append(text)
        depth += len(re.findall(r"(?:^|; )(?:for|while|if) ", text)) - len(re.findall(r"^(?:done|fi)\b", text))
        if depth == 0 and not text.endswith(("\\", "|", "&&")):
            yield "\n".join(command)
            command = []
    if command:
        yield "\n".join(command)


def code_blocks(text):
    """Lists of lines: indented code, and fences of the languages sh and bash or none."""
    block, in_paragraph, indent, language = [], False, 0, None
    for line in [*text.split("\n"), ""]:
        fence = FENCE.match(line)
        depth = len(line) - len(line.lstrip())
        if fence:
            language = fence.group(1) if language is None else None
        elif language is not None:
            if language in ("", "sh", "bash"):
                block.append(line)
                continue
        elif line.strip() and depth >= indent + 4 and not in_paragraph:
            block.append(line)
            continue
        elif line.strip():
            item = re.match(r" *([-*]|\d+\.) +", line)
            indent = len(item.group()) if item else min(indent, depth)
            in_paragraph = not re.match(r" *(#|\|)", line)
        else:
            in_paragraph = False
            if block:
                continue  # an empty line within or behind a block
        if block:
            yield block
            block = []
    if block:
        yield block


def blocks_of(path, root):
    """The commands of one guide: a list for each block of code, and one for each command within text."""
    text = path.read_text(encoding="utf-8")
    for block in code_blocks(text):
        if not NO_SHELL.search("\n".join(block)):
            yield [command for command in commands_of(block) if not SETTING.fullmatch(command)]
    if str(path.relative_to(root)) in WITH_INLINE:
        outside = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
        outside = re.sub(r"^ {4,}.*$", "", outside, flags=re.MULTILINE)
        for match in INLINE.finditer(re.sub(r"\n *", " ", outside)):
            if not METRIC.match(match.group(1)):
                yield [match.group(1)]


class Entry:
    """A line of the list: COMMAND :: KIND :: DETAIL."""

    def __init__(self, line):
        parts = [part.strip() for part in line.split(" :: ")]
        if len(parts) != 3 or parts[1].split(" ")[0] not in KINDS or not parts[2]:
            raise ValueError(f"not COMMAND :: KIND :: DETAIL: {line}")
        self.command = parts[0]
        self.kind, _, self.file = parts[1].partition(" ")
        self.detail = parts[2]
        self.pattern = re.compile(re.escape(self.command).replace(r"\*\*", ".*"), re.DOTALL)

    def matches(self, command):
        return bool(self.pattern.fullmatch(command))

    def problem(self, root):
        if self.kind != "see":
            return None
        path = root / self.file
        if not path.is_file():
            return f"{self.file} does not exist"
        if self.detail not in path.read_text(encoding="utf-8"):
            return f"{self.file} does not have: {self.detail}"
        return None


def entries(path=LIST):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Entry(line) for line in lines if line and not line.startswith("#")]


def compose_names(root):
    """The services and profiles of docker-compose.yml."""
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    services = re.search(r"^services:\n(.*?)^\S", text + "\nend:", re.MULTILINE | re.DOTALL).group(1)
    return set(re.findall(r"^  ([\w-]+):", services, re.MULTILINE)), set(re.findall(r"profiles: \[([\w-]+)\]", text))


def unknown_names(command, services, profiles):
    """Yields services and profiles of Compose that a command names and that do not exist."""
    for call in re.findall(r"docker compose ([^|;>)]*)", command):
        for profile in re.findall(r"--profile (\S+)", call):
            if profile not in profiles:
                yield f"profile {profile}"
        words = re.sub(r"--(profile|tail|scale) \S+", "", call).split()
        if not words or words[0] in ("version", "config", "ps", "down"):
            continue
        named = [word for word in words[1:] if not word.startswith("-")]
        for name in named[:1] if words[0] in ("exec", "run") else named:
            if name not in services:
                yield f"service {name}"


def check(root, known):
    used, problems = set(), []
    services, profiles = compose_names(root)
    for path in guides(root):
        for command in (command for block in blocks_of(path, root) for command in block):
            place = f"{path.relative_to(root)}: {command}"
            matching = [entry for entry in known if entry.matches(command)]
            used.update(matching)
            if not matching:
                problems.append(f"{place}: is in no line of {LIST.name}, which says how it is tested")
            problems += [f"{place}: docker-compose.yml has no {name}" for name in unknown_names(command, services, profiles)]
    for entry in known:
        if entry not in used:
            problems.append(f"{LIST.name}: no guide has: {entry.command}")
        if problem := entry.problem(root):
            problems.append(f"{LIST.name}: {entry.command}: {problem}")
    return problems


def executed_blocks(root, known):
    """Each once: {"guide", "commands": [{"command", "kind", "expected"}]}."""
    blocks, seen = [], set()
    for path in guides(root):
        for block in blocks_of(path, root):
            steps = []
            for command in block:
                entry = next((entry for entry in known if entry.matches(command)), None)
                if entry and entry.kind in EXECUTED:
                    steps.append({"command": command, "kind": entry.kind, "expected": entry.detail})
            key = json.dumps(steps)
            if steps and key not in seen:
                seen.add(key)
                blocks.append({"guide": str(path.relative_to(root)), "commands": steps})
    return blocks


def main():
    root = pathlib.Path(__file__).resolve().parents[1]
    known = entries()
    if sys.argv[1:] == ["blocks"]:
        print(json.dumps(executed_blocks(root, known), indent=1))
        return 0
    if sys.argv[1:] != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    problems = check(root, known)
    if problems:
        print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
