
#include <lockstep/sweep/scheduler.hpp>

#include "agents/sweep/schedulers/ranking.hpp"
#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {
namespace {

// One slice of population based training.
class Slice final : public Scheduler {
public:
    explicit Slice(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    std::optional<Round> next(std::int64_t generation, std::int64_t round,
                              std::span<const Standing> trials) const override {
        if (round > 0) return {};
        return Round{everyone(trials.size()), 0, study_.tuning_seeds,
                     slice_budget(study_, generation)};
    }

private:
    const Study& study_;
};

}  // namespace

std::unique_ptr<Scheduler> make_slice(const Study& study) { return std::make_unique<Slice>(study); }

}  // namespace lockstep::sweep
