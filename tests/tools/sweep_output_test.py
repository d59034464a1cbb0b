"""What a sweep says, reports and exports: python3 sweep_output_test.py LOCKSTEP"""

import csv
import json
import math
import os
import pathlib
import pty
import subprocess
import sys

import command_support
from sweep_support import FUNCTION, LEARNERS, LONG, Sweep

DEBIANS_PYTHON = "/usr/bin/python3"

class Told(Sweep):
    """What the verbs print."""

    def setUp(self):
        super().setUp()
        self.study_file, self.db = self.toml(LEARNERS), self.store("study.db")
        self.printed = self.good("sweep", self.study_file)
        self.told_rows = self.rows(self.db)

    def test_one_document(self):
        again = self.document("sweep", self.study_file)
        self.assertEqual((again["store"], again["report"]), (self.db, self.store("study.db.md")))
        self.assertEqual((again["rows_found"], again["rows_repaired"]), (len(self.told_rows), 0))
        status = self.document("status", self.db)
        self.assertEqual((status["trials"], status["trials_asked"]), (24, 24))
        self.assertEqual(status["env_steps"], sum(row["steps"] for row in self.told_rows))
        self.assertEqual(sum(sum(s.values()) for s in status["rows"].values()),
                         len(self.told_rows))
        self.assertEqual(self.document("verify", self.db),
                         {"store": self.db, "rows": len(self.told_rows), "damaged": [],
                          "missing": 0})
        last = self.document("trials", self.db, "--last", "7")["rows"]
        self.assertEqual(last, self.told_rows[-7:])
        self.assertEqual(self.document("best", self.db), self.document("report", self.db))
        self.assertTrue(self.document("replay", self.db, "0")["same_bits"])
        self.assertEqual(self.document("sweep", self.study_file, "--check")["trials"], 24)

    def test_honesty(self):
        best = self.document("best", self.db)
        report = self.good("report", self.db)
        self.assertEqual(report, pathlib.Path(self.store("study.db.md")).read_text())
        winner, finalists = best["best"], best["finalists"]
        scores = {role: [row for row in self.told_rows if row["role"] == role]
                  for role in ("validation", "test")}
        self.assertEqual(winner, finalists[0])
        self.assertEqual(len(finalists), 3)
        for one in finalists:
            for role in scores:
                [row] = [row for row in scores[role] if row["trial"] == one["trial"]]
                self.assertEqual(one[role]["n"], len(row["scores"]))
                self.assertEqual(one[role]["mean"], math.fsum(row["scores"]) / one[role]["n"])
                low, high = one[role]["iqm_ci95"]
                self.assertTrue(low <= one[role]["iqm"] <= high)
            self.assertIn(one["tied_with_best"], (True, False))
        self.assertEqual(winner["validation"]["mean"],
                         max(one["validation"]["mean"] for one in finalists))
        self.assertEqual(best["optimism"], winner["tuning"]["mean"] - winner["test"]["mean"])
        low, high = best["probability_of_improvement_ci95"]
        self.assertTrue(0 <= low <= best["probability_of_improvement_over_default"] <= high <= 1)
        self.assertEqual({one["parameter"] for one in best["importance"]}, set(LEARNERS["space"]))
        seeds = best["seeds"]
        self.assertEqual({role: len(own) for role, own in seeds.items()},
                         {"tuning": 3, "validation": 3, "test": 4})
        self.assertEqual(len({seed for own in seeds.values() for seed in own}), 10)
        self.assertEqual((best["seed"], best["default"]["test"]["n"]), (5, 4))
        for text in ("IQM", "95 %", "optimism", "Tied", "beats the default", "share of rank",
                     "keeps its place", "study seed 5", "3 tuning seeds", best["digest"], "pruned",
                     "steps of environments"):
            self.assertIn(text, report)

    def test_seeds_are_told_apart(self):
        for row in self.told_rows:
            asked = {"tuning": 3, "validation": 3, "test": 4}[row["role"]]
            self.assertLessEqual(row["first_seed"] + row["seeds"], asked)

    def test_tuning_is_called_so(self):
        file, store = self.toml(FUNCTION, "function.toml"), self.store("function.db")
        texts = [self.good("sweep", file)]
        texts += [self.good(verb, store) for verb in ("status", "best", "report")]
        means = [one["tuning"][what] for one in self.document("best", store)["finalists"]
                 for what in ("mean", "iqm")]
        means.append(self.document("status", store)["best_tuning"]["tuning_mean"])
        values = {f"{mean:.6g}" for mean in means}
        for text in texts:
            header, met = "", 0
            for line in text.splitlines():
                header = (header or line) if line.startswith("|") else ""
                if values & set(line.replace(",", " ").replace(":", " ").split()):
                    met += 1
                    self.assertIn("tuning", line + header)
            self.assertGreater(met, 0, text)

    def test_progress(self):
        leader, follower = pty.openpty()
        process = subprocess.Popen([command_support.COMMAND, "sweep", self.toml(LONG, "long.toml")],
                                   stdout=subprocess.DEVNULL, stderr=follower)
        os.close(follower)
        shown = b""
        while b"left" not in shown:
            shown += os.read(leader, 1000)
        process.kill()
        process.communicate()
        os.close(leader)
        self.assertRegex(shown.decode(), r"of 1,200 trials, \d+ learners/s, best tuning [\d.]+ "
                                         r"\(trial \d+\), at most \d+ s left")

    def test_check(self):
        self.sweep(self.study_file, self.db)
        file, before = self.toml(LEARNERS, "other.toml"), sorted(self.folder.iterdir())
        text = self.good("sweep", file, "--check")
        for name in [*LEARNERS["space"], "trials    24 in 3 generations", "steps", " s here"]:
            self.assertIn(name, text)
        document = self.document("sweep", file, "--check", "--store", self.store("x.db"))
        self.assertEqual((document["trials"], document["generations"]), (24, 3))
        self.assertGreater(document["estimated_env_steps"], 0)
        self.assertGreater(document["estimated_seconds"], 0)
        self.assertEqual(sorted(self.folder.iterdir()), before)


class Export(Sweep):
    def setUp(self):
        super().setUp()

        self.db = self.store("store.db")
        # Some combinations of layers and activations do not fit.
        self.sweep(self.toml(LEARNERS, set=dict(activation=None), space=dict(
            activation=dict(choice=["relu", "relu-identity"]))), self.db)
        self.told_rows = self.rows(self.db)

    def test_csv(self):
        table = list(csv.DictReader(self.good("export", self.db, "--format", "csv").splitlines()))
        self.assertEqual(len(table), len(self.told_rows))
        for line, row in zip(table, self.told_rows):
            for name in ("trial", "stage", "generation", "first_seed", "seeds", "steps"):
                self.assertEqual(int(line[name]), row[name])
            self.assertEqual((line["role"], line["state"], float(line["budget"])),
                             (row["role"], row["state"], row["budget"]))
            self.assertEqual(line["message"], row.get("message", ""))
            scores = row["scores"]
            self.assertEqual(line["mean"] and float(line["mean"]),
                             math.fsum(scores) / len(scores) if scores else "")
            for name in LEARNERS["space"]:
                value = row["parameters"].get(name, "")
                kind = str if isinstance(value, str) else float
                self.assertEqual(line[name] and kind(line[name]), value)

    def test_into_a_file(self):
        for form in ("csv", "jsonl", "optuna-journal"):
            path = self.store(form)
            self.assertEqual(self.good("export", self.db, "--format", form, "-o", path), "")
            self.assertEqual(pathlib.Path(path).read_text(),
                             self.good("export", self.db, "--format", form))
            with open("/dev/full", "w") as full:
                done = subprocess.run([command_support.COMMAND, "export", self.db, "--format", form],
                                      stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 1)

    def expected(self):
        """What Optuna should show for each trial, from the rows."""
        trials = {}
        for row in self.told_rows:
            if row["role"] == "tuning":
                trial = trials.setdefault(row["trial"], dict(scores=[], params=row["parameters"]))
                trial["scores"] += row["scores"]
                trial["state"] = row["state"]
        for trial in trials.values():
            scores, complete = trial.pop("scores"), trial["state"] == "complete"
            whole = len(scores) == LEARNERS["study"]["tuning_seeds"]
            trial["value"] = math.fsum(scores) / len(scores) if complete else None
            trial["state"] = "FAIL" if not complete else "COMPLETE" if whole else "PRUNED"
        return [trials[number] for number in sorted(trials)]

    def test_optuna(self):
        path = self.store("journal")
        self.good("export", self.db, "--format", "optuna-journal", "-o", path)
        done = subprocess.run([DEBIANS_PYTHON, "-W", "ignore", "-c", OPTUNA, path],
                              capture_output=True, text=True)
        if done.returncode == 77:
            self.skipTest("needs python3-optuna")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual((told["name"], told["direction"]),
                         ("reinforce on CartPole-v1", "MAXIMIZE"))
        expected = self.expected()
        self.assertEqual({trial["state"] for trial in expected}, {"COMPLETE", "PRUNED", "FAIL"})
        self.assertEqual([{k: trial[k] for k in expected[0]} for trial in told["trials"]],
                         expected)
        self.assertEqual(told["best"], max(trial["value"] for trial in expected
                                           if trial["state"] == "COMPLETE"))
        kinds = dict(hidden="categorical ['4', '8-4', 'none']", learning_rate="float 0.001 1.0 True",
                     optimizer="categorical ['sgd', 'adam']", beta1="float 0.5 0.99 False",
                     gamma="float 0.9 0.999 False", update_every="int 1 4 False",
                     baseline="categorical ['true', 'false']",
                     activation="categorical ['relu', 'relu-identity']")
        for trial in told["trials"]:
            self.assertEqual(trial["kinds"], {name: kinds[name] for name in trial["params"]})


OPTUNA = """
import json, sys
try:
    import optuna
except ImportError:
    sys.exit(77)
storage = optuna.storages.JournalStorage(optuna.storages.JournalFileStorage(sys.argv[1]))
study = optuna.load_study(study_name=None, storage=storage)
def kind(d):
    if isinstance(d, optuna.distributions.CategoricalDistribution):
        return f"categorical {list(d.choices)}"
    number = "int" if isinstance(d, optuna.distributions.IntDistribution) else "float"
    return f"{number} {d.low} {d.high} {d.log}"
print(json.dumps(dict(
    name=study.study_name, direction=study.direction.name, best=study.best_value,
    trials=[dict(state=t.state.name, value=t.value, params=t.params,
                 kinds={name: kind(d) for name, d in t.distributions.items()})
            for t in study.trials])))
"""


if __name__ == "__main__":
    command_support.main()
