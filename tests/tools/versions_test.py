"""Reads an earlier version's files under current names: python3 versions_test.py LOCKSTEP GOLDEN"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LOCKSTEP = sys.argv.pop(1)
GOLDEN = pathlib.Path(sys.argv.pop(1)) / "versions"
NAMES = {  # old: new
    "rate": "learning_rate", "optimiser": "optimizer", "normalise": "normalize_advantage", "entropy": "ent_coef",
    "clip": "max_grad_norm", "worlds": "num_envs", "rollout": "num_steps", "minibatches": "num_minibatches",
    "anneal": "anneal_lr", "least_budget": "min_budget",
}


def lockstep(*words, exit=0):
    done = subprocess.run([LOCKSTEP, *map(str, words)], capture_output=True, text=True)
    if done.returncode != exit:
        raise AssertionError(f"lockstep {' '.join(map(str, words))}: {done.returncode}\n{done.stderr}")
    return done.stdout if exit == 0 else done.stderr


def renamed(json_text):
    """The same with the current names, in keys and in constraints."""
    if isinstance(json_text, dict):
        return {NAMES.get(key, key): renamed(value) for key, value in json_text.items()}
    if isinstance(json_text, list):
        return [renamed(value) for value in json_text]
    if isinstance(json_text, str) and " divides " in json_text:
        return " ".join(NAMES.get(word, word) for word in json_text.split())
    return json_text


class Versions(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lockstep versions "))
        for name in ("result.json", "study.db", "study.toml"):
            shutil.copy(GOLDEN / name, self.folder)
        self.addCleanup(shutil.rmtree, self.folder)

    def test_a_result_is_evaluated(self):
        now = json.loads(lockstep("eval", self.folder / "result.json", "--episodes", 5, "--json"))
        then = json.loads((GOLDEN / "evaluation.json").read_text())
        self.assertEqual(now["evaluation"], then["evaluation"])

    def test_training_goes_on_from_a_result(self):
        settings = ["hidden=4", "activation=tanh", "episodes=20", "optimizer=adam", "learning_rate=0.01",
                    "normalize_advantage=true", "ent_coef=0.001", "max_grad_norm=1", "loss=log"]
        whole = json.loads(lockstep("train", "CartPole-v1", "reinforce", "--seeds", 2, "--seed", 3, "--json",
                                    "--set", *settings))
        resumed = json.loads(lockstep("train", "--resume", self.folder / "result.json", "--json",
                                      "--set", "episodes=20"))
        self.assertEqual(resumed["hash"], whole["hash"])
        self.assertEqual(resumed["config"], whole["config"])

    def test_a_store_is_exported(self):
        now = lockstep("export", self.folder / "study.db", "--format", "jsonl").splitlines()
        then = (GOLDEN / "export.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line) for line in now], [renamed(json.loads(line)) for line in then])

    def test_a_study_goes_on_in_an_old_store(self):
        text = (self.folder / "study.toml").read_text()
        self.assertIn("'least_budget' is called min_budget now",
                      lockstep("sweep", self.folder / "study.toml", "--store", self.folder / "study.db", exit=2))
        for then, now in NAMES.items():
            text = "\n".join(line.replace(then, now) if then in line else line for line in text.split("\n"))
        text = text.replace("num_num_", "num_").replace("learning_learning_", "learning_")
        (self.folder / "study.toml").write_text(text.replace("trials = 6", "trials = 9"))
        lockstep("sweep", self.folder / "study.toml", "--store", self.folder / "study.db")
        lockstep("sweep", self.folder / "study.toml", "--store", self.folder / "new.db")
        self.assertEqual(lockstep("export", self.folder / "study.db", "--format", "jsonl"),
                         lockstep("export", self.folder / "new.db", "--format", "jsonl"))

    def test_old_names_are_refused_where_people_type_them(self):
        for setting in ("rate=0.1", "worlds=4", "clip_ratio=0.1"):
            said = lockstep("train", "CartPole-v1", "ppo", "--set", setting, exit=2)
            self.assertIn("is called", said)
        self.assertIn("'alpha' is called learning_rate now",
                      lockstep("train", "Taxi-v3", "sarsa", "--set", "alpha=0.1", exit=2))


if __name__ == "__main__":
    unittest.main()
