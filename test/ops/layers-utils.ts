import { ShapeError, WasmgradError, nn, ones, tensor, type Tensor } from '../../src/index.js';
import { layer, type LayerCase } from '../harness/layer.js';
import { f, type Row } from './table.js';

const x = f([3, 4]);
const linear = () => new nn.Linear(4, 3);
const image = f([2, 2, 4, 4]);

/** Made when a case runs: the fixtures are computed without the package. */
const symmetric = () =>
  new (class Symmetric extends nn.Module {
    override forward(a: Tensor): Tensor {
      return a.triu().add(a.triu(1).T);
    }
    rightInverse(a: Tensor): Tensor {
      return a.triu();
    }
  })();

const doubled = () =>
  new (class Doubled extends nn.Module {
    override forward(a: Tensor): Tensor {
      return a.mul(2);
    }
    rightInverse(a: Tensor): Tensor {
      return a.div(2);
    }
  })();

/**
 * A module, how PyTorch makes it, and its input. What is computed when it is made is float32 in either precision, and rounded in an
 * order of its own.
 */
function made(make: () => nn.Module, torch: string, input = x, more: Partial<LayerCase<'x'>> = {}): LayerCase<'x'> {
  return { make, torch, in: { x: input }, tolerance: { float64: 1e-6 }, ...more };
}

/** The directions of the power method come of the weight, but have no gradient. */
const followed = { gradcheck: 0 } as const;

const scores = [
  [1, 2, 3, 4],
  [8, 7, 6, 5],
  [9, 0, 2, 1],
];
const mask = [
  [1, 0, 1, 1],
  [0, 1, 1, 0],
  [1, 1, 0, 1],
];

export const rows: Row[] = [
  layer('weightNorm', {
    cases: [
      made(() => nn.utils.weightNorm(linear()), 'nn.utils.weight_norm(nn.Linear(4, 3))'),
      made(() => nn.utils.weightNorm(linear(), { dim: 1 }), 'nn.utils.weight_norm(nn.Linear(4, 3), dim=1)'),
      made(
        () => nn.utils.weightNorm(linear(), 'weight', null),
        "nn.utils.weight_norm(nn.Linear(4, 3), 'weight', None)",
      ),
      made(
        () => nn.utils.weightNorm(new nn.Conv2d(2, 3, 2), { name: 'bias', dim: null }),
        "nn.utils.weight_norm(nn.Conv2d(2, 3, 2), name='bias', dim=None)",
        image,
      ),
      made(() => nn.utils.weightNorm(new nn.Conv2d(2, 3, 2)), 'nn.utils.weight_norm(nn.Conv2d(2, 3, 2))', image),
      made(() => {
        const m = nn.utils.weightNorm(linear());
        const { weight_g: g } = m as unknown as { weight_g: Tensor };
        nn.utils.removeWeightNorm(m);
        g.dispose();
        return m;
      }, 'nn.utils.remove_weight_norm(nn.utils.weight_norm(nn.Linear(4, 3)))'),
      made(() => nn.utils.parametrizations.weightNorm(linear()), 'weight_norm_parametrization(nn.Linear(4, 3))'),
      made(
        () => nn.utils.parametrizations.weightNorm(linear(), { name: 'weight', dim: 1 }),
        'weight_norm_parametrization(nn.Linear(4, 3), dim=1)',
      ),
    ],
    errors: [
      {
        run: () => nn.utils.weightNorm(nn.utils.weightNorm(linear())),
        type: WasmgradError,
        message: "weightNorm: 'weight' is normalised already",
      },
      {
        run: () => nn.utils.weightNorm(linear(), 'kernel'),
        type: WasmgradError,
        message: "weightNorm: Linear has no parameter 'kernel'",
      },
      {
        run: () => nn.utils.removeWeightNorm(linear()),
        type: WasmgradError,
        message: "removeWeightNorm: 'weight' is not normalised",
      },
    ],
  }),
  layer('spectralNorm', {
    cases: [
      made(() => nn.utils.spectralNorm(linear()), 'nn.utils.spectral_norm(nn.Linear(4, 3))', x, {
        eval: true,
        ...followed,
      }),
      made(
        () => nn.utils.spectralNorm(new nn.Conv2d(2, 3, 2), { nPowerIterations: 3, dim: 1, eps: 0.1 }),
        'nn.utils.spectral_norm(nn.Conv2d(2, 3, 2), n_power_iterations=3, dim=1, eps=0.1)',
        image,
        followed,
      ),
      made(
        () => nn.utils.removeSpectralNorm(nn.utils.spectralNorm(linear(), { name: 'weight' })),
        'nn.utils.remove_spectral_norm(nn.utils.spectral_norm(nn.Linear(4, 3)))',
      ),
      made(
        () => nn.utils.parametrizations.spectralNorm(linear()),
        'nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3))',
        x,
        { eval: true, ...followed },
      ),
      made(
        () => nn.utils.parametrizations.spectralNorm(new nn.Conv2d(2, 3, 2), { nPowerIterations: 3, dim: 1 }),
        'nn.utils.parametrizations.spectral_norm(nn.Conv2d(2, 3, 2), n_power_iterations=3, dim=1)',
        image,
        followed,
      ),
      made(
        () => nn.utils.parametrizations.spectralNorm(linear(), 'bias'),
        "nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3), 'bias')",
      ),
    ],
    errors: [
      {
        run: () => nn.utils.spectralNorm(linear(), { nPowerIterations: 0 }),
        type: WasmgradError,
        message: 'spectralNorm: nPowerIterations must be above 0, got 0',
      },
    ],
  }),
  layer('orthogonal', {
    cases: [
      ...(['matrix_exp', 'cayley', 'householder'] as const).flatMap((map) =>
        [
          [4, 4],
          [4, 3],
          [4, 6],
        ].map(([a, b]) =>
          made(
            () => nn.utils.parametrizations.orthogonal(new nn.Linear(a!, b!), 'weight', { orthogonalMap: map }),
            `nn.utils.parametrizations.orthogonal(nn.Linear(${a}, ${b}), 'weight', '${map}')`,
            x,
            // The signs on the diagonal that Householder's reflectors bring along are no function of it.
            map === 'householder' ? { gradcheck: 0 } : {},
          ),
        ),
      ),
      made(
        () => {
          const m = nn.utils.parametrizations.orthogonal(new nn.Linear(4, 4));
          const list = (m as unknown as { parametrizations: { weight: { original: Tensor } } }).parametrizations;
          list.weight.original.detach().copy_(tensor([scores[0]!, scores[1]!, scores[2]!, scores[0]!]).div(8));
          return m;
        },
        'm = nn.utils.parametrizations.orthogonal(nn.Linear(4, 4)); ' +
          `m.parametrizations.weight.original.data.copy_(torch.tensor(${JSON.stringify([...scores, scores[0]])}) / 8); m`,
      ),
      ...(['matrix_exp', 'cayley'] as const).map((map) =>
        made(
          () =>
            nn.utils.parametrizations.orthogonal(new nn.Linear(4, 4), 'weight', {
              orthogonalMap: map,
              useTrivialization: false,
            }),
          `nn.utils.parametrizations.orthogonal(nn.Linear(4, 4), 'weight', '${map}', use_trivialization=False)`,
        ),
      ),
      made(
        () => nn.utils.parametrizations.orthogonal(linear(), 'weight', { useTrivialization: false }),
        "nn.utils.parametrizations.orthogonal(nn.Linear(4, 3), 'weight', use_trivialization=False)",
        x,
        { gradcheck: 0 },
      ),
    ],
    errors: [
      {
        run: () => nn.utils.parametrizations.orthogonal(linear(), 'bias'),
        type: ShapeError,
        message: "orthogonal: 'bias' must be a matrix, got 1 dims",
      },
      {
        run: () => nn.utils.parametrizations.orthogonal(linear(), 'weight', { orthogonalMap: 'qr' as 'cayley' }),
        type: WasmgradError,
        message: "orthogonal: orthogonalMap must be one of matrix_exp, cayley, householder, got 'qr'",
      },
    ],
  }),
  layer('registerParametrization', {
    cases: [
      made(
        () => nn.utils.parametrize.registerParametrization(new nn.Linear(4, 4), 'weight', symmetric()),
        "nn.utils.parametrize.register_parametrization(nn.Linear(4, 4), 'weight', Symmetric())",
      ),
      made(
        () => {
          const m = nn.utils.parametrize.registerParametrization(new nn.Linear(4, 4), 'weight', symmetric());
          nn.utils.parametrize.registerParametrization(m, 'weight', doubled());
          nn.utils.parametrize.registerParametrization(m, 'bias', doubled(), { unsafe: true });
          Object.assign(m, { weight: ones([4, 4]) });
          return m;
        },
        "m = nn.utils.parametrize.register_parametrization(nn.Linear(4, 4), 'weight', Symmetric()); " +
          "nn.utils.parametrize.register_parametrization(m, 'weight', Doubled()); " +
          "nn.utils.parametrize.register_parametrization(m, 'bias', Doubled(), unsafe=True); " +
          'm.weight = torch.ones(4, 4); m',
        x,
        {
          call: (m, inputs) => nn.utils.parametrize.cached(() => (m as nn.Linear).forward(inputs.x)),
        },
      ),
      ...[true, false].map((keep) =>
        made(
          () => {
            const m = nn.utils.parametrize.registerParametrization(new nn.Linear(4, 4), 'weight', symmetric());
            nn.utils.parametrize.registerParametrization(m, 'weight', doubled());
            return nn.utils.parametrize.removeParametrizations(m, 'weight', keep);
          },
          "m = nn.utils.parametrize.register_parametrization(nn.Linear(4, 4), 'weight', Symmetric()); " +
            "nn.utils.parametrize.register_parametrization(m, 'weight', Doubled()); " +
            `nn.utils.parametrize.remove_parametrizations(m, 'weight', ${keep ? 'True' : 'False'})`,
        ),
      ),
    ],
    errors: [
      {
        run: () => nn.utils.parametrize.registerParametrization(linear(), 'weight', symmetric()),
        type: ShapeError,
        message: 'add: shapes do not broadcast, got input [3, 4], other [4, 3]',
      },
      {
        run: () => nn.utils.parametrize.removeParametrizations(linear(), 'weight'),
        type: WasmgradError,
        message: "removeParametrizations: Linear has no parametrization of 'weight'",
      },
    ],
  }),
  layer('prune', {
    cases: [
      made(() => nn.utils.prune.identity(linear(), 'weight'), "nn.utils.prune.identity(nn.Linear(4, 3), 'weight')"),
      made(
        () => nn.utils.prune.l1Unstructured(linear(), 'weight', 5),
        "nn.utils.prune.l1_unstructured(nn.Linear(4, 3), 'weight', 5)",
      ),
      made(
        () => nn.utils.prune.l1Unstructured(linear(), 'weight', 0.375, { importanceScores: tensor(scores) }),
        `nn.utils.prune.l1_unstructured(nn.Linear(4, 3), 'weight', 0.375, torch.tensor(${JSON.stringify(scores)}))`,
      ),
      made(
        () => nn.utils.prune.randomUnstructured(nn.utils.prune.l1Unstructured(linear(), 'weight', 3), 'weight', 0.5),
        "nn.utils.prune.random_unstructured(nn.utils.prune.l1_unstructured(nn.Linear(4, 3), 'weight', 3), 'weight', 0.5)",
      ),
      made(
        () =>
          nn.utils.prune.lnStructured(nn.utils.prune.lnStructured(linear(), 'weight', 1, 2, 1), 'weight', 0.34, 1, 0),
        "nn.utils.prune.ln_structured(nn.utils.prune.ln_structured(nn.Linear(4, 3), 'weight', 1, 2, 1), 'weight', 0.34, 1, 0)",
      ),
      made(
        () => nn.utils.prune.lnStructured(linear(), 'weight', 2, 2, -1, { importanceScores: tensor(scores).float() }),
        `nn.utils.prune.ln_structured(nn.Linear(4, 3), 'weight', 2, 2, -1, torch.tensor(${JSON.stringify(scores)}).float())`,
      ),
      made(
        () => nn.utils.prune.randomStructured(linear(), 'weight', 2, 1),
        "nn.utils.prune.random_structured(nn.Linear(4, 3), 'weight', 2, 1)",
      ),
      made(
        () => nn.utils.prune.remove(nn.utils.prune.customFromMask(linear(), 'weight', tensor(mask)), 'weight'),
        `nn.utils.prune.remove(nn.utils.prune.custom_from_mask(nn.Linear(4, 3), 'weight', torch.tensor(${JSON.stringify(mask)})), 'weight')`,
      ),
      made(() => {
        const m = new nn.Sequential(linear(), new nn.Linear(3, 2));
        const [a, b] = [...m] as [nn.Linear, nn.Linear];
        const parameters = [
          [a, 'weight'],
          [b, 'weight'],
          [b, 'bias'],
        ] as const;
        nn.utils.prune.globalUnstructured(parameters, nn.utils.prune.L1Unstructured, { amount: 0.5 });
        if (!nn.utils.prune.isPruned(m)) throw new Error('isPruned');
        return m;
      }, `m = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)); nn.utils.prune.global_unstructured([(m[0], 'weight'), (m[1], 'weight'), (m[1], 'bias')], nn.utils.prune.L1Unstructured, amount=0.5); m`),
      made(
        () => {
          const m = linear();
          const importanceScores = [tensor(scores).float(), null];
          const parameters = [
            [m, 'weight'],
            [m, 'bias'],
          ] as const;
          nn.utils.prune.globalUnstructured(parameters, nn.utils.prune.L1Unstructured, { amount: 6, importanceScores });
          return m;
        },
        "m = nn.Linear(4, 3); nn.utils.prune.global_unstructured([(m, 'weight'), (m, 'bias')], " +
          `nn.utils.prune.L1Unstructured, {(m, 'weight'): torch.tensor(${JSON.stringify(scores)}).float()}, amount=6); m`,
      ),
    ],
    errors: [
      {
        run: () => nn.utils.prune.l1Unstructured(linear(), 'weight', 1.5),
        type: WasmgradError,
        message: 'l1Unstructured: amount must be a share from 0 to 1 or a whole number, got 1.5',
      },
      {
        run: () => nn.utils.prune.l1Unstructured(linear(), 'weight', 13),
        type: WasmgradError,
        message: 'l1Unstructured: amount 13 is more than the 12 there are',
      },
      {
        run: () => nn.utils.prune.remove(linear(), 'weight'),
        type: WasmgradError,
        message: "remove: 'weight' is not pruned",
      },
      {
        run: () => nn.utils.prune.lnStructured(linear(), 'bias', 1, 2, 0),
        type: ShapeError,
        message: 'lnStructured: slices need a tensor of at least two dims, got 1',
      },
    ],
  }),
];
