import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { full } from '../ops/full.js';
import type { BackwardContext, Gradients, Op, OutSpec, Several, ViewOp } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import { apply, applyMany } from './apply.js';
import { Node } from './node.js';
import { Saved } from './saved.js';
import type { Variable } from './variable.js';

/** What nodes of op records and of views have in common: the context that their rules see. */
abstract class RuleNode<P> extends Node implements BackwardContext<P> {
  readonly params: P;
  /** By input; null for one that is absent. */
  readonly #shapes: (readonly number[] | null)[] = [];
  readonly #dtypes: (DType | null)[] = [];
  #needs: boolean[] | null = null;

  constructor(outputs: number, params: P, inputs: readonly (Variable | null)[]) {
    super(outputs);
    this.params = params;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!;
      this.link(input);
      // Not the inputs themselves: a tensor on the tape must not be kept alive by it.
      this.#shapes.push(input && input.shape);
      this.#dtypes.push(input && input.dtype);
    }
  }

  get needs(): readonly boolean[] {
    return (this.#needs ??= this.next.map((next) => next !== null));
  }

  has(i: number): boolean {
    return Boolean(this.#shapes[i]);
  }

  shape(i: number): readonly number[] {
    return this.#shapes[i]!;
  }

  dtype(i: number): DType {
    return this.#dtypes[i]!;
  }

  abstract input(i: number): Tensor;

  abstract output(i: number): Tensor;

  apply<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor {
    return apply(op, inputs, params);
  }

  applyMany<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor[] {
    return applyMany(op, inputs, params);
  }
}

/** The tape's record of an op. */
export class OpNode<P> extends RuleNode<P> {
  readonly #op: Op<P>;
  readonly #results: OutSpec | readonly OutSpec[];
  /** By input, then by result. */
  #saved: (Saved | undefined)[] | null = [];

  constructor(op: Op<P>, params: P, inputs: readonly (Variable | null)[], results: OutSpec | readonly OutSpec[]) {
    super(Array.isArray(results) ? results.length : 1, params, inputs);
    this.#op = op;
    this.#results = results;
  }

  override get name(): string {
    return this.#op.name;
  }

  saveInput(i: number, x: Variable | null): void {
    if (x) this.#saved![i] = new Saved(x);
  }

  saveOutput(i: number, y: Variable): void {
    this.#saved![this.next.length + i] = new Saved(y);
  }

  override freeSaved(): void {
    const saved = this.#saved;
    this.#saved = null;
    if (saved) for (let i = 0; i < saved.length; i++) saved[i]?.free();
  }

  override input(i: number): Tensor {
    return this.#saved![i]!.unpack(this.name, this.next[i] ?? null, this.nextIndex(i));
  }

  override output(i: number): Tensor {
    return this.#saved![this.next.length + i]!.unpack(this.name, this, i);
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    if (!this.#saved) {
      throw new WasmgradError(
        `backward: the graph of ${this.name} was freed by an earlier backward (pass { retainGraph: true } to the first one)`,
      );
    }
    const rule = this.#op.backward!;
    // A rule names the gradients that it reads.
    const read = Math.min(rule.length - 1, this.outputs);
    const [dy] = dys;
    if (read <= 1 && dy) return (rule as (ctx: BackwardContext<P>, dy: Tensor) => Gradients)(this, dy);
    const specs = [this.#results].flat() as OutSpec[];
    const given = specs.slice(0, read).map((spec, i) => dys[i] ?? (isFloat(spec.dtype) ? zeros(spec) : null));
    return rule(this, ...(given as unknown as Several<Tensor>));
  }
}

/** The name of the method that asked for a view, where its params tell. */
function calledBy(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('name' in params)) return null;
  return typeof params.name === 'string' ? params.name : null;
}

/** The tape's record of a view, whose rule reads no elements. */
export class ViewNode<P> extends RuleNode<P> {
  readonly #op: ViewOp<P>;

  constructor(op: ViewOp<P>, params: P, x: Variable) {
    super(1, params, [x]);
    this.#op = op;
  }

  override get name(): string {
    return calledBy(this.params) ?? this.#op.name;
  }

  override input(): never {
    throw new WasmgradError(`${this.name}: a view saves nothing`);
  }

  override output(): never {
    return this.input();
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    return this.#op.backward(this, dys[0]!);
  }
}

/** The gradient of a result that nobody has used. */
export function zeros({ shape, dtype }: OutSpec): Tensor {
  return apply(full, [], { shape, dtype, value: 0 });
}
