"""A dataset of one's own: a CSV file, transforms as classes, splits, a collate function."""

import csv
import os
import tempfile

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, random_split

rng = np.random.RandomState(19)
folder = tempfile.mkdtemp()
path = os.path.join(folder, "measurements.csv")
with open(path, "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["a", "b", "c", "label"])
    for _ in range(50):
        row = rng.uniform(-1, 1, 3).round(3)
        writer.writerow([*row, int(row.sum() > 0)])


class Measurements(Dataset):
    """One example at an index: a dict of a normalized tensor and a label."""

    def __init__(self, csv_file, transform=None):
        xy = np.loadtxt(csv_file, delimiter=",", dtype=np.float32, skiprows=1)
        self.n_samples = xy.shape[0]
        self.x_data = torch.from_numpy(xy[:, 0:-1])
        self.y_data = torch.from_numpy(xy[:, [-1]])
        self.transform = transform

    def __getitem__(self, index):
        if torch.is_tensor(index):
            index = index.tolist()
        sample = {"features": self.x_data[index], "label": self.y_data[index], "index": index}
        if self.transform:
            sample = self.transform(sample)
        return sample

    def __len__(self):
        return self.n_samples


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, sample):
        x = sample["features"]
        return {**sample, "features": (x - x.mean()) / x.std() * self.factor}


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, sample):
        for t in self.transforms:
            sample = t(sample)
        return sample


dataset = Measurements(path, Compose([Scale(2.0)]))
first = dataset[0]
print(first["features"], first["label"], len(dataset))
train_set, test_set = Subset(dataset, range(40)), Subset(dataset, range(40, 50))
loader = DataLoader(dataset=train_set, batch_size=16, shuffle=False, num_workers=2)
for i, batch in enumerate(loader):
    print(i, batch["features"].size(), batch["label"].squeeze(1).sum().item(), batch["index"].dtype)
dataiter = iter(loader)
batch = next(dataiter)
print(f"{batch['features'][3].tolist()[0]:.5f}", len(loader), loader.batch_size)

model = nn.Linear(3, 1)
model.weight.data.fill_(0.0)
model.bias.data.fill_(0.0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(3):
    for batch in loader:
        loss = nn.functional.binary_cross_entropy_with_logits(
            model(batch["features"]), batch["label"]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.5f}")


def pad(batch):
    """Lists of different lengths, padded with zeros."""
    longest = max(len(x) for x, _ in batch)
    x = torch.zeros(len(batch), longest)
    for k, (row, _) in enumerate(batch):
        x[k, : len(row)] = torch.tensor(row)
    return x, torch.tensor([y for _, y in batch])


ragged = [([1.0] * n, n) for n in (3, 1, 2, 5)]
for x, y in DataLoader(ragged, batch_size=2, collate_fn=pad):
    print(x, y)
parts = random_split(range(10), [7, 3], generator=torch.Generator().manual_seed(42))
print([len(part) for part in parts], sorted(i for part in parts for i in part) == list(range(10)))
both = ConcatDataset([train_set, test_set])
print(len(both), both[49]["index"], torch.equal(both[0]["features"], dataset[0]["features"]))
