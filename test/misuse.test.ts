import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as w from '../src/index.js';
import type { InitOptions } from '../src/index.js';
import { DTypeError, DisposedError, FormatError, IndexError, ShapeError, WasmgradError } from '../src/index.js';
import { init, ones, shutdown, tensor, zeros } from '../src/index.js';
import { testMisuses, type Misuse } from './harness/misuse.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Each call throws exactly this. What one op alone refuses stands in its row of the op table. */
const misuses: Misuse[] = [
  // Making tensors.
  [
    'ragged rows',
    () => tensor([[1, 2], [3]]),
    ShapeError,
    'tensor: the arrays are ragged (a list of 1 at depth 1, 2 was expected)',
  ],
  ['text', () => tensor(['a'] as unknown as number[]), ShapeError, 'tensor: expected numbers or booleans, got string'],
  [
    'nothing',
    () => tensor(undefined as unknown as number[]),
    ShapeError,
    'tensor: expected numbers or booleans, got undefined',
  ],
  [
    'an unknown dtype',
    () => zeros([2], { dtype: 'float16' as 'float32' }),
    DTypeError,
    "zeros: unknown dtype 'float16' (known: float32, float64, int32, uint8, bool)",
  ],
  [
    'an unknown option',
    () => zeros([2], { device: 'gpu' } as object),
    WasmgradError,
    "zeros: unknown option 'device' (known: dtype, requiresGrad)",
  ],
  [
    'a misspelt option',
    () => tensor([1], { requires_grad: true } as object),
    WasmgradError,
    "tensor: unknown option 'requires_grad' (known: dtype, requiresGrad, shape)",
  ],
  ['a negative size', () => zeros([2, -1]), ShapeError, 'zeros: [2, -1] is not a shape'],
  ['a size of NaN', () => ones([NaN]), ShapeError, 'ones: [NaN] is not a shape'],
  ['a size of Infinity', () => zeros([Infinity]), ShapeError, 'zeros: [Infinity] is not a shape'],
  ['a fractional size', () => zeros([1.5]), ShapeError, 'zeros: [1.5] is not a shape'],
  [
    'a number for a shape',
    () => zeros(3 as unknown as number[]),
    ShapeError,
    'zeros: the shape must be an array, got 3',
  ],
  [
    'a shape that does not hold the elements',
    () => tensor(new Float32Array(5), { shape: [2, 3] }),
    ShapeError,
    'tensor: 5 elements do not fit shape [2, 3]',
  ],
  [
    'whole numbers that require a gradient',
    () => tensor([1], { dtype: 'int32', requiresGrad: true }),
    DTypeError,
    'requiresGrad: only floating point tensors can require gradients, got int32',
  ],
  ['an arange that goes nowhere', () => w.arange(0, 10, 0), ShapeError, 'arange: step 0 does not lead from 0 to 10'],
  ['an arange of the wrong sign', () => w.arange(0, 10, -1), ShapeError, 'arange: step -1 does not lead from 0 to 10'],
  ['an arange to NaN', () => w.arange(NaN), ShapeError, 'arange: step 1 does not lead from 0 to NaN'],
  [
    'an empty range of draws',
    () => w.randint(5, 5, [2]),
    ShapeError,
    'randint: low must be a whole number below high, got 5 and 5',
  ],
  ['a seed of NaN', () => w.manualSeed(NaN), WasmgradError, 'manualSeed: the seed must be a whole number, got NaN'],
  // Shapes.
  [
    'shapes that do not broadcast',
    () => ones([2, 3]).add(ones([2, 4])),
    ShapeError,
    'add: shapes do not broadcast, got input [2, 3], other [2, 4]',
  ],
  [
    'products of clashing sizes',
    () => ones([32, 784]).matmul(ones([256, 10])),
    ShapeError,
    'matmul: inner sizes differ (784 vs 256), got input [32, 784], other [256, 10]',
  ],
  ['two -1', () => ones([6]).reshape([-1, -1]), ShapeError, 'reshape: only one size can be -1, got [-1, -1]'],
  [
    '-1 beside 0',
    () => ones([0]).reshape([-1, 0]),
    ShapeError,
    'reshape: 0 elements do not fit shape [-1, 0], got input [0]',
  ],
  ['cat of nothing', () => w.cat([]), ShapeError, 'cat: needs at least one tensor'],
  ['stack of nothing', () => w.stack([]), ShapeError, 'stack: needs at least one tensor'],
  [
    'cat of clashing shapes',
    () => w.cat([ones([2, 3]), ones([2, 4])], 0),
    ShapeError,
    'cat: sizes differ in a dim other than 0, got tensors[0] [2, 3], tensors[1] [2, 4]',
  ],
  [
    'stack of clashing shapes',
    () => w.stack([ones([2]), ones([3])]),
    ShapeError,
    'stack: all tensors must have one shape, got tensors[0] [2], tensors[1] [3]',
  ],
  ['item of many', () => ones([2]).item(), ShapeError, 'item: only a tensor of one element has a value, got input [2]'],
  [
    'max of nothing',
    () => zeros([0]).max(),
    IndexError,
    'max: dim 0 has size 0, which has no such element, got input [0]',
  ],
  [
    'argmax over an empty dim',
    () => zeros([2, 0]).argmax(1),
    IndexError,
    'argmax: dim 1 has size 0, which has no such element, got input [2, 0]',
  ],
  // Dims and indices.
  [
    'a dim out of range',
    () => ones([2, 3]).sum(2),
    IndexError,
    'sum: dim 2 is out of range for 2 dims (expected -2 to 1)',
  ],
  [
    'a fractional dim',
    () => ones([2, 3]).sum(0.5),
    IndexError,
    'sum: dim 0.5 is out of range for 2 dims (expected -2 to 1)',
  ],
  ['a dim twice', () => ones([2, 3]).sum([0, -2]), ShapeError, 'sum: a dim comes twice in [0,-2]'],
  [
    'an index out of range',
    () => ones([2, 3]).index(2),
    IndexError,
    'index: index 2 is out of range for dim 0 of size 2',
  ],
  [
    'an index tensor out of range',
    () => ones([2, 3]).index(tensor([0, 5], { dtype: 'int32' })),
    IndexError,
    'index: index 5 is out of range for dim 0 of size 2',
  ],
  ['too many indices', () => ones([2]).index(0, 0), IndexError, 'index: too many indices, got 2 for 1 dims'],
  [
    'a float for an index',
    () => ones([2]).index(tensor([0.5])),
    DTypeError,
    'index: index tensors must be int32 or bool, got float32',
  ],
  [
    'a mask of another shape',
    () => ones([2, 3]).index(tensor([true, false, true])),
    IndexError,
    'index: the mask [3] does not fit dims [2] of input [2, 3]',
  ],
  [
    'gather out of range',
    () => ones([2]).gather(0, tensor([2], { dtype: 'int32' })),
    IndexError,
    'gather: index 2 is out of range for dim 0 of size 2',
  ],
  // Dtypes.
  [
    'the mean of whole numbers',
    () => tensor([1, 2], { dtype: 'int32' }).mean(),
    DTypeError,
    'mean: needs a floating point input, got input int32 (use x.float())',
  ],
  [
    'products of different dtypes',
    () => ones([2, 2]).matmul(ones([2, 2], { dtype: 'float64' })),
    DTypeError,
    'matmul: dtypes differ, got input float32, other float64 (convert one with to())',
  ],
  [
    'an unknown dtype to()',
    () => ones([1]).to('int64' as 'int32'),
    DTypeError,
    "to: unknown dtype 'int64' (known: float32, float64, int32, uint8, bool)",
  ],
  [
    'a float into an int32 in place',
    () => ones([2], { dtype: 'int32' }).add_(0.5),
    DTypeError,
    'add_: the result is float32, which a tensor of int32 cannot hold',
  ],
  // Memory.
  ['a freed tensor', () => freed().add(1), DisposedError, 'add: the tensor [2] was freed'],
  ['a freed operand', () => ones([1]).mul(freed()), DisposedError, 'mul: the tensor [2] was freed'],
  ['reading a freed tensor', () => freed().item(), DisposedError, 'item: the tensor [2] was freed'],
];

function freed(): w.Tensor {
  const x = ones([2]);
  x.dispose();
  return x;
}

describe('misuse of tensors', () => testMisuses(misuses));

describe('misuse of init', () => {
  const wrong: [string, () => InitOptions, new (message: string) => Error, RegExp][] = [
    [
      'no threads',
      () => ({ threads: 0 }),
      WasmgradError,
      /^init: threads must be a whole number of at least 1, got 0$/,
    ],
    [
      'half a thread',
      () => ({ threads: 1.5 }),
      WasmgradError,
      /^init: threads must be a whole number of at least 1, got 1.5$/,
    ],
    [
      'too much memory',
      () => ({ memory: { maximum: 5000 } }),
      WasmgradError,
      /^init: memory.maximum must be from 1 to 4096 MiB, got 5000$/,
    ],
    [
      'an unknown option',
      () => ({ thread: 1 }) as InitOptions,
      WasmgradError,
      /^init: unknown option 'thread' \(known: threads, wasm, memory\)$/,
    ],
    [
      'no kernels',
      () => ({ wasm: new TextEncoder().encode('<!doctype html>') }),
      FormatError,
      /^init: the `wasm` option of init\(\) is not WebAssembly/,
    ],
  ];

  it.each(wrong)('%s', async (_, options, type, message) => {
    shutdown();
    try {
      await expect(init(options())).rejects.toThrow(type);
      await expect(init(options())).rejects.toThrow(message);
      await init({ threads: 1 });
      expect(ones([2]).sum().item()).toBe(2);
    } finally {
      await init({ threads: 1 });
    }
  });
});
