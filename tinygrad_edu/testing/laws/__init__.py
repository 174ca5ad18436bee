"""The laws that operations, modules, optimizers, schedulers and data sets keep.

Each suite can be run on code of your own: `check_op`, `check_module`, `check_optimizer`,
`check_scheduler`, `check_dataset`.
"""
