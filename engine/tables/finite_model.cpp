
#include "engine/tables/finite_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

#include <lockstep/error.hpp>

#include "engine/text/number_text.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t max_actions = 32;

void check_counts(const FiniteMdp& mdp) {
    if (mdp.states < 1 || mdp.states > TransitionTables::max_states) {
        throw ConfigError(std::to_string(mdp.states) + " states: allowed 1 to " +
                          std::to_string(TransitionTables::max_states));
    }
    if (mdp.actions < 1 || mdp.actions > max_actions) {
        throw ConfigError(std::to_string(mdp.actions) + " actions: allowed 1 to " +
                          std::to_string(max_actions));
    }
    for (std::size_t b = 0; b + 1 < mdp.first_start.size(); ++b) {
        if (mdp.first_start[b] == mdp.first_start[b + 1])
            throw ConfigError("no state for episodes to begin in");
    }
}

void check_outcome(const Outcome& outcome, std::int64_t states, const std::string& where) {
    if (!(outcome.probability >= 0 && outcome.probability <= 1)) {
        throw ConfigError(where + ": probability " + shortest(outcome.probability) +
                          ": allowed 0 to 1");
    }
    if (!std::isfinite(outcome.reward)) throw ConfigError(where + ": the reward is not finite");
    if (outcome.next >= states) {
        throw ConfigError(where + ": next state " + std::to_string(outcome.next) +
                          ": allowed 0 to " + std::to_string(states - 1));
    }
}

void check_row(const FiniteMdp& mdp, std::int64_t row) {
    constexpr double tolerance = 1e-9;  // for hand-typed decimal fractions
    bool any = false;
    for (std::int64_t action = 0; action < mdp.actions; ++action) {
        const auto outcomes = mdp.of(row, action);
        if (outcomes.empty()) continue;
        any = true;
        const std::string where =
            "state " + std::to_string(row % mdp.states) + ", action " + std::to_string(action);
        double sum = 0;
        for (const Outcome& outcome : outcomes) {
            check_outcome(outcome, mdp.states, where);
            sum += outcome.probability;
        }
        if (!(std::abs(sum - 1) <= tolerance)) {
            throw ConfigError(where + ": probabilities sum to " + shortest(sum) + ": must be 1");
        }
    }
    if (!any) throw ConfigError("state " + std::to_string(row) + ": no action is possible");
}

// Walker's alias tables of n probabilities, by Vose's method (1991).
void alias_tables(std::span<const double> probability, std::uint32_t* threshold,
                  std::uint32_t* alias) {
    const std::size_t n = probability.size();
    std::vector<double> height(n);
    std::vector<std::uint32_t> small, large;
    for (std::size_t i = 0; i < n; ++i) {
        height[i] = probability[i] * static_cast<double>(n);
        (height[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
        threshold[i] = ~std::uint32_t{0};
        alias[i] = static_cast<std::uint32_t>(i);
    }
    while (!small.empty() && !large.empty()) {
        const std::uint32_t low = small.back(), high = large.back();
        small.pop_back();
        threshold[low] = static_cast<std::uint32_t>(std::min(height[low] * 0x1p32, 0x1p32 - 1));
        alias[low] = high;
        height[high] -= 1 - height[low];
        if (height[high] >= 1) continue;
        large.pop_back();
        small.push_back(high);
    }
}

}  // namespace

FiniteModel::FiniteModel(FiniteMdp mdp) : mdp_(std::move(mdp)) {
    check_counts(mdp_);
    for (std::int64_t row = 0; row < mdp_.boards * mdp_.states; ++row) check_row(mdp_, row);
    pack();
}

void FiniteModel::pack() {
    const std::int64_t rows = mdp_.boards * mdp_.states;
    std::size_t slots = 1;
    for (std::int64_t pair = 0; pair < rows * mdp_.actions; ++pair) {
        const auto p = static_cast<std::size_t>(pair);
        slots = std::max<std::size_t>(slots, mdp_.first[p + 1] - mdp_.first[p]);
    }
    const std::size_t size = static_cast<std::size_t>(rows * mdp_.actions) * slots;
    next_.resize(size), reward_f64_.resize(size), next_and_reward_.resize(size);
    if (slots > 1) threshold_.resize(size), alias_.resize(size);
    std::vector<std::uint32_t> legal(static_cast<std::size_t>(rows), 0);
    std::vector<double> probability(slots);
    std::size_t at = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t action = 0; action < mdp_.actions; ++action, at += slots) {
            const auto outcomes = mdp_.of(row, action);
            if (!outcomes.empty()) legal[static_cast<std::size_t>(row)] |= 1U << action;
            for (std::size_t k = 0; k < slots; ++k) {
                // An illegal action leaves the world where it is; so do slots that are never drawn.
                const bool drawn = k < outcomes.size();
                const Outcome outcome =
                    drawn ? outcomes[k] : Outcome{0, static_cast<std::uint32_t>(row % mdp_.states)};
                next_[at + k] = outcome.next |
                                static_cast<std::uint32_t>(outcome.mark)
                                    << TransitionTables::mark_shift |
                                (outcome.terminated ? TransitionTables::terminal_bit : 0U);
                reward_f64_[at + k] = outcome.reward;
                next_and_reward_[at + k] =
                    std::uint64_t{std::bit_cast<std::uint32_t>(static_cast<float>(outcome.reward))}
                        << 32U |
                    next_[at + k];
                probability[k] = outcomes.empty() ? (k == 0 ? 1.0 : 0.0) : outcome.probability;
            }
            if (slots > 1) alias_tables(probability, &threshold_[at], &alias_[at]);
        }
    }
    const std::uint32_t all = static_cast<std::uint32_t>((std::uint64_t{1} << mdp_.actions) - 1);
    if (std::ranges::any_of(legal, [&](std::uint32_t bits) { return bits != all; }))
        legal_ = std::move(legal);
    view_ = {.states = static_cast<std::int32_t>(mdp_.states),
             .actions = static_cast<std::int32_t>(mdp_.actions),
             .outcomes = static_cast<std::int32_t>(slots),
             .boards = static_cast<std::int32_t>(mdp_.boards),
             .next = next_.data(),
             .next_and_reward = next_and_reward_.data(),
             .reward_f64 = reward_f64_.data(),
             .threshold = threshold_.data(),
             .alias = alias_.data(),
             .legal = legal_.empty() ? nullptr : legal_.data(),
             .starts = mdp_.starts.data(),
             .first_start = mdp_.first_start.data(),
             .noise = mdp_.noise,
             .learns_terminal_moves = mdp_.learns_terminal_moves,
             .flags = mdp_.flags};
}

}  // namespace lockstep
