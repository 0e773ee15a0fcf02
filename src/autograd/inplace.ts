import { ShapeError, DTypeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import type { Gradients, Op, OutSpec, Several } from '../ops/op.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { gradMode } from './mode.js';
import { Node } from './node.js';
import { OpNode, ViewNode } from './op-node.js';
import { asStrided } from '../ops/view.js';
import { setRebase } from './variable.js';
import type { Variable } from './variable.js';

type Inputs = readonly (Tensor | null)[];

interface Pass {
  /** Whether the tape takes part. */
  readonly recorded: boolean;
  readonly forward: <P>(op: Op<P>, outs: readonly TensorData[], inputs: Inputs, params: P) => void;
}

/** The geometry of a view in its base, which is contiguous and starts where the storage does. */
interface Place {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Runs an op into the memory of its first input and gives that its new place on the tape. */
export function changeInPlace<P>(op: Op<P>, inputs: readonly [Tensor, ...Inputs], params: P, pass: Pass): Tensor {
  const target = inputs[0];
  const spec = op.infer(inputs as Several<Tensor>, params) as OutSpec;
  if (!sameShape(spec.shape, target.shape)) {
    fail(ShapeError, `${op.name}_`, `the result ${formatShape(spec.shape)} does not fit in place`, ['input'], [target]);
  }
  if (spec.dtype !== target.dtype) {
    fail(DTypeError, `${op.name}_`, `the result is ${spec.dtype}, which does not fit in place`, ['input'], [target]);
  }
  if (gradMode.enabled && target.requiresGrad) checkNotLeaf(op.name, target);
  if (target.strides.includes(0) && !overwriting.has(op.name)) checkNotExpanded(op.name, target);
  const overlaps = (x: Tensor | null): boolean => x !== null && x.storage === target.storage && !samePlace(x, target);
  const operands = inputs.map((x) => (overlaps(x) ? x!.clone() : x));
  const node = pass.recorded && op.backward ? recordBefore(op, target, operands, params) : null;
  pass.forward(op, [target], operands, params);
  target.storage.version++;
  if (node) {
    if (op.savesOutputs) for (const i of op.savesOutputs) node.saveOutput(i, target);
    place(target, node);
  }
  return target;
}

/** Makes the op's node. Inputs that the change overwrites and backward reads are saved as copies. */
function recordBefore<P>(op: Op<P>, target: Tensor, inputs: Inputs, params: P): OpNode<P> {
  const node = new OpNode(op, params, inputs, { shape: target.shape, dtype: target.dtype });
  for (const i of op.savesInputs ?? []) {
    const x = inputs[i];
    if (!x) continue;
    node.saveInput(i, x.storage === target.storage ? x.detach().clone() : x);
  }
  return node;
}

function samePlace(a: Place, b: Place): boolean {
  return a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides);
}

/** What may write an element more than once. */
const overwriting: ReadonlySet<string> = new Set(['fill', 'indexPut', 'maskedFill']);

function checkNotExpanded(op: string, { shape, strides, numel }: Variable): void {
  if (numel === 0 || !shape.some((size, d) => size > 1 && strides[d] === 0)) return;
  throw new WasmgradError(
    `${op}_: several elements of the tensor ${formatShape(shape)} lie at one place in memory (clone() it first)`,
  );
}

function checkNotLeaf(op: string, target: Variable): void {
  const leaf = target.isLeaf ? target : target.base?.isLeaf && target.base.requiresGrad ? target.base : null;
  if (!leaf) return;
  const what = leaf === target ? 'a leaf that requires a gradient' : 'a view of a leaf that requires a gradient';
  throw new WasmgradError(`${op}_: ${what} cannot be changed in place (do it in noGrad())`);
}

/** Puts the changed tensor on the tape; the change of a view is a change of its base. */
function place(target: Tensor, node: Node): void {
  const { base } = target;
  if (!base) {
    target.setNode(node, 0);
    target.rebased++;
    return;
  }
  const slices = new CopySlices(base, node, placeIn(base, target));
  base.setNode(slices, 0);
  base.rebased++;
  target.setNode(throughBase(base, target), 0);
}

/** A view's place on the tape, found anew through its base. */
function throughBase(base: Variable, view: Place): Node {
  return new ViewNode(asStrided, placeIn(base, view), base);
}

/** The geometry of a view as it lies in a contiguous tensor of the base's shape, such as the base's gradient. */
function placeIn(base: Variable, view: Place): Place {
  if (!base.dense) {
    throw new WasmgradError(
      'backward: a view of a tensor that is not contiguous was changed in place (use contiguous() first)',
    );
  }
  return { shape: view.shape, strides: view.strides, offset: view.offset - base.offset };
}

/** The step of a base of which a part was changed by `inner`: the gradient of that part goes through `inner`, the rest passes by. */
class CopySlices extends Node {
  readonly #inner: Node;
  readonly #place: Place;

  constructor(base: Variable, inner: Node, at: Place) {
    super(1);
    this.link(base);
    this.#inner = inner;
    inner.retain();
    // The first input of `inner` is the old view, whose gradient this node hands to the base itself.
    for (let i = 1; i < inner.next.length; i++) this.linkTo(inner.next[i] ?? null, inner.nextIndex(i));
    this.#place = at;
  }

  override get name(): string {
    return 'copySlices';
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    const { shape, strides, offset } = this.#place;
    const dx = dys[0]!.clone();
    const part = dx.asStrided(shape, strides, offset);
    const grads = this.#inner.backward([part.clone()]);
    const first = grads[0] ?? null;
    if (first) part.copy_(first);
    else part.zero_();
    return [dx, ...grads.slice(1)];
  }

  override freeSaved(): void {
    this.#inner.freeSaved();
  }
}

setRebase((view) => throughBase(view.base!, view));
