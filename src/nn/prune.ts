import { noGrad } from '../autograd/mode.js';
import { IndexError, ShapeError, WasmgradError } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { onesLike, zerosLike } from '../tensor/creation.js';
import { cat } from '../tensor/join.js';
import { checkOptions } from '../tensor/options.js';
import { rand } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { derive, fieldsOf, parameterOf, removeFields, settle, tensorOf } from './derived.js';
import type { Module } from './module.js';

/** A rule that says which elements of a tensor stay: a mask of ones and zeros, which leaves out what the given one leaves out. */
export interface PruningMethod {
  /** Whether it looks at elements, at slices along `dim`, or at the tensor as a whole. */
  readonly kind: 'unstructured' | 'structured' | 'global';
  readonly dim?: number;
  computeMask(t: Tensor, defaultMask: Tensor): Tensor;
}

/** Options of the rules that rank elements. */
export interface ImportanceOptions {
  /** What is ranked in place of the parameter, in its shape. */
  readonly importanceScores?: Tensor | null;
}

/** How many are pruned: a whole number counts them, a fraction below 1 is a share of `size`, rounded half to even. */
function countOf(op: string, amount: number, size: number): number {
  if (!(amount >= 0) || (amount > 1 && !Number.isInteger(amount))) {
    throw new WasmgradError(`${op}: amount must be a share from 0 to 1 or a whole number, got ${amount}`);
  }
  if (Number.isInteger(amount)) {
    if (amount > size) throw new WasmgradError(`${op}: amount ${amount} is more than the ${size} there are`);
    return amount;
  }
  const share = amount * size;
  const down = Math.floor(share);
  const up = share - down > 0.5 || (share - down === 0.5 && down % 2 === 1);
  return up ? down + 1 : down;
}

/** A mask without the places of the `count` largest or smallest scores. */
function without(mask: Tensor, scores: Tensor, count: number, largest: boolean): Tensor {
  if (count === 0) return mask.clone();
  const [, places] = scores.reshape([-1]).topk(count, { largest });
  return mask.reshape([-1]).indexFill(0, places, 0).reshape(mask.shape);
}

/** A mask of the channels along `dim` for which `keep` [size] is 1. */
function channelMask(mask: Tensor, dim: number, keep: Tensor): Tensor {
  return mask.mul(keep.to(mask.dtype).reshape(mask.shape.map((size, d) => (d === dim ? size : 1))));
}

function checkDim(op: string, t: Tensor, dim: number): number {
  if (t.ndim <= 1) throw new ShapeError(`${op}: slices need a tensor of at least two dims, got ${t.ndim}`);
  if (!Number.isInteger(dim) || dim >= t.ndim || dim < -t.ndim) {
    throw new IndexError(`${op}: dim ${dim} is out of range for ${t.ndim} dims`);
  }
  return dim < 0 ? dim + t.ndim : dim;
}

/** Prunes nothing, but makes the mask. */
export class Identity implements PruningMethod {
  readonly kind = 'unstructured';

  computeMask(_: Tensor, defaultMask: Tensor): Tensor {
    return defaultMask;
  }
}

/** Prunes elements at random. */
export class RandomUnstructured implements PruningMethod {
  readonly kind = 'unstructured';
  readonly amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }

  computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const count = countOf('randomUnstructured', this.amount, t.numel);
    return count === 0 ? defaultMask.clone() : without(defaultMask, rand(t.shape, { dtype: dtypeOf(t) }), count, true);
  }
}

/** Prunes the elements of the smallest magnitude. */
export class L1Unstructured implements PruningMethod {
  readonly kind = 'unstructured';
  readonly amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }

  computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    return without(defaultMask, t.abs(), countOf('l1Unstructured', this.amount, t.numel), false);
  }
}

/** Prunes slices along a dim at random. */
export class RandomStructured implements PruningMethod {
  readonly kind = 'structured';
  readonly amount: number;
  readonly dim: number;

  constructor(amount: number, dim = -1) {
    this.amount = amount;
    this.dim = dim;
  }

  computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const dim = checkDim('randomStructured', t, this.dim);
    const size = t.shape[dim]!;
    const count = countOf('randomStructured', this.amount, size);
    if (count === 0) return defaultMask.clone();
    const chance = rand([size], { dtype: dtypeOf(t) });
    return channelMask(defaultMask, dim, chance.gt(chance.kthvalue(count)[0]));
  }
}

/** Prunes the slices along a dim whose n-norm is the smallest. */
export class LnStructured implements PruningMethod {
  readonly kind = 'structured';
  readonly amount: number;
  readonly n: number;
  readonly dim: number;

  constructor(amount: number, n: number, dim = -1) {
    this.amount = amount;
    this.n = n;
    this.dim = dim;
  }

  computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const dim = checkDim('lnStructured', t, this.dim);
    const size = t.shape[dim]!;
    const count = countOf('lnStructured', this.amount, size);
    if (count === 0) return defaultMask.clone();
    const norms = t.norm(
      this.n,
      t.shape.flatMap((_, d) => (d === dim ? [] : [d])),
    );
    const [, kept] = norms.topk(size - count);
    return channelMask(defaultMask, dim, zerosLike(norms).indexFill(0, kept, 1));
  }
}

/** Prunes where a given mask is 0. */
export class CustomFromMask implements PruningMethod {
  readonly kind = 'global';
  readonly mask: Tensor;

  constructor(mask: Tensor) {
    this.mask = mask;
  }

  computeMask(_: Tensor, defaultMask: Tensor): Tensor {
    if (!sameShape(this.mask.shape, defaultMask.shape)) {
      const shapes = `mask [${this.mask.shape.join(', ')}], parameter [${defaultMask.shape.join(', ')}]`;
      throw new ShapeError(`customFromMask: the mask must have the shape of the parameter, got ${shapes}`);
    }
    return defaultMask.mul(this.mask.to(defaultMask.dtype));
  }
}

function dtypeOf(t: Tensor): 'float32' | 'float64' {
  return t.dtype === 'float64' ? 'float64' : 'float32';
}

/** The mask of what was pruned before: a rule looks at what is left of it. */
function furtherMask(method: PruningMethod, t: Tensor, mask: Tensor): Tensor {
  if (method.kind === 'global') return method.computeMask(t, mask);
  if (method.kind === 'unstructured') {
    const left = mask.eq(1);
    return mask.maskedScatter(left, method.computeMask(t.maskedSelect(left), mask.maskedSelect(left)));
  }
  const dim = checkDim('prune', t, method.dim ?? -1);
  const others = t.shape.flatMap((_, d) => (d === dim ? [] : [d]));
  const channels = mask.sum(others).ne(0).nonzero().reshape([-1]);
  const part = method.computeMask(t.indexSelect(dim, channels), mask.indexSelect(dim, channels));
  return mask.indexCopy(dim, channels, part);
}

/**
 * Applies a rule to a parameter: it is then `name_orig` (which is learned) times the buffer `name_mask`. A parameter that is pruned
 * already is pruned further.
 * @throws WasmgradError where the module has no such parameter
 */
export function applyMethod<M extends Module>(
  op: string,
  module: M,
  name: string,
  method: PruningMethod,
  importanceScores: Tensor | null = null,
): M {
  const pruned = `${name}_mask` in module;
  const weight = pruned ? tensorOf(module, name) : parameterOf(op, module, name);
  const scores = (importanceScores ?? weight).detach();
  if (!sameShape(scores.shape, weight.shape)) {
    throw new ShapeError(`${op}: importanceScores must have the shape of '${name}'`);
  }
  const mask = noGrad(() =>
    pruned
      ? furtherMask(method, scores, tensorOf(module, `${name}_mask`))
      : method.computeMask(scores, onesLike(weight)),
  );
  if (pruned) tensorOf(module, `${name}_mask`).dispose();
  else Object.assign(module, { [`${name}_orig`]: weight });
  module.registerBuffer(`${name}_mask`, mask);
  derive(module, name, (own) => {
    const orig = tensorOf(own, `${name}_orig`);
    return tensorOf(own, `${name}_mask`).to(orig.dtype).mul(orig);
  });
  return module;
}

/** Makes the mask of a parameter without pruning. Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.identity.html */
export function identity<M extends Module>(module: M, name: string): M {
  return applyMethod('identity', module, name, new Identity());
}

/**
 * Prunes elements at random.
 * @param amount how many: a whole number counts them, a fraction below 1 is a share
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_unstructured.html
 */
export function randomUnstructured<M extends Module>(module: M, name: string, amount: number): M {
  return applyMethod('randomUnstructured', module, name, new RandomUnstructured(amount));
}

/**
 * Prunes the elements of the smallest magnitude.
 * @param amount how many: a whole number counts them, a fraction below 1 is a share
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.l1_unstructured.html
 */
export function l1Unstructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  options: ImportanceOptions = {},
): M {
  checkOptions('l1Unstructured', options, ['importanceScores']);
  return applyMethod('l1Unstructured', module, name, new L1Unstructured(amount), options.importanceScores ?? null);
}

/**
 * Prunes slices along a dim at random.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_structured.html
 */
export function randomStructured<M extends Module>(module: M, name: string, amount: number, dim: number): M {
  return applyMethod('randomStructured', module, name, new RandomStructured(amount, dim));
}

/**
 * Prunes the slices along a dim whose n-norm is the smallest.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.ln_structured.html
 */
export function lnStructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  n: number,
  dim: number,
  options: ImportanceOptions = {},
): M {
  checkOptions('lnStructured', options, ['importanceScores']);
  return applyMethod('lnStructured', module, name, new LnStructured(amount, n, dim), options.importanceScores ?? null);
}

/** Prunes where a mask is 0. Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.custom_from_mask.html */
export function customFromMask<M extends Module>(module: M, name: string, mask: Tensor): M {
  return applyMethod('customFromMask', module, name, new CustomFromMask(mask));
}

/**
 * Prunes elements of several parameters as if they were one.
 *
 * @param parameters pairs of a module and the name of its parameter
 * @param method `prune.L1Unstructured` or `prune.RandomUnstructured`, or a class like them
 * @param options.amount how many of all
 * @param options.importanceScores for each pair what is ranked in place of the parameter, or null
 * @throws WasmgradError for a method that prunes slices
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.global_unstructured.html
 */
export function globalUnstructured(
  parameters: readonly (readonly [Module, string])[],
  method: new (amount: number) => PruningMethod,
  options: { readonly amount: number; readonly importanceScores?: readonly (Tensor | null)[] },
): void {
  checkOptions('globalUnstructured', options, ['amount', 'importanceScores']);
  const rule = new method(options.amount);
  if (rule.kind !== 'unstructured') {
    throw new WasmgradError(`globalUnstructured: needs a method for elements, got ${method.name}`);
  }
  noGrad(() => {
    const flat = (x: Tensor): Tensor => x.detach().reshape([-1]);
    const scores = parameters.map(([module, name], i) => flat(options.importanceScores?.[i] ?? tensorOf(module, name)));
    const masks = parameters.map(([module, name]) =>
      flat(`${name}_mask` in module ? tensorOf(module, `${name}_mask`) : onesLike(tensorOf(module, name))),
    );
    const mask = furtherMask(rule, cat(scores), cat(masks));
    let at = 0;
    for (const [module, name] of parameters) {
      const { shape, numel } = tensorOf(module, name);
      customFromMask(module, name, mask.narrow(0, at, numel).reshape(shape));
      at += numel;
    }
  });
}

/**
 * Makes pruning permanent: the parameter, the same object as before, holds what was left of it.
 *
 * @throws WasmgradError where it is not pruned
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.remove.html
 */
export function remove<M extends Module>(module: M, name: string): M {
  if (!(`${name}_mask` in module)) throw new WasmgradError(`remove: '${name}' is not pruned`);
  const orig = parameterOf('remove', module, `${name}_orig`);
  noGrad(() => orig.copy_(tensorOf(module, name)));
  removeFields(module, [`${name}_orig`, `${name}_mask`]);
  settle(module, name, orig);
  return module;
}

/** Whether a parameter of the module's tree is pruned. Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.is_pruned.html */
export function isPruned(module: Module): boolean {
  return module
    .modules()
    .some((part) =>
      Object.keys(fieldsOf(part)).some((key) => key.endsWith('_mask') && `${key.slice(0, -5)}_orig` in part),
    );
}
