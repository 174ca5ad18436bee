"""Handwritten digits with a training loop written out: every step of it is visible.

    python examples/04_digits.py

1,797 images of 8 × 8 pixels are part of the package, so nothing is downloaded.
"""

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim

tg.manual_seed(0)
digits = data.load_digits()
loader = data.DataLoader(data.TensorDataset(digits.x_train, digits.y_train), 32, shuffle=True)

net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(net.parameters(), lr=2e-3)
scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30)
print(net)

for epoch in range(1, 31):
    net.train()
    total = 0.0
    for images, labels in loader:
        loss = criterion(net(images), labels)  # forward: the graph is recorded
        optimizer.zero_grad()
        loss.backward()  # backward: a gradient for every parameter
        optimizer.step()  # update: parameters change in place
        total += loss.item() * len(labels)
    scheduler.step()
    if epoch % 5 == 0:
        net.eval()
        with tg.no_grad():
            correct = net(digits.x_test).argmax(axis=1) == digits.y_test
        mean = total / len(digits.y_train)
        print(
            f"epoch {epoch:2}  loss {mean:.4f}  test accuracy {correct.float().mean().item():.1%}"
        )
