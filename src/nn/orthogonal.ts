import { noGrad } from '../autograd/mode.js';
import { ShapeError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { allclose } from '../tensor/close.js';
import { eye, tensor, zeros } from '../tensor/creation.js';
import { cat, stack } from '../tensor/join.js';
import { randn } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { orthonormalColumns } from './orthonormal.js';

/** How an orthogonal matrix is made of one that is learned. */
export type OrthogonalMap = 'matrix_exp' | 'cayley' | 'householder';

/** H₁·…·Hₖ·I[:, :k] with Hᵢ = I − τᵢvᵢvᵢᵀ, vᵢ the columns of a [*, n, k] below a diagonal of ones. */
function householderProduct(a: Tensor, tau: Tensor): Tensor {
  const [n, k] = a.shape.slice(-2) as [number, number];
  const unit = eye(n, k, { dtype: a.dtype });
  let q = unit;
  for (let i = k - 1; i >= 0; i--) {
    const v = a.narrow(-1, i, 1).add(unit.narrow(1, i, 1));
    q = q.sub(v.mul(tau.narrow(-1, i, 1).unsqueeze(-1)).matmul(v.mT.matmul(q)));
  }
  return q;
}

/** Steps by which the argument of the exponential is halved, and its terms. */
const HALVINGS = 5;
const TERMS = 16;

/**
 * e^A by scaling and squaring: exact to rounding for norms up to 32. The numbers of steps are fixed, so that a captured step reads nothing.
 *
 * Source: Higham 2008, "Functions of matrices", chapter 10.
 */
function matrixExp(a: Tensor): Tensor {
  const n = a.shape.at(-1)!;
  const unit = eye(n, n, { dtype: a.dtype });
  const small = a.div(2 ** HALVINGS);
  let y = unit;
  for (let i = TERMS; i >= 1; i--) y = unit.add(small.matmul(y).div(i));
  for (let i = 0; i < HALVINGS; i++) y = y.matmul(y);
  return y;
}

/**
 * (I − A/2)⁻¹(I + A/2) of a skew-symmetric A, by elimination: I − A/2 has the symmetric part I, so that no pivot is small.
 */
function cayley(a: Tensor): Tensor {
  const n = a.shape.at(-1)!;
  const unit = eye(n, n, { dtype: a.dtype });
  let rows = cat([unit.sub(a.div(2)), unit.add(a.div(2))], -1);
  for (let i = 0; i < n; i++) {
    const row = rows.narrow(-2, i, 1).div(rows.narrow(-2, i, 1).narrow(-1, i, 1));
    const column = rows.narrow(-1, i, 1).sub(unit.narrow(1, i, 1));
    rows = rows.sub(column.matmul(row));
  }
  return rows.narrow(-1, n, n);
}

/** The reflectors of matrices with orthonormal columns below their diagonals, on them the signs of R; as LAPACK's geqrf finds them. */
function reflectors(q: Tensor): Tensor {
  const [n, k] = q.shape.slice(-2) as [number, number];
  const all = Float64Array.from(q.contiguous().toTypedArray());
  for (let at = 0; at < all.length; at += n * k) reflect(all.subarray(at, at + n * k), n, k);
  return tensor(all, { shape: q.shape, dtype: q.dtype });
}

/** The same of one matrix [n, k], in its place. */
function reflect(a: Float64Array, n: number, k: number): void {
  const signs = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    let below = 0;
    for (let i = j + 1; i < n; i++) below += a[i * k + j]! ** 2;
    const alpha = a[j * k + j]!;
    if (below === 0) {
      signs[j] = -Math.sign(alpha);
      continue;
    }
    const beta = -Math.sign(alpha || 1) * Math.sqrt(alpha * alpha + below);
    const tau = (beta - alpha) / beta;
    for (let i = j + 1; i < n; i++) a[i * k + j]! /= alpha - beta;
    for (let c = j + 1; c < k; c++) {
      let along = a[j * k + c]!;
      for (let i = j + 1; i < n; i++) along += a[i * k + j]! * a[i * k + c]!;
      a[j * k + c]! -= tau * along;
      for (let i = j + 1; i < n; i++) a[i * k + c]! -= tau * along * a[i * k + j]!;
    }
    signs[j] = Math.sign(beta);
  }
  for (let j = 0; j < k; j++) a[j * k + j] = signs[j]!;
}

/** The parametrization behind `parametrizations.orthogonal`, where it cannot be assigned to. */
export class Orthogonal extends Module {
  readonly shape: readonly number[];
  readonly map: OrthogonalMap;
  /** The orthogonal matrix from which the learned one departs, with trivialization. A buffer. */
  declare base: Tensor | null;

  constructor(shape: readonly number[], map: OrthogonalMap, useTrivialization: boolean) {
    super();
    this.shape = [...shape];
    this.map = map;
    if (useTrivialization) this.registerBuffer('base', null);
  }

  override forward(given: Tensor): Tensor {
    const transposed = given.shape.at(-2)! < given.shape.at(-1)!;
    const x = transposed ? given.mT : given;
    const [n, k] = x.shape.slice(-2) as [number, number];
    let q: Tensor;
    if (this.map === 'householder') {
      const a = x.tril(-1);
      const tau = a.square().sum(-2).add(1).reciprocal().mul(2);
      q = householderProduct(a, tau).mul(x.detach().diagonal(0, -2, -1).trunc().unsqueeze(-2));
    } else {
      const low = x.tril();
      const rest = [...x.shape.slice(0, -1), n - k];
      const square = n === k ? low : cat([low, zeros(rest, { dtype: x.dtype })], -1);
      const skew = square.sub(square.mT);
      q = (this.map === 'cayley' ? cayley(skew) : matrixExp(skew)).narrow(-1, 0, k);
    }
    if (this.base) q = this.base.matmul(q);
    return transposed ? q.mT : q;
  }

  protected override typeName(): string {
    return '_Orthogonal';
  }
}

/** The parametrization behind `parametrizations.orthogonal`. */
export class AssignableOrthogonal extends Orthogonal {
  rightInverse(given: Tensor): Tensor {
    if (!sameShape(given.shape, this.shape)) {
      const shapes = `${formatShape(given.shape)} for ${formatShape(this.shape)}`;
      throw new ShapeError(`orthogonal: the shape may not change, got ${shapes}`);
    }
    return noGrad(() => {
      const transposed = given.shape.at(-2)! < given.shape.at(-1)!;
      const q = transposed ? given.mT : given;
      const [n, k] = q.shape.slice(-2) as [number, number];
      if (!Object.hasOwn(this, 'base')) {
        const a = reflectors(q);
        return transposed ? a.mT : a;
      }
      const base = n === k && isOrthogonal(q) ? q.clone() : orthonormal(completed(q, n, k));
      this.base?.dispose();
      this.base = base.contiguous().keep();
      const [rows, columns] = given.shape.slice(-2) as [number, number];
      return eye(rows, columns, { dtype: q.dtype }).neg().expand(given.shape);
    });
  }
}

function completed(q: Tensor, n: number, k: number): Tensor {
  if (n === k) return q;
  const shape = [...q.shape.slice(0, -1), n - k];
  return cat([q, randn(shape, { dtype: q.dtype === 'float64' ? 'float64' : 'float32' })], -1);
}

/** `orthonormalColumns` of each matrix. */
function orthonormal(x: Tensor): Tensor {
  if (x.ndim === 2) return orthonormalColumns(x);
  return stack(x.flatten(0, -3).unbind().map(orthonormalColumns)).reshape(x.shape);
}

function isOrthogonal(q: Tensor): boolean {
  const n = q.shape.at(-1)!;
  const eps = q.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  const unit = eye(n, n, { dtype: q.dtype }).expand(q.shape);
  return allclose(q.mT.matmul(q), unit, { atol: 10 * n * eps });
}
