// One step of a GRU cell, behind the products: elementwise in rows of `size` units, whose gates lie side by side.
import { Exp } from '../simd/exp';
import { Curve, Part } from './lanes';

/**
 * r, z = σ(gx + gh), n = tanh(gx + r gh), y = h = n + z (h − n). Gates lie in the order r, z, n; kept are r, z, n and the gh of n.
 */
class Gru<T, W> {
  @inline step(y: usize, h: usize, gates: usize, gx: usize, gh: usize, side: usize, n: i32): void {
    const part = changetype<Part<T, W>>(0);
    const r = Exp.sigmoid<T>(part.sum(gx, gh, n));
    const z = Exp.sigmoid<T>(part.sum(gx + side, gh + side, n));
    const past = part.load(gh + 2 * side, n);
    const fresh = Exp.tanh<T>(v128.add<T>(part.load(gx + 2 * side, n), v128.mul<T>(r, past)));
    part.store(gates, r, n);
    part.store(gates + side, z, n);
    part.store(gates + 2 * side, fresh, n);
    part.store(gates + 3 * side, past, n);
    const v = v128.add<T>(fresh, v128.mul<T>(z, v128.sub<T>(part.load(h, n), fresh)));
    part.store(y, v, n);
    part.store(h, v, n);
  }

  @inline back(dgx: usize, dgh: usize, dh: usize, dy: usize, gates: usize, past: usize, side: usize, n: i32): void {
    const part = changetype<Part<T, W>>(0);
    const curve = changetype<Curve<T>>(0);
    const r = part.load(gates, n);
    const z = part.load(gates + side, n);
    const fresh = part.load(gates + 2 * side, n);
    const d = part.sum(dy, dh, n);
    const kept = v128.mul<T>(d, z);
    const dn = v128.mul<T>(v128.sub<T>(d, kept), curve.tanhSlope(fresh));
    const dr = v128.mul<T>(v128.mul<T>(dn, part.load(gates + 3 * side, n)), curve.slope(r));
    const dz = v128.mul<T>(v128.mul<T>(d, v128.sub<T>(part.load(past, n), fresh)), curve.slope(z));
    part.store(dgx, dr, n);
    part.store(dgh, dr, n);
    part.store(dgx + side, dz, n);
    part.store(dgh + side, dz, n);
    part.store(dgx + 2 * side, dn, n);
    part.store(dgh + 2 * side, v128.mul<T>(dn, r), n);
    part.store(dh, kept, n);
  }
}

/** @dtypes f32 f64 */
export function gruCell<T>(
  y: usize,
  h: usize,
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
    let from = 3 * at;
    let kept = 4 * at;
    let j = 0;
    for (; j + lanes <= size; j += lanes, at += 16, from += 16, kept += 16) {
      changetype<Gru<T, bool>>(0).step(y + at, h + at, gates + kept, gx + from, gh + from, side, lanes);
    }
    if (j == size) continue;
    changetype<Gru<T, i32>>(0).step(y + at, h + at, gates + kept, gx + from, gh + from, side, size - j);
  }
}

/** @dtypes f32 f64 */
export function gruCellBackward<T>(
  dgx: usize,
  dgh: usize,
  dh: usize,
  dy: usize,
  gates: usize,
  past: usize,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const side = <usize>size * sizeof<T>();
  for (let r = begin; r < end; r++) {
    let at = <usize>r * side;
    let to = 3 * at;
    let kept = 4 * at;
    let j = 0;
    for (; j + lanes <= size; j += lanes, at += 16, to += 16, kept += 16) {
      changetype<Gru<T, bool>>(0).back(dgx + to, dgh + to, dh + at, dy + at, gates + kept, past + at, side, lanes);
    }
    if (j == size) continue;
    changetype<Gru<T, i32>>(0).back(dgx + to, dgh + to, dh + at, dy + at, gates + kept, past + at, side, size - j);
  }
}
