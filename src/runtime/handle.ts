import type { DType } from '../core/dtypes.js';
import { DisposedError, formatShape } from '../core/errors.js';
import { Scope } from './scope.js';
import type { Storage } from './storage.js';
import { TensorData } from './tensor-data.js';

/** What a tensor that is simply dropped leaves to be freed; no storage once the tensor is somebody else's to free. */
export interface Holdings {
  storage: Storage | null;
  /** What the tensor held on the tape. */
  node: { release(): void } | null;
  /** A gradient that nobody else has seen. */
  grad: TensorHandle | null;
}

let live = 0;
let registry: FinalizationRegistry<Holdings> | null = null;

/** The number of tensors alive. */
export function liveTensors(): number {
  return live;
}

/** Forgets all tensors (at shutdown). */
export function resetLiveTensors(): void {
  live = 0;
}

const DROPPED = new Error('dropped');

function dropped({ storage, node, grad }: Holdings): void {
  if (!storage) return;
  if (storage.alive) live--;
  node?.release();
  storage.release();
  grad?.free(DROPPED);
}

/** Elements that somebody frees: a scope, or the finalizer, or who took the tensor from both. */
export class TensorHandle extends TensorData {
  /** @internal The scope that frees it; null where none does. */
  scope: Scope | null = null;
  /** @internal Its neighbours in the list of the scope. */
  older: TensorHandle | null = null;
  /** @internal */
  newer: TensorHandle | null = null;
  /** @internal What the finalizer knows: the engine is told of a tensor at most once. */
  protected holdings: Holdings | null = null;
  #freedAt: Error | null = null;

  /** @internal Takes over one use of `storage`. */
  constructor(storage: Storage, dtype: DType, shape: readonly number[], strides: readonly number[], offset: number) {
    super(storage, dtype, shape, strides, offset);
    live++;
    if (Scope.current) Scope.current.add(this);
    else this.#watch();
  }

  /** True once the tensor was freed; using it throws then. */
  get isDisposed(): boolean {
    return this.#freedAt !== null || !this.storage.alive;
  }

  /**
   * @internal Throws where the tensor was freed.
   * @throws DisposedError
   */
  override check(op = 'tensor'): void {
    if (this.#freedAt) {
      const { message, stack = '' } = this.#freedAt;
      const where = stack.split('\n').slice(1).join('\n');
      throw new DisposedError(`${op}: the tensor ${formatShape(this.shape)} was freed\n  ${message}\n${where}`);
    }
    super.check(op);
  }

  /** @internal What it holds beside its storage. */
  protected hold(_holdings: Holdings): void {}

  /** @internal Tells the finalizer that what the tensor holds has changed. */
  protected updateHoldings(): void {
    if (this.holdings?.storage) this.hold(this.holdings);
  }

  /** @internal Frees the tensor; `freedAt` was made where that was asked for. */
  free(freedAt: Error): void {
    if (this.#freedAt) return;
    this.leave();
    this.#freedAt = freedAt;
    if (this.storage.alive) live--;
    this.storage.release();
  }

  /** @internal Takes the tensor from its scope or the finalizer: the caller frees it. */
  leave(): void {
    if (this.scope) this.scope.remove(this);
    else if (this.holdings) this.holdings.storage = this.holdings.node = this.holdings.grad = null;
  }

  /** @internal Moves the tensor to a scope; without one it lives until it is disposed of or dropped. */
  moveTo(scope: Scope | null): void {
    if (scope && this.scope === scope) return;
    this.leave();
    if (scope) return scope.add(this);
    this.#watch();
    this.updateHoldings();
  }

  /**
   * @internal Takes the elements of `other`, which has the same shape, in the place of its own; both look at them then. What the tape
   * saved of the tensor before counts as changed.
   */
  protected adopt(other: TensorData): void {
    this.check();
    const { storage, dtype, strides, offset } = other;
    storage.retain();
    this.storage.version++;
    this.storage.release();
    Object.assign(this, { storage, dtype, strides, offset });
    if (this.holdings?.storage) this.holdings.storage = storage;
  }

  #watch(): void {
    if (!this.holdings) {
      registry ??= new FinalizationRegistry(dropped);
      this.holdings = { storage: null, node: null, grad: null };
      registry.register(this, this.holdings);
    }
    this.holdings.storage = this.storage;
  }
}
