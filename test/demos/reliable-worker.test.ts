import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReliableWorker } from '../../demos/reliable-worker.js';

/** A worker of which the test says what it does. */
class FakeWorker extends EventTarget {
  terminated = false;
  readonly posted: unknown[] = [];

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

let made: FakeWorker[];
let heard: unknown[];
let failures: string[];

function begin(): ReliableWorker<string, string> {
  const make = (): Worker => {
    const worker = new FakeWorker();
    made.push(worker);
    return worker as unknown as Worker;
  };
  return new ReliableWorker(
    make,
    (report) => heard.push(report),
    (message) => failures.push(message),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  heard = [];
  failures = [];
});
afterEach(() => {
  vi.useRealTimers();
});

it('leaves a worker alone that has answered', () => {
  const worker = begin();
  made[0]!.say('ready');
  vi.advanceTimersByTime(1e6);
  worker.send('go');
  expect(made).toHaveLength(1);
  expect(made[0]!.posted).toEqual(['go']);
  expect(heard).toEqual(['ready']);
  expect(failures).toEqual([]);
});

it('starts a new worker where the first one stands still, and hears no more of the old one', () => {
  const worker = begin();
  vi.advanceTimersByTime(8000);
  expect(made[0]!.terminated).toBe(true);
  expect(made).toHaveLength(2);
  made[0]!.say('late');
  made[1]!.say('ready');
  worker.send('go');
  vi.advanceTimersByTime(1e6);
  expect(heard).toEqual(['ready']);
  expect(made.map((w) => w.posted)).toEqual([[], ['go']]);
  expect(failures).toEqual([]);
});

it('says so where no worker answers', () => {
  begin();
  vi.advanceTimersByTime(1e6);
  expect(made).toHaveLength(4);
  expect(made.every((w) => w.terminated)).toBe(true);
  expect(failures).toEqual([expect.stringContaining('did not start')]);
});

it('says what an error event says, at once', () => {
  begin();
  made[0]!.dispatchEvent(Object.assign(new Event('error'), { message: 'no such file' }));
  vi.advanceTimersByTime(1e6);
  expect(made).toHaveLength(1);
  expect(failures).toEqual(['The worker failed: no such file']);
});
