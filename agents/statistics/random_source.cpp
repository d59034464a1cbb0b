
#include <lockstep/detail/random/rng.hpp>
#include <lockstep/random.hpp>

#include "engine/random/seeding.hpp"

namespace lockstep {
namespace {

using L = Lanes<Scalar, double>;

// Uniforms use the even counters, normals the odd ones.
Rng<L> numbers(const Key& key, std::uint32_t counter) {
    return {key, L::u32::iota(), L::u32(counter)};
}

}  // namespace

int weighted_index(std::span<const double> probabilities, Draws& draws) {
    double total = 0;
    for (const double p : probabilities) total += p;
    const double point = draws.uniform();
    double sum = 0;
    std::size_t index = 0;
    for (; index + 1 < probabilities.size(); ++index) {
        sum += probabilities[index];
        if (point < sum / total) break;
    }
    return static_cast<int>(index);
}

CounterDraws::CounterDraws(std::uint64_t seed) : key_(stream_key(seed, Stream::dynamics)) {}

void CounterDraws::fill_uniforms() {
    Rng<L> rng = numbers(key_, 2 * uniforms_.fills++);
    for (std::size_t at = 0; at < uniforms_.values.size(); at += lane_count) {
        rng.uniform().store(&uniforms_.values[at]);
    }
    uniforms_.taken = 0;
}

void CounterDraws::fill_normals() {
    Rng<L> rng = numbers(key_, 2 * normals_.fills++ + 1);
    for (std::size_t at = 0; at < normals_.values.size(); at += std::size_t{2} * lane_count) {
        const auto [first, second] = rng.normals();
        first.store(&normals_.values[at]);
        second.store(&normals_.values[at + lane_count]);
    }
    normals_.taken = 0;
}

}  // namespace lockstep
