// One pass of the speed check, in a process of its own (bench/check.mjs starts it). Arguments: rounds, then the names of the rows,
// none for all. Prints { cpu, engine, build, ratios } as JSON.
import { cpus } from 'node:os';
import { info, init, shutdown } from 'wasmgrad';
import { kernelRows } from './kernels.mjs';
import { best, yardsticks } from './yardsticks.mjs';

/** How fast a row is in units of its peak: 10⁶ runs in the time of 10⁹ peak operations, the best of each taken by turns. */
function ratioOf(run, peak, rounds) {
  let time = Infinity;
  let rate = 0;
  for (let round = 0; round < rounds; round++) {
    rate = Math.max(rate, peak());
    time = Math.min(time, best(run));
  }
  return Number((1000 / (time * rate)).toPrecision(4));
}

const [rounds, ...names] = process.argv.slice(2);
await init({ threads: 1 });
const { build } = info();
const peaks = yardsticks();
for (const measure of Object.values(peaks)) measure();
const ratios = {};
for (const name of names.length > 0 ? names : Object.keys(kernelRows)) {
  const { bound, setUp } = kernelRows[name];
  const run = setUp();
  best(run);
  ratios[name] = ratioOf(run, peaks[bound], Number(rounds));
}
shutdown();
console.log(JSON.stringify({ cpu: cpus()[0]?.model, engine: `Node ${process.version}`, build, ratios }));
