/**
 * Convolution in groups of few channels (depthwise: of one), computed directly from padded bands of planes (see planes.ts, also for the meta).
 * The gradient of the input is the same with turned filters, on planes of dy with zeros between where there is a stride. The sum
 * of an output runs over kh, in it over kw, in vectors and at the ends of rows alike.
 */
import { ADD, Lane } from '../gemm/micro';
import { Lanes } from '../simd/lanes';
import { Geometry } from './geometry';
import { Band } from './planes';

class Row {
  /** Stores a vector, or the `left` elements of it that the row still has. */
  @inline static put<T>(p: usize, x: v128, bias: v128, flags: i32, left: i32): void {
    const whole = left >= Lane.count<T>();
    if (flags & ADD) x = v128.add<T>(x, whole ? v128.load(p) : Lane.loadPart<T>(p, left));
    x = v128.add<T>(x, bias);
    if (whole) v128.store(p, x);
    else Lane.storePart<T>(p, x, left);
  }
}

/**
 * Units: planes of y. A plane adds up the planes of x in its group, each with a filter of its own. `turn` reads the filters from their end, and
 * w has the planes of x first, those of y in a group second.
 * @dtypes f32 f64
 */
export function depthwise<T>(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  scratch: usize,
  groups: i32,
  turn: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const C = Geometry.C(meta),
    K = Geometry.K(meta);
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const taps = Geometry.KH(meta) * Geometry.KW(meta);
  const rows = Band.rows(meta);
  const fan = C / groups,
    outs = K / groups;
  const three = Geometry.KH(meta) == 3 && Geometry.KW(meta) == 3;
  const places = scratch + ((begin / grain) as usize) * (slot as usize);
  const band = places + ((taps * 4) as usize);
  Band.places<T>(places, meta, 1, 0);
  // A band that holds the whole plane has its zeros at the same places for all planes.
  let framed = false;
  for (let unit = begin; unit < end; ++unit) {
    const image = unit / K;
    const k = unit - image * K;
    const source = (k / outs) * fan;
    for (let oh = 0; oh < OH; oh += rows) {
      const count = min(rows, OH - oh);
      const to = y + (((unit * OH + oh) * OW) as usize) * size;
      for (let q = 0; q < fan; ++q) {
        const pair = turn ? (source + q) * outs + (k % outs) : k * fan + q;
        const filter = w + ((pair * taps) as usize) * size;
        const plus = bias && q == fan - 1 ? Lane.loadSplat<T>(bias + (k as usize) * size) : v128.splat<T>(0 as T);
        Band.fill<T>(band, x + (((image * C + source + q) * plane) as usize) * size, meta, oh, count, framed);
        framed = rows >= OH;
        if (three) rows3<T>(to, band, filter, places, turn, plus, q > 0 ? ADD : 0, meta, count);
        else rowsAny<T>(to, band, filter, places, turn, plus, q > 0 ? ADD : 0, meta, count);
      }
    }
  }
}

/** Rows of outputs of a filter of 3 × 3, its weights in registers. */
function rows3<T>(
  y: usize,
  band: usize,
  w: usize,
  places: usize,
  turn: i32,
  bias: v128,
  flags: i32,
  meta: usize,
  count: i32,
): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const OW = Geometry.OW(meta);
  const pitch = Band.pitch<T>(meta);
  const down = load<u32>(places, 12) as usize;
  const tap1 = load<u32>(places, 4) as usize;
  const tap2 = load<u32>(places, 8) as usize;
  const step = turn ? -size : size;
  if (turn) w += 8 * size;
  const w0 = Lane.loadSplat<T>(w);
  const w1 = Lane.loadSplat<T>(w + step);
  const w2 = Lane.loadSplat<T>(w + 2 * step);
  const w3 = Lane.loadSplat<T>(w + 3 * step);
  const w4 = Lane.loadSplat<T>(w + 4 * step);
  const w5 = Lane.loadSplat<T>(w + 5 * step);
  const w6 = Lane.loadSplat<T>(w + 6 * step);
  const w7 = Lane.loadSplat<T>(w + 7 * step);
  const w8 = Lane.loadSplat<T>(w + 8 * step);
  const stride = (Geometry.strideH(meta) as usize) * pitch;
  const next = (OW as usize) * size;
  // Where nothing is added up, the last vector of a row and the last rows may be computed twice: no ends to take care of.
  const again = !(flags & ADD) && OW >= lanes;
  if (again && stride == down && count >= 4) {
    const lastColumn = OW - lanes;
    for (let r = 0; r < count; r += 4) {
      const row = min(r, count - 4) as usize;
      for (let ow = 0; ow < OW; ow += lanes) {
        const column = (min(ow, lastColumn) as usize) * size;
        let s = band + row * stride + column;
        let p = y + row * next + column;
        // Four rows of outputs share what they read of six.
        let x = v128.load(s);
        let a = v128.mul<T>(w0, x);
        x = v128.load(s + tap1);
        a = Lanes.fma<T>(w1, x, a);
        x = v128.load(s + tap2);
        a = Lanes.fma<T>(w2, x, a);
        s += down;
        x = v128.load(s);
        a = Lanes.fma<T>(w3, x, a);
        let b = v128.mul<T>(w0, x);
        x = v128.load(s + tap1);
        a = Lanes.fma<T>(w4, x, a);
        b = Lanes.fma<T>(w1, x, b);
        x = v128.load(s + tap2);
        a = Lanes.fma<T>(w5, x, a);
        b = Lanes.fma<T>(w2, x, b);
        s += down;
        x = v128.load(s);
        a = Lanes.fma<T>(w6, x, a);
        b = Lanes.fma<T>(w3, x, b);
        let c = v128.mul<T>(w0, x);
        x = v128.load(s + tap1);
        a = Lanes.fma<T>(w7, x, a);
        b = Lanes.fma<T>(w4, x, b);
        c = Lanes.fma<T>(w1, x, c);
        x = v128.load(s + tap2);
        a = Lanes.fma<T>(w8, x, a);
        b = Lanes.fma<T>(w5, x, b);
        c = Lanes.fma<T>(w2, x, c);
        v128.store(p, v128.add<T>(a, bias));
        s += down;
        p += next;
        x = v128.load(s);
        b = Lanes.fma<T>(w6, x, b);
        c = Lanes.fma<T>(w3, x, c);
        a = v128.mul<T>(w0, x);
        x = v128.load(s + tap1);
        b = Lanes.fma<T>(w7, x, b);
        c = Lanes.fma<T>(w4, x, c);
        a = Lanes.fma<T>(w1, x, a);
        x = v128.load(s + tap2);
        b = Lanes.fma<T>(w8, x, b);
        c = Lanes.fma<T>(w5, x, c);
        a = Lanes.fma<T>(w2, x, a);
        v128.store(p, v128.add<T>(b, bias));
        s += down;
        p += next;
        x = v128.load(s);
        c = Lanes.fma<T>(w6, x, c);
        a = Lanes.fma<T>(w3, x, a);
        x = v128.load(s + tap1);
        c = Lanes.fma<T>(w7, x, c);
        a = Lanes.fma<T>(w4, x, a);
        x = v128.load(s + tap2);
        c = Lanes.fma<T>(w8, x, c);
        a = Lanes.fma<T>(w5, x, a);
        v128.store(p, v128.add<T>(c, bias));
        s += down;
        p += next;
        a = Lanes.fma<T>(w6, v128.load(s), a);
        a = Lanes.fma<T>(w7, v128.load(s + tap1), a);
        a = Lanes.fma<T>(w8, v128.load(s + tap2), a);
        v128.store(p, v128.add<T>(a, bias));
      }
    }
    return;
  }
  for (let r = 0; r < count; ++r) {
    for (let ow = 0; ow < OW; ow += lanes) {
      const from = again ? min(ow, OW - lanes) : ow;
      let s = band + (from as usize) * size;
      let sum = v128.mul<T>(w0, v128.load(s));
      sum = Lanes.fma<T>(w1, v128.load(s + tap1), sum);
      sum = Lanes.fma<T>(w2, v128.load(s + tap2), sum);
      s += down;
      sum = Lanes.fma<T>(w3, v128.load(s), sum);
      sum = Lanes.fma<T>(w4, v128.load(s + tap1), sum);
      sum = Lanes.fma<T>(w5, v128.load(s + tap2), sum);
      s += down;
      sum = Lanes.fma<T>(w6, v128.load(s), sum);
      sum = Lanes.fma<T>(w7, v128.load(s + tap1), sum);
      sum = Lanes.fma<T>(w8, v128.load(s + tap2), sum);
      Row.put<T>(y + (from as usize) * size, sum, bias, flags, OW - from);
    }
    y += next;
    band += stride;
  }
}

/** Rows of outputs of any filter, four vectors at a time. */
function rowsAny<T>(
  y: usize,
  band: usize,
  w: usize,
  places: usize,
  turn: i32,
  bias: v128,
  flags: i32,
  meta: usize,
  count: i32,
): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const OW = Geometry.OW(meta);
  const pitch = Band.pitch<T>(meta);
  const taps = Geometry.KH(meta) * Geometry.KW(meta);
  const last = places + ((taps * 4) as usize);
  const step = turn ? -size : size;
  if (turn) w += ((taps - 1) as usize) * size;
  for (let r = 0; r < count; ++r) {
    for (let ow = 0; ow < OW;) {
      const wide = OW - ow >= 4 * lanes;
      let sum0 = v128.splat<T>(0 as T);
      let sum1 = sum0,
        sum2 = sum0,
        sum3 = sum0;
      const s = band + (ow as usize) * size;
      let t = w;
      for (let place = places; place < last; place += 4) {
        const weight = Lane.loadSplat<T>(t);
        const p = s + (load<u32>(place) as usize);
        sum0 = Lanes.fma<T>(weight, v128.load(p), sum0);
        if (wide) {
          sum1 = Lanes.fma<T>(weight, v128.load(p, 16), sum1);
          sum2 = Lanes.fma<T>(weight, v128.load(p, 32), sum2);
          sum3 = Lanes.fma<T>(weight, v128.load(p, 48), sum3);
        }
        t += step;
      }
      const at = y + (ow as usize) * size;
      Row.put<T>(at, sum0, bias, flags, OW - ow);
      if (wide) {
        Row.put<T>(at + 16, sum1, bias, flags, lanes);
        Row.put<T>(at + 32, sum2, bias, flags, lanes);
        Row.put<T>(at + 48, sum3, bias, flags, lanes);
      }
      ow += wide ? 4 * lanes : lanes;
    }
    y += (OW as usize) * size;
    band += (Geometry.strideH(meta) as usize) * pitch;
  }
}
