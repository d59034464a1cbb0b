// A scheduler: the median rule, by which a trial that stands worse than half of its generation gets
// no further seed (Golovin et al. 2017).
#include <lockstep/sweep/scheduler.hpp>

namespace {

using namespace lockstep::sweep;

class Median final : public Scheduler {
public:
    explicit Median(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    std::optional<Round> next(std::int64_t, std::int64_t round,
                              std::span<const Standing> trials) const override {
        if (round == study_.tuning_seeds) return {};
        Round next{.first_seed = round, .budget = study_.budget};
        if (round == 0) {
            for (std::size_t i = 0; i < trials.size(); ++i) next.trials.push_back(i);
        } else {
            next.trials = ranked(trials, round - 1, study_);
            next.trials.resize((next.trials.size() + 1) / 2);
        }
        return next;
    }

private:
    const Study& study_;
};

const bool registered = [] {
    register_scheduler("median",
                       [](const Study& study) { return std::make_unique<Median>(study); });
    return true;
}();

}  // namespace
