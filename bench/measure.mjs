/** The middle of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const SAMPLE_MILLISECONDS = 4;

async function once(run, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const pending = run();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / repeats;
}

/**
 * Times contenders in turn, so that a change of the machine's speed meets all of them: warm-up, then `rounds` samples each, every
 * sample long enough for the clock.
 *
 * @param {Record<string, () => unknown>} contenders
 * @returns {Promise<Record<string, number>>} the median milliseconds of one run
 */
export async function measure(contenders, rounds) {
  const names = Object.keys(contenders);
  const repeats = {};
  for (const name of names) {
    let time = await once(contenders[name], 1);
    for (let i = 0; i < 4; i++) time = Math.min(time, await once(contenders[name], 2));
    repeats[name] = Math.max(1, Math.ceil(SAMPLE_MILLISECONDS / Math.max(time, 1e-3)));
    await once(contenders[name], repeats[name]);
  }
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < names.length; k++) {
      const name = names[(round + k) % names.length];
      samples[name].push(await once(contenders[name], repeats[name]));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}
