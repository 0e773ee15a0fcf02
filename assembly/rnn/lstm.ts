// One step of an LSTM cell, behind the products: elementwise in rows of `size` units, whose gates lie side by side.
import { Exp } from '../simd/exp';
import { Curve, Part } from './lanes';

/** i, f, o = σ(gates), g = tanh(gate); c = f c + i g; y = h = o tanh(c). Gates lie in the order i, f, g, o, `side` bytes apart. */
class Lstm<T, W> {
  @inline step(
    y: usize,
    h: usize,
    c: usize,
    cells: usize,
    gates: usize,
    gx: usize,
    gh: usize,
    side: usize,
    n: i32,
  ): void {
    const part = changetype<Part<T, W>>(0);
    const i = Exp.sigmoid<T>(part.sum(gx, gh, n));
    const f = Exp.sigmoid<T>(part.sum(gx + side, gh + side, n));
    const g = Exp.tanh<T>(part.sum(gx + 2 * side, gh + 2 * side, n));
    const o = Exp.sigmoid<T>(part.sum(gx + 3 * side, gh + 3 * side, n));
    part.store(gates, i, n);
    part.store(gates + side, f, n);
    part.store(gates + 2 * side, g, n);
    part.store(gates + 3 * side, o, n);
    const cell = v128.add<T>(v128.mul<T>(f, part.load(c, n)), v128.mul<T>(i, g));
    part.store(c, cell, n);
    part.store(cells, cell, n);
    const v = v128.mul<T>(o, Exp.tanh<T>(cell));
    part.store(y, v, n);
    part.store(h, v, n);
  }

  @inline back(
    dgates: usize,
    dc: usize,
    dh: usize,
    dy: usize,
    gates: usize,
    cells: usize,
    past: usize,
    side: usize,
    n: i32,
  ): void {
    const part = changetype<Part<T, W>>(0);
    const curve = changetype<Curve<T>>(0);
    const i = part.load(gates, n);
    const f = part.load(gates + side, n);
    const g = part.load(gates + 2 * side, n);
    const o = part.load(gates + 3 * side, n);
    const t = Exp.tanh<T>(part.load(cells, n));
    const d = part.sum(dy, dh, n);
    const cell = v128.add<T>(part.load(dc, n), v128.mul<T>(v128.mul<T>(d, o), curve.tanhSlope(t)));
    part.store(dgates, v128.mul<T>(v128.mul<T>(cell, g), curve.slope(i)), n);
    part.store(dgates + side, v128.mul<T>(v128.mul<T>(cell, part.load(past, n)), curve.slope(f)), n);
    part.store(dgates + 2 * side, v128.mul<T>(v128.mul<T>(cell, i), curve.tanhSlope(g)), n);
    part.store(dgates + 3 * side, v128.mul<T>(v128.mul<T>(d, t), curve.slope(o)), n);
    part.store(dc, v128.mul<T>(cell, f), n);
  }
}

/** @dtypes f32 f64 */
export function lstmCell<T>(
  y: usize,
  h: usize,
  c: usize,
  cells: usize,
  gates: usize,
  gx: usize,
  gh: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const side = <usize>size * sizeof<T>();
  for (let r = begin; r < end; r++) {
    let at = <usize>r * side;
    let wide = 4 * at;
    let j = 0;
    for (; j + lanes <= size; j += lanes, at += 16, wide += 16) {
      const whole = changetype<Lstm<T, bool>>(0);
      whole.step(y + at, h + at, c + at, cells + at, gates + wide, gx + wide, gh + wide, side, lanes);
    }
    if (j == size) continue;
    const part = changetype<Lstm<T, i32>>(0);
    part.step(y + at, h + at, c + at, cells + at, gates + wide, gx + wide, gh + wide, side, size - j);
  }
}

/** @dtypes f32 f64 */
export function lstmCellBackward<T>(
  dgates: usize,
  dc: usize,
  dh: usize,
  dy: usize,
  gates: usize,
  cells: usize,
  past: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const side = <usize>size * sizeof<T>();
  for (let r = begin; r < end; r++) {
    let at = <usize>r * side;
    let wide = 4 * at;
    let j = 0;
    for (; j + lanes <= size; j += lanes, at += 16, wide += 16) {
      const whole = changetype<Lstm<T, bool>>(0);
      whole.back(dgates + wide, dc + at, dh + at, dy + at, gates + wide, cells + at, past + at, side, lanes);
    }
    if (j == size) continue;
    const part = changetype<Lstm<T, i32>>(0);
    part.back(dgates + wide, dc + at, dh + at, dy + at, gates + wide, cells + at, past + at, side, size - j);
  }
}
