// One step of a simple recurrent cell, behind the products: elementwise in rows of `size` units.
import { Exp } from '../simd/exp';
import { Lanes } from '../simd/lanes';
import { Curve, Part } from './lanes';

/** The nonlinearity of a simple cell, and the gradient dy of its result y carried over it. */
abstract class Nonlinearity {
  abstract f(x: v128): v128;
  abstract gradient(dy: v128, y: v128): v128;
}

class Tanh<T> extends Nonlinearity {
  @inline f(x: v128): v128 {
    return Exp.tanh<T>(x);
  }

  @inline gradient(dy: v128, y: v128): v128 {
    return v128.mul<T>(dy, changetype<Curve<T>>(0).tanhSlope(y));
  }
}

class Relu<T> extends Nonlinearity {
  @inline f(x: v128): v128 {
    // In this order of arguments a NaN stays.
    return v128.pmax<T>(x, Lanes.splat<T>(0.0));
  }

  @inline gradient(dy: v128, y: v128): v128 {
    return v128.and(dy, v128.gt<T>(y, Lanes.splat<T>(0.0)));
  }
}

/** y = h = f(gx + gh). */
class Simple<T, W, F extends Nonlinearity> {
  @inline step(y: usize, h: usize, gx: usize, gh: usize, n: i32): void {
    const part = changetype<Part<T, W>>(0);
    const v = changetype<F>(0).f(part.sum(gx, gh, n));
    part.store(y, v, n);
    part.store(h, v, n);
  }

  @inline back(dgates: usize, dh: usize, dy: usize, y: usize, n: i32): void {
    const part = changetype<Part<T, W>>(0);
    part.store(dgates, changetype<F>(0).gradient(part.sum(dy, dh, n), part.load(y, n)), n);
  }
}

function simple<T, F extends Nonlinearity>(
  y: usize,
  h: usize,
  gx: usize,
  gh: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  for (let r = begin; r < end; r++) {
    const row = <usize>r * <usize>size * sizeof<T>();
    let j = 0;
    for (; j + lanes <= size; j += lanes) {
      const at = row + <usize>j * sizeof<T>();
      changetype<Simple<T, bool, F>>(0).step(y + at, h + at, gx + at, gh + at, lanes);
    }
    const at = row + <usize>j * sizeof<T>();
    if (j < size) changetype<Simple<T, i32, F>>(0).step(y + at, h + at, gx + at, gh + at, size - j);
  }
}

function simpleBackward<T, F extends Nonlinearity>(
  dgates: usize,
  dh: usize,
  dy: usize,
  y: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  for (let r = begin; r < end; r++) {
    const row = <usize>r * <usize>size * sizeof<T>();
    let j = 0;
    for (; j + lanes <= size; j += lanes) {
      const at = row + <usize>j * sizeof<T>();
      changetype<Simple<T, bool, F>>(0).back(dgates + at, dh + at, dy + at, y + at, lanes);
    }
    const at = row + <usize>j * sizeof<T>();
    if (j < size) changetype<Simple<T, i32, F>>(0).back(dgates + at, dh + at, dy + at, y + at, size - j);
  }
}

/** @dtypes f32 f64 */
export function rnnTanhCell<T>(y: usize, h: usize, gx: usize, gh: usize, size: i32, begin: i32, end: i32): void {
  simple<T, Tanh<T>>(y, h, gx, gh, size, begin, end);
}

/** @dtypes f32 f64 */
export function rnnReluCell<T>(y: usize, h: usize, gx: usize, gh: usize, size: i32, begin: i32, end: i32): void {
  simple<T, Relu<T>>(y, h, gx, gh, size, begin, end);
}

/** @dtypes f32 f64 */
export function rnnTanhCellBackward<T>(
  dgates: usize,
  dh: usize,
  dy: usize,
  y: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  simpleBackward<T, Tanh<T>>(dgates, dh, dy, y, size, begin, end);
}

/** @dtypes f32 f64 */
export function rnnReluCellBackward<T>(
  dgates: usize,
  dh: usize,
  dy: usize,
  y: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  simpleBackward<T, Relu<T>>(dgates, dh, dy, y, size, begin, end);
}
