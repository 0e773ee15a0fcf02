/*
 * A naive oracle for views and indexing: a view is the list of places of its elements in a flat base, in row-major order.
 * Every view operation only reorders, drops or repeats places.
 */

/** A view of a base array. */
export interface View {
  readonly shape: readonly number[];
  readonly places: readonly number[];
}

/** The number of elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** All index tuples of a shape in row-major order. */
export function tuples(shape: readonly number[]): number[][] {
  return Array.from({ length: count(shape) }, (_, flat) => {
    const index = new Array<number>(shape.length);
    for (let d = shape.length - 1, rest = flat; d >= 0; d--) {
      index[d] = rest % shape[d]!;
      rest = Math.floor(rest / shape[d]!);
    }
    return index;
  });
}

/** The place of one element. */
export function placeOf(view: View, index: readonly number[]): number {
  return view.places[index.reduce((flat, i, d) => flat * view.shape[d]! + i, 0)]!;
}

/** The view of a whole base. */
export function whole(shape: readonly number[]): View {
  return { shape, places: Array.from({ length: count(shape) }, (_, i) => i) };
}

/** The view of a shape whose element at each index is that of `view` at `from(index)`. */
export function look(
  view: View,
  shape: readonly number[],
  from: (index: readonly number[]) => readonly number[],
): View {
  return { shape, places: tuples(shape).map((index) => placeOf(view, from(index))) };
}

export function permute(view: View, dims: readonly number[]): View {
  const shape = dims.map((d) => view.shape[d]!);
  return look(view, shape, (index) => view.shape.map((_, d) => index[dims.indexOf(d)]!));
}

export function expand(view: View, shape: readonly number[]): View {
  const lead = shape.length - view.shape.length;
  return look(view, shape, (index) => view.shape.map((size, d) => (size === 1 ? 0 : index[d + lead]!)));
}

export function reshape(view: View, shape: readonly number[]): View {
  return { shape, places: view.places };
}

/** Keeps what lies at `kept` of a dim, in that order. */
export function keep(view: View, dim: number, kept: readonly number[]): View {
  const shape = view.shape.map((size, d) => (d === dim ? kept.length : size));
  return look(view, shape, (index) => index.map((i, d) => (d === dim ? kept[i]! : i)));
}

export function select(view: View, dim: number, at: number): View {
  return reshape(
    keep(view, dim, [at]),
    view.shape.filter((_, d) => d !== dim),
  );
}

export function unsqueeze(view: View, dim: number): View {
  return reshape(view, [...view.shape.slice(0, dim), 1, ...view.shape.slice(dim)]);
}

/** `x[i, j]` with `j = i + offset` as a last dim in place of two. */
export function diagonal(view: View, offset: number, first: number, second: number): View {
  const [rows, columns] = [view.shape[first]!, view.shape[second]!];
  const n = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const others = view.shape.map((_, d) => d).filter((d) => d !== first && d !== second);
  return look(view, [...others.map((d) => view.shape[d]!), n], (index) => {
    const i = index[index.length - 1]!;
    return view.shape.map((_, d) => {
      if (d === first) return i - Math.min(offset, 0);
      return d === second ? i + Math.max(offset, 0) : index[others.indexOf(d)]!;
    });
  });
}

/** Windows of a dim, each as a new last dim. */
export function unfold(view: View, dim: number, size: number, step: number): View {
  const windows = Math.floor((view.shape[dim]! - size) / step) + 1;
  const shape = [...view.shape.map((old, d) => (d === dim ? windows : old)), size];
  return look(view, shape, (index) =>
    view.shape.map((_, d) => (d === dim ? index[d]! * step + index[index.length - 1]! : index[d]!)),
  );
}

/** What `start:end:step` keeps of `size` elements, as Python reads it with a positive step. */
export function sliced(size: number, start: number | null, end: number | null, step: number): number[] {
  const clip = (at: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
  const [begin, stop] = [clip(start ?? 0), clip(end ?? size)];
  return Array.from({ length: Math.max(0, Math.ceil((stop - begin) / step)) }, (_, i) => begin + i * step);
}

/** One part of an index expression. */
export type Part =
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'slice'; readonly start: number | null; readonly end: number | null; readonly step: number }
  | { readonly kind: 'new' }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'list'; readonly shape: readonly number[]; readonly list: readonly number[] }
  | { readonly kind: 'mask'; readonly shape: readonly number[]; readonly mask: readonly boolean[] };

/** The number of dims that a part takes up. */
export function dimsOf(part: Part): number {
  if (part.kind === 'new' || part.kind === 'ellipsis') return 0;
  return part.kind === 'mask' ? part.shape.length : 1;
}

/** The broadcast shape of several shapes that do broadcast. */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, d) => {
    const sizes = shapes.map((shape) => shape[d - ndim + shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** `x[parts]` as PyTorch reads it: numbers, slices and new dims first, then all lists and masks together. */
export function index(view: View, parts: readonly Part[]): View {
  const used = parts.reduce((sum, part) => sum + dimsOf(part), 0);
  const rest: Part[] = Array.from({ length: view.shape.length - used }, () => {
    return { kind: 'slice', start: null, end: null, step: 1 };
  });
  const at = parts.findIndex((part) => part.kind === 'ellipsis');
  const full = at < 0 ? [...parts, ...rest] : [...parts.slice(0, at), ...rest, ...parts.slice(at + 1)];
  let basic = view;
  let dim = 0;
  /** By dim of `basic`: the list that picks from it. */
  const lists = new Map<number, { shape: readonly number[]; list: readonly number[] }>();
  for (const part of full) {
    if (part.kind === 'at') {
      const size = basic.shape[dim]!;
      basic = select(basic, dim, part.at < 0 ? part.at + size : part.at);
    } else if (part.kind === 'slice') {
      basic = keep(basic, dim, sliced(basic.shape[dim]!, part.start, part.end, part.step));
      dim++;
    } else if (part.kind === 'new') {
      basic = unsqueeze(basic, dim++);
    } else if (part.kind === 'list') {
      const size = basic.shape[dim]!;
      lists.set(dim++, { shape: part.shape, list: part.list.map((i) => (i < 0 ? i + size : i)) });
    } else if (part.kind === 'mask') {
      const chosen = tuples(part.shape).filter((_, i) => part.mask[i]);
      part.shape.forEach((_, d) =>
        lists.set(dim++, { shape: [chosen.length], list: chosen.map((tuple) => tuple[d]!) }),
      );
    }
  }
  if (lists.size === 0) return basic;
  const shared = broadcast([...lists.values()].map((entry) => entry.shape));
  const picked = new Map([...lists].map(([d, { shape, list }]) => [d, expand({ shape, places: list }, shared)]));
  const dims = [...lists.keys()];
  const adjacent = dims.every((d, i) => i === 0 || d === dims[i - 1]! + 1);
  const kept = basic.shape.map((_, d) => d).filter((d) => !lists.has(d));
  const lead = adjacent ? kept.filter((d) => d < dims[0]!) : [];
  const tail = kept.filter((d) => !lead.includes(d));
  const shape = [...lead.map((d) => basic.shape[d]!), ...shared, ...tail.map((d) => basic.shape[d]!)];
  return look(basic, shape, (position) => {
    const inner = position.slice(lead.length, lead.length + shared.length);
    return basic.shape.map((_, d) => {
      const chosen = picked.get(d);
      if (chosen) return placeOf(chosen, inner);
      return lead.includes(d) ? position[lead.indexOf(d)]! : position[lead.length + shared.length + tail.indexOf(d)]!;
    });
  });
}
