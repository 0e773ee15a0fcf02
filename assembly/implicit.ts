// How samples of the gamma and beta distributions move with their parameters: -(∂F/∂α) / f, by the approximations of PyTorch (relative errors
// of some 10⁻³ in parts, and the same ones here).
//
// Source: ATen/native/Distributions.h of PyTorch; Figurnov, Mohamed & Mnih 2018, "Implicit reparameterization gradients".
import { digamma } from './simd/gamma';
import { Scalar } from './simd/scalar';

class Polynomial {
  /** c0 + x·(c1 + x·(c2 + x·c3)). */
  @inline static cubic(x: f64, c0: f64, c1: f64, c2: f64, c3: f64): f64 {
    return c0 + x * (c1 + x * (c2 + x * c3));
  }

  /** c0 + x·(c1 + x·c2). */
  @inline static square(x: f64, c0: f64, c1: f64, c2: f64): f64 {
    return c0 + x * (c1 + x * c2);
  }
}

class GammaGrad {
  /** A Taylor series, for small x. */
  static small(alpha: f64, x: f64): f64 {
    let term = 1.0;
    let a = alpha;
    let first = 1 / a;
    let second = 1 / (a * a);
    for (let i = 1; i <= 5; i++) {
      term *= -x / <f64>i;
      a += 1;
      first += term / a;
      second += term / (a * a);
    }
    const power = Scalar.pow(x, alpha);
    const density = Scalar.pow(x, alpha - 1) * Scalar.exp(-x);
    const slope = (Scalar.log(x) - digamma(alpha)) * power * first - power * second;
    const y = -slope / density;
    return y != y ? 0 : y;
  }

  /** Rice's saddle point expansion, for large alpha. */
  static large(alpha: f64, x: f64): f64 {
    if (0.9 * alpha <= x && x <= 1.1 * alpha) {
      const p = 1 + 24 * alpha * (1 + 12 * alpha);
      const q = 1440 * (alpha * alpha) + 6 * x * (53 - 120 * x) - (65 * x * x) / alpha + alpha * (107 + 3600 * x);
      return (p * q) / (1244160 * (alpha * alpha) * (alpha * alpha));
    }
    const root = sqrt(8 * alpha);
    const apart = root / (alpha - x);
    const ratio = Scalar.log(x / alpha);
    const deep = x - alpha - alpha * ratio;
    const bend = 1 / (deep * sqrt(deep));
    const both = x < alpha ? apart - bend : apart + bend;
    const inner = ratio * both - (sqrt(2 / alpha) * (alpha + x)) / ((alpha - x) * (alpha - x));
    const stirling = 1 + (1 / (12 * alpha)) * (1 + 1 / (24 * alpha));
    return (-stirling * x * inner) / root;
  }

  static at(alpha: f64, x: f64): f64 {
    if (x < <f64>(<f32>0.8)) return GammaGrad.small(alpha, x);
    if (alpha > 8) return GammaGrad.large(alpha, x);
    const u = Scalar.log(x / alpha);
    const v = Scalar.log(alpha);
    const p = Polynomial.cubic(
      v,
      Polynomial.square(u, 0.16009398, 0.53487893, 0.040121004),
      Polynomial.square(u, -0.094634809, 0.1298071, -0.0065914022),
      Polynomial.square(u, 0.025146376, 0.065735949, -0.0026286047),
      Polynomial.square(u, -0.0030648343, -0.0015649758, -0.0013441777),
    );
    const q = Polynomial.cubic(
      v,
      Polynomial.square(u, 1, 0.16639465, 0.017050642),
      Polynomial.square(u, 0.32668115, 0.020070113, -0.0021309326),
      Polynomial.square(u, 0.10406089, -0.0035938915, 0.00085092367),
      Polynomial.square(u, 0.0014179084, -0.00058392623, -1.5247877e-7),
    );
    return Scalar.exp(p / q);
  }
}

/** y = dx/dα of x ~ Gamma(α, 1). Units: elements. */
export function gammaGradF64(y: usize, alpha: usize, x: usize, begin: i32, end: i32): void {
  for (let i = (<usize>begin) << 3; i < (<usize>end) << 3; i += 8) {
    store<f64>(y + i, GammaGrad.at(load<f64>(alpha + i), load<f64>(x + i)));
  }
}

class BetaGrad {
  /** By α, x near 0. */
  static small(x: f64, alpha: f64, beta: f64): f64 {
    const factor = digamma(alpha) - digamma(alpha + beta) - Scalar.log(x);
    let term = 1.0;
    let series = (1 / alpha) * (factor + 1 / alpha);
    for (let i = 1; i <= 10; i++) {
      term *= ((<f64>i - beta) * x) / <f64>i;
      const a = alpha + <f64>i;
      series += (term / a) * (factor + 1 / a);
    }
    const y = x * Scalar.pow(1 - x, -beta) * series;
    return y != y ? 0 : y;
  }

  /** By β, x near 0. */
  static smallBeta(x: f64, alpha: f64, beta: f64): f64 {
    const factor = digamma(alpha + beta) - digamma(beta);
    let term = 1.0;
    let product = 1.0;
    let slope = 0.0;
    let series = factor / alpha;
    for (let i = 1; i <= 8; i++) {
      term *= -x / <f64>i;
      slope = slope * (beta - <f64>i) + product;
      product *= beta - <f64>i;
      series += (term / (alpha + <f64>i)) * (slope + factor * product);
    }
    const y = -Scalar.pow(1 - x, 1 - beta) * series;
    return y != y ? 0 : y;
  }

  @inline static stirling(a: f64): f64 {
    return 1 + 1 / (12 * a) + 1 / (288 * a * a);
  }

  /** By α, both parameters large: Rice's saddle point expansion. */
  static large(x: f64, alpha: f64, beta: f64): f64 {
    const total = alpha + beta;
    const mean = alpha / total;
    const std = sqrt((alpha * beta) / (total + 1)) / total;
    if (mean - 0.1 * std <= x && x <= mean + 0.1 * std) {
      const beta2 = beta * beta;
      const inner = (453 + 1620 * beta * (1 - x) - 455 * x) * beta + alpha * (8 * (1 - x) * (135 * beta - 11));
      const middle = 3 * (59 + 180 * beta - 90 * x) * beta2 + alpha * inner;
      const outer = (43 + 20 * (16 + 27 * beta) * x) * beta2 * beta + alpha * middle;
      const p = 47 * x * beta2 * beta2 + alpha * outer;
      const above = ((1 + 12 * alpha) * (1 + 12 * beta)) / (total * total);
      const below = 12960 * alpha * alpha * alpha * beta2 * (1 + 12 * total);
      return ((above / (1 - x)) * p) / below;
    }
    const factor = -x / sqrt((2 * alpha * beta) / total);
    const stirling = (BetaGrad.stirling(alpha) * BetaGrad.stirling(beta)) / BetaGrad.stirling(total);
    const away = alpha * (x - 1) + beta * x;
    const p = 2 * (alpha * alpha) * (x - 1) + alpha * beta * (x - 1) - x * (beta * beta);
    const first = p / (sqrt((2 * alpha) / beta) * total * sqrt(total) * away * away);
    const half = 0.5 * Scalar.log(alpha / (total * x));
    const third = sqrt((8 * alpha * beta) / total) / away;
    const base = beta * Scalar.log(beta / (total * (1 - x))) + alpha * Scalar.log(alpha / (total * x));
    const fourth = 1 / (base * sqrt(base));
    return stirling * factor * (first + half * (third + (x < mean ? fourth : -fourth)));
  }

  /** By α elsewhere: an analytic approximation, corrected by a rational function of log x, log α − log x and the rest. */
  static middle(x: f64, alpha: f64, total: f64): f64 {
    const u = Scalar.log(x);
    const a = Scalar.log(alpha) - u;
    const b = Scalar.log(total) - a;
    const p = Polynomial.square(
      u,
      Polynomial.square(
        a,
        Polynomial.cubic(b, 1.003668233, -0.01061107488, -0.0657888334, 0.01201642863),
        Polynomial.cubic(b, 0.6336835991, -0.3557432599, 0.05486251648, -0.001465281033),
        Polynomial.cubic(b, -0.03276231906, 0.004474107445, 0.002429354597, -0.0001557569013),
      ),
      Polynomial.square(
        a,
        Polynomial.cubic(b, 0.221950385, -0.3187676331, 0.01799915743, 0.01074823814),
        Polynomial.cubic(b, -0.2951249643, 0.06219954479, 0.01535556598, 0.001550077057),
        Polynomial.cubic(b, 0.02155310298, 0.004170831599, 0.001292462449, 6.976601077e-5),
      ),
      Polynomial.square(
        a,
        Polynomial.cubic(b, -0.05980841433, 0.008441916499, 0.01085618172, 0.002319392565),
        Polynomial.cubic(b, 0.02911413504, 0.01400243777, -0.002721828457, 0.000751041181),
        Polynomial.cubic(b, 0.005900514878, -0.001936558688, -9.495446725e-6, 5.385558597e-5),
      ),
    );
    const q = Polynomial.square(
      u,
      Polynomial.square(
        a,
        Polynomial.cubic(b, 1, -0.02924021934, -0.04438342661, 0.007285809825),
        Polynomial.cubic(b, 0.6357567472, -0.3473456711, 0.05454656494, -0.002407477521),
        Polynomial.cubic(b, -0.03301322327, 0.004845219414, 0.00231480583, -0.0002307248149),
      ),
      Polynomial.square(
        a,
        Polynomial.cubic(b, 0.5925320577, -0.1757678135, 0.01505928619, 0.000564515273),
        Polynomial.cubic(b, 0.1014815858, -0.06589186703, 0.01272886114, -0.0007316646956),
        Polynomial.cubic(b, -0.007258481865, 0.001096195486, 0.0003934994223, -4.12701925e-5),
      ),
      Polynomial.square(
        a,
        Polynomial.cubic(b, 0.06469649321, -0.0236701437, 0.002902096474, -5.896963079e-5),
        Polynomial.cubic(b, 0.001925008108, -0.002869809258, 0.0008000589141, -6.063713228e-5),
        Polynomial.cubic(b, -0.0003477407336, 6.959756487e-5, 1.097287507e-5, -1.650964693e-6),
      ),
    );
    return ((p / q) * x * (digamma(total) - digamma(alpha))) / (total - alpha);
  }

  static at(x: f64, alpha: f64, total: f64): f64 {
    const beta = total - alpha;
    const boundary = total * x * (1 - x);
    if (x <= 0.5 && boundary < 2.5) return BetaGrad.small(x, alpha, beta);
    if (x >= 0.5 && boundary < 0.75) return -BetaGrad.smallBeta(1 - x, beta, alpha);
    if (alpha > 6 && beta > 6) return BetaGrad.large(x, alpha, beta);
    return BetaGrad.middle(x, alpha, total);
  }
}

/** y = dx/dα / (1 − x) of x ~ Beta(α, total − α). Units: elements. */
export function dirichletGradF64(y: usize, x: usize, alpha: usize, total: usize, begin: i32, end: i32): void {
  for (let i = (<usize>begin) << 3; i < (<usize>end) << 3; i += 8) {
    store<f64>(y + i, BetaGrad.at(load<f64>(x + i), load<f64>(alpha + i), load<f64>(total + i)));
  }
}
