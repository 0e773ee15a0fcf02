import { ShapeError, WasmgradError, checkWhole } from '../core/errors.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import type { Collated } from './collate.js';
import { Dataset, checkIndex } from './dataset.js';
import type { Tokenizer } from './tokenizers.js';

/** Options of {@link TextDataset}. */
export interface TextOptions {
  /** How many tokens further each sample begins. Default 1. */
  readonly stride?: number;
}

/**
 * Windows of a text, to learn the next token: sample i is `[x, y]` with y one token further on than x.
 *
 * Shapes: x, y int32 [length]
 *
 * @param text the text, or its tokens
 * @param length tokens a window
 * @param tokenizer for a text
 * @throws ShapeError when the text has no window of this length; WasmgradError for a text without a tokenizer
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const text = 'to be or not to be';
 * const set = new data.TextDataset(text, 8, new data.CharTokenizer(text));
 * const [x, y] = set.get(0);
 * ```
 */
export class TextDataset extends Dataset<[Tensor, Tensor]> {
  readonly tokens: Int32Array;
  readonly length: number;
  readonly #window: number;
  readonly #stride: number;

  constructor(
    text: string | ArrayLike<number>,
    length: number,
    tokenizer?: Tokenizer | null,
    options: TextOptions = {},
  ) {
    super();
    checkOptions('TextDataset', options, ['stride']);
    const { stride = 1 } = options;
    for (const [name, value] of Object.entries({ length, stride })) {
      checkWhole('TextDataset', name, value, 1, WasmgradError);
    }
    if (typeof text === 'string' && !tokenizer) throw new WasmgradError('TextDataset: a text needs a tokenizer');
    this.tokens = Int32Array.from(typeof text === 'string' ? tokenizer!.encode(text) : text);
    this.#window = length;
    this.#stride = stride;
    this.length = Math.floor((this.tokens.length - 1 - length) / stride) + 1;
    if (this.tokens.length <= length) {
      throw new ShapeError(`TextDataset: ${this.tokens.length} tokens have no window of ${length} and one more`);
    }
  }

  #at(index: number): number {
    return checkIndex('TextDataset', index, this.length) * this.#stride;
  }

  get(index: number): [Tensor, Tensor] {
    const at = this.#at(index);
    const window = (from: number): Tensor => tensor(this.tokens.slice(from, from + this.#window));
    return [window(at), window(at + 1)];
  }

  override getBatch(indices: readonly number[]): Collated<[Tensor, Tensor]> {
    if (this.get !== TextDataset.prototype.get) return super.getBatch(indices);
    const places = indices.map((index) => this.#at(index));
    const windows = (shift: number): Tensor => {
      const flat = new Int32Array(places.length * this.#window);
      places.forEach((at, n) =>
        flat.set(this.tokens.subarray(at + shift, at + shift + this.#window), n * this.#window),
      );
      return tensor(flat, { shape: [places.length, this.#window] });
    };
    return [windows(0), windows(1)];
  }
}
