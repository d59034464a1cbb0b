"""Training that is interrupted, killed, or out of disk space: python3 checkpoint_test.py LOCKSTEP

Every run prints a new seed; LOCKSTEP_TEST_SEED repeats one.
"""

import json
import os
import pathlib
import random
import resource
import shlex
import signal
import subprocess
import time

import command_support
from command_support import CARTPOLE, Command

# Figures about the machine's work, not about what was learnt.
WALL = ("wall_s", "steps_per_s", "lane_occupancy", "lane_steps")
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
# Each takes about half a second.
TRAININGS = [
    ("reinforce", "--seeds", "60", "--set", "episodes=1000", "hidden=4-4"),
    ("reinforce", "--seeds", "5", "--precision", "f64", "--set", "episodes=2000", "hidden=4-4",
     "update_every=7", "baseline=true", "bootstrap=true"),
    ("actor-critic", "--seeds", "20", "--set", "steps=10000"),
    ("a2c", "--seeds", "40", "--set", "steps=20000"),
    ("ppo", "--seeds", "40", "--set", "steps=20000"),
    ("ppo", "--seeds", "2", "--set", "steps=50000", "execution=batched", "num_envs=100"),
    ("dqn", "--seeds", "20", "--set", "episodes=100"),
    ("q-learning", "--seeds", "60", "--set", "discretization=coarse", "episodes=1000"),
    ("double-q", "--seeds", "2", "--precision", "f64", "--set", "discretization=coarse",
     "num_envs=64", "episodes=3000"),
    ("tabular-reinforce", "--seeds", "20", "--set", "discretization=coarse", "episodes=500"),
    ("random-search", "--seeds", "3", "--set", "candidates=300000"),
]
LONG = ("ppo", "--seeds", "40", "--set", "steps=20000000")


class Checkpoints(Command):
    @classmethod
    def setUpClass(cls):
        seed = int(os.environ.get("LOCKSTEP_TEST_SEED") or random.SystemRandom().randrange(2**32))
        print(f"[seed {seed}] interrupts", flush=True)
        cls.random = random.Random(seed)

    def path(self, name):
        return str(self.folder / name)

    def start(self, *words, **settings):
        return subprocess.Popen([command_support.COMMAND, *words], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **settings)

    def work(self, process, seconds):
        """Waits until a process has used this much CPU time, however busy the machine is."""
        ticks = os.sysconf("SC_CLK_TCK") * seconds
        while process.poll() is None:
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")")[1].split()
            if int(fields[11]) + int(fields[12]) >= ticks:
                return
            time.sleep(0.001)

    def interrupt(self, words, after, number=signal.SIGINT):
        """Sends a signal to a command; returns its exit code and both outputs."""
        with self.start(*words) as process:
            self.work(process, after)
            process.send_signal(number)
            out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def result(self, path):
        return json.loads(pathlib.Path(path).read_text())["result"]

    def learnt(self, path):
        """What a file contains except for the machine's work."""
        return {k: v for k, v in self.result(path).items() if k not in WALL}

    def command(self, err):
        """The words to go on, without the command's name, and the file that they write."""
        line = err.splitlines()[-1]
        words = shlex.split(line)
        self.assertEqual(words[:3], ["lockstep", "train", "--resume"], err)
        return words[1:], words[words.index("--out") + 1]

    def whole(self, *words):
        """A training without interruption: what its file contains, and how long it took."""
        path = self.path("whole")
        start = time.monotonic()
        self.good("train", CARTPOLE, *words, "--episodes", "20", "--out", path, "--force")
        return self.learnt(path), time.monotonic() - start

    def finish(self, words, path, seconds):
        """Resumes, interrupted again and again, until there is a result; returns its file."""
        for _ in range(6):
            number = self.random.choice(list(CODES))
            code, out, err = self.interrupt(words, self.random.uniform(0, seconds / 2), number)
            if code == 0:
                return path
            if code == -number or not err:  # before training began, or after all was saved
                if os.path.exists(path):
                    return path
                continue
            self.assertEqual((code, out), (CODES[number], ""), err)
            if "has the result" in err:
                return path
            self.assertFalse(self.result(path)["finished"])
            self.assertIn("saved in", err)
            words, path = self.command(err)
        self.good(*words)
        return path

    def test_interrupted_is_uninterrupted(self):
        for training in TRAININGS:
            with self.subTest(training):
                whole, seconds = self.whole(*training)
                for _ in range(command_support.rounds(1)):
                    path = self.path(f"{len(os.listdir(self.folder))}.json")
                    words = ["train", CARTPOLE, *training, "--episodes", "20", "--out", path]
                    resumed = self.learnt(self.finish(words, path, seconds))
                    self.assertEqual(resumed, whole)

    def test_what_there_is_can_be_played(self):
        for training in (("random-search", "--seeds", "20", "--set", "candidates=1000000"),
                         ("q-learning", "--seeds", "2000", "--set", "discretization=coarse"),
                         ("sarsa", "--seeds", "20", "--set", "discretization=coarse", "num_envs=64",
                          "episodes=100000")):
            with self.subTest(training):
                path = self.path(training[0])
                words = ("train", CARTPOLE, *training, "--out", path)
                self.assertEqual(self.interrupt(words, 0.7)[0], 130)
                self.assertGreater(self.result(path)["learners"]["not_begun"], 0)
                self.assertIn("mean", self.good("eval", path, "--episodes", "3"))

    def test_killed(self):
        training = ("ppo", "--seeds", "20", "--set", "steps=100000")
        whole, _ = self.whole(*training)
        path = self.path("killed")
        # Takes a few seconds on any machine, so that it can be killed half-way.
        words = ["train", CARTPOLE, *training, "--threads", "2", "--episodes", "20", "--out", path]
        with self.start(*words, "--checkpoint-every", "1s") as process:
            while process.poll() is None and not os.path.exists(path):
                time.sleep(0.01)
            time.sleep(self.random.uniform(0, 1.5))
            process.kill()
        for left in os.listdir(self.folder):
            if ".tmp" in left:  # the next one, which was being written
                os.remove(self.folder / left)
        self.good("train", "--resume", path, "--episodes", "20", "--out", self.path("again"))
        self.assertEqual(self.learnt(self.path("again")), whole)
        # Saving along the way does not change the result.
        self.good(*words[:-1], self.path("saving"), "--checkpoint-every", "1s")
        self.assertEqual(self.learnt(self.path("saving")), whole)

    def test_words_to_go_on(self):
        path = self.path("it's my-7.json")
        words = ["train", CARTPOLE, *LONG, "--out", path, "--checkpoint-every", "10m",
                 "--episodes", "7", "--threads", "1", "--json"]
        code, out, err = self.interrupt(words, 0.5)
        self.assertEqual((code, out), (130, ""))
        words, again = self.command(err)
        self.assertEqual(again, self.path("it's my-8.json"))
        self.assertEqual(words[1:], ["--resume", path, "--out", again, "--checkpoint-every", "10m",
                                     "--episodes", "7", "--threads", "1", "--json"])
        self.assertIn("40 learner(s) (", err)
        # wall_s covers both sessions.
        before = self.result(path)
        code, _, err = self.interrupt(words, 0.5, signal.SIGTERM)
        self.assertEqual(code, 143)
        after = self.result(again)
        self.assertGreater(after["wall_s"], before["wall_s"])
        self.assertGreater(after["env_steps"], before["env_steps"])
        self.assertLessEqual(after["lane_occupancy"], 1)
        self.assertTrue(self.command(err)[1].endswith("it's my-9.json"))

    def test_evaluation_is_interrupted(self):
        # So few that they have all finished when it is interrupted.
        whole, _ = self.whole("reinforce", "--seeds", "4", "--set", "episodes=40")
        path = self.path("untested")
        words = ["train", CARTPOLE, "reinforce", "--seeds", "4", "--set", "episodes=40",
                 "--out", path, "--episodes", "1000000"]
        code, _, err = self.interrupt(words, 0.5)
        self.assertEqual(code, 130, err)
        saved = self.result(path)
        self.assertFalse(saved["finished"])
        self.assertIsNone(saved["evaluation"])
        self.assertEqual(saved["learners"]["finished"], 4)
        self.assertEqual(saved["networks"], whole["networks"])
        words, again = self.command(err)
        words[words.index("1000000")] = "20"
        self.good(*words)
        self.assertEqual(self.learnt(again), whole)

    def test_an_unfinished_result(self):
        path = self.path("part.json")
        words = ["train", CARTPOLE, *LONG, "--threads", "1", "--out", path]
        _, _, err = self.interrupt(words, 0.5)
        saved = self.result(path)
        self.assertEqual(sum(saved["learners"].values()), 40)
        self.assertIsNone(saved["evaluation"])
        begun = saved["learners"]["under_way"]
        self.assertEqual(begun, 16)  # the others wait for lanes
        scored = self.document("eval", path, "--episodes", "5")
        self.assertEqual((scored["finished"], scored["learners"]), (False, saved["learners"]))
        self.assertEqual(scored["evaluation"]["n"], begun)
        self.assertIn("16 under way, 24 not begun", self.good("eval", path, "--episodes", "5"))
        gif = self.path("x.gif")
        self.good("render", path, "-o", gif, "--learner", "3", "--steps", "3")
        self.bad("render", path, "-o", gif, "--learner", "33", says="had not begun")
        self.bad("train", "--resume", path, "--set", "steps=100", says="can only grow")
        self.bad("train", "--resume", path, "--set", "steps=40000000", says="anneal_lr=true")
        self.bad("train", "--resume", path, "--set", "gamma=0.5", says="gamma = 0.5")

    def test_nothing_is_saved_without_a_file(self):
        for number, code in CODES.items():
            done = self.interrupt(["train", CARTPOLE, *LONG], 0.5, number)
            self.assertEqual(done[:2], (code, ""))
            self.assertIn("nothing was saved, as no --out", done[2])
        self.assertEqual(os.listdir(self.folder), [])

    def test_nohup(self):
        ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with self.start("train", CARTPOLE, "ppo", "--set", "steps=20000", preexec_fn=ignore) as process:
            self.work(process, 0.1)
            process.send_signal(signal.SIGHUP)
            self.assertIn("ppo on CartPole-v1", process.communicate(timeout=60)[0])
        self.assertEqual(process.returncode, 0)

    def test_a_full_disk(self):
        path = self.path("kept")
        self.good("train", CARTPOLE, "ppo", "--set", "steps=1000", "--out", path)
        before = pathlib.Path(path).read_bytes()
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
        words = ["train", CARTPOLE, *LONG, "--out", path, "--force"]
        for more, number in (["--checkpoint-every", "1s"], None), ([], signal.SIGINT):
            with self.start(*words, *more, preexec_fn=limit) as process:
                if number is not None:
                    self.work(process, 0.3)
                    process.send_signal(number)
                out, err = process.communicate(timeout=300)
            self.assertEqual((process.returncode, out), (1, ""))
            self.assertIn(f"cannot write '{path}'", err)
            self.assertEqual(pathlib.Path(path).read_bytes(), before)
        self.assertEqual(os.listdir(self.folder), ["kept"])

    def test_refuses(self):
        for wrong in ("", "0s", "60", "1.5m", "-1s", "1d", "s", "60 s", "1h30m", "9999999999h"):
            self.bad("train", CARTPOLE, "ppo", "--out", self.path("r"), "--checkpoint-every", wrong,
                     says=[f"--checkpoint-every = '{wrong}'", "90s, 10m or 2h"])
        self.bad("train", CARTPOLE, "ppo", "--checkpoint-every", "60s", says="needs --out")


if __name__ == "__main__":
    command_support.main()
