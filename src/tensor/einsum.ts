import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** A label of a dim: a letter, or the place of a dim of the ellipsis, counted from the last (`.0`, `.1`, …). */
type Label = string;

/** An operand, or what became of several: a tensor and the labels of its dims, none of them twice. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly Label[];
}

const EQUATION = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/;
const NO_TERM = 'einsum: a term may have letters and one ellipsis (...)';

/** The labels of one term for `ndim` dims; without `ndim` (in the output) the ellipsis stands for `dots` dims. */
function labelsOf(term: string, ndim: number | null, dots: number): Label[] {
  const parts = EQUATION.exec(term);
  if (!parts) throw new WasmgradError(`${NO_TERM}, got '${term}'`);
  const [, before = '', ellipsis, after = ''] = parts;
  const hidden = ndim === null ? dots : ndim - before.length - after.length;
  if (hidden < 0 || (ndim !== null && !ellipsis && hidden > 0)) {
    throw new ShapeError(`einsum: '${term}' does not fit an operand of ${ndim} dims`);
  }
  const inner = ellipsis ? Array.from({ length: hidden }, (_, i) => `.${hidden - 1 - i}`) : [];
  return [...before, ...inner, ...after];
}

/** Repeated labels become diagonals. */
function withoutRepeats(x: Tensor, labels: readonly Label[]): Term {
  const twice = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (twice < 0) return { x, labels };
  const first = labels.indexOf(labels[twice]!);
  if (x.shape[first] !== x.shape[twice]) {
    throw new ShapeError(
      `einsum: label '${labels[twice]}' stands for sizes ${x.shape[first]} and ${x.shape[twice]} of one operand`,
    );
  }
  const others = labels.filter((_, i) => i !== first && i !== twice);
  return withoutRepeats(x.diagonal(0, first, twice), [...others, labels[twice]!]);
}

/** Without the labels that nobody else needs: those dims are summed. */
function reduced({ x, labels }: Term, kept: ReadonlySet<Label>): Term {
  const gone = labels.flatMap((label, i) => (kept.has(label) ? [] : [i]));
  return gone.length === 0 ? { x, labels } : { x: x.sum(gone), labels: labels.filter((label) => kept.has(label)) };
}

/** The dims in the order of `labels`; those that the term has not get size 1. */
function arranged({ x, labels }: Term, order: readonly Label[]): Tensor {
  const present = order.filter((label) => labels.includes(label));
  const turned = x.permute(present.map((label) => labels.indexOf(label)));
  return order.reduce((y, label, i) => (labels.includes(label) ? y : y.unsqueeze(i)), turned);
}

/** The product of two terms, summed over what is not in `kept`. */
function contract(a: Term, b: Term, kept: ReadonlySet<Label>): Term {
  const size = ({ x, labels }: Term, label: Label): number => x.shape[labels.indexOf(label)] ?? 1;
  const both = a.labels.filter((label) => b.labels.includes(label));
  // What one side alone has is summed there, and so is what is of size 1 on the other side.
  const stays = (label: Label): boolean =>
    kept.has(label) || (both.includes(label) && size(a, label) === size(b, label));
  const staying = new Set([...a.labels, ...b.labels].filter(stays));
  const [p, q] = [reduced(a, staying), reduced(b, staying)];
  const shared = both.filter(stays);
  const batch = shared.filter((label) => kept.has(label));
  const summed = shared.filter((label) => !kept.has(label));
  const rows = p.labels.filter((label) => !shared.includes(label));
  const columns = q.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  if (summed.length === 0) return { x: arranged(p, labels).mul(arranged(q, labels)), labels };
  const sizeOf = (label: Label): number => broadcastSize(size(p, label), size(q, label));
  const count = (list: readonly Label[]): number => list.reduce((n, label) => n * sizeOf(label), 1);
  const batchOf = (term: Term): number[] => batch.map((label) => size(term, label));
  const k = count(summed);
  const turnedP = arranged(p, [...batch, ...rows, ...summed]).reshape([...batchOf(p), count(rows), k]);
  const turnedQ = arranged(q, [...batch, ...summed, ...columns]).reshape([...batchOf(q), k, count(columns)]);
  return { x: turnedP.matmul(turnedQ).reshape(labels.map(sizeOf)), labels };
}

/** The size to which two broadcast. */
function broadcastSize(a: number, b: number): number {
  return a === 1 ? b : a;
}

/** What is needed of a group of operands: the labels of the output and of all operands outside of it. */
function neededBy(terms: readonly Term[], inside: (i: number) => boolean, output: readonly Label[]): Set<Label> {
  return new Set([...output, ...terms.flatMap(({ labels }, i) => (inside(i) ? [] : labels))]);
}

/** The number of multiplications of a contraction: the product of the sizes of all labels of both. */
function price(a: readonly Label[], b: readonly Label[], sizes: ReadonlyMap<Label, number>): number {
  let n = 1;
  for (const label of new Set([...a, ...b])) n *= sizes.get(label)!;
  return n;
}

/** The most operands for which every order is weighed. */
const EXHAUSTIVE = 8;

/** The cheapest order, by dynamic programming over subsets. */
function contractBest(terms: readonly Term[], output: readonly Label[], sizes: ReadonlyMap<Label, number>): Term {
  const full = (1 << terms.length) - 1;
  const labels: Label[][] = [];
  const cost = new Float64Array(full + 1).fill(Infinity);
  const cut = new Int32Array(full + 1);
  const kept = (set: number): Set<Label> => neededBy(terms, (i) => ((set >> i) & 1) === 1, output);
  for (let set = 1; set <= full; set++) {
    const needed = kept(set);
    const members = terms.filter((_, i) => (set >> i) & 1);
    const all = [...new Set(members.flatMap((term) => term.labels))];
    // A single operand keeps all of its labels: what is summed away is part of its first contraction.
    labels[set] = members.length === 1 ? all : all.filter((label) => needed.has(label));
    if (members.length === 1) cost[set] = 0;
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const rest = set ^ part;
      if (part < rest) break;
      const total = cost[part]! + cost[rest]! + price(labels[part]!, labels[rest]!, sizes);
      if (total < cost[set]!) {
        cost[set] = total;
        cut[set] = part;
      }
    }
  }
  const build = (set: number): Term => {
    const part = cut[set]!;
    if (part === 0) return terms[31 - Math.clz32(set)]!;
    const rest = set ^ part;
    // The operand that comes first stays on the left.
    const [a, b] = (part & -part) < (rest & -rest) ? [part, rest] : [rest, part];
    return contract(build(a), build(b), kept(set));
  };
  return build(full);
}

/** The cheapest next pair, again and again. */
function contractGreedily(given: readonly Term[], output: readonly Label[], sizes: ReadonlyMap<Label, number>): Term {
  const terms = [...given];
  while (terms.length > 1) {
    let best: readonly [number, number] = [0, 1];
    let least = Infinity;
    for (let i = 0; i < terms.length; i++) {
      for (let j = i + 1; j < terms.length; j++) {
        const total = price(terms[i]!.labels, terms[j]!.labels, sizes);
        if (total < least) {
          least = total;
          best = [i, j];
        }
      }
    }
    const [i, j] = best;
    const kept = neededBy(terms, (at) => at === i || at === j, output);
    terms[i] = contract(terms[i]!, terms[j]!, kept);
    terms.splice(j, 1);
  }
  return terms[0]!;
}

/**
 * Products summed over labelled dims (Einstein's sum): `einsum('bij,bjk->bik', a, b)` is the product of matrices.
 *
 * A label that comes twice in a term takes the diagonal; `...` stands for dims that broadcast; labels that the output leaves out are
 * summed. Without `->` the output has the ellipsis and, in alphabetical order, the labels that come once. The order of contractions is the
 * cheapest one (up to 8 operands; the cheapest next pair beyond); each is one batched product.
 *
 * @throws WasmgradError for an equation that is none; ShapeError where it does not fit the operands
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.einsum.html
 */
export function einsum(equation: string, ...operands: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor {
  if (typeof equation !== 'string')
    throw new WasmgradError(`einsum: the equation must be a string, got ${typeof equation}`);
  const tensors = (Array.isArray(operands[0]) ? operands[0] : operands) as readonly Tensor[];
  const [inputs = '', output, ...more] = equation.replaceAll(/\s/g, '').split('->');
  const terms = inputs.split(',');
  if (more.length > 0) throw new WasmgradError(`einsum: '->' may come once, got '${equation}'`);
  if (terms.length !== tensors.length || tensors.length === 0) {
    throw new WasmgradError(`einsum: '${equation}' is for ${terms.length} operands, got ${tensors.length}`);
  }
  tensors.forEach((x, i) => checkTensor('einsum', `operands[${i}]`, x));
  const named = terms.map((term, i) => labelsOf(term, tensors[i]!.ndim, 0));
  const sizes = new Map<Label, number>();
  named.forEach((labels, i) => {
    labels.forEach((label, d) => {
      const size = tensors[i]!.shape[d]!;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        const what = label.startsWith('.') ? 'the ellipsis' : `label '${label}'`;
        const names = tensors.map((_, at) => `operands[${at}]`);
        fail(ShapeError, 'einsum', `${what} stands for sizes ${known} and ${size}`, names, tensors);
      }
      sizes.set(label, broadcastSize(known, size));
    });
  });
  const dots = Math.max(0, ...named.map((labels) => labels.filter((label) => label.startsWith('.')).length));
  const result = output === undefined ? implicitOutput(named, dots) : labelsOf(output, null, dots);
  result.forEach((label, i) => {
    if (!sizes.has(label)) throw new WasmgradError(`einsum: label '${label}' of the output is in no operand`);
    if (result.indexOf(label) < i) throw new WasmgradError(`einsum: label '${label}' comes twice in the output`);
  });
  const start = named.map((labels, i) => withoutRepeats(tensors[i]!, labels));
  const end = start.length <= EXHAUSTIVE ? contractBest(start, result, sizes) : contractGreedily(start, result, sizes);
  return arranged(reduced(end, new Set(result)), result);
}

function implicitOutput(named: readonly (readonly Label[])[], dots: number): Label[] {
  const all = named.flat().filter((label) => !label.startsWith('.'));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
  return [...Array.from({ length: dots }, (_, i) => `.${dots - 1 - i}`), ...once];
}

/** Which dims `tensordot` sums over: so many (the last of a, the first of b), or a list for each. */
export type ContractedDims = number | readonly [readonly number[], readonly number[]];

/** Options of `tensordot`. */
export interface TensordotOptions {
  /** Default 2. */
  readonly dims?: ContractedDims;
}

/**
 * Products summed over dims of both: with a number n, the last n dims of `a` meet the first n of `b`; with two lists, dim by dim.
 *
 * Shapes: the other dims of a, then those of b
 *
 * @param dims Default 2
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.tensordot.html
 */
export function tensordot(a: Tensor, b: Tensor, dims: ContractedDims | TensordotOptions = 2): Tensor {
  checkTensor('tensordot', 'a', a);
  checkTensor('tensordot', 'b', b);
  const given = contractedDims(dims);
  const first = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  if (typeof given === 'number' && (!Number.isInteger(given) || given < 0 || given > Math.min(a.ndim, b.ndim))) {
    fail(ShapeError, 'tensordot', `cannot sum over ${given} dims`, ['a', 'b'], [a, b]);
  }
  const [p, q] =
    typeof given === 'number' ? [first(given).map((i) => a.ndim - given + i), first(given)] : [given[0], given[1]];
  const left = p.map((d) => (d < 0 ? d + a.ndim : d));
  const right = q.map((d) => (d < 0 ? d + b.ndim : d));
  const fits =
    left.length === right.length &&
    left.every((d, i) => {
      const [m, n] = [a.shape[d], b.shape[right[i]!]];
      return m !== undefined && n !== undefined && (m === n || m === 1 || n === 1);
    });
  if (!fits) fail(ShapeError, 'tensordot', 'the dims do not fit each other', ['a', 'b'], [a, b]);
  const labelsA = a.shape.map((_, i) => `a${i}`);
  const labelsB = b.shape.map((_, i) => (right.includes(i) ? `a${left[right.indexOf(i)]}` : `b${i}`));
  const output = [...labelsA.filter((_, i) => !left.includes(i)), ...labelsB.filter((_, i) => !right.includes(i))];
  const y = contract({ x: a, labels: labelsA }, { x: b, labels: labelsB }, new Set(output));
  return arranged(y, output);
}

function contractedDims(dims: ContractedDims | TensordotOptions): ContractedDims {
  if (typeof dims === 'number' || Array.isArray(dims)) return dims as ContractedDims;
  checkOptions('tensordot', dims, ['dims']);
  return (dims as TensordotOptions).dims ?? 2;
}
