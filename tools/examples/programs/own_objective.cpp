// A search over settings of a learner and of its environment, by an objective of one's own.
#include <cstdio>

#include <lockstep/lockstep.hpp>

int main() {
    namespace ls = lockstep;
    const auto result = ls::sweep::run(
        {.sampler = "tpe",
         .space = {{"learning_rate", ls::sweep::log(1e-3, 1)},
                   {"masspole", ls::sweep::uniform(0.05, 0.5)}},
         .trials = 40},
        [](const ls::sweep::Trial& t) {
            return ls::train("reinforce", {.env = "CartPole-v1",
                                           .settings = {{"learning_rate", t["learning_rate"]},
                                                        {"masspole", t["masspole"]},
                                                        {"episodes", 50}},
                                           .seed = t.seed,
                                           .threads = 1,
                                           .test_episodes = 10})
                .score();
        });
    std::printf("best of %d trials: trial %d\n", static_cast<int>(result.report.trials),
                static_cast<int>(result.report.finalists.at(0).trial));
}
