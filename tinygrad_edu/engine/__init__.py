"""Graphs that know no operation: nodes, primitives, backprop, modes."""

from tinygrad_edu.engine import allocator as allocator
from tinygrad_edu.engine.backprop import accumulate_gradients as accumulate_gradients
from tinygrad_edu.engine.backprop import gradients as gradients
from tinygrad_edu.engine.changes import mark_changed as mark_changed
from tinygrad_edu.engine.modes import MODE as MODE
from tinygrad_edu.engine.modes import detect_anomaly as detect_anomaly
from tinygrad_edu.engine.modes import enable_grad as enable_grad
from tinygrad_edu.engine.modes import is_grad_enabled as is_grad_enabled
from tinygrad_edu.engine.modes import no_grad as no_grad
from tinygrad_edu.engine.modes import set_grad_enabled as set_grad_enabled
from tinygrad_edu.engine.node import Array as Array
from tinygrad_edu.engine.node import Node as Node
from tinygrad_edu.engine.node import as_array as as_array
from tinygrad_edu.engine.node import tick as tick
from tinygrad_edu.engine.primitive import NUMPY_FUNCTIONS as NUMPY_FUNCTIONS
from tinygrad_edu.engine.primitive import PRIMITIVES as PRIMITIVES
from tinygrad_edu.engine.primitive import Primitive as Primitive
from tinygrad_edu.engine.primitive import implements as implements
from tinygrad_edu.engine.primitive import primitive as primitive
