// Builds the library's table for the instruction set that the translation unit is compiled for, and
// the rules of tabular learners, which the units of environments call.
//
// Must not:  be included by anything but the generated units (see LockstepEnvironment.cmake).
// Invariant: the table is a constant.
#pragma once

#include <lockstep/detail/actor_critic/actor_critic.hpp>
#include <lockstep/detail/deep_q/deep_q.hpp>
#include <lockstep/detail/isa/library_table.hpp>
#include <lockstep/detail/network/choose.hpp>
#include <lockstep/detail/network/gaussian.hpp>
#include <lockstep/detail/network/network.hpp>
#include <lockstep/detail/network/optimizer.hpp>
#include <lockstep/detail/reinforce/reinforce.hpp>
#include <lockstep/detail/samplers/mixture.hpp>
#include <lockstep/detail/tabular/choice.hpp>

namespace lockstep {

template <class L>
constexpr NetworkKernels<typename L::scalar> network_kernels() noexcept {
    NetworkKernels<typename L::scalar> k{};
    k.forward = forward<L>;
    k.backward = backward<L>;
    k.output_backward = output_backward<L>;
    k.accumulate_gradients = accumulate_gradients<L>;
    k.initialize = initialize<L>;
    k.optimize = optimize<L>;
    k.draw_uniforms = draw_uniforms<L>;
    k.choose = choose<L>;
    k.draw_gaussian = draw_gaussian<L>;
    k.forward_shared = forward_shared<L>;
    k.backward_shared = backward_shared<L>;
    k.add_lanes = add_lanes<L>;
    k.reinforce = reinforce<L>;
    k.transpose_to_learners = transpose_to_learners<L>;
    k.log_probability = log_probability<L>;
    k.advantages = advantages<L>;
    k.shuffle = shuffle<L>;
    k.gather_samples = gather_samples<L>;
    k.advantage_moments = advantage_moments<L>;
    k.actor_critic_deltas = actor_critic_deltas<L>;
    k.epsilon_greedy = epsilon_greedy<L>;
    k.replay_push = replay_push<L>;
    k.replay_sample = replay_sample<L>;
    k.choose_next = choose_next<L>;
    k.value_gradient = value_gradient<L>;
    k.polyak_update = polyak_update<L>;
    return k;
}

template <class L>
constexpr SearchKernels search_kernels() noexcept {
    return {search_uniforms<L>, search_quantiles<L>, search_truncated<L>, search_heights<L>,
            mixture_densities<L>};
}

template <class Isa>
constexpr LibraryKernels library_kernels(const char* isa) noexcept {
    return {isa, network_kernels<Lanes<Isa, float>>(), network_kernels<Lanes<Isa, double>>(),
            search_kernels<Lanes<Isa, double>>()};
}

#define LOCKSTEP_TABULAR(L)                                                          \
    template L::i32 tabular_choice<L>(const TabularLearners<L>&, const TableRow<L>&, \
                                      const WordPair<L::u32>&) noexcept;             \
    template void tabular_update<L>(TabularLearners<L>&, const TabularMove<L>&) noexcept;
using Lanes32 = Lanes<LOCKSTEP_ISA, float>;
using Lanes64 = Lanes<LOCKSTEP_ISA, double>;
LOCKSTEP_TABULAR(Lanes32)
LOCKSTEP_TABULAR(Lanes64)
#undef LOCKSTEP_TABULAR

}  // namespace lockstep
