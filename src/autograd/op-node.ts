import type { DType } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { full } from '../ops/full.js';
import type { BackwardContext, Gradients, Op, Several, ViewOp } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import { apply, applyMany } from './apply.js';
import { Node } from './node.js';
import { Saved } from './saved.js';
import type { Variable } from './variable.js';

interface Known {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What nodes of op records and of views have in common: the context that their rules see. */
abstract class RuleNode<P> extends Node implements BackwardContext<P> {
  override readonly name: string;
  readonly params: P;
  readonly needs: boolean[] = [];
  readonly #inputs: (Known | null)[] = [];
  #savedInputs: (Saved | undefined)[] | null = [];
  #savedOutputs: (Saved | undefined)[] | null = [];

  constructor(name: string, params: P, inputs: readonly (Variable | null)[]) {
    super();
    this.name = name;
    this.params = params;
    for (const input of inputs) {
      this.link(input);
      this.needs.push(this.next[this.next.length - 1] !== null);
      this.#inputs.push(input && { shape: input.shape, dtype: input.dtype });
    }
  }

  saveInput(i: number, x: Variable | null): void {
    if (x) this.#savedInputs![i] = new Saved(x);
  }

  saveOutput(i: number, y: Variable): void {
    this.#savedOutputs![i] = new Saved(y);
  }

  override freeSaved(): void {
    this.#savedInputs?.forEach((saved) => saved?.free());
    this.#savedOutputs?.forEach((saved) => saved?.free());
    this.#savedInputs = this.#savedOutputs = null;
  }

  protected checkNotFreed(): void {
    if (this.#savedInputs) return;
    throw new WasmgradError(
      `backward: the graph of ${this.name} was freed by an earlier backward (pass { retainGraph: true } to the first one)`,
    );
  }

  input(i: number): Tensor {
    return this.#savedInputs![i]!.unpack(this.name, this.next[i] ?? null, this.nextIndex[i]!);
  }

  output(i: number): Tensor {
    return this.#savedOutputs![i]!.unpack(this.name, this, i);
  }

  has(i: number): boolean {
    return Boolean(this.#inputs[i]);
  }

  shape(i: number): readonly number[] {
    return this.#inputs[i]!.shape;
  }

  dtype(i: number): DType {
    return this.#inputs[i]!.dtype;
  }

  apply<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor {
    return apply(op, inputs, params);
  }

  applyMany<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor[] {
    return applyMany(op, inputs, params);
  }
}

/** The tape's record of an op. */
export class OpNode<P> extends RuleNode<P> {
  override readonly outputs: number;
  readonly #op: Op<P>;
  readonly #results: readonly Known[];

  constructor(op: Op<P>, params: P, inputs: readonly (Variable | null)[], results: readonly Known[]) {
    super(op.name, params, inputs);
    this.#op = op;
    // Not the results themselves: a tensor on the tape must not be kept alive by it.
    this.#results = results.map(({ shape, dtype }) => ({ shape, dtype }));
    this.outputs = results.length;
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    this.checkNotFreed();
    const given = this.#results.map((known, i) => dys[i] ?? zeros(known));
    return this.#op.backward!(this, ...(given as unknown as Several<Tensor>));
  }
}

/** The name of the method that asked for a view, where its params tell. */
function calledBy(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('name' in params)) return null;
  return typeof params.name === 'string' ? params.name : null;
}

/** The tape's record of a view. */
export class ViewNode<P> extends RuleNode<P> {
  override readonly outputs = 1;
  readonly #op: ViewOp<P>;

  constructor(op: ViewOp<P>, params: P, x: Variable) {
    super(calledBy(params) ?? op.name, params, [x]);
    this.#op = op;
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    return this.#op.backward(this, dys[0]!);
  }
}

function zeros(known: Known): Tensor {
  return apply(full, [], { shape: known.shape, dtype: known.dtype, value: 0 });
}
