
#include "tools/reproduce/systems/walks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tools/reproduce/systems/policy_value.hpp"

namespace lockstep {
namespace {

std::span<const double> row(const FiniteMdp& mdp, const WalkTable& table, std::int64_t state) {
    const auto actions = static_cast<std::size_t>(mdp.actions);
    return table.q.subspan(static_cast<std::size_t>(state / table.states_a_row) * actions, actions);
}

const Outcome& outcome(const FiniteMdp& mdp, std::int64_t state, std::int64_t action) {
    return mdp.of(state, action)[0];
}

// Steps along the actions that `choose` returns; a negative one ends the walk as `walk.end` says.
Walk walk_on(const FiniteMdp& mdp, std::int64_t start, std::int64_t max_steps, auto&& choose) {
    Walk walk{.states = {start}};
    for (std::int64_t step = 0; step < max_steps; ++step) {
        const std::int64_t state = walk.states.back(), action = choose(walk);
        if (action < 0) return walk;
        const Outcome& next = outcome(mdp, state, action);
        walk.states.push_back(next.next);
        if (!next.terminated) continue;
        walk.end = next.reward > 0 ? WalkEnd::goal : WalkEnd::lost;
        return walk;
    }
    walk.end = WalkEnd::capped;
    return walk;
}

// The chance of each action, given that an action that is not legal is drawn again.
ActionChances shares(const FiniteMdp& mdp, const WalkTable& table, double offset) {
    ActionChances all;
    all.reserve(static_cast<std::size_t>(mdp.states * mdp.actions));
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        const auto values = row(mdp, table, state);
        const double least = std::ranges::min(values);
        double total = 0;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            const double weight = values[static_cast<std::size_t>(a)] - least + offset;
            all.push_back(mdp.legal(state, a) ? weight : 0);
            total += all.back();
        }
        for (auto share = all.end() - mdp.actions; share != all.end(); ++share) *share /= total;
    }
    return all;
}

// The endings with a positive reward.
std::vector<PolicyChain::Ending> goals(const FiniteMdp& mdp) {
    std::vector<PolicyChain::Ending> kinds;
    for (const Outcome& to : mdp.outcomes) {
        if (to.terminated && to.reward > 0) kinds.push_back({to.next, to.mark});
    }
    std::ranges::sort(kinds);
    return kinds;
}

}  // namespace

Walk greedy_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                 std::int64_t max_steps) {
    return walk_on(mdp, start, max_steps, [&](Walk& walk) -> std::int64_t {
        const auto values = row(mdp, table, walk.states.back());
        const std::int64_t best = std::ranges::max_element(values) - values.begin();
        if (mdp.legal(walk.states.back(), best)) return best;
        walk.end = WalkEnd::blocked;
        return -1;
    });
}

Walk self_avoiding_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                        std::int64_t max_steps) {
    return walk_on(mdp, start, max_steps, [&](Walk& walk) {
        const std::int64_t state = walk.states.back();
        const auto values = row(mdp, table, state);
        std::int64_t best = -1;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            if (!mdp.legal(state, a)) continue;
            const std::int64_t next = outcome(mdp, state, a).next;
            if (std::ranges::find(walk.states, next) != walk.states.end()) continue;
            if (best < 0 ||
                values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(best)])
                best = a;
        }
        if (best < 0) walk.end = WalkEnd::trapped;
        return best;
    });
}

WalkOdds proportional_walks(const FiniteMdp& mdp, const WalkTable& table, double offset,
                            std::int64_t max_steps) {
    const PolicyValue value = evaluate(mdp, shares(mdp, table, offset), {.max_steps = max_steps});
    const std::vector<PolicyChain::Ending> goal_kinds = goals(mdp);
    WalkOdds odds;
    EpisodeLength goal;
    for (const PolicyValue::End& end : value.ends) {
        if (std::ranges::binary_search(goal_kinds, end.kind)) {
            goal += end.length;
        } else {
            odds.lost[end.kind.mark] += end.length.probability;
        }
    }
    odds.goal = goal.probability;
    odds.capped = value.unfinished;
    odds.mean_steps = goal.mean();
    odds.sd_steps = std::sqrt(goal.variance());
    return odds;
}

std::vector<std::int64_t> fewest_steps(const FiniteMdp& mdp) {
    std::vector<std::int64_t> steps(static_cast<std::size_t>(mdp.states), -1);
    for (bool found = true; found;) {
        found = false;
        for (std::int64_t s = 0; s < mdp.states; ++s) {
            std::int64_t& fewest = steps[static_cast<std::size_t>(s)];
            for (std::int64_t a = 0; a < mdp.actions; ++a) {
                if (!mdp.legal(s, a)) continue;
                const Outcome& to = outcome(mdp, s, a);
                const bool goal = to.terminated && to.reward > 0;
                const std::int64_t rest = goal ? 0 : to.terminated ? -1 : steps[to.next];
                if (rest < 0 || (fewest >= 0 && fewest <= rest + 1)) continue;
                fewest = rest + 1;
                found = true;
            }
        }
    }
    return steps;
}

}  // namespace lockstep
