import { erfcScalar } from './erf';
import { Scalar } from './scalar';

/**
 * The inverse of the error function, infinite at ±1 and NaN beyond: a rational approximation and two steps of Newton, of 1 - erf where y is
 * near 1 and erf would round. Source: P. R. Lewis's coefficients, as in PyTorch's calc_erfinv.
 */
export function erfinv(y: f64): f64 {
  const a = abs(y);
  if (a == 1.0) return copysign(Infinity, y);
  if (!(a < 1.0)) return NaN;
  let x: f64;
  // Near 0 the series of four terms, where the difference of Newton's step would round.
  if (a < 0.01) {
    const z = y * y;
    const series = ((0.07329907936638086 * z + 0.09766361950392055) * z + 0.14393173084921979) * z + 0.2617993877991494;
    return 0.88622692545275801365 * (y + y * (z * series));
  }
  if (a <= 0.7) {
    const z = a * a;
    const p = ((-0.140543331 * z + 0.914624893) * z - 1.645349621) * z + 0.886226899;
    const q = (((0.012229801 * z - 0.329097515) * z + 1.442710462) * z - 2.118377725) * z + 1.0;
    x = (a * p) / q;
  } else {
    const z = sqrt(-Scalar.log((1.0 - a) * 0.5));
    const p = ((1.641345311 * z + 3.429567803) * z - 1.624906493) * z - 1.970840454;
    const q = (1.6370678 * z + 3.5438892) * z + 1.0;
    x = p / q;
  }
  for (let i = 0; i < 2; i++) {
    // erf x - y: below ½ by erfc of both signs, whose sum does not round what matters.
    const error = a > 0.5 ? 1.0 - a - erfcScalar(x) : 0.5 * (erfcScalar(-x) - erfcScalar(x)) - a;
    x -= (error * 0.88622692545275801365) / Scalar.exp(-x * x);
  }
  return copysign(x, y);
}
