/**
 * Elementwise iteration over operands of any strides.
 *
 * A formula is a class with one inlined method on lanes, and a kernel is one line:
 *
 *     class Leaky<T> extends Unary {
 *       @inline f(x: v128, p: v128, q: v128): v128 { return v128.max<T>(…); }
 *     }
 *     export function leakyRelu(y: usize, x: usize, slope: f32, meta: usize, begin: i32, end: i32): void {
 *       map1<f32, f32, Leaky<f32>>(y, x, f32x4.splat(slope), f32x4.splat(0), meta, begin, end);
 *     }
 *
 * - `T` is the type of the inputs and of the lanes (f32, f64, i32, u8), `R` that of the result: `T` itself, or `bool` for a formula
 *   that answers a lane mask (all ones or zeros, as `v128.lt<T>` does), stored as bytes 1 and 0.
 * - `p` and `q` are whatever the formula wants, splat by the kernel outside of the loop; `ZERO` where unused.
 * - `Unary`/`Binary` formulas are a few instructions: the loop holds several copies of them. Long ones extend `LongUnary`/`LongBinary`:
 *   loops hold one copy, to keep the module small. In float32, contiguous rows have a loop of their own without calls: across
 *   a call every register, and so every constant of the formula, would lie in memory (half the speed and less).
 * - Lanes beyond a row's end (and only those) hold zeros: a formula must not trap on them (integer division).
 * - A lane's result must not depend on its neighbours: then it depends neither on strides nor on where `[begin, end)` is cut.
 * - The result may be one of the inputs where its strides are the same.
 *
 * `meta` is `[ndim, then per dim, outermost first: size, stride of the result, stride of each input]` in 32-bit words.
 */

/** A short formula of one operand. */
export abstract class Unary {
  abstract f(x: v128, p: v128, q: v128): v128;
}

/** A long formula of one operand. */
export abstract class LongUnary extends Unary {}

/** A short formula of two operands. */
export abstract class Binary {
  abstract f(a: v128, b: v128, p: v128, q: v128): v128;
}

/** A long formula of two operands. */
export abstract class LongBinary extends Binary {}

/** Lanes of zeros, for scalars that a formula does not use. */
export const ZERO: v128 = i64x2(0, 0);

/** Loads `n` (at most a vector) elements that lie `step` bytes apart; the other lanes are 0. */
export function gather<T>(x: usize, step: usize, n: i32): v128 {
  let v = ZERO;
  if (n <= 0) return v;
  if (sizeof<T>() == 8) {
    v = v128.load_zero<u64>(x);
    return n > 1 ? v128.load_lane<u64>(x + step, v, 1) : v;
  }
  if (sizeof<T>() == 4) {
    v = v128.load_zero<u32>(x);
    if (n > 1) v = v128.load_lane<u32>(x + step, v, 1);
    if (n > 2) v = v128.load_lane<u32>(x + 2 * step, v, 2);
    return n > 3 ? v128.load_lane<u32>(x + 3 * step, v, 3) : v;
  }
  // Bytes arrive at the top and move down one lane each, so the first comes to lie lowest after the loop's last rotation.
  for (let i = min(n, 16) - 1; i >= 0; i--) {
    v = i8x16.shuffle(v, v, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    v = v128.load_lane<u8>(x + <usize>i * step, v, 0);
  }
  return v;
}

/** Stores the first `n` (at most a vector) lanes `step` bytes apart. */
export function scatter<T>(y: usize, step: usize, v: v128, n: i32): void {
  if (n <= 0) return;
  if (sizeof<T>() == 8) {
    v128.store_lane<u64>(y, v, 0);
    if (n > 1) v128.store_lane<u64>(y + step, v, 1);
  } else if (sizeof<T>() == 4) {
    v128.store_lane<u32>(y, v, 0);
    if (n > 1) v128.store_lane<u32>(y + step, v, 1);
    if (n > 2) v128.store_lane<u32>(y + 2 * step, v, 2);
    if (n > 3) v128.store_lane<u32>(y + 3 * step, v, 3);
  } else {
    for (let i = 0, count = min(n, 16); i < count; i++) {
      v128.store_lane<u8>(y + <usize>i * step, v, 0);
      v = i8x16.shuffle(v, v, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    }
  }
}

/** The bytes 0 and 1 of a mask of `T` lanes, lowest first. */
export function maskBytes<T>(mask: v128): v128 {
  if (sizeof<T>() == 8) mask = i8x16.shuffle(mask, mask, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8);
  if (sizeof<T>() == 4) mask = i8x16.shuffle(mask, mask, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
  return v128.and(mask, i8x16.splat(1));
}

/** Stores a whole vector of results side by side. */
export function storeResult<T, R>(y: usize, v: v128): void {
  if (!isBoolean<R>()) v128.store(y, v);
  else if (sizeof<T>() == 8) v128.store_lane<u16>(y, maskBytes<T>(v), 0);
  else if (sizeof<T>() == 4) v128.store_lane<u32>(y, maskBytes<T>(v), 0);
  else v128.store(y, maskBytes<T>(v));
}

/** Stores the first `n` results `step` bytes apart. */
export function scatterResult<T, R>(y: usize, step: usize, v: v128, n: i32): void {
  if (isBoolean<R>()) scatter<u8>(y, step, maskBytes<T>(v), n);
  else scatter<T>(y, step, v, n);
}

/** The word of `meta` for a dim counted from the innermost (1 is the innermost): 0 the size, 1 the result's stride, 2 … the inputs'. */
export function dimWord(meta: usize, words: i32, fromInner: i32, word: i32): i32 {
  const dim = load<i32>(meta) - fromInner;
  if (dim < 0) return word == 0 ? 1 : 0;
  return load<i32>(meta + 4 * (1 + dim * words + word));
}

/** The offset, in elements, of the start of a row (all dims but the innermost, flattened) of the operand whose strides are word `word`. */
export function rowOffset(meta: usize, words: i32, row: i32, word: i32): i32 {
  let offset = 0;
  for (let dim = load<i32>(meta) - 2; dim >= 0 && row > 0; dim--) {
    const at = meta + 4 * (1 + dim * words);
    const size = load<i32>(at);
    const next = row / size;
    offset += (row - next * size) * load<i32>(at + 4 * word);
    row = next;
  }
  return offset;
}

/** One row of `map1`: `count` elements, `sy` and `sx` bytes apart. */
function row1<T, R, F extends Unary>(y: usize, x: usize, sy: usize, sx: usize, p: v128, q: v128, count: i32): void {
  const lanes: i32 = 16 / sizeof<T>();
  const dense = sy == sizeof<R>() && sx == sizeof<T>();
  let i = 0;
  if (!(changetype<F>(0) instanceof LongUnary) && dense) {
    for (; i + 2 * lanes <= count; i += 2 * lanes) {
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      storeResult<T, R>(y, changetype<F>(0).f(x0, p, q));
      storeResult<T, R>(y + lanes * sizeof<R>(), changetype<F>(0).f(x1, p, q));
      x += 32;
      y += 2 * lanes * sizeof<R>();
    }
  }
  if (changetype<F>(0) instanceof LongUnary && isFloat<T>() && sizeof<T>() == 4 && dense) {
    for (; i + lanes <= count; i += lanes) {
      storeResult<T, R>(y, changetype<F>(0).f(v128.load(x), p, q));
      x += 16;
      y += lanes * sizeof<R>();
    }
  }
  for (; i < count; i += lanes) {
    const whole = dense && i + lanes <= count;
    const v = changetype<F>(0).f(whole ? v128.load(x) : gather<T>(x, sx, count - i), p, q);
    if (whole) storeResult<T, R>(y, v);
    else scatterResult<T, R>(y, sy, v, count - i);
    x += <usize>lanes * sx;
    y += <usize>lanes * sy;
  }
}

/** `y = f(x, p, q)` over the units `[begin, end)` (elements of the result in the order of `meta`). */
export function map1<T, R, F extends Unary>(
  y: usize,
  x: usize,
  p: v128,
  q: v128,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const ndim = load<i32>(meta);
  const inner = meta + 12 * ndim - 8;
  let n = 1;
  let rows = 1;
  let sy: usize = 0;
  let sx: usize = 0;
  let stepY: usize = 0;
  let stepX: usize = 0;
  if (ndim > 0) {
    n = load<i32>(inner);
    sy = load<usize>(inner, 4) * sizeof<R>();
    sx = load<usize>(inner, 8) * sizeof<T>();
  }
  if (ndim > 1) {
    rows = load<i32>(inner - 12);
    stepY = load<usize>(inner - 12, 4) * sizeof<R>();
    stepX = load<usize>(inner - 12, 8) * sizeof<T>();
  }
  for (let i = begin; i < end;) {
    let row = i / n;
    let col = i - row * n;
    let py = y + rowOffset(meta, 3, row, 1) * sizeof<R>();
    let px = x + rowOffset(meta, 3, row, 2) * sizeof<T>();
    let left = rows - (row % rows);
    do {
      const count = min(n - col, end - i);
      row1<T, R, F>(py + <usize>col * sy, px + <usize>col * sx, sy, sx, p, q, count);
      i += count;
      col = 0;
      py += stepY;
      px += stepX;
    } while (--left > 0 && i < end);
  }
}

/** One row of `map2`: `count` elements, `sy`, `sa` and `sb` bytes apart. */
function row2<T, R, F extends Binary>(
  y: usize,
  a: usize,
  b: usize,
  sy: usize,
  sa: usize,
  sb: usize,
  p: v128,
  q: v128,
  count: i32,
): void {
  const lanes: i32 = 16 / sizeof<T>();
  const dense = sy == sizeof<R>() && (sa == sizeof<T>() || sa == 0) && (sb == sizeof<T>() || sb == 0);
  // A broadcast operand stays in its register for the whole row.
  let va = sa == 0 ? v128.load_splat<T>(a) : ZERO;
  let vb = sb == 0 ? v128.load_splat<T>(b) : ZERO;
  let i = 0;
  if (!(changetype<F>(0) instanceof LongBinary) && dense) {
    if (sa != 0 && sb != 0) {
      for (; i + 2 * lanes <= count; i += 2 * lanes) {
        const a0 = v128.load(a);
        const b0 = v128.load(b);
        const a1 = v128.load(a, 16);
        const b1 = v128.load(b, 16);
        storeResult<T, R>(y, changetype<F>(0).f(a0, b0, p, q));
        storeResult<T, R>(y + lanes * sizeof<R>(), changetype<F>(0).f(a1, b1, p, q));
        a += 32;
        b += 32;
        y += 2 * lanes * sizeof<R>();
      }
    } else if (sa != 0) {
      for (; i + 2 * lanes <= count; i += 2 * lanes) {
        const a0 = v128.load(a);
        const a1 = v128.load(a, 16);
        storeResult<T, R>(y, changetype<F>(0).f(a0, vb, p, q));
        storeResult<T, R>(y + lanes * sizeof<R>(), changetype<F>(0).f(a1, vb, p, q));
        a += 32;
        y += 2 * lanes * sizeof<R>();
      }
    } else if (sb != 0) {
      for (; i + 2 * lanes <= count; i += 2 * lanes) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        storeResult<T, R>(y, changetype<F>(0).f(va, b0, p, q));
        storeResult<T, R>(y + lanes * sizeof<R>(), changetype<F>(0).f(va, b1, p, q));
        b += 32;
        y += 2 * lanes * sizeof<R>();
      }
    }
  }
  if (changetype<F>(0) instanceof LongBinary && isFloat<T>() && sizeof<T>() == 4 && dense) {
    for (; i + lanes <= count; i += lanes) {
      if (sa != 0) va = v128.load(a);
      if (sb != 0) vb = v128.load(b);
      storeResult<T, R>(y, changetype<F>(0).f(va, vb, p, q));
      a += <usize>lanes * sa;
      b += <usize>lanes * sb;
      y += lanes * sizeof<R>();
    }
  }
  for (; i < count; i += lanes) {
    const whole = dense && i + lanes <= count;
    if (sa != 0) va = whole ? v128.load(a) : gather<T>(a, sa, count - i);
    if (sb != 0) vb = whole ? v128.load(b) : gather<T>(b, sb, count - i);
    const v = changetype<F>(0).f(va, vb, p, q);
    if (whole) storeResult<T, R>(y, v);
    else scatterResult<T, R>(y, sy, v, count - i);
    a += <usize>lanes * sa;
    b += <usize>lanes * sb;
    y += <usize>lanes * sy;
  }
}

/** `y = f(a, b, p, q)` over the units `[begin, end)` (elements of the result in the order of `meta`). */
export function map2<T, R, F extends Binary>(
  y: usize,
  a: usize,
  b: usize,
  p: v128,
  q: v128,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const ndim = load<i32>(meta);
  const inner = meta + 16 * ndim - 12;
  let n = 1;
  let rows = 1;
  let sy: usize = 0;
  let sa: usize = 0;
  let sb: usize = 0;
  let stepY: usize = 0;
  let stepA: usize = 0;
  let stepB: usize = 0;
  if (ndim > 0) {
    n = load<i32>(inner);
    sy = load<usize>(inner, 4) * sizeof<R>();
    sa = load<usize>(inner, 8) * sizeof<T>();
    sb = load<usize>(inner, 12) * sizeof<T>();
  }
  if (ndim > 1) {
    rows = load<i32>(inner - 16);
    stepY = load<usize>(inner - 16, 4) * sizeof<R>();
    stepA = load<usize>(inner - 16, 8) * sizeof<T>();
    stepB = load<usize>(inner - 16, 12) * sizeof<T>();
  }
  for (let i = begin; i < end;) {
    let row = i / n;
    let col = i - row * n;
    let py = y + rowOffset(meta, 4, row, 1) * sizeof<R>();
    let pa = a + rowOffset(meta, 4, row, 2) * sizeof<T>();
    let pb = b + rowOffset(meta, 4, row, 3) * sizeof<T>();
    let left = rows - (row % rows);
    do {
      const count = min(n - col, end - i);
      row2<T, R, F>(py + <usize>col * sy, pa + <usize>col * sa, pb + <usize>col * sb, sy, sa, sb, p, q, count);
      i += count;
      col = 0;
      py += stepY;
      pa += stepA;
      pb += stepB;
    } while (--left > 0 && i < end);
  }
}
