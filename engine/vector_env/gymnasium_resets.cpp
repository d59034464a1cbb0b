
#include "engine/vector_env/gymnasium_resets.hpp"

#include <lockstep/vector_env.hpp>

#include "engine/memory/layout.hpp"

namespace lockstep {

GymnasiumResets::GymnasiumResets(Seeding seeding, std::int64_t worlds, int draws)
    : shared_(seeding == Seeding::gymnasium_shared), stride_(padded(worlds)) {
    if (seeding == Seeding::lockstep) return;
    generators_.assign(shared_ ? 1 : static_cast<std::size_t>(worlds), NumpyGenerator(0));
    draws_.resize(static_cast<std::size_t>(draws) * static_cast<std::size_t>(stride_));
}

std::size_t GymnasiumResets::bytes(Seeding seeding, std::int64_t worlds, int draws) {
    if (seeding == Seeding::lockstep) return 0;
    const std::size_t drawn = static_cast<std::size_t>(draws) * sizeof(double);
    return static_cast<std::size_t>(worlds) * (drawn + sizeof(NumpyGenerator));
}

void GymnasiumResets::seed(std::uint64_t seed) {
    for (std::size_t i = 0; i < generators_.size(); ++i) generators_[i] = NumpyGenerator(seed + i);
}

const double* GymnasiumResets::draw(std::span<const std::uint8_t> chosen) {
    const std::size_t stride = static_cast<std::size_t>(stride_), count = draws_.size() / stride;
    if (shared_) {
        for (std::size_t d = 0; d < count; ++d) {
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                if (chosen[i] != 0) draws_[d * stride + i] = generators_[0].random();
            }
        }
    } else {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            for (std::size_t d = 0; chosen[i] != 0 && d < count; ++d) {
                draws_[d * stride + i] = generators_[i].random();
            }
        }
    }
    return draws_.data();
}

}  // namespace lockstep
