"""Layers that learn one after the other, without backpropagation between them."""

import numpy as np
import torch
import torch.nn as nn
from torch.optim import Adam

rng = np.random.RandomState(23)
device = torch.device("cpu")
CLASSES = 3


def overlay_y_on_x(x, y):
    x_ = x.clone()
    x_[:, :CLASSES] *= 0.0
    x_[range(x.shape[0]), y] = x.max()
    return x_


class Layer(nn.Linear):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__(in_features, out_features, bias, device, dtype)
        self.weight.data = torch.from_numpy(rng.randn(out_features, in_features) * 0.4)
        self.bias.data = torch.zeros(out_features, dtype=torch.float64)
        self.relu = torch.nn.ReLU()
        self.opt = Adam(self.parameters(), lr=0.03)
        self.threshold = 2.0
        self.num_epochs = 40

    def forward(self, x):
        x_direction = x / (x.norm(2, 1, keepdim=True) + 1e-4)
        return self.relu(torch.mm(x_direction, self.weight.T) + self.bias.unsqueeze(0))

    def train(self, x_pos, x_neg):
        for i in range(self.num_epochs):
            g_pos = self.forward(x_pos).pow(2).mean(1)
            g_neg = self.forward(x_neg).pow(2).mean(1)
            loss = torch.log(
                1 + torch.exp(torch.cat([-g_pos + self.threshold, g_neg - self.threshold]))
            ).mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            if i % 10 == 0:
                print(f"  {i} loss {loss.item():.6f}")
        return self.forward(x_pos).detach(), self.forward(x_neg).detach()


class Net(torch.nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.layers = []
        for d in range(len(dims) - 1):
            self.layers += [Layer(dims[d], dims[d + 1], dtype=torch.float64).to(device)]

    def predict(self, x):
        goodness_per_label = []
        for label in range(CLASSES):
            h = overlay_y_on_x(x, label)
            goodness = []
            for layer in self.layers:
                h = layer(h)
                goodness += [h.pow(2).mean(1)]
            goodness_per_label += [sum(goodness).unsqueeze(1)]
        goodness_per_label = torch.cat(goodness_per_label, 1)
        return goodness_per_label.argmax(1)

    def train(self, x_pos, x_neg):
        h_pos, h_neg = x_pos, x_neg
        for i, layer in enumerate(self.layers):
            print("training layer", i, "...")
            h_pos, h_neg = layer.train(h_pos, h_neg)


y = torch.from_numpy(rng.randint(0, CLASSES, 90))
centers = torch.from_numpy(rng.rand(CLASSES, 12))
x = centers[y] + 0.1 * torch.from_numpy(rng.randn(90, 12))
net = Net([12, 20, 16])
x_pos = overlay_y_on_x(x, y)
wrong = (y + torch.from_numpy(rng.randint(1, CLASSES, 90))) % CLASSES
x_neg = overlay_y_on_x(x, wrong)
net.train(x_pos, x_neg)
print("train error:", round(1.0 - net.predict(x).eq(y).float().mean().item(), 4))
