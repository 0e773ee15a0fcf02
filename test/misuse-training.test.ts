import { afterAll, beforeAll, describe } from 'vitest';
import { DTypeError, F, IndexError, ShapeError, WasmgradError, type Tensor } from '../src/index.js';
import { autograd, data, init, nn, noGrad, ones, optim, shutdown, tensor } from '../src/index.js';
import { testMisuses, type Misuse } from './harness/misuse.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Each call throws exactly this. What one op alone refuses stands in its row of the op table. */
const misuses: Misuse[] = [
  // Losses and layers.
  [
    'a label out of range',
    () => F.crossEntropy(ones([2, 3]), tensor([0, 3], { dtype: 'int32' })),
    IndexError,
    'crossEntropy: label 3 at position 1 is out of range for 3 classes',
  ],
  [
    'float labels of classes',
    () => F.crossEntropy(ones([2, 3]), tensor([0, 1])),
    ShapeError,
    'crossEntropy: probabilities must have the shape of input, got input [2, 3], target [2] (labels are int32: use target.int())',
  ],
  [
    'labels of another number',
    () => F.crossEntropy(ones([2, 3]), tensor([0], { dtype: 'int32' })),
    ShapeError,
    'crossEntropy: input must be [N, C, d1, …] for labels [N, d1, …], got input [2, 3], target [1]',
  ],
  [
    'a reduction that is none',
    () => F.mseLoss(ones([2]), ones([2]), { reduction: 'avg' as 'mean' }),
    WasmgradError,
    "mseLoss: reduction must be 'mean', 'sum' or 'none', got 'avg'",
  ],
  [
    'an embedding out of range',
    () => new nn.Embedding(3, 2).forward(tensor([3], { dtype: 'int32' })),
    IndexError,
    'embedding: index 3 is out of range for dim 0 of size 3',
  ],
  [
    'inputs of another width',
    () => new nn.Linear(3, 2).forward(ones([4, 5])),
    ShapeError,
    'linear: inner sizes differ (5 vs 3), got input [4, 5], weight [2, 3], bias [2]',
  ],
  [
    'images of other channels',
    () => new nn.Conv2d(3, 8, 3).forward(ones([1, 1, 8, 8])),
    ShapeError,
    'conv2d: input has 1 channels, weight wants 3, got input [1, 1, 8, 8], weight [8, 3, 3, 3], bias [8]',
  ],
  [
    'a kernel larger than the image',
    () => new nn.Conv2d(1, 1, 5).forward(ones([1, 1, 3, 3])),
    ShapeError,
    'conv2d: the kernel reaches over 5 of 3 (padded) elements, got input [1, 1, 3, 3], weight [1, 1, 5, 5], bias [1]',
  ],
  [
    'groups that do not divide',
    () => new nn.Conv2d(3, 8, 3, { groups: 2 }),
    ShapeError,
    'Conv2d: inChannels must be divisible by groups, got 3 and 2',
  ],
  [
    'an unknown option of a layer',
    () => new nn.Linear(2, 2, { biass: false } as object),
    WasmgradError,
    "Linear: unknown option 'biass' (known: bias, dtype)",
  ],
  [
    'a dropout of more than all',
    () => new nn.Dropout({ p: 1.5 }),
    WasmgradError,
    'Dropout: p must be from 0 to 1, got 1.5',
  ],
  [
    'a batch norm of one value',
    () => new nn.BatchNorm1d(2).forward(ones([1, 2])),
    ShapeError,
    'batchNorm: training needs more than one value per channel, got input [1, 2]',
  ],
  [
    'missing keys',
    () => new nn.Linear(1, 1).loadStateDict({ weight: ones([1, 1]) }),
    WasmgradError,
    'loadStateDict: the names do not match Linear; missing: bias',
  ],
  [
    'weights of another shape',
    () => new nn.Linear(1, 1).loadStateDict({ weight: ones([2, 1]), bias: ones([1]) }),
    ShapeError,
    'loadStateDict: weight has shape [1, 1], got [2, 1]',
  ],
  // Autograd.
  [
    'backward without history',
    () => ones([1]).backward(),
    WasmgradError,
    'backward: the tensor does not require a gradient and has no history',
  ],
  [
    'backward of many elements',
    () => leaf([1, 2]).mul(2).backward(),
    WasmgradError,
    'backward: a gradient is created by itself for a tensor of one element only, got output [2] (use sum() or pass a gradient)',
  ],
  [
    'a gradient of another shape',
    () =>
      leaf([1, 2])
        .mul(2)
        .backward(ones([3])),
    ShapeError,
    'backward: the gradient must have the shape of the output, got gradient [3], output [2]',
  ],
  [
    'backward twice',
    () => twice(),
    WasmgradError,
    'backward: the graph of sum was freed by an earlier backward (pass { retainGraph: true } to the first one)',
  ],
  [
    'in place on a leaf',
    () => leaf([1]).add_(1),
    WasmgradError,
    'add_: a leaf that requires a gradient cannot be changed in place (do it in noGrad())',
  ],
  [
    'in place on a view of a leaf',
    () => leaf([1, 2]).select(0, 0).zero_(),
    WasmgradError,
    'fill_: a view of a leaf that requires a gradient cannot be changed in place (do it in noGrad())',
  ],
  [
    'in place on what backward needs',
    () => changed(),
    WasmgradError,
    'backward: a tensor [2] that the gradient of mul needs was changed in place since (it is at version 1, version 0 was expected)',
  ],
  [
    'grad of what was not used',
    () => autograd.grad(leaf([1]).mul(2), leaf([1])),
    WasmgradError,
    'grad: input 0 was not used for the outputs (set allowUnused to get null for it)',
  ],
  [
    'grad without history',
    () =>
      autograd.grad(
        noGrad(() => leaf([1]).mul(2)),
        leaf([1]),
      ),
    WasmgradError,
    'grad: output 0 does not require a gradient and has no history',
  ],
  [
    'requiresGrad of whole numbers',
    () => ones([1], { dtype: 'int32' }).requiresGrad_(),
    DTypeError,
    'requiresGrad: only floating point tensors can require gradients, got int32',
  ],
  [
    'an unknown option of backward',
    () => leaf([1]).backward(null, { retain_graph: true } as object),
    WasmgradError,
    "backward: unknown option 'retain_graph' (known: retainGraph, createGraph)",
  ],
  [
    'gradcheck of nothing',
    () => autograd.gradcheck((x) => x, [ones([1])]),
    WasmgradError,
    'gradcheck: no input requires a gradient',
  ],
  // Optimizers and data.
  ['an optimizer of nothing', () => new optim.SGD([], { lr: 0.1 }), WasmgradError, 'SGD: got an empty parameter list'],
  [
    'a negative learning rate',
    () => new optim.Adam([leaf([1])], { lr: -1 }),
    WasmgradError,
    'Adam: lr must be at least 0, got -1',
  ],
  [
    'a learning rate of NaN',
    () => new optim.Adam([leaf([1])], { lr: NaN }),
    WasmgradError,
    'Adam: lr must be at least 0, got NaN',
  ],
  [
    'an optimizer of what is no leaf',
    () => new optim.SGD([leaf([1]).mul(2)], { lr: 0.1 }),
    WasmgradError,
    'SGD: parameter 0 is not a leaf, so it gets no gradient',
  ],
  [
    'an unknown option of an optimizer',
    () => new optim.SGD([leaf([1])], { learningRate: 1 } as object),
    WasmgradError,
    "SGD: unknown option 'learningRate' (known: lr, momentum, dampening, weightDecay, nesterov, maximize)",
  ],
  [
    'Nesterov without momentum',
    () => new optim.SGD([leaf([1])], { lr: 1, nesterov: true }),
    WasmgradError,
    'SGD: nesterov needs a momentum above 0 and no dampening',
  ],
  [
    'tensors of different lengths',
    () => new data.TensorDataset(ones([2]), ones([3])),
    ShapeError,
    'TensorDataset: expected tensors of one first size, got [2], [3]',
  ],
  [
    'a batch size of 0',
    () => new data.DataLoader(new data.TensorDataset(ones([2])), { batchSize: 0 }),
    WasmgradError,
    'BatchSampler: batchSize must be a positive whole number, got 0',
  ],
  [
    'an unknown option of a loader',
    () => new data.DataLoader([1, 2], { batch_size: 2 } as object),
    WasmgradError,
    "DataLoader: unknown option 'batch_size' (known: batchSize, shuffle, dropLast, sampler, batchSampler, collate, seed, generator)",
  ],
];

function leaf(values: number[]): Tensor {
  return tensor(values, { requiresGrad: true });
}

function twice(): void {
  const y = leaf([1, 2]).exp().sum();
  y.backward();
  y.backward();
}

function changed(): void {
  const y = leaf([1, 2]).exp();
  const z = y.mul(y).sum();
  y.add_(1);
  z.backward();
}

describe('misuse in training', () => testMisuses(misuses));
