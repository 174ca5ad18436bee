"""A scalar autograd of fifty lines, compared with that of the library."""

import math
import random

import torch


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Value(self.data**k, (self,), f"**{k}")

        def _backward():
            self.grad += k * self.data ** (k - 1) * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), "tanh")

        def _backward():
            self.grad += (1 - out.data**2) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()


x1, w1, b = Value(2.0), Value(-3.0), Value(6.8813735870195432)
x2, w2 = Value(0.5), Value(1.0)
o = (x1 * w1 + x2 * w2 + b).tanh()
o.backward()

x1t = torch.Tensor([2.0]).double()
x1t.requires_grad = True
w1t = torch.Tensor([-3.0]).double()
w1t.requires_grad = True
bt = torch.tensor([6.8813735870195432], dtype=torch.float64, requires_grad=True)
x2t = torch.tensor(0.5, dtype=torch.double, requires_grad=True)
w2t = torch.tensor(1.0, dtype=torch.double).requires_grad_()
ot = torch.tanh(x1t * w1t + x2t * w2t + bt)
ot.backward()
print(round(o.data, 6), round(ot.data.item(), 6))
for name, ours, theirs in (("x1", x1, x1t), ("w1", w1, w1t), ("x2", x2, x2t), ("w2", w2, w2t)):
    print(name, round(ours.grad, 6), round(theirs.grad.item(), 6))

# A neuron learns: the same loss in both.
random.seed(1)
ws = [Value(random.uniform(-1, 1)) for _ in range(3)]
wt = torch.tensor([w.data for w in ws], dtype=torch.float64, requires_grad=True)
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
for k in range(10):
    ypred = [sum((w * x for w, x in zip(ws, row)), Value(0.0)).tanh() for row in xs]
    loss = sum(((yp + -y) ** 2 for yp, y in zip(ypred, ys)), Value(0.0))
    for w in ws:
        w.grad = 0.0
    loss.backward()
    losst = ((torch.tanh(torch.tensor(xs).double() @ wt) - torch.tensor(ys)) ** 2).sum()
    wt.grad = None
    losst.backward()
    for w in ws:
        w.data += -0.1 * w.grad
    wt.data -= 0.1 * wt.grad
    print(k, f"{loss.data:.8f} {losst.item():.8f}")
