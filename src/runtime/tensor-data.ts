import { dtypeBytes } from '../core/dtypes.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import { DisposedError, formatShape } from '../core/errors.js';
import { isContiguous, sizeOf } from '../core/shapes.js';
import { F32, F64, I32, U8 } from './heap.js';
import { recorder } from './recorder.js';
import type { Storage } from './storage.js';

/** Elements in memory: a storage and the geometry by which they are looked at. */
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

  /** @internal Takes over one use of `storage`. */
  constructor(storage: Storage, dtype: DType, shape: readonly number[], strides: readonly number[], offset: number) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.numel = sizeOf(shape);
  }

  /** The number of dims. */
  get ndim(): number {
    return this.shape.length;
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
   * @internal Throws where the memory is gone.
   * @throws DisposedError
   */
  check(op = 'tensor'): void {
    if (this.storage.alive) return;
    throw new DisposedError(`${op}: the tensor ${formatShape(this.shape)} was freed by shutdown()`);
  }
}

/**
 * The part of the memory that holds a contiguous tensor's elements; it is valid until the next allocation.
 *
 * @throws WasmgradError for a value of a step that is being recorded
 */
export function elements(x: TensorData): TypedArray {
  if (recorder?.names(x.storage)) throw recorder.notReadable('an operation');
  const from = x.ptr / dtypeBytes[x.dtype];
  const to = from + x.numel;
  if (x.dtype === 'float32') return F32.subarray(from, to);
  if (x.dtype === 'float64') return F64.subarray(from, to);
  if (x.dtype === 'int32') return I32.subarray(from, to);
  return U8.subarray(from, to);
}
