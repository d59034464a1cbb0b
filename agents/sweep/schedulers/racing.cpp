
#include <algorithm>
#include <cmath>
#include <iterator>

#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/schedulers/ranking.hpp"

namespace lockstep::sweep {
namespace {

// The upper 5 % point of Student's t with 1, 2, ... degrees of freedom (any table of it).
double t_95(std::size_t degrees) {
    static constexpr double table[] = {6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860,
                                       1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
                                       1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711,
                                       1.708, 1.706, 1.703, 1.701, 1.699, 1.697};
    return table[std::min(degrees, std::size(table)) - 1];
}

// Whether losses of the same seeds are above the best's beyond chance: a paired, one-sided t-test
// (Maron and Moore 1997 race in the same way; Birattari et al. 2002 with ranks).
bool worse(const Standing& one, const Standing& best, const Study& study) {
    const std::size_t n = one.scores.size();
    if (n < 2) return false;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i)
        sum += study.loss(one.scores[i]) - study.loss(best.scores[i]);
    const double mean = sum / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double d = study.loss(one.scores[i]) - study.loss(best.scores[i]) - mean;
        squares += d * d;
    }
    const double error = std::sqrt(squares / static_cast<double>(n * (n - 1)));
    return mean > t_95(n - 1) * error;
}

class Racing final : public Scheduler {
public:
    explicit Racing(const Study& study) : study_(study) {
        for (double seeds = static_cast<double>(study.first_seeds);
             seeds < static_cast<double>(study.tuning_seeds); seeds *= study.eta)
            seeds_.push_back(static_cast<std::int64_t>(seeds));
        seeds_.push_back(study.tuning_seeds);
        seeds_.erase(std::unique(seeds_.begin(), seeds_.end()), seeds_.end());
    }

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    std::optional<Round> next(std::int64_t, std::int64_t round,
                              std::span<const Standing> trials) const override {
        if (round >= std::ssize(seeds_)) return {};
        const auto at = static_cast<std::size_t>(round);
        const std::int64_t scored = round == 0 ? 0 : seeds_[at - 1];
        return Round{round == 0 ? everyone(trials.size()) : survivors(trials, round - 1), scored,
                     seeds_[at] - scored, study_.budget};
    }

private:
    std::vector<std::size_t> survivors(std::span<const Standing> trials, std::int64_t round) const {
        std::vector<std::size_t> left = ranked(trials, round, study_);
        if (left.empty()) return left;
        left.resize(survivors_of(left.size(), study_.eta));
        const Standing& best = trials[left.front()];
        std::erase_if(left, [&](std::size_t i) { return worse(trials[i], best, study_); });
        return left;
    }
    const Study& study_;
    std::vector<std::int64_t> seeds_;  // of a contender after each round
};

}  // namespace

std::unique_ptr<Scheduler> make_racing(const Study& study) {
    return std::make_unique<Racing>(study);
}

}  // namespace lockstep::sweep
