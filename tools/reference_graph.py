"""PyTorch Geometric's graph layers over edge lists, composed from PyTorch for the fixtures of the op table. Messages are summed
edge by edge; random draws come in PyTorch Geometric's order: each part's own, then `reset_parameters` of the layer."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def glorot(x):
    bound = math.sqrt(6 / (x.size(-2) + x.size(-1)))
    nn.init.uniform_(x, -bound, bound)


class Linear(nn.Linear):
    """A linear map without bias whose weight starts as Glorot and Bengio have it."""

    def __init__(self, n, m):
        super().__init__(n, m, bias=False)

    def reset_parameters(self):
        glorot(self.weight)


def reset(module):
    if hasattr(module, "reset_parameters"):
        module.reset_parameters()
    else:
        for child in module.children():
            reset(child)


def aggregate(messages, index, n, aggr):
    """One node after another; 0 where nothing arrives."""
    rows = []
    for i in range(n):
        found = messages[index == i]
        if len(found) == 0:
            rows.append(torch.zeros_like(messages[:1].sum(0)))
        elif aggr in ("sum", "add"):
            rows.append(found.sum(0))
        elif aggr == "mean":
            rows.append(found.mean(0))
        elif aggr == "mul":
            rows.append(found.prod(0))
        else:
            rows.append(found.amax(0) if aggr == "max" else found.amin(0))
    return torch.stack(rows)


def without_loops(edges):
    return edges[:, edges[0] != edges[1]]


def all_loops(n):
    return torch.arange(n).repeat(2, 1)


class Conv(nn.Module):
    def __init__(self, aggr="sum", flow="source_to_target"):
        super().__init__()
        self.aggr, self.flow = aggr, flow

    def ends(self, edges):
        return (edges[0], edges[1]) if self.flow == "source_to_target" else (edges[1], edges[0])

    def __repr__(self):
        return self.text


class GCNConv(Conv):
    def __init__(self, n, m, improved=False, cached=False, add_self_loops=True, normalize=True, bias=True, **more):
        super().__init__(**more)
        self.improved, self.loops, self.normalize = improved, add_self_loops and normalize, normalize
        self.lin = Linear(n, m)
        self.bias = nn.Parameter(torch.zeros(m)) if bias else None
        self.lin.reset_parameters()
        self.text = f"GCNConv({n}, {m})"

    def forward(self, x, edges, weight=None):
        n = len(x)
        y = self.lin(x)
        weight = y.new_ones(edges.size(1)) if weight is None else weight
        if self.loops:
            loop = edges[0] == edges[1]
            own = [y.new_tensor(2.0 if self.improved else 1.0)] * n
            for e in loop.nonzero()[:, 0].tolist():
                own[edges[0, e]] = weight[e]
            weight = torch.cat([weight[~loop], torch.stack(own)])
            edges = torch.cat([without_loops(edges), all_loops(n)], 1)
        source, target = self.ends(edges)
        if self.normalize:
            degree = aggregate(weight, target, n, "sum")
            root = torch.where(degree == 0, torch.zeros_like(degree), torch.where(degree == 0, torch.ones_like(degree), degree) ** -0.5)
            weight = root[source] * weight * root[target]
        out = aggregate(y[source] * weight[:, None], target, n, self.aggr)
        return out if self.bias is None else out + self.bias


class GATConv(Conv):
    def __init__(self, n, m, heads=1, concat=True, negative_slope=0.2, dropout=0.0, add_self_loops=True, edge_dim=None,
                 fill_value="mean", bias=True, residual=False, **more):
        super().__init__(**more)
        self.fill = fill_value
        self.heads, self.m, self.concat, self.slope, self.p, self.loops = heads, m, concat, negative_slope, dropout, add_self_loops
        self.lin = Linear(n, heads * m)
        self.att_src = nn.Parameter(torch.empty(1, heads, m))
        self.att_dst = nn.Parameter(torch.empty(1, heads, m))
        self.lin_edge = None if edge_dim is None else Linear(edge_dim, heads * m)
        self.att_edge = None if edge_dim is None else nn.Parameter(torch.empty(1, heads, m))
        self.res = Linear(n, heads * m if concat else m) if residual else None
        self.bias = nn.Parameter(torch.zeros(heads * m if concat else m)) if bias else None
        self.lin.reset_parameters()
        if edge_dim is not None:
            self.lin_edge.reset_parameters()
        if residual:
            self.res.reset_parameters()
        glorot(self.att_src)
        glorot(self.att_dst)
        if edge_dim is not None:
            glorot(self.att_edge)
        self.text = f"GATConv({n}, {m}, heads={heads})"

    def forward(self, x, edges, attr=None):
        n = len(x)
        y = self.lin(x).view(n, self.heads, self.m)
        if attr is not None and attr.dim() == 1:
            attr = attr[:, None]
        if self.loops and attr is not None:
            kept = edges[0] != edges[1]
            attr = attr[kept]
            if isinstance(self.fill, str):
                own = aggregate(attr, edges[1][kept], n, self.fill)
            else:
                own = torch.as_tensor(self.fill).to(attr.dtype).expand(n, attr.size(1))
            attr = torch.cat([attr, own])
        if self.loops:
            edges = torch.cat([without_loops(edges), all_loops(n)], 1)
        source, target = self.ends(edges)
        score = (y * self.att_src).sum(2)[source] + (y * self.att_dst).sum(2)[target]
        if attr is not None:
            score = score + (self.lin_edge(attr).view(-1, self.heads, self.m) * self.att_edge).sum(2)
        score = F.leaky_relu(score, self.slope)
        top = aggregate(score.detach(), target, n, "max")
        part = (score - top[target]).exp()
        alpha = part / (aggregate(part, target, n, "sum")[target] + 1e-16)
        alpha = F.dropout(alpha, self.p, self.training)
        out = aggregate(y[source] * alpha[:, :, None], target, n, self.aggr)
        out = out.reshape(n, -1) if self.concat else out.mean(1)
        out = out if self.res is None else out + self.res(x)
        return out if self.bias is None else out + self.bias


class SAGEConv(Conv):
    def __init__(self, n, m, aggr="mean", normalize=False, root_weight=True, project=False, bias=True, **more):
        super().__init__(aggr, **more)
        self.normalize = normalize
        self.lin = nn.Linear(n, n) if project else None
        self.lin_l = nn.Linear(n, m, bias=bias)
        self.lin_r = nn.Linear(n, m, bias=False) if root_weight else None
        if project:
            self.lin.reset_parameters()
        self.lin_l.reset_parameters()
        if root_weight:
            self.lin_r.reset_parameters()
        self.text = f"SAGEConv({n}, {m}, aggr={aggr})"

    def forward(self, x, edges):
        source, target = self.ends(edges)
        sent = x if self.lin is None else self.lin(x).relu()
        out = self.lin_l(aggregate(sent[source], target, len(x), self.aggr))
        out = out if self.lin_r is None else out + self.lin_r(x)
        return F.normalize(out, dim=-1) if self.normalize else out


class GINConv(Conv):
    def __init__(self, net, eps=0.0, train_eps=False, **more):
        super().__init__(**more)
        self.nn = net
        if train_eps:
            self.eps = nn.Parameter(torch.full((1,), eps))
        else:
            self.register_buffer("eps", torch.full((1,), eps))
        reset(net)
        self.text = f"GINConv(nn={net})"

    def forward(self, x, edges):
        source, target = self.ends(edges)
        return self.nn(aggregate(x[source], target, len(x), self.aggr) + (1 + self.eps) * x)


class EdgeConv(Conv):
    def __init__(self, net, aggr="max", **more):
        super().__init__(aggr, **more)
        self.nn = net
        reset(net)
        self.text = f"EdgeConv(nn={net})"

    def forward(self, x, edges):
        source, target = self.ends(edges)
        return aggregate(self.nn(torch.cat([x[target], x[source] - x[target]], -1)), target, len(x), self.aggr)
