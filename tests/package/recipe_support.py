"""What a command with the recipes of tools/examples must do, built from inside or outside."""

import json
import subprocess

STUDY = """
[study]
env = "function"
agent = "branin"
sampler = "halton"
scheduler = "median"
trials = 8
generation = 4
tuning_seeds = 3
first_seeds = 1
[space]
x0 = {uniform = [0, 1]}
x1 = {uniform = [0, 1]}
"""


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}")
    return done.stdout


def check_recipes(test, command, folder):
    """`command` runs the command with the given words, and returns what it printed."""
    def score(*words):
        return json.loads(command("train", *words, "--json"))["evaluation"]["mean"]

    test.assertEqual(score("Ladder-v0", "q-learning"), 1)  # the game of tables
    test.assertGreater(score("CartPole-v1", "hill-climbing", "--seeds", "4"), 100)  # the agent
    test.assertGreater(score("Rocket-v0", "cem", "--seeds", "2"), -1)  # the environment
    study, store = folder / "recipes.toml", folder / "recipes.db"
    study.write_text(STUDY)
    command("sweep", study, "--store", store)
    lines = command("export", store, "--format", "jsonl").splitlines()
    tuning = [row for row in map(json.loads, lines[1:]) if row["role"] == "tuning"]
    test.assertEqual([sum(row["stage"] == stage for row in tuning) for stage in range(3)],
                     [8, 4, 2])  # the scheduler
    first = [row["parameters"] for row in tuning if row["stage"] == 0]
    test.assertEqual(first[:3], [{"x0": 0.5, "x1": 1 / 3}, {"x0": 0.25, "x1": 2 / 3},
                                 {"x0": 0.75, "x1": 1 / 9}])  # the sampler
