"""Features without labels: two views of each example, NT-Xent, and a linear probe."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

rng = np.random.RandomState(161)
labels = torch.from_numpy(rng.randint(0, 3, 60))
base = torch.from_numpy(rng.randn(3, 12))[labels] + 0.3 * torch.from_numpy(rng.randn(60, 12))


def view(x):
    """Noise, and some features set to zero."""
    noisy = x + 0.2 * torch.from_numpy(rng.randn(*x.shape))
    return noisy * torch.from_numpy(rng.rand(*x.shape) > 0.2)


def nt_xent(z1, z2, temperature=0.5):
    n = z1.size(0)
    z = F.normalize(torch.cat([z1, z2], dim=0), dim=1)
    sim = torch.matmul(z, z.T) / temperature
    mask = torch.eye(2 * n, dtype=torch.bool)
    sim = sim.masked_fill(mask, -1e9)
    target = torch.cat([torch.arange(n, 2 * n), torch.arange(0, n)])
    return F.cross_entropy(sim, target)


encoder = nn.Sequential(nn.Linear(12, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 8))
projector = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 6))
model = nn.Sequential(encoder, projector).double()
for p in model.parameters():
    if p.dim() > 1:
        p.data = torch.from_numpy(rng.randn(*p.shape) * 0.3)
    else:
        p.data.zero_().add_(0.5)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.01)
for epoch in range(16):
    loss = nt_xent(model(view(base)), model(view(base)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 5 == 0:
        print(f"epoch {epoch}: {loss.item():.6f}")

encoder.eval()
with torch.no_grad():
    features = encoder(base)
probe = nn.Linear(8, 3).double()
nn.init.zeros_(probe.weight)
nn.init.zeros_(probe.bias)
optimizer = torch.optim.LBFGS(probe.parameters(), lr=0.5, max_iter=10)


def closure():
    optimizer.zero_grad()
    loss = F.cross_entropy(probe(features), labels)
    loss.backward()
    return loss


for _ in range(3):
    loss = optimizer.step(closure)
print(f"probe: {loss.item():.6f}, right {(probe(features).argmax(1) == labels).sum().item()} of 60")

# Neighbours: distances by hand and by the library.
diff = features[:, None, :] - features[None, :, :]
distances = diff.pow(2).sum(-1).sqrt()
print(f"{(distances - torch.cdist(features, features)).abs().max().item() < 1e-5}")
distances.fill_diagonal_(float("inf"))
values, nearest = distances.topk(3, largest=False)
votes = labels[nearest]
print("neighbours agree", (votes == labels[:, None]).sum().item(), "of", votes.numel())
u, s, v = torch.svd(features - features.mean(0))
explained = s**2 / torch.sum(s**2)
print([round(e, 4) for e in torch.cumsum(explained, dim=0)[:3].tolist()])
