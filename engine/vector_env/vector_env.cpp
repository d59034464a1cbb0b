#include <lockstep/vector_env.hpp>

#include <algorithm>

#include "engine/vector_env/data.hpp"

namespace lockstep {

template <class Real>
VectorEnv<Real>::VectorEnv(const VectorEnvConfig& config) : data_(std::make_unique<Data>(config)) {
    reset(config.seed);
}
template <class Real>
VectorEnv<Real>::~VectorEnv() = default;
template <class Real>
VectorEnv<Real>::VectorEnv(VectorEnv&&) noexcept = default;
template <class Real>
VectorEnv<Real>& VectorEnv<Real>::operator=(VectorEnv&&) noexcept = default;

template <class Real>
std::int64_t VectorEnv<Real>::size() const {
    return data_->w.count;
}
template <class Real>
const Description& VectorEnv<Real>::about() const {
    return data_->entry.tables.about();
}
template <class Real>
int VectorEnv<Real>::action_count() const {
    return data_->settings.action_count;
}
template <class Real>
Isa VectorEnv<Real>::isa() const {
    return data_->isa;
}

template <class Real>
void VectorEnv<Real>::reset(std::uint64_t seed) {
    Worlds<Real>& w = data_->w;
    w.time = 0;
    w.resets = stream_key(seed, data_->config.episodes);
    w.dynamics = stream_key(seed, Stream::dynamics);
    w.actions = stream_key(seed, Stream::actions);
    const auto lanes = static_cast<std::size_t>(padded(w.count));
    // No reset state has been prepared, and the next one begins episode 0.
    std::fill_n(w.reset_consumed, lanes / lane_count, std::uint16_t{0xFFFF});
    std::fill_n(w.next_episode, lanes, ~std::uint32_t{0});
    data_->numbers.seed(seed);
    data_->reset(nullptr);
}
template <class Real>
void VectorEnv<Real>::reset() {
    data_->reset(nullptr);
}
template <class Real>
void VectorEnv<Real>::reset(std::span<const std::uint8_t> mask) {
    if (mask.size() != static_cast<std::size_t>(size())) {
        throw ConfigError("a reset mask of " + std::to_string(mask.size()) + " bytes for " +
                          std::to_string(size()) + " worlds");
    }
    std::copy(mask.begin(), mask.end(), data_->chosen.begin());
    data_->reset(data_->chosen.data());
}

template <class Real>
void VectorEnv<Real>::step(std::span<const std::int32_t> actions) {
    data_->check_actions(actions);
    data_->step({.number = actions.data()});
}
template <class Real>
void VectorEnv<Real>::step(std::span<const Real> actions) {
    data_->check_actions(actions);
    data_->step({.value = actions.data(), .stride = size()});
}

template <class Real>
EpisodeTotals VectorEnv<Real>::rollout(const PolicySpec& policy, std::int64_t steps) {
    if (data_->config.autoreset != Autoreset::same_step || data_->numbers.active()) {
        throw ConfigError("a rollout needs same-step autoreset and Lockstep's own seeding");
    }
    if (steps < 0)
        throw ConfigError("rollout of " + std::to_string(steps) + " steps: allowed 0 or more");
    const BoundPolicy<Real>& bound = data_->bind(policy);
    return steps == 0 ? EpisodeTotals{} : data_->rollout(bound, steps);
}

template <class Real>
void VectorEnv<Real>::act(const PolicySpec& policy, std::span<std::int32_t> actions) const {
    const BoundPolicy<Real>& bound = data_->bind(policy);
    data_->check_action_size(actions.size(), false);
    for (std::int64_t at = 0; at < size(); at += lane_count) {
        std::int32_t lanes[lane_count];
        bound.kernels->act(data_->w, at, at + lane_count, bound.data(), {.number = lanes});
        std::copy_n(lanes, std::min<std::int64_t>(lane_count, size() - at), actions.begin() + at);
    }
}
template <class Real>
void VectorEnv<Real>::act(const PolicySpec& policy, std::span<Real> actions) const {
    const BoundPolicy<Real>& bound = data_->bind(policy);
    data_->check_action_size(actions.size(), true);
    std::vector<Real>& lanes = data_->vector_of_actions;
    for (std::int64_t at = 0; at < size(); at += lane_count) {
        bound.kernels->act(data_->w, at, at + lane_count, bound.data(),
                           {.value = lanes.data(), .stride = lane_count});
        const auto count =
            static_cast<std::ptrdiff_t>(std::min<std::int64_t>(lane_count, size() - at));
        auto to = actions.begin() + at;
        for (auto from = lanes.begin(); from != lanes.end(); from += lane_count, to += size())
            std::copy_n(from, count, to);
    }
}

template <class Real>
void VectorEnv<Real>::step(const ActionsView<Real>& actions) {
    actions.columns.empty() ? step(actions.numbers) : step(actions.columns);
}

template <class Real>
ActionsView<Real> VectorEnv<Real>::sample_actions() {
    Data& d = *data_;
    const auto columns = about().action_columns.size();
    if (columns == 0) {
        d.sampled_numbers.resize(static_cast<std::size_t>(size()));
        act({.name = "random"}, d.sampled_numbers);
    } else {
        d.sampled_columns.resize(static_cast<std::size_t>(size()) * columns);
        act({.name = "random"}, d.sampled_columns);
    }
    return {d.sampled_numbers, d.sampled_columns};
}

template <class Real>
ColumnsView<Real> VectorEnv<Real>::observations() const {
    const int columns = data_->kernels.observation_types.count;
    for (int k = 0; k < columns; ++k) observation(k);
    return {data_->w.observation, data_->w.stride, size(), columns};
}

template <class Real>
Box VectorEnv<Real>::observation_space() const {
    Box box;
    int k = 0;
    for (const ColumnInfo& info : about().observations) {
        for (const std::string& name : column_names({info})) {
            box.columns.push_back(
                {name, info.low, info.high, data_->kernels.observation_types[k++], {}, info.unit});
        }
    }
    return box;
}

template <class Real>
ActionSpace VectorEnv<Real>::action_space() const {
    const auto names = about().actions;
    if (about().action_columns.size() == 0)
        return Discrete{action_count(), {names.begin(), names.end()}};
    Box box;
    for (const ActionInfo& info : about().action_columns) {
        const double last = info.option_count() - 1;
        const bool options = info.option_count() > 0;
        box.columns.push_back({info.name,
                               options ? 0 : info.low,
                               options ? last : info.high,
                               ColumnType::real,
                               {info.options.begin(), info.options.end()},
                               info.unit});
    }
    return box;
}

template <class Real>
std::span<const Real> VectorEnv<Real>::observation(int k) const {
    return data_->observation().template view<Real>(k);
}
template <class Real>
std::span<const Real> VectorEnv<Real>::state(int k) const {
    return data_->state().template view<Real>(k);
}
template <class Real>
std::span<const Real> VectorEnv<Real>::final_observation(int k) const {
    return data_->final_observation().template view<Real>(k);
}
template <class Real>
template <class T>
std::span<const T> VectorEnv<Real>::observation_as(int k) const {
    return data_->observation().template view<T>(k);
}
template <class Real>
template <class T>
std::span<const T> VectorEnv<Real>::state_as(int k) const {
    return data_->state().template view<T>(k);
}
template <class Real>
template <class T>
std::span<const T> VectorEnv<Real>::final_observation_as(int k) const {
    return data_->final_observation().template view<T>(k);
}
template <class Real>
std::span<const std::uint16_t> VectorEnv<Real>::observation_bits(int k) const {
    return data_->observation().bits(k);
}
template <class Real>
std::span<const std::uint16_t> VectorEnv<Real>::final_observation_bits(int k) const {
    return data_->final_observation().bits(k);
}
template <class Real>
ColumnType VectorEnv<Real>::state_type(int k) const {
    return data_->state().type(k);
}
template <class Real>
ColumnType VectorEnv<Real>::observation_type(int k) const {
    return data_->observation().type(k);
}
template <class Real>
double VectorEnv<Real>::state_value(int k, std::int64_t world) const {
    check_world("state_value", world, size());
    return data_->state().value(k, world);
}
template <class Real>
double VectorEnv<Real>::observation_value(int k, std::int64_t world) const {
    check_world("observation_value", world, size());
    return data_->observation().value(k, world);
}
template <class Real>
std::span<const Real> VectorEnv<Real>::reward() const {
    return data_->column(data_->w.reward);
}
template <class Real>
std::span<const std::uint8_t> VectorEnv<Real>::terminated() const {
    return {data_->w.terminated, static_cast<std::size_t>(size())};
}
template <class Real>
std::span<const std::uint8_t> VectorEnv<Real>::truncated() const {
    return {data_->w.truncated, static_cast<std::size_t>(size())};
}
template <class Real>
std::span<const Real> VectorEnv<Real>::episode_return() const {
    return data_->column(data_->w.episode_return);
}
template <class Real>
std::span<const std::int32_t> VectorEnv<Real>::episode_length() const {
    return {data_->w.episode_length, static_cast<std::size_t>(size())};
}

template <class Real>
void VectorEnv<Real>::set_state(std::int64_t world, std::span<const Real> values) {
    if (world < 0 || world >= size() ||
        values.size() != static_cast<std::size_t>(about().state_count())) {
        throw ConfigError("set_state: world " + std::to_string(world) + " of " +
                          std::to_string(size()) + ", " + std::to_string(values.size()) +
                          " values for " + std::to_string(about().state_count()) + " columns");
    }
    if (data_->w.model != nullptr) check_row(values[0], *data_->w.model);
    const ColumnGroup<Real> state = data_->state();
    for (int k = 0; k < state.size(); ++k)
        state.check_value(k, static_cast<double>(values[static_cast<std::size_t>(k)]));
    for (int k = 0; k < state.size(); ++k)
        state.set_value(k, world, static_cast<double>(values[static_cast<std::size_t>(k)]));
}

template <class Real>
std::uint64_t VectorEnv<Real>::hash() const {
    Hash hash;
    const auto states = data_->state(), observations = data_->observation();
    const auto final = data_->final_observation();
    for (int k = 0; k < states.size(); ++k) states.add_column(hash, k);
    for (int k = 0; k < observations.size(); ++k) {
        observations.add_column(hash, k);
        final.add_column(hash, k);
    }
    hash.add(reward());
    hash.add(terminated());
    hash.add(truncated());
    hash.add(episode_return());
    hash.add(episode_length());
    return hash.value();
}

template <class Real>
std::vector<std::byte> VectorEnv<Real>::snapshot() const {
    return take_snapshot(data_->memory(), data_->fingerprint());
}
template <class Real>
void VectorEnv<Real>::restore(std::span<const std::byte> snapshot) {
    restore_snapshot(snapshot, data_->memory(), data_->fingerprint());
}

#define LOCKSTEP_COLUMNS_AS(Real, T)                                           \
    template std::span<const T> VectorEnv<Real>::observation_as<T>(int) const; \
    template std::span<const T> VectorEnv<Real>::state_as<T>(int) const;       \
    template std::span<const T> VectorEnv<Real>::final_observation_as<T>(int) const;
template class VectorEnv<float>;
template class VectorEnv<double>;
LOCKSTEP_COLUMNS_AS(float, std::int32_t)
LOCKSTEP_COLUMNS_AS(float, std::uint32_t)
LOCKSTEP_COLUMNS_AS(double, std::int32_t)
LOCKSTEP_COLUMNS_AS(double, std::uint32_t)
#undef LOCKSTEP_COLUMNS_AS

}  // namespace lockstep
