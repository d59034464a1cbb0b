// Whether samplers that learn do better than random search with the same budget: on functions with
// a known minimum, and on the settings of REINFORCE on CartPole. Twenty studies each.

#include <algorithm>
#include <string>
#include <vector>

#include <lockstep/statistics.hpp>
#include <lockstep/sweep/findings.hpp>
#include <lockstep/sweep/memory_log.hpp>
#include <lockstep/sweep/run.hpp>

#include "agents/statistics/scalar_math.hpp"
#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/file.hpp"
#include "engine/environments/config.hpp"
#include "tools/reproduce/experiments/comparison.hpp"
#include "tools/reproduce/experiments/lists.hpp"

namespace lockstep {
namespace {

constexpr int studies = 20, resamples = 2000;
constexpr const char* learning_samplers[] = {"tpe", "cma-es"};

sweep::StudyReport found(sweep::Study study, const std::string& sampler, std::uint64_t seed,
                         const Common& common) {
    study.sampler = sampler;
    study.seed = seed;
    const auto objective = sweep::make_objective(study);
    sweep::resolve(study, *objective);
    sweep::MemoryLog log;
    run_study(study, *objective, log, {.evaluate = {.threads = common.threads}});
    sweep::FindingsReader reader(study);
    log.load([&](sweep::TrialRow&& row) { reader.add(row); });
    return reader.finish();
}

// The mean gain of studies, with the ends of its 95 % bootstrap interval.
void add_gains(Comparison& comparison, const std::string& name, const std::vector<double>& gains,
               std::uint64_t seed) {
    const Interval interval = bootstrap_interval(gains, mean, resamples, seed);
    comparison.add_only_measured(name + "_gain", mean(gains));
    comparison.add_only_measured(name + "_gain_low", interval.low);
    comparison.add_only_measured(name + "_gain_high", interval.high);
}

// The winner's true score in each study, by sampler.
std::vector<double> scores(const sweep::Study& study, const std::string& sampler,
                           const Common& common, const ProgressCallback& progress, double begin,
                           double share) {
    std::vector<double> all;
    for (int s = 0; s < studies; ++s) {
        const auto seed = common.seed_or_zero() + static_cast<std::uint64_t>(s);
        all.push_back(found(study, sampler, seed, common).finalists.front().test.mean);
        if (progress) progress(begin + share * (s + 1) / studies);
    }
    return all;
}

struct TestFunction {
    const char* name;
    const char* space;
    double minimum;
};
constexpr TestFunction test_functions[] = {
    {"sphere", "x0={uniform=[-5,5]}\nx1={uniform=[-5,5]}\nx2={uniform=[-5,5]}\n", 0},
    {"rosenbrock", "x0={uniform=[-2,2]}\nx1={uniform=[-2,2]}\nx2={uniform=[-2,2]}\n", 0},
    {"rastrigin", "x0={uniform=[-5,5]}\nx1={uniform=[-5,5]}\nx2={uniform=[-5,5]}\n", 0},
    {"branin", "x0={uniform=[-5,10]}\nx1={uniform=[0,15]}\n", 0.39788735772973816},
    {"hartmann6",
     "x0={uniform=[0,1]}\nx1={uniform=[0,1]}\nx2={uniform=[0,1]}\nx3={uniform=[0,1]}\n"
     "x4={uniform=[0,1]}\nx5={uniform=[0,1]}\n",
     -3.3223680114155147},
};

// By how many powers of ten the best value is closer to the minimum than random search's.
std::vector<double> orders_gained(const std::vector<double>& random,
                                  const std::vector<double>& other, double minimum) {
    constexpr double least = 1e-12;  // smaller distances are rounding errors
    std::vector<double> gains;
    for (std::size_t i = 0; i < random.size(); ++i) {
        const double from = std::max(random[i] - minimum, least);
        const double to = std::max(other[i] - minimum, least);
        gains.push_back((scalar_log(from) - scalar_log(to)) / scalar_log(10));
    }
    return gains;
}

ExperimentResult on_functions(const Common& common, const Json& published,
                              const ProgressCallback& progress) {
    Comparison comparison(published);
    double begin = 0;
    constexpr double share = 1.0 / (3 * std::size(test_functions));
    const auto next = [&] { return begin += share, begin - share; };
    for (const TestFunction& f : test_functions) {
        const std::string text = std::string("[study]\nenv='function'\nagent='") + f.name +
                                 "'\nscheduler='full'\ntrials=512\ngeneration=16\ntuning_seeds=1\n"
                                 "first_seeds=1\ndirection='minimize'\ntop=1\n[space]\n" +
                                 f.space;
        const sweep::Study study = sweep::read_study(text, f.name);
        const auto random = scores(study, "random", common, progress, next(), share);
        for (const char* sampler : learning_samplers) {
            const auto other = scores(study, sampler, common, progress, next(), share);
            add_gains(comparison, std::string(sampler) + "_" + f.name,
                      orders_gained(random, other, f.minimum), common.seed_or_zero());
        }
    }
    return comparison.finish();
}

// Wide ranges, as chosen without any prior knowledge.
constexpr const char* cartpole_study = R"(
[study]
env = "CartPole-v1"
agent = "reinforce"
scheduler = "full"
trials = 512
generation = 32
tuning_seeds = 16
budget = 100
top = 5
validation_seeds = 64
test_seeds = 256
[set]
optimizer = "adam"
activation = "tanh"
hidden = "8"
baseline = "true"
[space]
rate = {log = [1e-5, 10.0]}
beta1 = {uniform = [0.0, 0.999]}
beta2 = {logit = [0.1, 0.99999]}
epsilon_hat = {log = [1e-10, 1.0]}
gamma = {logit = [0.1, 0.9999]}
entropy = {log = [1e-6, 10.0]}
clip = {log = [1e-4, 10.0]}
baseline_rate = {log = [1e-5, 10.0]}
)";

ExperimentResult on_cartpole(const Common& common, const Json& published,
                             const ProgressCallback& progress) {
    const sweep::Study study = sweep::read_study(cartpole_study, "sweep-cartpole");
    Comparison comparison(published);
    constexpr double share = 1.0 / 3;
    const auto random = scores(study, "random", common, progress, 0, share);
    comparison.add_only_measured("random", mean(random));
    double begin = share;
    for (const std::string sampler : learning_samplers) {
        const auto other = scores(study, sampler, common, progress, begin, share);
        begin += share;
        std::vector<double> gains;
        for (std::size_t i = 0; i < other.size(); ++i) gains.push_back(other[i] - random[i]);
        comparison.add_only_measured(sampler, mean(other));
        add_gains(comparison, sampler, gains, common.seed_or_zero());
    }
    return comparison.finish();
}

}  // namespace

std::span<const Experiment> sampler_experiments() {
    static constexpr Experiment all[] = {
        {"sweep-functions",
         "what tpe and cma-es gain on random search: 512 trials, decimal orders of magnitude "
         "nearer "
         "to the minimum; mean and 95 % interval over 20 studies",
         R"({"target": {"tpe_sphere_gain_low": [0, 100], "cma-es_sphere_gain_low": [0, 100],
             "tpe_rosenbrock_gain_low": [0, 100], "cma-es_rosenbrock_gain_low": [0, 100],
             "tpe_rastrigin_gain_low": [0, 100], "cma-es_rastrigin_gain_low": [0, 100],
             "tpe_branin_gain_low": [0, 100], "cma-es_branin_gain_low": [0, 100],
             "tpe_hartmann6_gain_low": [0, 100], "cma-es_hartmann6_gain_low": [0, 100]}})",
         on_functions},
        {"sweep-cartpole",
         "the same on eight settings of REINFORCE on CartPole: 512 trials of 16 learners with 100 "
         "episodes; test returns of the winners",
         R"({"target": {"tpe_gain_low": [0, 500], "cma-es_gain_low": [0, 500]}})", on_cartpole},
    };
    return all;
}

}  // namespace lockstep
