"""Wasserstein loss with a penalty on the norm of the critic's gradient: a second derivative."""

import numpy as np
import torch
import torch.autograd as autograd
import torch.nn as nn

rng = np.random.RandomState(4)
Tensor = torch.DoubleTensor


def randn(*shape):
    return Tensor(rng.randn(*shape))


def compute_gradient_penalty(D, real_samples, fake_samples):
    alpha = Tensor(rng.random_sample((real_samples.size(0), 1)))
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = torch.ones(real_samples.shape[0], 1, dtype=torch.float64, requires_grad=False)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def mlp(*sizes):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.Tanh()]
    net = nn.Sequential(*layers[:-1]).double()
    for p in net.parameters():
        p.data.copy_(randn(*p.shape) * 0.4)
    return net


generator, discriminator = mlp(2, 10, 2), mlp(2, 12, 12, 1)
optimizer_G = torch.optim.Adam(generator.parameters(), lr=0.01, betas=(0.5, 0.9))
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=0.01, betas=(0.5, 0.9))
lambda_gp, n_critic = 10, 3

for i in range(60):
    angle = Tensor(rng.rand(24) * 2 * np.pi)
    real = torch.stack([torch.cos(angle), torch.sin(angle)], 1)
    optimizer_D.zero_grad()
    fake = generator(randn(24, 2))
    real_validity = discriminator(real)
    fake_validity = discriminator(fake.detach())
    gradient_penalty = compute_gradient_penalty(discriminator, real.data, fake.data)
    d_loss = -torch.mean(real_validity) + torch.mean(fake_validity) + lambda_gp * gradient_penalty
    d_loss.backward()
    optimizer_D.step()
    optimizer_G.zero_grad()
    if i % n_critic == 0:
        g_loss = -torch.mean(discriminator(generator(randn(24, 2))))
        g_loss.backward()
        optimizer_G.step()
    if i % 12 == 0:
        print(
            f"[Batch {i}] [D loss: {d_loss.item():.5f}] [G loss: {g_loss.item():.5f}] "
            f"[penalty: {gradient_penalty.item():.5f}]"
        )

one = torch.FloatTensor([1])
mone = one * -1
print(one, mone, sum(p.grad.norm(2).item() ** 2 for p in discriminator.parameters()) > 0)
