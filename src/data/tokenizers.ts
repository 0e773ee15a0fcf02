import { FormatError, WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';

/** Text as numbers, and back. */
export interface Tokenizer {
  /** The number of different tokens. */
  readonly vocabSize: number;
  /** The tokens of a text. */
  encode(text: string): number[];
  /** The text of tokens. */
  decode(tokens: ArrayLike<number>): string;
}

function check(name: string, token: number, size: number): number {
  if (!Number.isInteger(token) || token < 0 || token >= size) {
    throw new WasmgradError(`${name}: token ${token} is out of range (expected 0 … ${size - 1})`);
  }
  return token;
}

/** UTF-8 as text; a byte order mark is a part of it. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** `JSON.parse`, with a FormatError. */
function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError('BPETokenizer: damaged JSON', { cause: error });
  }
}

/**
 * A token for each character (code point) that a text has, in the order of their code points.
 *
 * @throws WasmgradError (`encode`) for a character that the text did not have, (`decode`) for a token out of range
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const tokenizer = new data.CharTokenizer('hello');
 * tokenizer.encode('hole'); // [1, 3, 2, 0]
 * ```
 */
export class CharTokenizer implements Tokenizer {
  /** The characters, by token. */
  readonly characters: readonly string[];
  readonly #tokens: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    this.#tokens = new Map(this.characters.map((character, i) => [character, i]));
  }

  get vocabSize(): number {
    return this.characters.length;
  }

  encode(text: string): number[] {
    return Array.from(text, (character) => {
      const token = this.#tokens.get(character);
      if (token === undefined) throw new WasmgradError(`CharTokenizer: no token for ${JSON.stringify(character)}`);
      return token;
    });
  }

  decode(tokens: ArrayLike<number>): string {
    return Array.from(tokens, (token) => this.characters[check('CharTokenizer', token, this.vocabSize)]).join('');
  }
}

/** A token for each byte of UTF-8: 256 of them, for any text. What is no UTF-8 is decoded as U+FFFD. */
export class ByteTokenizer implements Tokenizer {
  readonly vocabSize = 256;

  encode(text: string): number[] {
    return Array.from(new TextEncoder().encode(text));
  }

  decode(tokens: ArrayLike<number>): string {
    return textOf(Uint8Array.from(tokens, (token) => check('ByteTokenizer', token, 256)));
  }
}

/** How GPT-2 cuts a text before pairs are merged: contractions, words, numbers, signs (each with the space before), spaces. */
const PIECES = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Options of {@link BPETokenizer.train}. */
export interface BPEOptions {
  /** At least 256. */
  readonly vocabSize: number;
  /** A pair that is seen less often is not merged. Default 2. */
  readonly minFrequency?: number;
}

/** What {@link BPETokenizer} is saved as: pairs of tokens; the i-th becomes token 256 + i. */
export interface BPEFile {
  readonly type: 'wasmgrad-bpe';
  readonly merges: readonly (readonly [number, number])[];
}

/** GPT-2 writes bytes as printable characters: those that are, as they are; the others from U+0100 on, in order. */
function byteOfGpt2Character(): Map<string, number> {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  const map = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) map.set(String.fromCodePoint(printable(byte) ? byte : next++), byte);
  return map;
}

const key = (a: number, b: number): number => a * 2 ** 21 + b;
/** Ids of another vocabulary, and pairs, at most. */
const MAX_TOKENS = 2 ** 21;
/** The bytes of all tokens together, at most: pairs of pairs double with each. */
const MAX_TOKEN_BYTES = 2 ** 27;

/** GPT-2's numbers of texts. */
function idsOf(vocab: unknown): ReadonlyMap<string, number> {
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw new FormatError('BPETokenizer: expected a vocabulary { text: number, … }');
  }
  const ids = new Map<string, number>(Object.entries(vocab));
  for (const [text, id] of ids) {
    if (!Number.isInteger(id) || id < 0 || id >= MAX_TOKENS) {
      throw new FormatError(`BPETokenizer: the vocabulary has '${text}' as ${String(id)}`);
    }
  }
  return ids;
}

/**
 * Byte-level byte-pair encoding: tokens 0 … 255 are bytes, each further one a pair of earlier ones. Text is cut as GPT-2 cuts it; within a
 * piece the pair that was learned first is merged first. Any text can be encoded, and comes back as it was.
 *
 * Source: Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"; Radford et al. 2019 (GPT-2)
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const tokenizer = data.BPETokenizer.train('low lower lowest low low', { vocabSize: 260 });
 * tokenizer.decode(tokenizer.encode('slow')); // 'slow'
 * ```
 */
export class BPETokenizer implements Tokenizer {
  readonly #merges: readonly (readonly [number, number])[];
  readonly #ranks = new Map<number, number>();
  readonly #bytes: Uint8Array[] = [];
  /** Tokens of other vocabularies (GPT-2's) by ours, and back. */
  readonly #outer: Int32Array | null;
  readonly #inner: Int32Array | null;
  /** Tokens of other vocabularies that no text has, such as GPT-2's `<|endoftext|>`. */
  readonly #special: ReadonlyMap<number, Uint8Array>;
  readonly #seen = new Map<string, readonly number[]>();

  private constructor(
    merges: readonly (readonly [number, number])[],
    outer: Int32Array | null = null,
    special: ReadonlyMap<number, Uint8Array> = new Map<number, Uint8Array>(),
  ) {
    this.#merges = merges;
    this.#special = special;
    let bytes = 256;
    for (let byte = 0; byte < 256; byte++) this.#bytes.push(Uint8Array.of(byte));
    merges.forEach(([a, b], rank) => {
      const [left, right] = [this.#bytes[a], this.#bytes[b]];
      if (!left || !right) throw new FormatError(`BPETokenizer: pair ${rank} (${a}, ${b}) is not of earlier tokens`);
      bytes += left.length + right.length;
      if (rank >= MAX_TOKENS || bytes > MAX_TOKEN_BYTES)
        throw new FormatError('BPETokenizer: tokens beyond all measure');
      this.#ranks.set(key(a, b), rank);
      const joined = new Uint8Array(left.length + right.length);
      joined.set(left);
      joined.set(right, left.length);
      this.#bytes.push(joined);
    });
    this.#outer = outer;
    const ids = outer && [...outer, ...special.keys()];
    this.#inner = ids && new Int32Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1).fill(-1);
    outer?.forEach((id, token) => (this.#inner![id] = token));
  }

  get vocabSize(): number {
    return this.#inner ? this.#inner.length : this.#bytes.length;
  }

  /**
   * Learns pairs from a text, the most frequent one first; of equally frequent ones that with the smaller tokens.
   *
   * @throws WasmgradError when `vocabSize` is not a whole number of at least 256
   */
  static train(text: string, options: BPEOptions): BPETokenizer {
    checkOptions('BPETokenizer.train', options, ['vocabSize', 'minFrequency']);
    const { vocabSize, minFrequency = 2 } = options;
    if (!Number.isInteger(vocabSize) || vocabSize < 256 || vocabSize > 2 ** 21) {
      throw new WasmgradError(`BPETokenizer: vocabSize must be a whole number of at least 256, got ${vocabSize}`);
    }
    return new BPETokenizer(learn(text, vocabSize - 256, minFrequency));
  }

  /**
   * Loads what `toJSON` saved.
   * @throws FormatError when it is something else
   */
  static fromJSON(file: BPEFile | string): BPETokenizer {
    const parsed: unknown = typeof file === 'string' ? parseJSON(file) : file;
    const { type, merges } = (parsed ?? {}) as Partial<BPEFile>;
    const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger);
    if (type !== 'wasmgrad-bpe' || !Array.isArray(merges) || !merges.every(isPair)) {
      throw new FormatError(
        "BPETokenizer: not a file of `toJSON` (expected { type: 'wasmgrad-bpe', merges: [[a, b], …] })",
      );
    }
    return new BPETokenizer(merges);
  }

  /**
   * Loads GPT-2's files: `vocab.json` (or `encoder.json`) and `merges.txt` (or `vocab.bpe`); tokens are then GPT-2's. Those that no merge
   * makes (`<|endoftext|>`) are decoded, but no text is encoded as them.
   *
   * @throws FormatError when they do not belong together
   */
  static fromGPT2(vocab: Readonly<Record<string, number>> | string, merges: string): BPETokenizer {
    const ids = idsOf(typeof vocab === 'string' ? parseJSON(vocab) : vocab);
    const characters = byteOfGpt2Character();
    const tokens = new Map<string, number>(characters);
    const texts = [...characters].sort(([, a], [, b]) => a - b).map(([character]) => character);
    const pairs = merges
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#version'))
      .map((line) => {
        const [left = '', right = ''] = line.split(' ');
        const [a, b] = [tokens.get(left), tokens.get(right)];
        if (a === undefined || b === undefined)
          throw new FormatError(`BPETokenizer: pair '${line}' is not of earlier tokens`);
        tokens.set(left + right, texts.length);
        texts.push(left + right);
        return [a, b] as const;
      });
    const outer = Int32Array.from(texts, (text) => {
      const id = ids.get(text);
      if (id === undefined) throw new FormatError(`BPETokenizer: the vocabulary has no '${text}'`);
      return id;
    });
    const others = [...ids].filter(([text]) => !tokens.has(text));
    const special = new Map(others.map(([text, id]) => [id, new TextEncoder().encode(text)]));
    return new BPETokenizer(pairs, outer, special);
  }

  /** What `fromJSON` loads. */
  toJSON(): BPEFile {
    return { type: 'wasmgrad-bpe', merges: this.#merges };
  }

  #merge(piece: string): readonly number[] {
    const known = this.#seen.get(piece);
    if (known) return known;
    let tokens = Array.from(new TextEncoder().encode(piece));
    for (;;) {
      let best = Infinity;
      for (let i = 0; i + 1 < tokens.length; i++) {
        best = Math.min(best, this.#ranks.get(key(tokens[i]!, tokens[i + 1]!)) ?? Infinity);
      }
      if (best === Infinity) break;
      tokens = mergePair(tokens, this.#merges[best]!, 256 + best);
    }
    this.#seen.set(piece, tokens);
    return tokens;
  }

  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const [piece] of text.matchAll(PIECES))
      for (const token of this.#merge(piece)) tokens.push(this.#outer?.[token] ?? token);
    return tokens;
  }

  decode(tokens: ArrayLike<number>): string {
    const parts = Array.from(tokens, (token) => {
      const own = check('BPETokenizer', token, this.vocabSize);
      const bytes = this.#special.get(own) ?? this.#bytes[this.#inner ? this.#inner[own]! : own];
      if (!bytes) throw new WasmgradError(`BPETokenizer: the vocabulary has no token ${own}`);
      return bytes;
    });
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return textOf(bytes);
  }
}

function mergePair(tokens: readonly number[], [a, b]: readonly [number, number], merged: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === a && tokens[i + 1] === b) {
      out.push(merged);
      i++;
    } else out.push(tokens[i]!);
  }
  return out;
}

/** Learns `count` pairs. Counts change only where a pair is merged, so each word is gone through again only when it has the pair. */
function learn(text: string, count: number, minFrequency: number): [number, number][] {
  const frequencies = new Map<string, number>();
  for (const [piece] of text.matchAll(PIECES)) frequencies.set(piece, (frequencies.get(piece) ?? 0) + 1);
  const words = [...frequencies].map(([piece, times]) => ({
    tokens: Array.from(new TextEncoder().encode(piece)),
    times,
  }));
  const counts = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const note = (word: number, sign: 1 | -1): void => {
    const { tokens, times } = words[word]!;
    for (let i = 0; i + 1 < tokens.length; i++) {
      const pair = key(tokens[i]!, tokens[i + 1]!);
      counts.set(pair, (counts.get(pair) ?? 0) + sign * times);
      if (sign > 0) (places.get(pair) ?? places.set(pair, new Set()).get(pair)!).add(word);
    }
  };
  words.forEach((_, i) => note(i, 1));
  const merges: [number, number][] = [];
  while (merges.length < count) {
    let [best, most] = [-1, 0];
    for (const [pair, times] of counts)
      if (times > most || (times === most && pair < best)) [best, most] = [pair, times];
    if (most < Math.max(1, minFrequency)) break;
    const pair: [number, number] = [Math.floor(best / 2 ** 21), best % 2 ** 21];
    for (const word of places.get(best)!) {
      note(word, -1);
      words[word]!.tokens = mergePair(words[word]!.tokens, pair, 256 + merges.length);
      note(word, 1);
    }
    counts.delete(best);
    places.delete(best);
    merges.push(pair);
  }
  return merges;
}
