"""Two pictures, one net: the distance of their features says whether they show the same."""

import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

random.seed(5)
rng = np.random.RandomState(5)


class PairDataset(Dataset):
    """Every even index is a pair of one class, every odd one of two."""

    def __init__(self, count):
        super(PairDataset, self).__init__()
        self.targets = torch.from_numpy(rng.randint(0, 3, count))
        self.data = torch.from_numpy(rng.rand(count, 8, 8)).float().mul(0.3).unsqueeze(1).clone()
        for image, target in zip(self.data, self.targets):
            image[0, 2 * target : 2 * target + 3] += 0.7
        np_arr = np.array(self.targets.clone())
        self.grouped_examples = {i: np.where(np_arr == i)[0] for i in range(3)}

    def __len__(self):
        return self.data.shape[0]

    def __getitem__(self, index):
        selected_class = random.randint(0, 2)
        group = self.grouped_examples[selected_class]
        image_1 = self.data[group[random.randint(0, group.shape[0] - 1)]].clone().float()
        if index % 2 == 0:
            other = group
            target = torch.tensor(1, dtype=torch.float)
        else:
            other = self.grouped_examples[(selected_class + random.randint(1, 2)) % 3]
            target = torch.tensor(0, dtype=torch.float)
        image_2 = self.data[other[random.randint(0, other.shape[0] - 1)]].clone().float()
        return image_1.double(), image_2.double(), target.double()


class SiameseNetwork(nn.Module):
    def __init__(self):
        super(SiameseNetwork, self).__init__()
        self.features = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.fc = nn.Sequential(nn.Linear(64, 8), nn.PReLU(), nn.Linear(8, 4))

    def forward_once(self, x):
        output = self.features(x)
        return self.fc(output.view(output.size()[0], -1))

    def forward(self, input1, input2):
        return self.forward_once(input1), self.forward_once(input2)


class ContrastiveLoss(torch.nn.Module):
    def __init__(self, margin=1.5):
        super().__init__()
        self.margin = margin

    def forward(self, output1, output2, same):
        distance = F.pairwise_distance(output1, output2, keepdim=True).squeeze(1)
        return torch.mean(
            same * torch.pow(distance, 2)
            + (1 - same) * torch.pow(torch.clamp(self.margin - distance, min=0.0), 2)
        )


net = SiameseNetwork().double()
for p in net.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.2))
train_set = PairDataset(64)
loader = DataLoader(train_set, batch_size=16)
criterion = ContrastiveLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.005)
for epoch in range(6):
    total = 0.0
    for image_1, image_2, target in loader:
        optimizer.zero_grad()
        output1, output2 = net(image_1, image_2)
        loss = criterion(output1, output2, target)
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"Epoch {epoch}: {total / len(loader):.5f}")
with torch.no_grad():
    a, b, target = next(iter(loader))
    one, two = net(a, b)
    distance = F.pairwise_distance(one, two)
    pred = torch.where(distance < 0.75, 1, 0)
    print("right", pred.eq(target.view_as(pred)).sum().item(), "of", len(target))
    print(f"cosine {F.cosine_similarity(one, two).mean().item():.4f}")
    triplet = nn.TripletMarginLoss(margin=1.0)(one[::2], two[::2], two[1::2])
    print(f"triplet {triplet.item():.5f}")
