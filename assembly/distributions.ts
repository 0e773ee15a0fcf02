// Normal, exponential and categorical numbers from the stream of `mt19937.ts`, draw for draw as PyTorch's CPU kernels; and the
// elementwise half of dropout. Kernels that draw are sequential (units = 1).
//
// Sources: ATen/core/DistributionsHelper.h, ATen/native/cpu/DistributionTemplates.h and MultinomialKernel.cpp, and torch/nn/init.py of PyTorch.
import { BoxMuller } from './box-muller';
import { Twister } from './mt19937';
import { Lanes } from './simd/lanes';
import { Log } from './simd/log';
import { Uniform } from './uniform';

/** n uniform numbers in [0, 1). */
function drawUnits<T>(y: usize, state: usize, n: i32): void {
  if (sizeof<T>() == 4) {
    Uniform.fill(y, state, n, f32x4.splat(1), f32x4.splat(0), false);
  } else {
    for (let i = 0; i < n; i++, y += sizeof<T>()) store<T>(y, Twister.unit<T>(state));
  }
}

function fillNormal<T>(y: usize, state: usize, n: i32, mean: f64, std: f64, single: bool): void {
  if (single || n < 16) {
    for (let i = 0; i < n; i++, y += sizeof<T>()) store<T>(y, <T>(BoxMuller.next(state) * std + mean));
    return;
  }
  const means = Lanes.splat<T>(mean);
  const stds = Lanes.splat<T>(std);
  const stop = y + <usize>n * sizeof<T>();
  drawUnits<T>(y, state, n);
  let block = y;
  for (; block + 16 * sizeof<T>() <= stop; block += 16 * sizeof<T>()) BoxMuller.fill<T>(block, means, stds);
  if (block < stop) {
    // What is left is no whole block: PyTorch draws the last 16 numbers anew.
    block = stop - 16 * sizeof<T>();
    drawUnits<T>(block, state, 16);
    BoxMuller.fill<T>(block, means, stds);
  }
}

/**
 * y = n normal numbers: in blocks of 16 from 16 on, one by one (in double precision) below, or where `single` is not 0.
 *
 * @dtypes f32 f64
 */
export function normal<T>(
  y: usize,
  state: usize,
  n: i32,
  mean: f64,
  std: f64,
  single: i32,
  begin: i32,
  end: i32,
): void {
  fillNormal<T>(y, state, n, mean, std, single != 0);
}

function logOf(x: f64): f64 {
  return f64x2.extract_lane(Log.log<f64>(f64x2.splat(x)), 0);
}

function fillExponential<T>(y: usize, state: usize, n: i32, lambda: f64): void {
  for (let i = 0; i < n; i++, y += sizeof<T>()) {
    store<T>(y, <T>((-1.0 / lambda) * logOf(1.0 - Twister.unit<f64>(state))));
  }
}

/**
 * y = n numbers -log(1 - u) / lambda, two words each.
 *
 * @dtypes f32 f64
 */
export function exponential<T>(y: usize, state: usize, n: i32, lambda: f64, begin: i32, end: i32): void {
  fillExponential<T>(y, state, n, lambda);
}

// The inverse of erf: x · p(w), w = -log(1 - x²), one polynomial for each of three ranges of w; relative error below 1e-15 on (-1, 1).
// Source: Giles 2010, "Approximating the erfinv function".
class ErfInv {
  @inline static central(w: f64): f64 {
    let p = -3.6444120640178196996e-21;
    p = p * w - 1.685059138182016589e-19;
    p = p * w + 1.2858480715256400167e-18;
    p = p * w + 1.115787767802518096e-17;
    p = p * w - 1.333171662854620906e-16;
    p = p * w + 2.0972767875968561637e-17;
    p = p * w + 6.6376381343583238325e-15;
    p = p * w - 4.0545662729752068639e-14;
    p = p * w - 8.1519341976054721522e-14;
    p = p * w + 2.6335093153082322977e-12;
    p = p * w - 1.2975133253453532498e-11;
    p = p * w - 5.4154120542946279317e-11;
    p = p * w + 1.051212273321532285e-9;
    p = p * w - 4.1126339803469836976e-9;
    p = p * w - 2.9070369957882005086e-8;
    p = p * w + 4.2347877827932403518e-7;
    p = p * w - 1.3654692000834678645e-6;
    p = p * w - 1.3882523362786468719e-5;
    p = p * w + 0.0001867342080340571352;
    p = p * w - 0.00074070253416626697512;
    p = p * w - 0.0060336708714301490533;
    p = p * w + 0.24015818242558961693;
    return p * w + 1.6536545626831027356;
  }

  @inline static middle(w: f64): f64 {
    let p = 2.2137376921775787049e-9;
    p = p * w + 9.0756561938885390979e-8;
    p = p * w - 2.7517406297064545428e-7;
    p = p * w + 1.8239629214389227755e-8;
    p = p * w + 1.5027403968909827627e-6;
    p = p * w - 4.013867526981545969e-6;
    p = p * w + 2.9234449089955446044e-6;
    p = p * w + 1.2475304481671778723e-5;
    p = p * w - 4.7318229009055733981e-5;
    p = p * w + 6.8284851459573175448e-5;
    p = p * w + 2.4031110387097893999e-5;
    p = p * w - 0.0003550375203628474796;
    p = p * w + 0.00095328937973738049703;
    p = p * w - 0.0016882755560235047313;
    p = p * w + 0.0024914420961078508066;
    p = p * w - 0.0037512085075692412107;
    p = p * w + 0.005370914553590063617;
    p = p * w + 1.0052589676941592334;
    return p * w + 3.0838856104922207635;
  }

  @inline static tail(w: f64): f64 {
    let p = -2.7109920616438573243e-11;
    p = p * w - 2.5556418169965252055e-10;
    p = p * w + 1.5076572693500548083e-9;
    p = p * w - 3.7894654401267369937e-9;
    p = p * w + 7.6157012080783393804e-9;
    p = p * w - 1.4960026627149240478e-8;
    p = p * w + 2.9147953450901080826e-8;
    p = p * w - 6.7711997758452339498e-8;
    p = p * w + 2.2900482228026654717e-7;
    p = p * w - 9.9298272942317002539e-7;
    p = p * w + 4.5260625972231537039e-6;
    p = p * w - 1.9681778105531670567e-5;
    p = p * w + 7.5995277030017761139e-5;
    p = p * w - 0.00021503011930044477347;
    p = p * w - 0.00013871931833623122026;
    p = p * w + 1.0103004648645343977;
    return p * w + 4.8499064014085844221;
  }

  @inline static f(x: f64): f64 {
    const distance = (1 - x) * (1 + x);
    if (distance == 0) return x * Infinity;
    const w = -logOf(distance);
    if (w < 6.25) return x * ErfInv.central(w - 3.125);
    return x * (w < 16 ? ErfInv.middle(sqrt(w) - 3.25) : ErfInv.tail(sqrt(w) - 5));
  }
}

function truncateNormal<T>(y: usize, n: i32, mean: f64, std: f64, low: f64, high: f64): void {
  for (let i = 0; i < n; i++, y += sizeof<T>()) {
    const x = <T>ErfInv.f(<f64>load<T>(y)) * <T>(std * Math.SQRT2) + <T>mean;
    store<T>(y, max<T>(<T>low, min<T>(<T>high, x)));
  }
}

/**
 * y = normal numbers within [low, high], from uniform ones in y between erf of the (standardised) limits.
 *
 * @dtypes f32 f64
 */
export function truncNormal<T>(y: usize, n: i32, mean: f64, std: f64, low: f64, high: f64, begin: i32, end: i32): void {
  truncateNormal<T>(y, n, mean, std, low, high);
}

function drawCategories<T>(y: usize, p: usize, sums: usize, state: usize, rows: i32, categories: i32, n: i32): void {
  for (let row = 0; row < rows; row++, p += <usize>categories * sizeof<T>()) {
    let total: T = 0;
    for (let j: usize = 0; j < <usize>categories * sizeof<T>(); j += sizeof<T>()) {
      total += load<T>(p + j);
      store<T>(sums + j, total);
    }
    for (let j: usize = 0; j < <usize>categories * sizeof<T>(); j += sizeof<T>()) {
      store<T>(sums + j, load<T>(sums + j) / total);
    }
    store<T>(sums + <usize>(categories - 1) * sizeof<T>(), 1);
    for (let i = 0; i < n; i++, y += 4) {
      const u = Twister.unit<f64>(state);
      let low = 0;
      let high = categories;
      while (low < high) {
        const middle = low + ((high - low) >> 1);
        if (<f64>load<T>(sums + <usize>middle * sizeof<T>()) < u) low = middle + 1;
        else high = middle;
      }
      store<i32>(y, low);
    }
  }
}

/**
 * y[row, i] = a category drawn with replacement by the weights p[row]; `sums` is scratch for one row. Two words each.
 *
 * @dtypes f32 f64
 */
export function multinomial<T>(
  y: usize,
  p: usize,
  sums: usize,
  state: usize,
  rows: i32,
  categories: i32,
  n: i32,
  begin: i32,
  end: i32,
): void {
  drawCategories<T>(y, p, sums, state, rows, categories, n);
}

class Dropout {
  /** `keep` is 0 or 1; multiplying by 0 (and not choosing it) lets NaN and infinities through, as in PyTorch. */
  @inline static lanes<T>(x: v128, keep: v128, scale: v128): v128 {
    return v128.mul<T>(x, v128.mul<T>(keep, scale));
  }

  @inline static map<T>(y: usize, x: usize, mask: usize, p: f64, begin: i32, end: i32): void {
    const scales = v128.splat<T>(<T>1 / <T>(1 - p));
    const lanes = 16 / sizeof<T>();
    let i = <usize>begin;
    for (; i + lanes <= <usize>end; i += lanes) {
      const keep =
        sizeof<T>() == 4
          ? f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask + i))))
          : f64x2.convert_low_i32x4_s(
              i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i16x8.splat(load<i16>(mask + i)))),
            );
      v128.store(y + i * sizeof<T>(), Dropout.lanes<T>(v128.load(x + i * sizeof<T>()), keep, scales));
    }
    for (; i < <usize>end; i++) {
      const keep = v128.splat<T>(<T>load<u8>(mask + i));
      const lane = Dropout.lanes<T>(v128.splat<T>(load<T>(x + i * sizeof<T>())), keep, scales);
      store<T>(y + i * sizeof<T>(), v128.extract_lane<T>(lane, 0));
    }
  }
}

/**
 * y = x · mask / (1 - p); the mask is bytes of 0 and 1.
 *
 * @dtypes f32 f64
 */
export function dropout<T>(y: usize, x: usize, mask: usize, p: f64, begin: i32, end: i32): void {
  Dropout.map<T>(y, x, mask, p, begin, end);
}
