"""What other programs can rely on: python3 command_test.py LOCKSTEP GOLDEN_FOLDER

LOCKSTEP_TEST_ROUNDS multiplies the number of random inputs; above 1, slow experiments are
reproduced, too.
"""

import contextlib
import csv
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

COMMAND, GOLDEN = None, None
SANITIZED = bool({"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys())  # as the presets set them
CARTPOLE = "CartPole-v1"
TRAIN = ["train", CARTPOLE, "random-search", "--set", "candidates=200", "keep=20"]
REPORT = (
    "env agent config seeds env_steps wall_s steps_per_s lane_occupancy hash curve evaluation "
    "policies figures"
).split()


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


class Usage(Command):
    def test_unknown_words(self):
        self.bad("trian", CARTPOLE, says="unknown command 'trian': did you mean 'train'?")
        self.bad("--sed", "3", says="unknown option '--sed': did you mean '--seed'?")
        self.bad("trace", CARTPOLE, "--stesp=3", says="did you mean '--steps'?")
        self.bad("list", "isa", "envs", says="'envs' is one word too many")
        self.bad("list", "agnts", says="did you mean 'agents'?")
        self.bad("trace", says="ENV is required")
        self.bad("train", CARTPOLE, says="AGENT is required")
        self.bad("train", says="ENV is required")
        self.bad("eval", says="FILE is required")
        self.bad("render", "x", says="--out is required")

    def test_common_options(self):
        for wrong in ("-1", "1025", "two", ""):
            self.bad("list", "--threads", wrong, says=f"--threads = '{wrong}': allowed")
        for wrong in ("-1", "18446744073709551616", "1.5"):
            self.bad("list", "--seed", wrong, says=f"--seed = '{wrong}': allowed")
        for wrong in ("sse9", ""):
            for verb in ([], ["list"], ["trace", CARTPOLE], TRAIN):
                self.bad(*verb, env={"LOCKSTEP_ISA": wrong}, says="scalar, avx2, avx512")
        self.bad("list", env={"LOCKSTEP_ISA": "avx51"}, says="did you mean 'avx512'?")
        for isa in {"scalar", "avx2", "avx512", "neon"} - set(supported_isas()):
            self.bad("list", env={"LOCKSTEP_ISA": isa}, says=f"'{isa}' is not supported by this CPU")

    def test_help(self):
        for verb in ("list", "board", "trace", "train", "eval", "render", "sweep", "status", "best",
                     "trials", "replay", "verify", "export", "report", "reproduce", "bench"):
            self.assertIn(verb, self.good("--help"))
            self.assertIn("--json", self.good(verb, "--help"))

    def test_all_faults_at_once(self):
        self.bad(
            "trace", "CartPol-v1", "--steps", "x", "--precision", "f16", "--seeding", "gym",
            "--autoreset", "no", "--threads", "x",
            says=["--steps = 'x'", "'f16'", "'gym'", "'no'", "--threads = 'x'",
                  "did you mean 'CartPole-v1'?"],
        )

    def test_standard_output_full(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([COMMAND, "list"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith(b"lockstep: "))


class List(Command):
    def test_everything(self):
        listed = self.document("list")
        self.assertEqual(list(listed), ["envs", "agents", "experiments", "isa"])
        for topic in listed:
            self.assertEqual(self.document("list", topic), {topic: listed[topic]})
            text = self.good("list", topic)
            for item in listed[topic]:
                self.assertIn(item.get("id") or item["name"], text)

    def test_content(self):
        listed = self.document("list")
        env = next(e for e in listed["envs"] if e["id"] == CARTPOLE)
        self.assertEqual((env["max_episode_steps"], env["reward_threshold"]), (500, 475))
        gravity = next(p for p in env["parameters"] if p["name"] == "gravity")
        self.assertEqual((gravity["default"], gravity["unit"]), (9.8, "m/s^2"))
        self.assertIn("euler", env["choices"][0]["options"])
        lake = next(e for e in listed["envs"] if e["id"] == "FrozenLake-v1")
        self.assertEqual((lake["actions"], lake["texts"][0]["name"]), (4, "map_name"))
        chain = next(e for e in listed["envs"] if e["id"] == "Chain-v0")
        self.assertEqual((chain["actions"], chain["reward_threshold"]), (2, None))
        agent = next(a for a in listed["agents"] if a["id"] == "random-search")
        self.assertIn("candidates", [p["name"] for p in agent["parameters"]])
        self.assertEqual(sum(isa["active"] for isa in listed["isa"]), 1)


class Trace(Command):
    def test_reset_is_gymnasiums(self):
        text = self.good("trace", CARTPOLE, "--steps", "1", "--seeding", "gymnasium",
                         "--precision", "f64", "--seed", "42").splitlines()
        columns = ["x", "x_dot", "theta", "theta_dot"]
        with open(GOLDEN / "cartpole" / "resets.csv") as file:
            golden = next(row for row in csv.DictReader(file) if row["seed"] == "42")
        self.assertEqual(text[0], "t,action,reward,terminated,truncated," + ",".join(columns))
        self.assertEqual(text[1], "0,,,,," + ",".join(golden[c] for c in columns))
        self.assertEqual(len(text), 3)

    def test_trajectories_are_gymnasiums(self):
        with open(GOLDEN / "cartpole" / "trajectories.csv") as file:
            listed = {row["id"]: row for row in csv.DictReader(file)}
        for number in ("0", "26", "36"):
            with self.subTest(trajectory=number):
                self.check_trajectory(number, listed[number])

    def check_trajectory(self, number, about):
        with open(GOLDEN / "cartpole" / f"trajectory_{int(number):02}.csv") as file:
            golden = list(csv.DictReader(file))
        actions = self.file("actions", "".join(row["action"] + "\n" for row in golden[1:]))
        rows = self.table(
            CARTPOLE, "--actions", actions, "--precision", "f64", "--seeding", "gymnasium",
            "--seed", about["reset_seed_and_lcg_seed"],
            "--set", "kinematics_integrator=" + about["integrator"],
            "sutton_barto_reward=" + ("true" if about["sutton_barto_reward"] == "1" else "false"),
        )
        self.assertEqual(len(rows), len(golden))
        for ours, theirs in zip(rows, golden):
            for column in ("t", "action", "terminated", "truncated"):
                self.assertEqual(ours[column], theirs[column], ours)
            if ours["reward"]:
                self.assertEqual(float(ours["reward"]), float(theirs["reward"]), ours)
            for column in ("x", "x_dot", "theta", "theta_dot"):  # sin and cos are our own
                self.assertAlmostEqual(float(ours[column]), float(theirs[column]), delta=1e-9)

    def test_end_and_length(self):
        rows = self.table(CARTPOLE)
        self.assertEqual([row["terminated"] for row in rows[1:-1]], ["0"] * (len(rows) - 2))
        self.assertEqual(rows[-1]["terminated"], "1")
        self.assertEqual(len(self.table(CARTPOLE, "--steps", "100")), 101)
        self.assertEqual(len(self.table(CARTPOLE, "--steps", "0")), 1)
        self.assertEqual(len(self.table(CARTPOLE, "--autoreset", "same-step")), 501)
        self.assertEqual(len(self.table("CartPole-v0", "--autoreset", "next-step")), 201)
        self.assertEqual(
            len(self.table(CARTPOLE, "--policy", "linear:0,0.4,0.2,0.7", "--set",
                           "max_episode_steps=7")), 8)

    def test_next_step_autoreset_takes_a_step(self):
        rows = self.table(CARTPOLE, "--autoreset", "next-step", "--policy", "basic")
        end = next(i for i, row in enumerate(rows) if row["terminated"] == "1")
        self.assertEqual((rows[end + 1]["reward"], rows[end + 1]["terminated"]), ("0", "0"))
        self.assertLessEqual(abs(float(rows[end + 1]["theta"])), 0.05)

    def test_policies_and_seeds(self):
        basic = self.table(CARTPOLE, "--policy", "basic")
        for before, row in zip(basic, basic[1:]):
            self.assertEqual(row["action"], "0" if float(before["theta"]) < 0 else "1")
        self.assertEqual(self.good("trace", CARTPOLE), self.good("trace", CARTPOLE, "--seed", "0"))
        last = str(2**64 - 1)
        for seeding in ("lockstep", "gymnasium"):
            words = ["trace", CARTPOLE, "--seeding", seeding, "--seed"]
            self.assertNotEqual(self.good(*words, "1"), self.good(*words, last))

    def test_actions_replay_a_policy(self):
        steps = ["--steps", "40"]
        played = self.good("trace", CARTPOLE, *steps)
        actions = [row["action"] for row in csv.DictReader(played.splitlines())][1:]
        file = self.file("actions", "\n".join(actions))  # no newline at the end
        self.assertEqual(self.good("trace", CARTPOLE, "--actions", file), played)
        self.assertEqual(len(self.table(CARTPOLE, "--actions", file, "--steps", "5")), 6)

    def test_json_has_the_same_digits(self):
        for precision in ("f32", "f64"):
            words = [CARTPOLE, "--precision", precision]
            document = self.document("trace", *words)
            rows = self.table(*words)
            self.assertEqual(document["columns"], list(rows[0]))
            self.assertEqual(document["rows"][0][1:5], [None] * 4)
            for ours, row in zip(document["rows"], rows, strict=True):
                self.assertEqual(ours, [float(v) if v else None for v in row.values()])

    def test_every_isa_alike(self):
        words = ["trace", CARTPOLE, "--steps", "300", "--autoreset", "same-step"]
        for precision in ("f32", "f64"):
            texts = {self.good(*words, "--precision", precision, env={"LOCKSTEP_ISA": isa})
                     for isa in supported_isas()}
            self.assertEqual(len(texts), 1, precision)

    def test_bad_settings(self):
        self.bad("trace", "CartPol-v1", says="did you mean 'CartPole-v1'?")
        self.bad("trace", CARTPOLE, "--policy", "basik", says="did you mean 'basic'?")
        self.bad("trace", CARTPOLE, "--policy", "linear:1,2", says="2 weights: allowed 4")
        self.bad("trace", CARTPOLE, "--policy", "linear:1,2,nan,4", says="weight 'nan'")
        self.bad("trace", CARTPOLE, "--policy", "linear:1,2,3,", says="weight ''")
        self.bad("trace", CARTPOLE, "--policy", "random:1", says="1 weights: allowed none")
        self.bad("trace", CARTPOLE, "--set", "gravty=9", says="did you mean 'gravity'?")
        self.bad("trace", CARTPOLE, "--set", "gravity", says="expected name=value")
        for value in ("-1", "1e9", "nan", "inf"):
            self.bad("trace", CARTPOLE, "--set", "gravity=" + value, says="allowed 0 to 1000")
        self.bad("trace", CARTPOLE, "--set", "gravity=9.8x", says="'9.8x': not a number")
        self.bad("trace", CARTPOLE, "--set", "kinematics_integrator=rk4", says="'rk4'")
        self.bad("trace", CARTPOLE, "--set", "max_episode_steps=0", says="max_episode_steps = 0")
        self.bad("trace", CARTPOLE, "--set", "gravity=-1", "tau=7", "lenth=1",
                 says=["gravity = -1", "tau = 7", "did you mean 'length'?"])

    def test_bad_actions(self):
        words = ["trace", CARTPOLE, "--actions"]
        self.bad(*words, str(self.folder / "absent"), says="absent: there is no such file")
        self.bad(*words, str(self.folder), says="is not a file")
        self.bad(*words, self.file("empty", ""), says="empty: is empty")
        for wrong in ("2", "-1", "x", "1.5", "", "99999999999"):
            file = self.file("wrong", f"0\n{wrong}\n1\n")
            self.bad(*words, file, says=f"{file}:2:1: action '{wrong}': allowed 0 to 1")
        many = self.file("many", "7\n" * 1000)
        self.bad(*words, many, says=[f"{many}:10:", f"{many}: 990 more"])
        short = self.file("short", "0\n1\n")
        self.bad(*words, short, "--steps", "3", says=f"{short}: 2 actions for --steps 3")
        self.bad(*words, short, "--policy", "basic", says="exclude each other")


class MdpFile(Command):
    GOOD = {
        "transition_probabilities": [[[0.5, 0.5], None], [[0, 1], [1, 0]]],
        "rewards": [[[1, 2], None], [[0, 3], [4, 0]]],
        "possible_actions": [[0], [0, 1]],
    }

    def refuse(self, says, text=None, **changes):
        text = json.dumps({**self.GOOD, **changes}, indent=1) if text is None else text
        file = self.file("mdp.json", text)
        for words in (["trace", "MDP-v0"], ["trace", "MDP-v0", "--json"]):
            self.bad(*words, "--set", "file=" + file, says=[f"{file}", says])

    def test_steps(self):
        file = self.file("mdp.json", json.dumps({**self.GOOD, "terminal_states": [1]}))
        rows = self.table("MDP-v0", "--set", "file=" + file)
        self.assertEqual([row["reward"] for row in rows[1:]], ["1"] * (len(rows) - 2) + ["2"])
        self.assertEqual((rows[-1]["state"], rows[-1]["terminated"]), ("1", "1"))
        self.assertEqual(len(self.table("MDP-v0", "--steps", "7")), 8)

    def test_refused_files(self):
        words = ["trace", "MDP-v0", "--set"]
        self.bad(*words, "file=/absent", says="file = '/absent': there is no such file")
        self.bad(*words, f"file={self.folder}", says=[str(self.folder), "is not a file"])
        self.bad(*words, "fil=x", says="did you mean 'file'?")
        self.refuse("is empty", text="")
        self.refuse("mdp.json:2:2: not JSON", text='{"rewards":\n[NaN]}')

    def test_refused_content(self):
        row = "transition_probabilities[1][0]"
        self.refuse(f"{row}: probabilities sum to 1.1: must be 1",
                    transition_probabilities=[[[0.5, 0.5], None], [[0.1, 1], [1, 0]]])
        self.refuse(f"{row}[1]: -1: allowed 0 to 1",
                    transition_probabilities=[[[0.5, 0.5], None], [[0, -1], [1, 0]]])
        self.refuse("rewards[1]: 1 entries: expected 2", rewards=[[[1, 2], None], [[0, 3]]])
        self.refuse("possible_actions[0]: has action 1", possible_actions=[[0, 1], [0, 1]])
        self.refuse("start_states[0]: 5: allowed whole numbers from 0 to 1", start_states=[5])
        self.refuse("did you mean 'terminal_states'?", terminal_state=[1])


class Board(Command):
    TUTORIAL = ["........", ".....T..", "~.~A...T", "~~......", "~.A.~T..", ".....~..",
                "..~.~T.T", "...~.A.W"]

    def test_the_tutorials_board(self):
        words = ["board", "--seed", "13", "--python"]
        self.assertEqual(self.good(*words), "".join(row + "\n" for row in self.TUTORIAL))
        document = self.document(*words)
        self.assertEqual(list(document), ["width", "height", "rows"])
        self.assertEqual(document, {"width": 8, "height": 8, "rows": self.TUTORIAL})

    def test_recorded_boards(self):
        recorded = json.loads((GOLDEN / "gridworld" / "peter_boards.json").read_text())["boards"]
        for board in recorded:
            size = f"{board['width']}x{board['height']}"
            rows = self.document("board", "--size", size, "--python", "--seed", str(board["seed"]))
            self.assertEqual(rows["rows"], board["rows_as_seen_y_down"])

    def test_counts(self):
        words = ["--water", "0", "--wolves", "2", "--trees", "3", "--apples", "4"]
        for python in ([], ["--python"]):
            text = self.good("board", "--size", "5x3", "--seed", "7", *words, *python)
            self.assertEqual([len(line) for line in text.splitlines()], [5, 5, 5])
            self.assertEqual([text.count(c) for c in "~WTA."], [0, 2, 3, 4, 6])
        wide = self.good("board", "--water", "1", "--water-size", "9", "--size", "40x40")
        self.assertTrue(1 <= wide.count("~") <= 9)
        self.assertEqual(self.good("board"), self.good("board", "--seed", "0"))
        self.assertNotEqual(self.good("board"), self.good("board", "--seed", "1"))

    def test_many_are_those_of_the_next_seeds(self):
        alone = [self.good("board", "--seed", str(seed)) for seed in (5, 6, 7)]
        self.assertEqual(self.good("board", "--seed", "5", "--count", "3"), "\n".join(alone))
        listed = self.document("board", "--seed", "5", "--count", "3")
        self.assertEqual([board["rows"] for board in listed], [b.split() for b in alone])
        self.assertEqual(len(self.document("board", "--count", "1")), 1)

    def test_worlds_read_them(self):
        file = self.file("boards", self.good("board", "--size", "9x4", "--count", "2"))
        for env in ("Gridworld-v0", "GridworldHard-v0"):
            for number in ("0", "1"):
                rows = self.table(env, "--set", f"board={file}", f"board_number={number}")
                self.assertLess(int(rows[0]["state"]), 36)
            self.bad("trace", env, "--set", f"board={file}", "board_number=2",
                     says=["board_number = 2: allowed whole numbers from 0 to 1", file])
        actions = self.file("actions", "0\n3\n")
        self.assertEqual(len(self.table("Gridworld-v0", "--actions", actions)), 3)
        self.bad("trace", "Gridworld-v0", "--actions", self.file("actions", "4\n"),
                 says="action '4': allowed 0 to 3")

    def test_bad_settings(self):
        for wrong in ("8", "8x", "x8", "8x8x8", "0x8", "8x-1", "1025x8", "8X8", ""):
            self.bad("board", "--size", wrong,
                     says=f"--size = '{wrong}': allowed WxH, each from 1 to 1024")
        for option in ("--water", "--water-size", "--wolves", "--trees", "--apples"):
            for wrong in ("-1", "x", "1.5", "1048577"):
                self.bad("board", f"{option}={wrong}",
                         says=f"{option} = '{wrong}': allowed whole numbers from 0 to 1048576")
        self.bad("board", "--count", "0", says="--count = '0': allowed whole numbers from 1 to 65536")
        self.bad("board", "--size", "1024x1024", "--count", "5", says="from 1 to 4")
        self.bad("board", "--size=9", "--trees=x", "--count=0",
                 says=["--size", "--trees", "--count"])
        self.bad("board", "--trees", "61", says="no room")
        self.bad("board", "--python", "--trees", "61", says="no room")
        self.bad("board", "--wolves", "0", "--apples", "0", says="neither apple (A) nor wolf (W)")
        self.bad("board", "--water", "1000000", "--water-size", "1000000",
                 says="water times water-size")

    def test_bad_files(self):
        words = ["trace", "Gridworld-v0", "--set"]
        self.bad(*words, "board=/absent/board", says="board = '/absent/board'")
        self.bad(*words, f"board={self.folder}", says="is not a file")
        for name, text, says in [
            ("unknown", ".A\n.b\n", ":2:2: 'b': allowed . ground, ~ water"),
            ("ragged", ".A\n.\n", ":2:2: a row of 1 cells: must be 2"),
            ("ground", "WA\n", "no ground"),
            ("goal", ".T\n", "neither apple (A) nor wolf (W)"),
            ("sizes", ".A\n\n.A.\n", ":3:1: board 2 is 3x1: must be 2x1"),
            ("empty", "", "is empty"),
        ]:
            file = self.file(name, text)
            self.bad(*words, "board=" + file, says=[file, says])
        self.bad(*words, "rules=easy", says=["unknown value of rules 'easy'", "walking"])


class Train(Command):
    def test_report(self):
        report = self.document(*TRAIN, "--seeds", "3", "--seed", "7", "--episodes", "20")
        self.assertEqual(list(report), REPORT)
        self.assertEqual((report["seeds"], len(report["policies"])), (3, 3))
        self.assertRegex(report["hash"], "^[0-9a-f]{16}$")
        self.assertEqual(report["config"]["seed"], 7)
        self.assertEqual(report["config"]["agent"]["candidates"], 200)
        self.assertEqual(report["config"]["env"]["gravity"], 9.8)
        self.assertEqual(list(report["evaluation"]), ["mean", "iqm", "ci95", "n"])
        self.assertEqual(report["evaluation"]["n"], 3)
        low, high = report["evaluation"]["ci95"]
        self.assertTrue(low <= report["evaluation"]["mean"] <= high)
        self.assertTrue(0 < report["lane_occupancy"] <= 1)
        self.assertEqual(report["curve"][-1]["at"], 200)
        for point in report["curve"]:
            self.assertIn("tuning", point["meaning"])

    def test_text_calls_tuning_tuning(self):
        self.assertIn("tuning return", self.good(*TRAIN))

    def test_one_learner_is_scored_by_episodes(self):
        report = self.document(*TRAIN, "--episodes", "20")
        self.assertEqual(report["evaluation"]["n"], 20)

    def test_a_learner_alone_is_the_learner_in_the_crowd(self):
        crowd = self.document(*TRAIN, "--seeds", "3", "--seed", "5")
        alone = [self.document(*TRAIN, "--seed", str(5 + i)) for i in range(3)]
        self.assertEqual(crowd["policies"], [one["policies"][0] for one in alone])
        mean = sum(one["evaluation"]["mean"] for one in alone) / 3
        self.assertAlmostEqual(crowd["evaluation"]["mean"], mean, places=9)

    def test_threads_and_isas_change_nothing(self):
        for precision in ("f32", "f64"):
            words = [*TRAIN, "--seeds", "2", "--precision", precision]
            seen = set()
            for isa in supported_isas():
                for threads in ("1", "2"):
                    report = self.document(*words, "--threads", threads, env={"LOCKSTEP_ISA": isa})
                    seen.add(json.dumps([report["hash"], report["evaluation"], report["curve"]]))
            self.assertEqual(len(seen), 1, precision)

    def test_bad_settings(self):
        words = ["train", CARTPOLE, "random-search"]
        self.bad("train", "CartPol-v1", "random-serch",
                 says=["did you mean 'CartPole-v1'?", "did you mean 'random-search'?"])
        for wrong in ("0", "-1", "x"):
            self.bad(*words, "--seeds", wrong, says=f"--seeds = '{wrong}': allowed")
            self.bad(*words, "--episodes", wrong, says=f"--episodes = '{wrong}': allowed")
        for wrong in ("0", "1.5", "nan", "inf", "many"):
            self.bad(*words, "--set", "candidates=" + wrong, says="candidates = ")
        self.bad(*words, "--set", "candidats=1", says="did you mean 'candidates'?")
        self.bad(*words, "--set", "keep=0", "gravity=-1", "--seeds", "0",
                 says=["keep = ", "gravity = -1", "--seeds"])

    def test_out_leaves_a_file_or_nothing(self):
        absent = self.folder / "absent" / "result.json"
        self.bad(*TRAIN, "--out", str(absent), says="there is no folder")
        self.bad(*TRAIN, "--out", str(self.folder), says="is not a file")
        self.bad(*TRAIN, "--out", "/dev/null", says="is not a file")
        self.bad(*TRAIN, "--seeds", "0", "--out", str(self.folder / "r"), says="--seeds")
        self.assertEqual(list(self.folder.iterdir()), [])
        self.good(*TRAIN, "--out", "result.json", cwd=self.folder)
        self.assertEqual([f.name for f in self.folder.iterdir()], ["result.json"])

    def test_interrupt(self):
        words = [COMMAND, "train", CARTPOLE, "random-search", "--out", str(self.folder / "r"),
                 "--set", "candidates=10000000", "keep=10000000", "validation_episodes=1000000"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (130, b""))
        self.assertEqual([path.name for path in self.folder.iterdir()], ["r"])
        self.assertIn(b"lockstep train --resume", err)

    def test_progress_on_terminals_only(self):
        ours, theirs = pty.openpty()
        words = [*TRAIN, "--json", "--set", "validation_episodes=1000"]
        done = subprocess.run([COMMAND, *words], stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        shown = shown_on(ours)
        self.assertEqual(list(json.loads(done.stdout)), REPORT)
        self.assertIn(b" %", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"))


class Eval(Command):
    def setUp(self):
        super().setUp()
        self.path = str(self.folder / "result.json")
        self.report = self.document(*TRAIN, "--seeds", "2", "--precision", "f64", "--out",
                                    self.path, "--set", "max_episode_steps=50", "gravity=12")

    def test_scores(self):
        scored = self.document("eval", self.path)
        self.assertEqual(scored["evaluation"], self.report["evaluation"])
        self.assertEqual((scored["env"], scored["agent"]), (CARTPOLE, "random-search"))
        other = self.document("eval", self.path, "--seed", "99", "--episodes", "7")
        self.assertEqual((other["seed"], other["episodes"]), (99, 7))
        self.assertLessEqual(other["evaluation"]["mean"], 50)
        self.assertIn("95 % interval", self.good("eval", self.path))

    def test_refuses(self):
        text = pathlib.Path(self.path).read_text()
        saved = json.loads(text)
        self.assertEqual((saved["format"], saved["version"]), ("lockstep-result", 3))
        self.bad("eval", str(self.folder / "absent"), says="absent: there is no such file")
        self.bad("eval", self.path, "--episodes", "0", says="--episodes = '0'")
        for name, content, says in [
            ("empty", "", "not a result"),
            ("truncated", text[: len(text) // 2], "not a result, or a truncated one"),
            ("foreign", '{"format": "else"}', "not a result that `train --out` wrote"),
            ("list", "[1]", "not a result that `train --out` wrote"),
            ("older", text.replace('"version":3', '"version":1'), "format version 1"),
            ("newer", text.replace('"version":3', '"version":4'), "format version 4"),
            ("damaged", text.replace('"gravity":12', '"gravity":13'), "damaged"),
            ("written anew", json.dumps(saved), "damaged"),
            ("stripped", '{"format": "lockstep-result", "version": 3}', "damaged"),
        ]:
            with self.subTest(name):
                file = self.file(name, content)
                self.bad("eval", file, says=[file, says])
                self.bad("train", "--resume", file, says=[file, says])
                self.bad("render", file, "-o", str(self.folder / "x.gif"), says=[file, says])
        self.bad("eval", str(self.folder), says="is not a file")

    def test_a_finished_one_is_resumed_to_the_same(self):
        again = self.document("train", "--resume", self.path)
        self.assertEqual(again["hash"], self.report["hash"])


def checksum(text):
    """engine/memory/hash.hpp over the bytes."""
    value = 0x243F6A8885A308D3
    for byte in text.encode():
        value = (value ^ byte) * 0x9E3779B97F4A7C15 % 2**64
        value ^= value >> 32
    return f"{value:016x}"


def forge(text, old, new):
    """A saved result with a replacement, and the checksum corrected."""
    report = text[text.index('"result":') + len('"result":') : -2]
    changed = report.replace(old, new, 1)
    assert changed != report, old
    return text.replace(checksum(report), checksum(changed)).replace(report, changed)


class Networks(Command):
    """Checkpoints of every agent with networks, as `list` shows them."""

    # The budget of half a training and of the whole one, and its other settings.
    BUDGETS = {
        "reinforce": ("episodes=40", "episodes=80"),
        "actor-critic": ("steps=400", "steps=800", "anneal_lr=false"),
        "a2c": ("steps=4096", "steps=8192"),
        "ppo": ("steps=4096", "steps=8192", "anneal_lr=false"),
        "dqn": ("episodes=60", "episodes=120"),
    }

    def agents(self):
        """The agents that can be resumed."""
        for agent in self.document("list", "agents")["agents"]:
            budgets = self.BUDGETS.get(agent["id"])
            name = budgets and budgets[0].split("=")[0]
            if any(p["name"] == name and p.get("budget") for p in agent["parameters"]):
                yield agent["id"], *budgets[:2]

    def train(self, agent, budget, name, *words):
        path = str(self.folder / name)
        words = [*words, "--seeds", "3", "--seed", "5", "--episodes", "20", "--out", path,
                 "--force"]
        report = self.document("train", CARTPOLE, agent, *words, "--set", budget,
                               *self.BUDGETS[agent][2:])
        return path, report, json.loads(pathlib.Path(path).read_text())["result"]

    def test_resumed_is_uninterrupted(self):
        for agent, half, whole in self.agents():
            path, _, before = self.train(agent, half, "half")
            _, report, uninterrupted = self.train(agent, whole, "whole")
            again = str(self.folder / "again")
            resumed = self.document("train", "--resume", path, "--episodes", "20", "--out", again,
                                    "--force", "--set", whole)
            saved = json.loads(pathlib.Path(again).read_text())["result"]
            for key in ("networks", "states", "network_shape", "config"):
                self.assertEqual(saved[key], uninterrupted[key], key)
            self.assertNotEqual(saved["networks"], before["networks"])
            for key in ("hash", "curve", "evaluation", "env_steps"):
                self.assertEqual(resumed[key], report[key], key)

    def test_a_budget_alone_may_differ(self):
        for agent, half, whole in self.agents():
            path, *_ = self.train(agent, half, "half")
            self.bad("train", "--resume", path, "--set", "gravity=10", "gamma=0.5", whole,
                     says=[path, "gravity = 10", "gamma = 0.5", "which was"])
            self.bad("train", "--resume", path, "--set", half.split("=")[0] + "=1",
                     says=[path, "can only grow"])
            self.bad("train", "CartPole-v0", "q-learning", "--resume", path, "--seeds", "4",
                     "--seed", "6", "--precision", "f64",
                     says=["ENV = 'CartPole-v0'", "AGENT = 'q-learning'", "--seeds = '4'",
                           "--seed = '6'", "--precision = 'f64'"])
            self.good("train", CARTPOLE, agent, "--resume", path, "--seeds", "3", "--seed", "5",
                      "--precision", "f32")

    def test_what_cannot_go_on(self):
        path = str(self.folder / "annealed")
        words = ["train", CARTPOLE, "ppo", "--out", path, "--force", "--set", "steps=512"]
        self.good(*words)
        self.bad("train", "--resume", path, "--set", "steps=1024",
                 says=["anneal_lr=true", "anneal_lr=false"])
        self.good(*words, "execution=batched")
        self.bad("train", "--resume", path, "--set", "steps=1024",
                 says=["anneal_lr=true", "anneal_lr=false"])

    def test_eval_and_render(self):
        for agent, half, _ in self.agents():
            path, report, saved = self.train(agent, half, "half")
            scored = self.document("eval", path, "--episodes", "20")
            self.assertEqual(scored["evaluation"], report["evaluation"])
            other = self.document("eval", path, "--episodes", "20", "--seed", "99")
            self.assertNotEqual(other["evaluation"], scored["evaluation"])
            drawn = self.document("render", path, "-o", str(self.folder / "x.gif"), "--force",
                                  "--learner", "2")
            self.assertLessEqual(drawn["steps"], 500)

    def test_another_network_is_refused(self):
        for agent, half, _ in self.agents():
            path, _, saved = self.train(agent, half, "half")
            text = pathlib.Path(path).read_text()
            first, state = saved["networks"][0][0], saved["states"][0]
            hidden = saved["config"]["agent"]["hidden"]
            for old, new, says in [
                (f'"networks":[[{first},', '"networks":[[', "a network of"),
                (f'"hidden":"{hidden}"', '"hidden":"7-7"', "a network of"),
                ('"layers":[4,', '"layers":[5,', "a network of the shape"),
                ('"states":[', '"states":["",', "a state of 0 bytes"),
                (f'"{state}"', f'"{state[:-1]}*"', "not base64"),
                ('"seeds":3', '"seeds":4', "of 4"),
            ]:
                file = self.file("forged", forge(text, old, new))
                self.bad("train", "--resume", file, says=[file, says])
            file = self.file("forged", forge(text, f'"{state}"', '"AAAA"'))
            self.bad("train", "--resume", file, says="a state of 3 bytes")


class Render(Command):
    def render(self, path, *words):
        gif = str(self.folder / "x.gif")
        document = self.document("render", path, "-o", gif, "--force", *words)
        data = pathlib.Path(gif).read_bytes()
        self.assertEqual((data[:6], data[-1:]), (b"GIF89a", b";"))
        # One frame for the first state and one after every step, each with its own control block.
        self.assertEqual(data.count(b"\x21\xf9\x04"), document["steps"] + 1)
        return document, (int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))

    def saved(self, *words):
        path = str(self.folder / "result")
        self.good("train", *words, "--out", path, "--force")
        return path

    def test_policy(self):
        path = self.saved(*TRAIN[1:], "--seeds", "2", "--set", "max_episode_steps=50")
        drawn, size = self.render(path, "--seed", "7", "--learner", "1")
        self.assertEqual(size, (600, 400))
        self.assertEqual((drawn["env"], drawn["agent"], drawn["learner"]),
                         (CARTPOLE, "random-search", 1))
        self.assertTrue(drawn["terminated"] or drawn["truncated"])
        self.assertEqual(drawn["steps"], drawn["return"])
        short, _ = self.render(path, "--steps", "3")
        self.assertEqual((short["steps"], short["truncated"]), (3, False))
        self.assertIn("3 steps", self.good("render", path, "-o", str(self.folder / "x.gif"),
                                           "--force", "--steps", "3"))

    def test_it_is_the_episode_that_eval_counts(self):
        path = self.saved("Gridworld-v0", "q-learning", "--set", "episodes=300")
        returns = [self.render(path, "--episode", str(e))[0]["return"] for e in range(3)]
        scored = self.document("eval", path, "--episodes", "3")
        self.assertAlmostEqual(scored["evaluation"]["mean"], sum(returns) / 3, places=9)

    def test_boards(self):
        for env, size in (("Gridworld-v0", (512, 512)), ("GridworldHard-v0", (512, 512)),
                          ("FrozenLake-v1", (256, 256))):
            path = self.saved(env, "q-learning", "--set", "episodes=50")
            self.assertEqual(self.render(path, "--steps", "9")[1], size)

    def test_cells_of_cartpole(self):
        path = self.saved(CARTPOLE, "q-learning", "--set", "episodes=50", "discretization=coarse")
        self.assertEqual(self.render(path)[1], (600, 400))

    def test_refuses(self):
        path = self.saved("Taxi-v3", "q-learning", "--set", "episodes=5")
        gif = str(self.folder / "x.gif")
        self.bad("render", path, "-o", gif, says=["Taxi-v3: it cannot be drawn"])
        path = self.saved(CARTPOLE, "q-learning", "--set", "episodes=5", "discretization=coarse")
        self.bad("render", path, "-o", str(self.folder / "absent" / "x.gif"),
                 says="there is no folder")
        self.bad("render", path, "-o", "/dev/full", "--learner", "1", "--steps", "0",
                 "--episode", "-1",
                 says=["is not a file", "--learner = '1': 1 learner(s)", "--steps = '0'",
                       "--episode = '-1'"])


class Reproduce(Command):
    # Rows whose learners take more than a second or two run only on request.
    LONG = ["cartpole-tabular-division", "cartpole-tabular-bins", "gridworld-q-learning",
            "gridworld-hard-q-learning", "sweep-cartpole"]
    EXACT = ["cartpole-basic-policy", "gridworld-published", "mdp-q-iteration", "bandit-ucb",
             "slides-reinforce", "slides-inverse", "slides-actor-critic", "slides-dqn",
             "slides-value", "sweep-functions"]
    CONSISTENT = ["cartpole-random-search", "cartpole-random-policy", "gridworld-random-walk",
                  "gridworld-hard-random-walk", "markov-chain", "mdp-q-learning",
                  "bandit-epsilon-greedy", "bandit-softmax", "slides-chain", "slides-lazy-chain",
                  "slides-random-mdp", "slides-q-learning", "slides-multi-agent",
                  "slides-hierarchical", "slides-robot", "reinforce-000", "reinforce-001",
                  "reinforce-003", "dqn", "dqn-fixed", "dqn-double", "mountain-car",
                  "mountain-car-continuous", "acrobot", "pendulum"]
    # Rows that take at least two seconds of a core, for `tools/test --all`.
    SLOW = ["bandit-ucb", "sweep-functions", "mdp-q-learning", "bandit-epsilon-greedy",
            "bandit-softmax", "slides-q-learning", "slides-robot", "reinforce-000",
            "reinforce-003", "dqn", "dqn-fixed", "mountain-car", "mountain-car-continuous", "acrobot",
            "pendulum"]
    # From episode 500 on its reference scores higher than this program, for a reason unknown.
    INCONSISTENT = ["dqn-dueling"]

    def test_listed(self):
        listed = [experiment["id"] for experiment in self.document("list")["experiments"]]
        known = self.LONG + self.EXACT + self.CONSISTENT + self.INCONSISTENT
        self.assertEqual(sorted(listed), sorted(known))

    def test_rows(self):
        expected = {**dict.fromkeys(self.EXACT, "exact"),
                    **dict.fromkeys(self.CONSISTENT, "consistent"),
                    **dict.fromkeys(self.INCONSISTENT, "inconsistent")}
        if rounds(1) == 1:
            for slow in self.SLOW:
                del expected[slow]
        rows = self.document("reproduce", *expected)
        keys = "id source published measured dispersion verdict seconds".split()
        for row in rows:
            self.assertEqual(list(row), keys + ["tables"] * ("tables" in row))
            for name, (least, most) in row["published"].get("target", {}).items():
                self.assertTrue(least <= row["measured"][name] <= most, name)
            z = row["dispersion"].get("z", {})
            if row["verdict"] == "consistent" and z:
                self.assertLessEqual(max(map(abs, z.values())), row["dispersion"]["z_bound"])
        self.assertEqual({row["id"]: row["verdict"] for row in rows}, expected)
        random = next(row for row in rows if row["id"] == "cartpole-random-policy")
        self.assertAlmostEqual(random["measured"]["mean"], 22.2, delta=0.1)

    def test_one(self):
        [row] = self.document("reproduce", "cartpole-basic-policy")
        exact = {"mean": 41.698, "std": 8.389445512070509, "min": 24, "max": 63}
        self.assertEqual((row["published"], row["measured"]), (exact, exact))
        self.assertIn("exact", self.good("reproduce", "cartpole-basic-policy"))

    def test_gridworld(self):
        [row] = self.document("reproduce", "gridworld-published", "--seed", "5")
        self.assertEqual(row["verdict"], "exact")
        row["published"].pop("reference")
        self.assertLessEqual(row["published"].items(), row["measured"].items())
        for world, golden, updates in (("apples", "easy", 1823231), ("wolf", "hard", 316671)):
            table = row["tables"][world]
            self.assertEqual(row["measured"][f"{world}_updates"], updates)
            self.assertEqual(sum(table["epoch_steps"]), updates)
            path = GOLDEN / "gridworld" / f"peter_{golden}_published_Q.csv"
            for cell in csv.DictReader(path.read_text().splitlines()):
                at = int(cell["y"]) * 8 + int(cell["x"])
                self.assertEqual(table["q"][at], [float(cell[f"Q_{a}"]) for a in "UDLR"])

    def test_slides(self):
        [row] = self.document("reproduce", "slides-hierarchical", "--seed", "1")
        measured, reference = row["measured"], row["published"]["reference"]
        for name, z in row["dispersion"]["z"].items():
            self.assertAlmostEqual(measured[name], reference[name], delta=0.01 * reference[name])
            self.assertLess(abs(z), 4)
        [row] = self.document("reproduce", "slides-inverse", "--seed", "1")
        self.assertLess(row["measured"]["repaired_mismatch"], 1e-9)

    def test_threads(self):
        one, two = (
            self.document("reproduce", "slides-multi-agent", "--threads", n)[0] for n in "12"
        )
        self.assertEqual(one["measured"], two["measured"])

    def test_unknown(self):
        self.bad("reproduce", "cartpole-basic-polcy", "x",
                 says=["did you mean 'cartpole-basic-policy'?", "'x'"])


class Bench(Command):
    def rows(self, *words):
        report = self.document("bench", "--env", "Bandit-v0", "--envs", "64", *words)
        return [(row["name"], row["hash"], row["valid"]) for row in report]

    def test_hashes(self):
        once = self.rows("--seconds", "0")
        self.assertGreater(len(once), 3)
        self.assertTrue(all(valid for _, _, valid in once), once)
        self.assertEqual(self.rows("--seconds", "0.001"), once)
        for isa in supported_isas():
            self.assertEqual(self.rows("--seconds", "0", "--isa", isa), once)
        self.bad("bench", "--seconds", "-1", says="allowed 0 to 3600")


class MainJob(Command):
    def status(self):
        return self.document("status", "cartpole-1.db", cwd=self.folder)

    def run_until(self, trials):
        """Runs the main job until its store has this many trials, and interrupts it."""
        with subprocess.Popen([COMMAND, "--seed", "1"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            while process.poll() is None:
                time.sleep(0.1)
                if (self.folder / "cartpole-1.db.md").exists():
                    break
                done = subprocess.run([COMMAND, "status", "cartpole-1.db", "--json"],
                                      cwd=self.folder, capture_output=True)
                if done.returncode == 0 and json.loads(done.stdout)["trials"] >= trials:
                    process.send_signal(signal.SIGINT)
                    break
            process.communicate(timeout=60)
        return process.returncode

    def test_goes_on(self):
        self.assertEqual(self.run_until(1), 130)
        first = self.status()
        self.assertEqual((first["env"], first["agent"]), (CARTPOLE, "reinforce"))
        self.assertEqual(first["trials_asked"], 4096)
        self.assertEqual(self.run_until(first["trials"] + 1), 130)
        self.assertGreater(self.status()["trials"], first["trials"])
        self.good("verify", "cartpole-1.db", cwd=self.folder)


if __name__ == "__main__":
    COMMAND, GOLDEN = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
