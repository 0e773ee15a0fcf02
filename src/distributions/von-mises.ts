import { noGrad } from '../autograd/mode.js';
import { rand } from '../tensor/random.js';
import { where } from '../tensor/copy.js';
import { zeros } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { WasmgradError } from '../core/errors.js';
import { Distribution, broadcastAll, positive, real } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/** Polynomials of (x / 3.75)² and of 3.75 / x. Source: Abramowitz & Stegun 1964, 9.8.1 to 9.8.4. */
const SMALL = [
  [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813],
  [0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411],
] as const;
const LARGE = [
  [0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377],
  [0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059],
] as const;

function polynomial(y: Tensor, coefficients: readonly number[]): Tensor {
  const [last, ...others] = [...coefficients].reverse() as [number, ...number[]];
  return others.reduce((sum, c) => sum.mul(y).add(c), y.mul(0).add(last));
}

/** log Iₙ(x) of x > 0, n 0 or 1. */
function logBessel(x: Tensor, order: 0 | 1): Tensor {
  const near = x.lt(3.75);
  const low = x.where(near, 1);
  const series = polynomial(low.div(3.75).square(), SMALL[order]);
  const small = (order === 1 ? low.mul(series) : series).log();
  const high = x.maskedFill(near, 3.75);
  const large = high.sub(high.log().mul(0.5)).add(polynomial(high.reciprocal().mul(3.75), LARGE[order]).log());
  return where(near, small, large);
}

/**
 * Von Mises' distribution of angles from −π to π: f(x) = exp(κ·cos(x − loc)) / (2π·I₀(κ)), κ = concentration. `variance` is the circular one.
 *
 * `sample` reads what it has drawn (it draws again what was rejected), so that it cannot be captured.
 * @throws WasmgradError where the concentration is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#vonmises; Best & Fisher 1979, "Efficient simulation of the von Mises distribution".
 */
export class VonMises extends Distribution {
  readonly loc: Tensor;
  readonly concentration: Tensor;

  constructor(loc: Parameter, concentration: Parameter, options: DistributionOptions = {}) {
    const [a, k] = broadcastAll('VonMises', [loc, concentration]) as [Tensor, Tensor];
    super('VonMises', a.shape, [], options);
    this.loc = a;
    this.concentration = k;
    this.checkParameters({ loc: [a, real], concentration: [k, positive] });
  }

  protected override get support(): Constraint {
    return real;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { loc: this.loc, concentration: this.concentration };
  }

  override expand(batchShape: readonly number[]): VonMises {
    return new VonMises(this.loc.expand(batchShape), this.concentration.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.loc;
  }

  override get mode(): Tensor {
    return this.loc;
  }

  override get variance(): Tensor {
    return logBessel(this.concentration, 1).sub(logBessel(this.concentration, 0)).exp().rsub(1);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    return noGrad(() => {
      // In double precision, whatever the parameters.
      const [loc, k] = [this.loc.double(), this.concentration.double()];
      const tau = k.square().mul(4).add(1).sqrt().add(1);
      const rho = tau.sub(tau.mul(2).sqrt()).div(k.mul(2));
      const proposal = where(k.lt(1e-5), k.reciprocal().add(k), rho.square().add(1).div(rho.mul(2)));
      let x = zeros(shape, { dtype: 'float64' });
      let done = zeros(shape, { dtype: 'bool' });
      while (!done.all().item()) {
        const [u1, u2, u3] = rand([3, ...shape], { dtype: 'float64' }).unbind() as [Tensor, Tensor, Tensor];
        const z = u1.mul(Math.PI).cos();
        const f = proposal.mul(z).add(1).div(proposal.add(z));
        const c = k.mul(proposal.sub(f));
        const sure = c.mul(c.rsub(2)).sub(u2).gt(0);
        const accept = sure.logicalOr(c.div(u2).log().add(1).sub(c).ge(0));
        x = where(accept, u3.sub(0.5).sign().mul(f.acos()), x);
        done = done.logicalOr(accept);
      }
      return x
        .add(Math.PI)
        .add(loc)
        .remainder(2 * Math.PI)
        .sub(Math.PI)
        .to(this.loc.dtype);
    });
  }

  override logProb(value: Tensor): Tensor {
    const k = this.concentration;
    return k
      .mul(this.checked(value).sub(this.loc).cos())
      .sub(Math.log(2 * Math.PI))
      .sub(logBessel(k, 0));
  }

  /** There is no formula here. @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError('VonMises: entropy is not defined for it');
  }
}
