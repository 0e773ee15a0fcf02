import uPlot from 'uplot';
import type { Batch, Epoch } from './protocol.js';

/** A curve takes at most this many points; then every second one goes, and from then on fewer are kept. */
const MOST_POINTS = 2000;

/** Half-life of the smooth curves, in batches. */
const HALF_LIFE = 10;

type Column = (number | null)[];

/**
 * The plots of a run: loss and share of digits recognised, by step. Training is drawn smoothed over some batches
 * (an exponential mean, corrected for its start), held-out digits as a point an epoch.
 */
export class TrainingPlots {
  readonly #places: readonly [HTMLElement, HTMLElement];
  #steps: number[] = [];
  #columns: [Column, Column, Column, Column] = [[], [], [], []];
  #plots: uPlot[] = [];
  #weight = 0;
  #loss = 0;
  #accuracy = 0;
  #stride = 1;
  #scheduled = false;

  constructor(loss: HTMLElement, accuracy: HTMLElement) {
    this.#places = [loss, accuracy];
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#make());
    new ResizeObserver(() => {
      this.#plots.forEach((plot, i) => plot.setSize(size(this.#places[i === 0 ? 0 : 1])));
    }).observe(loss);
    this.#make();
  }

  /** Mean loss and share recognised over the last batches; `null` before the first. */
  get recent(): { loss: number; accuracy: number } | null {
    return this.#weight > 0 ? { loss: this.#loss / this.#weight, accuracy: this.#accuracy / this.#weight } : null;
  }

  /** Starts new curves. */
  clear(): void {
    this.#steps = [];
    this.#columns = [[], [], [], []];
    this.#weight = 0;
    this.#loss = 0;
    this.#accuracy = 0;
    this.#stride = 1;
    this.#redraw();
  }

  addBatches(batches: readonly Batch[]): void {
    const keep = 0.5 ** (1 / HALF_LIFE);
    for (const { step, loss, accuracy } of batches) {
      this.#weight = keep * this.#weight + (1 - keep);
      this.#loss = keep * this.#loss + (1 - keep) * loss;
      this.#accuracy = keep * this.#accuracy + (1 - keep) * accuracy;
      if (step % this.#stride === 0) {
        this.#push(step, [this.#loss / this.#weight, null, (100 * this.#accuracy) / this.#weight, null]);
      }
    }
    this.#redraw();
  }

  addEpoch({ step, loss, accuracy }: Epoch): void {
    this.#push(step, [null, loss, null, 100 * accuracy]);
    this.#redraw();
  }

  #push(step: number, row: readonly [number | null, number | null, number | null, number | null]): void {
    const last = this.#steps.length - 1;
    if (this.#steps[last] === step) {
      this.#columns.forEach((column, i) => (column[last] = row[i] ?? column[last] ?? null));
      return;
    }
    this.#steps.push(step);
    this.#columns.forEach((column, i) => column.push(row[i] ?? null));
    if (this.#steps.length > MOST_POINTS) this.#thin();
  }

  #thin(): void {
    this.#stride *= 2;
    const [, heldOut] = this.#columns;
    const kept = this.#steps.map((step, i) => step % this.#stride === 0 || heldOut[i] != null);
    this.#steps = this.#steps.filter((_, i) => kept[i]);
    for (const column of this.#columns) {
      const rest = column.filter((_, i) => kept[i]);
      column.splice(0, column.length, ...rest);
    }
  }

  #redraw(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      const [loss, heldOutLoss, accuracy, heldOut] = this.#columns;
      this.#plots[0]?.setData([this.#steps, loss, heldOutLoss]);
      this.#plots[1]?.setData([this.#steps, accuracy, heldOut]);
    });
  }

  #make(): void {
    for (const plot of this.#plots) plot.destroy();
    this.#plots = [
      new uPlot(
        options(this.#places[0], (loss) => loss.toFixed(3), [0, null], ''),
        [[], [], []],
        this.#places[0],
      ),
      new uPlot(
        options(this.#places[1], (share) => `${share.toFixed(1)} %`, [null, 100], ' %'),
        [[], [], []],
        this.#places[1],
      ),
    ];
    this.#redraw();
  }
}

function size(place: HTMLElement): { width: number; height: number } {
  return { width: Math.max(200, place.clientWidth), height: 220 };
}

/**
 * @param ends fixed ends of the vertical axis; `null` follows the values
 * @param unit what stands behind its numbers
 */
function options(
  place: HTMLElement,
  format: (value: number) => string,
  ends: readonly [number | null, number | null],
  unit: string,
): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const value = (_: uPlot, shown: number | null): string => (shown == null ? '–' : format(shown));
  return {
    ...size(place),
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: false },
      y: { range: (_, low, high) => range(low, high, ends) },
    },
    axes: [
      { ...axis, size: 32 },
      { ...axis, size: 54, values: (_, splits) => splits.map((split) => `${split}${unit}`) },
    ],
    series: [
      { label: 'Step', value: (_, step) => (step == null ? '–' : String(step)) },
      { label: 'Training', stroke: colour('--accent'), width: 2, points: { show: false }, spanGaps: true, value },
      {
        label: 'Held out',
        stroke: colour('--second'),
        width: 2,
        points: { show: true, size: 7, fill: colour('--second') },
        spanGaps: true,
        value,
      },
    ],
  };
}

function range(low: number, high: number, [bottom, top]: readonly [number | null, number | null]): [number, number] {
  if (low == null || !Number.isFinite(low)) return [bottom ?? 0, top ?? 1];
  const room = 0.05 * (high - low) || 0.05;
  return [bottom ?? Math.max(0, low - room), top ?? high + room];
}
