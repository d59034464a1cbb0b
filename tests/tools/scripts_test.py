"""tools/run, install, distros and arm around a simulated build: python3 scripts_test.py SOURCE"""

import contextlib
import fcntl
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
SOMEBODY = 54321  # a user who owns nothing
PROGRAMS = "bash readlink mkdir flock stat sed tee tail cat env"  # none that builds or installs
PLAYED = {
    "dpkg-query": '[[ -e missing ]] || printf "installed=%s " "${@:4}"',
    "cmake": 'mkdir -p build/release; echo "-- Configuring"; echo >build/release/build.ninja',
    "ninja": """cat >/dev/null
echo "ninja: Entering directory 'build/release'"
if [[ ! -s work ]]; then echo "ninja: no work to do."; exit; fi
cat work
[[ $(<work) != *error:* ]] || exit 1
>work
printf '#!/bin/bash\\necho "$PWD: $*"; cat\\n' >build/release/lockstep
PATH=/usr/bin:/bin chmod +x build/release/lockstep""",
}


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lockstep scripts "))
        self.addCleanup(shutil.rmtree, self.folder)
        self.root = self.folder / "a clone"
        (self.root / "tools").mkdir(parents=True)
        (self.root / "tests" / "support").mkdir(parents=True)
        for name in ("tools/run", "tools/install", "tools/distros", "tools/arm", "tests/support/rows.sh"):
            shutil.copy(SOURCE / name, self.root / name)
        (self.root / "CMakePresets.json").touch()
        self.path = self.folder / "programs"
        self.path.mkdir()
        for name in PROGRAMS.split():
            (self.path / name).symlink_to(shutil.which(name))
        for name, text in PLAYED.items():
            (self.path / name).write_text(f"#!/bin/bash\n{text}\n")
            (self.path / name).chmod(0o755)
        self.work("[1/2] Building a.o", "a.cpp:1: warning: planted", "[2/2] Linking lockstep")
        self.log = self.root / "build" / "run.log"

    def work(self, *lines):
        """What ninja still has to do."""
        (self.root / "work").write_text("".join(line + "\n" for line in lines))

    def start(self, *words, script="run", **more):
        more = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE} | more
        return subprocess.Popen([self.root / "tools" / script, *words], stdout=subprocess.PIPE,
                                text=True, env={"PATH": str(self.path)}, **more)

    def run_it(self, *words, text="", **more):
        process = self.start(*words, **{"stdin": subprocess.PIPE} | more)
        out, err = process.communicate(text)
        return process.returncode, out, err

    def run_without_rights(self, **more):
        """As an ordinary user who owns nothing here."""
        self.folder.chmod(0o755)
        user = {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []}
        return self.run_it(**more, **user if os.geteuid() == 0 else {})

    def test_standard_streams_are_the_commands(self):
        code, out, err = self.run_it("train", "two words", text="typed\n")
        self.assertEqual((code, out), (0, f"{self.folder}: train two words\ntyped\n"))
        self.assertEqual(err, "tools/run: [1/2] Building a.o\n")
        code, out, err = self.run_it("list")
        self.assertEqual((code, out, err), (0, f"{self.folder}: list\n", ""))

    def test_the_log_keeps_what_earlier_builds_said(self):
        self.run_it()
        first = self.log.read_text()
        self.assertIn("warning: planted", first)
        self.run_it()
        self.assertEqual(self.log.read_text(), first)
        self.work("[1/1] Building b.o")
        self.run_it()
        self.assertEqual(self.log.read_text(), first + "[1/1] Building b.o\n")

    def test_a_failed_build_is_told_with_what_it_said(self):
        self.run_it()
        self.work("[1/1] Building b.o", "b.cpp:7: error: planted")
        code, out, err = self.run_it()
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(err, "tools/run: [1/1] Building b.o\n[1/1] Building b.o\n"
                              "b.cpp:7: error: planted\n"
                              f"tools/run: the build failed; all of it is in {self.log}\n")

    def test_a_terminal_sees_every_line(self):
        ours, theirs = pty.openpty()
        with self.start(stderr=theirs) as process, os.fdopen(ours, "rb") as terminal:
            os.close(theirs)
            seen = b""
            with contextlib.suppress(OSError):  # how a terminal ends
                while some := terminal.read1():
                    seen += some
        self.assertEqual(process.returncode, 0)
        self.assertEqual(seen.decode().replace("\r", ""), self.log.read_text())
        self.assertIn(b"warning: planted", seen)

    def test_it_waits_for_another_build_and_says_so(self):
        self.run_it()
        with open(self.root / "build" / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = self.start("list")
            said = process.stderr.readline()
        out, _ = process.communicate()
        self.assertIn("waiting for another build", said)
        self.assertEqual(out, f"{self.folder}: list\n")

    def test_missing_packages_without_rights_are_one_line(self):
        (self.folder / "missing").touch()
        for program, reason in (("apt-get", "neither root nor sudo"), (None, "no apt-get here")):
            (self.path / "apt-get").unlink(missing_ok=True)
            if program:
                (self.path / program).symlink_to("/bin/false")
            code, out, err = self.run_without_rights()
            self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
            self.assertIn(reason, err)
            self.assertRegex(err, "these packages are missing: g[+][+] cmake .*")

    def test_sources_that_cannot_be_written_are_one_line(self):
        self.root.chmod(0o555)
        code, out, err = self.run_without_rights()
        self.assertEqual((code, out, err),
                         (1, "", f"tools/run: cannot write in {self.root}/build, where the build "
                                 "belongs: use a clone of your own\n"))
        self.root.chmod(0o755)

    def test_other_distributions_take_root_and_say_so(self):
        self.assertEqual(self.run_without_rights(script="distros"),
                         (77, "", "tools/distros: skipped: only root can make other roots\n"))

    def test_what_compiles_for_arm_is_missing_in_one_line(self):
        (self.root / "missing").touch()
        code, out, err = self.run_without_rights(script="arm")
        self.assertEqual((code, out, err.count("\n")), (77, "", 1), err)
        self.assertIn("g++-aarch64-linux-gnu", err)


if __name__ == "__main__":
    unittest.main()
