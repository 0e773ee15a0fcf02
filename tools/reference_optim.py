"""Computes test/fixtures/optim.json and test/fixtures/schedulers.json with PyTorch.

    reference_optim.py

optim.json: {torch, runs: [{optimizer, options, trajectory, state, rest}]}: the parameters (in float64) after steps 5 and
10, the state dict at step 10, and the parameters after steps 15 and 20. Parameters and gradients are those of `start` and
`gradient`, which test/optim.test.ts repeats.

schedulers.json: {torch, runs: [{scheduler, optimizer, args, options, lrs, momenta}]}: the groups' learning rates and the
first group's momentum after construction and after each step.
"""

import json
import math
import os

import torch
from torch.optim import lr_scheduler

SHAPES = [(3,), (2, 5)]
OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": [0.8, 0.95], "eps": 0.001}),
    ("Adam", {"lr": 0.02, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.02, "amsgrad": True}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "maximize": True, "weight_decay": 0.2}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.3}),
    ("AdamW", {"lr": 0.02, "betas": [0.7, 0.9], "eps": 0.01, "amsgrad": True, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 0.001, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.02, "momentum": 0.9, "centered": True}),
    ("RMSprop", {"maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 0.001}),
    ("Adagrad", {"maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 0.001, "weight_decay": 0.1, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.02, "betas": [0.8, 0.9], "eps": 0.01, "weight_decay": 0.1, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.02, "betas": [0.8, 0.95], "eps": 0.001, "weight_decay": 0.1, "momentum_decay": 0.1}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.05, "betas": [0.8, 0.9], "eps": 0.001, "weight_decay": 0.1}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 4, "weight_decay": 0.1, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": [0.4, 1.5], "step_sizes": [0.01, 0.3], "maximize": True}),
]


def start(numel):
    return (torch.arange(numel, dtype=torch.float64) * 3 % 7 - 3) / 2


def gradient(numel, which, step):
    return ((torch.arange(numel, dtype=torch.float64) * 7 + step * 13 + which * 3) % 11 - 5) / 4


class NAdam(torch.optim.Optimizer):
    """NAdam as PyTorch 2 computes it: 1.13 puts mu into the product of the next step twice."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            lr, decay = group["lr"], group["momentum_decay"]
            for p in (p for p in group["params"] if p.grad is not None):
                state = self.state[p]
                if not state:
                    state["step"], state["mu_product"] = torch.tensor(0.0), torch.tensor(1.0)
                    state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(p), torch.zeros_like(p)
                state["step"] += 1
                step = state["step"].item()
                grad = p.grad.add(p, alpha=group["weight_decay"])
                mu = beta1 * (1 - 0.5 * 0.96 ** (step * decay))
                mu_next = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * decay))
                state["mu_product"] *= mu
                product = state["mu_product"].item()
                state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
                state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denom = state["exp_avg_sq"].div(1 - beta2**step).sqrt().add_(group["eps"])
                p.addcdiv_(grad, denom, value=-lr * (1 - mu) / (1 - product))
                p.addcdiv_(state["exp_avg"], denom, value=-lr * mu_next / (1 - product * mu_next))


def plain(value):
    if isinstance(value, torch.Tensor):
        return value.tolist()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def optimizer_run(name, options):
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    params = [torch.nn.Parameter(start(math.prod(shape)).reshape(shape)) for shape in SHAPES]
    kind = NAdam if name == "NAdam" else getattr(torch.optim, name)
    optimizer = kind(params, **given)
    seen = []
    state = None
    for step in range(1, 21):
        for i, p in enumerate(params):
            # The second parameter has no gradient in every fourth step.
            p.grad = None if i == 1 and step % 4 == 0 else gradient(p.numel(), i, step).reshape(p.shape)
        optimizer.step()
        if step % 5 == 0:
            seen.append([p.detach().reshape(-1).tolist() for p in params])
        if step == 10:
            state = plain(optimizer.state_dict())
    return {"optimizer": name, "options": options, "trajectory": seen[:2], "state": state, "rest": seen[2:]}


FUNCTIONS = {"halving": lambda epoch: 0.5**epoch, "falling": lambda epoch: 1 / (1 + epoch)}
ONE_CYCLE = {"total_steps": 20}
SCHEDULERS = [
    ("StepLR", [3], {}),
    ("StepLR", [4], {"gamma": 0.5}),
    ("MultiStepLR", [[3, 7, 7, 12]], {"gamma": 0.3}),
    ("ExponentialLR", [0.9], {}),
    ("ConstantLR", [], {}),
    ("ConstantLR", [], {"factor": 0.25, "total_iters": 8}),
    ("LinearLR", [], {}),
    ("LinearLR", [], {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 9}),
    ("PolynomialLR", [], {}),
    ("PolynomialLR", [], {"total_iters": 12, "power": 2.5}),
    ("CosineAnnealingLR", [6], {}),
    ("CosineAnnealingLR", [5], {"eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", [4], {}),
    ("CosineAnnealingWarmRestarts", [3], {"T_mult": 2, "eta_min": 0.01}),
    ("OneCycleLR", [0.5], ONE_CYCLE),
    ("OneCycleLR", [[0.5, 0.2]], {"epochs": 4, "steps_per_epoch": 5, "pct_start": 0.4}),
    ("OneCycleLR", [0.5], {**ONE_CYCLE, "anneal_strategy": "linear", "div_factor": 10.0, "final_div_factor": 100.0}),
    ("OneCycleLR", [0.5], {**ONE_CYCLE, "three_phase": True, "base_momentum": 0.7, "max_momentum": 0.9}),
    ("OneCycleLR", [0.5], {**ONE_CYCLE, "cycle_momentum": False}),
    ("CyclicLR", [0.01, 0.5], {"step_size_up": 4}),
    ("CyclicLR", [0.01, 0.5], {"step_size_up": 3, "step_size_down": 5, "mode": "triangular2", "base_momentum": 0.6}),
    ("CyclicLR", [0.01, 0.5], {"step_size_up": 4, "mode": "exp_range", "gamma": 0.9, "cycle_momentum": False}),
]


def make_optimizer(name):
    params = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    groups = [{"params": [params[0]]}, {"params": [params[1]], "lr": 0.3}]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.9) if name == "SGD" else torch.optim.Adam(groups, lr=0.1)


def momentum(optimizer):
    group = optimizer.param_groups[0]
    return group["betas"][0] if "betas" in group else group["momentum"]


def scheduler_run(name, args, options, optimizer_name="SGD", build=None, steps=19, metric=None):
    optimizer = make_optimizer(optimizer_name)
    make = build or (lambda o: getattr(lr_scheduler, name)(o, *args, **options))
    scheduler = make(optimizer)
    lrs = [[g["lr"] for g in optimizer.param_groups]]
    momenta = [momentum(optimizer)]
    for step in range(steps):
        optimizer.step()
        scheduler.step(metric(step)) if metric else scheduler.step()
        lrs.append([g["lr"] for g in optimizer.param_groups])
        momenta.append(momentum(optimizer))
    return {
        "scheduler": name,
        "optimizer": optimizer_name,
        "args": args,
        "options": options,
        "lrs": lrs,
        "momenta": momenta,
    }


def sequential(optimizer):
    linear = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=4)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, 8)
    step = lr_scheduler.StepLR(optimizer, 2)
    return lr_scheduler.SequentialLR(optimizer, [linear, cosine, step], [5, 13])


def chained(optimizer):
    constant = lr_scheduler.ConstantLR(optimizer, factor=0.1, total_iters=4)
    return lr_scheduler.ChainedScheduler([constant, lr_scheduler.ExponentialLR(optimizer, 0.9)])


def metric(step):
    return 1.0 if step > 3 else 5.0 - step


PLATEAU = [
    {"factor": 0.5, "patience": 2},
    {"factor": 0.5, "patience": 1, "cooldown": 2, "min_lr": 0.02, "threshold": 0.5, "threshold_mode": "abs"},
    {"factor": 0.5, "patience": 1, "mode": "max", "min_lr": [0.01, 0.1], "eps": 0.02},
]


def main():
    runs = [optimizer_run(name, options) for name, options in OPTIMIZERS]
    schedules = [scheduler_run(*entry) for entry in SCHEDULERS]
    schedules.append(scheduler_run("OneCycleLR", [0.5], ONE_CYCLE, "Adam"))
    for name in ("LambdaLR", "MultiplicativeLR"):
        for function in FUNCTIONS:
            build = lambda o: getattr(lr_scheduler, name)(o, FUNCTIONS[function])
            schedules.append(scheduler_run(name, [function], {}, build=build))
    schedules.append(scheduler_run("SequentialLR", [], {}, build=sequential))
    schedules.append(scheduler_run("ChainedScheduler", [], {}, build=chained))
    for options in PLATEAU:
        schedules.append(scheduler_run("ReduceLROnPlateau", [], options, metric=metric))
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/fixtures")
    for file, content in (("optim.json", runs), ("schedulers.json", schedules)):
        with open(os.path.join(folder, file), "w") as out:
            json.dump({"torch": torch.__version__, "runs": content}, out, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main()
