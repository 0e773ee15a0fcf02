import { WasmgradError } from '../core/errors.js';
import { DataLoader } from '../data/index.js';
import { scope } from '../tensor/index.js';
import { Tensor } from '../tensor/index.js';
import type { Means, Metric } from './means.js';

/** A model: a module, or anything that looks like one. */
export interface Model {
  forward(...inputs: Tensor[]): unknown;
  train(mode?: boolean): unknown;
  /** This module and all inside of it. */
  modules(): { training: boolean }[];
  stateDict(): Readonly<Record<string, Tensor>>;
  loadStateDict(state: Readonly<Record<string, Tensor>>): unknown;
}

/** Notes which modules are in training mode; what it returns restores them, layers that were frozen one by one included. */
export function rememberModes(model: Model): () => void {
  const modes = model.modules().map((module) => [module, module.training] as const);
  return () => {
    for (const [module, training] of modes) module.training = training;
  };
}

/** A loss: a function, or a module, of the model's output and the target. */
export type Loss = ((output: Tensor, target: Tensor) => Tensor) | { forward(output: Tensor, target: Tensor): Tensor };

/** Batches `[...inputs, target]`: a `DataLoader`, an array, anything that `for … of` takes. */
export type Batches = Iterable<unknown>;

/** The number of batches, where it is known. */
export function countBatches(batches: Batches): number | undefined {
  if (batches instanceof DataLoader && !batches.batchSampler) return undefined;
  return 'length' in batches && typeof batches.length === 'number' ? batches.length : undefined;
}

/** Batches as functions that load them, so that a step's scope is opened by its caller and closed before the next is awaited. */
export function* loadersOf(batches: Batches): IterableIterator<() => unknown> {
  if (batches instanceof DataLoader) yield* batches.deferred();
  else for (const batch of batches) yield () => batch;
}

/** What a batch gave. */
export interface BatchResult {
  readonly samples: number;
  readonly loss: number;
  readonly metrics: readonly (readonly [string, number])[];
}

/** The forward pass of a batch and its loss; `then` sees the loss, as a tensor and a number, and the number of samples before everything is freed. */
export function runBatch(
  model: Model,
  load: () => unknown,
  loss: Loss | undefined,
  metrics: readonly (readonly [string, Metric])[],
  then?: (loss: Tensor, value: number, samples: number) => void,
): BatchResult {
  return scope(() => {
    const batch = load();
    if (!Array.isArray(batch) || batch.length < 2 || !batch.every((part) => part instanceof Tensor)) {
      throw new WasmgradError(
        'train: expected batches [...inputs, target] of tensors (set collate, or write the loop by hand)',
      );
    }
    const inputs = (batch as Tensor[]).slice(0, -1);
    const target = (batch as Tensor[])[batch.length - 1]!;
    const output = model.forward(...inputs);
    if (!(output instanceof Tensor)) {
      throw new WasmgradError('train: the model must return one tensor (write the loop by hand where it returns more)');
    }
    const lossTensor = loss && (typeof loss === 'function' ? loss(output, target) : loss.forward(output, target));
    const value = lossTensor ? lossTensor.item() : NaN;
    const samples = inputs[0]!.shape[0] ?? 1;
    if (lossTensor && then) then(lossTensor, value, samples);
    const measured = metrics.map(([name, metric]) => {
      const result = metric(output.detach(), target);
      return [name, typeof result === 'number' ? result : result.item()] as const;
    });
    return { samples, loss: value, metrics: measured };
  });
}

/** Adds what a batch gave to the means. */
export function addResult(means: Means, result: BatchResult): void {
  means.add(result.samples, [['loss', result.loss], ...result.metrics]);
}

const breathEveryMs = 30;
let lastBreath = 0;

/** Lets the event loop turn when it has not for a while, so that signals, timers and pages live on during a training. */
export async function breathe(): Promise<void> {
  const now = performance.now();
  if (now - lastBreath < breathEveryMs) return;
  await new Promise<void>((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
  lastBreath = performance.now();
}
