// Continuous actions: normal numbers around a network's outputs, one learner per lane.
//
// Must not:  know where the outputs come from, or what becomes of an action.
// Invariant: an action is clipped to its bounds for the step, and learned from as it was drawn
//            (like Stable-Baselines3 without squashing).
#pragma once

#include <lockstep/detail/network/gaussian_task.hpp>
#include <lockstep/detail/network/network.hpp>

namespace lockstep {

// A drawn number's distance from the mean, in standard deviations.
template <class L>
LOCKSTEP_INLINE real<L> standard_score(const real<L>& drawn, const real<L>& mean,
                                       const real<L>& log_std) noexcept {
    return (drawn - mean) * exp(-log_std);
}

// The log of one number's normal density.
template <class L>
LOCKSTEP_INLINE real<L> gaussian_log_density(const real<L>& score,
                                             const real<L>& log_std) noexcept {
    return fma(real<L>(-0.5), score * score, -log_std - 0.9189385332046727);  // log(2 pi) / 2
}

// Draws each lane's action by its key, id and time, or takes the means if `key` is null.
template <class L>
LOCKSTEP_KERNEL void draw_gaussian(const GaussianTask<typename L::scalar>& task,
                                   const std::uint32_t (*key)[2][lane_count],
                                   const std::uint32_t (&id)[lane_count],
                                   const std::uint32_t (&time)[lane_count]) noexcept {
    using u32 = typename L::u32;
    using real = typename L::real;
    LaneKey<u32> keys{{u32(0U), u32(0U)}};
    if (key != nullptr) keys = load_key<L>(*key);
    Rng<L, LaneKey<u32>> rng(keys, u32::load(id), u32::load(time));
    WordPair<real> normals{real(0), real(0)};
    real log_probability(0);
    for (int k = 0; k < task.columns; ++k) {
        if (key != nullptr && k % 2 == 0) normals = rng.normals();
        const real score = k % 2 == 0 ? normals.first : normals.second;
        const real log_std = load_row<L>(task.log_std, k);
        const real drawn = fma(exp(log_std), score, load_row<L>(task.mean, k));
        store_row<L>(drawn, task.drawn, k);
        store_row<L>(clamp(drawn, task.low[k], task.high[k]), task.clipped, k);
        log_probability += gaussian_log_density<L>(
            standard_score<L>(drawn, load_row<L>(task.mean, k), log_std), log_std);
    }
    if (task.log_probability != nullptr) log_probability.store(task.log_probability);
}

}  // namespace lockstep
