/**
 * Patches: the matrix P[r][p] = x[c][oh·stride − pad + kh·dilation][ow·stride − pad + kw·dilation], zero outside x, with rows
 * r = (c, kh, kw) and columns p = (oh, ow), of which only the block at hand is ever written out.
 */
import { Geometry, Run } from './geometry';
import { Copy } from './planes';

/** What happens where a row of a plane meets a row of the patch matrix. */
abstract class Way {
  /** `count` elements of the plane, `stride` elements apart, and as many of the matrix. */
  abstract run(plane: usize, patch: usize, count: i32, stride: i32): void;
  /** `count` elements of the matrix that lie outside of the plane. */
  abstract outside(patch: usize, count: i32): void;
}

class Gather<T> extends Way {
  @inline run(plane: usize, patch: usize, count: i32, stride: i32): void {
    if (stride == 1) Copy.run<T>(patch, plane, count);
    else Copy.strided<T>(patch, plane, count, stride);
  }

  @inline outside(patch: usize, count: i32): void {
    if (count > 0) Copy.zeros<T>(patch, count);
  }
}

class Scatter<T> extends Way {
  @inline run(plane: usize, patch: usize, count: i32, stride: i32): void {
    if (stride == 1) {
      Copy.add<T>(plane, patch, count);
      return;
    }
    const step = (stride as usize) * sizeof<T>();
    for (let i = 0; i < count; ++i) {
      store<T>(plane, load<T>(plane) + load<T>(patch + (i as usize) * sizeof<T>()));
      plane += step;
    }
  }

  @inline outside(patch: usize, count: i32): void {}
}

/** Walks through rows r0 … r1-1 and columns p0 … p1-1 of the patch matrix at `patch`, row by row of the planes at x. */
function walk<T, V extends Way>(
  x: usize,
  patch: usize,
  pitch: usize,
  geometry: usize,
  r0: i32,
  r1: i32,
  p0: i32,
  p1: i32,
): void {
  const way = changetype<V>(0);
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
    let at = patch;
    for (let p = p0; p < p1;) {
      const count = min(OW - ow, p1 - p);
      const start = ow * stride + left;
      const first = Run.begin(start, stride, count);
      const last = Run.end(start, stride, count, W);
      if (ih < 0 || ih >= H || last <= first) {
        way.outside(at, count);
      } else {
        const plane = x + (((channel * H + ih) * W + start + first * stride) as usize) * size;
        way.outside(at, first);
        way.run(plane, at + (first as usize) * size, last - first, stride);
        way.outside(at + (last as usize) * size, count - last);
      }
      at += (count as usize) * size;
      p += count;
      ow = 0;
      ih += strideH;
    }
    patch += pitch;
  }
}

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
  walk<T, Gather<T>>(x, d, pitch, geometry, r0, r1, p0, p1);
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
  walk<T, Scatter<T>>(x, s, pitch, geometry, r0, r1, p0, p1);
}
