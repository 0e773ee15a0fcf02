import { isFloat } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { Scope } from '../runtime/scope.js';
import { elements } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { grad } from './backward.js';

/** A gradient that disagrees with its finite difference. */
export class GradcheckError extends WasmgradError {
  override name = 'GradcheckError';
}

/** A function whose gradient is checked. */
export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** How a gradient is checked. */
export interface GradcheckOptions {
  /** The step of the finite differences. Default 1e-6. */
  readonly eps?: number;
  /** Allowed absolute distance. Default 1e-5. */
  readonly atol?: number;
  /** Allowed distance relative to the numerical gradient. Default 1e-3. */
  readonly rtol?: number;
  /** False answers false instead of throwing. Default true. */
  readonly raiseException?: boolean;
  /** True compares one random direction of each pair of input and output instead of whole Jacobians. Default false. */
  readonly fastMode?: boolean;
}

type Settings = Required<Omit<GradcheckOptions, 'raiseException'>>;

const defaults: Required<GradcheckOptions> = {
  eps: 1e-6,
  atol: 1e-5,
  rtol: 1e-3,
  raiseException: true,
  fastMode: false,
};

function settingsOf(op: string, options: GradcheckOptions): Required<GradcheckOptions> {
  const known = Object.keys(defaults);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new WasmgradError(`${op}: unknown option '${name}' (known: ${known.join(', ')})`);
  }
  return { ...defaults, ...options };
}

function listOf(x: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(x) ? (x as readonly Tensor[]) : [x as Tensor];
}

function differentiable(outcome: Tensor | readonly Tensor[]): Tensor[] {
  return listOf(outcome).filter((y) => y.requiresGrad);
}

/** Runs `fn` and frees all tensors it made. */
function scoped<T>(fn: () => T): T {
  const scope = Scope.open();
  try {
    return fn();
  } finally {
    scope.close(true);
  }
}

/** Directions for the fast mode: fixed, so that a check never depends on what ran before it, nor disturbs the global stream. */
function direction(n: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** A leaf with the values of `x` plus `step` times `along`. */
function moved(x: Tensor, along: ArrayLike<number>, step: number): Tensor {
  const y = x.detach().clone().contiguous();
  const at = elements(y);
  for (let i = 0; i < along.length; i++) at[i]! += step * along[i]!;
  return y.requiresGrad_();
}

/** A tensor of the shape and dtype of `x` with other values. */
function filled(x: Tensor, values: ArrayLike<number>): Tensor {
  const y = x.detach().clone().contiguous();
  elements(y).set(values);
  return y;
}

function unit(n: number, i: number): Float64Array {
  const e = new Float64Array(n);
  e[i] = 1;
  return e;
}

/** The derivative of every differentiable output along a direction of input i, by central differences. */
function numerical(
  fn: Differentiable,
  inputs: readonly Tensor[],
  i: number,
  along: Float64Array,
  eps: number,
): Float64Array[] {
  const at = (step: number): Float64Array[] =>
    scoped(() =>
      differentiable(fn(...inputs.map((x, j) => (j === i ? moved(x, along, step) : x)))).map((y) =>
        Float64Array.from(y.toTypedArray()),
      ),
    );
  const [ahead, behind] = [at(eps), at(-eps)];
  return ahead.map((y, k) => y.map((value, l) => (value - behind[k]![l]!) / (2 * eps)));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function compare(what: string, analytical: number, expected: number, { atol, rtol }: Settings): void {
  if (Math.abs(analytical - expected) <= atol + rtol * Math.abs(expected)) return;
  if (Number.isNaN(analytical) && Number.isNaN(expected)) return;
  throw new GradcheckError(`gradcheck: ${what}: numerical ${expected}, analytical ${analytical}`);
}

/** The gradients of output k, weighted, for the checked inputs; zeros where there is none. */
function analytical(
  outputs: readonly Tensor[],
  k: number,
  inputs: readonly Tensor[],
  checked: readonly number[],
  weights: ArrayLike<number>,
): Float64Array[] {
  return scoped(() => {
    const y = outputs[k]!;
    const starts = checked.map((i) => inputs[i]!);
    const options = { gradOutputs: [filled(y, weights)], retainGraph: true, allowUnused: true };
    const found = grad([y], starts, options);
    return starts.map((x, j) => Float64Array.from(found[j]?.toTypedArray() ?? new Float64Array(x.numel)));
  });
}

function checkWhole(
  fn: Differentiable,
  inputs: readonly Tensor[],
  checked: readonly number[],
  settings: Settings,
): void {
  const columns = checked.map((i) => {
    const n = inputs[i]!.numel;
    return Array.from({ length: n }, (_, j) => numerical(fn, inputs, i, unit(n, j), settings.eps));
  });
  const outputs = differentiable(fn(...inputs));
  outputs.forEach((y, k) => {
    for (let l = 0; l < y.numel; l++) {
      const rows = analytical(outputs, k, inputs, checked, unit(y.numel, l));
      rows.forEach((row, c) => {
        row.forEach((value, j) => {
          const what = `the gradient of output ${k}, element ${l}, by input ${checked[c]}, element ${j}`;
          compare(what, value, columns[c]![j]![k]![l]!, settings);
        });
      });
    }
  });
}

function checkDirections(
  fn: Differentiable,
  inputs: readonly Tensor[],
  checked: readonly number[],
  settings: Settings,
): void {
  const along = checked.map((i) => direction(inputs[i]!.numel, i + 1));
  const slopes = checked.map((i, c) => numerical(fn, inputs, i, along[c]!, settings.eps));
  const outputs = differentiable(fn(...inputs));
  outputs.forEach((y, k) => {
    const weights = direction(y.numel, 1000 + k);
    const rows = analytical(outputs, k, inputs, checked, weights);
    rows.forEach((row, c) => {
      const what = `the gradient of output ${k} by input ${checked[c]}, along random directions`;
      compare(what, dot(row, along[c]!), dot(slopes[c]![k]!, weights), settings);
    });
  });
}

/**
 * Compares the gradients of `fn` with central finite differences `(f(x + eps) − f(x − eps)) / 2eps`, for every input that
 * requires a gradient and every output that has one. Agreement means `|analytical − numerical| ≤ atol + rtol·|numerical|`.
 * Made for float64: with float32 inputs the differences are mostly rounding.
 *
 * @param fn a function of tensors that answers a tensor or several; it must give the same for the same inputs
 * @param inputs its inputs
 * @returns true where the gradients agree
 * @throws GradcheckError where they do not (with `raiseException: false` false is returned)
 * @throws WasmgradError when no input requires a gradient, or for an unknown option
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 * @example
 * const x = tensor([0.5, -1, 2], { dtype: 'float64', requiresGrad: true });
 * autograd.gradcheck((x) => x.tanh(), [x]); // true
 */
export function gradcheck(
  fn: Differentiable,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): boolean {
  const settings = settingsOf('gradcheck', options);
  const list = listOf(inputs);
  const checked = list.flatMap((x, i) => (x.requiresGrad && isFloat(x.dtype) ? [i] : []));
  if (checked.length === 0) throw new WasmgradError('gradcheck: no input requires a gradient');
  try {
    scoped(() => (settings.fastMode ? checkDirections : checkWhole)(fn, list, checked, settings));
    return true;
  } catch (error) {
    if (!settings.raiseException && error instanceof GradcheckError) return false;
    throw error;
  }
}

/**
 * Compares the second derivatives of `fn` with finite differences of its first: `gradcheck` of the function that takes
 * the inputs and the gradients of the outputs to the gradients of the inputs.
 *
 * @param gradOutputs the gradients of the differentiable outputs; null takes fixed random ones
 * @returns true where they agree
 * @throws GradcheckError where they do not (with `raiseException: false` false is returned)
 * @throws WasmgradError when no input requires a gradient, or for an unknown option
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html
 */
export function gradgradcheck(
  fn: Differentiable,
  inputs: Tensor | readonly Tensor[],
  gradOutputs: Tensor | readonly Tensor[] | null = null,
  options: GradcheckOptions = {},
): boolean {
  settingsOf('gradgradcheck', options);
  const list = listOf(inputs);
  if (!list.some((x) => x.requiresGrad)) throw new WasmgradError('gradgradcheck: no input requires a gradient');
  return scoped(() => {
    const outputs = differentiable(fn(...list));
    if (outputs.length === 0) return true;
    const given = gradOutputs
      ? listOf(gradOutputs)
      : outputs.map((y, k) => filled(y, direction(y.numel, 2000 + k)).requiresGrad_());
    const first: Differentiable = (...both) => {
      const xs = both.slice(0, list.length);
      const dys = both.slice(list.length);
      const starts = xs.filter((x) => x.requiresGrad);
      const found = grad(differentiable(fn(...xs)), starts, { gradOutputs: dys, createGraph: true, allowUnused: true });
      return found.filter((dx) => dx !== null);
    };
    return gradcheck(first, [...list, ...given], options);
  });
}
