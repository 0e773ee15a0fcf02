import type { DType } from '../core/dtypes.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';

/** The shape and dtype of an operand or a result. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A list whose first elements are there to be destructured: operands are as many as the op's `args`. */
export type Several<T> = readonly [T, T, T, T, T, T, ...T[]];

/** A result that starts as zeros (for kernels that add into it) rather than as undefined memory. */
export interface OutSpec extends Spec {
  readonly zeroed?: boolean;
}

/** What a backward rule knows of the forward pass. */
export interface BackwardContext<P> {
  readonly params: P;
  /** Which inputs want a gradient. */
  readonly needs: readonly boolean[];
  /** A saved input (listed in `savesInputs`). */
  input(i: number): Tensor;
  /** A saved result (listed in `savesOutputs`). */
  output(i: number): Tensor;
  /** Tells whether optional input i was given. */
  has(i: number): boolean;
  /** The shape of input i. */
  shape(i: number): readonly number[];
  /** The dtype of input i. */
  dtype(i: number): DType;
  /** Applies an op of one result, for rules that need more than Tensor methods. */
  apply<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor;
  /** Applies an op of several results. */
  applyMany<Q>(op: Op<Q>, inputs: readonly (Tensor | null)[], params: Q): Tensor[];
}

/** One gradient an input; null where there is none or none is wanted. */
export type Gradients = readonly (Tensor | null)[];

/** An operation: its checks, its kernels and its gradient in one place. */
export interface Op<P = undefined> {
  readonly name: string;
  /** The inputs' names, for error messages. */
  readonly args: readonly string[];
  /** True where `forward` takes inputs of any strides and results of any strides. */
  readonly strided?: boolean;
  /** Shapes and dtypes of the results; every check and error message. Optional inputs that are absent are null. */
  readonly infer: (inputs: Several<Spec>, params: P) => OutSpec | readonly OutSpec[];
  /** Launches kernels that fill the results. */
  readonly forward: (outs: Several<TensorData>, inputs: Several<TensorData>, params: P) => void;
  /** Indices of the inputs that `backward` reads. */
  readonly savesInputs?: readonly number[];
  /** Indices of the results that `backward` reads. */
  readonly savesOutputs?: readonly number[];
  /** The gradient rule; without one the op is not differentiable and its results need no gradient. */
  readonly backward?: (ctx: BackwardContext<P>, ...dys: Several<Tensor>) => Gradients;
}

/** How a view lies in the memory of its base. */
export interface Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Offset in elements from the start of the storage. */
  readonly offset: number;
}

/** An operation that looks at the same memory in another way. */
export interface ViewOp<P = undefined> {
  readonly name: string;
  /** The geometry of the view; every check and error message. */
  readonly view: (x: Geometry, params: P) => Geometry;
  /** The gradient rule, from the gradient of the view. `ctx.shape(0)` is the base's shape. */
  readonly backward: (ctx: BackwardContext<P>, dy: Tensor) => Gradients;
}
