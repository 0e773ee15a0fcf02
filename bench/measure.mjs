/** The middle of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const SAMPLE_MILLISECONDS = 4;
/** Engines compile what runs often, in steps: a contender is warm after so long a time, or after two runs where these take longer. */
const WARM_MILLISECONDS = 500;
/** A run that takes longer is sampled a few times only. */
const LONG_MILLISECONDS = 400;
const FEW = 3;

/** A contender: what to run, or (in another process) `time`, which runs it so often and answers the milliseconds of one run. */
async function once({ run, time }, repeats) {
  if (time) return time(repeats);
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const pending = run();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / repeats;
}

const repeatsFor = (time) => Math.max(1, Math.ceil(SAMPLE_MILLISECONDS / Math.max(time, 1e-3)));

/** Runs a contender until it is warm; answers the least time of one run. */
async function warmUp(contender, first) {
  let least = first;
  let runs = 1;
  for (const end = performance.now() + WARM_MILLISECONDS; runs < 3 || performance.now() < end;) {
    const repeats = repeatsFor(least);
    least = Math.min(least, await once(contender, repeats));
    runs += repeats;
  }
  return least;
}

/**
 * Times contenders in turn, so that a change of the machine's speed meets all of them: warm-up, then `rounds` samples each, every
 * sample long enough for the clock.
 *
 * @param {Record<string, { run?: () => unknown, time?: (repeats: number) => Promise<number> }>} contenders
 * @returns {Promise<Record<string, number[]>>} the milliseconds of one run, sample by sample
 */
export async function measure(contenders, rounds) {
  const names = Object.keys(contenders);
  const repeats = {};
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) {
    let time = await once(contenders[name], 1);
    if (time < LONG_MILLISECONDS) time = await warmUp(contenders[name], time);
    else samples[name].push(time);
    repeats[name] = repeatsFor(time);
  }
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < names.length; k++) {
      const name = names[(round + k) % names.length];
      const taken = samples[name];
      if (taken.length >= FEW && taken[0] > LONG_MILLISECONDS) continue;
      taken.push(await once(contenders[name], repeats[name]));
    }
  }
  return samples;
}
