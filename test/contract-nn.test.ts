import { beforeAll, describe, expect, test } from 'vitest';
import { DTypeError, init, manualSeed, nn, ones, optim, tensor, zeros } from '../src/index.js';
import type { Tensor } from '../src/index.js';

// Trees and orders as PyTorch 1.13 prints them for the same modules.

class Block extends nn.Module {
  readonly conv1 = new nn.Conv2d(2, 3, 3, { padding: 1, bias: false });
  readonly bn1 = new nn.BatchNorm2d(3);
  readonly relu = new nn.ReLU({ inplace: true });
  override forward(x: Tensor): Tensor {
    return this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
  }
}

class Net extends nn.Module {
  readonly scales = [new nn.Parameter(ones([2])), new nn.Parameter(ones([1]))];
  readonly grid = [[new nn.Linear(1, 2)], [new nn.Linear(2, 1)]];
  readonly blocks = [new Block(), new nn.Flatten()];
  readonly fc = new nn.Linear(4, 4);
  readonly again = this.fc;
  readonly late = new nn.Parameter(zeros([1]));
  readonly sizes = [1, 2, 3];
  override forward(x: Tensor): Tensor {
    return x;
  }
}

beforeAll(() => init({ threads: 1 }));

describe('a tree of modules, arrays and shared layers', () => {
  test('stateDict has PyTorch’s names in its order: own parameters first, arrays are lists of modules or parameters', () => {
    expect(Object.keys(new Net().stateDict())).toEqual([
      'late',
      'scales.0',
      'scales.1',
      'grid.0.0.weight',
      'grid.0.0.bias',
      'grid.1.0.weight',
      'grid.1.0.bias',
      'blocks.0.conv1.weight',
      'blocks.0.bn1.weight',
      'blocks.0.bn1.bias',
      'blocks.0.bn1.running_mean',
      'blocks.0.bn1.running_var',
      'blocks.0.bn1.num_batches_tracked',
      'fc.weight',
      'fc.bias',
      'again.weight',
      'again.bias',
    ]);
  });

  test('a shared layer comes once among children and when a function is applied', () => {
    const net = new Net();
    expect(net.namedChildren().map(([name]) => name)).toEqual(['scales', 'grid', 'blocks', 'fc']);
    const visited: nn.Module[] = [];
    net.apply((module) => visited.push(module));
    expect(visited.filter((module) => module === net.fc)).toHaveLength(1);
    expect(net.namedParameters().map(([name]) => name)).not.toContain('again.weight');
  });

  test('prints as PyTorch', () => {
    expect(String(new Net())).toBe(`Net(
  (scales): ParameterList(
      (0): Parameter containing: [torch.float32 of size 2]
      (1): Parameter containing: [torch.float32 of size 1]
  )
  (grid): ModuleList(
    (0): ModuleList(
      (0): Linear(in_features=1, out_features=2, bias=True)
    )
    (1): ModuleList(
      (0): Linear(in_features=2, out_features=1, bias=True)
    )
  )
  (blocks): ModuleList(
    (0): Block(
      (conv1): Conv2d(2, 3, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
      (bn1): BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
      (relu): ReLU(inplace=True)
    )
    (1): Flatten(start_dim=1, end_dim=-1)
  )
  (fc): Linear(in_features=4, out_features=4, bias=True)
  (again): Linear(in_features=4, out_features=4, bias=True)
)`);
  });
});

test('what loads and registers takes known options only', () => {
  const layer = new nn.Linear(1, 1);
  const strickt = { strickt: false } as { strict?: boolean };
  expect(() => layer.loadStateDict(layer.stateDict(), strickt)).toThrow("loadStateDict: unknown option 'strickt'");
  const persist = { persist: false } as { persistent?: boolean };
  expect(() => layer.registerBuffer('mask', ones([1]), persist)).toThrow("registerBuffer: unknown option 'persist'");
});

test('a bare number is the first option', () => {
  expect(String(new nn.Hardtanh(-2))).toBe('Hardtanh(min_val=-2.0, max_val=1.0)');
});

test('a container runs and counts a module as often as it holds it', () => {
  const double = new (class extends nn.Module {
    override forward(x: Tensor): Tensor {
      return x.mul(2);
    }
  })();
  const model = new nn.Sequential(double, double);
  expect(model.forward(ones([1])).item()).toBe(4);
  expect(model.append(double).length).toBe(3);
  expect(model.forward(ones([1])).item()).toBe(8);
  expect(model.children().length).toBe(1);
});

describe('to', () => {
  test('parameters stay the same objects: optimizers and sharing go on', () => {
    manualSeed(0);
    const first = new nn.Linear(2, 2, { bias: false });
    const second = new nn.Linear(2, 2, { bias: false });
    second.weight = first.weight;
    const model = new nn.Sequential(first, second, new nn.BatchNorm1d(2));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const step = (x: Tensor): void => {
      optimizer.zeroGrad();
      model.forward(x).mul(x).sum().backward();
      optimizer.step();
    };
    const x = tensor([
      [1, 2],
      [3, 5],
      [4, -1],
    ]);
    step(x);
    const weight = first.weight;
    model.double();
    expect(first.weight).toBe(weight);
    expect(second.weight).toBe(weight);
    expect(weight.dtype).toBe('float64');
    expect(weight.grad!.dtype).toBe('float64');
    expect(model.stateDict()['2.running_mean']!.dtype).toBe('float64');
    expect(model.stateDict()['2.num_batches_tracked']!.dtype).toBe('int32');
    const before = weight.tolist();
    step(x.double());
    expect(weight.tolist()).not.toEqual(before);
    expect(optimizer.state.get(weight)!['momentum_buffer']!.dtype).toBe('float64');
  });

  test('takes floating point dtypes only', () => {
    expect(() => new nn.Linear(1, 1).to('int32')).toThrow(
      new DTypeError('to: modules take floating point dtypes only, got int32'),
    );
  });
});

test('options stand wherever PyTorch has keywords', () => {
  const [x, weight, bias] = [ones([1, 1, 3, 3]), ones([2, 1, 3, 3]), tensor([1, 2])];
  const { F } = nn;
  expect(F.conv2d(x, weight, { padding: 1 }).shape).toEqual([1, 2, 3, 3]);
  expect(F.conv2d(x, weight, { bias }).tolist()).toEqual(F.conv2d(x, weight, bias).tolist());
  expect(F.conv2d(x, weight, null, 2, 1).shape).toEqual([1, 2, 2, 2]);
  expect(F.maxPool2d(x, 2, 1).shape).toEqual([1, 1, 2, 2]);
  expect(F.avgPool2d(x, 3, 1, 1).shape).toEqual([1, 1, 3, 3]);
  expect(F.pad(ones([1]), [1, 0], 'constant', 3).tolist()).toEqual([3, 1]);
  expect(F.hardtanh(tensor([-3, 3]), -2, { maxVal: 2 }).tolist()).toEqual([-2, 2]);
  expect(F.glu(ones([2, 4]), { dim: 0 }).shape).toEqual([1, 4]);
  expect(F.conv1d(ones([1, 3]), ones([1, 1, 2]), { stride: 2 }).tolist()).toEqual([[2]]);
});

test('buffers are also there under names in camelCase', () => {
  const norm = new nn.BatchNorm1d(2);
  expect([norm.runningMean, norm.runningVar, norm.numBatchesTracked]).toEqual([
    norm.running_mean,
    norm.running_var,
    norm.num_batches_tracked,
  ]);
  expect(norm.runningMean).toBe(norm.running_mean);
  expect(new nn.BCEWithLogitsLoss({ posWeight: ones([2]) }).posWeight!.tolist()).toEqual([1, 1]);
});
