"""Small studies, and what all tests of the sweep's verbs do with them."""

import json
import subprocess
import time

import command_support
from command_support import Command

FUNCTION = dict(
    study=dict(env="function", agent="sphere", scheduler="racing", trials=60, generation=20,
               tuning_seeds=4, first_seeds=2, direction="minimize", top=3, validation_seeds=3,
               test_seeds=4, seed=5),
    set=dict(noise=0.5),
    space=dict(x0=dict(uniform=[-5.0, 5.0]), x1=dict(uniform=[-5.0, 5.0])),
)
# Networks of several shapes, which share no lanes. Scores are quarters, so their sums are exact.
LEARNERS = dict(
    study=dict(env="CartPole-v1", agent="reinforce", scheduler="racing", trials=24, generation=8,
               tuning_seeds=3, first_seeds=1, budget=20, test_episodes=4, top=3,
               validation_seeds=3, test_seeds=4, seed=5),
    set=dict(bias=True, activation="relu"),
    space=dict(hidden=dict(choice=["4", "8-4", "none"]), learning_rate=dict(log=[1e-3, 1.0]),
               optimizer=dict(choice=["sgd", "adam"]),
               beta1=dict(uniform=[0.5, 0.99], when=dict(optimizer="adam")),
               gamma=dict(logit=[0.9, 0.999]), update_every=dict(integer=[1, 4]),
               baseline=dict(choice=[True, False])),
)
# Takes seconds, and many commits.
LONG = dict(LEARNERS, study=dict(LEARNERS["study"], trials=1200, generation=24, budget=60))


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def changed(base, **sections):
    """A study with changed entries in its sections; None removes an entry."""
    merged = {name: {**base[name], **sections.get(name, {})} for name in base}
    return {name: {k: v for k, v in section.items() if v is not None}
            for name, section in merged.items()}


class Sweep(Command):
    def toml(self, base, name="study.toml", **sections):
        text = ""
        for section, entries in changed(base, **sections).items():
            text += f"[{section}]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in entries.items())
        return self.file(name, text)

    def store(self, name):
        return str(self.folder / name)

    def run_sweep(self, file, store, *words, **settings):
        return command_support.run("sweep", file, "--store", store, *words, **settings)

    def sweep(self, file, store, *words, **settings):
        return self.good("sweep", file, "--store", store, *words, **settings)

    def dump(self, store):
        return self.good("export", store, "--format", "jsonl")

    def rows(self, store):
        return [json.loads(line) for line in self.dump(store).splitlines()[1:]]

    def truth(self, study, name="truth"):
        """The dump of the study when nothing goes wrong, and its file."""
        file = self.toml(study, f"{name}.toml")
        self.sweep(file, self.store(f"{name}.db"))
        return file, self.dump(self.store(f"{name}.db"))

    def told(self, store):
        """What `status` reports as done: a number for each role and state, trials and steps."""
        done = command_support.run("status", store, "--json")
        if done.returncode == 2:  # no store yet, or none with a study in it
            return {}
        self.assertEqual(done.returncode, 0, done.stderr)
        status = json.loads(done.stdout)
        told = {(role, state): count for role, states in status["rows"].items()
                for state, count in states.items()}
        return {**told, "trials": status["trials"], "steps": status["env_steps"]}

    def begin(self, file, store, *words):
        process = subprocess.Popen([command_support.COMMAND, "sweep", file, "--store", store, *words],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def begin_and_wait(self, file, store, trials=1):
        """A running sweep that has reported this many trials."""
        process = self.begin(file, store)
        while self.told(store).get("trials", 0) < trials:
            self.assertIsNone(process.poll(), "it ended before that")
            time.sleep(0.01)
        return process


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
