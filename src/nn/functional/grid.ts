import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import { where } from '../../tensor/copy.js';
import { tensor } from '../../tensor/creation.js';
import { gather } from '../../tensor/gather.js';
import { checkOptions } from '../../tensor/options.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of `gridSample`. */
export interface GridSampleOptions {
  /** Between elements: the mean by distance, the nearest, or Keys' cubic convolution (planes only). Default `'bilinear'`. */
  mode?: 'bilinear' | 'nearest' | 'bicubic';
  /** Beyond the edge: zeros, the edge, or the mirror image. Default `'zeros'`. */
  paddingMode?: 'zeros' | 'border' | 'reflection';
  /** Whether −1 and 1 are the centres of the first and last elements, not their outer edges. Default false. */
  alignCorners?: boolean | null;
}

const NAMES = ['mode', 'paddingMode', 'alignCorners'] as const;
const MODES: readonly string[] = ['bilinear', 'nearest', 'bicubic'];
const PADDINGS: readonly string[] = ['zeros', 'border', 'reflection'];

/** Positions kept in 0 … size − 1; where they are not inside, their gradient is 0. */
function clipped(at: Tensor, size: number): Tensor {
  const inside = at.gt(0).logicalAnd(at.lt(size - 1));
  return where(inside, at, at.detach().clamp(0, size - 1));
}

/** Positions mirrored at the edges: at the centres of the outer elements with `alignCorners`, else at their outer edges. */
function mirrored(at: Tensor, size: number, alignCorners: boolean): Tensor {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return at.mul(0);
  const from = at.sub(low);
  const distance = where(from.lt(0), from.neg(), from);
  const odd = distance.detach().div(span).floor().remainder(2).ne(0);
  const rest = distance.fmod(span);
  return where(odd, rest.rsub(span), rest).add(low);
}

/** One dim of the input, and how positions in it are treated. */
interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly padding: string;
  readonly alignCorners: boolean;
}

function withPadding(at: Tensor, { size, padding, alignCorners }: Axis): Tensor {
  if (padding === 'border') return clipped(at, size);
  return padding === 'reflection' ? clipped(mirrored(at, size, alignCorners), size) : at;
}

/** Whole positions in one dim and their weights. */
interface Choice {
  readonly at: Tensor;
  readonly weight: Tensor | null;
}

/** The elements that count in one dim, by mode. `at` is the position in elements. */
function choices(at: Tensor, axis: Axis, mode: string): Choice[] {
  if (mode === 'nearest') return [{ at: withPadding(at, axis).detach().round(), weight: null }];
  if (mode === 'bilinear') {
    const place = withPadding(at, axis);
    const low = place.detach().floor();
    const share = place.sub(low);
    return [
      { at: low, weight: share.rsub(1) },
      { at: low.add(1), weight: share },
    ];
  }
  const low = at.detach().floor();
  const t = at.sub(low);
  return [t.add(1), t, t.rsub(1), t.rsub(2)].map((distance, k) => ({
    at: withPadding(low.add(k - 1), axis).detach(),
    weight: keys(distance, k === 1 || k === 2),
  }));
}

/** Keys' cubic convolution with a = −¾ at distances up to 1 (near), or from 1 to 2. */
function keys(x: Tensor, near: boolean): Tensor {
  const a = -0.75;
  if (near)
    return x
      .mul(a + 2)
      .sub(a + 3)
      .mul(x)
      .mul(x)
      .add(1);
  return x.sub(5).mul(x).add(8).mul(x).sub(4).mul(a);
}

/** Every combination of one choice for each dim: the product of weights, where all lie inside, and the index in the flat input. */
function corners(axes: readonly Axis[], lists: readonly Choice[][]): { index: Tensor; weight: Tensor }[] {
  let found: { index: Tensor; weight: Tensor | null }[] = [];
  lists.forEach((list, d) => {
    const { size, stride } = axes[d]!;
    const here = list.map(({ at, weight }) => {
      const inside = at
        .ge(0)
        .logicalAnd(at.le(size - 1))
        .to(at.dtype);
      const index = at
        .clamp(0, size - 1)
        .to('int32')
        .mul(stride);
      return { index, weight: weight ? weight.mul(inside) : inside };
    });
    found =
      d === 0
        ? here
        : found.flatMap((a) => here.map((b) => ({ index: a.index.add(b.index), weight: a.weight!.mul(b.weight) })));
  });
  return found as { index: Tensor; weight: Tensor }[];
}

/**
 * Values of the input at positions: y[n, c, …] = x[n, c] at grid[n, …], whose last dim holds (x, y) or (x, y, z) in −1 … 1.
 *
 * Shapes: x [N, C, H, W], grid [N, OH, OW, 2] → [N, C, OH, OW]; x [N, C, D, H, W], grid [N, OD, OH, OW, 3] → [N, C, OD, OH, OW]
 *
 * A position p of −1 … 1 is element ((p + 1)·size − 1)/2, with `alignCorners` (p + 1)/2·(size − 1).
 *
 * @param mode the mode, or all options
 * @throws ShapeError where shapes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html
 */
export function gridSample(
  x: Tensor,
  grid: Tensor,
  mode?: 'bilinear' | 'nearest' | 'bicubic' | GridSampleOptions,
  paddingMode?: 'zeros' | 'border' | 'reflection' | GridSampleOptions,
  alignCorners?: boolean | null,
): Tensor {
  const name = 'gridSample';
  const options = named<GridSampleOptions>(name, NAMES, [mode, paddingMode, alignCorners]);
  const how = options.mode ?? 'bilinear';
  const padding = options.paddingMode ?? 'zeros';
  const aligned = options.alignCorners ?? false;
  if (!MODES.includes(how)) throw new ShapeError(`${name}: unknown mode '${how}' (known: ${MODES.join(', ')})`);
  if (!PADDINGS.includes(padding)) {
    throw new ShapeError(`${name}: unknown paddingMode '${padding}' (known: ${PADDINGS.join(', ')})`);
  }
  const operands = [x, grid];
  const args = ['input', 'grid'];
  const dims = x.ndim - 2;
  const fits = (dims === 2 || dims === 3) && grid.ndim === x.ndim && grid.shape.at(-1) === dims;
  if (!fits || grid.shape[0] !== x.shape[0] || x.shape.slice(1).some((size) => size === 0)) {
    const wanted = 'input [N, C, H, W] needs grid [N, OH, OW, 2], input [N, C, D, H, W] grid [N, OD, OH, OW, 3]';
    fail(ShapeError, name, wanted, args, operands);
  }
  if (how === 'bicubic' && dims === 3) fail(ShapeError, name, "mode 'bicubic' is for planes only", args, operands);
  if (grid.dtype !== x.dtype) fail(DTypeError, name, 'dtypes differ', args, operands);
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', args, operands);
  const [N, C, ...sizes] = x.shape as [number, number, ...number[]];
  const spatial = grid.shape.slice(1, -1);
  const P = sizeOf(spatial);
  const axes = sizes.map((size, d) => ({ size, stride: sizeOf(sizes.slice(d + 1)), padding, alignCorners: aligned }));
  const lists = axes.map((axis, d) => {
    const { size } = axis;
    const p = grid
      .select(-1, dims - 1 - d)
      .reshape([N, P])
      .add(1);
    const at = aligned ? p.div(2).mul(size - 1) : p.mul(size).sub(1).div(2);
    return choices(at, axis, how);
  });
  const flat = x.reshape([N, C, sizeOf(sizes)]);
  const y = corners(axes, lists)
    .map(({ index, weight }) => gather(flat, 2, index.unsqueeze(1).expand([N, C, P])).mul(weight.unsqueeze(1)))
    .reduce((sum, part) => sum.add(part));
  return y.reshape([N, C, ...spatial]);
}

/** Options of `affineGrid`. */
export interface AffineGridOptions {
  /** Whether −1 and 1 are the centres of the first and last elements, not their outer edges. Default false. */
  alignCorners?: boolean | null;
}

/** The positions of `size` elements in −1 … 1. */
function positions(size: number, alignCorners: boolean): number[] {
  if (alignCorners) return Array.from({ length: size }, (_, i) => (size > 1 ? (2 * i) / (size - 1) - 1 : 0));
  return Array.from({ length: size }, (_, i) => (2 * i + 1) / size - 1);
}

/**
 * The positions that affine maps take those of a result to, for `gridSample`: grid[n, …] = theta[n]·(x, y, 1)ᵀ, or (x, y, z, 1)ᵀ.
 *
 * Shapes: theta [N, 2, 3], size [N, C, H, W] → [N, H, W, 2]; theta [N, 3, 4], size [N, C, D, H, W] → [N, D, H, W, 3]
 *
 * @param size the shape of the result of `gridSample`
 * @throws ShapeError where shapes do not fit; DTypeError where theta is no float
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html
 */
export function affineGrid(
  theta: Tensor,
  size: readonly number[],
  given: boolean | null | AffineGridOptions = {},
): Tensor {
  const name = 'affineGrid';
  const options: AffineGridOptions = typeof given === 'object' && given !== null ? given : { alignCorners: given };
  checkOptions(name, options, ['alignCorners']);
  const dims = size.length - 2;
  const [N, , ...spatial] = size as [number, number, ...number[]];
  if ((dims !== 2 && dims !== 3) || !size.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(`${name}: size must be [N, C, H, W] or [N, C, D, H, W], got ${formatShape(size)}`);
  }
  if (theta.shape.join() !== [N, dims, dims + 1].join()) {
    fail(ShapeError, name, `theta must have shape ${formatShape([N, dims, dims + 1])}`, ['theta'], [theta]);
  }
  if (!isFloat(theta.dtype)) fail(DTypeError, name, 'floats wanted', ['theta'], [theta]);
  const places = spatial.map((n) => positions(n, options.alignCorners ?? false));
  const P = sizeOf(spatial);
  const base = new Float64Array(P * (dims + 1));
  for (let p = 0; p < P; p++) {
    let rest = p;
    for (let d = dims - 1; d >= 0; d--) {
      base[p * (dims + 1) + dims - 1 - d] = places[d]![rest % spatial[d]!]!;
      rest = Math.floor(rest / spatial[d]!);
    }
    base[p * (dims + 1) + dims] = 1;
  }
  const points = tensor(base, { dtype: theta.dtype, shape: [P, dims + 1] });
  return points.matmul(theta.transpose(1, 2)).reshape([N, ...spatial, dims]);
}
