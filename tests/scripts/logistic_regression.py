"""Two classes in the plane: BCELoss on a sigmoid, and the same with logits."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable

rng = np.random.RandomState(3)
points = np.vstack([rng.randn(60, 2) + [1.5, 1.0], rng.randn(60, 2) - [1.0, 1.5]])
labels = np.hstack([np.ones(60), np.zeros(60)])

x_data = Variable(torch.FloatTensor(points.astype(np.float32)))
y_data = Variable(torch.Tensor(labels).view(-1, 1))


class Model(torch.nn.Module):
    def __init__(self):
        super(Model, self).__init__()
        self.linear = nn.Linear(2, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = Model()
model.linear.weight.data = torch.tensor([[0.1, -0.3]])
nn.init.constant_(model.linear.bias, 0.0)
criterion = nn.BCELoss(reduction="mean")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(100):
    y_pred = model(x_data)
    loss = criterion(y_pred, y_data)
    if epoch % 20 == 0:
        print(f"Epoch {epoch + 1}/100 | Loss: {loss.item():.4f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

predicted = (model(x_data).data > 0.5).float()
print("accuracy", predicted.eq(y_data.data).sum().item() / y_data.size(0))

hour_var = model(torch.Tensor([[1.0, 1.0]]))
print(f"class of (1, 1): {hour_var.item():.4f} | {hour_var.data[0][0].item() > 0.5}")
logits = model.linear(x_data)
weight = torch.tensor([2.0])
print(f"{F.binary_cross_entropy_with_logits(logits, y_data).item():.5f}")
print(f"{F.binary_cross_entropy_with_logits(logits, y_data, pos_weight=weight).item():.5f}")

# Several classes, by hand: cross-entropy of a softmax.
Y = torch.LongTensor([2, 0, 1])
Y_pred = torch.tensor([[0.1, 0.2, 0.9], [1.1, 0.1, 0.2], [0.2, 2.1, 0.1]])
loss = nn.CrossEntropyLoss()
one_hot = torch.zeros(3, 3).scatter_(1, Y.unsqueeze(1), 1.0)
by_hand = -(one_hot * F.log_softmax(Y_pred, dim=1)).sum(1).mean()
print(f"{loss(Y_pred, Y).item():.6f} {by_hand.item():.6f}", torch.max(Y_pred.data, 1)[1])
