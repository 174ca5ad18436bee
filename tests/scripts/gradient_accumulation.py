"""Small batches that act as a large one, clipping, hooks that watch gradients, frozen layers."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils import (
    clip_grad_norm_,
    clip_grad_value_,
    parameters_to_vector,
    vector_to_parameters,
)

rng = np.random.RandomState(111)
x = torch.from_numpy(rng.randn(32, 6))
y = torch.from_numpy(rng.randint(0, 3, 32))


def build():
    net = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 3)).double()
    fixed = np.random.RandomState(1)
    for p in net.parameters():
        p.data = torch.from_numpy(fixed.randn(*p.shape))
    return net


def train(accumulation_steps, steps=12):
    net = build()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
    optimizer.zero_grad()
    for step in range(steps):
        for i, (xb, yb) in enumerate(zip(x.chunk(accumulation_steps), y.chunk(accumulation_steps))):
            loss = nn.functional.cross_entropy(net(xb), yb)
            loss = loss / accumulation_steps
            loss.backward()
            if (i + 1) % accumulation_steps == 0:
                optimizer.step()
                optimizer.zero_grad()
    return nn.functional.cross_entropy(net(x), y).item()


print("one batch", f"{train(1):.10f}", "four", f"{train(4):.10f}", "eight", f"{train(8):.10f}")

net = build()
seen, forward_shapes = {}, []
for name, param in net.named_parameters():
    param.register_hook(lambda grad, name=name: seen.__setitem__(name, grad.norm().item()))
handle = net[0].register_forward_hook(lambda m, inp, out: forward_shapes.append(tuple(out.shape)))
loss = nn.functional.cross_entropy(net(x) * 20, y)
loss.backward()
handle.remove()
net(x)
print({k: round(v, 5) for k, v in sorted(seen.items())}, forward_shapes)
total = clip_grad_norm_(net.parameters(), max_norm=1.0)
left = sum(p.grad.pow(2).sum() for p in net.parameters()).sqrt().item()
print(f"norm {total.item():.6f}, then {left:.6f}")
clip_grad_value_(net.parameters(), clip_value=0.05)
print(f"largest {max(p.grad.abs().max().item() for p in net.parameters()):.4f}")

for param in net[0].parameters():
    param.requires_grad = False
trainable = filter(lambda p: p.requires_grad, net.parameters())
optimizer = torch.optim.Adam(trainable, lr=0.05)
before = net[0].weight.clone()
for _ in range(10):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
print(f"frozen {torch.equal(before, net[0].weight)}, loss {loss.item():.6f}")

vector = parameters_to_vector(net.parameters())
print(vector.shape, f"{vector.sum().item():.6f}")
vector_to_parameters(torch.zeros_like(vector), net.parameters())
print(f"{nn.functional.cross_entropy(net(x), y).item():.6f}", round(float(np.log(3)), 6))

# A gradient that is turned around on the way, by a hook on a computed tensor.
w = torch.tensor([1.0, 2.0], requires_grad=True)
z = w * 3
z.register_hook(lambda grad: -grad)
z.retain_grad()
z.sum().backward()
print(w.grad, z.grad)
