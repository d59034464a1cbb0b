
#include "engine/vector_env/gymnasium_numbers.hpp"

#include <lockstep/vector_env.hpp>

#include "engine/memory/layout.hpp"

namespace lockstep {
namespace {

double next(NumpyGenerator& generator, std::uint32_t bound) {
    return bound == 0 ? generator.random() : generator.below(bound);
}

}  // namespace

GymnasiumNumbers::GymnasiumNumbers(Seeding seeding, std::int64_t worlds)
    : shared_(seeding == Seeding::gymnasium_shared), stride_(padded(worlds)) {
    if (seeding == Seeding::lockstep) return;
    const auto count = static_cast<std::size_t>(worlds);
    require_memory(count * sizeof(NumpyGenerator), "num_envs = " + std::to_string(worlds));
    generators_.assign(shared_ ? 1 : count, NumpyGenerator(0));
}

void GymnasiumNumbers::make_room(int draws) {
    const auto count = static_cast<std::size_t>(draws) * static_cast<std::size_t>(stride_);
    require_memory(count * sizeof(double), std::to_string(draws) + " recorded numbers a world");
    numbers_.resize(count);
}

void GymnasiumNumbers::seed(std::uint64_t seed) {
    for (std::size_t i = 0; i < generators_.size(); ++i) generators_[i] = NumpyGenerator(seed + i);
}

RecordedNumbers GymnasiumNumbers::draw(const DrawPlan& plan, std::span<const std::uint8_t> chosen) {
    const auto stride = static_cast<std::size_t>(stride_);
    const auto count = static_cast<std::size_t>(plan.count);
    if (shared_) {
        for (std::size_t d = 0; d < count; ++d) {
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                if (chosen[i] != 0) numbers_[d * stride + i] = next(generators_[0], plan.bound[d]);
            }
        }
    } else {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            for (std::size_t d = 0; chosen[i] != 0 && d < count; ++d)
                numbers_[d * stride + i] = next(generators_[i], plan.bound[d]);
        }
    }
    return {numbers_.data(), stride_};
}

}  // namespace lockstep
