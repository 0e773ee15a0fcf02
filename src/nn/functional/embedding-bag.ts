import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { inspect } from '../../runtime/recorder.js';
import { elements } from '../../runtime/tensor-data.js';
import { arange, fullLike, onesLike, zeros } from '../../tensor/creation.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkPadding, embedding } from './sparse.js';

/** How `embeddingBag` joins the rows of a bag. */
export type BagMode = 'sum' | 'mean' | 'max';

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions {
  /** Where each bag of a flat input starts; the first at 0. */
  readonly offsets?: Tensor | null;
  /** Rows that are looked up and have a larger norm are first scaled down to it, in place. Default null: none. */
  readonly maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  readonly normType?: number;
  /** Whether gradients are divided by how often their row was looked up. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** Default 'mean'. */
  readonly mode?: BagMode;
  /** A factor for each looked up row, in the shape of the input; with mode 'sum' only. */
  readonly perSampleWeights?: Tensor | null;
  /** The last of the offsets is where the last bag ends. Default false. */
  readonly includeLastOffset?: boolean;
  /** The row that no bag takes in. Default null: none. */
  readonly paddingIdx?: number | null;
}

const KNOWN = [
  'offsets',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'mode',
  'perSampleWeights',
  'includeLastOffset',
  'paddingIdx',
];

/** For each place of a flat input the number of its bag, and how many bags there are. */
function bagsOf(input: Tensor, offsets: Tensor | null, includeLast: boolean): [Tensor, number] {
  const n = input.numel;
  if (input.ndim === 2) {
    if (offsets) throw new WasmgradError('embeddingBag: offsets belong to an input of one dim, got an input of two');
    const [bags, length] = input.shape as [number, number];
    return [arange(bags, { dtype: 'int32' }).unsqueeze(1).expand([bags, length]).reshape([n]), bags];
  }
  if (input.ndim !== 1) fail(ShapeError, 'embeddingBag', 'input must have one or two dims', ['input'], [input]);
  if (!offsets || offsets.ndim !== 1)
    throw new WasmgradError('embeddingBag: an input of one dim needs offsets of one dim');
  if (offsets.dtype !== 'int32') throw new DTypeError(`embeddingBag: offsets must be int32, got ${offsets.dtype}`);
  const bags = offsets.numel - (includeLast ? 1 : 0);
  if (bags < 0) throw new WasmgradError('embeddingBag: includeLastOffset needs at least one offset');
  if (bags > 0) {
    inspect(offsets, (x) => {
      const first = elements(x)[0]!;
      if (first !== 0) throw new WasmgradError(`embeddingBag: the first offset must be 0, got ${first}`);
    });
  }
  const starts = offsets.narrow(0, 0, bags);
  // Where several bags start at one place all but the last of them are empty; a bag that starts at the end is, too.
  const marks = zeros([n + 1], { dtype: 'int32' }).scatterAdd(0, starts, onesLike(starts));
  return [marks.cumsum(0).narrow(0, 0, n).sub(1), bags];
}

/**
 * Sums, means or maxima of rows of a table: y[b, :] = Σ weight[input[i], :] over the places i of bag b. Empty bags give 0.
 *
 * A bag is a row of a two-dimensional input, or lies between two offsets of a flat one. There are no sparse tensors: gradients are dense,
 * and PyTorch's option `sparse` is none here.
 *
 * Shapes: input [B, L], or [n] with offsets [B]; weight [rows, width] → [B, width]
 *
 * @throws IndexError for an index out of range; WasmgradError where options do not go together
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
 */
export function embeddingBag(
  input: Tensor,
  weight: Tensor,
  offsets?: Tensor | null | EmbeddingBagOptions,
  options: EmbeddingBagOptions = {},
): Tensor {
  const byPlace = offsets === undefined || offsets === null || 'shape' in offsets;
  const given = byPlace ? options : (offsets as EmbeddingBagOptions);
  checkOptions('embeddingBag', given, KNOWN);
  checkTensor('embeddingBag', 'input', input);
  checkTensor('embeddingBag', 'weight', weight);
  const { mode = 'mean', maxNorm = null, normType = 2, scaleGradByFreq = false, perSampleWeights = null } = given;
  const starts = (byPlace ? (offsets as Tensor | null | undefined) : null) ?? given.offsets ?? null;
  checkMode(mode, scaleGradByFreq, perSampleWeights);
  const [bagOf, bags] = bagsOf(input, starts, given.includeLastOffset ?? false);
  const flat = input.reshape([input.numel]);
  let rows = embedding(flat, weight, { maxNorm, normType, scaleGradByFreq });
  if (perSampleWeights) {
    if (!sameShape(perSampleWeights.shape, input.shape)) {
      const problem = 'perSampleWeights must have the shape of the input';
      fail(ShapeError, 'embeddingBag', problem, ['input', 'perSampleWeights'], [input, perSampleWeights]);
    }
    rows = rows.mul(perSampleWeights.reshape([input.numel, 1]));
  }
  const padding = checkPadding('embeddingBag', given.paddingIdx ?? null, weight.shape[0] ?? 0);
  // Padding goes to a bag of its own, which is left out in the end.
  const target = padding === null ? bagOf : bagOf.where(flat.ne(padding), fullLike(bagOf, bags));
  return joinRows(rows, target, bags + 1, mode).narrow(0, 0, bags);
}

function checkMode(mode: BagMode, scaleGradByFreq: boolean, perSampleWeights: Tensor | null): void {
  if (mode !== 'sum' && mode !== 'mean' && mode !== 'max') {
    throw new WasmgradError(`embeddingBag: mode must be 'sum', 'mean' or 'max', got '${String(mode)}'`);
  }
  if (perSampleWeights && mode !== 'sum') {
    throw new WasmgradError(`embeddingBag: perSampleWeights need mode 'sum', got '${mode}'`);
  }
  if (scaleGradByFreq && mode === 'max') {
    throw new WasmgradError("embeddingBag: mode 'max' does not scale gradients by frequency");
  }
}

/** Joins the rows of each bag. */
function joinRows(rows: Tensor, bagOf: Tensor, bags: number, mode: BagMode): Tensor {
  const { dtype } = rows;
  const none = zeros([bags, rows.shape[1]!], { dtype });
  if (mode === 'max') {
    return none.scatterReduce(0, bagOf.unsqueeze(1).expand(rows.shape), rows, 'amax', { includeSelf: false });
  }
  const sums = none.indexAdd(0, bagOf, rows);
  if (mode === 'sum') return sums;
  const counts = zeros([bags], { dtype }).indexAdd(0, bagOf, onesLike(bagOf).to(dtype));
  return sums.div(counts.clampMin(1).unsqueeze(1));
}
