import type { Gradients } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from './variable.js';

/** Changes a gradient on its way, or only looks at it. */
export type Hook = (grad: Tensor) => Tensor | void;

let sequence = 0;

/** A step of the forward pass on the tape: takes the gradients of its results to those of its inputs. */
export abstract class Node {
  /** The order of the forward pass; backward runs against it. */
  sequence: number = sequence++;
  abstract readonly name: string;
  /** The number of results. */
  abstract readonly outputs: number;
  /** By input: the node the gradient goes to, null where it goes nowhere. */
  readonly next: (Node | null)[] = [];
  /** By input: which result of that node it is. */
  readonly nextIndex: number[] = [];
  /** Gradients that have arrived, by result, while backward runs. */
  pending: (Tensor | null)[] | null = null;
  /** Hooks by result. */
  hooks: Map<number, Set<Hook>> | null = null;
  /** By result: keeps the gradient that the hooks leave. */
  keepers: Map<number, (grad: Tensor) => void> | null = null;
  #uses = 0;

  /** The gradients of the inputs; a null gradient of a result stands for zeros. */
  abstract backward(dys: readonly (Tensor | null)[]): Gradients;

  /** Frees what the node saved for backward. */
  freeSaved(): void {}

  /** Links input i to what made it. */
  link(input: Variable | null): void {
    const edge = input && input.requiresGrad ? input.edge() : null;
    edge?.retain();
    // A view whose base was changed in place finds its node just now; this step comes after it all the same.
    if (edge && edge.sequence > this.sequence) this.sequence = sequence++;
    this.next.push(edge);
    this.nextIndex.push(edge && input ? input.edgeIndex : 0);
  }

  /** One more tensor or node refers to this one. */
  retain(): void {
    this.#uses++;
  }

  /** One referrer less: with the last one, what was saved is freed, here and upstream. */
  release(): void {
    const stack: Node[] = [this];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (--node.#uses > 0) continue;
      node.freeSaved();
      for (const next of node.next) if (next) stack.push(next);
      node.next.fill(null);
    }
  }
}

/** The end of the tape at a leaf: adds up its `grad`. */
export class AccumulateNode extends Node {
  override readonly name = 'accumulate';
  override readonly outputs = 1;
  readonly variable: Variable;

  constructor(variable: Variable) {
    super();
    this.variable = variable;
  }

  override backward(): Gradients {
    return [];
  }
}
