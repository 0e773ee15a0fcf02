import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { kernelNames } from '../../src/runtime/kernels.js';
import { observeLaunches } from '../../src/runtime/launch.js';

const launched = new Set<number>();
observeLaunches((kernel) => launched.add(kernel));

afterAll(() => {
  const folder = process.env['LAUNCHES'];
  if (launched.size === 0 || !folder) return;
  const names = [...launched].map((kernel) => kernelNames[kernel]);
  writeFileSync(join(folder, `${process.pid}-${performance.timeOrigin}.json`), JSON.stringify(names));
});
