"""What PyTorch 1.13 lacks and the op table needs, composed from what it has. All names are in scope of a row's `torch`."""

import math

import torch
import torch.nn.utils.prune

import reference_graph as graph
from reference_course import *


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None):
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html"""
    length, depth = query.size(-2), key.size(-2)
    factor = 1 / math.sqrt(query.size(-1)) if scale is None else scale
    bias = torch.zeros(length, depth, dtype=query.dtype)
    if is_causal:
        bias = bias.masked_fill(torch.ones(length, depth, dtype=torch.bool).tril().logical_not(), float("-inf"))
    if attn_mask is not None:
        if attn_mask.dtype == torch.bool:
            bias = torch.zeros(attn_mask.shape, dtype=query.dtype).masked_fill(attn_mask.logical_not(), float("-inf"))
        else:
            bias = attn_mask
    weights = torch.softmax(query @ key.transpose(-2, -1) * factor + bias, dim=-1)
    return torch.dropout(weights, dropout_p, train=True) @ value


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html"""
    dims = tuple(range(-len(normalized_shape), 0))
    eps = torch.finfo(input.dtype).eps if eps is None else eps
    y = input * torch.rsqrt(input.square().mean(dims, keepdim=True) + eps)
    return y if weight is None else y * weight


class RMSNorm(torch.nn.Module):
    """https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html"""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True):
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = torch.nn.Parameter(torch.ones(self.normalized_shape)) if elementwise_affine else None

    def forward(self, x):
        return rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class _WeightNorm(torch.nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, g, v):
        return torch._weight_norm(v, g, self.dim)

    def right_inverse(self, weight):
        return torch.norm_except_dim(weight, 2, self.dim), weight


def weight_norm_parametrization(module, name="weight", dim=0):
    """https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html"""
    return torch.nn.utils.parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class Symmetric(torch.nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).mT

    def right_inverse(self, x):
        return x.triu()


class Doubled(torch.nn.Module):
    def forward(self, x):
        return x * 2

    def right_inverse(self, x):
        return x / 2
def without_bias(make):
    """The layer of a transformer that `make` makes, as with bias=False: https://github.com/pytorch/pytorch/pull/101687."""
    originals = [(kind, kind.__init__) for kind in (torch.nn.Linear, torch.nn.MultiheadAttention)]

    def biasless(original):
        return lambda self, *args, **options: original(self, *args, **{**options, "bias": False})

    for kind, original in originals:
        kind.__init__ = biasless(original)
    try:
        made = make()
    finally:
        for kind, original in originals:
            kind.__init__ = original
    for module in made.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.bias = None
    return made


def linear_attention(q, k, v, causal, eps):
    """Attention with the weights q kᵀ of features q and k, as a whole matrix: Katharopoulos et al. 2020, eq. 4."""
    weights = q @ k.transpose(-2, -1)
    if causal:
        weights = weights.tril()
    return weights @ v / (weights.sum(-1, keepdim=True) + eps)


def performer_attention(q, k, v, projection, causal, scale, eps):
    """Softmax attention by positive random features: Choromanski et al. 2021, with the stabilisation of their code."""

    def features(x, dims):
        x = x * math.sqrt(scale)
        exponents = x @ projection.T
        return torch.exp(exponents - x.square().sum(-1, keepdim=True) / 2 - exponents.amax(dims, keepdim=True)) + eps

    return linear_attention(features(q, (-1,)), features(k, (-1, -2)), v, causal, 0)


def orthogonal_features(features, dim):
    """Rows of random orthogonal matrices, as long as rows of normal numbers."""
    blocks = [torch.nn.init.orthogonal_(torch.empty(dim, dim)) for _ in range(0, features, dim)]
    return torch.cat(blocks)[:features] * torch.randn(features, dim).norm(dim=1, keepdim=True)


class LinearAttention(torch.nn.Module):
    """Heads around linear_attention."""

    def __init__(self, embed_dim, heads, bias=True, batch_first=False, is_causal=False):
        super().__init__()
        self.heads, self.batch_first, self.is_causal = heads, batch_first, is_causal
        self.embed_dim = embed_dim
        self.in_proj_weight = torch.nn.Parameter(torch.empty(3 * embed_dim, embed_dim))
        self.in_proj_bias = torch.nn.Parameter(torch.zeros(3 * embed_dim)) if bias else None
        self.out_proj = torch.nn.Linear(embed_dim, embed_dim, bias=bias)
        torch.nn.init.xavier_uniform_(self.in_proj_weight)
        if bias:
            torch.nn.init.zeros_(self.out_proj.bias)

    def attend(self, q, k, v):
        elu = torch.nn.functional.elu
        return linear_attention(elu(q) + 1, elu(k) + 1, v, self.is_causal, 1e-6)

    def forward(self, query, key):
        biases = (None,) * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        parts = []
        for x, weight, bias in zip((query, key, key), self.in_proj_weight.chunk(3), biases):
            y = torch.nn.functional.linear(x, weight, bias).unflatten(-1, (self.heads, -1))
            y = y.unsqueeze(0) if x.dim() == 2 else y if self.batch_first else y.transpose(0, 1)
            parts.append(y.transpose(1, 2))
        y = self.attend(*parts).transpose(1, 2).flatten(-2)
        y = y.squeeze(0) if query.dim() == 2 else y if self.batch_first else y.transpose(0, 1)
        return self.out_proj(y)

    def extra_repr(self):
        flags = [f"{name}=True" for name in ("batch_first", "is_causal") if getattr(self, name)]
        return ", ".join([f"{self.embed_dim}, {self.heads}", *flags])


class PerformerAttention(LinearAttention):
    """Heads around performer_attention."""

    def __init__(self, embed_dim, heads, features, **options):
        super().__init__(embed_dim, heads, **options)
        self.features = features
        self.register_buffer("projection", orthogonal_features(features, embed_dim // heads))

    def attend(self, q, k, v):
        return performer_attention(q, k, v, self.projection, self.is_causal, q.size(-1) ** -0.5, 1e-4)

    def extra_repr(self):
        return f"{super().extra_repr()}, num_features={self.features}"


def text(string):
    """A text as a tensor of its characters."""
    return torch.tensor([ord(character) for character in string], dtype=torch.uint8)


def layer(module, outputs, evaluated=None):
    """What the check of a layer compares: its outputs, the gradients of its parameters, parameters, buffers, names, and
    how it prints; then its outputs in eval mode, from the function `evaluated`. As `layer` in test/harness/layer.ts."""
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    ends = [y for y in outputs if y.requires_grad]
    parameters = [p for p in module.parameters() if p.requires_grad]
    grads = []
    if ends and parameters:
        weights = [weight(y, i) for i, y in enumerate(outputs) if y.requires_grad]
        grads = torch.autograd.grad(ends, parameters, weights, retain_graph=True, allow_unused=True)
        grads = [torch.zeros_like(p) if dp is None else dp for p, dp in zip(parameters, grads)]
    state = module.state_dict()
    after = []
    if evaluated is not None:
        module.eval()
        after = evaluated()
        after = list(after) if isinstance(after, (tuple, list)) else [after]
    return [*outputs, *grads, *(x.detach().clone() for x in state.values()), text("\n".join(state)), text(repr(module)), *after]


def weight(result, which, period=None):
    """As resultWeight in test/harness/random.ts; with a period, the weights repeat."""
    index = torch.arange(result.numel(), dtype=torch.int64)
    if period:
        index %= period
    value = (((index + 1) * 40503 + 12345 * (which + 1)) & 0xFFFF).to(torch.float64) / 32768 - 1
    return value.reshape(result.shape).to(result.dtype)


class ZeroPad1d(torch.nn.ConstantPad1d):
    """https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html"""

    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad3d(torch.nn.ConstantPad3d):
    """https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html"""

    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class CircularPad1d(torch.nn.ReflectionPad1d):
    """https://pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html"""

    def forward(self, x):
        return torch.nn.functional.pad(x, self.padding, "circular")


class CircularPad2d(torch.nn.ReflectionPad2d):
    """https://pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html"""

    def forward(self, x):
        return torch.nn.functional.pad(x, self.padding, "circular")


class CircularPad3d(torch.nn.ReflectionPad3d):
    """https://pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html"""

    def forward(self, x):
        return torch.nn.functional.pad(x, self.padding, "circular")


class GlobalAvgPool(torch.nn.Module):
    """The mean of each channel (Lin, Chen and Yan 2014)."""

    def __init__(self, keepdim=False):
        super().__init__()
        self.keepdim = keepdim

    def forward(self, x):
        return x.mean(tuple(range(2, x.dim())), keepdim=self.keepdim)

    def extra_repr(self):
        return f"keepdim={self.keepdim}"


class MixedPool2d(torch.nn.Module):
    """alpha·max + (1 - alpha)·mean (Lee, Gallagher and Tu 2016, section 3.1)."""

    def __init__(self, kernel_size, stride=None, padding=0, channels=1):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.channels = channels
        self.alpha = torch.nn.Parameter(torch.full((channels, 1, 1), 0.5))

    def mixed(self, x, share):
        largest = torch.nn.functional.max_pool2d(x, self.kernel_size, self.stride, self.padding)
        mean = torch.nn.functional.avg_pool2d(x, self.kernel_size, self.stride, self.padding)
        return share * largest + (1 - share) * mean

    def forward(self, x):
        return self.mixed(x, self.alpha)

    def extra_repr(self):
        size = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{size}, channels={self.channels}"


class GatedPool2d(MixedPool2d):
    """g·max + (1 - g)·mean with g = sigmoid(weight · window) (Lee, Gallagher and Tu 2016, section 3.2)."""

    def __init__(self, kernel_size, stride=None, padding=0, channels=1):
        super().__init__(kernel_size, stride, padding, channels)
        del self.alpha
        kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.weight = torch.nn.Parameter(torch.empty(channels, 1, *kernel))
        torch.nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))

    def forward(self, x):
        channels = x.size(-3)
        filters = self.weight.expand(channels, -1, -1, -1)
        gate = torch.nn.functional.conv2d(x, filters, None, self.stride, self.padding, 1, channels)
        return self.mixed(x, torch.sigmoid(gate))


class AttentionPool(torch.nn.Module):
    """softmax(w·tanh(V·x)) over positions as weights of x (Ilse, Tomczak and Welling 2018)."""

    def __init__(self, channels, hidden=None, gated=False):
        super().__init__()
        self.channels, self.hidden, self.gated = channels, hidden or channels, gated
        self.V = torch.nn.Parameter(torch.empty(self.hidden, channels))
        self.U = torch.nn.Parameter(torch.empty(self.hidden, channels)) if gated else None
        self.w = torch.nn.Parameter(torch.empty(1, self.hidden))
        for weight in self.parameters():
            torch.nn.init.kaiming_uniform_(weight, a=math.sqrt(5))

    def forward(self, x):
        positions = x.flatten(2).transpose(1, 2)
        features = torch.tanh(positions @ self.V.T)
        if self.gated:
            features = features * torch.sigmoid(positions @ self.U.T)
        weights = torch.softmax(features @ self.w.T, 1)
        return (positions * weights).sum(1)

    def extra_repr(self):
        return f"{self.channels}, hidden={self.hidden}, gated={self.gated}"


class LoRALinear(torch.nn.Module):
    """base(x) + alpha / rank * B A x (Hu et al. 2021); `merged`: by one weight."""

    def __init__(self, base, rank, alpha=1, dropout=0, filled=False, merged=False):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.rank, self.alpha, self.dropout, self.merged = rank, alpha, dropout, merged
        self.lora_A = torch.nn.Parameter(torch.empty(rank, base.in_features))
        self.lora_B = torch.nn.Parameter(torch.zeros(base.out_features, rank))
        torch.nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))
        if filled:
            torch.nn.init.uniform_(self.lora_B)
        if merged:
            base.weight.add_(alpha / rank * (self.lora_B @ self.lora_A).detach())

    def forward(self, x):
        if self.merged:
            return self.base(x)
        x_in = torch.nn.functional.dropout(x, self.dropout, self.training)
        return self.base(x) + self.alpha / self.rank * (x_in @ self.lora_A.T @ self.lora_B.T)

    def extra_repr(self):
        return f"rank={self.rank}, alpha={self.alpha}, dropout={self.dropout}"


def install(torch):
    """Adds them to torch.nn.functional where it has none."""
    for function in (scaled_dot_product_attention, rms_norm):
        if not hasattr(torch.nn.functional, function.__name__):
            setattr(torch.nn.functional, function.__name__, function)
