
#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/schedulers/ranking.hpp"

namespace lockstep::sweep {
namespace {

class FullBudget final : public Scheduler {
public:
    explicit FullBudget(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    std::optional<Round> next(std::int64_t, std::int64_t round,
                              std::span<const Standing> trials) const override {
        if (round > 0) return {};
        return Round{everyone(trials.size()), 0, study_.tuning_seeds, study_.budget};
    }

private:
    const Study& study_;
};

}  // namespace

std::unique_ptr<Scheduler> make_full(const Study& study) {
    return std::make_unique<FullBudget>(study);
}

}  // namespace lockstep::sweep
