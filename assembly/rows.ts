// Copies, fills and additions of one row of elements: the inner loops of copy.ts, fill.ts and index kernels.

/** Rows of at least this many bytes are worth the engine's own memory.copy, which is a call out of Wasm. */
const BULK: i32 = 512;

/** Copies `bytes` bytes between ranges that do not overlap. */
export class Move {
  @inline static bytes(y: usize, x: usize, bytes: i32): void {
    if (bytes >= BULK) {
      memory.copy(y, x, bytes);
      return;
    }
    let i = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(y + i, v128.load(x + i));
    for (; i + 4 <= bytes; i += 4) store<i32>(y + i, load<i32>(x + i));
    for (; i < bytes; ++i) store<u8>(y + i, load<u8>(x + i));
  }
}

/** Copies n elements with strides. */
export function copyRow<T>(y: usize, x: usize, n: i32, sy: i32, sx: i32): void {
  if (sy == 1 && sx == 1) {
    Move.bytes(y, x, n << alignof<T>());
    return;
  }
  if (sy == 1 && sx == 0) {
    fillRow<T>(y, load<T>(x), n, 1);
    return;
  }
  const dy = sy << alignof<T>();
  const dx = sx << alignof<T>();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = load<T>(x);
    const b = load<T>(x + dx);
    const c = load<T>(x + 2 * dx);
    const d = load<T>(x + 3 * dx);
    store<T>(y, a);
    store<T>(y + dy, b);
    store<T>(y + 2 * dy, c);
    store<T>(y + 3 * dy, d);
    y += 4 * dy;
    x += 4 * dx;
  }
  for (; i < n; ++i, y += dy, x += dx) store<T>(y, load<T>(x));
}

/** Sets n elements with a stride. */
export function fillRow<T>(y: usize, value: T, n: i32, sy: i32): void {
  let i = 0;
  if (sy == 1) {
    const lanes = 16 >> alignof<T>();
    const v = v128.splat<T>(value);
    for (; i + lanes <= n; i += lanes) v128.store(y + (i << alignof<T>()), v);
  }
  const dy = sy << alignof<T>();
  for (y += i * dy; i < n; ++i, y += dy) store<T>(y, value);
}

/** Adds n contiguous elements into others. */
export function addRow<T>(y: usize, x: usize, n: i32): void {
  const lanes = 16 >> alignof<T>();
  let i = 0;
  for (; i + lanes <= n; i += lanes, y += 16, x += 16) v128.store(y, v128.add<T>(v128.load(y), v128.load(x)));
  for (; i < n; ++i, y += sizeof<T>(), x += sizeof<T>()) store<T>(y, <T>(load<T>(y) + load<T>(x)));
}
