import { DTypeError, ShapeError, WasmgradError, nn, ones, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { layer, type LayerCase } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

const { parametrizations, parametrize } = nn.utils;
const doubled = (): nn.Module & { forward(x: Tensor): Tensor; rightInverse(x: Tensor): Tensor } =>
  new (class Doubled extends nn.Module {
    override forward(a: Tensor): Tensor {
      return a.mul(2);
    }
    rightInverse(a: Tensor): Tensor {
      return a.div(2);
    }
  })();

/** A module with what another gives it; parameters of both that it does not learn then go, as nobody would free them here. */
function given<M extends nn.Module>(from: nn.Module, to: M, name?: string): M {
  const before = [...from.parameters(), ...to.parameters()];
  parametrize.transferParametrizationsAndParams(from, to, name);
  const kept = to.parameters();
  for (const parameter of before) if (!kept.includes(parameter)) parameter.dispose();
  return to;
}

/** Convolutions, whose weights are batches of square, tall and wide matrices. */
const convolutions = [
  [4, 4],
  [4, 3],
  [3, 4],
] as const;

export const rows: Row[] = [
  layer('orthogonal', {
    cases: (['matrix_exp', 'cayley', 'householder'] as const).flatMap((orthogonalMap) =>
      convolutions.flatMap(([n, k]) =>
        (orthogonalMap === 'householder' ? [true, false] : [true]).map((useTrivialization): LayerCase<'x'> => ({
          make: () =>
            parametrizations.orthogonal(new nn.Conv1d(n, 2, k), 'weight', { orthogonalMap, useTrivialization }),
          torch: `nn.utils.parametrizations.orthogonal(nn.Conv1d(${n}, 2, ${k}), 'weight', '${orthogonalMap}', use_trivialization=${useTrivialization ? 'True' : 'False'})`,
          in: { x: f([2, n, 5]) },
          // What is computed when it is made is float32 in either precision, and rounded in an order of its own.
          tolerance: { float64: 1e-6 },
          ...(orthogonalMap === 'householder' ? { gradcheck: 0 as const } : {}),
        })),
      ),
    ),
    errors: [
      {
        run: () => {
          const m = parametrizations.orthogonal(new nn.Conv1d(3, 2, 3));
          Object.assign(m, { weight: zeros([3, 3]) });
        },
        type: ShapeError,
        message: 'orthogonal: the shape may not change, got [3, 3] for [2, 3, 3]',
      },
    ],
  }),
  layer('transferParametrizationsAndParams', {
    cases: [
      {
        make: () => {
          const from = parametrizations.weightNorm(new nn.Linear(4, 3));
          parametrize.registerParametrization(from, 'bias', doubled());
          return given(from, new nn.Linear(4, 3));
        },
        torch: `a = weight_norm_parametrization(nn.Linear(4, 3))
nn.utils.parametrize.register_parametrization(a, 'bias', Doubled())
nn.utils.parametrize.transfer_parametrizations_and_params(a, nn.Linear(4, 3))`,
        in: { x: f([2, 4]) },
        tolerance: { float64: 1e-6 },
      },
      {
        make: () => {
          const from = parametrize.registerParametrization(new nn.Linear(4, 3), 'bias', doubled());
          parametrize.registerParametrization(from, 'weight', doubled());
          const to = new nn.Linear(4, 3, { bias: false });
          Reflect.deleteProperty(to, 'bias');
          return given(from, to, 'bias');
        },
        torch: `a = nn.utils.parametrize.register_parametrization(nn.Linear(4, 3), 'bias', Doubled())
nn.utils.parametrize.register_parametrization(a, 'weight', Doubled())
b = nn.Linear(4, 3, bias=False)
del b.bias
nn.utils.parametrize.transfer_parametrizations_and_params(a, b, 'bias')`,
        in: { x: f([2, 4]) },
      },
    ],
    errors: [
      {
        run: () => {
          const from = parametrize.registerParametrization(new nn.Linear(4, 3), 'bias', doubled());
          parametrize.transferParametrizationsAndParams(from, new nn.Linear(4, 3), 'weight');
        },
        type: WasmgradError,
        message: "transferParametrizationsAndParams: Linear has no parametrization of 'weight'",
      },
    ],
  }),
  row('typeBeforeParametrizations', {
    cases: [
      {
        run: () => {
          const plain = new nn.Linear(2, 2);
          const m = parametrize.registerParametrization(new nn.Linear(2, 2), 'weight', doubled());
          const other = new nn.Linear(2, 2);
          const own = other.parameters();
          const shared = parametrize.transferParametrizationsAndParams(m, other);
          type Learned = { parametrizations: { weight: { original: Tensor } } };
          const [a, b] = [m, shared].map((x) => (x as unknown as Learned).parametrizations.weight.original);
          const same = parametrize.transferParametrizationsAndParams(plain, m) === m;
          const answers = [
            parametrize.typeBeforeParametrizations(m) === nn.Linear,
            parametrize.typeBeforeParametrizations(plain) === nn.Linear,
            a === b,
            same,
          ];
          for (const parameter of new Set([...own, ...plain.parameters(), ...m.parameters(), ...shared.parameters()])) {
            parameter.dispose();
          }
          return answers;
        },
        torch: `p = nn.utils.parametrize
m = p.register_parametrization(nn.Linear(2, 2), 'weight', Doubled())
s = p.transfer_parametrizations_and_params(m, nn.Linear(2, 2))
[p.type_before_parametrizations(m) is nn.Linear, p.type_before_parametrizations(nn.Linear(2, 2)) is nn.Linear,
 m.parametrizations.weight.original is s.parametrizations.weight.original, True]`,
        single: true,
      },
    ],
  }),
  row('loadStateDict', {
    cases: [
      {
        run: () => {
          const m = new nn.BatchNorm1d(2);
          const mean = m.buffers()[0]!;
          const [weight, running] = [ones([2], { dtype: 'float64' }), zeros([2], { dtype: 'float64' })];
          const before = m.weight!;
          const keys = m.loadStateDict({ weight, running_mean: running }, { assign: true, strict: false });
          weight.add_(2);
          running.add_(3);
          const copied = new nn.BatchNorm1d(2);
          copied.loadStateDict({ weight }, { strict: false });
          weight.add_(5);
          const answers = [
            before.detach().clone(),
            m.stateDict()['running_mean']!.clone(),
            before.dtype === 'float64' && before.requiresGrad && m.weight === before,
            m.buffers().length === 3,
            keys.missingKeys.length === 3,
            copied.weight!.detach().clone(),
          ];
          for (const x of [...m.parameters(), ...copied.parameters(), ...m.buffers(), ...copied.buffers(), mean])
            x.dispose();
          return answers;
        },
        // PyTorch 1.13 has no `assign`.
        torch: `o = torch.ones(2)
[o.double() * 8, o.double() * 3, True, True, True, o * 3]`,
        single: true,
      },
    ],
    errors: [
      {
        run: () => new nn.Linear(1, 1).loadStateDict({ weight: tensor([1]) }, { assign: true, strict: false }),
        type: ShapeError,
        message: 'loadStateDict: weight has shape [1, 1], got [1]',
      },
      {
        run: () =>
          new nn.Linear(1, 1).loadStateDict({ bias: tensor([1], { dtype: 'int32' }) }, { assign: true, strict: false }),
        type: DTypeError,
        message: 'Parameter: only floating point tensors can require gradients, got int32',
      },
    ],
  }),
];
