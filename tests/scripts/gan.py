"""A generative adversarial net that learns a normal distribution; all noise comes from NumPy."""

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

rng = np.random.RandomState(11)
g_input_size, hidden, batch = 2, 16, 32


def noise(*size):
    return torch.from_numpy(rng.standard_normal(size))


def real_samples():
    return torch.from_numpy(rng.normal(4.0, 1.25, (batch, 1)))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.map1 = nn.Linear(g_input_size, hidden)
        self.map2 = nn.Linear(hidden, hidden)
        self.map3 = nn.Linear(hidden, 1)
        self.f = torch.tanh

    def forward(self, x):
        x = self.f(self.map1(x))
        x = self.f(self.map2(x))
        return self.map3(x)


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        m.weight.data.copy_(noise(*m.weight.data.shape) * 0.3)
        m.bias.data.fill_(0)


G = Generator().double()
D = nn.Sequential(
    nn.Linear(1, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1), nn.Sigmoid()
).double()
G.apply(weights_init)
D.apply(weights_init)

criterion = nn.BCELoss()
d_optimizer = optim.Adam(D.parameters(), lr=5e-3, betas=(0.5, 0.999))
g_optimizer = optim.Adam(G.parameters(), lr=5e-3, betas=(0.5, 0.999))
real_label = torch.ones(batch, 1, dtype=torch.float64)
fake_label = torch.zeros(batch, 1, dtype=torch.float64)
G_losses, D_losses = [], []

for epoch in range(200):
    # discriminator: real and fake
    D.zero_grad()
    d_real_error = criterion(D(real_samples()), real_label)
    d_real_error.backward()
    d_fake_data = G(noise(batch, g_input_size)).detach()
    d_fake_error = criterion(D(d_fake_data), fake_label)
    d_fake_error.backward()
    d_optimizer.step()

    # generator: fool it
    G.zero_grad()
    g_fake_data = G(noise(batch, g_input_size))
    g_error = criterion(D(g_fake_data), real_label)
    g_error.backward()
    g_optimizer.step()

    G_losses.append(g_error.item())
    D_losses.append((d_real_error + d_fake_error).data.item())
    if epoch % 40 == 0:
        stats = [float(g_fake_data.mean()), float(g_fake_data.std())]
        print(
            "Epoch %s: D (%.5f real, %.5f fake) G (%.5f)"
            % (epoch, d_real_error.item(), d_fake_error.item(), g_error.item())
        )
        print("  fake: mean %.4f, std %.4f" % tuple(stats))
print("mean losses", round(np.mean(G_losses), 5), round(np.mean(D_losses), 5))
