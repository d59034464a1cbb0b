"""What is known to be wrong before a trial runs, what a space can express, and where it ends:
python3 study_check_test.py LOCKSTEP"""

import json

import command_support
from sweep_support import FUNCTION, Sweep, changed

LAKE = dict(
    study=dict(env="FrozenLake-v1", agent="q-learning", scheduler="full", trials=12, generation=6,
               tuning_seeds=2, first_seeds=1, test_episodes=4, top=2, validation_seeds=2,
               test_seeds=2),
    set=dict(episodes=20),
    space=dict(learning_rate=dict(uniform=[0.1, 0.5])),
)
PPO = dict(
    study=dict(env="CartPole-v1", agent="ppo", scheduler="full", trials=6, generation=6,
               tuning_seeds=2, first_seeds=1, budget=512, test_episodes=4, top=2,
               validation_seeds=2, test_seeds=2),
    set=dict(num_envs=4, num_steps=16, num_minibatches=4),
    space=dict(learning_rate=dict(log=[1e-4, 1e-2])),
)


class Known(Sweep):
    """Errors in the study: exit 2 with file and line, with --check as well, and no store."""

    def refused(self, base, says, **sections):
        file = self.toml(base, "study.toml", **sections)
        with open(file) as lines:
            numbers = {line.split(" =")[0]: n for n, line in enumerate(lines, 1)}
        words = [f"{file}:{numbers[key]}: " for key in says]
        words += [text for told in says.values() for text in ([told] if isinstance(told, str) else told)]
        self.bad("sweep", file, "--store", self.store("store.db"), says=words)
        self.bad("sweep", file, "--check", says=words)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.suffix != ".txt"),
                         ["study.toml"])

    def test_environments(self):
        self.refused(LAKE, {"map_name": ["unknown map_name '5x5'", "4x4, 8x8"]},
                     set=dict(map_name="5x5"))
        self.refused(LAKE, {"desc": ["desc = '", "nowhere.txt': there is no such file"]},
                     set=dict(desc="nowhere.txt"))
        self.refused(LAKE, {"board": "there is no such file"},
                     study=dict(env="Gridworld-v0"), set=dict(board="no-board.txt"))
        self.refused(LAKE, {"episodes": "MDP-v0 never ends"}, study=dict(env="MDP-v0"))
        self.refused(LAKE, {"agent": "random-search needs an environment in which a linear policy can act"},
                     study=dict(agent="random-search"), set=dict(episodes=1),
                     space=dict(learning_rate=None, keep=dict(integer=[1, 9])))
        self.refused(LAKE, {"agent": "its rules are not compiled to tables"},
                     study=dict(env="CartPole-v1", agent="value-iteration"), set=dict(episodes=None),
                     space=dict(learning_rate=None, gamma=dict(uniform=[0.5, 0.9])))
        self.refused(LAKE, {"reward_schedule": "expected three numbers"},
                     set=dict(reward_schedule="1,0"))

    def test_one_level_of_a_parameter(self):
        self.refused(LAKE, {"map_name": ["map_name = 5x5: ", "unknown map_name '5x5'"]},
                     space=dict(map_name=dict(choice=["4x4", "5x5", "8x8"])))
        self.refused(PPO, {"num_minibatches": ["num_minibatches = 7: ", "do not divide"]},
                     set=dict(num_minibatches=None), space=dict(num_minibatches=dict(choice=[4, 7, 8])))
        self.refused(PPO, {"activation": ["activation = relu-tanh-elu: 3 activations for 2 hidden",
                                          "activation = elu-elu-elu-elu: 4 activations"]},
                     set=dict(hidden="8-8"),
                     space=dict(activation=dict(choice=["relu", "relu-tanh", "relu-tanh-elu",
                                                        "elu-elu-elu-elu"])))
        # If it has a value at all.
        self.refused(PPO, {"num_minibatches": "num_minibatches = 3: "}, set=dict(num_minibatches=None), space=dict(
            optimizer=dict(choice=["adam", "sgd"]),
            num_minibatches=dict(integer=[2, 4], when=dict(optimizer="sgd"))))

    def test_settings_that_do_not_fit(self):
        self.refused(PPO, {"num_steps": ["which 7 minibatches do not divide"]},
                     set=dict(num_minibatches=7))
        self.refused(PPO, {"activation": "3 activations for 2 hidden layers"},
                     set=dict(hidden="8-8", activation="relu-tanh-elu"))
        self.refused(PPO, {"budget": ["steps = 63", "must be as many steps"]},
                     study=dict(budget=63))
        self.refused(PPO, {"residual": "residual=true needs gae_lambda=0"},
                     set=dict(residual=True))
        self.refused(PPO, {"residual": "a batched learner keeps targets fixed"},
                     set=dict(execution="batched", residual=True))
        dqn = dict(study=dict(agent="dqn", budget=60), set=dict(num_envs=None, num_steps=None,
                                                                num_minibatches=None))
        self.refused(changed(PPO, **dqn), {"buffer_size": "buffer_size = 8: allowed from batch_size upward"},
                     set=dict(buffer_size=8))
        self.refused(changed(PPO, **dqn), {"double": "target = none leaves nothing"},
                     set=dict(double=True, target="none"))
        reinforce = changed(PPO, **{**dqn, "study": dict(agent="reinforce", budget=60)})
        self.refused(reinforce, {"bootstrap": "bootstrap=true needs baseline=true"},
                     set=dict(bootstrap=True))

    def test_budgets_and_steps(self):
        # The first rung is shorter than an update.
        self.refused(PPO, {"budget": ["halving have a budget of 32", "must be as many steps"]},
                     study=dict(scheduler="halving", budget=256))
        self.refused(PPO, {"min_budget": "hyperband have a budget of 50"},
                     study=dict(scheduler="hyperband", budget=400, min_budget=50))
        self.good("sweep", self.toml(PPO, study=dict(scheduler="halving", budget=512)), "--check")
        self.refused(PPO, {"scheduler": "pbt have a budget of 32"},
                     study=dict(scheduler="pbt", budget=64, trials=12), set=dict(anneal_lr=False))
        self.refused(PPO, {"scheduler": "pbt needs learners that go on"},
                     study=dict(scheduler="pbt", trials=12),
                     space=dict(anneal_lr=dict(choice=[True, False])))
        self.refused(PPO, {"max_steps": ["would stop every learner", "at least 512 steps"]},
                     study=dict(max_steps=511))
        self.refused(LAKE, {"max_steps": ["would stop every learner", "at least 20 steps"]},
                     study=dict(max_steps=19))
        self.refused(LAKE, {"objective": "value-iteration learns from no episodes"},
                     study=dict(agent="value-iteration", objective="training"),
                     set=dict(episodes=None),
                     space=dict(learning_rate=None, gamma=dict(uniform=[0.5, 0.9])))

    def test_constraints(self):
        space = dict(x0=dict(integer=[1, 4]), x1=dict(choice=[8, 16]))
        self.refused(FUNCTION, {"constraints": [
            "constraint 'x0 > 4': none of the 8 configurations keeps it",
            "constraint 'x1 < x0': none of the 8 configurations keeps it"]},
            study=dict(constraints=["x0 > 4", "x1 < x0", "x0 divides x1"]), space=space)
        self.refused(FUNCTION, {"constraints": "constraints: none of the 8 configurations keeps them all"},
                     study=dict(constraints=["x0 > 2", "x0 < 3"]), space=space)
        self.refused(FUNCTION, {"constraints": "none of 10,000 random configurations keeps it"},
                     study=dict(constraints=["x0 + x1 > 11"]))
        self.refused(FUNCTION, {"constraints": "none of the 9 configurations keeps it"},
                     study=dict(constraints=["x0 < x1 - 9", "x0 > -6"], sampler="grid"),
                     space=dict(x0=dict(uniform=[-4.0, 4.0], points=3),
                                x1=dict(uniform=[-4.0, 4.0], points=3)))
        self.refused(FUNCTION, {"constraints": "x1 is a choice with 'many', which is no number"},
                     study=dict(constraints=["x0 < x1"]),
                     space=dict(x0=dict(integer=[1, 4]), x1=dict(choice=[1, "many"])))

    def test_all_at_once(self):
        self.refused(PPO, {"constraints": "keeps it", "num_steps": "do not divide"},
                     study=dict(constraints=["learning_rate > 1"]), set=dict(num_minibatches=7))
        self.refused(PPO, {"sampler": "unknown sampler 'tpa'", "num_steps": "do not divide"},
                     study=dict(sampler="tpa"), set=dict(num_minibatches=7))
        self.refused(PPO, {"trials": "allowed from 1", "num_steps": "do not divide"},
                     study=dict(trials=0), set=dict(num_minibatches=7))

    def test_train_says_the_same(self):
        for setting, words in (("num_minibatches=7", "which 7 minibatches do not divide"),
                               ("steps=10", "must be as many steps"),
                               ("activation=relu-relu-relu", "3 activations for 2 hidden")):
            self.bad("train", "CartPole-v1", "ppo", "--set", setting, says=words)
        self.bad("train", "FrozenLake-v1", "q-learning", "--set", "map_name=5x5",
                 says="unknown map_name '5x5'")
        self.bad("train", "MDP-v0", "q-learning", says="MDP-v0 never ends")
        self.bad("train", "MarkovChain-v0", "reinforce", says="one action leaves nothing to learn")

    def test_combinations_are_for_constraints(self):
        space = dict(num_minibatches=dict(choice=[1, 3]), num_steps=dict(choice=[16, 24]))
        base = changed(PPO, set=dict(num_minibatches=None, num_steps=None),
                       space=dict(learning_rate=None, **space))
        self.sweep(self.toml(base), self.store("all.db"))
        states = self.document("best", self.store("all.db"))["states"]
        self.assertEqual((states["complete"], states["failed"]), (3, 1))
        file = self.toml(base, study=dict(constraints=["num_minibatches divides num_steps"]))
        self.sweep(file, self.store("some.db"))
        states = self.document("best", self.store("some.db"))["states"]
        self.assertEqual((states["complete"], states["failed"]), (3, 0))


class Levels(Sweep):
    def test_a_grid_is_what_was_written(self):
        space = dict(x0=dict(log=[1e-5, 1e-1], points=5),
                     x1=dict(uniform=[0.0, 0.3], points=4, when=dict(x0=1e-4)))
        file = self.toml(FUNCTION, study=dict(sampler="grid", trials=100), space=space)
        self.sweep(file, self.store("grid.db"))
        dump = [row for row in self.dump(self.store("grid.db")).splitlines()[1:]
                if json.loads(row)["role"] == "tuning" and json.loads(row)["stage"] == 0]
        texts = [line.split('"parameters":')[1].split("}")[0] + "}" for line in dump]
        self.assertEqual(texts, ['{"x0":1e-05}',
                                 '{"x0":0.0001,"x1":0.0}', '{"x0":0.0001,"x1":0.1}',
                                 '{"x0":0.0001,"x1":0.2}', '{"x0":0.0001,"x1":0.3}',
                                 '{"x0":0.001}', '{"x0":0.01}', '{"x0":0.1}'])

    def test_steps_and_logarithmic_integers(self):
        space = dict(x0=dict(uniform=[0.0, 1.0], step=0.05), x1=dict(integer=[1, 1000], log=True))
        for sampler in ("random", "sobol", "tpe", "cma-es"):
            file = self.toml(FUNCTION, study=dict(sampler=sampler), space=space)
            store = self.store(f"{sampler}.db")
            self.sweep(file, store)
            steps = {float(f"{k * 5}e-2") for k in range(21)}
            values = [row["parameters"] for row in self.rows(store) if row["role"] == "tuning"]
            self.assertLessEqual({v["x0"] for v in values}, steps)
            self.assertTrue(all(v["x1"] == int(v["x1"]) for v in values))
        small = sum(v["x1"] <= 31 for v in values)
        self.assertGreater(small, len(values) / 4)  # half of the logarithms, or near the best
        told = [json.loads(line) for line in
                self.good("export", store, "--format", "optuna-journal").splitlines()]
        distributions = next(line["distributions"] for line in told if "distributions" in line)
        self.assertEqual(json.loads(distributions["x0"])["attributes"],
                         dict(low=0.0, high=1.0, step=0.05, log=False))
        self.assertEqual(json.loads(distributions["x1"]),
                         dict(name="IntDistribution",
                              attributes=dict(low=1, high=1000, step=1, log=True)))


class Exhausted(Sweep):
    SPACE = dict(x0=dict(choice=[1, 2]), x1=dict(choice=[3, 4]))

    def test_a_study_ends_where_its_space_does(self):
        for sampler in ("grid", "random", "sobol", "tpe", "cma-es"):
            for generation in (4, 20):
                file = self.toml(FUNCTION, study=dict(sampler=sampler, trials=40, top=10,
                                                      generation=generation), space=self.SPACE)
                store = self.store(f"{sampler}{generation}.db")
                for _ in range(2):
                    told = self.sweep(file, store)
                    self.assertIn("exhausted after 4 of 40 trials", told)
                    self.assertIn("there are no more different configurations", told)
                    report = json.loads(self.sweep(file, store, "--json"))
                    self.assertEqual((report["tuning_ended_by"], report["trials"]),
                                     ("exhausted", 4))
                finalists = [tuple(f["parameters"].values()) for f in report["finalists"]]
                self.assertEqual(len(finalists), 4)
                self.assertEqual(len(set(finalists)), 4)
                self.assertFalse(report["best"]["tied_with_best"])

    def test_as_many_as_there_are_is_no_early_end(self):
        file = self.toml(FUNCTION, study=dict(trials=4), space=self.SPACE)
        self.assertNotIn("exhausted", self.sweep(file, self.store("four.db")))

    def test_the_words_are_right_for_few_finalists(self):
        for count, words in ((1, "no other configuration was scored again"),
                             (2, "the other finalist can"), (4, "of the 3 other finalists")):
            file = self.toml(FUNCTION, study=dict(trials=4, top=count), space=self.SPACE)
            self.assertIn(words, self.sweep(file, self.store(f"{count}.db")))


if __name__ == "__main__":
    command_support.main()
