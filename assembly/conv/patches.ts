/**
 * Patches: the matrix P[r][p] = x[c][oh·stride − pad + kh·dilation][ow·stride − pad + kw·dilation], zero outside x, with rows
 * r = (c, kh, kw) and columns p = (oh, ow), of which only the block at hand is ever written out.
 */
import { Geometry, Run } from './geometry';
import { Copy } from './planes';

/** Writes rows r0 … r1-1 and columns p0 … p1-1 of the patch matrix of the planes at x to d, whose rows lie `pitch` bytes apart. */
export function gatherPatches<T>(
  d: usize,
  pitch: usize,
  x: usize,
  geometry: usize,
  r0: i32,
  r1: i32,
  p0: i32,
  p1: i32,
): void {
  const size = sizeof<T>();
  const H = Geometry.H(geometry),
    W = Geometry.W(geometry),
    OW = Geometry.OW(geometry);
  const KH = Geometry.KH(geometry),
    KW = Geometry.KW(geometry);
  const strideH = Geometry.strideH(geometry),
    stride = Geometry.strideW(geometry);
  const padH = Geometry.padH(geometry),
    padW = Geometry.padW(geometry);
  const dilationH = Geometry.dilationH(geometry),
    dilationW = Geometry.dilationW(geometry);
  const oh0 = p0 / OW;
  const ow0 = p0 - oh0 * OW;
  for (let r = r0; r < r1; ++r) {
    const channel = r / (KH * KW);
    const tap = r - channel * KH * KW;
    const kh = tap / KW;
    const left = (tap - kh * KW) * dilationW - padW;
    let ih = oh0 * strideH + kh * dilationH - padH;
    let ow = ow0;
    let at = d;
    for (let p = p0; p < p1;) {
      const count = min(OW - ow, p1 - p);
      const start = ow * stride + left;
      const first = Run.begin(start, stride, count);
      const last = Run.end(start, stride, count, W);
      if (ih < 0 || ih >= H || last <= first) {
        Copy.zeros<T>(at, count);
      } else {
        const s = x + (((channel * H + ih) * W + start + first * stride) as usize) * size;
        if (first > 0) Copy.zeros<T>(at, first);
        const to = at + (first as usize) * size;
        if (stride == 1) {
          Copy.run<T>(to, s, last - first);
        } else {
          Copy.strided<T>(to, s, last - first, stride);
        }
        if (last < count) Copy.zeros<T>(at + (last as usize) * size, count - last);
      }
      at += (count as usize) * size;
      p += count;
      ow = 0;
      ih += strideH;
    }
    d += pitch;
  }
}

/** Adds rows r0 … r1-1 and columns p0 … p1-1 of a patch matrix back to the planes at x they were taken from. */
export function scatterPatches<T>(
  x: usize,
  s: usize,
  pitch: usize,
  geometry: usize,
  r0: i32,
  r1: i32,
  p0: i32,
  p1: i32,
): void {
  const size = sizeof<T>();
  const H = Geometry.H(geometry),
    W = Geometry.W(geometry),
    OW = Geometry.OW(geometry);
  const KH = Geometry.KH(geometry),
    KW = Geometry.KW(geometry);
  const strideH = Geometry.strideH(geometry),
    stride = Geometry.strideW(geometry);
  const padH = Geometry.padH(geometry),
    padW = Geometry.padW(geometry);
  const dilationH = Geometry.dilationH(geometry),
    dilationW = Geometry.dilationW(geometry);
  const oh0 = p0 / OW;
  const ow0 = p0 - oh0 * OW;
  for (let r = r0; r < r1; ++r) {
    const channel = r / (KH * KW);
    const tap = r - channel * KH * KW;
    const kh = tap / KW;
    const left = (tap - kh * KW) * dilationW - padW;
    let ih = oh0 * strideH + kh * dilationH - padH;
    let ow = ow0;
    let at = s;
    for (let p = p0; p < p1;) {
      const count = min(OW - ow, p1 - p);
      const start = ow * stride + left;
      const first = Run.begin(start, stride, count);
      const last = Run.end(start, stride, count, W);
      if (ih >= 0 && ih < H && last > first) {
        const to = x + (((channel * H + ih) * W + start + first * stride) as usize) * size;
        const from = at + (first as usize) * size;
        if (stride == 1) {
          Copy.add<T>(to, from, last - first);
        } else {
          for (let i = 0; i < last - first; ++i) {
            const q = to + ((i * stride) as usize) * size;
            store<T>(q, load<T>(q) + load<T>(from + (i as usize) * size));
          }
        }
      }
      at += (count as usize) * size;
      p += count;
      ow = 0;
      ih += strideH;
    }
    s += pitch;
  }
}
