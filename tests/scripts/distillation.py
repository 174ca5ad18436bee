"""A small net learns from the softened answers of a larger one."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

rng = np.random.RandomState(8)
device = "cuda" if torch.cuda.is_available() else "cpu"


class DeepNN(nn.Module):
    def __init__(self, num_classes=3, width=32):
        super(DeepNN, self).__init__()
        self.features = nn.Sequential(
            nn.Linear(6, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()
        )
        self.classifier = nn.Sequential(nn.Linear(width, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x))


def build(width):
    net = DeepNN(width=width).double().to(device)
    for p in net.parameters():
        p.data = torch.from_numpy(rng.randn(*p.shape) / np.sqrt(p.shape[-1]))
    return net


centers = rng.randn(3, 6)
labels = torch.from_numpy(rng.randint(0, 3, 120))
inputs = torch.from_numpy(centers[labels.numpy()] + rng.randn(120, 6))
dataset = torch.utils.data.TensorDataset(inputs, labels)
loader = torch.utils.data.DataLoader(dataset, batch_size=40, shuffle=False)


def train(model, epochs, learning_rate):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(epochs):
        running_loss = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        if epoch % 5 == 4:
            print(f"Epoch {epoch + 1}/{epochs}, Loss: {running_loss / len(loader):.5f}")


def distill(teacher, student, epochs, T, soft_weight, ce_weight):
    ce_loss = nn.CrossEntropyLoss()
    optimizer = optim.Adam(student.parameters(), lr=0.01)
    teacher.eval()
    student.train()
    for epoch in range(epochs):
        running_loss = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            with torch.no_grad():
                teacher_logits = teacher(x)
            student_logits = student(x)
            soft_targets = F.softmax(teacher_logits / T, dim=-1)
            soft_prob = F.log_softmax(student_logits / T, dim=-1)
            by_hand = (
                torch.sum(soft_targets * (soft_targets.log() - soft_prob)) / x.size()[0] * T**2
            )
            kld = nn.KLDivLoss(reduction="batchmean")(soft_prob, soft_targets) * T**2
            loss = soft_weight * by_hand + ce_weight * ce_loss(student_logits, y)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        if epoch % 5 == 4:
            print(f"distilled {epoch + 1}: {running_loss / len(loader):.5f} ({kld.item():.5f})")


def test(model):
    model.eval()
    with torch.no_grad():
        _, predicted = torch.max(model(inputs).data, 1)
    return 100 * (predicted == labels).sum().item() / labels.size(0)


teacher, student = build(32), build(4)
train(teacher, 10, 0.01)
print("teacher", round(test(teacher), 2), "before", round(test(student), 2))
distill(teacher, student, 15, T=2, soft_weight=0.25, ce_weight=0.75)
print("student", round(test(student), 2))
for net in (teacher, student):
    print("{:,}".format(sum(p.numel() for p in net.parameters())))
hidden = torch.flatten(teacher.features(inputs), 1)
target = torch.ones(inputs.size(0))
print(f"{nn.CosineEmbeddingLoss()(hidden, hidden.flip(1), target).item():.5f}")
