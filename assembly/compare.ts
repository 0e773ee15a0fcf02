// Comparisons (as bool bytes) and bitwise logic of two operands of one dtype, any strides (see strided.ts for meta).
// There is no gt or ge: they are lt and le with the operands exchanged. Logic on bools is bitwise logic on bytes.
import { Compact } from './compact';
import { Binary, ZERO, map2 } from './strided';

class And extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.and(a, b);
  }
}

class Or extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.or(a, b);
  }
}

class Xor extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.xor(a, b);
  }
}

class Eq<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.eq<T>(a, b);
  }
}

class Ne<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.ne<T>(a, b);
  }
}

class Lt<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.lt<T>(a, b);
  }
}

class Le<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.le<T>(a, b);
  }
}

/** y = a and b, bit by bit. */
export function bitwiseAndI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<And>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a and b, bit by bit. */
export function bitwiseAndU8(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<u8, u8, Compact<And>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a or b, bit by bit. */
export function bitwiseOrI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Or>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a or b, bit by bit. */
export function bitwiseOrU8(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<u8, u8, Compact<Or>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a xor b, bit by bit. */
export function bitwiseXorI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Xor>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a xor b, bit by bit. */
export function bitwiseXorU8(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<u8, u8, Compact<Xor>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a = b. */
export function eq(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, bool, Eq<f32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a = b. */
export function eqF64(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, bool, Compact<Eq<f64>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a = b. */
export function eqI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, bool, Compact<Eq<i32>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a = b. */
export function eqU8(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<u8, bool, Compact<Eq<u8>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * y = a ≠ b.
 *
 * @dtypes f32 f64 i32 u8
 */
export function ne<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, bool, Compact<Ne<T>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a < b. */
export function lt(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, bool, Lt<f32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a < b. */
export function ltF64(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, bool, Compact<Lt<f64>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a < b. */
export function ltI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, bool, Compact<Lt<i32>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * y = a ≤ b.
 *
 * @dtypes f32 f64 i32
 */
export function le<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, bool, Compact<Le<T>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}
