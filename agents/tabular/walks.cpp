#include <lockstep/agents/tabular/walks.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace lockstep {
namespace {

std::span<const double> row(const FiniteMdp& mdp, const WalkTable& table, std::int64_t state) {
    const auto actions = static_cast<std::size_t>(mdp.actions);
    return table.q.subspan(static_cast<std::size_t>(state / table.states_a_row) * actions, actions);
}

const Outcome& outcome(const FiniteMdp& mdp, std::int64_t state, std::int64_t action) {
    return mdp.of(state, action)[0];
}

// Steps along what `choose` says, which gives the end instead of an action by way of `walk.end`.
Walk walk_on(const FiniteMdp& mdp, std::int64_t start, std::int64_t most_steps, auto&& choose) {
    Walk walk{.states = {start}};
    for (std::int64_t step = 0; step < most_steps; ++step) {
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

// Probabilities [state][action], given that an impossible action is drawn again.
std::vector<double> shares(const FiniteMdp& mdp, const WalkTable& table, double offset) {
    std::vector<double> all;
    all.reserve(static_cast<std::size_t>(mdp.states * mdp.actions));
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        const auto values = row(mdp, table, state);
        const double least = std::ranges::min(values);
        double total = 0;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            const double weight = values[static_cast<std::size_t>(a)] - least + offset;
            all.push_back(mdp.possible(state, a) ? weight : 0);
            total += all.back();
        }
        for (auto share = all.end() - mdp.actions; share != all.end(); ++share) *share /= total;
    }
    return all;
}

// What is left of all walks when no more of them is followed.
constexpr double negligible = 1e-15;

}  // namespace

Walk strict_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                 std::int64_t most_steps) {
    return walk_on(mdp, start, most_steps, [&](Walk& walk) -> std::int64_t {
        const auto values = row(mdp, table, walk.states.back());
        const std::int64_t best = std::ranges::max_element(values) - values.begin();
        if (mdp.possible(walk.states.back(), best)) return best;
        walk.end = WalkEnd::blocked;
        return -1;
    });
}

Walk unrepeating_walk(const FiniteMdp& mdp, const WalkTable& table, std::int64_t start,
                      std::int64_t most_steps) {
    return walk_on(mdp, start, most_steps, [&](Walk& walk) {
        const std::int64_t state = walk.states.back();
        const auto values = row(mdp, table, state);
        std::int64_t best = -1;
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            if (!mdp.possible(state, a)) continue;
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
                            std::int64_t most_steps) {
    const auto states = static_cast<std::size_t>(mdp.states);
    std::vector<double> here(states), next(states);
    for (const std::uint32_t start : mdp.starts)
        here[start] += 1 / static_cast<double>(mdp.starts.size());
    WalkOdds odds;
    double steps = 0, squares = 0;
    const std::vector<double> share = shares(mdp, table, offset);
    const auto actions = static_cast<std::size_t>(mdp.actions);
    odds.capped = 1;
    for (std::int64_t step = 1; step <= most_steps && odds.capped > negligible; ++step) {
        std::ranges::fill(next, 0.0);
        odds.capped = 0;
        for (std::size_t s = 0; s < states; ++s) {
            if (here[s] == 0) continue;
            const auto state = static_cast<std::int64_t>(s);
            for (std::size_t a = 0; a < actions; ++a) {
                const double p = here[s] * share[s * actions + a];
                if (p == 0) continue;
                const Outcome& to = outcome(mdp, state, static_cast<std::int64_t>(a));
                if (!to.terminated) {
                    next[to.next] += p, odds.capped += p;
                } else if (to.reward > 0) {
                    const auto length = static_cast<double>(step);
                    odds.goal += p, steps += p * length, squares += p * length * length;
                } else {
                    odds.lost[to.mark] += p;
                }
            }
        }
        here.swap(next);
    }
    odds.mean_steps = steps / odds.goal;
    odds.sd_steps = std::sqrt(squares / odds.goal - odds.mean_steps * odds.mean_steps);
    return odds;
}

std::vector<std::int64_t> fewest_steps(const FiniteMdp& mdp) {
    std::vector<std::int64_t> steps(static_cast<std::size_t>(mdp.states), -1);
    for (bool found = true; found;) {
        found = false;
        for (std::int64_t s = 0; s < mdp.states; ++s) {
            std::int64_t& fewest = steps[static_cast<std::size_t>(s)];
            for (std::int64_t a = 0; a < mdp.actions; ++a) {
                if (!mdp.possible(s, a)) continue;
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
