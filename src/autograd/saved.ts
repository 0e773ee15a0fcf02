import type { DType } from '../core/dtypes.js';
import { WasmgradError, formatShape } from '../core/errors.js';
import type { Storage } from '../runtime/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { gradMode } from './mode.js';
import type { Node } from './node.js';
import { createTensor } from './variable.js';
import type { Variable } from './variable.js';

/** A tensor kept for backward: its memory, its geometry, and the version it had. */
export class Saved {
  readonly #storage: Storage;
  readonly #version: number;
  readonly #dtype: DType;
  readonly #shape: readonly number[];
  readonly #strides: readonly number[];
  readonly #offset: number;

  constructor(x: Variable) {
    this.#storage = x.storage;
    this.#storage.retain();
    this.#version = x.storage.version;
    this.#dtype = x.dtype;
    this.#shape = x.shape;
    this.#strides = x.strides;
    this.#offset = x.offset;
  }

  /** The tensor, joined to the tape at result `index` of `node` where backward itself is recorded. */
  unpack(op: string, node: Node | null, index: number): Tensor {
    if (this.#storage.version !== this.#version) {
      throw new WasmgradError(
        `backward: a tensor ${formatShape(this.#shape)} that the gradient of ${op} needs was changed in place since ` +
          `(it is at version ${this.#storage.version}, version ${this.#version} was expected)`,
      );
    }
    this.#storage.retain();
    const x = createTensor(this.#storage, this.#dtype, this.#shape, this.#strides, this.#offset);
    if (node && gradMode.enabled) x.setNode(node, index);
    return x;
  }

  free(): void {
    this.#storage.release();
  }
}
