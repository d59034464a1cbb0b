
#include "tools/reproduce/systems/policy_value.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace lockstep {
namespace {

std::size_t pair_of(const FiniteMdp& mdp, std::int64_t state, std::int64_t action) {
    return static_cast<std::size_t>(state * mdp.actions + action);
}

// Calls visit(chance, outcome) for every outcome that can follow a state.
void for_each_outcome(const FiniteMdp& mdp, const ActionChances& policy, std::int64_t state,
                      auto&& visit) {
    for (std::int64_t action = 0; action < mdp.actions; ++action) {
        const double chosen = policy[pair_of(mdp, state, action)];
        for (const Outcome& outcome : mdp.of(state, action)) {
            const double chance = chosen * outcome.probability;
            if (chance > 0) visit(chance, outcome);
        }
    }
}

PolicyChain::Ending kind_of(const Outcome& outcome) { return {outcome.next, outcome.mark}; }

std::vector<PolicyChain::Ending> kinds_of(const FiniteMdp& mdp, const ActionChances& policy) {
    std::vector<PolicyChain::Ending> kinds;
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        for_each_outcome(mdp, policy, state, [&](double, const Outcome& outcome) {
            if (outcome.terminated) kinds.push_back(kind_of(outcome));
        });
    }
    std::ranges::sort(kinds);
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    return kinds;
}

std::vector<double> beginning(const FiniteMdp& mdp, std::optional<std::int64_t> start) {
    std::vector<double> share(static_cast<std::size_t>(mdp.states), 0);
    const std::span starts = std::span(mdp.starts).first(mdp.first_start[1]);
    if (start) {
        share[static_cast<std::size_t>(*start)] = 1;
    } else {
        for (const std::uint32_t state : starts)
            share[state] += 1 / static_cast<double>(starts.size());
    }
    return share;
}

double sum(std::span<const double> shares) {
    return std::accumulate(shares.begin(), shares.end(), 0.0);
}

}  // namespace

ActionChances uniform_policy(const FiniteMdp& mdp) {
    ActionChances policy(static_cast<std::size_t>(mdp.states * mdp.actions), 0);
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        int legal = 0;
        for (std::int64_t a = 0; a < mdp.actions; ++a) legal += mdp.legal(state, a) ? 1 : 0;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            if (mdp.legal(state, a)) policy[pair_of(mdp, state, a)] = 1.0 / legal;
        }
    }
    return policy;
}

ActionChances deterministic_policy(const FiniteMdp& mdp, std::span<const std::int32_t> actions) {
    assert(actions.size() == static_cast<std::size_t>(mdp.states));
    ActionChances policy(static_cast<std::size_t>(mdp.states * mdp.actions), 0);
    for (std::int64_t state = 0; state < mdp.states; ++state)
        policy[pair_of(mdp, state, actions[static_cast<std::size_t>(state)])] = 1;
    return policy;
}

PolicyChain::PolicyChain(const FiniteMdp& mdp, const ActionChances& policy,
                         std::optional<std::int64_t> start)
    : kinds_(kinds_of(mdp, policy)),
      playing_(beginning(mdp, start)),
      ended_(kinds_.size(), 0),
      arriving_(playing_.size() + kinds_.size()) {
    assert(policy.size() == static_cast<std::size_t>(mdp.states * mdp.actions));
    for (std::int64_t state = 0; state < mdp.states; ++state) add_moves(mdp, policy, state);
}

void PolicyChain::add_moves(const FiniteMdp& mdp, const ActionChances& policy, std::int64_t state) {
    double reward = mdp.mean_noise();
    for_each_outcome(mdp, policy, state, [&](double chance, const Outcome& outcome) {
        std::size_t to = outcome.next;
        if (outcome.terminated) {
            const auto kind = std::ranges::lower_bound(kinds_, kind_of(outcome));
            to = playing_.size() + static_cast<std::size_t>(kind - kinds_.begin());
        }
        moves_.push_back({chance, to});
        reward += chance * outcome.reward;
    });
    first_move_.push_back(moves_.size());
    rewards_.push_back(reward);
}

void PolicyChain::step() {
    std::ranges::fill(arriving_, 0);
    reward_ = 0;
    for (std::size_t state = 0; state < playing_.size(); ++state) {
        const double share = playing_[state];
        if (share == 0) continue;
        reward_ += share * rewards_[state];
        for (std::size_t m = first_move_[state]; m < first_move_[state + 1]; ++m)
            arriving_[moves_[m].to] += share * moves_[m].chance;
    }
    const auto ends = arriving_.begin() + static_cast<std::ptrdiff_t>(playing_.size());
    std::copy(arriving_.begin(), ends, playing_.begin());
    std::copy(ends, arriving_.end(), ended_.begin());
}

EpisodeLength& EpisodeLength::operator+=(const EpisodeLength& other) {
    probability += other.probability;
    steps += other.steps;
    squared_steps += other.squared_steps;
    return *this;
}

PolicyValue evaluate(const FiniteMdp& mdp, const ActionChances& policy,
                     const PolicyEvaluationOptions& question) {
    constexpr double few = 1e-20;
    PolicyChain crowd(mdp, policy, question.start);
    PolicyValue result;
    for (const PolicyChain::Ending& kind : crowd.kinds()) result.ends.push_back({kind, {}});
    double discount = 1;
    result.unfinished = 1;
    for (std::int64_t t = 1; t <= question.max_steps && result.unfinished > few; ++t) {
        crowd.step();
        const auto steps = static_cast<double>(t);
        for (std::size_t k = 0; k < result.ends.size(); ++k) {
            const double share = crowd.ended()[k];
            result.ends[k].length += {share, share * steps, share * steps * steps};
        }
        result.value += discount * crowd.reward();
        discount *= question.gamma;
        result.unfinished = sum(crowd.playing());
    }
    for (const PolicyValue::End& end : result.ends) result.all += end.length;
    return result;
}

}  // namespace lockstep
