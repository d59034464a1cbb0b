
#include "agents/sweep/study/prior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <lockstep/error.hpp>
#include <lockstep/statistics.hpp>

namespace lockstep::sweep {
namespace {

constexpr std::size_t max_rows = 512, best_rows = 64;
constexpr double untranslated = std::numeric_limits<double>::quiet_NaN();

struct Tried {
    std::int64_t trial = -1;
    double budget = 0;
    std::vector<double> scores;  // of this budget
    std::vector<double> values;  // of the older space
    bool complete = true;
};

std::vector<Tried> tried_trials(TrialLog& rows) {
    std::vector<Tried> all;
    rows.load([&](TrialRow&& row) {
        if (row.role != Role::tuning) return;
        if (all.empty() || all.back().trial != row.trial) all.emplace_back().trial = row.trial;
        Tried& one = all.back();
        if (one.budget != row.budget) one.scores.clear();
        one.budget = row.budget;
        one.scores.insert(one.scores.end(), row.scores.begin(), row.scores.end());
        one.values = std::move(row.values);
        one.complete = row.state == TrialState::complete;
    });
    std::erase_if(all, [](const Tried& one) { return !one.complete || one.scores.empty(); });
    return all;
}

// What the older study gives for each parameter of the new one.
class Translation {
public:
    Translation(const Study& older, const Study& now) : older_(older), now_(now) {
        for (const SearchParameter& p : now.space.parameters()) {
            const int from = older.space.find(p.name);
            const auto fixed = older.set.find(p.name);
            from_.push_back(from);
            fixed_.push_back(fixed == older.set.end() ? "" : fixed->second);
            shared_ |= from >= 0;
        }
        if (!shared_) throw ConfigError("its space shares no parameter with this one's");
    }

    // Returns nothing if the new space cannot hold the values.
    std::optional<std::vector<double>> operator()(std::span<const double> values) const {
        std::vector<double> translated(from_.size(), untranslated);
        for (std::size_t i = 0; i < from_.size(); ++i) {
            const auto at = static_cast<std::size_t>(std::max(from_[i], 0));
            if (from_[i] < 0 && fixed_[i].empty()) continue;
            if (from_[i] >= 0 && std::isnan(values[at])) continue;
            const std::string text =
                from_[i] < 0 ? fixed_[i] : older_.space.text(from_[i], values[at]);
            const auto value = now_.space.value_of(static_cast<int>(i), text);
            if (!value) return std::nullopt;
            translated[i] = *value;
        }
        return translated;
    }

private:
    const Study &older_, &now_;
    std::vector<int> from_;           // of the older space; -1: none
    std::vector<std::string> fixed_;  // by its [set]
    bool shared_ = false;
};

// Which of `count` rows stay.
std::vector<std::size_t> kept(std::size_t count) {
    std::vector<std::size_t> rows;
    const std::size_t others = max_rows - best_rows;
    for (std::size_t r = 0; r < std::min(count, best_rows); ++r) rows.push_back(r);
    const std::size_t left = count - rows.size();
    for (std::size_t k = 0; k < std::min(left, others); ++k)
        rows.push_back(best_rows + (left <= others ? k : k * left / others));
    return rows;
}

}  // namespace

Prior prior_of(const Study& older, TrialLog& rows, const Study& now) {
    if (older.maximizes() != now.maximizes())
        throw ConfigError(older.maximizes() ? "it maximizes, and this study minimizes"
                                            : "it minimizes, and this study maximizes");
    const Translation translate(older, now);
    std::vector<Tried> tried = tried_trials(rows);
    std::ranges::sort(tried, [&](const Tried& a, const Tried& b) {
        if (a.budget != b.budget) return a.budget > b.budget;
        const double left = older.loss(mean(a.scores)), right = older.loss(mean(b.scores));
        return left != right ? left < right : a.trial < b.trial;
    });
    std::vector<std::vector<double>> fitting;
    for (const Tried& one : tried)
        if (auto values = translate(one.values)) fitting.push_back(std::move(*values));
    Prior prior{.trials = std::ssize(tried), .values = {}};
    for (const std::size_t row : kept(fitting.size()))
        prior.values.insert(prior.values.end(), fitting[row].begin(), fitting[row].end());
    return prior;
}

}  // namespace lockstep::sweep
