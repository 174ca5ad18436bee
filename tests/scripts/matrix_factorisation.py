"""Ratings as products of embeddings, with biases; a net on top; ranks of the items."""

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.RandomState(61)
n_users, n_items, n_factors = 12, 9, 3
taste, kind = rng.randn(n_users, 2), rng.randn(n_items, 2)
users, items = np.nonzero(rng.rand(n_users, n_items) < 0.7)
ratings = np.clip(3 + (taste[users] * kind[items]).sum(1), 1, 5)
print(len(ratings), "ratings")


class MatrixFactorization(nn.Module):
    def __init__(self, n_users, n_items, n_factors=8, y_range=(0.5, 5.5)):
        super().__init__()
        self.user_factors = nn.Embedding(n_users, n_factors)
        self.item_factors = nn.Embedding(n_items, n_factors)
        self.user_biases = nn.Embedding(n_users, 1)
        self.item_biases = nn.Embedding(n_items, 1)
        self.y_range = y_range
        self.user_factors.weight.data.uniform_(-0.05, 0.05)
        torch.nn.init.zeros_(self.user_biases.weight)
        torch.nn.init.zeros_(self.item_biases.weight)

    def forward(self, user, item):
        res = (self.user_factors(user) * self.item_factors(item)).sum(dim=1, keepdim=True)
        res += self.user_biases(user) + self.item_biases(item)
        low, high = self.y_range
        return (torch.sigmoid(res) * (high - low) + low).squeeze(1)


model = MatrixFactorization(n_users, n_items, n_factors).double()
for p in (model.user_factors.weight, model.item_factors.weight):
    with torch.no_grad():
        p.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.3))
data = TensorDataset(torch.LongTensor(users), torch.LongTensor(items), torch.from_numpy(ratings))
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=1e-4)
for epoch in range(15):
    losses = []
    for user, item, rating in DataLoader(data, batch_size=25):
        loss = loss_fn(model(user, item), rating)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    if epoch % 5 == 4:
        print(f"epoch {epoch}: {np.mean(losses):.5f}")

scores = model.user_factors.weight @ model.item_factors.weight.t()
scores = scores + model.user_biases.weight + model.item_biases.weight.t()
best = scores.argsort(dim=1, descending=True)
print(best[:3].tolist())
values, indices = torch.sort(scores[0], descending=True)
print(indices.tolist() == best[0].tolist(), f"{values[0].item():.4f}")
similar = torch.nn.functional.normalize(model.item_factors.weight, dim=1)
similar = (
    (similar @ similar.T).fill_diagonal_(-1.0) if not similar.requires_grad else similar @ similar.T
)
print(f"{similar.detach().triu(1).abs().max().item():.5f}")
seen = torch.zeros(n_users, n_items, dtype=torch.bool)
seen[users, items] = True
unseen = scores.detach().masked_fill(seen, float("-inf"))
print(unseen.max(1).indices.tolist())
print(model.user_factors.weight.grad.norm(dim=0).shape, model.user_factors)
