
#include "tools/store/progress.hpp"

#include <cmath>
#include <numeric>
#include <tuple>

namespace lockstep::sweep {
namespace {

constexpr std::size_t longest_message = 400;  // bytes

bool better(const BestTuning& a, const BestTuning& b, bool maximize) {
    const auto rank = [&](const BestTuning& it) {
        return std::tuple(it.trial >= 0, it.budget, it.seeds, maximize ? it.mean : -it.mean,
                          -it.trial);
    };
    return rank(a) > rank(b);
}

}  // namespace

CostTotals& CostTotals::operator+=(const CostTotals& other) {
    seconds += other.seconds;
    lane_steps += other.lane_steps;
    useful_lane_steps += other.useful_lane_steps;
    return *this;
}

void StoreProgress::count(const TrialRow& row, bool maximize) {
    ++rows[static_cast<std::size_t>(row.role)][static_cast<std::size_t>(row.state)];
    steps += row.steps;
    trials += row.role == Role::tuning && row.stage == 0;
    if (row.role == Role::tuning && row.state != TrialState::complete &&
        (failure.trial < 0 || row.trial < failure.trial)) {
        failure = {row.trial, row.state, row.message.substr(0, longest_message)};
    }
    const bool tuned = row.role == Role::tuning && row.state == TrialState::complete;
    if (!tuned || row.trial < 0 || row.scores.empty()) return;
    const double sum = std::accumulate(row.scores.begin(), row.scores.end(), 0.0);
    const BestTuning candidate{row.trial, row.budget, row.first_seed + row.seeds,
                               sum / static_cast<double>(row.scores.size())};
    const bool ranked = std::isfinite(candidate.mean) && !std::isnan(candidate.budget);
    if (ranked && better(candidate, best, maximize)) best = candidate;
}

std::int64_t StoreProgress::total() const {
    std::int64_t sum = 0;
    for (const auto& states : rows) sum = std::accumulate(states.begin(), states.end(), sum);
    return sum;
}

std::int64_t StoreProgress::tuned(TrialState state) const {
    return rows[static_cast<std::size_t>(Role::tuning)][static_cast<std::size_t>(state)];
}

void encode(const StoreProgress& progress, ByteWriter& to) {
    for (const auto& states : progress.rows) {
        for (const std::int64_t count : states) to.put(count);
    }
    to.put(progress.trials);
    to.put(progress.steps);
    to.put(progress.best.trial);
    to.put(progress.best.budget);
    to.put(progress.best.seeds);
    to.put(progress.best.mean);
    to.put(progress.failure.trial);
    to.put(static_cast<std::uint8_t>(progress.failure.state));
    to.put_all(std::span<const char>(progress.failure.message));
    to.put(progress.cost.seconds);
    to.put(progress.cost.lane_steps);
    to.put(progress.cost.useful_lane_steps);
}

std::optional<StoreProgress> decode_progress(std::span<const std::byte> record) {
    ByteReader from(record);
    StoreProgress progress;
    for (auto& states : progress.rows) {
        for (std::int64_t& count : states) count = from.get<std::int64_t>();
    }
    progress.trials = from.get<std::int64_t>();
    progress.steps = from.get<std::int64_t>();
    progress.best.trial = from.get<std::int64_t>();
    progress.best.budget = from.get<double>();
    progress.best.seeds = from.get<std::int64_t>();
    progress.best.mean = from.get<double>();
    progress.failure.trial = from.get<std::int64_t>();
    progress.failure.state = static_cast<TrialState>(from.get<std::uint8_t>());
    from.get_all(progress.failure.message);
    progress.cost.seconds = from.get<double>();
    progress.cost.lane_steps = from.get<std::int64_t>();
    progress.cost.useful_lane_steps = from.get<std::int64_t>();
    if (!from.finished() || static_cast<int>(progress.failure.state) >= trial_states)
        return std::nullopt;
    return progress;
}

}  // namespace lockstep::sweep
