"""What only scripts written for PyTorch need, one file for each subject."""
