// Steps down a gradient, one learner per lane.
//
// Owns:      the update rules, and the check that weights stay finite.
// Must not:  know networks or losses.
// Invariant: a lane whose bit is not set keeps every bit of its weights and memory.
#pragma once

#include <lockstep/detail/network/network.hpp>
#include <lockstep/detail/network/optimizer_task.hpp>

namespace lockstep {

template <class L>
class Optimizer {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using mask = typename L::mask;

    LOCKSTEP_INLINE explicit Optimizer(const OptimizerTask<scalar>& task) noexcept
        : task_(task), active_(mask::from_bits(task.active)) {
        const OptimizerLanes<scalar>& lanes = *task.lanes;
        rate_ = real::load(lanes.learning_rate), epsilon_ = real::load(lanes.epsilon);
        beta1_ = real::load(lanes.beta1), beta2_ = real::load(lanes.beta2);
        scale_ = task.scale == nullptr ? real(1) : real::load(task.scale);
        clip();
        advance();
    }

    // Returns the lanes that have a weight that is not finite after the step.
    LOCKSTEP_INLINE std::uint32_t step() noexcept {
        switch (task_.kind) {
            case OptimizerKind::sgd:
                return each([&](const real& g, const real& w, int)
                                LOCKSTEP_LAMBDA { return fnma(rate_, g, w); });
            case OptimizerKind::momentum:
                return each([&](const real& g, const real& w, int row) LOCKSTEP_LAMBDA {
                    return fnma(rate_, moved(0, row, fma(beta1_, kept(0, row), g)), w);
                });
            case OptimizerKind::rmsprop:
                return each([&](const real& g, const real& w, int row) LOCKSTEP_LAMBDA {
                    const real v = average(0, row, beta2_, g * g);
                    return w - rate_ * g / (sqrt(v) + epsilon_);
                });
            case OptimizerKind::nadam:
                return each([&](const real& g, const real& w, int row) LOCKSTEP_LAMBDA {
                    const real m = average(0, row, beta1_, g), v = average(1, row, beta2_, g * g);
                    return w - rate_ * fma(mean_part_, m, gradient_part_ * g) /
                                   (sqrt(v * root_) + epsilon_);
                });
            default:
                return each([&](const real& g, const real& w, int row) LOCKSTEP_LAMBDA {
                    const real m = average(0, row, beta1_, g), v = average(1, row, beta2_, g * g);
                    return fnma(shrink_, w, w) -
                           rate_ * (m * mean_part_) / (sqrt(v * root_) + epsilon_);
                });
        }
    }

private:
    LOCKSTEP_INLINE void clip() noexcept {
        const real most = real::load(task_.lanes->max_grad_norm);
        const mask clips = most > real(0);
        if (!any(clips & active_)) return;
        real square(0);
        for (int row = 0; row < task_.parameters; ++row) {
            const real g = load_row<L>(task_.gradient, row) * scale_;
            square = fma(g, g, square);
        }
        const real norm = sqrt(square);
        scale_ = select(clips & (norm > most), scale_ * (most / norm), scale_);
    }
    // Advances the powers, and prepares the factors that all parameters share.
    LOCKSTEP_INLINE void advance() noexcept {
        OptimizerLanes<scalar>& lanes = *task_.lanes;
        const real before = real::load(lanes.power1), decay = real::load(lanes.decay);
        const real power2 = real::load(lanes.power2) * beta2_;
        real power1 = before * beta1_;
        if (task_.kind == OptimizerKind::nadam) {
            // 0.96^decay
            const real factor = exp(decay * real(-0.04082199452025517));
            const real fade = real::load(lanes.fade) * factor;
            const real now = beta1_ * fnma(real(0.5), fade, real(1));
            const real next = beta1_ * fnma(real(0.5), fade * factor, real(1));
            power1 = before * now;
            mean_part_ = next / (real(1) - power1 * next);
            gradient_part_ = (real(1) - now) / (real(1) - power1);
            select(active_, fade, real::load(lanes.fade)).store(lanes.fade);
        } else {
            mean_part_ = real(1) / (real(1) - power1);
        }
        root_ = real(1) / (real(1) - power2);
        shrink_ = task_.kind == OptimizerKind::adamw ? rate_ * decay : real(0);
        select(active_, power1, before).store(lanes.power1);
        select(active_, power2, real::load(lanes.power2)).store(lanes.power2);
    }
    LOCKSTEP_INLINE std::uint32_t each(auto&& moved) noexcept {
        real finite(0);  // NaN if some weight is not finite
        for (int row = 0; row < task_.parameters; ++row) {
            const real g = load_row<L>(task_.gradient, row) * scale_;
            const real before = load_row<L>(task_.weights, row);
            const real after = select(active_, moved(g, before, row), before);
            finite += after - after;
            store_row<L>(after, task_.weights, row);
        }
        return (finite != finite).bits();
    }
    LOCKSTEP_INLINE real kept(int which, int row) const noexcept {
        return load_row<L>(task_.memory, which * task_.parameters + row);
    }
    LOCKSTEP_INLINE real moved(int which, int row, const real& value) const noexcept {
        const real result = select(active_, value, kept(which, row));
        store_row<L>(result, task_.memory, which * task_.parameters + row);
        return result;
    }
    LOCKSTEP_INLINE real average(int which, int row, const real& beta,
                                 const real& value) const noexcept {
        return moved(which, row, fma(beta, kept(which, row), (real(1) - beta) * value));
    }

    const OptimizerTask<scalar>& task_;
    const mask active_;
    real rate_, epsilon_, beta1_, beta2_, scale_;
    real mean_part_, gradient_part_, root_, shrink_;
};

// Returns the lanes that have a weight that is not finite.
template <class L>
LOCKSTEP_KERNEL std::uint32_t optimize(const OptimizerTask<typename L::scalar>& task) noexcept {
    return Optimizer<L>(task).step();
}

}  // namespace lockstep
