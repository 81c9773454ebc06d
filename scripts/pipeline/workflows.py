"""Reads the pipelines: .github/workflows as GitHub does, with matrices and called workflows, and .gitlab-ci.yml with `extends`.

Only what our files use is understood. Expressions of `matrix` and `inputs` are replaced; all others stay as they are, because
only GitHub knows their values.
"""
import dataclasses
import itertools
import pathlib
import re
import shlex

import yaml

WORKFLOWS = pathlib.Path(".github/workflows")
GITLAB = pathlib.Path(".gitlab-ci.yml")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the former is ten times as fast
GITLAB_KEYWORDS = {"default", "include", "stages", "variables", "workflow"}


class Unreadable(Exception):
    """A pipeline that this module does not understand; the text says why."""


@dataclasses.dataclass
class Step:
    name: str
    run: str | None = None
    uses: str | None = None
    inputs: dict = dataclasses.field(default_factory=dict)
    env: dict = dataclasses.field(default_factory=dict)  # of the workflow, the job and the step
    condition: str | None = None

    def left_out(self, environment=()):
        """Why the step is not run outside of GitHub, which alone knows conditions and expressions; none if it is run.

        A variable that is set in the environment is known."""
        if self.condition and self.condition != "always()":
            return f"only if {self.condition}"
        unknown = [name for name, value in self.env.items() if EXPRESSION.search(str(value)) and name not in environment]
        return f"{unknown[0]} is {self.env[unknown[0]]}" if unknown else None

    def commands(self):
        """The commands of `run`, each a list of words in which known variables are replaced."""
        lines = (self.run or "").replace("\\\n", " ").split("\n")
        return [self.words(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]

    def words(self, line):
        values = {name: str(value) for name, value in self.env.items() if not EXPRESSION.search(str(value))}
        replaced = re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found[1], found[0]), line)
        try:
            return shlex.split(replaced)
        except ValueError as error:
            raise Unreadable(f"'{line.strip()}' is not a command: {error}") from error


@dataclasses.dataclass
class Job:
    file: pathlib.Path
    id: str       # as in the file
    label: str    # with the values of its matrix, or the job of the workflow that it calls
    needs: list
    steps: list
    keys: dict    # as in the file
    condition: str | None = None


def read(path):
    """The file's content; `on`, which YAML 1.1 reads as true, is a string."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.YAMLError as error:
        raise Unreadable(f"{path} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise Unreadable(f"{path} is not a mapping.")
    return {"on" if key is True else key: value for key, value in content.items()}


def as_list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def resolve(value, known):
    """Replaces the expressions `matrix.x` and `inputs.x` in all texts of the value."""
    if isinstance(value, dict):
        return {key: resolve(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, known) for item in value]
    if isinstance(value, str):
        return EXPRESSION.sub(lambda found: str(known.get(found[1], found[0])), value)
    return value


def combinations(matrix):
    """The combinations of a matrix: the product of its lists, then `include`."""
    lists = {key: values for key, values in matrix.items() if key != "include"}
    product = [dict(zip(lists, values)) for values in itertools.product(*lists.values())] if lists else []
    return product + matrix.get("include", [])


def steps_of(keys, env, known):
    env = env | resolve(keys.get("env", {}), known)
    steps = []
    for entry in keys.get("steps", []):
        entry = resolve(entry, known)
        steps.append(Step(
            name=entry.get("name") or entry.get("uses") or entry.get("run", "").split("\n")[0],
            run=entry.get("run"),
            uses=entry.get("uses"),
            inputs=entry.get("with", {}),
            env=env | entry.get("env", {}),
            condition=entry.get("if"),
        ))
    return steps


def jobs_of(root, path, inputs=None):
    """The jobs of a workflow, in the order of the file; one for each combination of a matrix, and those of called workflows."""
    content = read(root / path)
    known_inputs = {f"inputs.{name}": value for name, value in (inputs or {}).items()}
    env = resolve(content.get("env", {}), known_inputs)
    jobs = []
    for name, keys in content.get("jobs", {}).items():
        matrix = keys.get("strategy", {}).get("matrix")
        for values in combinations(matrix) if matrix else [{}]:
            known = known_inputs | {f"matrix.{key}": value for key, value in values.items()}
            label = name + "".join(f" {value}" for value in values.values())
            common = {"file": path, "id": name, "needs": as_list(keys.get("needs")), "keys": keys, "condition": keys.get("if")}
            if "uses" not in keys:
                jobs.append(Job(label=label, steps=steps_of(keys, env, known), **common))
                continue
            called = pathlib.Path(keys["uses"])
            if not (root / called).is_file():
                raise Unreadable(f"{path}: the job {name} calls {called}, which is not a file of this repository.")
            for job in jobs_of(root, called, resolve(keys.get("with", {}), known)):
                jobs.append(Job(label=f"{label}/{job.label}", steps=job.steps, **common))
    return jobs


def events_of(content):
    """What starts a workflow: the names, with their settings."""
    events = content.get("on")
    return events if isinstance(events, dict) else {event: None for event in as_list(events)}


def all_jobs(root):
    """The jobs of all workflows and of GitLab's pipeline; those of a workflow that others call are the callers'."""
    jobs = []
    for path in workflows(root):
        if set(events_of(read(root / path))) != {"workflow_call"}:
            jobs += jobs_of(root, path)
    return jobs + (gitlab_jobs(root) if (root / GITLAB).exists() else [])


def workflows(root):
    return sorted(path.relative_to(root) for path in (root / WORKFLOWS).glob("*.y*ml"))


def gitlab_jobs(root):
    """The jobs of .gitlab-ci.yml, one for each combination of `parallel: matrix`; a step is a line of `script`."""
    content = read(root / GITLAB)
    jobs = []
    for name, keys in content.items():
        if name in GITLAB_KEYWORDS or name.startswith("."):
            continue
        keys = extended(content, name)
        shared = content.get("variables", {}) | keys.get("variables", {})
        for values in keys.get("parallel", {}).get("matrix", [{}]):
            for chosen in combinations({key: as_list(value) for key, value in values.items()}) or [{}]:
                env = {key: value["value"] if isinstance(value, dict) else value for key, value in (shared | chosen).items()}
                steps = [Step(name=line, run=line, env=env) for line in as_list(keys.get("script"))]
                needs = [need if isinstance(need, str) else need["job"] for need in as_list(keys.get("needs"))]
                label = name + "".join(f" {value}" for value in chosen.values())
                jobs.append(Job(file=GITLAB, id=name, label=label, needs=needs, steps=steps, keys=keys))
    return jobs


def extended(content, name):
    """The keys of a job with those that it extends; GitLab merges mappings and replaces everything else."""
    keys = content[name]
    for base in as_list(keys.get("extends")):
        if base not in content:
            raise Unreadable(f"{GITLAB}: {name} extends {base}, which does not exist.")
        keys = merged(extended(content, base), keys)
    return keys


def merged(base, over):
    both = {key: merged(base[key], value) for key, value in over.items() if isinstance(base.get(key), dict) and isinstance(value, dict)}
    return base | over | both
