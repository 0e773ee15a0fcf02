// In the order that a bundle of this class compresses best in, found by trying: it is the order of the modules in there, and gzip looks
// back 32 kB.
import * as activations from '../ops/activation.js';
import { formatTensor, gradFnName } from './format.js';
import { run } from '../autograd/engine.js';
import type { BackwardOptions } from '../autograd/engine.js';
import { dtypeBytes, isDType, isFloat } from '../core/dtypes.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import * as scan from './scan.js';
import type { ScanOptions } from './scan.js';
import { checkArray, normalizeDim, sizeOf } from '../core/shapes.js';
import * as soft from './softmax.js';
import type { SoftmaxOptions } from './softmax.js';
import { inferSize, nested } from './nested.js';
import type { Nested } from './nested.js';
import { DTypeError, IndexError, ShapeError, WasmgradError, checkWhole, fail, formatShape } from '../core/errors.js';
import * as moment from './moment.js';
import type { NormOptions, VarOptions } from './moment.js';
import * as extreme from './extreme.js';
import type { DimOptions } from './extreme.js';
import * as structured from './structured.js';
import type { CrossOptions, DiagEmbedOptions } from './structured.js';
import * as products from './products.js';
import type { AddProductOptions } from './products.js';
import { asStrided, diagonal, expand, permute, select, slice, unfold, view, viewStrides } from '../ops/view.js';
import * as special from './special.js';
import type { NanToNumOptions } from './special.js';
import * as sampling from './sampling.js';
import * as unary from './unary.js';
import type { Bound, ClampOptions, RoundOptions } from './unary.js';
import * as indexing from './indexing.js';
import type { Index, IndexPutOptions } from './indexing.js';
import * as unaryOps from '../ops/unary.js';
import { freedHere } from '../runtime/freed-at.js';
import { Variable, setTensorClass } from '../autograd/variable.js';
import * as reduce from './reduce.js';
import type { Dims, Named, ReduceDTypeOptions, ReduceOptions } from './reduce.js';
import { applyView, contiguousCopy } from '../autograd/apply.js';
import * as specialOps from '../ops/special.js';
import { recorder } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import * as copying from './copy.js';
import type { ValueOptions } from './copy.js';
import * as creation from './creation.js';
import type { CreationOptions } from './creation.js';
import * as close from './close.js';
import type { CloseOptions } from './close.js';
import * as gathering from './gather.js';
import type { NonzeroOptions, ScatterOptions } from './gather.js';
import * as joining from './join.js';
import type { DiffOptions, RepeatInterleaveOptions, Rot90Options } from './join.js';
import * as binary from './binary.js';
import type { AlphaOptions, DivOptions } from './binary.js';
import { checkOptions } from './options.js';
import { inspect } from '../core/inspect.js';
import * as random from './random.js';
import type { DrawOptions, MultinomialOptions } from './random.js';
import * as joined from './scatter-reduce.js';
import type { Reduction, ScatterReduceOptions } from './scatter-reduce.js';
import * as order from './sort.js';
import type { SortOptions, TopkOptions } from './sort.js';
import * as statistics from './statistics.js';
import type { HistcOptions, QuantileOptions } from './statistics.js';
import * as distinct from './unique.js';
import type { BincountOptions, UniqueConsecutiveOptions, UniqueOptions } from './unique.js';
import type { Hook } from '../autograd/node.js';
import type { Operand } from './operands.js';

/** The arguments of `flatten` by name. */
export interface FlattenOptions {
  /** Default 0. */
  readonly startDim?: number;
  /** Default -1. */
  readonly endDim?: number;
}

/** The arguments of `diagonal` by name. */
export interface DiagonalOptions {
  /** Above (positive) or below the main diagonal. Default 0. */
  readonly offset?: number;
  /** Default 0. */
  readonly dim1?: number;
  /** Default 1. */
  readonly dim2?: number;
}

/** The arguments of `uniform_` by name. */
export interface UniformOptions extends DrawOptions {
  /** Default 0. */
  readonly from?: number;
  /** Default 1. */
  readonly to?: number;
}

/** The arguments of `normal_` by name. */
export interface NormalOptions extends DrawOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly std?: number;
}

/** The arguments of `cauchy_` by name. */
export interface CauchyOptions extends DrawOptions {
  /** Default 0. */
  readonly median?: number;
  /** Default 1. */
  readonly sigma?: number;
}

/**
 * A multi-dimensional array of numbers that remembers how it was made. Methods are PyTorch's, in camelCase.
 *
 * Source: https://pytorch.org/docs/stable/tensors.html
 */
export class Tensor extends Variable {
  /** Strides in elements, or the stride of one dim. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): number | readonly number[] {
    return dim === undefined ? this.strides : this.strides[normalizeDim('stride', dim, this.ndim)]!;
  }

  /** The shape, or the size of one dim. */
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): number | readonly number[] {
    return dim === undefined ? this.shape : this.shape[normalizeDim('size', dim, this.ndim)]!;
  }

  /** The number of dims. */
  dim(): number {
    return this.ndim;
  }

  /** Tells whether the elements lie one after the other in row-major order. */
  isContiguous(): boolean {
    return this.dense;
  }

  /**
   * The value of a tensor of one element: a number; for bool a boolean, to be typed `item<boolean>()`.
   * @throws ShapeError for more or fewer elements
   */
  item(): number;
  item<T extends number | boolean>(): T;
  item(): number | boolean {
    this.check('item');
    if (this.numel !== 1) fail(ShapeError, 'item', 'only a tensor of one element has a value', ['input'], [this]);
    const value = this.read('item()')[0]!;
    return this.dtype === 'bool' ? value !== 0 : value;
  }

  /** The elements as nested arrays; a number (or boolean) for a tensor without dims. */
  tolist(): Nested {
    return nested(this.read('tolist()'), this.shape, this.dtype === 'bool');
  }

  /** A copy of the elements in row-major order. */
  toTypedArray(): TypedArray {
    return this.read('toTypedArray()');
  }

  /** @internal `toTypedArray` on behalf of `who`. */
  read(who: string): TypedArray {
    this.check('toTypedArray');
    if (recorder) throw recorder.notReadable(who);
    if (this.dense) return elements(this).slice();
    const copy = contiguousCopy(this);
    const values = elements(copy).slice();
    copy.storage.release();
    return values;
  }

  /** The tensor as PyTorch prints it. */
  override toString(): string {
    return formatTensor(this);
  }

  static {
    // Node's console.log asks for this method. (A computed name in the class would need its type written out in the typings.)
    Object.defineProperty(this.prototype, inspect, {
      value(this: Tensor): string {
        return this.isDisposed ? `tensor(freed, shape=${formatShape(this.shape)})` : formatTensor(this);
      },
    });
  }

  /** Frees the tensor at once; its memory goes when no view and no gradient needs it. */
  dispose(): void {
    if (!this.isDisposed) this.free(freedHere());
  }

  /** Frees the tensor at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Takes the tensor out of its scope: it lives until it is disposed of or dropped. */
  keep(): this {
    this.check('keep');
    this.moveTo(null);
    return this;
  }

  /**
   * Adds the gradients of this tensor to the `grad` of the leaves it was made from.
   *
   * @param gradient the gradient of the final result with respect to this tensor; 1 by default, for one element only
   * @throws WasmgradError where the tensor has no history, more than one element and no gradient, or its graph was freed
   */
  backward(gradient?: Tensor | null | BackwardOptions, options: BackwardOptions = {}): void {
    this.check('backward');
    if (gradient && !(gradient instanceof Tensor)) return this.backward(null, gradient);
    checkOptions('backward', options, ['retainGraph', 'createGraph']);
    if (!this.requiresGrad) {
      throw new WasmgradError('backward: the tensor does not require a gradient and has no history');
    }
    run([this], [gradient ?? null], options, null);
  }

  /** The same elements as a leaf outside of the tape; the memory is shared. */
  detach(): Tensor {
    return this.alias();
  }

  /**
   * In place: cuts the tensor off from what made it; it is a leaf then.
   * @throws WasmgradError for a view, whose gradient belongs to its base
   */
  detach_(): this {
    this.check('detach_');
    if (this.base && this.node) throw new WasmgradError('detach_: a view cannot be detached in place (use detach())');
    this.setNode(null, 0);
    this.requiresGrad = false;
    return this;
  }

  /** What made the tensor, by the name that is printed; null for a leaf. */
  get gradFn(): { readonly name: string } | null {
    return this.isLeaf ? null : { name: gradFnName(this.edge().name, this.ndim) };
  }

  /** Sets whether operations on this leaf are recorded. */
  requiresGrad_(flag = true): this {
    this.requiresGrad = flag;
    return this;
  }

  /**
   * Keeps the gradient of a tensor that is no leaf in `grad`, too, as its hooks leave it.
   * @throws WasmgradError where the tensor does not require a gradient
   */
  retainGrad(): void {
    this.check('retainGrad');
    if (!this.requiresGrad) throw new WasmgradError('retainGrad: the tensor does not require a gradient');
    if (this.isLeaf) return;
    const node = this.edge();
    // The tape must not keep the tensor alive.
    const self = new WeakRef(this);
    node.keepers ??= new Map<number, (dy: Tensor) => void>();
    node.keepers.set(this.edgeIndex, (dy) => {
      const y = self.deref();
      if (y && !y.isDisposed) y.grad = y.ownGrad ? y.ownGrad.add(dy) : dy.clone();
    });
  }

  /** Tells whether `retainGrad` was called on a tensor that is no leaf. */
  get retainsGrad(): boolean {
    return this.node?.keepers?.has(this.nodeIndex) ?? false;
  }

  /**
   * Calls `hook` with this tensor's gradient in every backward; what it returns takes the gradient's place.
   * @returns a handle whose `remove()` ends it
   */
  registerHook(hook: Hook): { remove(): void } {
    return this.addHook(hook);
  }

  /** The same elements under another shape, which may have one -1; a copy where strides do not allow a view. */
  reshape(shape: readonly number[]): Tensor {
    const size = inferSize('reshape', shape, this);
    return (viewStrides(this, size) ? this : this.clone()).#viewed('reshape', size);
  }

  /**
   * The same memory under another shape, which may have one -1.
   * @throws ShapeError where the strides do not allow it
   */
  view(shape: readonly number[]): Tensor {
    return this.#viewed('view', inferSize('view', shape, this));
  }

  /** A tensor with the shape of another. */
  reshapeAs(other: Tensor): Tensor {
    return this.reshape(other.shape);
  }

  /** A view with the shape of another. */
  viewAs(other: Tensor): Tensor {
    return this.view(other.shape);
  }

  #viewed(name: string, shape: readonly number[]): Tensor {
    return applyView(view, this, { shape, name });
  }

  /** The same memory by explicit strides, in elements. */
  asStrided(shape: readonly number[], strides: readonly number[], offset: number = this.offset): Tensor {
    if (strides.length !== shape.length) {
      throw new ShapeError(`asStrided: ${shape.length} sizes need as many strides, got ${strides.length}`);
    }
    if (strides.some((stride) => stride < 0)) {
      throw new ShapeError(`asStrided: strides must not be negative, got [${strides.join(', ')}]`);
    }
    const last = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i]!, offset);
    const room = this.storage.bytes / dtypeBytes[this.dtype];
    if (sizeOf(shape) > 0 && (offset < 0 || last >= room)) {
      throw new ShapeError(`asStrided: element ${last} lies outside of the storage of ${room} elements`);
    }
    return applyView(asStrided, this, { shape, strides, offset });
  }

  /** The product with another tensor as `matmul`: vectors, matrices, batches of them. */
  matmul(other: Tensor): Tensor {
    return products.matmul(this, other);
  }

  /** The product of two matrices: [m, k] and [k, n] → [m, n]. */
  mm(mat2: Tensor): Tensor {
    return products.mm(this, mat2);
  }

  /** The products of matrices pair by pair: [N, m, k] and [N, k, n] → [N, m, n]. */
  bmm(mat2: Tensor): Tensor {
    return products.bmm(this, mat2);
  }

  /** The product of a matrix and a vector: [m, k] and [k] → [m]. */
  mv(vec: Tensor): Tensor {
    return products.mv(this, vec);
  }

  /** The sum of products of two vectors: Σᵢ x[i]·y[i]. */
  dot(other: Tensor): Tensor {
    return products.dot(this, other);
  }

  /** Every product of two vectors' elements: y[i, j] = x[i]·vec[j]. */
  outer(vec2: Tensor): Tensor {
    return products.outer(this, vec2);
  }

  /** beta·x + alpha·(mat1·mat2). */
  addmm(mat1: Tensor, mat2: Tensor, options: AddProductOptions = {}): Tensor {
    return products.addmm(this, mat1, mat2, options);
  }

  /** beta·x + alpha·(batch1·batch2), pair by pair. */
  baddbmm(batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
    return products.baddbmm(this, batch1, batch2, options);
  }

  /** The Kronecker product: y[i·p + k, j·q + l] = x[i, j]·other[k, l]. */
  kron(other: Tensor): Tensor {
    return structured.kron(this, other);
  }

  /** The vector product along a dim; by default along the first dim of size 3. */
  cross(other: Tensor, dim?: number | null | CrossOptions): Tensor {
    return structured.cross(this, other, dim);
  }

  /** The sum of the main diagonal of a matrix. */
  trace(): Tensor {
    return structured.trace(this);
  }

  /** Of a vector the matrix with that diagonal, of a matrix its diagonal. */
  diag(diagonal?: Named<'diagonal', number>): Tensor {
    return structured.diag(this, diagonal);
  }

  /** Matrices whose diagonals are the last dim; zeros elsewhere. */
  diagEmbed(first?: number | DiagEmbedOptions, second?: number | DiagEmbedOptions, third?: number): Tensor {
    return structured.diagEmbed(this, first, second, third);
  }

  /** Two dims exchanged: y[…, i, …, j, …] = x[…, j, …, i, …]. */
  transpose(dim0: number, dim1: number): Tensor {
    const a = normalizeDim('transpose', dim0, this.ndim);
    const b = normalizeDim('transpose', dim1, this.ndim);
    const dims = this.shape.map((_, i) => (i === a ? b : i === b ? a : i));
    return applyView(permute, this, dims);
  }

  /** Dims in another order. */
  permute(dims: readonly number[]): Tensor {
    checkArray('permute', 'dims', dims);
    const order = dims.map((d) => normalizeDim('permute', d, this.ndim));
    if (order.length !== this.ndim || new Set(order).size !== order.length) {
      fail(
        ShapeError,
        'permute',
        `[${dims.join(', ')}] does not name each of ${this.ndim} dims once`,
        ['input'],
        [this],
      );
    }
    return applyView(permute, this, order);
  }

  /** The transpose of a matrix (all dims reversed). */
  get T(): Tensor {
    return applyView(
      permute,
      this,
      this.shape.map((_, i) => this.ndim - 1 - i),
    );
  }

  /** The last two dims exchanged. */
  get mT(): Tensor {
    if (this.ndim < 2) fail(ShapeError, 'mT', 'needs at least two dims', ['input'], [this]);
    return this.transpose(-2, -1);
  }

  /** The transpose of a tensor of at most two dims. */
  t(): Tensor {
    if (this.ndim > 2) fail(ShapeError, 't', 'takes at most two dims', ['input'], [this], 'use transpose()');
    return this.T;
  }

  /** Without the dims of size 1: all of them, or those named that have size 1. */
  squeeze(dim?: Named<'dim', number | readonly number[] | null>): Tensor {
    const given = reduce.argument('squeeze', 'dim', dim, null);
    const named =
      given === null
        ? null
        : (typeof given === 'number' ? [given] : given).map((d) => normalizeDim('squeeze', d, this.ndim));
    const kept = this.shape
      .map((_, i) => i)
      .filter((i) => this.shape[i] !== 1 || (named !== null && !named.includes(i)));
    return this.#viewed(
      'squeeze',
      kept.map((i) => this.shape[i]!),
    );
  }

  /** With a new dim of size 1 before `dim`. */
  unsqueeze(dim: number): Tensor {
    const at = normalizeDim('unsqueeze', dim, this.ndim + 1);
    return this.#viewed('unsqueeze', [...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }

  /** Dims of size 1 repeated without a copy; -1 keeps a size; new dims come in front. */
  expand(shape: readonly number[]): Tensor {
    checkArray('expand', 'the shape', shape);
    const lead = shape.length - this.ndim;
    const size = shape.map((n, i) => (n === -1 && i >= lead ? this.shape[i - lead]! : n));
    const fits = lead >= 0 && this.shape.every((n, i) => n === size[i + lead] || n === 1);
    if (!fits || size.some((n) => !Number.isInteger(n) || n < 0)) {
      fail(ShapeError, 'expand', `cannot expand to ${formatShape(shape)}`, ['input'], [this]);
    }
    return applyView(expand, this, size);
  }

  /** Expanded to the shape of another. */
  expandAs(other: Tensor): Tensor {
    return this.expand(other.shape);
  }

  /** `length` indices of a dim from `start` on. */
  narrow(dim: number, start: number, length: number): Tensor {
    const d = dimOf('narrow', this, dim);
    const size = this.shape[d] ?? 0;
    const from = start < 0 ? start + size : start;
    if (!Number.isInteger(from) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > size) {
      throw new IndexError(`narrow: start ${start} and length ${length} exceed dim ${d} of size ${size}`);
    }
    return applyView(slice, this, { dim: d, start: from, length, step: 1 });
  }

  /** x[…, index, …]: one index of a dim, which goes away. */
  select(dim: number, index: number): Tensor {
    return applyView(select, this, { dim, index });
  }

  /** x[…, start:end:step, …] as Python slices: negative bounds count from the end, those beyond it are cut. */
  slice(dim = 0, start: number | null = null, end: number | null = null, step = 1): Tensor {
    const d = normalizeDim('slice', dim, this.ndim);
    if (this.ndim === 0) throw new IndexError('slice: a tensor without dims has nothing to slice');
    checkWhole('slice', 'step', step, 1, IndexError);
    const size = this.shape[d]!;
    const bound = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
    const from = bound(start ?? 0);
    const to = bound(end ?? size);
    if (!Number.isInteger(from) || !Number.isInteger(to))
      throw new IndexError(`slice: bounds must be whole numbers, got ${start}, ${end}`);
    const length = Math.max(0, Math.ceil((to - from) / step));
    return applyView(slice, this, { dim: d, start: from, length, step });
  }

  /** Dims `startDim` to `endDim` as one. */
  flatten(start?: number | FlattenOptions, end?: number | FlattenOptions): Tensor {
    const names = ['startDim', 'endDim'] as const;
    const { startDim = 0, endDim = -1 } = reduce.named<FlattenOptions>('flatten', names, [start, end]);
    const from = normalizeDim('flatten', startDim, this.ndim);
    const to = normalizeDim('flatten', endDim, this.ndim);
    if (this.ndim === 0) return this.reshape([1]);
    if (from > to) throw new ShapeError(`flatten: startDim ${startDim} comes after endDim ${endDim}`);
    const middle = sizeOf(this.shape.slice(from, to + 1));
    return this.reshape([...this.shape.slice(0, from), middle, ...this.shape.slice(to + 1)]);
  }

  /** All dims as one. */
  ravel(): Tensor {
    return this.reshape([-1]);
  }

  /** Another name of `transpose`. */
  swapaxes(dim0: number, dim1: number): Tensor {
    return this.transpose(dim0, dim1);
  }

  /** Another name of `transpose`. */
  swapdims(dim0: number, dim1: number): Tensor {
    return this.transpose(dim0, dim1);
  }

  /** Another name of `movedim`. */
  moveaxis(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return this.movedim(source, destination);
  }

  /** One dim as several, whose sizes may have one -1. */
  unflatten(dim: number, sizes: readonly number[]): Tensor {
    const d = normalizeDim('unflatten', dim, this.ndim);
    const inner = inferSize('unflatten', sizes, { shape: [this.shape[d]!], numel: this.shape[d]!, dtype: this.dtype });
    return this.#viewed('unflatten', [...this.shape.slice(0, d), ...inner, ...this.shape.slice(d + 1)]);
  }

  /** Dims moved to other places, the others kept in order. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    const [from, to] = [source, destination].map((given) =>
      (typeof given === 'number' ? [given] : given).map((d) => normalizeDim('movedim', d, this.ndim)),
    ) as [number[], number[]];
    if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
      throw new ShapeError(`movedim: [${from.join(', ')}] and [${to.join(', ')}] must be as many different dims`);
    }
    const others = this.shape.map((_, i) => i).filter((i) => !from.includes(i));
    return this.permute(this.shape.map((_, i) => (to.includes(i) ? from[to.indexOf(i)]! : others.shift()!)));
  }

  /** Pieces of `size` along a dim (the last may be smaller), or pieces of the sizes given. */
  split(size: number | readonly number[], dim?: Named<'dim', number>): Tensor[] {
    const d = dimOf('split', this, reduce.argument('split', 'dim', dim, 0));
    const n = this.shape[d] ?? 0;
    let sizes: readonly number[];
    if (typeof size === 'number') {
      checkWhole('split', 'size', size, 1);
      sizes = Array.from({ length: Math.max(1, Math.ceil(n / size)) }, (_, i) => Math.min(size, n - i * size));
    } else {
      sizes = size;
      const sum = sizes.reduce((a, b) => a + b, 0);
      if (sum !== n)
        throw new ShapeError(`split: sizes [${sizes.join(', ')}] add up to ${sum}, not to dim ${d} of size ${n}`);
    }
    let start = 0;
    return sizes.map((length) => {
      const piece = this.narrow(d, start, length);
      start += length;
      return piece;
    });
  }

  /** At most `chunks` pieces of equal size along a dim; the last may be smaller. */
  chunk(chunks: number, dim?: Named<'dim', number>): Tensor[] {
    const d = dimOf('chunk', this, reduce.argument('chunk', 'dim', dim, 0));
    checkWhole('chunk', 'chunks', chunks, 1);
    const n = this.shape[d] ?? 0;
    return this.split(n === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(n / chunks), d);
  }

  /** The slices along a dim, without it. */
  unbind(dim?: Named<'dim', number>): Tensor[] {
    const d = dimOf('unbind', this, reduce.argument('unbind', 'dim', dim, 0));
    return Array.from({ length: this.shape[d] ?? 0 }, (_, i) => this.select(d, i));
  }

  /** The diagonal of two dims as the last dim; `offset` above (positive) or below the main one. */
  diagonal(first?: number | DiagonalOptions, second?: number | DiagonalOptions, third?: number): Tensor {
    const names = ['offset', 'dim1', 'dim2'] as const;
    const given = reduce.named<DiagonalOptions>('diagonal', names, [first, second, third]);
    const { offset = 0, dim1 = 0, dim2 = 1 } = given;
    checkWhole('diagonal', 'offset', offset);
    const a = normalizeDim('diagonal', dim1, this.ndim);
    const b = normalizeDim('diagonal', dim2, this.ndim);
    if (a === b || this.ndim < 2) throw new ShapeError(`diagonal: needs two different dims, got ${dim1} and ${dim2}`);
    return applyView(diagonal, this, { offset, dim1: a, dim2: b });
  }

  /**
   * Windows of a dim as a new last dim: y[…, i, …, j] = x[…, i·step + j, …].
   * @throws ShapeError where `size` exceeds the dim, or `step` is not at least 1
   */
  unfold(dim: number, size: number, step: number): Tensor {
    const d = normalizeDim('unfold', dim, this.ndim);
    const n = this.shape[d] ?? 1;
    if (!Number.isInteger(size) || size < 0 || size > n) {
      throw new ShapeError(`unfold: size ${size} does not fit dim ${d} of size ${n}`);
    }
    checkWhole('unfold', 'step', step, 1);
    return applyView(unfold, this, { dim: d, size, step, dilation: 1 });
  }

  /** The sum over dims, or of all elements; see `sum`. */
  sum(dim?: Dims | ReduceDTypeOptions, keepdim?: boolean | ReduceDTypeOptions, options?: ReduceDTypeOptions): Tensor {
    return reduce.sum(this, dim, keepdim, options);
  }

  /** The mean over dims, or of all elements; see `mean`. */
  mean(dim?: Dims | ReduceDTypeOptions, keepdim?: boolean | ReduceDTypeOptions, options?: ReduceDTypeOptions): Tensor {
    return reduce.mean(this, dim, keepdim, options);
  }

  /** The product over a dim, or of all elements; see `prod`. */
  prod(
    dim?: number | null | ReduceDTypeOptions,
    keepdim?: boolean | ReduceDTypeOptions,
    options?: ReduceDTypeOptions,
  ): Tensor {
    return reduce.prod(this, dim, keepdim, options);
  }

  /** Whether any element over dims is not 0; see `any`. */
  any(dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
    return reduce.any(this, dim, keepdim);
  }

  /** Whether all elements over dims are not 0; see `all`. */
  all(dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
    return reduce.all(this, dim, keepdim);
  }

  /** A copy in new contiguous memory; the gradient passes to the original. */
  clone(): Tensor {
    return copying.clone(this);
  }

  /** The tensor itself where its elements lie in row-major order, a copy otherwise. */
  contiguous(): Tensor {
    return this.dense ? this : copying.clone(this);
  }

  /**
   * The tensor in another dtype, or that of another tensor; itself where it has that dtype.
   * @throws DTypeError for an unknown dtype
   */
  to(dtype: DType | Tensor | { readonly dtype?: DType }): Tensor {
    if (dtype instanceof Tensor) return copying.cast(this, dtype.dtype);
    return copying.cast(this, checkDType('to', reduce.argument('to', 'dtype', dtype, this.dtype)));
  }

  /** As float32. */
  float(): Tensor {
    return copying.cast(this, 'float32');
  }

  /** As float64. */
  double(): Tensor {
    return copying.cast(this, 'float64');
  }

  /** As int32, which stands for PyTorch's int64 where whole numbers are labels or indices. */
  long(): Tensor {
    return copying.cast(this, 'int32');
  }

  /** In the dtype of another tensor. */
  typeAs(other: Tensor): Tensor {
    return copying.cast(this, other.dtype);
  }

  /** Tells whether the dtype is float32 or float64. */
  isFloatingPoint(): boolean {
    return isFloat(this.dtype);
  }

  /** As int32, rounded towards 0. */
  int(): Tensor {
    return copying.cast(this, 'int32');
  }

  /** As uint8, modulo 256. */
  byte(): Tensor {
    return copying.cast(this, 'uint8');
  }

  /** As bool: true where not 0. */
  bool(): Tensor {
    return copying.cast(this, 'bool');
  }

  /** In place: this = source, broadcast and cast to this dtype. */
  copy_(source: Tensor): this {
    return copying.copyInPlace(this, source) as this;
  }

  /** In place: every element = value. */
  fill_(value: Operand): this {
    return copying.fillInPlace(this, value) as this;
  }

  /** In place: every element = 0. */
  zero_(): this {
    return copying.fillInPlace(this, 0) as this;
  }

  /** this + alpha·other; see the function `add`. */
  add(other: Operand, options?: AlphaOptions): Tensor {
    return binary.add(this, other, options);
  }

  /** In place: this += alpha·other. */
  add_(other: Operand, options: AlphaOptions = {}): this {
    return binary.addInPlace(this, other, options) as this;
  }

  /** this - alpha·other. */
  sub(other: Operand, options?: AlphaOptions): Tensor {
    return binary.sub(this, other, options);
  }

  /** In place: this -= alpha·other. */
  sub_(other: Operand, options: AlphaOptions = {}): this {
    return binary.subInPlace(this, other, options) as this;
  }

  /** other - alpha·this. */
  rsub(other: Operand, options?: AlphaOptions): Tensor {
    return binary.sub(other, this, options);
  }

  /** this · other. */
  mul(other: Operand): Tensor {
    return binary.mul(this, other);
  }

  /** In place: this *= other. */
  mul_(other: Operand): this {
    return binary.mulInPlace(this, other) as this;
  }

  /** this / other in floating point; `roundingMode` 'floor' or 'trunc' keeps integers. */
  div(other: Operand, options?: DivOptions): Tensor {
    return binary.div(this, other, options);
  }

  /** In place: this /= other. */
  div_(other: Operand, options: DivOptions = {}): this {
    return binary.divInPlace(this, other, options) as this;
  }

  /** ⌊this / other⌋; integers stay integers. */
  floorDivide(other: Operand): Tensor {
    return binary.floorDivide(this, other);
  }

  /** Python's remainder: the result has the sign of `other`. */
  remainder(other: Operand): Tensor {
    return binary.remainder(this, other);
  }

  /** C's remainder: the result has the sign of this. */
  fmod(other: Operand): Tensor {
    return binary.fmod(this, other);
  }

  /** this ^ exponent. */
  pow(exponent: Operand): Tensor {
    return binary.pow(this, exponent);
  }

  /** In place: this = this ^ exponent. */
  pow_(exponent: Operand): this {
    return binary.powInPlace(this, exponent) as this;
  }

  /** The angle of the point (other, this). */
  atan2(other: Operand): Tensor {
    return binary.atan2(this, other);
  }

  /** The larger of both, element by element. */
  maximum(other: Operand): Tensor {
    return binary.maximum(this, other);
  }

  /** The smaller of both, element by element. */
  minimum(other: Operand): Tensor {
    return binary.minimum(this, other);
  }

  /** Where this = other, as bool. */
  eq(other: Operand): Tensor {
    return binary.eq(this, other);
  }

  /** Where this ≠ other, as bool. */
  ne(other: Operand): Tensor {
    return binary.ne(this, other);
  }

  /** Where this < other, as bool. */
  lt(other: Operand): Tensor {
    return binary.lt(this, other);
  }

  /** Where this ≤ other, as bool. */
  le(other: Operand): Tensor {
    return binary.le(this, other);
  }

  /** Where this > other, as bool. */
  gt(other: Operand): Tensor {
    return binary.gt(this, other);
  }

  /** Where this ≥ other, as bool. */
  ge(other: Operand): Tensor {
    return binary.ge(this, other);
  }

  /** Where both are not 0, as bool. */
  logicalAnd(other: Operand): Tensor {
    return binary.logicalAnd(this, other);
  }

  /** Where either is not 0, as bool. */
  logicalOr(other: Operand): Tensor {
    return binary.logicalOr(this, other);
  }

  /** Where one of both is not 0, as bool. */
  logicalXor(other: Operand): Tensor {
    return binary.logicalXor(this, other);
  }

  /** Where this is 0, as bool. */
  logicalNot(): Tensor {
    return binary.logicalNot(this);
  }

  /** this and other, bit by bit. */
  bitwiseAnd(other: Operand): Tensor {
    return binary.bitwiseAnd(this, other);
  }

  /** this or other, bit by bit. */
  bitwiseOr(other: Operand): Tensor {
    return binary.bitwiseOr(this, other);
  }

  /** Either this or other, bit by bit. */
  bitwiseXor(other: Operand): Tensor {
    return binary.bitwiseXor(this, other);
  }

  /** this with every bit turned. */
  bitwiseNot(): Tensor {
    return binary.bitwiseNot(this);
  }

  /** e^this. */
  exp(): Tensor {
    return unary.float(unaryOps.exp, this);
  }

  /** In place: e^this. */
  exp_(): this {
    return unary.inPlace(unaryOps.exp, this);
  }

  /** e^this - 1. */
  expm1(): Tensor {
    return unary.float(unaryOps.expm1, this);
  }

  /** In place: e^this - 1. */
  expm1_(): this {
    return unary.inPlace(unaryOps.expm1, this);
  }

  /** The natural logarithm. */
  log(): Tensor {
    return unary.float(unaryOps.log, this);
  }

  /** In place: the natural logarithm. */
  log_(): this {
    return unary.inPlace(unaryOps.log, this);
  }

  /** log(1 + this). */
  log1p(): Tensor {
    return unary.float(unaryOps.log1p, this);
  }

  /** In place: log(1 + this). */
  log1p_(): this {
    return unary.inPlace(unaryOps.log1p, this);
  }

  /** The square root. */
  sqrt(): Tensor {
    return unary.float(unaryOps.sqrt, this);
  }

  /** In place: the square root. */
  sqrt_(): this {
    return unary.inPlace(unaryOps.sqrt, this);
  }

  /** 1 / √this. */
  rsqrt(): Tensor {
    return unary.float(unaryOps.rsqrt, this);
  }

  /** In place: 1 / √this. */
  rsqrt_(): this {
    return unary.inPlace(unaryOps.rsqrt, this);
  }

  /** 1 / this. */
  reciprocal(): Tensor {
    return unary.float(unaryOps.reciprocal, this);
  }

  /** In place: 1 / this. */
  reciprocal_(): this {
    return unary.inPlace(unaryOps.reciprocal, this);
  }

  /** The sine of radians. */
  sin(): Tensor {
    return unary.float(unaryOps.sin, this);
  }

  /** In place: the sine of radians. */
  sin_(): this {
    return unary.inPlace(unaryOps.sin, this);
  }

  /** The cosine of radians. */
  cos(): Tensor {
    return unary.float(unaryOps.cos, this);
  }

  /** In place: the cosine of radians. */
  cos_(): this {
    return unary.inPlace(unaryOps.cos, this);
  }

  /** The hyperbolic tangent. */
  tanh(): Tensor {
    return unary.float(activations.tanh, this);
  }

  /** In place: the hyperbolic tangent. */
  tanh_(): this {
    return unary.inPlace(activations.tanh, this);
  }

  /** 1 / (1 + e^-this). */
  sigmoid(): Tensor {
    return unary.float(activations.sigmoid, this);
  }

  /** In place: 1 / (1 + e^-this). */
  sigmoid_(): this {
    return unary.inPlace(activations.sigmoid, this);
  }

  /** The error function. */
  erf(): Tensor {
    return unary.float(unaryOps.erf, this);
  }

  /** In place: the error function. */
  erf_(): this {
    return unary.inPlace(unaryOps.erf, this);
  }

  /** max(this, 0). */
  relu(): Tensor {
    return unary.keep(activations.relu, this);
  }

  /** In place: max(this, 0). */
  relu_(): this {
    return unary.inPlace(activations.relu, this);
  }

  /** -this. */
  neg(): Tensor {
    return unary.keep(unaryOps.neg, this);
  }

  /** In place: -this. */
  neg_(): this {
    return unary.inPlace(unaryOps.neg, this);
  }

  /** |this|. */
  abs(): Tensor {
    return unary.keep(unaryOps.abs, this);
  }

  /** In place: |this|. */
  abs_(): this {
    return unary.inPlace(unaryOps.abs, this);
  }

  /** -1, 0 or 1. */
  sign(): Tensor {
    return unary.keep(unaryOps.sign, this);
  }

  /** In place: -1, 0 or 1. */
  sign_(): this {
    return unary.inPlace(unaryOps.sign, this);
  }

  /** Rounded down. */
  floor(): Tensor {
    return unary.keep(unaryOps.floor, this);
  }

  /** In place: rounded down. */
  floor_(): this {
    return unary.inPlace(unaryOps.floor, this);
  }

  /** Rounded up. */
  ceil(): Tensor {
    return unary.keep(unaryOps.ceil, this);
  }

  /** In place: rounded up. */
  ceil_(): this {
    return unary.inPlace(unaryOps.ceil, this);
  }

  /** Rounded towards 0. */
  trunc(): Tensor {
    return unary.keep(unaryOps.trunc, this);
  }

  /** In place: rounded towards 0. */
  trunc_(): this {
    return unary.inPlace(unaryOps.trunc, this);
  }

  /** this². */
  square(): Tensor {
    return unary.square(this);
  }

  /** In place: this². */
  square_(): this {
    return unary.inPlace(unaryOps.square, this);
  }

  /** The nearest whole number, the even one for halves; see the function `round`. */
  round(options: RoundOptions = {}): Tensor {
    return unary.round(this, options);
  }

  /** In place: rounded to whole numbers. */
  round_(): this {
    return unary.inPlace(unaryOps.round, this);
  }

  /** The logarithm to base 2. */
  log2(): Tensor {
    return unary.log2(this);
  }

  /** The logarithm to base 10. */
  log10(): Tensor {
    return unary.log10(this);
  }

  /** The tangent of radians. */
  tan(): Tensor {
    return unary.tan(this);
  }

  /** The fraction. */
  frac(): Tensor {
    return unary.frac(this);
  }

  /** The arcsine; see the function `asin`. */
  asin(): Tensor {
    return unary.float(specialOps.asin, this);
  }

  /** The arccosine; see the function `acos`. */
  acos(): Tensor {
    return unary.float(specialOps.acos, this);
  }

  /** The arctangent; see the function `atan`. */
  atan(): Tensor {
    return unary.float(specialOps.atan, this);
  }

  /** The hyperbolic sine; see the function `sinh`. */
  sinh(): Tensor {
    return unary.float(specialOps.sinh, this);
  }

  /** The hyperbolic cosine; see the function `cosh`. */
  cosh(): Tensor {
    return unary.float(specialOps.cosh, this);
  }

  /** The inverse of sinh; see the function `asinh`. */
  asinh(): Tensor {
    return unary.float(specialOps.asinh, this);
  }

  /** The inverse of cosh; see the function `acosh`. */
  acosh(): Tensor {
    return unary.float(specialOps.acosh, this);
  }

  /** The inverse of tanh; see the function `atanh`. */
  atanh(): Tensor {
    return unary.float(specialOps.atanh, this);
  }

  /** 1 - erf; see the function `erfc`. */
  erfc(): Tensor {
    return unary.float(specialOps.erfc, this);
  }

  /** The inverse of erf; see the function `erfinv`. */
  erfinv(): Tensor {
    return unary.float(specialOps.erfinv, this);
  }

  /** log |Γ|; see the function `lgamma`. */
  lgamma(): Tensor {
    return unary.float(specialOps.lgamma, this);
  }

  /** The slope of lgamma; see the function `digamma`. */
  digamma(): Tensor {
    return unary.float(specialOps.digamma, this);
  }

  /** 2^this; see the function `exp2`. */
  exp2(): Tensor {
    return special.exp2(this);
  }

  /** sin(πx) / (πx); see the function `sinc`. */
  sinc(): Tensor {
    return special.sinc(this);
  }

  /** The inverse of sigmoid; see the function `logit`. */
  logit(eps?: Named<'eps', number | null>): Tensor {
    return special.logit(this, eps);
  }

  /** NaN and infinities replaced by numbers; see the function `nanToNum`. */
  nanToNum(options: NanToNumOptions = {}): Tensor {
    return special.nanToNum(this, options);
  }

  /** √(this² + other²). */
  hypot(other: Tensor): Tensor {
    return special.hypot(this, other);
  }

  /** 0 below 0, 1 above it, `values` at it. */
  heaviside(values: Tensor): Tensor {
    return special.heaviside(this, values);
  }

  /** this · log(other), 0 where this is 0. */
  xlogy(other: Operand): Tensor {
    return special.xlogy(this, other);
  }

  /** In place: the fraction. */
  frac_(): this {
    return this.copy_(unary.frac(this));
  }

  /** In place: the tangent of radians. */
  tan_(): this {
    return this.copy_(unary.tan(this));
  }

  /** In place: the logarithm to base 2. */
  log2_(): this {
    return this.copy_(unary.log2(this));
  }

  /** In place: the logarithm to base 10. */
  log10_(): this {
    return this.copy_(unary.log10(this));
  }

  /** In place: the inverse of erf. */
  erfinv_(): this {
    return this.copy_(unary.float(specialOps.erfinv, this));
  }

  /** In place: max(this, min). */
  clampMin_(min: Tensor | number): this {
    return this.clamp_(min);
  }

  /** In place: min(this, max). */
  clampMax_(max: Tensor | number): this {
    return this.clamp_(null, max);
  }

  /** In place: the lower triangle of matrices; 0 above `diagonal`. */
  tril_(diagonal?: Named<'diagonal', number>): this {
    return this.copy_(copying.tril(this, diagonal));
  }

  /** In place: the upper triangle of matrices; 0 below `diagonal`. */
  triu_(diagonal?: Named<'diagonal', number>): this {
    return this.copy_(copying.triu(this, diagonal));
  }

  /** Zeros in the dtype of this tensor. */
  newZeros(shape: readonly number[], options: CreationOptions = {}): Tensor {
    return this.newFull(shape, 0, options);
  }

  /** Ones in the dtype of this tensor. */
  newOnes(shape: readonly number[], options: CreationOptions = {}): Tensor {
    return this.newFull(shape, 1, options);
  }

  /** One value everywhere, in the dtype of this tensor. */
  newFull(shape: readonly number[], value: number | boolean, options: CreationOptions = {}): Tensor {
    return creation.full(shape, value, { dtype: this.dtype, ...options });
  }

  /** A tensor of the values given, in the dtype of this tensor. */
  newTensor(data: Nested | TypedArray, options: CreationOptions = {}): Tensor {
    return creation.tensor(data, { dtype: this.dtype, ...options });
  }

  /** Expanded to a shape; another name of `expand`. */
  broadcastTo(shape: readonly number[]): Tensor {
    return this.expand(shape);
  }

  /** Which elements are NaN. */
  isnan(): Tensor {
    return unary.float(unaryOps.isnan, this);
  }

  /** Which elements are infinite. */
  isinf(): Tensor {
    return unary.float(unaryOps.isinf, this);
  }

  /** Which elements are neither infinite nor NaN. */
  isfinite(): Tensor {
    return unary.float(unaryOps.isfinite, this);
  }

  /** Forced between two bounds, `clamp(min, max)` or `clamp({ min, max })`; see the function `clamp`. */
  clamp(min?: Bound | ClampOptions, max?: Bound): Tensor {
    return unary.clamp(this, min, max);
  }

  /** max(this, min). */
  clampMin(min: Tensor | number): Tensor {
    return unary.clampMin(this, min);
  }

  /** min(this, max). */
  clampMax(max: Tensor | number): Tensor {
    return unary.clampMax(this, max);
  }

  /** Another name of `clamp`. */
  clip(min?: Bound | ClampOptions, max?: Bound): Tensor {
    return unary.clamp(this, min, max);
  }

  /** In place: forced between two bounds. */
  clamp_(min?: Bound | ClampOptions, max?: Bound): this {
    unary.clampInPlace(this, min, max);
    return this;
  }

  /** this + value·(a·b). */
  addcmul(a: Tensor, b: Tensor, { value = 1, ...unknown }: ValueOptions = {}): Tensor {
    checkOptions('addcmul', unknown, []);
    return this.add(a.mul(b), { alpha: value });
  }

  /** this + value·(a / b). */
  addcdiv(a: Tensor, b: Tensor, { value = 1, ...unknown }: ValueOptions = {}): Tensor {
    checkOptions('addcdiv', unknown, []);
    return this.add(a.div(b), { alpha: value });
  }

  /** In place: this += value·(a·b). */
  addcmul_(a: Tensor, b: Tensor, { value = 1, ...unknown }: ValueOptions = {}): this {
    checkOptions('addcmul_', unknown, []);
    return this.add_(a.mul(b), { alpha: value });
  }

  /** In place: this += value·(a / b). */
  addcdiv_(a: Tensor, b: Tensor, { value = 1, ...unknown }: ValueOptions = {}): this {
    checkOptions('addcdiv_', unknown, []);
    return this.add_(a.div(b), { alpha: value });
  }

  /** this + weight·(end - this). */
  lerp(end: Tensor, weight: Operand): Tensor {
    return copying.lerp(this, end, weight);
  }

  /** In place: this = this + weight·(end - this). */
  lerp_(end: Tensor, weight: Operand): this {
    return this.copy_(copying.lerp(this, end, weight));
  }

  /** condition ? this : other, element by element. */
  where(condition: Tensor, other: Operand): Tensor {
    return copying.where(condition, this, other);
  }

  /** mask ? value : this. */
  maskedFill(mask: Tensor, value: Operand): Tensor {
    return copying.maskedFill(this, mask, value);
  }

  /** In place: this = mask ? value : this. */
  maskedFill_(mask: Tensor, value: Operand): this {
    return copying.maskedFillInPlace(this, mask, value) as this;
  }

  /** The lower triangle of matrices; 0 above `diagonal`. */
  tril(diagonal?: Named<'diagonal', number>): Tensor {
    return copying.tril(this, diagonal);
  }

  /** The upper triangle of matrices; 0 below `diagonal`. */
  triu(diagonal?: Named<'diagonal', number>): Tensor {
    return copying.triu(this, diagonal);
  }

  /** The order along dims reversed, in a copy. */
  flip(dims: number | readonly number[]): Tensor {
    return copying.flip(this, dims);
  }

  /** In place: numbers uniform in [from, to). */
  uniform_(first?: number | UniformOptions, second?: number | UniformOptions, third?: DrawOptions): this {
    const names = ['from', 'to', 'generator'] as const;
    const { from = 0, to = 1, ...options } = reduce.named<UniformOptions>('uniform_', names, [first, second, third]);
    return random.uniform_(this, from, to, options) as this;
  }

  /** In place: normal numbers with a mean and a standard deviation. */
  normal_(first?: number | NormalOptions, second?: number | NormalOptions, third?: DrawOptions): this {
    const names = ['mean', 'std', 'generator'] as const;
    const { mean = 0, std = 1, ...options } = reduce.named<NormalOptions>('normal_', names, [first, second, third]);
    if (typeof mean !== 'number') throw new WasmgradError(`normal_: mean must be a number, got ${String(mean)}`);
    return random.normal_(this, mean, std, options) as this;
  }

  /** In place: numbers of an exponential distribution, with mean 1 / lambda. */
  exponential_(lambda = 1, options: DrawOptions = {}): this {
    return random.exponential_(this, lambda, options) as this;
  }

  /** In place: numbers of a Cauchy distribution, median + sigma·tan(π(u − ½)). */
  cauchy_(first?: number | CauchyOptions, second?: number | CauchyOptions, third?: DrawOptions): this {
    const given = reduce.named<CauchyOptions>('cauchy_', ['median', 'sigma', 'generator'], [first, second, third]);
    const { median = 0, sigma = 1, ...options } = given;
    return sampling.cauchy_(this, median, sigma, options) as this;
  }

  /** In place: the number of trials until the first success, of probability p each. */
  geometric_(p: number, options: DrawOptions = {}): this {
    return sampling.geometric_(this, p, options) as this;
  }

  /** In place: e to the power of normal numbers with this mean (default 1) and deviation (default 2). */
  logNormal_(first?: number | NormalOptions, second?: number | NormalOptions, third?: DrawOptions): this {
    const given = reduce.named<NormalOptions>('logNormal_', ['mean', 'std', 'generator'], [first, second, third]);
    const { mean = 1, std = 2, ...options } = given;
    return sampling.logNormal_(this, mean, std, options) as this;
  }

  /** In place: 1 with probability p (a number, or a tensor that broadcasts), else 0. */
  bernoulli_(p: number | Tensor = 0.5, options: DrawOptions = {}): this {
    return random.bernoulli_(this, p, options) as this;
  }

  /** 1 with probability this[i], else 0; see the function `bernoulli`. */
  bernoulli(options?: DrawOptions & { p?: number }): Tensor {
    return random.bernoulli(this, options);
  }

  /** In place: whole numbers in [0, to) or [from, to); without limits all from 0 on that the dtype holds. */
  random_(from?: number | null, to?: number | null, options: DrawOptions = {}): this {
    if (to === undefined || to === null) random.random_(this, 0, from ?? null, options);
    else random.random_(this, from ?? 0, to, options);
    return this;
  }

  /** Indices drawn by weights; see the function `multinomial`. */
  multinomial(numSamples: number, replacement?: boolean | MultinomialOptions, options?: DrawOptions): Tensor {
    return random.multinomial(this, numSamples, replacement, options);
  }

  /** The largest elements over dims; see `amax`. */
  amax(dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
    return extreme.amax(this, dim, keepdim);
  }

  /** The smallest elements over dims; see `amin`. */
  amin(dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
    return extreme.amin(this, dim, keepdim);
  }

  /** The largest element, `[values, indices]` along a dim, or elementwise with another tensor; see `max`. */
  max(): Tensor;
  max(dim: number | (DimOptions & { readonly dim: number }), keepdim?: boolean | DimOptions): [Tensor, Tensor];
  max(other: Tensor): Tensor;
  max(dim?: number | Tensor | DimOptions, keepdim?: boolean | DimOptions): Tensor | [Tensor, Tensor] {
    return extreme.max(this, dim as number, keepdim);
  }

  /** The smallest element, `[values, indices]` along a dim, or elementwise with another tensor; see `min`. */
  min(): Tensor;
  min(dim: number | (DimOptions & { readonly dim: number }), keepdim?: boolean | DimOptions): [Tensor, Tensor];
  min(other: Tensor): Tensor;
  min(dim?: number | Tensor | DimOptions, keepdim?: boolean | DimOptions): Tensor | [Tensor, Tensor] {
    return extreme.min(this, dim as number, keepdim);
  }

  /** The index of the first largest element; see `argmax`. */
  argmax(dim?: number | null | DimOptions, keepdim?: boolean | DimOptions): Tensor {
    return extreme.argmax(this, dim, keepdim);
  }

  /** The index of the first smallest element; see `argmin`. */
  argmin(dim?: number | null | DimOptions, keepdim?: boolean | DimOptions): Tensor {
    return extreme.argmin(this, dim, keepdim);
  }

  /** The variance over dims, or of all elements; see `variance`. */
  var(dim?: Dims | boolean | VarOptions, options?: boolean | VarOptions, last?: boolean): Tensor {
    return moment.variance(this, dim, options, last);
  }

  /** The standard deviation over dims, or of all elements; see `std`. */
  std(dim?: Dims | boolean | VarOptions, options?: boolean | VarOptions, last?: boolean): Tensor {
    return moment.std(this, dim, options, last);
  }

  /** `[var, mean]` over dims, or of all elements; see `varMean`. */
  varMean(dim?: Dims | boolean | VarOptions, options?: boolean | VarOptions, last?: boolean): [Tensor, Tensor] {
    return moment.varMean(this, dim, options, last);
  }

  /** The p-norm (p 2 by default) over dims, or of all elements; see `norm`. */
  norm(
    p?: number | 'fro' | null | NormOptions,
    dim?: Dims | NormOptions,
    keepdim?: boolean | NormOptions,
    options?: NormOptions,
  ): Tensor {
    return moment.norm(this, p, dim, keepdim, options);
  }

  /** log Σ exp over dims; see `logsumexp`. */
  logsumexp(dim: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
    return moment.logsumexp(this, dim, keepdim);
  }

  /** The sum so far along a dim; see `cumsum`. */
  cumsum(dim: number, options?: ScanOptions): Tensor {
    return scan.cumsum(this, dim, options);
  }

  /** The product so far along a dim; see `cumprod`. */
  cumprod(dim: number, options?: ScanOptions): Tensor {
    return scan.cumprod(this, dim, options);
  }

  /** The largest element so far along a dim: `[values, indices]`; see `cummax`. */
  cummax(dim: number): [Tensor, Tensor] {
    return scan.cummax(this, dim);
  }

  /** The smallest element so far along a dim: `[values, indices]`; see `cummin`. */
  cummin(dim: number): [Tensor, Tensor] {
    return scan.cummin(this, dim);
  }

  /** The sum over dims, in which NaN counts as 0; see `nansum`. */
  nansum(
    dim?: Dims | ReduceDTypeOptions,
    keepdim?: boolean | ReduceDTypeOptions,
    options?: ReduceDTypeOptions,
  ): Tensor {
    return statistics.nansum(this, dim, keepdim, options);
  }

  /** The mean over dims of the elements that are not NaN; see `nanmean`. */
  nanmean(
    dim?: Dims | ReduceDTypeOptions,
    keepdim?: boolean | ReduceDTypeOptions,
    options?: ReduceDTypeOptions,
  ): Tensor {
    return statistics.nanmean(this, dim, keepdim, options);
  }

  /** The lower median of the elements that are not NaN, or `[values, indices]` along a dim; see `nanmedian`. */
  nanmedian(): Tensor;
  nanmedian(dim: number | (DimOptions & { readonly dim: number }), keepdim?: boolean | DimOptions): [Tensor, Tensor];
  nanmedian(dim?: number | DimOptions, keepdim?: boolean | DimOptions): Tensor | [Tensor, Tensor] {
    return statistics.nanmedian(this, dim as number, keepdim);
  }

  /** Quantiles along a dim, or of all elements; see `quantile`. */
  quantile(
    q: Tensor | number,
    dim?: number | null | QuantileOptions,
    keepdim?: boolean | QuantileOptions,
    options?: QuantileOptions,
  ): Tensor {
    return statistics.quantile(this, q, dim, keepdim, options);
  }

  /** Quantiles of the elements that are not NaN; see `nanquantile`. */
  nanquantile(
    q: Tensor | number,
    dim?: number | null | QuantileOptions,
    keepdim?: boolean | QuantileOptions,
    options?: QuantileOptions,
  ): Tensor {
    return statistics.nanquantile(this, q, dim, keepdim, options);
  }

  /** `[min, max]` along a dim, or of all elements; see `aminmax`. */
  aminmax(options: DimOptions = {}): [Tensor, Tensor] {
    return statistics.aminmax(this, options);
  }

  /** How many elements over dims are not 0; see `countNonzero`. */
  countNonzero(dim?: Named<'dim', Dims>): Tensor {
    return statistics.countNonzero(this, dim);
  }

  /** How many elements lie in each of `bins` intervals; see `histc`. */
  histc(bins?: number | HistcOptions, min?: number | HistcOptions, max?: number | HistcOptions): Tensor {
    return statistics.histc(this, bins, min, max);
  }

  /** How often each whole number comes; see `bincount`. */
  bincount(weights?: Tensor | null | BincountOptions, minlength?: number | BincountOptions): Tensor {
    return distinct.bincount(this, weights, minlength);
  }

  /** The elements that differ from each other, in order; see `unique`. */
  unique(): Tensor;
  unique(
    sorted: boolean | UniqueOptions,
    returnInverse?: boolean,
    returnCounts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[];
  unique(
    sorted?: boolean | UniqueOptions,
    returnInverse?: boolean,
    returnCounts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[] {
    return distinct.unique(this, sorted, returnInverse, returnCounts, dim);
  }

  /** The tensor without the elements that equal the one before them; see `uniqueConsecutive`. */
  uniqueConsecutive(): Tensor;
  uniqueConsecutive(
    returnInverse: boolean | UniqueConsecutiveOptions,
    returnCounts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[];
  uniqueConsecutive(
    returnInverse?: boolean | UniqueConsecutiveOptions,
    returnCounts?: boolean,
    dim?: number | null,
  ): Tensor | Tensor[] {
    return distinct.uniqueConsecutive(this, returnInverse, returnCounts, dim);
  }

  /** The differences of neighbours along a dim, n times; see `diff`. */
  diff(n?: number | DiffOptions, dim?: number | DiffOptions, options?: DiffOptions): Tensor {
    return joining.diff(this, n, dim, options);
  }

  /** Turned by 90° k times in the plane of two dims; see `rot90`. */
  rot90(k?: number | Rot90Options, dims?: readonly number[] | Rot90Options): Tensor {
    return joining.rot90(this, k, dims);
  }

  /** log Σ exp so far along a dim; see `logcumsumexp`. */
  logcumsumexp(dim: number): Tensor {
    return scan.logcumsumexp(this, dim);
  }

  /** `[values, indices]` in order along a dim; see `sort`. */
  sort(dim?: number | SortOptions, descending?: boolean | SortOptions): [Tensor, Tensor] {
    return order.sort(this, dim, descending);
  }

  /** The indices that sort along a dim; see `argsort`. */
  argsort(dim?: number | SortOptions, descending?: boolean | SortOptions): Tensor {
    return order.argsort(this, dim, descending);
  }

  /** The k largest (or smallest) elements along a dim: `[values, indices]`; see `topk`. */
  topk(
    k: number,
    dim?: number | TopkOptions,
    largest?: boolean | TopkOptions,
    sorted?: boolean | TopkOptions,
  ): [Tensor, Tensor] {
    return order.topk(this, k, dim, largest, sorted);
  }

  /** The k-th smallest element along a dim: `[values, indices]`; see `kthvalue`. */
  kthvalue(k: number, dim?: number | DimOptions, keepdim?: boolean | DimOptions): [Tensor, Tensor] {
    return order.kthvalue(this, k, dim, keepdim);
  }

  /** The lower median, or `[values, indices]` along a dim; see `median`. */
  median(): Tensor;
  median(dim: number | (DimOptions & { readonly dim: number }), keepdim?: boolean | DimOptions): [Tensor, Tensor];
  median(dim?: number | DimOptions, keepdim?: boolean | DimOptions): Tensor | [Tensor, Tensor] {
    return order.median(this, dim as number, keepdim);
  }

  /** The most frequent element along a dim: `[values, indices]`; see `mode`. */
  mode(dim?: number | DimOptions, keepdim?: boolean | DimOptions): [Tensor, Tensor] {
    return order.mode(this, dim, keepdim);
  }

  /** exp(x) / Σ exp(x) along a dim; see `softmax`. */
  softmax(dim?: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor {
    return soft.softmax(this, dim, options);
  }

  /** x − log Σ exp(x) along a dim; see `logSoftmax`. */
  logSoftmax(dim?: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor {
    return soft.logSoftmax(this, dim, options);
  }

  /** `this[…]` as in Python: numbers, `slice()`, null, `ellipsis`, index tensors, masks. */
  index(...indices: readonly Index[]): Tensor {
    return indexing.index(this, ...indices);
  }

  /** Writes `this[indices] = value`, or `+=` with `accumulate`, and returns it; where the tape follows this tensor, a changed copy. */
  indexPut(indices: readonly Index[], value: Operand, options: boolean | IndexPutOptions = {}): Tensor {
    return indexing.indexPut(this, indices, value, options);
  }

  /** In place: `this[indices] = value`, or `+=` with `accumulate`. */
  indexPut_(indices: readonly Index[], value: Operand, options: boolean | IndexPutOptions = {}): this {
    indexing.indexPutInPlace(this, indices, value, options);
    return this;
  }

  /** y[i][j] = this[index[i][j]][j] (dim 0). */
  gather(dim: number, index: Tensor): Tensor {
    return gathering.gather(this, dim, index);
  }

  /** A copy with copy[index[i][j]][j] = src[i][j] (dim 0); `src` may be a number. */
  scatter(dim: number, index: Tensor, src: Operand, options: ScatterOptions = {}): Tensor {
    return gathering.scatter(this, dim, index, src, options);
  }

  /** In place: this[index[i][j]][j] = src[i][j] (dim 0). */
  scatter_(dim: number, index: Tensor, src: Operand, options: ScatterOptions = {}): this {
    return gathering.scatterInPlace(this, dim, index, src, options) as this;
  }

  /** A copy with copy[index[i][j]][j] += src[i][j] (dim 0). */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return gathering.scatterAdd(this, dim, index, src);
  }

  /** In place: this[index[i][j]][j] += src[i][j] (dim 0). */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): this {
    return gathering.scatterAddInPlace(this, dim, index, src) as this;
  }

  /** A copy whose elements are joined with the values that an index sends to them; see `scatterReduce`. */
  scatterReduce(
    dim: number,
    index: Tensor,
    src: Tensor,
    reduce: Reduction,
    options: ScatterReduceOptions = {},
  ): Tensor {
    return joined.scatterReduce(this, dim, index, src, reduce, options);
  }

  /** In place: elements joined with the values that an index sends to them. */
  scatterReduce_(dim: number, index: Tensor, src: Tensor, reduce: Reduction, options: ScatterReduceOptions = {}): this {
    return this.copy_(joined.reduceInto('scatterReduce_', this, dim, index, src, reduce, options));
  }

  /** The slices along a dim that a one-dim index names. */
  indexSelect(dim: number, index: Tensor): Tensor {
    return gathering.indexSelect(this, dim, index);
  }

  /** A copy with slices added: copy[…, index[i], …] += alpha·source[…, i, …]. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options: AlphaOptions = {}): Tensor {
    return gathering.indexAdd(this, dim, index, source, options);
  }

  /** In place: this[…, index[i], …] += alpha·source[…, i, …]. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options: AlphaOptions = {}): this {
    return gathering.indexAdd(this, dim, index, source, options, gathering.inPlaceOf) as this;
  }

  /** A copy with slices replaced: copy[…, index[i], …] = source[…, i, …]. */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor {
    return gathering.indexCopy(this, dim, index, source);
  }

  /** In place: this[…, index[i], …] = source[…, i, …]. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this {
    return gathering.indexCopy(this, dim, index, source, gathering.inPlaceOf) as this;
  }

  /** A copy with slices set: copy[…, index[i], …] = value. */
  indexFill(dim: number, index: Tensor, value: Operand): Tensor {
    return gathering.indexFill(this, dim, index, value);
  }

  /** In place: this[…, index[i], …] = value. */
  indexFill_(dim: number, index: Tensor, value: Operand): this {
    return gathering.indexFill(this, dim, index, value, gathering.inPlaceOf) as this;
  }

  /** Elements of the flattened tensor. */
  take(index: Tensor): Tensor {
    return gathering.take(this, index);
  }

  /** Elements along a dim, by indices that broadcast against the other dims. */
  takeAlongDim(indices: Tensor, dim: number | null = null): Tensor {
    return gathering.takeAlongDim(this, indices, dim);
  }

  /** The elements where a mask is true, in one dim. */
  maskedSelect(mask: Tensor): Tensor {
    return gathering.maskedSelect(this, mask);
  }

  /** A copy in which the elements where a mask is true are, in order, those of the source. */
  maskedScatter(mask: Tensor, source: Tensor): Tensor {
    return gathering.maskedScatter(this, mask, source);
  }

  /** In place: the elements where a mask is true become, in order, those of the source. */
  maskedScatter_(mask: Tensor, source: Tensor): this {
    return this.copy_(gathering.maskedScatter(this, mask, source));
  }

  /** The coordinates of the elements that are not 0, one row each; with `asTuple` one tensor per dim. */
  nonzero(): Tensor;
  nonzero(options: { readonly asTuple: true }): Tensor[];
  nonzero(options: NonzeroOptions): Tensor | Tensor[];
  nonzero(options: NonzeroOptions = {}): Tensor | Tensor[] {
    return gathering.nonzero(this, options);
  }

  /** The elements shifted along dims, those pushed over the end come back at the start. */
  roll(shifts: number | readonly number[], dims: number | readonly number[] | null = null): Tensor {
    return joining.roll(this, shifts, dims);
  }

  /** Repeated along dims, in a copy. */
  repeat(repeats: readonly number[]): Tensor {
    return joining.repeat(this, repeats);
  }

  /** Repeated along the last dims, in a copy. */
  tile(repeats: readonly number[]): Tensor {
    return joining.tile(this, repeats);
  }

  /** Each element repeated on the spot, along a dim or flattened. */
  repeatInterleave(
    repeats: number | Tensor,
    dim: number | null | RepeatInterleaveOptions = null,
    options?: RepeatInterleaveOptions,
  ): Tensor {
    return joining.repeatInterleave(this, repeats, dim, options);
  }

  /** Where |this - other| ≤ atol + rtol·|other|, as bool. */
  isclose(other: Tensor, options: CloseOptions = {}): Tensor {
    return close.isclose(this, other, options);
  }

  /** Tells whether all elements are close; see `isclose`. */
  allclose(other: Tensor, options: CloseOptions = {}): boolean {
    return close.allclose(this, other, options);
  }

  /** Tells whether shape and all elements are equal. */
  equal(other: Tensor): boolean {
    return close.equal(this, other);
  }

  /** In place: this = ⌊this / other⌋. */
  floorDivide_(other: Operand): this {
    return binary.floorDivideInPlace(this, other) as this;
  }

  /** In place: Python's remainder. */
  remainder_(other: Operand): this {
    return binary.remainderInPlace(this, other) as this;
  }

  /** In place: C's remainder. */
  fmod_(other: Operand): this {
    return binary.fmodInPlace(this, other) as this;
  }
}

setTensorClass(Tensor);

/** A dim of a tensor that has any. @throws ShapeError where it has none; IndexError where the dim is out of range */
function dimOf(op: string, x: Tensor, dim: number): number {
  if (x.ndim === 0) fail(ShapeError, op, 'needs at least one dim', ['input'], [x]);
  return normalizeDim(op, dim, x.ndim);
}

/**
 * Checks that a value names a dtype.
 * @throws DTypeError otherwise
 */
export function checkDType(op: string, dtype: unknown): DType {
  if (isDType(dtype)) return dtype;
  throw new DTypeError(`${op}: unknown dtype '${String(dtype)}' (known: float32, float64, int32, uint8, bool)`);
}
