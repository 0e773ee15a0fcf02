import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { recorder } from '../runtime/recorder.js';
import { isGradEnabled, noGrad } from '../autograd/mode.js';
import { empty } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';

/** Keys and values of one attention, in memory with room for more. */
interface Entry {
  readonly key: Tensor;
  readonly value: Tensor;
  length: number;
  /** False for keys that stay as they are: those of the memory of a decoder. */
  readonly grows: boolean;
}

/** Positions for which there is room at first. */
const ROOM = 16;

/**
 * The keys and values of all positions so far, for each attention of a model: with it a step of generation computes only what is new.
 * Self-attention appends the keys and values of its input and looks at all of them; attention on another tensor (the memory of a decoder)
 * projects that at the first call only.
 *
 * `MultiheadAttention`, encoder and decoder layers and stacks take it as the option `cache`; a module of one's own calls `append`.
 * Use it under `noGrad`: what it keeps has no history. `clear()` makes it empty, for another sequence.
 *
 * @example
 * const cache = new nn.KVCache();
 * const first = encoder.forward(embed(prompt), { cache, isCausal: true });
 * const next = encoder.forward(embed(token), { cache, isCausal: true }); // one position, which sees all before it
 */
export class KVCache {
  #entries: Map<object, Entry> = new Map();

  /** Positions that all self-attentions have seen: where the next position stands. */
  get length(): number {
    const lengths = [...this.#entries.values()].flatMap((entry) => (entry.grows ? [entry.length] : []));
    return lengths.length === 0 ? 0 : Math.min(...lengths);
  }

  /**
   * Appends keys and values of new positions, and answers those of all.
   *
   * Shapes: key [..., L, E], value [..., L, Ev] → [..., length + L, E], [..., length + L, Ev]
   *
   * @param owner whose they are: the attention
   * @throws ShapeError where they do not fit to those before; WasmgradError where they have a history, or inside of a captured step
   */
  append(owner: object, key: Tensor, value: Tensor): [Tensor, Tensor] {
    this.#check(key, value);
    return noGrad(() => {
      const rows = key.shape.at(-2)!;
      const entry = this.#room(owner, key, value);
      const at = entry.length;
      entry.key.narrow(-2, at, rows).copy_(key);
      entry.value.narrow(-2, at, rows).copy_(value);
      entry.length += rows;
      return [entry.key.narrow(-2, 0, entry.length), entry.value.narrow(-2, 0, entry.length)];
    });
  }

  /** Keys and values that `make` computes at the first call, and that stay. */
  fixed(owner: object, make: () => readonly [Tensor, Tensor]): [Tensor, Tensor] {
    const known = this.#entries.get(owner);
    if (known) return [known.key, known.value];
    const [key, value] = make();
    this.#check(key, value);
    return noGrad(() => {
      const entry = { key: key.clone().keep(), value: value.clone().keep(), length: key.shape.at(-2)!, grows: false };
      this.#entries.set(owner, entry);
      return [entry.key, entry.value];
    });
  }

  /** Takes the sequences `indices` (int32 [N]) of the batch, as a beam search does. */
  reorder(indices: Tensor): void {
    noGrad(() => {
      for (const [owner, entry] of this.#entries) {
        const [key, value] = [entry.key, entry.value].map((x) => x.indexSelect(0, indices).keep()) as [Tensor, Tensor];
        free(entry);
        this.#entries.set(owner, { ...entry, key, value });
      }
    });
  }

  /** Frees everything. */
  clear(): void {
    for (const entry of this.#entries.values()) free(entry);
    this.#entries.clear();
  }

  #check(key: Tensor, value: Tensor): void {
    if (recorder) throw new WasmgradError('capture: a KVCache grows at each step, and a captured step stays as it is');
    if (isGradEnabled() && (key.requiresGrad || value.requiresGrad)) {
      throw new WasmgradError('KVCache: keys and values are kept without history (run the model inside of noGrad)');
    }
  }

  /** The entry of an attention, with room for the rows of a key and a value. */
  #room(owner: object, key: Tensor, value: Tensor): Entry {
    const known = this.#entries.get(owner);
    const fits = (a: Tensor, b: Tensor): boolean => {
      const [x, y] = [a, b].map((t) => [...t.shape.slice(0, -2), t.shape.at(-1)!]) as [number[], number[]];
      return a.ndim >= 2 && sameShape(x, y) && a.dtype === b.dtype;
    };
    const alike = key.ndim >= 2 && value.shape.at(-2) === key.shape.at(-2);
    if (!alike || (known && !(fits(known.key, key) && fits(known.value, value)))) {
      fail(ShapeError, 'KVCache', 'keys and values do not fit to those before', ['key', 'value'], [key, value]);
    }
    const needed = (known?.length ?? 0) + key.shape.at(-2)!;
    if (known && needed <= known.key.shape.at(-2)!) return known;
    const capacity = Math.max(needed, known ? 2 * known.key.shape.at(-2)! : ROOM);
    const grown = (x: Tensor, before: Tensor | undefined): Tensor => {
      const all = empty([...x.shape.slice(0, -2), capacity, x.shape.at(-1)!], { dtype: x.dtype }).keep();
      if (before) all.narrow(-2, 0, known!.length).copy_(before.narrow(-2, 0, known!.length));
      return all;
    };
    const entry = {
      key: grown(key, known?.key),
      value: grown(value, known?.value),
      length: known?.length ?? 0,
      grows: true,
    };
    if (known) free(known);
    this.#entries.set(owner, entry);
    return entry;
  }
}

function free({ key, value }: Entry): void {
  key.dispose();
  value.dispose();
}
