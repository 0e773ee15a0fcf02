import { Scope } from '../../src/runtime/scope.js';
import { Generator, WasmgradError, nn, noGrad, optim, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

const plain = { grad: false };

/** Parameters with gradients, and the same in Python: `ps`. */
function leaves(xs: readonly Tensor[], dxs: readonly Tensor[]): Tensor[] {
  return xs.map((x, i) => {
    const p = x.detach().clone().requiresGrad_();
    p.grad = dxs[i]!.detach().clone();
    return p;
  });
}
const PARAMETERS = [
  'ps = [t.detach().clone().requires_grad_() for t in (x, y)]',
  'for p, g in zip(ps, (dx, dy)): p.grad = g.detach().clone()',
];

const inputs = { x: f([4, 3, 2], plain), y: f([5], plain), dx: f([4, 3, 2], plain), dy: f([5], plain) };

/** What a function does to gradients (or parameters), with what it answers. */
function clipping(run: (ps: Tensor[]) => Tensor | void, torch: string, of: 'grad' | 'data' = 'grad'): Case {
  return {
    in: inputs,
    run: ({ x, y, dx, dy }: Record<string, Tensor>) => {
      const ps = leaves([x!, y!], [dx!, dy!]);
      const answer = run(ps);
      const changed = ps.map((p) => (of === 'grad' ? p.grad! : p.detach()));
      return answer ? [answer, ...changed] : changed;
    },
    torch: [...PARAMETERS, `r = ${torch}`, `(*([r] if r is not None else []), *[p.${of} for p in ps])`].join('\n'),
  };
}

/** Python of a unit-wise norm. */
const UNIT_NORM = 'unit = lambda t: t.norm(%) if t.ndim < 2 else t.norm(%, dim=tuple(range(1, t.ndim)), keepdim=True)';
const unitNorm = (p: number): string => UNIT_NORM.replaceAll('%', String(p));

function adaptive(options: { clipFactor?: number; eps?: number; normType?: number }): Case {
  const { clipFactor = 0.01, eps = 1e-3, normType = 2 } = options;
  const torch = [
    unitNorm(normType),
    `most = lambda p: unit(p.detach()).clamp(min=${eps}) * ${clipFactor}`,
    'new = lambda p: torch.where(unit(p.grad) < most(p), p.grad, p.grad * most(p) / unit(p.grad).clamp(min=1e-6))',
    'for p in ps: p.grad = new(p)',
    'r = None',
  ].join('\n');
  return clipping((ps) => nn.utils.adaptiveClipGrad_(ps, options), `None\n${torch}`);
}

function constrained(most: number, options: { normType?: number }): Case {
  const torch = [
    unitNorm(options.normType ?? 2),
    `for p in ps[:1]: p.data *= (${most} / unit(p.data)).clamp(max=1)`,
    'r = None',
  ].join('\n');
  return clipping((ps) => nn.utils.maxNorm_(ps, most, options), `None\n${torch}`, 'data');
}

/** A model whose weights and statistics are seen at four moments. */
function averaging(options: () => optim.swaUtils.AveragedModelOptions, torch: string, buffers: boolean): Case {
  return {
    seed: 3,
    run: () => {
      const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
      const averaged = new optim.swaUtils.AveragedModel(model, options());
      for (const each of [model, averaged]) {
        for (const kept of [...each.parameters(), ...each.buffers()]) kept.moveTo(Scope.current);
      }
      for (let step = 1; step <= 4; step++) {
        noGrad(() => {
          for (const p of model.parameters()) p.add_(0.3 * step);
          for (const b of model.buffers()) b.add_(step);
        });
        averaged.updateParameters(model);
      }
      const { n_averaged, ...rest } = averaged.stateDict();
      return [n_averaged!, ...Object.values(rest), averaged.eval().forward(tensor([[1, -2, 3]]))];
    },
    torch: [
      'model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))',
      `averaged = torch.optim.swa_utils.AveragedModel(model, use_buffers=${buffers ? 'True' : 'False'}${torch})`,
      'for step in range(1, 5):',
      '    for p in model.parameters(): p.data += 0.3 * step',
      '    for b in model.buffers(): b += step',
      '    averaged.update_parameters(model)',
      // As PyTorch 2 does; 1.13 leaves buffers alone.
      buffers ? '' : '    for a, b in zip(averaged.module.buffers(), model.buffers()): a.copy_(b)',
      "state = {k: v for k, v in averaged.state_dict().items() if k != 'n_averaged'}",
      '(averaged.n_averaged, *state.values(), averaged.eval()(torch.tensor([[1.0, -2, 3]])))',
    ].join('\n'),
  };
}

let generator: Generator | undefined;

/** One generator for all runs: its memory outlives scopes. */
const seeded = (): Generator => (generator ??= new Generator()).manualSeed(5);

/** Moves gradients by noise for three steps. */
function noisy(options: { eta?: number; gamma?: number }, own = false): Case {
  const { eta = 0.3, gamma = 0.55 } = options;
  return {
    in: { x: f([4, 5], plain), y: f([3], plain) },
    seed: 7,
    run: ({ x, y }: Record<string, Tensor>) => {
      const ps = leaves([x!, y!], [x!, y!]);
      const noise = new optim.GradientNoise(ps, own ? { ...options, generator: seeded() } : options);
      for (let step = 0; step < 3; step++) noise.step();
      return ps.map((p) => p.grad!);
    },
    torch: [
      `g = ${own ? 'torch.Generator().manual_seed(5)' : 'None'}`,
      'dx, dy = x.clone(), y.clone()',
      'for t in range(3):',
      `    std = math.sqrt(${eta} / (1 + t) ** ${gamma})`,
      '    dx += torch.empty(4, 5).normal_(0, std, generator=g)',
      '    dy += torch.empty(3).normal_(0, std, generator=g)',
      '(dx, dy)',
    ].join('\n'),
  };
}

/** The probabilities of a schedule of seven steps; in Python as in the code of the paper's authors. */
function dropping(cutoff: number, options: optim.DropoutSchedulerOptions, torch: string): Case {
  return {
    single: true,
    run: () => {
      const layer = new nn.Dropout(0.9);
      const scheduler = new optim.DropoutScheduler(new nn.Sequential(layer), 0.4, cutoff, options);
      const ps = [layer.p];
      for (let step = 1; step < 7; step++) {
        scheduler.step();
        ps.push(layer.p);
      }
      return tensor(ps);
    },
    torch: `torch.tensor(np.concatenate([${torch}]), dtype=torch.float32)`,
  };
}

export const rows: Row[] = [
  row('clipGradNorm_', {
    cases: [
      clipping((ps) => nn.utils.clipGradNorm_(ps, 0.7), 'nn.utils.clip_grad_norm_(ps, 0.7)'),
      clipping((ps) => nn.utils.clipGradNorm_(ps, 1e6), 'nn.utils.clip_grad_norm_(ps, 1e6)'),
      clipping((ps) => nn.utils.clipGradNorm_(ps, 0.7, { normType: 1 }), 'nn.utils.clip_grad_norm_(ps, 0.7, 1)'),
      clipping(
        (ps) => nn.utils.clipGradNorm_(ps, 0.7, { normType: Infinity }),
        'nn.utils.clip_grad_norm_(ps, 0.7, math.inf)',
      ),
    ],
    errors: [
      {
        run: () => {
          const [p] = leaves([zeros([1])], [tensor([NaN])]);
          return nn.utils.clipGradNorm_(p!, 1, { errorIfNonfinite: true });
        },
        type: WasmgradError,
        message: 'clipGradNorm_: the norm of order 2 of the gradients is NaN',
      },
    ],
  }),
  row('getTotalNorm', {
    cases: [
      {
        in: inputs,
        run: ({ dx, dy }) => nn.utils.getTotalNorm([dx, dy]),
        torch: 'torch.cat([dx.flatten(), dy]).norm()',
      },
      {
        in: inputs,
        run: ({ dx, dy }) => nn.utils.getTotalNorm([dx, dy], { normType: 3 }),
        torch: 'torch.cat([dx.flatten(), dy]).norm(3)',
      },
    ],
    errors: [
      {
        run: () => nn.utils.getTotalNorm(tensor([Infinity]), { normType: 1, errorIfNonfinite: true }),
        type: WasmgradError,
        message: 'getTotalNorm: the norm of order 1 of the gradients is Infinity',
      },
    ],
  }),
  row('clipGradsWithNorm_', {
    cases: [0.7, 30].map((most) =>
      clipping(
        (ps) => nn.utils.clipGradsWithNorm_(ps, most, nn.utils.getTotalNorm(ps[0]!.grad!)),
        `None\nfactor = min(1, ${most} / (dx.norm() + 1e-6))\nfor p in ps: p.grad *= factor`,
      ),
    ),
  }),
  row('clipGradValue_', {
    cases: [clipping((ps) => nn.utils.clipGradValue_(ps, 0.5), 'nn.utils.clip_grad_value_(ps, 0.5)')],
  }),
  row('adaptiveClipGrad_', {
    cases: [
      adaptive({}),
      adaptive({ clipFactor: 0.9 }),
      adaptive({ eps: 3, clipFactor: 0.5 }),
      adaptive({ normType: 1 }),
    ],
  }),
  row('maxNorm_', {
    cases: [constrained(2, {}), constrained(4, { normType: 1 })],
    errors: [
      {
        run: () => nn.utils.maxNorm_(zeros([2, 2]), 0),
        type: WasmgradError,
        message: 'maxNorm_: maxNorm must be above 0, got 0',
      },
    ],
  }),
  row('l1Penalty', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([4]) },
        run: ({ x, y }) => nn.utils.l1Penalty([x, y]),
        torch: 'x.abs().sum() + y.abs().sum()',
      },
      { in: { x: f([2, 3]) }, run: ({ x }) => nn.utils.l1Penalty(x, 0.3), torch: '0.3 * x.abs().sum()' },
    ],
    errors: [
      {
        run: () => nn.utils.l1Penalty([], -1),
        type: WasmgradError,
        message: 'l1Penalty: strength must be at least 0, got -1',
      },
    ],
  }),
  row('l2Penalty', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([4]) },
        run: ({ x, y }) => nn.utils.l2Penalty([x, y]),
        torch: '(x**2).sum() + (y**2).sum()',
      },
      { in: { x: f([2, 3]) }, run: ({ x }) => nn.utils.l2Penalty(x, 0.3), torch: '0.3 * (x**2).sum()' },
    ],
  }),
  row('elasticPenalty', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([4]) },
        run: ({ x, y }) => nn.utils.elasticPenalty([x, y]),
        torch: 'sum((z.abs() + z**2).sum() for z in (x, y))',
      },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => nn.utils.elasticPenalty(x, { l1: 0.3, l2: 0.1 }),
        torch: '(0.3 * x.abs() + 0.1 * x**2).sum()',
      },
    ],
    errors: [
      {
        run: () => nn.utils.elasticPenalty([], { l2: -1 }),
        type: WasmgradError,
        message: 'elasticPenalty: l2 must be at least 0, got -1',
      },
    ],
  }),
  row('parametersToVector', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([4]) },
        run: ({ x, y }) => nn.utils.parametersToVector([x, y]),
        torch: 'nn.utils.parameters_to_vector([x, y])',
      },
    ],
  }),
  row('vectorToParameters', {
    cases: [
      {
        in: { v: f([10], plain) },
        run: ({ v }) => {
          const ps = [zeros([2, 3], { dtype: v.dtype }), zeros([4], { dtype: v.dtype })];
          nn.utils.vectorToParameters(v, ps);
          return ps;
        },
        torch: '(v[:6].reshape(2, 3), v[6:])',
      },
    ],
  }),
  row('AveragedModel', {
    cases: [
      averaging(() => ({}), '', false),
      averaging(() => ({ useBuffers: true }), '', true),
      averaging(
        () => ({ avgFn: optim.swaUtils.getEmaAvgFn(0.8) }),
        ', avg_fn=lambda a, p, n: 0.8 * a + 0.2 * p',
        false,
      ),
      averaging(
        () => ({ avgFn: optim.swaUtils.getEmaAvgFn() }),
        ', avg_fn=lambda a, p, n: 0.999 * a + 0.001 * p',
        false,
      ),
      averaging(() => ({ avgFn: optim.swaUtils.getSwaAvgFn() }), ', avg_fn=None', false),
      averaging(
        () => ({ multiAvgFn: optim.swaUtils.getEmaMultiAvgFn(0.7), useBuffers: true }),
        ', avg_fn=lambda a, p, n: 0.7 * a + 0.3 * p',
        true,
      ),
      averaging(
        () => ({ multiAvgFn: optim.swaUtils.getEmaMultiAvgFn() }),
        ', avg_fn=lambda a, p, n: .999 * a + .001 * p',
        false,
      ),
      averaging(
        () => ({ multiAvgFn: optim.swaUtils.getSwaMultiAvgFn() }),
        ', avg_fn=lambda a, p, n: a + (p - a) / (n + 1)',
        false,
      ),
    ],
    errors: [
      {
        run: () => optim.swaUtils.getEmaAvgFn(2),
        type: WasmgradError,
        message: 'getEmaAvgFn: decay must be from 0 to 1, got 2',
      },
      {
        run: () => {
          const layer = new nn.Identity();
          const [avgFn, multiAvgFn] = [optim.swaUtils.getSwaAvgFn(), optim.swaUtils.getSwaMultiAvgFn()];
          return new optim.swaUtils.AveragedModel(layer, { avgFn, multiAvgFn });
        },
        type: WasmgradError,
        message: 'AveragedModel: takes avgFn or multiAvgFn, got both',
      },
    ],
  }),
  row('updateBn', {
    cases: [
      {
        seed: 3,
        run: () => {
          const model = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4, { momentum: 0.3 })).eval();
          for (const kept of [...model.parameters(), ...model.buffers()]) kept.moveTo(Scope.current);
          const batches = [1, 2, 4].map((n) => Array.from({ length: 2 * n }, (_, i) => [i % 3, (i * i) % 5, -i]));
          optim.swaUtils.updateBn([tensor(batches[0]!), [tensor(batches[1]!), zeros([4])], tensor(batches[2]!)], model);
          const layer = model.children()[1] as nn.BatchNorm1d;
          return [...model.buffers(), model.training, layer.momentum === 0.3];
        },
        torch: [
          'model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, momentum=0.3)).eval()',
          'b = [torch.tensor([[i % 3, i * i % 5, -i] for i in range(2 * n)], dtype=torch.float32) for n in (1, 2, 4)]',
          'torch.optim.swa_utils.update_bn([b[0], [b[1], torch.zeros(4)], b[2]], model)',
          '(*model.buffers(), model.training, model[1].momentum == 0.3)',
        ].join('\n'),
      },
    ],
    errors: [
      {
        run: () => optim.swaUtils.updateBn([3], new nn.BatchNorm1d(2)),
        type: WasmgradError,
        message: 'updateBn: expected batches that are tensors or lists that begin with one',
      },
    ],
  }),
  row('GradientNoise', {
    cases: [noisy({}), noisy({ eta: 1 }), noisy({ gamma: 2 }), noisy({}, true)],
    errors: [
      {
        run: () => new optim.GradientNoise([], { eta: -1 }),
        type: WasmgradError,
        message: 'GradientNoise: eta must be at least 0, got -1',
      },
    ],
  }),
  row('DropoutScheduler', {
    cases: [
      dropping(4, {}, 'np.full(4, 0.4), np.zeros(3)'),
      dropping(4, { schedule: 'linear' }, 'np.linspace(0.4, 0, 4), np.zeros(3)'),
      dropping(1, { schedule: 'linear' }, 'np.linspace(0.4, 0, 1), np.zeros(6)'),
      dropping(4, { mode: 'late' }, 'np.zeros(4), np.full(3, 0.4)'),
      dropping(4, { mode: 'standard' }, 'np.full(7, 0.4)'),
    ],
    errors: [
      {
        run: () => new optim.DropoutScheduler(new nn.Identity(), 0.1, 3),
        type: WasmgradError,
        message: 'DropoutScheduler: the model has no dropout layers',
      },
      {
        run: () => new optim.DropoutScheduler(new nn.Dropout(), 0.1, 3, { mode: 'late', schedule: 'linear' }),
        type: WasmgradError,
        message: "DropoutScheduler: schedule 'linear' is for early dropout only",
      },
    ],
  }),
];
