import { dtypeBytes } from '../core/dtypes.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import { DisposedError, formatShape } from '../core/errors.js';
import { isContiguous, sizeOf } from '../core/shapes.js';
import { F32, F64, I32, U8 } from './heap.js';
import { notReadable, recorder } from './recorder.js';
import { Scope } from './scope.js';
import type { Storage } from './storage.js';

/** What a tensor that is simply dropped leaves to be freed. */
export interface Holdings {
  storage: Storage;
  /** Frees what the tensor held on the tape. */
  node: { release(): void } | null;
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

function dropped(holdings: Holdings): void {
  if (holdings.storage.alive) live--;
  holdings.node?.release();
  holdings.storage.release();
}

/** A reason for freeing that names no place in the user's code. */
export function reasonForFreeing(message: string): Error {
  return Object.assign(new Error(message), { stack: '' });
}

/** Elements in memory: a storage and the geometry by which a tensor looks at it. */
export class TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** @internal Strides in elements. */
  readonly strides: readonly number[];
  /** @internal Offset of the first element from the start of the storage, in elements. */
  readonly offset: number;
  /** The number of elements. */
  readonly numel: number;
  /** @internal */
  readonly storage: Storage;
  /** @internal The scope that frees it; null where none does. */
  scope: Scope | null;
  #freedAt: Error | null = null;
  #holdings: Holdings | null = null;

  /** @internal Takes over one use of `storage`. */
  constructor(storage: Storage, dtype: DType, shape: readonly number[], strides: readonly number[], offset: number) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.numel = sizeOf(shape);
    this.scope = Scope.current;
    live++;
    if (this.scope) this.scope.add(this);
    else this.#watch();
  }

  /** The number of dims. */
  get ndim(): number {
    return this.shape.length;
  }

  /** True once the tensor was freed; using it throws then. */
  get isDisposed(): boolean {
    return this.#freedAt !== null || !this.storage.alive;
  }

  /**
   * @internal The address of the first element.
   * @throws DisposedError
   */
  get ptr(): number {
    this.check();
    return this.storage.ptr + this.offset * dtypeBytes[this.dtype];
  }

  /** @internal True where elements lie one after the other in row-major order. */
  get dense(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  /**
   * @internal Throws where the tensor was freed.
   * @throws DisposedError
   */
  check(op = 'tensor'): void {
    if (this.#freedAt) {
      const { message, stack = '' } = this.#freedAt;
      const where = stack.split('\n').slice(1).join('\n');
      throw new DisposedError(`${op}: the tensor ${formatShape(this.shape)} was freed\n  ${message}\n${where}`);
    }
    if (!this.storage.alive) {
      throw new DisposedError(`${op}: the tensor ${formatShape(this.shape)} was freed by shutdown()`);
    }
  }

  /** @internal What holds it on the tape has changed. */
  protected tapeNode(): { release(): void } | null {
    return null;
  }

  /** @internal Tells the finalizer that what the tensor holds on the tape has changed. */
  protected updateHoldings(): void {
    if (this.#holdings) this.#holdings.node = this.tapeNode();
  }

  /** @internal Frees the tensor; `freedAt` was made where that was asked for. */
  free(freedAt: Error): void {
    if (this.#freedAt) return;
    this.#freedAt = freedAt;
    if (this.#holdings) {
      registry!.unregister(this);
      this.#holdings = null;
    }
    if (this.storage.alive) live--;
    this.tapeNode()?.release();
    this.storage.release();
  }

  /** @internal Moves the tensor to a scope; without one it lives until it is disposed of or dropped. */
  moveTo(scope: Scope | null): void {
    if (this.scope === scope) return;
    this.scope = scope;
    if (scope) {
      scope.add(this);
      if (this.#holdings) {
        registry!.unregister(this);
        this.#holdings = null;
      }
    } else {
      this.#watch();
    }
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
    if (this.#holdings) this.#holdings.storage = storage;
  }

  #watch(): void {
    if (this.#holdings) return;
    registry ??= new FinalizationRegistry(dropped);
    this.#holdings = { storage: this.storage, node: this.tapeNode() };
    registry.register(this, this.#holdings, this);
  }
}

/**
 * The part of the memory that holds a contiguous tensor's elements; it is valid until the next allocation.
 *
 * @throws WasmgradError for a value of a step that is being recorded
 */
export function elements(x: TensorData): TypedArray {
  if (recorder?.names(x.storage)) throw notReadable('an operation');
  const from = x.ptr / dtypeBytes[x.dtype];
  const to = from + x.numel;
  if (x.dtype === 'float32') return F32.subarray(from, to);
  if (x.dtype === 'float64') return F64.subarray(from, to);
  if (x.dtype === 'int32') return I32.subarray(from, to);
  return U8.subarray(from, to);
}
