import type { Storage } from './storage.js';

/** Jobs from `first` to `last` that make some memory of the elements of `source` alone. */
export interface Derivation {
  readonly source: Storage;
  readonly first: number;
  readonly last: number;
}

/** Jobs in another order, and where each word and each job from before is now. */
export interface Reordered {
  readonly words: number[];
  readonly begins: number[];
  readonly wordAt: Int32Array;
  readonly jobAt: Int32Array;
}

/** Puts the jobs of derivations before all others; apart from that the order stays. */
export function bringForward(
  words: readonly number[],
  begins: readonly number[],
  derivations: readonly Derivation[],
): Reordered {
  const to: Reordered = {
    words: [],
    begins: [],
    wordAt: new Int32Array(words.length),
    jobAt: new Int32Array(begins.length).fill(-1),
  };
  const write = (job: number): void => {
    if (to.jobAt[job]! >= 0) return;
    to.jobAt[job] = to.begins.length;
    to.begins.push(to.words.length);
    for (let word = begins[job]!, end = begins[job + 1] ?? words.length; word < end; word++) {
      to.wordAt[word] = to.words.length;
      to.words.push(words[word]!);
    }
  };
  for (const { first, last } of derivations) for (let job = first; job <= last; job++) write(job);
  for (let job = 0; job < begins.length; job++) write(job);
  return to;
}
