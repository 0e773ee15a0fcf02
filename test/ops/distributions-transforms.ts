import { ShapeError, WasmgradError, distributions as D, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, row, type Case, type Input, type Row } from './table.js';

const V = 'from torch.distributions import *\n';
/** Samples of normal numbers and the like differ from PyTorch's in their last bits. */
const close = { tolerance: { float32: 3e-6 }, gradcheck: 0 as const, layouts: false as const };
const scale = { min: 0.3, max: 3 };
const unit = { min: 0.1, max: 0.9 };
const wide = f([2, 3], { min: -1, max: 1 });

/** What a transform makes, takes back, and how it stretches. */
function maps(make: (a: Tensor, b: Tensor) => D.Transform, python: string, x: Input = wide): Case<'x' | 'a' | 'b'> {
  return {
    in: { x, a: f([3]), b: f([3], scale) },
    run: ({ x: given, a, b }) => {
      const t = make(a, b);
      const y = t.call(given);
      return [y, t.inv(y).mul(1), t.logAbsDetJacobian(given, y)];
    },
    torch: `${V}t = ${python}\ny = t(x)\n[y, t.inv(y) * 1, t.log_abs_det_jacobian(x, y) * 1]`,
  };
}

const name = (t: D.Distribution): Tensor =>
  tensor(
    Uint8Array.from(t.toString(), (character) => character.charCodeAt(0)),
    { dtype: 'uint8' },
  );
const base = (a: Tensor, b: Tensor): D.Normal => new D.Normal(a, b);
const flow = { a: f([2, 3]), b: f([3], scale), x: f([2, 3], { min: 0.05, max: 0.9 }) };
/** y = 1 − 2·sigmoid(x)², of falling and rising parts. */
const parts = (): D.Transform[] => [new D.SigmoidTransform(), new D.PowerTransform(2), new D.AffineTransform(1, -2)];
const torchParts = '[SigmoidTransform(), PowerTransform(torch.tensor(2.0)), AffineTransform(1, -2)]';
/** Values that no draw has. */
const outside = { x: f([2, 3], { min: 1.2, max: 2, grad: false }) };
const relaxed = { a: f([2, 3], unit), b: f([], { min: 0.5, max: 2 }), x: f([2, 3], unit) };

export const rows: Row[] = [
  row('AffineTransform', {
    cases: [
      maps((a, b) => new D.AffineTransform(a, b), 'AffineTransform(a, b)'),
      maps((a, b) => new D.AffineTransform(a, b.neg(), { eventDim: 1 }), 'AffineTransform(a, -b, event_dim=1)'),
      maps(() => new D.AffineTransform(1, -2, { eventDim: 2 }), 'AffineTransform(1, -2, event_dim=2)'),
    ],
    errors: [
      {
        run: () => new D.AffineTransform(0, 1, { dims: 1 } as object),
        type: WasmgradError,
        message: "AffineTransform: unknown option 'dims' (known: eventDim)",
      },
    ],
  }),
  row('ExpTransform', { cases: [maps(() => new D.ExpTransform(), 'ExpTransform()')] }),
  row('SigmoidTransform', { cases: [maps(() => new D.SigmoidTransform(), 'SigmoidTransform()')] }),
  row('TanhTransform', { cases: [maps(() => new D.TanhTransform(), 'TanhTransform()')] }),
  row('SoftplusTransform', { cases: [maps(() => new D.SoftplusTransform(), 'SoftplusTransform()')] }),
  row('PowerTransform', {
    cases: [
      maps((a, b) => new D.PowerTransform(b), 'PowerTransform(b)', f([2, 3], scale)),
      maps(() => new D.PowerTransform(-2), 'PowerTransform(torch.tensor(-2.0))', f([2, 3], scale)),
    ],
  }),
  row('StickBreakingTransform', {
    cases: [maps(() => new D.StickBreakingTransform(), 'StickBreakingTransform()', f([2, 4]))],
  }),
  row('ComposeTransform', {
    cases: [
      maps(() => new D.ComposeTransform(parts()), `ComposeTransform(${torchParts})`),
      maps(
        (a, b) =>
          new D.ComposeTransform([new D.AffineTransform(a, b), new D.StickBreakingTransform(), new D.ExpTransform()]),
        'ComposeTransform([AffineTransform(a, b), StickBreakingTransform(), ExpTransform()])',
      ),
      maps(() => new D.ComposeTransform([]), 'ComposeTransform([])'),
    ],
    errors: [
      {
        run: () => new D.ComposeTransform([1 as unknown as D.Transform]),
        type: WasmgradError,
        message: 'ComposeTransform: parts must be transforms',
      },
    ],
  }),
  row('TransformedDistribution', {
    cases: [
      {
        in: flow,
        run: ({ a, b, x }) => {
          const d = new D.TransformedDistribution(base(a, b), parts());
          return [d.logProb(x), d.cdf(x), d.icdf(x), name(d)];
        },
        torch: `${V}d = TransformedDistribution(Normal(a, b), ${torchParts})\n[d.log_prob(x), d.cdf(x), d.icdf(x), text(repr(d))]`,
      },
      {
        // The affine part makes the batch larger, the last one makes one draw of a row.
        in: { a: f([2, 1, 3]), b: f([3], scale), x: f([2, 4, 4], unit) },
        run: ({ a, b, x }) => {
          const t = [new D.AffineTransform(a, b), new D.StickBreakingTransform()];
          const d = new D.TransformedDistribution(new D.Normal(b.mul(0), b), t).expand([2, 4]);
          const y = x.div(x.sum(-1, true));
          return [d.logProb(y), tensor(d.batchShape), tensor(d.eventShape)];
        },
        torch: `${V}d = TransformedDistribution(Normal(b * 0, b), [AffineTransform(a, b), StickBreakingTransform()]).expand((2, 4))\n(d.log_prob(x / x.sum(-1, True)), torch.tensor(d.batch_shape, dtype=torch.float32), torch.tensor(d.event_shape, dtype=torch.float32))`,
        single: true,
        tolerance: { float32: 3e-5 },
        gradcheck: 0,
      },
      {
        in: outside,
        run: ({ x }) => {
          const options = { validateArgs: false };
          return new D.TransformedDistribution(new D.Normal(0, 1), new D.SigmoidTransform(), options).logProb(x);
        },
        torch: `${V}TransformedDistribution(Normal(torch.tensor(0.), torch.tensor(1.)), SigmoidTransform(), validate_args=False).log_prob(x)`,
        single: true,
        gradcheck: 0,
      },
      ...[0, 42].map((seed) => ({
        seed,
        in: { a: flow.a, b: flow.b },
        run: ({ a, b }: { readonly a: Tensor; readonly b: Tensor }) => {
          const d = new D.TransformedDistribution(base(a, b), new D.ExpTransform());
          return [d.rsample([5]), d.sample([2])];
        },
        torch: `${V}d = TransformedDistribution(Normal(a, b), ExpTransform())\n(d.rsample((5,)), d.sample((2,)))`,
        ...close,
      })),
      {
        in: { a: flow.a, b: flow.b },
        run: ({ a, b }) => {
          const t = new D.ExpTransform();
          const p = new D.TransformedDistribution(base(a, b), [t]);
          return D.klDivergence(p, new D.TransformedDistribution(base(b, b.mul(2)), [t]));
        },
        torch: `${V}t = ExpTransform()\nkl_divergence(TransformedDistribution(Normal(a, b), [t]), TransformedDistribution(Normal(b, b * 2), [t]))`,
      },
    ],
    errors: [
      {
        run: () => new D.TransformedDistribution(new D.Normal(0, 1), new D.StickBreakingTransform()),
        type: ShapeError,
        message: 'TransformedDistribution: the base must have at least 1 dims, got []',
      },
      {
        run: () => new D.TransformedDistribution(new D.Normal(0, 1), new D.ExpTransform()).logProb(tensor([-1])),
        type: WasmgradError,
        message: 'TransformedDistribution: value must be numbers above 0, got -1',
      },
      {
        run: () => new D.TransformedDistribution(new D.Normal(0, 1), []).mean,
        type: WasmgradError,
        message: 'TransformedDistribution: mean is not defined for it',
      },
    ],
  }),
  row('RelaxedBernoulli', {
    cases: [
      {
        in: relaxed,
        run: ({ a, b, x }) => {
          const d = new D.RelaxedBernoulli(b, a);
          const e = new D.RelaxedBernoulli(b, { logits: a });
          return [d.logProb(x), e.logProb(x), d.logits, e.probs, e.expand([3, 2, 3]).logProb(x), name(d)];
        },
        torch: `${V}d = RelaxedBernoulli(b, a)\ne = RelaxedBernoulli(b, logits=a)\n[d.log_prob(x), e.log_prob(x), d.logits, e.probs, e.expand((3, 2, 3)).log_prob(x), text(repr(d))]`,
      },
      {
        in: outside,
        run: ({ x }) => new D.RelaxedBernoulli(2, 0.3, { validateArgs: false }).logProb(x),
        torch: `${V}RelaxedBernoulli(torch.tensor(2.), torch.tensor(0.3), validate_args=False).log_prob(x)`,
        single: true,
        gradcheck: 0,
      },
      ...[0, 42].map((seed) => ({
        seed,
        in: { a: relaxed.a, b: relaxed.b },
        run: ({ a, b }: { readonly a: Tensor; readonly b: Tensor }) => {
          const d = new D.RelaxedBernoulli(b, a);
          return [d.rsample([5]), d.sample([2])];
        },
        torch: `${V}d = RelaxedBernoulli(b, a)\n(d.rsample((5,)), d.sample((2,)))`,
        ...close,
      })),
    ],
    errors: [
      {
        run: () => new D.RelaxedBernoulli(0, 0.5),
        type: WasmgradError,
        message: 'RelaxedBernoulli: temperature must be numbers above 0, got 0',
      },
      {
        run: () => new D.RelaxedBernoulli(1, tensor([1.5])),
        type: WasmgradError,
        message: 'RelaxedBernoulli: probs must be numbers from 0 to 1, got 1.5',
      },
      {
        run: () => new D.RelaxedBernoulli(1, { probs: zeros([1]), logits: zeros([1]) }),
        type: WasmgradError,
        message: 'RelaxedBernoulli: give either probs or logits',
      },
    ],
  }),
];
