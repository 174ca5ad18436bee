"""Bandits and a corridor: REINFORCE with a baseline, and an actor with a critic."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

rng = np.random.RandomState(51)
eps = np.finfo(np.float32).eps.item()


def draw(probs):
    """An action by NumPy's numbers, so that every library takes the same."""
    p = probs.detach().numpy()
    return torch.tensor(rng.choice(len(p), p=p / p.sum()))


# A bandit of four arms.
arms = torch.tensor([0.1, 0.5, 0.9, 0.3])
logits = torch.zeros(4, dtype=torch.float64, requires_grad=True)
optimizer = optim.SGD([logits], lr=0.5)
baseline, rewards = 0.0, []
for t in range(150):
    m = Categorical(logits=logits)
    action = draw(m.probs)
    reward = float(rng.rand() < arms[action].item())
    rewards.append(reward)
    loss = -m.log_prob(action) * (reward - baseline) - 0.01 * m.entropy()
    baseline += 0.1 * (reward - baseline)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("bandit", m.probs.argmax().item(), f"{m.probs.max().item():.5f} {np.mean(rewards[-50:]):.2f}")


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(5, 16)
        self.action_head = nn.Linear(16, 2)
        self.value_head = nn.Linear(16, 1)
        self.saved_actions, self.rewards = [], []

    def forward(self, x):
        x = F.relu(self.affine1(x))
        return F.softmax(self.action_head(x), dim=-1), self.value_head(x)


model = Policy().double()
for p in model.parameters():
    p.data = torch.from_numpy(rng.randn(*p.shape) * 0.3)
optimizer = optim.Adam(model.parameters(), lr=0.02)


def finish_episode():
    R, returns = 0, []
    for r in model.rewards[::-1]:
        R = r + 0.95 * R
        returns.insert(0, R)
    returns = torch.tensor(returns, dtype=torch.float64)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    policy_losses, value_losses = [], []
    for (log_prob, value), R in zip(model.saved_actions, returns):
        advantage = R - value.item()
        policy_losses.append(-log_prob * advantage)
        value_losses.append(F.smooth_l1_loss(value, torch.tensor([R], dtype=torch.float64)))
    optimizer.zero_grad()
    loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
    loss.backward()
    optimizer.step()
    del model.rewards[:]
    del model.saved_actions[:]
    return loss.item()


for i_episode in range(1, 41):
    place, ep_reward = 0, 0
    for t in range(1, 20):
        state = torch.eye(5).double()[place]
        probs, state_value = model(state)
        m = Categorical(probs)
        action = draw(probs)
        model.saved_actions.append((m.log_prob(action), state_value))
        place = max(place + (1 if action.item() else -1), 0)
        reward = 1.0 if place == 4 else -0.1
        model.rewards.append(reward)
        ep_reward += reward
        if place == 4:
            break
    loss = finish_episode()
    if i_episode % 10 == 0:
        print(f"Episode {i_episode}\tsteps: {t}\treward: {ep_reward:.2f}\tloss: {loss:.5f}")

p, q = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 2.0])), Normal(0.5, 1.5)
print(p.log_prob(torch.tensor([0.3, -1.0])), p.entropy(), kl_divergence(p, q))
coin = Bernoulli(logits=torch.tensor([0.2, -1.0]))
print(coin.probs, coin.log_prob(torch.tensor([1.0, 0.0])), coin.entropy())
print(p.rsample().shape, p.sample((3,)).shape, Categorical(torch.ones(3)).sample((2, 2)).shape)
