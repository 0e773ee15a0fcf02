import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first: one that begins last keeps one core busy when the others have nothing left to do. */
const LONG = ['ops', 'mnist-cli', 'capture-table', 'thread-bits', 'examples', 'options', 'products', 'conv', 'memory'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.indexOf(basename(moduleId, '.test.ts'));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** What does not depend on the build of the kernels: which options change a result, and the parts of pages that no kernel runs in. */
const ANY_BUILD = ['test/options.test.ts', 'test/optim/options.test.ts', 'test/demos/**'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env['WASMGRAD_EXPECT_BUILD'] === 'relaxed-simd' ? ANY_BUILD : [],
    // Processes rather than threads: the engine of a file that crashes takes no other with it. Each core has one process for all of its files,
    // as loading the sources takes longer than most files do; a file ends its engine when it is done.
    pool: 'forks',
    isolate: false,
    // Every core: the main process, for which one is left free by default, has little to do but at the start.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/harness/every-kernel.ts'],
    setupFiles: ['test/harness/record-launches.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
