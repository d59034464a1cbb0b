// The functions on blocks of one environment that one instruction set offers: a constant table.
//
// Must not:  include anything that emits code: tables cross the border between flag sets.
// Invariant: the tables of an environment give the same bits; only their speed differs.
#pragma once

#include <cstdint>

#include <lockstep/canvas.hpp>
#include <lockstep/description.hpp>
#include <lockstep/detail/contract/column_type.hpp>

namespace lockstep {

template <class Real>
struct Worlds;
template <class Real>
struct PolicyData;
template <class Real>
struct LinearSearch;
template <class Real>
struct TabularTask;
template <class Real>
struct TabularLanes;
template <class Real>
struct LaneWorlds;
struct RecordedNumbers;
struct DrawPlan;
template <class Real>
struct Actions;
template <class Real>
struct ChosenActions;

// `begin` and `end` are multiples of sixteen; every function is noexcept and allocates nothing.
template <class Real>
struct PolicyKernels {
    const char* name;  // null where the environment cannot run the policy
    void (*act)(const Worlds<Real>&, std::int64_t begin, std::int64_t end, const PolicyData<Real>&,
                const ChosenActions<Real>& actions) noexcept;
    void (*rollout)(const Worlds<Real>&, std::int64_t begin, std::int64_t end, std::int64_t steps,
                    const PolicyData<Real>&, EpisodeTotals*) noexcept;
};

inline constexpr int policy_count = 4;

template <class Real>
struct Kernels {
    ColumnTypes state_types, observation_types;
    void (*step[autoreset_modes])(const Worlds<Real>&, std::int64_t begin, std::int64_t end,
                                  const Actions<Real>& actions) noexcept;
    bool (*actions_legal)(const Actions<Real>& actions, std::int64_t count,
                          std::uint32_t most) noexcept;
    void (*reset)(const Worlds<Real>&, std::int64_t begin, std::int64_t end,
                  const std::uint8_t* chosen) noexcept;
    void (*redraw)(const Worlds<Real>&, std::int64_t begin, std::int64_t end,
                   const std::uint8_t* chosen, const RecordedNumbers& numbers) noexcept;
    void (*plan_draws)(const Worlds<Real>&, DrawPlan& of_reset, DrawPlan& of_step) noexcept;
    PolicyKernels<Real> policies[policy_count];
    void (*search_linear)(LinearSearch<Real>&) noexcept;  // null if no linear policy can act
    // Null if the environment does not number its states.
    std::int64_t (*learn_tabular)(const TabularTask<Real>&, TabularLanes<Real>&,
                                  int steps) noexcept;
    std::int64_t (*state_count)(const Worlds<Real>&) noexcept;
    // Worlds with streams of their own, sixteen at a time: how many rows a network sees of a world;
    // one step, and the observation after it; new episodes in the lanes whose bit is set.
    std::int64_t (*observation_rows)(const Worlds<Real>&) noexcept;
    void (*play)(const Worlds<Real>&, LaneWorlds<Real>&, const Actions<Real>& actions,
                 Real* observation) noexcept;
    void (*begin_episodes)(const Worlds<Real>&, LaneWorlds<Real>&, std::uint32_t lanes,
                           Real* observation) noexcept;
    void (*ceiling)(const Worlds<Real>&, Real* states,
                    std::int64_t steps) noexcept;  // null unless the environment has two actions
    void (*fma_peak)(Real* values, std::int64_t rounds) noexcept;
};

struct EnvironmentKernels {
    const char* isa;
    const Description* about;
    Kernels<float> f32;
    Kernels<double> f64;
    // Scalar lanes only, and null if the environment has no draw().
    const PictureInfo* picture = nullptr;
    void (*draw)(const double* state, const double* parameters, const std::int32_t* choices,
                 Canvas& canvas) = nullptr;
};

}  // namespace lockstep
