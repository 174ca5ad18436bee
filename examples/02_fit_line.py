"""Fit a line by gradient descent, written out by hand, and compare it with the exact solution.

python examples/02_fit_line.py
"""

import numpy as np

import tinygrad_edu as tg

generator = np.random.default_rng(0)
x = generator.uniform(-1, 1, 200).astype(np.float32)
y = (3 * x - 0.5 + generator.normal(0, 0.1, 200)).astype(np.float32)

slope = tg.tensor(0.0, requires_grad=True)
intercept = tg.tensor(0.0, requires_grad=True)
learning_rate = 0.5

for step in range(101):
    error = slope * x + intercept - y  # NumPy arrays and tensors mix
    loss = (error**2).mean()
    loss.backward()
    with tg.no_grad():  # the update itself is no part of the graph
        slope -= learning_rate * slope.grad
        intercept -= learning_rate * intercept.grad
    slope.grad = intercept.grad = None  # gradients add up until they are cleared
    if step % 20 == 0:
        line = f"y = {slope.item():.3f} x {intercept.item():+.3f}"
        print(f"step {step:3}  loss {loss.item():.4f}  {line}")

exact_slope, exact_intercept = np.polyfit(x, y, 1)
print(f"least squares         y = {exact_slope:.3f} x {exact_intercept:+.3f}")
assert abs(slope.item() - exact_slope) < 1e-3
assert abs(intercept.item() - exact_intercept) < 1e-3
