"""Optimizers that torch 1.13 does not have, or not as PyTorch 2 computes them, written from their formulas for tools/reference_optim.py."""

import math

import torch
from torch.optim import Optimizer


class Rule(Optimizer):
    """An optimizer by a rule for one parameter: `begin` makes its state, `change` moves it."""

    def __init__(self, params, **options):
        super().__init__(params, {**self.defaults, **options})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["step"] = torch.tensor(0.0)
                    state.update(self.begin(p))
                state["step"] += 1
                grad = -p.grad if group["maximize"] else p.grad
                self.change(p, grad, state, state["step"].item(), **group)
        return loss


def moments(p):
    return {"exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.zeros_like(p)}


def averages(state, grad, betas):
    m = state["exp_avg"].mul_(betas[0]).add_(grad, alpha=1 - betas[0])
    v = state["exp_avg_sq"].mul_(betas[1]).addcmul_(grad, grad, value=1 - betas[1])
    return m, v


def decayed(p, grad, lr, weight_decay, decoupled):
    if not decoupled:
        return grad + weight_decay * p
    p.mul_(1 - lr * weight_decay)
    return grad


class NAdam(Rule):
    """As PyTorch 2 computes it: 1.13 puts mu into the product of the next step twice."""

    defaults = dict(
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
        maximize=False,
    )

    def begin(self, p):
        return {"mu_product": torch.tensor(1.0), **moments(p)}

    def change(self, p, g, state, step, lr, betas, eps, weight_decay, momentum_decay, decoupled_weight_decay, **_):
        g = decayed(p, g, lr, weight_decay, decoupled_weight_decay)
        mu = betas[0] * (1 - 0.5 * 0.96 ** (step * momentum_decay))
        mu_next = betas[0] * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
        state["mu_product"] *= mu
        product = state["mu_product"].item()
        m, v = averages(state, g, betas)
        denom = (v / (1 - betas[1] ** step)).sqrt() + eps
        p.addcdiv_(g, denom, value=-lr * (1 - mu) / (1 - product))
        p.addcdiv_(m, denom, value=-lr * mu_next / (1 - product * mu_next))


class RAdam(Rule):
    """As PyTorch 2: with maximize and decoupled_weight_decay."""

    defaults = dict(
        lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, maximize=False
    )

    def begin(self, p):
        return moments(p)

    def change(self, p, g, state, step, lr, betas, eps, weight_decay, decoupled_weight_decay, **_):
        g = decayed(p, g, lr, weight_decay, decoupled_weight_decay)
        m, v = averages(state, g, betas)
        corrected = m / (1 - betas[0] ** step)
        rho_inf = 2 / (1 - betas[1]) - 1
        rho = rho_inf - 2 * step * betas[1] ** step / (1 - betas[1] ** step)
        if rho > 5:
            rect = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            p.sub_(lr * corrected * rect * math.sqrt(1 - betas[1] ** step) / (v.sqrt() + eps))
        else:
            p.sub_(lr * corrected)


class Lion(Rule):
    defaults = dict(lr=1e-4, betas=(0.9, 0.99), weight_decay=0, maximize=False)

    def begin(self, p):
        return {"exp_avg": torch.zeros_like(p)}

    def change(self, p, g, state, step, lr, betas, weight_decay, **_):
        m = state["exp_avg"]
        update = torch.sign(betas[0] * m + (1 - betas[0]) * g)
        p.copy_((1 - lr * weight_decay) * p - lr * update)
        m.copy_(betas[1] * m + (1 - betas[1]) * g)


class LARS(Rule):
    defaults = dict(lr=0.1, momentum=0.9, weight_decay=0, trust_coefficient=1e-3, eps=1e-8, maximize=False)

    def begin(self, p):
        return {"momentum_buffer": torch.zeros_like(p)}

    def change(self, p, g, state, step, lr, momentum, weight_decay, trust_coefficient, eps, **_):
        size, slope = p.norm().item(), g.norm().item()
        rate = trust_coefficient * size / (slope + weight_decay * size + eps) if size > 0 and slope > 0 else 1.0
        v = state["momentum_buffer"]
        v.copy_(momentum * v + lr * rate * (g + weight_decay * p))
        p.sub_(v)


class LAMB(Rule):
    defaults = dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0, maximize=False)

    def begin(self, p):
        return moments(p)

    def change(self, p, g, state, step, lr, betas, eps, weight_decay, **_):
        m, v = averages(state, g, betas)
        u = (m / (1 - betas[0] ** step)) / ((v / (1 - betas[1] ** step)).sqrt() + eps) + weight_decay * p
        size, length = p.norm().item(), u.norm().item()
        p.sub_(lr * (size / length if size > 0 and length > 0 else 1.0) * u)


class Muon(Rule):
    """torch.optim.Muon of PyTorch 2.9, but for its rounding to bfloat16."""

    defaults = dict(
        lr=1e-3,
        weight_decay=0.1,
        momentum=0.95,
        nesterov=True,
        ns_coefficients=(3.4445, -4.7750, 2.0315),
        eps=1e-7,
        ns_steps=5,
        adjust_lr_fn=None,
        maximize=False,
    )

    def begin(self, p):
        return {"momentum_buffer": torch.zeros_like(p)}

    def change(
        self, p, g, state, step, lr, weight_decay, momentum, nesterov, ns_coefficients, eps, ns_steps, adjust_lr_fn, **_
    ):
        buf = state["momentum_buffer"]
        buf.lerp_(g, 1 - momentum)
        x = g.lerp(buf, momentum) if nesterov else buf
        tall = x.shape[0] > x.shape[1]
        x = x.T if tall else x
        x = x / x.norm().clamp(min=eps)
        a, b, c = ns_coefficients
        for _ in range(ns_steps):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        x = x.T if tall else x
        rows, columns = p.shape
        ratio = math.sqrt(max(1, rows / columns))
        if adjust_lr_fn == "match_rms_adamw":
            ratio = 0.2 * math.sqrt(max(rows, columns))
        p.mul_(1 - lr * weight_decay)
        p.add_(x, alpha=-lr * ratio)


class Around:
    """An optimizer around another one."""

    def __init__(self, inner):
        self.inner = inner
        self.params = [p for group in inner.param_groups for p in group["params"]]

    def state_dict(self):
        dict = self.inner.state_dict()
        for group in dict["param_groups"]:
            group.update(self.options())
        return dict


class SAM(Around):
    def __init__(self, inner, rho=0.05, adaptive=False):
        super().__init__(inner)
        rhos = rho if isinstance(rho, list) else [rho] * len(inner.param_groups)
        self.adaptive = adaptive
        self.rhos = [rho for rho, group in zip(rhos, inner.param_groups) for _ in group["params"]]
        for rho, group in zip(rhos, inner.param_groups):
            group.update(rho=rho, adaptive=adaptive)

    def options(self):
        return {}

    def step(self, closure):
        loss = closure()
        with torch.no_grad():
            before = [p.clone() for p in self.params]
            weights = [p.abs() if self.adaptive else torch.ones_like(p) for p in self.params]
            norm = math.sqrt(sum(((w * p.grad) ** 2).sum().item() for w, p in zip(weights, self.params)))
            for w, p, rho in zip(weights, self.params, self.rhos):
                p.add_(w**2 * p.grad * rho / (norm + 1e-12))
        closure()
        with torch.no_grad():
            for p, old in zip(self.params, before):
                p.copy_(old)
        self.inner.step()
        return loss


class Lookahead(Around):
    def __init__(self, inner, k=5, alpha=0.5):
        super().__init__(inner)
        self.k, self.alpha, self.steps = k, alpha, 0
        self.slow = [p.detach().clone() for p in self.params]

    def options(self):
        return {"lookahead_k": self.k, "lookahead_alpha": self.alpha, "lookahead_step": self.steps}

    def state_dict(self):
        dict = super().state_dict()
        for i, slow in enumerate(self.slow):
            dict["state"].setdefault(i, {})["lookahead_slow_buff"] = slow
        return dict

    def step(self, closure=None):
        loss = self.inner.step(closure) if closure else self.inner.step()
        self.steps += 1
        if self.steps == self.k:
            self.steps = 0
            with torch.no_grad():
                for p, slow in zip(self.params, self.slow):
                    slow += self.alpha * (p - slow)
                    p.copy_(slow)
        return loss
