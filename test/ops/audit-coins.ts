import { WasmgradError, distributions as D, tensor, type Tensor } from '../../src/index.js';
import { row, values, type Row } from './table.js';

type Coin = 'Bernoulli' | 'Geometric' | 'ContinuousBernoulli';

/** Fair coins: the logit of ½ is 0, where the parts of a softplus have corners. */
const fair = { p: values([0.5, 0.5, 0.25]), x: values([0, 1, 1], 'float32', { grad: false }) };
const still = { l: values([0, 0, -1]), x: values([0, 1, 1], 'float32', { grad: false }) };

function coin(name: Coin): Row {
  return row(name, {
    cases: [
      {
        in: fair,
        run: ({ p, x }) => new D[name](p).logProb(x),
        torch: `torch.distributions.${name}(p).log_prob(x)`,
      },
      {
        in: still,
        run: ({ l, x }) => new D[name]({ logits: l }).logProb(x),
        torch: `torch.distributions.${name}(logits=l).log_prob(x)`,
      },
    ],
  });
}

function coins(name: 'Binomial' | 'NegativeBinomial'): Row {
  return row(name, {
    cases: [
      {
        in: fair,
        run: ({ p, x }) => new D[name](3, p).logProb(x),
        torch: `torch.distributions.${name}(3, p).log_prob(x)`,
      },
      {
        in: still,
        run: ({ l, x }) => new D[name](3, { logits: l }).logProb(x),
        torch: `torch.distributions.${name}(3, logits=l).log_prob(x)`,
      },
    ],
  });
}

function jacobian(name: 'SigmoidTransform' | 'TanhTransform'): Row {
  return row(name, {
    cases: [
      {
        in: { x: values([0, 0.5, -1]) },
        run: ({ x }) => new D[name]().logAbsDetJacobian(x),
        torch: `torch.distributions.transforms.${name}().log_abs_det_jacobian(x, x)`,
      },
    ],
  });
}

/** Values that only distributions without checks take: the distribution that is transformed takes them as well. */
const outside = { a: values([2, 1]), x: values([-0.5, 3], 'float32', { grad: false }) };
const unchecked = { validateArgs: false } as const;

function transformed(
  name: 'Weibull' | 'Kumaraswamy' | 'Pareto',
  method: 'logProb' | 'cdf',
  value: number,
  wrong: string,
): Row {
  return row(name, {
    gradcheck: 0,
    cases: [
      {
        in: outside,
        run: ({ a, x }) => new D[name](a, 3, unchecked)[method](x),
        torch: `torch.distributions.${name}(a, 3., validate_args=False).${method === 'cdf' ? 'cdf' : 'log_prob'}(x)`,
      },
    ],
    errors: [{ run: () => new D[name](2, 3).cdf(tensor(value)), type: WasmgradError, message: wrong }],
  });
}

/** What a comparison of the rarer distributions with PyTorch's found. */
export const rows: Row[] = [
  coin('Bernoulli'),
  coin('Geometric'),
  coin('ContinuousBernoulli'),
  coins('Binomial'),
  coins('NegativeBinomial'),
  jacobian('SigmoidTransform'),
  jacobian('TanhTransform'),
  row('RelaxedBernoulli', {
    cases: [
      {
        // The logit of the value times the temperature is the logit of p.
        in: { p: values([0.5, 0.25]), x: values([0.5, 0.5], 'float32', { grad: false }) },
        run: ({ p, x }) => new D.RelaxedBernoulli(0.5, p).logProb(x),
        torch: 'torch.distributions.RelaxedBernoulli(torch.tensor(0.5, dtype=p.dtype), p).log_prob(x)',
      },
    ],
  }),
  row('klDivergence', {
    cases: [
      {
        in: { p: values([0.5, 0.25, 0.5]), q: values([0.5, 0.5, 0.75]) },
        run: ({ p, q }): Tensor => D.klDivergence(new D.Bernoulli(p), new D.Bernoulli(q)),
        torch: 'torch.distributions.kl_divergence(torch.distributions.Bernoulli(p), torch.distributions.Bernoulli(q))',
      },
    ],
  }),
  transformed('Weibull', 'logProb', -0.5, 'Exponential: value must be numbers of at least 0, got -0.015625'),
  transformed('Kumaraswamy', 'cdf', 3, 'Uniform: value must lie within low and high'),
  transformed('Pareto', 'cdf', -0.5, 'Exponential: value must be numbers of at least 0, got NaN'),
  row('LogisticNormal', {
    gradcheck: 0,
    cases: [
      {
        in: { a: values([0, 1]), x: values([0.2, 0.3, 0.6], 'float32', { grad: false }) },
        run: ({ a, x }) => new D.LogisticNormal(a, 1, unchecked).logProb(x),
        torch: 'torch.distributions.LogisticNormal(a, 1., validate_args=False).log_prob(x)',
      },
    ],
    errors: [
      {
        run: () => new D.LogisticNormal(tensor([0, 0]), 1).logProb(tensor([1, 1, 1])),
        type: WasmgradError,
        message: 'LogisticNormal: the sum of a value must be 1, got 3',
      },
    ],
  }),
];
