import type { DType } from '../../src/core/dtypes.js';
import type { WasmgradError } from '../../src/core/errors.js';
import type { Tensor, nn } from '../../src/index.js';
import { hashText, uniforms } from '../harness/random.js';

/**
 * One input of a case. `float32` stands for the precision of the run: such an input is made as float32 and as
 * float64 in turn, from the same values (all of them exact in float32). Every other dtype stays as it is.
 */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly grad: boolean;
  /** True for inputs whose values may be replaced by others of the same kind (other sizes, special values). */
  readonly free: boolean;
  /** `n` elements drawn from the stream `seed`. */
  draw(seed: number, n: number): number[];
}

/** What a case computes: one result, or several. Numbers and booleans count as results without dims. */
export type Outcome = Tensor | number | boolean | readonly (Tensor | number | boolean)[];

/** One sample of an op, with inputs by name. */
export interface Case<Name extends string = string> {
  readonly in?: { readonly [N in Name]?: Input };
  run(inputs: { readonly [N in Name]: Tensor }): Outcome;
  /**
   * The same in Python, over the input names (`torch`, `F`, `nn`, `np`, `math` in scope; statements may come
   * before the last expression). Left out only by `large` cases.
   */
  readonly torch?: string;
  /** Calls `manualSeed(seed)` before every run, and implies `single`. */
  readonly seed?: number;
  /**
   * A PyTorch module, `m` in `torch`: made in float32 after `manual_seed`, then used in float64. See `layer` in
   * test/harness/layer.ts, which makes such cases.
   */
  readonly module?: string;
  /** False for a layer whose float64 run draws other random numbers than the fixture's. */
  readonly double?: false;
  /** The layer of a `module` case, and how it is called: what trains it in a network uses both. */
  readonly layer?: { make(): nn.Module; call(module: nn.Module, inputs: { readonly [N in Name]: Tensor }): Outcome };
  /** Computed by PyTorch in float32 and run in float32 only: random draws, casts, printing of float32. */
  readonly single?: boolean;
  /** Relative to the largest element, instead of 1e-5 (float32) and 1e-12 (float64); 0 means bit for bit. */
  readonly tolerance?: { readonly float32?: number; readonly float64?: number };
  /** Overrides the row's `elementwise` for this case. */
  readonly elementwise?: boolean;
  /** Overrides the row's `gradcheck` for this case. */
  readonly gradcheck?: 0 | 1 | 2;
  /** False where the result depends on the inputs' memory layout (`stride()`, `isContiguous()`). */
  readonly layouts?: false;
  /** Big enough that work is split: no fixture, only equal bits on 1, 2 and 4 threads. */
  readonly large?: boolean;
}

/** A call that throws. */
export interface ErrorCase {
  run(): unknown;
  readonly type: new (message: string) => WasmgradError;
  readonly message: string;
}

/** One public op with its samples, errors and tolerances. */
export interface Row {
  readonly name: string;
  readonly cases: readonly Case[];
  /** Each output element depends on the elements at its place alone: more checks are derived. */
  readonly elementwise: boolean;
  /** The order of derivative that gradcheck checks in float64. */
  readonly gradcheck: 0 | 1 | 2;
  readonly errors: readonly ErrorCase[];
  /** Special values (±0 ±inf NaN) of elementwise rows: compared in value and gradient, in value, or not. */
  readonly specials: 'gradient' | 'value' | 'none';
  /** False where PyTorch's own kernels disagree on the sign of a zero (`maximum(0, -0)`): special values ignore it. */
  readonly signedZeros: boolean;
  /** Its layers draw their parameters when they are first called: a recording of that call draws them once. */
  readonly settles: boolean;
}

/** A row as its author writes it. `Name` is the union of the inputs' names in all cases. */
export interface RowSpec<Name extends string> {
  readonly cases: readonly Case<Name>[];
  readonly elementwise?: boolean;
  readonly gradcheck?: 0 | 1 | 2;
  readonly errors?: readonly ErrorCase[];
  readonly specials?: Row['specials'];
  readonly signedZeros?: boolean;
  readonly settles?: boolean;
}

/** A row of the table: the public op name, its samples and its errors. */
export function row<Name extends string>(name: string, spec: RowSpec<Name>): Row {
  return {
    elementwise: false,
    gradcheck: 2,
    errors: [],
    specials: 'gradient',
    signedZeros: true,
    settles: false,
    ...spec,
    name,
    cases: spec.cases,
  };
}

/** Uniform floats in `[min, max)` that require a gradient. */
export function f(shape: readonly number[], options: { min?: number; max?: number; grad?: boolean } = {}): Input {
  const { min = -2, max = 2, grad = true } = options;
  return {
    shape,
    dtype: 'float32',
    grad,
    free: true,
    draw: (seed, n) => uniforms(seed, n).map((u) => Math.fround(min + (max - min) * u)),
  };
}

/** Whole numbers in `[lo, hi)`. */
export function ints(shape: readonly number[], lo: number, hi: number, dtype: 'int32' | 'uint8' = 'int32'): Input {
  return {
    shape,
    dtype,
    grad: false,
    free: true,
    draw: (seed, n) => uniforms(seed, n).map((u) => Math.floor(lo + (hi - lo) * u)),
  };
}

/** Random booleans. */
export function bools(shape: readonly number[]): Input {
  return {
    shape,
    dtype: 'bool',
    grad: false,
    free: true,
    draw: (seed, n) => uniforms(seed, n).map((u) => (u < 0.5 ? 0 : 1)),
  };
}

/** Nested numbers or booleans. */
export type Nested = number | boolean | readonly Nested[];

/** The given values. Floats require a gradient unless `grad` is false. */
export function values(nested: Nested, dtype: DType = 'float32', options: { grad?: boolean } = {}): Input {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; typeof level === 'object'; level = level[0]) shape.push(level.length);
  const flat = (Array.isArray(nested) ? nested.flat(Infinity) : [nested]).map(Number);
  const data = dtype === 'float32' ? flat.map(Math.fround) : flat;
  const isFloat = dtype === 'float32' || dtype === 'float64';
  return { shape, dtype, grad: isFloat && (options.grad ?? true), free: false, draw: () => data };
}

/** The seed of an input: by row, expression and name, so that adding a case leaves the others alone. */
export function inputSeed(row: string, sample: Case, input: string): number {
  return hashText(`${row}/${sample.torch ?? 'large'}/${input}`);
}
