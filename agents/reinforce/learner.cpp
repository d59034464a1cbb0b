
#include "agents/reinforce/learner.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

std::int64_t padded(std::int64_t count) {
    return (count + lane_count - 1) / lane_count * lane_count;
}

constexpr std::int64_t power_count = 3;

// Places arrays one after another; given null memory, it only adds up their sizes.
class Layout {
public:
    explicit Layout(std::byte* base) : base_(base) {}
    template <class T>
    T* array(std::int64_t count) {
        std::byte* at = base_ == nullptr ? nullptr : base_ + size_;
        size_ += (static_cast<std::size_t>(count) * sizeof(T) + 7) / 8 * 8;
        return reinterpret_cast<T*>(at);
    }
    std::size_t size() const { return size_; }

private:
    std::byte* base_;
    std::size_t size_ = 0;
};

}  // namespace

template <class Real>
ReinforceWorkspace<Real>::ReinforceWorkspace(const ReinforceStructure& s) {
    const int rows = std::max(s.policy.rows, s.value.rows);
    const int parameters = std::max(s.policy_parameters(), s.value.parameters);
    const std::int64_t vectors = s.steps / lane_count + 3;
    returns = memory_.rows<Real>(vectors);
    values = memory_.rows<Real>(vectors);
    samples = memory_.rows<Real>(std::int64_t{segment_vectors} * rows);
    deltas = memory_.rows<Real>(std::int64_t{segment_vectors} * rows);
    sums = memory_.rows<Real>(parameters);
    probabilities = memory_.rows<Real>(s.policy.outputs);
    policy_gradient = memory_.rows<Real>(parameters / lane_count + 1);
    value_gradient = memory_.rows<Real>(parameters / lane_count + 1);
    seen = memory_.rows<Real>(s.value.rows);
}

template <class Real>
ReinforceLearner<Real>::ReinforceLearner(const NetworkKernels<Real>& kernels,
                                         const ReinforceStructure& structure)
    : kernels_(kernels),
      structure_(structure),
      memory_(bytes(structure)),
      at_(lay_out(structure, memory_.bytes().data())) {}

template <class Real>
typename ReinforceLearner<Real>::Arrays ReinforceLearner<Real>::lay_out(
    const ReinforceStructure& structure, std::byte* base) {
    Layout layout(base);
    Arrays at{};
    const auto network = [&](std::int64_t parameters) {
        const std::int64_t size = padded(parameters);
        return Network{layout.array<Real>(size),
                       layout.array<Real>(optimizer_rows(structure.optimizer) * size),
                       layout.array<Real>(power_count)};
    };
    at.policy = network(structure.policy_parameters());
    if (structure.baseline) at.value = network(structure.value.parameters);
    at.counters = layout.array<Counters>(1);
    at.settled_bytes = layout.size();
    at.lengths = layout.array<std::int32_t>(structure.episodes);
    at.bootstrap_value = layout.array<Real>(structure.episodes);
    const std::int64_t row = stride(structure);
    at.rows = layout.array<Real>(structure.step_rows() * row + lane_count) + lane_count;
    if (structure.masked) at.legal = layout.array<std::uint32_t>(row + lane_count) + lane_count;
    at.actions = layout.array<std::uint8_t>(row + lane_count) + lane_count;
    at.bytes = layout.size();
    return at;
}

template <class Real>
void ReinforceLearner<Real>::begin(const ReinforceSettings& settings, const LearnerKeys& keys) {
    std::ranges::fill(memory_.bytes(), std::byte{0});
    settings_ = settings, failed_ = false;
    LaneKeyWords key{};
    put_key(key, 0, keys.weights);
    std::uint32_t number = 0;
    for (auto [shape, net] :
         {std::pair(&structure_.policy, &at_.policy), std::pair(&structure_.value, &at_.value)}) {
        if (net->parameters == nullptr) continue;
        std::fill_n(net->powers, power_count, Real(1));
        LaneMemory rows;
        Real* first = rows.rows<Real>(shape->parameters);
        kernels_.initialize(*shape, settings.network.initialization, key, number++, 1U, first);
        for (std::int64_t p = 0; p < shape->parameters; ++p)
            net->parameters[p] = first[p * lane_count];
    }
    std::fill_n(at_.policy.parameters + structure_.policy.parameters, structure_.columns,
                static_cast<Real>(settings.log_std_init));
}

template <class Real>
std::span<const std::byte> ReinforceLearner<Real>::resume(const ReinforceSettings& settings,
                                                          std::span<const std::byte> saved) {
    settings_ = settings, failed_ = false;
    std::span<const std::byte> rest = saved;
    const auto read = [&]<class T>(T* to, std::int64_t count) {
        const auto bytes = static_cast<std::size_t>(count) * sizeof(T);
        if (rest.size() < bytes)
            throw ConfigError("a state of " + std::to_string(saved.size()) +
                              " bytes, where these settings make " +
                              std::to_string(saved.size() - rest.size() + bytes) + " or more");
        if (bytes > 0) std::memcpy(to, rest.data(), bytes);
        rest = rest.subspan(bytes);
    };
    read(memory_.bytes().data(), static_cast<std::int64_t>(at_.settled_bytes));
    const Counters& c = *at_.counters;
    if (c.pending_episodes < 0 || c.pending_episodes > structure_.episodes || c.steps < 0 ||
        c.under_way < 0 || c.steps > structure_.steps - c.under_way)
        throw ConfigError("a state of more steps than these settings allow between two updates");
    each_pending(read);
    return rest;
}

template <class Real>
void ReinforceLearner<Real>::each_pending(auto&& visit) {
    const std::int64_t steps = pending_steps();
    visit(at_.lengths, at_.counters->pending_episodes);
    visit(at_.bootstrap_value, at_.counters->pending_episodes);
    for (int r = 0; r < structure_.step_rows(); ++r) visit(at_.rows + r * stride(), steps);
    if (at_.legal != nullptr) visit(at_.legal, steps);
    visit(at_.actions, steps);
}

template <class Real>
std::vector<std::byte> ReinforceLearner<Real>::state(std::int64_t under_way) {
    at_.counters->under_way = under_way;
    const auto settled = memory_.bytes().first(at_.settled_bytes);
    std::vector<std::byte> saved(settled.begin(), settled.end());
    each_pending([&](const auto* first, std::int64_t count) {
        const auto bytes = std::as_bytes(std::span(first, static_cast<std::size_t>(count)));
        saved.insert(saved.end(), bytes.begin(), bytes.end());
    });
    return saved;
}

template <class Real>
Real ReinforceLearner<Real>::value_of(const Real* observation, int lane,
                                      ReinforceWorkspace<Real>& workspace) const {
    const NetworkShape& shape = structure_.value;
    std::copy_n(observation, std::int64_t{shape.inputs} * lane_count, workspace.seen);
    kernels_.forward_shared(shape, at_.value.parameters, workspace.seen, 1);
    return workspace.seen[std::int64_t{shape.rows - 1} * lane_count + lane];
}

template <class Real>
bool ReinforceLearner<Real>::end_episode(std::int32_t length, Real bootstrap_value) {
    Counters& c = *at_.counters;
    at_.lengths[c.pending_episodes] = length;
    at_.bootstrap_value[c.pending_episodes] = bootstrap_value;
    c.steps += length, c.env_steps += length, c.under_way = 0;
    ++c.episodes;
    return ++c.pending_episodes >= settings_.update_every;
}

template <class Real>
void ReinforceLearner<Real>::learn(ReinforceWorkspace<Real>& workspace) {
    const bool baseline = structure_.baseline;
    ReinforceTask<Real> task{};
    task.policy = &structure_.policy;
    task.columns = structure_.columns;
    task.value = baseline ? &structure_.value : nullptr;
    task.policy_parameters = at_.policy.parameters, task.value_parameters = at_.value.parameters;
    task.batch = {at_.rows,
                  at_.rows + (structure_.step_rows() - 1) * stride(),
                  at_.actions,
                  at_.rows + structure_.policy.inputs * stride(),
                  at_.legal,
                  stride(),
                  at_.lengths,
                  at_.bootstrap_value,
                  static_cast<std::int32_t>(at_.counters->pending_episodes),
                  static_cast<std::int32_t>(at_.counters->steps)};
    task.gamma = static_cast<Real>(settings_.gamma);
    task.ent_coef = static_cast<Real>(settings_.ent_coef);
    task.normalize_advantage = settings_.normalize_advantage,
    task.average = settings_.gradient == GradientScale::average;
    task.squared = settings_.loss == PolicyLoss::square;
    task.returns = workspace.returns, task.values = workspace.values,
    task.samples = workspace.samples;
    task.deltas = workspace.deltas, task.sums = workspace.sums,
    task.probabilities = workspace.probabilities;
    task.policy_gradient = workspace.policy_gradient,
    task.value_gradient = workspace.value_gradient;
    kernels_.reinforce(task);
    at_.counters->steps = at_.counters->pending_episodes = 0;
    descend(structure_.policy_parameters(), at_.policy, settings_.optimizer,
            workspace.policy_gradient, workspace);
    if (!baseline) return;
    OptimizerSettings of_value = settings_.optimizer;
    of_value.learning_rate = settings_.baseline_learning_rate;
    descend(structure_.value.parameters, at_.value, of_value, workspace.value_gradient, workspace);
}

// One learner's parameters fill the lanes, and every lane has its settings.
template <class Real>
void ReinforceLearner<Real>::descend(std::int64_t parameters, Network& net,
                                     const OptimizerSettings& settings, const Real* gradient,
                                     ReinforceWorkspace<Real>& workspace) {
    OptimizerSettings unclipped = settings;
    unclipped.max_grad_norm = 0;  // a lane knows only a part of the gradient's norm
    OptimizerLanes<Real>& lanes = workspace.optimizer;
    for (int lane = 0; lane < lane_count; ++lane) begin_optimizer(lanes, lane, unclipped);
    std::fill_n(lanes.power1, lane_count, net.powers[0]);
    std::fill_n(lanes.power2, lane_count, net.powers[1]);
    std::fill_n(lanes.fade, lane_count, net.powers[2]);
    Real scale[lane_count];
    std::fill_n(scale, lane_count, Real(1));
    if (settings.max_grad_norm > 0) {
        Real square = 0;
        for (std::int64_t p = 0; p < parameters; ++p)
            square = std::fma(gradient[p], gradient[p], square);
        const Real norm = std::sqrt(square), most = static_cast<Real>(settings.max_grad_norm);
        if (norm > most) std::fill_n(scale, lane_count, most / norm);
    }
    const auto rows = static_cast<std::int32_t>(padded(parameters) / lane_count);
    const std::uint32_t broken = kernels_.optimize(
        {settings.kind, rows, net.parameters, gradient, net.memory, &lanes, scale, 0xFFFFU});
    net.powers[0] = lanes.power1[0], net.powers[1] = lanes.power2[0];
    net.powers[2] = lanes.fade[0];
    failed_ |= broken != 0;
}

template class ReinforceWorkspace<float>;
template class ReinforceWorkspace<double>;
template class ReinforceLearner<float>;
template class ReinforceLearner<double>;

}  // namespace lockstep
