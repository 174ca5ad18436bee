"""Q-learning with a replay memory and a target net, in a corridor."""

import random
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

random.seed(7)
rng = np.random.RandomState(7)
Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))
N_STATES, N_ACTIONS, BATCH_SIZE, GAMMA = 6, 2, 16, 0.9


class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DQN(nn.Module):
    def __init__(self):
        super(DQN, self).__init__()
        self.fc1 = nn.Linear(N_STATES, 16)
        self.fc1.weight.data.normal_(0, 0.1)
        self.out = nn.Linear(16, N_ACTIONS)

    def forward(self, x):
        return self.out(F.relu(self.fc1(x)))


policy_net, target_net = DQN().double(), DQN().double()
for p in policy_net.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.2))
target_net.load_state_dict(policy_net.state_dict())
target_net.eval()
optimizer = torch.optim.RMSprop(policy_net.parameters(), lr=0.005)
memory = ReplayMemory(500)


def observe(place):
    return F.one_hot(torch.tensor([place]), N_STATES).double()


def select_action(state, threshold):
    if rng.rand() > threshold:
        with torch.no_grad():
            return policy_net(state).max(1)[1].view(1, 1)
    return torch.tensor([[rng.randint(N_ACTIONS)]], dtype=torch.long)


def optimize_model():
    if len(memory) < BATCH_SIZE:
        return 0.0
    batch = Transition(*zip(*memory.sample(BATCH_SIZE)))
    non_final_mask = torch.tensor(
        tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool
    )
    non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
    state_batch, action_batch = torch.cat(batch.state), torch.cat(batch.action)
    reward_batch = torch.cat(batch.reward)
    state_action_values = policy_net(state_batch).gather(1, action_batch)
    next_state_values = torch.zeros(BATCH_SIZE, dtype=torch.float64)
    next_state_values[non_final_mask] = target_net(non_final_next_states).max(1)[0].detach()
    expected = (next_state_values * GAMMA) + reward_batch
    loss = F.smooth_l1_loss(state_action_values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    for param in policy_net.parameters():
        param.grad.data.clamp_(-1, 1)
    optimizer.step()
    return loss.item()


for episode in range(25):
    place = 0
    for t in range(30):
        state = observe(place)
        action = select_action(state, threshold=max(0.1, 0.9 - episode * 0.05))
        place = max(0, place + (1 if action.item() == 1 else -1))
        done = place == N_STATES - 1
        reward = torch.tensor([1.0 if done else -0.05]).double()
        memory.push(state, action, None if done else observe(place), reward)
        loss = optimize_model()
        if done:
            break
    if episode % 5 == 0:
        target_net.load_state_dict(policy_net.state_dict())
        print(f"episode {episode}: {t + 1} steps, loss {loss:.6f}")

# Soft update of the target net.
TAU = 0.1
target_state, policy_state = target_net.state_dict(), policy_net.state_dict()
for key in policy_state:
    target_state[key] = policy_state[key] * TAU + target_state[key] * (1 - TAU)
target_net.load_state_dict(target_state)
with torch.no_grad():
    values = target_net(torch.eye(N_STATES).double())
print(values.argmax(1)[:-1].tolist(), f"{values.max().item():.5f}")
