// REINFORCE (Williams 1992) from whole episodes of one learner: sixteen time steps in the lanes.
//
// Owns:      returns, advantages, and the gradients of policy and baseline.
// Must not:  know environments, or how the episodes were played.
// Invariant: lane k sums up the steps that are k modulo sixteen, and the lanes are added last, so
//            every instruction set gives the same bits.
#pragma once

#include <lockstep/detail/network/choose.hpp>
#include <lockstep/detail/network/gaussian.hpp>
#include <lockstep/detail/reinforce/reinforce_task.hpp>

namespace lockstep {

template <class L>
class Reinforce {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using mask = typename L::mask;
    using Task = ReinforceTask<scalar>;

    LOCKSTEP_INLINE explicit Reinforce(const Task& task) noexcept
        : task_(task), batch_(task.batch) {}

    LOCKSTEP_INLINE void learn() noexcept {
        discount();
        if (task_.value != nullptr) baseline_gradient();
        compute_advantages();
        learn_policy();
    }

private:
    LOCKSTEP_INLINE mask here(int step) const noexcept { return mask::first(batch_.steps - step); }
    // Calls body(first step, vectors) for the segments of the batch.
    LOCKSTEP_INLINE void for_segments(auto&& body) const noexcept {
        const int vectors = (batch_.steps + lane_count - 1) / lane_count;
        const int segments = (vectors + segment_vectors - 1) / segment_vectors;
        for (int i = 0; i < segments; ++i) {
            // Of about equal length, because samples are processed four at a time.
            const int first = vectors * i / segments, end = vectors * (i + 1) / segments;
            body(first * lane_count, end - first);
        }
    }

    // Fills `returns` with each step's discounted return. Sums over a window that doubles four
    // times, then over whole vectors: a chain of one operation per vector, not sixteen.
    LOCKSTEP_INLINE void discount() noexcept {
        scalar* to = task_.returns;
        const scalar* rewards = batch_.rewards;
        for (int e = 0; e < batch_.episodes; ++e) {
            const int length = batch_.lengths[e];
            for (int t = 0; t < length; t += lane_count)
                select(mask::first(length - t), real::load(rewards + t), real(0)).store(to + t);
            const int vectors = (length + lane_count - 1) / lane_count;
            real(0).store(to + vectors * lane_count);
            if (batch_.bootstrap_value[e] != 0)
                to[length - 1] += task_.gamma * batch_.bootstrap_value[e];
            discounted_suffix_sum(to, vectors);
            to += length, rewards += length;
        }
    }
    LOCKSTEP_INLINE void discounted_suffix_sum(scalar* sums, int vectors) noexcept {
        scalar gamma = task_.gamma;
        for (int window = 1; window < lane_count; window *= 2) {
            for (int t = 0; t < vectors * lane_count; t += lane_count)
                fma(real(gamma), real::load(sums + t + window), real::load(sums + t))
                    .store(sums + t);
            gamma *= gamma;
        }
        for (int t = (vectors - 2) * lane_count; t >= 0; t -= lane_count)
            fma(real(gamma), real::load(sums + t + lane_count), real::load(sums + t))
                .store(sums + t);
    }

    LOCKSTEP_INLINE void load_inputs(const NetworkShape& shape, int first, int vectors) noexcept {
        for (int v = 0; v < vectors; ++v) {
            const int step = first + v * lane_count;
            scalar* sample = task_.samples + std::int64_t{v} * shape.rows * lane_count;
            for (int r = 0; r < shape.inputs; ++r) {
                const real x = real::load(batch_.observations + r * batch_.stride + step);
                store_row<L>(select(here(step), x, real(0)), sample, r);
            }
        }
    }
    // Forward, `deltas_at(step, sample, deltas)` for each vector, backward. `more` parameters
    // follow the network's own; only the function for the deltas knows them.
    LOCKSTEP_INLINE void learn_network(const NetworkShape& shape, int more,
                                       const scalar* parameters, scalar* gradient,
                                       auto&& deltas_at) noexcept {
        const int rows = shape.parameters + more;
        for (int row = 0; row < rows; ++row) store_row<L>(real(0), task_.sums, row);
        for_segments([&](int first, int vectors) LOCKSTEP_LAMBDA {
            load_inputs(shape, first, vectors);
            forward_shared<L>(shape, parameters, task_.samples, vectors);
            for (int v = 0; v < vectors; ++v) {
                const std::int64_t at = std::int64_t{v} * shape.rows * lane_count;
                deltas_at(first + v * lane_count, task_.samples + at, task_.deltas + at);
            }
            backward_shared<L>(shape, parameters, task_.samples, task_.deltas, vectors);
            accumulate_gradients<L>(shape, task_.samples, task_.deltas, vectors, task_.sums);
        });
        add_lanes<L>(task_.sums, rows, gradient);
    }

    // The baseline: values of all steps, and the gradient of half their mean squared error.
    LOCKSTEP_KERNEL [[gnu::noinline]] void baseline_gradient() noexcept {
        const NetworkShape& shape = *task_.value;
        const int row = shape.rows - 1;
        const real scale = share();
        learn_network(shape, 0, task_.value_parameters, task_.value_gradient,
                      [&](int step, const scalar* sample, scalar* deltas) LOCKSTEP_LAMBDA {
                          const real value = load_row<L>(sample, row);
                          value.store(task_.values + step);
                          const real error = value - real::load(task_.returns + step);
                          store_row<L>(select(here(step), error * scale, real(0)), deltas, row);
                      });
    }
    LOCKSTEP_INLINE real share() const noexcept {
        return task_.average ? real(1) / real(batch_.steps) : real(1);
    }

    LOCKSTEP_INLINE scalar mean_of(auto&& of) const noexcept {
        real sum(0);
        for (int t = 0; t < batch_.steps; t += lane_count)
            sum += select(here(t), of(real::load(task_.returns + t)), real(0));
        return total(sum) / static_cast<scalar>(batch_.steps);
    }
    // Turns `returns` into the factors of each step's gradient.
    LOCKSTEP_INLINE void compute_advantages() noexcept {
        if (task_.value != nullptr) {
            for (int t = 0; t < batch_.steps; t += lane_count) {
                const real above = real::load(task_.returns + t) - real::load(task_.values + t);
                above.store(task_.returns + t);
            }
        }
        real mean(0), scale = share();
        // A single step has no deviation, and is used as it is (as in Stable-Baselines3).
        if (task_.normalize_advantage && batch_.steps > 1) {
            mean = real(mean_of([](const real& x) { return x; }));
            const real variance(mean_of([&](const real& x) { return (x - mean) * (x - mean); }));
            // If all are equal there is nothing to learn; the tutorials' code divides by 0, or by a
            // rounding error.
            const real first(task_.returns[0]);
            const real differ(
                mean_of([&](const real& x) { return select(x == first, real(0), real(1)); }));
            const real rounding(sizeof(scalar) == 4 ? 1e-12 : 1e-28);
            scale = select((differ > real(0)) & (variance > rounding * (mean * mean)),
                           scale / sqrt(variance), real(0));
        }
        for (int t = 0; t < batch_.steps; t += lane_count)
            ((real::load(task_.returns + t) - mean) * scale).store(task_.returns + t);
    }

    LOCKSTEP_INLINE void learn_policy() noexcept {
        const NetworkShape& shape = *task_.policy;
        learn_network(shape, task_.columns, task_.policy_parameters, task_.policy_gradient,
                      [&](int step, const scalar* sample, scalar* deltas) LOCKSTEP_LAMBDA {
                          if (task_.columns > 0)
                              gaussian_deltas(step, sample, deltas);
                          else
                              policy_deltas(step, sample, deltas);
                      });
    }
    // The gradients by the means, and, added to the sums, by log_std; the derivative of the entropy
    // by log_std is one.
    LOCKSTEP_KERNEL [[gnu::noinline]] void gaussian_deltas(int step, const scalar* sample,
                                                           scalar* deltas) noexcept {
        const NetworkShape& shape = *task_.policy;
        const real weight = select(here(step), real::load(task_.returns + step), real(0));
        const real bonus = select(here(step), real(task_.ent_coef) * share(), real(0));
        for (int k = 0; k < task_.columns; ++k) {
            const int row = shape.rows - shape.outputs + k, parameter = shape.parameters + k;
            const real log_std(task_.policy_parameters[parameter]);
            const real drawn = real::load(batch_.drawn + k * batch_.stride + step);
            const real score = standard_score<L>(drawn, load_row<L>(sample, row), log_std);
            store_row<L>(-weight * select(here(step), score, real(0)) * exp(-log_std), deltas, row);
            const real by = select(here(step), real(1) - score * score, real(0)) * weight - bonus;
            store_row<L>(load_row<L>(task_.sums, parameter) + by, task_.sums, parameter);
        }
    }
    LOCKSTEP_INLINE void policy_deltas(int step, const scalar* sample, scalar* deltas) noexcept {
        const NetworkShape& shape = *task_.policy;
        const int first = shape.rows - shape.outputs;
        const u32<L> legal =
            batch_.legal != nullptr ? u32<L>::load(batch_.legal + step) : u32<L>(~0U);
        action_probabilities<L>(sample + first * lane_count, shape.outputs, legal,
                                task_.probabilities);
        std::int32_t actions[lane_count];
        for (int i = 0; i < lane_count; ++i) actions[i] = batch_.actions[step + i];
        const auto taken = i32<L>::load(actions);
        const real weight = select(here(step), real::load(task_.returns + step), real(0));
        for (int k = 0; k < shape.outputs; ++k) {
            const auto chosen = taken == i32<L>(shape.outputs == 1 ? 1 : k);
            const real p = load_row<L>(task_.probabilities, k);
            real delta = p - select(chosen, real(1), real(0));
            if (task_.squared) delta = delta * p * (real(1) - p);
            store_row<L>(delta * weight, deltas, first + k);
        }
        if (task_.ent_coef != 0) add_entropy(step, sample, deltas);
    }
    // The gradient of the negative entropy.
    LOCKSTEP_KERNEL [[gnu::noinline]] void add_entropy(int step, const scalar* sample,
                                                       scalar* deltas) noexcept {
        const NetworkShape& shape = *task_.policy;
        const int first = shape.rows - shape.outputs;
        const real scale = select(here(step), real(task_.ent_coef) * share(), real(0));
        const auto add = [&](int k, const real& by) LOCKSTEP_LAMBDA {
            store_row<L>(fma(scale, by, load_row<L>(deltas, first + k)), deltas, first + k);
        };
        if (shape.outputs == 1) {
            const real p = load_row<L>(task_.probabilities, 0);
            add(0, load_row<L>(sample, first) * p * (real(1) - p));
            return;
        }
        const auto log_of = [](const real& p) LOCKSTEP_LAMBDA {
            return select(p > real(1e-37), log(p), real(0));
        };
        real entropy(0);
        for (int k = 0; k < shape.outputs; ++k) {
            const real p = load_row<L>(task_.probabilities, k);
            entropy = fnma(p, log_of(p), entropy);
        }
        for (int k = 0; k < shape.outputs; ++k) {
            const real p = load_row<L>(task_.probabilities, k);
            add(k, p * (log_of(p) + entropy));
        }
    }

    const Task& task_;
    const EpisodeBatch<scalar>& batch_;
};

// Transposes sixteen steps of sixteen learners, rows of [step][lane], to rows of [lane][step]: row
// r of a lane goes to to[lane] + r * stride.
template <class L>
LOCKSTEP_KERNEL void transpose_to_learners(const typename L::scalar* from, int rows,
                                           typename L::scalar* const* to,
                                           std::int64_t stride) noexcept {
    for (int r = 0; r < rows; ++r) {
        typename L::real block[lane_count];
        for (int t = 0; t < lane_count; ++t) block[t] = load_row<L>(from, r * lane_count + t);
        transpose(block);
        for (int lane = 0; lane < lane_count; ++lane) block[lane].store(to[lane] + r * stride);
    }
}

template <class L>
LOCKSTEP_KERNEL void reinforce(const ReinforceTask<typename L::scalar>& task) noexcept {
    Reinforce<L>(task).learn();
}

}  // namespace lockstep
