"""Computes test/fixtures/optim.json and test/fixtures/schedulers.json with PyTorch.

    reference_optim.py

optim.json: {torch, rows: {optimizer: [{trajectory, state, rest}]}}, one entry for each case of the table in
test/optim/optimizers.json: the parameters (in float64) after steps 5 and 10, the state dict at step 10, and the parameters after
steps 15 and 20. The tasks are those of test/optim/tasks.ts.

schedulers.json: {torch, rows: {scheduler: [{lrs, momenta}]}}, for the cases in test/optim/schedulers.json: the groups' learning rates
and the first group's momentum after construction and after each step.
"""

import bisect
import json
import math
import os

import torch
from torch.optim import lr_scheduler, swa_utils

import reference_optimizers

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = {
    "gradients": [(3,), (2, 5)],
    "function": [(3,), (2, 5)],
    "matrices": [(4, 3), (2, 5)],
    "embedding": [(7, 3), (7, 3)],
}


def start(numel):
    return (torch.arange(numel, dtype=torch.float64) * 3 % 7 - 3) / 2


def gradient(numel, which, step):
    return ((torch.arange(numel, dtype=torch.float64) * 7 + step * 13 + which * 3) % 11 - 5) / 4


def function(params):
    """A smooth function of all parameters together, with one minimum."""
    x = torch.cat([p.reshape(-1) for p in params])
    i = torch.arange(len(x), dtype=x.dtype)
    bowl = ((i % 4 + 1) / 2 * (x - (i % 3 - 1)) ** 2).sum()
    return bowl + 0.25 * ((x[1:] - x[:-1]) ** 2).sum() + 0.05 * (x**4).sum()


def advance(optimizer, params, task, step):
    if task == "function":

        def closure():
            for p in params:
                p.grad = None
            loss = function(params)
            loss.backward()
            return loss

        optimizer.step(closure)
        return
    for i, p in enumerate(params):
        if task == "embedding":
            rows = torch.tensor([step % 7, step * 3 % 7, step % 7])
            weights = gradient(9, i, step).reshape(3, 3)
            p.grad = None
            (torch.nn.functional.embedding(rows, p, sparse=True) * weights).sum().backward()
        else:
            # The second parameter has no gradient in every fourth step.
            p.grad = None if i == 1 and step % 4 == 0 else gradient(p.numel(), i, step).reshape(p.shape)
    optimizer.step()


def plain(value):
    if isinstance(value, torch.Tensor):
        return value.tolist()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items() if k != "al"}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def make(name, params, options):
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    if given.pop("decoupled_weight_decay", False) and name == "Adam":
        return torch.optim.AdamW(params, **given)
    if name in ("NAdam", "RAdam") and "decoupled_weight_decay" in options:
        given["decoupled_weight_decay"] = options["decoupled_weight_decay"]
    return (getattr(reference_optimizers, name, None) or getattr(torch.optim, name))(params, **given)


def optimizer_run(name, case):
    task = case.get("task", "gradients")
    params = [torch.nn.Parameter(start(math.prod(shape)).reshape(shape)) for shape in SHAPES[task]]
    on = params
    if "second" in case:
        second = {k: tuple(v) if isinstance(v, list) else v for k, v in case["second"].items()}
        on = [{"params": params[:1]}, {"params": params[1:], **second}]
    elif isinstance(case["options"].get("rho"), list):
        on = [{"params": [p]} for p in params]
    if "inner" in case:
        optimizer = getattr(reference_optimizers, name)(make(case["inner"][0], on, case["inner"][1]), **case["options"])
    else:
        optimizer = make(name, on, case["options"])
    seen = []
    state = None
    for step in range(1, 21):
        advance(optimizer, params, task, step)
        if step % 5 == 0:
            seen.append([p.detach().reshape(-1).tolist() for p in params])
        if step == 10:
            state = plain(optimizer.state_dict())
            for group in state["param_groups"]:
                group.update({key: value for key, value in case["options"].items() if "decoupled" in key})
    return {"trajectory": seen[:2], "state": state, "rest": seen[2:]}


FUNCTIONS = {"halving": lambda epoch: 0.5**epoch, "falling": lambda epoch: 1 / (1 + epoch)}


class WarmupLR(lr_scheduler.LambdaLR):
    """Linear or exponential warm-up, then the rate stays."""

    def __init__(self, optimizer, warmup_steps, mode="linear", start_factor=1e-3, last_epoch=-1):
        def factor(epoch):
            t = min(1, epoch / warmup_steps)
            return start_factor + (1 - start_factor) * t if mode == "linear" else start_factor ** (1 - t)

        super().__init__(optimizer, factor, last_epoch)


class WarmupAround:
    """Warm-up, then another scheduler from its epoch 0 on."""

    def __init__(self, optimizer, warmup_steps, make, **options):
        self.optimizer, self.steps, self.at = optimizer, warmup_steps, 0
        self.next = make(optimizer)
        self.factor = WarmupLR(make_optimizer("SGD"), warmup_steps, **options).lr_lambdas[0]
        self.base = [group["lr"] for group in optimizer.param_groups]
        self.set()

    def set(self):
        for group, lr in zip(self.optimizer.param_groups, self.base):
            group["lr"] = lr * self.factor(self.at)

    def step(self):
        self.at += 1
        if self.at > self.steps:
            self.next.step()
        else:
            self.set()


class Parts:
    """A sequence whose parts may be sequences and chains: each has an optimizer of its own, from which the rates are taken."""

    def __init__(self, optimizer, makes, milestones):
        self.optimizer, self.milestones, self.at = optimizer, milestones, 0
        self.parts = [make(make_optimizer("SGD")) for make in makes]
        self.set()

    def set(self):
        part = self.parts[bisect.bisect_right(self.milestones, self.at)]
        for group, own in zip(self.optimizer.param_groups, part.optimizer.param_groups):
            group["lr"] = own["lr"]

    def step(self):
        self.at += 1
        if self.at not in self.milestones:
            self.parts[bisect.bisect_right(self.milestones, self.at)].step()
        self.set()


def sequential(optimizer, last_epoch=-1):
    linear = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=4)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, 8)
    step = lr_scheduler.StepLR(optimizer, 2)
    return lr_scheduler.SequentialLR(optimizer, [linear, cosine, step], [5, 13], last_epoch)


def chained(optimizer):
    constant = lr_scheduler.ConstantLR(optimizer, factor=0.1, total_iters=4)
    return lr_scheduler.ChainedScheduler([constant, lr_scheduler.ExponentialLR(optimizer, 0.9)])


def falling_later(optimizer):
    constant = lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    return lr_scheduler.SequentialLR(optimizer, [constant, lr_scheduler.ExponentialLR(optimizer, 0.8)], [3])


def sequential_later(optimizer):
    return sequential(optimizer, 2)


def nested_first(optimizer):
    return Parts(optimizer, [falling_later, lambda o: lr_scheduler.StepLR(o, 4)], [7])


def nested_later(optimizer):
    linear = lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=4)
    return Parts(optimizer, [linear, chained, falling_later], [5, 11])


def chained_around(optimizer):
    inner = falling_later(optimizer)
    return lr_scheduler.ChainedScheduler([inner, lr_scheduler.MultiStepLR(optimizer, [2, 9], 0.5)])


def warm_nested(optimizer):
    return WarmupAround(optimizer, 3, falling_later)


def warm_cosine(optimizer):
    return WarmupAround(optimizer, 5, lambda o: lr_scheduler.CosineAnnealingLR(o, 12))


def warm_cycle(optimizer):
    make = lambda o: lr_scheduler.OneCycleLR(o, 0.5, total_steps=20)
    return WarmupAround(optimizer, 3, make, mode="exponential", start_factor=0.1)


# Schedulers of schedulers, by the name of their case; test/optim/schedulers.ts builds the same.
BUILT = {
    "sequential": sequential,
    "sequential_later": sequential_later,
    "nested_first": nested_first,
    "nested_later": nested_later,
    "chained": chained,
    "chained_around": chained_around,
    "warm_cosine": warm_cosine,
    "warm_cycle": warm_cycle,
    "warm_nested": warm_nested,
}


def metric(step):
    return 1.0 if step > 3 else 5.0 - step


def make_optimizer(name):
    params = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    groups = [{"params": [params[0]]}, {"params": [params[1]], "lr": 0.3}]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.9) if name == "SGD" else torch.optim.Adam(groups, lr=0.1)


def momentum(optimizer):
    group = optimizer.param_groups[0]
    return group["betas"][0] if "betas" in group else group["momentum"]


def make_scheduler(name, optimizer, case):
    if "built" in case:
        return BUILT[case["built"]](optimizer)
    kind = {"SWALR": swa_utils.SWALR, "WarmupLR": WarmupLR}.get(name) or getattr(lr_scheduler, name)
    values = lambda given: FUNCTIONS.get(given, given) if isinstance(given, str) else given
    args = [values(arg) for arg in case.get("args", [])]
    return kind(optimizer, *args, **{key: values(option) for key, option in case.get("options", {}).items()})


def scheduler_run(name, case, steps=19):
    optimizer = make_optimizer(case.get("optimizer", "SGD"))
    last = case.get("options", {}).get("last_epoch", -1)
    if case.get("resumed"):
        fresh = {key: value for key, value in case["options"].items() if key != "last_epoch"}
        before = make_scheduler(name, optimizer, {**case, "options": fresh})
        for _ in range(last):
            optimizer.step()
            before.step()
        optimizer = torch.optim.SGD([{**group} for group in optimizer.param_groups], lr=0.1, momentum=0.9)
    elif last >= 0:
        for group in optimizer.param_groups:
            group["initial_lr"] = group["lr"]
    scheduler = make_scheduler(name, optimizer, case)
    lrs = [[g["lr"] for g in optimizer.param_groups]]
    momenta = [momentum(optimizer)]
    for step in range(steps):
        optimizer.step()
        scheduler.step(metric(step)) if name == "ReduceLROnPlateau" else scheduler.step()
        lrs.append([g["lr"] for g in optimizer.param_groups])
        momenta.append(momentum(optimizer))
    return {"lrs": lrs, "momenta": momenta}


def main():
    tests = os.path.join(HERE, "../test")
    for table, file, run in (
        ("optimizers", "optim", optimizer_run),
        ("schedulers", "schedulers", scheduler_run),
    ):
        with open(os.path.join(tests, f"optim/{table}.json")) as source:
            rows = json.load(source)
        content = {name: [run(name, case) for case in cases] for name, cases in rows.items()}
        with open(os.path.join(tests, f"fixtures/{file}.json"), "w") as out:
            json.dump({"torch": torch.__version__, "rows": content}, out, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main()
