"""One body, two heads: a class and a number, with learned weights of the two losses."""

import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(131)
x = torch.from_numpy(rng.randn(100, 6))
kind = (x[:, 0] + x[:, 1] > 0).long()
size = (x[:, 2] - x[:, 3]).unsqueeze(-1) * 0.5


class MultiTask(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(6, 16), nn.Linear(16, 16)])
        self.heads = nn.ModuleDict({"kind": nn.Linear(16, 2), "size": nn.Linear(16, 1)})
        self.log_vars = nn.Parameter(torch.zeros(2))
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(16)) for _ in range(2)])

    def forward(self, x):
        for layer, scale in zip(self.body, self.scales):
            x = torch.relu(layer(x)) * scale
        return {name: head(x) for name, head in self.heads.items()}


model = MultiTask().double()
for name, p in model.named_parameters():
    if p.dim() == 2:
        p.data = torch.from_numpy(rng.randn(*p.shape) * 0.3)
    elif name.endswith("bias"):
        nn.init.zeros_(p)
criteria = {"kind": nn.CrossEntropyLoss(), "size": nn.MSELoss()}
optimizer = torch.optim.Adam(
    [
        {"params": model.body.parameters()},
        {"params": model.heads.parameters(), "lr": 0.02},
        {"params": [model.log_vars, *model.scales], "weight_decay": 0.0},
    ],
    lr=0.01,
    weight_decay=1e-3,
)

for epoch in range(41):
    out = model(x)
    losses = torch.stack([criteria["kind"](out["kind"], kind), criteria["size"](out["size"], size)])
    total = (torch.exp(-model.log_vars) * losses + model.log_vars).sum()
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    if epoch % 10 == 0:
        first, second = losses.tolist()
        print(f"{epoch:2d} total {total.item():.5f} kind {first:.5f} size {second:.5f}")
accuracy = (out["kind"].argmax(-1) == kind).double().mean()
print(f"accuracy {accuracy:.3f}, weights {model.log_vars.exp().neg().tolist()[0]:.5f}")

# Do the tasks agree? The cosine of their gradients at the body.
shared = list(model.body.parameters())
out = model(x)
losses = [criteria["kind"](out["kind"], kind), criteria["size"](out["size"], size)]
grads = []
for loss in losses:
    pieces = torch.autograd.grad(loss, shared, retain_graph=True)
    grads.append(torch.cat([g.flatten() for g in pieces]))
cosine = torch.dot(grads[0], grads[1]) / (grads[0].norm() * grads[1].norm())
print(f"cosine {cosine.item():.5f}")
print([name for name, _ in model.named_parameters()][:6])
print(len(model.body), list(model.heads.keys()), "kind" in model.heads, model.scales[0].shape)
print(
    {type(m).__name__ for m in model.modules()}
    == {"MultiTask", "ModuleList", "ModuleDict", "Linear", "ParameterList"}
)
for group in optimizer.param_groups:
    print(group["lr"], group["weight_decay"], len(group["params"]))
