
#include "agents/dynamic_programming/solve.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace lockstep {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

std::size_t pairs(const FiniteMdp& mdp) {
    return static_cast<std::size_t>(mdp.states * mdp.actions);
}

double expected(const FiniteMdp& mdp, double gamma, std::span<const Outcome> outcomes,
                const std::vector<double>& values) {
    double sum = 0;
    for (const Outcome& o : outcomes) {
        const double after = o.terminated ? 0 : gamma * values[o.next];
        sum += o.probability * (o.reward + mdp.mean_noise() + after);
    }
    return sum;
}

// The Q-values that follow from the values of the states. Returns the largest change of any of
// them.
double back_up(const FiniteMdp& mdp, double gamma, const std::vector<double>& values,
               std::vector<double>& q) {
    double change = 0;
    auto value = q.begin();
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        for (std::int64_t action = 0; action < mdp.actions; ++action, ++value) {
            if (!mdp.legal(state, action)) continue;
            const double before =
                std::exchange(*value, expected(mdp, gamma, mdp.of(state, action), values));
            change = std::max(change, std::abs(*value - before));
        }
    }
    return change;
}

double sweep(const FiniteMdp& mdp, double gamma, std::vector<double>& q) {
    return back_up(mdp, gamma, best_values(q, mdp.actions), q);
}

std::vector<double> zeros(const FiniteMdp& mdp) {
    std::vector<double> q(pairs(mdp), never);
    auto value = q.begin();
    for (std::int64_t state = 0; state < mdp.states; ++state) {
        for (std::int64_t action = 0; action < mdp.actions; ++action, ++value)
            if (mdp.legal(state, action)) *value = 0;
    }
    return q;
}

double largest(const std::vector<double>& q) {
    double most = 0;
    for (const double value : q) most = value == never ? most : std::max(most, std::abs(value));
    return most;
}

}  // namespace

std::vector<double> q_backup(const FiniteMdp& mdp, double gamma,
                             const std::vector<double>& values) {
    std::vector<double> q = zeros(mdp);
    back_up(mdp, gamma, values, q);
    return q;
}

std::vector<double> best_values(std::span<const double> q, std::int64_t actions) {
    std::vector<double> values;
    for (std::size_t row = 0; row < q.size(); row += static_cast<std::size_t>(actions))
        values.push_back(std::ranges::max(q.subspan(row, static_cast<std::size_t>(actions))));
    return values;
}

std::vector<std::int32_t> greedy_actions(std::span<const double> q, std::int64_t actions) {
    std::vector<std::int32_t> greedy;
    for (std::size_t row = 0; row < q.size(); row += static_cast<std::size_t>(actions)) {
        const auto values = q.subspan(row, static_cast<std::size_t>(actions));
        greedy.push_back(
            static_cast<std::int32_t>(std::ranges::max_element(values) - values.begin()));
    }
    return greedy;
}

QSolution q_iteration(const FiniteMdp& mdp, double gamma, std::int64_t sweeps) {
    assert(gamma >= 0 && gamma <= 1);
    QSolution result{.q = zeros(mdp)};
    while (result.sweeps < sweeps) sweep(mdp, gamma, result.q), ++result.sweeps;
    return result;
}

QSolution q_fixed_point(const FiniteMdp& mdp, double gamma, std::int64_t max_sweeps, QSolution from,
                        const std::stop_token& stop) {
    assert(gamma >= 0 && gamma <= 1);
    QSolution result = std::move(from);
    if (result.q.empty()) result.q = zeros(mdp);
    while (result.sweeps < max_sweeps && !result.converged && !stop.stop_requested()) {
        const double change = sweep(mdp, gamma, result.q);
        result.converged = change <= 0x1p-51 * largest(result.q);
        ++result.sweeps;
    }
    return result;
}

ValueSolution value_iteration(const FiniteMdp& mdp, double gamma, double tolerance,
                              std::int64_t max_sweeps, ValueSolution from,
                              const std::stop_token& stop) {
    assert(gamma >= 0 && gamma <= 1);
    std::vector<double> q = zeros(mdp);
    ValueSolution result = std::move(from);
    if (result.values.empty()) result.values = best_values(q, mdp.actions);
    while (result.sweeps < max_sweeps && !result.converged && !stop.stop_requested()) {
        back_up(mdp, gamma, result.values, q);
        const auto before = std::exchange(result.values, best_values(q, mdp.actions));
        double change = 0;
        for (std::size_t s = 0; s < before.size(); ++s)
            change = std::max(change, std::abs(result.values[s] - before[s]));
        result.converged = change <= tolerance;
        ++result.sweeps;
    }
    return result;
}

}  // namespace lockstep
