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
    """A linear map whose weight starts as Glorot and Bengio have it."""

    def __init__(self, n, m, bias=False):
        super().__init__(n, m, bias=bias)

    def reset_parameters(self):
        glorot(self.weight)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            nn.init.uniform_(self.bias, -bound, bound)


def pair(x):
    return x if isinstance(x, (tuple, list)) else (x, x)


def count(x, size=None):
    """The number of nodes of the second side."""
    x, size = pair(x), size or (None, None)
    return size[1] if x[1] is None and size[1] is not None else len(x[0] if x[1] is None else x[1])


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


class Attention(Conv):
    """What GATConv and GATv2Conv share."""

    def common(self, n, m, heads, concat, slope, dropout, loops, fill):
        self.heads, self.m, self.concat, self.slope, self.p, self.loops = heads, m, concat, slope, dropout, loops
        self.fill = fill
        self.text = f"{type(self).__name__}({n}, {m}, heads={heads})"

    def by_head(self, y):
        return None if y is None else y.view(-1, self.heads, self.m)

    def attend(self, x, y, edges, attr, size, score):
        """y are the mapped nodes of both sides; score makes scores of the nodes at both ends and of features of edges."""
        n = count(y, size)
        loops = min(len(y[0]), n)
        if attr is not None and attr.dim() == 1:
            attr = attr[:, None]
        if self.loops and attr is not None:
            kept = edges[0] != edges[1]
            attr = attr[kept]
            if isinstance(self.fill, str):
                own = aggregate(attr, edges[1][kept], loops, self.fill)
            else:
                own = torch.as_tensor(self.fill).to(attr.dtype).expand(loops, attr.size(1))
            attr = torch.cat([attr, own])
        if self.loops:
            edges = torch.cat([without_loops(edges), all_loops(loops)], 1)
        source, target = self.ends(edges)
        ends = y if self.flow == "source_to_target" else (y[1], y[0])
        n = n if self.flow == "source_to_target" else len(y[0])
        features = None if attr is None else self.by_head(self.lin_edge(attr))
        values = score(ends[0][source], None if ends[1] is None else ends[1][target], features)
        top = aggregate(values.detach(), target, n, "max")
        part = (values - top[target]).exp()
        alpha = part / (aggregate(part, target, n, "sum")[target] + 1e-16)
        alpha = F.dropout(alpha, self.p, self.training)
        out = aggregate(ends[0][source] * alpha[:, :, None], target, n, self.aggr)
        out = out.reshape(n, -1) if self.concat else out.mean(1)
        out = out if self.res is None or pair(x)[1] is None else out + self.res(pair(x)[1])
        self.shown = [edges.int(), alpha]
        return out if self.bias is None else out + self.bias

    def with_weights(self, *args):
        return [self(*args), *self.shown]


class GATConv(Attention):
    def __init__(self, n, m, heads=1, concat=True, negative_slope=0.2, dropout=0.0, add_self_loops=True, edge_dim=None,
                 fill_value="mean", bias=True, residual=False, **more):
        super().__init__(**more)
        self.common(n, m, heads, concat, negative_slope, dropout, add_self_loops, fill_value)
        one, (first, second) = isinstance(n, int), pair(n)
        self.lin = Linear(first, heads * m) if one else None
        self.lin_src = None if one else Linear(first, heads * m)
        self.lin_dst = None if one else Linear(second, heads * m)
        self.att_src = nn.Parameter(torch.empty(1, heads, m))
        self.att_dst = nn.Parameter(torch.empty(1, heads, m))
        self.lin_edge = None if edge_dim is None else Linear(edge_dim, heads * m)
        self.att_edge = None if edge_dim is None else nn.Parameter(torch.empty(1, heads, m))
        self.res = Linear(second, heads * m if concat else m) if residual else None
        self.bias = nn.Parameter(torch.zeros(heads * m if concat else m)) if bias else None
        for part in (self.lin, self.lin_src, self.lin_dst, self.lin_edge, self.res):
            if part is not None:
                part.reset_parameters()
        glorot(self.att_src)
        glorot(self.att_dst)
        if edge_dim is not None:
            glorot(self.att_edge)

    def forward(self, x, edges, attr=None, size=None):
        first, second = pair(x)
        y = [self.by_head((self.lin or self.lin_src)(first))]
        y.append(None if second is None else self.by_head((self.lin or self.lin_dst)(second)))

        def score(sent, received, features):
            total = (sent * self.att_src).sum(2)
            total = total if received is None else total + (received * self.att_dst).sum(2)
            total = total if features is None else total + (features * self.att_edge).sum(2)
            return F.leaky_relu(total, self.slope)

        return self.attend(x, y, edges, attr, size, score)


class GATv2Conv(Attention):
    def __init__(self, n, m, heads=1, concat=True, negative_slope=0.2, dropout=0.0, add_self_loops=True, edge_dim=None,
                 fill_value="mean", bias=True, share_weights=False, residual=False, **more):
        super().__init__(**more)
        self.common(n, m, heads, concat, negative_slope, dropout, add_self_loops, fill_value)
        first, second = pair(n)
        self.lin_l = Linear(first, heads * m, bias)
        self.lin_r = self.lin_l if share_weights else Linear(second, heads * m, bias)
        self.att = nn.Parameter(torch.empty(1, heads, m))
        self.lin_edge = None if edge_dim is None else Linear(edge_dim, heads * m)
        self.res = Linear(second, heads * m if concat else m) if residual else None
        self.bias = nn.Parameter(torch.zeros(heads * m if concat else m)) if bias else None
        for part in (self.lin_l, self.lin_r, self.lin_edge, self.res):
            if part is not None:
                part.reset_parameters()
        glorot(self.att)

    def forward(self, x, edges, attr=None, size=None):
        first, second = pair(x)
        y = [self.by_head(self.lin_l(first)), None if second is None else self.by_head(self.lin_r(second))]

        def score(sent, received, features):
            total = sum(part for part in (sent, received, features) if part is not None)
            return (F.leaky_relu(total, self.slope) * self.att).sum(2)

        return self.attend(x, y, edges, attr, size, score)


class SAGEConv(Conv):
    def __init__(self, n, m, aggr="mean", normalize=False, root_weight=True, project=False, bias=True, **more):
        super().__init__(aggr, **more)
        self.normalize = normalize
        first, second = pair(n)
        self.lin = nn.Linear(first, first) if project else None
        self.lin_l = nn.Linear(first, m, bias=bias)
        self.lin_r = nn.Linear(second, m, bias=False) if root_weight else None
        if project:
            self.lin.reset_parameters()
        self.lin_l.reset_parameters()
        if root_weight:
            self.lin_r.reset_parameters()
        self.text = f"SAGEConv({n}, {m}, aggr={aggr})"

    def forward(self, x, edges, size=None):
        source, target = self.ends(edges)
        first, own = pair(x)
        sent = first if self.lin is None else self.lin(first).relu()
        out = self.lin_l(aggregate(sent[source], target, count(x, size), self.aggr))
        out = out if self.lin_r is None or own is None else out + self.lin_r(own)
        return F.normalize(out, dim=-1) if self.normalize else out


class GraphConv(Conv):
    def __init__(self, n, m, aggr="sum", bias=True, **more):
        super().__init__(aggr, **more)
        first, second = pair(n)
        self.lin_rel = nn.Linear(first, m, bias=bias)
        self.lin_root = nn.Linear(second, m, bias=False)
        self.lin_rel.reset_parameters()
        self.lin_root.reset_parameters()
        self.text = f"GraphConv({n}, {m})"

    def forward(self, x, edges, weight=None, size=None):
        source, target = self.ends(edges)
        first, own = pair(x)
        sent = first[source] if weight is None else first[source] * weight[:, None]
        out = self.lin_rel(aggregate(sent, target, count(x, size), self.aggr))
        return out if own is None else out + self.lin_root(own)


class GINConv(Conv):
    def __init__(self, net, eps=0.0, train_eps=False, **more):
        super().__init__(**more)
        self.nn = net
        if train_eps:
            self.eps = nn.Parameter(torch.full((1,), eps))
        else:
            self.register_buffer("eps", torch.full((1,), eps))
        reset(net)
        self.text = f"{type(self).__name__}(nn={net})"

    def message(self, sent, attr):
        return sent

    def forward(self, x, edges, attr=None, size=None):
        source, target = self.ends(edges)
        first, own = pair(x)
        out = aggregate(self.message(first[source], attr), target, count(x, size), self.aggr)
        return self.nn(out if own is None else out + (1 + self.eps) * own)


class GINEConv(GINConv):
    def __init__(self, net, eps=0.0, train_eps=False, edge_dim=None, **more):
        nn.Module.__init__(self)
        width = next(part for part in net.modules() if isinstance(part, nn.Linear)).in_features
        lin = None if edge_dim is None else nn.Linear(edge_dim, width)
        super().__init__(net, eps, train_eps, **more)
        self.lin = lin
        if lin is not None:
            lin.reset_parameters()

    def message(self, sent, attr):
        return (sent + (attr if self.lin is None else self.lin(attr))).relu()


class EdgeConv(Conv):
    def __init__(self, net, aggr="max", **more):
        super().__init__(aggr, **more)
        self.nn = net
        reset(net)
        self.text = f"EdgeConv(nn={net})"

    def forward(self, x, edges):
        source, target = self.ends(edges)
        return aggregate(self.nn(torch.cat([x[target], x[source] - x[target]], -1)), target, len(x), self.aggr)
