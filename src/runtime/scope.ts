import type { TensorData } from './tensor-data.js';

/** The scopes that are open, the innermost last. */
const open: Scope[] = [];

/** A list of tensors that are freed together. */
export class Scope {
  /** The scope that was innermost when this one was opened. */
  readonly outer: Scope | null = Scope.current;
  #tensors: TensorData[] = [];
  #closed = false;

  /** Opens a scope: tensors made from now on belong to it, until an inner one opens or it closes. */
  static open(): Scope {
    const scope = new Scope();
    open.push(scope);
    return scope;
  }

  /** The innermost open scope. */
  static get current(): Scope | null {
    return open.length > 0 ? open[open.length - 1]! : null;
  }

  /** Tells whether a tensor belongs to this scope or to one opened inside of it. */
  holds(tensor: TensorData): boolean {
    const at = open.lastIndexOf(this);
    return at >= 0 && tensor.scope !== null && open.indexOf(tensor.scope) >= at;
  }

  /** Takes in a tensor. */
  add(tensor: TensorData): void {
    this.#tensors.push(tensor);
  }

  /**
   * Closes the scope and frees what still belongs to it.
   *
   * @param inner close the scopes that were opened inside of it and left open (an iteration abandoned half way), too
   * @param freedAt what an error about the use of a freed tensor shows
   */
  close(inner = false, freedAt: Error = new Error('freed here')): void {
    if (this.#closed) return;
    this.#closed = true;
    const at = open.lastIndexOf(this);
    const dropped = inner && at >= 0 ? open.splice(at) : at >= 0 ? open.splice(at, 1) : [this];
    for (const scope of dropped) {
      scope.#closed = true;
      for (const tensor of scope.#tensors) if (tensor.scope === scope) tensor.free(freedAt);
      scope.#tensors = [];
    }
  }

  /** Closes every scope (at shutdown). */
  static closeAll(): void {
    open[0]?.close(true);
  }
}
