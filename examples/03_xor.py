"""Exclusive or: what a line cannot separate, a hidden layer can.

    python examples/03_xor.py

Writes xor.png where matplotlib is installed.
"""

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim

tg.manual_seed(0)
points, labels = data.make_xor(400, noise=0.2)


def train(net: nn.Module, steps: int = 300) -> float:
    """Full-batch training; returns the accuracy."""
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=0.02)
    for _ in range(steps):
        loss = criterion(net(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with tg.no_grad():
        return float((net(points).argmax(axis=1) == labels).float().mean())


linear = nn.Linear(2, 2)
hidden = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))

print(f"a linear classifier       {train(linear):.1%}")
print(f"with 16 hidden neurons    {train(hidden):.1%}")

try:
    figure = tg.viz.plot_decision_boundary(hidden, points, labels).figure
except ImportError as missing:
    print(missing)
else:
    figure.savefig("xor.png", dpi=120)
    print("picture                   xor.png")
