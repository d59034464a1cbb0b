"""What other programs can rely on: python3 command_test.py LOCKSTEP GOLDEN_FOLDER"""

import csv
import json
import pathlib
import signal
import subprocess
import sys
import time

import command_support
from command_support import CARTPOLE, TRAIN, Command, run, supported_isas

GOLDEN = None  # the folder of golden files


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
            done = subprocess.run([command_support.COMMAND, "list"], stdout=full, stderr=subprocess.PIPE)
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
        with subprocess.Popen([command_support.COMMAND, "--seed", "1"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            while process.poll() is None:
                time.sleep(0.1)
                if (self.folder / "cartpole-1.db.md").exists():
                    break
                done = subprocess.run([command_support.COMMAND, "status", "cartpole-1.db", "--json"],
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
    GOLDEN = pathlib.Path(sys.argv.pop(2))
    command_support.main()
