
#include "agents/tabular/acting_table.hpp"

#include <lockstep/error.hpp>
#include <lockstep/evaluation.hpp>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/tabular/population.hpp"

namespace lockstep {
namespace {

template <class Real>
class TableTests {
public:
    TableTests(const TrainConfig& config, std::span<const ActingTable> acting)
        : population_(config) {
        for (const ActingTable& a : acting) {
            settings_.push_back(a.settings);
            settings_.back().target = Target::q_learning;  // a tested table is always a single one
        }
    }

    std::vector<double> test(const LearntTable& table, std::int64_t learner,
                             std::uint64_t seed) const {
        const TabularSettings& settings = settings_of<TabularSettings>(settings_, learner);
        return population_.test(values(table), settings, seed);
    }
    std::vector<std::int32_t> actions(const LearntTable& table, std::uint64_t seed,
                                      std::uint32_t episode, std::int32_t max_steps) const {
        return population_.test_actions(values(table), settings_[0], seed, episode, max_steps);
    }

private:
    std::vector<Real> values(const LearntTable& table) const {
        if (table.states != population_.states() || table.actions != population_.actions())
            throw ConfigError("a table of " + std::to_string(table.states) + " states and " +
                              std::to_string(table.actions) + " actions for an environment of " +
                              std::to_string(population_.states()) + " and " +
                              std::to_string(population_.actions()));
        const std::vector<double> all = table.dense();
        return {all.begin(), all.end()};
    }

    Population<Real> population_;
    std::vector<TabularSettings> settings_;
};

template <class Real>
std::vector<double> scores_in(const TrainConfig& config, std::span<const ActingTable> acting,
                              const std::vector<LearntTable>& tables) {
    const TableTests<Real> tests(config, acting);
    std::vector<std::vector<double>> returns;
    for (std::int64_t i = 0; i < std::ssize(tables); ++i) {
        const LearntTable& table = tables[static_cast<std::size_t>(i)];
        returns.emplace_back();
        if (table.states > 0) returns.back() = tests.test(table, i, learner_seed(config, i));
    }
    return scores_of(config, returns);
}

}  // namespace

std::vector<ActingTable> acting_tables(const TrainConfig& config, const Agent& agent) {
    if (!agent.table) throw ConfigError(agent.id + " has no tables");
    std::vector<ActingTable> acting;
    const auto add = [&](const SettingValues& own) {
        agent.table(config, own, acting.emplace_back());
    };
    if (config.learner_overrides.empty()) add({});
    for (const LearnerConfig& learner : config.learner_overrides) add(learner.settings);
    return acting;
}

std::vector<double> table_scores(const TrainConfig& config, std::span<const ActingTable> acting,
                                 const std::vector<LearntTable>& tables) {
    return config.precision == Precision::f32 ? scores_in<float>(config, acting, tables)
                                              : scores_in<double>(config, acting, tables);
}

std::vector<std::int32_t> table_actions(const TrainConfig& config, const ActingTable& acting,
                                        const LearntTable& table, std::uint32_t episode,
                                        std::int32_t max_steps) {
    const std::span<const ActingTable> one(&acting, 1);
    return config.precision == Precision::f32
               ? TableTests<float>(config, one).actions(table, config.seed, episode, max_steps)
               : TableTests<double>(config, one).actions(table, config.seed, episode, max_steps);
}

}  // namespace lockstep
