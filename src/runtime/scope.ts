import { freedHere } from './freed-at.js';
import type { TensorHandle } from './handle.js';

/** The scopes that are open, the innermost last. */
const open: Scope[] = [];

/** A list of tensors that are freed together. They are linked to each other, so that one leaves as easily as it comes. */
export class Scope {
  /** The innermost open scope. */
  static current: Scope | null = null;

  /** The scope that was innermost when this one was opened. */
  readonly outer: Scope | null = Scope.current;
  #newest: TensorHandle | null = null;
  #closed = false;

  /** Opens a scope: tensors made from now on belong to it, until an inner one opens or it closes. */
  static open(): Scope {
    const scope = new Scope();
    open.push(scope);
    Scope.current = scope;
    return scope;
  }

  /** Tells whether a tensor belongs to this scope or to one opened inside of it. */
  holds(tensor: TensorHandle): boolean {
    const at = open.lastIndexOf(this);
    return at >= 0 && tensor.scope !== null && open.indexOf(tensor.scope) >= at;
  }

  /** Takes in a tensor that belongs to none. */
  add(tensor: TensorHandle): void {
    const before = this.#newest;
    tensor.scope = this;
    tensor.older = before;
    if (before) before.newer = tensor;
    this.#newest = tensor;
  }

  /** Lets go of a tensor. */
  remove(tensor: TensorHandle): void {
    const { older, newer } = tensor;
    if (older) older.newer = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    tensor.scope = tensor.older = tensor.newer = null;
  }

  /**
   * Closes the scope and frees what still belongs to it.
   *
   * @param inner close the scopes that were opened inside of it and left open (an iteration abandoned half way), too
   * @param freedAt what an error about the use of a freed tensor shows; by default the place of this call
   */
  close(inner = false, freedAt: Error | null = null): void {
    if (this.#closed) return;
    const reason = freedAt ?? freedHere();
    const at = open.lastIndexOf(this);
    if (at === open.length - 1) open.pop();
    else if (at >= 0)
      for (const scope of open.splice(at, inner ? open.length : 1)) if (scope !== this) scope.#free(reason);
    Scope.current = open.length > 0 ? open[open.length - 1]! : null;
    this.#free(reason);
  }

  #free(reason: Error): void {
    this.#closed = true;
    for (let tensor = this.#newest; tensor; tensor = this.#newest) {
      this.remove(tensor);
      tensor.free(reason);
    }
  }

  /** Closes every scope (at shutdown). */
  static closeAll(): void {
    open[0]?.close(true);
  }
}
