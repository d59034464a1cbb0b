// Upper bounds to measure the other kernels against: an environment's arithmetic alone, and peak
// fused multiply-adds.
//
// Must not:  end, count or reset anything.
// Invariant: states stay finite, so that their hash means something.
#pragma once

#include <lockstep/detail/block/worlds.hpp>

namespace lockstep {

inline constexpr int ceiling_vectors = 6;

// Steps after which worlds return to where they began, so that no state diverges.
inline constexpr std::int64_t ceiling_episode = 32;

// Steps V vectors of worlds with the action that opposes the last observation: nothing but the
// environment's step, in registers. Each episode begins with a trace of the one before, so that the
// compiler cannot leave that one out.
template <int V, class L, class Env>
LOCKSTEP_INLINE void physics(typename L::scalar* states, std::int64_t steps,
                             const auto& shared) noexcept {
    using real = typename L::real;
    using u32 = typename L::u32;
    constexpr std::int64_t size = Env::about.state_count() * lane_count;
    const auto constants = shared;
    State<L, Env> state[V];
    for (int v = 0; v < V; ++v) state[v] = load_state<L, Env>(states + v * size, lane_count);
    for (std::int64_t begun = 0; begun < steps; begun += ceiling_episode) {
        for (std::int64_t t = begun; t < begun + ceiling_episode; ++t) {
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                real observation[Env::about.observation_count()];
                observe<L, Env>(state[v], observation);
                const BinaryAction<L> action{observation[Env::about.observation_count() - 1] >
                                             real(0)};
                Rng<L> rng(Key{}, u32(0), u32(static_cast<std::uint32_t>(t)));
                step_worlds<L, Env>(state[v], action, constants, rng);
            }
        }
        for (int v = 0; v < V; ++v) {
            const typename L::scalar* from = states + v * size;
            for_each_column(state[v], [&](real& column) LOCKSTEP_LAMBDA {
                column = fma(column, real(0x1p-10), real::load(from));
                from += lane_count;
            });
        }
    }
    for (int v = 0; v < V; ++v) store_state<L, Env>(state[v], states + v * size, lane_count);
}

// `steps` (a multiple of ceiling_episode) steps of ceiling_vectors * 16 worlds, whose columns lie
// one vector after the other in `states`.
template <class L, class Env>
LOCKSTEP_KERNEL void physics_ceiling(const Worlds<typename L::scalar>& w,
                                     typename L::scalar* states, std::int64_t steps) noexcept {
    constexpr int vectors_in_flight = L::real::parts >= 4 ? 1 : ceiling_vectors / L::real::parts;
    dispatch_common_case<L, Env>(
        prepare<L, Env>(w, 0, false), [&](const auto& constants) LOCKSTEP_LAMBDA {
            for (int v = 0; v < ceiling_vectors; v += vectors_in_flight) {
                physics<vectors_in_flight, L, Env>(
                    states + v * Env::about.state_count() * lane_count, steps, constants);
            }
        });
}

// `rounds` times 8 * 16 fused multiply-adds; the lanes of `values` (8 vectors) accumulate.
template <class L>
void fma_peak(typename L::scalar* values, std::int64_t rounds) noexcept {
    using real = typename L::real;
    constexpr int chains = 8;
    real sums[chains];
    for (int c = 0; c < chains; ++c) sums[c] = real::load(values + c * lane_count);
    const real factor(0.999), step(0.001);
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 8
        for (int c = 0; c < chains; ++c) sums[c] = fma(sums[c], factor, step);
    }
    for (int c = 0; c < chains; ++c) sums[c].store(values + c * lane_count);
}

}  // namespace lockstep
