/** Options of functions for networks, and of layers that PyTorch does not have, where their absence would be seen. */
import { Scope } from '../../src/runtime/scope.js';
import { F, Generator, nn, tensor, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const plain = { grad: false };
const single = true;

/** One generator for all: it outlives scopes. */
let shared: Generator | null = null;
const own = (): Generator => (shared ??= new Generator()).manualSeed(7);

/** What a module keeps outlives scopes; here the test's scope takes it. */
function owned<M extends nn.Module>(module: M): M {
  for (const kept of [...module.parameters(), ...module.buffers()]) kept.moveTo(Scope.current);
  return module;
}

const critic =
  (w: Tensor): ((x: Tensor) => Tensor) =>
  (x) =>
    x.matmul(w).tanh().sum(1);
const CRITIC = [
  'r, k = r.detach(), k.detach(); e = torch.rand(5, 1); c = lambda x: torch.tanh(x @ w).sum(1)',
  'b = (k + e * (r - k)).requires_grad_(); n = torch.autograd.grad(c(b).sum(), b, create_graph=True)[0].norm(dim=1)',
].join('\n');
const samples = { r: f([5, 3]), k: f([5, 3]), w: f([3, 4]) };
const prompt = (): Tensor => tensor([[0, 2], [1, 3]], { dtype: 'int32' }); // prettier-ignore
const PROMPT = 't = torch.tensor([[0, 2], [1, 3]])';

export const rows: Row[] = [
  row('gradientPenalty', {
    cases: [
      {
        in: samples,
        seed: 3,
        run: ({ r, k, w }) => F.gradientPenalty(critic(w), r, k, { target: 2, oneSided: true }),
        torch: `${CRITIC}; 10 * F.relu(n - 2).square().mean()`,
        layouts: false,
      },
    ],
  }),
  row('wassersteinCriticLoss', {
    cases: [
      {
        in: samples,
        seed: 3,
        run: ({ r, k, w }) => F.wassersteinCriticLoss(critic(w), r, k, { target: 2, oneSided: true }),
        torch: `y = ((k @ w).tanh().sum(1) - (r @ w).tanh().sum(1)).mean(); ${CRITIC}; y + 10 * F.relu(n - 2).square().mean()`,
        layouts: false,
      },
    ],
  }),
  row('adaptiveClipGrad_', {
    cases: [
      {
        in: { x: f([4, 3], { ...plain, min: 0, max: 0.1 }), dx: f([4, 3], plain) },
        run: ({ x, dx }) => {
          const p = x.detach().clone().requiresGrad_();
          p.grad = dx.detach().clone();
          nn.utils.adaptiveClipGrad_([p], { eps: 2 });
          return p.grad;
        },
        torch: 'dx * (0.02 / dx.norm(dim=1, keepdim=True))',
      },
    ],
  }),
  row('norms', {
    cases: [
      {
        in: { x: f([2, 4]), b: f([4]) },
        run: ({ x, b: bias }) => [F.layerNorm(x, [4], { bias }), F.groupNorm(x, 2, { bias })],
        // PyTorch 1.13 cannot differentiate group_norm with a bias and no weight.
        torch: '[F.layer_norm(x, (4,)) + b, F.group_norm(x, 2) + b]',
      },
    ],
  }),
  row('maxUnpool', {
    cases: [
      {
        in: { x: f([1, 2, 6]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool1d(x, 2, { stride: 3, padding: 1, returnIndices: true });
          return F.maxUnpool1d(y, indices, 2, { stride: 3, padding: 1 });
        },
        torch: 'F.max_unpool1d(*F.max_pool1d(x, 2, 3, 1, return_indices=True), 2, 3, 1)',
      },
      {
        in: { x: f([1, 1, 6, 6]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool2d(x, 2, { stride: 3, padding: 1, returnIndices: true });
          return F.maxUnpool2d(y, indices, 2, { stride: 3, padding: 1 });
        },
        torch: 'F.max_unpool2d(*F.max_pool2d(x, 2, 3, 1, return_indices=True), 2, 3, 1)',
      },
    ],
  }),
  layer('MaxUnpool3d', {
    cases: [
      {
        make: () => new nn.MaxUnpool3d(2, { stride: 3, padding: 1 }),
        torch: 'nn.MaxUnpool3d(2, stride=3, padding=1)',
        in: { x: f([1, 1, 6, 3, 3]) },
        call: (m, { x }) => {
          const pool = new nn.MaxPool3d(2, { stride: 3, padding: 1, returnIndices: true });
          const [y, indices] = pool.forward(x) as unknown as [Tensor, Tensor];
          return (m as nn.MaxUnpool3d).forward(y, indices);
        },
        torchCall: 'm(*F.max_pool3d(x, 2, 3, 1, return_indices=True))',
      },
    ],
  }),
  layer('PerformerAttention', {
    cases: [
      {
        make: () => new nn.PerformerAttention(8, 2, { bias: false }),
        torch: 'PerformerAttention(8, 2, 6, bias=False)',
        in: { x: f([3, 2, 8]) },
        // As in linear-attention.ts: the features are made in float32.
        tolerance: { float64: 1e-6 },
        call: (m, { x }) => (m as nn.PerformerAttention).forward(x, x, x),
        torchCall: 'm(x, x)',
      },
    ],
  }),
  row('orthogonalFeatures', {
    cases: [
      {
        run: () => F.orthogonalFeatures(5, 4, { generator: own(), requiresGrad: true }),
        torch: 'torch.manual_seed(7); orthogonal_features(5, 4).requires_grad_()',
        seed: 1,
      },
      {
        run: () => F.orthogonalFeatures(5, 4, { dtype: 'float64' }),
        torch: 'torch.set_default_dtype(torch.float64); orthogonal_features(5, 4)',
        seed: 1,
      },
    ],
  }),
  row('position', {
    cases: [
      {
        run: () => owned(new nn.RotaryEmbedding(4, { maxLen: 3, dtype: 'float64' })).buffers(),
        torch: [
          'a = torch.arange(3, dtype=torch.float64)[:, None] / torch.tensor([1, 100], dtype=torch.float64)',
          '[a.cos(), a.sin()]',
        ].join('\n'),
        single,
        tolerance: { float32: 1e-15 },
      },
      {
        run: () => owned(new nn.SinusoidalPositionalEncoding(4, { maxLen: 3, dtype: 'float64' })).buffers(),
        torch: [
          'a = torch.arange(3, dtype=torch.float64)[:, None] / torch.tensor([1, 100], dtype=torch.float64)',
          'torch.stack([a.sin(), a.cos()], 2).flatten(1)',
        ].join('\n'),
        single,
        tolerance: { float32: 1e-15 },
      },
      {
        seed: 5,
        run: () => owned(new nn.LearnedPositionalEncoding(4, { maxLen: 3, dtype: 'float64' })).parameters(),
        torch: 'nn.Parameter(torch.empty(3, 4, dtype=torch.float64).normal_(0, 0.02))',
        tolerance: { float32: 1e-6 },
      },
    ],
  }),
  row('Parameter', {
    cases: [
      {
        run: () => {
          const p = new nn.Parameter(tensor([1, 2]), { requiresGrad: false });
          p.moveTo(Scope.current);
          return p;
        },
        torch: 'nn.Parameter(torch.tensor([1., 2.]), requires_grad=False)',
        single,
      },
    ],
  }),
  row('KohonenMap', {
    cases: [
      {
        in: { x: f([1, 2], plain), w: f([6, 2], plain) },
        single,
        run: ({ x, w }) => {
          const map = owned(new nn.KohonenMap(2, 2, 3, { sigma: 0.7 }));
          map.weight.copy_(w);
          map.step(x);
          return map.weight.clone();
        },
        torch: [
          'p = torch.tensor([[i // 3, i % 3] for i in range(6)], dtype=x.dtype)',
          'k = (x - w).norm(dim=1).argmin()',
          'w + 0.5 * torch.exp(-((p - p[k]) ** 2).sum(1) / (2 * 0.7 ** 2))[:, None] * (x - w)',
        ].join('\n'),
      },
    ],
  }),
  row('MessagePassing', {
    cases: [
      {
        in: { x: f([4, 2]), e: values([[0, 1, 2, 2], [1, 2, 0, 3]], 'int32') }, // prettier-ignore
        run: ({ x, e }) => {
          class Neighbours extends nn.MessagePassing {
            override forward(nodes: Tensor, edgeIndex: Tensor): Tensor {
              return this.propagate(edgeIndex, nodes);
            }
          }
          return new Neighbours({ flow: 'target_to_source' }).forward(x, e);
        },
        torch: 'torch.zeros(4, 2).index_add(0, e[0], x[e[1]])',
      },
    ],
  }),
  row('sampleTokens', {
    cases: [
      {
        in: { x: f([6, 9], plain) },
        run: ({ x }) => nn.sampleTokens(x, { generator: own() }),
        torch: 'torch.manual_seed(7); torch.multinomial(x.softmax(-1), 1).squeeze(-1)',
        seed: 3,
      },
    ],
  }),
  row('generate', {
    cases: [
      {
        in: { w: f([6, 6], plain) },
        run: ({ w }) =>
          nn.generate((tokens) => F.embedding(tokens, w), prompt(), { maxNewTokens: 5, generator: own() }),
        torch:
          `torch.manual_seed(7); ${PROMPT}\n` +
          'for _ in range(5):\n  t = torch.cat([t, torch.multinomial(w[t[:, -1]].softmax(-1), 1)], 1)\nt',
        seed: 3,
      },
      {
        // What follows depends on all tokens so far: without a cache the model sees them.
        in: { w: f([6, 6], plain) },
        run: ({ w }) =>
          nn.generate((tokens) => F.embedding(tokens.cumsum(1).remainder(6), w), prompt(), {
            maxNewTokens: 5,
            temperature: 0,
            useCache: false,
          }),
        torch: `${PROMPT}\nfor _ in range(5):\n  t = torch.cat([t, w[t.sum(1) % 6].argmax(-1, True)], 1)\nt`,
      },
    ],
  }),
];
