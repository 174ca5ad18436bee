"""A lottery ticket: train, prune the smallest weights, rewind the rest, train again."""

import copy

import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(2)
x = torch.from_numpy(rng.randn(80, 8))
y = (x[:, 0] * x[:, 1] > 0).long()


def weight_init(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.xavier_normal_(m.weight.data)
    elif isinstance(m, nn.Linear):
        m.weight.data = torch.from_numpy(rng.randn(*m.weight.shape) * 0.5)
        m.bias.data.zero_()


model = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU(), nn.Linear(12, 2))
model = model.double()
model.apply(weight_init)
initial_state_dict = copy.deepcopy(model.state_dict())


def make_mask(model):
    return [
        np.ones_like(p.data.cpu().numpy()) for n, p in model.named_parameters() if "weight" in n
    ]


def train(model, mask, steps=40):
    EPS = 1e-6
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-4)
    criterion = nn.CrossEntropyLoss()
    for _ in range(steps):
        optimizer.zero_grad()
        train_loss = criterion(model(x), y)
        train_loss.backward()
        # weights that are gone stay gone
        for name, p in model.named_parameters():
            if "weight" in name:
                tensor = p.data.cpu().numpy()
                grad_tensor = p.grad.data.cpu().numpy()
                grad_tensor = np.where(abs(tensor) < EPS, 0, grad_tensor)
                p.grad.data = torch.from_numpy(grad_tensor)
        optimizer.step()
    accuracy = (model(x).argmax(1) == y).double().mean().item()
    return train_loss.item(), accuracy


def prune_by_percentile(percent, mask):
    step = 0
    for name, param in model.named_parameters():
        if "weight" in name:
            tensor = param.data.cpu().numpy()
            alive = tensor[np.nonzero(tensor)]
            percentile_value = np.percentile(abs(alive), percent)
            new_mask = np.where(abs(tensor) < percentile_value, 0, mask[step])
            param.data = torch.from_numpy(tensor * new_mask).to(param.device)
            mask[step] = new_mask
            step += 1


def original_initialization(mask, initial_state_dict):
    step = 0
    for name, param in model.named_parameters():
        if "weight" in name:
            param.data = torch.from_numpy(mask[step] * initial_state_dict[name].cpu().numpy())
            step += 1
        if "bias" in name:
            param.data = initial_state_dict[name].clone()


mask = make_mask(model)
for ite in range(3):
    if ite:
        prune_by_percentile(40, mask)
        original_initialization(mask, initial_state_dict)
    loss, acc = train(model, mask)
    nonzero = total = 0
    for name, p in model.named_parameters():
        tensor = p.data.cpu().numpy()
        nonzero += np.count_nonzero(tensor)
        total += np.prod(tensor.shape)
    print(f"round {ite}: alive {nonzero}/{total}, loss {loss:.5f}, accuracy {acc:.3f}")

# By a threshold over all layers, with tensors.
weights = torch.cat([p.data.abs().view(-1) for n, p in model.named_parameters() if "weight" in n])
threshold = torch.kthvalue(weights, int(0.8 * weights.numel())).values
for name, p in model.named_parameters():
    if "weight" in name:
        keep = p.data.abs().gt(threshold)
        p.data.mul_(keep)
        print(name, int(keep.sum()), "of", keep.numel())
