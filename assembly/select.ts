// y = condition ? a : b, any strides. meta is [ndim, then per dim: size, strides of y, condition, a and b].
import { copyRow } from './rows';
import { dimWord, rowOffset } from './strided';

/** Lane masks from condition bytes (0 or 1), as many as a vector of T has lanes. */
class Mask {
  @inline static load<T>(condition: usize): v128 {
    if (sizeof<T>() == 1) return i8x16.ne(v128.load(condition), i8x16.splat(0));
    if (sizeof<T>() == 4) {
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(condition)));
      return i32x4.ne(words, i32x4.splat(0));
    }
    return i64x2(-(<i64>load<u8>(condition)), -(<i64>load<u8>(condition, 1)));
  }
}

function selectRow<T>(
  y: usize,
  condition: usize,
  a: usize,
  b: usize,
  count: i32,
  sy: i32,
  sc: i32,
  sa: i32,
  sb: i32,
): void {
  if (sc == 0) {
    const whole = load<u8>(condition) != 0;
    copyRow<T>(y, whole ? a : b, count, sy, whole ? sa : sb);
    return;
  }
  const dy = sy << alignof<T>();
  const da = sa << alignof<T>();
  const db = sb << alignof<T>();
  let i = 0;
  if (sy == 1 && sc == 1 && (sa == 0 || sa == 1) && (sb == 0 || sb == 1)) {
    const lanes = 16 >> alignof<T>();
    let va = v128.load_splat<T>(a);
    let vb = v128.load_splat<T>(b);
    for (; i + lanes <= count; i += lanes) {
      if (sa != 0) va = v128.load(a);
      if (sb != 0) vb = v128.load(b);
      v128.store(y, v128.bitselect(va, vb, Mask.load<T>(condition)));
      y += 16;
      condition += lanes;
      a += lanes * da;
      b += lanes * db;
    }
  }
  for (; i < count; ++i) {
    store<T>(y, load<u8>(condition) != 0 ? load<T>(a) : load<T>(b));
    y += dy;
    condition += sc;
    a += da;
    b += db;
  }
}

function select<T>(y: usize, condition: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  const n = dimWord(meta, 5, 1, 0);
  const sy = dimWord(meta, 5, 1, 1);
  const sc = dimWord(meta, 5, 1, 2);
  const sa = dimWord(meta, 5, 1, 3);
  const sb = dimWord(meta, 5, 1, 4);
  for (let i = begin; i < end;) {
    const row = i / n;
    const c = i - row * n;
    const count = min(n - c, end - i);
    selectRow<T>(
      y + ((rowOffset(meta, 5, row, 1) + c * sy) << alignof<T>()),
      condition + (rowOffset(meta, 5, row, 2) + c * sc),
      a + ((rowOffset(meta, 5, row, 3) + c * sa) << alignof<T>()),
      b + ((rowOffset(meta, 5, row, 4) + c * sb) << alignof<T>()),
      count,
      sy,
      sc,
      sa,
      sb,
    );
    i += count;
  }
}

/** y = condition ? a : b for elements of one byte. */
export function where1(y: usize, condition: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  select<u8>(y, condition, a, b, meta, begin, end);
}

/** y = condition ? a : b for elements of four bytes. */
export function where4(y: usize, condition: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  select<i32>(y, condition, a, b, meta, begin, end);
}

/** y = condition ? a : b for elements of eight bytes. */
export function where8(y: usize, condition: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  select<i64>(y, condition, a, b, meta, begin, end);
}
