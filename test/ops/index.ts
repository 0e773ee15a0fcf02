import type { Row } from './table.js';

/** The table of ops by family; each family has fixtures of its own, `test/fixtures/ops/<family>.bin`. */
export const families: Readonly<Record<string, () => Promise<{ readonly rows: readonly Row[] }>>> = {
  activation: () => import('./activation.js'),
  binary: () => import('./binary.js'),
  conv: () => import('./conv.js'),
  copy: () => import('./copy.js'),
  creation: () => import('./creation.js'),
  indexing: () => import('./indexing.js'),
  init: () => import('./init.js'),
  large: () => import('./large.js'),
  'layers-activation': () => import('./layers-activation.js'),
  'layers-conv': () => import('./layers-conv.js'),
  'layers-dropout': () => import('./layers-dropout.js'),
  'layers-sparse': () => import('./layers-sparse.js'),
  loss: () => import('./loss.js'),
  matmul: () => import('./matmul.js'),
  norm: () => import('./norm.js'),
  pool: () => import('./pool.js'),
  random: () => import('./random.js'),
  reduce: () => import('./reduce.js'),
  rounding: () => import('./rounding.js'),
  scan: () => import('./scan.js'),
  softmax: () => import('./softmax.js'),
  unary: () => import('./unary.js'),
  view: () => import('./view.js'),
};
