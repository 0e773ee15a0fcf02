import { WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/index.js';
import { accuracy } from './metrics/classification.js';

/** A number to watch, from a batch's output and target; batches are averaged, weighted by their samples. */
export type Metric = (output: Tensor, target: Tensor) => number | Tensor;

/** Metrics by name, or a list of functions and of the names of built-in ones. */
export type Metrics = Readonly<Record<string, Metric>> | readonly ('accuracy' | Metric)[];

// `Array.isArray` does not tell a readonly array from the rest.
function isList(metrics: Metrics): metrics is readonly ('accuracy' | Metric)[] {
  return Array.isArray(metrics);
}

/** Metrics as name and function. */
export function namedMetrics(metrics: Metrics = {}): [string, Metric][] {
  if (!isList(metrics)) return Object.entries(metrics);
  return metrics.map((metric, i) => {
    if (metric === 'accuracy') return ['accuracy', accuracy];
    if (typeof metric === 'string')
      throw new WasmgradError(`metrics: '${String(metric)}' is not built in ('accuracy' is)`);
    return [metric.name || `metric${i}`, metric];
  });
}

/** Means over batches of different sizes. */
export class Means {
  readonly #sums = new Map<string, number>();
  #samples = 0;

  /** Takes in a batch of `samples`. */
  add(samples: number, values: Iterable<readonly [string, number]>): void {
    this.#samples += samples;
    for (const [name, value] of values) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * samples);
  }

  /** Whether nothing was taken in. */
  get empty(): boolean {
    return this.#samples === 0;
  }

  /** The mean so far; NaN before the first batch. */
  get(name: string): number {
    return (this.#sums.get(name) ?? NaN) / this.#samples;
  }

  /** All means so far but `loss`. */
  metrics(): Record<string, number> {
    const names = [...this.#sums.keys()].filter((name) => name !== 'loss');
    return Object.fromEntries(names.map((name) => [name, this.get(name)]));
  }
}
