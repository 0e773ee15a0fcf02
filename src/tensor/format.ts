import type { TypedArray } from '../core/dtypes.js';
import { formatShape } from '../core/errors.js';
import type { Tensor } from './tensor.js';

const PRECISION = 4;
const THRESHOLD = 1000;
const EDGE = 3;
const LINE = 80;
/** Digits enough to tell halves from what is next to them. */
const EXACT = 60;

/**
 * A tensor as PyTorch prints it: aligned columns of four digits, scientific where the range asks for it, summarised from 1,000
 * elements on, with dtype and gradient where they are not the default.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.set_printoptions.html (torch/_tensor_str.py)
 */
export function formatTensor(x: Tensor): string {
  const values = x.read('printing');
  const indent = 'tensor('.length;
  const suffixes: string[] = [];
  let body: string;
  if (values.length === 0) {
    body = '[]';
    if (x.ndim !== 1) suffixes.push(`size=${formatSize(x.shape)}`);
    if (x.dtype !== 'float32') suffixes.push(`dtype=torch.${x.dtype}`);
  } else {
    const summarize = values.length > THRESHOLD;
    const shown = summarize ? edges(values, x.shape) : values;
    body = formatLevel(values, x.shape, 0, 0, indent, formatter(shown, x.dtype), summarize);
    if (x.dtype !== 'float32' && x.dtype !== 'bool') suffixes.push(`dtype=torch.${x.dtype}`);
  }
  if (x.node) suffixes.push(`grad_fn=<${gradFnName(x.node.name, x.ndim)}>`);
  else if (x.requiresGrad) suffixes.push('requires_grad=True');
  return addSuffixes(`tensor(${body}`, suffixes, indent);
}

/** What PyTorch calls steps that have another name here, by the dims of the result where those matter. */
const printedAs: Readonly<Record<string, string | ((ndim: number) => string)>> = {
  sum: (ndim) => (ndim === 0 ? 'SumBackward0' : 'SumBackward1'),
  matmul: (ndim) => (ndim === 2 ? 'MmBackward0' : ndim > 2 ? 'UnsafeViewBackward0' : 'MvBackward0'),
  linear: (ndim) => (ndim === 2 ? 'AddmmBackward0' : 'ViewBackward0'),
  crossEntropy: 'NllLossBackward0',
  to: 'ToCopyBackward0',
  reshape: 'ViewBackward0',
};

/** The name by which the step that made a tensor is printed: `AddBackward0`. */
export function gradFnName(op: string, ndim: number): string {
  const printed = printedAs[op] ?? `${op[0]!.toUpperCase()}${op.slice(1)}Backward0`;
  return typeof printed === 'string' ? printed : printed(ndim);
}

function formatSize(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : formatShape(shape).replace('[', '(').replace(']', ')');
}

function addSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  let length = text.length - (text.lastIndexOf('\n') + 1) + 1;
  let whole = text;
  for (const suffix of suffixes) {
    if (length + suffix.length + 2 > LINE) {
      whole += `,\n${' '.repeat(indent)}${suffix}`;
      length = indent + suffix.length;
    } else {
      whole += `, ${suffix}`;
      length += suffix.length + 2;
    }
  }
  return `${whole})`;
}

/** The elements that a summary shows. */
function edges(values: TypedArray, shape: readonly number[]): number[] {
  const shown: number[] = [];
  const walk = (dim: number, at: number, stride: number): void => {
    if (dim === shape.length) {
      shown.push(values[at]!);
      return;
    }
    const size = shape[dim]!;
    const step = stride / size;
    for (let i = 0; i < size; i++)
      if (size <= 2 * EDGE || i < EDGE || i >= size - EDGE) walk(dim + 1, at + i * step, step);
  };
  walk(0, 0, values.length);
  return shown;
}

type Format = (value: number) => string;

function formatter(values: ArrayLike<number>, dtype: Tensor['dtype']): Format {
  const list = Array.from(values);
  let text: Format;
  let counted = list;
  if (dtype === 'bool') text = (v) => (v ? 'True' : 'False');
  else if (dtype === 'int32' || dtype === 'uint8') text = (v) => String(v);
  else {
    // As in PyTorch, zeros, infinities and NaN follow the form of the other numbers.
    counted = list.filter((v) => Number.isFinite(v) && v !== 0);
    text = floatFormat(counted.map(Math.abs));
  }
  const width = Math.max(1, ...counted.map((v) => text(v).length));
  return (v) => text(v).padStart(width);
}

function floatFormat(sizes: readonly number[]): Format {
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const whole = sizes.every((v) => Number.isInteger(v));
  const wide = largest / smallest > 1000 || largest > 1e8;
  let number: Format = fixed;
  if (wide || (!whole && smallest < 1e-4)) number = exponential;
  else if (whole) number = (v) => `${v.toFixed(0)}.`;
  return (v) => {
    if (Number.isNaN(v)) return 'nan';
    if (!Number.isFinite(v)) return v > 0 ? 'inf' : '-inf';
    return Object.is(v, -0) ? `-${number(0)}` : number(v);
  };
}

function fixed(v: number): string {
  const text = v.toFixed(PRECISION);
  // Odd multiples of 1/32 lie half way between two numbers of four digits; C rounds them to the even one.
  const tie = Number.isInteger(v * 32) && (v * 32) % 2 !== 0;
  if (!tie || Number(text.at(-1)) % 2 === 0) return text;
  const down = (Math.floor(Math.abs(v) * 10 ** PRECISION) / 10 ** PRECISION).toFixed(PRECISION);
  return v < 0 ? `-${down}` : down;
}

/** Of two nearest decimals C takes the even one, JavaScript the larger one. */
function evenExponential(v: number): string {
  const text = v.toExponential(PRECISION);
  const exact = v.toExponential(EXACT).split('e')[0]!;
  const tie = /^-?\d\.\d{4}50*$/.test(exact);
  if (!tie || Number(text.split('e')[0]!.at(-1)) % 2 === 0) return text;
  return `${exact.slice(0, exact.indexOf('.') + 1 + PRECISION)}e${text.split('e')[1]}`;
}

function exponential(v: number): string {
  const [mantissa, exponent] = evenExponential(v).split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function formatLevel(
  values: TypedArray,
  shape: readonly number[],
  dim: number,
  at: number,
  indent: number,
  format: Format,
  summarize: boolean,
): string {
  if (dim === shape.length) return format(values[at]!);
  const size = shape[dim]!;
  const step = shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  const cut = summarize && size > 2 * EDGE;
  const indices = cut
    ? [...Array(EDGE).keys(), -1, ...Array.from({ length: EDGE }, (_, i) => size - EDGE + i)]
    : [...Array(size).keys()];
  if (dim === shape.length - 1) {
    const items = indices.map((i) => (i < 0 ? ' ...' : format(values[at + i]!)));
    const width = format(values[at]!).length;
    const perLine = Math.max(1, Math.floor((LINE - indent) / (width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  }
  const items = indices.map((i) =>
    i < 0 ? '...' : formatLevel(values, shape, dim + 1, at + i * step, indent + 1, format, summarize),
  );
  const gap = `,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(indent + 1)}`;
  return `[${items.join(gap)}]`;
}
