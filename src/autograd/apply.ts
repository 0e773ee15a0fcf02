import { isFloat } from '../core/dtypes.js';
import { DTypeError, kindOf } from '../core/errors.js';
import { fillElements, copyElements } from '../ops/launches.js';
import type { Op, OutSpec, Several, ViewOp } from '../ops/op.js';
import { recorder } from '../runtime/recorder.js';
import type { Recorder } from '../runtime/recorder.js';
import { Storage } from '../runtime/storage.js';
import { contiguousStrides } from '../core/shapes.js';
import { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { changeInPlace } from './inplace.js';
import { gradMode } from './mode.js';
import { OpNode, ViewNode } from './op-node.js';
import { allocateTensor } from './variable.js';

type Inputs = readonly (Tensor | null)[];

function wantsGrad(inputs: Inputs): boolean {
  for (const input of inputs) if (input && input.requiresGrad) return true;
  return false;
}

/** A contiguous copy of a tensor's elements, for the time of a launch: the caller releases its storage. */
export function contiguousCopy(x: TensorData): TensorData {
  const storage = new Storage(x.shape, x.dtype);
  const y = new TensorData(storage, x.dtype, x.shape, contiguousStrides(x.shape), 0);
  copyElements(y, x);
  return y;
}

/** Runs an op's kernels into `outs`, with contiguous copies of the inputs where the op wants them. */
function forward<P>(op: Op<P>, outs: readonly TensorData[], inputs: Inputs, params: P): void {
  let operands: readonly (TensorData | null)[] = inputs;
  let copies: TensorData[] | null = null;
  if (!op.strided) {
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i];
      if (!x || x.dense) continue;
      const copy = contiguousCopy(x);
      if (!copies) {
        copies = [];
        operands = [...inputs];
      }
      copies.push(copy);
      (operands as (TensorData | null)[])[i] = copy;
    }
  }
  if (!copies) return op.forward(outs as Several<TensorData>, operands as Several<TensorData>, params);
  try {
    op.forward(outs as Several<TensorData>, operands as Several<TensorData>, params);
  } finally {
    for (const copy of copies) copy.storage.release();
  }
}

/** Records an op on the tape, if one of its inputs wants a gradient. */
function record<P>(
  op: Op<P>,
  inputs: Inputs,
  params: P,
  specs: OutSpec | readonly OutSpec[],
  outs: readonly Tensor[],
): void {
  if (!gradMode.enabled || !op.backward || !wantsGrad(inputs)) return;
  const node = new OpNode(op, params, inputs, specs);
  if (op.savesInputs) for (const i of op.savesInputs) node.saveInput(i, inputs[i] ?? null);
  if (op.savesOutputs) for (const i of op.savesOutputs) node.saveOutput(i, outs[i]!);
  for (let i = 0; i < outs.length; i++) if (isFloat(outs[i]!.dtype)) outs[i]!.setNode(node, i);
}

function check<P>(op: Op<P>, inputs: Inputs): void {
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input === null) continue;
    if (!(input instanceof TensorData)) {
      throw new DTypeError(`${op.name}: ${op.args[i] ?? 'input'} must be a tensor, got ${kindOf(input)}`);
    }
    input.check(op.name);
    if (recorder) watch(recorder, input);
  }
}

/**
 * A recorded step holds as long as what was there before it wants gradients as it did; a view wants them as its base does. A handle that the
 * step itself made on such memory, as rules of second derivatives do, is gone after it and says nothing.
 */
function watch(recording: Recorder, x: Tensor): void {
  if (!gradMode.enabled || x.base || recording.names(x.storage)) return;
  const wanted = x.requiresGrad;
  recording.guard(x, () => x.isDisposed || x.requiresGrad === wanted);
}

function allocate(spec: OutSpec): Tensor {
  const y = allocateTensor(spec.shape, spec.dtype);
  if (spec.zeroed) fillElements(y, 0);
  return y;
}

/**
 * Applies an op of one result: checks, allocates, launches, records.
 *
 * @throws DisposedError where an input was freed, and what the op's `infer` throws
 */
export function apply<P>(op: Op<P>, inputs: Inputs, params: P): Tensor {
  check(op, inputs);
  const spec = op.infer(inputs as Several<Tensor>, params) as OutSpec;
  const y = allocate(spec);
  const outs = [y];
  forward(op, outs, inputs, params);
  record(op, inputs, params, spec, outs);
  return y;
}

/** Applies an op of several results; see `apply`. */
export function applyMany<P>(op: Op<P>, inputs: Inputs, params: P): Tensor[] {
  check(op, inputs);
  const specs = op.infer(inputs as Several<Tensor>, params);
  const outs = (Array.isArray(specs) ? (specs as readonly OutSpec[]) : [specs as OutSpec]).map(allocate);
  forward(op, outs, inputs, params);
  record(op, inputs, params, specs, outs);
  return outs;
}

/** Applies a view: another look at the same memory, on the tape where that wants a gradient. */
export function applyView<P>(op: ViewOp<P>, x: Tensor, params: P): Tensor {
  x.check(op.name);
  if (recorder) watch(recorder, x);
  const { shape, strides, offset } = op.view(x, params);
  const y = x.alias(shape, strides, offset);
  if (gradMode.enabled) {
    y.base = x.base ?? x;
    y.baseSeen = y.base.rebased;
    if (x.requiresGrad && isFloat(x.dtype)) y.setNode(new ViewNode(op, params, x), 0);
  }
  return y;
}

/**
 * Applies an op whose result takes the place of its first input's elements.
 * The op must be strided and must give that input's shape and dtype.
 *
 * @throws WasmgradError where that is a leaf that requires a gradient, or a view of one, and operations are recorded
 */
export function applyInPlace<P>(op: Op<P>, inputs: readonly [Tensor, ...(Tensor | null)[]], params: P): Tensor {
  check(op, inputs);
  return changeInPlace(op, inputs, params, { recorded: gradMode.enabled && wantsGrad(inputs), forward });
}
