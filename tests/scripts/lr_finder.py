"""The rate of learning is raised at every step, and the loss tells where it is too large."""

import copy
import math

import numpy as np
import torch
from torch import nn, optim

rng = np.random.RandomState(101)
x = torch.from_numpy(rng.randn(96, 5))
y = torch.tanh(x @ torch.from_numpy(rng.randn(5, 1))) + 0.05 * torch.from_numpy(rng.randn(96, 1))


class LRFinder:
    def __init__(self, model, optimizer, criterion):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.model_state = copy.deepcopy(model.state_dict())
        self.optimizer_state = copy.deepcopy(optimizer.state_dict())

    def range_test(self, batches, start_lr=1e-4, end_lr=10.0, beta=0.9):
        for group in self.optimizer.param_groups:
            group["lr"] = start_lr
        mult = (end_lr / start_lr) ** (1 / (len(batches) - 1))
        avg_loss, best_loss, losses, lrs = 0.0, 0.0, [], []
        for batch_num, (inputs, targets) in enumerate(batches, 1):
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(inputs), targets)
            avg_loss = beta * avg_loss + (1 - beta) * loss.data.item()
            smoothed_loss = avg_loss / (1 - beta**batch_num)
            if batch_num > 1 and smoothed_loss > 4 * best_loss:
                break
            if smoothed_loss < best_loss or batch_num == 1:
                best_loss = smoothed_loss
            losses.append(smoothed_loss)
            lrs.append(self.optimizer.param_groups[0]["lr"])
            loss.backward()
            self.optimizer.step()
            self.optimizer.param_groups[0]["lr"] *= mult
        return lrs, losses

    def reset(self):
        self.model.load_state_dict(self.model_state)
        self.optimizer.load_state_dict(self.optimizer_state)


net = nn.Sequential(nn.Linear(5, 16), nn.SELU(), nn.Linear(16, 1)).double()
for p in net.parameters():
    nn.init.constant_(p, 0.1) if p.dim() == 1 else p.data.copy_(
        torch.from_numpy(rng.randn(*p.shape) * 0.3)
    )
optimizer = optim.SGD(net.parameters(), lr=0.123, momentum=0.5)
finder = LRFinder(net, optimizer, nn.MSELoss())
batches = [(x[i % 96 : i % 96 + 16], y[i % 96 : i % 96 + 16]) for i in range(0, 16 * 40, 16)]
lrs, losses = finder.range_test(batches)
print(len(lrs), "steps before it diverged")
for i in range(0, len(lrs), 8):
    print(f"{math.log10(lrs[i]):.3f} {losses[i]:.6f}")
slopes = np.gradient(np.array(losses))
print("steepest at", f"{lrs[int(slopes.argmin())]:.5f}")
finder.reset()
print(optimizer.param_groups[0]["lr"], optimizer.state_dict()["param_groups"][0]["momentum"])

schedule = optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.1, epochs=2, steps_per_epoch=6, pct_start=0.25
)
for epoch in range(2):
    for inputs, targets in batches[:6]:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(inputs), targets)
        loss.backward()
        optimizer.step()
        group = dict(optimizer.param_groups[0])
        schedule.step()
    print(f"epoch {epoch}: {loss.item():.6f} lr {group['lr']:.6f} momentum {group['momentum']:.4f}")
