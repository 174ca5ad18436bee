"""A net of sines fits an image and its derivatives."""

import numpy as np
import torch
from torch import nn

rng = np.random.RandomState(6)


def get_mgrid(sidelen, dim=2):
    tensors = tuple(dim * [torch.linspace(-1, 1, steps=sidelen, dtype=torch.float64)])
    mgrid = torch.stack(torch.meshgrid(*tensors, indexing="ij"), dim=-1)
    return mgrid.reshape(-1, dim)


class SineLayer(nn.Module):
    def __init__(self, in_features, out_features, bias=True, is_first=False, omega_0=10):
        super().__init__()
        self.omega_0 = omega_0
        self.is_first = is_first
        self.in_features = in_features
        self.linear = nn.Linear(in_features, out_features, bias=bias)
        self.init_weights()

    def init_weights(self):
        with torch.no_grad():
            bound = 1 / self.in_features
            if not self.is_first:
                bound = np.sqrt(6 / self.in_features) / self.omega_0
            self.linear.weight.uniform_(-bound, bound)

    def forward(self, input):
        return torch.sin(self.omega_0 * self.linear(input))


class Siren(nn.Module):
    def __init__(self, hidden_features, hidden_layers):
        super().__init__()
        self.net = [SineLayer(2, hidden_features, is_first=True)]
        for _ in range(hidden_layers):
            self.net.append(SineLayer(hidden_features, hidden_features))
        self.net.append(nn.Linear(hidden_features, 1))
        self.net = nn.Sequential(*self.net)

    def forward(self, coords):
        coords = coords.clone().detach().requires_grad_(True)
        return self.net(coords), coords


def gradient(y, x, grad_outputs=None):
    if grad_outputs is None:
        grad_outputs = torch.ones_like(y)
    return torch.autograd.grad(y, [x], grad_outputs=grad_outputs, create_graph=True)[0]


def divergence(y, x):
    div = 0.0
    for i in range(y.shape[-1]):
        div += torch.autograd.grad(y[..., i], x, torch.ones_like(y[..., i]), create_graph=True)[0][
            ..., i : i + 1
        ]
    return div


def laplace(y, x):
    return divergence(gradient(y, x), x)


siren = Siren(12, 1).double()
for p in siren.parameters():
    p.data.copy_(torch.from_numpy(rng.uniform(-0.2, 0.2, p.shape)))
coords = get_mgrid(8)
image = (torch.sin(3 * coords[:, :1]) * torch.cos(2 * coords[:, 1:])).view(1, -1, 1)
optim = torch.optim.Adam(lr=1e-3, params=siren.parameters())
for step in range(61):
    model_output, model_coords = siren(coords.unsqueeze(0))
    loss = ((model_output - image) ** 2).mean()
    if not step % 20:
        img_grad = gradient(model_output, model_coords)
        img_laplacian = laplace(model_output, model_coords)
        print(
            "Step %d, loss %0.6f, slope %0.4f, curvature %0.4f"
            % (step, loss, img_grad.norm(dim=-1).mean(), img_laplacian.abs().mean())
        )
    optim.zero_grad()
    loss.backward()
    optim.step()
print(model_output.cpu().view(8, 8).detach().numpy().shape)
