"""Mixed examples, soft and smoothed labels, and an average of the weights over time."""

import copy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

rng = np.random.RandomState(121)
labels = torch.from_numpy(rng.randint(0, 4, 80))
inputs = (
    torch.eye(4, 10, dtype=torch.float64)[labels] * 2 + torch.from_numpy(rng.randn(80, 10)) * 0.7
)


def mixup_data(x, y, alpha=0.4):
    lam = rng.beta(alpha, alpha) if alpha > 0 else 1
    index = torch.from_numpy(rng.permutation(x.size(0)))
    mixed_x = lam * x + (1 - lam) * x[index, :]
    return mixed_x, y, y[index], lam


def mixup_criterion(criterion, pred, y_a, y_b, lam):
    return lam * criterion(pred, y_a) + (1 - lam) * criterion(pred, y_b)


class LabelSmoothingLoss(nn.Module):
    def __init__(self, classes, smoothing=0.0, dim=-1):
        super(LabelSmoothingLoss, self).__init__()
        self.confidence = 1.0 - smoothing
        self.smoothing, self.cls, self.dim = smoothing, classes, dim

    def forward(self, pred, target):
        pred = pred.log_softmax(dim=self.dim)
        with torch.no_grad():
            true_dist = torch.zeros_like(pred)
            true_dist.fill_(self.smoothing / (self.cls - 1))
            true_dist.scatter_(1, target.data.unsqueeze(1), self.confidence)
        return torch.mean(torch.sum(-true_dist * pred, dim=self.dim))


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.module = copy.deepcopy(model)
        for p in self.module.parameters():
            p.requires_grad_(False)

    def update(self, model):
        with torch.no_grad():
            for mine, theirs in zip(self.module.parameters(), model.parameters()):
                mine.lerp_(theirs, 1 - self.decay)


def build():
    net = nn.Sequential(nn.Linear(10, 20), nn.GELU(), nn.Linear(20, 4)).double()
    for p in net.parameters():
        p.data = torch.linspace(-0.5, 0.5, p.numel(), dtype=torch.float64).sin().view_as(p)
    return net


losses = {
    "plain": nn.CrossEntropyLoss(),
    "smooth": nn.CrossEntropyLoss(label_smoothing=0.1),
    "own smooth": LabelSmoothingLoss(4, 0.1),
    "weighted": nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 1.0, 0.5]).double()),
}
for name, criterion in losses.items():
    net = build()
    ema = EMA(net, 0.9)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(20):
        x, y_a, y_b, lam = mixup_data(inputs, labels)
        optimizer.zero_grad()
        loss = mixup_criterion(criterion, net(x), y_a, y_b, lam)
        loss.backward()
        optimizer.step()
        ema.update(net)
    _, predicted = net(inputs).max(1)
    correct = predicted.eq(labels.data).cpu().sum().item()
    averaged = F.cross_entropy(ema.module(inputs), labels).item()
    print(f"{name:10s} loss {loss.item():.6f} correct {correct} averaged {averaged:.6f}")

soft = F.one_hot(labels, num_classes=4).double() * 0.9 + 0.025
print(
    f"soft {F.cross_entropy(net(inputs), soft).item():.6f} "
    f"{F.cross_entropy(net(inputs), labels, label_smoothing=0.1).item():.6f}"
)
focal = ((1 - F.softmax(net(inputs), 1).gather(1, labels[:, None])) ** 2).mean()
print(f"focal weight {focal.item():.6f}")
