import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShapeError, autograd, init, shutdown, zeros, type Tensor } from '../src/index.js';
import { rowChecks } from './harness/checks.js';
import type { Fixtures } from './harness/fixtures.js';
import { resultWeight } from './harness/random.js';
import { period, type Sample } from './harness/samples.js';
import { f, row, type Case, type Row } from './ops/table.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Fixtures of tanh, computed here instead of by PyTorch. */
const fixtures: Fixtures = {
  torch: 'none',
  expected({ inputs, kind }: Sample) {
    const [x] = inputs;
    const y = Float64Array.from(x!.data, Math.tanh);
    const weight = (i: number): number => resultWeight(kind === 'tiled' ? i % period : i, 0);
    const dx = y.map((value, i) => weight(i) * (1 - value * value));
    return {
      results: [{ shape: x!.shape, dtype: 'float32', requiresGrad: true, at: 0, data: y }],
      grads: { x: dx },
    };
  },
};

/** The kinds of checks that find fault with a way to compute tanh. */
function faults(run: (x: Tensor) => Tensor, more: Partial<Case> = {}, of: Partial<Row> = {}): string[] {
  const one = row('tanh', {
    elementwise: true,
    cases: [{ in: { x: f([3, 4]) }, run: ({ x }) => run(x!), torch: 'x.tanh()', ...more }],
    ...of,
  });
  const found = rowChecks(one, fixtures).filter((check) => {
    try {
      check.run();
      return false;
    } catch {
      return true;
    }
  });
  return found.map((check) => check.name.split(' | ')[1]!);
}

/** tanh with a gradient of one's own. */
function withGradient(backward: (y: Tensor, dy: Tensor) => Tensor): (x: Tensor) => Tensor {
  class Mine extends autograd.Function {
    static forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
      const y = x.tanh();
      ctx.saveForBackward(y);
      return y;
    }

    static backward(ctx: autograd.FunctionContext, dy: Tensor): Tensor {
      return backward(ctx.savedTensors[0]!, dy);
    }
  }
  return (x) => Mine.apply(x);
}

const kept: Tensor[] = [];

describe('the checks of a row', () => {
  it('find no fault with a right op', () => {
    expect(faults((x) => x.tanh())).toEqual([]);
    expect(faults(withGradient((y, dy) => dy.mul(y.mul(y).rsub(1))))).toEqual([]);
  });

  it('find a wrong value', () => {
    const found = faults((x) => x.tanh().mul(1.0001));
    expect(found).toContain('values and gradients');
    expect(found).toContain('sizes 0 1 3 4 5 17 1027');
    expect(found).toContain('±0 ±inf NaN');
  });

  it('find a wrong gradient', () => {
    const found = faults(withGradient((y, dy) => dy.mul(y.mul(y).rsub(1.001))));
    expect(found).toContain('values and gradients');
    expect(found).toContain('gradcheck, order 2');
  });

  it('find a gradient that cannot be differentiated again', () => {
    const found = faults(withGradient((y, dy) => dy.mul(y.mul(y).rsub(1).detach())));
    expect(found).toEqual(['gradcheck, order 2']);
  });

  it('find a value that depends on where elements lie', () => {
    const found = faults((x) => (x.isContiguous() ? x.tanh() : x.tanh().mul(1 + 1e-7)));
    expect(found).toEqual(['same bits for any layout', 'same bits for expanded inputs']);
  });

  it('find a value that depends on the length', () => {
    const found = faults((x) => (x.numel > 100 ? x.tanh().mul(1 + 1e-7) : x.tanh()));
    expect(found).toEqual(['sizes 0 1 3 4 5 17 1027']);
  });

  it('find a lost sign of zero and a lost NaN', () => {
    expect(faults((x) => x.tanh().add(0))).toEqual(['±0 ±inf NaN']);
    expect(faults((x) => x.clamp(-9, 9).tanh().maximum(-1).where(x.eq(x), zeros([])))).toEqual(['±0 ±inf NaN']);
  });

  it('find a tensor that outlives its scope', () => {
    const found = faults((x) => {
      kept.push(x.mul(2).keep());
      return x.tanh();
    });
    expect(found).toEqual(['no live bytes after the scope']);
    for (const x of kept) x.dispose();
  });

  it('find another dtype or shape', () => {
    expect(faults((x) => x.tanh().double())).toContain('values and gradients');
    expect(faults((x) => x.tanh().unsqueeze(0))).toContain('values and gradients');
  });

  it('find another message, another class and no error at all', () => {
    const wrong = (message: string): string[] =>
      faults((x) => x.tanh(), {}, { errors: [{ run: () => zeros([2]).view([3]), type: ShapeError, message }] });
    expect(wrong('view: 2 elements do not fit shape [3], got input [2]')).toEqual([]);
    expect(wrong('view: no')).toEqual(['error: view: no']);
    expect(faults((x) => x.tanh(), {}, { errors: [{ run: () => 0, type: ShapeError, message: 'x' }] })).toEqual([
      'error: x',
    ]);
  });
});
