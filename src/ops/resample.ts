import { sizeOf } from '../core/shapes.js';
import { writeElements } from '../runtime/constant.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Op } from './op.js';
import { withTemporary } from './temporary.js';

/** Multiply-adds that make a slice worth a thread. */
const WORK = 16384;

/** Where each element of a line comes from: y[i] = Σ_t weights[t] · x[indices[t]], t from first[i] to first[i + 1] − 1. */
export class Taps {
  /** Elements of the line that is read. */
  readonly from: number;
  /** Elements of the line that is made. */
  readonly to: number;
  readonly first: readonly number[];
  readonly indices: readonly number[];
  readonly weights: readonly number[];

  /** @param lists the indices and weights of each element */
  constructor(from: number, lists: readonly (readonly (readonly [index: number, weight: number])[])[]) {
    this.from = from;
    this.to = lists.length;
    const first = [0];
    for (const list of lists) first.push(first.at(-1)! + list.length);
    this.first = first;
    this.indices = lists.flatMap((list) => list.map(([index]) => index));
    this.weights = lists.flatMap((list) => list.map(([, weight]) => weight));
  }

  /** The table of the gradient: where each element that was read went. */
  transposed(): Taps {
    const lists = Array.from({ length: this.from }, (): [number, number][] => []);
    for (let i = 0; i < this.to; i++) {
      for (let t = this.first[i]!; t < this.first[i + 1]!; t++) lists[this.indices[t]!]!.push([i, this.weights[t]!]);
    }
    return new Taps(this.to, lists);
  }
}

/** The dim that is resampled, and how. */
export interface ResampleParams {
  readonly dim: number;
  readonly taps: Taps;
}

/** y = the lines along a dim, resampled by a table. Its gradient is the same operation with the transposed table. */
export const resample: Op<ResampleParams> = {
  name: 'resample',
  args: ['input'],
  infer: ([x], { dim, taps }) => ({
    shape: x.shape.map((size, d) => (d === dim ? taps.to : size)),
    dtype: x.dtype,
  }),
  forward: ([y], [x], { dim, taps }) => {
    if (y.numel === 0) return;
    const inner = sizeOf(x.shape.slice(dim + 1));
    const table = [...taps.first, ...taps.indices];
    const units = sizeOf(y.shape.slice(0, dim + 1));
    const work = inner * Math.max(1, taps.weights.length / taps.to);
    withTemporary([table.length], 'int32', (places) =>
      withTemporary([Math.max(1, taps.weights.length)], x.dtype, (weights) => {
        writeElements(places, table);
        writeElements(weights, taps.weights);
        launch(
          kernels.resample,
          x.dtype,
          y.ptr,
          x.ptr,
          places.ptr,
          weights.ptr,
          taps.from,
          taps.to,
          inner,
          units,
          Math.ceil(WORK / work),
        );
      }),
    );
  },
  backward: (ctx, dy) => [ctx.apply(resample, [dy], { ...ctx.params, taps: ctx.params.taps.transposed() })],
};
