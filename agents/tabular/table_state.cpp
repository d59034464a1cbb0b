
#include "agents/tabular/table_state.hpp"

#include <iterator>
#include <string>

#include <lockstep/error.hpp>

#include "agents/agent/state_bytes.hpp"

namespace lockstep {
namespace {

// Changes with the layout of what is written.
constexpr std::uint64_t layout = 0x5441424c45000001U;

// The layout as written, without padding.
struct Front {
    std::uint64_t layout, kind;
    std::int64_t steps, elements, counted, returns, worlds;
};
static_assert(sizeof(Front) == 56);
static_assert(sizeof(MovingLane<float>) == (max_table_columns + 2) * 4 + 16);
static_assert(sizeof(MovingLane<double>) == (max_table_columns + 2) * 8 + 16);

// Takes elements off the front of `from`.
template <class T>
std::vector<T> taken(std::span<const std::byte>& from, std::int64_t count) {
    const auto wanted = static_cast<std::uint64_t>(count);
    if (count < 0 || wanted > from.size() / sizeof(T))
        throw ConfigError("a state of a tabular learner that ends too early");
    const auto bytes = from.first(wanted * sizeof(T));
    from = from.subspan(bytes.size());
    return elements_of<T>(bytes);
}

}  // namespace

template <class Real>
MovingLane<Real> moving_lane(const TabularLanes<Real>& lanes, int lane) {
    MovingLane<Real> at{};
    for (int c = 0; c < max_table_columns; ++c) at.state[c] = lanes.state[c][lane];
    at.total = lanes.total[lane], at.epsilon = lanes.epsilon[lane];
    at.length = lanes.length[lane], at.action = lanes.action[lane];
    at.episode = lanes.episode[lane], at.time = lanes.time[lane];
    return at;
}

template <class Real>
void move_lane(TabularLanes<Real>& lanes, int lane, const MovingLane<Real>& to) {
    for (int c = 0; c < max_table_columns; ++c) lanes.state[c][lane] = to.state[c];
    lanes.total[lane] = to.total, lanes.epsilon[lane] = to.epsilon;
    lanes.length[lane] = to.length, lanes.action[lane] = to.action;
    lanes.episode[lane] = to.episode, lanes.time[lane] = to.time;
}

template <class Real>
LearnerState write_table_state(std::uint64_t kind, const TableState<Real>& state) {
    const Front front{layout,
                      kind,
                      state.steps,
                      std::ssize(state.table),
                      std::ssize(state.count),
                      std::ssize(state.returns),
                      std::ssize(state.worlds)};
    return joined({std::as_bytes(std::span(&front, 1)), std::as_bytes(state.table),
                   std::as_bytes(state.count), std::as_bytes(state.returns),
                   std::as_bytes(state.worlds)});
}

template <class Real>
SavedTable<Real>::SavedTable(std::uint64_t kind, std::span<const std::byte> bytes) {
    const auto front = taken<Front>(bytes, 1)[0];
    if (front.layout != layout || front.kind != kind)
        throw ConfigError(
            "a state that is not of a tabular learner with these settings, in this environment "
            "and precision");
    table_ = taken<Real>(bytes, front.elements);
    count_ = taken<Real>(bytes, front.counted);
    returns_ = taken<Real>(bytes, front.returns);
    worlds_ = taken<MovingLane<Real>>(bytes, front.worlds);
    if (!bytes.empty() || front.steps < 0)
        throw ConfigError("a state of a tabular learner that does not end where it says");
    state_ = {front.steps, table_, count_, returns_, worlds_};
}

ConfigError too_far(std::int64_t episodes, std::int64_t steps) {
    return ConfigError("a state of " + std::to_string(episodes) + " episodes and " +
                       std::to_string(steps) + " steps, which are more than the settings allow");
}

template MovingLane<float> moving_lane(const TabularLanes<float>&, int);
template MovingLane<double> moving_lane(const TabularLanes<double>&, int);
template void move_lane(TabularLanes<float>&, int, const MovingLane<float>&);
template void move_lane(TabularLanes<double>&, int, const MovingLane<double>&);
template LearnerState write_table_state(std::uint64_t, const TableState<float>&);
template LearnerState write_table_state(std::uint64_t, const TableState<double>&);
template class SavedTable<float>;
template class SavedTable<double>;

}  // namespace lockstep
