import { values, type Input } from '../ops/table.js';

/** With a loop, two edges between the same nodes, and a node (4) that no edge reaches. */
export const edges: Input = values(
  [
    [0, 1, 2, 3, 1, 2, 4, 0, 0],
    [1, 0, 1, 2, 3, 2, 0, 1, 3],
  ],
  'int32',
);
/** From five nodes to three, of which one (1) is not reached. */
export const across: Input = values(
  [
    [0, 1, 2, 3, 4, 2],
    [0, 0, 2, 2, 0, 2],
  ],
  'int32',
);
