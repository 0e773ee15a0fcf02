/**
 * Depthwise convolution (one input channel a group) computed directly, without patches. Meta: see geometry.ts.
 * The sum of an output runs over the taps that lie inside x, kh outside kw, in vectors and at the edges alike.
 */
import { BIAS_ROW, Lane, RELU } from '../gemm/micro';
import { Geometry, Run } from './geometry';

/** Units: planes of y, one an image and output channel. */
function forward<T>(y: usize, x: usize, w: usize, bias: usize, flags: i32, meta: usize, begin: i32, end: i32): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const H = Geometry.H(meta),
    W = Geometry.W(meta),
    OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const KH = Geometry.KH(meta),
    KW = Geometry.KW(meta),
    K = Geometry.K(meta),
    C = Geometry.C(meta);
  const stride = Geometry.strideW(meta);
  const dilationH = Geometry.dilationH(meta),
    dilation = Geometry.dilationW(meta),
    padW = Geometry.padW(meta);
  const tapStep = (dilation as usize) * size;
  // Outputs first … last-1 of a row have all their taps inside x.
  const first = Run.begin(-padW, stride, OW);
  const last = max(first, Run.end((KW - 1) * dilation - padW, stride, OW, W));
  for (let unit = begin; unit < end; ++unit) {
    const k = unit % K;
    const plane = x + ((((unit / K) * C + k / (K / C)) * H * W) as usize) * size;
    const taps = w + ((k * KH * KW) as usize) * size;
    const start = flags & BIAS_ROW ? load<T>(bias + (k as usize) * size) : (0 as T);
    for (let oh = 0; oh < OH; ++oh) {
      const top = oh * Geometry.strideH(meta) - Geometry.padH(meta);
      const kh0 = Run.begin(top, dilationH, KH);
      const kh1 = max(kh0, Run.end(top, dilationH, KH, H));
      const row = y + (((unit * OH + oh) * OW) as usize) * size;
      let ow = 0;
      while (ow < OW) {
        // The last vectors of a row overlap the ones before them: the same sums again cost less than a scalar end.
        const inside = stride == 1 && ow >= first && ow < last;
        const wide = inside && last - first >= 4 * lanes && last - ow > lanes;
        if (wide) ow = min(ow, last - 4 * lanes);
        else if (inside && last - first >= lanes) ow = min(ow, last - lanes);
        const left = ow * stride - padW;
        const at = row + (ow as usize) * size;
        if (wide) {
          let y0 = v128.splat<T>(0 as T),
            y1 = y0,
            y2 = y0,
            y3 = y0;
          for (let kh = kh0; kh < kh1; ++kh) {
            let s = plane + (((top + kh * dilationH) * W + left) as usize) * size;
            let t = taps + ((kh * KW) as usize) * size;
            for (let kw = 0; kw < KW; ++kw) {
              const weight = Lane.loadSplat<T>(t);
              y0 = v128.add<T>(y0, v128.mul<T>(weight, v128.load(s)));
              y1 = v128.add<T>(y1, v128.mul<T>(weight, v128.load(s, 16)));
              y2 = v128.add<T>(y2, v128.mul<T>(weight, v128.load(s, 32)));
              y3 = v128.add<T>(y3, v128.mul<T>(weight, v128.load(s, 48)));
              s += tapStep;
              t += size;
            }
          }
          Row.put<T>(at, y0, start, flags);
          Row.put<T>(at + 16, y1, start, flags);
          Row.put<T>(at + 32, y2, start, flags);
          Row.put<T>(at + 48, y3, start, flags);
          ow += 4 * lanes;
          continue;
        }
        if (inside && last - first >= lanes) {
          let y0 = v128.splat<T>(0 as T);
          for (let kh = kh0; kh < kh1; ++kh) {
            let s = plane + (((top + kh * dilationH) * W + left) as usize) * size;
            let t = taps + ((kh * KW) as usize) * size;
            for (let kw = 0; kw < KW; ++kw) {
              y0 = v128.add<T>(y0, v128.mul<T>(Lane.loadSplat<T>(t), v128.load(s)));
              s += tapStep;
              t += size;
            }
          }
          Row.put<T>(at, y0, start, flags);
          ow += lanes;
          continue;
        }
        let kw0 = 0;
        while (left + kw0 * dilation < 0) ++kw0;
        let kw1 = KW;
        while (kw1 > kw0 && left + (kw1 - 1) * dilation >= W) --kw1;
        let sum = 0 as T;
        for (let kh = kh0; kh < kh1; ++kh) {
          const s = plane + (((top + kh * dilationH) * W + left) as usize) * size;
          const t = taps + ((kh * KW) as usize) * size;
          for (let kw = kw0; kw < kw1; ++kw) {
            sum += load<T>(t + (kw as usize) * size) * load<T>(s + ((kw * dilation) as usize) * size);
          }
        }
        if (flags & BIAS_ROW) sum += start;
        if (flags & RELU) sum = max<T>(sum, 0 as T);
        store<T>(at, sum);
        ow += 1;
      }
    }
  }
}

class Row {
  @inline static put<T>(p: usize, x: v128, bias: T, flags: i32): void {
    if (flags & BIAS_ROW) x = v128.add<T>(x, v128.splat<T>(bias));
    if (flags & RELU) x = v128.max<T>(x, v128.splat<T>(0 as T));
    v128.store(p, x);
  }
}

/** dx from dy: every tap adds a scaled row of dy to a row of dx. Units: planes of dx. */
function backwardInput<T>(dx: usize, dy: usize, w: usize, meta: usize, begin: i32, end: i32): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const H = Geometry.H(meta),
    W = Geometry.W(meta),
    OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const KH = Geometry.KH(meta),
    KW = Geometry.KW(meta),
    C = Geometry.C(meta);
  const stride = Geometry.strideW(meta);
  const multiplier = Geometry.K(meta) / C;
  for (let unit = begin; unit < end; ++unit) {
    const plane = dx + ((unit * H * W) as usize) * size;
    memory.fill(plane, 0, ((H * W) as usize) * size);
    for (let q = 0; q < multiplier; ++q) {
      const taps = w + ((((unit % C) * multiplier + q) * KH * KW) as usize) * size;
      for (let oh = 0; oh < OH; ++oh) {
        const from = dy + ((((unit * multiplier + q) * OH + oh) * OW) as usize) * size;
        for (let kh = 0; kh < KH; ++kh) {
          const ih = oh * Geometry.strideH(meta) - Geometry.padH(meta) + kh * Geometry.dilationH(meta);
          if (ih < 0 || ih >= H) continue;
          for (let kw = 0; kw < KW; ++kw) {
            const start = kw * Geometry.dilationW(meta) - Geometry.padW(meta);
            let i = Run.begin(start, stride, OW);
            const last = Run.end(start, stride, OW, W);
            const t = taps + ((kh * KW + kw) as usize) * size;
            const row = plane + ((ih * W + start) as usize) * size;
            if (stride == 1) {
              const weight = Lane.loadSplat<T>(t);
              for (; i + lanes <= last; i += lanes) {
                const at = (i as usize) * size;
                v128.store(row + at, v128.add<T>(v128.load(row + at), v128.mul<T>(weight, v128.load(from + at))));
              }
            }
            const weight = load<T>(t);
            for (; i < last; ++i) {
              const at = row + ((i * stride) as usize) * size;
              store<T>(at, load<T>(at) + weight * load<T>(from + (i as usize) * size));
            }
          }
        }
      }
    }
  }
}

/** dw from dy: a dot product of rows a tap. Units: output channels. */
function backwardWeight<T>(dw: usize, dy: usize, x: usize, N: i32, meta: usize, begin: i32, end: i32): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const H = Geometry.H(meta),
    W = Geometry.W(meta),
    OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const KH = Geometry.KH(meta),
    KW = Geometry.KW(meta),
    K = Geometry.K(meta),
    C = Geometry.C(meta);
  const stride = Geometry.strideW(meta);
  for (let k = begin; k < end; ++k) {
    for (let tap = 0; tap < KH * KW; ++tap) {
      const kh = tap / KW;
      const start = (tap - kh * KW) * Geometry.dilationW(meta) - Geometry.padW(meta);
      const first = Run.begin(start, stride, OW);
      const last = Run.end(start, stride, OW, W);
      let sum = 0 as T;
      for (let n = 0; n < N; ++n) {
        const plane = x + (((n * C + k / (K / C)) * H * W) as usize) * size;
        let vector = v128.splat<T>(0 as T);
        let rest = 0 as T;
        for (let oh = 0; oh < OH; ++oh) {
          const ih = oh * Geometry.strideH(meta) - Geometry.padH(meta) + kh * Geometry.dilationH(meta);
          if (ih < 0 || ih >= H) continue;
          const from = dy + ((((n * K + k) * OH + oh) * OW) as usize) * size;
          const row = plane + ((ih * W + start) as usize) * size;
          let i = first;
          if (stride == 1) {
            for (; i + lanes <= last; i += lanes) {
              const at = (i as usize) * size;
              vector = v128.add<T>(vector, v128.mul<T>(v128.load(row + at), v128.load(from + at)));
            }
          }
          for (; i < last; ++i) {
            rest += load<T>(row + ((i * stride) as usize) * size) * load<T>(from + (i as usize) * size);
          }
        }
        sum += (Lane.sum<T>(vector) + rest) as T;
      }
      store<T>(dw + ((k * KH * KW + tap) as usize) * size, sum);
    }
  }
}

export function depthwise(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  forward<f32>(y, x, w, bias, flags, meta, begin, end);
}

export function depthwiseF64(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  forward<f64>(y, x, w, bias, flags, meta, begin, end);
}

export function depthwiseBackwardInput(dx: usize, dy: usize, w: usize, meta: usize, begin: i32, end: i32): void {
  backwardInput<f32>(dx, dy, w, meta, begin, end);
}

export function depthwiseBackwardInputF64(dx: usize, dy: usize, w: usize, meta: usize, begin: i32, end: i32): void {
  backwardInput<f64>(dx, dy, w, meta, begin, end);
}

export function depthwiseBackwardWeight(
  dw: usize,
  dy: usize,
  x: usize,
  N: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  backwardWeight<f32>(dw, dy, x, N, meta, begin, end);
}

export function depthwiseBackwardWeightF64(
  dw: usize,
  dy: usize,
  x: usize,
  N: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  backwardWeight<f64>(dw, dy, x, N, meta, begin, end);
}
