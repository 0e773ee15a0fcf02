import { info, init } from '../../src/index.js';
import { rowChecks, type Extent } from '../harness/checks.js';
import { loadFixtures } from '../harness/fixtures.js';
import { families } from '../ops/index.js';

/** What became of the checks of one family. */
export interface Outcome {
  readonly family: string;
  readonly passed: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
}

/** What the test asks of the page. */
export interface ChecksPage {
  readonly families: readonly string[];
  start(): Promise<ReturnType<typeof info>>;
  /** Runs the checks of a family. */
  run(family: string, extent: Extent): Promise<Outcome>;
}

const page: ChecksPage = {
  families: Object.keys(families),
  async start() {
    await init();
    return info();
  },
  async run(family, extent) {
    const load = families[family];
    if (!load) throw new Error(`there is no family ${family}`);
    const { rows } = await load();
    const fixtures = await loadFixtures(family);
    const failures: { name: string; message: string }[] = [];
    let passed = 0;
    let since = performance.now();
    for (const row of rows) {
      for (const check of rowChecks(row, fixtures, extent)) {
        try {
          await check.run();
          passed++;
        } catch (error) {
          failures.push({ name: check.name, message: error instanceof Error ? error.message : String(error) });
        }
        if (performance.now() - since > 200) {
          // A page that never rests is taken for a dead one.
          await new Promise((resolve) => setTimeout(resolve));
          since = performance.now();
        }
      }
    }
    return { family, passed, failures };
  },
};

Object.assign(globalThis, { checksPage: page });
