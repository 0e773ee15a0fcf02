import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { WasmgradError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkInside } from './check.js';
import { full, zeroGradient } from './full.js';
import type { BackwardContext, Gradients, Op, Several, Spec } from './op.js';
import { withOperand } from './scalar.js';
import type { Operand } from './scalar.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** Where one of the two operands is a number, it is absent from the inputs and this takes its place. */
export interface ScalarParams {
  readonly scalar: number;
}

/** y = input + alpha·other. */
export interface AddParams extends ScalarParams {
  readonly alpha: number;
}

/** Kernels of two operands. */
export type Binary = typeof kernels.mul;
type Scaled = typeof kernels.add | typeof kernels.special2;
/** Operands of which one may be absent. */
export type Inputs = readonly (TensorData | null)[];

const args = ['input', 'other'] as const;

/** The result has the shape and dtype that the operands share. */
export function inferSame([a, b]: Several<Spec | null>): Spec {
  const { shape, dtype } = (a ?? b)!;
  return { shape, dtype };
}

function inferBool([a, b]: Several<Spec | null>): Spec {
  return { shape: (a ?? b)!.shape, dtype: 'bool' };
}

/** The dtype that the operands share. */
export function dtypeOf(inputs: Inputs): DType {
  return (inputs[0] ?? inputs[1])!.dtype;
}

/** Launches a binary kernel; a number takes the place of an absent operand. `factor` is a parameter that some kernels have. */
export function launchBinary(kernel: Binary, y: TensorData, inputs: Inputs, scalar: number): void;
export function launchBinary(kernel: Scaled, y: TensorData, inputs: Inputs, scalar: number, factor: number): void;
export function launchBinary(
  kernel: Binary | Scaled,
  y: TensorData,
  inputs: Inputs,
  scalar: number,
  factor?: number,
): void {
  const dtype = dtypeOf(inputs);
  const a = inputs[0] ?? null;
  const b = inputs[1] ?? null;
  const run = (p: Operand, q: Operand): void => {
    const meta = stridedMeta([y, p, q]);
    if (factor === undefined) {
      launch(kernel as Binary, dtype, y.ptr, p.ptr, q.ptr, meta, y.numel, ELEMENTWISE_GRAIN);
    } else {
      launch(kernel as Scaled, dtype, y.ptr, p.ptr, q.ptr, factor, meta, y.numel, ELEMENTWISE_GRAIN);
    }
  };
  if (a && b) run(a, b);
  else withOperand(a, y, dtype, scalar, (p) => withOperand(b, y, dtype, scalar, (q) => run(p, q)));
}

function launcher(kernel: Binary): Op<ScalarParams>['forward'] {
  return ([y], inputs: Inputs, { scalar }) => launchBinary(kernel, y, inputs, scalar);
}

/** The operands as the gradient rules take them: tensors or numbers. */
export function operand<P extends ScalarParams>(ctx: BackwardContext<P>, i: number): Tensor | number {
  return ctx.has(i) ? ctx.input(i) : ctx.params.scalar;
}

function additive(name: string): Op<AddParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: ([y], inputs: Inputs, { scalar, alpha }) => launchBinary(kernels.add, y, inputs, scalar, alpha),
    backward: ({ needs, params: { alpha } }, dy) => [
      needs[0] ? dy : null,
      needs[1] ? (alpha === 1 ? dy : dy.mul(alpha)) : null,
    ],
  };
}

/** y = input + alpha·other. */
export const add: Op<AddParams> = additive('add');

/** y = input - other, as `add` with a negative alpha; a record of its own for its name. */
export const sub: Op<AddParams> = additive('sub');

/** y = input · other. */
export const mul: Op<ScalarParams> = {
  name: 'mul',
  args,
  strided: true,
  infer: inferSame,
  forward: launcher(kernels.mul),
  savesInputs: [0, 1],
  backward: (ctx, dy) => [ctx.needs[0] ? dy.mul(operand(ctx, 1)) : null, ctx.needs[1] ? dy.mul(operand(ctx, 0)) : null],
};

/** The product with a number: its rule needs neither operand. */
export const mulScalar: Op<ScalarParams> = { ...mul, savesInputs: [] };

/** y = input / other, of floats. */
export const div: Op<ScalarParams> = {
  name: 'div',
  args,
  strided: true,
  infer: inferSame,
  forward: launcher(kernels.div),
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const b = operand(ctx, 1);
    const da = ctx.needs[0] ? dy.div(b) : null;
    if (!ctx.needs[1] || typeof b === 'number') return [da, null];
    const a = operand(ctx, 0);
    const quotient = typeof a === 'number' ? b.reciprocal().mul(a) : a.div(b);
    return [da, dy.neg().mul(quotient.div(b))];
  },
};

/** The quotient by a number: its rule needs no operand. */
export const divScalar: Op<ScalarParams> = { ...div, savesInputs: [] };

/** Throws as PyTorch does where an integer divisor is 0. */
function checkDivisor(name: string, inputs: Inputs, scalar: number): void {
  if (isFloat(dtypeOf(inputs))) return;
  const b = inputs[1];
  const refuse = (): void => fail(WasmgradError, name, 'ZeroDivisionError, an integer divisor is 0');
  // As an index, 0 is the only one outside of 1 … 2³² (taken modulo 2³²).
  if (b) checkInside(b, 1, 0, refuse);
  else if (scalar === 0) refuse();
}

function dividing(name: string, kernel: Binary, backward: NonNullable<Op<ScalarParams>['backward']>): Op<ScalarParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: ([y], inputs: Inputs, { scalar }) => {
      checkDivisor(name, inputs, scalar);
      launchBinary(kernel, y, inputs, scalar);
    },
    savesInputs: [0, 1],
    backward,
  };
}

/** A step function has the gradient 0. */
function stepBackward(ctx: BackwardContext<ScalarParams>): Gradients {
  return [zeroGradient(ctx, 0), zeroGradient(ctx, 1)];
}

/** a - quotient·b has the gradient 1 for a and -quotient for b. */
function remainderBackward(roundingMode: 'floor' | 'trunc'): NonNullable<Op<ScalarParams>['backward']> {
  return (ctx, dy) => {
    if (!ctx.needs[1]) return [dy, null];
    const b = ctx.input(1);
    const a = ctx.has(0) ? ctx.input(0) : ctx.apply(full, [], { ...b, value: ctx.params.scalar });
    return [ctx.needs[0] ? dy : null, dy.neg().mul(a.div(b, { roundingMode }))];
  };
}

/** y = input / other, rounded down. */
export const floorDivide: Op<ScalarParams> = dividing('floorDivide', kernels.floorDiv, stepBackward);

/** The same as a rounding mode of `div`. */
export const floorDiv: Op<ScalarParams> = dividing('div', kernels.floorDiv, stepBackward);

/** y = input / other, rounded towards 0. */
export const truncDiv: Op<ScalarParams> = dividing('div', kernels.truncDiv, stepBackward);

/** The remainder of input / other with the sign of other. */
export const remainder: Op<ScalarParams> = dividing('remainder', kernels.remainder, remainderBackward('floor'));

/** The remainder of input / other with the sign of input. */
export const fmod: Op<ScalarParams> = dividing('fmod', kernels.fmod, remainderBackward('trunc'));

/** The larger (smaller) operand takes the gradient, equal ones take half of it each. */
function extreme(name: string, kernel: Binary, loses: (a: Tensor, b: Tensor | number) => Tensor): Op<ScalarParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: launcher(kernel),
    savesInputs: [0, 1],
    backward: (ctx, dy) => {
      const [a, b] = [operand(ctx, 0), operand(ctx, 1)];
      const half = (x: Tensor, other: Tensor | number): Tensor =>
        dy.div(2).where(x.eq(other), dy).maskedFill(loses(x, other), 0);
      return [
        ctx.needs[0] && typeof a !== 'number' ? half(a, b) : null,
        ctx.needs[1] && typeof b !== 'number' ? half(b, a) : null,
      ];
    },
  };
}

/** The larger of both, NaN where either is. */
export const maximum: Op<ScalarParams> = extreme('maximum', kernels.maximum, (a, b) => a.lt(b));

/** The smaller of both, NaN where either is. */
export const minimum: Op<ScalarParams> = extreme('minimum', kernels.minimum, (a, b) => a.gt(b));

function comparison(name: string, kernel: Binary): Op<ScalarParams> {
  return { name, args, strided: true, infer: inferBool, forward: launcher(kernel) };
}

/** input = other. */
export const eq: Op<ScalarParams> = comparison('eq', kernels.eq);

/** input ≠ other. */
export const ne: Op<ScalarParams> = comparison('ne', kernels.ne);

/** The kernels of the comparison with the operands exchanged. */
function exchanged(kernel: Binary): Op<ScalarParams>['forward'] {
  return ([y], inputs: Inputs, { scalar }) => launchBinary(kernel, y, [inputs[1] ?? null, inputs[0] ?? null], scalar);
}

/** input < other. */
export const lt: Op<ScalarParams> = comparison('lt', kernels.lt);

/** input ≤ other. */
export const le: Op<ScalarParams> = comparison('le', kernels.le);

/** input > other. */
export const gt: Op<ScalarParams> = { ...comparison('gt', kernels.lt), forward: exchanged(kernels.lt) };

/** input ≥ other. */
export const ge: Op<ScalarParams> = { ...comparison('ge', kernels.le), forward: exchanged(kernels.le) };

function bitwise(name: string, kernel: Binary): Op<ScalarParams> {
  return { name, args, strided: true, infer: inferSame, forward: launcher(kernel) };
}

/** Both, bit by bit. */
export const bitwiseAnd: Op<ScalarParams> = bitwise('bitwiseAnd', kernels.bitwiseAnd);

/** Either or both, bit by bit. */
export const bitwiseOr: Op<ScalarParams> = bitwise('bitwiseOr', kernels.bitwiseOr);

/** Either, not both, bit by bit. */
export const bitwiseXor: Op<ScalarParams> = bitwise('bitwiseXor', kernels.bitwiseXor);
