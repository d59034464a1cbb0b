"""No file of the user's is ever lost: python3 paths_test.py LOCKSTEP"""

import hashlib
import os
import random
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys

import command_support
from command_support import CARTPOLE, TRAIN
from sweep_support import FUNCTION, Sweep, changed

SMALL = changed(FUNCTION, study=dict(trials=20, generation=10, tuning_seeds=2, validation_seeds=2,
                                     test_seeds=2, first_seeds=1, top=2))
SEED = int(os.environ.get("LOCKSTEP_TEST_SEED", random.SystemRandom().randrange(2**32)))


class Paths(Sweep):
    def tree(self):
        """Every file here: its kind, permissions, content and time of writing."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            about = path.lstat()
            data = path.read_bytes() if stat.S_ISREG(about.st_mode) else b""
            found[str(path)] = (about.st_mode, about.st_ino, about.st_mtime_ns,
                                hashlib.sha256(data).hexdigest())
        return found

    def untouched(self, *words, says, stdin=None):
        """Exit 2 with these texts, and every file unchanged."""
        before = self.tree()
        done = subprocess.run([command_support.COMMAND, *words], capture_output=True, text=True,
                              cwd=self.folder, stdin=stdin, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, ""), (words, done.stderr))
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, done.stderr, words)
        self.assertEqual(self.tree(), before, words)

    def here(self, *words):
        return self.good(*words, cwd=self.folder)

    def name(self, name):
        return self.folder / name

    def result(self, name="r.json"):
        self.here(*TRAIN, "--out", name)
        return name

    def finished(self, name="s.db"):
        self.here("sweep", self.toml(SMALL), "--store", name)
        return name


class Inputs(Paths):
    """No output is an input, under any name, even with --force."""

    def names_of(self, name):
        """Other names of a file here."""
        os.symlink(name, self.name("symbolic"))
        os.link(self.name(name), self.name("hard"))
        os.mkdir(self.name("folder"))
        os.symlink(self.folder, self.name("folder/here"))
        return [name, f"./{name}", f"folder/../{name}", str(self.name(name)), "symbolic", "hard",
                f"folder/here/{name}"]

    def refused(self, *words, option, names, input, stdin=None):
        for name in names:
            for force in ([], ["--force"]):
                self.untouched(*words, option, name, *force,
                               says=[f"= '{name}' is the same file as {input}"], stdin=stdin)

    def test_export(self):
        store = self.finished()
        self.refused("export", store, option="-o", names=self.names_of(store),
                     input=f"STORE = '{store}'")
        for ending in ("-wal", "-shm", "-journal", ".lock"):
            self.refused("export", store, option="-o", names=[store + ending, f"./{store}{ending}"],
                         input=f"'{self.folder.resolve()}/{store}{ending}'")

    def test_render(self):
        os.rename(self.name(self.result()), self.name("r.gif"))
        self.refused("render", "r.gif", option="-o",
                     names=[n for n in self.names_of("r.gif") if n.endswith(".gif")],
                     input="FILE = 'r.gif'")

    def test_render_of_a_board(self):
        self.file("board.gif", ".A\n..\n")
        self.here("train", "Gridworld-v0", "q-learning", "--set", "board=board.gif", "episodes=5",
                  "--out", "r.json")
        self.refused("render", "r.json", option="-o", names=["board.gif", "./board.gif"],
                     input="board = ")

    def test_train(self):
        files = {"board": ("Gridworld-v0", ".A\n..\n"), "desc": ("FrozenLake-v1", "SF\nFG\n"),
                 "file": ("MDP-v0", '{"transition_probabilities": [[[1]]], "rewards": [[[1]]]}')}
        for setting, (env, text) in files.items():
            self.file(setting, text)
            for name in (setting, f"./{setting}"):
                self.refused("train", env, "q-learning", "--set", f"{setting}={setting}",
                             "episodes=5", option="--out", names=[name],
                             input=f"{setting} = '{setting}'")

    def test_resume(self):
        self.here("train", CARTPOLE, "reinforce", "--set", "episodes=2", "--out", "r.json")
        self.refused("train", "--resume", "r.json", "--set", "episodes=3", option="--out",
                     names=self.names_of("r.json"), input="--resume = 'r.json'")

    def test_standard_input(self):
        self.file("board", ".A\n..\n")
        with open(self.name("board")) as board:
            self.untouched("train", "Gridworld-v0", "q-learning", "--set", "board=/dev/stdin",
                           "--out", "board", says="is the same file as board = '/dev/stdin'",
                           stdin=board)

    def test_sweep(self):
        for name in ("study.md", "study.db", "study", "lr0.1", "study.toml"):
            self.toml(SMALL, name)
            self.refused("sweep", name, option="--store", names=[name, f"./{name}"],
                         input=f"FILE = '{name}'")
        # As the report, and as the files that SQLite and the lock keep next to a store.
        for ending in (".md", "-wal", "-shm", "-journal", ".lock"):
            self.toml(SMALL, "s" + ending)
            self.untouched("sweep", "s" + ending, "--store", "s",
                           says=[f"s{ending}'", "is the same file as FILE"])

    def test_what_a_study_reads(self):
        self.file("one", ".A\n..\n")
        self.file("two.md", ".A\n..\n")
        study = dict(study=dict(env="Gridworld-v0", agent="q-learning", trials=4, budget=5),
                     set=dict(), space=dict(learning_rate=dict(uniform=[0.1, 1.0])))
        fixed = self.toml(changed(study, set=dict(board="one")), "fixed.toml")
        self.untouched("sweep", fixed, "--store", "one", "--force", says="the same file as board")
        choice = self.toml(changed(study, space=dict(board=dict(choice=["one", "two.md"]))),
                           "choice.toml")
        self.untouched("sweep", choice, "--store", "two", "--force",
                       says=["the report 'two.md'", "the same file as board"])


class Outputs(Paths):
    """No output is another output."""

    def test_standard_streams(self):
        store = self.finished()
        for stream in ("stdout", "stderr"):
            with open(self.name("out"), "w") as out:
                done = subprocess.run([command_support.COMMAND, "export", store, "-o", "out"],
                                      cwd=self.folder, stdin=subprocess.DEVNULL, timeout=60,
                                      **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                                         stream: out})
            self.assertEqual(done.returncode, 2)
            self.assertNotIn("lockstep_dump", self.name("out").read_text())

    def test_through_links(self):
        study = self.toml(SMALL)
        self.name("s.md").touch()
        os.symlink("s.md", self.name("s"))
        self.untouched("sweep", study, "--store", "s", says="is the same file as")
        self.name("t.md").touch()
        os.link(self.name("t.md"), self.name("t"))
        self.untouched("sweep", study, "--store", "t", says="is the same file as")


class Foreign(Paths):
    """Files that somebody else made stay, even with --force."""

    def others(self, but=()):
        """Files of all kinds; their names without an extension."""
        made = {"notes": "# Notes\n\nMine.\n", "json": '{"format": "mine"}', "csv": "a,b\n1,2\n",
                "toml": self.name(self.toml(SMALL)).read_text(), "blank": " ",
                "board": ".A\n..\n", "trials": "trial,role\n"}
        for name, text in made.items():
            self.file(name, text)
        made = list(made)
        self.name("binary").write_bytes(bytes(range(256)) * 100)
        self.name("gif").write_bytes(b"GIF89a" + bytes(1000))
        database = sqlite3.connect(self.name("sqlite"))
        database.execute("CREATE TABLE mine(x)")
        database.commit()
        database.close()
        self.result("result")
        self.here("sweep", self.toml(SMALL), "--store", "store")
        self.here("export", "store", "-o", "export")
        self.here("render", "result", "-o", "picture.gif", "--steps", "2")
        os.rename(self.name("picture.gif"), self.name("picture"))
        os.rename(self.name("store.md"), self.name("report"))
        made += ["binary", "gif", "sqlite", "result", "store", "export", "picture", "report"]
        return [name for name in made if name not in but]

    def refused(self, names, kind, *words, option, extension=""):
        for name in names:
            if extension:
                os.rename(self.name(name), self.name(name + extension))
            for force in ([], ["--force"]):
                self.untouched(*words, option, name + extension, *force,
                               says=[f"= '{name}{extension}' is ", "not replaced"])

    def test_train(self):
        self.refused(self.others(but=["result"]), "a result", *TRAIN, option="--out")

    def test_export(self):
        names = self.others(but=["export"])
        shutil.copy(self.name("store"), self.name("other.db"))
        self.refused(names, "export", "export", "other.db", option="-o")

    def test_render(self):
        names = self.others(but=["picture"])
        shutil.copy(self.name("result"), self.name("other"))
        self.refused(names, "a picture", "render", "other", option="-o", extension=".gif")

    def test_stores(self):
        names = self.others(but=["store"])
        self.refused(names, "a store", "sweep", self.toml(SMALL, "other.toml"), option="--store")

    def test_reports(self):
        names = self.others(but=["report"])
        study = self.toml(SMALL, "other.toml")
        for name in names:
            os.rename(self.name(name), self.name("new.md"))
            for force in ([], ["--force"]):
                self.untouched("sweep", study, "--store", "new", *force,
                               says=["the report 'new.md' is there and is not a report"])
            os.rename(self.name("new.md"), self.name(name))

    def test_beside_a_store(self):
        study = self.toml(SMALL)
        for ending in ("-wal", "-shm", "-journal", ".lock"):
            for text in ("mine\n", "process\n", "x" * 10_000):
                self.file("new" + ending, text)
                for force in ([], ["--force"]):
                    self.untouched("sweep", study, "--store", "new", *force,
                                   says=[f"/new{ending}'", "not replaced"])
            os.unlink(self.name("new" + ending))
        self.here("sweep", study, "--store", "new")

    def test_the_main_job(self):
        self.file("cartpole-3.db", "mine\n")
        self.untouched("--seed", "3", says="cartpole-3.db' is there and is not a trial store")
        os.unlink(self.name("cartpole-3.db"))
        self.file("cartpole-3.db.md", "mine\n")
        self.untouched("--seed", "3", says="the report 'cartpole-3.db.md' is there and is not a")

    def test_changed_by_hand(self):
        """A file of ours becomes the user's once the user changes it."""
        numbers = random.Random(SEED)
        print(f"LOCKSTEP_TEST_SEED={SEED}", file=sys.stderr)
        self.others()
        for name, words in (("result", [*TRAIN, "--out", "result"]),
                            ("picture.gif", ["render", "copy", "-o", "picture.gif"])):
            if name == "picture.gif":
                os.rename(self.name("picture"), self.name(name))
            shutil.copy(self.name("result"), self.name("copy"))
            whole = self.name(name).read_bytes()
            # With another number there, it is a file that another version wrote.
            version = whole.find(b'"version":') + len(b'"version":')
            for _ in range(10):
                changed = bytearray(whole)
                where = numbers.choice([i for i in range(len(whole)) if i != version])
                changed[where] ^= 1 << numbers.randrange(8)
                self.name(name).write_bytes(changed)
                self.untouched(*words, "--force", says="not replaced")
            self.name(name).write_bytes(whole)
            self.here(*words, "--force")


class Own(Paths):
    """--force replaces what the same command made; without it nothing does."""

    def replaced(self, *words, name):
        before = self.name(name).read_bytes()
        self.untouched(*words, says=[f"= '{name}' is there", "--force"])
        self.here(*words, "--force")
        self.assertNotEqual(self.name(name).read_bytes(), before)

    def test_train(self):
        self.result()
        self.replaced(*TRAIN, "--out", "r.json", "--seed", "7", name="r.json")

    def test_an_older_version(self):
        text = self.name(self.result()).read_text()
        self.file("r.json", text.replace('"version":', '"version":9', 1))
        self.replaced(*TRAIN, "--out", "r.json", name="r.json")

    def test_export(self):
        store = self.finished()
        for format in ("csv", "jsonl", "optuna-journal"):
            self.name("e").unlink(missing_ok=True)
            self.here("export", store, "--format", format, "-o", "e")
            other = "csv" if format != "csv" else "jsonl"
            self.replaced("export", store, "--format", other, "-o", "e", name="e")

    def test_render(self):
        self.result()
        self.here("render", "r.json", "-o", "x.gif", "--steps", "2")
        self.replaced("render", "r.json", "-o", "x.gif", "--steps", "3", name="x.gif")

    def test_a_study_goes_on(self):
        study = self.toml(SMALL)
        self.here("sweep", study)
        dump = self.dump(str(self.name("study.db")))
        self.here("sweep", study)
        self.here("sweep", study, "--force")
        self.assertEqual(self.dump(str(self.name("study.db"))), dump)

    def test_another_study(self):
        self.here("sweep", self.toml(SMALL), "--store", "s")
        other = self.toml(changed(SMALL, space=dict(x0=dict(uniform=[-1.0, 1.0]))), "other.toml")
        dump = self.dump(str(self.name("s")))
        self.bad("sweep", other, "--store", str(self.name("s")),
                 says=["holds a study of another configuration", "--force"])
        self.assertEqual(self.dump(str(self.name("s"))), dump)
        self.here("sweep", other, "--store", "s", "--force")
        self.here("sweep", other, "--store", "t")
        self.assertEqual(self.dump(str(self.name("s"))), self.dump(str(self.name("t"))))

    def test_reports(self):
        study = self.toml(SMALL)
        other = self.toml(changed(SMALL, study=dict(seed=6)), "other.toml")
        self.here("sweep", study, "--store", "s")
        self.here("sweep", other, "--store", "t")
        report = self.name("s.md").read_text()
        for text, says in ((report.replace("trial", "Trial", 1), "was edited"),
                           (report + "\nMine.\n", "was edited"), (report[:-1], "was edited"),
                           (self.name("t.md").read_text(), "is the report of another study")):
            self.file("s.md", text)
            self.bad("sweep", study, "--store", str(self.name("s")), says=["s.md' " + says])
            self.assertEqual(self.name("s.md").read_text(), text)
            self.here("sweep", study, "--store", "s", "--force")
            self.assertEqual(self.name("s.md").read_text(), report)
        # A store that does not exist has no report yet, but a report of the same study is accepted.
        for file, says in (("t.md", "is the report of another study"), ("s.md", None)):
            shutil.copy(self.name(file), self.name("new.md"))
            if says:
                self.untouched("sweep", study, "--store", "new", says=says)
            else:
                self.here("sweep", study, "--store", "new")

    def test_empty_files_are_nobodys(self):
        store = self.finished()
        for words in ([*TRAIN, "--out", "new"], ["export", store, "-o", "new"],
                      ["render", self.result(), "-o", "new.gif"]):
            self.name(words[-1]).write_bytes(b"")
            self.here(*words)
            os.unlink(self.name(words[-1]))


class Names(Paths):
    def test_reports_have_the_whole_name(self):
        study = self.toml(SMALL)
        for store in ("lr0.1", "lr0.5", "x.db", "y", "z.md"):
            self.here("sweep", study, "--store", store)
            self.assertTrue(self.name(store + ".md").is_file())

    def test_stores_of_studies(self):
        for study, store in (("a.toml", "a.db"), ("b.db", "b.db.db"), ("c.md", "c.md.db"),
                             ("lr0.1", "lr0.1.db"), ("lr0.5", "lr0.5.db"), ("lr0.5.toml", "lr0.5.db"),
                             (".toml", ".toml.db")):
            self.toml(SMALL, study)
            text = self.name(study).read_text()
            self.here("sweep", study)
            self.assertTrue(self.name(store).read_bytes().startswith(b"SQLite"))
            self.assertEqual(self.name(study).read_text(), text)

    def test_no_names_of_files(self):
        study = self.toml(SMALL)
        for name in (":memory:", "file:x.db", "file:x.db?mode=memory", "file:", ""):
            self.untouched("sweep", study, "--store", name, says=f"'{name}'")
            for verb in ("status", "best", "trials", "verify", "export", "report"):
                self.untouched(verb, name, says=f"'{name}'")
            self.untouched("replay", name, "0", says=f"'{name}'")

    def test_names_that_look_like_uris(self):
        study = self.toml(SMALL)
        for name in ("x%41.db", "x?mode=memory", "x#y", "./file:x", "File:x", ":x", "a b&c=d", "%"):
            self.here("sweep", study, "--store", name)
            self.assertTrue(self.name(name).is_file(), name)
            self.assertEqual(self.dump(str(self.name(name))).count("\n"),
                             self.dump(str(self.name("x%41.db"))).count("\n"))

    def test_pictures(self):
        self.result()
        for name in ("x.png", "x.jpg", "x.gif.txt", "x", "gif", ".gif.bak", "x.mp4"):
            self.untouched("render", "r.json", "-o", name, says=[f"'{name}'", "allowed .gif"])
        for name in ("x.gif", "y.GIF", "z.Gif", "a.png.gif"):
            self.here("render", "r.json", "-o", name, "--steps", "2")
            self.assertEqual(self.name(name).read_bytes()[:4], b"GIF8")


class Places(Paths):
    """A file that cannot be written is reported before the work."""

    def everywhere(self, name, says):
        study, store = self.toml(SMALL), self.name("s.db")
        if not store.exists():
            self.finished()
            self.result()
        picture = name + ".gif" if not name.startswith("/dev") else name
        for words in (["sweep", study, "--store", name], ["export", "s.db", "-o", name],
                      [*TRAIN, "--out", name]):
            self.untouched(*words, says=says)
        if picture == name:
            self.untouched("render", "r.json", "-o", name, says=says)

    def test_no_files(self):
        os.mkdir(self.name("folder"))
        os.mkfifo(self.name("pipe"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.name("socket")))
            for name in ("folder", "pipe", "socket", ".", "..", "/dev/null", "/dev/full", "/dev/zero"):
                self.everywhere(name, [f"= '{name}'", "is not a file"])
        self.everywhere("folder/", ["= 'folder/'", "is not a file"])

    def test_links(self):
        os.symlink("nowhere", self.name("broken"))
        self.everywhere("broken", "= 'broken' is a link to nothing")
        os.symlink("round", self.name("round"))
        self.everywhere("round", "= 'round'")

    def test_folders(self):
        self.file("text", "mine\n")
        self.everywhere("absent/x", "there is no folder 'absent'")
        self.everywhere("text/x", "there is no folder 'text'")
        self.everywhere("new/", "there is no folder 'new'")
        self.everywhere("x" * 250, "the name is too long")
        self.everywhere("x" * 300, "name")

    def test_write_protected(self):
        """Even root may not write a file without any write permission."""
        self.result("r")
        os.chmod(self.name("r"), 0o444)
        self.untouched(*TRAIN, "--out", "r", "--force", says="= 'r' is write-protected")
        store = self.finished("w.db")
        os.chmod(self.name(store), 0o444)
        self.untouched("sweep", self.toml(SMALL), "--store", store, says="is write-protected")

    def test_links_stay(self):
        os.mkdir(self.name("folder"))
        self.here(*TRAIN, "--out", "folder/r.json")
        os.symlink("folder/r.json", self.name("link"))
        os.chmod(self.name("folder/r.json"), 0o640)
        before = self.name("folder/r.json").read_bytes()
        self.here(*TRAIN, "--out", "link", "--force", "--seed", "9")
        self.assertTrue(self.name("link").is_symlink())
        self.assertNotEqual(self.name("folder/r.json").read_bytes(), before)
        self.assertEqual(stat.S_IMODE(self.name("folder/r.json").stat().st_mode), 0o640)
        self.assertEqual(sorted(os.listdir(self.name("folder"))), ["r.json"])

    def test_rights_are_those_of_other_programs(self):
        done = subprocess.run(["sh", "-c", 'umask 027; exec "$0" "$@"', command_support.COMMAND, *TRAIN,
                               "--out", "r"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(stat.S_IMODE(self.name("r").stat().st_mode), 0o640)


if __name__ == "__main__":
    command_support.main()
