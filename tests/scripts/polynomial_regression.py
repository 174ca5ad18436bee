"""Fit a polynomial to a sine: tensors, autograd, nn and optim one after the other."""

import math

import torch
from torch import nn

x = torch.linspace(-math.pi, math.pi, 200, dtype=torch.float64)
y = torch.sin(x)


def by_hand():
    a, b, c, d = (torch.full((), v, dtype=torch.float64) for v in (0.1, -0.2, 0.3, -0.1))
    for t in range(300):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum().item()
        if t % 100 == 0:
            print("by hand", t, f"{loss:.4f}")
        grad = 2.0 * (y_pred - y)
        a -= 1e-6 * grad.sum()
        b -= 1e-6 * (grad * x).sum()
        c -= 1e-6 * (grad * x**2).sum()
        d -= 1e-6 * (grad * x**3).sum()
    print(f"y = {a.item():.4f} + {b.item():.4f} x + {c.item():.4f} x^2 + {d.item():.4f} x^3")


class Polynomial3(nn.Module):
    def __init__(self):
        super().__init__()
        for name, value in zip("abcd", (0.1, -0.2, 0.3, -0.1)):
            setattr(self, name, nn.Parameter(torch.tensor(value, dtype=torch.float64)))

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3

    def string(self):
        return f"y = {self.a.item():.4f} + {self.b.item():.4f} x + {self.c.item():.4f} x^2"


by_hand()
model = Polynomial3()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
for t in range(300):
    loss = torch.nn.functional.mse_loss(model(x), y, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if t % 100 == 99:
        print("module", t, f"{loss.item():.4f}")
print(model.string())

powers = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
sequence = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1)).double()
with torch.no_grad():
    for p in sequence.parameters():
        p.fill_(0.05)
optimizer = torch.optim.RMSprop(sequence.parameters(), lr=1e-3)
for t in range(1, 501):
    loss = nn.MSELoss(reduction="sum")(sequence(powers), y)
    if t % 100 == 0:
        print("sequence", t, f"{loss.item():.4f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print([f"{v:.4f}" for v in sequence[0].weight[0].tolist()], f"{sequence[0].bias.item():.4f}")
