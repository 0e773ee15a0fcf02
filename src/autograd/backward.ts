import { ShapeError, WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Scope } from '../runtime/scope.js';
import { joinTape, run } from './engine.js';
import type { Search } from './engine.js';
import { gradMode } from './mode.js';
import type { Node } from './node.js';

/** Options of `grad`. */
export interface GradOptions {
  /** The gradients of the outputs; ones for outputs of one element by default. */
  gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Keep what the forward pass saved. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Record the pass itself, for derivatives of derivatives. Default: false. */
  createGraph?: boolean;
  /** Answer null for inputs that the outputs do not depend on, rather than throw. Default: false. */
  allowUnused?: boolean;
}

const known = ['gradOutputs', 'retainGraph', 'createGraph', 'allowUnused'];

/**
 * The gradients of (the sum of) `outputs` with respect to `inputs`, without touching anybody's `grad`.
 *
 * @throws WasmgradError where an input does not require a gradient, or was not used and `allowUnused` is not set
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.autograd.grad.html
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new WasmgradError(`grad: unknown option '${name}' (known: ${known.join(', ')})`);
  }
  const ys = Array.isArray(outputs) ? (outputs as readonly Tensor[]) : [outputs as Tensor];
  const xs = Array.isArray(inputs) ? (inputs as readonly Tensor[]) : [inputs as Tensor];
  const { gradOutputs, allowUnused = false, ...passOptions } = options;
  const dys = gradOutputs === undefined ? [] : Array.isArray(gradOutputs) ? gradOutputs : [gradOutputs];
  if (gradOutputs !== undefined && dys.length !== ys.length) {
    throw new ShapeError(`grad: ${ys.length} outputs need ${ys.length} gradOutputs, got ${dys.length}`);
  }
  ys.forEach((y, i) => requireGrad('grad', `output ${i}`, y));
  xs.forEach((x, i) => requireGrad('grad', `input ${i}`, x));
  const search = new GradientSearch(xs, Scope.current);
  run(ys, dys, passOptions, search);
  const { found } = search;
  found.forEach((dx, i) => {
    if (!dx && !allowUnused) {
      throw new WasmgradError(`grad: input ${i} was not used for the outputs (set allowUnused to get null for it)`);
    }
  });
  return found as Tensor[];
}

/** Looks for the gradients of tensors, by their places on the tape. */
class GradientSearch implements Search {
  readonly #targets: readonly { readonly node: Node; readonly index: number }[];
  readonly #scope: Scope | null;
  readonly found: (Tensor | null)[];

  /** @param scope what holds the gradients that are found */
  constructor(xs: readonly Tensor[], scope: Scope | null) {
    this.#targets = xs.map((x) => ({ node: x.edge(), index: x.edgeIndex }));
    this.#scope = scope;
    this.found = xs.map(() => null);
  }

  leadingTo(order: readonly Node[]): Set<Node> {
    const leads = new Set<Node>(this.#targets.map((target) => target.node));
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i]!;
      if (node.next.some((next) => next && leads.has(next))) leads.add(node);
    }
    return leads;
  }

  take(node: Node, dys: readonly (Tensor | null)[]): void {
    this.#targets.forEach((target, i) => {
      const dy = target.node === node ? dys[target.index] : null;
      if (!dy) return;
      const dx = dy.alias();
      if (gradMode.enabled) joinTape(dx, dy);
      dx.moveTo(this.#scope);
      this.found[i] = dx;
    });
  }
}

function requireGrad(op: string, name: string, x: Tensor): void {
  x.check(op);
  if (!x.requiresGrad) throw new WasmgradError(`${op}: ${name} does not require a gradient and has no history`);
}
