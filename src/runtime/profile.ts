import { WasmgradError } from '../core/errors.js';
import { costOf } from './costs.js';
import { I32 } from './heap.js';
import { info } from './init.js';
import { kernelNames } from './kernel-names.js';
import { observeJobs } from './observe.js';
import { measurePeak } from './peak.js';
import type { Peak } from './peak.js';

/** The runs of one kernel. */
export interface KernelProfile {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Floating point operations: 2mnk for a product, and so for convolutions; elements times operations an element otherwise. */
  readonly flop: number;
  /** Bytes of the operands, each element once. */
  readonly bytes: number;
  /** 10⁹ operations a second. */
  readonly gflops: number;
  /** 10⁹ bytes a second. */
  readonly gbs: number;
  /** The time that the peak would need for the operations or for the bytes, whichever is more, as a share of the time taken. */
  readonly shareOfPeak: number;
}

interface Event {
  readonly name: string;
  readonly start: number;
  readonly milliseconds: number;
  readonly flop: number;
  readonly bytes: number;
  readonly units: number;
}

/** An object for chrome://tracing, Perfetto and the like, as JSON. */
export interface ChromeTrace {
  readonly displayTimeUnit: 'ms';
  readonly traceEvents: readonly Readonly<Record<string, unknown>>[];
}

/** What `profile` found. */
export class Profile<T> {
  /** What the profiled function returned. */
  readonly result: T;
  /** By kernel, the longest first. */
  readonly kernels: readonly KernelProfile[];
  /** From begin to end, JavaScript between the kernels and the profiler's own work included. */
  readonly milliseconds: number;
  /** In kernels. */
  readonly kernelMilliseconds: number;
  readonly calls: number;
  readonly flop: number;
  readonly bytes: number;
  /** What the machine reached right after the run. */
  readonly peak: Peak;
  readonly threads: number;
  readonly #events: readonly Event[];
  readonly #start: number;

  /** @internal */
  constructor(result: T, events: readonly Event[], start: number, milliseconds: number) {
    this.result = result;
    this.milliseconds = milliseconds;
    this.threads = info().threads;
    this.peak = measurePeak();
    this.#events = events;
    this.#start = start;
    this.kernels = byKernel(events, this.peak);
    const sum = (of: 'milliseconds' | 'calls' | 'flop' | 'bytes'): number =>
      this.kernels.reduce((a, k) => a + k[of], 0);
    this.kernelMilliseconds = sum('milliseconds');
    this.calls = sum('calls');
    this.flop = sum('flop');
    this.bytes = sum('bytes');
  }

  /** A table with a line for each kernel. */
  toString(): string {
    const { peak } = this;
    const head = ['kernel', 'calls', 'ms', 'of time', 'GFLOP/s', 'GB/s', 'of peak'];
    const lines = this.kernels.map((k) => [
      k.name,
      String(k.calls),
      k.milliseconds.toFixed(3),
      percent(k.milliseconds / this.milliseconds),
      k.gflops.toFixed(1),
      k.gbs.toFixed(1),
      percent(k.shareOfPeak),
    ]);
    const between = this.milliseconds - this.kernelMilliseconds;
    lines.push(['(between kernels)', '', between.toFixed(3), percent(between / this.milliseconds), '', '', '']);
    const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
    const row = (cells: readonly string[]): string =>
      cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
    const total = `${this.calls} launches, ${this.milliseconds.toFixed(3)} ms, ${(this.flop / 1e6).toFixed(1)} MFLOP, ${(this.bytes / 1e6).toFixed(1)} MB`;
    const most = `peak on ${this.threads} thread${this.threads > 1 ? 's' : ''}: ${peak.gflops.toFixed(1)} GFLOP/s, ${peak.gbs.toFixed(1)} GB/s`;
    return [row(head), ...lines.map(row), '', `${total}; ${most}`].join('\n');
  }

  /** Every launch as an event of the Trace Event Format: save it as JSON and open it in chrome://tracing or ui.perfetto.dev. */
  toChromeTrace(): ChromeTrace {
    const common = { ph: 'X', pid: 1, tid: 1 };
    const whole = { ...common, name: 'profile', ts: 0, dur: this.milliseconds * 1000 };
    const launches = this.#events.map(({ name, start, milliseconds, flop, bytes, units }) => ({
      ...common,
      name,
      cat: 'kernel',
      ts: (start - this.#start) * 1000,
      dur: milliseconds * 1000,
      args: { flop, bytes, units },
    }));
    return { displayTimeUnit: 'ms', traceEvents: [whole, ...launches] };
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function byKernel(events: readonly Event[], peak: Peak): KernelProfile[] {
  const sums = new Map<string, { calls: number; milliseconds: number; flop: number; bytes: number }>();
  for (const { name, milliseconds, flop, bytes } of events) {
    const sum = sums.get(name) ?? { calls: 0, milliseconds: 0, flop: 0, bytes: 0 };
    sums.set(name, sum);
    sum.calls++;
    sum.milliseconds += milliseconds;
    sum.flop += flop;
    sum.bytes += bytes;
  }
  const kernels = [...sums].map(([name, { calls, milliseconds, flop, bytes }]) => {
    // A coarse clock may see no time pass.
    const time = Math.max(milliseconds, 1e-6) * 1e6;
    const [gflops, gbs] = [flop / time, bytes / time];
    const shareOfPeak = Math.max(gflops / peak.gflops, gbs / peak.gbs);
    return { name, calls, milliseconds, flop, bytes, gflops, gbs, shareOfPeak };
  });
  return kernels.sort((a, b) => b.milliseconds - a.milliseconds);
}

let active = false;

/**
 * Runs `fn` once and tells where the time of its kernels went: per kernel the calls, the time, operations and bytes, their rates
 * and the share of the machine's peak, shareOfPeak = max(flop / peak flop rate, bytes / peak copy rate) / time. The peak (multiply and
 * add in registers; a copy of 4 MiB) is measured on the library's threads right after the run, in about 5 ms; what lies in the caches
 * can exceed the copy. Operations and bytes are counted from sizes, not measured: 2mnk for products and (direct) convolutions, one for
 * each element otherwise (a vector function such as exp counts as one; softmax 5, layerNorm 8, Adam 12), and each operand's elements
 * once. Times come from the page's clock, which is coarse (5 to 100 µs) in browsers: run small work several times in `fn`.
 *
 * ```ts
 * const found = profile(() => {
 *   const loss = F.crossEntropy(model.forward(x), y);
 *   loss.backward();
 * });
 * console.log(String(found));
 * ```
 *
 * @param fn what to profile; where it answers a promise, so does `profile`, and what runs meanwhile is counted too
 * @throws WasmgradError where a profile is being taken already, or before `init()`
 * Source: the roofline model (Williams, Waterman, Patterson 2009); PyTorch's `torch.profiler`
 */
export function profile<T>(fn: () => Promise<T>): Promise<Profile<T>>;
export function profile<T>(fn: () => T): Profile<T>;
export function profile<T>(fn: () => T | Promise<T>): Profile<T> | Promise<Profile<T>> {
  if (active) throw new WasmgradError('profile: a profile is being taken already (profiles do not nest)');
  if (info().threads === 0) throw new WasmgradError('init: call `await init()` before the first operation');
  const events: Event[] = [];
  const outer = observeJobs((record, run) => {
    const start = performance.now();
    if (outer) outer(record, run);
    else run();
    const milliseconds = performance.now() - start;
    const name = kernelNames[I32[record]!] ?? 'unknown';
    events.push({ name, start, milliseconds, ...costOf(record), units: I32[record + 1]! });
  });
  active = true;
  const start = performance.now();
  const end = (): void => {
    observeJobs(outer);
    active = false;
  };
  const finish = (result: T): Profile<T> => {
    const milliseconds = performance.now() - start;
    end();
    return new Profile(result, events, start, milliseconds);
  };
  let pending = false;
  try {
    const result = fn();
    if (!(result instanceof Promise)) return finish(result);
    pending = true;
    return result.then(finish).finally(end);
  } finally {
    if (!pending && active) end();
  }
}
