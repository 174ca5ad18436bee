"""A variational autoencoder; its noise comes from NumPy, so that every library draws the same."""

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional as F

rng = np.random.RandomState(1)


class VAE(nn.Module):
    def __init__(self):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(16, 12)
        self.fc21 = nn.Linear(12, 2)
        self.fc22 = nn.Linear(12, 2)
        self.fc3 = nn.Linear(2, 12)
        self.fc4 = nn.Linear(12, 16)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        if self.training:
            eps = torch.empty_like(std).copy_(torch.from_numpy(rng.randn(*std.shape)))
            return eps.mul(std).add_(mu)
        return mu

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 16))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x.view(-1, 16), reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


data = torch.zeros(60, 1, 4, 4, dtype=torch.float64)
for i in range(60):
    data[i, 0, i % 4, :] = 1.0
    data[i, 0, :, (i // 4) % 4] = 1.0

model = VAE().double()
with torch.no_grad():
    for p in model.parameters():
        p.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.3))
optimizer = optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(1, 11):
    model.train()
    train_loss = 0
    for batch_idx in range(3):
        batch = data[batch_idx * 20 : (batch_idx + 1) * 20]
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(batch)
        loss = loss_function(recon_batch, batch, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    print("====> Epoch: {} Average loss: {:.4f}".format(epoch, train_loss / len(data)))

model.eval()
with torch.no_grad():
    recon, mu, logvar = model(data)
    print("test", f"{loss_function(recon, data, mu, logvar).item() / len(data):.4f}")
    sample = model.decode(torch.tensor([[0.0, 0.0], [1.0, -1.0]]).double()).cpu()
    print(sample.view(2, 1, 4, 4)[:, 0, 0])
    print("used axes:", (mu.std(0) > 0.1).tolist())
