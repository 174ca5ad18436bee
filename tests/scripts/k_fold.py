"""Cross-validation by hand: folds as samplers and subsets, a fresh net for each."""

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import BatchSampler, DataLoader, SequentialSampler, Subset, TensorDataset

rng = np.random.RandomState(41)
X = rng.randn(60, 4)
y = X @ np.array([1.0, -2.0, 0.5, 0.0]) + 0.1 * rng.randn(60)
dataset = TensorDataset(torch.from_numpy(X).float(), torch.from_numpy(y).float().unsqueeze(1))


def reset_weights(m):
    for layer in m.children():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()


def get_net():
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
    reset_weights(net)
    fixed = np.random.RandomState(0)
    for p in net.parameters():
        p.data = torch.tensor(fixed.randn(*p.shape) * 0.5, dtype=torch.float32)
    return net


def get_k_fold_data(k, i, n):
    fold_size = n // k
    indices = np.arange(n)
    valid = indices[i * fold_size : (i + 1) * fold_size]
    return np.setdiff1d(indices, valid), valid


def log_rmse(net, features, labels):
    clipped_preds = torch.clamp(net(features), -10, float("inf"))
    return torch.sqrt(nn.MSELoss()(clipped_preds, labels)).item()


k, results = 4, {}
for fold in range(k):
    train_ids, test_ids = get_k_fold_data(k, fold, len(dataset))
    trainloader = DataLoader(Subset(dataset, train_ids), batch_size=15)
    batches = BatchSampler(SequentialSampler(test_ids), batch_size=4, drop_last=False)
    testloader = DataLoader(Subset(dataset, test_ids), batch_sampler=batches)
    network = get_net()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.05, weight_decay=1e-3)
    for _ in range(20):
        for inputs, targets in trainloader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(network(inputs), targets)
            loss.backward()
            optimizer.step()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in testloader:
            total += nn.functional.mse_loss(network(inputs), targets, reduction="sum").item()
            count += targets.shape[0]
    results[fold] = total / count
    print(
        f"fold {fold}: train {loss.item():.3f}, test {results[fold]:.3f}, {len(testloader)} batches"
    )
print(f"average {sum(results.values()) / len(results.items()):.3f}")
print(f"rmse {log_rmse(network, dataset.tensors[0], dataset.tensors[1]):.3f}")
mask = torch.ones(60, dtype=torch.bool)
mask[torch.from_numpy(test_ids)] = False
print(
    dataset.tensors[0][mask].shape,
    int((~mask).sum()),
    dataset[:3][1].flatten().tolist()[0] == y[:1].astype("float32")[0],
)
