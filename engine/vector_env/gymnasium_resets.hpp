// Reset draws as Gymnasium's vector environments make them, from NumPy's generator.
//
// Must not:  know which environment draws, or when worlds are reset.
// Invariant: the order of draws is Gymnasium's: world by world, each from its own generator; or, if
//            they share one, draw by draw over the worlds that reset together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "engine/random/numpy_random.hpp"
#include "engine/random/seeding.hpp"

namespace lockstep {

class GymnasiumResets {
public:
    // `draws` uniform doubles per reset; none for Seeding::lockstep.
    GymnasiumResets(Seeding seeding, std::int64_t worlds, int draws);

    // The memory that an instance would take.
    static std::size_t bytes(Seeding seeding, std::int64_t worlds, int draws);

    bool active() const { return !draws_.empty(); }
    void seed(std::uint64_t seed);

    // Draws for the worlds whose byte in `chosen` is not 0: [draw][world], with stride().
    const double* draw(std::span<const std::uint8_t> chosen);
    std::int64_t stride() const { return stride_; }

    std::span<NumpyGenerator> generators() { return generators_; }
    std::span<const NumpyGenerator> generators() const { return generators_; }

private:
    bool shared_;
    std::int64_t stride_;
    std::vector<NumpyGenerator> generators_;
    std::vector<double> draws_;
};

}  // namespace lockstep
