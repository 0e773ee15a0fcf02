// Filling memory with values: constants and ranges.
import { fillRow } from './rows';

/** Fills with any strides; meta is [ndim, then per dim: size, stride of y]. */
function fillStrided<T>(y: usize, value: T, meta: usize, begin: i32, end: i32): void {
  const ndim = load<i32>(meta);
  if (ndim == 0) {
    if (end > begin) store<T>(y, value);
    return;
  }
  const last = meta + 4 + (ndim - 1) * 8;
  const n = load<i32>(last);
  const sy = load<i32>(last, 4);
  for (let i = begin; i < end;) {
    const row = i / n;
    const c = i - row * n;
    let q = row;
    let off = c * sy;
    for (let d = last - 8; d > meta; d -= 8) {
      const size = load<i32>(d);
      const next = q / size;
      off += (q - next * size) * load<i32>(d, 4);
      q = next;
    }
    const count = min(n - c, end - i);
    fillRow<T>(y + (off << alignof<T>()), value, count, sy);
    i += count;
  }
}

/**
 * y = value, any strides.
 *
 * @dtypes f32 f64 i32
 */
export function fill<T>(y: usize, value: T, meta: usize, begin: i32, end: i32): void {
  fillStrided<T>(y, value, meta, begin, end);
}

/** y = value (its low byte), any strides. */
export function fillU8(y: usize, value: i32, meta: usize, begin: i32, end: i32): void {
  fillStrided<u8>(y, <u8>value, meta, begin, end);
}

/** y[i] = start + i·step, in double precision before rounding, as PyTorch does. */
function arangeOf<T>(y: usize, start: f64, step: f64, begin: i32, end: i32): void {
  for (let i = begin; i < end; ++i) store<T>(y + (i << alignof<T>()), <T>(start + step * <f64>i));
}

/**
 * y[i] = start + i·step.
 *
 * @dtypes f32 f64 i32
 */
export function arange<T>(y: usize, start: f64, step: f64, begin: i32, end: i32): void {
  arangeOf<T>(y, start, step, begin, end);
}

/** y[i] = start + i·step. */
export function arangeU8(y: usize, start: f64, step: f64, begin: i32, end: i32): void {
  for (let i = begin; i < end; ++i) store<u8>(y + i, <u8>(<i32>(start + step * <f64>i)));
}

/**
 * n values from start to stop; the second half counts down from stop, so that both ends are exact. As PyTorch,
 * the step has the precision of T and the rest rounds once (a fused multiply-add there, double precision here).
 */
function linspaceOf<T, S>(y: usize, start: S, stop: S, n: i32, begin: i32, end: i32): void {
  const step: S = n > 1 ? (stop - start) / <S>(n - 1) : <S>0;
  const half = n / 2;
  for (let i = begin; i < end; ++i) {
    const v = i < half || n == 1 ? <f64>start + <f64>step * <f64>i : <f64>stop - <f64>step * <f64>(n - 1 - i);
    store<T>(y + (i << alignof<T>()), <T>v);
  }
}

/**
 * n values from start to stop.
 *
 * @dtypes f32 f64
 */
export function linspace<T>(y: usize, start: T, stop: T, n: i32, begin: i32, end: i32): void {
  linspaceOf<T, T>(y, start, stop, n, begin, end);
}

/** n values from start to stop, truncated. */
export function linspaceI32(y: usize, start: f64, stop: f64, n: i32, begin: i32, end: i32): void {
  linspaceOf<i32, f64>(y, start, stop, n, begin, end);
}
