"""Layers of the course that PyTorch does not have, by their formulas, for the rows of the table."""

import torch


class RBF(torch.nn.Module):
    """Formula: src/nn/rbf.ts."""

    def __init__(self, in_features, num_centres, basis="gaussian"):
        super().__init__()
        self.centres = torch.nn.Parameter(torch.randn(num_centres, in_features))
        self.widths = torch.nn.Parameter(torch.ones(num_centres))
        self.basis = basis

    def forward(self, x):
        r2 = (x.unsqueeze(-2) - self.centres).square().sum(-1) / self.widths.square()
        return {
            "gaussian": lambda: torch.exp(-r2),
            "multiquadric": lambda: torch.sqrt(1 + r2),
            "inverseMultiquadric": lambda: 1 / torch.sqrt(1 + r2),
            "inverseQuadratic": lambda: 1 / (1 + r2),
            "quadratic": lambda: r2,
        }[self.basis]()

    def extra_repr(self):
        count, size = self.centres.shape
        return f"in_features={size}, num_centres={count}, basis={self.basis}"


class RBFNetwork(torch.nn.Module):
    def __init__(self, in_features, num_centres, out_features, basis="gaussian", bias=True):
        super().__init__()
        self.rbf = RBF(in_features, num_centres, basis)
        self.linear = torch.nn.Linear(num_centres, out_features, bias)

    def forward(self, x):
        return self.linear(self.rbf(x))


class RBM(torch.nn.Module):
    """Formula: src/nn/rbm.ts."""

    def __init__(self, visible, hidden):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(hidden, visible).normal_(0, 0.01))
        self.visible_bias = torch.nn.Parameter(torch.zeros(visible))
        self.hidden_bias = torch.nn.Parameter(torch.zeros(hidden))

    def forward(self, v):
        return torch.sigmoid(v @ self.weight.T + self.hidden_bias)

    def gibbs(self, v, k=1):
        with torch.no_grad():
            for _ in range(k):
                h = torch.bernoulli(self(v).float()).to(v.dtype)
                v = torch.bernoulli(torch.sigmoid(h @ self.weight + self.visible_bias).float()).to(v.dtype)
        return v

    def free_energy(self, v):
        return -(v @ self.visible_bias) - torch.log1p(torch.exp(v @ self.weight.T + self.hidden_bias)).sum(-1)

    def extra_repr(self):
        hidden, visible = self.weight.shape
        return f"visible={visible}, hidden={hidden}"


class Adapter(torch.nn.Module):
    """Formula: src/nn/adapter.ts."""

    def __init__(self, features, bottleneck, activation=None):
        super().__init__()
        self.down = torch.nn.Linear(features, bottleneck)
        self.activation = torch.nn.GELU() if activation is None else activation
        self.up = torch.nn.Linear(bottleneck, features)
        torch.nn.init.zeros_(self.up.weight)
        torch.nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(self.activation(self.down(x)))


class ParallelAdapter(torch.nn.Module):
    def __init__(self, layer, adapter):
        super().__init__()
        self.layer = layer
        self.adapter = adapter

    def forward(self, x):
        return self.layer(x) + self.adapter(x)
