"""The examples in YAML of the guides, for examples.sh: examples.py objects|values DIR, or examples.py keys RENDERED.

`objects` and `values` write the objects of Kubernetes and the values of the chart, each into a file of its own, and print
the paths. `keys` reads the chart as rendered with the guides' Secrets, and fails if pods need a key that the examples of
Sealed Secrets and External Secrets do not make.
"""
import pathlib
import re
import sys
import textwrap

import yaml

GUIDES = ["SECRETS-MANAGEMENT.md", "k8s/DEPLOYMENT.md"]
FENCED = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
OTHERS = {"services", "alertmanager"}  # of Docker Compose, and of the chart of Prometheus


def examples():
    """[(guide, text, first document)]"""
    for guide in GUIDES:
        for _, text in FENCED.findall(pathlib.Path(guide).read_text(encoding="utf-8")):
            text = textwrap.dedent(text)
            first = next(yaml.safe_load_all(text))
            if not OTHERS & first.keys():
                yield guide, text, first


def write(kind, folder):
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [(guide, text) for guide, text, first in examples() if ("apiVersion" in first) == (kind == "objects")]
    for number, (guide, text) in enumerate(chosen, 1):
        path = folder / f"{pathlib.Path(guide).stem}-{number}.yaml"
        path.write_text(text.replace("sha256:…", "sha256:" + "0" * 64), encoding="utf-8")
        print(path)


def made():
    """{Secret: keys} of the objects in the examples."""
    secrets = {}
    for _, text, first in examples():
        for document in yaml.safe_load_all(text) if "apiVersion" in first else ():
            spec = document["spec"]
            if document["kind"] == "SealedSecret":
                secrets.setdefault(document["metadata"]["name"], set()).update(spec["encryptedData"])
            if document["kind"] == "ExternalSecret":
                secrets.setdefault(spec["target"]["name"], set()).update(entry["secretKey"] for entry in spec["data"])
    return secrets


def needed(node, secrets):
    """Adds the keys of Secrets that a pod reads as variables or as files."""
    if isinstance(node, list):
        for item in node:
            needed(item, secrets)
    elif isinstance(node, dict):
        reference = node.get("secretKeyRef")
        if reference:
            secrets.setdefault(reference["name"], set()).add(reference["key"])
        if isinstance(node.get("secret"), dict) and "items" in node["secret"]:
            secret = node["secret"]
            name = secret.get("secretName") or secret.get("name")
            secrets.setdefault(name, set()).update(item["key"] for item in secret["items"])
        for value in node.values():
            needed(value, secrets)
    return secrets


def check_keys(rendered):
    want = needed(list(yaml.safe_load_all(rendered.read_text(encoding="utf-8"))), {})
    have = made()
    missing = [f"{name}: {key}" for name, keys in want.items() for key in keys - have.get(name, set())]
    if not want or missing:
        sys.exit(f"The examples make no {', '.join(missing) or 'Secret that pods need'}")
    print(f"{sum(map(len, want.values()))} keys of {len(want)} Secrets")


if __name__ == "__main__":
    command, path = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "keys":
        check_keys(path)
    else:
        write(command, path)
