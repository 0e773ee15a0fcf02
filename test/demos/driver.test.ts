import { describe, expect, it } from 'vitest';
import { Driver } from '../../demos/train/driver.js';

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Counts its steps, each about a millisecond of work, and knows whether it was closed. */
function counter(end: number): { steps: Iterable<number>; count: () => number; closed: () => boolean } {
  let count = 0;
  let closed = false;
  function* steps(): Generator<number> {
    try {
      while (count < end) {
        const since = performance.now();
        while (performance.now() - since < 1);
        yield ++count;
      }
    } finally {
      closed = true;
    }
  }
  return { steps: steps(), count: () => count, closed: () => closed };
}

describe('Driver', () => {
  it('runs all steps and lets other work in between', async () => {
    const { steps, count } = counter(100);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect(await new Driver().run(steps)).toBe('done');
    clearInterval(timer);
    expect(count()).toBe(100);
    expect(turns).toBeGreaterThan(1);
  });

  it('pauses, stands still, resumes and ends', async () => {
    const driver = new Driver();
    const { steps, count } = counter(120);
    const pauses: boolean[] = [];
    const ending = driver.run(steps, (paused) => pauses.push(paused));
    await wait(5);
    driver.pause();
    await wait(60);
    const before = count();
    expect(driver.paused).toBe(true);
    expect(before).toBeLessThan(120);
    await wait(50);
    expect(count()).toBe(before);
    driver.resume();
    expect(await ending).toBe('done');
    expect(count()).toBe(120);
    expect(pauses).toEqual([true, false]);
  });

  it('stops while it runs, and closes the steps', async () => {
    const driver = new Driver();
    const { steps, count, closed } = counter(10_000);
    const ending = driver.run(steps);
    await wait(5);
    driver.stop();
    expect(await ending).toBe('stopped');
    expect(count()).toBeLessThan(10_000);
    expect(closed()).toBe(true);
  });

  it('stops while it is paused', async () => {
    const driver = new Driver();
    const { steps, closed } = counter(10_000);
    const pauses: boolean[] = [];
    const ending = driver.run(steps, (paused) => pauses.push(paused));
    driver.pause();
    await wait(60);
    driver.stop();
    expect(await ending).toBe('stopped');
    expect(closed()).toBe(true);
    expect(pauses).toEqual([true]);
  });
});
