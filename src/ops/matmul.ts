import { dtypeBytes, isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, fail } from '../core/errors.js';
import { broadcastShapes, sizeOf } from '../core/shapes.js';
import { scratch } from '../runtime/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { multiplyTensors } from './gemm.js';
import type { Matrices } from './gemm.js';
import { copyElements } from './launches.js';
import type { Op, Spec } from './op.js';

function checkDTypes(op: string, args: readonly string[], inputs: readonly (Spec | null)[]): void {
  const [a] = inputs;
  const mixed = inputs.some((x) => x && x.dtype !== a!.dtype);
  if (mixed) fail(DTypeError, op, 'dtypes differ', args, inputs, 'convert one with to()');
  if (a!.dtype === 'bool') fail(DTypeError, op, 'there is no product of this dtype', args, inputs);
}

/** A vector as a matrix of one row or column; other tensors as they are. */
function asMatrix(x: Matrices, vector: 'row' | 'column'): Matrices {
  if (x.shape.length !== 1) return x;
  const [size] = x.shape as [number];
  const [stride] = x.strides as [number];
  return vector === 'row' ? matrices(x, [1, size], [size, stride]) : matrices(x, [size, 1], [stride, 1]);
}

/** The same memory under another shape. */
function matrices(x: Matrices, shape: readonly number[], strides: readonly number[]): Matrices {
  return { ptr: x.ptr, dtype: x.dtype, shape, strides };
}

/** A tensor summed over the dims in which it was broadcast from `shape`. */
function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
  return dims.length === 0 ? x : x.sum(dims, true).reshape(shape);
}

/** All dims but the last as one. */
function tall(x: Tensor): Tensor {
  return x.ndim === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/** Vectors and matrices multiplied: y[…, i, j] = Σₖ a[…, i, k]·b[…, k, j], batch dims broadcast. */
export const matmul: Op = {
  name: 'matmul',
  args: ['input', 'other'],
  strided: true,
  infer: ([a, b]) => {
    const operands = [a, b];
    if (a.shape.length === 0 || b.shape.length === 0) {
      fail(ShapeError, 'matmul', 'both operands need at least 1 dim', matmul.args, operands, 'use mul()');
    }
    checkDTypes('matmul', matmul.args, operands);
    const k = a.shape.at(-1)!;
    const inner = b.shape.length === 1 ? b.shape[0]! : b.shape.at(-2)!;
    if (k !== inner) fail(ShapeError, 'matmul', `inner sizes differ (${k} vs ${inner})`, matmul.args, operands);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (!batch) fail(ShapeError, 'matmul', 'batch dims do not broadcast', matmul.args, operands);
    const rows = a.shape.length === 1 ? [] : [a.shape.at(-2)!];
    const columns = b.shape.length === 1 ? [] : [b.shape.at(-1)!];
    return { shape: [...batch!, ...rows, ...columns], dtype: a.dtype };
  },
  forward: ([y], [a, b]) => {
    const left = asMatrix(a, 'row');
    const right = asMatrix(b, 'column');
    const batch = y.shape.slice(0, y.shape.length - (a.shape.length > 1 ? 1 : 0) - (b.shape.length > 1 ? 1 : 0));
    const shape = [...batch, left.shape.at(-2)!, right.shape.at(-1)!];
    multiplyTensors(matrices(y, shape, []), left, right, 0, b.storage);
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const a = ctx.input(0);
    const b = ctx.input(1);
    const row = a.ndim === 1 ? a.unsqueeze(0) : a;
    const column = b.ndim === 1 ? b.unsqueeze(1) : b;
    let g = dy;
    if (b.ndim === 1) g = g.unsqueeze(-1);
    if (a.ndim === 1) g = g.unsqueeze(-2);
    let da: Tensor | null = null;
    let db: Tensor | null = null;
    if (ctx.needs[0]) da = sumTo(g.matmul(column.transpose(-2, -1)), row.shape).reshape(a.shape);
    if (ctx.needs[1]) {
      // Where the whole batch meets one matrix, one tall product sums over the batch as it goes.
      const shared = column.ndim === 2 && row.ndim > 2;
      const product = shared ? tall(row).transpose(0, 1).matmul(tall(g)) : row.transpose(-2, -1).matmul(g);
      db = sumTo(product, column.shape).reshape(b.shape);
    }
    return [da, db];
  },
};

/** y = x·wᵀ + bias in one pass: x [..., in], w [out, in], bias [out]. */
export const linear: Op = {
  name: 'linear',
  args: ['input', 'weight', 'bias'],
  strided: true,
  infer: ([x, w, bias]) => {
    const operands: (Spec | null)[] = [x, w, bias];
    if (x.shape.length === 0) fail(ShapeError, 'linear', 'input needs at least 1 dim', linear.args, operands);
    if (w.shape.length !== 2) fail(ShapeError, 'linear', 'weight must have 2 dims', linear.args, operands);
    checkDTypes('linear', linear.args, operands);
    if (!isFloat(x.dtype)) fail(DTypeError, 'linear', 'floats wanted', linear.args, operands);
    const [out, inner] = w.shape as [number, number];
    const k = x.shape.at(-1)!;
    if (k !== inner) fail(ShapeError, 'linear', `inner sizes differ (${k} vs ${inner})`, linear.args, operands);
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
      fail(ShapeError, 'linear', `bias must have shape [${out}]`, linear.args, operands);
    }
    return { shape: [...x.shape.slice(0, -1), out], dtype: x.dtype };
  },
  forward: ([y], [x, w, bias]) => {
    const rows = asMatrix(x, 'row');
    const shape = x.shape.length === 1 ? [1, y.shape[0]!] : y.shape;
    const [out, inner] = w.shape as [number, number];
    const right = matrices(w, [inner, out], [w.strides[1]!, w.strides[0]!]);
    const product = (column: number): void => multiplyTensors(matrices(y, shape, []), rows, right, column, w.storage);
    if (!bias) return product(0);
    if (bias.strides[0] === 1) return product(bias.ptr);
    scratch(out * dtypeBytes[y.dtype], (ptr) => {
      copyElements({ ptr, shape: [out], strides: [1], dtype: y.dtype, numel: out }, bias);
      product(ptr);
    });
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const dx = ctx.needs[0] ? dy.matmul(ctx.input(1)) : null;
    const rows = ctx.needs[1] || ctx.needs[2] ? tall(dy) : null;
    const dw = ctx.needs[1] ? rows!.transpose(0, 1).matmul(tall(ctx.input(0))) : null;
    const dbias = ctx.needs[2] ? rows!.sum(0) : null;
    return [dx, dw, dbias];
  },
};
