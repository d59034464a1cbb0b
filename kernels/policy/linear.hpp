// The linear policy for two actions: 1 where the weighted sum of the observation is not negative.
//
// Must not:  know where weights come from.
// Invariant: even and odd terms are summed apart, each in order and fused, then added: half the
// latency
//            of one chain.
#pragma once

#include <lockstep/kernels/policy/policy.hpp>

namespace lockstep {

template <class L, class Env>
struct Linear {
    static constexpr int weight_count = Env::about.observation_count();
    typename L::real weights[weight_count];

    Linear() = default;
    LOCKSTEP_INLINE Linear(const PolicyData<typename L::scalar>& data,
                           const Worlds<typename L::scalar>&, std::int64_t at) noexcept {
        for (int k = 0; k < weight_count; ++k) {
            weights[k] = data.stride == 0 ? typename L::real(data.weights[k])
                                          : L::real::load(data.weights + k * data.stride + at);
        }
    }
    LOCKSTEP_INLINE void at_time(std::uint64_t) noexcept {}
    LOCKSTEP_INLINE BinaryAction<L> act(const typename L::real* observation) const noexcept {
        using real = typename L::real;
        real sum[2] = {weights[0] * observation[0], real(0)};
        if constexpr (weight_count > 1) sum[1] = weights[1] * observation[1];
        for (int k = 2; k < weight_count; ++k) {
            sum[k % 2] = fma(weights[k], observation[k], sum[k % 2]);
        }
        return {sum[0] + sum[1] >= real(0)};
    }
};

}  // namespace lockstep
