import type { Gradients } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from './variable.js';

/** Changes a gradient on its way, or only looks at it. */
export type Hook = (grad: Tensor) => Tensor | void;

let sequence = 0;

/** A step of the forward pass on the tape: takes the gradients of its results to those of its inputs. */
export abstract class Node {
  /** The order of the forward pass; backward runs against it. */
  sequence: number = ++sequence;
  /** The number of results. */
  readonly outputs: number;
  /** By input: the node the gradient goes to, null where it goes nowhere. */
  readonly next: (Node | null)[] = [];
  /** The last pass that came here. */
  pass = 0;
  /** By input: which result of that node it is; null where it is the first of each. */
  #nextIndex: number[] | null = null;
  /** Gradients that have arrived, by result, while backward runs. */
  pending: (Tensor | null)[] | null = null;
  /** Hooks by result. */
  hooks: Map<number, Set<Hook>> | null = null;
  /** By result: keeps the gradient that the hooks leave. */
  keepers: Map<number, (grad: Tensor) => void> | null = null;
  #uses = 0;
  #unused: Node | null = null;

  constructor(outputs: number) {
    this.outputs = outputs;
  }

  abstract get name(): string;

  /** The gradients of the inputs; a null gradient of a result stands for zeros. */
  abstract backward(dys: readonly (Tensor | null)[]): Gradients;

  /** Frees what the node saved for backward. */
  freeSaved(): void {}

  /** Links input i to what made it. */
  link(input: Variable | null): void {
    const edge = input && input.requiresGrad ? input.edge() : null;
    // A view whose base was changed in place finds its node just now; this step comes after it all the same.
    if (edge && edge.sequence > this.sequence) this.sequence = ++sequence;
    this.linkTo(edge, edge ? input!.edgeIndex : 0);
  }

  /** Links the next input to result `index` of a node. */
  protected linkTo(edge: Node | null, index: number): void {
    edge?.retain();
    if (index !== 0) (this.#nextIndex ??= [])[this.next.length] = index;
    this.next.push(edge);
  }

  /** Which result of the node `next[i]` input i is. */
  nextIndex(i: number): number {
    return this.#nextIndex?.[i] ?? 0;
  }

  /** One more tensor or node refers to this one. */
  retain(): void {
    this.#uses++;
  }

  /** One referrer less: with the last one, what was saved is freed, here and upstream. */
  release(): void {
    if (--this.#uses > 0) return;
    // Those without referrers, linked by `#unused`: a graph may be deeper than the stack.
    let unused: Node | null = this;
    while (unused) {
      const node: Node = unused;
      unused = node.#unused;
      node.#unused = null;
      node.freeSaved();
      const { next } = node;
      for (let i = 0; i < next.length; i++) {
        const from = next[i];
        if (!from) continue;
        next[i] = null;
        if (--from.#uses > 0) continue;
        from.#unused = unused;
        unused = from;
      }
    }
  }
}

/** The end of the tape at a leaf: adds up its `grad`. */
export class AccumulateNode extends Node {
  readonly variable: Variable;

  constructor(variable: Variable) {
    super(1);
    this.variable = variable;
    // Leaves come last in backward, whenever their node was made.
    this.sequence = 0;
  }

  override get name(): string {
    return 'accumulate';
  }

  override backward(): Gradients {
    return [];
  }
}
