import { ShapeError, WasmgradError, nn, ones, tensor, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const x = f([3, 2]);
const bits = values(
  [
    [1, 0, 1, 0],
    [0, 0, 1, 1],
    [1, 1, 0, 1],
  ],
  'float32',
  { grad: false },
);
const bases = ['gaussian', 'multiquadric', 'inverseMultiquadric', 'inverseQuadratic', 'quadratic'] as const;
const patterns = f([3, 6], { grad: false });

/** A machine that tells data from samples, so that the loss is no difference of near equals. */
function biased(): nn.RBM {
  const machine = new nn.RBM(4, 3);
  machine.weight.detach().mul_(64);
  machine.visible_bias.detach().add_(tensor([0.5, -1, 2, -0.25]));
  return machine;
}

/** A module whose buffers are the test's to free. */
function owned<M extends nn.Module>(module: M, use: (module: M) => Tensor[]): Tensor[] {
  const results = use(module);
  for (const buffer of module.buffers()) buffer.dispose();
  return results;
}

export const rows: Row[] = [
  layer('RBF', {
    cases: [
      { make: () => new nn.RBF(2, 4), torch: 'RBF(2, 4)', in: { x } },
      ...bases.map((basis) => ({
        make: () => new nn.RBF(2, 4, { basis }),
        torch: `RBF(2, 4, '${basis}')`,
        in: { x: f([2, 3, 2]) },
      })),
    ],
    errors: [
      {
        run: () => new nn.RBF(2, 4, { basis: 'cubic' as 'quadratic' }),
        type: WasmgradError,
        message: `RBF: basis must be one of ${bases.join(', ')}, got 'cubic'`,
      },
    ],
  }),
  layer('RBFNetwork', {
    cases: [
      { make: () => new nn.RBFNetwork(2, 4, 3), torch: 'RBFNetwork(2, 4, 3)', in: { x } },
      {
        make: () => new nn.RBFNetwork(2, 4, 3, { basis: 'multiquadric', bias: false }),
        torch: "RBFNetwork(2, 4, 3, 'multiquadric', False)",
        in: { x },
      },
    ],
    errors: [
      {
        run: () => new nn.RBFNetwork(2, 4, 3).forward(ones([2, 5])),
        type: ShapeError,
        message: 'RBF: expected 2 features (last dim), got input [2, 5]',
      },
    ],
  }),
  layer('RBM', {
    cases: [
      {
        make: () => new nn.RBM(4, 3),
        torch: 'RBM(4, 3)',
        in: { v: f([5, 4], { min: 0, max: 1 }) },
        call: (m, { v }) => [(m as nn.RBM).forward(v), (m as nn.RBM).freeEnergy(v)],
        torchCall: '[m(v), m.free_energy(v)]',
      },
      ...[1, 2].map((k) => ({
        make: biased,
        torch: 'm = RBM(4, 3); m.weight.data *= 64; m.visible_bias.data += torch.tensor([0.5, -1.0, 2.0, -0.25]); m',
        in: { v: bits },
        call: (m: nn.Module, { v }: { readonly v: Tensor }) => (m as nn.RBM).loss(v, { k }),
        torchCall: `m.free_energy(v).mean() - m.free_energy(m.gibbs(v, ${k})).mean()`,
        double: false as const,
      })),
      {
        make: biased,
        torch: 'm = RBM(4, 3); m.weight.data *= 64; m.visible_bias.data += torch.tensor([0.5, -1.0, 2.0, -0.25]); m',
        in: { v: bits },
        call: (m, { v }) => {
          const chain = v.mul(0);
          const rbm = m as nn.RBM;
          return [rbm.loss(v, { chain }), rbm.loss(v, { chain }), chain];
        },
        torchCall:
          '[*(lambda a: (lambda b: [m.free_energy(v).mean() - m.free_energy(a).mean(), ' +
          'm.free_energy(v).mean() - m.free_energy(b).mean(), b])(m.gibbs(a)))(m.gibbs(v * 0))]',
        double: false,
      },
    ],
    errors: [
      {
        run: () => new nn.RBM(2, 2).loss(ones([1, 2]), { steps: 1 } as object),
        type: WasmgradError,
        message: "RBM.loss: unknown option 'steps' (known: k, chain)",
      },
    ],
  }),
  layer('Adapter', {
    cases: [
      { make: () => new nn.Adapter(4, 2), torch: 'Adapter(4, 2)', in: { x: f([3, 4]) } },
      {
        make: () => new nn.Adapter(4, 3, { activation: new nn.Tanh() }),
        torch: 'Adapter(4, 3, nn.Tanh())',
        in: { x: f([2, 3, 4]) },
      },
    ],
  }),
  layer('ParallelAdapter', {
    cases: [
      {
        make: () =>
          new nn.ParallelAdapter(new nn.Linear(4, 3).requiresGrad_(false), new nn.Linear(4, 3, { bias: false })),
        torch: 'ParallelAdapter(nn.Linear(4, 3).requires_grad_(False), nn.Linear(4, 3, bias=False))',
        in: { x: f([2, 4]) },
      },
    ],
  }),
  row('KohonenMap', {
    cases: [
      {
        single: true,
        in: { x: f([4, 2], { grad: false }), w: f([6, 2], { grad: false }) },
        run: ({ x, w }) =>
          owned(new nn.KohonenMap(2, 2, 3, { lr: 0.4, sigma: 1.5, decay: 8 }), (map) => {
            map.weight.copy_(w);
            const error = map.quantizationError(x);
            map.step(x);
            return [error, map.weight.clone(), map.forward(x), map.seen.clone()];
          }),
        torch:
          'w = w.clone(); e = (x[:, None] - w).norm(dim=2).amin(1).mean(); ' +
          'p = torch.tensor([[i // 3, i % 3] for i in range(6)], dtype=x.dtype)\n' +
          'for t in range(4):\n' +
          '    k = (x[t] - w).norm(dim=1).argmin()\n' +
          '    h = torch.exp(-((p - p[k]) ** 2).sum(1) / (2 * (1.5 * math.exp(-t / 8)) ** 2))\n' +
          '    w += 0.4 * math.exp(-t / 8) * h[:, None] * (x[t] - w)\n' +
          '[e, w, (x[:, None] - w).norm(dim=2).argmin(1), torch.tensor(4.0)]',
      },
      {
        single: true,
        in: { x: f([2, 2], { grad: false }), w: f([6, 2], { grad: false }) },
        run: ({ x, w }) =>
          owned(new nn.KohonenMap(2, 3, 2), (map) => {
            map.weight.copy_(w);
            map.step(x);
            return [map.weight.clone()];
          }),
        torch:
          'w = w.clone(); p = torch.tensor([[i // 2, i % 2] for i in range(6)], dtype=x.dtype)\n' +
          'for t in range(2):\n' +
          '    k = (x[t] - w).norm(dim=1).argmin()\n' +
          '    h = torch.exp(-((p - p[k]) ** 2).sum(1) / (2 * (1.5 * math.exp(-t / 1000)) ** 2))\n' +
          '    w += 0.5 * math.exp(-t / 1000) * h[:, None] * (x[t] - w)\n' +
          'w',
      },
    ],
    errors: [
      {
        run: () => new nn.KohonenMap(2, 2, 2, { sigma: 0 }),
        type: WasmgradError,
        message: 'KohonenMap: sigma must be above 0, got 0',
      },
    ],
  }),
  row('Hopfield', {
    cases: (['sync', 'async'] as const).map((mode) => ({
      single: true,
      in: { p: patterns, s: f([4, 6], { grad: false }) },
      run: ({ p, s }: { readonly p: Tensor; readonly s: Tensor }) =>
        owned(new nn.Hopfield(6), (net) => {
          net.store(p.sign());
          const y = net.forward(s.sign(), { steps: 2, mode });
          return [y, net.energy(y), net.weight.clone()];
        }),
      torch:
        'p, y = p.sign(), s.sign(); w = (p.T @ p / 6).fill_diagonal_(0)\n' +
        'for _ in range(2):\n' +
        (mode === 'sync'
          ? '    a = y @ w\n    y = torch.where(a == 0, y, a.sign())\n'
          : '    for i in range(6):\n        a = y @ w[:, i]\n        y = y.clone(); y[:, i] = torch.where(a == 0, y[:, i], a.sign())\n') +
        '[y, -0.5 * ((y @ w) * y).sum(1), w]',
    })),
    errors: [
      {
        run: () => new nn.Hopfield(3).forward(ones([1, 3]), { mode: 'random' as 'sync' }),
        type: WasmgradError,
        message: "Hopfield: mode must be 'sync' or 'async', got 'random'",
      },
      {
        run: () => new nn.Hopfield(3).store(ones([2, 4])),
        type: ShapeError,
        message: 'Hopfield: patterns must be [N, 3], got input [2, 4]',
      },
    ],
  }),
  row('ModernHopfield', {
    cases: [
      {
        in: { s: f([3, 4]), p: f([5, 4]) },
        run: ({ s, p }) => {
          const net = new nn.ModernHopfield();
          return [net.forward(s, p), net.energy(s, p)];
        },
        torch:
          '[(s @ p.T).softmax(-1) @ p, -(s @ p.T).logsumexp(-1) + 0.5 * (s * s).sum(-1) + math.log(5) ' +
          '+ 0.5 * (p * p).sum(-1).amax()]',
      },
      {
        in: { s: f([2, 3, 4]), p: f([2, 5, 4]) },
        run: ({ s, p }) => new nn.ModernHopfield({ beta: 2, steps: 2 }).forward(s, p),
        torch: 'y = (2 * s @ p.mT).softmax(-1) @ p; (2 * y @ p.mT).softmax(-1) @ p',
      },
    ],
    errors: [
      {
        run: () => new nn.ModernHopfield({ heads: 2 } as object),
        type: WasmgradError,
        message: "ModernHopfield: unknown option 'heads' (known: beta, steps)",
      },
    ],
  }),
];
