/** What a run of training is made of. */
export interface Settings {
  readonly model: 'mlp' | 'cnn';
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
}

/** Messages from the page to the worker. */
export type Command =
  | { readonly type: 'start'; readonly settings: Settings }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop' }
  | { readonly type: 'recognise'; readonly image: Float32Array };

/** `idle`: nothing trained yet; `stopped`: ended early, what was learned so far stays usable. */
export type State = 'idle' | 'running' | 'paused' | 'done' | 'stopped';

/** One batch: loss, and the share of its digits that were recognised. */
export interface Batch {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** One pass over the digits, with the loss and the share recognised of digits that training never sees. */
export interface Epoch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly seconds: number;
}

/** Messages from the worker to the page. */
export type Report =
  | {
      readonly type: 'ready';
      readonly threads: number;
      readonly reason: string | null;
      readonly build: string;
      readonly trainDigits: number;
      readonly testDigits: number;
    }
  | { readonly type: 'state'; readonly state: State }
  | { readonly type: 'plan'; readonly steps: number; readonly parameters: number }
  | { readonly type: 'batches'; readonly batches: readonly Batch[]; readonly digitsPerSecond: number }
  | { readonly type: 'epoch'; readonly epoch: Epoch }
  | { readonly type: 'recognised'; readonly probabilities: Float32Array; readonly milliseconds: number }
  | { readonly type: 'error'; readonly message: string };
