"""A line through points: gradients by autograd, steps by hand."""

import numpy as np
import torch

rng = np.random.RandomState(0)
x_train = torch.from_numpy(rng.uniform(-2, 2, (40, 1)).astype("float32"))
y_train = 3 * x_train - 1 + 0.1 * torch.from_numpy(rng.randn(40, 1).astype("float32"))

w = torch.tensor([[0.1]], requires_grad=True)
b = torch.zeros(1, requires_grad=True)
learning_rate = 0.1

for epoch in range(60):
    y_pred = x_train.mm(w) + b
    loss = (y_pred - y_train).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
        w.grad.zero_()
        b.grad.zero_()
    if epoch % 10 == 0:
        print(f"epoch {epoch}: loss {loss.item():.5f}")
print("by hand:", round(w.item(), 4), round(b.item(), 4))

# The same with a layer and an optimizer.
model = torch.nn.Linear(1, 1)
model.weight.data.fill_(0.1)
model.bias.data.zero_()
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
for _ in range(60):
    optimizer.zero_grad()
    loss = criterion(model(x_train), y_train)
    loss.backward()
    optimizer.step()
for name, parameter in model.named_parameters():
    print(name, parameter.size(), parameter.data)
predicted = model(x_train).detach().numpy()
print(
    "R2: {:.4f}".format(1 - ((predicted - y_train.numpy()) ** 2).sum() / float(y_train.var() * 39))
)
print(model)
