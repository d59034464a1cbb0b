"""Sweeps that are made longer or shorter, timed, or ended early: python3 steer_test.py LOCKSTEP"""

import pathlib
import unittest

import command_support
from sweep_support import FUNCTION, LEARNERS, LONG, Sweep, changed

# At least one trial in each generation is as good as this target.
EASY = changed(FUNCTION, study=dict(trials=400, generation=20, target=0.5), set=dict(noise=None))


class Steering(Sweep):
    def longer(self, base, trials, name="study.toml"):
        return self.toml(base, name, study=dict(trials=trials))

    def test_more_and_fewer_trials(self):
        store = self.store("steered.db")
        for base in (FUNCTION, LEARNERS):
            full = base["study"]["trials"]
            for trials in (full // 3, full // 2, full, full // 4, full):
                with self.subTest(agent=base["study"]["agent"], trials=trials):
                    self.sweep(self.longer(base, trials), store)
                    self.longer(base, trials, "truth.toml")
                    truth = self.store("truth.db")
                    self.sweep(self.store("truth.toml"), truth)
                    self.assertEqual(self.dump(store), self.dump(truth))
                    self.assertEqual(self.document("status", store)["trials"], trials)
                    self.assertEqual(self.document("best", store), self.document("best", truth))
                    self.good("verify", store)
                    for path in self.folder.glob("truth*"):
                        path.unlink()
            for path in self.folder.iterdir():
                path.unlink()

    def test_known_trials_are_not_run_again(self):
        store = self.store("store.db")
        self.sweep(self.longer(FUNCTION, 60), store)
        self.sweep(self.longer(FUNCTION, 20), store)
        text = self.sweep(self.longer(FUNCTION, 60), store)
        seconds = self.document("sweep", self.longer(FUNCTION, 60), "--store", store)
        self.assertEqual(seconds["rows_found"], len(self.rows(store)))
        self.assertIn("resumed", text)

    def test_other_changes_are_refused(self):
        store = self.store("store.db")
        self.sweep(self.toml(FUNCTION), store)
        dump = self.dump(store)
        for key, value in dict(seed=6, generation=10, tuning_seeds=5, top=4).items():
            self.bad("sweep", self.toml(FUNCTION, study={key: value, "trials": 80}), "--store",
                     store, says=["another configuration", f"study.{key}"])
        self.assertEqual(self.dump(store), dump)

    def test_populations_cannot_be_made_longer(self):
        base = changed(LEARNERS, study=dict(scheduler="pbt", budget=16, tuning_seeds=2),
                       space=dict(hidden=None, gamma=None))
        store = self.store("store.db")
        self.sweep(self.toml(base), store)
        dump = self.dump(store)
        self.bad("sweep", self.longer(base, 32), "--store", store,
                 says=["study.toml:", "trials = 32", "begun with 24", "pbt shares"])
        self.assertEqual(self.dump(store), dump)


class Time(Sweep):
    def test_a_timed_sweep_goes_on_as_if_nothing_had_been(self):
        base = changed(LONG, study=dict(trials=240, test_episodes=2, generation=40))
        file, truth = self.truth(base)
        timed, store = self.toml(base, "timed.toml"), self.store("timed.db")
        for _ in range(20):  # even on a slow machine
            text = self.sweep(timed, store, "--time", "1s")
            best = self.document("best", store)
            self.assertIsNotNone(best["best"]["test"])
            self.assertLessEqual(len(best["finalists"]), 3)
            self.assertEqual(best, self.document("report", store))
            if "ended     by --time" not in text:
                break
            self.assertIn("the same command goes on", text)
            self.good("verify", store)
        self.sweep(timed, store)
        self.assertEqual(self.dump(store), truth)
        self.assertEqual(pathlib.Path(file).read_text(), pathlib.Path(timed).read_text())

    def test_json_says_why_it_ended(self):
        base = changed(LONG, study=dict(trials=4000))
        document = self.document("sweep", self.toml(base), "--store", self.store("s.db"),
                                 "--time", "1s")
        self.assertEqual((document["tuning_ended_by"], document["finished"]), ("time", False))
        self.assertEqual(document["trials_asked"], 4000)
        self.assertLess(document["trials"], 4000)
        document = self.document("sweep", self.toml(FUNCTION), "--store", self.store("f.db"),
                                 "--time", "2h")
        self.assertEqual((document["tuning_ended_by"], document["finished"]), ("trials", True))

    def test_times_that_are_none(self):
        file = self.toml(FUNCTION)
        for text in ("90", "1.5h", "-3s", "0s", "10 m", "s", "1d", "99999999999999h", "3M"):
            self.bad("sweep", file, "--time", text, says=["--time", "90s, 10m or 2h"])
        self.assertEqual([path.name for path in self.folder.iterdir()], ["study.toml"])


class Target(Sweep):
    def test_tuning_ends_with_the_generation_that_reaches_it(self):
        file, store = self.toml(EASY), self.store("store.db")
        text = self.sweep(file, store)
        self.assertIn("one has reached the target of 0.5", text)
        trials = self.document("status", store)["trials"]
        self.assertLess(trials, 400)
        self.assertEqual(trials % 20, 0)
        reached = [row["trial"] for row in self.rows(store)
                   if row["role"] == "tuning" and max(row["scores"]) <= 0.5]
        self.assertGreaterEqual(min(reached), trials - 20)
        self.assertIn("target    0.5", self.good("sweep", file, "--check"))
        # A harder target continues from there, and ends as if it had been set from the start.
        harder = self.toml(EASY, "harder.toml", study=dict(target=0.01))
        self.sweep(harder, store)
        self.sweep(harder, self.store("truth.db"))
        self.assertEqual(self.dump(store), self.dump(self.store("truth.db")))
        self.assertGreater(self.document("status", store)["trials"], trials)

    def test_of_returns_the_higher_ones_reach_it(self):
        base = changed(LEARNERS, study=dict(target=1.0))
        self.assertIn("target", self.sweep(self.toml(base), self.store("store.db")))
        self.assertEqual(self.document("status", self.store("store.db"))["trials"], 8)

    def test_every_seed_counts(self):
        """A mean that reaches the target is not enough."""
        base = changed(LEARNERS, study=dict(scheduler="full", trials=24))
        self.sweep(self.toml(base), self.store("open.db"))
        tuned = [row for row in self.rows(self.store("open.db")) if row["role"] == "tuning"]
        best = max(sum(row["scores"]) / 3 for row in tuned)
        least = max(min(row["scores"]) for row in tuned)
        self.assertLess(least, best)
        target = (least + best) / 2
        document = self.document("sweep", self.toml(base, study=dict(target=target)), "--store",
                                 self.store("open.db"))
        self.assertEqual(document["tuning_ended_by"], "trials")


class Enqueue(Sweep):
    def study(self, *entries, name="study.toml", **sections):
        file = self.toml(FUNCTION, name, **sections)
        with open(file, "a") as text:
            for entry in entries:
                text.write("[[enqueue]]\n" + "".join(f"{k} = {v}\n" for k, v in entry.items()))
        return file

    def test_they_are_tried_first(self):
        store = self.store("store.db")
        self.sweep(self.study(dict(x0=0.25, x1=-0.5), dict(x1=3)), store)
        rows = [row for row in self.rows(store) if row["role"] == "tuning" and row["stage"] == 0]
        self.assertEqual(rows[0]["parameters"], dict(x0=0.25, x1=-0.5))
        self.assertEqual(rows[1]["parameters"]["x1"], 3)
        # More trials continue the study; another list is another study.
        longer = self.study(dict(x0=0.25, x1=-0.5), dict(x1=3), study=dict(trials=80))
        self.sweep(longer, store)
        self.bad("sweep", self.study(dict(x0=0.25, x1=-0.5)), "--store", store,
                 says=["another configuration", "enqueue"])
        self.good("replay", store, "0")

    def test_faults(self):
        for entry, words in ((dict(x0=7), "x0 = 7: never so"), (dict(x=1), "did you mean 'x0'?"),
                             (dict(x0="[1]"), "allowed a number")):
            file = self.study(dict(x0=1), entry)
            line = len(pathlib.Path(file).read_text().splitlines())
            for check in ([], ["--check"]):
                self.bad("sweep", file, "--store", self.store("s.db"), *check, says=words)
            self.assertGreater(line, 0)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["study.toml"])


class WarmStart(Sweep):
    def test_an_older_store_teaches_the_sampler(self):
        older = self.store("older.db")
        self.sweep(self.toml(FUNCTION, "older.toml", set=dict(noise=None)), older)
        best = min(row["scores"][0] for row in self.rows(older) if row["role"] == "tuning")
        warm = changed(FUNCTION, study=dict(sampler="tpe", warm_start="older.db", seed=9))
        file, store = self.toml(warm, "warm.toml"), self.store("warm.db")
        text = self.sweep(file, store)
        self.assertIn("Warm start: 60 of the 60 trials that older.db had completed", text)
        self.assertIn("Warm start: 60 of the 60", self.good("report", store))
        cold = self.store("cold.db")
        self.sweep(self.toml(changed(FUNCTION, study=dict(sampler="tpe", seed=9)), "cold.toml"), cold)
        first = [[row["parameters"] for row in self.rows(s) if row["role"] == "tuning"][:20]
                 for s in (store, cold)]
        self.assertNotEqual(*first)
        means = [sum(p["x0"] ** 2 + p["x1"] ** 2 for p in points) for points in first]
        self.assertLess(means[0], means[1])
        self.assertGreater(best, 0)

    def test_what_it_taught_is_recorded(self):
        older = self.toml(FUNCTION, "older.toml")
        self.sweep(older, self.store("older.db"))
        warm = changed(FUNCTION, study=dict(sampler="cma-es", warm_start="older.db"))
        truth = self.store("truth.db")
        self.sweep(self.toml(warm, "truth.toml"), truth)
        file, store = self.toml(warm, "warm.toml"), self.store("warm.db")
        self.sweep(self.toml(warm, "warm.toml", study=dict(trials=20)), store)
        # The older study continues, and is then deleted: the warm one does not change.
        self.sweep(self.toml(FUNCTION, "older.toml", study=dict(trials=100)), self.store("older.db"))
        self.sweep(self.toml(warm, "warm.toml", study=dict(trials=40)), store)
        for path in self.folder.glob("older*"):
            path.unlink()
        self.sweep(self.toml(warm, "warm.toml"), store)
        self.assertEqual(self.dump(store), self.dump(truth))
        self.assertEqual(file, self.store("warm.toml"))

    def test_a_relative_path_is_beside_the_study(self):
        (self.folder / "sub").mkdir()
        self.sweep(self.toml(FUNCTION, "sub/older.toml"), self.store("sub/older.db"))
        file = self.toml(FUNCTION, "sub/warm.toml", study=dict(sampler="tpe", warm_start="older.db"))
        self.assertIn("Warm start", self.sweep(file, self.store("warm.db")))

    def test_faults(self):
        self.sweep(self.toml(FUNCTION, "older.toml"), self.store("older.db"))
        def refused(says, **sections):
            study = {"sampler": "tpe", "warm_start": "older.db", **sections.pop("study", {})}
            file = self.toml(FUNCTION, "warm.toml", study=study, **sections)
            for check in ([], ["--check"]):
                self.bad("sweep", file, "--store", self.store("w.db"), *check, says=says)
        refused(["warm.toml:", "absent.db", "no trial store"], study=dict(warm_start="absent.db"))
        refused(["older.toml", "not a trial store"], study=dict(warm_start="older.toml"))
        refused(["minimizes, and this study maximizes"], study=dict(direction="maximize"))
        refused(["shares no parameter"], space=dict(x0=None, x1=None, x2=dict(uniform=[0, 1])))
        refused(["sampler random", "allowed tpe and cma-es"], study=dict(sampler="random"))


class Directions(Sweep):
    def test_functions_are_minimised_unless_told_otherwise(self):
        base = changed(FUNCTION, study=dict(direction=None))
        file, store = self.toml(base), self.store("store.db")
        self.assertIn("minimize  values of the function", self.good("sweep", file, "--check"))
        self.assertIn("to minimize values of the function", self.sweep(file, store))
        best = self.document("best", store)
        self.assertEqual(best["direction"], "minimize")
        tuned = [row for row in self.rows(store) if row["role"] == "tuning"]
        whole = [row["trial"] for row in tuned if row["stage"] == 1]
        self.assertIn(best["best"]["trial"], whole)
        self.assertLess(best["best"]["test"]["mean"], best["default"]["test"]["mean"] + 10)
        file = self.toml(FUNCTION, "up.toml", study=dict(direction="maximize"))
        self.assertIn("to maximize", self.sweep(file, self.store("up.db")))
        self.assertGreater(self.document("best", self.store("up.db"))["best"]["test"]["mean"],
                           best["best"]["test"]["mean"])

    def test_returns_are_maximized(self):
        self.assertIn("maximize  mean returns of 4 fresh episodes",
                      self.good("sweep", self.toml(LEARNERS), "--check"))


class Estimates(Sweep):
    """`--check` predicts the steps of a study within a factor of two."""

    def check(self, base):
        file = self.toml(base)
        told = self.document("sweep", file, "--check")["estimated_env_steps"]
        store = self.store("store.db")
        self.sweep(file, store)
        steps = self.document("status", store)["env_steps"]
        self.assertLess(told, 2 * steps)
        self.assertGreater(told, steps / 2)
        for path in self.folder.iterdir():
            path.unlink()

    def test_functions(self):
        self.check(FUNCTION)

    @unittest.skipIf(command_support.SANITIZED, "learners are tried for seconds, which a sanitizer spends")
    def test_learners(self):
        self.check(LONG)
        self.check(changed(LONG, study=dict(trials=96, sampler="tpe", budget=200)))
        self.check(changed(LONG, study=dict(trials=96, scheduler="halving", budget=200)))


if __name__ == "__main__":
    command_support.main()
