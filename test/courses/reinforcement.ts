import {
  F,
  distributions,
  eye,
  nn,
  noGrad,
  optim,
  rand,
  randint,
  randperm,
  stack,
  tensor,
  zeros,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

/** A corridor of five cells: 0 goes left, 1 right; the last cell ends the walk and pays 1. */
function corridor(cell: number, action: number): [next: number, reward: number, done: boolean] {
  const next = Math.max(0, cell + (action === 1 ? 1 : -1));
  return next === 4 ? [next, 1, true] : [next, -0.05, false];
}

const corridorInPython = `
def corridor(cell, action):
    after = max(0, cell + (1 if action == 1 else -1))
    return (after, 1.0, True) if after == 4 else (after, -0.05, False)
`;

const oneHot = (cells: Tensor): Tensor => F.oneHot(cells, { numClasses: 5 }).double();

export const programs = [
  program('bandit with the policy gradient', {
    python: `
means = torch.tensor([0.1, 0.5, 0.9, 0.3], dtype=torch.float64)
preferences = torch.zeros(4, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([preferences], lr=0.5)
baseline, rewards = 0.0, []
for i in range(40):
    policy = torch.distributions.Categorical(logits=preferences)
    arm = policy.sample()
    reward = torch.bernoulli(means[arm]).item()
    loss = -policy.log_prob(arm) * (reward - baseline) - 0.01 * policy.entropy()
    baseline += 0.1 * (reward - baseline)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    rewards.append(reward)
{"rewards": rewards, "policy": torch.softmax(preferences, 0)}`,
    run({ repeat }) {
      const means = tensor([0.1, 0.5, 0.9, 0.3], { dtype: 'float64' });
      const preferences = zeros([4], { dtype: 'float64', requiresGrad: true });
      const optimizer = new optim.SGD([preferences], { lr: 0.5 });
      let baseline = 0;
      const rewards = repeat(40, () => {
        const policy = new distributions.Categorical({ logits: preferences });
        const arm = policy.sample();
        const reward = means.index(arm).bernoulli().item();
        const loss = policy
          .logProb(arm)
          .neg()
          .mul(reward - baseline)
          .sub(policy.entropy().mul(0.01));
        baseline += 0.1 * (reward - baseline);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return reward;
      });
      return { rewards, policy: preferences.softmax(0) };
    },
  }),

  program('REINFORCE in a corridor', {
    python: `${corridorInPython}
policy = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 2)).double()
optimizer = torch.optim.Adam(policy.parameters(), lr=0.02)
one_hot = torch.eye(5, dtype=torch.float64)
curve = []
for episode in range(12):
    cell, done, log_probs, rewards = 0, False, [], []
    while not done and len(rewards) < 25:
        choice = torch.distributions.Categorical(logits=policy(one_hot[cell]))
        action = choice.sample()
        log_probs.append(choice.log_prob(action))
        cell, reward, done = corridor(cell, action.item())
        rewards.append(reward)
    returns, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + 0.9 * total
        returns.insert(0, total)
    returns = torch.tensor(returns, dtype=torch.float64)
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    loss = -(torch.stack(log_probs) * returns).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    curve += [len(rewards), loss.item()]
{"curve": curve, "policy": torch.softmax(policy(one_hot), 1)}`,
    run({ repeat }) {
      const policy = new nn.Sequential(new nn.Linear(5, 8), new nn.Tanh(), new nn.Linear(8, 2)).double();
      const optimizer = new optim.Adam(policy.parameters(), { lr: 0.02 });
      const cells = eye(5, { dtype: 'float64' });
      const curve = repeat(12, () => {
        let cell = 0;
        let done = false;
        const logProbs: Tensor[] = [];
        const rewards: number[] = [];
        while (!done && rewards.length < 25) {
          const choice = new distributions.Categorical({ logits: policy.forward(cells.select(0, cell)) });
          const action = choice.sample();
          logProbs.push(choice.logProb(action));
          let reward: number;
          [cell, reward, done] = corridor(cell, action.item());
          rewards.push(reward);
        }
        const returns: number[] = [];
        let total = 0;
        for (const reward of [...rewards].reverse()) {
          total = reward + 0.9 * total;
          returns.unshift(total);
        }
        const r = tensor(returns, { dtype: 'float64' });
        const advantages = r.sub(r.mean()).div(r.std().add(1e-8));
        const loss = stack(logProbs).mul(advantages).sum().neg();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return [rewards.length, loss.item()];
      });
      return { curve, policy: policy.forward(cells).softmax(1) };
    },
  }),

  program('deep Q-learning with a target network', {
    python: `${corridorInPython}
import copy
q = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 2)).double()
target = copy.deepcopy(q)
optimizer = torch.optim.RMSprop(q.parameters(), lr=0.005)
one_hot = torch.eye(5, dtype=torch.float64)
memory, losses, cell = [], [], 0
for i in range(60):
    if torch.rand(1).item() < 0.3:
        action = torch.randint(0, 2, (1,)).item()
    else:
        with torch.no_grad():
            action = q(one_hot[cell]).argmax().item()
    after, reward, done = corridor(cell, action)
    memory.append((cell, action, reward, after, float(done)))
    cell = 0 if done else after
    if i < 15:
        continue
    batch = [memory[j] for j in torch.randperm(len(memory))[:8]]
    s, a, r, t, d = (torch.tensor(column) for column in zip(*batch))
    with torch.no_grad():
        best = target(one_hot[t]).max(1).values
        goal = r.double() + 0.9 * best * (1 - d.double())
    loss = F.smooth_l1_loss(q(one_hot[s]).gather(1, a.unsqueeze(1)).squeeze(1), goal)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if i % 10 == 0:
        target.load_state_dict(q.state_dict())
{"losses": losses, "values": q(one_hot)}`,
    run({ step, repeat }) {
      const q = new nn.Sequential(new nn.Linear(5, 8), new nn.ReLU(), new nn.Linear(8, 2)).double();
      const target = nn.utils.deepcopy(q);
      const optimizer = new optim.RMSprop(q.parameters(), { lr: 0.005 });
      const memory: [number, number, number, number, number][] = [];
      let cell = 0;
      const train = step((s: Tensor, a: Tensor, r: Tensor, t: Tensor, d: Tensor) => {
        const goal = noGrad(() => r.add(target.forward(oneHot(t)).amax(1).mul(d.rsub(1)).mul(0.9)));
        const values = q.forward(oneHot(s)).gather(1, a.unsqueeze(1)).squeeze(1);
        const loss = F.smoothL1Loss(values, goal);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const walk = (): void => {
        const greedy = rand([1]).item() >= 0.3;
        const action = greedy
          ? noGrad(() =>
              q
                .forward(oneHot(tensor(cell, { dtype: 'int32' })))
                .argmax()
                .item(),
            )
          : randint(0, 2, [1]).item();
        const [after, reward, done] = corridor(cell, action);
        memory.push([cell, action, reward, after, Number(done)]);
        cell = done ? 0 : after;
      };
      for (let i = 0; i < 15; i++) walk();
      const losses = repeat(45, (i) => {
        walk();
        const batch = [...randperm(memory.length).narrow(0, 0, 8).toTypedArray()].map((j) => memory[j]!);
        const whole = (k: number): Tensor =>
          tensor(
            batch.map((row) => row[k]!),
            { dtype: 'int32' },
          );
        const real = (k: number): Tensor => tensor(batch.map((row) => row[k]!)).double();
        const loss = train(whole(0), whole(1), real(2), whole(3), real(4)).item();
        if ((i + 15) % 10 === 0) target.loadStateDict(q.stateDict());
        return loss;
      });
      return { losses, values: q.forward(eye(5, { dtype: 'float64' })) };
    },
  }),
];
