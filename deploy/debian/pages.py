#!/usr/bin/env python3
"""Writes what a package has about the settings of its program: pages.py PROGRAM DIR DATE

Reads `PROGRAM help json` and writes into DIR: NAME.1, the man page; NAME.bash, the completion for bash; NAME.default, the
variables with their defaults as comments, for /etc/default. DATE is that of the man page.
"""
import json
import pathlib
import re
import subprocess
import sys
import textwrap

# The settings that /etc/default sets. The services may all run on one machine, so each has its own port.
SET_BY_PACKAGE = {
    "pollux": {"POLLUX_DATABASE": "/var/lib/pollux/pollux.db"},
    "pollux-vote": {"POLLUX_MANAGEMENT_LISTEN": "127.0.0.1:9091"},
    "pollux-worker": {"POLLUX_MANAGEMENT_LISTEN": "127.0.0.1:9092"},
    "pollux-result": {"POLLUX_MANAGEMENT_LISTEN": "127.0.0.1:9093"},
    "pollux-admin": {"POLLUX_MANAGEMENT_LISTEN": "127.0.0.1:9094"},
}

FILES = {
    "pollux": [
        ("/etc/default/pollux", "The settings of the service, as variables. Restart it after a change."),
        ("/var/lib/pollux/pollux.db", "The votes."),
        ("/var/lib/pollux/pollux.key", "The key of the voters' cookies. Keep it with the votes."),
    ]
}


def roff(text):
    """Text for troff: hyphens stay hyphens when they are copied."""
    text = text.replace("\\", "\\(rs").replace("-", "\\-").replace("…", "...")
    return "\\&" + text if text[:1] in (".", "'") else text


def span(first, last):
    return f"{first} … {last}" if last else first


def man_setting(setting):
    argument = setting["placeholder"]
    flag = roff(span(setting["flag"], setting["last_flag"]))
    shown = f"\\fB{flag}\\fR[=\\fI{roff(argument)}\\fR]" if setting["toggle"] else f"\\fB{flag}\\fR \\fI{roff(argument)}\\fR"
    variable = span(setting["variable"], setting["last_variable"]) or "none, only for a single start"
    return [
        ".TP",
        shown,
        roff(setting["doc"]),
        ".br",
        f"Default: {roff(setting['default'] or 'none')}.",
        f"Allowed: {roff(setting['allowed'])}.",
        ".br",
        f"Environment: {roff(variable)}",
    ]


def man_files(program):
    name = program["name"]
    files = FILES.get(name)
    if files is None and name in SET_BY_PACKAGE:
        files = [(f"/etc/default/{name}", "The settings of the service, as variables. Restart it after a change.")]
    if not files:
        return []
    lines = [".SH FILES"]
    for path, doc in files:
        lines += [".TP", f"\\fI{roff(path)}\\fR", roff(doc)]
    return lines


def man_page(program, date):
    name = program["name"]
    about = program["summary"].rstrip(".")
    lines = [
        f'.TH {roff(name.upper())} 1 {date} "{name} {program["version"]}" "User Commands"',
        ".ad l",
        ".nh",
        ".SH NAME",
        f"{roff(name)} \\- {roff(about[0].lower() + about[1:])}",
        ".SH SYNOPSIS",
        f".B {roff(name)}",
        "[\\fICOMMAND\\fR] [\\fISETTING\\fR ...]",
        ".SH COMMANDS",
        roff(program["without_command"]),
    ]
    for command in program["commands"]:
        operand = f" \\fI{roff(command['operand'])}\\fR" if command["operand"] else ""
        lines += [".TP", f"\\fB{roff(command['name'])}\\fR{operand}", roff(command["doc"])]
    lines += [".SH SETTINGS", roff(program["precedence"])]
    group = None
    for setting in program["settings"]:
        if setting["group"] != group:
            group = setting["group"]
            lines.append(f".SS {roff(group)}")
        lines += man_setting(setting)
    lines += [".SS Other", ".TP", "\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Print the settings."]
    lines += [".TP", "\\fB\\-\\-version\\fR", "Print the version and the commit."]
    if program["notes"]:
        lines.append(".SH NOTES")
        for note in program["notes"]:
            lines += [".PP", roff(note)]
    lines += man_files(program)
    others = sorted({"pollux", "pollux-vote", "pollux-worker", "pollux-result", "pollux-admin", "pollux-seed"} - {name})
    lines += [".SH SEE ALSO", ",\n".join(f"\\fB{roff(other)}\\fR(1)" for other in others)]
    return "\n".join(lines) + "\n"


def values_of(setting):
    """What completes the value of a setting; None if nothing is known about it."""
    if setting["placeholder"] == "PATH":
        return "<files>"
    if setting["toggle"]:
        return "true false"
    words = re.fullmatch(r"one of ([\w-]+(?:, [\w-]+)*)", setting["allowed"])
    return words[1].replace(",", "") if words else None


def completion(program):
    name = program["name"]
    function = "_" + name.replace("-", "_")
    flags = ["--help", "--version"]
    cases = []
    for setting in program["settings"]:
        flags.append(setting["flag"])
        if setting["last_flag"]:
            stem = setting["flag"][:-1]
            flags += [stem + chr(letter) for letter in range(ord("b"), ord("z") + 1)]
        values = values_of(setting)
        if values and not setting["toggle"]:
            words = "-f" if values == "<files>" else f'-W "{values}"'
            cases.append(f'    {setting["flag"]}) mapfile -t COMPREPLY < <(compgen {words} -- "$word"); return ;;')
    words = " ".join([command["name"] for command in program["commands"]] + flags)
    return "\n".join(
        [
            f"# Completion of {name} for bash: commands, settings, and the values that are known.",
            f"{function}() {{",
            "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}",
            "  # bash splits --setting=value into three words.",
            '  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi',
            "  case $before in",
            *cases,
            "  esac",
            f'  mapfile -t COMPREPLY < <(compgen -W "{words}" -- "$word")',
            "}",
            f"complete -F {function} {name}",
            "",
        ]
    )


def default_file(program):
    name = program["name"]
    given = SET_BY_PACKAGE[name]
    lines = [
        f"# Settings of {name}.service, one variable a line; `man {name}` has them, too.",
        f"# After a change: systemctl restart {name}",
    ]
    group = None
    for setting in program["settings"]:
        variable = setting["variable"]
        if not variable:
            continue
        if setting["group"] != group:
            group = setting["group"]
            lines += ["", f"## {group}"]
        lines += ["", *(f"# {line}" for line in textwrap.wrap(setting["doc"], 92))]
        lines += [f"# {line}" for line in textwrap.wrap(f"Allowed: {setting['allowed']}.", 92)]
        if setting["last_variable"]:
            lines.append(f"# The variables are {variable} to {setting['last_variable']}.")
            defaults = setting["default"].split(", ")
            stem = variable[:-1]
            lines += [f'#{stem}{chr(ord("A") + n)}="{label}"' for n, label in enumerate(defaults)]
        elif variable in given:
            lines.append(f"{variable}={given[variable]}")
        else:
            lines.append(f"#{variable}={setting['default']}")
    return "\n".join(lines) + "\n"


def main():
    path, folder, date = sys.argv[1:]
    page = subprocess.run([path, "help", "json"], check=True, capture_output=True, text=True, timeout=30).stdout
    program = json.loads(page)
    target = pathlib.Path(folder) / program["name"]
    target.with_suffix(".1").write_text(man_page(program, date))
    target.with_suffix(".bash").write_text(completion(program))
    if program["name"] in SET_BY_PACKAGE:
        target.with_suffix(".default").write_text(default_file(program))


if __name__ == "__main__":
    main()
