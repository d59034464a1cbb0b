
#include "agents/sweep/schedulers/schedulers.hpp"
#include "agents/sweep/study/slices.hpp"

namespace lockstep::sweep {
namespace {

// One slice of population based training.
class Slice final : public TrialScheduler {
public:
    explicit Slice(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> all = pointers(generation);
        evaluator.evaluate(all, {.seeds = study_.tuning_seeds,
                                 .budget = slice_budget(study_, generation.front().generation)});
    }
    std::vector<StageCost> costs(std::int64_t) const override {
        return {{static_cast<double>(study_.generation * study_.tuning_seeds) /
                     static_cast<double>(slices(study_)),
                 1}};
    }

private:
    const Study& study_;
};

}  // namespace

std::unique_ptr<TrialScheduler> make_slice(const Study& study) {
    return std::make_unique<Slice>(study);
}

}  // namespace lockstep::sweep
