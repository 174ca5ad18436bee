"""Save and load: weights, a checkpoint to resume from, parts of a net, a buffer in memory."""

import copy
import io
import os
import tempfile

import torch
import torch.nn as nn
import torch.optim as optim

folder = tempfile.mkdtemp()
x = torch.linspace(-1, 1, 24, dtype=torch.float64).view(-1, 2)
y = (x[:, :1] * 2 - x[:, 1:]).sin()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 6)
        self.norm = nn.BatchNorm1d(6)
        self.out = nn.Linear(6, 1)
        self.register_buffer("steps", torch.zeros(1))

    def forward(self, x):
        if self.training:
            self.steps += 1
        return self.out(torch.relu(self.norm(self.hidden(x))))


def fresh():
    net = Net().double()
    for k, (name, p) in enumerate(net.named_parameters()):
        p.data = torch.linspace(-0.6, 0.5 + 0.1 * k, p.numel(), dtype=torch.float64).reshape(
            p.shape
        )
    return net


def train(net, optimizer, epochs):
    net.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


net = fresh()
optimizer = optim.Adam(net.parameters(), lr=0.02)
loss = train(net, optimizer, 10)
PATH = os.path.join(folder, "checkpoint.tar")
torch.save(
    {
        "epoch": 10,
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "loss": loss,
    },
    PATH,
)
straight = train(net, optimizer, 10)

resumed = Net().double()
optimizer = optim.Adam(resumed.parameters(), lr=0.5)
checkpoint = torch.load(PATH, map_location=torch.device("cpu"), weights_only=True)
print(resumed.load_state_dict(checkpoint["model_state_dict"]))
optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
print(
    "epoch", checkpoint["epoch"], f"loss {checkpoint['loss']:.6f}", optimizer.param_groups[0]["lr"]
)
print(f"straight {straight:.8f} resumed {train(resumed, optimizer, 10):.8f}")

for param_tensor in net.state_dict():
    print(param_tensor, "\t", tuple(net.state_dict()[param_tensor].size()))

buffer = io.BytesIO()
torch.save(net.state_dict(), buffer)
buffer.seek(0)
state = torch.load(buffer, map_location="cpu")
print(len(state), torch.equal(state["hidden.weight"], net.hidden.weight.data))

# Part of a net: what fits is taken, what does not is told.
other = nn.ModuleDict({"hidden": nn.Linear(2, 6), "head": nn.Linear(6, 3)}).double()
part = {k: v for k, v in state.items() if k in other.state_dict()}
result = other.load_state_dict(part, strict=False)
print(sorted(result.missing_keys), result.unexpected_keys)
try:
    other.load_state_dict(state)
except (RuntimeError, ValueError) as error:
    print("refused", "head.weight" in str(error))

best = copy.deepcopy(net.state_dict())
train(net, optim.SGD(net.parameters(), lr=0.1), 3)
changed = (net.state_dict()["out.bias"] != best["out.bias"]).any().item()
net.load_state_dict(best)
net.eval()
print(changed, f"{nn.functional.mse_loss(net(x), y).item():.8f}", net.steps.item())
torch.save(torch.arange(3), os.path.join(folder, "tensor.pt"))
print(torch.load(os.path.join(folder, "tensor.pt")))
