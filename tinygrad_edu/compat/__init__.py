"""What exists for the sake of code written for PyTorch: its names, devices and `Function`."""
