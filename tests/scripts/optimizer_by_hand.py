"""Optimizers written anew: functions on a list, a class, and a subclass of the library's."""

import torch
from torch import nn
from torch.optim import Optimizer


class BasicOptim:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self, *args, **kwargs):
        for p in self.params:
            p.data -= p.grad.data * self.lr

    def zero_grad(self, *args, **kwargs):
        for p in self.params:
            p.grad = None


class HandAdam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(params)
        self.lr, self.betas, self.eps, self.t = lr, betas, eps, 0
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p.data) for p in self.params]

    @torch.no_grad()
    def step(self):
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v):
            m.mul_(self.betas[0]).add_(p.grad, alpha=1 - self.betas[0])
            v.mul_(self.betas[1]).addcmul_(p.grad, p.grad, value=1 - self.betas[1])
            m_hat = m / (1 - self.betas[0] ** self.t)
            v_hat = v / (1 - self.betas[1] ** self.t)
            p.addcdiv_(m_hat, v_hat.sqrt().add_(self.eps), value=-self.lr)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()


class Momentum(Optimizer):
    """SGD with momentum, as a subclass with groups and state."""

    def __init__(self, params, lr=0.01, momentum=0.9):
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["velocity"] = torch.zeros_like(p)
                state["step"] += 1
                state["velocity"].mul_(group["momentum"]).add_(p.grad)
                p.add_(state["velocity"], alpha=-group["lr"])
        return loss


x = torch.linspace(-1, 1, 30, dtype=torch.float64).unsqueeze(1)
y = x.pow(2) - 0.3 * x


def make_net():
    net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    for k, p in enumerate(net.parameters()):
        p.data = torch.linspace(-1 + 0.1 * k, 1, p.numel(), dtype=torch.float64).reshape(p.shape)
    return net


pairs = {
    "sgd": (BasicOptim, torch.optim.SGD, dict(lr=0.1)),
    "adam": (HandAdam, torch.optim.Adam, dict(lr=0.02)),
    "momentum": (Momentum, torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
}
for name, (ours, theirs, settings) in pairs.items():
    finals = []
    for make in (ours, theirs):
        net = make_net()
        opt = make(net.parameters(), **settings)
        for _ in range(50):
            opt.zero_grad()
            loss = ((net(x) - y) ** 2).mean()
            loss.backward()
            opt.step()
        finals.append(loss.item())
    print(name, f"{finals[0]:.8f} {finals[1]:.8f}")

net = make_net()
opt = Momentum(
    [{"params": net[0].parameters(), "lr": 0.2}, {"params": net[2].parameters()}], lr=0.05
)
for _ in range(5):

    def closure():
        opt.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        return loss

    value = opt.step(closure)
print(
    f"{value.item():.8f}",
    [group["lr"] for group in opt.param_groups],
    opt.state[net[0].bias]["step"],
)
