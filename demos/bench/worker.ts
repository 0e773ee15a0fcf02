import { info, init, shutdown } from 'wasmgrad';
import { contest, type Result } from '../../bench/contest.mjs';
import { rows, smokeRows } from '../../bench/rows.mjs';
import type { Command, Peak, Report, Timed } from './protocol.js';

let running = false;
let stopping = false;

self.addEventListener('message', ({ data }: MessageEvent<Command>) => {
  if (data.type === 'stop') stopping = true;
  else if (!running) run(data.short).catch(complain);
});

prepare().catch(complain);

function report(message: Report): void {
  postMessage(message);
}

function complain(error: unknown): void {
  report({ type: 'error', message: error instanceof Error ? error.message : String(error) });
}

async function prepare(): Promise<void> {
  await init();
  const { threads, reason, build } = info();
  report({ type: 'ready', threads, reason, build });
}

/** Runs the rows on one thread, and then on all. */
async function run(short: boolean): Promise<void> {
  running = true;
  stopping = false;
  const most = info().threads;
  const counts = most > 1 ? [1, most] : [1];
  const chosen = short ? rows.filter(({ id }) => smokeRows.includes(id)) : rows;
  const total = counts.length * chosen.length;
  const peaks: Record<number, Peak> = {};
  let done = 0;
  try {
    for (const threads of counts) {
      shutdown();
      await init({ threads });
      for (const row of chosen) {
        report({ type: 'progress', done: done++, total, id: row.id, threads });
        await nextTurn();
        if (stopping) break;
        const result = await contest(row, {}, short ? 3 : 10);
        if (!result) continue;
        report({ type: 'timed', row: timed(result, threads) });
        const { gflops, gbytes } = peaks[threads] ?? { gflops: 0, gbytes: 0 };
        peaks[threads] = {
          gflops: Math.max(gflops, result.peak.gflops),
          gbytes: Math.max(gbytes, result.peak.gbytes),
        };
      }
    }
  } finally {
    running = false;
    report({ type: 'ended', stopped: stopping, peaks });
  }
}

/** The best time of a row, the better of eager and captured, and its rate beside the peak's. */
function timed({ id, flop, bytes, best, peak }: Result, threads: number): Timed {
  const milliseconds = Math.min(...Object.values(best));
  const work = flop ?? bytes;
  if (work === null) return { id, threads, milliseconds, rate: null };
  const unit = flop === null ? 'GB/s' : 'GFLOP/s';
  const value = work / milliseconds / 1e6;
  const share = value / (flop === null ? peak.gbytes : peak.gflops);
  return { id, threads, milliseconds, rate: { value, unit, share } };
}

/** Lets messages come in, and what was dropped be freed. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
