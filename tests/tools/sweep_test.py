"""The sweep's verbs as other programs see them: python3 sweep_test.py LOCKSTEP"""

import csv
import itertools
import json
import math
import os
import pathlib
import pty
import sqlite3
import struct
import subprocess
import sys
import unittest

import command_test
from sweep_support import FUNCTION, LEARNERS, LONG, Sweep, changed

SAMPLERS = ["grid", "random", "sobol", "tpe", "cma-es"]
STATES = ["complete", "not-finite", "diverged", "failed", "step-limit", "infeasible"]
DEBIANS_PYTHON = "/usr/bin/python3"


class SameBits(Sweep):
    """The dump and the report do not depend on how the work was divided."""

    def check(self, base, ways):
        file, told = self.toml(base), set()
        for number, (threads, chunk, isa) in enumerate(ways):
            store = self.store(f"{number}.db")
            self.sweep(file, store, "--threads", threads, "--chunk", chunk,
                       env={"LOCKSTEP_ISA": isa} if isa else None)
            report = pathlib.Path(self.store(f"{number}.db.md")).read_text()
            told.add((self.dump(store), report))
        self.assertEqual(len(told), 1)
        for path in self.folder.iterdir():
            path.unlink()

    def test_every_sampler_and_scheduler(self):
        isas = command_test.supported_isas()
        ways = [("1", "0", None), ("2", "1", None), ("8", "7", None), ("2", "1000", None),
                *(("8", "7", isa) for isa in isas)]
        space = dict(x0=dict(uniform=[-5.0, 5.0], points=7), x1=dict(integer=[-4, 4]))
        for sampler, scheduler in itertools.product(SAMPLERS, ["full", "racing"]):
            with self.subTest(sampler=sampler, scheduler=scheduler):
                self.check(changed(FUNCTION, study=dict(sampler=sampler, scheduler=scheduler),
                                   space=space), ways)
        space = dict(hidden=None, learning_rate=dict(log=[1e-3, 1.0], points=5),
                     gamma=None,
                     beta1=dict(uniform=[0.5, 0.9], points=2, when=dict(optimizer="adam")))
        for sampler, scheduler in itertools.product(SAMPLERS, ["halving", "hyperband", "pbt"]):
            with self.subTest(sampler=sampler, scheduler=scheduler):
                study = dict(sampler=sampler, scheduler=scheduler, budget=16, tuning_seeds=2)
                self.check(changed(LEARNERS, study=study, space=space), ways[1:3] + ways[4:])

    def test_learners_of_many_structures(self):
        self.check(LEARNERS, itertools.product("128", ["1", "7", "1000"],
                                               command_test.supported_isas()))

    def test_the_seed_matters(self):
        file = self.toml(FUNCTION)
        for seed in "56":
            self.sweep(file, self.store(f"{seed}.db"), "--seed", seed)
        self.assertNotEqual(self.dump(self.store("5.db")).splitlines()[1:],
                            self.dump(self.store("6.db")).splitlines()[1:])


class BadStudies(Sweep):
    def refused(self, base, says, **sections):
        file = self.toml(base, "study.toml", **sections)
        lines = pathlib.Path(file).read_text().splitlines()
        expected = []
        for key, words in says.items():
            number = max(n for n, line in enumerate(lines, 1) if line.startswith(f"{key} ="))
            expected += [f"{file}:{number}: ", *([words] if isinstance(words, str) else words)]
        self.bad("sweep", file, "--store", self.store("store.db"), says=expected)
        self.bad("sweep", file, "--check", says=expected)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["study.toml"])

    def test_spaces(self):
        self.refused(LEARNERS, {
            "hidden": "choice = []: empty",
            "learning_rate": ["log = [0, 1]", "allowed ends above 0"],
            "gamma": ["[0.9, 0.8]", "the lower end is above the upper one"],
            "update_every": ["[1, 1.5]", "allowed whole numbers"],
            "ent_coef": ["pow2 = [1, 3]", "allowed powers of two"],
        }, space=dict(hidden=dict(choice=[]), learning_rate=dict(log=[0.0, 1.0]),
                      gamma=dict(uniform=[0.9, 0.8]), update_every=dict(integer=[1, 1.5]),
                      ent_coef=dict(pow2=[1, 3])))
        self.refused(LEARNERS, {
            "gamma": "needs one of uniform, log, logit, integer, pow2 and choice",
            "learning_rate": ["unknown key 'lgo'", "did you mean 'log'?"],
            "update_every": "allowed [LOW, HIGH]",
            "beta1": ["unknown value of optimizer 'adm'", "did you mean 'adam'?"],
            "beta2": ["unknown earlier parameter 'optimiser'", "did you mean 'optimizer'?"],
            "max_grad_norm": "allowed for example",
        }, space=dict(gamma={}, learning_rate=dict(lgo=[1, 2]), update_every=dict(integer=[1]),
                      beta1=dict(uniform=[0.1, 0.2], when=dict(optimizer="adm")),
                      beta2=dict(uniform=[0.1, 0.2], when=dict(optimiser="adam")), max_grad_norm=3))

    def test_parameters(self):
        self.refused(LEARNERS, {
            "hiden": ["unknown setting 'hiden'", "did you mean 'hidden'?"],
            "learning_rat": ["unknown setting 'learning_rat'", "did you mean 'learning_rate'?"],
            "gamma": ["1.5"],
            "episodes": "takes whole numbers only",
            "bias": "bias is in [set] too",
        }, set=dict(hiden="4"), space=dict(learning_rat=dict(log=[0.1, 1.0]),
                                           gamma=dict(uniform=[0.5, 1.5]),
                                           episodes=dict(uniform=[1, 9]),
                                           bias=dict(choice=[True, False])))
        self.refused(FUNCTION, {"y": "sphere has x0 to x999, and noise"},
                     space=dict(y=dict(uniform=[0, 1])))

    def test_studies(self):
        self.refused(LEARNERS, {
            "budgt": ["unknown key 'budgt'", "did you mean 'budget'?"],
            "direction": ["unknown value 'up'", "minimize, maximize"],
            "objective": "allowed texts",
            "trials": "trials: allowed whole numbers",
        }, study=dict(budgt=3, direction="up", objective=1, trials=1.5))
        self.refused(LEARNERS, {"trials": "allowed from 1 to", "top": "allowed from 1 to",
                                "first_seeds": "allowed from 1 to 3",
                                "gamm": "did you mean 'gamma'?"},
                     study=dict(trials=0, top=0, first_seeds=4),
                     space=dict(gamm=dict(uniform=[0, 1])))
        self.refused(LEARNERS, {"scheduler": ["'racin'", "did you mean 'racing'?", "hyperband"]},
                     study=dict(scheduler="racin"))
        self.refused(LEARNERS, {"env": ["'CartPol-v1'", "did you mean 'CartPole-v1'?"]},
                     study=dict(env="CartPol-v1"))
        self.refused(LEARNERS, {"agent": ["'reinfrce'", "did you mean 'reinforce'?"]},
                     study=dict(agent="reinfrce"))
        self.good("sweep", self.toml(LEARNERS, study=dict(scheduler="halving", budget=None,
                                                          min_budget=300)), "--check")
        self.refused(FUNCTION, {"agent": ["'spher'", "did you mean 'sphere'?"]},
                     study=dict(agent="spher"))

    def test_schedulers_that_cannot(self):
        bare = changed(LEARNERS, set=dict(bias=None, activation=None))
        bare["space"] = dict(learning_rate=dict(uniform=[0.1, 0.2]))
        self.refused(bare, {"scheduler": "pbt needs learners that go on from where they were: those of q-learning"},
                     study=dict(agent="q-learning", scheduler="pbt", budget=None))
        for scheduler in ("halving", "hyperband"):
            self.refused(FUNCTION, {"scheduler": ["shares out a budget", "full and racing"]},
                         study=dict(scheduler=scheduler))

    def test_sections(self):
        file = self.toml(FUNCTION)
        text = pathlib.Path(file).read_text()
        self.file("study.toml", text + "[spce]\nx = 1\n")
        self.bad("sweep", file, says=[f"{file}:19: unknown section 'spce'",
                                      "did you mean 'space'?"])
        self.file("study.toml", text.replace("seed = 5", "seed = "))
        self.bad("sweep", file, says=f"{file}:13:8: ")
        self.file("study.toml", "")
        self.bad("sweep", file, says=["lacks env", "lacks agent"])

    def test_samplers(self):
        self.bad("sweep", self.toml(FUNCTION, study=dict(sampler="randm")),
                 says=["unknown sampler 'randm'", "did you mean 'random'?"])
        million = dict(uniform=[0.0, 1.0], points=1000000)
        self.bad("sweep", self.toml(FUNCTION, study=dict(sampler="grid"),
                                    space=dict(x0=million, x1=million)),
                 says=["1000000000000 points"])
        self.bad("sweep", self.toml(FUNCTION, study=dict(sampler="grid")),
                 says=["x1: give points"])

    def test_files(self):
        file = self.toml(FUNCTION)
        self.bad("sweep", self.store("absent.toml"), says=["absent.toml", "there is no such file"])
        self.bad("sweep", file, "--store", self.store("absent/x.db"),
                 says=["absent/x.db", "there is no folder"])
        self.bad("sweep", file, "--store", str(self.folder),
                 says=[f"'{self.folder}' is there and is not a file"])
        for verb in ("status", "best", "trials", "verify", "export", "report"):
            self.bad(verb, self.store("absent.db"), says="there is no trial store")
            self.bad(verb, says="STORE is required")
        self.bad("sweep", file, "--chunk", "-1", "--threads", "x", "--seed", "y",
                 says=["--chunk = '-1'", "--threads = 'x'", "--seed = 'y'"])
        self.assertEqual([p.name for p in self.folder.iterdir()], ["study.toml"])
        store = self.store("study.db")
        self.good("sweep", file)
        self.bad("export", store, "--format", "cvs", says="did you mean 'csv'?")
        self.bad("trials", store, "--state", "failled", says="did you mean 'failed'?")
        self.bad("replay", store, "999", says="has no rows of it")
        self.bad("replay", store, "x", says="TRIAL = 'x'")
        self.bad("export", store, "-o", self.store("absent/x"), says="there is no folder")


class States(Sweep):
    """Failing trials are reported, are never best, and stop nothing."""

    def check(self, base, state, status=0, **sections):
        file, store = self.toml(base, **sections), self.store("store.db")
        done = self.run_sweep(file, store)
        self.assertEqual(done.returncode, status, done.stderr)
        # The output and the report count them, with the first reason.
        first = next(row for row in self.rows(store)
                     if row["state"] == state and row["role"] == "tuning")
        for text in (done.stdout, self.good("report", store)):
            self.assertRegex(text, rf"  {state} +\d+ trials; the first, trial {first['trial']} ")
            self.assertIn(first["message"], text)
        self.assertIn(first["message"][:60], self.good("status", store))
        self.assertEqual("no trial completed" in done.stderr, status == 1)
        self.assertEqual(first["message"] in done.stderr, status == 1)
        counts = self.document("status", store)["rows"]["tuning"]
        self.assertEqual(list(counts), STATES)
        self.assertGreater(counts[state], 0)
        rows = self.rows(store)
        fine = {row["trial"] for row in rows if row["state"] == "complete"}
        best = self.document("best", store)
        self.assertTrue(best["best"] is None or best["best"]["trial"] in fine)
        self.assertGreater(best["states"][state], 0)
        self.assertIn(f" {state}", self.good("report", store))
        told = self.document("trials", store, "--state", state, "--last", "1000")["rows"]
        self.assertEqual(told, [row for row in rows if row["state"] == state])
        for row in rows:
            self.assertEqual(len(row["scores"]),
                             row["seeds"] if row["state"] == "complete" else 0)
        for trial in sorted({row["trial"] for row in rows} - fine - {-1})[:3]:
            self.good("replay", store, str(trial))
        return rows, best

    def test_not_finite(self):
        for scheduler in ("full", "racing"):
            for sampler in SAMPLERS[1:]:
                with self.subTest(scheduler=scheduler, sampler=sampler):
                    _, best = self.check(
                        FUNCTION, "not-finite", study=dict(scheduler=scheduler, sampler=sampler),
                        space=dict(x0=dict(log=[1.0, 1e300])))
                    self.assertIsNotNone(best["best"])
                    for path in self.folder.iterdir():
                        path.unlink()

    def test_diverged(self):
        self.check(LEARNERS, "diverged", study=dict(scheduler="full", budget=30),
                   set=dict(loss="log", normalize_advantage=False, hidden="32-32"),
                   space=dict(hidden=None, learning_rate=dict(log=[1e-3, 1e3]),
                              baseline=dict(choice=[True]),
                              baseline_learning_rate=dict(log=[1e-3, 1e3])))

    def test_failed(self):
        # A single invalid parameter is an error of the study: see study_check_test.py.
        base = changed(LEARNERS, study=dict(agent="ppo", budget=64))
        base = {**base, "set": dict(num_envs=2),
                "space": dict(num_steps=dict(choice=[7, 8]), num_minibatches=dict(choice=[1, 7]))}
        rows, _ = self.check(base, "failed")
        for row in rows:
            values = row["parameters"]
            divides = values.get("num_minibatches") != "7" or values["num_steps"] == "7"
            self.assertEqual(row["state"], "complete" if divides else "failed")
            self.assertEqual("message" in row, not divides)
            if not divides:
                self.assertIn("do not divide", row["message"])

    def test_step_limit(self):
        self.check(LEARNERS, "step-limit", study=dict(max_steps=400))

    def test_infeasible(self):
        space = {x: dict(uniform=[-5.0, 5.0], points=7) for x in ("x0", "x1")}
        rows, _ = self.check(FUNCTION, "infeasible", space=space,
                             study=dict(constraints=["x0 + x1 < 1"], sampler="grid"))
        for row in rows:
            values = row["parameters"]
            if row["state"] == "infeasible":
                self.assertGreaterEqual(values["x0"] + values["x1"], 1)
                self.assertEqual((row["scores"], row["steps"]), ([], 0))

    def test_nothing_but_failures(self):
        _, best = self.check(FUNCTION, "not-finite", status=1,
                             space=dict(x0=dict(log=[1e200, 1e300])))
        self.assertIsNone(best["best"])


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Replay(Sweep):
    def replayed(self, base, **sections):
        file, store = self.toml(base, **sections), self.store("store.db")
        self.sweep(file, store, "--chunk", "7")
        rows = self.rows(store)
        finals = {row["trial"] for row in rows if row["role"] == "test"} - {-1}
        late = max(rows, key=lambda row: (row["stage"], row["trial"]))["trial"]
        for trial in ["default", *sorted(finals), late, 0, rows[-1]["trial"]]:
            document = self.document("replay", store, str(trial), "--threads", "1")
            number = -1 if trial == "default" else trial
            self.assertTrue(document["same_bits"])
            told = [{k: v for k, v in row.items() if k not in ("replayed_scores", "same_bits")}
                    for row in document["rows"]]
            self.assertEqual(told, [row for row in rows if row["trial"] == number])
            for row in document["rows"]:
                self.assertEqual(row["scores"], row["replayed_scores"])
            self.assertIn("the same bits", self.good("replay", store, str(trial)))
        return store

    def test_same_bits(self):
        for base in (FUNCTION, LEARNERS):
            self.replayed(base)
            for path in self.folder.iterdir():
                path.unlink()
        for scheduler in ("halving", "hyperband", "pbt"):
            with self.subTest(scheduler):
                self.replayed(LEARNERS, study=dict(scheduler=scheduler), space=dict(hidden=None))
            for path in self.folder.iterdir():
                path.unlink()

    def altered(self, store, trial, role):
        """Changes the first score in a row, and corrects its checksum."""
        with sqlite3.connect(store) as database:
            [[stage, record, crc]] = database.execute(
                "SELECT stage, record, crc FROM trial WHERE trial = ? AND role = ? LIMIT 1",
                (trial, role)).fetchall()
            key = struct.pack("<qqq", trial, role, stage)
            self.assertEqual(crc, crc32c(key + record))
            record = bytearray(record)
            values = struct.unpack_from("<Q", record, 41)[0]
            record[41 + 8 + 8 * values + 8] ^= 1  # the last bit of the first score
            database.execute("UPDATE trial SET record = ?, crc = ? "
                             "WHERE trial = ? AND role = ? AND stage = ?",
                             (bytes(record), crc32c(key + record), trial, role, stage))
        database.close()

    def test_other_bits(self):
        for scheduler in ("racing", "pbt"):
            base = changed(LEARNERS, study=dict(scheduler=scheduler), space=dict(hidden=None))
            file, store = self.toml(base), self.store(f"{scheduler}.db")
            self.sweep(file, store)
            rows = self.rows(store)
            winner = self.document("best", store)["best"]["trial"]
            for trial, role in ((winner, 0), (winner, 1), (winner, 2), (-1, 2)):
                with self.subTest(scheduler=scheduler, trial=trial, role=role):
                    self.altered(store, trial, role)
                    self.good("verify", store)
                    name = "default" if trial == -1 else str(trial)
                    done = command_test.run("replay", store, name, "--json")
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn("did not replay", done.stderr)
                    bits = {row["role"]: row["same_bits"]
                            for row in json.loads(done.stdout)["rows"] if row["stage"] == 0}
                    self.assertFalse(bits[["tuning", "validation", "test"][role]])
                    self.assertEqual(command_test.run("replay", store, name).returncode, 1)
                    self.altered(store, trial, role)
                    self.good("replay", store, name)


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
        process = subprocess.Popen([command_test.COMMAND, "sweep", self.toml(LONG, "long.toml")],
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
                done = subprocess.run([command_test.COMMAND, "export", self.db, "--format", form],
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
    command_test.COMMAND = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
