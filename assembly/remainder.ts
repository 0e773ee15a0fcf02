// Remainders and rounded quotients of floats, lane by lane, exact as C's fmod is.
import { LongBinary } from './strided';

/** Beyond this quotient (2^28), q·b no longer fits the 53 bits of a double for float32 b. */
const EXACT: f64 = 268435456;

/** C's fmod: a - b·trunc(a / b) without rounding error. */
class Fmod {
  @inline static of<T>(a: T, b: T): T {
    return sizeof<T>() == 4 ? <T>fmod32(<f32>a, <f32>b) : <T>(<f64>a % <f64>b);
  }

  /** Python's %: the result has the sign of b. */
  @inline static remainder<T>(a: T, b: T): T {
    const r = Fmod.of<T>(a, b);
    return r != <T>0 && b < <T>0 != r < <T>0 ? r + b : r;
  }

  /** Python's //, consistent with its %, as PyTorch computes it. */
  @inline static floorDiv<T>(a: T, b: T): T {
    if (b == <T>0) return a / b;
    const r = Fmod.of<T>(a, b);
    let q: T = (a - r) / b;
    if (r != <T>0 && b < <T>0 != r < <T>0) q -= <T>1;
    if (q == <T>0) return copysign<T>(<T>0, a / b);
    const whole = floor<T>(q);
    return q - whole > <T>0.5 ? whole + <T>1 : whole;
  }
}

function fmod32(a: f32, b: f32): f32 {
  const x = abs<f64>(a);
  const y = abs<f64>(b);
  const q = trunc<f64>(x / y);
  if (q == 0) return a;
  if (!(q < EXACT)) return a % b;
  // The rounded quotient may be one too large: then the remainder comes out negative.
  let r = x - q * y;
  if (r < 0) r += y;
  return copysign<f32>(<f32>r, a);
}

export class FmodFloat<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    let y = a;
    y = v128.replace_lane<T>(y, 0, Fmod.of<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(b, 0)));
    y = v128.replace_lane<T>(y, 1, Fmod.of<T>(v128.extract_lane<T>(a, 1), v128.extract_lane<T>(b, 1)));
    if (sizeof<T>() == 4) {
      y = v128.replace_lane<T>(y, 2, Fmod.of<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(b, 2)));
      y = v128.replace_lane<T>(y, 3, Fmod.of<T>(v128.extract_lane<T>(a, 3), v128.extract_lane<T>(b, 3)));
    }
    return y;
  }
}

export class RemainderFloat<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    let y = a;
    y = v128.replace_lane<T>(y, 0, Fmod.remainder<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(b, 0)));
    y = v128.replace_lane<T>(y, 1, Fmod.remainder<T>(v128.extract_lane<T>(a, 1), v128.extract_lane<T>(b, 1)));
    if (sizeof<T>() == 4) {
      y = v128.replace_lane<T>(y, 2, Fmod.remainder<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(b, 2)));
      y = v128.replace_lane<T>(y, 3, Fmod.remainder<T>(v128.extract_lane<T>(a, 3), v128.extract_lane<T>(b, 3)));
    }
    return y;
  }
}

export class FloorDivFloat<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    let y = a;
    y = v128.replace_lane<T>(y, 0, Fmod.floorDiv<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(b, 0)));
    y = v128.replace_lane<T>(y, 1, Fmod.floorDiv<T>(v128.extract_lane<T>(a, 1), v128.extract_lane<T>(b, 1)));
    if (sizeof<T>() == 4) {
      y = v128.replace_lane<T>(y, 2, Fmod.floorDiv<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(b, 2)));
      y = v128.replace_lane<T>(y, 3, Fmod.floorDiv<T>(v128.extract_lane<T>(a, 3), v128.extract_lane<T>(b, 3)));
    }
    return y;
  }
}
