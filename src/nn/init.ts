/**
 * Ways to fill a parameter with its first values. All work in place, outside of the tape, and answer the tensor; arguments come in
 * PyTorch's order or by name in an options object, which may also name the `generator` to draw from.
 *
 * Source: https://pytorch.org/docs/stable/nn.init.html
 */
import { once } from '../runtime/recorder.js';
import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { applyInPlace } from '../autograd/apply.js';
import { noGrad } from '../autograd/mode.js';
import { truncNormal } from '../ops/random.js';
import { defaultGenerator } from '../runtime/generator.js';
import type { Generator } from '../runtime/generator.js';
import { empty, tensor } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import { randperm } from '../tensor/random.js';
import type { DrawOptions } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { orthonormalColumns } from './orthonormal.js';

/** The nonlinearities that have a recommended gain, by their name in `nn.functional`. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

/** Whether the variance is kept in the forward or in the backward pass. */
export type FanMode = 'fan_in' | 'fan_out';

/** Reads arguments that come one by one or in an options object. */
function named<O extends object>(op: string, given: readonly unknown[], defaults: O): O & { generator: Generator } {
  const names = Object.keys(defaults);
  const last = given.find((value): value is object => typeof value === 'object' && value !== null) ?? {};
  checkOptions(op, last, [...names, 'generator']);
  const positional = given.flatMap((value, i) => (value === undefined || value === last ? [] : [[names[i]!, value]]));
  const defined = Object.entries(last).filter(([, value]) => value !== undefined);
  return { generator: defaultGenerator(), ...defaults, ...Object.fromEntries([...positional, ...defined]) };
}

/**
 * The factor by which a nonlinearity asks for larger weights: 1 for linear maps and sigmoid, 5/3 for tanh, √2 for relu,
 * √(2 / (1 + slope²)) for leaky_relu, 3/4 for selu.
 *
 * @param param the negative slope of leaky_relu. Default: 0.01
 * @throws WasmgradError for an unknown nonlinearity
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  const name = (nonlinearity as string).replace(/[A-Z]+/g, (upper) => `_${upper.toLowerCase()}`);
  if (name === 'sigmoid' || name === 'linear' || /^conv(_?transpose)?[123]d$/.test(name)) return 1;
  if (name === 'tanh') return 5 / 3;
  if (name === 'relu') return Math.SQRT2;
  if (name === 'leaky_relu') return Math.sqrt(2 / (1 + param ** 2));
  if (name === 'selu') return 3 / 4;
  throw new WasmgradError(`calculateGain: unknown nonlinearity '${String(nonlinearity)}'`);
}

/** The number of inputs and of outputs that a weight connects, its kernel's area included. */
function fans(op: string, x: Tensor): { fanIn: number; fanOut: number } {
  if (x.ndim < 2) fail(ShapeError, op, 'the fans of a tensor need at least two dims', ['tensor'], [x]);
  const area = x.shape.slice(2).reduce((product, size) => product * size, 1);
  return { fanIn: x.shape[1]! * area, fanOut: x.shape[0]! * area };
}

function fanOf(op: string, x: Tensor, mode: FanMode): number {
  const { fanIn, fanOut } = fans(op, x);
  if (mode === 'fan_in' || (mode as string) === 'fanIn') return fanIn;
  if (mode === 'fan_out' || (mode as string) === 'fanOut') return fanOut;
  throw new WasmgradError(`${op}: mode must be 'fan_in' or 'fan_out', got '${String(mode)}'`);
}

/** Options of `uniform_`. */
export interface UniformOptions extends DrawOptions {
  a?: number;
  b?: number;
}

/** Numbers uniform in [a, b), by default [0, 1). */
export function uniform_<T extends Tensor>(x: T, a?: number | UniformOptions, b?: number | UniformOptions): T {
  const given = named('uniform_', [a, b], { a: 0, b: 1 });
  return noGrad(() => x.uniform_(given.a, given.b, { generator: given.generator }));
}

/** Options of `normal_`. */
export interface NormalOptions extends DrawOptions {
  mean?: number;
  std?: number;
}

/** Normal numbers, by default with mean 0 and deviation 1. */
export function normal_<T extends Tensor>(x: T, mean?: number | NormalOptions, std?: number | NormalOptions): T {
  const given = named('normal_', [mean, std], { mean: 0, std: 1 });
  return noGrad(() => x.normal_(given.mean, given.std, { generator: given.generator }));
}

/** Options of `truncNormal_`. */
export interface TruncNormalOptions extends NormalOptions {
  a?: number;
  b?: number;
}

/** Normal numbers (mean 0, deviation 1) within [a, b], by default [-2, 2]: what falls outside is drawn again. */
export function truncNormal_<T extends Tensor>(
  x: T,
  mean?: number | TruncNormalOptions,
  std?: number | TruncNormalOptions,
  a?: number | TruncNormalOptions,
  b?: number | TruncNormalOptions,
): T {
  const given = named('truncNormal_', [mean, std, a, b], { mean: 0, std: 1, a: -2, b: 2 });
  const limits = [given.a, given.b].map((limit) => (limit - given.mean) / given.std / Math.SQRT2);
  return noGrad(() => {
    // Of the arguments alone: computed outside of the recording that may be under way.
    const [from, to] = once(() => scope(() => tensor(limits, { dtype: 'float64' }).erf().toTypedArray()));
    const params = { shape: x.shape, dtype: x.dtype, generator: given.generator, mean: given.mean, std: given.std };
    applyInPlace(truncNormal, [x], { ...params, low: given.a, high: given.b, from: from!, to: to! });
    return x;
  });
}

/** One value everywhere. */
export function constant_<T extends Tensor>(x: T, value: number): T {
  return noGrad(() => x.fill_(value));
}

/** Ones. */
export function ones_<T extends Tensor>(x: T): T {
  return constant_(x, 1);
}

/** Zeros. */
export function zeros_<T extends Tensor>(x: T): T {
  return constant_(x, 0);
}

/** The identity matrix. Shapes: x [n, m]. */
export function eye_<T extends Tensor>(x: T): T {
  if (x.ndim !== 2) fail(ShapeError, 'eye_', 'needs two dims', ['tensor'], [x]);
  return noGrad(() => {
    x.zero_();
    x.diagonal().fill_(1);
    return x;
  });
}

/**
 * The identity of a convolution, as far as there are channels: the middle of kernel [d, d] is 1. Shapes: x [C, C / groups, …1 to 3 dims].
 *
 * @throws ShapeError for other dims, or groups that do not divide C
 */
export function dirac_<T extends Tensor>(x: T, groups: number | { groups?: number } = 1): T {
  const options = typeof groups === 'number' ? { groups } : groups;
  checkOptions('dirac_', options, ['groups']);
  const count = options.groups ?? 1;
  if (x.ndim < 3 || x.ndim > 5) fail(ShapeError, 'dirac_', 'needs three to five dims', ['tensor'], [x]);
  if (x.shape[0]! % count !== 0) fail(ShapeError, 'dirac_', `${count} groups do not divide dim 0`, ['tensor'], [x]);
  const perGroup = x.shape[0]! / count;
  return noGrad(() => {
    x.zero_();
    for (let group = 0; group < count; group++) {
      for (let d = 0; d < Math.min(perGroup, x.shape[1]!); d++) {
        let at = x.select(0, group * perGroup + d).select(0, d);
        while (at.ndim > 0) at = at.select(0, Math.floor(at.shape[0]! / 2));
        at.fill_(1);
      }
    }
    return x;
  });
}

/** Options of `xavierUniform_` and `xavierNormal_`. */
export interface XavierOptions extends DrawOptions {
  gain?: number;
}

/**
 * Numbers uniform in ±gain · √(6 / (fanIn + fanOut)).
 *
 * @throws ShapeError for fewer than two dims
 *
 * Source: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
 */
export function xavierUniform_<T extends Tensor>(x: T, gain?: number | XavierOptions): T {
  const given = named('xavierUniform_', [gain], { gain: 1 });
  const { fanIn, fanOut } = fans('xavierUniform_', x);
  const bound = Math.sqrt(3) * given.gain * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(x, { a: -bound, b: bound, generator: given.generator });
}

/** Normal numbers with deviation gain · √(2 / (fanIn + fanOut)). See `xavierUniform_`. */
export function xavierNormal_<T extends Tensor>(x: T, gain?: number | XavierOptions): T {
  const given = named('xavierNormal_', [gain], { gain: 1 });
  const { fanIn, fanOut } = fans('xavierNormal_', x);
  return normal_(x, { mean: 0, std: given.gain * Math.sqrt(2 / (fanIn + fanOut)), generator: given.generator });
}

/** Options of `kaimingUniform_` and `kaimingNormal_`. */
export interface KaimingOptions extends DrawOptions {
  /** The negative slope of leaky_relu. Default: 0. */
  a?: number;
  /** Default: `'fan_in'`. */
  mode?: FanMode;
  /** Default: `'leaky_relu'`. */
  nonlinearity?: Nonlinearity;
}

function kaimingStd(op: string, x: Tensor, given: Required<Omit<KaimingOptions, 'generator'>>): number {
  return calculateGain(given.nonlinearity, given.a) / Math.sqrt(fanOf(op, x, given.mode));
}

const KAIMING: Required<Omit<KaimingOptions, 'generator'>> = { a: 0, mode: 'fan_in', nonlinearity: 'leaky_relu' };

/**
 * Numbers uniform in ±gain · √(3 / fan).
 *
 * @throws ShapeError for fewer than two dims; WasmgradError for an unknown mode or nonlinearity
 *
 * Source: He et al. 2015, "Delving deep into rectifiers".
 */
export function kaimingUniform_<T extends Tensor>(
  x: T,
  a?: number | KaimingOptions,
  mode?: FanMode | KaimingOptions,
  nonlinearity?: Nonlinearity | KaimingOptions,
): T {
  const given = named('kaimingUniform_', [a, mode, nonlinearity], KAIMING);
  if (x.shape.includes(0)) return x;
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', x, given);
  return uniform_(x, { a: -bound, b: bound, generator: given.generator });
}

/** Normal numbers with deviation gain / √fan. See `kaimingUniform_`. */
export function kaimingNormal_<T extends Tensor>(
  x: T,
  a?: number | KaimingOptions,
  mode?: FanMode | KaimingOptions,
  nonlinearity?: Nonlinearity | KaimingOptions,
): T {
  const given = named('kaimingNormal_', [a, mode, nonlinearity], KAIMING);
  if (x.shape.includes(0)) return x;
  return normal_(x, { mean: 0, std: kaimingStd('kaimingNormal_', x, given), generator: given.generator });
}

/**
 * A random (semi-)orthogonal matrix times gain; dims from the second on count as one.
 *
 * @throws ShapeError for fewer than two dims
 *
 * Source: Saxe et al. 2013, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks".
 */
export function orthogonal_<T extends Tensor>(x: T, gain?: number | XavierOptions): T {
  const given = named('orthogonal_', [gain], { gain: 1 });
  if (x.ndim < 2) fail(ShapeError, 'orthogonal_', 'needs at least two dims', ['tensor'], [x]);
  if (x.numel === 0) return x;
  const rows = x.shape[0]!;
  const columns = x.numel / rows;
  return noGrad(() =>
    scope(() => {
      const drawn = empty([rows, columns], { dtype: x.dtype }).normal_(0, 1, { generator: given.generator });
      const q = orthonormalColumns(rows < columns ? drawn.T : drawn);
      x.copy_((rows < columns ? q.T : q).reshape(x.shape)).mul_(given.gain);
      return x;
    }),
  );
}

/** Options of `sparse_`. */
export interface SparseOptions extends DrawOptions {
  sparsity: number;
  std?: number;
}

/**
 * Normal numbers (deviation 0.01) of which a part in each column is 0. Shapes: x [n, m].
 *
 * @throws ShapeError unless there are two dims
 *
 * Source: Martens 2010, "Deep learning via Hessian-free optimization".
 */
export function sparse_<T extends Tensor>(x: T, sparsity: number | SparseOptions, std?: number | SparseOptions): T {
  const { sparsity: part, std: deviation, generator } = named('sparse_', [sparsity, std], { sparsity: 0, std: 0.01 });
  if (x.ndim !== 2) fail(ShapeError, 'sparse_', 'needs two dims', ['tensor'], [x]);
  const [rows, columns] = x.shape;
  const zeros = Math.ceil(part * rows!);
  return noGrad(() =>
    scope(() => {
      x.normal_(0, deviation, { generator });
      for (let column = 0; column < columns!; column++) {
        const order = randperm(rows!, { generator }).toTypedArray();
        for (const row of order.subarray(0, zeros)) x.select(0, row).select(0, column).zero_();
      }
      return x;
    }),
  );
}
