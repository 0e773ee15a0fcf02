// Conversions between dtypes with any strides. meta is [ndim, then per dim: size, stride of y, stride of x].

/**
 * One element from type S to type D. Floats truncate; what no int32 can hold saturates and NaN is 0
 * (PyTorch leaves both undefined). A float becomes uint8 through int64, modulo 256, as in PyTorch.
 */
class Convert {
  @inline static one<S, D>(y: usize, x: usize): void {
    if (isFloat<S>() && !isFloat<D>() && sizeof<D>() == 1) store<u8>(y, <u8>(<i64>load<S>(x)));
    else store<D>(y, <D>load<S>(x));
  }

  /** Four contiguous elements. */
  @inline static four<S, D>(y: usize, x: usize): void {
    if (isFloat<S>() && sizeof<S>() == 4 && isFloat<D>()) {
      v128.store(y, f64x2.promote_low_f32x4(v128.load64_zero(x)));
      v128.store(y + 16, f64x2.promote_low_f32x4(v128.load64_zero(x + 8)));
    } else if (isFloat<S>() && isFloat<D>()) {
      const lo = f32x4.demote_f64x2_zero(v128.load(x));
      const hi = f32x4.demote_f64x2_zero(v128.load(x + 16));
      v128.store(y, v128.shuffle<i64>(lo, hi, 0, 2));
    } else if (isFloat<S>() && sizeof<S>() == 4 && sizeof<D>() == 4) {
      v128.store(y, i32x4.trunc_sat_f32x4_s(v128.load(x)));
    } else if (sizeof<S>() == 4 && !isFloat<S>() && isFloat<D>() && sizeof<D>() == 4) {
      v128.store(y, f32x4.convert_i32x4_s(v128.load(x)));
    } else if (sizeof<S>() == 4 && !isFloat<S>() && isFloat<D>()) {
      v128.store(y, f64x2.convert_low_i32x4_s(v128.load64_zero(x)));
      v128.store(y + 16, f64x2.convert_low_i32x4_s(v128.load64_zero(x + 8)));
    } else if (sizeof<S>() == 1 && sizeof<D>() == 4) {
      const ints = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(x)));
      if (isFloat<D>()) v128.store(y, f32x4.convert_i32x4_s(ints));
      else v128.store(y, ints);
    } else {
      for (let i: usize = 0; i < 4; ++i) Convert.one<S, D>(y + i * sizeof<D>(), x + i * sizeof<S>());
    }
  }

  /** One element to bool: NaN and every value but 0 is true. */
  @inline static truth<S>(y: usize, x: usize): void {
    store<u8>(y, <u8>(load<S>(x) != <S>0));
  }
}

/** Converts elements begin … end; with `truth` D is a bool byte. */
function castStrided<S, D>(y: usize, x: usize, meta: usize, truth: bool, begin: i32, end: i32): void {
  const ndim = load<i32>(meta);
  const last = meta + 4 + (ndim - 1) * 12;
  const n = ndim > 0 ? load<i32>(last) : 1;
  const sy = ndim > 0 ? load<i32>(last, 4) : 0;
  const sx = ndim > 0 ? load<i32>(last, 8) : 0;
  const dy = sy << alignof<D>();
  const dx = sx << alignof<S>();
  for (let i = begin; i < end;) {
    const row = i / n;
    const c = i - row * n;
    let q = row;
    let offY = c * sy;
    let offX = c * sx;
    for (let d = last - 12; d > meta; d -= 12) {
      const size = load<i32>(d);
      const next = q / size;
      const at = q - next * size;
      offY += at * load<i32>(d, 4);
      offX += at * load<i32>(d, 8);
      q = next;
    }
    let py = y + (offY << alignof<D>());
    let px = x + (offX << alignof<S>());
    const count = min(n - c, end - i);
    let j = 0;
    if (truth) {
      for (; j < count; ++j, py += dy, px += dx) Convert.truth<S>(py, px);
    } else {
      if (sy == 1 && sx == 1) {
        for (; j + 4 <= count; j += 4, py += 4 * sizeof<D>(), px += 4 * sizeof<S>()) Convert.four<S, D>(py, px);
      }
      for (; j < count; ++j, py += dy, px += dx) Convert.one<S, D>(py, px);
    }
    i += count;
  }
}

/** float32 → float64. */
export function castF32ToF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f32, f64>(y, x, meta, false, begin, end);
}

/** float32 → int32. */
export function castF32ToI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f32, i32>(y, x, meta, false, begin, end);
}

/** float32 → uint8. */
export function castF32ToU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f32, u8>(y, x, meta, false, begin, end);
}

/** float32 → bool. */
export function castF32ToBool(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f32, u8>(y, x, meta, true, begin, end);
}

/** float64 → float32. */
export function castF64ToF32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f64, f32>(y, x, meta, false, begin, end);
}

/** float64 → int32. */
export function castF64ToI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f64, i32>(y, x, meta, false, begin, end);
}

/** float64 → uint8. */
export function castF64ToU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f64, u8>(y, x, meta, false, begin, end);
}

/** float64 → bool. */
export function castF64ToBool(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<f64, u8>(y, x, meta, true, begin, end);
}

/** int32 → float32. */
export function castI32ToF32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<i32, f32>(y, x, meta, false, begin, end);
}

/** int32 → float64. */
export function castI32ToF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<i32, f64>(y, x, meta, false, begin, end);
}

/** int32 → uint8. */
export function castI32ToU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<i32, u8>(y, x, meta, false, begin, end);
}

/** int32 → bool. */
export function castI32ToBool(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<i32, u8>(y, x, meta, true, begin, end);
}

/** uint8 or bool → float32. */
export function castU8ToF32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<u8, f32>(y, x, meta, false, begin, end);
}

/** uint8 or bool → float64. */
export function castU8ToF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<u8, f64>(y, x, meta, false, begin, end);
}

/** uint8 or bool → int32. */
export function castU8ToI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<u8, i32>(y, x, meta, false, begin, end);
}

/** uint8 or bool → bool. */
export function castU8ToBool(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  castStrided<u8, u8>(y, x, meta, true, begin, end);
}
