import { beforeAll, describe, expect, it } from 'vitest';
import {
  F,
  data,
  info,
  init,
  manualSeed,
  nn,
  optim,
  rand,
  scope,
  shutdown,
  tensor,
  train,
  type Tensor,
} from '../src/index.js';

beforeAll(() => init());

/** Points of two classes that a line parts: class 1 where x + y > 1. */
function points(n: number): data.TensorDataset<[Tensor, Tensor]> {
  const x = rand([n, 2]);
  const classes = Int32Array.from({ length: n }, (_, i) => scope(() => (x.select(0, i).sum().item() > 1 ? 1 : 0)));
  return new data.TensorDataset(x, tensor(classes));
}

function setUp(): {
  model: nn.Linear;
  set: data.TensorDataset<[Tensor, Tensor]>;
  options: Pick<train.FitOptions, 'loss' | 'optimizer' | 'progress'>;
} {
  manualSeed(0);
  const model = new nn.Linear(2, 2);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 });
  return { model, set: points(64), options: { loss: F.crossEntropy, optimizer, progress: 'none' } };
}

describe('fit', () => {
  it('is the plain loop', async () => {
    const plain = setUp();
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const [x, y] of new data.DataLoader(plain.set, { batchSize: 16, shuffle: true, seed: epoch })) {
        plain.options.optimizer.zeroGrad();
        const loss = F.crossEntropy(plain.model.forward(x), y);
        loss.backward();
        plain.options.optimizer.step();
        losses.push(loss.item());
      }
    }
    const { model, set, options } = setUp();
    const steps: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const loader = new data.DataLoader(set, { batchSize: 16, shuffle: true, seed: epoch });
      steps.push(...(await train.fit(model, loader, options)).steps);
    }
    expect(steps).toEqual(losses);
    expect(model.weight.tolist()).toEqual(plain.model.weight.tolist());
  });

  it('returns the history, means weighted by samples', async () => {
    const { model, set, options } = setUp();
    const loader = new data.DataLoader(set, { batchSize: 48 });
    const history = await train.fit(model, loader, {
      ...options,
      epochs: 4,
      validation: loader,
      metrics: ['accuracy'],
    });
    expect(history.stopped).toBe('done');
    expect(history.loss).toHaveLength(4);
    expect(history.loss[0]).toBeCloseTo((history.steps[0]! * 48 + history.steps[1]! * 16) / 64, 10);
    expect(history.valLoss).toHaveLength(4);
    expect(history.loss[3]).toBeLessThan(history.loss[0]!);
    expect(Object.keys(history.metrics)).toEqual(['accuracy', 'valAccuracy']);
    const { loss, metrics } = await train.evaluate(model, loader, { loss: options.loss, metrics: ['accuracy'] });
    expect(loss).toBe(history.valLoss[3]);
    expect(metrics['accuracy']).toBe(history.metrics['valAccuracy']![3]);
  });

  it('leaves no tensors behind', async () => {
    // A fresh memory, and a scope around what is set up: what was dropped before may be collected while this test waits, and would count.
    shutdown();
    await init();
    let made!: ReturnType<typeof setUp>;
    scope(() => {
      made = setUp();
      for (const x of made.set.tensors) x.keep();
    });
    const { model, set, options } = made;
    const loader = new data.DataLoader(set, { batchSize: 8 });
    await train.fit(model, loader, options);
    const before = info().memory.tensors;
    await train.fit(model, loader, { ...options, epochs: 3, validation: loader, metrics: ['accuracy'] });
    expect(info().memory.tensors).toBe(before);
  });

  it('takes losses that are modules, arrays of batches, and metrics of one’s own', async () => {
    const { model, options } = setUp();
    const batches = [[rand([4, 2]), rand([4, 2])]];
    const history = await train.fit(model, batches, {
      ...options,
      loss: new nn.MSELoss(),
      metrics: { largest: (output) => output.max() },
    });
    expect(Number.isFinite(history.metrics['largest']![0])).toBe(true);
  });

  it('steps a scheduler', async () => {
    const { model, set, options } = setUp();
    const loader = new data.DataLoader(set, { batchSize: 16 });
    let steps = 0;
    const scheduler = { step: (): void => void steps++ };
    await train.fit(model, loader, { ...options, epochs: 2, scheduler });
    expect(steps).toBe(2);
    await train.fit(model, loader, { ...options, epochs: 2, scheduler, schedulerInterval: 'step' });
    expect(steps).toBe(10);
  });

  it('prints one line an epoch', async () => {
    const { model, set, options } = setUp();
    const lines: string[] = [];
    const loader = new data.DataLoader(set, { batchSize: 16 });
    await train.fit(model, loader, { ...options, epochs: 2, validation: loader, progress: (line) => lines.push(line) });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^epoch 2\/2 {2}loss 0\.\d{4} {2}valLoss 0\.\d{4} {2}\d+\.\d s$/);
  });

  it('calls back, and stops on request', async () => {
    const { model, set, options } = setUp();
    const seen: string[] = [];
    const history = await train.fit(model, new data.DataLoader(set, { batchSize: 16 }), {
      ...options,
      epochs: 5,
      callbacks: [
        {
          onStep: ({ epoch, step, steps }) => void seen.push(`${epoch}:${step}/${steps}`),
          onEpoch: ({ epoch, stop }) => (epoch === 2 ? stop() : undefined),
          onEnd: ({ epoch }) => void seen.push(`end ${epoch}`),
        },
      ],
    });
    expect(seen).toEqual(['1:1/4', '1:2/4', '1:3/4', '1:4/4', '2:1/4', '2:2/4', '2:3/4', '2:4/4', 'end 2']);
    expect([history.stopped, history.loss.length]).toEqual(['early', 2]);
  });

  it('ends after the current step when aborted', async () => {
    const { model, set, options } = setUp();
    const controller = new AbortController();
    const history = await train.fit(model, new data.DataLoader(set, { batchSize: 16 }), {
      ...options,
      epochs: 5,
      signal: controller.signal,
      callbacks: [{ onStep: ({ step }) => (step === 3 ? controller.abort() : undefined) }],
    });
    expect([history.stopped, history.steps.length, history.loss.length]).toEqual(['aborted', 3, 1]);
  });

  it('does not take an epoch for done that was aborted', async () => {
    const { model, set, options } = setUp();
    const loader = new data.DataLoader(set, { batchSize: 16 });
    for (const where of ['training', 'validation']) {
      const controller = new AbortController();
      const scheduler = new optim.lrScheduler.StepLR(options.optimizer as optim.SGD, 1, { gamma: 0.5 });
      const rate = scheduler.getLastLr()[0]!;
      const epochs: number[] = [];
      let measured = 0;
      const history = await train.fit(model, loader, {
        ...options,
        epochs: 5,
        signal: controller.signal,
        validation: loader,
        // Four batches of training and four of validation an epoch.
        metrics: { count: () => (++measured === (where === 'validation' ? 14 : 10) && controller.abort(), 0) },
        scheduler,
        callbacks: [train.earlyStopping(), { onEpoch: ({ epoch }) => void epochs.push(epoch) }],
      });
      expect([history.stopped, history.loss.length, history.valLoss.length], where).toEqual(['aborted', 2, 1]);
      expect(epochs).toEqual([1]);
      expect(scheduler.getLastLr()[0]).toBeCloseTo(rate / 2);
      expect(history.metrics['valCount']!.length).toBe(1);
    }
  });

  it('stops when nothing improves, and loads the best weights', async () => {
    const { model, set, options } = setUp();
    const worse = [0.9, 0.5, 0.6, 0.7, 0.1];
    let epoch = 0;
    let best: unknown;
    const history = await train.fit(model, new data.DataLoader(set, { batchSize: 16 }), {
      ...options,
      epochs: 5,
      metrics: { score: () => worse[epoch]! },
      callbacks: [
        train.earlyStopping({ monitor: 'score', patience: 2 }),
        { onEpoch: () => void (epoch++ === 1 && (best = model.weight.tolist())) },
      ],
    });
    expect([history.stopped, history.loss.length]).toEqual(['early', 4]);
    expect(model.weight.tolist()).toEqual(best);
  });

  it('trains in training mode, evaluates in evaluation mode, and restores', async () => {
    const { set, options } = setUp();
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Dropout(0.5));
    model.eval();
    const modes: boolean[] = [];
    const frozen = model.at(1);
    const freeze = { onStep: (): void => void frozen.eval() };
    const frozenModes: boolean[] = [];
    const metrics = { mode: (): number => modes.push(model.training) + frozenModes.push(frozen.training) };
    const loader = new data.DataLoader(set, { batchSize: 64 });
    const twoEpochs = { ...options, epochs: 2, metrics, validation: loader, callbacks: [freeze] };
    await train.fit(model, loader, twoEpochs);
    expect(modes).toEqual([true, false, true, false]);
    expect(frozenModes).toEqual([true, false, false, false]);
    expect(model.training).toBe(false);
  });

  it('throws on a loss that is not finite, and keeps the weights of the step before', async () => {
    const { model, options } = setUp();
    const good = [tensor([[1, 2]]), tensor([1], { dtype: 'int32' })];
    const bad = [tensor([[NaN, 2]]), tensor([1], { dtype: 'int32' })];
    await expect(train.fit(model, [good, bad], options)).rejects.toThrow(
      'fit: the loss is NaN in epoch 1, step 2; the weights are those after the step before',
    );
    expect(model.weight.tolist()).not.toContain(NaN);
  });

  it('gives ReduceLROnPlateau the validation loss, or else the loss', async () => {
    for (const validated of [true, false]) {
      const { model, set, options } = setUp();
      const loader = new data.DataLoader(set, { batchSize: 16 });
      const scheduler = new optim.lrScheduler.ReduceLROnPlateau(new optim.SGD(model.parameters()));
      const more = validated ? { validation: new data.DataLoader(set, { batchSize: 8 }) } : {};
      const { loss, valLoss } = await train.fit(model, loader, { ...options, ...more, epochs: 3, scheduler });
      expect(scheduler.best).toBe(Math.min(...(validated ? valLoss : loss)));
      await expect(train.fit(model, loader, { ...options, scheduler, schedulerInterval: 'step' })).rejects.toThrow(
        "fit: ReduceLROnPlateau steps after epochs, got schedulerInterval 'step'",
      );
    }
  });

  it('stops early anew in each training with the same callback', async () => {
    const { model, set, options } = setUp();
    const loader = new data.DataLoader(set, { batchSize: 16 });
    const scores = [1, 5, 5, 9, 3, 4, 2];
    const score = train.earlyStopping({ monitor: 'score', patience: 2, restoreBest: false });
    const callbacks = [
      { onEpoch: (state: train.TrainingState) => score.onEpoch!({ ...state, metrics: { score: scores.shift()! } }) },
    ];
    const lengths: number[] = [];
    for (let i = 0; i < 2; i++) {
      lengths.push((await train.fit(model, loader, { ...options, epochs: 4, callbacks })).loss.length);
    }
    expect(lengths).toEqual([3, 4]);
  });

  it('throws where there are no batches', async () => {
    const { model, set, options } = setUp();
    await expect(train.fit(model, [], options)).rejects.toThrow('fit: there are no batches in epoch 1');
    await expect(train.fit(model, new data.DataLoader([]), options)).rejects.toThrow(
      'fit: there are no batches in epoch 1',
    );
    const loader = new data.DataLoader(set, { batchSize: 16 });
    const once = loader[Symbol.iterator]();
    await expect(train.fit(model, once, { ...options, epochs: 2 })).rejects.toThrow(
      'fit: there are no batches in epoch 2 (a generator is over after one pass: give an array, or what starts anew)',
    );
    await expect(train.fit(model, loader, { ...options, validation: [] })).rejects.toThrow(
      'evaluate: there are no batches',
    );
    expect(model.training).toBe(true);
  });

  it('throws on wrong options and batches', async () => {
    const { model, set, options } = setUp();
    const loader = new data.DataLoader(set);
    await expect(train.fit(model, loader, { ...options, epoch: 3 } as never)).rejects.toThrow(
      "fit: unknown option 'epoch' (known: loss, optimizer, epochs",
    );
    await expect(train.fit(model, loader, { ...options, epochs: 1.5 })).rejects.toThrow(
      'fit: epochs must be a whole number of at least 0, got 1.5',
    );
    await expect(train.fit(model, loader, { ...options, loss: 'mse' } as never)).rejects.toThrow(
      'fit: loss must be a function or a module',
    );
    await expect(train.fit(model, loader, { ...options, optimizer: {} } as never)).rejects.toThrow(
      'fit: optimizer must be an optimizer',
    );
    await expect(train.fit(model, [3], options)).rejects.toThrow(
      'train: expected batches [...inputs, target] of tensors',
    );
    await expect(train.fit(model, loader, { ...options, metrics: ['f1'] } as never)).rejects.toThrow(
      "metrics: 'f1' is not built in ('accuracy' is)",
    );
    await expect(train.fit(model, loader, { ...options, callbacks: [train.earlyStopping()] })).rejects.toThrow(
      "earlyStopping: there is no 'valLoss' to watch, got loss",
    );
    expect(() => train.earlyStopping({ mode: 'most' as 'max' })).toThrow(
      "earlyStopping: mode must be 'min' or 'max', got 'most'",
    );
    expect(() => train.earlyStopping({ patience: -1 })).toThrow('earlyStopping: patience must be at least 0, got -1');
  });
});

describe('accuracy', () => {
  it('of classes and of logits', () => {
    expect(
      train.accuracy(
        tensor([
          [1, 2],
          [3, 0],
          [0, 9],
        ]),
        tensor([1, 1, 1], { dtype: 'int32' }),
      ),
    ).toBeCloseTo(2 / 3);
    expect(train.accuracy(tensor([[-1], [2]]), tensor([[0], [0]]))).toBe(0.5);
    expect(() => train.accuracy(tensor([[1, 2]]), tensor([1, 2]))).toThrow(
      'accuracy: expected target [1], got output [1, 2], target [2]',
    );
  });
});
