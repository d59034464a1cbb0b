#!/usr/bin/env python3
"""What a trial costs besides its own work: Lockstep's sweep and Optuna on the same machine.

    python3 bench/peers/sweep_overhead.py [build/release/lockstep]

The objective is the sphere function of five parameters, which costs almost nothing. Optuna runs if
its package is installed (Debian: python3-optuna). Every row names what was run. Times are medians
of three runs.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKSTEP = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/release/lockstep")
SPACE = "".join(f"x{i} = {{uniform = [-5, 5]}}\n" for i in range(5))
STUDY = """[study]
env = "function"
agent = "sphere"
direction = "minimize"
scheduler = "full"
tuning_seeds = 1
validation_seeds = 2
test_seeds = 2
top = 1
sampler = "{sampler}"
trials = {trials}
generation = {generation}
[space]
"""

OPTUNA = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
sampler, storage, trials = sys.argv[1], sys.argv[2] or None, int(sys.argv[3])
made = {"random": lambda: optuna.samplers.RandomSampler(seed=0),
        "tpe": lambda: optuna.samplers.TPESampler(seed=0, multivariate=True)}[sampler]()
study = optuna.create_study(storage=storage, sampler=made)
def sphere(trial):
    return sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(5))
start = time.perf_counter()
study.optimize(sphere, n_trials=trials)
print(time.perf_counter() - start)
"""


def sweep(folder, sampler, trials, generation, words=()):
    """Wall seconds of a new study, its peak memory in bytes, and its store."""
    study = folder / "study.toml"
    study.write_text(STUDY.format(sampler=sampler, trials=trials, generation=generation) + SPACE)
    store = folder / "study.db"
    for old in folder.glob("study.db*"):
        old.unlink()
    return *timed([LOCKSTEP, "sweep", str(study), "--store", str(store), *words]), store


def timed(words):
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{words}: status {status}")
    return seconds, usage.ru_maxrss * 1024


def median(run):
    return statistics.median(run() for _ in range(3))


def row(name, value, unit):
    print(f"  {name:58}{value:>12.4g} {unit}", flush=True)


def lockstep(folder):
    print("lockstep, random search, durable store")
    small, large = 10_000, 1_000_000
    runs = [(sweep(folder, "random", small, 8192)[:2], sweep(folder, "random", large, 8192)[:2])
            for _ in range(3)]
    one, nearly = (statistics.median(r[i][0] for r in runs) for i in (0, 1))
    row("a trial, of 10^6 (whole program)", 1e6 * nearly / large, "us")
    row("a trial, of 10^4 (whole program)", 1e6 * one / small, "us")
    part = statistics.median(sweep(folder, "random", 100_000, 8192)[0] for _ in range(3))
    row("one of the last 900,000 / one of the first 100,000",
        (nearly - part) / 900_000 / (part / 100_000), "times")
    row("peak memory a finished trial",
        statistics.median(b[1] - a[1] for a, b in runs) / (large - small), "bytes")
    store = folder / "study.db"
    sweep(folder, "random", large, 8192)
    row("status at 10^6 trials", median(lambda: timed([LOCKSTEP, "status", str(store)])[0]), "s")
    row("resume at 10^6 trials",
        median(lambda: timed([LOCKSTEP, "sweep", str(folder / "study.toml"), "--store",
                              str(store)])[0]), "s")
    print("lockstep, tpe, durable store")
    few = median(lambda: sweep(folder, "tpe", 100_000, 64)[0])
    more = median(lambda: sweep(folder, "tpe", 110_000, 64)[0])
    row("a trial, of the first 10^5", 1e6 * few / 100_000, "us")
    row("a trial, of the next 10^4", 1e6 * (more - few) / 10_000, "us")


LEARNERS = """[study]
env = "CartPole-v1"
agent = "reinforce"
scheduler = "full"
tuning_seeds = 4
validation_seeds = 2
test_seeds = 2
top = 1
trials = 2048
generation = 1024
budget = 300
[space]
gamma = {uniform = [0.989, 0.991]}
"""


def throughput(folder):
    """Steps per second of learners in trials of four, next to those of `train`."""
    print("lockstep, CartPole, trials of four reinforce learners with 300 episodes")
    study = folder / "learners.toml"
    study.write_text(LEARNERS)
    ratios, costs = [], []
    for i in range(5):
        train = [LOCKSTEP, "train", "CartPole-v1", "reinforce", "--seeds", "8192", "--episodes",
                 "32", "--seed", str(i), "--set", "episodes=300", "--json"]
        start = time.perf_counter()
        alone = json.loads(subprocess.run(train, capture_output=True).stdout)["env_steps"]
        alone /= time.perf_counter() - start
        for old in folder.glob("learners.db*"):
            old.unlink()
        start = time.perf_counter()
        done = subprocess.run([LOCKSTEP, "sweep", str(study), "--seed", str(i), "--json"],
                              capture_output=True)
        seconds = time.perf_counter() - start
        ratios.append(json.loads(done.stdout)["env_steps"] / seconds / alone)
        costs.append(1e3 * seconds / 2048)
    row("a trial", statistics.median(costs), "ms")
    row("steps/s, of those of `train` with as many learners", statistics.median(ratios), "")


def optuna(folder):
    python = next((p for p in ("/usr/bin/python3", sys.executable)
                   if subprocess.run([p, "-c", "import optuna"], capture_output=True).returncode == 0),
                  None)
    if python is None:
        return print("optuna is not here (Debian: python3-optuna)")
    version = subprocess.run([python, "-c", "import optuna; print(optuna.__version__)"],
                             capture_output=True, text=True).stdout.strip()
    print(f"optuna {version}, one process")
    for sampler, storage, trials in (("random", "", 2000), ("random", "sqlite", 200),
                                     ("tpe", "", 200), ("tpe", "", 1000)):
        place = f"sqlite:///{folder}/optuna{trials}.db" if storage else ""
        done = subprocess.run([python, "-c", OPTUNA, sampler, place, str(trials)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        row(f"a trial, {sampler}, {storage or 'in memory'}, of {trials:,}",
            1e6 * float(done.stdout) / trials, "us")


with tempfile.TemporaryDirectory(dir=".") as name:
    lockstep(pathlib.Path(name))
    throughput(pathlib.Path(name))
    optuna(pathlib.Path(name))
