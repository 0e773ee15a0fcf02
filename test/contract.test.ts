import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  DTypeError,
  F,
  type Tensor,
  WasmgradError,
  add,
  arange,
  autograd,
  cat,
  chunk,
  diagonal,
  enableGrad,
  exp,
  flatten,
  indexPut,
  info,
  init,
  isGradEnabled,
  logspace,
  manualSeed,
  matmul,
  movedim,
  nn,
  noGrad,
  ones,
  permute,
  relu,
  reshape,
  scope,
  select,
  split,
  squeeze,
  stack,
  sum,
  tensor,
  transpose,
  unbind,
  unsqueeze,
  where,
  zeros,
} from '../src/index.js';

beforeAll(() => init({ threads: 1 }));

const leaf = (values: number | number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true });
const z = (): Tensor => arange(24, { dtype: 'float32' }).reshape([2, 3, 4]);

describe('spelling', () => {
  it('takes defaults by place and by name', () => {
    const x = tensor([
      [1, 2],
      [3, 5],
    ]);
    expect(cat([x, x], { dim: 1 }).shape).toEqual([2, 4]);
    expect(stack([x, x], { dim: -1 }).shape).toEqual([2, 2, 2]);
    expect(z().split(2, { dim: 1 })[1]!.shape).toEqual([2, 1, 4]);
    expect(z().chunk(2, { dim: 2 })[1]!.shape).toEqual([2, 3, 2]);
    expect(z().unbind({ dim: 1 })).toHaveLength(3);
    expect(z().flatten({ startDim: 1 }).shape).toEqual([2, 12]);
    expect(z().diagonal({ offset: 1, dim1: 1, dim2: 2 }).tolist()).toEqual(z().diagonal(1, 1, 2).tolist());
    expect(x.triu({ diagonal: 1 }).tolist()).toEqual([
      [0, 2],
      [0, 0],
    ]);
    expect(zeros([1, 2, 1]).squeeze({ dim: 0 }).shape).toEqual([2, 1]);
    expect(x.to({ dtype: 'float64' }).dtype).toBe('float64');
    expect(x.var(1, false).tolist()).toEqual([0.25, 1]);
    expect(x.var(1, false, true).shape).toEqual([2, 1]);
    expect(zeros([100]).normal_({ mean: 50, std: 0.1 }).mean().item()).toBeCloseTo(50, 0);
    expect(zeros([9]).uniform_({ from: 2, to: 3 }).min().item()).toBeGreaterThanOrEqual(2);
    expect(() => x.prod([0, 1] as never)).toThrow('prod: dim must be a number, got 0,1');
    expect(logspace(0, 3, 4, 2).tolist()).toEqual([1, 2, 4, 8]);
    const index = tensor([0, 0], { dtype: 'int32' });
    expect(indexPut(zeros([2]), [index], 1, true).tolist()).toEqual([2, 0]);
  });

  it('has the views as functions', () => {
    expect(reshape(z(), [4, -1]).shape).toEqual([4, 6]);
    expect(transpose(z(), 0, 2).shape).toEqual([4, 3, 2]);
    expect(permute(z(), [2, 0, 1]).shape).toEqual([4, 2, 3]);
    expect(movedim(z(), [0, 1], [1, 2]).shape).toEqual([4, 2, 3]);
    expect(flatten(z(), 1).shape).toEqual([2, 12]);
    expect(squeeze(unsqueeze(z(), 0)).shape).toEqual([2, 3, 4]);
    expect(select(z(), 1, -1).shape).toEqual([2, 4]);
    expect(split(z(), 2, 2).map((y) => y.shape)).toEqual([
      [2, 3, 2],
      [2, 3, 2],
    ]);
    expect(chunk(z(), 2)).toHaveLength(2);
    expect(unbind(z(), 1)).toHaveLength(3);
    expect(diagonal(z()).shape).toEqual([4, 2]);
  });

  it('finds the places of a condition', () => {
    const [rows, columns] = where(
      tensor([
        [true, false],
        [true, true],
      ]),
    );
    expect(rows!.tolist()).toEqual([0, 1, 1]);
    expect(columns!.tolist()).toEqual([0, 0, 1]);
  });

  it('makes tensors of tensors and of other arrays', () => {
    const x = tensor([1, 2], { dtype: 'int32' });
    expect(tensor(x).dtype).toBe('int32');
    expect(tensor([x, x]).tolist()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(tensor(new BigInt64Array([1n, -2n])).dtype).toBe('int32');
    expect(tensor(new Int8Array([1, -2])).tolist()).toEqual([1, -2]);
  });

  it('names an argument that is no tensor', () => {
    expect(() => matmul(ones([2]), undefined as never)).toThrow(
      new DTypeError('matmul: other must be a tensor, got undefined'),
    );
    expect(() => exp([1] as never)).toThrow(new DTypeError('exp: input must be a tensor, got an array'));
    expect(() => sum(3 as never)).toThrow(new DTypeError('sum: input must be a tensor, got number'));
    expect(() => relu('1' as never)).toThrow(new DTypeError('relu: input must be a tensor, got string'));
  });

  it('says so where options are no object, and sizes no array', () => {
    const x = ones([2, 3]);
    expect(() => add(x, x, 2 as never)).toThrow('add: expected an object of options (known: alpha), got number 2');
    expect(() => x.permute(1 as never)).toThrow('permute: dims must be an array, got 1');
    expect(() => x.expand(2 as never)).toThrow('expand: the shape must be an array, got 2');
    expect(() => x.repeat(2 as never)).toThrow('repeat: repeats must be an array, got 2');
  });
});

describe('random stream', () => {
  it('draws masks of dropout in the order of the dims', () => {
    const draw = (x: Tensor): unknown => {
      manualSeed(0);
      return F.dropout(x).tolist();
    };
    expect(draw(ones([4, 5]).T)).toEqual(draw(ones([5, 4])));
    expect(draw(ones([2, 3, 4]).transpose(0, 1))).toEqual(draw(ones([3, 2, 4])));
  });
});

describe('autograd', () => {
  it('sends the gradient of a view through later changes of its base', () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const view = y.narrow(0, 0, 2);
    y.mul_(3);
    view.sum().backward();
    expect(x.grad!.tolist()).toEqual([3, 3, 0]);
  });

  it('retains the gradient that the hooks leave, once', () => {
    const x = leaf([1]);
    const y = x.mul(3);
    y.retainGrad();
    y.retainGrad();
    expect([y.retainsGrad, x.retainsGrad]).toEqual([true, false]);
    y.registerHook((dy) => dy.mul(5));
    y.sum().backward();
    expect([y.grad!.tolist(), x.grad!.tolist()]).toEqual([[5], [15]]);
    expect(() => tensor([1]).retainGrad()).toThrow('retainGrad: the tensor does not require a gradient');
  });

  it('checks what a Function gives', () => {
    class Both extends autograd.Function {
      static forward(_: autograd.FunctionContext, x: Tensor, y: Tensor): Tensor[] {
        return [x.add(y), x.gt(0)];
      }
      static backward(_: autograd.FunctionContext, dy: Tensor): Tensor {
        return dy;
      }
    }
    const [sum, positive] = Both.apply(leaf([1]), leaf([2])) as [Tensor, Tensor];
    expect([sum.requiresGrad, positive.requiresGrad]).toEqual([true, false]);
    expect(() => sum.sum().backward()).toThrow(
      'Both: backward must give a gradient or null for each of 2 inputs, got 1',
    );
  });

  it('takes the options of backward alone', () => {
    const x = leaf([1, 2]);
    const y = x.mul(x).sum();
    y.backward({ retainGraph: true });
    y.backward();
    expect(x.grad!.tolist()).toEqual([4, 8]);
  });

  it('detaches in place, and names what made a tensor', () => {
    const y = leaf([1]).mul(2);
    expect(y.gradFn!.name).toBe('MulBackward0');
    expect([y.detach_().requiresGrad, y.isLeaf, y.gradFn]).toEqual([false, true, null]);
  });

  it('does not write expanded tensors element by element', () => {
    expect(() => zeros([1]).expand([3]).add_(1)).toThrow(WasmgradError);
    expect(zeros([1]).expand([3]).fill_(2).tolist()).toEqual([2, 2, 2]);
  });

  it('nests and restores modes', () => {
    expect(noGrad(() => enableGrad(() => noGrad(() => isGradEnabled())))).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
  });
});

describe('memory', () => {
  it('lets what a scope returns in maps, sets and objects of classes live', () => {
    class Pair {
      first = ones([2]);
      readonly second = new Map([['x', new Set([ones([3])])]]);
    }
    const { first, second } = scope(() => new Pair());
    expect(first.tolist()).toEqual([1, 1]);
    expect([...second.get('x')!][0]!.tolist()).toEqual([1, 1, 1]);
    const mask = scope(() => Object.assign(new nn.ReLU(), { mask: ones([1]) })).mask;
    expect(mask.tolist()).toEqual([1]);
  });

  it('frees what is on the tape and simply dropped', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const w = tensor([2], { requiresGrad: true });
    const before = info().memory.tensors;
    for (let i = 0; i < 500; i++) w.mul(3).exp().mul(w);
    for (let i = 0; i < 20 && info().memory.tensors > before + 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(info().memory.tensors).toBeLessThanOrEqual(before + 3);
  });
});

describe('printing', () => {
  it('names the last step as PyTorch does', () => {
    const x = tensor([[1, 2]], { requiresGrad: true });
    const names = [x.sum(), x.sum(1), x.matmul(ones([2, 1])), x.reshape([2]), x.unsqueeze(0), x.double(), x.relu()];
    expect(names.map((y) => y.gradFn!.name)).toEqual(
      ['Sum0', 'Sum1', 'Mm0', 'View0', 'Unsqueeze0', 'ToCopy0', 'Relu0'].map((n) => n.replace(/\d/, 'Backward$&')),
    );
  });

  it('rounds halves to even as C does', () => {
    expect(String(tensor([0.5, 1000.25]))).toBe('tensor([5.0000e-01, 1.0002e+03])');
    expect(String(tensor([0.5, 1000.75]))).toBe('tensor([5.0000e-01, 1.0008e+03])');
  });
});
