import type * as cliProgress from 'cli-progress';
import type { TrainingState } from './callbacks.js';

/** How a training is shown while it runs. */
export interface Progress {
  begin(epoch: number, epochs: number, steps: number | undefined): void;
  step(step: number, loss: number): void;
  /** An epoch has passed. */
  end(state: TrainingState, seconds: number): void;
  /** The training has ended, however it did. */
  close(): void;
}

/** A number in about five characters. */
function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? value.toFixed(4) : value.toExponential(2);
}

/** An epoch in one line: `epoch 2/5  loss 0.0812  valLoss 0.0654  valAccuracy 0.9798  8.1 s`. */
export function epochLine(state: TrainingState, seconds: number): string {
  const { epoch, epochs, loss, valLoss, metrics } = state;
  const parts = [`epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`, `loss ${short(loss)}`];
  if (valLoss !== undefined) parts.push(`valLoss ${short(valLoss)}`);
  for (const [name, value] of Object.entries(metrics)) parts.push(`${name} ${short(value)}`);
  return [...parts, `${seconds.toFixed(1)} s`].join('  ');
}

const silent: Progress = { begin() {}, step() {}, end() {}, close() {} };

function lines(print: (line: string) => void): Progress {
  return { ...silent, end: (state, seconds) => print(epochLine(state, seconds)) };
}

/** A bar that is redrawn in place, and leaves a line an epoch behind. */
function bar(create: () => cliProgress.SingleBar, print: (line: string) => void): Progress {
  let current: cliProgress.SingleBar | null = null;
  const clear = (): void => {
    current?.stop();
    current = null;
  };
  return {
    begin(epoch, epochs, steps) {
      clear();
      current = create();
      current.start(steps ?? 1, 0, { title: `epoch ${epoch}/${epochs}`, loss: '' });
    },
    step(step, loss) {
      if (current && step > current.getTotal()) current.setTotal(step);
      current?.update(step, { loss: short(loss) });
    },
    end(state, seconds) {
      clear();
      print(epochLine(state, seconds));
    },
    close: clear,
  };
}

/** The library for terminals; null in an app that was bundled without it. No bundler sees this way to it, so it reaches no page. */
function barLibrary(): typeof cliProgress | null {
  const nodeModule = globalThis.process?.getBuiltinModule?.('node:module');
  try {
    return nodeModule?.createRequire(import.meta.url)('cli-progress') as typeof cliProgress;
  } catch {
    return null;
  }
}

/**
 * The progress display: a bar in a terminal, one line an epoch where Node's output goes elsewhere, none in browsers.
 *
 * @param kind `'auto'`, `'bar'`, `'lines'`, `'none'`, or a function that takes each epoch's line
 */
export function createProgress(kind: 'auto' | 'bar' | 'lines' | 'none' | ((line: string) => void)): Progress {
  if (typeof kind === 'function') return lines(kind);
  const stdout = globalThis.process?.stdout;
  const chosen = kind === 'auto' ? (stdout ? (stdout.isTTY ? 'bar' : 'lines') : 'none') : kind;
  if (chosen === 'none') return silent;
  const print = (line: string): void => console.log(line);
  const library = chosen === 'bar' && stdout ? barLibrary() : null;
  if (!library) return lines(print);
  return bar(
    () =>
      new library.SingleBar({
        format: '{title} [{bar}] {percentage}% {value}/{total}  loss {loss}  {eta_formatted} left',
        barCompleteChar: '█',
        barIncompleteChar: '░',
        barsize: 24,
        stream: stdout,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        gracefulExit: false,
      }),
    print,
  );
}
