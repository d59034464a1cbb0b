"""Makes cma_es.json with the `cmaes` package (0.13.1) and NumPy: python3 cma_es.py > cma_es.json

What its CMA makes of fixed steps, generation by generation. The steps of the first study are drawn
off-centre for some generations, so that the path of sigma grows long and the other path must wait.
"""

import json
import random

import cmaes
import numpy as np


def study(dimensions, population, generations, drift):
    numbers = random.Random(7)
    optimizer = cmaes.CMA(mean=np.full(dimensions, 0.5), sigma=0.25, population_size=population)
    rows = []
    for generation in range(generations):
        centre = drift if generation < 6 else 0.0
        steps = [[round(numbers.gauss(centre, 1), 6) for _ in range(dimensions)] for _ in range(population)]
        mean, sigma = optimizer._mean.copy(), optimizer._sigma
        optimizer.tell([(mean + sigma * np.array(step), float(rank)) for rank, step in enumerate(steps)])
        optimizer._eigen_decomposition()
        rows.append(
            {
                "steps": [x for step in steps for x in step],
                "mean": optimizer._mean.tolist(),
                "sigma": float(optimizer._sigma),
                "covariance": optimizer._C.flatten().tolist(),
            }
        )
    return rows


print(json.dumps({"small": study(3, 9, 10, 1.5), "large": study(2, 64, 3, 0.0)}))
