// The numbers that resets and steps draw, as Gymnasium's vector environments make them, from
// NumPy's generator.
//
// Must not:  know which environment draws, or when worlds are reset.
// Invariant: the order of draws is Gymnasium's: world by world, each from its own generator; or, if
//            they share one, draw by draw over the worlds that draw together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lockstep/detail/random/streams.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/random/numpy_random.hpp"
#include "engine/random/seeding.hpp"

namespace lockstep {

class GymnasiumNumbers {
public:
    // Inactive for Seeding::lockstep.
    GymnasiumNumbers(Seeding seeding, std::int64_t worlds);

    // Makes room for `draws` numbers a world. Throws MemoryError if they do not fit.
    void make_room(int draws);

    bool active() const { return !generators_.empty(); }
    void seed(std::uint64_t seed);

    // Draws what the plan says for the worlds whose byte in `chosen` is not 0.
    RecordedNumbers draw(const DrawPlan& plan, std::span<const std::uint8_t> chosen);

    std::span<NumpyGenerator> generators() { return generators_; }
    std::span<const NumpyGenerator> generators() const { return generators_; }

private:
    bool shared_;
    std::int64_t stride_;
    std::vector<NumpyGenerator> generators_;
    std::vector<double> numbers_;  // [draw][world]
};

}  // namespace lockstep
