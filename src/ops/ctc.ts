import { ShapeError, WasmgradError, IndexError, fail } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { inspect } from '../runtime/recorder.js';
import { scratch } from '../runtime/storage.js';
import { elements } from '../runtime/tensor-data.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { checkInside } from './check.js';
import { recordedGradient } from './ctc-recorded.js';
import type { Op, Spec } from './op.js';
import { needFloat } from './reduce.js';

/** What CTC knows besides its inputs. */
export interface CtcParams {
  readonly blank: number;
  readonly zeroInfinity: boolean;
}

const args = ['logProbs', 'targets', 'inputLengths', 'targetLengths'] as const;
/** Cells of -∞ around each row of states, and the blank at its end: as in assembly/ctc.ts. */
const MARGIN = 5;
const BYTES = 8;

/** Cells of one row of states of each sample. */
function rowCells(targets: Spec, N: number): number {
  return 2 * targets.shape.reduce((n, size) => n * size, 1) + MARGIN * N;
}

/** @throws IndexError for a length that does not fit */
function checkLengths(name: string, lengths: TensorData, most: number): void {
  inspect(lengths, (x) => {
    elements(x).forEach((length, n) => {
      if (length < 0 || length > most) {
        throw new IndexError(`ctcLoss: ${name} must be from 0 to ${most}, got ${length} at position ${n}`);
      }
    });
  });
}

/**
 * The CTC loss of every sample of log-probabilities [T, N, C], with labels padded [N, S] or concatenated [Σ lengths].
 * Results: the losses; the same in float64, before infinities are zeroed; rows of the dynamic programme.
 */
export const ctcLoss: Op<CtcParams> = {
  name: 'ctcLoss',
  args,
  infer: ([x, targets, inputLengths, targetLengths], { blank }) => {
    const specs = [x, targets, inputLengths, targetLengths];
    needFloat('ctcLoss', x);
    const [T, N, C] = x.shape;
    if (C === undefined || x.shape.length !== 3) {
      fail(ShapeError, 'ctcLoss', 'logProbs must be [T, N, C]', args, specs);
    }
    const padded = targets.shape.length === 2 && targets.shape[0] === N;
    if (!padded && targets.shape.length !== 1) {
      fail(ShapeError, 'ctcLoss', 'targets must be [N, S], or concatenated in one dim', args, specs);
    }
    if (!sameShape(inputLengths.shape, [N!]) || !sameShape(targetLengths.shape, [N!])) {
      fail(ShapeError, 'ctcLoss', 'there must be a length for each of N samples', args, specs);
    }
    if (!(Number.isInteger(blank) && blank >= 0 && blank < C)) {
      throw new WasmgradError(`ctcLoss: blank must be one of ${C} classes, got ${blank}`);
    }
    const cells = (T! + 2) * rowCells(targets, N!);
    return [
      { shape: [N!], dtype: x.dtype },
      { shape: [N!], dtype: 'float64' },
      { shape: [cells], dtype: 'float64' },
    ];
  },
  forward: ([loss, nll, alpha], [x, targets, inputLengths, targetLengths], { blank, zeroInfinity }) => {
    const [T, N, C] = x.shape as [number, number, number];
    const S = targets.ndim === 2 ? targets.shape[1]! : -1;
    checkLengths('inputLengths', inputLengths, T);
    checkLengths('targetLengths', targetLengths, S < 0 ? targets.numel : S);
    if (S < 0) {
      inspect(targetLengths, (lengths) => {
        let sum = 0;
        for (const length of elements(lengths)) sum += length;
        if (sum === targets.numel) return;
        throw new ShapeError(`ctcLoss: targetLengths add up to ${sum}, but targets has ${targets.numel} labels`);
      });
    }
    checkInside(targets, 0, C, (bad) => {
      throw new IndexError(`ctcLoss: label ${bad} is out of range for ${C} classes`);
    });
    const [il, tl] = [inputLengths.ptr, targetLengths.ptr];
    const zero = Number(zeroInfinity);
    launch(
      kernels.ctcLoss,
      x.dtype,
      loss.ptr,
      nll.ptr,
      alpha.ptr,
      x.ptr,
      targets.ptr,
      il,
      tl,
      T,
      N,
      C,
      S,
      blank,
      zero,
      N,
      1,
    );
  },
  savesInputs: [0, 1, 2, 3],
  savesOutputs: [1, 2],
  backward: (ctx, dy) => {
    const given = [ctx.input(0), ctx.input(1), ctx.input(2), ctx.input(3)] as const;
    // Backward itself is recorded: of tensor operations.
    if (dy.requiresGrad || given[0].requiresGrad) return [recordedGradient(ctx, dy, given), null, null, null];
    return [ctx.apply(ctcLossBackward, [dy, ctx.output(1), ctx.output(2), ...given], ctx.params), null, null, null];
  },
};

/** The gradient of the log-probabilities, as PyTorch has it: that of the scores of which they are the log-softmax. */
const ctcLossBackward: Op<CtcParams> = {
  name: 'ctcLossBackward',
  args: ['dy', 'nll', 'alpha', ...args],
  infer: ([, , , x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([dx], inputs, { blank, zeroInfinity }) => {
    const [dy, nll, alpha, x, targets, inputLengths, lengths] = inputs as unknown as readonly TensorData[];
    const [T, N, C] = x!.shape as [number, number, number];
    const S = targets!.ndim === 2 ? targets!.shape[1]! : -1;
    scratch(4 * rowCells(targets!, N) * BYTES, (work) => {
      const [il, tl] = [inputLengths!.ptr, lengths!.ptr];
      const zero = Number(zeroInfinity);
      launch(
        kernels.ctcLossBackward,
        x!.dtype,
        dx.ptr,
        dy!.ptr,
        nll!.ptr,
        alpha!.ptr,
        x!.ptr,
        targets!.ptr,
        il,
        tl,
        work,
        T,
        N,
        C,
        S,
        blank,
        zero,
        N,
        1,
      );
    });
  },
};
