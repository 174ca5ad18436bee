"""A graph of scalars: forward, backward, second order, and a picture of it.

    python examples/01_scalar_graph.py

Writes scalar_graph.svg where Graphviz is installed, or the graph as text where it is not.
"""

import tinygrad_edu as tg

# A neuron with two inputs: each value remembers how it was made.
x1 = tg.tensor(2.0, requires_grad=True, name="x1")
x2 = tg.tensor(0.0, requires_grad=True, name="x2")
w1 = tg.tensor(-3.0, requires_grad=True, name="w1")
w2 = tg.tensor(1.0, requires_grad=True, name="w2")
b = tg.tensor(6.7, requires_grad=True, name="b")

out = tg.tanh(x1 * w1 + x2 * w2 + b)
print("value            ", out)

# Backward walks the graph once and leaves the derivative of `out` at every leaf.
out.backward()
for leaf in (x1, x2, w1, w2, b):
    print(f"d out / d {leaf.name}     {leaf.grad.item():+.4f}")

# The same by hand: tanh'(z) = 1 - tanh(z)², times the factor beside each leaf.
slope = 1 - out.item() ** 2
assert abs(x1.grad.item() - slope * w1.item()) < 1e-6
assert abs(w1.grad.item() - slope * x1.item()) < 1e-6

# Gradients are values too: differentiate them again.
x = tg.tensor(0.5, requires_grad=True)
first = tg.grad(tg.tanh(x), x, create_graph=True)
second = tg.grad(first, x)
print(f"tanh'(0.5)        {first.item():+.4f}")
print(f"tanh''(0.5)       {second.item():+.4f}")

picture = tg.viz.draw(tg.tanh(x1 * w1 + x2 * w2 + b))
print("picture          ", picture.save("scalar_graph.svg"))
