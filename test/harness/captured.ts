import { expect } from 'vitest';
import { F, capture, manualSeed, nn, rand, randint, randn, scope } from '../../src/index.js';
import type { Tensor, optim } from '../../src/index.js';

/** A training step. */
export type Step = (x: Tensor, y: Tensor) => Tensor;

/** What is trained, and how. */
export interface Training {
  readonly model: nn.Module;
  readonly step: Step;
  readonly batch: (i: number) => [Tensor, Tensor];
  /** After each step. */
  readonly after?: (i: number) => void;
}

/** Everything that a training leaves: losses, and bits of parameters, gradients and buffers. */
export function traces(make: () => Training, captured: boolean, steps = 6): unknown {
  manualSeed(3);
  const { model, step, batch, after } = make();
  const run = captured ? capture(step) : step;
  const losses: unknown[] = [];
  for (let i = 0; i < steps; i++) {
    scope(() => {
      const [x, y] = batch(i);
      losses.push(run(x, y).tolist());
      after?.(i);
    });
  }
  const parameters = model.namedParameters().map(([name, p]) => [name, p.tolist(), p.grad?.tolist() ?? null]);
  return {
    losses,
    parameters,
    buffers: model.namedBuffers().map(([name, b]) => [name, b.tolist()]),
    next: rand([2]).tolist(),
  };
}

/** Expects the same bits with capture and without. */
export function expectSame(make: () => Training, steps = 6): void {
  expect(traces(make, true, steps)).toEqual(traces(make, false, steps));
}

/** A batch of images. */
export const images = (): [Tensor, Tensor] => [randn([6, 1, 8, 8]), randint(0, 3, [6])];
/** A batch of rows. */
export const rows = (): [Tensor, Tensor] => [randn([5, 3]), randint(0, 2, [5])];

/** A small network of all that has state. */
export function cnn(): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(1, 4, 3, { padding: 1 }),
    new nn.BatchNorm2d(4),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Dropout(0.3),
    new nn.Flatten(),
    new nn.Linear(64, 8),
    new nn.GELU(),
    new nn.Linear(8, 3),
  );
}

/** A small network. */
export function mlp(): nn.Sequential {
  return new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2));
}

/** The plain step of training. */
export function descend(model: nn.Module & { forward(x: Tensor): Tensor }, optimizer: optim.Optimizer): Step {
  return (x, y) => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
}
