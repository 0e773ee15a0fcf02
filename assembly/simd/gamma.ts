import { Scalar } from './scalar';

/** From here on the asymptotic series have all the bits of an f64. */
const ASYMPTOTIC: f64 = 10.0;

/** `sin πx`, from the fraction of x. */
function sinPi(x: f64): f64 {
  return NativeMath.sin(Math.PI * (x - nearest(x)));
}

/** `log Γ(x)` for x ≥ ½: Stirling's series at x + n, less the logarithm of x·(x + 1)⋯(x + n - 1). */
function stirling(x: f64): f64 {
  let product = 1.0;
  for (; x < ASYMPTOTIC; x += 1.0) product *= x;
  const z = 1.0 / (x * x);
  let series = 1.0 / 1188.0 - z * (691.0 / 360360.0 - z / 156.0);
  series = 1.0 / 1260.0 - z * (1.0 / 1680.0 - z * series);
  series = (1.0 / 12.0 - z * (1.0 / 360.0 - z * series)) / x;
  return (x - 0.5) * Scalar.log(x) - x + 0.91893853320467274178 + series - Scalar.log(product);
}

/** `log |Γ(x)|`, all x. Absolute error ≤ 4e-15 up to 10, relative error ≤ 4e-16 beyond. */
export function logGamma(x: f64): f64 {
  if (abs(x) == Infinity) return Infinity;
  if (x == 1.0 || x == 2.0) return 0.0;
  if (x < 0.5) return Scalar.log(Math.PI / abs(sinPi(x))) - stirling(1.0 - x);
  return stirling(x);
}

/** The slope of `log Γ(x)`. Source: Cephes psi.c, with PyTorch's results at 0 and below. */
export function digamma(x: f64): f64 {
  let y = 0.0;
  if (x == 0.0) return copysign(Infinity, -x);
  if (x < 0.0) {
    if (trunc(x) == x) return NaN;
    const t = Math.PI * (x - trunc(x));
    y = (-Math.PI * NativeMath.cos(t)) / NativeMath.sin(t);
    x = 1.0 - x;
  }
  for (; x < ASYMPTOTIC; x += 1.0) y -= 1.0 / x;
  const z = 1.0 / (x * x);
  let series = 691.0 / 32760.0 - z * (1.0 / 12.0);
  series = 1.0 / 240.0 - z * (1.0 / 132.0 - z * series);
  series = z * (1.0 / 12.0 - z * (1.0 / 120.0 - z * (1.0 / 252.0 - z * series)));
  return y + (Scalar.log(x) - 0.5 / x - series);
}

/** The slope of digamma: PyTorch's sum, whose error is 1e-9. */
function trigamma(x: f64): f64 {
  let sign = 1.0;
  let y = 0.0;
  if (x < 0.5) {
    sign = -1.0;
    const s = sinPi(x);
    y = -(Math.PI * Math.PI) / (s * s);
    x = 1.0 - x;
  }
  for (let i = 0; i < 6; i++, x += 1.0) y += 1.0 / (x * x);
  const z = 1.0 / (x * x);
  y += (1.0 + 1.0 / (2.0 * x) + z * (1.0 / 6.0 - z * (1.0 / 30.0 - z * (1.0 / 42.0)))) / x;
  return sign * y;
}

/** x^-n for whole n. */
function inversePower(x: f64, n: i32): f64 {
  let y = 1.0;
  for (let power = x; n > 0; n >>= 1, power *= power) if (n & 1) y *= power;
  return 1.0 / y;
}

/** The Hurwitz zeta function Σ (x + k)^-s: some terms, and the rest by Euler and Maclaurin. Source: Cephes zeta.c. */
function zeta(s: i32, x: f64): f64 {
  if (x <= 0.0 && floor(x) == x) return Infinity;
  // The terms from here to 0 would take too long to add.
  if (x < -1e6) return NaN;
  let sum = 0.0;
  for (; x < 2.0 * ASYMPTOTIC; x += 1.0) sum += inversePower(x, s);
  const term = inversePower(x, s);
  sum += (term * x) / <f64>(s - 1) + 0.5 * term;
  // The terms are B(2k) / (2k)! · s (s + 1) ⋯ (s + 2k - 2) · x^(-s - 2k + 1).
  let factor = (<f64>s * term) / x;
  for (let k = 1; k <= 8; k++) {
    sum += bernoulli(k) * factor;
    const rise = <f64>(s + 2 * k - 1);
    factor *= (rise * (rise + 1.0)) / (x * x);
  }
  return sum;
}

/** B(2k) / (2k)!. */
function bernoulli(k: i32): f64 {
  switch (k) {
    case 1:
      return 1.0 / 12.0;
    case 2:
      return -1.0 / 720.0;
    case 3:
      return 1.0 / 30240.0;
    case 4:
      return -1.0 / 1209600.0;
    case 5:
      return 1.0 / 47900160.0;
    case 6:
      return -691.0 / 1307674368000.0;
    case 7:
      return 1.0 / 74724249600.0;
    default:
      return -3617.0 / 10670622842880000.0;
  }
}

/** The n-th derivative of digamma. */
export function polygamma(n: i32, x: f64): f64 {
  if (n == 0) return digamma(x);
  if (n == 1) return trigamma(x);
  let factorial = n & 1 ? 1.0 : -1.0;
  for (let i = 2; i <= n; i++) factorial *= <f64>i;
  return factorial * zeta(n + 1, x);
}
