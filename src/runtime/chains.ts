import { elementwise, kernelNames, kernelParameters } from './kernel-names.js';
import { HEADER } from './launch.js';

/** Elements of a chain's jobs at a time (assembly/parallel.ts). */
const BLOCK = 4096;

/** What a chain has to know of memory that the step allocates. */
export interface Memory {
  readonly bytes: number;
  /** The first and the last job that touch it. */
  first: number;
  last: number;
  /** Given where its place comes from outside. */
  readonly place: object | null;
}

/** Where an address of a record lies: in memory of the step, or (null) in memory from before, at an offset. */
export interface Target<M> {
  readonly value: M | null;
  readonly offset: number;
}

/** What is recorded: words, where each job begins, where hooks are, and what addresses are. */
export interface Jobs<M> {
  readonly words: readonly number[];
  readonly begins: readonly number[];
  readonly hooked: ReadonlySet<number>;
  readonly inputs: ReadonlySet<M>;
  readonly target: (word: number) => Target<M>;
}

interface Access<M> extends Target<M> {
  readonly bytes: number;
  /** 1, or 0: the same element for all units. */
  readonly step: number;
  readonly writes: boolean;
}

/** Jobs from `first` to `last` that are one: those in `before` go before it, the others run block by block. */
export interface Chain<M> {
  readonly first: number;
  readonly last: number;
  readonly before: readonly number[];
  readonly jobs: readonly number[];
  readonly units: number;
  readonly grain: number;
  readonly accesses: readonly (readonly Access<M>[])[];
}

/** Finds runs of at least two jobs that work element by element over the same number of contiguous units. */
export function findChains<M extends Memory>(all: Jobs<M>): Chain<M>[] {
  const chains: Chain<M>[] = [];
  let jobs: number[] = [];
  let before: number[] = [];
  let accesses: Access<M>[][] = [];
  let units = 0;
  const end = (): void => {
    if (jobs.length > 1) {
      const last = jobs[jobs.length - 1]!;
      const perUnit = jobs.reduce((sum, job) => sum + 1 / all.words[all.begins[job]! + 2]!, 0);
      const grain = Math.max(BLOCK, Math.floor(1 / perUnit / BLOCK) * BLOCK);
      before = before.filter((job) => job < last);
      chains.push({ first: jobs[0]!, last, before, jobs, units, grain, accesses });
    }
    [jobs, before, accesses] = [[], [], []];
  };
  for (let job = 0; job < all.begins.length; job++) {
    const begin = all.begins[job]!;
    if (all.hooked.has(begin)) end();
    const found = accessesOf(all, begin);
    if (!found) {
      if (jobs.length > 0 && canGoBefore(all, job)) before.push(job);
      else end();
      continue;
    }
    const count = all.words[begin + 1]!;
    const inside = accesses.flat();
    const fits = !found.some((a) => [...inside, ...found].some((b) => conflict(all, a, b, count)));
    if (count !== units || !fits) end();
    if (jobs.length === 0 && found.some((a) => found.some((b) => conflict(all, a, b, count)))) continue;
    units = count;
    jobs.push(job);
    accesses.push(found);
  }
  end();
  return chains;
}

/** What a job touches; null where it is not one element by element on contiguous operands. */
function accessesOf<M>({ words, target }: Jobs<M>, begin: number): Access<M>[] | null {
  const kernel = words[begin]!;
  const bytes = elementwise[kernel];
  if (!bytes) return null;
  const parameters = kernelParameters[kernel]!.split(' ');
  const strided = parameters.at(-1) === 'meta';
  const meta =
    begin + HEADER + parameters.reduce((sum, name) => sum + (name.endsWith(':') ? 2 : name === 'meta' ? 0 : 1), 0);
  if (strided && (words[meta] !== 1 || words[meta + 1] !== words[begin + 1])) return null;
  const found: Access<M>[] = [];
  for (const [i, size] of bytes.entries()) {
    const word = begin + HEADER + i;
    const step = strided ? words[meta + 2 + i]! : 1;
    if (words[word] === 0 || (step !== 1 && (step !== 0 || i === 0))) return null;
    found.push({ ...target(word), bytes: size, step, writes: i === 0 });
  }
  return found;
}

/** Kernels that fill new memory from nothing else than constants or the state of a generator. */
const FILLS = new Set(['fill', 'fillF64', 'fillI32', 'fillU8', 'bernoulli']);

/** Tells whether a job may run earlier than jobs element by element before it: it fills memory that no job has touched. */
function canGoBefore<M extends Memory>({ words, begins, inputs, target }: Jobs<M>, job: number): boolean {
  const begin = begins[job]!;
  if (!FILLS.has(kernelNames[words[begin]!]!)) return false;
  const { value } = target(begin + HEADER);
  return value !== null && !inputs.has(value) && value.first === job;
}

/** Tells whether blocks of two accesses must not be reordered: one writes where the other is, but for the same elements. */
function conflict<M>({ inputs }: Jobs<M>, a: Access<M>, b: Access<M>, units: number): boolean {
  if (a === b || !(a.writes || b.writes)) return false;
  if (a.value !== b.value) {
    // An argument may be memory from before, too, or a part of another argument's memory.
    const foreign = (x: Access<M>): boolean => x.value === null || inputs.has(x.value);
    return foreign(a) && foreign(b);
  }
  if (a.offset === b.offset && a.bytes === b.bytes && a.step === b.step) return false;
  const end = (x: Access<M>): number => x.offset + x.bytes * (x.step === 0 ? 1 : units);
  return a.offset < end(b) && b.offset < end(a);
}

/**
 * Lets memory that a chain begins to use take the place of memory whose last use is in that chain, where both are accessed
 * element by element only. Answers who takes whose place.
 */
export function inherit<M extends Memory>(chains: readonly Chain<M>[]): Map<M, M> {
  const hosts = new Map<M, M>();
  const left = new Set<M>();
  for (const { jobs, before, accesses } of chains) {
    const apart = new Set(before);
    const sizes = new Map<M, number>();
    for (const { value, offset, bytes, step } of accesses.flat()) {
      if (!value) continue;
      const known = sizes.get(value) ?? bytes;
      sizes.set(value, value.place || offset !== 0 || step !== 1 || known !== bytes ? 0 : bytes);
    }
    jobs.forEach((job, i) => {
      const born = accesses[i]![0]!.value;
      if (!born || born.first !== job || !sizes.get(born) || hosts.has(born)) return;
      for (const [dead, size] of sizes) {
        const fits = size !== 0 && size === sizes.get(born) && dead.bytes === born.bytes;
        if (!fits || dead === born || left.has(dead) || apart.has(dead.first) || dead.last > job) continue;
        if (!jobs.includes(dead.last) || dead.first >= job) continue;
        left.add(dead);
        hosts.set(born, hosts.get(dead) ?? dead);
        break;
      }
    });
  }
  return hosts;
}

/** All jobs of a chain are at work at the same time. */
export function extend(spans: readonly Memory[], chains: readonly Chain<unknown>[]): void {
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  for (const { first, last } of chains) {
    for (let job = first; job <= last; job++) {
      starts.set(job, first);
      ends.set(job, last);
    }
  }
  for (const span of spans) {
    span.first = starts.get(span.first) ?? span.first;
    span.last = ends.get(span.last) ?? span.last;
  }
}

/** Writes chains as one record each. Answers the words, and where each word from before is now. */
export function writeChains(
  { words, begins }: Pick<Jobs<unknown>, 'words' | 'begins'>,
  chains: readonly Chain<unknown>[],
  kernel: number,
): { written: number[]; moved: Int32Array } {
  const written: number[] = [];
  const moved = new Int32Array(words.length + 1);
  const write = (job: number): void => {
    const begin = begins[job]!;
    for (let word = begin; word < begin + words[begin + 3]!; word++) {
      moved[word] = written.length;
      written.push(words[word]!);
    }
  };
  let next = 0;
  for (const { first, last, before, jobs, units, grain } of chains) {
    for (; next < first; next++) write(next);
    const start = written.length;
    before.forEach(write);
    const header = written.length;
    written.push(kernel, units, grain, 0, 0);
    jobs.forEach(write);
    written[header + 3] = written.length - header;
    written[header + HEADER] = 4 * (written.length - header - HEADER - 1);
    // Who looks for the first job finds the chain.
    moved[begins[first]!] = start;
    next = last + 1;
  }
  for (; next < begins.length; next++) write(next);
  moved[words.length] = written.length;
  return { written, moved };
}
