// The linear policy. With two actions: 1 where the weighted sum of the observation is not negative.
// With more: the one whose sum is largest, the first among equals. With continuous ones: a sum for
// each number, clipped to its bounds.
//
// Must not:  know where weights come from.
// Invariant: even and odd terms are summed separately, each in order and fused, then added: half
//            the latency of one chain.
#pragma once

#include <lockstep/detail/policy/policy.hpp>

namespace lockstep {

template <class L, class Env>
struct Linear {
    static constexpr int inputs = Env::about.observation_count();
    static constexpr int outputs = linear_outputs(Env::about);
    static constexpr int weight_count = inputs * outputs;
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
    LOCKSTEP_INLINE auto act(const typename L::real* observation) const noexcept {
        if constexpr (HasActionColumns<Env, L>) {
            ActionColumns<L, outputs> action;
            for (int k = 0; k < outputs; ++k) {
                const ActionInfo& info = Env::about.action_columns.begin()[k];
                action.column[k] =
                    clamp(weighted(weights + k * inputs, observation), info.low, info.high);
            }
            return action;
        } else {
            if constexpr (outputs == 1) {
                return BinaryAction<L>{weighted(weights, observation) >= typename L::real(0)};
            } else {
                return largest(observation);
            }
        }
    }

private:
    LOCKSTEP_INLINE typename L::i32 largest(const typename L::real* observation) const noexcept {
        typename L::real most = weighted(weights, observation);
        typename L::i32 action(0);
        for (int k = 1; k < outputs; ++k) {
            const auto value = weighted(weights + k * inputs, observation);
            const auto more = value > most;
            action = select(more, typename L::i32(k), action);
            most = select(more, value, most);
        }
        return action;
    }
    LOCKSTEP_INLINE static typename L::real weighted(const typename L::real* weight,
                                                     const typename L::real* observation) noexcept {
        using real = typename L::real;
        real sum[2] = {weight[0] * observation[0], real(0)};
        if constexpr (inputs > 1) sum[1] = weight[1] * observation[1];
        for (int k = 2; k < inputs; ++k) sum[k % 2] = fma(weight[k], observation[k], sum[k % 2]);
        return sum[0] + sum[1];
    }
};

}  // namespace lockstep
