import { WasmgradError } from '../core/errors.js';
import { noGrad } from '../autograd/index.js';
import { checkOptions } from '../tensor/options.js';
import {
  addResult,
  breathe,
  loadersOf,
  rememberModes,
  runBatch,
  type Batches,
  type Loss,
  type Model,
} from './batches.js';
import { Means, namedMetrics, type Metrics } from './means.js';

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** The loss to average. Without one, `loss` is NaN. */
  readonly loss?: Loss;
  /** What else to measure: `['accuracy']`, or functions by name. */
  readonly metrics?: Metrics;
  /** Ends the evaluation after the current batch; the means are of what was seen. */
  readonly signal?: AbortSignal;
}

/** What a model scored. */
export interface Evaluation {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Measures a model on held-out data, without gradients and in evaluation mode (its modes are restored after). Means are over samples.
 *
 * @param loader batches `[...inputs, target]`
 * @throws WasmgradError when there are no batches, or an option is unknown
 * @example
 * ```ts
 * import { F, data, nn, tensor, train } from 'wasmgrad';
 * const model = new nn.Linear(2, 2);
 * const set = new data.TensorDataset(tensor([[0, 1], [1, 0]]), tensor([1, 0], { dtype: 'int32' }));
 * const { metrics } = await train.evaluate(model, new data.DataLoader(set), { loss: F.crossEntropy, metrics: ['accuracy'] });
 * ```
 */
export async function evaluate(model: Model, loader: Batches, options: EvaluateOptions = {}): Promise<Evaluation> {
  checkOptions('evaluate', options, ['loss', 'metrics', 'signal']);
  const { loss, signal } = options;
  const metrics = namedMetrics(options.metrics);
  const means = new Means();
  const restoreModes = rememberModes(model);
  model.train(false);
  try {
    for (const load of loadersOf(loader)) {
      addResult(
        means,
        noGrad(() => runBatch(model, load, loss, metrics)),
      );
      await breathe();
      if (signal?.aborted) break;
    }
  } finally {
    restoreModes();
  }
  if (means.empty) throw new WasmgradError('evaluate: there are no batches');
  return { loss: means.get('loss'), metrics: means.metrics() };
}
