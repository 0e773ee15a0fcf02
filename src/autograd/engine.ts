import { WasmgradError, ShapeError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { full } from '../ops/full.js';
import { accumulateElements } from '../ops/launches.js';
import { Scope } from '../runtime/scope.js';
import { reasonForFreeing } from '../runtime/freed-at.js';
import type { Tensor } from '../tensor/tensor.js';
import { apply } from './apply.js';
import { gradMode } from './mode.js';
import { AccumulateNode } from './node.js';
import type { Hook, Node } from './node.js';

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Keep what the forward pass saved, for another backward. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Record the backward pass itself, for derivatives of derivatives. Default: false. */
  createGraph?: boolean;
}

/** Looks for gradients at places of the tape (autograd/backward.ts). */
export interface Search {
  /** The nodes of `order` from which gradients reach a place. */
  leadingTo(order: readonly Node[]): Set<Node>;
  /** Takes the gradients of a node's results. */
  take(node: Node, dys: readonly (Tensor | null)[]): void;
}

/** What all steps of a pass know. */
interface Pass {
  readonly scope: Scope;
  readonly createGraph: boolean;
  /** Whether gradients add up in leaves. */
  readonly leaves: boolean;
  /** The nodes from which gradients reach a target; null where all are wanted. */
  readonly wanted: Set<Node> | null;
}

const FREED = reasonForFreeing('freed by backward');

/**
 * Runs the tape backward from `outputs`. Without a search, gradients add up in the leaves' `grad`; with one, it takes what it looks for
 * and no leaf changes.
 */
export function run(
  outputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[],
  options: BackwardOptions,
  search: Search | null,
): void {
  const createGraph = options.createGraph ?? false;
  const retainGraph = options.retainGraph ?? createGraph;
  const before = gradMode.enabled;
  const scope = Scope.open();
  let order: Node[] = [];
  gradMode.enabled = createGraph;
  try {
    order = upstream(outputs);
    const pass = { scope, createGraph, leaves: !search, wanted: search?.leadingTo(order) ?? null };
    for (let i = 0; i < outputs.length; i++) {
      const y = outputs[i]!;
      send(y.edge(), y.edgeIndex, seed(y, gradOutputs[i] ?? null), pass, scope);
    }
    for (let i = 0; i < order.length; i++) {
      const node = order[i]!;
      const dys = node.pending;
      if (!dys) continue;
      node.pending = null;
      if (node.hooks || node.keepers) callHooks(node, dys, scope.outer);
      search?.take(node, dys);
      if (node instanceof AccumulateNode) accumulate(node, dys, pass);
      else step(node, dys, pass);
      // Nobody else reads the gradients that the node took.
      if (!createGraph) for (let k = 0; k < dys.length; k++) dys[k]?.free(FREED);
      if (!retainGraph) node.freeSaved();
    }
  } finally {
    for (let i = 0; i < order.length; i++) order[i]!.pending = null;
    gradMode.enabled = before;
    scope.close(true, FREED);
  }
}

/** Runs one node on its gradients and sends on what comes out. */
function step(node: Node, dys: readonly (Tensor | null)[], pass: Pass): void {
  const { next } = node;
  const { wanted } = pass;
  const reached = wanted ? next.some((from) => from && wanted.has(from)) : next.some(Boolean);
  if (!reached) return;
  const rule = Scope.open();
  try {
    const grads = node.backward(dys);
    for (let i = 0; i < next.length; i++) {
      const dx = grads[i];
      const from = next[i];
      if (dx && from && (!wanted || wanted.has(from))) send(from, node.nextIndex(i), dx, pass, rule);
    }
  } finally {
    rule.close(true, FREED);
  }
}

/** Adds a gradient to those that wait at a node; `made` is the scope of the rule that made it. */
function send(node: Node, index: number, dx: Tensor, pass: Pass, made: Scope): void {
  const { createGraph, scope } = pass;
  node.pending ??= node.outputs === 1 ? [null] : new Array<Tensor | null>(node.outputs).fill(null);
  const there = node.pending[index] ?? null;
  let mine = dx;
  if (!there) {
    // What the rule made goes on as it is. A handle of its own for the rest: the same tensor may be the gradient of two inputs.
    dx.check('backward');
    if (createGraph || made === scope || dx.scope !== made || dx.requiresGrad || dx.base) {
      mine = dx.alias();
      if (createGraph) joinTape(mine, dx);
    }
  } else if (!createGraph && there.storage.exclusive && there.dense) {
    accumulateElements(there, dx.dense ? dx : dx.clone());
    return;
  } else {
    mine = there.add(dx);
  }
  if (mine.scope === made) mine.moveTo(scope);
  node.pending[index] = mine;
}

/** Puts another handle of a tensor where that is on the tape. */
export function joinTape(alias: Tensor, x: Tensor): void {
  if (x.requiresGrad) alias.setNode(x.edge(), x.edgeIndex);
}

/** Adds to a leaf's `grad`: takes the gradient itself where nobody else uses its memory. */
function accumulate({ variable }: AccumulateNode, dys: (Tensor | null)[], { leaves, createGraph }: Pass): void {
  const [dx] = dys;
  if (!leaves || !dx || variable.isDisposed) return;
  const grad = variable.ownGrad;
  if (createGraph) {
    const sum = grad ? grad.add(dx) : dx.alias();
    if (!grad) joinTape(sum, dx);
    variable.ownGrad = sum;
  } else if (!grad) {
    const mine = dx.storage.exclusive && dx.dense;
    variable.ownGrad = mine ? dx : dx.clone();
    if (mine) dys[0] = null;
  } else if (grad.dense) {
    accumulateElements(grad, dx.dense ? dx : dx.clone());
    grad.storage.version++;
  } else {
    variable.ownGrad = grad.add(dx);
  }
}

let passes = 0;

/** All nodes that gradients can reach, latest first. */
function upstream(outputs: readonly Tensor[]): Node[] {
  const pass = ++passes;
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (node.pass === pass) return;
    node.pass = pass;
    found.push(node);
  };
  for (let i = 0; i < outputs.length; i++) visit(outputs[i]!.edge());
  for (let i = 0; i < found.length; i++) {
    const { next } = found[i]!;
    for (let k = 0; k < next.length; k++) if (next[k]) visit(next[k]!);
  }
  return found.sort(latestFirst);
}

const latestFirst = (a: Node, b: Node): number => b.sequence - a.sequence;

function callHooks(node: Node, dys: (Tensor | null)[], outer: Scope | null): void {
  const call = (index: number, hook: Hook): Tensor | void => {
    const dy = dys[index];
    if (!dy) return;
    // The hook may keep what it is shown.
    const shown = dy.alias();
    if (gradMode.enabled) joinTape(shown, dy);
    shown.moveTo(outer);
    return hook(shown);
  };
  for (const [index, hooks] of node.hooks ?? []) {
    for (const hook of hooks) {
      const answer = call(index, hook);
      if (!answer) continue;
      dys[index] = answer.alias();
      if (gradMode.enabled) joinTape(dys[index], answer);
    }
  }
  for (const [index, keep] of node.keepers ?? []) call(index, keep);
}

function seed(y: Tensor, given: Tensor | null): Tensor {
  if (given) {
    if (!sameShape(given.shape, y.shape)) {
      throw new ShapeError(
        `backward: the gradient must have the shape of the output, got gradient ${formatShape(given.shape)}, output ${formatShape(y.shape)}`,
      );
    }
    return given.dtype === y.dtype ? given : given.to(y.dtype);
  }
  if (y.numel !== 1) {
    throw new WasmgradError(
      `backward: a gradient is created by itself for a tensor of one element only, got output ${formatShape(y.shape)} (use sum() or pass a gradient)`,
    );
  }
  return apply(full, [], { shape: y.shape, dtype: y.dtype, value: 1 });
}
