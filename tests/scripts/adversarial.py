"""Adversarial examples: one signed step on the input, several with a projection, and training."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

rng = np.random.RandomState(31)
labels = torch.from_numpy(rng.randint(0, 2, 100))
images = torch.from_numpy(np.clip(0.5 + 0.15 * rng.randn(100, 1, 6, 6), 0, 1))
images[labels == 1, :, 1:3, 1:5] += 0.2
images[labels == 0, :, 3:5, 1:5] += 0.2
images.clamp_(0, 1)

model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 2)).double()
for p in model.parameters():
    p.data = torch.from_numpy(0.2 * rng.randn(*p.shape))


def fgsm_attack(image, epsilon, data_grad):
    sign_data_grad = data_grad.sign()
    perturbed_image = image + epsilon * sign_data_grad
    return torch.clamp(perturbed_image, 0, 1)


def train(epochs, adversarial=False):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(epochs):
        data = images.clone().detach()
        if adversarial:
            data.requires_grad_()
            F.cross_entropy(model(data), labels).backward()
            data = fgsm_attack(data, 0.1, data.grad.data).detach()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(data), labels)
        loss.backward()
        optimizer.step()
    return loss.item()


def test(model, epsilon):
    correct, adv_examples = 0, []
    for data, target in zip(images.split(1), labels.split(1)):
        data.requires_grad = True
        output = model(data)
        init_pred = output.max(1, keepdim=True)[1]
        if init_pred.item() != target.item():
            data.requires_grad = False
            continue
        loss = F.nll_loss(F.log_softmax(output, dim=1), target)
        model.zero_grad()
        loss.backward()
        data_grad = data.grad.data
        perturbed_data = fgsm_attack(data, epsilon, data_grad)
        final_pred = model(perturbed_data).max(1, keepdim=True)[1]
        if final_pred.item() == target.item():
            correct += 1
        elif len(adv_examples) < 3:
            adv_ex = perturbed_data.squeeze().detach().cpu().numpy()
            adv_examples.append((init_pred.item(), final_pred.item(), adv_ex))
    final_acc = correct / float(len(images))
    print(f"Epsilon: {epsilon}\tTest Accuracy = {correct} / {len(images)} = {final_acc}")
    return [(a, b, round(float(e.mean()), 5)) for a, b, e in adv_examples]


def pgd_linf(X, y, epsilon, alpha, num_iter):
    delta = torch.zeros_like(X, requires_grad=True)
    for _ in range(num_iter):
        loss = nn.CrossEntropyLoss()(model(X + delta), y)
        loss.backward()
        delta.data = (delta + alpha * delta.grad.detach().sign()).clamp(-epsilon, epsilon)
        delta.grad.zero_()
    return delta.detach()


print(f"loss {train(30):.6f}")
for eps in (0, 0.05, 0.15):
    print(test(model, eps))
delta = pgd_linf(images, labels, 0.1, 0.02, 10)
print(f"pgd: {(model(images + delta).argmax(1) != labels).double().mean().item():.4f} wrong")
print(f"after adversarial training: loss {train(30, adversarial=True):.6f}")
delta = pgd_linf(images, labels, 0.1, 0.02, 10)
print(
    f"pgd: {(model(images + delta).max(dim=1)[1] != labels).sum().item()} wrong, "
    f"size {delta.abs().max().item():.3f}"
)
