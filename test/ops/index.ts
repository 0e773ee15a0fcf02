import type { Row } from './table.js';

/** The table of ops by family; each family has fixtures of its own, `test/fixtures/ops/<family>.bin`. */
export const families: Readonly<Record<string, () => Promise<{ readonly rows: readonly Row[] }>>> = {
  activation: () => import('./activation.js'),
  binary: () => import('./binary.js'),
  conv: () => import('./conv.js'),
  'layers-conv': () => import('./layers-conv.js'),
  matmul: () => import('./matmul.js'),
  pool: () => import('./pool.js'),
  unary: () => import('./unary.js'),
  view: () => import('./view.js'),
};
