// Advantages, minibatches, and the loss of a policy and a value function, one learner per lane.
//
// Owns:      generalized advantages (Schulman et al. 2016); the plain and the clipped policy
//            gradient (Schulman et al. 2017), squared value errors, the entropy bonus.
// Must not:  know anything about networks but their outputs.
// Invariant: truncation bootstraps a value, termination does not; illegal actions get no gradient.
#pragma once

#include <lockstep/detail/actor_critic/actor_critic_task.hpp>
#include <lockstep/detail/network/gaussian.hpp>
#include <lockstep/detail/network/network.hpp>
#include <lockstep/detail/policy/legal.hpp>

namespace lockstep {

// The action logits of a vector of learners.
template <class L>
struct Logits {
    using real = typename L::real;
    const typename L::scalar* rows;
    int actions;

    LOCKSTEP_INLINE real at(int action) const noexcept { return load_row<L>(rows, action); }
    // log sum exp of the logits of legal actions.
    LOCKSTEP_INLINE real log_partition(const typename L::u32& legal) const noexcept {
        real most(-3e38), sum(0);
        for (int a = 0; a < actions; ++a) {
            const real z = at(a);
            most = select(is_legal<L>(legal, a) & (z > most), z, most);
        }
        for (int a = 0; a < actions; ++a)
            sum += select(is_legal<L>(legal, a), exp(at(a) - most), real(0));
        return most + log(sum);
    }
    LOCKSTEP_INLINE real of(const typename L::i32& action) const noexcept {
        real z = at(0);
        for (int a = 1; a < actions; ++a) z = select(action == typename L::i32(a), at(a), z);
        return z;
    }
};

// The log probability of the action that each lane took.
template <class L>
LOCKSTEP_KERNEL void log_probability(const typename L::scalar* logits, int actions,
                                     const std::uint32_t* legal, const std::int32_t* action,
                                     typename L::scalar* result) noexcept {
    const Logits<L> z{logits, actions};
    (z.of(L::i32::load(action)) - z.log_partition(L::u32::load(legal))).store(result);
}

// Fills in the rows that are derived from a rollout.
template <class L>
LOCKSTEP_KERNEL void advantages(const RolloutRows<typename L::scalar>& rollout,
                                const ActorCriticLanes<typename L::scalar>& lanes) noexcept {
    using real = typename L::real;
    using mask = typename L::mask;
    const real gamma = real::load(lanes.gamma), carry = gamma * real::load(lanes.gae_lambda);
    for (int w = 0; w < rollout.worlds; ++w) {
        real advantage(0);
        for (int t = rollout.steps - 1; t >= 0; --t) {
            const int i = t * rollout.worlds + w;
            const mask done = mask::from_bits(rollout.done[i]);
            const real value = load_row<L>(rollout.value, i);
            const real next = select(done, load_row<L>(rollout.final_value, i),
                                     load_row<L>(rollout.value, i + rollout.worlds));
            const mask terminated = mask::from_bits(rollout.terminated[i]);
            const real known = select(terminated, real(0), next);
            const real delta = fma(gamma, known, load_row<L>(rollout.reward, i)) - value;
            advantage = select(done, delta, fma(carry, advantage, delta));
            store_row<L>(advantage, rollout.advantage, i);
            store_row<L>(advantage + value, rollout.target, i);
            store_row<L>(select(terminated, real(0), gamma), rollout.discount, i);
        }
    }
}

// A permutation of 0 .. count-1 in each lane, a function of the lane's key and time.
template <class L>
LOCKSTEP_KERNEL void shuffle(const std::uint32_t (&key)[2][lane_count],
                             const std::uint32_t (&time)[lane_count], int count,
                             std::int32_t* order) noexcept {
    using u32 = typename L::u32;
    using i32 = typename L::i32;
    Rng<L, LaneKey<u32>> rng(load_key<L>(key), u32::load(time), u32(0U));
    for (int i = 0; i < count; ++i) i32(i).store(order + std::int64_t{i} * lane_count);
    for (int i = count - 1; i > 0; --i) {
        std::uint32_t other[lane_count];
        rng.below(u32(static_cast<std::uint32_t>(i + 1))).store(other);
        std::int32_t* last = order + std::int64_t{i} * lane_count;
        for (int lane = 0; lane < lane_count; ++lane) {
            std::int32_t& drawn = order[std::int64_t{other[lane]} * lane_count + lane];
            const std::int32_t kept = last[lane];
            last[lane] = drawn, drawn = kept;
        }
    }
}

// Where sample order[k] of each lane begins; a sample has `rows` rows.
template <class L>
LOCKSTEP_INLINE typename L::i32 element_of(const std::int32_t* order, int k, int rows) noexcept {
    using i32 = typename L::i32;
    return i32::load(order + std::int64_t{k} * lane_count) * i32(rows * lane_count) + i32::iota();
}

// Copies sample order[k], of `rows` rows, to the first rows of sample k of `to`.
template <class L>
LOCKSTEP_KERNEL void gather_samples(const typename L::scalar* from, int rows,
                                    const std::int32_t* order, int count, typename L::scalar* to,
                                    std::int64_t stride) noexcept {
    for (int k = 0; k < count; ++k) {
        const auto at = element_of<L>(order, k, rows);
        for (int r = 0; r < rows; ++r)
            store_row<L>(gather(from + std::int64_t{r} * lane_count, at), to + k * stride, r);
    }
}

// Rows mean and 1 / deviation of `count` advantages. Where all are equal, which rounding may hide,
// the second row is 0.
template <class L>
LOCKSTEP_KERNEL void advantage_moments(const typename L::scalar* advantage,
                                       const std::int32_t* order, int count,
                                       typename L::scalar* moments) noexcept {
    using real = typename L::real;
    const auto of = [&](int k)
                        LOCKSTEP_LAMBDA { return gather(advantage, element_of<L>(order, k, 1)); };
    real sum(0), squares(0);
    const real first = of(0);
    auto alike = first == first;
    for (int k = 0; k < count; ++k) {
        const real one = of(k);
        sum += one;
        alike = alike & (one == first);
    }
    const real mean = sum / real(count);
    for (int k = 0; k < count; ++k) {
        const real d = of(k) - mean;
        squares = fma(d, d, squares);
    }
    store_row<L>(mean, moments, 0);
    const real inverse = real(1) / (sqrt(squares / real(count)) + real(1e-8));
    store_row<L>(select(alike, real(0), inverse), moments, 1);
}

template <class L>
class ActorCriticGradient {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using u32 = typename L::u32;
    using i32 = typename L::i32;

    LOCKSTEP_INLINE explicit ActorCriticGradient(const ActorCriticLoss<scalar>& task) noexcept
        : task_(task),
          rollout_(*task.rollout),
          clip_(real::load(task.lanes->clip_range)),
          ent_coef_(real::load(task.lanes->ent_coef)),
          vf_coef_(real(2) * real::load(task.lanes->vf_coef)) {}

    LOCKSTEP_INLINE void sample(int k) noexcept {
        at_ = element_of<L>(task_.order, k, 1);
        const scalar* outputs = task_.logits + k * task_.policy_stride;
        scalar* deltas = task_.logit_deltas + k * task_.policy_stride;
        if (task_.log_std == nullptr) {
            policy({outputs, task_.actions}, deltas);
        } else {
            gaussian(outputs, element_of<L>(task_.order, k, task_.actions), deltas);
        }
        value(k);
    }

private:
    LOCKSTEP_INLINE void policy(const Logits<L>& logits, scalar* deltas) noexcept {
        const u32 legal = gather(rollout_.legal, at_);
        const i32 action = gather(rollout_.action, at_);
        const real all = logits.log_partition(legal);
        real entropy(0);
        for (int a = 0; a < task_.actions; ++a) {
            const real log_p = logits.at(a) - all;
            const real p = select(is_legal<L>(legal, a), exp(log_p), real(0));
            entropy = fnma(p, log_p, entropy);
            store_row<L>(p, deltas, a);
        }
        const real by = by_log_probability(logits.of(action) - all);
        for (int a = 0; a < task_.actions; ++a) {
            const real log_p = logits.at(a) - all, p = load_row<L>(deltas, a);
            const real taken = select(action == i32(a), real(1), real(0));
            const real bonus = ent_coef_ * p * (log_p + entropy);
            store_row<L>(fma(by, taken - p, bonus), deltas, a);
        }
    }
    // `first`: where the first number of the action lies, in each lane's sample.
    LOCKSTEP_INLINE void gaussian(const scalar* means, const i32& first, scalar* deltas) noexcept {
        const auto log_std = [&](int k) LOCKSTEP_LAMBDA { return load_row<L>(task_.log_std, k); };
        const auto score = [&](int k) LOCKSTEP_LAMBDA {
            const real drawn = gather(rollout_.drawn + std::int64_t{k} * lane_count, first);
            return standard_score<L>(drawn, load_row<L>(means, k), log_std(k));
        };
        real log_p(0);
        for (int k = 0; k < task_.actions; ++k)
            log_p += gaussian_log_density<L>(score(k), log_std(k));
        const real by = by_log_probability(log_p);
        for (int k = 0; k < task_.actions; ++k) {
            const real z = score(k);
            store_row<L>(by * z * exp(-log_std(k)), deltas, k);
            // The derivative of the entropy by log_std is one.
            const real by_log_std = fma(by, fma(z, z, real(-1)), -ent_coef_);
            store_row<L>(load_row<L>(task_.log_std_gradient, k) + by_log_std,
                         task_.log_std_gradient, k);
        }
    }
    // The derivative of the loss by the log probability of the action taken.
    LOCKSTEP_INLINE real by_log_probability(const real& log_p) const noexcept {
        real advantage = gather(rollout_.advantage, at_);
        if (task_.moments != nullptr) {
            advantage = (advantage - load_row<L>(task_.moments, 0)) * load_row<L>(task_.moments, 1);
        }
        const real ratio = exp(log_p - gather(rollout_.log_probability, at_));
        const auto clips = clip_ > real(0);
        const auto beyond = ((advantage > real(0)) & (ratio > real(1) + clip_)) |
                            ((advantage < real(0)) & (ratio < real(1) - clip_));
        const real by = select(clips, -advantage * ratio, -advantage);
        return select(clips & beyond, real(0), by);
    }
    LOCKSTEP_INLINE void value(int k) const noexcept {
        const std::int64_t here = k * task_.value_stride;
        const std::int64_t there = (k + task_.count) * task_.value_stride;
        const real value = real::load(task_.values + here);
        if (!task_.residual) {
            const real error = value - gather(rollout_.target, at_);
            (vf_coef_ * error).store(task_.value_deltas + here);
            return;
        }
        const real discount = gather(rollout_.discount, at_);
        const real target =
            fma(discount, real::load(task_.values + there), gather(rollout_.reward, at_));
        const real by = vf_coef_ * (value - target);
        by.store(task_.value_deltas + here);
        (-discount * by).store(task_.value_deltas + there);
    }

    const ActorCriticLoss<scalar>& task_;
    const RolloutRows<scalar>& rollout_;
    const real clip_, ent_coef_, vf_coef_;
    i32 at_;
};

// The gradients of each sample's loss by the outputs of its networks.
template <class L>
LOCKSTEP_KERNEL void actor_critic_deltas(const ActorCriticLoss<typename L::scalar>& task) noexcept {
    ActorCriticGradient<L> gradient(task);
    for (int k = 0; k < task.count; ++k) gradient.sample(k);
}

}  // namespace lockstep
