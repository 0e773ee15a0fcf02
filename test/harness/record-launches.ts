import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { kernelNames } from '../../src/runtime/kernel-names.js';
import { I32 } from '../../src/runtime/heap.js';
import { observeJobs } from '../../src/runtime/observe.js';

const launched = new Set<number>();
observeJobs((record, run) => {
  launched.add(I32[record]!);
  run();
});

afterAll(() => {
  const folder = process.env['LAUNCHES'];
  if (launched.size === 0 || !folder) return;
  const names = [...launched].map((kernel) => kernelNames[kernel]);
  writeFileSync(join(folder, `${process.pid}-${performance.now()}.json`), JSON.stringify(names));
});
