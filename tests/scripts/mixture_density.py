"""A net that predicts a mixture of normal distributions, where one input has several answers."""

import math

import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(81)
ONEOVERSQRT2PI = 1.0 / math.sqrt(2 * math.pi)
n_samples = 120
epsilon = torch.from_numpy(rng.randn(n_samples))
y_data = torch.linspace(-5, 5, n_samples).double()
x_data = 3.5 * torch.sin(0.75 * y_data) + 0.5 * y_data + epsilon * 0.3
x_variable, y_variable = x_data.view(n_samples, 1), y_data.view(n_samples, 1)


class MDN(nn.Module):
    def __init__(self, n_hidden, n_gaussians):
        super(MDN, self).__init__()
        self.z_h = nn.Sequential(nn.Linear(1, n_hidden), nn.Tanh())
        self.z_pi = nn.Linear(n_hidden, n_gaussians)
        self.z_sigma = nn.Linear(n_hidden, n_gaussians)
        self.z_mu = nn.Linear(n_hidden, n_gaussians)

    def forward(self, x):
        z_h = self.z_h(x)
        pi = nn.functional.softmax(self.z_pi(z_h), -1)
        sigma = torch.exp(self.z_sigma(z_h))
        mu = self.z_mu(z_h)
        return pi, sigma, mu


def gaussian_distribution(y, mu, sigma):
    result = (y.expand_as(mu) - mu) * torch.reciprocal(sigma)
    result = -0.5 * (result * result)
    return (torch.exp(result) * torch.reciprocal(sigma)) * ONEOVERSQRT2PI


def mdn_loss_fn(pi, sigma, mu, y):
    result = gaussian_distribution(y, mu, sigma) * pi
    result = torch.sum(result, dim=1)
    result = -torch.log(result)
    return torch.mean(result)


def stable_loss(pi, sigma, mu, y):
    log_normal = torch.distributions.Normal(mu, sigma).log_prob(y)
    return -torch.logsumexp(torch.log(pi) + log_normal, dim=1).mean()


network = MDN(n_hidden=12, n_gaussians=4).double()
for p in network.parameters():
    p.data = torch.from_numpy(rng.randn(*p.size()) * 0.4)
optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
for epoch in range(200):
    pi_variable, sigma_variable, mu_variable = network(x_variable)
    loss = mdn_loss_fn(pi_variable, sigma_variable, mu_variable, y_variable)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        other = stable_loss(pi_variable, sigma_variable, mu_variable, y_variable)
        print(epoch, f"{loss.data.tolist():.6f} {other.item():.6f}")

x_test_data = torch.linspace(-8, 8, 5, dtype=torch.float64)
pi, sigma, mu = network(x_test_data.view(5, 1))
k = pi.data.max(dim=1)[1]
means = mu.gather(1, k.view(-1, 1)).squeeze(1)
print(k.tolist(), [round(v, 3) for v in means.tolist()])
mean = (pi * mu).sum(-1)
variance = (pi * (sigma**2 + (mu - mean.unsqueeze(-1)) ** 2)).sum(-1)
print([f"{v:.3f}" for v in variance.sqrt().detach()])


def gumbel_sample(x, axis=1):
    z = rng.gumbel(loc=0, scale=1, size=x.shape)
    return (np.log(x) + z).argmax(axis=axis)


drawn = gumbel_sample(pi.data.numpy())
sampled = [
    rng.randn() * sigma.data.numpy()[i, j] + mu.data.numpy()[i, j] for i, j in enumerate(drawn)
]
print(drawn, np.round(sampled, 3))
