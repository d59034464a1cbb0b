"""The command on machines with few resources or rights: python3 machine_test.py LOCKSTEP"""

import os
import pathlib
import pty
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

import command_support
from command_support import CARTPOLE, TRAIN
from sweep_support import FUNCTION, LONG, Sweep, changed

SMALL = changed(FUNCTION, study=dict(trials=20, generation=10, tuning_seeds=2, validation_seeds=2,
                                     test_seeds=2, first_seeds=1, top=2))
SOMEBODY = 54321  # a user who owns nothing and runs nothing else
READING = (["status"], ["best"], ["trials"], ["verify"], ["export"], ["export", "--format", "csv"],
           ["report"], ["replay", "3"])


class Machine(Sweep):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)  # others may read but not write

    def as_somebody(self, *words, processes=None):
        """Runs it without root's rights, and with few processes if requested."""
        if os.geteuid() != 0:
            self.skipTest("takes root, to become somebody else")

        def become():
            os.setgroups([])
            os.setgid(SOMEBODY)
            if processes:
                resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            os.setuid(SOMEBODY)

        return subprocess.run([self.command(), *words], capture_output=True, text=True,
                              preexec_fn=become, cwd="/", timeout=60)

    def command(self):
        """A folder that everybody can reach."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        return shutil.copy(command_support.COMMAND, folder.name)

    def listing(self):
        return sorted((p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in self.folder.iterdir())


class ReadOnly(Machine):
    """Reading requires no write permission."""

    def finished(self):
        store = self.store("s.db")
        self.sweep(self.toml(SMALL), store)
        self.assertFalse(os.path.exists(store + "-wal"))
        return store

    def test_of_another_user(self):
        store = self.finished()
        for verb, *words in READING:
            before = self.listing()
            done = self.as_somebody(verb, store, *words)
            self.assertEqual((done.returncode, done.stderr), (0, ""), verb)
            self.assertEqual(self.listing(), before, verb)
            self.assertEqual(done.stdout, self.good(verb, store, *words), verb)
            for ending in ("-wal", "-shm"):  # the owner could make them
                pathlib.Path(store + ending).unlink(missing_ok=True)

    def test_names_with_a_meaning_in_uris(self):
        store = self.finished()
        for name in ("a%41", "b?mode=memory", "c#d", "e f", "g&h=i", "%", "\u00e4"):
            odd = shutil.copy(store, self.store(name))
            done = self.as_somebody("status", odd)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_read_only_mount(self):
        store = self.finished()
        script = ('mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77; shift; '
                  'touch "$1" 2>/dev/null && exit 78; shift; exec "$@"')
        for verb, *words in READING:
            done = subprocess.run(
                ["unshare", "-m", "sh", "-c", script, "sh", str(self.folder), store,
                 command_support.COMMAND, verb, store, *words], capture_output=True, text=True)
            if done.returncode == 77 or "unshare" in done.stderr:
                self.skipTest("this machine mounts nothing: " + done.stderr)
            self.assertEqual((done.returncode, done.stderr), (0, ""), verb)
        self.assertEqual(done.stdout, self.good(verb, store, *words))

    def test_rows_in_a_log_are_read_or_told(self):
        store = self.store("s.db")
        process = self.begin_and_wait(self.toml(LONG), store, trials=48)
        process.kill()
        process.communicate()
        whole = self.dump(store)
        self.assertGreater(os.path.getsize(store + "-wal"), 0)
        done = self.as_somebody("export", store)
        self.assertEqual((done.returncode, done.stdout), (0, whole))
        os.unlink(store + "-shm")
        before = self.listing()
        done = self.as_somebody("export", store)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("-wal', which cannot be read", done.stderr)
        self.assertEqual(self.listing(), before)
        os.chmod(store + "-wal", 0o600)
        self.assertEqual(self.as_somebody("status", store).returncode, 1)

    def test_what_nobody_may_read(self):
        store = self.finished()
        os.chmod(store, 0o600)
        done = self.as_somebody("status", store)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)

    def test_no_study_goes_on_there(self):
        store, file = self.finished(), self.store("study.toml")
        before = self.listing()
        done = self.as_somebody("sweep", file, "--store", store)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"--store = '{store}' is write-protected", done.stderr)
        done = self.as_somebody("sweep", file, "--store", self.store("new.db"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot write in", done.stderr)
        self.assertEqual(self.listing(), before)


class Streams(Machine):
    """Standard streams that are closed, full, or have no reader."""

    BAD = (["bogus"], ["train"], ["trace", "CartPol-v1"], ["status", "/absent"], ["sweep", "/absent"],
           ["eval", "/absent"], ["render", "/absent", "-o", "x"], ["replay", "/absent", "1"],
           ["board", "--size", "0"], ["bench", "--env", "x"], ["reproduce", "x"], ["--seed", "x"],
           ["list", "x"], ["export", "/absent"], ["verify", ""])

    def shell(self, redirections, *words):
        return subprocess.run(["bash", "-c", f'"$0" "$@" {redirections}', command_support.COMMAND, *words],
                              capture_output=True, text=True, cwd=self.folder, timeout=60)

    def test_bad_usage(self):
        for redirections in ("2>&-", "2>/dev/full", "2> >(exec true)", ">&- 2>&-", "<&- >&- 2>&-",
                             ">/dev/full 2>&1", "<&-"):
            for words in self.BAD:
                self.assertEqual(self.shell(redirections, *words).returncode, 2,
                                 (redirections, words))

    def test_failures(self):
        for redirections in ("2>&-", "2>/dev/full"):
            self.assertEqual(self.shell(redirections + " >/dev/full", *TRAIN).returncode, 1)
            self.assertEqual(self.shell(redirections + " >&-", *TRAIN).returncode, 1)
            self.assertEqual(self.shell(redirections, *TRAIN).returncode, 0)

    def test_standard_output(self):
        for redirections in (">&-", ">/dev/full"):
            for words in (TRAIN, ["list"], ["board"], ["trace", CARTPOLE], ["--help"],
                          ["train", "--help"], ["list", "--json"]):
                done = self.shell(redirections, *words)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, "lockstep: cannot write to standard output\n"), words)

    def test_files_do_not_take_their_places(self):
        """The next opened file would get the number of a closed stream, and its messages."""
        whole = self.truth(SMALL)[1]
        for number, redirections in enumerate((">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "<&-")):
            store = self.store(f"{number}.db")
            self.shell(redirections, "sweep", self.toml(SMALL), "--store", store)
            self.good("verify", store)
            self.assertEqual(self.dump(store), whole)

    def test_closed_streams_lead_nowhere(self):
        file, store = self.toml(LONG), self.store("s.db")
        process = subprocess.Popen(["bash", "-c", 'exec "$0" "$@" <&- >&- 2>&-',
                                    command_support.COMMAND, "sweep", file, "--store", store])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        while self.told(store).get("trials", 0) < 1:
            self.assertIsNone(process.poll(), "it ended before that")
            time.sleep(0.01)
        for stream in range(3):
            self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/{stream}"), "/dev/null")

    def test_progress(self):
        words = [*TRAIN, "--set", "candidates=20000", "keep=100", "validation_episodes=1000"]
        for variables, escapes, line in (({}, True, True), ({"NO_COLOR": "1"}, False, True),
                                         ({"NO_COLOR": ""}, True, True),
                                         ({"TERM": "dumb"}, False, False),
                                         ({"TERM": "dumb", "NO_COLOR": "1"}, False, False)):
            env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
            ours, theirs = pty.openpty()
            done = subprocess.run([command_support.COMMAND, *words], stdout=subprocess.PIPE,
                                  stderr=theirs, env={**env, "TERM": "xterm", **variables})
            os.close(theirs)
            shown = command_support.shown_on(ours)
            self.assertEqual(done.returncode, 0)
            self.assertEqual((b"\x1b" in shown, b" %" in shown), (escapes, line), variables)
            if line and not escapes:  # the line is erased at the end
                self.assertRegex(shown, rb"\r +\r$")


@unittest.skipIf(command_support.SANITIZED, "sanitizers want a thread and terabytes of addresses for themselves")
class Threads(Machine):
    """Threads that cannot be started are an error with a message."""

    def told(self, done):
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stderr, "^lockstep: .*can(not)? be started.*\n$")
        self.assertEqual(done.stdout, "")

    def test_few_processes(self):
        train = [*TRAIN, "--seeds", "64"]
        for processes, threads in ((1, 2), (1, 8), (4, 8), (7, 8)):
            self.told(self.as_somebody(*train, "--threads", str(threads), processes=processes))
        self.told(self.as_somebody(*train, "--threads", "1", processes=1))  # the one for interrupts
        done = self.as_somebody(*train, "--threads", "1", processes=2)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.as_somebody(*train, "--threads", "8", processes=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_study(self):
        self.toml(SMALL)
        os.chmod(self.folder, 0o777)
        for processes in (1, 2):  # those for commits and interrupts
            self.told(self.as_somebody("sweep", self.store("study.toml"), "--store",
                                       self.store("s.db"), "--threads", "1", processes=processes))
        done = self.as_somebody("sweep", self.store("study.toml"), "--store", self.store("s.db"),
                                "--threads", "1", processes=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.dump(self.store("s.db")), self.truth(SMALL)[1])

    def test_little_memory(self):
        """The stacks of so many threads do not fit; any user may be given so little memory."""
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
        self.told(subprocess.run([command_support.COMMAND, *TRAIN, "--threads", "512"],
                                 capture_output=True, text=True, preexec_fn=limit))


if __name__ == "__main__":
    command_support.main()
