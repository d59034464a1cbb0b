// The inputs and memory of an optimizer, on both sides of the border between flag sets.
//
// Must not:  emit code.
// Invariant: every lane has its own settings and step counts; memory is [parameter][lane].
#pragma once

#include <cstdint>

#include <lockstep/detail/lane/lane.hpp>

namespace lockstep {

enum class OptimizerKind : std::int32_t {
    sgd,       // w -= rate g
    momentum,  // v = beta1 v + g; w -= rate v (PyTorch)
    rmsprop,   // v = beta2 v + (1 - beta2) g^2; w -= rate g / (sqrt v + epsilon) (Hinton; PyTorch)
    adam,      // Kingma and Ba 2015, epsilon beside the corrected root (PyTorch, Keras's intent)
    nadam,     // Dozat 2016 with Keras's momentum schedule beta1 (1 - 0.96^(decay t) / 2)
    adamw      // Loshchilov and Hutter 2019: w -= rate decay w before adam's step
};
inline constexpr int optimizer_kinds = 6;

template <class Real>
struct alignas(64) OptimizerLanes {
    Real learning_rate[lane_count], beta1[lane_count], beta2[lane_count], epsilon[lane_count];
    Real decay[lane_count];  // adamw: of weights; nadam: of the momentum schedule, 1 or 0.004
    Real max_grad_norm[lane_count];  // largest norm of a gradient; 0: no limit
    // State: 1 before the first step, then beta1^t (nadam: the product of its momenta) and beta2^t;
    // nadam's 0.96^(decay t).
    Real power1[lane_count], power2[lane_count], fade[lane_count];
};

// Rows of memory that an optimizer keeps for each parameter.
constexpr int optimizer_rows(OptimizerKind kind) noexcept {
    if (kind == OptimizerKind::sgd) return 0;
    return kind == OptimizerKind::momentum || kind == OptimizerKind::rmsprop ? 1 : 2;
}

// One step of the learners whose bit is set.
template <class Real>
struct OptimizerTask {
    OptimizerKind kind;
    std::int32_t parameters;
    Real* weights;
    const Real* gradient;  // of the loss, before `scale`
    Real* memory;          // optimizer_rows(kind) * parameters rows
    OptimizerLanes<Real>* lanes;
    const Real* scale;  // a factor for the gradient in each lane; null: 1
    std::uint32_t active;
};

}  // namespace lockstep
