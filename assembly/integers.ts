// Lane formulas of integers that Wasm has no instruction for. None traps: a zero divisor gives an unspecified
// result, and the op throws before it is looked at.
import { Binary, LongBinary } from './strided';

/** Quotients of int32 lanes in double precision, exact because 53 bits hold them. */
class Quotient {
  @inline static trunc(a: v128, b: v128): v128 {
    const lo = f64x2.trunc(f64x2.div(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b)));
    const hi = f64x2.trunc(f64x2.div(Quotient.high(a), Quotient.high(b)));
    return Quotient.join(lo, hi);
  }

  @inline static floor(a: v128, b: v128): v128 {
    const lo = f64x2.floor(f64x2.div(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b)));
    const hi = f64x2.floor(f64x2.div(Quotient.high(a), Quotient.high(b)));
    return Quotient.join(lo, hi);
  }

  @inline static high(a: v128): v128 {
    return f64x2.convert_low_i32x4_s(v128.shuffle<i64>(a, a, 1, 1));
  }

  @inline static join(lo: v128, hi: v128): v128 {
    return v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(lo), i32x4.trunc_sat_f64x2_s_zero(hi), 0, 2);
  }
}

export class FloorDivI32 extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return Quotient.floor(a, b);
  }
}

export class TruncDivI32 extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return Quotient.trunc(a, b);
  }
}

/** The sign of the divisor, as in Python. */
export class RemainderI32 extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return i32x4.sub(a, i32x4.mul(b, Quotient.floor(a, b)));
  }
}

/** The sign of the dividend, as in C. */
export class FmodI32 extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return i32x4.sub(a, i32x4.mul(b, Quotient.trunc(a, b)));
  }
}

/**
 * x^n by squaring, modulo 2^32. A negative power is 0 unless x is 1 or -1, as in PyTorch.
 */
function powerInt(x: i32, n: i32): i32 {
  if (n < 0) return x == 1 ? 1 : x == -1 ? (n & 1 ? -1 : 1) : 0;
  let y = 1;
  for (; n > 0; n >>= 1) {
    if (n & 1) y *= x;
    x *= x;
  }
  return y;
}

export class PowI32 extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return i32x4(
      powerInt(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)),
      powerInt(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)),
      powerInt(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)),
      powerInt(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)),
    );
  }
}
