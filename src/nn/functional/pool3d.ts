import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/pool.js';
import { gather } from '../../tensor/gather.js';
import { checkOptions } from '../../tensor/options.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sizesOf } from './pair.js';
import type { Size3 } from './pair.js';
import { AVG_POOL_OPTIONS, MAX_POOL_OPTIONS, divisorOf } from './pool.js';
import type { AdaptiveMaxPoolOptions, AvgPoolOptions, MaxPoolOptions } from './pool.js';

/** Options of `maxPool3d`. */
export type MaxPool3dOptions = MaxPoolOptions<Size3>;
/** Options of `avgPool3d`. */
export type AvgPool3dOptions = AvgPoolOptions<Size3>;

/** A number of windows for depth, height and width, or one for each; null keeps a size. */
export type OutputSize3 = number | null | readonly [number | null, number | null, number | null];

type Triple = readonly [number, number, number];
type Pair = readonly [number, number];

// A window of a volume is a window of its planes, and one along the depth of what came of them. So volumes are pooled over
// planes first, then over planes of [D, OH·OW] with windows of one column.

/** Volumes as [N·C, D, H, W]. */
function volumes(name: string, x: Tensor): Tensor {
  const fits = (x.ndim === 4 || x.ndim === 5) && x.shape.slice(1).every((size) => size > 0);
  if (!fits) fail(ShapeError, name, 'input must have dims [N, C, D, H, W] or [C, D, H, W]', ['input'], [x]);
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', ['input'], [x]);
  return x.reshape([sizeOf(x.shape.slice(0, -3)), ...x.shape.slice(-3)]);
}

/** [M, D, OH, OW] as planes of [D, OH·OW]. */
function columns(y: Tensor): Tensor {
  const [M, D, OH, OW] = y.shape as readonly [number, number, number, number];
  return y.reshape([M, D, OH * OW]);
}

function triple(name: string, what: string, size: Size3, least: number): Triple {
  return sizesOf(name, what, size, least, 3) as Triple;
}

/** The windows of planes, and those along the depth. */
function split(sizes: Triple, one: number): { planes: Pair; depth: Pair } {
  return { planes: [sizes[1], sizes[2]], depth: [sizes[0], one] };
}

interface Windows {
  readonly planes: ops.PoolParams;
  readonly depth: ops.PoolParams;
}

function windowsOf(name: string, kernelSize: Size3, options: MaxPool3dOptions): Windows {
  const kernel = triple(name, 'kernelSize', kernelSize, 1);
  const stride = triple(name, 'stride', options.stride ?? kernel, 1);
  const padding = triple(name, 'padding', options.padding ?? 0, 0);
  const dilation = triple(name, 'dilation', options.dilation ?? 1, 1);
  if (padding.some((n, i) => 2 * n > dilation[i]! * (kernel[i]! - 1) + 1)) {
    const sizes = `padding ${formatShape(padding)} is more than half of the kernel ${formatShape(kernel)}`;
    throw new ShapeError(`${name}: ${sizes}`);
  }
  const ceilMode = options.ceilMode ?? false;
  const [k, s, p, d] = [split(kernel, 1), split(stride, 1), split(padding, 0), split(dilation, 1)];
  const common = { ceilMode, name };
  return {
    planes: { ...common, kernel: k.planes, stride: s.planes, padding: p.planes, dilation: d.planes },
    depth: { ...common, kernel: k.depth, stride: s.depth, padding: p.depth, dilation: d.depth },
  };
}

/** The result of both stages as volumes of the input's kind. */
function restored(x: Tensor, y: Tensor, plane: readonly number[]): Tensor {
  return y.reshape([...x.shape.slice(0, -3), y.shape[1]!, ...plane]);
}

/** The indices within volumes: of the element of the plane that the depth's stage chose. */
function combined(x: Tensor, inPlanes: Tensor, inColumns: Tensor, plane: readonly number[]): Tensor {
  const [H, W] = x.shape.slice(-2) as [number, number];
  const M = inColumns.shape[0]!;
  const flat = inColumns.reshape([M, inColumns.numel / Math.max(1, M)]);
  const within = gather(inPlanes.reshape([M, inPlanes.numel / Math.max(1, M)]), 1, flat);
  const indices = flat
    .floorDivide(sizeOf(plane))
    .mul(H * W)
    .add(within);
  return restored(x, indices.reshape(inColumns.shape), plane);
}

/** Both stages of maximum pooling. */
function maxOf<P>(
  name: string,
  x: Tensor,
  stage: (x: Tensor, params: P) => Tensor[],
  { planes, depth }: { readonly planes: P; readonly depth: P },
  withIndices: boolean,
): Tensor | [Tensor, Tensor] {
  const [flat, inPlanes] = stage(volumes(name, x), planes) as [Tensor, Tensor];
  const plane = flat.shape.slice(-2);
  const [y, inColumns] = stage(columns(flat), depth) as [Tensor, Tensor];
  const result = restored(x, y, plane);
  return withIndices ? [result, combined(x, inPlanes, inColumns, plane)] : result;
}

/**
 * The largest element of each window of volumes; NaN wins over any number.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW] with
 * OD = ⌊(D + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its volume.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html
 */
export function maxPool3d(
  x: Tensor,
  kernelSize: Size3,
  options: MaxPool3dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function maxPool3d(x: Tensor, kernelSize: Size3, options?: MaxPool3dOptions & { returnIndices?: false }): Tensor;
export function maxPool3d(x: Tensor, kernelSize: Size3, options?: MaxPool3dOptions): Tensor | [Tensor, Tensor];
export function maxPool3d(
  x: Tensor,
  kernelSize: Size3,
  stride?: Size3,
  padding?: Size3 | MaxPool3dOptions,
  dilation?: Size3 | MaxPool3dOptions,
): Tensor;
export function maxPool3d(
  x: Tensor,
  kernelSize: Size3,
  stride?: Size3 | MaxPool3dOptions,
  padding?: Size3 | MaxPool3dOptions,
  dilation?: Size3 | MaxPool3dOptions,
): Tensor | [Tensor, Tensor] {
  const name = 'maxPool3d';
  const options = named<MaxPool3dOptions>(name, MAX_POOL_OPTIONS, [stride, padding, dilation]);
  const stage = (input: Tensor, params: ops.PoolParams): Tensor[] => applyMany(ops.maxPool2d, [input], params);
  return maxOf(name, x, stage, windowsOf(name, kernelSize, options), options.returnIndices ?? false);
}

/**
 * The mean of each window of volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW] with
 * OD = ⌊(D + 2·padding − kernelSize) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html
 */
export function avgPool3d(
  x: Tensor,
  kernelSize: Size3,
  stride?: Size3 | AvgPool3dOptions,
  padding?: Size3 | AvgPool3dOptions,
): Tensor {
  const name = 'avgPool3d';
  const options = named<AvgPool3dOptions>(name, AVG_POOL_OPTIONS, [stride, padding]);
  const { countIncludePad = true, divisorOverride, ...rest } = options;
  const divisor = divisorOf(name, divisorOverride);
  const { planes, depth } = windowsOf(name, kernelSize, rest);
  // With a divisor of its own the planes' stage gives sums.
  const first = { ...planes, countIncludePad, divisor: divisor === 0 ? 0 : 1 };
  const flat = apply(ops.avgPool2d, [volumes(name, x)], first);
  const y = apply(ops.avgPool2d, [columns(flat)], { ...depth, countIncludePad, divisor });
  return restored(x, y, flat.shape.slice(-2));
}

/** The numbers of windows asked for, with null replaced by the input's size. */
function countsOf(name: string, x: Tensor, size: OutputSize3): AdaptiveWindows {
  const given = typeof size === 'number' || size === null ? [size, size, size] : size;
  const counts = given.map((count, i) => count ?? x.shape.at(i - 3) ?? 0) as [number, number, number];
  const [OD, OH, OW] = triple(name, 'outputSize', counts, 1);
  return { planes: { size: [OH, OW], name }, depth: { size: [OD, OH * OW], name } };
}

interface AdaptiveWindows {
  readonly planes: ops.AdaptivePoolParams;
  readonly depth: ops.AdaptivePoolParams;
}

/**
 * The mean of each of a given number of windows of volumes: window i of n covers ⌊i·size/n⌋ … ⌈(i + 1)·size/n⌉ − 1 in each dim.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, ...size] or [C, ...size]
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html
 */
export function adaptiveAvgPool3d(x: Tensor, size: OutputSize3): Tensor {
  const name = 'adaptiveAvgPool3d';
  const input = volumes(name, x);
  const { planes, depth } = countsOf(name, x, size);
  const flat = apply(ops.adaptiveAvgPool2d, [input], planes);
  return restored(x, apply(ops.adaptiveAvgPool2d, [columns(flat)], depth), planes.size);
}

/**
 * The largest element of each of a given number of windows of volumes, which lie as in `adaptiveAvgPool3d`.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, ...size] or [C, ...size]
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its volume.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html
 */
export function adaptiveMaxPool3d(
  x: Tensor,
  size: OutputSize3,
  options: AdaptiveMaxPoolOptions & { returnIndices: true },
): [Tensor, Tensor];
export function adaptiveMaxPool3d(
  x: Tensor,
  size: OutputSize3,
  options?: AdaptiveMaxPoolOptions & { returnIndices?: false },
): Tensor;
export function adaptiveMaxPool3d(
  x: Tensor,
  size: OutputSize3,
  options?: AdaptiveMaxPoolOptions,
): Tensor | [Tensor, Tensor];
export function adaptiveMaxPool3d(
  x: Tensor,
  size: OutputSize3,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  const name = 'adaptiveMaxPool3d';
  checkOptions(name, options, ['returnIndices']);
  const stage = (input: Tensor, params: ops.AdaptivePoolParams): Tensor[] =>
    applyMany(ops.adaptiveMaxPool2d, [input], params);
  return maxOf(name, x, stage, countsOf(name, x, size), options.returnIndices ?? false);
}
