"""Training that stops by itself and goes back to its best weights; dropout in both modes."""

import copy

import numpy as np
import torch
from torch import nn

rng = np.random.RandomState(91)


class EarlyStopping:
    """Stops when the loss has not improved by min_delta for patience epochs."""

    def __init__(self, patience=5, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.counter, self.best_loss, self.early_stop = 0, None, False
        self.best_state = None

    def __call__(self, val_loss, model):
        if self.best_loss is None or self.best_loss - val_loss > self.min_delta:
            self.best_loss, self.counter = val_loss, 0
            self.best_state = copy.deepcopy(model.state_dict())
        else:
            self.counter += 1
            if self.counter >= self.patience:
                self.early_stop = True


class FixedDropout(nn.Module):
    """Dropout with masks from NumPy, so that every library drops the same."""

    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        mask = torch.from_numpy(rng.rand(*x.shape) >= self.p).to(x.dtype)
        return x * mask / (1 - self.p)

    def extra_repr(self):
        return f"p={self.p}"


model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), FixedDropout(0.3), nn.Linear(32, 1)).double()
for p in model.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.4))
weights = rng.randn(10) * (np.arange(10) < 3)
x = torch.from_numpy(rng.randn(70, 10))
y = x @ torch.from_numpy(weights) + 0.5 * torch.from_numpy(rng.randn(70))
x_train, x_val, y_train, y_val = x[:40], x[40:], y[:40], y[40:]

criterion = nn.SmoothL1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
stopper = EarlyStopping(patience=6, min_delta=1e-4)
for epoch in range(200):
    model.train()
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(model(x_train).squeeze(-1), y_train)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.inference_mode():
        val_loss = criterion(model(x_val).squeeze(-1), y_val)
    stopper(val_loss.item(), model)
    if epoch % 10 == 0:
        print(f"{epoch:3d} train {loss.item():.5f} val {val_loss.item():.5f}")
    if stopper.early_stop:
        print("stopped at", epoch)
        break
model.load_state_dict(stopper.best_state)
with torch.no_grad():
    again = criterion(model(x_val).squeeze(-1), y_val).item()
print(f"best {stopper.best_loss:.6f}, again {again:.6f}")
print(model)

drop = nn.Dropout(p=0.5)
ones = torch.ones(20, 50)
kept = drop(ones)
print(sorted(set(kept.flatten().tolist())), drop.eval()(ones).equal(ones), drop.training)
print(model[0].weight.is_leaf, model(x_val).requires_grad, val_loss.requires_grad)
