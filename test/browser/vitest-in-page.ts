import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

/*
 * What the test files import as `vitest` when they run in a page: the same assertions, and as much of `describe` and `it`
 * as they use. Files are registered by being imported, and run by `runRegistered`.
 */

type Body = (...args: never[]) => unknown;
type Options = { readonly timeout?: number };

interface Suite {
  readonly name: string;
  readonly parent: Suite | null;
  readonly entries: ({ readonly name: string; readonly run: () => unknown } | Suite)[];
  readonly hooks: Record<'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach', (() => unknown)[]>;
}

/** What became of the tests of one file. */
export interface FileOutcome {
  readonly passed: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
}

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign((value: unknown, message?: string) => chai.expect(value, message), chai.expect);

function newSuite(name: string, parent: Suite | null): Suite {
  return { name, parent, entries: [], hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } };
}

const root = newSuite('', null);
let current = root;

function bodyOf(a: Options | Body, b?: Body | number): Body {
  if (typeof a === 'function') return a;
  if (typeof b === 'function') return b;
  throw new Error('a test without a body');
}

/** `%s` and the like are filled in from an array of arguments, `$key` from an object. */
function titleOf(title: string, args: readonly unknown[]): string {
  let next = 0;
  const [first] = args;
  return title
    .replace(/%[sdijo]/g, (mark) => {
      const arg = args[next++];
      return mark === '%s' || mark === '%d' || mark === '%i' ? String(arg) : JSON.stringify(arg);
    })
    .replace(/\$(\w+)/g, (whole, key: string) =>
      typeof first === 'object' && first !== null && key in first ? String(Reflect.get(first, key)) : whole,
    );
}

type Each = (
  rows: readonly unknown[],
) => (title: string, options: Options | ((...args: unknown[]) => unknown), body?: Body | number) => void;

function eachOf(register: (name: string, body: Body) => void): Each {
  return (rows) => (title, options, b) => {
    const body = bodyOf(options, b) as (...args: unknown[]) => unknown;
    for (const row of rows) {
      const args: readonly unknown[] = Array.isArray(row) ? row : [row];
      register(titleOf(title, args), () => body(...args));
    }
  };
}

function registerTest(name: string, options: Options | Body, body?: Body | number): void {
  const run = bodyOf(options, body) as () => unknown;
  current.entries.push({ name, run });
}

function registerSuite(name: string, options: Options | Body, body?: Body | number): void {
  const suite = newSuite(name, current);
  current.entries.push(suite);
  current = suite;
  try {
    (bodyOf(options, body) as () => unknown)();
  } finally {
    current = suite.parent ?? root;
  }
}

const leftOut = (): void => {};

export const it = Object.assign(registerTest, {
  each: eachOf(registerTest),
  skipIf: (skip: unknown) => (skip ? leftOut : registerTest),
});
export const test: typeof it = it;
export const describe = Object.assign(registerSuite, {
  each: eachOf(registerSuite),
  skipIf: (skip: unknown) => (skip ? leftOut : registerSuite),
});

function hook(name: keyof Suite['hooks']): (run: () => unknown) => void {
  return (run) => void current.hooks[name].push(run);
}

export const beforeAll: (run: () => unknown) => void = hook('beforeAll');
export const afterAll: (run: () => unknown) => void = hook('afterAll');
export const beforeEach: (run: () => unknown) => void = hook('beforeEach');
export const afterEach: (run: () => unknown) => void = hook('afterEach');

function pathOf(suite: Suite): Suite[] {
  return suite.parent ? [...pathOf(suite.parent), suite] : [suite];
}

async function runAll(hooks: readonly (() => unknown)[]): Promise<void> {
  for (const run of hooks) await run();
}

async function runSuite(suite: Suite, failures: { name: string; message: string }[]): Promise<number> {
  const path = pathOf(suite);
  const fail = (name: string, error: unknown): void => {
    const names = [...path.slice(1).map((each) => each.name), name];
    failures.push({ name: names.join(' > '), message: error instanceof Error ? error.message : String(error) });
  };
  let passed = 0;
  try {
    await runAll(suite.hooks.beforeAll);
    for (const entry of suite.entries) {
      if ('entries' in entry) {
        passed += await runSuite(entry, failures);
        continue;
      }
      try {
        for (const each of path) await runAll(each.hooks.beforeEach);
        await entry.run();
        passed++;
      } catch (error) {
        fail(entry.name, error);
      } finally {
        for (const each of path.toReversed()) await runAll(each.hooks.afterEach);
      }
      // A page that never rests is taken for a dead one.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } catch (error) {
    fail('hooks', error);
  } finally {
    await runAll(suite.hooks.afterAll);
  }
  return passed;
}

/** Runs what was registered. */
export async function runRegistered(): Promise<FileOutcome> {
  const failures: { name: string; message: string }[] = [];
  const passed = await runSuite(root, failures);
  return { passed, failures };
}
