"""Weight decay in five ways, and which of them are the same."""

import torch
from torch import nn

n_train, num_inputs = 20, 30
base = torch.arange(n_train * num_inputs, dtype=torch.float64).view(n_train, num_inputs)
X = torch.sin(base * 1.7)
true_w, true_b = torch.ones((num_inputs, 1), dtype=torch.float64) * 0.01, 0.05
y = torch.matmul(X, true_w) + true_b


def init_params():
    w = torch.cos(torch.arange(num_inputs, dtype=torch.float64)).reshape(-1, 1).requires_grad_(True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    return [w, b]


def l2_penalty(w):
    return torch.sum(w.pow(2)) / 2


def linreg(X, w, b):
    return torch.matmul(X, w) + b


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def train(lambd, num_epochs=40, lr=0.05):
    w, b = init_params()
    for _ in range(num_epochs):
        loss = squared_loss(linreg(X, w, b), y) + lambd * l2_penalty(w)
        loss.sum().backward()
        sgd([w, b], lr, n_train)
    return w


for lambd in (0, 0.1, 1.0):
    w = train(lambd)
    norms = torch.norm(w), w.norm(1), w.norm(p=2)
    print(f"lambda {lambd}:", *(f"{norm.item():.6f}" for norm in norms))


def train_concise(make, steps=40, penalty=None):
    net = nn.Sequential(nn.Linear(num_inputs, 1)).double()
    w, b = init_params()
    net[0].weight.data, net[0].bias.data = w.detach().T.clone(), b.detach().clone()
    trainer = make(net)
    for _ in range(steps):
        trainer.zero_grad()
        loss = nn.functional.mse_loss(net(X), y)
        if penalty is not None:
            loss = loss + penalty(net)
        loss.backward()
        trainer.step()
    return net[0].weight.norm().item()


def l1_penalty(net):
    return 1e-2 * sum(p.abs().sum() for p in net.parameters())


def l2_by_norm(net):
    l2_reg = torch.tensor(0.0, dtype=torch.float64)
    for name, param in net.named_parameters():
        if "weight" in name:
            l2_reg += torch.norm(param) ** 2
    return 0.05 * l2_reg


groups = lambda net: [{"params": net[0].weight, "weight_decay": 0.1}, {"params": net[0].bias}]
runs = {
    "none": train_concise(lambda net: torch.optim.SGD(net.parameters(), lr=0.02)),
    "weight_decay": train_concise(lambda net: torch.optim.SGD(groups(net), lr=0.02)),
    "by norm": train_concise(
        lambda net: torch.optim.SGD(net.parameters(), lr=0.02), penalty=l2_by_norm
    ),
    "l1": train_concise(lambda net: torch.optim.SGD(net.parameters(), lr=0.02), penalty=l1_penalty),
    "adam": train_concise(
        lambda net: torch.optim.Adam(net.parameters(), lr=0.02, weight_decay=0.1)
    ),
    "adamw": train_concise(
        lambda net: torch.optim.AdamW(net.parameters(), lr=0.02, weight_decay=0.1)
    ),
}
for name, norm in runs.items():
    print(f"{name:12s} |w| = {norm:.6f}")


def max_norm(net, c=0.5):
    with torch.no_grad():
        norms = net.weight.norm(2, dim=1, keepdim=True).clamp(min=c / 2)
        net.weight *= torch.clamp(norms, max=c) / norms


layer = nn.Linear(3, 2)
layer.weight.data = torch.tensor([[3.0, 4.0, 0.0], [0.1, 0.2, 0.2]])
max_norm(layer)
print(layer.weight.data)
