import { isFloat } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { full } from '../ops/full.js';
import type { Gradients, Spec } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import { apply } from './apply.js';
import { gradMode, noGrad } from './mode.js';
import { Node } from './node.js';
import { Saved } from './saved.js';
import { Variable } from './variable.js';

/** What `forward` leaves for `backward`. Further properties may be set on it. */
export class FunctionContext {
  /** Which inputs want a gradient (false for inputs that are no tensors). */
  needsInputGrad: boolean[] = [];
  #kept: Tensor[] = [];
  #saved: { saved: Saved; node: Node | null; index: number }[] = [];
  #freed = false;
  readonly #marked = new Set<Tensor>();
  [name: string]: unknown;

  /** Keeps tensors for `backward`, which finds them in `savedTensors`. Inputs and results are saved this way. */
  saveForBackward(...tensors: Tensor[]): void {
    this.#kept = tensors;
  }

  /** The tensors given to `saveForBackward`. */
  get savedTensors(): Tensor[] {
    if (this.#freed) {
      throw new WasmgradError(
        'backward: the graph of a Function was freed by an earlier backward (pass { retainGraph: true } to the first one)',
      );
    }
    return this.#saved.map(({ saved, node, index }) => saved.unpack('Function', node, index));
  }

  /** Says that results need no gradient. */
  markNonDifferentiable(...tensors: Tensor[]): void {
    for (const tensor of tensors) this.#marked.add(tensor);
  }

  /** @internal */
  differentiable(y: Tensor): boolean {
    return !this.#marked.has(y);
  }

  /** @internal Saves what was kept; results are on the tape at `node`. */
  pack(): void {
    this.#saved = this.#kept.map((x) => {
      const node = x.requiresGrad ? x.edge() : null;
      return { saved: new Saved(x), node, index: x.edgeIndex };
    });
    this.#kept = [];
  }

  /** @internal */
  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    for (const { saved } of this.#saved) saved.free();
    this.#saved = [];
  }
}

/** A class with static `forward` and `backward`. */
interface FunctionClass {
  forward(ctx: FunctionContext, ...inputs: unknown[]): Tensor | Tensor[];
  backward(ctx: FunctionContext, ...grads: Tensor[]): unknown;
}

class FunctionNode extends Node {
  readonly #ctx: FunctionContext;
  readonly #rule: FunctionClass & { readonly name: string };
  readonly #results: readonly Spec[];
  readonly #tensors: readonly number[];
  readonly #inputs: number;

  constructor(
    rule: FunctionClass & { readonly name: string },
    ctx: FunctionContext,
    inputs: readonly unknown[],
    isTensor: (x: unknown) => x is Tensor,
    results: readonly Tensor[],
  ) {
    super(results.length);
    this.#rule = rule;
    this.#ctx = ctx;
    this.#inputs = inputs.length;
    this.#results = results.map(({ shape, dtype }) => ({ shape, dtype }));
    const places: number[] = [];
    inputs.forEach((x, i) => {
      if (!isTensor(x)) return;
      places.push(i);
      this.link(x);
    });
    this.#tensors = places;
  }

  override get name(): string {
    return this.#rule.name;
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    const given = this.#results.map((y, i) => dys[i] ?? apply(full, [], { ...y, value: 0 }));
    const answer = this.#rule.backward(this.#ctx, ...given);
    const grads = Array.isArray(answer) ? (answer as (Tensor | null)[]) : [answer as Tensor | null];
    if (grads.length < this.#inputs || grads.slice(this.#inputs).some((dx) => dx !== null && dx !== undefined)) {
      throw new WasmgradError(
        `${this.name}: backward must give a gradient or null for each of ${this.#inputs} inputs, got ${grads.length}`,
      );
    }
    return this.#tensors.map((place) => grads[place] ?? null);
  }

  override freeSaved(): void {
    this.#ctx.free();
  }
}

type Rest<C> = C extends { forward(ctx: never, ...inputs: infer I): infer R } ? { inputs: I; result: R } : never;

/**
 * A user's own differentiable operation: extend it with static `forward(ctx, ...inputs)` and `backward(ctx, ...grads)`, and call
 * `apply`. `forward` runs without recording; `backward` gives one gradient (or null) an input, in order.
 *
 * Source: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function
 *
 * @example
 * class Square extends autograd.Function {
 *   static forward(ctx: FunctionContext, x: Tensor) { ctx.saveForBackward(x); return x.mul(x); }
 *   static backward(ctx: FunctionContext, dy: Tensor) { const [x] = ctx.savedTensors; return dy.mul(x).mul(2); }
 * }
 * const y = Square.apply(x);
 */
export abstract class Function {
  /** Applies the operation. */
  static apply<C extends { prototype: Function }>(this: C, ...inputs: Rest<C>['inputs']): Rest<C>['result'] {
    const rule = this as unknown as FunctionClass & { readonly name: string };
    return applyFunction(rule, inputs) as Rest<C>['result'];
  }
}

function applyFunction(rule: FunctionClass & { readonly name: string }, inputs: readonly unknown[]): Tensor | Tensor[] {
  const isTensor = (x: unknown): x is Tensor => x instanceof Variable;
  const ctx = new FunctionContext();
  ctx.needsInputGrad = inputs.map((x) => isTensor(x) && x.requiresGrad);
  const answer = noGrad(() => rule.forward(ctx, ...inputs));
  const single = !Array.isArray(answer);
  // A result that is one of the inputs becomes a tensor of its own.
  const results = (single ? [answer] : answer).map((y) => (inputs.includes(y) ? y.alias() : y));
  if (gradMode.enabled && ctx.needsInputGrad.includes(true)) {
    const node = new FunctionNode(rule, ctx, inputs, isTensor, results);
    results.forEach((y, i) => {
      if (isFloat(y.dtype) && ctx.differentiable(y)) y.setNode(node, i);
    });
    ctx.pack();
  }
  return single ? results[0]! : results;
}
