"""Records Gymnasium's toy-text tables and some episodes here: python3 make.py

The files beside this one were made with Python 3.11, gymnasium 1.3.0 and NumPy 2.4.6:
    python3 -m venv /tmp/gym && /tmp/gym/bin/pip install gymnasium==1.3.0 && /tmp/gym/bin/python make.py

NAME.json: `P` as in env.unwrapped.P, a line a state: [state][action][outcome] of
[index into probabilities, next state, reward, terminated]; `starts`: the states that episodes begin
in, each with `start_probability`.
lakes.json: [side, p, seed, rows] of generate_random_map, with gymnasium 1.4.0 and NumPy 1.24.2.
episodes.csv: steps of environments without chance, actions drawn by Python's random.
"""

import json
import pathlib
import random

import gymnasium
from gymnasium.envs.toy_text.frozen_lake import generate_random_map

HERE = pathlib.Path(__file__).resolve().parent
LAKE = ["FSFHF", "HFFFS", "FFHFG"]  # not square, two starts
TABLES = {
    "frozen_lake": ("FrozenLake-v1", {}),
    "frozen_lake_8x8": ("FrozenLake8x8-v1", {}),
    "frozen_lake_sure": ("FrozenLake-v1", {"is_slippery": False}),
    "frozen_lake_custom": (
        "FrozenLake-v1",
        {"desc": LAKE, "success_rate": 0.8, "reward_schedule": (10, -5, -0.1)},
    ),
    "cliff_walking": ("CliffWalking-v1", {}),
    "cliff_walking_slippery": ("CliffWalkingSlippery-v1", {}),
    "taxi": ("Taxi-v4", {}),
    "taxi_rainy": ("Taxi-v4", {"is_rainy": True}),
}
EPISODES = [  # environment, settings, seed, steps; seeds with which goals are reached
    ("FrozenLake-v1", {"is_slippery": False}, 2, 100),
    ("FrozenLake8x8-v1", {"is_slippery": False}, 5, 100),
    ("CliffWalking-v1", {}, 7, 60),
    ("Taxi-v4", {}, 10, 300),
]

LAKES = [  # side, p, seed
    *((8, 0.8, seed) for seed in (0, 1, 13, 42, 2**32, 2**63 + 11)),
    *((4, 0.8, seed) for seed in range(6)),
    (2, 0.3, 3), (2, 1.0, 3), (3, 0.3, 7), (5, 0.5, 9), (4, 0.4, 2), (6, 0.7, 5), (7, 0.9, 6),
    (10, 0.65, 4), (16, 0.7, 8), (40, 0.75, 2), (9, 1.0, 1), (12, 0.7000000000000001, 77),
]


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def table(env):
    env = env.unwrapped
    P = env.P
    probabilities = sorted({float(o[0]) for s in P.values() for a in s.values() for o in a})
    number = lambda x: int(x) if x == int(x) else float(x)
    outcome = lambda p, n, r, t: [probabilities.index(float(p)), int(n), number(r), int(t)]
    rows = [[[outcome(*o) for o in P[s][a]] for a in sorted(P[s])] for s in sorted(P)]
    starts = [s for s, p in enumerate(env.initial_state_distrib) if p > 0]
    [chance] = set(env.initial_state_distrib) - {0.0}
    return (
        f'{{"probabilities":{compact(probabilities)},\n'
        f'"starts":{compact(starts)},"start_probability":{chance},\n"P":[\n'
        + ",\n".join(map(compact, rows)) + "\n]}\n"
    )


def episode(name, settings, seed, steps):
    """Goes on after an end, in the next episode."""
    env, draw = gymnasium.make(name, **settings), random.Random(seed)
    state, _ = env.reset(seed=seed)
    for t in range(steps):
        action = draw.randrange(int(env.action_space.n))
        after, reward, terminated, truncated, _ = env.step(action)
        yield name, t, state, action, after, reward, int(terminated), int(truncated)
        state = env.reset()[0] if terminated or truncated else after


def main():
    for name, (env, settings) in TABLES.items():
        (HERE / f"{name}.json").write_text(table(gymnasium.make(env, **settings)))
    lakes = [compact([*lake, generate_random_map(*lake)]) for lake in LAKES]
    (HERE / "lakes.json").write_text("[\n" + ",\n".join(lakes) + "\n]\n")
    with open(HERE / "episodes.csv", "w") as file:
        file.write("env,t,state,action,next,reward,terminated,truncated\n")
        for row in (row for one in EPISODES for row in episode(*one)):
            file.write(",".join(map(str, row)) + "\n")


if __name__ == "__main__":
    main()
