"""Text as people write it, in every file that is read: python3 text_test.py LOCKSTEP"""

import json
import pathlib
import subprocess

import command_support
from command_support import CARTPOLE, TRAIN
from sweep_support import FUNCTION, Sweep, changed

MARK = b"\xef\xbb\xbf"
SMALL = changed(FUNCTION, study=dict(trials=20, generation=10, tuning_seeds=2, validation_seeds=2,
                                     test_seeds=2, first_seeds=1, top=2))
BOARD, LAKE, ACTIONS = b".A.\n..W\n", b"SFF\nFFG\n", b"0\n1\n1\n"
PROCESS = b'{"transition_probabilities":\n [[[0.5, 0.5]], [[0, 1]]],\n "rewards": [[[1, 2]], [[0, 3]]]}\n'


class Text(Sweep):
    def put(self, name, data):
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def readers(self):
        """How each kind of file is read: name, its bytes, and the words before its path."""
        study = pathlib.Path(self.toml(SMALL)).read_bytes()
        self.good(*TRAIN, "--out", str(self.folder / "r"))
        return [("board", BOARD, ["trace", "Gridworld-v0", "--seed", "3", "--set", "board="]),
                ("desc", LAKE, ["trace", "FrozenLake-v1", "--seed", "3", "--set", "desc="]),
                ("file", PROCESS, ["trace", "MDP-v0", "--steps", "9", "--set", "file="]),
                ("actions", ACTIONS, ["trace", CARTPOLE, "--actions", ""]),
                ("study", study, ["sweep", "--check", "--json", ""]),
                ("result", (self.folder / "r").read_bytes(), ["eval", "--json", ""])]

    def read(self, words, path):
        out = self.good(*words[:-1], words[-1] + path)
        if "--check" in words:
            return {k: v for k, v in json.loads(out).items() if k != "estimated_seconds"}
        return out.replace(path, "PATH")


class Readable(Text):
    def test_marks_line_ends_and_blanks(self):
        for name, data, words in self.readers():
            expected = self.read(words, self.put(name, data))
            result = name == "result"  # its checksum covers the content of a line
            blanks = data if result else data.replace(b"\n", b"  \t\n")
            for variant in (MARK + data, data.replace(b"\n", b"\r\n"), data + b"\n \n\t\n\n", blanks,
                            MARK + blanks.replace(b"\n", b"\r\n") + b"\r\n \r\n",
                            data + b" " if result else data.rstrip(b"\n"),
                            data if result else data.rstrip(b"\n") + b"\r"):
                with self.subTest(name, variant=variant[-40:]):
                    self.assertEqual(self.read(words, self.put(name, variant)), expected)

    def test_pipes(self):
        for name, data, words in self.readers():
            expected = self.read(words, self.put(name, data))
            for source, how in ((f"<(cat '{self.folder}/{name}')", ""),
                                ("/dev/stdin", f" <'{self.folder}/{name}'"),
                                ("/dev/stdin", f" < <(cat '{self.folder}/{name}')")):
                quoted = " ".join(f"'{w}'" for w in words[:-1])
                if source.startswith("<") and words[-1]:  # bash has no name=<(...)
                    how, source = f" {how} 9< {source}", "/dev/fd/9"
                script = f"'{command_support.COMMAND}' {quoted} {words[-1]}{source}{how}"
                done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""), script)
                if isinstance(expected, str) and name != "result":
                    self.assertEqual(done.stdout, expected, script)

    def test_a_study_from_a_pipe(self):
        file = self.toml(SMALL)
        script = f"cat '{file}' | '{command_support.COMMAND}' sweep /dev/stdin --store '{self.folder}/s.db'"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.dump(self.store("s.db")), self.truth(SMALL)[1])


class Unreadable(Text):
    def test_other_encodings(self):
        for name, data, words in self.readers():
            for encoding, says in (("utf-16", "1:1: UTF-16"), ("utf-16-be", None),
                                   ("utf-32", "1:1: UTF-32"), ("utf-16-le", "U+0000")):
                mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
                path = self.put(name, mark + data.decode().encode(encoding))
                self.bad(*words[:-1], words[-1] + path, says=[path + ":1:", says or "1:1: UTF-16"])

    def test_characters_are_named(self):
        strange = {"\u00a0": "U+00A0", "\t": "U+0009", "\u201c": "U+201C", "\ufeff": "U+FEFF",
                   "\x07": "U+0007", "\u200b": "U+200B", "\U0001f600": "U+1F600"}
        for character, says in strange.items():
            for name, text, at, words in (
                    ("board", f".A.\n.{character}.\n", "2:2", ["trace", "Gridworld-v0", "--set", "board="]),
                    ("lake", f"SF{character}\nFFG\n" if character != "\t" else "S\tF\nFFG\n",
                     "1:3" if character != "\t" else "1:2",
                     ["trace", "FrozenLake-v1", "--set", "desc="]),
                    ("actions", f"1\n0{character}1\n", "2:2", ["trace", CARTPOLE, "--actions", ""]),
                    ("file.json", '{"rewards":\n [' + character + "x]}", "2:", ["trace", "MDP-v0", "--set", "file="]),
                    ("study.toml", f"[study]\nenv = \"function\"\n{character}agent = \"sphere\"\n", "3:1",
                     ["sweep", "--check", ""])):
                if character == "\t" and name in ("file.json", "study.toml"):
                    continue  # these count as blanks there
                path = self.put(name, text.encode())
                self.bad(*words[:-1], words[-1] + path, says=[f"{path}:{at}", says])
            path = self.put("bytes", b".A\n.\xff\n")
            self.bad("trace", "Gridworld-v0", "--set", "board=" + path,
                     says=path + ":2:2: byte 0xff: allowed")

    def test_endless_files(self):
        for words in (["trace", "Gridworld-v0", "--set", "board="], ["eval", ""],
                      ["sweep", "--check", ""], ["trace", CARTPOLE, "--actions", ""]):
            self.bad(*words[:-1], words[-1] + "/dev/zero", says="/dev/zero:1:1: U+0000")
            self.bad(*words[:-1], words[-1] + "/dev/null", says="/dev/null")


class Lakes(Text):
    def test_a_lake_is_walked_on(self):
        for seed in ("1", "2", "3"):
            text = self.good("board", "--lake", "--size", "7x5", "--seed", seed)
            path = self.put("lake", text.encode())
            report = self.document("train", "FrozenLake-v1", "value-iteration", "--set",
                                   "desc=" + path, "is_slippery=false")
            self.assertEqual(report["evaluation"]["mean"], 1)
            lake = self.document("board", "--lake", "--size", "7x5", "--seed", seed)
            self.assertEqual((lake["width"], lake["height"], lake["rows"]), (7, 5, text.split()))

    def test_options(self):
        self.assertNotIn("H", self.good("board", "--lake", "--frozen", "1"))
        self.assertEqual(self.good("board", "--lake"), self.good("board", "--lake", "--frozen", "0.8"))
        many = self.good("board", "--lake", "--count", "3", "--seed", "5").split("\n\n")
        self.assertEqual([m.split() for m in many],
                         [self.good("board", "--lake", "--seed", str(5 + i)).split() for i in range(3)])
        for option in ("--water", "--water-size", "--wolves", "--trees", "--apples"):
            self.bad("board", "--lake", option, "1", says=f"{option} and --lake exclude")
        self.bad("board", "--lake", "--python", says="--python and --lake exclude")
        self.bad("board", "--frozen", "0.5", says="add --lake")
        for wrong in ("-0.1", "1.1", "x", "", "nan", "inf"):
            self.bad("board", "--lake", "--frozen", wrong, says=f"--frozen = '{wrong}': allowed 0 to 1")
        self.bad("board", "--lake", "--size", "1x1", says="two cells at least")
        self.bad("board", "--lake", "--size", "20x20", "--frozen", "0.1", says="had a path")


class Numbers(Text):
    def test_no_table_overflows(self):
        words = ["train", "MDP-v0", "q-learning", "--set", "episodes=10", "max_episode_steps=10", "file="]
        process = json.loads(PROCESS)
        for wrong in ("1e13", "-1e39", "1e308", "1e999", "-1e999", "NaN", "Infinity"):
            text = json.dumps(process).replace('"rewards": [[[1', f'"rewards": [[[{wrong}')
            self.assertIn(wrong, text)
            path = self.put("file.json", text.encode())
            self.bad(*words[:-1], words[-1] + path, says=path)
        self.bad("train", "FrozenLake-v1", "q-learning", "--set", "reward_schedule=1e39,0,0",
                 says=["reward_schedule", "1e39", "allowed -1e+12 to 1e+12"])
        self.bad("train", "FrozenLake-v1", "q-learning", "--set", "reward_schedule=1e999,0,0",
                 says=["reward_schedule", "allowed -1e+12 to 1e+12"])
        # The largest allowed values, the largest rates, and as many as a test can wait for.
        text = json.dumps(process).replace("[[[1, 2]], [[0, 3]]]", "[[[1e12, 1e12]], [[1e12, 1e12]]]")
        path = self.put("file.json", text.encode())
        for agent, settings in (("q-learning", ["learning_rate=1", "gamma=1"]), ("sarsa", ["learning_rate=1", "gamma=1"]),
                                ("tabular-reinforce", ["learning_rate=1e6", "gamma=1"])):
            report = self.document("train", "MDP-v0", agent, "--set", "file=" + path, "episodes=200",
                                   "max_episode_steps=500", *settings)
            flat = [v for row in report["q"] for v in row]
            self.assertTrue(all(v is not None and abs(v) < 1e38 for v in flat), agent)


if __name__ == "__main__":
    command_support.main()
