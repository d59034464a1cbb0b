// Where an agent's or a small system's random numbers come from: a counter-based stream of its own.
//
// Must not:  know what the numbers are for.
// Invariant: CounterDraws(s) yields the same numbers on every target, and no two seeds share a
//            stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <lockstep/detail/random/streams.hpp>

namespace lockstep {

class Draws {
public:
    virtual ~Draws() = default;
    virtual double uniform() = 0;      // in [0, 1)
    virtual double normal() = 0;       // standard normal
    virtual int below(int count) = 0;  // equally likely among 0 .. count - 1
};

// An index by probability: draws one uniform, and takes the first index whose cumulative share lies
// above it.
int weighted_index(std::span<const double> probabilities, Draws& draws);

// Numbers from Threefry under the seed's key. They are made sixteen to a counter, so that a scalar
// program wastes none of a vector's lanes.
class CounterDraws final : public Draws {
public:
    explicit CounterDraws(std::uint64_t seed);
    double uniform() override { return next(uniforms_, &CounterDraws::fill_uniforms); }
    double normal() override { return next(normals_, &CounterDraws::fill_normals); }
    int below(int count) override { return static_cast<int>(uniform() * count); }

private:
    struct Buffer {
        std::array<double, 64> values;
        std::size_t taken = 64;
        std::uint32_t fills = 0;
    };
    double next(Buffer& buffer, void (CounterDraws::*fill)()) {
        if (buffer.taken == buffer.values.size()) (this->*fill)();
        return buffer.values[buffer.taken++];
    }
    void fill_uniforms();
    void fill_normals();

    Key key_;
    Buffer uniforms_{}, normals_{};
};

}  // namespace lockstep
