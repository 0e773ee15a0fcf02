"""Computes test/fixtures/random.json with PyTorch: interleaved draws of its CPU generator for several seeds.

    reference_random.py

The file is {torch, streams: [{seed, calls: [[name, n, check]]}]}. Calls of a stream follow each other on one generator
without seeding in between; test/random.test.ts makes the same calls. `check` is a digest of the elements' bits, or, for
numbers that come from normal ones, a list of samples (the first, then every n / 4th).
"""

import json
import os

import numpy as np
import torch

SEEDS = [0, 42, 2**32 + 5, 2**63 - 1, -987654321]
SIZES = [1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 40, 311, 624, 625, 1000, 10007]


def weights(n, dtype):
    return ((torch.arange(n) * 5) % 8 / 8).to(dtype)


CALLS = {
    "rand": lambda n: torch.rand(n),
    "rand64": lambda n: torch.rand(n, dtype=torch.float64),
    "uniform": lambda n: torch.empty(n).uniform_(-0.37, 0.11),
    "uniform64": lambda n: torch.empty(n, dtype=torch.float64).uniform_(-0.37, 0.11),
    "uniformShifted": lambda n: torch.empty(n).uniform_(1e-9, 7.3),
    "randint": lambda n: torch.randint(-7, 93, (n,)).to(torch.int32),
    "randintByte": lambda n: torch.randint(3, 256, (n,), dtype=torch.uint8),
    "randintFloat": lambda n: torch.randint(0, 2**24, (n,), dtype=torch.float32),
    "randintWide": lambda n: torch.randint(-5, 2**40, (n,), dtype=torch.float64),
    "randomInt": lambda n: torch.empty(n, dtype=torch.int32).random_(),
    "randomByte": lambda n: torch.empty(n, dtype=torch.uint8).random_(),
    "randomBool": lambda n: torch.empty(n, dtype=torch.bool).random_(),
    "randomFloat": lambda n: torch.empty(n).random_(),
    "randomDouble": lambda n: torch.empty(n, dtype=torch.float64).random_(),
    "bernoulliScalar": lambda n: torch.empty(n).bernoulli_(0.3),
    "bernoulli": lambda n: torch.bernoulli(weights(n, torch.float32)),
    "bernoulli64": lambda n: torch.bernoulli(weights(n, torch.float64)),
    "randperm": lambda n: torch.randperm(n).to(torch.int32),
    "multinomial": lambda n: torch.multinomial(weights(13, torch.float32), n, True).to(torch.int32),
    "multinomial64": lambda n: torch.multinomial(weights(13, torch.float64), n, True).to(torch.int32),
    "multinomialRows": lambda n: torch.multinomial(weights(26, torch.float32).reshape(2, 13), n, True).to(torch.int32),
    "multinomialOnce": lambda n: torch.multinomial(weights(n + 2, torch.float32), 1).to(torch.int32),
    "multinomialDistinct": lambda n: torch.multinomial(weights(2 * n, torch.float64) + 0.5, n).to(torch.int32),
    "dropout": lambda n: torch.nn.functional.dropout(weights(n, torch.float32), 0.3),
    "dropout64": lambda n: torch.nn.functional.dropout(weights(n, torch.float64), 0.3),
    "randn": lambda n: torch.randn(n),
    "randn64": lambda n: torch.randn(n, dtype=torch.float64),
    "normal": lambda n: torch.empty(n).normal_(0.5, 2.0),
    "normalTransposed": lambda n: torch.empty(3, n).t().normal_().contiguous(),
    "normalTensors": lambda n: torch.normal(weights(n, torch.float32), weights(n, torch.float32) + 1),
    "exponential": lambda n: torch.empty(n).exponential_(1.7),
    "truncNormal": lambda n: torch.nn.init.trunc_normal_(torch.empty(n), 0.1, 0.5),
}
SAMPLED = {"randn", "randn64", "normal", "normalTransposed", "normalTensors", "exponential", "truncNormal"}


def digest(x):
    """As `digest` in test/random.test.ts: sum of (2 i + 1) times byte i, modulo 2^32."""
    data = np.frombuffer(x.contiguous().numpy().tobytes(), dtype=np.uint8).astype(np.uint64)
    return int((data * (2 * np.arange(data.size, dtype=np.uint64) + 1)).sum() & np.uint64(0xFFFFFFFF))


def sample(x):
    flat = x.reshape(-1).double()
    return [float(np.float32(v)) for v in flat[:: max(1, flat.numel() // 4)].tolist()]


def main():
    streams = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        calls = []
        for n in SIZES:
            for name, call in CALLS.items():
                y = call(n)
                calls.append([name, n, sample(y) if name in SAMPLED else digest(y)])
        streams.append({"seed": str(seed), "calls": calls})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/fixtures/random.json")
    with open(path, "w") as file:
        json.dump({"torch": torch.__version__, "streams": streams}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
