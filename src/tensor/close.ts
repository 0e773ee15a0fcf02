import { isFloat } from '../core/dtypes.js';
import { sameShape } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import { scope } from './scope.js';
import type { Tensor } from './tensor.js';

/** Options of `isclose` and `allclose`. */
export interface CloseOptions {
  /** The relative tolerance. Default 1e-5. */
  readonly rtol?: number;
  /** The absolute tolerance. Default 1e-8. */
  readonly atol?: number;
  /** Whether two NaN are close. Default false. */
  readonly equalNan?: boolean;
}

/**
 * Where |input - other| ≤ atol + rtol·|other|, as bool. Equal infinities are close.
 *
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.isclose.html
 */
export function isclose(input: Tensor, other: Tensor, options: CloseOptions = {}): Tensor {
  checkOptions('isclose', options, ['rtol', 'atol', 'equalNan']);
  checkTensor('isclose', 'other', other);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  return noGrad(() => {
    const [a, b] = [input, other].map((x) => (isFloat(x.dtype) ? x : x.double()));
    const room = b!.abs().mul(rtol).add(atol);
    // Beside an infinity every finite number would be close: the room is infinite.
    const near = a!.sub(b!).abs().le(room).logicalAnd(room.lt(Infinity)).logicalOr(a!.eq(b!));
    return equalNan ? near.logicalOr(a!.ne(a!).logicalAnd(b!.ne(b!))) : near;
  });
}

/**
 * Tells whether all elements of two tensors are close; see `isclose`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.allclose.html
 */
export function allclose(input: Tensor, other: Tensor, options: CloseOptions = {}): boolean {
  checkOptions('allclose', options, ['rtol', 'atol', 'equalNan']);
  return scope(() => isclose(input, other, options).all().item<boolean>());
}

/**
 * Tells whether two tensors have one shape and equal elements (NaN equals nothing).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.equal.html
 */
export function equal(input: Tensor, other: Tensor): boolean {
  checkTensor('equal', 'other', other);
  if (!sameShape(input.shape, other.shape)) return false;
  return scope(() => noGrad(() => input.eq(other).all().item<boolean>()));
}
