// Strided copies, accumulation and triangles.
import { Move, addRow, copyRow } from './rows';

/**
 * Writes rows r … rEnd of y from the columns of x (x has stride 1 along rows, y along columns):
 *
 *     y[r][c] at y + r·sy + c          x[r][c] at x + r + c·sx
 *
 * Sixteen rows at a time, so that a 64-byte line of x is used whole while it is in cache.
 */
function transposeRows<T>(y: usize, x: usize, r: i32, rEnd: i32, n: i32, sy: i32, sx: i32): void {
  const size = <i32>sizeof<T>();
  const dy = sy * size;
  const dx = sx * size;
  const block = 64 / size;
  for (; r < rEnd; r += block) {
    const top = min(r + block, rEnd);
    let c = 0;
    if (sizeof<T>() == 4) {
      for (; c + 4 <= n; c += 4) {
        let rr = r;
        for (; rr + 4 <= top; rr += 4) {
          const p = x + c * dx + rr * 4;
          const a = v128.load(p);
          const b = v128.load(p + dx);
          const d = v128.load(p + 2 * dx);
          const e = v128.load(p + 3 * dx);
          const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
          const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
          const de0 = v128.shuffle<i32>(d, e, 0, 4, 1, 5);
          const de1 = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
          const q = y + rr * dy + c * 4;
          v128.store(q, v128.shuffle<i64>(ab0, de0, 0, 2));
          v128.store(q + dy, v128.shuffle<i64>(ab0, de0, 1, 3));
          v128.store(q + 2 * dy, v128.shuffle<i64>(ab1, de1, 0, 2));
          v128.store(q + 3 * dy, v128.shuffle<i64>(ab1, de1, 1, 3));
        }
        for (; rr < top; ++rr) copyRow<T>(y + rr * dy + c * size, x + c * dx + rr * size, 4, 1, sx);
      }
    } else if (sizeof<T>() == 8) {
      for (; c + 2 <= n; c += 2) {
        let rr = r;
        for (; rr + 2 <= top; rr += 2) {
          const p = x + c * dx + rr * 8;
          const a = v128.load(p);
          const b = v128.load(p + dx);
          const q = y + rr * dy + c * 8;
          v128.store(q, v128.shuffle<i64>(a, b, 0, 2));
          v128.store(q + dy, v128.shuffle<i64>(a, b, 1, 3));
        }
        for (; rr < top; ++rr) copyRow<T>(y + rr * dy + c * size, x + c * dx + rr * size, 2, 1, sx);
      }
    }
    for (; c < n; ++c) copyRow<T>(y + r * dy + c * size, x + c * dx + r * size, top - r, sy, 1);
  }
}

/** Copies elements begin … end, counted row by row, of the two innermost dims. */
function copyPlane<T>(y: usize, x: usize, n: i32, sy1: i32, sx1: i32, sy: i32, sx: i32, begin: i32, end: i32): void {
  let r = begin / n;
  const c = begin - r * n;
  if (c > 0) {
    const stop = min(n, c + end - begin);
    copyRow<T>(y + ((r * sy1 + c * sy) << alignof<T>()), x + ((r * sx1 + c * sx) << alignof<T>()), stop - c, sy, sx);
    r++;
  }
  const rEnd = end / n;
  if (sy == 1 && sx1 == 1 && sx != 1 && rEnd > r) {
    transposeRows<T>(y, x, r, rEnd, n, sy1, sx);
    r = rEnd;
  }
  for (; r < rEnd; ++r) copyRow<T>(y + ((r * sy1) << alignof<T>()), x + ((r * sx1) << alignof<T>()), n, sy, sx);
  const rest = end - rEnd * n;
  if (rest > 0 && r == rEnd) {
    copyRow<T>(y + ((r * sy1) << alignof<T>()), x + ((r * sx1) << alignof<T>()), rest, sy, sx);
  }
}

/** Copies with any strides; meta is [ndim, then per dim: size, stride of y, stride of x]. */
function copyStrided<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  const ndim = load<i32>(meta);
  if (ndim == 0) {
    if (end > begin) store<T>(y, load<T>(x));
    return;
  }
  const last = meta + 4 + (ndim - 1) * 12;
  const n = load<i32>(last);
  const sy = load<i32>(last, 4);
  const sx = load<i32>(last, 8);
  let m = 1;
  let sy1 = 0;
  let sx1 = 0;
  if (ndim > 1) {
    m = load<i32>(last - 12);
    sy1 = load<i32>(last - 12, 4);
    sx1 = load<i32>(last - 12, 8);
  }
  const plane = m * n;
  for (let i = begin; i < end;) {
    const p = i / plane;
    let q = p;
    let offY = 0;
    let offX = 0;
    for (let d = meta + 4 + (ndim - 3) * 12; d > meta; d -= 12) {
      const size = load<i32>(d);
      const next = q / size;
      const at = q - next * size;
      offY += at * load<i32>(d, 4);
      offX += at * load<i32>(d, 8);
      q = next;
    }
    const first = p * plane;
    const stop = min(end - first, plane);
    copyPlane<T>(y + (offY << alignof<T>()), x + (offX << alignof<T>()), n, sy1, sx1, sy, sx, i - first, stop);
    i = first + stop;
  }
}

/** y = x for elements of one byte, any strides. */
export function copy1(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  copyStrided<u8>(y, x, meta, begin, end);
}

/** y = x for elements of four bytes, any strides. */
export function copy4(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  copyStrided<i32>(y, x, meta, begin, end);
}

/** y = x for elements of eight bytes, any strides. */
export function copy8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  copyStrided<i64>(y, x, meta, begin, end);
}

/** y += x, both contiguous. */
export function accumulate(y: usize, x: usize, begin: i32, end: i32): void {
  addRow<f32>(y + (begin << 2), x + (begin << 2), end - begin);
}

/** y += x, both contiguous. */
export function accumulateF64(y: usize, x: usize, begin: i32, end: i32): void {
  addRow<f64>(y + (begin << 3), x + (begin << 3), end - begin);
}

/**
 * The lower (upper = 0) or upper (upper = 1) triangle of contiguous [m, n] matrices: the rest becomes 0.
 * Units are rows of all matrices; size is the bytes of an element.
 */
export function triangle(
  y: usize,
  x: usize,
  m: i32,
  n: i32,
  diagonal: i32,
  upper: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; ++r) {
    const py = y + r * n * size;
    const px = x + r * n * size;
    // Columns below `edge` are the left part: kept by the lower triangle, cleared by the upper one.
    const edge = max(0, min(n, (r % m) + diagonal + 1 - upper)) * size;
    const row = n * size;
    if (upper) {
      memory.fill(py, 0, edge);
      Move.bytes(py + edge, px + edge, row - edge);
    } else {
      Move.bytes(py, px, edge);
      memory.fill(py + edge, 0, row - edge);
    }
  }
}
