"""Meta-learning of sine curves: a step of the inner loop is differentiated by the outer one."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

rng = np.random.RandomState(9)


class SineTask:
    def __init__(self):
        self.a, self.b = rng.uniform(0.5, 2.0), rng.uniform(0, 2 * np.pi)

    def sample(self, size=10):
        x = torch.from_numpy(rng.uniform(-3, 3, (size, 1)))
        return x, torch.sin(x + self.b) * self.a


class MAMLModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.model(x)

    def parameterised(self, x, weights):
        x = F.relu(F.linear(x, weights[0], weights[1]))
        return F.linear(x, weights[2], weights[3])


class MAML:
    def __init__(self, model, inner_lr, meta_lr, tasks=3):
        self.model, self.inner_lr, self.tasks = model, inner_lr, tasks
        self.weights = list(model.parameters())
        self.criterion = nn.MSELoss()
        self.meta_optimiser = torch.optim.Adam(self.weights, meta_lr)

    def inner_loop(self, task, first_order=False):
        temp_weights = [w.clone() for w in self.weights]
        for _ in range(2):
            X, y = task.sample()
            loss = self.criterion(self.model.parameterised(X, temp_weights), y)
            grad = torch.autograd.grad(loss, temp_weights, create_graph=not first_order)
            temp_weights = [w - self.inner_lr * g for w, g in zip(temp_weights, grad)]
        X, y = task.sample()
        return self.criterion(self.model.parameterised(X, temp_weights), y)

    def outer_loop(self, steps, first_order=False):
        for step in range(1, steps + 1):
            meta_loss = 0
            for _ in range(self.tasks):
                meta_loss = meta_loss + self.inner_loop(SineTask(), first_order)
            meta_grads = torch.autograd.grad(meta_loss, self.weights)
            for w, g in zip(self.weights, meta_grads):
                w.grad = g
            self.meta_optimiser.step()
            if step % 10 == 0:
                kind = "first order" if first_order else "second order"
                print(f"{kind} step {step}: {meta_loss.item() / self.tasks:.6f}")


for first_order in (False, True):
    model = MAMLModel().double()
    for k, p in enumerate(model.parameters()):
        p.data = torch.linspace(-0.5 - 0.1 * k, 0.6, p.numel(), dtype=torch.float64).view(p.shape)
    MAML(model, inner_lr=0.02, meta_lr=0.01).outer_loop(30, first_order)
print([tuple(w.shape) for w in model.parameters()])
