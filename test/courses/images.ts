import { F, arange, cat, nn, optim, rand, randint, randn, stack, transforms } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { program } from './program.js';

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 2 * 2, 24);
  fc2 = new nn.Linear(24, 10);

  forward(x: Tensor): Tensor {
    let y = F.maxPool2d(this.conv1.forward(x).relu(), 2);
    y = F.maxPool2d(this.conv2.forward(y).relu(), 2);
    return this.fc2.forward(this.fc1.forward(y.flatten(1)).relu());
  }
}

class Block extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  downsample: nn.Sequential;

  constructor(inPlanes: number, planes: number, stride: number) {
    super();
    this.conv1 = new nn.Conv2d(inPlanes, planes, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = new nn.Conv2d(planes, planes, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(planes);
    this.downsample = new nn.Sequential();
    if (stride !== 1 || inPlanes !== planes) {
      this.downsample = new nn.Sequential(
        new nn.Conv2d(inPlanes, planes, 1, { stride, bias: false }),
        new nn.BatchNorm2d(planes),
      );
    }
  }

  forward(x: Tensor): Tensor {
    const y = this.bn2.forward(this.conv2.forward(this.bn1.forward(this.conv1.forward(x)).relu()));
    return y.add(this.downsample.forward(x)).relu();
  }
}

class ResNet extends nn.Module {
  stem = new nn.Conv2d(3, 4, 3, { padding: 1, bias: false });
  bn = new nn.BatchNorm2d(4);
  layer1 = new Block(4, 4, 1);
  layer2 = new Block(4, 8, 2);
  fc = new nn.Linear(8, 3);

  forward(x: Tensor): Tensor {
    const y = this.layer2.forward(this.layer1.forward(this.bn.forward(this.stem.forward(x)).relu()));
    return this.fc.forward(F.adaptiveAvgPool2d(y, 1).flatten(1));
  }
}

function doubleConv(inChannels: number, channels: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(inChannels, channels, 3, { padding: 1 }),
    new nn.GroupNorm(2, channels),
    new nn.ReLU(),
    new nn.Conv2d(channels, channels, 3, { padding: 1 }),
    new nn.ReLU(),
  );
}

class UNet extends nn.Module {
  down = doubleConv(1, 4);
  bottom = doubleConv(4, 8);
  up = new nn.ConvTranspose2d(8, 4, 2, { stride: 2 });
  merge = doubleConv(8, 4);
  head = new nn.Conv2d(4, 1, 1);

  forward(x: Tensor): Tensor {
    const skip = this.down.forward(x);
    const y = this.up.forward(this.bottom.forward(F.maxPool2d(skip, 2)));
    return this.head.forward(this.merge.forward(cat([skip, y], 1)));
  }
}

export const programs = [
  program('LeNet', {
    python: `
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 2 * 2, 24)
        self.fc2 = nn.Linear(24, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(torch.flatten(x, 1))))

x = torch.rand(10, 1, 16, 16)
y = torch.randint(0, 10, (10,))
net = LeNet()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
losses = []
for epoch in range(10):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "scores": net(x), "printed": [ord(c) for c in str(net)]}`,
    // In float32: sums of 400 terms round differently, and ten steps with momentum amplify that.
    tolerance: 1e-5,
    run({ step, repeat }) {
      const x = rand([10, 1, 16, 16]);
      const y = randint(0, 10, [10]);
      const net = new LeNet();
      const optimizer = new optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
      const train = step(() => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(net.forward(x), y);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(10, () => train().item());
      return { losses, scores: net.forward(x), printed: [...net.toString()].map((c) => c.charCodeAt(0)) };
    },
  }),

  program('residual network with augmentation', {
    python: `
class Block(nn.Module):
    def __init__(self, in_planes, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.downsample = nn.Sequential(nn.Conv2d(in_planes, planes, 1, stride=stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))

class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.layer1 = Block(4, 4, 1)
        self.layer2 = Block(4, 8, 2)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = self.layer2(self.layer1(F.relu(self.bn(self.stem(x)))))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))

def augment(image):
    # torchvision's RandomCrop(8, padding=1) and RandomHorizontalFlip()
    image = F.pad(image, (1, 1, 1, 1))
    top = torch.randint(0, 3, (1,)).item()
    left = torch.randint(0, 3, (1,)).item()
    image = image[:, top : top + 8, left : left + 8]
    return image.flip(-1) if torch.rand(1) < 0.5 else image

images = torch.rand(6, 3, 8, 8, dtype=torch.float64)
y = torch.arange(6) % 3
net = ResNet().double()
for m in net.modules():
    if isinstance(m, nn.Conv2d):
        nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
losses = []
for i in range(10):
    x = torch.stack([augment(image) for image in images])
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses.append(loss.item())
net.eval()
{"losses": losses, "scores": net(images), "variance": net.layer2.bn2.running_var}`,
    run({ step, repeat }) {
      const images = rand([6, 3, 8, 8], { dtype: 'float64' });
      const y = arange(6).remainder(3);
      const augment = new transforms.Compose([
        new transforms.RandomCrop(8, { padding: 1 }),
        new transforms.RandomHorizontalFlip(),
      ]);
      const net = new ResNet().double();
      for (const module of net.modules()) {
        if (module instanceof nn.Conv2d) {
          nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
        }
      }
      const optimizer = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 5e-4 });
      const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, 10);
      const train = step((x: Tensor) => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(net.forward(x), y);
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(10, () => {
        const x = stack(images.unbind().map((image) => augment.forward(image)));
        const loss = train(x).item();
        scheduler.step();
        return loss;
      });
      net.eval();
      return { losses, scores: net.forward(images), variance: net.layer2.bn2.runningVar! };
    },
  }),

  program('U-Net with the Dice loss', {
    python: `
def double_conv(in_channels, channels):
    return nn.Sequential(
        nn.Conv2d(in_channels, channels, 3, padding=1), nn.GroupNorm(2, channels), nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(),
    )

class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = double_conv(1, 4)
        self.bottom = double_conv(4, 8)
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.merge = double_conv(8, 4)
        self.head = nn.Conv2d(4, 1, 1)

    def forward(self, x):
        skip = self.down(x)
        y = self.up(self.bottom(F.max_pool2d(skip, 2)))
        return self.head(self.merge(torch.cat([skip, y], 1)))

def dice_loss(probabilities, truth):
    both = (probabilities * truth).sum((1, 2, 3))
    return (1 - (2 * both + 1) / (probabilities.sum((1, 2, 3)) + truth.sum((1, 2, 3)) + 1)).mean()

x = torch.randn(3, 1, 8, 8, dtype=torch.float64)
truth = (F.avg_pool2d(x, 3, stride=1, padding=1) > 0).double()
model = UNet().double()
optimizer = torch.optim.Adamax(model.parameters(), lr=0.01)
losses = []
for i in range(12):
    scores = model(x)
    loss = F.binary_cross_entropy_with_logits(scores, truth) + dice_loss(torch.sigmoid(scores), truth)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
{"losses": losses, "mask": (model(x) > 0)}`,
    run({ step, repeat }) {
      const diceLoss = (probabilities: Tensor, truth: Tensor): Tensor => {
        const both = probabilities.mul(truth).sum([1, 2, 3]).mul(2).add(1);
        const all = probabilities
          .sum([1, 2, 3])
          .add(truth.sum([1, 2, 3]))
          .add(1);
        return both.div(all).rsub(1).mean();
      };
      const x = randn([3, 1, 8, 8], { dtype: 'float64' });
      const truth = F.avgPool2d(x, 3, { stride: 1, padding: 1 }).gt(0).double();
      const model = new UNet().double();
      const optimizer = new optim.Adamax(model.parameters(), { lr: 0.01 });
      const train = step(() => {
        const scores = model.forward(x);
        const loss = F.binaryCrossEntropyWithLogits(scores, truth).add(diceLoss(scores.sigmoid(), truth));
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss;
      });
      const losses = repeat(12, () => train().item());
      return { losses, mask: model.forward(x).gt(0) };
    },
  }),
];
