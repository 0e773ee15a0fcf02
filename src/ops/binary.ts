import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { WasmgradError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkInside } from './check.js';
import { full } from './full.js';
import type { BackwardContext, Gradients, Op, Several, Spec } from './op.js';
import { withOperand } from './scalar.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** Where one of the two operands is a number, it is absent from the inputs and this takes its place. */
export interface ScalarParams {
  readonly scalar: number;
}

/** y = input + alpha·other. */
export interface AddParams extends ScalarParams {
  readonly alpha: number;
}

/** A kernel of two operands. */
export type Kernel = typeof kernels.mul;
type Kernels = Readonly<Partial<Record<DType, Kernel>>>;
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

/** Launches a binary kernel; a number takes the place of an absent operand. */
export function launchBinary(kernel: Kernel, y: TensorData, inputs: Inputs, scalar: number): void {
  const dtype = dtypeOf(inputs);
  const [a = null, b = null] = inputs;
  withOperand(a, y, dtype, scalar, (p) =>
    withOperand(b, y, dtype, scalar, (q) =>
      kernel(y.ptr, p.ptr, q.ptr, stridedMeta([y, p, q]), y.numel, ELEMENTWISE_GRAIN),
    ),
  );
}

/** A forward pass that picks the kernel by the operands' dtype. */
function launcher(table: Kernels): Op<ScalarParams>['forward'] {
  return ([y], inputs: Inputs, { scalar }) => launchBinary(table[dtypeOf(inputs)]!, y, inputs, scalar);
}

/** The operands as the gradient rules take them: tensors or numbers. */
export function operand<P extends ScalarParams>(ctx: BackwardContext<P>, i: number): Tensor | number {
  return ctx.has(i) ? ctx.input(i) : ctx.params.scalar;
}

/** Zeros like input i. */
export function zerosLike<P>(ctx: BackwardContext<P>, i: number): Tensor {
  return ctx.apply(full, [], { shape: ctx.shape(i), dtype: ctx.dtype(i), value: 0 });
}

function additive(name: string): Op<AddParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: ([y], inputs: Inputs, { scalar, alpha }) => {
      const dtype = dtypeOf(inputs);
      const kernel = dtype === 'float32' ? kernels.add : dtype === 'float64' ? kernels.addF64 : kernels.addI32;
      launchBinary((py, pa, pb, meta, n, grain) => kernel(py, pa, pb, alpha, meta, n, grain), y, inputs, scalar);
    },
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
  forward: launcher({ float32: kernels.mul, float64: kernels.mulF64, int32: kernels.mulI32 }),
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
  forward: launcher({ float32: kernels.div, float64: kernels.divF64 }),
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

function dividing(name: string, table: Kernels, backward: NonNullable<Op<ScalarParams>['backward']>): Op<ScalarParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: ([y], inputs: Inputs, { scalar }) => {
      checkDivisor(name, inputs, scalar);
      launchBinary(table[dtypeOf(inputs)]!, y, inputs, scalar);
    },
    savesInputs: [0, 1],
    backward,
  };
}

/** A step function has the gradient 0. */
function stepBackward(ctx: BackwardContext<ScalarParams>): Gradients {
  return [ctx.needs[0] ? zerosLike(ctx, 0) : null, ctx.needs[1] ? zerosLike(ctx, 1) : null];
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

const floors: Kernels = { float32: kernels.floorDiv, float64: kernels.floorDivF64, int32: kernels.floorDivI32 };

/** y = input / other, rounded down. */
export const floorDivide: Op<ScalarParams> = dividing('floorDivide', floors, stepBackward);

/** The same as a rounding mode of `div`. */
export const floorDiv: Op<ScalarParams> = dividing('div', floors, stepBackward);

/** y = input / other, rounded towards 0. */
export const truncDiv: Op<ScalarParams> = dividing(
  'div',
  { float32: kernels.truncDiv, float64: kernels.truncDivF64, int32: kernels.truncDivI32 },
  stepBackward,
);

/** The remainder of input / other with the sign of other. */
export const remainder: Op<ScalarParams> = dividing(
  'remainder',
  { float32: kernels.remainder, float64: kernels.remainderF64, int32: kernels.remainderI32 },
  remainderBackward('floor'),
);

/** The remainder of input / other with the sign of input. */
export const fmod: Op<ScalarParams> = dividing(
  'fmod',
  { float32: kernels.fmod, float64: kernels.fmodF64, int32: kernels.fmodI32 },
  remainderBackward('trunc'),
);

/** The larger (smaller) operand takes the gradient, equal ones take half of it each. */
function extreme(name: string, table: Kernels, loses: (a: Tensor, b: Tensor | number) => Tensor): Op<ScalarParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: launcher(table),
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
export const maximum: Op<ScalarParams> = extreme(
  'maximum',
  { float32: kernels.maximum, float64: kernels.maximumF64, int32: kernels.maximumI32 },
  (a, b) => a.lt(b),
);

/** The smaller of both, NaN where either is. */
export const minimum: Op<ScalarParams> = extreme(
  'minimum',
  { float32: kernels.minimum, float64: kernels.minimumF64, int32: kernels.minimumI32 },
  (a, b) => a.gt(b),
);

function comparison(name: string, table: Kernels): Op<ScalarParams> {
  return { name, args, strided: true, infer: inferBool, forward: launcher(table) };
}

/** input = other. */
export const eq: Op<ScalarParams> = comparison('eq', {
  float32: kernels.eq,
  float64: kernels.eqF64,
  int32: kernels.eqI32,
  uint8: kernels.eqU8,
  bool: kernels.eqU8,
});

/** input ≠ other. */
export const ne: Op<ScalarParams> = comparison('ne', {
  float32: kernels.ne,
  float64: kernels.neF64,
  int32: kernels.neI32,
  uint8: kernels.neU8,
  bool: kernels.neU8,
});

const less: Kernels = { float32: kernels.lt, float64: kernels.ltF64, int32: kernels.ltI32 };
const lessOrEqual: Kernels = { float32: kernels.le, float64: kernels.leF64, int32: kernels.leI32 };

/** The kernels of the comparison with the operands exchanged. */
function exchanged(table: Kernels): Op<ScalarParams>['forward'] {
  return ([y], inputs: Inputs, { scalar }) =>
    launchBinary(table[dtypeOf(inputs)]!, y, [inputs[1] ?? null, inputs[0] ?? null], scalar);
}

/** input < other. */
export const lt: Op<ScalarParams> = comparison('lt', less);

/** input ≤ other. */
export const le: Op<ScalarParams> = comparison('le', lessOrEqual);

/** input > other. */
export const gt: Op<ScalarParams> = { ...comparison('gt', less), forward: exchanged(less) };

/** input ≥ other. */
export const ge: Op<ScalarParams> = { ...comparison('ge', lessOrEqual), forward: exchanged(lessOrEqual) };

function bitwise(name: string, words: Kernel, bytes: Kernel): Op<ScalarParams> {
  return {
    name,
    args,
    strided: true,
    infer: inferSame,
    forward: launcher({ int32: words, uint8: bytes, bool: bytes }),
  };
}

/** Both, bit by bit. */
export const bitwiseAnd: Op<ScalarParams> = bitwise('bitwiseAnd', kernels.bitwiseAndI32, kernels.bitwiseAndU8);

/** Either or both, bit by bit. */
export const bitwiseOr: Op<ScalarParams> = bitwise('bitwiseOr', kernels.bitwiseOrI32, kernels.bitwiseOrU8);

/** Either, not both, bit by bit. */
export const bitwiseXor: Op<ScalarParams> = bitwise('bitwiseXor', kernels.bitwiseXorI32, kernels.bitwiseXorU8);
