import { isFloat } from '../core/dtypes.js';
import { Table } from '../ops/table.js';
import { F64 } from '../runtime/heap.js';
import { once, prepare } from '../runtime/recorder.js';
import { full } from '../tensor/creation.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions, ParamGroup } from './optimizer.js';

/**
 * Numbers that kernels read, by what they belong to: the options of a group, the counter of a parameter. They lie in memory, not in
 * the arguments of a launch, so that a captured step can be replayed.
 */
export class Words<Owner extends object> {
  readonly #size: number;
  readonly #words = new WeakMap<Owner, Tensor>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The address of the numbers of `owner`; zeros at first. */
  of(owner: Owner): number {
    let words = this.#words.get(owner);
    if (!words || words.isDisposed) {
      words = once(() => full([this.#size], 0, { dtype: 'float64' }).keep());
      this.#words.set(owner, words);
    }
    return words.ptr;
  }
}

/** A zero tensor like `param` that outlives scopes. */
export function stateLike(param: Tensor): Tensor {
  return once(() => full(param.shape, 0, { dtype: isFloat(param.dtype) ? param.dtype : 'float32' }).keep());
}

/** What a kernel needs of a parameter besides itself and its gradient. */
export type StatePointers = [number, number, number, number];

/** An optimizer with kernels that step all parameters of a group in one launch. */
export abstract class FusedOptimizer<O extends OptimizerOptions> extends Optimizer<O> {
  readonly #hyper = new Words<ParamGroup<O>>(8);
  readonly #narrow = new Table();
  readonly #wide = new Table();
  readonly #pointers: StatePointers = [0, 0, 0, 0];

  /** What kernels read of a group's options. */
  protected abstract hyper(group: ParamGroup<O>): readonly (number | boolean)[];

  /** Writes the addresses of a parameter's state, which it makes where there is none. */
  protected abstract point(pointers: StatePointers, param: Tensor, group: ParamGroup<O>): void;

  /** Steps the parameters of a table. */
  protected abstract launch(hyper: number, table: Table, wide: boolean, group: ParamGroup<O>): void;

  /** Writes at each step what may have changed to where kernels read it, and answers the address. */
  protected writeHyper(group: ParamGroup<O>): number {
    const ptr = this.#hyper.of(group);
    prepare(group, () => {
      const values = this.hyper(group);
      for (let i = 0; i < values.length; i++) F64[(ptr >> 3) + i] = Number(values[i]);
    });
    return ptr;
  }

  protected override update(group: ParamGroup<O>): void {
    const dense = group.params.every((param) => param.dense && (param.ownGrad?.dense ?? true));
    if (dense) this.#stepAll(group);
    else scope(() => this.#stepAll(group));
  }

  /** Steps in place; what is not dense goes through copies, which are temporary. */
  #stepAll(group: ParamGroup<O>): void {
    const hyper = this.writeHyper(group);
    const pointers = this.#pointers;
    let copies: [Tensor, Tensor][] | null = null;
    this.#narrow.clear();
    this.#wide.clear();
    for (const param of group.params) {
      const grad = param.ownGrad;
      if (!grad) continue;
      this.point(pointers, param, group);
      let x = param;
      if (param.dense) {
        param.storage.version++;
      } else {
        x = param.contiguous();
        (copies ??= []).push([param, x]);
      }
      const wide = param.dtype === 'float64';
      const table = wide ? this.#wide : this.#narrow;
      const dx = grad.dense ? grad : grad.contiguous();
      table.add(x.numel, x.ptr, dx.ptr, pointers[0], pointers[1], pointers[2], pointers[3]);
      if (table.full) this.#run(hyper, table, wide, group);
    }
    this.#run(hyper, this.#narrow, false, group);
    this.#run(hyper, this.#wide, true, group);
    if (copies) for (const [param, x] of copies) param.copy_(x);
  }

  #run(hyper: number, table: Table, wide: boolean, group: ParamGroup<O>): void {
    if (table.chunks > 0) this.launch(hyper, table, wide, group);
    table.clear();
  }
}
