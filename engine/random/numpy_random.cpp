
#include "engine/random/numpy_random.hpp"

#include <bit>
#include <cassert>
#include <cstddef>

namespace lockstep {
namespace {

__extension__ typedef unsigned __int128 u128;

constexpr std::size_t pool_size = 4;
using Pool = std::array<std::uint32_t, pool_size>;

constexpr u128 join(std::uint64_t hi, std::uint64_t lo) {
    return (static_cast<u128>(hi) << 64) | lo;
}

constexpr std::uint64_t high(u128 x) { return static_cast<std::uint64_t>(x >> 64); }
constexpr std::uint64_t low(u128 x) { return static_cast<std::uint64_t>(x); }

constexpr u128 multiplier = join(0x2360ed051fc65da4u, 0x4385df649fccf645u);

// The constant changes with every use, so equal words at different places hash differently.
class WordHash {
public:
    constexpr WordHash(std::uint32_t constant, std::uint32_t factor)
        : constant_(constant), factor_(factor) {}

    std::uint32_t operator()(std::uint32_t word) {
        word ^= constant_;
        constant_ *= factor_;
        word *= constant_;
        return word ^ (word >> 16);
    }

private:
    std::uint32_t constant_;
    std::uint32_t factor_;
};

std::uint32_t mix(std::uint32_t into, std::uint32_t from) {
    const std::uint32_t mixed = into * 0xca01f9ddu - from * 0x4973f715u;
    return mixed ^ (mixed >> 16);
}

std::array<std::uint64_t, 4> seed_words(const Pool& pool) {
    WordHash hash(0x8b51f9ddu, 0x58f38dedu);
    std::array<std::uint64_t, 4> words{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::uint64_t low_half = hash(pool[(2 * i) % pool_size]);
        const std::uint64_t high_half = hash(pool[(2 * i + 1) % pool_size]);
        words[i] = (high_half << 32) | low_half;
    }
    return words;
}

u128 step(u128 state, u128 inc) { return state * multiplier + inc; }

}  // namespace

std::array<std::uint32_t, 4> numpy_seed_pool(std::uint64_t entropy) {
    WordHash hash(0x43b0d7e5u, 0x931e8875u);
    Pool pool{static_cast<std::uint32_t>(entropy), static_cast<std::uint32_t>(entropy >> 32), 0, 0};
    for (std::uint32_t& word : pool) {
        word = hash(word);
    }
    for (std::size_t from = 0; from < pool_size; ++from) {
        for (std::size_t into = 0; into < pool_size; ++into) {
            if (from != into) {
                pool[into] = mix(pool[into], hash(pool[from]));
            }
        }
    }
    return pool;
}

NumpyGenerator::NumpyGenerator(std::uint64_t seed) {
    const std::array<std::uint64_t, 4> words = seed_words(numpy_seed_pool(seed));
    // An LCG has full period only with an odd increment, hence PCG's shift and set bit.
    const u128 inc = (join(words[2], words[3]) << 1) | 1u;
    const u128 first_step_from_zero = inc;
    const u128 state = step(first_step_from_zero + join(words[0], words[1]), inc);
    state_ = {high(state), low(state), high(inc), low(inc), 0, 0};
}

std::uint64_t NumpyGenerator::next_u64() {
    const u128 state =
        step(join(state_.state_hi, state_.state_lo), join(state_.inc_hi, state_.inc_lo));
    state_.state_hi = high(state);
    state_.state_lo = low(state);
    return std::rotr(high(state) ^ low(state), static_cast<int>(high(state) >> 58));
}

std::uint32_t NumpyGenerator::next_u32() {
    if (state_.has_half != 0) {
        state_.has_half = 0;
        return state_.half;
    }
    const std::uint64_t word = next_u64();
    state_.has_half = 1;
    state_.half = static_cast<std::uint32_t>(word >> 32);
    return static_cast<std::uint32_t>(word);
}

std::uint32_t NumpyGenerator::below(std::uint32_t count) {
    std::uint64_t product = std::uint64_t{next_u32()} * count;
    if (static_cast<std::uint32_t>(product) < count) {
        const std::uint32_t threshold = (0U - count) % count;
        while (static_cast<std::uint32_t>(product) < threshold)
            product = std::uint64_t{next_u32()} * count;
    }
    return static_cast<std::uint32_t>(product >> 32);
}

double NumpyGenerator::random() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }

double NumpyGenerator::uniform(double lo, double hi) { return lo + (hi - lo) * random(); }

void NumpyGenerator::set_state(const NumpyGeneratorState& state) {
    assert((state.inc_lo & 1u) == 1u);
    state_ = state;
}

}  // namespace lockstep
