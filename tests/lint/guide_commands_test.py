"""scripts/guide_commands.py finds the commands of a guide, and what is wrong with the list of them."""
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import guide_commands  # noqa: E402

GUIDE = """# A guide

    ./dev run      # starts it
    ./dev test     runs the tests

1. A step:

       for name in a b; do
         echo "$name"
       done >> file

   Text of the step.
2. Another, with `./dev stats all` and `pollux_ready == 0`:

       helm upgrade one \\
         -f values.yaml
       echo one |
         cat

- not code
  but `kubectl get pods` in a list

```sh
pollux help
```

```yaml
no: command
```

    browser ──▶ vote

In the file `.env`:

    QUESTION="Where shall we eat?"
    PORT=80
"""
COMMANDS = [
    ["./dev run", "./dev test"],
    ['for name in a b; do\necho "$name"\ndone >> file'],
    ["helm upgrade one \\\n-f values.yaml", "echo one |\ncat"],
    ["pollux help"],
    ["./dev stats all"],
    ["kubectl get pods"],
]
COMPOSE = """services:
  vote:
    image: vote
  seed:
    profiles: [seed]

networks: {}
"""


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("docker-compose.yml", COMPOSE)

    def write(self, name, text):
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def problems(self, guide, lines):
        self.write("README.md", guide)
        return guide_commands.check(self.root, [guide_commands.Entry(line) for line in lines])

    def test_finds_blocks_and_inline_commands(self):
        path = self.write("README.md", GUIDE)
        self.assertEqual(COMMANDS, [block for block in guide_commands.blocks_of(path, self.root) if block])

    def test_a_command_without_a_line_is_a_problem(self):
        lines = ["./dev run :: serve :: Cats"]
        self.assertEqual([], self.problems("    ./dev run\n", lines))
        self.assertIn("./dev walk: is in no line", self.problems("    ./dev run\n    ./dev walk\n", lines)[0])

    def test_a_line_without_a_command_is_a_problem(self):
        self.assertIn("no guide has: a **", self.problems("    b\n", ["b :: not :: a reason", "a ** :: not :: a reason"])[0])

    def test_a_test_that_does_not_exist_is_a_problem(self):
        self.write("check.sh", "attempt down")
        self.assertEqual([], self.problems("    down\n", ["down :: see check.sh :: attempt down"]))
        self.assertIn("does not have: up", self.problems("    down\n", ["down :: see check.sh :: up"])[0])
        self.assertIn("gone.sh does not exist", self.problems("    down\n", ["down :: see gone.sh :: down"])[0])

    def test_unknown_services_and_profiles_of_compose_are_problems(self):
        lines = ["docker compose ** :: not :: a reason"]
        self.assertEqual([], self.problems("    docker compose --profile seed up -d vote\n", lines))
        self.assertIn("no service wote", self.problems("    docker compose logs -f wote\n", lines)[0])
        self.assertIn("no profile sed", self.problems("    docker compose --profile sed up -d\n", lines)[0])
        self.assertIn("no service d", self.problems("    docker compose exec -T d sh -c x\n", lines)[0])

    def test_a_line_needs_a_kind_and_a_reason(self):
        for line in ("a", "a :: not", "a :: perhaps :: x", "a :: not :: "):
            with self.subTest(line), self.assertRaises(ValueError):
                guide_commands.Entry(line)

    def test_commands_to_execute_stay_together_and_come_once(self):
        self.write("README.md", "    a\n    b\n\ntext\n\n    a\n    b\n\n`./dev c d`\n")
        lines = ["a :: run :: x", "b :: run :: y", "./dev c d :: not :: z"]
        blocks = guide_commands.executed_blocks(self.root, [guide_commands.Entry(line) for line in lines])
        self.assertEqual([["a", "b"]], [[step["command"] for step in block["commands"]] for block in blocks])


# What older guides say, and why it does not work or is not safe any more.
OUTDATED = {
    r"\bdocker-compose (?!-)": "docker compose is Compose 2; QUICKSTART.md names the older one once",
    r"minikube docker-env": "minikube uses containerd: image load",
    r"addons enable ingress\b": "ingress-nginx is archived since March 2026",
    r"helm repo add": "the charts are in OCI registries",
    r"loki-stack|promtail|grafana-agent|SimpleScalable": "replaced by Loki in monolithic mode and by Alloy",
    r"\bbitnami/": "the images and charts moved or are not updated",
    r"COSIGN_EXPERIMENTAL|attest-build-provenance": "not needed, replaced by actions/attest",
    r"snyk test(?! --unmanaged)": "it cannot see the dependencies of C++",
    r"apt-key|kubectl run --generator": "removed",
}


class Guides(unittest.TestCase):
    def test_no_command_is_outdated(self):
        root = pathlib.Path(__file__).parents[2]
        texts = {path: "\n".join(sum(guide_commands.blocks_of(path, root), [])) for path in guide_commands.guides(root)}
        texts |= {path: path.read_text(encoding="utf-8") for path in root.glob("k8s/**/*.sh")}
        self.assertGreater(len(texts), 20)
        for path, text in texts.items():
            for pattern, reason in OUTDATED.items():
                with self.subTest(path=str(path.relative_to(root)), reason=reason):
                    self.assertNotRegex(text, pattern)

    def test_no_command_has_a_secret_as_an_argument(self):
        """Other users of the machine can read command lines."""
        root = pathlib.Path(__file__).parents[2]
        secret = re.compile(r"--from-literal|(password|secret|key)[= ]\S*\$\(openssl|reset-admin-password (?!--)| --?pass(word)?[ =]|redis-cli -a\b")
        commands = [command for path in guide_commands.guides(root) for block in guide_commands.blocks_of(path, root) for command in block]
        self.assertGreater(len(commands), 100)
        for command in commands:
            with self.subTest(command):
                # A shell's own printf is no program, and its arguments are not on a command line.
                self.assertNotRegex(re.sub(r"printf .*?(?=\||$)", "", command), secret)


if __name__ == "__main__":
    unittest.main()
