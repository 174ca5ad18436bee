"""Data: datasets, the loader that batches them, transforms, and well-known sets to train on.

Everything here yields NumPy arrays.
"""

from tinygrad_edu.data.catalog import DATASETS as DATASETS
from tinygrad_edu.data.catalog import available as available
from tinygrad_edu.data.catalog import fetch as fetch
from tinygrad_edu.data.catalog import load as load
from tinygrad_edu.data.catalog import path as path
from tinygrad_edu.data.cifar import CIFAR10 as CIFAR10
from tinygrad_edu.data.cifar import CIFAR100 as CIFAR100
from tinygrad_edu.data.cifar import load_cifar10 as load_cifar10
from tinygrad_edu.data.cifar import load_cifar100 as load_cifar100
from tinygrad_edu.data.dataset import ConcatDataset as ConcatDataset
from tinygrad_edu.data.dataset import Dataset as Dataset
from tinygrad_edu.data.dataset import Subset as Subset
from tinygrad_edu.data.dataset import TensorDataset as TensorDataset
from tinygrad_edu.data.dataset import random_split as random_split
from tinygrad_edu.data.digits import Digits as Digits
from tinygrad_edu.data.digits import load_digits as load_digits
from tinygrad_edu.data.download import data_home as data_home
from tinygrad_edu.data.errors import DataFormatError as DataFormatError
from tinygrad_edu.data.errors import UnverifiedDataWarning as UnverifiedDataWarning
from tinygrad_edu.data.idx import read_idx as read_idx
from tinygrad_edu.data.loader import DataLoader as DataLoader
from tinygrad_edu.data.loader import default_collate as default_collate
from tinygrad_edu.data.mnist import MNIST as MNIST
from tinygrad_edu.data.mnist import FashionMNIST as FashionMNIST
from tinygrad_edu.data.mnist import load_fashion_mnist as load_fashion_mnist
from tinygrad_edu.data.mnist import load_mnist as load_mnist
from tinygrad_edu.data.toy import make_blobs as make_blobs
from tinygrad_edu.data.toy import make_circles as make_circles
from tinygrad_edu.data.toy import make_moons as make_moons
from tinygrad_edu.data.toy import make_spirals as make_spirals
from tinygrad_edu.data.toy import make_xor as make_xor
from tinygrad_edu.data.transforms import Compose as Compose
from tinygrad_edu.data.transforms import Flatten as Flatten
from tinygrad_edu.data.transforms import Normalize as Normalize
from tinygrad_edu.data.transforms import OneHot as OneHot
from tinygrad_edu.data.transforms import RandomCrop as RandomCrop
from tinygrad_edu.data.transforms import RandomHorizontalFlip as RandomHorizontalFlip
from tinygrad_edu.data.transforms import ToFloat as ToFloat
from tinygrad_edu.data.vision import ImageDataset as ImageDataset
from tinygrad_edu.data.vision import TrainTest as TrainTest
