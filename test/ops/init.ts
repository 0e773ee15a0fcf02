import { Scope } from '../../src/runtime/scope.js';
import { Generator, ShapeError, WasmgradError, empty, nn, tensor, zeros, type Tensor } from '../../src/index.js';
import { row, type Case, type Row } from './table.js';

const exact = { tolerance: { float32: 0 } };
const close = { tolerance: { float32: 1e-6 } };

/** Seeds of one and two words. */
const SEEDS = [0, 42, 2 ** 32 + 5];

/** Each case for all seeds. */
function seeded(cases: readonly Case[]): Case[] {
  return cases.flatMap((each) => SEEDS.map((seed) => ({ ...each, seed })));
}

let generator: Generator | undefined;

/** One generator for all runs: its memory outlives scopes. */
const own = (): Generator => (generator ??= new Generator()).manualSeed(11);

/** The option `generator`, which PyTorch's initialisers have from 2.2 on: the global stream stays where it is. */
function drawn(run: (options: { generator: Generator }) => Tensor, torch: string): Case {
  return {
    seed: 3,
    run: () => [run({ generator: own() }), empty([2]).uniform_()],
    torch: `torch.manual_seed(11)\ny = ${torch}\ntorch.manual_seed(3)\n(y, torch.rand(2))`,
    ...close,
  };
}

function weights(make: () => nn.Module, torch: string): Case[] {
  return SEEDS.map((seed) => ({
    seed,
    run: (): Tensor[] => {
      const module = make();
      // Parameters outlive scopes; here the test's scope takes them.
      for (const parameter of module.parameters()) parameter.moveTo(Scope.current);
      return Object.values(module.stateDict());
    },
    torch: `tuple(${torch}.state_dict().values())`,
    ...exact,
  }));
}

export const rows: Row[] = [
  row('initUniform', {
    cases: seeded([
      {
        run: () => nn.init.uniform_(empty([7]), -2, 3),
        torch: 'nn.init.uniform_(torch.empty(7), -2, 3)',
        ...exact,
      },
      {
        run: () => nn.init.uniform_(empty([7]), { b: 0.5 }),
        torch: 'nn.init.uniform_(torch.empty(7), b=0.5)',
        ...exact,
      },
      {
        run: () => nn.init.xavierUniform_(empty([3, 4, 2])),
        torch: 'nn.init.xavier_uniform_(torch.empty(3, 4, 2))',
        ...exact,
      },
      {
        run: () => nn.init.xavierUniform_(empty([3, 4]), 2),
        torch: 'nn.init.xavier_uniform_(torch.empty(3, 4), 2)',
        ...exact,
      },
      {
        run: () => nn.init.kaimingUniform_(empty([3, 4, 2, 2])),
        torch: 'nn.init.kaiming_uniform_(torch.empty(3, 4, 2, 2))',
        ...exact,
      },
      {
        run: () => nn.init.kaimingUniform_(empty([3, 4]), 0.2, 'fan_out', 'leaky_relu'),
        torch: "nn.init.kaiming_uniform_(torch.empty(3, 4), 0.2, 'fan_out', 'leaky_relu')",
        ...exact,
      },
      {
        run: () => nn.init.kaimingUniform_(empty([3, 4]), { nonlinearity: 'tanh' }),
        torch: "nn.init.kaiming_uniform_(torch.empty(3, 4), nonlinearity='tanh')",
        ...exact,
      },
    ]),
    errors: [
      {
        run: () => nn.init.kaimingUniform_(zeros([3])),
        type: ShapeError,
        message: 'kaimingUniform_: the fans of a tensor need at least two dims, got tensor [3]',
      },
      {
        run: () => nn.init.kaimingUniform_(zeros([3, 2]), { mode: 'fan' as 'fan_in' }),
        type: WasmgradError,
        message: "kaimingUniform_: mode must be 'fan_in' or 'fan_out', got 'fan'",
      },
      {
        run: () => nn.init.kaimingUniform_(zeros([3, 2]), { nonlinearity: 'gelu' as 'relu' }),
        type: WasmgradError,
        message: "calculateGain: unknown nonlinearity 'gelu'",
      },
      {
        run: () => nn.init.uniform_(zeros([3]), { from: 1 } as object),
        type: WasmgradError,
        message: "uniform_: unknown option 'from' (known: a, b, generator)",
      },
    ],
  }),
  row('initNormal', {
    cases: seeded([
      {
        run: () => nn.init.normal_(empty([20]), 1, 2),
        torch: 'nn.init.normal_(torch.empty(20), 1, 2)',
        ...close,
      },
      {
        run: () => nn.init.normal_(empty([7]), { std: 0.1 }),
        torch: 'nn.init.normal_(torch.empty(7), std=0.1)',
        ...close,
      },
      {
        run: () => nn.init.xavierNormal_(empty([3, 4, 2]), { gain: 0.5 }),
        torch: 'nn.init.xavier_normal_(torch.empty(3, 4, 2), 0.5)',
        ...close,
      },
      {
        run: () => nn.init.kaimingNormal_(empty([3, 4, 2]), { mode: 'fan_out', nonlinearity: 'relu' }),
        torch: "nn.init.kaiming_normal_(torch.empty(3, 4, 2), mode='fan_out', nonlinearity='relu')",
        ...close,
      },
      {
        run: () => nn.init.truncNormal_(empty([50])),
        torch: 'nn.init.trunc_normal_(torch.empty(50))',
        ...close,
      },
      {
        run: () => nn.init.truncNormal_(empty([50]), { std: 0.02, a: -0.03, b: 0.01 }),
        torch: 'nn.init.trunc_normal_(torch.empty(50), std=0.02, a=-0.03, b=0.01)',
        ...close,
      },
      {
        run: () => nn.init.truncNormal_(empty([9], { dtype: 'float64' }), 0.5, 2, -1, 4),
        torch: 'nn.init.trunc_normal_(torch.empty(9, dtype=torch.float64), 0.5, 2, -1, 4)',
        ...close,
      },
    ]),
  }),
  row('initFixed', {
    cases: [
      {
        seed: 1,
        run: () => nn.init.constant_(empty([3]), 2.5),
        torch: 'nn.init.constant_(torch.empty(3), 2.5)',
        ...exact,
      },
      {
        seed: 1,
        run: () => [nn.init.ones_(empty([3])), nn.init.zeros_(empty([3]))],
        torch: '(nn.init.ones_(torch.empty(3)), nn.init.zeros_(torch.empty(3)))',
        ...exact,
      },
      { seed: 1, run: () => nn.init.eye_(empty([3, 4])), torch: 'nn.init.eye_(torch.empty(3, 4))', ...exact },
      { seed: 1, run: () => nn.init.dirac_(empty([4, 3, 3])), torch: 'nn.init.dirac_(torch.empty(4, 3, 3))', ...exact },
      {
        seed: 1,
        run: () => nn.init.dirac_(empty([4, 2, 3, 2]), 2),
        torch: 'nn.init.dirac_(torch.empty(4, 2, 3, 2), 2)',
        ...exact,
      },
      {
        seed: 1,
        run: () => nn.init.dirac_(empty([2, 3, 2, 2, 3]), { groups: 2 }),
        torch: 'nn.init.dirac_(torch.empty(2, 3, 2, 2, 3), 2)',
        ...exact,
      },
    ],
    errors: [
      { run: () => nn.init.eye_(zeros([3])), type: ShapeError, message: 'eye_: needs two dims, got tensor [3]' },
      {
        run: () => nn.init.dirac_(zeros([3, 2, 1]), 2),
        type: ShapeError,
        message: 'dirac_: 2 groups do not divide dim 0, got tensor [3, 2, 1]',
      },
    ],
  }),
  row('initStructured', {
    cases: seeded([
      {
        run: () => nn.init.orthogonal_(empty([5, 3])),
        torch: 'nn.init.orthogonal_(torch.empty(5, 3))',
        tolerance: { float32: 3e-6 },
      },
      {
        run: () => nn.init.orthogonal_(empty([3, 2, 4]), 2),
        torch: 'nn.init.orthogonal_(torch.empty(3, 2, 4), 2)',
        tolerance: { float32: 3e-6 },
      },
      {
        run: () => nn.init.sparse_(empty([10, 4]), 0.35),
        torch: 'nn.init.sparse_(torch.empty(10, 4), 0.35)',
        ...close,
      },
      {
        run: () => nn.init.sparse_(empty([6, 3]), { sparsity: 0.5, std: 2 }),
        torch: 'nn.init.sparse_(torch.empty(6, 3), 0.5, 2)',
        ...close,
      },
    ]),
  }),
  row('initGenerator', {
    cases: [
      drawn((o) => nn.init.uniform_(empty([7]), { a: -1, ...o }), 'nn.init.uniform_(torch.empty(7), -1)'),
      drawn((o) => nn.init.normal_(empty([7]), { mean: 1, ...o }), 'nn.init.normal_(torch.empty(7), 1)'),
      drawn((o) => nn.init.truncNormal_(empty([7]), o), 'nn.init.trunc_normal_(torch.empty(7))'),
      drawn((o) => nn.init.xavierUniform_(empty([3, 4]), o), 'nn.init.xavier_uniform_(torch.empty(3, 4))'),
      drawn((o) => nn.init.xavierNormal_(empty([3, 4]), o), 'nn.init.xavier_normal_(torch.empty(3, 4))'),
      drawn((o) => nn.init.kaimingUniform_(empty([3, 4]), o), 'nn.init.kaiming_uniform_(torch.empty(3, 4))'),
      drawn((o) => nn.init.kaimingNormal_(empty([3, 4]), o), 'nn.init.kaiming_normal_(torch.empty(3, 4))'),
      drawn((o) => nn.init.orthogonal_(empty([4, 3]), o), 'nn.init.orthogonal_(torch.empty(4, 3))'),
      drawn((o) => nn.init.sparse_(empty([5, 3]), { sparsity: 0.4, ...o }), 'nn.init.sparse_(torch.empty(5, 3), 0.4)'),
    ],
  }),
  row('calculateGain', {
    cases: [
      {
        run: () => {
          const names = ['linear', 'conv2d', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu'] as const;
          return tensor([
            ...names.map((name) => nn.init.calculateGain(name)),
            nn.init.calculateGain('leaky_relu', 0.3),
          ]);
        },
        torch: [
          "names = ('linear', 'conv2d', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu')",
          "torch.tensor([*map(nn.init.calculate_gain, names), nn.init.calculate_gain('leaky_relu', 0.3)])",
        ].join('\n'),
        single: true,
      },
    ],
  }),
  row('defaultInit', {
    cases: [
      ...weights(() => new nn.Linear(7, 5), 'nn.Linear(7, 5)'),
      ...weights(() => new nn.Conv2d(3, 4, 3), 'nn.Conv2d(3, 4, 3)'),
    ],
  }),
];
