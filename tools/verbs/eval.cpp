// lockstep eval FILE: scores what `train --out` saved on new episodes.

#include <fmt/format.h>

#include <algorithm>

#include <lockstep/agent.hpp>

#include "agents/network/acting_network.hpp"
#include "agents/tabular/acting_table.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/results/result_file.hpp"
#include "tools/results/training.hpp"
#include "tools/text/output.hpp"
#include "tools/text/policy_text.hpp"

namespace lockstep {
namespace {

struct EvalTexts {
    std::string file;
    std::string episodes = "100";
};

Options options(EvalTexts& texts) {
    return {required({"FILE", texts.file, "what `train --out` saved", Values::file}),
            {"--episodes", texts.episodes, "test episodes per learner (100)"}};
}

bool anybody_has_learnt(const SavedResult& saved) {
    return std::ranges::any_of(saved.states,
                               [](const LearnerState& s) { return has_learnt(learner_stage(s)); });
}

// Adds a fault for whatever the file requires and this program does not have.
void check_saved(const EvalTexts& texts, const SavedResult& saved, Faults& faults) {
    faults.collect([&] {
        try {
            if (learnt_count(saved) == 0) throw ConfigError("nothing learnt");
            if (!saved.finished && !anybody_has_learnt(saved))
                throw ConfigError("nothing learnt: training was interrupted before");
            resolve(saved.config.env_settings, find_environment(saved.config.env), 1);
            for (const PolicySpec& policy : saved.policies)
                if (!policy.name.empty()) check_policy(policy, saved.config.env);
        } catch (const ConfigError& error) {
            throw ConfigError(fmt::format("{}: {}", texts.file, error.what()));
        }
    });
}

std::vector<double> scores(const SavedResult& saved) {
    const Agent& agent = find_agent(saved.agent);
    if (!saved.networks.empty()) return network_scores(saved.config, agent, saved.networks);
    if (!saved.tables.empty())
        return table_scores(saved.config, acting_tables(saved.config, agent), saved.tables);
    return test_scores(saved.config, saved.policies);
}

void eval(const EvalTexts& texts, const Common& common, Faults& faults) {
    const auto episodes =
        static_cast<std::int64_t>(faults.whole("--episodes", texts.episodes, 1, max_test_episodes));
    auto saved = faults.attempt([&] { return load_result(texts.file); });
    if (saved) check_saved(texts, *saved, faults);
    faults.raise();
    saved->config.seed = common.seed.value_or(saved->config.seed);
    saved->config.threads = common.threads;
    saved->config.test_episodes = episodes;
    const Evaluation evaluation = evaluate(scores(*saved), saved->config.seed);
    const std::size_t learners = learnt_count(*saved);
    if (common.json) {
        Json report{{"file", texts.file},          {"env", saved->config.env},
                    {"agent", saved->agent},       {"seed", saved->config.seed},
                    {"seeds", learners},           {"episodes", episodes},
                    {"finished", saved->finished}, {"evaluation", evaluation_json(evaluation)}};
        if (!saved->finished) report["learners"] = stages_json(saved->states);
        return print_json(report);
    }
    fmt::print("{} on {}: {} learner(s), {} test episodes each\n", saved->agent, saved->config.env,
               learners, grouped(episodes));
    if (!saved->finished) fmt::print("  unfinished: {}\n", stages_text(stages_json(saved->states)));
    fmt::print("  mean {:.6g}, 95 % interval {:.6g} to {:.6g} (n = {})\n", evaluation.mean,
               evaluation.ci95.low, evaluation.ci95.high, evaluation.n);
}

}  // namespace

Verb eval_verb() {
    return {"eval", "score a saved result on test episodes (by default those of train)",
            call<EvalTexts, options, eval>};
}

}  // namespace lockstep
