"""Records rows of the slides' SimpleMDP here: python3 make_simple_mdp.py

simple_mdp.json was made with Python 3.11 and NumPy 2.4.6. Of each process it keeps the last state's
last action: the rewards there are the last of all numbers drawn.
"""

import json
import pathlib

import numpy as np


def last_rows(seed, states, actions):
    np.random.seed(seed)
    chances = np.random.rand(states, actions, states)
    chances /= chances.sum(axis=2, keepdims=True)
    rewards = np.random.randn(states, actions, states)
    return {"seed": seed, "states": states, "actions": actions,
            "transition_probs": chances[-1, -1].tolist(), "rewards": rewards[-1, -1].tolist()}


if __name__ == "__main__":
    # Sums of up to 7, of up to 128 and of more numbers are added in different orders.
    rows = [last_rows(1, 7, 1), last_rows(2, 8, 2), last_rows(42, 21, 3), last_rows(2**32 - 1, 150, 2)]
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    (pathlib.Path(__file__).resolve().parent / "simple_mdp.json").write_text(text)
