
#include "agents/sweep/schedulers/schedulers.hpp"

namespace lockstep::sweep {
namespace {

class FullBudget final : public TrialScheduler {
public:
    explicit FullBudget(const Study& study) : study_(study) {}

    std::int64_t generation_size(std::int64_t) const override { return study_.generation; }
    void run(std::span<Contender> generation, Evaluator& evaluator) const override {
        std::vector<Contender*> all = pointers(generation);
        evaluator.evaluate(all, {.seeds = study_.tuning_seeds, .budget = study_.budget});
    }
    std::vector<StageCost> costs(std::int64_t) const override {
        return {{static_cast<double>(study_.generation * study_.tuning_seeds), 1}};
    }

private:
    const Study& study_;
};

}  // namespace

std::unique_ptr<TrialScheduler> make_full(const Study& study) {
    return std::make_unique<FullBudget>(study);
}

}  // namespace lockstep::sweep
