"""Computes the fixtures of the op table with PyTorch; called by tools/make-fixtures.mjs.

    reference.py REQUEST RESPONSE

REQUEST is a JSON list of samples: {key, torch, single, seed, module, program, tiled, inputs: [{name, shape, dtype, grad,
data}]}, where data are numbers or the strings "NaN", "Infinity", "-Infinity" and "-0". Each sample runs in float64 (in
float32 when single or seeded), and once more in float32 for the dtypes of its results. A module is made in float32. A program runs once, with float32 as the
default dtype, and ends with a dict of its results. RESPONSE gets a line of JSON,
{torch, samples: {key: {results, grads} or {error}}}, followed by the numbers as little-endian float64.
"""

import ast
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import reference_extras

PERIOD = 37  # as in test/harness/samples.ts

NAMES = {
    torch.float32: "float32",
    torch.float64: "float64",
    torch.int64: "int32",
    torch.int32: "int32",
    torch.uint8: "uint8",
    torch.bool: "bool",
}


def dtype_of(name, precision):
    # Indices and whole numbers are int64 in PyTorch; inputs marked float32 have the precision of the run.
    return {
        "float32": precision,
        "float64": torch.float64,
        "int32": torch.int64,
        "uint8": torch.uint8,
        "bool": torch.bool,
    }[name]


def evaluate(code, names):
    """Runs the statements of `code` and answers the value of its last expression."""
    tree = ast.parse(code)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        raise ValueError("the last statement is not an expression")
    exec(compile(tree, "case", "exec"), names)
    return eval(compile(ast.Expression(last.value), "case", "eval"), names)


def flatten(outcome):
    if isinstance(outcome, (tuple, list)) and not isinstance(outcome, torch.Size):
        return [leaf for part in outcome for leaf in flatten(part)]
    if outcome is None:
        return []
    if isinstance(outcome, torch.Tensor):
        return [outcome]
    return [torch.as_tensor(outcome)]


def run(sample, precision):
    inputs = {}
    for given in sample["inputs"]:
        data = np.array([float(x) for x in given["data"]], dtype=np.float64)
        x = torch.from_numpy(data).reshape(given["shape"]).to(dtype_of(given["dtype"], precision))
        inputs[given["name"]] = x.requires_grad_() if given["grad"] else x
    if sample["seed"] is not None:
        torch.manual_seed(sample["seed"])
    names = {"torch": torch, "F": F, "nn": nn, "np": np, "math": math, **vars(reference_extras), **inputs}
    if sample["module"] is not None:
        torch.set_default_dtype(torch.float32)
        names["m"] = evaluate(sample["module"], names).to(precision)
    torch.set_default_dtype(precision)
    return inputs, flatten(evaluate(sample["torch"], names))


def compute(sample, numbers):
    seeded = sample["seed"] is not None and sample["module"] is None
    precision = torch.float32 if sample["single"] or seeded else torch.float64
    inputs, results = run(sample, precision)
    try:
        dtypes = [NAMES[y.dtype] for y in run(sample, torch.float32)[1]]
    except RuntimeError:
        dtypes = [None] * len(results)

    def put(x):
        at = sum(len(part) for part in numbers)
        numbers.append(x.detach().to(torch.float64).contiguous().reshape(-1).numpy())
        return at

    period = PERIOD if sample["tiled"] else None
    ends = [(y, reference_extras.weight(y, i, period)) for i, y in enumerate(results) if y.requires_grad]
    starts = [name for name, x in inputs.items() if x.requires_grad]
    grads = {}
    if ends and starts:
        found = torch.autograd.grad(
            [y for y, _ in ends], [inputs[name] for name in starts], [w for _, w in ends], allow_unused=True
        )
        grads = {name: None if dx is None else put(dx) for name, dx in zip(starts, found)}
    entries = [
        {"shape": list(y.shape), "dtype": dtype, "requiresGrad": y.requires_grad, "at": put(y)}
        for y, dtype in zip(results, dtypes)
    ]
    return {"results": entries, "grads": grads}


def perform(sample, numbers):
    """A program of a course: what the dict at its end holds, by name."""
    torch.set_default_dtype(torch.float32)
    torch.manual_seed(sample["seed"])
    names = {"torch": torch, "F": F, "nn": nn, "np": np, "math": math, **vars(reference_extras)}
    entries = []
    for name, found in evaluate(sample["torch"], names).items():
        x = found.detach() if isinstance(found, torch.Tensor) else torch.tensor(found, dtype=torch.float64)
        at = sum(len(part) for part in numbers)
        entries.append({"name": name, "shape": list(x.shape), "dtype": NAMES[x.dtype], "requiresGrad": False, "at": at})
        numbers.append(x.to(torch.float64).contiguous().reshape(-1).numpy())
    return {"results": entries, "grads": {}}


def main():
    with open(sys.argv[1]) as file:
        request = json.load(file)
    reference_extras.install(torch)
    torch.set_num_threads(1)
    numbers = []
    samples = {}
    for sample in request:
        try:
            samples[sample["key"]] = (perform if sample["program"] else compute)(sample, numbers)
        except Exception as error:  # a mistake in a row must not keep the others from their fixtures
            samples[sample["key"]] = {"error": f"{type(error).__name__}: {error}"}
    with open(sys.argv[2], "wb") as file:
        file.write(json.dumps({"torch": torch.__version__, "samples": samples}).encode() + b"\n")
        file.write(np.concatenate([np.zeros(0)] + numbers).astype("<f8").tobytes())


main()
