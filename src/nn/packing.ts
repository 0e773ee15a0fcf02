/**
 * Batches of sequences of different lengths: padded to one length, or packed without padding for recurrent layers.
 *
 * Source: https://pytorch.org/docs/stable/nn.html#utility-functions
 */
import { ShapeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import type { DType } from '../core/dtypes.js';
import { full, tensor } from '../tensor/creation.js';
import { cat } from '../tensor/join.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';

/** The lengths of sequences. */
export type Lengths = Tensor | readonly number[];

/** Options of `packPaddedSequence`. */
export interface PackOptions {
  /** Input is [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** Sequences come sorted by length, the longest first; otherwise they are sorted, and results put back. Default true. */
  enforceSorted?: boolean;
}

/** Options of `padPackedSequence`. */
export interface PadPackedOptions {
  /** The result is [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** What stands behind the ends of sequences. Default 0. */
  paddingValue?: number;
  /** The T of the result. Default: the longest length. */
  totalLength?: number | null;
}

/** Options of `padSequence`. */
export interface PadSequenceOptions {
  /** The result is [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** What fills up shorter sequences. Default 0. */
  paddingValue?: number;
  /** Where it stands. Default 'right'. */
  paddingSide?: 'right' | 'left';
}

const indices = (list: readonly number[]): Tensor => tensor(Int32Array.from(list), { dtype: 'int32' });

/** Where each place of a permutation went. */
function inverse(order: readonly number[]): number[] {
  const places = new Array<number>(order.length);
  order.forEach((from, to) => (places[from] = to));
  return places;
}

/**
 * Sequences of different lengths without padding: the elements of step 0 of all sequences, then those of step 1, …, the longest sequence
 * first.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.PackedSequence.html
 */
export class PackedSequence {
  /** [Σ lengths, *]. */
  readonly data: Tensor;
  /** The number of sequences at each step, int32 [T]. */
  readonly batchSizes: Tensor;
  /** How sequences were sorted, int32 [N]; null where they were sorted already. */
  readonly sortedIndices: Tensor | null;
  /** How they go back, int32 [N]. */
  readonly unsortedIndices: Tensor | null;
  /** @internal `batchSizes` as numbers. */
  readonly sizes: readonly number[];
  /** @internal `unsortedIndices` as numbers. */
  readonly places: readonly number[] | null;

  /**
   * Made by `packPaddedSequence` and `packSequence`; by hand only with what belongs together. Sizes and indices may be arrays, which are
   * not read back from memory.
   */
  constructor(
    data: Tensor,
    batchSizes: Lengths,
    sortedIndices: Lengths | null = null,
    unsortedIndices: Lengths | null = null,
  ) {
    this.data = data;
    this.sizes = numbers(batchSizes);
    this.places = unsortedIndices ? numbers(unsortedIndices) : sortedIndices && inverse(numbers(sortedIndices));
    this.batchSizes = asTensor(batchSizes);
    this.sortedIndices = sortedIndices && asTensor(sortedIndices);
    this.unsortedIndices = this.places && asTensor(unsortedIndices ?? this.places);
  }

  /** The same sequences with other elements. */
  with(data: Tensor): PackedSequence {
    return Object.assign(Object.create(PackedSequence.prototype) as PackedSequence, { ...this, data });
  }

  /** The same sequences in another dtype. */
  to(dtype: DType): PackedSequence {
    return this.with(this.data.to(dtype));
  }
}

function numbers(list: Lengths): number[] {
  return Array.isArray(list) ? [...(list as number[])] : ((list as Tensor).tolist() as number[]);
}

function asTensor(list: Lengths): Tensor {
  return Array.isArray(list) ? indices(list as number[]) : (list as Tensor);
}

function checkLengths(op: string, lengths: readonly number[], N: number, T: number): void {
  if (lengths.length !== N) {
    throw new ShapeError(`${op}: there must be a length for each of ${N} sequences, got ${lengths.length}`);
  }
  const wrong = lengths.find((length) => !Number.isInteger(length) || length < 1 || length > T);
  if (wrong === undefined) return;
  throw new ShapeError(`${op}: lengths must be whole numbers from 1 to ${T}, got ${wrong}`);
}

/**
 * Packs padded sequences.
 *
 * Shapes: input [T, N, *] ([N, T, *] with batchFirst), lengths of N → data [Σ lengths, *]
 *
 * @throws ShapeError where lengths do not fit; WasmgradError where they are not sorted and `enforceSorted` is not false
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html
 *
 * @example
 * const packed = nn.utils.rnn.packPaddedSequence(x, [5, 3, 2]);
 * const [y, hn] = gru.forward(packed);
 */
export function packPaddedSequence(input: Tensor, lengths: Lengths, options: PackOptions = {}): PackedSequence {
  const op = 'packPaddedSequence';
  checkOptions(op, options, ['batchFirst', 'enforceSorted']);
  checkTensor(op, 'input', input);
  const { batchFirst = false, enforceSorted = true } = options;
  if (input.ndim < 2) fail(ShapeError, op, 'needs at least two dims', ['input'], [input]);
  const [a, b, ...rest] = input.shape as [number, number, ...number[]];
  const [T, N] = batchFirst ? [b, a] : [a, b];
  const given = numbers(lengths);
  if (N === 0) fail(ShapeError, op, 'there is nothing to pack', ['input'], [input]);
  checkLengths(op, given, N, T);
  const order = [...given.keys()].sort((i, k) => given[k]! - given[i]!);
  if (enforceSorted && order.some((from, to) => given[from] !== given[to])) {
    throw new WasmgradError(
      `${op}: lengths must be sorted in decreasing order, got ${formatShape(given)} (pass { enforceSorted: false } to have them sorted)`,
    );
  }
  const sequences = enforceSorted ? [...given.keys()] : order;
  const sizes = Array.from({ length: Math.max(0, ...given) }, (_, t) => given.filter((length) => length > t).length);
  const places = sizes.flatMap((size, t) => sequences.slice(0, size).map((n) => (batchFirst ? n * T + t : t * N + n)));
  const data = input.reshape([T * N, ...rest]).indexSelect(0, indices(places));
  if (enforceSorted) return new PackedSequence(data, sizes);
  return new PackedSequence(data, sizes, order);
}

/** The lengths of packed sequences, the longest first. */
function lengthsOf({ sizes }: PackedSequence): number[] {
  return Array.from({ length: sizes[0] ?? 0 }, (_, n) => sizes.filter((size) => size > n).length);
}

/** The place in the data of step t of sequence n, or -1 behind its end. */
function placesOf(packed: PackedSequence): (t: number, n: number) => number {
  let start = 0;
  const starts = packed.sizes.map((size) => (start += size) - size);
  return (t, n) => (n < (packed.sizes[t] ?? 0) ? starts[t]! + n : -1);
}

/** Sequences in the order in which they were packed: of each the place among the sorted ones. */
function originalOrder({ places, sizes }: PackedSequence): readonly number[] {
  return places ?? Array.from({ length: sizes[0] ?? 0 }, (_, n) => n);
}

/**
 * Pads packed sequences: the inverse of `packPaddedSequence`.
 *
 * Shapes: data [Σ lengths, *] → [T, N, *] ([N, T, *] with batchFirst) and the lengths, int32 [N]
 *
 * @throws ShapeError where `totalLength` is less than the longest length
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_packed_sequence.html
 */
export function padPackedSequence(sequence: PackedSequence, options: PadPackedOptions = {}): [Tensor, Tensor] {
  const op = 'padPackedSequence';
  checkOptions(op, options, ['batchFirst', 'paddingValue', 'totalLength']);
  const { batchFirst = false, paddingValue = 0 } = options;
  const longest = sequence.sizes.length;
  const T = options.totalLength ?? longest;
  if (T < longest) throw new ShapeError(`${op}: totalLength must be at least the longest length ${longest}, got ${T}`);
  const order = originalOrder(sequence);
  const lengths = lengthsOf(sequence);
  const place = placesOf(sequence);
  const { data } = sequence;
  const rest = data.shape.slice(1);
  const total = data.shape[0]!;
  const steps = Array.from({ length: T }, (_, t) => t);
  const pairs = batchFirst
    ? order.flatMap((n) => steps.map((t) => place(t, n)))
    : steps.flatMap((t) => order.map((n) => place(t, n)));
  // Places behind the ends read a row of padding after the data.
  const source = cat([data, full([1, ...rest], paddingValue, { dtype: data.dtype })]);
  const padded = source.indexSelect(0, indices(pairs.map((at) => (at < 0 ? total : at))));
  const shape = batchFirst ? [order.length, T] : [T, order.length];
  return [padded.reshape([...shape, ...rest]), indices(order.map((n) => lengths[n]!))];
}

/**
 * Sequences [L, *] of different lengths as one tensor, the shorter ones filled up.
 *
 * Shapes: N sequences [L, *] → [T, N, *] ([N, T, *] with batchFirst), T the longest L
 *
 * @throws ShapeError where there are none, or they differ in more than their first dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 */
export function padSequence(sequences: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  const op = 'padSequence';
  checkOptions(op, options, ['batchFirst', 'paddingValue', 'paddingSide']);
  const { batchFirst = false, paddingValue = 0, paddingSide = 'right' } = options;
  if (paddingSide !== 'right' && paddingSide !== 'left') {
    throw new WasmgradError(`${op}: paddingSide must be 'right' or 'left', got '${String(paddingSide)}'`);
  }
  const [first] = sequences;
  if (!first) throw new ShapeError(`${op}: needs at least one sequence`);
  const names = sequences.map((_, i) => `sequences[${i}]`);
  sequences.forEach((x, i) => checkTensor(op, names[i]!, x));
  const rest = first.shape.slice(1);
  if (sequences.some((x) => x.ndim === 0 || formatShape(x.shape.slice(1)) !== formatShape(rest))) {
    fail(ShapeError, op, 'sequences differ in more than their first dim', names, sequences);
  }
  const T = Math.max(...sequences.map((x) => x.shape[0]!));
  const { dtype } = first;
  const filled = sequences.map((sequence) => {
    const x = sequence.to(dtype);
    const missing = T - x.shape[0]!;
    if (missing === 0) return x;
    const padding = full([missing, ...rest], paddingValue, { dtype });
    return cat(paddingSide === 'right' ? [x, padding] : [padding, x]);
  });
  return cat(
    filled.map((x) => x.unsqueeze(batchFirst ? 0 : 1)),
    batchFirst ? 0 : 1,
  );
}

/**
 * The sequences in a padded tensor, each of its own length: the inverse of `padSequence`.
 *
 * Shapes: [T, N, *] ([N, T, *] with batchFirst), lengths of N → N sequences [L, *]
 *
 * @throws ShapeError where lengths do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpad_sequence.html
 */
export function unpadSequence(padded: Tensor, lengths: Lengths, options: { batchFirst?: boolean } = {}): Tensor[] {
  const op = 'unpadSequence';
  checkOptions(op, options, ['batchFirst']);
  checkTensor(op, 'padded', padded);
  const at = (options.batchFirst ?? false) ? 0 : 1;
  if (padded.ndim < 2) fail(ShapeError, op, 'needs at least two dims', ['padded'], [padded]);
  const [N, T] = [padded.shape[at]!, padded.shape[1 - at]!];
  const given = numbers(lengths);
  if (given.length !== N || given.some((length) => !(Number.isInteger(length) && length >= 0 && length <= T))) {
    throw new ShapeError(`${op}: needs ${N} lengths from 0 to ${T}, got ${formatShape(given)}`);
  }
  return given.map((length, n) => padded.select(at, n).narrow(0, 0, length));
}

/**
 * Packs sequences [L, *].
 *
 * @throws WasmgradError where they are not sorted by length, the longest first, and `enforceSorted` is not false
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_sequence.html
 */
export function packSequence(sequences: readonly Tensor[], options: { enforceSorted?: boolean } = {}): PackedSequence {
  checkOptions('packSequence', options, ['enforceSorted']);
  const lengths = sequences.map((x) => x.shape[0]!);
  return packPaddedSequence(padSequence(sequences), lengths, options);
}

/**
 * The sequences in a packed one: the inverse of `packSequence`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.unpack_sequence.html
 */
export function unpackSequence(packed: PackedSequence): Tensor[] {
  const lengths = lengthsOf(packed);
  const place = placesOf(packed);
  const { data } = packed;
  if (sizeOf(data.shape) === 0 && lengths.length === 0) return [];
  return originalOrder(packed).map((n) => {
    return data.indexSelect(0, indices(Array.from({ length: lengths[n]! }, (_, t) => place(t, n))));
  });
}
