// lockstep train ENV AGENT: many learners at once, scored on fresh episodes.

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include <lockstep/agent.hpp>

#include "engine/environments/config.hpp"
#include "tools/command_line/verb.hpp"
#include "tools/results/result_file.hpp"
#include "tools/results/resume.hpp"
#include "tools/results/train_session.hpp"
#include "tools/results/training.hpp"
#include "tools/text/output.hpp"
#include "tools/text/policy_text.hpp"

namespace lockstep {
namespace {

constexpr std::uint64_t max_learners = 1'000'000;

struct TrainTexts {
    EnvironmentTexts env;
    std::string agent;
    std::optional<std::string> seeds;
    std::optional<std::string> episodes, checkpoint_every, out;
    std::string resume;
    bool force = false;
};

Options options(TrainTexts& texts) {
    return joined(texts.env.options(false),
                  {{"AGENT", texts.agent, "agent, as `list agents` names it", Values::agent},
                   {"--seeds", texts.seeds, "learners; learner i has seed + i (1)"},
                   {"--episodes", texts.episodes, "test episodes per learner (100)"},
                   {"--out", texts.out, "file to save the result in, for eval, render and --resume",
                    Values::file},
                   {"--force", texts.force, "replace a result that `train --out` saved"},
                   {"--resume", texts.resume,
                    "saved result to resume; ENV, AGENT and settings come from it", Values::file},
                   {"--checkpoint-every", texts.checkpoint_every,
                    "save in --out during training, every 90s, 10m or 2h"}});
}

struct TrainPlan {
    TrainConfig config;
    const Agent* agent = nullptr;
    std::optional<SavedResult> resumed;
    std::optional<std::chrono::seconds> checkpoint_every;
};

// What a new training needs besides its settings.
void begin_anew(TrainPlan& plan, const TrainTexts& texts, const Common& common, Faults& faults) {
    if (texts.env.id.empty()) return faults.add("ENV is required");
    if (texts.agent.empty()) return faults.add("AGENT is required");
    plan.config.env = texts.env.id;
    plan.config.precision = texts.env.check_precision(faults);
    plan.config.seed = common.seed_or_zero();
    plan.config.learners = static_cast<std::int64_t>(
        faults.whole("--seeds", texts.seeds.value_or("1"), 1, max_learners));
    const bool known = faults.attempt([&] { return find_environment(texts.env.id); }).has_value();
    const Agent* agent = nullptr;
    faults.collect([&] { agent = &find_agent(texts.agent); });
    if (known) plan.agent = agent;
}

// What the command line repeats must equal what was saved.
void check_said_again(const SavedResult& saved, const TrainTexts& texts, const Common& common,
                      Faults& faults) {
    const auto same = [&](const char* option, const std::string& said, const std::string& was) {
        if (said.empty() || said == was) return;
        faults.add(fmt::format("{} = '{}': {} was saved with {}", option, said, texts.resume, was));
    };
    const bool f32 = saved.config.precision == Precision::f32;
    same("ENV", texts.env.id, saved.config.env);
    same("AGENT", texts.agent, saved.agent);
    same("--precision", texts.env.precision.value_or(""), f32 ? "f32" : "f64");
    same("--seeds", texts.seeds.value_or(""), std::to_string(saved.config.learners));
    same("--seed", common.seed ? std::to_string(*common.seed) : "",
         std::to_string(saved.config.seed));
}

void begin_again(TrainPlan& plan, const TrainTexts& texts, const Common& common, Faults& faults) {
    plan.resumed = faults.attempt([&] { return load_result(texts.resume); });
    if (!plan.resumed) return;
    check_said_again(*plan.resumed, texts, common, faults);
    plan.config = plan.resumed->config;
    plan.config.resume = plan.resumed->states;
    plan.agent = &find_agent(plan.resumed->agent);
}

void check_paths(const TrainTexts& texts, const TrainPlan& plan, Faults& faults) {
    if (!texts.out) return;
    Paths paths;
    if (!texts.resume.empty()) paths.reads(named("--resume", texts.resume), texts.resume);
    for (const auto& [name, value] : plan.config.env_settings.texts)
        paths.reads_if_there(name, value);
    paths.writes(named("--out", *texts.out), *texts.out, "a result of `train --out`", found_result,
                 texts.force);
    paths.check(faults);
}

void plan_checkpoints(TrainPlan& plan, const TrainTexts& texts, Faults& faults) {
    if (!texts.checkpoint_every) return;
    plan.checkpoint_every = faults.duration("--checkpoint-every", *texts.checkpoint_every);
    if (!texts.out) faults.add("--checkpoint-every needs --out, the file in which to save");
    if (plan.agent != nullptr && !plan.agent->stops)
        faults.add(fmt::format("--checkpoint-every: {} cannot be saved half-way", plan.agent->id));
}

TrainPlan make_plan(const TrainTexts& texts, const Common& common, Faults& faults) {
    TrainPlan plan;
    if (texts.resume.empty()) {
        begin_anew(plan, texts, common, faults);
    } else {
        begin_again(plan, texts, common, faults);
    }
    plan.config.threads = common.threads;
    plan.config.test_episodes = static_cast<std::int64_t>(
        faults.whole("--episodes", texts.episodes.value_or("100"), 1, max_test_episodes));
    plan_checkpoints(plan, texts, faults);
    for (const std::string& setting : texts.env.settings) {
        if (plan.agent != nullptr) faults.collect([&] { set(plan.config, *plan.agent, setting); });
    }
    check_paths(texts, plan, faults);
    if (plan.agent == nullptr) return plan;
    const bool sound = check_settings(plan.config.env, plan.config.env_settings, faults);
    if (!plan.resumed || !sound) return plan;
    faults.collect([&] {
        try {
            check_resumed(*plan.resumed, plan.config);
        } catch (const ConfigError& error) {
            throw ConfigError(fmt::format("{}: {}", texts.resume, error.what()));
        }
    });
    return plan;
}

void print_report(const Json& report, const TrainResult& result) {
    const Json& evaluation = report["evaluation"];
    fmt::print("{} on {}: {} learner(s), {} steps in {:.3f} s ({:.1f} million steps/s)\n",
               report["agent"].get<std::string>(), report["env"].get<std::string>(),
               report["seeds"].get<std::int64_t>(), grouped(result.env_steps), result.seconds,
               report["steps_per_s"].get<double>() / 1e6);
    fmt::print("  lanes busy      {:.1f} %\n", 100 * report["lane_occupancy"].get<double>());
    if (!report["curve"].empty()) {
        const Json& last = report["curve"].back();
        fmt::print("  {}: {:.6g} after {} {}\n", result.curve_meaning, last["mean"].get<double>(),
                   grouped(last["at"].get<std::int64_t>()), result.curve_unit);
    }
    for (const auto& [name, value] : result.figures) fmt::print("  {:15} {}\n", name, value);
    if (!result.failed.empty()) {
        fmt::print("  failed          {} learner(s), the first ({}) at step {}\n",
                   result.failed.size(), result.failed[0].learner, grouped(result.failed[0].step));
    }
    if (!evaluation.is_null())
        fmt::print("  test episodes   mean {:.6g}, 95 % interval {:.6g} to {:.6g} (n = {})\n",
                   evaluation["mean"].get<double>(), evaluation["ci95"][0].get<double>(),
                   evaluation["ci95"][1].get<double>(), evaluation["n"].get<std::int64_t>());
    if (result.policies.size() == 1) {
        fmt::print("  policy          {}\n", policy_text(result.policies[0]));
    }
    fmt::print("  hash            {}\n", report["hash"].get<std::string>());
}

// The options that are not in the file, and must be repeated to go on from it.
std::string options_again(const TrainTexts& texts, const Common& common) {
    std::string options;
    if (texts.checkpoint_every) options += " --checkpoint-every " + *texts.checkpoint_every;
    if (texts.episodes) options += " --episodes " + *texts.episodes;
    if (common.threads > 0) options += fmt::format(" --threads {}", common.threads);
    if (common.json) options += " --json";
    return options;
}

void train(const TrainTexts& texts, const Common& common, Faults& faults) {
    const TrainPlan plan = make_plan(texts, common, faults);
    faults.raise();
    TrainSession session{plan.config, plan.agent, texts.out.value_or(""), plan.checkpoint_every};
    session.options = options_again(texts, common);
    if (plan.resumed) {
        session.seconds_before = plan.resumed->seconds;
        session.lane_steps_before = plan.resumed->lane_steps;
    }
    const TrainResult result = run_training(std::move(session));
    const Evaluation evaluation = evaluate(result.test_scores, plan.config.seed);
    const Json report = training_report(plan.config, *plan.agent, result, evaluation);
    if (common.json) {
        print_json(report);
    } else {
        print_report(report, result);
    }
}

}  // namespace

Verb train_verb() {
    return {"train", "train learners and score them on fresh episodes",
            call<TrainTexts, options, train>};
}

}  // namespace lockstep
