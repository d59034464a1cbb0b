// Random numbers of a program that seeds NumPy's legacy generator.
//
// Must not:  know what the numbers are for.
// Invariant: NumpyDraws(s) yields what a program gets after np.random.seed(s).
#pragma once

#include <lockstep/random.hpp>

#include "engine/random/numpy_legacy.hpp"

namespace lockstep {

class NumpyDraws final : public Draws {
public:
    explicit NumpyDraws(std::uint32_t seed) : random_(seed) {}
    double uniform() override { return random_.rand(); }
    double normal() override { return random_.randn(); }
    int below(int count) override {
        return static_cast<int>(random_.randint(static_cast<std::uint64_t>(count)));
    }

private:
    NumpyLegacyRandom random_;
};

}  // namespace lockstep
