// What the command does without a verb: a random search over a million linear CartPole-v1 policies,
// every one scored again on a hundred fresh episodes.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <lockstep/engine/parallel.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/policy_text.hpp>
#include <lockstep/tools/progress.hpp>
#include <lockstep/tools/training.hpp>
#include <lockstep/tools/verb.hpp>

namespace lockstep {
namespace {

constexpr std::int64_t policies = 1'000'000, validation_episodes = 100, test_episodes = 1000;
constexpr std::int64_t episodes = policies + policies * validation_episodes;  // one for tuning each

struct Search {
    TrainConfig config;
    TrainResult result;
    Evaluation evaluation;

    std::int64_t solved() const { return static_cast<std::int64_t>(result.figures.at("solved")); }
    double per_second(std::int64_t count) const {
        return static_cast<double>(count) / result.seconds;
    }
};

Search search(const Common& common, const Agent& agent) {
    Search search;
    search.config = {.env = "CartPole-v1", .threads = common.threads};
    search.config.seed = common.seed_or_zero();
    search.config.agent_settings = {
        {"candidates", double{policies}},
        {"episodes", 1},
        {"keep", double{policies}},
        {"validation_episodes", double{validation_episodes}},
    };
    search.config.test_episodes = test_episodes;
    ProgressLine line("a million policies, a hundred million episodes");
    search.result = agent.train(search.config, agent, line.callback());
    search.evaluation = evaluate(search.result.test_scores, search.config.seed);
    return search;
}

void print_document(const Search& search, const Agent& agent, int threads) {
    Json report = training_report(search.config, agent, search.result, search.evaluation);
    report["isa"] = name(default_isa());
    report["threads"] = threads;
    report["episodes"] = episodes;
    report["episodes_per_s"] = search.per_second(episodes);
    report["solved_fraction"] = static_cast<double>(search.solved()) / double{policies};
    print_json(report);
}

void print_summary(const Search& search, int threads) {
    const TrainResult& r = search.result;
    const PolicySpec& best = r.policies[0];
    const double threshold = find_environment(search.config.env).id.reward_threshold;
    fmt::print("A random search on CartPole-v1: {} linear policies, one episode each to tune,\n",
               grouped(policies));
    fmt::print("then {} fresh ones each to tell luck from skill. One lane plays one policy.\n\n",
               validation_episodes);
    fmt::print("  played   {} episodes, {} steps, in {:.2f} s\n", grouped(episodes),
               grouped(r.env_steps), r.seconds);
    fmt::print("  speed    {:.0f} million steps/s, {:.1f} million episodes/s\n",
               search.per_second(r.env_steps) / 1e6, search.per_second(episodes) / 1e6);
    fmt::print("  machine  {} thread{}, {}, {:.1f} % of the lanes busy\n", threads,
               threads == 1 ? "" : "s", name(default_isa()),
               100 * static_cast<double>(r.env_steps) / static_cast<double>(r.lane_steps));
    fmt::print("  solved   {} of {} policies ({:.2f} %) average {} or more on fresh episodes\n",
               grouped(search.solved()), grouped(policies),
               100 * static_cast<double>(search.solved()) / double{policies}, threshold);
    fmt::print(
        "  best     push right where {:.4g} x + {:.4g} x' + {:.4g} theta + {:.4g} theta' >= 0\n",
        best.weights[0], best.weights[1], best.weights[2], best.weights[3]);
    fmt::print("  score    {:.2f} on {} test episodes (95 % interval {:.2f} to {:.2f})\n\n",
               search.evaluation.mean, grouped(test_episodes), search.evaluation.ci95.low,
               search.evaluation.ci95.high);
    fmt::print("Watch it balance: tools/run trace CartPole-v1 --policy {}\n", policy_text(best));
    fmt::print("What else there is: tools/run list, tools/run --help\n");
}

}  // namespace

void run_main_job(const Common& common) {
    const Agent& agent = find_agent("random-search");
    const Search done = search(common, agent);
    const int threads = Workers(common.threads).count();
    if (common.json) {
        print_document(done, agent, threads);
    } else {
        print_summary(done, threads);
    }
}

}  // namespace lockstep
