
#include "engine/random/mersenne_twister.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

namespace lockstep {
namespace {

constexpr std::size_t state_size = std::mt19937::state_size;
using State = std::array<std::uint32_t, state_size>;

// Passes a whole state to std::mt19937, which expects a seed sequence.
class WholeState {
public:
    using result_type = std::uint32_t;

    explicit WholeState(const State& state) : state_(state) {}
    template <class To>
    void generate(To first, To last) {
        assert(static_cast<std::size_t>(last - first) == state_size);
        std::copy_n(state_.begin(), last - first, first);
    }

private:
    const State& state_;
};

std::uint32_t mixed(std::uint32_t word) { return word ^ (word >> 30); }

State filled(std::uint32_t seed) {
    State state{seed};
    for (std::uint32_t i = 1; i < state_size; ++i) {
        state[i] = 1812433253U * mixed(state[i - 1]) + i;
    }
    return state;
}

// The place after `i`; at the end of the state the last word is copied to place 0.
std::size_t after(std::size_t i, State& state) {
    if (i + 1 < state_size) return i + 1;
    state[0] = state[state_size - 1];
    return 1;
}

State from_key(std::span<const std::uint32_t> key) {
    assert(!key.empty() && key.size() <= state_size);
    State state = filled(19650218U);
    std::size_t i = 1;
    for (std::size_t k = 0; k < state_size; ++k, i = after(i, state)) {
        const auto j = static_cast<std::uint32_t>(k % key.size());
        state[i] = (state[i] ^ (mixed(state[i - 1]) * 1664525U)) + key[j] + j;
    }
    for (std::size_t k = 1; k < state_size; ++k, i = after(i, state)) {
        state[i] = (state[i] ^ (mixed(state[i - 1]) * 1566083941U)) - static_cast<std::uint32_t>(i);
    }
    state[0] = 0x80000000U;  // never all zero
    return state;
}

}  // namespace

MersenneTwister::MersenneTwister(std::span<const std::uint32_t> key) {
    const State state = from_key(key);
    WholeState sequence(state);
    words_.seed(sequence);
}

}  // namespace lockstep
