"""The sweep's verbs as other programs see them: python3 sweep_test.py LOCKSTEP"""

import itertools
import json
import pathlib
import sqlite3
import struct

import command_support
from sweep_support import FUNCTION, LEARNERS, Sweep, changed, crc32c

SAMPLERS = ["grid", "random", "sobol", "tpe", "cma-es"]
STATES = ["complete", "not-finite", "diverged", "failed", "step-limit", "infeasible"]

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
        isas = command_support.supported_isas()
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
                                               command_support.supported_isas()))

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
                    done = command_support.run("replay", store, name, "--json")
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn("did not replay", done.stderr)
                    bits = {row["role"]: row["same_bits"]
                            for row in json.loads(done.stdout)["rows"] if row["stage"] == 0}
                    self.assertFalse(bits[["tuning", "validation", "test"][role]])
                    self.assertEqual(command_support.run("replay", store, name).returncode, 1)
                    self.altered(store, trial, role)
                    self.good("replay", store, name)


if __name__ == "__main__":
    command_support.main()
