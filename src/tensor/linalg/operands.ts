import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { broadcastShapes } from '../../core/shapes.js';
import { inspect } from '../../runtime/recorder.js';
import { elements } from '../../runtime/tensor-data.js';
import { checkTensor } from '../operands.js';
import type { Tensor } from '../tensor.js';

/** A matrix, or a batch of them, in the precision in which the kernels work. */
export function wide(op: string, x: Tensor, name = 'input'): Tensor {
  checkTensor(op, name, x);
  if (!isFloat(x.dtype)) fail(DTypeError, op, `${name} must be floating point`, [name], [x]);
  if (x.ndim < 2) fail(ShapeError, op, `${name} must have at least 2 dims`, [name], [x]);
  return x.to('float64');
}

/** @throws DTypeError where two operands are not of one dtype */
export function checkSameType(op: string, a: Tensor, b: Tensor): void {
  checkTensor(op, 'other', b);
  if (a.dtype !== b.dtype) fail(DTypeError, op, 'dtypes differ', ['input', 'other'], [a, b], 'convert one with to()');
}

/** Two batches of matrices with their batch dims broadcast. */
export function sameBatch(op: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!batch) fail(ShapeError, op, 'batch dims do not broadcast', ['input', 'other'], [a, b]);
  return [a.expand([...batch, ...a.shape.slice(-2)]), b.expand([...batch, ...b.shape.slice(-2)])];
}

/** Throws where a factorization reports a failure: `tell` says what number k of a matrix means. */
export function checkInfo(op: string, info: Tensor, tell: (k: number) => string): void {
  inspect(info, (x) => {
    const found = elements(x);
    const at = found.findIndex((k) => k !== 0);
    if (at < 0) return;
    const which = info.ndim > 0 ? ` (number ${at} of the batch)` : '';
    throw new WasmgradError(`${op}: ${tell(found[at]!)}${which}`);
  });
}

/** The distance from 1 to the next number. */
export const EPSILON: Readonly<Record<'float32' | 'float64', number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/** The tolerances of functions that count singular values as 0. */
export function tolerances(
  op: string,
  input: Tensor,
  { atol, rtol }: { readonly atol?: number | undefined; readonly rtol?: number | undefined },
): { atol: number; rtol: number } {
  for (const given of [atol, rtol]) {
    if (given !== undefined && !(given >= 0))
      throw new WasmgradError(`${op}: a tolerance must be at least 0, got ${given}`);
  }
  const [m, n] = input.shape.slice(-2) as [number, number];
  const usual = Math.max(m, n) * EPSILON[input.dtype as 'float32' | 'float64'];
  return { atol: atol ?? 0, rtol: rtol ?? ((atol ?? 0) > 0 ? 0 : usual) };
}
