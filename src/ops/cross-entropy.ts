import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, IndexError, ShapeError, fail } from '../core/errors.js';
import { sameShape, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import { elements } from '../runtime/tensor-data.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkInside } from './check.js';
import { foldLines, grainOf } from './fold.js';
import { full } from './full.js';
import type { BackwardContext, Op, OutSpec } from './op.js';
import { needFloat, sums } from './reduce.js';

/** How losses of single elements become one: their (weighted) mean, their sum, or not at all. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What a cross entropy with class labels knows besides its inputs. */
export interface CrossEntropyParams {
  readonly reduction: Reduction;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

const args = ['input', 'target', 'weight'] as const;

/** The number of elements behind the class dim. */
function innerOf(shape: readonly number[]): number {
  return sizeOf(shape.slice(2));
}

/**
 * Checks that labels name classes.
 *
 * @throws IndexError otherwise
 */
export function checkLabels(op: string, target: TensorData, classes: number, ignoreIndex: number): void {
  checkInside(target, 0, classes, (_, x) => {
    const labels = elements(x);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (label !== ignoreIndex && (label < 0 || label >= classes)) {
        throw new IndexError(`${op}: label ${label} at position ${i} is out of range for ${classes} classes`);
      }
    }
  });
}

/**
 * The cross entropy of logits [N, C, d1, …] with labels [N, d1, …], smoothed and weighted by class.
 * Results: the loss; the largest logit, Σ exp (x − largest) and the label's weight at every position; (for the mean) the sum of those weights.
 */
export const crossEntropy: Op<CrossEntropyParams> = {
  name: 'crossEntropy',
  args,
  infer: ([x, target, weight], { reduction }) => {
    const specs = [x, target, weight];
    needFloat('crossEntropy', x);
    if (target.dtype !== 'int32')
      fail(DTypeError, 'crossEntropy', 'labels must be int32', args, specs, 'use target.int()');
    const [N, C, ...rest] = x.shape;
    if (C === undefined || !sameShape(target.shape, [N!, ...rest])) {
      fail(ShapeError, 'crossEntropy', 'input must be [N, C, d1, …] for labels [N, d1, …]', args, specs);
    }
    if (weight) {
      if (!sameShape(weight.shape, [C])) {
        fail(ShapeError, 'crossEntropy', `weight must have one element for each of ${C} classes`, args, specs);
      }
      if (weight.dtype !== x.dtype)
        fail(DTypeError, 'crossEntropy', 'weight must have the dtype of input', args, specs);
    }
    const positions: OutSpec = { shape: target.shape, dtype: x.dtype };
    const scalar: OutSpec = { shape: [], dtype: x.dtype };
    const nothing: OutSpec = { shape: [0], dtype: x.dtype };
    return [
      reduction === 'none' ? positions : scalar,
      positions,
      positions,
      positions,
      reduction === 'mean' ? scalar : nothing,
    ];
  },
  forward: ([loss, peak, sum, share, total], [x, target, weight], { reduction, ignoreIndex, labelSmoothing }) => {
    const C = x.shape[1]!;
    checkLabels('crossEntropy', target, C, ignoreIndex);
    const inner = innerOf(x.shape);
    const count = target.numel;
    const grain = grainOf(12 * C, inner > 1);
    const run = (losses: number): void => {
      const w = (weight as TensorData | null)?.ptr ?? 0;
      launch(
        kernels.crossEntropy,
        x.dtype,
        losses,
        share.ptr,
        peak.ptr,
        sum.ptr,
        x.ptr,
        target.ptr,
        w,
        C,
        inner,
        labelSmoothing,
        ignoreIndex,
        count,
        grain,
      );
    };
    if (reduction === 'none') {
      run(loss.ptr);
      return;
    }
    scratch(count * dtypeBytes[x.dtype], (losses) => {
      run(losses);
      if (reduction === 'mean') {
        launch(kernels.crossEntropyMean, x.dtype, loss.ptr, total.ptr, losses, share.ptr, count, 1, 1);
      } else {
        foldLines(loss.ptr, losses, { outer: 1, n: count, inner: 1 }, sums(x.dtype), x.dtype);
      }
    });
  },
  savesInputs: [0, 1, 2],
  savesOutputs: [1, 2, 3, 4],
  backward: (ctx, dy) => {
    const weight = ctx.has(2) ? ctx.input(2) : null;
    const total = ctx.params.reduction === 'mean' ? ctx.output(4) : null;
    const inputs = [dy, ctx.input(0), ctx.input(1), weight, ctx.output(1), ctx.output(2), ctx.output(3), total];
    return [ctx.apply(crossEntropyBackward, inputs, ctx.params), null, null];
  },
};

/** The gradient of the logits: dy (m softmax(x) − (1 − s) w[t] [c = t] − s / C w[c]), m the sum of what is subtracted. */
const crossEntropyBackward: Op<CrossEntropyParams> = {
  name: 'crossEntropyBackward',
  args: ['dy', 'input', 'target', 'weight', 'peak', 'sum', 'share', 'total'],
  infer: ([, x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([dx], [dy, x, target, weight, peak, sum, , total], { reduction, ignoreIndex, labelSmoothing }) => {
    const C = x.shape[1]!;
    const inner = innerOf(x.shape);
    launch(
      kernels.crossEntropyBackward,
      x.dtype,
      dx.ptr,
      dy.ptr,
      x.ptr,
      peak.ptr,
      sum.ptr,
      target.ptr,
      (weight as TensorData | null)?.ptr ?? 0,
      (total as TensorData | null | undefined)?.ptr ?? 0,
      C,
      inner,
      reduction === 'none' ? 1 : 0,
      labelSmoothing,
      ignoreIndex,
      target.numel,
      grainOf(10 * C, inner > 1),
    );
  },
  savesInputs: [0, 1, 2, 3, 4, 5, 6, 7],
  backward: (ctx, v) => [
    ctx.needs[0] ? upstreamGradient(ctx, v) : null,
    ctx.needs[1] ? logitsGradient(ctx, v) : null,
    null,
    null,
    null,
    null,
    null,
    null,
  ],
};

type Context = BackwardContext<CrossEntropyParams>;

function optional(ctx: Context, i: number): Tensor | null {
  return ctx.has(i) ? ctx.input(i) : null;
}

/** The gradient of the gradient by dy, in which it is linear. */
function upstreamGradient(ctx: Context, v: Tensor): Tensor {
  const one = ctx.apply(full, [], { shape: ctx.shape(0), dtype: ctx.dtype(0), value: 1 });
  const rest = [1, 2, 3, 4, 5, 6, 7].map((i) => optional(ctx, i));
  const slope = v.mul(ctx.apply(crossEntropyBackward, [one, ...rest], ctx.params));
  return ctx.params.reduction === 'none' ? slope.sum(1) : slope.sum();
}

/** The gradient of the gradient by the logits: that of dy m softmax(x). */
function logitsGradient(ctx: Context, v: Tensor): Tensor {
  const { ignoreIndex, labelSmoothing } = ctx.params;
  const x = ctx.input(1);
  const C = x.shape[1]!;
  const weight = optional(ctx, 3);
  const total = optional(ctx, 7);
  let mass = ctx
    .input(6)
    .detach()
    .mul(1 - labelSmoothing);
  if (labelSmoothing > 0) {
    const kept = ctx
      .input(2)
      .ne(ignoreIndex)
      .to(x.dtype)
      .mul(labelSmoothing / C);
    mass = mass.add(kept.mul(weight ? weight.sum() : C));
  }
  mass = mass.mul(ctx.input(0));
  // Where all labels are ignored the mean's total is 0, and the masses stay 0.
  if (total) mass = mass.div(total.detach()).maskedFill(ctx.input(2).eq(ignoreIndex), 0);
  const p = x.softmax(1);
  return p.mul(v.sub(p.mul(v).sum(1, true))).mul(mass.unsqueeze(1));
}
