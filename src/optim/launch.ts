import { isFloat } from '../core/dtypes.js';
import { once, prepare } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';

/** Elements that make a slice worth a thread. */
export const STEP_GRAIN = 8192;

/**
 * Numbers that kernels read, by what they belong to: the options of a group, the counters of a parameter. They lie in memory, not in
 * the arguments of a launch, so that a captured step can be replayed.
 */
export class Words<Owner extends object> {
  readonly #size: number;
  readonly #words = new WeakMap<Owner, Tensor>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The numbers of `owner`; zeros at first. */
  of(owner: Owner): Tensor {
    let words = this.#words.get(owner);
    if (!words || words.isDisposed) {
      words = once(() => full([this.#size], 0, { dtype: 'float64' }).keep());
      this.#words.set(owner, words);
    }
    return words;
  }

  /** The address of the numbers of `owner`, set to `values` at each step. */
  write(owner: Owner, values: () => readonly (number | boolean)[]): number {
    const words = this.of(owner);
    prepare(owner, () => {
      const at = elements(words);
      for (const [i, value] of values().entries()) at[i] = Number(value);
    });
    return words.ptr;
  }
}

/** Runs `launch` on a parameter and its gradient, both contiguous: through a copy where the parameter is not. */
export function stepInPlace(param: Tensor, dx: Tensor, launch: (x: Tensor, dx: Tensor) => void): void {
  const x = param.isContiguous() ? param : param.contiguous();
  launch(x, dx.contiguous());
  if (x !== param) param.copy_(x);
  else param.storage.version++;
}

/** A zero tensor like `param` that outlives scopes. */
export function stateLike(param: Tensor): Tensor {
  return once(() => full(param.shape, 0, { dtype: isFloat(param.dtype) ? param.dtype : 'float32' }).keep());
}
