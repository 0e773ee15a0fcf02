import { F, cat, nn, optim, rand, randn, tensor } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

/** Two cliques of four nodes that an edge joins, in both directions. */
const edges = [0, 4].flatMap((first) =>
  [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].flatMap((j) => (i < j ? [[first + i, first + j]] : []))),
);
edges.push([3, 4]);
const both = [...edges, ...edges.map(([i, j]) => [j!, i!])];
const [senders, receivers] = [both.map(([i]) => i!), both.map(([, j]) => j!)];
const edgesInPython = `edges = torch.tensor([[${senders.join(', ')}], [${receivers.join(', ')}]])`;

class GCN extends nn.Module {
  conv1 = new nn.GCNConv(4, 8);
  conv2 = new nn.GCNConv(8, 2);

  forward(x: Tensor, edgeIndex: Tensor): Tensor {
    const h = F.dropout(this.conv1.forward(x, edgeIndex).relu(), { p: 0.5, training: this.training });
    return this.conv2.forward(h, edgeIndex);
  }
}

class GAT extends nn.Module {
  conv1 = new nn.GATConv(4, 3, { heads: 2 });
  conv2 = new nn.GATConv(6, 2, { heads: 1, concat: false });

  forward(x: Tensor, edgeIndex: Tensor): Tensor {
    return this.conv2.forward(F.elu(this.conv1.forward(x, edgeIndex)), edgeIndex);
  }
}

class GraphClassifier extends nn.Module {
  conv1 = new nn.GINConv(new nn.Sequential(new nn.Linear(3, 6), new nn.ReLU(), new nn.Linear(6, 6)), {
    trainEps: true,
  });
  conv2 = new nn.SAGEConv(6, 6);
  head = new nn.Linear(12, 2);

  forward(x: Tensor, edgeIndex: Tensor, batch: Tensor): Tensor {
    const h = this.conv2.forward(this.conv1.forward(x, edgeIndex).relu(), edgeIndex);
    return this.head.forward(cat([nn.graph.globalMeanPool(h, batch), nn.graph.globalMaxPool(h, batch)], 1));
  }
}

export const programs = [
  program('graph convolution on labelled nodes', {
    python: `
${edgesInPython}

class GCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = graph.GCNConv(4, 8)
        self.conv2 = graph.GCNConv(8, 2)

    def forward(self, x, edges):
        h = F.dropout(F.relu(self.conv1(x, edges)), 0.5, self.training)
        return self.conv2(h, edges)

x = torch.randn(8, 4, dtype=torch.float64)
y = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
known = torch.tensor([True, False, True, False, True, False, True, False])
model = GCN().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=5e-4)
losses = []
for epoch in range(20):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x, edges)[known], y[known])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
model.eval()
{"losses": losses, "scores": model(x, edges)}`,
    run({ repeat }) {
      const edgeIndex = tensor([senders, receivers], { dtype: 'int32' });
      const x = randn([8, 4], { dtype: 'float64' });
      const y = tensor([0, 0, 0, 0, 1, 1, 1, 1], { dtype: 'int32' });
      const known = tensor([true, false, true, false, true, false, true, false]);
      const model = new GCN().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, weightDecay: 5e-4 });
      const losses = repeat(20, () => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x, edgeIndex).index(known), y.index(known));
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      model.eval();
      return { losses, scores: model.forward(x, edgeIndex) };
    },
  }),

  program('graph attention', {
    python: `
${edgesInPython}

class GAT(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = graph.GATConv(4, 3, heads=2)
        self.conv2 = graph.GATConv(6, 2, heads=1, concat=False)

    def forward(self, x, edges):
        return self.conv2(F.elu(self.conv1(x, edges)), edges)

x = torch.randn(8, 4, dtype=torch.float64)
y = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
model = GAT().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for epoch in range(12):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x, edges), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "scores": model(x, edges)}`,
    run({ repeat, step }) {
      const edgeIndex = tensor([senders, receivers], { dtype: 'int32' });
      const x = randn([8, 4], { dtype: 'float64' });
      const y = tensor([0, 0, 0, 0, 1, 1, 1, 1], { dtype: 'int32' });
      const model = new GAT().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x, edgeIndex), y);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(12, () => train().item());
      return { losses, scores: model.forward(x, edgeIndex) };
    },
  }),

  program('classifier of graphs', {
    python: `
class GraphClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = graph.GINConv(nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 6)), train_eps=True)
        self.conv2 = graph.SAGEConv(6, 6)
        self.head = nn.Linear(12, 2)

    def forward(self, x, edges, batch):
        h = self.conv2(F.relu(self.conv1(x, edges)), edges)
        groups = [h[batch == i] for i in range(3)]
        means, tops = torch.stack([g.mean(0) for g in groups]), torch.stack([g.amax(0) for g in groups])
        return self.head(torch.cat([means, tops], 1))

# A path, a ring and a star.
edges = torch.tensor([[0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 3, 7, 8, 7, 9, 7, 10], [1, 0, 2, 1, 4, 3, 5, 4, 6, 5, 3, 6, 8, 7, 9, 7, 10, 7]])
batch = torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
x = torch.rand(11, 3, dtype=torch.float64)
y = torch.tensor([0, 1, 0])
model = GraphClassifier().double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
losses = []
for epoch in range(12):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x, edges, batch), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "scores": model(x, edges, batch)}`,
    run({ repeat }) {
      // A path, a ring and a star.
      const path = {
        x: rand([3, 3], { dtype: 'float64' }),
        edgeIndex: twoWays([
          [0, 1],
          [1, 2],
        ]),
      };
      const ring = {
        x: rand([4, 3], { dtype: 'float64' }),
        edgeIndex: twoWays([
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 0],
        ]),
      };
      const star = {
        x: rand([4, 3], { dtype: 'float64' }),
        edgeIndex: twoWays([
          [0, 1],
          [0, 2],
          [0, 3],
        ]),
      };
      const { x, edgeIndex, batch } = nn.graph.graphBatch([path, ring, star]);
      const y = tensor([0, 1, 0], { dtype: 'int32' });
      const model = new GraphClassifier().double();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      const losses = repeat(12, () => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x, edgeIndex, batch), y);
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      return { losses, scores: model.forward(x, edgeIndex, batch) };
    },
  }),
];

/** Edges in both directions, one after the other. */
function twoWays(pairs: readonly (readonly [number, number])[]): Tensor {
  const list = pairs.flatMap(([i, j]) => [
    [i, j],
    [j, i],
  ]);
  return tensor([list.map(([i]) => i!), list.map(([, j]) => j!)], { dtype: 'int32' });
}
