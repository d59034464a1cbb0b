"""What all tests of the command use: how it is run, and what it says."""

import contextlib
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

COMMAND = None  # set by main()
SANITIZED = bool({"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys())  # as the presets set them
CARTPOLE = "CartPole-v1"
TRAIN = ["train", CARTPOLE, "random-search", "--set", "candidates=200", "keep=20"]


def rounds(count):
    """The number of random inputs to try, where `count` is the default."""
    return count * int(os.environ.get("LOCKSTEP_TEST_ROUNDS", 1))


def run(*words, env=None, cwd=None):
    env = None if env is None else {**os.environ, **env}
    return subprocess.run([COMMAND, *words], capture_output=True, text=True, env=env, cwd=cwd)


def shown_on(terminal):
    """Everything written to a terminal whose other end is closed; one read may return a part."""
    shown = b""
    with open(terminal, "rb", buffering=0) as file, contextlib.suppress(OSError):  # its end
        while part := file.read(1 << 16):
            shown += part
    return shown


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def good(self, *words, **settings):
        done = run(*words, **settings)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def document(self, *words, **settings):
        return json.loads(self.good(*words, "--json", **settings))

    def table(self, *words, **settings):
        return list(csv.DictReader(self.good("trace", *words, **settings).splitlines()))

    def bad(self, *words, says, env=None):
        """Exit 2, nothing on standard output, and every text in `says` on standard error."""
        done = run(*words, env=env)
        self.assertEqual((done.returncode, done.stdout), (2, ""), (words, done.stderr))
        for line in done.stderr.splitlines():
            self.assertTrue(line.startswith("lockstep: "), line)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, done.stderr, words)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)


def supported_isas():
    listed = json.loads(run("list", "isa", "--json").stdout)["isa"]
    return [isa["name"] for isa in listed if isa["supported"]]


def main():
    """Runs the tests of the calling script, whose first argument is the command."""
    global COMMAND
    COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main()
