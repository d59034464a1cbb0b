// Whether observed frequencies agree with the tables.
//
// Owns:      the counts of what worlds did, and the test against their process's probabilities.
// Must not:  know an environment.
// Invariant: a world that follows its tables fails once in 10^9 comparisons, however many it makes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <tuple>
#include <vector>

#include <lockstep/table_game.hpp>
#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"

namespace lockstep::test {

// Less than 10^-9 of a chi-square distribution lies above it: six standard deviations by Wilson and
// Hilferty's cube, which is too high, by a quarter, for one degree of freedom.
inline double chi_square_limit(std::size_t degrees) {
    const double width = 2.0 / (9.0 * static_cast<double>(degrees));
    return static_cast<double>(degrees) * std::pow(1 - width + 6 * std::sqrt(width), 3);
}

// A possible result of an action: next state, reward, end of the episode.
using Consequence = std::tuple<std::uint32_t, double, bool>;
using Counts = std::map<Consequence, std::int64_t>;

template <class Real>
std::map<Consequence, double> consequences(std::span<const Outcome> outcomes) {
    std::map<Consequence, double> result;
    for (const Outcome& o : outcomes) {
        if (o.probability == 0) continue;
        result[{o.next, static_cast<Real>(o.reward), o.terminated}] += o.probability;
    }
    return result;
}

// Chi-square divided by its limit: above 1 the counts do not fit these outcomes; infinite if an
// impossible one happened. Expected counts below five make the tail heavier than chi-square's, and
// are left out.
template <class Real>
double discrepancy(const Counts& counts, std::span<const Outcome> outcomes) {
    const auto expected = consequences<Real>(outcomes);
    double total = 0, least = 1, chi_square = 0;
    for (const auto& [consequence, count] : counts) {
        if (!expected.contains(consequence)) return std::numeric_limits<double>::infinity();
        total += static_cast<double>(count);
    }
    for (const auto& [consequence, p] : expected) {
        const auto found = counts.find(consequence);
        const double count = found == counts.end() ? 0 : static_cast<double>(found->second);
        chi_square += (count - total * p) * (count - total * p) / (total * p);
        least = std::min(least, p);
    }
    if (total * least < 5 || expected.size() < 2) return 0;
    return chi_square / chi_square_limit(expected.size() - 1);
}

// Indexed by state * actions + action.
using Tally = std::map<std::int64_t, Counts>;

// Steps the worlds with legal actions, each equally likely, and counts all results.
template <class Real>
Tally tally_steps(const VectorEnvConfig& config, const FiniteMdp& mdp, int steps,
                  std::mt19937_64& random) {
    VectorEnv<Real> env(config);
    const auto worlds = static_cast<std::size_t>(env.size());
    Tally seen;
    std::uniform_int_distribution<std::int32_t> any(0, env.action_count() - 1);
    std::vector<std::int32_t> actions(worlds);
    std::vector<Counts*> counts(worlds);
    for (int t = 0; t < steps; ++t) {
        for (std::size_t i = 0; i < worlds; ++i) {
            const auto state = static_cast<std::int64_t>(env.observation(0)[i]);
            do actions[i] = any(random);
            while (!mdp.legal(state, actions[i]));
            counts[i] = &seen[state * mdp.actions + actions[i]];
        }
        env.step(actions);
        for (std::size_t i = 0; i < worlds; ++i) {
            ++(*counts[i])[{static_cast<std::uint32_t>(env.final_observation(0)[i]),
                            env.reward()[i], env.terminated()[i] != 0}];
        }
    }
    return seen;
}

template <class Real>
double worst_discrepancy(const Tally& tally, const FiniteMdp& mdp) {
    double worst = 0;
    for (const auto& [pair, counts] : tally)
        worst = std::max(worst,
                         discrepancy<Real>(counts, mdp.of(pair / mdp.actions, pair % mdp.actions)));
    return worst;
}

// Returns how many of the process's pairs were seen.
template <class Real>
std::size_t check_steps(const VectorEnvConfig& config, const FiniteMdp& mdp, int steps,
                        std::mt19937_64& random) {
    const Tally tally = tally_steps<Real>(config, mdp, steps, random);
    CHECK(worst_discrepancy<Real>(tally, mdp) < 1);
    return tally.size();
}

// Checks that first episodes begin in the process's start states, equally often.
inline void check_starts(const VectorEnvConfig& config, const FiniteMdp& mdp) {
    std::vector<Outcome> starts;
    const double chance = 1 / static_cast<double>(mdp.starts.size());
    for (const std::uint32_t start : mdp.starts)
        starts.push_back({.probability = chance, .next = start});
    Counts counts;
    VectorEnv<float> env(config);
    for (const float state : env.observation(0))
        ++counts[{static_cast<std::uint32_t>(state), 0, false}];
    CHECK(discrepancy<float>(counts, starts) < 1);
}

}  // namespace lockstep::test
