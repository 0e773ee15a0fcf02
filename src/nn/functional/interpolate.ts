import { isFloat } from '../../core/dtypes.js';
import type { DType } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { apply } from '../../autograd/apply.js';
import { Taps, resample } from '../../ops/resample.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { adaptiveAvgPool1d } from './pool1d.js';
import { adaptiveAvgPool2d } from './pool.js';
import { adaptiveAvgPool3d } from './pool3d.js';

/** How `interpolate` finds values between elements. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

/** Options of `interpolate`. */
export interface InterpolateOptions {
  /** The sizes of the result: one for all spatial dims, or one for each. This or `scaleFactor`. */
  size?: number | readonly number[] | null;
  /** What sizes are multiplied by: one for all spatial dims, or one for each. */
  scaleFactor?: number | readonly number[] | null;
  /** Default `'nearest'`. */
  mode?: InterpolateMode;
  /** Whether the centres of the corners, not their outer edges, lie on each other. Only of linear and cubic modes. Default false. */
  alignCorners?: boolean | null;
  /** Whether positions follow from the (rounded) sizes instead of `scaleFactor`. Default false. */
  recomputeScaleFactor?: boolean | null;
  /** Whether windows widen where the result is smaller; `'bilinear'` and `'bicubic'` only. Default false. */
  antialias?: boolean;
}

const NAMES = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor', 'antialias'] as const;
const MODES: readonly string[] = ['nearest', 'nearest-exact', 'linear', 'bilinear', 'bicubic', 'trilinear', 'area'];
/** The spatial dims of the modes that work for one number of them only. */
const DIMS: Readonly<Record<string, number>> = { linear: 1, bilinear: 2, bicubic: 2, trilinear: 3 };

type Tap = readonly [index: number, weight: number];

/** A number as a dtype holds it: PyTorch computes positions in the precision of the elements. */
function rounding(dtype: DType): (x: number) => number {
  return dtype === 'float32' ? Math.fround : (x) => x;
}

function nearestTaps(from: number, to: number, scale: number, exact: boolean, round: (x: number) => number): Taps {
  const step = round(scale);
  return new Taps(
    from,
    Array.from({ length: to }, (_, i): Tap[] => {
      const at = exact
        ? Math.floor(round(Math.max(round(round(step * (i + 0.5)) - 0.5), 0) + 0.5))
        : Math.floor(round(step * i));
      return [[Math.min(at, from - 1), 1]];
    }),
  );
}

function linearTaps(from: number, to: number, scale: number, alignCorners: boolean): Taps {
  return new Taps(
    from,
    Array.from({ length: to }, (_, i): Tap[] => {
      const at = alignCorners ? scale * i : Math.max(scale * (i + 0.5) - 0.5, 0);
      const low = Math.min(Math.floor(at), from - 1);
      const share = Math.min(Math.max(at - low, 0), 1);
      return [
        [low, 1 - share],
        [Math.min(low + 1, from - 1), share],
      ];
    }),
  );
}

/** Keys' cubic convolution at distance x, with the slope `a` at distance 1. */
function cubic(x: number, a: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function cubicTaps(from: number, to: number, scale: number, alignCorners: boolean): Taps {
  return new Taps(
    from,
    Array.from({ length: to }, (_, i): Tap[] => {
      const at = alignCorners ? scale * i : scale * (i + 0.5) - 0.5;
      const low = Math.floor(at);
      return [-1, 0, 1, 2].map((k) => [Math.min(Math.max(low + k, 0), from - 1), cubic(Math.abs(at - low - k), -0.75)]);
    }),
  );
}

/** Windows as wide as the step between the centres of the result, as Pillow resizes. */
function smoothTaps(from: number, to: number, scale: number, isCubic: boolean): Taps {
  const wide = Math.max(scale, 1);
  const support = (isCubic ? 2 : 1) * wide;
  return new Taps(
    from,
    Array.from({ length: to }, (_, i): Tap[] => {
      const centre = scale * (i + 0.5);
      const first = Math.max(Math.trunc(centre - support + 0.5), 0);
      const count = Math.min(Math.trunc(centre + support + 0.5), from) - first;
      const weights = Array.from({ length: count }, (_, j) => {
        const x = Math.abs((first + j - centre + 0.5) / wide);
        return isCubic ? cubic(x, -0.5) : Math.max(1 - x, 0);
      });
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight, j) => [first + j, sum === 0 ? weight : weight / sum]);
    }),
  );
}

/** One number for each spatial dim. */
function perDim(what: string, x: Tensor, given: number | readonly number[], fits: (n: number) => boolean): number[] {
  const dims = x.ndim - 2;
  const list = typeof given === 'number' ? new Array<number>(dims).fill(given) : [...given];
  if (list.length !== dims || !list.every(fits)) {
    const wanted = what === 'size' ? 'whole numbers of at least 1' : 'positive numbers';
    fail(ShapeError, 'interpolate', `${what} must be ${dims} ${wanted}, not ${String(given)}`, ['input'], [x]);
  }
  return list;
}

/**
 * Spatial dims in other sizes.
 *
 * Output i of n lies at s = (i + ½)·scale − ½ of the input with scale = size/n (or 1/`scaleFactor`), with `alignCorners` at
 * s = i·(size − 1)/(n − 1). `'nearest'` takes ⌊i·scale⌋, `'nearest-exact'` ⌊(i + ½)·scale⌋; linear modes mix the two neighbours by
 * distance; `'bicubic'` mixes four in each dim by Keys' convolution with a = −¾ (−½ with `antialias`); `'area'` takes means.
 *
 * Shapes: x [N, C, L] ('nearest', 'nearest-exact', 'area', 'linear'), [N, C, H, W] (…, 'bilinear', 'bicubic') or [N, C, D, H, W]
 * (…, 'trilinear') → [N, C, ...size] with size = ⌊size of x · scaleFactor⌋
 *
 * @param size the sizes, or all options
 * @throws ShapeError where sizes, mode and dims do not fit each other; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export function interpolate(
  x: Tensor,
  size?: number | readonly number[] | null | InterpolateOptions,
  scaleFactor?: number | readonly number[] | null | InterpolateOptions,
  mode?: InterpolateMode | InterpolateOptions,
  alignCorners?: boolean | null | InterpolateOptions,
  recomputeScaleFactor?: boolean | null | InterpolateOptions,
  antialias?: boolean,
): Tensor {
  const name = 'interpolate';
  const options = named<InterpolateOptions>(name, NAMES, [
    size,
    scaleFactor,
    mode,
    alignCorners,
    recomputeScaleFactor,
    antialias,
  ]);
  const how = options.mode ?? 'nearest';
  if (!MODES.includes(how)) {
    throw new ShapeError(`${name}: unknown mode '${String(how)}' (known: ${MODES.join(', ')})`);
  }
  const dims = x.ndim - 2;
  if (dims < 1 || dims > 3 || x.shape.slice(1).some((n) => n === 0)) {
    fail(ShapeError, name, 'input must have dims [N, C, L], [N, C, H, W] or [N, C, D, H, W]', ['input'], [x]);
  }
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', ['input'], [x]);
  const wanted = DIMS[how];
  if (wanted !== undefined && wanted !== dims) {
    fail(ShapeError, name, `mode '${how}' needs ${wanted + 2} dims`, ['input'], [x]);
  }
  const aligned = options.alignCorners ?? false;
  if (wanted === undefined && (options.alignCorners ?? null) !== null) {
    throw new ShapeError(`${name}: alignCorners is for modes linear, bilinear, bicubic, trilinear, got '${how}'`);
  }
  const smooth = options.antialias ?? false;
  if (smooth && how !== 'bilinear' && how !== 'bicubic') {
    throw new ShapeError(`${name}: antialias is for modes bilinear, bicubic, got '${how}'`);
  }
  const given = options.size ?? null;
  const factor = options.scaleFactor ?? null;
  if ((given === null) === (factor === null)) {
    throw new ShapeError(`${name}: needs either size or scaleFactor${given === null ? '' : ', not both'}`);
  }
  if (given !== null && options.recomputeScaleFactor) {
    throw new ShapeError(`${name}: recomputeScaleFactor needs scaleFactor, not size`);
  }
  const spatial = x.shape.slice(2);
  const factors = factor === null ? null : perDim('scaleFactor', x, factor, (n) => n > 0);
  const sizes = factors
    ? spatial.map((n, i) => Math.floor(n * factors[i]!))
    : perDim('size', x, given!, (n) => Number.isInteger(n) && n >= 1);
  if (sizes.some((n) => n < 1))
    fail(ShapeError, name, `the result would have sizes ${formatShape(sizes)}`, ['input'], [x]);
  if (how === 'area') return area(x, sizes);
  const keeps = factors !== null && !options.recomputeScaleFactor;
  let y = x;
  for (let d = dims - 1; d >= 0; d--) {
    const [from, to] = [spatial[d]!, sizes[d]!];
    const scale = aligned && wanted ? (to > 1 ? (from - 1) / (to - 1) : 0) : keeps ? 1 / factors[d]! : from / to;
    if (from === to && (scale === 1 || from === 1)) continue;
    let taps: Taps;
    if (smooth) taps = smoothTaps(from, to, scale, how === 'bicubic');
    else if (!wanted) taps = nearestTaps(from, to, scale, how === 'nearest-exact', rounding(x.dtype));
    else if (how === 'bicubic') taps = cubicTaps(from, to, scale, aligned);
    else taps = linearTaps(from, to, scale, aligned);
    y = apply(resample, [y], { dim: d + 2, taps });
  }
  return y === x ? x.clone() : y;
}

function area(x: Tensor, sizes: readonly number[]): Tensor {
  if (sizes.length === 1) return adaptiveAvgPool1d(x, sizes[0]!);
  if (sizes.length === 2) return adaptiveAvgPool2d(x, sizes as [number, number]);
  return adaptiveAvgPool3d(x, sizes as [number, number, number]);
}
