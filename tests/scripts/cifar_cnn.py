"""Coloured pictures, batch normalization, momentum, accuracy of each class."""

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
classes = ("red", "green", "blue")


class Pictures(torch.utils.data.Dataset):
    def __init__(self, count, seed, transform=None):
        rng = np.random.RandomState(seed)
        self.targets = rng.randint(0, 3, count).tolist()
        self.data = rng.randint(0, 120, (count, 10, 10, 3)).astype(np.uint8)
        for picture, target in zip(self.data, self.targets):
            picture[2:8, 2:8, target] += 90
        self.transform = transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        img, target = self.data[index], self.targets[index]
        if self.transform is not None:
            img = self.transform(img)
        return img, target


def to_tensor(img):
    return (torch.from_numpy(img.transpose((2, 0, 1))).double().div(255) - 0.5) / 0.5


net = (
    nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2, 2),
        nn.Conv2d(8, 8, 3),
        nn.LeakyReLU(0.1, inplace=True),
        nn.AvgPool2d(3),
        nn.Flatten(),
        nn.Linear(8, 3),
    )
    .double()
    .to(device)
)
rng = np.random.RandomState(7)
for name, param in net.named_parameters():
    if param.dim() > 1:
        param.data = torch.tensor(rng.normal(0, 0.3, tuple(param.size())))
    elif "bias" in name:
        nn.init.zeros_(param)

trainloader = torch.utils.data.DataLoader(
    Pictures(160, 0, to_tensor), batch_size=16, shuffle=False, num_workers=0
)
testset = Pictures(90, 1, transform=to_tensor)
testloader = torch.utils.data.DataLoader(testset, batch_size=30)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

for epoch in range(2):
    running_loss = 0.0
    for i, data in enumerate(trainloader, 0):
        inputs, labels = data[0].to(device), data[1].to(device)
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 5 == 4:
            print("[%d, %5d] loss: %.4f" % (epoch + 1, i + 1, running_loss / 5))
            running_loss = 0.0

correct_pred = {classname: 0 for classname in classes}
total_pred = {classname: 0 for classname in classes}
net.eval()
with torch.no_grad():
    for images, labels in testloader:
        outputs = net(images)
        _, predictions = torch.max(outputs, 1)
        for label, prediction in zip(labels, predictions):
            correct_pred[classes[label]] += int(label == prediction)
            total_pred[classes[label]] += 1
for classname, correct in correct_pred.items():
    print(f"Accuracy for class {classname:5s}: {100 * correct / total_pred[classname]:.1f} %")
print(net[1].running_mean.norm().item().__format__(".5f"), net[1].num_batches_tracked.item())
print(sum(p.numel() for p in net.parameters() if p.requires_grad), "parameters")
