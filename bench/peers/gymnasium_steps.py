"""Steps per second of Gymnasium's classic control, random actions and resets included:

    python3 -m venv peers && peers/bin/pip install gymnasium && peers/bin/python bench/peers/gymnasium_steps.py
"""

import time

import gymnasium

IDS = ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1"]


def thousands(name, seconds=2.0):
    env = gymnasium.make(name)
    env.reset(seed=0)
    actions = [env.action_space.sample() for _ in range(1000)]
    steps = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
        steps += len(actions)
    return steps / (time.perf_counter() - start) / 1e3


print(f"gymnasium {gymnasium.__version__}")
for name in IDS:
    print(f"{name:26} {thousands(name):8.1f}   thousand steps/s")
