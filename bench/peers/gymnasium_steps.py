"""Steps per second of Gymnasium's classic control, random actions and resets included, and of
LunarLander under its heuristic, where Box2D is installed:

    python3 -m venv peers && peers/bin/pip install gymnasium box2d pygame-ce
    peers/bin/python bench/peers/gymnasium_steps.py
"""

import importlib.util
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


def thousands_of_landers(seconds=2.0):
    from gymnasium.envs.box2d.lunar_lander import heuristic

    env = gymnasium.make("LunarLander-v3")
    seen, _ = env.reset(seed=0)
    steps = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(100):
            seen, _, terminated, truncated, _ = env.step(heuristic(env, seen))
            if terminated or truncated:
                seen, _ = env.reset()
        steps += 100
    return steps / (time.perf_counter() - start) / 1e3


print(f"gymnasium {gymnasium.__version__}")
for name in IDS:
    print(f"{name:26} {thousands(name):8.1f}   thousand steps/s")
if importlib.util.find_spec("Box2D"):
    print(f"{'LunarLander-v3 heuristic':26} {thousands_of_landers():8.1f}   thousand steps/s")
