import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  capture,
  init,
  manualSeed,
  nn,
  ones,
  optim,
  randn,
  scope,
  shutdown,
  tensor,
  zeros,
  type Tensor,
} from '../src/index.js';

// Names, orders and messages of hooks as PyTorch 1.13 gives them for the same modules.

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

class Net extends nn.Module {
  readonly layers = [new nn.Linear(2, 3), new nn.BatchNorm1d(3)];
  readonly head = new nn.Linear(3, 1);
  readonly tied = this.head;
  override forward(x: Tensor): Tensor {
    return this.head.forward((this.layers[0] as nn.Linear).forward(x));
  }
}

describe('members of a module tree', () => {
  test('are found by their paths', () => {
    const net = new Net();
    expect(net.getSubmodule('layers.0')).toBe(net.layers[0]);
    expect(net.getSubmodule('')).toBe(net);
    expect(net.getParameter('layers.0.weight')).toBe((net.layers[0] as nn.Linear).weight);
    expect(net.getBuffer('layers.1.running_mean').shape).toEqual([3]);
    expect(() => net.getSubmodule('layers.2')).toThrow("getSubmodule: List has no module '2'");
    expect(() => net.getParameter('head.scale')).toThrow("getParameter: Linear has no parameter 'scale'");
    expect(() => net.getBuffer('head.weight')).toThrow("getBuffer: Linear has no buffer 'weight'");
  });

  test('come with a prefix, without their descendants, or twice', () => {
    const net = new Net();
    expect(net.namedParameters('net').map(([name]) => name)[0]).toBe('net.layers.0.weight');
    expect(net.namedParameters({ recurse: false })).toEqual([]);
    expect(net.head.parameters(false)).toHaveLength(2);
    expect(net.parameters({ recurse: false })).toEqual([]);
    const twice = net.namedParameters({ removeDuplicate: false }).map(([name]) => name);
    expect(twice.slice(-4)).toEqual(['head.weight', 'head.bias', 'tied.weight', 'tied.bias']);
    expect(net.namedModules({ removeDuplicate: false, prefix: 'm' }).map(([name]) => name)).toEqual([
      'm',
      'm.layers',
      'm.layers.0',
      'm.layers.1',
      'm.head',
      'm.tied',
    ]);
    expect(net.namedBuffers('', false)).toEqual([]);
    expect(net.buffers()).toHaveLength(3);
    expect(() => net.namedModules({ recurse: false } as object)).toThrow(
      "namedModules: unknown option 'recurse' (known: prefix, removeDuplicate)",
    );
  });

  test('are registered under names that are free', () => {
    const net = new Net();
    net.registerParameter('scale', new nn.Parameter(ones([1])));
    net.addModule('extra', new nn.Linear(1, 1));
    net.registerModule('extra', new nn.ReLU());
    expect(Object.keys(net.stateDict())).toContain('scale');
    expect(net.getSubmodule('extra')).toBeInstanceOf(nn.ReLU);
    expect(() => net.addModule('a.b', new nn.ReLU())).toThrow(
      "addModule: a name must not be empty nor hold a '.', got 'a.b'",
    );
    expect(() => net.registerParameter('forward', null)).toThrow(
      "registerParameter: Net has another 'forward' already",
    );
  });
});

describe('hooks', () => {
  test('of full backward passes see and change gradients', () => {
    const layer = new nn.Linear(2, 1, { bias: false });
    layer.weight.detach().copy_(tensor([[2, -1]]));
    const seen: unknown[] = [];
    const handle = layer.registerFullBackwardHook((module, gradInput, gradOutput) => {
      seen.push(
        module,
        gradInput.map((x) => x?.tolist() ?? null),
        gradOutput.map((x) => x?.tolist() ?? null),
      );
      return [gradInput[0]!.mul(10)];
    });
    const x = ones([1, 2]).requiresGrad_();
    layer.forward(x).sum().backward();
    expect(seen).toEqual([layer, [[[2, -1]]], [[[1]]]]);
    expect(x.grad!.tolist()).toEqual([[20, -10]]);
    expect(layer.weight.grad!.tolist()).toEqual([[1, 1]]);
    handle.remove();
    x.grad = null;
    layer.forward(x).sum().backward();
    expect(x.grad!.tolist()).toEqual([[2, -1]]);
  });

  test('of full backward passes are called without gradients of inputs where none is wanted', () => {
    const layer = new nn.Linear(2, 1);
    const seen: unknown[] = [];
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => void seen.push(gradInput, gradOutput[0]!.tolist()));
    layer
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(seen).toEqual([[null], [[1]]]);
    expect(layer.bias!.grad!.tolist()).toEqual([1]);
  });

  test('of state dictionaries see and change them', () => {
    const net = new nn.Sequential(new nn.Linear(1, 1), new nn.Linear(1, 1));
    net.at(1).registerStateDictPostHook((_, dict, prefix) => {
      dict[`${prefix}extra`] = zeros([1]);
    });
    const dict = net.stateDict();
    expect(Object.keys(dict)).toEqual(['0.weight', '0.bias', '1.weight', '1.bias', '1.extra']);
    const after: string[][] = [];
    net.at(1).registerLoadStateDictPreHook((_, given, prefix) => {
      Reflect.deleteProperty(given, `${prefix}extra`);
    });
    net.registerLoadStateDictPostHook((_, { missingKeys, unexpectedKeys }) => {
      after.push([...missingKeys], [...unexpectedKeys]);
      missingKeys.length = 0;
    });
    Reflect.deleteProperty(dict, '0.bias');
    expect(net.loadStateDict(dict)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(after).toEqual([['0.bias'], []]);
    expect(Object.keys(dict)).toContain('1.extra');
  });

  test('stateDict takes a prefix and gives the parameters themselves', () => {
    const layer = new nn.Linear(1, 1);
    const dict = layer.stateDict('fc.', { keepVars: true });
    expect(dict['fc.weight']).toBe(layer.weight);
    expect(layer.stateDict({ prefix: 'a.' })['a.weight']!.requiresGrad).toBe(false);
  });
});

describe('lazy layers', () => {
  test('wait for an input, print as they are, and stay the parameters of their optimizer', () => {
    const model = new nn.Sequential(
      new nn.LazyConv2d(2, 3, { padding: 1 }),
      new nn.LazyBatchNorm2d(),
      new nn.Flatten(),
      new nn.LazyLinear(1),
    );
    expect(model.toString()).toBe(
      'Sequential(\n  (0): LazyConv2d(0, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n' +
        '  (1): LazyBatchNorm2d(0, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)\n' +
        '  (2): Flatten(start_dim=1, end_dim=-1)\n  (3): LazyLinear(in_features=0, out_features=1, bias=True)\n)',
    );
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const kept = model.parameters();
    manualSeed(3);
    const y = model.forward(randn([2, 1, 4, 4]));
    y.square().mean().backward();
    const before = model.parameters().map((p) => p.tolist());
    optimizer.step();
    expect(model.parameters()).toEqual(kept);
    expect(model.parameters().map((p) => p.tolist())).not.toEqual(before);
    expect(model.at(0)).toBeInstanceOf(nn.Conv2d);
    expect(String(model.at(3))).toBe('Linear(in_features=32, out_features=1, bias=True)');
  });

  test('take their sizes from a state dictionary, and their dtype from double()', () => {
    const source = new nn.Sequential(
      new nn.Conv1d(4, 2, 3, { groups: 2 }),
      new nn.BatchNorm1d(2),
      new nn.ConvTranspose1d(2, 3, 2),
    );
    const waiting = new nn.Sequential(
      new nn.LazyConv1d(2, 3, { groups: 2 }),
      new nn.LazyBatchNorm1d(),
      new nn.LazyConvTranspose1d(3, 2),
    ).double();
    waiting.loadStateDict(source.stateDict());
    expect(String(waiting)).toBe(String(source));
    expect(waiting.parameters().map((p) => p.dtype)).toEqual(source.parameters().map(() => 'float64'));
    const x = randn([2, 4, 5]);
    expect(waiting.forward(x.double()).float().allclose(source.forward(x), { rtol: 1e-4, atol: 1e-5 })).toBe(true);
  });

  test('settle in a step that is recorded', () => {
    const run = (wrap: typeof capture | null): number[] => {
      manualSeed(0);
      const model = new nn.Sequential(new nn.LazyLinear(3), new nn.ReLU(), new nn.LazyLinear(1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      const plain = (x: Tensor): Tensor => {
        optimizer.zeroGrad();
        const loss = model.forward(x).square().mean();
        loss.backward();
        optimizer.step();
        return loss;
      };
      const step = wrap ? wrap(plain) : plain;
      const x = ones([4, 2]);
      return [0, 1, 2].map(() => scope(() => step(x).item()));
    };
    expect(run(capture)).toEqual(run(null));
  });
});
