import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { ADD, BIAS_COLUMN, multiply } from './gemm.js';
import { sharePanels } from './panels.js';
import { copyElements } from './launches.js';
import type { Elements } from './launches.js';
import type { Op, Several, Spec } from './op.js';
import { recordedGradients } from './recurrent-recorded.js';
import { stepsOf, walk } from './recurrent-steps.js';
import type { CellKind, RecurrentParams } from './recurrent-steps.js';
import { needFloat } from './reduce.js';

/** Gates of a cell. */
export const GATES: Readonly<Record<CellKind, number>> = { tanh: 1, relu: 1, lstm: 4, gru: 3 };

/** Gates that the backward pass reads; a simple cell keeps its result only. */
const KEPT: Readonly<Record<CellKind, number>> = { tanh: 0, relu: 0, lstm: 4, gru: 4 };

/** Elements of gates that make a slice worth a thread. */
const GRAIN = 4096;

/** Address of row `row` of a contiguous matrix. */
function rowAt(x: TensorData, row: number): number {
  return x.ptr + row * x.shape[1]! * dtypeBytes[x.dtype];
}

/** Rows of a contiguous matrix. */
function rows(x: TensorData, start: number, count: number): Elements {
  const width = x.shape[1]!;
  return { ptr: rowAt(x, start), dtype: x.dtype, shape: [count, width], strides: [width, 1], numel: count * width };
}

/** past = what the state was before each step: of y, whose rows are the states after the steps, and of the first state. */
function copyPast(past: TensorData, y: TensorData, first: TensorData, params: RecurrentParams): void {
  const steps = stepsOf(params);
  const ranges: { from: TensorData; to: number; start: number; count: number }[] = [];
  const add = (from: TensorData, to: number, start: number, count: number): void => {
    const last = ranges.at(-1);
    if (count === 0) return;
    if (last && last.from === from && last.start + last.count === start && last.to + last.count === to) {
      last.count += count;
    } else ranges.push({ from, to, start, count });
  };
  steps.forEach(({ start, size }, i) => {
    const before = steps[params.reverse ? i + 1 : i - 1];
    const known = Math.min(size, before?.size ?? 0);
    add(y, start, before?.start ?? 0, known);
    add(first, start + known, known, size - known);
  });
  for (const { from, to, start, count } of ranges) copyElements(rows(past, to, count), rows(from, start, count));
}

const args = ['gates', 'weight', 'bias', 'h0', 'c0'] as const;

/**
 * A recurrent cell over whole sequences: for each step gates = gx + h·weightᵀ + bias, and what the cell makes of them and its state.
 *
 * Inputs: gx [rows, G·H], all steps below each other; weight [G·H, H]; bias [G·H] or none; h0 and (LSTM) c0 [N, H].
 * Results: y [rows, H], the last h and c [N, H], and for the backward pass gates [rows, 4H] and cells [rows, H]; those that a cell
 * does not have are empty.
 */
export const recurrent: Op<RecurrentParams> = {
  name: 'recurrent',
  args,
  infer: ([gx, weight, bias, h0, c0], { kind }) => {
    const given: (Spec | null)[] = [gx, weight, bias, h0, c0];
    needFloat('recurrent', gx);
    if (given.some((x) => x && x.dtype !== gx.dtype)) fail(DTypeError, 'recurrent', 'dtypes differ', args, given);
    const { dtype } = gx;
    const [N, H] = h0.shape as [number, number];
    const total = gx.shape[0]!;
    const lstm = kind === 'lstm';
    return [
      { shape: [total, H], dtype },
      { shape: [N, H], dtype },
      { shape: lstm ? [N, H] : [0], dtype },
      { shape: KEPT[kind] > 0 ? [total, KEPT[kind] * H] : [0], dtype },
      { shape: lstm ? [total, H] : [0], dtype },
    ];
  },
  forward: ([y, hn, cn, gates, cells], [gx, weight, bias, h0, c0], params) => {
    const { kind } = params;
    const [, H] = h0.shape as [number, number];
    const width = GATES[kind] * H;
    copyElements(hn, h0);
    if (kind === 'lstm') copyElements(cn, c0);
    if (y.numel === 0) return;
    const { dtype } = y;
    const [a, b] = [hn.ptr, weight.ptr];
    const [biasPtr, flags] = bias ? [bias.ptr, BIAS_COLUMN] : [0, 0];
    const lie = { cRow: width, cCol: 1, aRow: H, aCol: 1, bRow: 1, bCol: H, batch: [] };
    const product = { dtype, n: width, k: H, a, b, bias: biasPtr, flags, ...lie };
    const forward = (gh: number, panels: number): void => {
      for (const { start, size } of walk(params)) {
        multiply({ ...product, m: size, c: gh }, panels);
        const [to, from] = [rowAt(y, start), rowAt(gx, start)];
        const grain = Math.max(1, Math.ceil(GRAIN / width));
        if (kind === 'lstm') {
          launch(
            kernels.lstmCell,
            dtype,
            to,
            hn.ptr,
            cn.ptr,
            rowAt(cells, start),
            rowAt(gates, start),
            from,
            gh,
            H,
            size,
            grain,
          );
        } else if (kind === 'gru') {
          launch(kernels.gruCell, dtype, to, hn.ptr, rowAt(gates, start), from, gh, H, size, grain);
        } else {
          launch(
            kind === 'tanh' ? kernels.rnnTanhCell : kernels.rnnReluCell,
            dtype,
            to,
            hn.ptr,
            from,
            gh,
            H,
            size,
            grain,
          );
        }
      }
    };
    const N = hn.shape[0]!;
    scratch(N * width * dtypeBytes[dtype], (gh) =>
      sharePanels({ ...product, m: N, c: gh }, weight.storage, (panels) => forward(gh, panels)),
    );
  },
  savesInputs: [0, 1, 2, 3, 4],
  savesOutputs: [0, 3, 4],
  backward: (ctx, dy, dh, dc) => {
    const given = [0, 1, 2, 3, 4].map((i) => (ctx.has(i) ? ctx.input(i) : null));
    // Backward itself is recorded: of tensor operations.
    if ([dy, dh, dc, ...given].some((x) => x?.requiresGrad)) return recordedGradients(ctx, given, dy, dh, dc);
    const [, weight, , h0, c0] = given;
    const inputs = [weight!, h0!, c0!, ctx.output(0), ctx.output(3), ctx.output(4), dy, dh, dc];
    const [dgx, dgh, dh0, dc0, past] = ctx.applyMany(
      recurrentBackward,
      inputs,
      ctx.params,
    ) as unknown as Several<Tensor>;
    const dgates = ctx.params.kind === 'gru' ? dgh : dgx;
    const dweight = ctx.needs[1] ? dgates.transpose(0, 1).matmul(past) : null;
    return [dgx, dweight, ctx.needs[2] ? dgates.sum(0) : null, dh0, c0 ? dc0 : null];
  },
};

/**
 * The gradients of gx (and, where they differ, of the products of h), h0 and c0, and the states before each step, of which those of weight
 * and bias are products.
 */
const recurrentBackward: Op<RecurrentParams> = {
  name: 'recurrentBackward',
  args: ['weight', 'h0', 'c0', 'y', 'gates', 'cells', 'dy', 'dh', 'dc'],
  infer: (inputs, { kind }) => {
    const [, h0, , y] = inputs;
    const { dtype } = h0;
    const [total, H] = y.shape as [number, number];
    const lstm = kind === 'lstm';
    const shape = [total, GATES[kind] * H];
    return [
      { shape, dtype },
      { shape: kind === 'gru' ? shape : [0], dtype },
      { shape: h0.shape, dtype },
      { shape: lstm ? h0.shape : [0], dtype },
      { shape: [total, H], dtype },
    ];
  },
  forward: ([dgx, dgh, dh, dc, past], inputs, params) => {
    const [weight, h0, c0, y, gates, cells] = inputs;
    const [dy, dhn, dcn] = inputs.slice(6) as [TensorData, TensorData, TensorData];
    const { kind } = params;
    const H = h0.shape[1]!;
    const width = GATES[kind] * H;
    copyElements(dh, dhn);
    if (kind === 'lstm') copyElements(dc, dcn);
    if (y.numel === 0) return;
    copyPast(past, y, h0, params);
    const { dtype } = y;
    const dgates = kind === 'gru' ? dgh : dgx;
    // A GRU's kernel leaves in dh what reaches the state past the gates.
    const flags = kind === 'gru' ? ADD : 0;
    const lie = { cRow: H, cCol: 1, aRow: width, aCol: 1, bRow: H, bCol: 1, batch: [] };
    const product = { dtype, n: H, k: width, c: dh.ptr, b: weight.ptr, bias: 0, flags, ...lie };
    const back = (pastCells: TensorData | null, panels: number): void => {
      for (const { start, size } of walk(params).reverse()) {
        const [to, from] = [rowAt(dgx, start), rowAt(dy, start)];
        const grain = Math.max(1, Math.ceil(GRAIN / width));
        if (kind === 'lstm') {
          const before = rowAt(pastCells!, start);
          launch(
            kernels.lstmCellBackward,
            dtype,
            to,
            dc.ptr,
            dh.ptr,
            from,
            rowAt(gates, start),
            rowAt(cells, start),
            before,
            H,
            size,
            grain,
          );
        } else if (kind === 'gru') {
          launch(
            kernels.gruCellBackward,
            dtype,
            to,
            rowAt(dgh, start),
            dh.ptr,
            from,
            rowAt(gates, start),
            rowAt(past, start),
            H,
            size,
            grain,
          );
        } else {
          const kernel = kind === 'tanh' ? kernels.rnnTanhCellBackward : kernels.rnnReluCellBackward;
          launch(kernel, dtype, to, dh.ptr, from, rowAt(y, start), H, size, grain);
        }
        multiply({ ...product, m: size, a: rowAt(dgates, start) }, panels);
      }
    };
    sharePanels({ ...product, m: dh.shape[0]!, a: dgates.ptr }, weight.storage, (panels) => {
      if (kind !== 'lstm') return back(null, panels);
      scratch(cells.numel * dtypeBytes[dtype], (ptr) => {
        const before = { ptr, dtype, shape: cells.shape } as TensorData;
        copyPast(before, cells, c0, params);
        back(before, panels);
      });
    });
  },
};
