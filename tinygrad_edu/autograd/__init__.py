"""Derivatives of tensors, of functions and of modules; operations with a backward of their own."""

from tinygrad_edu.autograd.function import Function as Function
from tinygrad_edu.autograd.function import once_differentiable as once_differentiable
from tinygrad_edu.autograd.functional import ggnvp as ggnvp
from tinygrad_edu.autograd.functional import hessian as hessian
from tinygrad_edu.autograd.functional import hvp as hvp
from tinygrad_edu.autograd.functional import jacobian as jacobian
from tinygrad_edu.autograd.functional import jvp as jvp
from tinygrad_edu.autograd.functional import vhp as vhp
from tinygrad_edu.autograd.functional import vjp as vjp
from tinygrad_edu.autograd.gradient import grads as grads
from tinygrad_edu.autograd.transforms import elementwise_grad as elementwise_grad
from tinygrad_edu.autograd.transforms import value_and_grad as value_and_grad
from tinygrad_edu.autograd.transforms import vmap as vmap

grad = grads  # PyTorch's name and contract; `tinygrad_edu.grad` gives one tensor for one input
