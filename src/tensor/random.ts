import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail, formatShape } from '../core/errors.js';
import { broadcastShapes, sameShape } from '../core/shapes.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import { noGrad } from '../autograd/mode.js';
import type { Op } from '../ops/op.js';
import * as ops from '../ops/random.js';
import type { DrawParams } from '../ops/random.js';
import { defaultGenerator } from '../runtime/generator.js';
import type { Generator } from '../runtime/generator.js';
import { defaultStream } from '../runtime/stream.js';
import type { RandomSource } from '../runtime/stream.js';
import { emptyLike, marked, memoryOrder, tensor } from './creation.js';
import type { CreationOptions } from './creation.js';
import { checkOptions } from './options.js';
import { Tensor, checkDType } from './tensor.js';

/** Options of functions that draw. */
export interface DrawOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` seeds. */
  generator?: Generator;
}

/** What the library itself draws from may be a bare stream. */
export interface DrawnFrom {
  generator?: RandomSource;
}

/** Options of functions that make tensors of random numbers. */
export interface RandomOptions extends CreationOptions, DrawOptions {}

const RANDOM_OPTIONS: readonly string[] = ['dtype', 'requiresGrad', 'generator'];

/** @internal The generator of a call, whose options are checked. */
export function source(op: string, options: DrawnFrom, known: readonly string[] = ['generator']): RandomSource {
  checkOptions(op, options, known);
  return options.generator ?? defaultStream();
}

/** @internal A dtype, checked to be floating point. */
export function floatType(op: string, dtype: DType): DType {
  if (!isFloat(checkDType(op, dtype))) throw new DTypeError(`${op}: draws floating point numbers, got dtype ${dtype}`);
  return dtype;
}

function sizes(op: string, shape: readonly number[]): readonly number[] {
  if (!Array.isArray(shape)) fail(ShapeError, op, `the shape must be an array, got ${String(shape)}`);
  return [...shape];
}

/**
 * Numbers uniform in [0, 1): PyTorch's, bit for bit, after the same seed.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.rand.html
 */
export function rand(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const generator = source('rand', options, RANDOM_OPTIONS);
  const dtype = floatType('rand', options.dtype ?? 'float32');
  return marked(apply(ops.uniform, [], { shape: sizes('rand', shape), dtype, generator, from: 0, to: 1 }), options);
}

/**
 * Numbers from the normal distribution with mean 0 and deviation 1: PyTorch's, to 10⁻⁶, after the same seed.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.randn.html
 */
export function randn(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const generator = source('randn', options, RANDOM_OPTIONS);
  const dtype = floatType('randn', options.dtype ?? 'float32');
  return marked(apply(ops.normal, [], { shape: sizes('randn', shape), dtype, generator, mean: 0, std: 1 }), options);
}

/**
 * Whole numbers in [low, high), int32 by default. Called as `randint(high, shape)` or `randint(low, high, shape)`, options last.
 *
 * @throws ShapeError when low is not below high, or they do not fit the dtype
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.randint.html
 */
export function randint(high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(
  a: number,
  b: number | readonly number[],
  c?: readonly number[] | RandomOptions,
  d?: RandomOptions,
): Tensor {
  const [low, high, shape, options = {}] = (typeof b === 'number' ? [a, b, c, d] : [0, a, b, c]) as [
    number,
    number,
    readonly number[],
    RandomOptions | undefined,
  ];
  const generator = source('randint', options, RANDOM_OPTIONS);
  const dtype = checkDType('randint', options.dtype ?? 'int32');
  const range = integerRange('randint', dtype, low, high);
  return marked(apply(ops.randomInteger, [], { shape: sizes('randint', shape), dtype, generator, ...range }), options);
}

const LIMITS: Readonly<Record<DType, readonly [number, number]>> = {
  float32: [-(2 ** 24), 2 ** 24],
  float64: [-(2 ** 53), 2 ** 53],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

/** What the kernels take for whole numbers in [low, high). */
function integerRange(op: string, dtype: DType, low: number, high: number): { base: number; last: number } {
  if (!Number.isInteger(low) || !Number.isInteger(high) || low >= high) {
    throw new ShapeError(`${op}: low must be a whole number below high, got ${String(low)} and ${String(high)}`);
  }
  const [least, most] = LIMITS[dtype];
  if (low < least || high - 1 > most) {
    throw new DTypeError(`${op}: [${low}, ${high}) does not fit ${dtype}, which holds ${least} to ${most}`);
  }
  return { base: low, last: high - 1 - low };
}

/**
 * A random permutation of 0 … n-1, int32 by default.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.randperm.html
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const generator = source('randperm', options, RANDOM_OPTIONS);
  checkWhole('randperm', 'n', n, 0);
  const dtype = checkDType('randperm', options.dtype ?? 'int32');
  return marked(apply(ops.randperm, [], { shape: [n], dtype, generator }), options);
}

function checkStd(op: string, std: number): void {
  if (!(std >= 0)) throw new WasmgradError(`${op}: std must be at least 0, got ${String(std)}`);
}

/**
 * Normal numbers with means and deviations of their own (tensors that broadcast), or of a shape with one mean and deviation.
 *
 * @throws WasmgradError for a negative deviation
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.normal.html
 */
export function normal(mean: Tensor, std?: number | Tensor, options?: DrawOptions): Tensor;
export function normal(mean: number, std: Tensor, options?: DrawOptions): Tensor;
export function normal(mean: number, std: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function normal(
  mean: number | Tensor,
  std: number | Tensor = 1,
  third?: readonly number[] | DrawOptions,
  options: RandomOptions = {},
): Tensor {
  if (typeof std === 'number') checkStd('normal', std);
  if (typeof mean === 'number' && typeof std === 'number') {
    const generator = source('normal', options, RANDOM_OPTIONS);
    const dtype = floatType('normal', options.dtype ?? 'float32');
    const shape = sizes('normal', third as readonly number[]);
    return marked(apply(ops.normal, [], { shape, dtype, generator, mean, std }), options);
  }
  const generator = source('normal', (third ?? {}) as DrawOptions);
  return noGrad(() => {
    if (std instanceof Tensor && std.numel > 0) {
      inspect(std.min(), (least) => checkStd('normal', elements(least)[0]!));
    }
    const [a, b] = [mean, std].map((x) => (x instanceof Tensor ? x.shape : []));
    const shape = broadcastShapes(a!, b!);
    if (!shape)
      throw new ShapeError(`normal: the shapes do not broadcast, got mean ${formatShape(a!)}, std ${formatShape(b!)}`);
    const { dtype } = mean instanceof Tensor ? mean : (std as Tensor);
    const scale = typeof std === 'number' ? std : 1;
    const y = apply(ops.normal, [], { shape, dtype: floatType('normal', dtype), generator, mean: 0, std: scale });
    return (typeof std === 'number' ? y : y.mul(std)).add(mean).to(dtype);
  });
}

/**
 * 1 with probability input[i], else 0, in the input's dtype. With `p`, every element has that probability.
 *
 * @throws WasmgradError for probabilities outside of [0, 1]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.bernoulli.html
 */
export function bernoulli(input: Tensor, options: DrawOptions & { p?: number } = {}): Tensor {
  const generator = source('bernoulli', options, ['generator', 'p']);
  const { shape, dtype } = input;
  if (options.p !== undefined) {
    checkProbability('bernoulli', options.p);
    return apply(ops.bernoulli, [], { shape, dtype, generator, p: options.p });
  }
  floatType('bernoulli', dtype);
  return apply(ops.bernoulliTensor, [checkedProbabilities('bernoulli', input)], { shape, dtype, generator });
}

function checkProbability(op: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new WasmgradError(`${op}: a probability must be from 0 to 1, got ${String(p)}`);
}

function checkedProbabilities(op: string, p: Tensor): Tensor {
  const dense = p.detach().contiguous();
  inspect(dense, (x) => {
    for (const value of elements(x)) checkProbability(op, value);
  });
  return p;
}

/** Options of `multinomial`. */
export interface MultinomialOptions extends DrawOptions {
  /** Whether a category may come more than once. Default: false. */
  replacement?: boolean;
}

/**
 * Indices of categories drawn by weights: [n], or [rows, n] for weights [rows, categories]; int32.
 *
 * @param numSamples how many are drawn from each row
 * @param replacement whether a category may come more than once. Default: false
 * @throws ShapeError for weights that are not of one or two dims, or too few of them; WasmgradError for weights that are negative,
 *   not finite, or add up to 0
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.multinomial.html
 */
export function multinomial(
  input: Tensor,
  numSamples: number,
  replacement: boolean | MultinomialOptions = false,
  options: DrawOptions = {},
): Tensor {
  const given: MultinomialOptions = typeof replacement === 'object' ? replacement : { ...options, replacement };
  const generator = source('multinomial', given, ['generator', 'replacement']);
  const replaces = given.replacement ?? false;
  floatType('multinomial', input.dtype);
  if (input.ndim < 1 || input.ndim > 2)
    fail(ShapeError, 'multinomial', 'weights must have one or two dims', ['input'], [input]);
  const categories = input.shape[input.ndim - 1]!;
  checkWhole('multinomial', 'numSamples', numSamples, 1);
  if (categories === 0) fail(ShapeError, 'multinomial', 'there is no category to draw', ['input'], [input]);
  if (!replaces && numSamples > categories) {
    throw new ShapeError(`multinomial: ${numSamples} different categories cannot be drawn from ${categories}`);
  }
  checkWeights(input, categories);
  return noGrad(() => {
    const p = input.detach();
    if (replaces) return apply(ops.multinomial, [p], { n: numSamples, generator });
    // The smallest of exponential waiting times with these rates comes first: the largest p / q are a draw without replacement.
    const { shape } = p;
    const q = exponential_(emptyLike(p), 1, { generator });
    const ratio = p.div(q);
    return numSamples === 1
      ? ratio.argmax(-1, true)
      : ratio.topk(numSamples)[1].reshape([...shape.slice(0, -1), numSamples]);
  });
}

function checkWeights(input: Tensor, categories: number): void {
  inspect(input.detach().contiguous(), (x) => {
    const weights = elements(x);
    for (let row = 0; row < weights.length; row += categories) {
      let sum = 0;
      for (const weight of weights.subarray(row, row + categories)) {
        if (!(weight >= 0 && weight < Infinity)) {
          throw new WasmgradError(`multinomial: weights must be finite and at least 0, got ${weight}`);
        }
        sum += weight;
      }
      if (!(sum > 0)) throw new WasmgradError('multinomial: the weights of a row must not add up to 0');
    }
  });
}

/** Numbers uniform in [0, 1) with the shape, dtype and order in memory of `input`. */
export function randLike(input: Tensor, options: RandomOptions = {}): Tensor {
  const generator = source('randLike', options, RANDOM_OPTIONS);
  const y = emptyLike(input, { dtype: floatType('randLike', options.dtype ?? input.dtype) });
  return marked(uniform_(y, 0, 1, { generator }), options);
}

/** Normal numbers with the shape, dtype and order in memory of `input`. */
export function randnLike(input: Tensor, options: RandomOptions = {}): Tensor {
  const generator = source('randnLike', options, RANDOM_OPTIONS);
  const y = emptyLike(input, { dtype: floatType('randnLike', options.dtype ?? input.dtype) });
  return marked(normal_(y, 0, 1, { generator }), options);
}

/** Whole numbers in [low, high), or [0, high), with the shape, dtype and order in memory of `input`. */
export function randintLike(input: Tensor, high: number, options?: RandomOptions): Tensor;
export function randintLike(input: Tensor, low: number, high: number, options?: RandomOptions): Tensor;
export function randintLike(input: Tensor, a: number, b?: number | RandomOptions, c?: RandomOptions): Tensor {
  const [low, high, options = {}] = typeof b === 'number' ? [a, b, c] : [0, a, b];
  const generator = source('randintLike', options, RANDOM_OPTIONS);
  const y = emptyLike(input, { dtype: checkDType('randintLike', options.dtype ?? input.dtype) });
  return marked(random_(y, low, high, { generator }), options);
}

/** @internal Fills a tensor with what an op draws. */
export function draw<P extends DrawParams>(
  op: Op<P>,
  x: Tensor,
  options: DrawnFrom,
  params: Omit<P, keyof DrawParams>,
): Tensor {
  const generator = source(`${op.name}_`, options);
  return applyInPlace(op, [x], { shape: x.shape, dtype: x.dtype, generator, ...params } as unknown as P);
}

/** Fills with numbers uniform in [from, to). See `Tensor.uniform_`. */
export function uniform_(x: Tensor, from: number, to: number, options: DrawnFrom): Tensor {
  if (!(from <= to) || to - from === Infinity) {
    throw new WasmgradError(`uniform_: from must be at most to, got from ${String(from)}, to ${String(to)}`);
  }
  floatType('uniform_', x.dtype);
  return draw(ops.uniform, x, options, { from, to });
}

/** Fills with normal numbers. See `Tensor.normal_`. */
export function normal_(x: Tensor, mean: number, std: number, options: DrawnFrom): Tensor {
  checkStd('normal_', std);
  floatType('normal_', x.dtype);
  return draw(ops.normal, x, options, { mean, std });
}

/** Fills with numbers -log(1 - u) / lambda. See `Tensor.exponential_`. */
export function exponential_(x: Tensor, lambda: number, options: DrawnFrom): Tensor {
  if (!(lambda > 0)) throw new WasmgradError(`exponential_: lambda must be above 0, got ${String(lambda)}`);
  floatType('exponential_', x.dtype);
  return draw(ops.exponential, x, options, { lambda });
}

/** Fills with whole numbers: all that the dtype holds from 0 on, or those in [low, high). See `Tensor.random_`. */
export function random_(x: Tensor, low: number | null, high: number | null, options: DrawnFrom): Tensor {
  const { dtype } = x;
  const range = high === null ? { base: 0, last: LIMITS[dtype][1] } : integerRange('random_', dtype, low ?? 0, high);
  return draw(ops.randomInteger, x, options, range);
}

/** Fills with 1 (with a probability, or probabilities that broadcast) and 0. See `Tensor.bernoulli_`. */
export function bernoulli_(x: Tensor, p: number | Tensor, options: DrawnFrom): Tensor {
  if (typeof p === 'number') {
    checkProbability('bernoulli_', p);
    return draw(ops.bernoulli, x, options, { p });
  }
  const generator = source('bernoulli_', options);
  const { shape, dtype } = x;
  floatType('bernoulli_', p.dtype);
  if (!sameShape(broadcastShapes(p.shape, shape) ?? [], shape)) {
    fail(ShapeError, 'bernoulli_', 'the probabilities do not broadcast', ['p', 'input'], [p, x]);
  }
  const order = memoryOrder(x);
  const inOrder = checkedProbabilities('bernoulli_', p.detach()).expand(shape).permute(order);
  const y = apply(ops.bernoulliTensor, [inOrder], { shape: inOrder.shape, dtype, generator });
  return x.copy_(y.permute(order.map((_, d) => order.indexOf(d))));
}

/**
 * The state of the default generator, as PyTorch's bytes: uint8 [5056].
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.get_rng_state.html
 */
export function getRngState(): Tensor {
  return tensor(defaultGenerator().getState());
}

/**
 * Takes the default generator back to a state that `getRngState` gave, here or in PyTorch.
 *
 * @throws WasmgradError when it is no such state
 */
export function setRngState(state: Tensor): void {
  defaultGenerator().setState(Uint8Array.from(state.toTypedArray()));
}
