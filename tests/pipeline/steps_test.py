"""The steps of .ci/run with stubs for commands: what is printed, and that everything ends, regardless of what a step does."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

STEPS = pathlib.Path(__file__).parents[2] / ".ci/steps.sh"


class Steps(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, script):
        """Starts a run in a process group of its own, as a terminal or a job does."""
        return subprocess.Popen(["bash", "-uo", "pipefail", "-c", f"source {STEPS}\n{script}"], cwd=self.folder.name, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                env={**os.environ, "TMPDIR": self.folder.name})

    def run_steps(self, script):
        """Returns status and output."""
        run = self.start(script)
        output, _ = run.communicate(timeout=60)
        self.assert_nothing_is_left()
        return run.returncode, output

    def wait_for(self, name):
        deadline = time.monotonic() + 60
        while not (path := pathlib.Path(self.folder.name, name)).exists() or not path.read_text(encoding="utf-8").strip():
            self.assertLess(time.monotonic(), deadline, f"there is no {name}")
            time.sleep(0.02)
        return path.read_text(encoding="utf-8").strip()

    def assert_nothing_is_left(self):
        self.assertEqual([path for path in pathlib.Path(self.folder.name).iterdir() if path.is_dir()], [], "the logs are left")

    def assert_ended(self, process):
        """The process has ended, or waits to be reaped."""
        deadline = time.monotonic() + 60
        while self.runs(process):
            self.assertLess(time.monotonic(), deadline, f"process {process} runs")
            time.sleep(0.02)

    @staticmethod
    def runs(process):
        try:
            return pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] != "Z"
        except (FileNotFoundError, ProcessLookupError):  # the latter if it ends while this is read
            return False

    def test_reports_duration_and_cpu_time_of_each_step(self):
        status, output = self.run_steps("""
            spin() { python3 -c 'import time
while time.process_time() < 1.2: pass'; }
            sequence() { step busy spin; step idle sleep 1; }
            side_by_side sequence""")
        self.assertEqual(status, 0, output)
        for name, seconds in (("busy", "[1-9]"), ("idle", "0")):
            self.assertRegex(output, rf"\n{name}       ok       +\d+ s,    {seconds} s of CPU time\n")
        self.assertRegex(output, r"\nAll ok in \d+ s\.\n$")

    def test_prints_the_output_of_parallel_steps_whole(self):
        lines = "for n in 1 2 3; do echo $1 $n; sleep 0.1; done; echo $1 >&2"
        status, output = self.run_steps(f"""
            talk() {{ {lines}; }}
            left() {{ step a talk left; step b talk left; }}
            right() {{ step c talk right; step_at_once d talk right; }}
            side_by_side left right""")
        self.assertEqual(status, 0, output)
        for name, word in (("a", "left"), ("b", "left"), ("c", "right")):
            self.assertIn(f"{word} 1\n{word} 2\n{word} 3\n{word}\n=== {name}: ok after ", output)
        self.assertEqual(output.count("right 3\n"), 2, "what is printed at once is not repeated")

    def test_runs_all_steps_and_repeats_the_errors_of_those_that_failed(self):
        status, output = self.run_steps("""
            broken() { echo 'error: this is why'; return 3; }
            left() { step a broken; step b true; }
            right() { step_at_once c broken; }
            side_by_side left right
            last() { step d true; }
            side_by_side last""")
        self.assertEqual(status, 1, output)
        for name, verdict in (("a", "FAILED"), ("b", "ok"), ("c", "FAILED"), ("d", "ok")):
            self.assertRegex(output, rf"\n{name}          {verdict}  ")
            self.assertIn(f"=== {name}: {verdict} after ", output)
        self.assertRegex(output, r"(--- [ac]\nerror: this is why\n){2}Failed: (a c|c a), in \d+ s\.\n$")

    def test_a_step_waits_for_one_of_the_other_sequence(self):
        status, output = self.run_steps("""
            left() { after slow; step late test -e done; }
            right() { step slow bash -c 'sleep 0.5; touch done'; }
            side_by_side left right""")
        self.assertEqual(status, 0, output)

    def test_ends_what_hangs_and_prints_its_output(self):
        status, output = self.run_steps("""
            limit_s=8 grace_s=1
            hang() { echo "error: stuck"; echo $BASHPID >process; exec sleep 600; }
            stubborn() { trap '' TERM; echo $BASHPID >other; while :; do sleep 0.1; done; }
            left() { step fast true; step stuck hang; step never true; }
            right() { step stubborn stubborn; }
            side_by_side left right
            side_by_side right""")
        self.assertEqual(status, 1, output)
        self.assertRegex(output, r"error: stuck\n=== stuck: ENDED after \d+ s\n")
        self.assertRegex(output, r"\nfast       ok  .*\n(.*\n)*stuck      ENDED ")
        self.assertRegex(output, r"--- stuck\nerror: stuck\n(.*\n)*Failed: .*\bstuck\b.*, in \d+ s\.\n$")
        self.assertNotIn("=== never", output)
        for name in ("process", "other"):
            self.assert_ended(self.wait_for(name))

    def test_ends_all_steps_and_lets_them_clean_up_if_it_is_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            run = self.start("""
                cleaning() (
                  trap 'echo cleaned; touch cleaned' EXIT
                  trap 'exit 143' TERM
                  echo $BASHPID >process
                  sleep 600
                )
                waiting() { echo $BASHPID >begun; sleep 600; }
                left() { step left waiting; }
                right() { step right cleaning; step never true; }
                side_by_side left right""")
            self.wait_for("begun")
            process = self.wait_for("process")
            os.kill(run.pid, number)
            output, _ = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 1, output)
            self.assertIn("cleaned\n=== right: ENDED after ", output)
            self.assertRegex(output, r"Failed: left right, in \d+ s\.\n$")
            self.assertNotIn("=== never", output)
            self.assert_ended(process)
            self.assert_nothing_is_left()
            for name in ("begun", "process", "cleaned"):
                pathlib.Path(self.folder.name, name).unlink()

    def test_fails_if_a_sequence_is_killed(self):
        status, output = self.run_steps("""
            hang() { echo "so far"; touch begun; sleep 600; }
            left() { step hangs hang; }
            right() { step unlucky bash -c 'until [ -e begun ]; do sleep 0.05; done; kill -KILL $PPID; sleep 600'; }
            side_by_side left right""")
        self.assertEqual(status, 1, output)
        self.assertIn("so far\n=== hangs: ENDED", output)
        self.assertIn("=== unlucky: ENDED", output)
        self.assertRegex(output, r"Failed: .*hangs unlucky")

    def test_a_sequence_that_a_killed_test_paused_goes_on(self):
        status, output = self.run_steps("""
            paused() { kill -STOP -- "-$POLLUX_TESTS_PAUSE"; kill -KILL $BASHPID; }
            left() { step work sleep 0.5; step more true; }
            right() { sleep 0.2; step pausing eval '(paused)'; }
            side_by_side left right""")
        self.assertEqual(status, 1, output)
        self.assertRegex(output, r"\nmore       ok ")
        self.assertRegex(output, r"Failed: pausing, in")

    def test_a_test_in_the_second_sequence_can_pause_the_first_and_no_other(self):
        status, output = self.run_steps("""
            left() { step left test -z "$POLLUX_TESTS_PAUSE"; until [ -e looked ]; do sleep 0.05; done; }
            right() { step right kill -0 -- "-$POLLUX_TESTS_PAUSE"; touch looked; }
            side_by_side left right
            side_by_side left""")
        self.assertEqual(status, 0, output)


if __name__ == "__main__":
    unittest.main(argv=[re.sub(r".*/", "", sys.argv[0]), "-v"])
