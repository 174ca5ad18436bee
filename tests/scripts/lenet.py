"""LeNet with average pooling and tanh; a history, a confusion matrix, a per-class report."""

from collections import OrderedDict, defaultdict

import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(21)


class LeNet5(nn.Module):
    def __init__(self, n_classes):
        super(LeNet5, self).__init__()
        self.feature_extractor = nn.Sequential(
            OrderedDict(
                [
                    ("c1", nn.Conv2d(1, 4, kernel_size=(3, 3), padding=1)),
                    ("tanh1", nn.Tanh()),
                    ("s2", nn.AvgPool2d(kernel_size=2, stride=2)),
                    ("c3", nn.Conv2d(4, 6, kernel_size=3)),
                    ("tanh3", nn.Tanh()),
                ]
            )
        )
        self.classifier = nn.Sequential(
            nn.Linear(6 * 2 * 2, 16), nn.Tanh(), nn.Linear(16, n_classes)
        )

    def forward(self, x):
        x = self.feature_extractor(x)
        x = torch.flatten(x, start_dim=1)
        logits = self.classifier(x)
        probs = torch.softmax(logits, dim=1)
        return logits, probs


model = LeNet5(3).double()
for param in model.parameters():
    nn.init.zeros_(param) if param.ndim == 1 else param.data.copy_(
        torch.from_numpy(rng.uniform(-0.4, 0.4, param.shape))
    )

labels = torch.from_numpy(rng.randint(0, 3, 90)).long()
images = torch.from_numpy(rng.uniform(0, 0.5, (90, 1, 8, 8)))
for i, label in enumerate(labels):
    images[i, 0, label * 2 + 1, 1:7] = 1.0

history = defaultdict(list)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.02)
for epoch in range(8):
    order = torch.from_numpy(rng.permutation(90))
    running_loss = 0
    model.train()
    for start in range(0, 90, 30):
        chosen = order[start : start + 30]
        X, y_true = images[chosen], labels[chosen]
        optimizer.zero_grad()
        y_hat, _ = model(X)
        loss = criterion(y_hat, y_true)
        running_loss += loss.item() * X.size(0)
        loss.backward()
        optimizer.step()
    history["loss"].append(running_loss / len(images))
    with torch.no_grad():
        model.eval()
        _, y_prob = model(images)
        _, predicted_labels = torch.max(y_prob, 1)
        history["acc"].append((predicted_labels == labels).float().mean().item())
print(" ".join(f"{v:.4f}" for v in history["loss"]))
print(" ".join(f"{v:.3f}" for v in history["acc"]))

confusion_matrix = torch.zeros(3, 3, dtype=torch.int64)
for t, p in zip(labels.view(-1), predicted_labels.view(-1)):
    confusion_matrix[t.long(), p.long()] += 1
print(confusion_matrix)
print((confusion_matrix.diag().float() / confusion_matrix.sum(1)).numpy().round(3))
print(torch.bincount(labels, minlength=4), labels.unique())
top = y_prob.topk(2, dim=1)
print(top.indices[:2].tolist(), top.values.sum(1).max().item() <= 1.000001)
