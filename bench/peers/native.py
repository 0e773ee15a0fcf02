"""Native PyTorch as a contender: reads requests as JSON lines, answers as JSON lines. See remote.mjs.

{"setup": row, "inputs": [[name, dtype, shape, offset]], "file": path} -> {"result": {"length", "values"}} or {"result": null}
{"time": repeats} -> {"milliseconds": of one run}
"""

import json
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))


class Residual(nn.Module):
    def __init__(self, main, short):
        super().__init__()
        self.main = sequence(main)
        self.short = sequence(short)

    def forward(self, x):
        return self.main(x) + self.short(x)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def layer(kind, *sizes):
    if kind == "linear":
        return nn.Linear(*sizes)
    if kind == "conv":
        options = sizes[3] if len(sizes) > 3 else {}
        return nn.Conv2d(*sizes[:3], **options)
    if kind == "residual":
        return Residual(*sizes)
    plain = {"norm": nn.BatchNorm2d, "relu": nn.ReLU, "maxpool": nn.MaxPool2d, "flatten": nn.Flatten, "mean": Mean}
    return plain[kind](*(sizes or ([2] if kind == "maxpool" else [])))


def sequence(layers):
    return nn.Sequential(*[layer(*each) for each in layers])


def encoder_layer(width, heads, hidden, **options):
    return nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, **options)


class Gpt(nn.Module):
    def __init__(self, row):
        super().__init__()
        width, length = row["width"], row["length"]
        self.tokens = nn.Embedding(row["vocabulary"], width)
        self.positions = nn.Embedding(length, width)
        self.blocks = nn.ModuleList(
            encoder_layer(width, row["heads"], 4 * width, activation="gelu", norm_first=True)
            for _ in range(row["layers"])
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, row["vocabulary"])
        self.mask = torch.full((length, length), float("-inf")).triu(1)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x, src_mask=self.mask)
        return self.head(self.norm(x)).flatten(0, 1)


class Adder(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(2, 4), nn.Linear(4, 4), nn.Linear(4, 1)

    def forward(self, x):
        return self.c(self.b(self.a(x)))


def read_inputs(request):
    data = numpy.memmap(request["file"], dtype=numpy.uint8, mode="r")
    found = {}
    for name, dtype, shape, offset in request["inputs"]:
        count = int(numpy.prod(shape, dtype=numpy.int64))
        values = numpy.frombuffer(data, dtype=dtype, count=count, offset=offset).copy().reshape(shape)
        found[name] = torch.from_numpy(values)
    return found


def load(model, inputs):
    state = {name[len("parameters.") :]: x for name, x in inputs.items() if name.startswith("parameters.")}
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys, missing
    return model


def forward(fn):
    def run():
        with torch.no_grad():
            return fn()

    return run, lambda: run().flatten()


def training(model, loss_of, optimizer, x, target, lr=1e-3):
    updates = getattr(torch.optim, optimizer)(model.parameters(), lr=lr)

    def run():
        updates.zero_grad(set_to_none=True)
        loss = loss_of(model(x), target)
        loss.backward()
        updates.step()
        return loss

    return run, lambda: torch.stack([run().detach(), run().detach()])


def elementwise(row, x, y):
    return {
        "add": lambda: x + y,
        "sum": lambda: x.sum(),
        "softmax": lambda: x.softmax(-1),
        "gelu": lambda: F.gelu(x),
        "layerNorm": lambda: F.layer_norm(x, x.shape[-1:]),
        "relu": x.relu,
        "exp": x.exp,
        "sigmoid": x.sigmoid,
        "tanh": x.tanh,
    }[row["op"]]


def set_up(row, inputs):
    kind = row["kind"]
    x = inputs["x"]
    if kind == "matmul":
        return forward(lambda: x @ inputs["y"])
    if kind == "conv":
        return forward(lambda: F.conv2d(x, inputs["w"], padding=row["padding"], groups=row["groups"]))
    if kind == "elementwise":
        return forward(elementwise(row, x, inputs["y"]))
    if kind == "inference":
        model = load(sequence(row["layers"]), inputs).eval()
        return forward(lambda: model(x))
    if kind == "step":
        model = load(sequence(row["layers"]), inputs)
        return training(model, F.cross_entropy, row["optimizer"], x, inputs["target"].long())
    if kind == "encoderStep":
        model = load(encoder_layer(x.shape[2], row["heads"], row["hidden"]), inputs)
        return training(model, F.mse_loss, "Adam", x, inputs["target"])
    if kind == "gpt":
        model = load(Gpt(row), inputs)
        tokens = x.long()
        if row.get("training"):
            return training(model, F.cross_entropy, "AdamW", tokens, inputs["target"].long())
        model.eval()
        return forward(lambda: model(tokens))
    if kind == "adder":
        return training(load(Adder(), inputs), F.mse_loss, "Adam", x, inputs["target"])
    return None


def answer(request, state):
    if "time" in request:
        run = state["run"]
        start = time.perf_counter()
        for _ in range(request["time"]):
            run()
        return {"milliseconds": (time.perf_counter() - start) * 1000 / request["time"]}
    found = set_up(request["setup"], read_inputs(request))
    if found is None:
        return {"result": None}
    state["run"], result = found
    values = result()
    length = values.numel()
    taken = min(length, 4096)
    # As sample() in inputs.mjs does.
    places = torch.tensor([i * length // taken for i in range(taken)])
    return {"result": {"length": length, "values": [float(v) for v in values.flatten()[places]]}}


def main():
    state = {}
    for line in sys.stdin:
        try:
            found = answer(json.loads(line), state)
        except Exception as error:  # pylint: disable=broad-except
            found = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), flush=True)


def blas():
    """The library behind products: Debian's torch takes whichever BLAS is installed, and the reference one is slow."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    with open("/proc/self/maps", encoding="utf8") as maps:
        paths = [line.split()[-1] for line in maps if "blas" in line]
    return next(("OpenBLAS" for path in paths if "openblas" in path), "reference BLAS")


print(json.dumps({"version": torch.__version__, "blas": blas()}), flush=True)
main()
