import { I32 } from './heap.js';
import { kernelNames, kernelParameters } from './kernel-names.js';

/** What a job does: floating point operations, and bytes that it must read and write if it does so once each. */
export interface Cost {
  readonly flop: number;
  readonly bytes: number;
}

const HEADER = 4;

/** A job record with its arguments by name. */
class Job {
  /** The kernel's name without its dtype. */
  readonly family: string;
  /** Bytes of an element. */
  readonly size: number;
  readonly units: number;
  readonly pointers: number;
  readonly #at = new Map<string, number>();

  constructor(record: number) {
    const kernel = I32[record]!;
    const name = kernelNames[kernel] ?? '';
    this.family = name.replace(/(F64|I32|U8|[148])$/, '');
    this.size = /(F64|8)$/.test(name) && !name.endsWith('U8') ? 8 : /(U8|1)$/.test(name) ? 1 : 4;
    this.units = I32[record + 1]!;
    let at = record + HEADER;
    let pointers = 0;
    for (const word of (kernelParameters[kernel] ?? '').split(' ')) {
      const pointer = word.endsWith('*');
      const double = word.endsWith(':');
      this.#at.set(pointer || double ? word.slice(0, -1) : word, at);
      at += double ? 2 : 1;
      if (pointer && I32[at - 1] !== 0) pointers++;
    }
    this.pointers = pointers;
  }

  /** How many of these pointers there are. */
  present(...names: string[]): number {
    return names.filter((name) => this.has(name) && this.word(name) !== 0).length;
  }

  has(...names: string[]): boolean {
    return names.every((name) => this.#at.has(name));
  }

  /** Word `i` of the memory that a pointer points to. */
  at(pointer: string, i: number): number {
    return I32[(this.word(pointer) >>> 2) + i]!;
  }

  /** A whole argument, or a word of the list `meta` or `table`. */
  word(name: string, i = 0): number {
    return I32[this.#at.get(name)! + i]!;
  }
}

/** Recurrent cells by unit of state: operations (a vector function counts as one), and elements read and written. */
const CELLS: Readonly<Record<string, readonly [number, number]>> = {
  rnnTanhCell: [2, 4],
  rnnReluCell: [2, 4],
  rnnTanhCellBackward: [4, 4],
  rnnReluCellBackward: [4, 4],
  lstmCell: [13, 17],
  lstmCellBackward: [24, 14],
  gruCell: [10, 13],
  gruCellBackward: [17, 14],
};

/** Operations an element of families that do more than one; what is not here counts one an element. */
const FLOP_AN_ELEMENT: readonly (readonly [RegExp, number])[] = [
  [/^(gather|scatter\d|copy|cast|fill|where|poolGather|randomSeed|indexOffsets)/, 0],
  [/^(softmax|logSoftmax|crossEntropy)/, 5],
  [/^layerNorm/, 8],
  [/^batchNorm/, 4],
  [/^adam/, 12],
  [/^sgd/, 4],
];

/**
 * The cost of a job, from its record. Products and convolutions count 2 for each multiply-add (of the direct algorithm, whatever
 * computes them: Winograd does fewer); elementwise kernels, reductions and the rest count the elements they go through, one
 * operation each unless the table above says more (a vector function such as exp counts as one). Bytes are those of all operands,
 * each element once, without scratch memory and without what caches and repeated passes change.
 */
export function costOf(record: number): Cost {
  const job = new Job(record);
  if (job.has('c', 'a', 'b', 'm', 'n', 'k')) return product(job);
  if (/^(conv2d|depthwise)/.test(job.family) && job.family !== 'conv2dCombine') return convolution(job);
  if (job.family.startsWith('attention')) return attention(job);
  if (job.family.startsWith('ctcLoss')) return ctc(job);
  if (job.family === 'resample') return resampling(job);
  if (job.family === 'gemmPack') return { flop: 0, bytes: 2 * job.size * job.word('n') * job.word('k') };
  const cell = CELLS[job.family];
  if (cell) {
    const states = job.units * job.word('size');
    return { flop: cell[0] * states, bytes: cell[1] * job.size * states };
  }
  const { elements, bytes } = job.has('table') ? tabled(job) : traffic(job);
  const each = FLOP_AN_ELEMENT.find(([family]) => family.test(job.family));
  return { flop: elements * (each ? each[1] : 1), bytes };
}

/** Tensors in a table (assembly/table.ts): what a step reads, and writes but for the gradient. */
function tabled(job: Job): { elements: number; bytes: number } {
  let [elements, bytes] = [0, 0];
  for (let at = 1; at <= 8 * job.word('table'); at += 8) {
    const n = job.word('table', at + 6);
    const tensors = [0, 1, 2, 3, 4].filter((i) => job.word('table', at + i) !== 0).length;
    elements += n;
    bytes += n * job.size * Math.max(1, 2 * tensors - 1);
  }
  return job.units === 1 && job.family.endsWith('Tick') ? { elements: 0, bytes: 0 } : { elements, bytes };
}

/** Sizes and strides of a batch in meta: [dims, then per dim: size, stride of each operand]; answers the distinct matrices of each operand. */
function batch(job: Job, operands: number): number[] {
  const counts = new Array<number>(operands).fill(1);
  const dims = job.word('meta');
  for (let d = 0; d < dims; d++) {
    const at = 1 + d * (operands + 1);
    for (let i = 0; i < operands; i++) if (job.word('meta', at + 1 + i) !== 0) counts[i]! *= job.word('meta', at);
  }
  return counts;
}

function product(job: Job): Cost {
  const [m, n, k] = [job.word('m'), job.word('n'), job.word('k')];
  const [c, a, b] = batch(job, 3) as [number, number, number];
  return { flop: 2 * m * n * k * c, bytes: job.size * (c * m * n + a * m * k + b * k * n) };
}

function convolution(job: Job): Cost {
  if (job.has('channels', 'outs')) return winograd(job);
  // Meta starts as in assembly/conv/geometry.ts.
  const [C, H, W, K, OH, OW, KH, KW] = Array.from({ length: 8 }, (_, i) => job.word('meta', i)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const groups = job.has('groups') ? job.word('groups') : job.word('meta', 14);
  const N = images(job, C, K, OH * OW, groups);
  const w = (K * C * KH * KW) / groups;
  // With turned filters y is the gradient of the input.
  const positions = job.has('turn') && job.word('turn') ? H * W : OH * OW;
  return { flop: 2 * N * w * positions, bytes: job.size * (N * C * H * W + N * K * OH * OW + w) };
}

/** Meta as in assembly/conv/tiles.ts: N, H, W, paddings, tiles, OH, OW. */
function winograd(job: Job): Cost {
  const [C, K] = [job.word('channels'), job.word('outs')];
  if (!job.has('meta')) return { flop: 0, bytes: job.size * C * K * (9 + 36) };
  const [N, H, W, OH, OW] = [0, 1, 2, 7, 8].map((i) => job.word('meta', i)) as [number, number, number, number, number];
  return { flop: 2 * N * K * C * 9 * OH * OW, bytes: job.size * (N * C * H * W + N * K * OH * OW + 36 * C * K) };
}

/** Meta as in assembly/attention/layout.ts: L, S, E, Ev, flags, …, the number of batch dims, the strides of rows, the batch dims. */
function attention(job: Job): Cost {
  const [L, S, E, Ev, flags] = [0, 1, 2, 3, 4].map((i) => job.word('meta', i)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  let matrices = 1;
  for (let d = job.word('meta', 8); d > 0; d--) matrices *= job.word('meta', 9 + 10 * d);
  const scores = matrices * L * (flags & 1 ? Math.min(S, (L + 1) / 2) : S);
  const rows = matrices * (L * E + S * (E + Ev) + L * Ev);
  if (job.family === 'attention') return { flop: 2 * scores * (E + Ev), bytes: job.size * rows };
  const gradients = (flags & 8 ? E : 0) + (flags & 16 ? E + Ev : 0);
  return { flop: 2 * scores * (E + Ev + gradients), bytes: 2 * job.size * rows };
}

/**
 * States are the extended labels of a sample, 2·length + 1 of them at each of its steps; the log-sum-exp of three takes 13 operations. The
 * gradient goes back over them likewise and visits every class.
 */
function ctc(job: Job): Cost {
  const [N, C] = [job.word('N'), job.word('C')];
  let [states, steps] = [0, 0];
  for (let n = 0; n < N; n++) {
    const T = job.at('inputLengths', n);
    steps += T;
    states += T * (2 * job.at('targetLengths', n) + 1);
  }
  if (job.family === 'ctcLoss') return { flop: 13 * states, bytes: (job.size + 8) * states };
  return { flop: 16 * states + 2 * steps * C, bytes: 8 * states + 2 * job.size * job.word('time') * N * C };
}

/** Each row of y is a sum of weighted rows of x, the taps of its table (assembly/resample.ts). */
function resampling(job: Job): Cost {
  const [n, m, inner] = [job.word('n'), job.word('m'), job.word('inner')];
  const outer = job.units / m;
  const taps = job.at('taps', m);
  return { flop: 2 * outer * taps * inner, bytes: job.size * outer * (n + m) * inner + (4 + job.size) * taps };
}

/** The images of a convolution: an argument, or what the units are made of. */
function images(job: Job, C: number, K: number, total: number, groups: number): number {
  if (job.has('N')) return job.word('N');
  if (job.family === 'depthwise') return job.units / K;
  if (job.has('bandBytes')) return job.units / (groups * Math.ceil(job.word('meta', 4) / job.word('meta', 17)));
  const blocks = job.family.endsWith('Input')
    ? Math.ceil(C / groups / job.word('channelsPerUnit'))
    : Math.ceil(total / job.word('positions'));
  return job.units / (groups * blocks);
}

/** The elements that a kernel without a rule of its own goes through, and the bytes of its operands. */
function traffic(job: Job): { elements: number; bytes: number } {
  const { units, size, pointers } = job;
  if (job.has('n', 'inner', 'chunk')) {
    // A fold of lines into one number each: the result is small.
    const elements = units * Math.min(job.word('n'), job.word('chunk'));
    return { elements, bytes: size * (elements * Math.max(1, pointers - 1) + units) };
  }
  const lines = /^(softmax|logSoftmax|cum|linearScan|layerNorm|sort|pick|bernoulli|uniform|normal|random|exponential)/;
  if (job.has('n') && lines.test(job.family)) {
    const elements = units * job.word('n');
    const whole = job.family === 'layerNorm' ? 2 : job.family === 'layerNormBackward' ? 3 : Math.min(pointers, 3);
    return { elements, bytes: size * elements * whole };
  }
  if (job.has('C') && job.family.startsWith('crossEntropy')) {
    const elements = units * job.word('C');
    return { elements, bytes: size * elements * (job.family.endsWith('Backward') ? 2 : 1) };
  }
  const planes = /pool2d/i.test(job.family) ? planesOf(job) : null;
  if (planes) return { elements: units * planes.x, bytes: size * units * (planes.x + planes.y * (pointers - 1)) };
  if (job.family === 'gatherRows') {
    const row = job.word('bytes') / 4;
    return { elements: units * row, bytes: 4 * units * (2 * row + 1) };
  }
  if (job.family === 'sumSegments') {
    const [n, width] = [job.at('starts', units), job.word('width')];
    return { elements: n * width, bytes: size * width * (n + units) + 4 * (n + units) };
  }
  if (job.family === 'sortSegments') {
    const n = job.word('n');
    return { elements: n, bytes: 4 * (3 * n + job.word('rows')) };
  }
  if (job.has('v', 'index', 'vStride')) {
    // What a value meets is read and written.
    const elements = units * job.word('n');
    return { elements, bytes: elements * (3 * size + 4) };
  }
  if (job.has('C', 'inner')) return { elements: units, bytes: size * units * job.present('y', 'x', 'dx', 'dy') };
  return { elements: units, bytes: size * units * pointers };
}

/** Elements of a plane before and after pooling; the sizes are arguments or the first words of meta. */
function planesOf(job: Job): { x: number; y: number } {
  const [H, W, OH, OW] = job.has('H')
    ? [job.word('H'), job.word('W'), job.word('OH'), job.word('OW')]
    : [0, 1, 2, 3].map((i) => job.word('meta', i));
  return { x: H! * W!, y: OH! * OW! };
}
