"""Operations with a backward of their own: a polynomial, a sign, a reversal of gradients."""

import numpy as np
import torch
import torch.nn as nn
from torch.autograd import Function


class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class MyReLU(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


class BinaryStep(Function):
    """The sign forwards, the identity between -1 and 1 backwards."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sign(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x.abs() <= 1).to(grad.dtype)


class GradientReversal(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.alpha, None


x = torch.linspace(-np.pi, np.pi, 100, dtype=torch.float64)
y = torch.sin(x)
a, b, c, d = (
    torch.full((), v, dtype=torch.float64, requires_grad=True) for v in (0.0, -1.0, 0.0, 0.3)
)
P3 = LegendrePolynomial3.apply
for t in range(401):
    y_pred = a + b * P3(c + d * x)
    loss = (y_pred - y).pow(2).sum()
    if t % 100 == 0:
        print(t, f"{loss.item():.6f}")
    loss.backward()
    with torch.no_grad():
        for p in (a, b, c, d):
            p -= 5e-5 * p.grad
            p.grad = None
print(f"Result: y = {b.item():.4f} * P3({d.item():.4f} x)", abs(a.item() + c.item()) < 1e-6)
print(
    torch.autograd.gradcheck(
        P3, (torch.tensor([0.3, -0.7], dtype=torch.double, requires_grad=True),)
    )
)


class BinaryNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(3, 8), nn.Linear(8, 1)
        self.domain = nn.Linear(8, 2)

    def forward(self, x, alpha=0.5):
        h = MyReLU.apply(self.first(x))
        h = BinaryStep.apply(h - 0.5)
        return self.second(h), self.domain(GradientReversal.apply(h, alpha))


rng = np.random.RandomState(151)
net = BinaryNet().double()
for p in net.parameters():
    p.data = torch.from_numpy(rng.randn(*p.shape) * 0.5)
inputs = torch.from_numpy(rng.randn(40, 3))
target = inputs.prod(dim=1, keepdim=True).sign()
domain = torch.arange(40) % 2
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
for step in range(31):
    out, dom = net(inputs)
    loss = nn.MSELoss()(out, target) + 0.1 * nn.CrossEntropyLoss()(dom, domain)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        print(f"step {step}: {loss.item():.6f}")
v = torch.ones(3, requires_grad=True)
out = GradientReversal.apply(v, 2.0)
out.sum().backward()
print(v.grad, out.requires_grad)
