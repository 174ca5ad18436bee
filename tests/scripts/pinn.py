"""A physics-informed net: a damped oscillator, with derivatives of the net in the loss."""

import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(123)


class FCN(nn.Module):
    def __init__(self, n_input, n_output, n_hidden, n_layers):
        super().__init__()
        activation = nn.Tanh
        self.fcs = nn.Sequential(*[nn.Linear(n_input, n_hidden), activation()])
        self.fch = nn.Sequential(
            *[
                nn.Sequential(*[nn.Linear(n_hidden, n_hidden), activation()])
                for _ in range(n_layers - 1)
            ]
        )
        self.fce = nn.Linear(n_hidden, n_output)

    def forward(self, x):
        x = self.fcs(x)
        x = self.fch(x)
        return self.fce(x)


def exact_solution(d, w0, t):
    w = np.sqrt(w0**2 - d**2)
    phi = np.arctan(-d / w)
    a = 1 / (2 * np.cos(phi))
    return torch.exp(-d * t) * 2 * a * torch.cos(phi + w * t)


d, w0 = 2, 8
mu, k = 2 * d, w0**2
pinn = FCN(1, 1, 12, 2).double()
rng = np.random.RandomState(123)
for p in pinn.parameters():
    p.data = torch.tensor(rng.randn(*p.shape) * 0.6)

t_boundary = torch.tensor(0.0, dtype=torch.float64).view(-1, 1).requires_grad_(True)
t_physics = torch.linspace(0, 1, 20, dtype=torch.float64).view(-1, 1).requires_grad_(True)
t_test = torch.linspace(0, 1, 50, dtype=torch.float64).view(-1, 1)
u_exact = exact_solution(d, w0, t_test)
optimiser = torch.optim.Adam(pinn.parameters(), lr=5e-3)
lambda1, lambda2 = 1e-1, 1e-4

for i in range(121):
    optimiser.zero_grad()
    u = pinn(t_boundary)
    loss1 = (torch.squeeze(u) - 1) ** 2
    dudt = torch.autograd.grad(u, t_boundary, torch.ones_like(u), create_graph=True)[0]
    loss2 = (torch.squeeze(dudt) - 0) ** 2
    u = pinn(t_physics)
    dudt = torch.autograd.grad(u, t_physics, torch.ones_like(u), create_graph=True)[0]
    d2udt2 = torch.autograd.grad(dudt, t_physics, torch.ones_like(dudt), create_graph=True)[0]
    loss3 = torch.mean((d2udt2 + mu * dudt + k * u) ** 2)
    loss = loss1 + lambda1 * loss2 + lambda2 * loss3
    loss.backward()
    optimiser.step()
    if i % 30 == 0:
        error = (pinn(t_test).detach()[:, 0] - u_exact[:, 0]).abs().mean()
        print(f"{i:4d} loss {loss.item():.6f} physics {loss3.item():.4f} error {error:.6f}")

# The inverse problem: the friction is a parameter beside the net.
friction = torch.nn.Parameter(torch.zeros(1, requires_grad=True, dtype=torch.float64))
optimiser = torch.optim.Adam(list(pinn.parameters()) + [friction], lr=1e-2)
for _ in range(20):
    optimiser.zero_grad()
    u = pinn(t_physics)
    dudt = torch.autograd.grad(u.sum(), t_physics, create_graph=True)[0]
    d2udt2 = torch.autograd.grad(dudt.sum(), t_physics, create_graph=True)[0]
    loss = 1e-4 * torch.mean((d2udt2 + friction * dudt + k * u) ** 2)
    loss += torch.mean((u - exact_solution(d, w0, t_physics.detach())) ** 2)
    loss.backward()
    optimiser.step()
print(f"friction {friction.item():.6f} loss {loss.item():.6f}")
