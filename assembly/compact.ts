import { Binary, LongBinary } from './strided';

/**
 * A short formula in the compact loop: for the dtypes that are not the inner loop of training, where the size of the module counts more.
 */
export class Compact<F extends Binary> extends LongBinary {
  @inline f(a: v128, b: v128, p: v128, q: v128): v128 {
    return changetype<F>(0).f(a, b, p, q);
  }
}
