import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  WasmgradError,
  autograd,
  info,
  init,
  manualSeed,
  rand,
  scope,
  shutdown,
  tensor,
  type Tensor,
} from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const { gradcheck, gradgradcheck, GradcheckError } = autograd;

function leaf(values: number[], dtype: 'float32' | 'float64' = 'float64'): Tensor {
  return tensor(values, { dtype, requiresGrad: true });
}

/** x², with a gradient that is off by a factor. */
class Square extends autograd.Function {
  static factor = 2;

  static forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.mul(x);
  }

  static backward(ctx: autograd.FunctionContext, dy: Tensor): Tensor {
    return dy.mul(ctx.savedTensors[0]!).mul(Square.factor);
  }
}

/** x², right to the first order; its backward hides that the gradient depends on x. */
class Flat extends Square {
  static override backward(ctx: autograd.FunctionContext, dy: Tensor): Tensor {
    return dy.mul(ctx.savedTensors[0]!.detach()).mul(2);
  }
}

const square = (x: Tensor): Tensor => Square.apply(x);

describe('gradcheck', () => {
  for (const fastMode of [false, true]) {
    it(`tells right gradients from wrong ones${fastMode ? ', in the fast mode' : ''}`, () => {
      const x = leaf([0.5, -1, 2]);
      expect(gradcheck(square, [x], { fastMode })).toBe(true);
      Square.factor = 2.1;
      try {
        expect(() => gradcheck(square, x, { fastMode })).toThrow(GradcheckError);
        expect(gradcheck(square, x, { fastMode, raiseException: false })).toBe(false);
        expect(gradcheck(square, x, { fastMode, rtol: 0.1 })).toBe(true);
      } finally {
        Square.factor = 2;
      }
    });
  }

  it('says where they differ', () => {
    Square.factor = 3;
    try {
      expect(() => gradcheck(square, [leaf([4])], { eps: 0.25 })).toThrow(
        'gradcheck: the gradient of output 0, element 0, by input 0, element 0: numerical 8, analytical 12',
      );
    } finally {
      Square.factor = 2;
    }
  });

  it('takes several inputs and outputs, and leaves out what needs no gradient', () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    const indices = tensor([1, 0], { dtype: 'int32' });
    const fn = (a: Tensor, b: Tensor, i: Tensor): Tensor[] => [a.mul(b), a.index(i).sin(), b.argmax()];
    expect(gradcheck(fn as (...xs: Tensor[]) => Tensor[], [x, y, indices])).toBe(true);
    expect(gradgradcheck(fn as (...xs: Tensor[]) => Tensor[], [x, y, indices])).toBe(true);
  });

  it('leaves its inputs, their gradients, the random stream and the memory alone', () => {
    const x = leaf([0.5, -1]);
    gradcheck((a) => a.exp(), [x]);
    const before = info().memory.used;
    manualSeed(3);
    const expected = scope(() => rand([2]).tolist());
    manualSeed(3);
    gradcheck((a) => a.exp(), [x]);
    gradgradcheck((a) => a.exp(), [x], null, { fastMode: true });
    expect(scope(() => rand([2]).tolist())).toEqual(expected);
    expect(x.tolist()).toEqual([0.5, -1]);
    expect(x.grad).toBeNull();
    expect(info().memory.used).toBe(before);
  });

  it('refuses what cannot be checked', () => {
    expect(() => gradcheck((x) => x, [tensor([1])])).toThrow(
      new WasmgradError('gradcheck: no input requires a gradient'),
    );
    expect(() => gradcheck((x) => x, [leaf([1])], { fast_mode: true } as object)).toThrow(
      "gradcheck: unknown option 'fast_mode' (known: eps, atol, rtol, raiseException, fastMode)",
    );
  });
});

describe('gradgradcheck', () => {
  it('tells a second derivative that is missing', () => {
    const flat = (x: Tensor): Tensor => Flat.apply(x);
    expect(gradcheck(flat, [leaf([0.5, -1])])).toBe(true);
    expect(() => gradgradcheck(flat, [leaf([0.5, -1])])).toThrow(GradcheckError);
    expect(gradgradcheck(square, [leaf([0.5, -1])])).toBe(true);
  });

  it('takes the gradients of the outputs', () => {
    expect(gradgradcheck(square, [leaf([0.5, -1])], [leaf([1, 3])])).toBe(true);
  });
});
