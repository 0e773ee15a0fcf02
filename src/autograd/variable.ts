import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { contiguousStrides, sameShape } from '../core/shapes.js';
import { recorder } from '../runtime/recorder.js';
import { Scope } from '../runtime/scope.js';
import { reasonForFreeing } from '../runtime/freed-at.js';
import { TensorHandle } from '../runtime/handle.js';
import type { Holdings } from '../runtime/handle.js';
import { Storage } from '../runtime/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { AccumulateNode } from './node.js';
import type { Hook, Node } from './node.js';

type TensorClass = new (
  storage: Storage,
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
) => Tensor;

let tensorClass: TensorClass | null = null;
let rebase: ((view: Variable) => Node) | null = null;

/** Tells the tape which class its results are of: the facade, which lies to the right of it. */
export function setTensorClass(facade: TensorClass): void {
  tensorClass = facade;
}

/** Tells variables how a view finds its place on the tape after its base was changed in place (autograd/inplace.ts). */
export function setRebase(fn: (view: Variable) => Node): void {
  rebase = fn;
}

/** A tensor on a storage of which it takes over one use. */
export function createTensor(
  storage: Storage,
  dtype: DType,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Tensor {
  return new tensorClass!(storage, dtype, shape, strides, offset);
}

/** A new contiguous tensor whose elements are undefined. */
export function allocateTensor(shape: readonly number[], dtype: DType): Tensor {
  return createTensor(new Storage(shape, dtype), dtype, shape, contiguousStrides(shape), 0);
}

const REPLACED = reasonForFreeing('freed when the gradient was replaced (zeroGrad or the next backward)');

/** A tensor as the tape sees it: elements, and where they come from. */
export class Variable extends TensorHandle {
  /** @internal The step that made it; null for a leaf. */
  node: Node | null = null;
  /** @internal Which of the results of `node` it is. */
  nodeIndex = 0;
  /** @internal The tensor of which this one is a differentiable view; null where it is none. */
  base: Variable | null = null;
  /** @internal How often the place of this tensor on the tape was changed by in-place operations. */
  rebased = 0;
  /** @internal The value of the base's `rebased` for which `node` holds. */
  baseSeen = 0;
  #requiresGrad = false;
  #grad: Tensor | null = null;
  /** True once `grad` was handed out, or put in from outside. */
  #gradShown = false;
  #accumulate: AccumulateNode | null = null;

  /** Tells whether operations on it are recorded. Settable on leaves, as in PyTorch. */
  get requiresGrad(): boolean {
    return this.#requiresGrad || this.node !== null || (this.base !== null && this.base.requiresGrad && this.stale);
  }
  set requiresGrad(value: boolean) {
    if (this.node) {
      if (value) return;
      throw new WasmgradError('requiresGrad: only leaves can change it (use detach())');
    }
    if (value && !isFloat(this.dtype)) {
      throw new DTypeError(`requiresGrad: only floating point tensors can require gradients, got ${this.dtype}`);
    }
    this.#requiresGrad = value;
  }

  /** True for a tensor that no recorded operation made. */
  get isLeaf(): boolean {
    return this.node === null && !(this.stale && this.base!.requiresGrad);
  }

  /** The gradient that backward has added up; null before. It has the tensor's shape and dtype. */
  get grad(): Tensor | null {
    // From here on others may hold it: it is no longer freed the moment it is replaced.
    if (recorder) recorder.gradient(this, this.#grad ? this.#grad.storage : null);
    if (this.#grad && !this.#gradShown) {
      this.#gradShown = true;
      if (!this.#grad.isDisposed) this.#grad.moveTo(this.scope);
      this.updateHoldings();
    }
    return this.#grad;
  }
  set grad(value: Tensor | null) {
    value?.check('grad');
    if (value !== this.#grad) this.#replaceGrad(value, true);
  }

  /** @internal The gradient, read by the library itself, which does not hold on to it. */
  get ownGrad(): Tensor | null {
    if (recorder) recorder.gradient(this, this.#grad ? this.#grad.storage : null);
    return this.#grad;
  }
  set ownGrad(value: Tensor | null) {
    this.#replaceGrad(value, false);
  }

  #replaceGrad(value: Tensor | null, shown: boolean): void {
    if (value) this.#checkGrad(value);
    if (recorder) recorder.gradient(this, undefined);
    const before = this.#grad;
    const beforeShown = this.#gradShown;
    this.#grad = value;
    this.#gradShown = value !== null && shown;
    if (this.#holdsGrad) value!.leave();
    else value?.moveTo(this.scope);
    this.updateHoldings();
    if (!before || before === value) return;
    if (beforeShown) before.moveTo(Scope.current);
    else before.free(REPLACED);
  }

  #checkGrad({ dtype, shape }: Tensor): void {
    if (dtype === this.dtype && sameShape(shape, this.shape)) return;
    throw new ShapeError(
      `grad: must be ${this.dtype} ${formatShape(this.shape)} as the tensor, got ${dtype} ${formatShape(shape)}`,
    );
  }

  /** Whether the gradient ends with this tensor. One that is on the tape may refer to this tensor: the finalizer must not hold it. */
  get #holdsGrad(): boolean {
    return this.#grad !== null && !this.#gradShown && this.#grad.node === null;
  }

  /** @internal True where the base was changed in place since the view found its place on the tape. */
  get stale(): boolean {
    return this.base !== null && this.base.rebased !== this.baseSeen;
  }

  /** @internal The node that takes its gradient. */
  edge(): Node {
    if (this.stale && this.base!.requiresGrad) this.setNode(rebase!(this), 0);
    return this.node ?? (this.#accumulate ??= new AccumulateNode(this));
  }

  /** @internal Which result of `edge()` it is. */
  get edgeIndex(): number {
    return this.node ? this.nodeIndex : 0;
  }

  /** @internal Puts it on the tape as result `index` of `node`. */
  setNode(node: Node | null, index: number): void {
    node?.retain();
    const before = this.node;
    this.node = node;
    this.nodeIndex = index;
    this.baseSeen = this.base ? this.base.rebased : 0;
    before?.release();
    this.updateHoldings();
  }

  protected override hold(holdings: Holdings): void {
    holdings.node = this.node;
    holdings.grad = this.#holdsGrad ? this.#grad : null;
  }

  /** @internal */
  override free(freedAt: Error): void {
    if (this.isDisposed) return;
    super.free(freedAt);
    this.node?.release();
    this.node = null;
    this.base = null;
    const grad = this.#grad;
    this.#grad = null;
    if (grad && !this.#gradShown) grad.free(freedAt);
  }

  /** @internal Calls `hook` with its gradient when that is complete. */
  addHook(hook: Hook): { remove(): void } {
    if (!this.requiresGrad) {
      throw new WasmgradError("registerHook: the tensor doesn't require a gradient, so no hook would be called");
    }
    const node = this.edge();
    const index = this.edgeIndex;
    node.hooks ??= new Map();
    const hooks = node.hooks.get(index) ?? new Set<Hook>();
    node.hooks.set(index, hooks.add(hook));
    return { remove: () => void hooks.delete(hook) };
  }

  /** @internal Another tensor on the same memory, at another place on the tape or none. */
  alias(
    shape: readonly number[] = this.shape,
    strides: readonly number[] = this.strides,
    offset: number = this.offset,
  ): Tensor {
    this.check();
    this.storage.retain();
    return createTensor(this.storage, this.dtype, shape, strides, offset);
  }
}
