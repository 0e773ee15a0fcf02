import { WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { across, edges } from '../harness/graph-edges.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

const graph = { x: f([5, 3]), e: edges };
const features = f([9, 2]);
const int = (list: number[][]): Tensor => tensor(list, { dtype: 'int32' });

/** A layer's result with its edges and their weights; `more` comes after the edges. */
function withWeights(module: nn.Module, { x, e }: { x: nn.Nodes; e: Tensor }, ...more: unknown[]): Tensor[] {
  const call = module.forward as (...args: unknown[]) => nn.WithAttention;
  const [y, [edgeIndex, alpha]] = call.call(module, x, e, ...more);
  return [y, edgeIndex, alpha];
}

const asked = { returnAttentionWeights: true };

export const rows: Row[] = [
  layer('graphAttentionWeights', {
    cases: [
      {
        make: () => new nn.GATConv(3, 2, { heads: 2, addSelfLoops: false, dropout: 0.4 }),
        torch: 'graph.GATConv(3, 2, heads=2, add_self_loops=False, dropout=0.4)',
        in: graph,
        call: (module, inputs) => withWeights(module, inputs, asked),
        torchCall: 'm.with_weights(x, e)',
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { heads: 2, addSelfLoops: false, dropout: 0.4 }),
        torch: 'graph.GATv2Conv(3, 2, heads=2, add_self_loops=False, dropout=0.4)',
        in: graph,
        call: (module, inputs) => withWeights(module, inputs, asked),
        torchCall: 'm.with_weights(x, e)',
      },
      // Loops that were there are left out, which a captured step cannot know.
      {
        make: () => new nn.GATConv(3, 2, { heads: 2 }),
        torch: 'graph.GATConv(3, 2, heads=2)',
        in: graph,
        call: (module, inputs) => withWeights(module, inputs, asked),
        torchCall: 'm.with_weights(x, e)',
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { heads: 2, concat: false, flow: 'target_to_source' }),
        torch: "graph.GATv2Conv(3, 2, heads=2, concat=False, flow='target_to_source')",
        in: graph,
        call: (module, inputs) => withWeights(module, inputs, null, null, true),
        torchCall: 'm.with_weights(x, e)',
      },
      {
        make: () => new nn.GATv2Conv(3, 2, { edgeDim: 2 }),
        torch: 'graph.GATv2Conv(3, 2, edge_dim=2)',
        in: { ...graph, a: features },
        call: (module, { a, ...inputs }) => withWeights(module, inputs, { edgeAttr: a, ...asked }),
        torchCall: 'm.with_weights(x, e, a)',
      },
      {
        make: () => new nn.GATConv(3, 2),
        torch: 'graph.GATConv(3, 2)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => withWeights(module, { x: [x, null], e }, null, { size: [5, 3], ...asked }),
        torchCall: 'm.with_weights((x, None), e, None, (5, 3))',
      },
      {
        make: () => new nn.GATConv(3, 2, { edgeDim: 2 }),
        torch: 'graph.GATConv(3, 2, edge_dim=2)',
        in: { ...graph, a: features },
        call: (module, { a, ...inputs }) => withWeights(module, inputs, { edgeAttr: a, ...asked }),
        torchCall: 'm.with_weights(x, e, a)',
      },
      {
        make: () => new nn.GATv2Conv(3, 2),
        torch: 'graph.GATv2Conv(3, 2)',
        in: { x: f([5, 3]), e: across },
        call: (module, { x, e }) => withWeights(module, { x: [x, null], e }, null, { size: [5, 3], ...asked }),
        torchCall: 'm.with_weights((x, None), e, None, (5, 3))',
      },
    ],
    errors: [
      {
        run: () => withWeights(new nn.GATConv(3, 2), { x: zeros([2, 3]), e: int([[0], [1]]) }, { weights: true }),
        type: WasmgradError,
        message: "GATConv: unknown option 'weights' (known: edgeAttr, size, returnAttentionWeights)",
      },
    ],
  }),
];
