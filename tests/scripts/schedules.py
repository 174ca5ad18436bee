"""Learning rates by hand and by the library's schedulers, side by side."""

import math

import torch
from torch import nn, optim
from torch.optim import lr_scheduler

net = nn.Linear(2, 1)
nn.init.constant_(net.weight, 0.5)
nn.init.constant_(net.bias, 0.0)
x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.3, -0.7]])
y = x.sum(1, keepdim=True) * 2


def adjust_learning_rate(optimizer, epoch, lr=0.1):
    """Decay by ten every four epochs."""
    lr = lr * (0.1 ** (epoch // 4))
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr
    return lr


def train(optimizer, epochs, before=None, after=None):
    rates = []
    for epoch in range(epochs):
        if before:
            before(epoch)
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        rates.append(optimizer.param_groups[0]["lr"])
        if after:
            after(loss)
    return rates, loss.item()


opt = optim.SGD(net.parameters(), lr=0.1)
rates, loss = train(opt, 10, before=lambda epoch: adjust_learning_rate(opt, epoch))
print("by hand", [f"{r:.4g}" for r in rates], f"{loss:.5f}")

schedules = {
    "step": lambda o: lr_scheduler.StepLR(o, step_size=3, gamma=0.5),
    "multi": lambda o: lr_scheduler.MultiStepLR(o, milestones=[2, 5], gamma=0.1),
    "exp": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9),
    "lambda": lambda o: lr_scheduler.LambdaLR(o, lr_lambda=lambda epoch: 0.65**epoch),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=6, eta_min=0.001),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2),
    "onecycle": lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=10),
    "cyclic": lambda o: lr_scheduler.CyclicLR(o, base_lr=0.001, max_lr=0.1, step_size_up=3),
    "linear": lambda o: lr_scheduler.LinearLR(o, start_factor=0.25, total_iters=4),
    "poly": lambda o: lr_scheduler.PolynomialLR(o, total_iters=5, power=2.0),
    "warmup": lambda o: lr_scheduler.SequentialLR(
        o,
        schedulers=[
            lr_scheduler.ConstantLR(o, factor=0.1, total_iters=2),
            lr_scheduler.ExponentialLR(o, gamma=0.8),
        ],
        milestones=[2],
    ),
}
for name, make in schedules.items():
    opt = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    scheduler = make(opt)
    rates, loss = train(opt, 8, after=lambda loss: scheduler.step())
    print(f"{name:9s}", " ".join(f"{r:.5f}" for r in rates), f"{scheduler.get_last_lr()[0]:.5f}")

opt = optim.SGD(net.parameters(), lr=0.1)
plateau = lr_scheduler.ReduceLROnPlateau(opt, mode="max", factor=0.1, patience=1)
for metric in (0.5, 0.6, 0.6, 0.6, 0.6, 0.7):
    opt.step()
    plateau.step(metric)
print("plateau", f"{opt.param_groups[0]['lr']:g}")


class WarmupCosine:
    """A schedule as one writes it oneself."""

    def __init__(self, optimizer, warmup, total):
        self.optimizer, self.warmup, self.total, self.t = optimizer, warmup, total, 0
        self.base = [g["lr"] for g in optimizer.param_groups]

    def step(self):
        self.t += 1
        scale = min(self.t / self.warmup, 0.5 * (1 + math.cos(math.pi * self.t / self.total)))
        for group, base in zip(self.optimizer.param_groups, self.base):
            group["lr"] = base * scale


opt = optim.AdamW(net.parameters(), lr=0.01)
scheduler = WarmupCosine(opt, 3, 10)
rates, loss = train(opt, 9, after=lambda loss: scheduler.step())
print("own", " ".join(f"{r:.5f}" for r in rates), f"{loss:.5f}")
