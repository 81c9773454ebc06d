"""scripts/prose.py reports the wording that it is there to reject, and accepts plain English."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
import prose  # noqa: E402

# As they once stood in this tree.
REJECTED = {
    "// The queue has let go of it.": ["let go of"],
    "// Null where Redis is away.": ["where", "is away"],
    "Where the vote can't be recorded the answer is 503,": ["Where the vote can't be recorded the answer is 503,"],
    "// Its answer waits for the queue's word\n": ["the queue's word"],
    "// Nobody asks anew, whoever it was.": ["anew", "Nobody", "whoever"],
    'say("FAULTY");': ["FAULTY"],
    "clang tidy is content": ["is content"],
    "Look whether it runs and may be reached from here.": ["Look whether"],
    '"the options and where it cannot"': ["where", "where it cannot"],
    "void hand_over(Work work);": ["hand_over"],
    "// Bytes, a whole\n// number.": ["whole number"],
    "class WorkLine {  // of a lane": ["WorkLine", "lane"],
    "// The original's list, whose behaviour": ["The original's", "behaviour"],
    'fail("the server was"\n     " told to stop");': ["told"],
}

ACCEPTED = [
    "The response is sent once the queue accepts or rejects the vote.",
    "Memory decides: both meet the latency target at the default thread count.",
    "Check that it is running and reachable.",
    "SELECT version FROM votes WHERE poll = $1",
    "the folder where the program keeps its files",
    "Where to vote, and where is the key?",
    "content-type, contents",
    "the file on which it depends\n\non",
]


class Prose(unittest.TestCase):
    def found(self, text, markdown=False):
        return [match for _, match, _ in prose.findings(text, prose.rules(), markdown)]

    def test_rejects_what_reads_as_archaic_or_translated(self):
        for text, expected in REJECTED.items():
            with self.subTest(text):
                self.assertEqual(sorted(expected), sorted(self.found(text)))

    def test_accepts_plain_english(self):
        for text in ACCEPTED:
            with self.subTest(text):
                self.assertEqual([], self.found(text))

    def test_names_the_line(self):
        lines = [line for line, _, _ in prose.findings("one\ntwo\n\nthree anew\n", prose.rules())]
        self.assertEqual([4], lines)

    def test_ignores_code_in_markdown(self):
        text = "`anew` is not a word.\n\n    anew\n\n```\nanew\n```\n"
        self.assertEqual([], self.found(text, markdown=True))
        self.assertEqual(["anew"] * 3, self.found(text))

    def test_every_rule_has_a_replacement_and_a_reason(self):
        for rule in prose.rules():
            with self.subTest(rule.regex.pattern):
                self.assertTrue(rule.instead and rule.reason)


if __name__ == "__main__":
    unittest.main()
