"""./dev pipeline: lists, checks and runs the pipelines of .github/workflows. Usage: see scripts/pipeline.sh."""
import pathlib
import sys

import rules
import runner
from workflows import GITLAB, Unreadable, all_jobs


def print_list(root):
    file = None
    for job in all_jobs(root):
        if job.file != file:
            file = job.file
            print(file if file == GITLAB else file.stem)
        print(f"  {job.label}")
        for step in job.steps:
            for words in step.commands():
                print(f"    {' '.join(words)}")


def main(arguments):
    root = pathlib.Path(arguments[0]).resolve()
    match arguments[1:]:
        case ["list"]:
            print_list(root)
        case ["check"]:
            problems = rules.check(root)
            for problem in problems:
                print(problem)
            return 1 if problems else 0
        case ["run", workflow, *names]:
            return runner.run(root, workflow, names)
        case _:
            print("Usage: ./dev pipeline list | check | run WORKFLOW [JOB…]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unreadable as error:
        sys.exit(str(error))
