"""The content of a file is part of the request: python3 content_test.py LOCKSTEP

Boards, lakes and processes are edited and deleted once results, studies and stores exist."""

import json
import os
import pathlib
import sqlite3
import subprocess

import command_support
from sweep_support import Sweep
from sweep_support import crc32c

APPLE, WOLF = "..W\n.~A\n...\n", "..A\n.~W\n...\n"  # walks learnt on one end badly on the other
FILES = [  # environment, setting, content of its file, later content
    ("Gridworld-v0", "board", APPLE, WOLF),
    ("GridworldHard-v0", "board", APPLE, WOLF),
    ("FrozenLake-v1", "desc", "SFF\nFHG\n", "SHG\nFFF\n"),
    ("MDP-v0", "file", '{"transition_probabilities": [[[1], [1]]], "rewards": [[[1], [0]]]}\n',
     '{"transition_probabilities": [[[1], [1]]], "rewards": [[[0], [1]]]}\n'),
]
NETWORK = ["hidden=8", "activation=tanh", "loss=log", "checkpoints=1"]
STUDY = dict(
    study=dict(env="Gridworld-v0", agent="q-learning", scheduler="full", trials=12, generation=6,
               tuning_seeds=2, first_seeds=1, top=2, validation_seeds=2, test_seeds=2,
               test_episodes=4, seed=3),
    set=dict(episodes=30, board="a.txt"),
    space=dict(learning_rate=dict(uniform=[0.1, 0.9])),
)
CHOICE = dict(STUDY, set=dict(episodes=30),
              space=dict(STUDY["space"], board=dict(choice=["a.txt", "b.txt"])))


class Saved(Sweep):
    def train(self, env, setting, text, *words, agent="q-learning"):
        file, out = self.file("file.txt", text), str(self.folder / "out.json")
        self.good("train", env, agent, "--seeds", "3", "--episodes", "20", "--out", out,
                  "--force", "--set", f"{setting}={file}", "max_episode_steps=40", *words)
        return pathlib.Path(file), out

    def test_eval_and_render_use_what_was_recorded(self):
        for env, setting, text, other in FILES:
            with self.subTest(env):
                file, out = self.train(env, setting, text, "episodes=100")
                pictures = setting != "file"
                gif = self.folder / "x.gif"

                def told():
                    told = [self.document("eval", out, "--episodes", "20")]
                    if pictures:
                        gif.unlink(missing_ok=True)
                        self.good("render", out, "-o", str(gif))
                        told.append(gif.read_bytes())
                    return told

                truth = told()
                result = json.loads(pathlib.Path(out).read_text())["result"]
                self.assertEqual(result["evaluation"]["mean"], truth[0]["evaluation"]["mean"])
                self.assertEqual(result["config"]["env"][setting], str(file))
                self.assertEqual(result["config"]["files"], {setting: text})
                file.write_text(other)
                self.assertEqual(told(), truth)
                file.write_text("nonsense")
                self.assertEqual(told(), truth)
                file.unlink()
                self.assertEqual(told(), truth)

    def test_resume_uses_what_was_recorded(self):
        words = NETWORK
        _, whole = self.train("FrozenLake-v1", "desc", FILES[2][2], "episodes=40", *words,
                              agent="reinforce")
        whole = json.loads(pathlib.Path(whole).read_text())["result"]
        file, half = self.train("FrozenLake-v1", "desc", FILES[2][2], "episodes=20", *words,
                                agent="reinforce")
        resume = ["train", "--resume", half, "--episodes", "20", "--set", "episodes=40"]

        def same(*more):
            report = self.document(*resume, *more)
            self.assertEqual(report["hash"], whole["hash"])
            self.assertEqual(report["evaluation"], whole["evaluation"])

        same()
        same(f"desc={file}")  # named again, it is read again and has the same content
        moved = self.file("moved.txt", FILES[2][2])
        same(f"desc={moved}")
        file.write_text(FILES[2][3])
        same()
        self.bad(*resume, f"desc={file}", says=[half, f'desc = "{file}"', "does not say what"])
        self.bad(*resume, "desc=", says=[half, 'desc = "", which was'])
        file.unlink()
        same()
        self.bad(*resume, f"desc={file}", says=[f"desc = '{file}'", "no such file"])

    def test_resume_of_what_had_no_file(self):
        out = str(self.folder / "out.json")
        self.good("train", "FrozenLake-v1", "reinforce", "--out", out, "--set", "episodes=5", *NETWORK)
        file = self.file("file.txt", FILES[2][2])
        self.bad("train", "--resume", out, "--set", f"desc={file}",
                 says=[f'desc = "{file}", which was ""'])

    def test_a_pipe_is_read_once(self):
        command = [command_support.COMMAND, "train", "Gridworld-v0", "q-learning", "--json", "--out",
                   str(self.folder / "piped.json"), "--set", "episodes=50"]
        done = subprocess.run(
            ["bash", "-c", f'"$@" board=<(printf "{APPLE}")', "bash", *command],
            capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        piped = json.loads(done.stdout)
        file = self.file("file.txt", APPLE)
        plain = self.document("train", "Gridworld-v0", "q-learning", "--set", "episodes=50",
                              f"board={file}")
        self.assertEqual(piped["hash"], plain["hash"])
        again = self.document("eval", str(self.folder / "piped.json"))
        self.assertEqual(again["evaluation"], plain["evaluation"])

    def test_a_name_in_another_encoding_loses_nothing(self):
        name = os.fsencode(self.folder) + b"/\xff.txt"
        pathlib.Path(os.fsdecode(name)).write_text(APPLE)
        out = str(self.folder / "out.json")
        self.good("train", "Gridworld-v0", "q-learning", "--out", out, "--set", "episodes=50",
                  b"board=" + name)
        self.good("eval", out)

    def test_marks_and_line_ends_are_no_difference(self):
        file, half = self.train("FrozenLake-v1", "desc", "SFF\nFHG\n", "episodes=20", *NETWORK,
                                agent="reinforce")
        file.write_bytes(b"\xef\xbb\xbfSFF\r\nFHG \r\n\r\n")
        self.good("train", "--resume", half, "--set", "episodes=40", f"desc={file}")


class Studies(Sweep):
    def setUp(self):
        super().setUp()
        self.boards()

    def boards(self, a=APPLE, b=WOLF):
        for name, text in (("a.txt", a), ("b.txt", b)):
            self.file(name, text)

    def tell(self, store):
        """What a store shows, and which of its trials can be run again."""
        told = [self.good(verb, store) for verb in ("best", "report", "verify")]
        told += [self.good("export", store, "--format", f) for f in ("jsonl", "csv")]
        for trial in ("0", "3", "default"):
            told.append(self.good("replay", store, trial))
        return told

    def test_stores_have_what_files_said(self):
        for base in (STUDY, CHOICE):
            with self.subTest(base["space"]):
                self.boards()
                file, store = self.toml(base), self.store("study.db")
                self.sweep(file, store)
                truth = self.tell(store)
                head = json.loads(self.dump(store).splitlines()[0])["study"]
                self.assertEqual(head["files"]["a.txt"], APPLE)
                self.boards(a=WOLF)
                self.assertEqual(self.tell(store), truth)
                self.bad("sweep", file, "--store", store,
                         says=["another configuration", "a.txt: says something else", "line 1"])
                for name in ("a.txt", "b.txt"):
                    os.remove(self.folder / name)
                self.assertEqual(self.tell(store), truth)
                self.bad("sweep", file, "--store", store,
                         says=[f"{file}:", "a.txt': there is no such file"])
                self.boards()
                self.assertIn("resumed", self.sweep(file, store))
                self.assertEqual(self.tell(store), truth)
                os.remove(store)
                os.remove(store + ".md")

    def test_an_edit_changes_the_digest(self):
        digests = set()
        for a in (APPLE, WOLF, APPLE.replace("~", ".")):
            self.boards(a=a)
            store = self.store(f"{len(digests)}.db")
            self.sweep(self.toml(STUDY), store)
            digests.add(self.document("report", store)["digest"])
        self.assertEqual(len(digests), 3)

    def test_a_study_means_the_files_beside_it(self):
        """The same study and store, from any working directory and after its folder moves."""
        file, store = self.toml(STUDY), self.store("study.db")
        self.sweep(file, store, cwd="/")
        truth = self.dump(store)
        self.assertIn("resumed", self.sweep("study.toml", store, cwd=self.folder))
        moved = self.folder / "moved"
        moved.mkdir()
        for name in ("a.txt", "b.txt", "study.toml", "study.db"):
            os.rename(self.folder / name, moved / name)
        self.assertIn("resumed", self.good("sweep", str(moved / "study.toml")))
        self.assertEqual(self.dump(str(moved / "study.db")), truth)

    def test_a_file_elsewhere(self):
        (self.folder / "maps").mkdir()
        self.file("maps/c.txt", APPLE)
        for board in ("maps/c.txt", str(self.folder / "maps/c.txt"), "maps/../maps/c.txt"):
            file = self.toml(STUDY, set=dict(board=board))
            self.good("sweep", file, "--check", cwd="/")

    def test_wrong_files_have_the_study_s_line(self):
        file = self.toml(CHOICE)
        line = 1 + pathlib.Path(file).read_text().splitlines().index(
            'board = {choice = ["a.txt", "b.txt"]}')
        self.boards(b="..x\n")
        self.bad("sweep", file, "--check", says=f"{file}:{line}: b.txt:1:3: 'x'")
        os.remove(self.folder / "b.txt")
        self.bad("sweep", file, "--check",
                 says=f"{file}:{line}: board = '{self.folder}/b.txt': there is no such file")

    def test_a_store_without_what_a_file_said(self):
        """As an earlier version wrote it."""
        file, store = self.toml(STUDY), self.store("study.db")
        self.sweep(file, store)
        forget_files(store)
        words = ["another version", "'a.txt'", "board"]
        for verb in (["status"], ["best"], ["trials"], ["report"], ["export"]):
            self.bad(*verb, store, says=words)
        self.bad("replay", store, "0", says=words)
        self.bad("sweep", file, "--store", store, says="a.txt: what it says is not in the store")

    def test_a_long_file_does_not_fill_the_report(self):
        self.boards(a="\n".join([APPLE] * 400))
        store = self.store("study.db")
        self.sweep(self.toml(STUDY), store)
        report = self.good("report", store)
        self.assertIn("bytes, which the store has", report)
        self.assertLess(len(report), 8000)


def forget_files(store):
    """Removes the files' contents from the study in the store, and corrects the checksum."""
    database = sqlite3.connect(store)
    (value,) = database.execute("SELECT value FROM study WHERE key = 'config'").fetchone()
    study = json.loads(value)
    del study["files"]
    value = json.dumps(study, separators=(",", ":")).encode()
    database.execute("UPDATE study SET value = ?, crc = ? WHERE key = 'config'",
                     (value, crc32c(b"config\0" + value)))
    database.commit()
    database.close()


if __name__ == "__main__":
    command_support.main()
