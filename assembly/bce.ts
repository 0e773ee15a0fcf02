// Binary cross entropy: elementwise functions of an input and its target, any strides (see strided.ts for meta).
import { Exp } from './simd/exp';
import { Lanes } from './simd/lanes';
import { Log } from './simd/log';
import { LongBinary, ZERO, map2 } from './strided';

/** −(t log x + (1 − t) log(1 − x)), the logarithms clamped at −100. */
class Bce<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    const floor = Lanes.splat<T>(-100.0);
    const one = Lanes.splat<T>(1.0);
    const yes = v128.max<T>(Log.log<T>(a), floor);
    const no = v128.max<T>(Log.log1p<T>(v128.neg<T>(a)), floor);
    return v128.sub<T>(v128.mul<T>(v128.sub<T>(b, one), no), v128.mul<T>(b, yes));
  }
}

/** (1 − t) x + log(1 + exp(−x)), the logarithm as log(1 + exp(−|x|)) + max(−x, 0). */
class BceWithLogits<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    const soft = Log.log1p<T>(Exp.exp<T>(v128.neg<T>(v128.abs<T>(a))));
    const hinge = v128.max<T>(v128.neg<T>(a), Lanes.splat<T>(0.0));
    return v128.add<T>(v128.mul<T>(v128.sub<T>(Lanes.splat<T>(1.0), b), a), v128.add<T>(soft, hinge));
  }
}

/** @dtypes f32 f64 */
export function binaryCrossEntropy<T>(y: usize, x: usize, target: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, Bce<T>>(y, x, target, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function binaryCrossEntropyWithLogits<T>(
  y: usize,
  x: usize,
  target: usize,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<T, T, BceWithLogits<T>>(y, x, target, ZERO, ZERO, meta, begin, end);
}
