import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ellipsis, init, scope, shutdown, slice, tensor, type Index, type Tensor } from '../src/index.js';
import * as oracle from './harness/oracle.js';
import type { Part, View } from './harness/oracle.js';
import { Choices, negative, steps } from './harness/view-steps.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

const runs = { numRuns: 300, seed: 20240101 };
const sizes = fc.integer({ min: 0, max: 4 });
const shapes = fc.array(sizes, { maxLength: 4 });

/** A tensor whose elements are 0, 1, 2, …: each tells its place. */
function places(shape: readonly number[]): Tensor {
  return tensor(
    Float32Array.from({ length: oracle.count(shape) }, (_, i) => i),
    { shape },
  );
}

function expectView(x: Tensor, view: View): void {
  expect([...x.shape]).toEqual([...view.shape]);
  expect(Array.from(x.toTypedArray())).toEqual([...view.places]);
}

describe('views', () => {
  const chains = fc.record({
    shape: fc.array(sizes, { minLength: 1, maxLength: 4 }),
    names: fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 7 }),
    numbers: fc.array(fc.nat(1e6), { minLength: 8, maxLength: 40 }),
  });

  function follow({
    shape,
    names,
    numbers,
  }: {
    shape: number[];
    names: string[];
    numbers: number[];
  }): [Tensor, Tensor, View] {
    const choices = new Choices(numbers);
    const base = places(shape);
    let [x, view] = [base, oracle.whole(shape)];
    for (const name of names) {
      if (view.shape.length === 0 || view.shape.length > 6 || view.places.length > 2000) break;
      [x, view] = steps[name]!(x, view, choices);
    }
    return [base, x, view];
  }

  it('of any chain show the right elements', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        scope(() => {
          const [, x, view] = follow(chain);
          expectView(x, view);
          expectView(x.clone(), view);
          expectView(x.contiguous(), view);
        });
      }),
      { ...runs, numRuns: 600 },
    );
  });

  it('take part in arithmetic and sums as their copies do', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        scope(() => {
          const [, x, view] = follow(chain);
          expect(Array.from(x.add(x).toTypedArray())).toEqual(view.places.map((place) => 2 * place));
          expect(x.sum().item()).toBe(view.places.reduce((sum, place) => sum + place, 0));
        });
      }),
      runs,
    );
  });

  it('write into their base, unless a reshape copied', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        scope(() => {
          const names = chain.names.filter((name) => name !== 'reshape' && name !== 'flatten');
          const [base, x, view] = follow({ ...chain, names });
          // Elements that a view shows twice may not be written through it.
          if (new Set(view.places).size !== view.places.length) return;
          x.add_(1000);
          const wanted = Array.from({ length: oracle.count(chain.shape) }, (_, i) => i);
          for (const place of view.places) wanted[place]! += 1000;
          expect(Array.from(base.toTypedArray())).toEqual(wanted);
        });
      }),
      runs,
    );
  });

  it('send each gradient back to the place it came from', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        scope(() => {
          const [, , view] = follow(chain);
          const base = places(chain.shape).requiresGrad_();
          const choices = new Choices(chain.numbers);
          let [x, seen] = [base, oracle.whole(chain.shape)];
          for (const name of chain.names) {
            if (seen.shape.length === 0 || seen.shape.length > 6 || seen.places.length > 2000) break;
            [x, seen] = steps[name]!(x, seen, choices);
          }
          x.mul(places(view.shape)).sum().backward(); // prettier-ignore
          const wanted = new Array<number>(oracle.count(chain.shape)).fill(0);
          view.places.forEach((place, i) => (wanted[place]! += i));
          if (x === base && wanted.length === 0) return;
          expect(Array.from(base.grad!.toTypedArray())).toEqual(wanted);
        });
      }),
      runs,
    );
  });
});

describe('broadcasting', () => {
  /** Two shapes that broadcast: of one shape, each keeps a tail with some sizes made 1. */
  const pairs = fc
    .tuple(shapes, fc.nat(4), fc.nat(4), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
    .map(([shape, dropA, dropB, ones]) => {
      const cut = (drop: number, from: number): number[] =>
        shape.map((size, d) => (ones[from + d] ? 1 : size)).slice(Math.min(drop, shape.length));
      return [cut(dropA, 0), cut(dropB, 4)] as const;
    });

  it('pairs the elements that PyTorch pairs, and sums gradients back', () => {
    fc.assert(
      fc.property(pairs, ([p, q]) => {
        scope(() => {
          const [a, b] = [places(p).requiresGrad_(), places(q).requiresGrad_()];
          const shape = oracle.broadcast([p, q]);
          const [left, right] = [oracle.expand(oracle.whole(p), shape), oracle.expand(oracle.whole(q), shape)];
          const y = a.mul(b);
          expect([...y.shape]).toEqual(shape);
          expect(Array.from(y.toTypedArray())).toEqual(left.places.map((i, k) => i * right.places[k]!));
          y.sum().backward();
          const [da, db] = [new Array<number>(a.numel).fill(0), new Array<number>(b.numel).fill(0)];
          left.places.forEach((i, k) => {
            da[i]! += right.places[k]!;
            db[right.places[k]!]! += i;
          });
          expect(Array.from(a.grad!.toTypedArray())).toEqual(da);
          expect(Array.from(b.grad!.toTypedArray())).toEqual(db);
        });
      }),
      runs,
    );
  });

  it('refuses what does not broadcast', () => {
    const clashing = fc
      .tuple(shapes, fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 }))
      .filter(([, m, n]) => m !== n);
    fc.assert(
      fc.property(clashing, ([shape, m, n]) => {
        expect(() => scope(() => void places([...shape, m]).add(places([...shape, n])))).toThrow(/do not broadcast/);
      }),
      { ...runs, numRuns: 50 },
    );
  });
});

describe('indexing', () => {
  const requests = fc.record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
    numbers: fc.array(fc.nat(1e6), { minLength: 30, maxLength: 60 }),
    advanced: fc.boolean(),
  });

  /** An index expression that fits a shape. */
  function partsFor(shape: readonly number[], choices: Choices, advanced: boolean): Part[] {
    const shared = choices.of([[2], [3], [2, 2], [0], []]);
    // All masks of one expression choose as many elements as the lists' shape broadcasts with.
    const parts: Part[] = [];
    const length = choices.between(0, shape.length);
    for (let dim = 0; dim < length; dim++) {
      const size = shape[dim]!;
      const kinds = [
        'slice',
        'slice',
        'new',
        ...(size > 0 ? ['at'] : []),
        ...(advanced && size > 0 ? ['list', 'list'] : []),
      ];
      const kind = choices.of(kinds);
      if (kind === 'at') parts.push({ kind, at: negative(choices, choices.between(0, size - 1), size) });
      else if (kind === 'new') {
        parts.push({ kind });
        dim--;
        if (parts.length > 6) break;
      } else if (kind === 'list') {
        const of = choices.between(0, 3) === 0 ? shared.map(() => 1) : shared;
        const list = Array.from({ length: oracle.count(of) }, () => choices.between(0, size - 1));
        parts.push({ kind, shape: of, list: list.map((i) => negative(choices, i, size)) });
      } else {
        const ends = [null, ...Array.from({ length: 2 * size + 3 }, (_, i) => i - size - 1)];
        parts.push({ kind: 'slice', start: choices.of(ends), end: choices.of(ends), step: choices.between(1, 3) });
      }
    }
    if (choices.between(0, 2) === 0) parts.splice(choices.between(0, parts.length), 0, { kind: 'ellipsis' });
    return parts;
  }

  function arguments_(parts: readonly Part[]): Index[] {
    return parts.map((part) => {
      if (part.kind === 'at') return part.at;
      if (part.kind === 'new') return null;
      if (part.kind === 'ellipsis') return ellipsis;
      if (part.kind === 'slice') return slice(part.start, part.end, part.step);
      if (part.kind === 'list') return tensor(Int32Array.from(part.list), { shape: part.shape, dtype: 'int32' });
      return tensor(Uint8Array.from(part.mask, Number), { shape: part.shape, dtype: 'bool' });
    });
  }

  /** Ellipsis in front of the last part moves what follows to the last dims: the parts must fit there. */
  function fits(shape: readonly number[], parts: readonly Part[]): boolean {
    const at = parts.findIndex((part) => part.kind === 'ellipsis');
    if (at < 0) return true;
    const after = parts.slice(at + 1);
    let dim = shape.length - after.reduce((sum, part) => sum + oracle.dimsOf(part), 0);
    return after.every((part) => {
      const size = shape[dim] ?? 0;
      dim += oracle.dimsOf(part);
      if (part.kind === 'at') return part.at < size && part.at >= -size;
      return part.kind !== 'list' || part.list.every((i) => i < size && i >= -size);
    });
  }

  it('reads what PyTorch reads', () => {
    fc.assert(
      fc.property(requests, ({ shape, numbers, advanced }) => {
        const parts = partsFor(shape, new Choices(numbers), advanced);
        fc.pre(fits(shape, parts));
        scope(() => expectView(places(shape).index(...arguments_(parts)), oracle.index(oracle.whole(shape), parts)));
      }),
      { ...runs, numRuns: 800 },
    );
  });

  it('writes where it reads', () => {
    fc.assert(
      fc.property(requests, ({ shape, numbers, advanced }) => {
        const parts = partsFor(shape, new Choices(numbers), advanced);
        fc.pre(fits(shape, parts));
        scope(() => {
          const x = places(shape);
          const view = oracle.index(oracle.whole(shape), parts);
          x.indexPut_(arguments_(parts), -7);
          const wanted = Array.from({ length: oracle.count(shape) }, (_, i) => (view.places.includes(i) ? -7 : i));
          expect(Array.from(x.toTypedArray())).toEqual(wanted);
        });
      }),
      { ...runs, numRuns: 400 },
    );
  });

  it('adds up the gradients of elements read twice', () => {
    fc.assert(
      fc.property(requests, ({ shape, numbers }) => {
        const parts = partsFor(shape, new Choices(numbers), true);
        fc.pre(fits(shape, parts) && parts.length > 0);
        scope(() => {
          const x = places(shape).requiresGrad_();
          const view = oracle.index(oracle.whole(shape), parts);
          x.index(...arguments_(parts)).mul(places(view.shape)).sum().backward(); // prettier-ignore
          const wanted = new Array<number>(oracle.count(shape)).fill(0);
          view.places.forEach((place, i) => (wanted[place]! += i));
          expect(Array.from(x.grad!.toTypedArray())).toEqual(wanted);
        });
      }),
      runs,
    );
  });

  it('reads by masks over one or more dims', () => {
    const masked = fc.record({
      shape: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
      before: fc.nat(2),
      over: fc.integer({ min: 1, max: 3 }),
      bits: fc.array(fc.boolean(), { minLength: 27, maxLength: 27 }),
    });
    fc.assert(
      fc.property(masked, ({ shape, before, over, bits }) => {
        const lead = Math.min(before, shape.length - 1);
        const covered = shape.slice(lead, lead + over);
        const parts: Part[] = [
          ...Array.from({ length: lead }, (): Part => ({ kind: 'slice', start: null, end: null, step: 1 })),
          { kind: 'mask', shape: covered, mask: bits.slice(0, oracle.count(covered)) },
        ];
        scope(() => expectView(places(shape).index(...arguments_(parts)), oracle.index(oracle.whole(shape), parts)));
      }),
      runs,
    );
  });
});
