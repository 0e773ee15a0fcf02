import { WasmgradError, ShapeError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { full } from '../ops/full.js';
import { accumulateElements } from '../ops/launches.js';
import { Scope } from '../runtime/scope.js';
import { reasonForFreeing } from '../runtime/tensor-data.js';
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

/** A place on the tape: result `index` of `node`. */
interface Target {
  readonly node: Node;
  readonly index: number;
}

const FREED = reasonForFreeing('freed by backward');

/**
 * Runs the tape backward from `outputs`. Without `targets`, gradients add up in the leaves' `grad`; with them, the gradients of
 * those places are answered and no leaf changes.
 */
export function run(
  outputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[],
  options: BackwardOptions,
  targets: readonly Target[] | null,
): (Tensor | null)[] {
  const createGraph = options.createGraph ?? false;
  const retainGraph = options.retainGraph ?? createGraph;
  const before = gradMode.enabled;
  const scope = Scope.open();
  let order: Node[] = [];
  gradMode.enabled = createGraph;
  try {
    const roots = outputs.map((y) => ({ node: y.edge(), index: y.edgeIndex }));
    order = upstream(roots.map((root) => root.node));
    const wanted = targets ? leadingTo(order, targets) : null;
    outputs.forEach((y, i) => send(roots[i]!.node, roots[i]!.index, seed(y, gradOutputs[i] ?? null), createGraph));
    const found: (Tensor | null)[] = targets ? targets.map(() => null) : [];
    for (const node of order) {
      const dys = node.pending;
      if (!dys) continue;
      node.pending = null;
      callHooks(node, dys, scope.outer);
      targets?.forEach((target, i) => {
        if (target.node !== node) return;
        const dy = dys[target.index];
        if (dy) {
          found[i] = dy.alias();
          if (createGraph) joinTape(found[i]!, dy);
        }
      });
      step(node, dys, { wanted, leaves: targets === null, createGraph });
      if (!retainGraph) node.freeSaved();
    }
    for (const x of found) x?.moveTo(scope.outer);
    return found;
  } finally {
    for (const node of order) node.pending = null;
    gradMode.enabled = before;
    scope.close(true, FREED);
  }
}

/** Runs one node on its gradients and sends on what comes out. */
function step(
  node: Node,
  dys: (Tensor | null)[],
  pass: { wanted: Set<Node> | null; leaves: boolean; createGraph: boolean },
): void {
  const { wanted, leaves, createGraph } = pass;
  const reached = (next: Node | null): boolean => next !== null && (!wanted || wanted.has(next));
  if (node instanceof AccumulateNode) {
    if (leaves && dys[0]) accumulate(node, dys[0], createGraph);
  } else if (node.next.some(reached)) {
    const rule = Scope.open();
    try {
      const grads = node.backward(dys);
      node.next.forEach((next, i) => {
        const dx = grads[i];
        if (dx && reached(next)) send(next!, node.nextIndex[i]!, dx, createGraph, rule);
      });
    } finally {
      rule.close(true, FREED);
    }
  }
  // Nobody else reads the gradients that the node took.
  if (!createGraph) for (const dy of dys) dy?.free(FREED);
}

/** Adds a gradient to those that wait at a node. */
function send(node: Node, index: number, dx: Tensor, createGraph: boolean, rule: Scope | null = null): void {
  node.pending ??= new Array<Tensor | null>(node.outputs).fill(null);
  const there = node.pending[index] ?? null;
  if (!there) {
    // A handle of its own: the same tensor may be the gradient of two inputs.
    const mine = dx.alias();
    if (createGraph) joinTape(mine, dx);
    leave(mine, rule);
    node.pending[index] = mine;
  } else if (!createGraph && there.storage.exclusive && there.dense) {
    const addend = dx.dense ? dx : dx.clone();
    accumulateElements(there, addend);
  } else {
    const sum = there.add(dx);
    leave(sum, rule);
    node.pending[index] = sum;
  }
}

/** Takes a tensor out of the scope of a rule, into the one of the whole pass. */
function leave(x: Tensor, rule: Scope | null): void {
  if (rule && x.scope === rule) x.moveTo(rule.outer);
}

function joinTape(alias: Tensor, x: Tensor): void {
  if (x.requiresGrad) alias.setNode(x.edge(), x.edgeIndex);
}

/** Adds to a leaf's `grad`: takes the gradient's memory over where nobody else uses it. */
function accumulate(node: AccumulateNode, dx: Tensor, createGraph: boolean): void {
  const { variable } = node;
  if (variable.isDisposed) return;
  const grad = variable.ownGrad;
  if (createGraph) {
    const sum = grad ? grad.add(dx) : dx.alias();
    if (!grad) joinTape(sum, dx);
    variable.ownGrad = sum;
  } else if (!grad) {
    variable.ownGrad = dx.storage.exclusive && dx.dense ? dx.alias() : dx.clone();
  } else if (grad.dense) {
    accumulateElements(grad, dx.dense ? dx : dx.clone());
    grad.storage.version++;
  } else {
    variable.ownGrad = grad.add(dx);
  }
}

/** All nodes that gradients can reach, latest first. */
function upstream(roots: readonly Node[]): Node[] {
  const seen = new Set<Node>(roots);
  const stack = [...seen];
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const next of node.next) {
      if (next && !seen.has(next)) {
        seen.add(next);
        stack.push(next);
      }
    }
  }
  // Leaves come last: an accumulate node may be made before or after the steps that use it.
  const rank = (node: Node): number => (node instanceof AccumulateNode ? -1 : node.sequence);
  return [...seen].sort((a, b) => rank(b) - rank(a));
}

/** The nodes from which gradients reach a target. */
function leadingTo(order: readonly Node[], targets: readonly Target[]): Set<Node> {
  const wanted = new Set<Node>(targets.map((target) => target.node));
  const leads = new Set<Node>(wanted);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!;
    if (node.next.some((next) => next && leads.has(next))) leads.add(node);
  }
  return leads;
}

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
